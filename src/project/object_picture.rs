//! The objects of an asset as a small picture on transparent ground, to lie over its thumbnail.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::scene::{Look, Scene, SceneStyle, SceneView, Workers};
use crate::base::jobs::JobContext;
use crate::edit::FrameView;
use crate::geometry::Rect;
use crate::model::{AssetId, Content, LabelId, Object, Schema};
use crate::pixels::{Picture, Size};
use crate::render::{Camera, Color, Display, Frame, OffscreenRenderer, RenderError};
use crate::store::Reader;

/// What is to be drawn.
#[derive(Clone)]
pub struct ObjectPictureRequest {
    /// Whose objects.
    pub asset: AssetId,
    /// The size of the asset, pixels.
    pub asset_size: Size,
    /// The size of the picture, pixels.
    pub size: Size,
    /// The labels.
    pub schema: Arc<Schema>,
    /// Objects of these are left out.
    pub hidden_labels: Arc<BTreeSet<LabelId>>,
    /// How they are drawn.
    pub style: SceneStyle,
}

/// Draws objects by themselves, by the same code as the canvas. Not for the window's thread: it reads the project file
/// and waits for the GPU, of which it has a device of its own.
#[derive(Default)]
pub struct ObjectPainter {
    gpu: Option<OffscreenRenderer>,
}

impl ObjectPainter {
    /// Opens the GPU, unless that is done. The first drawing does, too.
    ///
    /// # Errors
    /// When there is none, not even one in software.
    pub fn open(&mut self) -> Result<(), RenderError> {
        self.gpu().map(|_| ())
    }

    /// Draws the objects as they are in the project now, tracks as they are on the first frame. `None` when it was called off.
    ///
    /// # Errors
    /// When the project cannot be read, or nothing can be drawn.
    pub fn draw(
        &mut self,
        reader: &Reader,
        request: &ObjectPictureRequest,
        job: &JobContext,
    ) -> anyhow::Result<Option<Picture>> {
        let document = reader.document(request.asset)?;
        if job.is_cancelled() {
            return Ok(None);
        }
        let Size { width, height } = request.asset_size;
        let whole = Rect::from_xywh(0.0, 0.0, f64::from(width), f64::from(height));
        let camera = Camera::fit_rect(&whole, request.size, 0.0);
        let is_shown = |object: &Object| !object.label.is_some_and(|l| request.hidden_labels.contains(&l));
        let mut on_first_frame = FrameView::new(request.asset);
        let has_tracks =
            document.alive().in_order().any(|object| matches!(object.content, Content::Track(_)));
        if has_tracks {
            on_first_frame.follow(&document, 0);
        }
        let view = SceneView {
            objects: if has_tracks { on_first_frame.objects() } else { document.alive() },
            schema: &request.schema,
            style: request.style,
            look: Look::Plain,
            camera,
            is_shown: &is_shown,
            shown_key: 0,
            left_out: &BTreeSet::new(),
        };
        let layers = Scene::default().layers(&view, Workers::Here);
        let frame = Frame { camera, picture: None, display: Display::default(), probe: None, layers };
        let drawn = self.gpu()?.render(&frame, Color::TRANSPARENT);
        if drawn.is_err() {
            // Its device may be lost; there may be another one the next time.
            self.gpu = None;
        }
        Ok(Some(drawn?))
    }

    fn gpu(&mut self) -> Result<&mut OffscreenRenderer, RenderError> {
        match &mut self.gpu {
            Some(gpu) => Ok(gpu),
            none => Ok(none.insert(OffscreenRenderer::new()?)),
        }
    }
}
