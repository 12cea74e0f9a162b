//! A decoded frame in the memory that the decoder wrote it to.

use std::ffi::{CStr, c_int};
use std::sync::Arc;

use super::{NO_TIME, ffi};
use crate::pixels::{
    ChromaSiting, ColorRange, PlaneBytes, PlaneLayout, Size, VideoFrame, VideoPlane, YuvMatrix,
};

/// A frame as the decoder made it: its planes in their native pixel format, before any rotation.
pub struct NativeFrame {
    frame: *mut ffi::AVFrame,
}

// SAFETY: the frame is used through this value alone, and only read once the decoder gave it away; its memory is
// counted atomically, and the decoder writes to none that others hold.
unsafe impl Send for NativeFrame {}
// SAFETY: as above; no method writes through a shared reference.
unsafe impl Sync for NativeFrame {}

/// The prime of the 64-bit FNV hash.
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

impl NativeFrame {
    /// A frame to receive into; `None` when there is no memory.
    pub(super) fn empty() -> Option<Self> {
        // SAFETY: gives a frame or null.
        let frame = unsafe { ffi::av_frame_alloc() };
        (!frame.is_null()).then_some(Self { frame })
    }

    pub(super) fn as_mut_ptr(&mut self) -> *mut ffi::AVFrame {
        self.frame
    }

    pub(super) fn get(&self) -> &ffi::AVFrame {
        // SAFETY: never null, and freed in `drop` only.
        unsafe { &*self.frame }
    }

    /// A copy in memory of its own, which leaves the decoder's free for the next frames; `None` when there is no memory.
    pub(in super::super) fn copied(&self) -> Option<Self> {
        let copy = Self::empty()?;
        // SAFETY: both are alive; the copy gets buffers for the same format and size before it is written to.
        let has_copied = unsafe {
            (*copy.frame).format = self.get().format;
            (*copy.frame).width = self.get().width;
            (*copy.frame).height = self.get().height;
            ffi::av_frame_get_buffer(copy.frame, 0) >= 0
                && ffi::av_frame_copy(copy.frame, self.frame) >= 0
                && ffi::av_frame_copy_props(copy.frame, self.frame) >= 0
        };
        has_copied.then_some(copy)
    }

    /// The number of the packet that it was made of, as set on the packet.
    pub fn packet_number(&self) -> Option<i64> {
        Some(self.get().pts).filter(|number| *number != NO_TIME)
    }

    /// The number of the packet whose decoding brought it out.
    pub fn trigger_number(&self) -> Option<i64> {
        Some(self.get().pkt_dts).filter(|number| *number != NO_TIME)
    }

    /// Of sound, when its first sample is heard, in units of the stream's time base.
    pub(in super::super) fn sound_time(&self) -> Option<i64> {
        let frame = self.get();
        [frame.best_effort_timestamp, frame.pts].into_iter().find(|time| *time != NO_TIME)
    }

    /// Whether the decoder met damage and filled in what it could.
    pub fn is_damaged(&self) -> bool {
        let frame = self.get();
        frame.decode_error_flags != 0 || frame.flags & ffi::AV_FRAME_FLAG_CORRUPT as c_int != 0
    }

    /// Width and height as stored.
    pub fn size(&self) -> Size {
        let side = |length: c_int| u32::try_from(length).unwrap_or(0);
        Size::new(side(self.get().width), side(self.get().height))
    }

    pub(super) fn format(&self) -> ffi::AVPixelFormat {
        // SAFETY: the format of a decoded frame is one that this FFmpeg knows, or -1 for none; the bindings were made
        // from the same version's headers.
        unsafe { std::mem::transmute::<c_int, ffi::AVPixelFormat>(self.get().format) }
    }

    fn descriptor(&self) -> Option<&'static ffi::AVPixFmtDescriptor> {
        // SAFETY: gives a static description, or null.
        unsafe { ffi::av_pix_fmt_desc_get(self.format()).as_ref() }
    }

    /// FFmpeg's name of the pixel format, such as `yuv420p`.
    pub fn pixel_format(&self) -> String {
        // SAFETY: gives a static text, or null.
        unsafe {
            let name = ffi::av_get_pix_fmt_name(self.format());
            if name.is_null() { String::new() } else { CStr::from_ptr(name).to_string_lossy().into_owned() }
        }
    }

    /// The planes, packed one after the other without padding, as FFmpeg writes raw video. Empty where there is no
    /// memory.
    pub(super) fn packed(&self) -> Vec<u8> {
        let frame = self.get();
        // SAFETY: the buffer is as large as FFmpeg says it must be; the frame has the planes of its format.
        unsafe {
            let size = ffi::av_image_get_buffer_size(self.format(), frame.width, frame.height, 1);
            let mut bytes = vec![0; usize::try_from(size).unwrap_or(0)];
            let copied = ffi::av_image_copy_to_buffer(
                bytes.as_mut_ptr(),
                size.max(0),
                frame.data.as_ptr().cast(),
                frame.linesize.as_ptr(),
                self.format(),
                frame.width,
                frame.height,
                1,
            );
            bytes.truncate(usize::try_from(copied).unwrap_or(0));
            bytes
        }
    }

    /// MD5 of the planes as FFmpeg's `framemd5` prints it: 32 hexadecimal digits.
    pub fn md5(&self) -> String {
        let bytes = self.packed();
        let mut digest = [0_u8; 16];
        // SAFETY: the digest has 16 bytes, and the length is that of the bytes.
        unsafe { ffi::av_md5_sum(digest.as_mut_ptr(), bytes.as_ptr(), bytes.len() as _) };
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// A number that differs between different pictures, to notice one that came out wrong: four interleaved FNV-1a
    /// hashes over words of 64 bits of all visible rows, at the speed of memory. Not safe against intent.
    pub fn checksum(&self) -> u64 {
        let size = self.size();
        let mut sums = [u64::from(size.width), u64::from(size.height), self.get().format as u64, 3];
        for row in self.rows() {
            let mut blocks = row.chunks_exact(32);
            for block in blocks.by_ref() {
                for (sum, word) in sums.iter_mut().zip(block.chunks_exact(8)) {
                    let mut bytes = [0; 8];
                    bytes.copy_from_slice(word);
                    *sum = (*sum ^ u64::from_le_bytes(bytes)).wrapping_mul(FNV_PRIME).rotate_left(29);
                }
            }
            for byte in blocks.remainder() {
                sums[0] = (sums[0] ^ u64::from(*byte)).wrapping_mul(FNV_PRIME);
            }
        }
        sums.into_iter().fold(0, |all, sum| (all ^ sum).wrapping_mul(FNV_PRIME).rotate_left(23))
    }

    /// The visible bytes of each row of each plane.
    fn rows(&self) -> impl Iterator<Item = &[u8]> {
        let frame = self.get();
        (0..self.num_planes()).flat_map(move |plane| {
            let (row_bytes, num_rows) = self.plane_size(plane);
            (0..num_rows).map(move |row| {
                // SAFETY: a decoded frame has `num_rows` rows of at least `row_bytes` bytes in each of its planes, each
                // `linesize` after the one before; that may be negative for a picture stored upside down.
                unsafe {
                    let start = frame.data[plane].offset(row as isize * frame.linesize[plane] as isize);
                    std::slice::from_raw_parts(start, row_bytes)
                }
            })
        })
    }

    fn num_planes(&self) -> usize {
        // SAFETY: takes and gives numbers.
        let number = unsafe { ffi::av_pix_fmt_count_planes(self.format()) };
        let number = usize::try_from(number).unwrap_or(0).min(4);
        (0..number).take_while(|plane| !self.get().data[*plane].is_null()).count()
    }

    /// Visible bytes of a row, and rows, of a plane.
    fn plane_size(&self, plane: usize) -> (usize, usize) {
        let frame = self.get();
        // SAFETY: takes and gives numbers.
        let bytes = unsafe { ffi::av_image_get_linesize(self.format(), frame.width, plane as c_int) };
        let shift = match plane {
            1 | 2 => self.descriptor().map_or(0, |descriptor| descriptor.log2_chroma_h),
            _ => 0,
        };
        let num_rows = u64::from(self.size().height).div_ceil(1 << shift);
        (usize::try_from(bytes).unwrap_or(0), num_rows as usize)
    }

    /// The matrix that turns its colours into RGB. Where the stream does not tell: that of BT.709 from 720 rows or 1280
    /// columns on, else that of BT.601, as players do.
    pub fn matrix(&self) -> YuvMatrix {
        use ffi::AVColorSpace::*;
        match self.get().colorspace {
            AVCOL_SPC_BT709 => YuvMatrix::Bt709,
            AVCOL_SPC_BT470BG | AVCOL_SPC_SMPTE170M | AVCOL_SPC_FCC => YuvMatrix::Bt601,
            AVCOL_SPC_SMPTE240M => YuvMatrix::Smpte240,
            AVCOL_SPC_BT2020_NCL | AVCOL_SPC_BT2020_CL => YuvMatrix::Bt2020,
            _ if self.size().height >= 720 || self.size().width >= 1280 => YuvMatrix::Bt709,
            _ => YuvMatrix::Bt601,
        }
    }

    /// Which numbers are black and white. Grey that does not tell has the whole range, as players take it.
    pub fn range(&self) -> ColorRange {
        let is_gray = self.descriptor().is_some_and(|descriptor| descriptor.nb_components <= 2);
        match self.get().color_range {
            ffi::AVColorRange::AVCOL_RANGE_JPEG => ColorRange::Full,
            ffi::AVColorRange::AVCOL_RANGE_UNSPECIFIED if is_gray => ColorRange::Full,
            _ if self.pixel_format().starts_with("yuvj") => ColorRange::Full,
            _ => ColorRange::Limited,
        }
    }

    /// Where samples of colour lie among those of brightness. Where the stream does not tell: at the left, as in MPEG-2
    /// and what came after it.
    pub fn chroma_siting(&self) -> ChromaSiting {
        use ffi::AVChromaLocation::*;
        match self.get().chroma_location {
            AVCHROMA_LOC_CENTER => ChromaSiting::CENTER,
            AVCHROMA_LOC_TOPLEFT => ChromaSiting::TOP_LEFT,
            AVCHROMA_LOC_TOP => ChromaSiting::TOP,
            AVCHROMA_LOC_BOTTOMLEFT => ChromaSiting::BOTTOM_LEFT,
            AVCHROMA_LOC_BOTTOM => ChromaSiting::BOTTOM,
            _ => ChromaSiting::LEFT,
        }
    }

    /// How its planes lie in memory, where a GPU can take them as they are: planar YUV or grey of 8 to 16 bits in the
    /// machine's byte order.
    fn planar_layout(&self) -> Option<PlaneLayout> {
        let descriptor = self.descriptor()?;
        let has = |flag: u64| descriptor.flags & flag != 0;
        let is_odd = has(ffi::AV_PIX_FMT_FLAG_RGB as u64)
            || has(ffi::AV_PIX_FMT_FLAG_PAL as u64)
            || has(ffi::AV_PIX_FMT_FLAG_HWACCEL as u64)
            || has(ffi::AV_PIX_FMT_FLAG_BITSTREAM as u64)
            || has(ffi::AV_PIX_FMT_FLAG_FLOAT as u64)
            || (has(ffi::AV_PIX_FMT_FLAG_BE as u64) && cfg!(target_endian = "little"));
        let first = descriptor.comp[0];
        let num_components = usize::from(descriptor.nb_components);
        let is_planar = descriptor.comp[..num_components.min(4)].iter().enumerate().all(|(n, component)| {
            component.plane == n as c_int && component.shift == 0 && component.offset == 0
        });
        let bits = u8::try_from(first.depth).ok()?;
        if is_odd || !is_planar || !(8..=16).contains(&bits) || self.num_planes() != num_components {
            return None;
        }
        match num_components {
            1 => Some(PlaneLayout::Gray { bits }),
            3 | 4 => Some(PlaneLayout::Yuv {
                bits,
                chroma_shift_x: descriptor.log2_chroma_w,
                chroma_shift_y: descriptor.log2_chroma_h,
                has_alpha: num_components == 4,
            }),
            _ => None,
        }
    }

    /// The frame for the GPU, sharing this memory; `None` where its format must be converted first.
    pub fn share(self: &Arc<Self>) -> Option<VideoFrame> {
        let layout = self.planar_layout()?;
        let planes: Option<Vec<_>> = (0..self.num_planes()).map(|plane| self.share_plane(plane)).collect();
        let frame = VideoFrame::new(self.size(), layout, self.matrix(), self.range(), planes?)?;
        Some(frame.with_chroma_siting(self.chroma_siting()))
    }

    fn share_plane(self: &Arc<Self>, plane: usize) -> Option<VideoPlane> {
        let (row_bytes, num_rows) = self.plane_size(plane);
        let stride = usize::try_from(self.get().linesize[plane]).ok()?;
        let num_bytes = stride * num_rows.checked_sub(1)? + row_bytes;
        let bytes: PlaneBytes = Arc::new(PlaneMemory { frame: Arc::clone(self), plane, num_bytes });
        Some(VideoPlane { bytes, stride })
    }

    /// Bytes in memory.
    pub fn num_bytes(&self) -> usize {
        (0..self.num_planes())
            .map(|plane| self.get().linesize[plane].unsigned_abs() as usize * self.plane_size(plane).1)
            .sum()
    }
}

impl Drop for NativeFrame {
    fn drop(&mut self) {
        // SAFETY: allocated in `empty`, and freed here only.
        unsafe { ffi::av_frame_free(&mut self.frame) };
    }
}

/// One plane of a frame, which it keeps alive.
struct PlaneMemory {
    frame: Arc<NativeFrame>,
    plane: usize,
    num_bytes: usize,
}

impl AsRef<[u8]> for PlaneMemory {
    fn as_ref(&self) -> &[u8] {
        // SAFETY: from the first visible byte to the last of the plane, whose rows follow each other in memory: the
        // stride was found positive.
        unsafe { std::slice::from_raw_parts(self.frame.get().data[self.plane], self.num_bytes) }
    }
}
