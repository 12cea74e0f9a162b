//! What the window costs on a long video: 4 hours, 2,000 tracks with 100,000 keyframes, 5,000 spans.
//!
//! `cargo bench --features ui-test --bench window` makes such a project and its video in a temporary folder (with
//! `ffmpeg`), opens the window on it without a screen, and prints for each thing that hands do what a frame takes: the
//! processor time of the thread that draws, of everything but the GPU's part, and of that the shapes becoming triangles.

mod long_video;

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use eframe::egui::{Event, Modifiers, MouseWheelSource, MouseWheelUnit, Pos2, TouchPhase, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use fieldmark::app::FieldmarkApp;
use fieldmark::base::cpu_time::thread_cpu_time;
use fieldmark::media::ThumbnailCache;
use fieldmark::model::ActorId;
use fieldmark::project::Identity;

/// Frames of each thing that is done.
const NUM_STEPS: usize = 240;
/// Longer than opening takes, even on a slow machine.
const PATIENCE: Duration = Duration::from_secs(300);

fn main() {
    let folder = std::env::temp_dir().join(format!("fieldmark-bench-window-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("config")).expect("a temporary folder");
    let path = folder.join("long.fieldmark");
    make_video(&folder.join("long.mp4"));
    long_video::make(&path, 64, 36);
    let begun = Instant::now();
    let mut desk = Desk::open(&folder, &path);
    println!("open, with all objects and the video's index: {:.1?}", begun.elapsed());
    let (lanes, ruler) = desk.places();
    desk.measure("idle", |_, _| {});
    desk.measure("pointer over the lanes", |desk, n| {
        desk.event(Event::PointerMoved(lanes + vec2((n * 7 % 500) as f32, (n * 3 % 90) as f32)));
    });
    desk.measure("scroll the lanes", |desk, _| desk.wheel(vec2(0.0, -30.0), Modifiers::NONE));
    desk.measure("zoom in and out", |desk, n| {
        let up = if n % 120 < 60 { 12.0 } else { -12.0 };
        desk.wheel(vec2(0.0, up), Modifiers::CTRL);
    });
    desk.run("timeline.fit");
    desk.event(Event::PointerMoved(ruler));
    desk.measure("pointer over the ruler", |desk, n| {
        desk.event(Event::PointerMoved(ruler + vec2((n * 5 % 700) as f32, 0.0)));
    });
    desk.measure("step", |desk, _| desk.run("video.next_frame"));
    desk.run("video.play");
    desk.measure("play", |_, _| {});
    desk.run("video.play");
    desk.run("edit.select_all");
    desk.measure("everything on the frame selected", |desk, _| desk.run("video.next_frame"));
    let all = desk.harness.get_by_label("List all of the video").rect().center();
    desk.click(all);
    desk.measure("all objects listed, stepping", |desk, _| desk.run("video.next_frame"));
    drop(desk);
    std::fs::remove_dir_all(&folder).expect("the temporary folder goes");
}

/// Four hours of one colour, at 30 frames a second: what there is to decode is no part of this.
fn make_video(path: &Path) {
    let minute = path.with_file_name("minute.mp4");
    let ffmpeg = |args: &[&str], path: &Path| {
        let status = Command::new("ffmpeg").args(["-v", "error", "-nostdin"]).args(args).arg(path).status();
        assert!(status.expect("ffmpeg can be run; packaging/setup.sh --test installs it").success());
    };
    ffmpeg(
        &["-f", "lavfi", "-i", "color=c=gray:s=64x36:r=30:d=60", "-c:v", "libx264", "-g", "30", "-bf", "0"],
        &minute,
    );
    let input = minute.display().to_string();
    ffmpeg(&["-stream_loop", "239", "-i", &input, "-c", "copy"], path);
}

/// The window, without a screen.
struct Desk {
    harness: Harness<'static, FieldmarkApp>,
}

impl Desk {
    fn open(folder: &Path, project: &Path) -> Self {
        let config = folder.join("config");
        let settings = "has_chosen_profile = true\nthumbnail_objects = false\n";
        std::fs::write(config.join("settings.toml"), settings).expect("settings");
        let cache = Arc::new(ThumbnailCache::new(folder.join("cache"), 100_000_000));
        let identity = Identity { actor: ActorId::from_u128(1), name: String::new() };
        let mut harness = Harness::builder()
            .with_size([1440.0, 900.0])
            .build_eframe(|creation| FieldmarkApp::new(creation, identity, config, cache));
        harness.state_mut().open(project.to_owned());
        let begun = Instant::now();
        let mut num_quiet = 0;
        while num_quiet < 3 {
            assert!(begun.elapsed() < PATIENCE, "the window does not come to rest");
            harness.step();
            let is_there = harness.state().document().is_some() && harness.state_mut().is_settled();
            num_quiet = if is_there { num_quiet + 1 } else { 0 };
        }
        Self { harness }
    }

    /// A place on the lanes, and one on the ruler.
    fn places(&self) -> (Pos2, Pos2) {
        let timeline = self.harness.get_by_label_contains("Timeline, frame").rect();
        let x = timeline.left() + 300.0;
        (pos2(x, timeline.bottom() - 100.0), pos2(x, timeline.top() + 10.0))
    }

    fn event(&self, event: Event) {
        self.harness.event(event);
    }

    fn wheel(&self, delta: eframe::egui::Vec2, modifiers: Modifiers) {
        let (unit, phase, source) = (MouseWheelUnit::Point, TouchPhase::Move, MouseWheelSource::Wheel);
        self.event(Event::MouseWheel { unit, delta, phase, modifiers, source });
    }

    fn run(&mut self, command: &'static str) {
        self.harness.state_mut().run_command(command);
    }

    fn click(&mut self, pos: Pos2) {
        let button = |pressed| Event::PointerButton {
            pos,
            button: eframe::egui::PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        };
        [Event::PointerMoved(pos), button(true), button(false)].into_iter().for_each(|e| self.event(e));
        self.harness.step();
    }

    /// Does something before each of many frames, and prints what the frames took.
    fn measure(&mut self, name: &str, mut act: impl FnMut(&mut Self, usize)) {
        let mut frames = Vec::new();
        let mut triangles = Vec::new();
        for n in 0..NUM_STEPS {
            act(self, n);
            self.harness.step();
            let begun = thread_cpu_time();
            let output = self.harness.output();
            self.harness.ctx.tessellate(output.shapes.clone(), output.pixels_per_point);
            triangles.push(thread_cpu_time() - begun);
            frames.push(self.harness.state().frame_time() + triangles[n]);
        }
        frames.sort_unstable();
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        let mean = frames.iter().sum::<Duration>() / NUM_STEPS as u32;
        println!(
            "{name}: {:.2} ms on average, {:.2} ms of 95 %, {:.2} ms at worst; of that triangles {:.2} ms",
            ms(mean),
            ms(frames[NUM_STEPS * 95 / 100]),
            ms(frames[NUM_STEPS - 1]),
            ms(triangles.iter().sum::<Duration>() / NUM_STEPS as u32),
        );
    }
}
