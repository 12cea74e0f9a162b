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
        let mut buffer = Self { size, pixels };
        prefer_large_pages(buffer.bytes_mut());
        Some(buffer)
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
    can_allocate(num_bytes).then(|| {
        let mut bytes = vec![0; num_bytes];
        prefer_large_pages(&mut bytes);
        bytes
    })
}

/// Asks the system for memory and gives it back: failing here is an error to report, where failing in a
/// constructor would end the program.
fn can_allocate(num_bytes: usize) -> bool {
    Vec::<u8>::new().try_reserve_exact(num_bytes).is_ok()
}

/// Asks Linux for large pages. Getting the memory of a 12-megapixel picture page by page takes some 20 ms, two
/// fifths of decoding it; in large pages, 4 ms. Call it before anything is written.
#[cfg(target_os = "linux")]
fn prefer_large_pages(bytes: &mut [u8]) {
    use turbojpeg::libc;
    /// From here on an allocation is a mapping of its own, and the advice ends with it.
    const MIN_BYTES: usize = 32 << 20;
    const PAGE_BYTES: usize = 4096;
    if bytes.len() < MIN_BYTES {
        return;
    }
    let num_skipped = bytes.as_ptr().align_offset(PAGE_BYTES);
    let whole_pages = &mut bytes[num_skipped..];
    // SAFETY: the range is ours. The advice changes how the system backs it, never what it holds; refused, on
    // systems without large pages or with larger ones, it does nothing.
    unsafe {
        libc::madvise(whole_pages.as_mut_ptr().cast(), whole_pages.len(), libc::MADV_HUGEPAGE);
    }
}

#[cfg(not(target_os = "linux"))]
fn prefer_large_pages(_bytes: &mut [u8]) {}
