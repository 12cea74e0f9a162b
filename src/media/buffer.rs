//! Memory for the pixels of one picture, which becomes the picture without being copied.

use std::sync::Arc;

use crate::pixels::{Picture, Size};

/// RGBA pixels that are being written. They begin as zeros: transparent black.
pub(super) struct PixelBuffer {
    size: Size,
    pixels: Arc<[u8]>,
}

impl PixelBuffer {
    /// A buffer for a picture; `None` when the system has not that much memory.
    pub fn new(size: Size) -> Option<Self> {
        let num_bytes = usize::try_from(size.num_pixels().checked_mul(4)?).ok()?;
        if !can_allocate(num_bytes) {
            return None;
        }
        // SAFETY: zeros are valid bytes. Unlike `repeat_n(0, …).collect()` this leaves the zeroing to the system,
        // which does it page by page as they are first written, instead of walking over all memory twice.
        let pixels = unsafe { Arc::<[u8]>::new_zeroed_slice(num_bytes).assume_init() };
        Some(Self { size, pixels })
    }

    /// The pixels, row-major, 4 bytes each.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        Arc::get_mut(&mut self.pixels).expect("the buffer shares its pixels with nobody")
    }

    /// The finished picture, of the same size or of the same number of pixels with the sides exchanged.
    pub fn into_picture(self) -> Picture {
        Picture::from_rgba(self.size, self.pixels).expect("the buffer was made for this size")
    }
}

/// Zeroed bytes for a decoder to work in; `None` when the system has not that much memory.
pub(super) fn working_bytes(num_bytes: u64) -> Option<Vec<u8>> {
    let num_bytes = usize::try_from(num_bytes).ok()?;
    can_allocate(num_bytes).then(|| vec![0; num_bytes])
}

/// Asks the system for memory and gives it back: failing here is an error to report, where failing in a
/// constructor would end the program.
fn can_allocate(num_bytes: usize) -> bool {
    Vec::<u8>::new().try_reserve_exact(num_bytes).is_ok()
}
