//! Frames as the window shows them, and as pictures: for export, thumbnails and the tracker. There is one way of making
//! colours of samples, so that a saved frame is the one that was on screen.

use std::sync::Arc;

use super::ffmpeg::{NativeFrame, Scaler};
use crate::media::Orientation;
use crate::media::resize::resize;
use crate::pixels::{ColorRange, Picture, PlaneLayout, Size, VideoFrame, VideoPlane};

/// Turns decoded frames into what is drawn. Keep it for many frames: it sets itself up once for each size and format.
#[derive(Default)]
pub struct PictureConverter {
    scaler: Scaler,
}

impl PictureConverter {
    /// The frame as it is drawn: its own planes where they can be taken as they are, else as RGBA, as FFmpeg makes it.
    /// `None` where there is no memory, or FFmpeg cannot convert the pixel format.
    pub fn drawable(&mut self, frame: &Arc<NativeFrame>) -> Option<VideoFrame> {
        frame.share().or_else(|| {
            let picture = self.scaler.rgba(frame)?;
            let stride = picture.size().width as usize * 4;
            let plane = VideoPlane { bytes: Arc::new(picture.rgba().to_vec()), stride };
            let (layout, range) = (PlaneLayout::Rgba8, ColorRange::Full);
            VideoFrame::new(picture.size(), layout, frame.matrix(), range, vec![plane])
        })
    }

    /// The frame at its full size, upright. `None` as in [`PictureConverter::drawable`].
    pub fn convert(&mut self, frame: &Arc<NativeFrame>, orientation: Orientation) -> Option<Picture> {
        self.drawable(frame)?.picture(orientation.into())
    }

    /// The frame, upright, at most as large as `max` and never enlarged.
    pub fn convert_within(
        &mut self,
        frame: &Arc<NativeFrame>,
        orientation: Orientation,
        max: Size,
    ) -> Option<Picture> {
        let frame = self.drawable(frame)?;
        let size = orientation.apply_to_size(frame.size()).fit_within(max);
        // The filter that makes the rest of the way wants no less than twice the size.
        let stored = orientation.apply_to_size(size);
        let times =
            (frame.size().width / stored.width.max(1)).min(frame.size().height / stored.height.max(1));
        let num_halvings = (times / 2).checked_ilog2().unwrap_or(0);
        let picture = frame.halved(num_halvings as u8)?.picture(orientation.into())?;
        resize(&picture, size)
    }
}
