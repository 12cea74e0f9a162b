//! Conversion of frames to RGBA.

use std::ffi::c_int;
use std::ptr;

use super::ffi;
use super::frame::NativeFrame;
use crate::pixels::{ColorRange, Picture, YuvMatrix};

/// Converts frames of whatever format to 8-bit RGBA: those whose planes cannot be drawn as they are, such as RGB, palettes
/// and samples in turns.
pub struct Scaler {
    context: *mut ffi::SwsContext,
}

// SAFETY: the context is used through this value alone.
unsafe impl Send for Scaler {}

impl Default for Scaler {
    /// A scaler that is set up by the first frame.
    fn default() -> Self {
        Self { context: ptr::null_mut() }
    }
}

impl Scaler {
    /// The frame as stored, before any rotation. `None` where there is no memory or FFmpeg cannot convert the format.
    pub fn rgba(&mut self, frame: &NativeFrame) -> Option<Picture> {
        let size = frame.size();
        let [width, height] = [size.width, size.height].map(|side| c_int::try_from(side).unwrap_or(0));
        let num_bytes = usize::try_from(size.num_pixels().checked_mul(4)?).ok()?;
        let mut rgba = Vec::new();
        rgba.try_reserve_exact(num_bytes).ok()?;
        rgba.resize(num_bytes, 0_u8);
        let stride = width.checked_mul(4)?;
        // Chroma is interpolated and rounded as exactly as the library can.
        let flags =
            ffi::SWS_BILINEAR as c_int | ffi::SWS_ACCURATE_RND as c_int | ffi::SWS_FULL_CHR_H_INT as c_int;
        // SAFETY: the context is null or made here, and is replaced by the one returned. The source is a decoded frame
        // of the size and format told; the target has `height` rows of `stride` bytes.
        unsafe {
            self.context = ffi::sws_getCachedContext(
                self.context,
                width,
                height,
                frame.format(),
                width,
                height,
                ffi::AVPixelFormat::AV_PIX_FMT_RGBA,
                flags,
                ptr::null_mut(),
                ptr::null_mut(),
                ptr::null(),
            );
            if self.context.is_null() {
                return None;
            }
            let matrix = ffi::sws_getCoefficients(match frame.matrix() {
                YuvMatrix::Bt601 => ffi::SWS_CS_ITU601 as c_int,
                YuvMatrix::Bt709 => ffi::SWS_CS_ITU709 as c_int,
                YuvMatrix::Bt2020 => ffi::SWS_CS_BT2020 as c_int,
                YuvMatrix::Smpte240 => ffi::SWS_CS_SMPTE240M as c_int,
            });
            let is_full = c_int::from(frame.range() == ColorRange::Full);
            let (brightness, contrast, saturation) = (0, 1 << 16, 1 << 16);
            // Fails for formats that are RGB already, which need no matrix.
            ffi::sws_setColorspaceDetails(
                self.context,
                matrix,
                is_full,
                matrix,
                1,
                brightness,
                contrast,
                saturation,
            );
            let target = [rgba.as_mut_ptr(), ptr::null_mut(), ptr::null_mut(), ptr::null_mut()];
            let strides = [stride, 0, 0, 0];
            let raw = frame.get();
            let num_rows = ffi::sws_scale(
                self.context,
                raw.data.as_ptr().cast(),
                raw.linesize.as_ptr(),
                0,
                height,
                target.as_ptr(),
                strides.as_ptr(),
            );
            if num_rows != height {
                return None;
            }
        }
        Picture::from_rgba(size, rgba)
    }
}

impl Drop for Scaler {
    fn drop(&mut self) {
        // SAFETY: null or made by `sws_getCachedContext`, and freed here only.
        unsafe { ffi::sws_freeContext(self.context) };
    }
}
