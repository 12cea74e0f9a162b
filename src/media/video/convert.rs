//! Frames as pictures: for export and thumbnails.

use super::ffmpeg::{NativeFrame, Scaler};
use crate::media::Orientation;
use crate::pixels::{Picture, Size};

/// Turns decoded frames into pictures as a person sees them. Keep it for many frames: it sets itself up once for each
/// size and format.
#[derive(Default)]
pub struct PictureConverter {
    scaler: Scaler,
}

impl PictureConverter {
    /// The frame at its full size, upright. `None` where there is no memory, or FFmpeg cannot convert the pixel format.
    pub fn convert(&mut self, frame: &NativeFrame, orientation: Orientation) -> Option<Picture> {
        self.convert_within(frame, orientation, Size::new(u32::MAX, u32::MAX))
    }

    /// The frame, upright, at most as large as `max` and never enlarged.
    pub fn convert_within(
        &mut self,
        frame: &NativeFrame,
        orientation: Orientation,
        max: Size,
    ) -> Option<Picture> {
        let stored_size = frame.size().fit_within(orientation.apply_to_size(max));
        let stored = self.scaler.rgba(frame, stored_size)?;
        if orientation == Orientation::Normal {
            return Some(stored);
        }
        let mut shown = vec![0; stored.rgba().len()];
        orientation.copy_pixels(stored.rgba(), stored_size, &mut shown);
        Picture::from_rgba(orientation.apply_to_size(stored_size), shown)
    }
}
