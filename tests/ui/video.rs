//! Videos: the picture on screen is that of the frame whose number is shown.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use eframe::egui::{Event, Key, Modifiers, Role};
use fieldmark::edit::Edit;
use fieldmark::model::{Asset, AssetId, FrameRate, VideoFacts};
use fieldmark::project::Project;

use crate::timeline::spans;
use crate::window::{Look, Window, add_labels, add_photos};

pub const WIDTH: u32 = 320;
pub const HEIGHT: u32 = 192;
const NUM_BITS: u32 = 8;

/// Writes a video whose every frame carries its number as light and dark bars, and puts it into the project.
pub fn add_counter(project: &mut Project, folder: &Path, name: &str, num_frames: u32) {
    let mut raw = Vec::new();
    for number in 0..num_frames {
        for y in 0..HEIGHT {
            let bar = |x: u32| number >> (x * NUM_BITS / WIDTH) & 1 == 1;
            raw.extend((0..WIDTH).map(|x| match (y < HEIGHT / 2, bar(x)) {
                (true, true) => 235_u8,
                (true, false) => 16,
                (false, _) => (x / 2 + y + number * 3) as u8,
            }));
        }
    }
    let size = format!("{WIDTH}x{HEIGHT}");
    let mut ffmpeg = Command::new("ffmpeg")
        .args([
            "-v", "error", "-nostdin", "-f", "rawvideo", "-pix_fmt", "gray", "-s", &size, "-r", "25", "-i",
            "-",
        ])
        .args(["-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "24", "-bf", "2", "-y"])
        .arg(folder.join(name))
        .stdin(Stdio::piped())
        .spawn()
        .expect("ffmpeg can be run; packaging/setup.sh --test installs it");
    ffmpeg.stdin.take().expect("it is piped").write_all(&raw).expect("ffmpeg reads it all");
    assert!(ffmpeg.wait().expect("it ends").success());
    let facts = VideoFacts::constant(num_frames, FrameRate::new(25, 1).expect("a rate"));
    let asset = Asset::video(AssetId::new(), name, WIDTH, HEIGHT, facts);
    project.commit("Add a video", vec![Edit::add_asset(&asset)]).expect("it is added");
}

/// Gives a video a tone that lasts for a second.
fn add_sound(folder: &Path, name: &str) {
    let silent = folder.join(name).with_extension("silent.mp4");
    std::fs::rename(folder.join(name), &silent).expect("it is renamed");
    let status = Command::new("ffmpeg")
        .args(["-v", "error", "-nostdin", "-i"])
        .arg(&silent)
        .args(["-f", "lavfi", "-i", "sine=frequency=440:duration=1", "-c:v", "copy", "-y"])
        .arg(folder.join(name))
        .status()
        .expect("ffmpeg can be run; packaging/setup.sh --test installs it");
    assert!(status.success());
    std::fs::remove_file(&silent).expect("it is removed");
}

fn window() -> Window {
    let mut window = Window::with_project(Look::default(), |project, folder| {
        add_counter(project, folder, "a.mp4", 100);
        add_labels(project, &["person"]);
        add_photos(project, folder, &["b.jpg"]);
    });
    window.settle();
    window
}

impl Window {
    /// The number that the bars on screen tell.
    fn number_in_picture(&mut self) -> u32 {
        let image = self.harness.render().expect("the window is drawn");
        (0..NUM_BITS)
            .filter(|bit| {
                let x = (f64::from(*bit) + 0.5) * f64::from(WIDTH / NUM_BITS);
                let at = self.harness.state().points_from_image(x, f64::from(HEIGHT) / 4.0);
                image.get_pixel(at.x as u32, at.y as u32).0[1] > 128
            })
            .map(|bit| 1 << bit)
            .sum()
    }

    fn expect_frame(&mut self, number: u32) {
        assert_eq!((self.harness.state().frame(), self.number_in_picture()), (number, number));
    }

    fn tap_space(&mut self) {
        for pressed in [true, false] {
            let modifiers = Modifiers::NONE;
            self.harness.event(Event::Key {
                key: Key::Space,
                physical_key: None,
                pressed,
                repeat: false,
                modifiers,
            });
            self.harness.step();
        }
    }
}

#[test]
fn frames_are_shown_under_their_numbers_whichever_way_they_are_reached() {
    let mut window = window();
    window.expect_frame(0);
    for number in 1..5 {
        window.press(Key::D);
        window.expect_frame(number);
    }
    window.press(Key::A);
    window.expect_frame(3);
    for (command, number) in [
        ("video.last_frame", 99),
        ("video.previous_frame", 98),
        ("video.back", 88),
        ("video.second_back", 63),
        ("video.previous_stream_keyframe", 48),
        ("video.next_stream_keyframe", 72),
        ("video.forward", 82),
        ("video.second_forward", 99),
        ("video.first_frame", 0),
        ("video.previous_frame", 0),
    ] {
        window.run(command);
        window.expect_frame(number);
    }
}

#[test]
fn a_frame_or_a_time_is_typed() {
    let mut window = window();
    for (text, number) in [("42", 42), ("+5", 47), ("-2s", 0), ("0:01.5", 37), ("9999", 99)] {
        window.press(Key::Backtick);
        window.harness.event(Event::Text(text.to_owned()));
        window.harness.step();
        window.press(Key::Enter);
        window.expect_frame(number);
    }
    window.press(Key::Backtick);
    window.harness.event(Event::Text("nowhere".to_owned()));
    window.harness.step();
    window.press(Key::Escape);
    window.press(Key::A);
    window.expect_frame(98);
}

#[test]
fn the_frame_on_screen_is_copied_as_a_picture() {
    let mut window = window();
    window.run("video.forward");
    window.run("video.copy_frame");
    window.wait_until(|window| window.shows("Frame 10 is on the clipboard."));
}

#[test]
fn where_a_video_is_seen_in_part_the_navigator_shows_which() {
    let mut window = window();
    assert!(!window.shows("Navigator"));
    for _ in 0..4 {
        window.run("view.zoom_in");
    }
    window.wait_until(|window| window.shows("Navigator"));
}

#[test]
fn what_plays_shows_each_picture_under_its_number_and_stops_at_the_end() {
    let mut window = window();
    for (start, end, backwards) in [(60, 99, false), (40, 0, true)] {
        window.run("video.first_frame");
        for _ in 0..start / 10 {
            window.run("video.forward");
        }
        window.harness.state_mut().run_command(if backwards { "video.play_backwards" } else { "video.play" });
        window.harness.step();
        let mut seen = vec![start];
        while window.harness.state().is_playing() {
            window.harness.step();
            let number = window.harness.state().frame();
            assert_eq!(window.number_in_picture(), number);
            seen.push(number);
        }
        assert!(if backwards { seen.is_sorted_by(|a, b| a >= b) } else { seen.is_sorted() }, "{seen:?}");
        window.settle();
        window.expect_frame(end);
    }
}

#[test]
fn a_tap_on_space_plays_and_pauses_and_holding_it_moves_the_picture() {
    let mut window = window();
    window.tap_space();
    assert!(window.harness.state().is_playing());
    window.tap_space();
    assert!(!window.harness.state().is_playing());
    window.settle();
    let before = window.harness.state().points_from_image(0.0, 0.0);
    let space = |pressed| Event::Key {
        key: Key::Space,
        physical_key: None,
        pressed,
        repeat: false,
        modifiers: Modifiers::NONE,
    };
    window.harness.event(space(true));
    window.drag((100.0, 100.0), (160.0, 100.0));
    window.harness.event(space(false));
    window.harness.step();
    assert!(!window.harness.state().is_playing());
    assert!(window.harness.state().points_from_image(0.0, 0.0).x > before.x + 10.0);
}

#[test]
fn what_plays_stops_when_something_is_drawn() {
    let mut window = window();
    window.press(Key::P);
    window.tap_space();
    assert!(window.harness.state().is_playing());
    window.click((100.0, 100.0));
    assert!(!window.harness.state().is_playing());
    let number = window.harness.state().frame();
    window.expect_frame(number);
}

#[test]
fn a_video_is_left_for_a_picture_and_found_again_where_it_was() {
    let mut window = window();
    window.run("video.second_forward");
    window.press(Key::PageDown);
    assert!(window.shows("2 / 2") && !window.shows("Go to frame"));
    window.press(Key::D);
    assert!(window.shows("2 / 2"), "there is no further picture");
    window.press(Key::PageUp);
    window.expect_frame(25);
}

#[test]
fn a_file_that_is_no_video_says_so_and_can_be_tried_again() {
    let mut window = Window::with_project(Look::default(), |project, folder| {
        add_counter(project, folder, "a.mp4", 8);
        std::fs::write(folder.join("a.mp4"), "this is no video").expect("a broken file");
    });
    window.settle();
    assert!(window.shows("This video cannot be shown") && window.shows("Try again"));
}

#[test]
fn frames_are_chosen_for_formats_that_hold_pictures() {
    let mut window = window();
    let target = window.pictures_folder().with_file_name("exported");
    window.run("file.export");
    window.press_control(Role::RadioButton, "MOT 1.1");
    assert!(!window.shows("Which frames of videos"), "it holds videos");
    window.press_control(Role::RadioButton, "YOLO detect");
    window.press_control(Role::TextInput, "Where to");
    window.replace_text(target.to_str().expect("a plain path"));
    window.press_control(Role::CheckBox, "Copy the pictures along");
    window.press_control(Role::RadioButton, "Frames: At intervals");
    window.press_control(Role::CheckBox, "Only a part of the frames");
    window.press_control(Role::SpinButton, "Last frame");
    window.replace_text("50");
    window.press(Key::Tab);
    window.press_control(Role::Button, "Export");
    // Frames 0, 10, … 50, and the photo.
    window.wait_until(|window| window.shows("0 objects on 1 picture and 6 frames"));
}

#[test]
fn without_videos_nobody_is_asked_for_frames() {
    let mut window = Window::with_project(Look::default(), |project, folder| {
        add_photos(project, folder, &["b.jpg"]);
    });
    window.run("file.export");
    window.press_control(Role::RadioButton, "YOLO detect");
    assert!(window.shows("Which pictures") && !window.shows("Which frames of videos"));
}

#[test]
fn a_span_is_split_at_the_frame_on_screen() {
    let mut window = window();
    window.run("spans.mark");
    window.run("video.forward");
    window.settle();
    window.run("spans.mark");
    assert_eq!(spans(&window), [(0, 11)]);
    window.press_control(Role::ListBoxOption, "person, span, 11 frames");
    window.run("track.split");
    assert_eq!(spans(&window), [(0, 10), (10, 11)]);
    window.run("edit.undo");
    assert_eq!(spans(&window), [(0, 11)]);
}

#[test]
fn the_timeline_shows_how_loud_a_video_is_for_as_long_as_one_wants_it() {
    let mut silent = window();
    assert!(!silent.shows("How loud the video is"), "it has no sound");
    silent.run("timeline.sound");
    assert!(!silent.shows("How loud the video is"));
    let mut window = Window::with_project(Look::default(), |project, folder| {
        add_counter(project, folder, "a.mp4", 60);
        add_sound(folder, "a.mp4");
    });
    window.settle();
    assert!(window.shows("How loud the video is"));
    window.run("timeline.sound");
    assert!(!window.shows("How loud the video is"));
}
