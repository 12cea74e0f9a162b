//! The window's part of the canvas, without the window.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::gesture::Phase;
use super::picture::{GeneratedPicture, ReadMeter, Reads};
use super::shapes::{self, SceneOptions};
use crate::base::cpu_time::{CpuBudget, thread_cpu_time};
use crate::base::jobs::JobPool;
use crate::edit::{Document, StampSource, Transaction};
use crate::geometry::Point;
use crate::media::{DEFAULT_TILE_MEMORY_BYTES, RegionSource as _, TileLoader, TileMemory};
use crate::model::{ActorId, LabelId, Schema, Shape};
use crate::pixels::{Size, TiledPicture};
use crate::project::scene::{Look, Painter, Scene, SceneStyle, SceneView, Workers};
use crate::render::{
    Camera, Display, FRAME_TIME, Frame, FrameBudget, FramePicture, FrameTimes, Layer, OffscreenRenderer,
};
use crate::tools::{
    Button, Draft, HitIndex, Input, Modifiers, Response, Selection, ToolContext, ToolSettings, Toolbox,
};

/// No screen shows more: what is read in the background has as much time between frames as it has there.
const MIN_FRAME_TIME: Duration = Duration::from_micros(16_667);

/// One frame, by stage.
pub struct Sample {
    /// The tool, the edit, following it.
    pub tool: Duration,
    /// What lies under the pointer.
    pub hit: Duration,
    /// The layers of the objects.
    pub layers: Duration,
    /// The tool and the layers on the wall, where other programs count.
    pub wall: Duration,
    /// Uploading and drawing.
    pub drawing: FrameTimes,
    /// What other threads read of the picture since the frame before.
    pub reads: Reads,
}

impl Sample {
    /// What [`Sample::ours`] took on the wall.
    pub fn ours_wall(&self) -> Duration {
        self.wall + self.drawing.wall
    }

    /// The processor time of the window's thread.
    pub fn ours(&self) -> Duration {
        self.tool + self.layers + self.drawing.prepare + self.drawing.encode
    }

    /// Whether the picture was drawn as finely as it can be seen.
    pub fn is_sharp(&self) -> bool {
        self.drawing.stats.num_tiles_awaited + self.drawing.stats.num_tiles_missing == 0
    }
}

/// The window's part of the canvas, without the window.
pub struct Desk {
    document: Document,
    stamps: StampSource,
    schema: Arc<Schema>,
    hits: HitIndex,
    selection: Selection,
    toolbox: Toolbox,
    scene: Scene,
    settings: ToolSettings,
    size: Size,
    picture: Option<(Arc<dyn TiledPicture>, Arc<ReadMeter>)>,
    reads: Reads,
    camera: Camera,
    pool: Arc<JobPool>,
    wake: Arc<dyn Fn() + Send + Sync>,
    gpu: OffscreenRenderer,
    last_frame: Option<Instant>,
}

/// How long it took to make what a desk holds.
pub struct MakingTimes {
    /// The document, of its ops.
    pub fold: Duration,
    /// The index for hit tests.
    pub index: Duration,
}

impl Desk {
    /// A desk with everything in view, and nothing drawn yet.
    pub fn new(
        options: &SceneOptions,
        has_picture: bool,
        view: Size,
        gpu: OffscreenRenderer,
    ) -> (Self, MakingTimes) {
        let begun = Instant::now();
        let (document, stamps) = shapes::document(options);
        let fold = begun.elapsed();
        let begun = Instant::now();
        let hits = HitIndex::new(document.alive());
        let times = MakingTimes { fold, index: begun.elapsed() };
        let pool = Arc::new(JobPool::with_all_processors());
        let wake: Arc<dyn Fn() + Send + Sync> = Arc::new(|| {});
        let picture = has_picture.then(|| generated_picture(options.picture, &pool, &wake));
        let desk = Self {
            document,
            stamps,
            schema: Arc::new(shapes::schema()),
            hits,
            selection: Selection::default(),
            toolbox: Toolbox::default(),
            scene: Scene::default(),
            settings: ToolSettings { keep_inside: false, ..ToolSettings::default() },
            size: options.picture,
            picture,
            reads: Reads::default(),
            camera: Camera::fit(options.picture, view, 0.0),
            pool,
            wake,
            gpu,
            last_frame: None,
        };
        (desk, times)
    }

    /// Draws frames until all is there as it is to be seen. Returns them, and when the first was done.
    pub fn open(&mut self) -> anyhow::Result<(Vec<Sample>, Duration)> {
        let begun = Instant::now();
        let mut sample = self.frame(&[])?;
        let first = begun.elapsed();
        let mut samples = Vec::new();
        while !self.is_settled(&sample) {
            samples.push(std::mem::replace(&mut sample, self.frame(&[])?));
        }
        samples.push(sample);
        Ok((samples, first))
    }

    /// A gesture of so many frames at most, within about this time.
    pub fn perform(&mut self, phase: Phase, num_frames: u32, limit: Duration) -> anyhow::Result<Vec<Sample>> {
        let start = self.camera;
        let grip = if phase.needs_grip() { self.vertex_in_view() } else { None };
        let is_drag = phase == Phase::DragVertex;
        let mut at = grip.unwrap_or_default();
        if let Some(at) = grip.filter(|_| is_drag) {
            press(at).iter().for_each(|input| self.handle(input));
        }
        let begun = Instant::now();
        let mut samples = Vec::new();
        for n in 0..num_frames {
            // Gestures go to their end also where frames are slow.
            let by_time = begun.elapsed().as_secs_f64() / limit.as_secs_f64();
            let part = (f64::from(n) / f64::from(num_frames - 1)).max(by_time).min(1.0);
            self.camera = phase.camera(&start, part, self.size);
            let inputs = phase.inputs(n, part, &self.camera, grip.map(|_| &mut at));
            samples.push(self.frame(&inputs)?);
            if part >= 1.0 {
                break;
            }
        }
        if grip.is_some() && is_drag {
            samples.push(self.frame(&[release(at)])?);
        }
        Ok(samples)
    }

    /// One frame with these inputs of the tool, not before it is time for one.
    fn frame(&mut self, inputs: &[Input]) -> anyhow::Result<Sample> {
        if let Some(last) = self.last_frame {
            std::thread::sleep(MIN_FRAME_TIME.saturating_sub(last.elapsed()));
        }
        self.last_frame = Some(Instant::now());
        let (begun, begun_at) = (thread_cpu_time(), Instant::now());
        let time = CpuBudget::new(FRAME_TIME);
        for input in inputs {
            self.handle(input);
        }
        let no_labels = BTreeSet::new();
        let hit_begun = thread_cpu_time();
        let draft = self.toolbox.draft(&self.context(&no_labels));
        let handled = thread_cpu_time();
        let layers = self.layers(&draft);
        let picture = self.picture.as_ref().map(|(picture, _)| Arc::clone(picture));
        let frame = Frame {
            camera: self.camera,
            picture: picture.map(FramePicture::Tiles),
            display: Display::default(),
            probe: None,
            layers,
        };
        let (layers, wall) = (thread_cpu_time() - handled, begun_at.elapsed());
        let drawing = self.gpu.measure(&frame, &FrameBudget::within(&time))?;
        let reads = self.picture.as_ref().map_or_else(Reads::default, |(_, meter)| meter.now());
        let former = std::mem::replace(&mut self.reads, reads);
        Ok(Sample {
            tool: handled - begun,
            hit: handled - hit_begun,
            layers,
            wall,
            drawing,
            reads: reads.since(former),
        })
    }

    fn layers(&mut self, draft: &Draft) -> Vec<Arc<Layer>> {
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
        let mut above = Layer::new().at_once();
        let painter = Painter::new(&self.schema, style);
        for object in standing_out.iter().filter_map(|id| self.document.object(*id)) {
            match draft.previews.get(&object.id) {
                Some(shape) => painter.shape(&mut above, shape, object.label, Look::Selected),
                None => painter.object(&mut above, object, Look::Hovered, false),
            }
        }
        layers.push(Arc::new(above));
        layers
    }

    fn context<'a>(&'a self, hidden_labels: &'a BTreeSet<LabelId>) -> ToolContext<'a> {
        ToolContext {
            objects: self.document.alive(),
            schema: &self.schema,
            hits: &self.hits,
            selection: &self.selection,
            label: None,
            hidden_labels,
            picture: self.size,
            view: self.camera.visible_rect(),
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
        self.scene.is_settled() && sample.drawing.stats.num_layers_waiting == 0 && sample.is_sharp()
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
}

/// The pointer goes somewhere and its button goes down.
pub fn press(at: Point) -> [Input; 2] {
    let modifiers = Modifiers::NONE;
    let down = Input::PointerDown { at, button: Button::Primary, modifiers, click_count: 1 };
    [Input::PointerMove { at, modifiers }, down]
}

/// The button comes up.
pub fn release(at: Point) -> Input {
    Input::PointerUp { at, button: Button::Primary, modifiers: Modifiers::NONE }
}

fn generated_picture(
    size: Size,
    pool: &Arc<JobPool>,
    wake: &Arc<dyn Fn() + Send + Sync>,
) -> (Arc<dyn TiledPicture>, Arc<ReadMeter>) {
    let (source, meter) = GeneratedPicture::new(size);
    let memory = Arc::new(TileMemory::new(DEFAULT_TILE_MEMORY_BYTES));
    let (pyramid, format) = (source.pyramid(), source.format());
    let loader = TileLoader::new(Arc::clone(pool), Arc::clone(wake), &memory, pyramid, format);
    loader.set_source(Arc::new(source));
    (loader, meter)
}
