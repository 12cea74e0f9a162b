//! `fieldmark bench canvas`: a generated scene, looked at and edited as in the window, drawn by the same code.

use crate::cli::console::Console;
use crate::cli::parse::size;
use crate::pixels::Size;

/// Look at and edit a generated scene, and tell how long frames take
///
/// "Ours" is the processor time of the thread that draws the window: the tool, following edits, layers, uploads, draw calls.
/// "Driver" is what the graphics driver and the GPU take besides; without a GPU that is the drawing itself.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many shapes.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..=5_000_000))]
    shapes: u32,

    /// Which shapes.
    #[cfg(feature = "desktop")]
    #[arg(long, value_enum, default_value = "polygons")]
    kind: super::shapes::Kind,

    /// Points of each polygon.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(3..=10_000))]
    points: u32,

    /// The size of the picture.
    #[arg(long, value_name = "WxH", default_value = "60000x60000", value_parser = size)]
    picture: Size,

    /// The size of the view, at most that of a texture.
    #[arg(long, value_name = "WxH", default_value = "1920x1080", value_parser = size)]
    view: Size,

    /// The most frames of each gesture.
    #[arg(long, default_value_t = 120, value_parser = clap::value_parser!(u32).range(2..=100_000))]
    frames: u32,

    /// The most seconds for each gesture.
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
}

#[cfg(not(feature = "desktop"))]
impl Args {
    pub fn run(self, _: &Console) -> anyhow::Result<()> {
        let Self { shapes: _, points: _, picture: _, view: _, frames: _, seconds: _ } = self;
        anyhow::bail!("this build cannot draw; use one with the feature `desktop`")
    }
}

#[cfg(feature = "desktop")]
mod running {
    use std::collections::BTreeSet;
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use serde::Serialize;
    use serde_json::json;

    use super::super::paths::Phase;
    use super::super::samples::{Percentiles, ms_text, peak_memory_bytes};
    use super::super::shapes::{self, SceneOptions};
    use super::{Args, Console};
    use crate::base::cpu_time::thread_cpu_time;
    use crate::base::jobs::JobPool;
    use crate::edit::{Document, StampSource, Transaction};
    use crate::geometry::{Point, Vector};
    use crate::model::{ActorId, LabelId, Schema, Shape};
    use crate::pixels::Size;
    use crate::project::scene::{Look, Painter, Scene, SceneStyle, SceneView, Workers};
    use crate::render::{Camera, Display, Frame, FrameTimes, Layer, OffscreenRenderer, TileBudget};
    use crate::tools::{
        Button, HitIndex, Input, Modifiers, Response, Selection, ToolContext, ToolSettings, Toolbox,
    };

    /// One frame, by stage.
    struct Sample {
        /// The tool, the edit, following it.
        tool: Duration,
        hit: Duration,
        layers: Duration,
        drawing: FrameTimes,
    }

    impl Sample {
        fn ours(&self) -> Duration {
            self.tool + self.layers + self.drawing.prepare + self.drawing.encode
        }
    }

    /// What is told of a gesture. Times are milliseconds.
    #[derive(Serialize)]
    struct Measured {
        phase: Phase,
        num_frames: usize,
        ours: Percentiles,
        tool: Percentiles,
        layers: Percentiles,
        upload: Percentiles,
        encode: Percentiles,
        driver: Percentiles,
        hit_test: Percentiles,
        uploaded_bytes: u64,
        max_draw_calls: usize,
        tiles_missing: usize,
    }

    impl Measured {
        fn of(phase: Phase, samples: &[Sample]) -> Self {
            let times = |f: fn(&Sample) -> Duration| Percentiles::of(samples.iter().map(f));
            let stats = || samples.iter().map(|sample| sample.drawing.stats);
            Self {
                phase,
                num_frames: samples.len(),
                ours: times(Sample::ours),
                tool: times(|sample| sample.tool),
                layers: times(|sample| sample.layers),
                upload: times(|sample| sample.drawing.prepare),
                encode: times(|sample| sample.drawing.encode),
                driver: times(|sample| sample.drawing.wait),
                hit_test: times(|sample| sample.hit),
                uploaded_bytes: stats().map(|stats| stats.bytes_uploaded).sum(),
                max_draw_calls: stats().map(|stats| stats.num_draw_calls).max().unwrap_or(0),
                tiles_missing: stats().map(|stats| stats.num_tiles_missing).max().unwrap_or(0),
            }
        }

        fn line(&self) -> String {
            let Percentiles { median, p95, p99, max } = self.ours;
            let [median, p95, p99, max] = [median, p95, p99, max].map(ms_text);
            let [tool, layers, upload, encode, driver, hit] =
                [self.tool, self.layers, self.upload, self.encode, self.driver, self.hit_test]
                    .map(|times| ms_text(times.median));
            format!(
                "{:14}{:>7}{median:>9}{p95:>8}{p99:>8}{max:>8}  |{tool:>8}{layers:>8}{upload:>8}{encode:>8}  \
                 |{driver:>9}{hit:>9}{:>10.1}{:>7}",
                self.phase.name(),
                self.num_frames,
                self.uploaded_bytes as f64 / 1e6,
                self.max_draw_calls,
            )
        }
    }

    const HEAD: &str = "gesture        frames   median     p95     p99     max  |    tool  layers  upload  encode  \
                        |  driver hit test  uploaded  calls\n\
                        \u{20}                       ours, ms                         |    median, ms                    \
                        |     ms       ms        MB";

    /// The window's part of the canvas, without the window.
    struct Desk {
        document: Document,
        stamps: StampSource,
        schema: Arc<Schema>,
        hits: HitIndex,
        selection: Selection,
        toolbox: Toolbox,
        scene: Scene,
        settings: ToolSettings,
        picture: Size,
        camera: Camera,
        pool: JobPool,
        wake: Arc<dyn Fn() + Send + Sync>,
        gpu: OffscreenRenderer,
    }

    impl Desk {
        /// One frame with these inputs of the tool.
        fn frame(&mut self, inputs: &[Input]) -> anyhow::Result<Sample> {
            let begun = thread_cpu_time();
            for input in inputs {
                self.handle(input);
            }
            let no_labels = BTreeSet::new();
            let context = self.context(&no_labels);
            let hit_begun = thread_cpu_time();
            let draft = self.toolbox.draft(&context);
            let handled = thread_cpu_time();
            let (hit, tool) = (handled - hit_begun, handled - begun);

            let mut standing_out: BTreeSet<_> = self.selection.iter().collect();
            standing_out.extend(draft.highlighted.iter().copied());
            let style = SceneStyle::default();
            let view = SceneView {
                objects: self.document.alive(),
                schema: &self.schema,
                style,
                look: Look::Plain,
                camera: self.camera,
                is_shown: &|_| true,
                shown_key: 0,
                left_out: &standing_out,
            };
            let mut layers = self.scene.layers(&view, Workers::Pool(&self.pool, &self.wake));
            let mut above = Layer::new();
            let painter = Painter::new(&self.schema, style);
            for object in standing_out.iter().filter_map(|id| self.document.object(*id)) {
                match draft.previews.get(&object.id) {
                    Some(shape) => painter.shape(&mut above, shape, object.label, Look::Selected),
                    None => painter.object(&mut above, object, Look::Hovered, false),
                }
            }
            layers.push(Arc::new(above));
            let frame = Frame {
                camera: self.camera,
                picture: None,
                display: Display::default(),
                probe: None,
                layers,
            };
            let layers = thread_cpu_time() - handled;
            let drawing = self.gpu.measure(&frame, &TileBudget::default())?;
            Ok(Sample { tool, hit, layers, drawing })
        }

        fn context<'a>(&'a self, hidden_labels: &'a BTreeSet<LabelId>) -> ToolContext<'a> {
            ToolContext {
                objects: self.document.alive(),
                schema: &self.schema,
                hits: &self.hits,
                selection: &self.selection,
                label: None,
                hidden_labels,
                picture: self.picture,
                px_per_screen_px: 1.0 / self.camera.zoom(),
                author: ActorId::from_u128(1),
                settings: &self.settings,
            }
        }

        /// Gives an input to the tool and does what it wants done.
        fn handle(&mut self, input: &Input) {
            let mut toolbox = std::mem::take(&mut self.toolbox);
            let no_labels = BTreeSet::new();
            let Response { gesture, selection, .. } = toolbox.handle(input, &self.context(&no_labels));
            self.toolbox = toolbox;
            if let Some(gesture) = gesture {
                let transaction =
                    Transaction::from_edits("Edit", gesture.edits, &self.document, &mut self.stamps);
                for op in &transaction.ops {
                    self.document.apply(op);
                }
                self.hits.follow(self.document.alive());
            }
            self.selection = selection.unwrap_or_else(|| self.selection.clone());
        }

        fn is_settled(&self, sample: &Sample) -> bool {
            self.scene.is_settled() && sample.drawing.stats.num_layers_waiting == 0
        }

        /// The vertex of a polygon, or the corner of a box, near the middle of the view, with that object selected.
        fn vertex_in_view(&mut self) -> Option<Point> {
            let middle = self.camera.visible_rect().center();
            let id = self
                .hits
                .within(&self.camera.visible_rect())
                .filter_map(|id| Some((id, self.hits.bounds(id)?)))
                .min_by(|(_, a), (_, b)| a.center().distance(middle).total_cmp(&b.center().distance(middle)))?
                .0;
            self.selection = Selection::of(id);
            match self.document.object(id)?.as_shape()? {
                Shape::Polygon(polygon) => polygon.rings().next()?.first().copied(),
                shape => Some(shape.bounds().min),
            }
        }

        fn run(&mut self, phase: Phase, num_frames: u32, limit: Duration) -> anyhow::Result<Vec<Sample>> {
            let start = self.camera;
            let grip = match phase {
                Phase::DragVertex | Phase::Edit => self.vertex_in_view(),
                _ => None,
            };
            let modifiers = Modifiers::NONE;
            if let (Phase::DragVertex, Some(at)) = (phase, grip) {
                self.handle(&Input::PointerMove { at, modifiers });
                self.handle(&Input::PointerDown { at, button: Button::Primary, modifiers, click_count: 1 });
            }
            let begun = Instant::now();
            let mut samples = Vec::new();
            let mut at = grip.unwrap_or_default();
            for n in 0..num_frames {
                // Gestures go to their end also where frames are slow.
                let by_time = begun.elapsed().as_secs_f64() / limit.as_secs_f64();
                let part = (f64::from(n) / f64::from(num_frames - 1)).max(by_time).min(1.0);
                self.camera = phase.camera(&start, part, self.picture);
                let step = Vector::new(3.0, 2.0) / self.camera.zoom();
                let inputs = match (phase, grip) {
                    (Phase::DragVertex, Some(_)) => {
                        at += step;
                        vec![Input::PointerMove { at, modifiers }]
                    }
                    (Phase::Edit, Some(_)) => {
                        let from = at;
                        at = if n % 2 == 0 { from + step * 4.0 } else { from - step * 4.0 };
                        vec![
                            Input::PointerMove { at: from, modifiers },
                            Input::PointerDown {
                                at: from,
                                button: Button::Primary,
                                modifiers,
                                click_count: 1,
                            },
                            Input::PointerMove { at, modifiers },
                            Input::PointerUp { at, button: Button::Primary, modifiers },
                        ]
                    }
                    (Phase::Hover, _) => {
                        vec![Input::PointerMove { at: phase.pointer(&self.camera, part), modifiers }]
                    }
                    _ => Vec::new(),
                };
                samples.push(self.frame(&inputs)?);
                if part >= 1.0 {
                    break;
                }
            }
            if let (Phase::DragVertex, Some(_)) = (phase, grip) {
                samples.push(self.frame(&[Input::PointerUp { at, button: Button::Primary, modifiers }])?);
            }
            Ok(samples)
        }
    }

    impl Args {
        pub fn run(self, console: &Console) -> anyhow::Result<()> {
            anyhow::ensure!(
                self.seconds.is_finite() && self.seconds > 0.0,
                "give each gesture some time, for example --seconds 5"
            );
            let gpu = OffscreenRenderer::new()?;
            let adapter = gpu.adapter_summary().to_string();
            let options = SceneOptions {
                picture: self.picture,
                num_shapes: self.shapes as usize,
                kind: self.kind,
                num_points: self.points as usize,
            };
            console.say(
                &format!(
                    "{} {:?} on {} × {} pixels, seen at {} × {}",
                    self.shapes,
                    self.kind,
                    self.picture.width,
                    self.picture.height,
                    self.view.width,
                    self.view.height
                )
                .to_lowercase(),
            );
            let begun = Instant::now();
            let (document, stamps) = shapes::document(&options);
            let fold = begun.elapsed();
            let begun = Instant::now();
            let hits = HitIndex::new(document.alive());
            let index = begun.elapsed();
            let mut desk = Desk {
                document,
                stamps,
                schema: Arc::new(shapes::schema()),
                hits,
                selection: Selection::default(),
                toolbox: Toolbox::default(),
                scene: Scene::default(),
                settings: ToolSettings { keep_inside: false, ..ToolSettings::default() },
                picture: self.picture,
                camera: Camera::fit(self.picture, self.view, 0.0),
                pool: JobPool::with_all_processors(),
                wake: Arc::new(|| {}),
                gpu,
            };
            let begun = Instant::now();
            let mut opening = vec![desk.frame(&[])?];
            let first = begun.elapsed();
            while !desk.is_settled(opening.last().unwrap_or_else(|| unreachable!("the first frame is there")))
            {
                opening.push(desk.frame(&[])?);
            }
            let complete = begun.elapsed();
            let limit = Duration::from_secs_f64(self.seconds);
            let mut measured = Vec::new();
            for phase in Phase::ALL {
                measured.push(Measured::of(phase, &desk.run(phase, self.frames, limit)?));
            }
            let ms = |time: Duration| time.as_secs_f64() * 1e3;
            let opened = json!({
                "fold_ms": ms(fold), "index_ms": ms(index), "first_frame_ms": ms(first),
                "complete_ms": ms(complete), "num_frames": opening.len(),
                "ours": Percentiles::of(opening.iter().map(Sample::ours)),
            });
            let memory = peak_memory_bytes();
            console.result(
                &json!({
                    "adapter": adapter, "shapes": self.shapes, "kind": self.kind, "points": self.points,
                    "picture": [self.picture.width, self.picture.height],
                    "view": [self.view.width, self.view.height],
                    "open": opened, "gestures": measured, "peak_memory_bytes": memory,
                }),
                || {
                    let ours = Percentiles::of(opening.iter().map(Sample::ours));
                    let mut lines = vec![
                        adapter.clone(),
                        format!(
                            "open: fold {} ms, index {} ms, first frame {} ms, complete {} ms; longest frame of ours {} ms",
                            ms_text(ms(fold)), ms_text(ms(index)), ms_text(ms(first)), ms_text(ms(complete)),
                            ms_text(ours.max),
                        ),
                        HEAD.to_owned(),
                    ];
                    lines.extend(measured.iter().map(Measured::line));
                    if let Some(bytes) = memory {
                        lines.push(format!("peak memory {} MB", bytes / 1_000_000));
                    }
                    lines.join("\n")
                },
            )
        }
    }
}
