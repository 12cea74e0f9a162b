//! A long video: 4 hours, 2,000 tracks with 100,000 keyframes, 5,000 spans.
//!
//! `cargo bench --bench tracks` makes such a project in a temporary folder and prints how long opening it takes, and
//! what a step to another frame costs: the objects on it, those by place, and what is drawn.

mod long_video;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use fieldmark::edit::{Document, FrameView};
use fieldmark::geometry::Point;
use fieldmark::model::{ActorId, Color, Label, LabelId, Schema};
use fieldmark::pixels::Size;
use fieldmark::project::scene::{Look, Scene, SceneStyle, SceneView, Workers};
use fieldmark::project::{Identity, OpenMode, Project};
use fieldmark::render::Camera;
use fieldmark::tools::HitIndex;

use long_video::{NUM_FRAMES, NUM_SPANS, NUM_TRACKS};

const NUM_STEPS: u32 = 2_000;

fn main() {
    let folder = std::env::temp_dir().join(format!("fieldmark-bench-tracks-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    let path = folder.join("long.fieldmark");
    let asset = long_video::make(&path, 1920, 1080);
    let identity = Identity { actor: ActorId::from_u128(1), name: String::new() };
    for _ in 0..3 {
        let begun = Instant::now();
        let mut project = Project::open(&path, OpenMode::Write, &identity).expect("it opens");
        let opened = begun.elapsed();
        let document = project.load_document(asset).expect("objects");
        println!("open: {opened:.1?}, with all objects: {:.1?}", begun.elapsed());
        assert_eq!(document.num_objects(), (NUM_TRACKS + NUM_SPANS) as usize);
        step(document, "forwards", |frame| frame + 1);
        step(document, "by jumps", |frame| (frame + 40_009) % NUM_FRAMES);
    }
    std::fs::remove_dir_all(&folder).expect("the temporary folder goes");
}

/// Steps through the video and prints what each step cost.
fn step(document: &Document, name: &str, next: impl Fn(u32) -> u32) {
    let schema =
        Arc::new(Schema::from_labels([Label::new(LabelId::from_u128(1), "car", Color::for_index(0))]));
    let (mut view, mut hits, mut scene) =
        (FrameView::new(document.asset()), HitIndex::default(), Scene::default());
    let (mut frame, mut num_shown) = (NUM_FRAMES / 2, 0);
    let mut costs: Vec<[Duration; 3]> = Vec::new();
    for _ in 0..NUM_STEPS {
        frame = next(frame);
        let begun = Instant::now();
        view.follow(document, frame);
        let followed = begun.elapsed();
        hits.follow(view.objects());
        let placed = begun.elapsed();
        let scene_view = SceneView {
            objects: view.objects(),
            schema: &schema,
            style: SceneStyle::default(),
            look: Look::Plain,
            camera: Camera::new(Point::new(960.0, 540.0), 1.0, Size::new(1920, 1080)),
            is_shown: &|_| true,
            shown_key: 0,
            left_out: &BTreeSet::new(),
        };
        scene.layers(&scene_view, Workers::Here);
        costs.push([followed, placed - followed, begun.elapsed() - placed]);
        num_shown += hits.len();
    }
    // The first step makes everything.
    let first: Duration = costs.remove(0).iter().sum();
    let mean = |stage: usize| costs.iter().map(|cost| cost[stage]).sum::<Duration>() / costs.len() as u32;
    let worst = costs.iter().map(|cost| cost.iter().sum::<Duration>()).max().unwrap_or_default();
    println!(
        "{name}: {:.0} objects on a frame; objects {:.1?}, by place {:.1?}, to be drawn {:.1?}; worst step {worst:.1?}, \
         first {first:.1?}",
        num_shown as f64 / f64::from(NUM_STEPS),
        mean(0),
        mean(1),
        mean(2),
    );
}
