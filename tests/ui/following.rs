//! Objects that are followed through a video.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use eframe::egui::Key;
use fieldmark::edit::{Edit, shape_at};
use fieldmark::geometry::Rect;
use fieldmark::model::{Asset, AssetId, Content, FrameRate, Object, Shape, VideoFacts};
use fieldmark::project::Project;

use crate::window::{Look, Window, add_labels};

const WIDTH: u32 = 320;
const HEIGHT: u32 = 192;
const NUM_FRAMES: u32 = 30;
/// Pixels a frame, to the right.
const SPEED: u32 = 4;

fn truth(frame: u32) -> Rect {
    Rect::from_xywh(f64::from(40 + SPEED * frame), 70.0, 48.0, 40.0)
}

/// Smooth noise.
fn pattern(x: u32, y: u32, grain: f64) -> f64 {
    let (x, y) = (f64::from(x) / grain, f64::from(y) / grain);
    let wave = |a: f64, b: f64, c: f64| (a * x + b * y + c).sin();
    (wave(1.0, 0.4, 0.0) + wave(-0.6, 1.1, 2.0) + wave(1.7, 1.3, 4.0) + wave(0.3, -2.1, 1.0)) / 8.0 + 0.5
}

fn add_walk(project: &mut Project, folder: &Path) {
    let mut raw = Vec::new();
    for frame in 0..NUM_FRAMES {
        let object = truth(frame);
        for y in 0..HEIGHT {
            raw.extend((0..WIDTH).map(|x| {
                let is_object =
                    object.contains(fieldmark::geometry::Point::new(f64::from(x) + 0.5, f64::from(y) + 0.5));
                let value = match is_object {
                    true => 30.0 + 200.0 * pattern(x - object.min.x as u32, y - 70, 3.0),
                    false => 90.0 + 50.0 * pattern(x, y, 7.0),
                };
                value as u8
            }));
        }
    }
    let size = format!("{WIDTH}x{HEIGHT}");
    let mut ffmpeg = Command::new("ffmpeg")
        .args([
            "-v", "error", "-nostdin", "-f", "rawvideo", "-pix_fmt", "gray", "-s", &size, "-r", "25", "-i",
            "-",
        ])
        .args(["-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "16", "-y"])
        .arg(folder.join("walk.mp4"))
        .stdin(Stdio::piped())
        .spawn()
        .expect("ffmpeg can be run; packaging/setup.sh --test installs it");
    ffmpeg.stdin.take().expect("it is piped").write_all(&raw).expect("ffmpeg reads it all");
    assert!(ffmpeg.wait().expect("it ends").success());
    let facts = VideoFacts::constant(NUM_FRAMES, FrameRate::new(25, 1).expect("a rate"));
    let asset = Asset::video(AssetId::new(), "walk.mp4", WIDTH, HEIGHT, facts);
    project.commit("Add a video", vec![Edit::add_asset(&asset)]).expect("it is added");
}

/// A window with the object drawn on a frame, and selected.
fn window(frame: u32) -> Window {
    let mut window = Window::with_project(Look::default(), |project, folder| {
        add_walk(project, folder);
        add_labels(project, &["person"]);
    });
    window.settle();
    for _ in 0..frame {
        window.run("video.next_frame");
    }
    window.press(Key::R);
    let rect = truth(frame);
    window.drag((rect.min.x, rect.min.y), (rect.max.x, rect.max.y));
    window.settle();
    window
}

fn follow(window: &mut Window, command: &'static str) {
    window.run(command);
    window.wait_until(|window| !window.harness.state().is_following());
    window.settle();
}

fn object(window: &Window) -> Object {
    let document = window.harness.state().document().expect("the video's objects");
    document.objects()[0].clone()
}

/// How far the object's box is from the truth on a frame, pixels; `None` where it cannot be seen.
fn error(object: &Object, frame: u32) -> Option<f64> {
    let Content::Track(track) = &object.content else { return None };
    let Shape::Box(shape) = shape_at(track, frame)?.shape else { return None };
    let truth = truth(frame);
    Some(shape.0.min.distance(truth.min).max(shape.0.max.distance(truth.max)))
}

#[test]
fn an_object_is_followed_to_the_end_in_one_step_to_undo() {
    let mut window = window(0);
    let before = object(&window);
    follow(&mut window, "track.forward");
    let followed = object(&window);
    for frame in 0..NUM_FRAMES {
        let error = error(&followed, frame).expect("it is there");
        assert!(error < 4.0, "frame {frame}: {error}");
    }
    let num_keyframes = followed.as_track().expect("a track").keyframes.len();
    assert!(num_keyframes < 12, "an even motion takes few keyframes: {num_keyframes}");
    assert_eq!(window.harness.state().frame(), NUM_FRAMES - 1);
    window.run("edit.undo");
    assert_eq!(object(&window), before);
}

#[test]
fn an_object_is_followed_back_to_the_beginning() {
    let mut window = window(20);
    follow(&mut window, "track.back");
    let followed = object(&window);
    for frame in 0..20 {
        let error = error(&followed, frame).expect("it is there");
        assert!(error < 4.0, "frame {frame}: {error}");
    }
}

#[test]
fn escape_leaves_no_trace() {
    let mut window = window(0);
    let before = object(&window);
    window.harness.state_mut().run_command("track.forward");
    window.harness.step();
    assert!(window.harness.state().is_following());
    window.press(Key::Escape);
    window.settle();
    assert_eq!(object(&window), before);
}
