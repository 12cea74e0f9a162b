//! The objects of pictures as textures that lie over their thumbnails.
//!
//! Panels ask for those that they draw. What is not there, or was drawn before the objects changed, is drawn anew by one
//! job at a time, a few pictures in each; until then the old ones stay. So a gallery of any size costs what is in sight.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use eframe::egui::{self, ColorImage, Vec2};

use super::settings::Settings;
use crate::base::cache::ByteCache;
use crate::base::jobs::{Job, JobContext, JobPool, Priority};
use crate::media::Wake;
use crate::model::{AssetId, LabelId, Schema};
use crate::pixels::{Picture, Size};
use crate::project::scene::SceneStyle;
use crate::project::{ObjectPainter, ObjectPictureRequest, Project};
use crate::store::{AssetRow, Reader};

/// Memory for the textures.
const TEXTURE_BUDGET_BYTES: usize = 96 << 20;
/// What a failure is counted as in memory.
const FAILURE_BYTES: usize = 256;
/// A job draws as many at most, and begins none after this time, so that what comes into sight is not late.
const MAX_PER_JOB: usize = 16;
const JOB_TIME: Duration = Duration::from_millis(40);
/// Objects that change all the time are drawn anew no sooner than after so many times what drawing them took.
const REST: u32 = 20;
/// They are drawn as large as they are shown, or up to so much larger: not anew for each step of a slider.
const SIZE_STEP: f32 = 1.25;
const MIN_SIDE_PX: f32 = 64.0;
const MAX_SIDE_PX: f32 = 1024.0;
/// Outlines are narrower than on the canvas, within these limits, points.
const LINE_SHARE: f32 = 0.7;
const LINE_WIDTHS: (f32, f32) = (1.2, 2.0);
/// Halos and points are smaller.
const SCALE: f32 = 0.6;

/// How objects are drawn, whatever the picture.
#[derive(Clone, PartialEq)]
struct Look {
    schema: Arc<Schema>,
    hidden_labels: Arc<BTreeSet<LabelId>>,
    style: SceneStyle,
}

/// What was drawn, and as it was when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Version {
    /// Of the objects.
    revision: u64,
    /// Counts the looks.
    look: u64,
    size: (u32, u32),
}

struct Wish {
    id: AssetId,
    version: Version,
    asset_size: Size,
}

struct Drawn {
    version: Version,
    /// `None` when they could not be drawn.
    texture: Option<egui::TextureHandle>,
    /// When they may be drawn again.
    rests_until: Instant,
}

/// A picture that a job drew.
struct Outcome {
    id: AssetId,
    version: Version,
    image: Option<ColorImage>,
    cost: Duration,
}

/// The objects over the thumbnails that panels show.
pub struct ObjectThumbnails {
    /// A thread of its own: what is drawn waits for the GPU.
    pool: JobPool,
    wake: Wake,
    painter: Arc<Mutex<ObjectPainter>>,
    look: Option<Look>,
    num_looks: u64,
    drawn: ByteCache<AssetId, Drawn>,
    asked: Vec<Wish>,
    job: Option<Job<Vec<Outcome>>>,
}

impl ObjectThumbnails {
    /// None yet. Calls `wake` when there are some.
    pub fn new(wake: Wake) -> Self {
        Self {
            pool: JobPool::new(1),
            wake,
            painter: Arc::default(),
            look: None,
            num_looks: 0,
            drawn: ByteCache::new(TEXTURE_BUDGET_BYTES),
            asked: Vec::new(),
            job: None,
        }
    }

    /// The objects of an asset, to be shown at this size in physical pixels; `None` when there are none, or none yet.
    pub fn get(&mut self, project: &Project, row: &AssetRow, size_px: Vec2) -> Option<egui::TextureHandle> {
        let asset_size = Size::new(row.asset.width, row.asset.height);
        if row.num_objects == 0 || asset_size.num_pixels() == 0 {
            return None;
        }
        let id = row.asset.id;
        let version = Version {
            revision: project.objects_revision(id),
            look: self.num_looks,
            size: size_to_draw(asset_size, size_px),
        };
        self.asked.push(Wish { id, version, asset_size });
        self.drawn.get(&id)?.texture.clone()
    }

    /// Draws what the last frame asked for and is not there as it should be.
    pub fn end_frame(
        &mut self,
        ctx: &egui::Context,
        project: Option<&Project>,
        settings: &Settings,
        hidden_labels: &BTreeSet<LabelId>,
    ) {
        self.take_drawn(ctx);
        let asked = std::mem::take(&mut self.asked);
        let Some(project) = project.filter(|_| !asked.is_empty()) else { return };
        self.follow_look(ctx, project, settings, hidden_labels);
        let now = Instant::now();
        let (mut wishes, mut rests) = (Vec::new(), Vec::new());
        for wish in asked {
            let version = Version { look: self.num_looks, ..wish.version };
            match self.drawn.get(&wish.id) {
                Some(drawn) if drawn.version == version => {}
                Some(drawn) if drawn.rests_until > now => rests.push(drawn.rests_until - now),
                _ => wishes.push(Wish { version, ..wish }),
            }
        }
        if let Some(rest) = rests.into_iter().min() {
            ctx.request_repaint_after(rest);
        }
        // One that runs wakes the window when it is done, which then asks again.
        if self.job.is_none() {
            self.start(project, wishes);
        }
    }

    /// Forgets everything: another project, or none.
    pub fn forget(&mut self) {
        self.job = None;
        self.asked.clear();
        self.drawn.clear();
        self.look = None;
    }

    /// Whether some are being drawn.
    #[cfg(feature = "ui-test")]
    pub fn is_drawing(&self) -> bool {
        self.job.is_some()
    }

    fn take_drawn(&mut self, ctx: &egui::Context) {
        let Some(result) = self.job.as_ref().and_then(Job::poll) else { return };
        self.job = None;
        let outcomes = result.unwrap_or_else(|error| {
            log::warn!("objects could not be drawn over thumbnails: {error}");
            Vec::new()
        });
        for Outcome { id, version, image, cost } in outcomes {
            let num_bytes = image.as_ref().map_or(FAILURE_BYTES, |image| image.pixels.len() * 4);
            let texture = image.map(|image| ctx.load_texture("objects", image, egui::TextureOptions::LINEAR));
            let rests_until = Instant::now() + cost * REST;
            self.drawn.insert(id, Drawn { version, texture, rests_until }, num_bytes);
        }
    }

    /// Counts a new look where anything about it is different.
    fn follow_look(
        &mut self,
        ctx: &egui::Context,
        project: &Project,
        settings: &Settings,
        hidden_labels: &BTreeSet<LabelId>,
    ) {
        let scale = ctx.pixels_per_point();
        let style = SceneStyle {
            fill_opacity: settings.fill_opacity,
            line_width_px: (settings.line_width * LINE_SHARE).clamp(LINE_WIDTHS.0, LINE_WIDTHS.1) * scale,
            scale: scale * SCALE,
            ..SceneStyle::default()
        };
        let is_same = self.look.as_ref().is_some_and(|look| {
            Arc::ptr_eq(&look.schema, project.schema())
                && look.style == style
                && *look.hidden_labels == *hidden_labels
        });
        if !is_same {
            let (schema, hidden_labels) = (Arc::clone(project.schema()), Arc::new(hidden_labels.clone()));
            self.look = Some(Look { schema, hidden_labels, style });
            self.num_looks += 1;
        }
    }

    fn start(&mut self, project: &Project, mut wishes: Vec<Wish>) {
        let Some(look) = self.look.as_ref().filter(|_| !wishes.is_empty()) else { return };
        wishes.truncate(MAX_PER_JOB);
        let reader = match project.open_reader() {
            Ok(reader) => reader,
            Err(error) => return log::warn!("objects cannot be drawn over thumbnails: {error}"),
        };
        let request = |wish: Wish| {
            let request = ObjectPictureRequest {
                asset: wish.id,
                asset_size: wish.asset_size,
                size: Size::new(wish.version.size.0, wish.version.size.1),
                schema: Arc::clone(&look.schema),
                hidden_labels: Arc::clone(&look.hidden_labels),
                style: look.style,
            };
            (wish.version, request)
        };
        let requests: Vec<_> = wishes.into_iter().map(request).collect();
        let (painter, wake) = (Arc::clone(&self.painter), Arc::clone(&self.wake));
        let draw = move |job: &JobContext| draw_all(&painter, &reader, requests, job);
        self.job = Some(self.pool.submit(Priority::Ahead, move || wake(), draw));
    }
}

/// Draws one after the other, until it is time to show what there is.
fn draw_all(
    painter: &Mutex<ObjectPainter>,
    reader: &Reader,
    requests: Vec<(Version, ObjectPictureRequest)>,
    job: &JobContext,
) -> Vec<Outcome> {
    let mut painter = painter.lock().unwrap_or_else(PoisonError::into_inner);
    if let Err(error) = painter.open() {
        log::warn!("objects cannot be drawn over thumbnails: {error}");
    }
    let begun = Instant::now();
    let mut outcomes = Vec::new();
    for (version, request) in requests {
        if job.is_cancelled() || begun.elapsed() > JOB_TIME {
            break;
        }
        let drawing = Instant::now();
        // A bug in a graphics driver costs one picture.
        let drawn = catch_unwind(AssertUnwindSafe(|| painter.draw(reader, &request, job)));
        let image = match drawn {
            Ok(Ok(None)) => break,
            Ok(Ok(Some(picture))) => Some(image_of(&picture)),
            Ok(Err(error)) => {
                log::debug!("the objects of a picture cannot be drawn: {error:#}");
                None
            }
            Err(_) => None,
        };
        outcomes.push(Outcome { id: request.asset, version, image, cost: drawing.elapsed() });
    }
    outcomes
}

fn image_of(picture: &Picture) -> ColorImage {
    let size = [picture.size().width as usize, picture.size().height as usize];
    ColorImage::from_rgba_unmultiplied(size, picture.rgba())
}

/// The size to draw a picture at that is shown at some size: the next larger of a few, in the proportions of the asset.
fn size_to_draw(asset: Size, shown_px: Vec2) -> (u32, u32) {
    let shown_side = shown_px.x.max(shown_px.y);
    let mut side = MIN_SIDE_PX;
    while side < shown_side.min(MAX_SIDE_PX) {
        side *= SIZE_STEP;
    }
    let (width, height) = (f64::from(asset.width), f64::from(asset.height));
    let scale = f64::from(side) / width.max(height);
    let pixels = |length: f64| (length * scale).round().max(1.0) as u32;
    (pixels(width), pixels(height))
}

#[cfg(test)]
mod tests {
    use super::*;
    use eframe::egui::vec2;

    #[test]
    fn sizes_go_in_steps_and_are_never_smaller_than_what_is_shown() {
        let asset = Size::new(4000, 3000);
        let (width, height) = size_to_draw(asset, vec2(160.0, 120.0));
        assert!((160..=200).contains(&width) && (120..=150).contains(&height), "{width} × {height}");
        assert_eq!(size_to_draw(asset, vec2(159.0, 119.0)), (width, height));
        assert_eq!(size_to_draw(Size::new(100_000, 10), vec2(64.0, 1.0)), (64, 1));
        assert!(size_to_draw(asset, vec2(1e9, 1e9)).0 <= (MAX_SIDE_PX * SIZE_STEP) as u32);
    }
}
