//! Frames from the memory of a device, as a decoder on the processor gives them.

use std::ffi::c_int;

use ffi::AVPixelFormat::{AV_PIX_FMT_NV12, AV_PIX_FMT_P010LE, AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV420P10LE};

use super::ffi;
use super::frame::NativeFrame;

impl NativeFrame {
    /// The frame itself where it lies in the program's memory; else a copy of it there, with planes like those that a decoder
    /// on the processor makes. `None` where that cannot be had.
    pub(super) fn in_memory(self) -> Option<Self> {
        if self.get().hw_frames_ctx.is_null() {
            return Some(self);
        }
        let mut copy = Self::empty()?;
        // SAFETY: both frames are alive, and the copy is empty: it gets memory of its own.
        let has_copied = unsafe {
            ffi::av_hwframe_transfer_data(copy.as_mut_ptr(), self.get(), 0) >= 0
                && ffi::av_frame_copy_props(copy.as_mut_ptr(), self.get()) >= 0
        };
        if !has_copied {
            return None;
        }
        match copy.format() {
            AV_PIX_FMT_NV12 => copy.with_planes_apart(AV_PIX_FMT_YUV420P, |from, to| {
                to.copy_from_slice(from);
            }),
            // Ten bits lie in the upper part of sixteen.
            AV_PIX_FMT_P010LE => copy.with_planes_apart(AV_PIX_FMT_YUV420P10LE, |from, to| {
                let sample = u16::from_le_bytes([from[0], from[1]]) >> 6;
                to.copy_from_slice(&sample.to_le_bytes());
            }),
            _ => Some(copy),
        }
    }

    /// A copy of a frame of luma and interleaved chroma, with a plane for each of the two parts of the chroma. `convert`
    /// gets the bytes of a sample and of the one that it becomes.
    fn with_planes_apart(
        self,
        format: ffi::AVPixelFormat,
        convert: impl Fn(&[u8], &mut [u8]),
    ) -> Option<Self> {
        let mut apart = Self::empty()?;
        let source = self.get();
        let bytes = if format == AV_PIX_FMT_YUV420P { 1 } else { 2 };
        // SAFETY: the target gets memory for its format and size before it is written to. Each plane has rows of `linesize`
        // bytes; those of the chroma have half as many samples, rounded up, and the source's twice that.
        unsafe {
            let target = apart.as_mut_ptr();
            ((*target).format, (*target).width, (*target).height) =
                (format as c_int, source.width, source.height);
            if ffi::av_frame_get_buffer(target, 0) < 0 || ffi::av_frame_copy_props(target, source) < 0 {
                return None;
            }
            let (width, height) = (source.width.max(0) as usize, source.height.max(0) as usize);
            let from = |plane: usize, row: usize, length: usize| {
                let stride = source.linesize[plane] as isize;
                std::slice::from_raw_parts(source.data[plane].offset(row as isize * stride), length)
            };
            let to = |plane: usize, row: usize, length: usize| {
                let stride = (*target).linesize[plane] as isize;
                std::slice::from_raw_parts_mut((*target).data[plane].offset(row as isize * stride), length)
            };
            for row in 0..height {
                let luma = from(0, row, width * bytes).chunks_exact(bytes);
                luma.zip(to(0, row, width * bytes).chunks_exact_mut(bytes)).for_each(|(a, b)| convert(a, b));
            }
            let chroma_width = width.div_ceil(2);
            for row in 0..height.div_ceil(2) {
                let pairs = from(1, row, chroma_width * bytes * 2).chunks_exact(bytes * 2);
                let blue = to(1, row, chroma_width * bytes).chunks_exact_mut(bytes);
                let red = to(2, row, chroma_width * bytes).chunks_exact_mut(bytes);
                for ((pair, blue), red) in pairs.zip(blue).zip(red) {
                    convert(&pair[..bytes], blue);
                    convert(&pair[bytes..], red);
                }
            }
        }
        Some(apart)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame of 4 × 2 pixels as a device gives it.
    fn frame(format: ffi::AVPixelFormat, luma: &[[u8; 8]], chroma: &[u8; 8]) -> NativeFrame {
        ffi::load().unwrap();
        let mut frame = NativeFrame::empty().unwrap();
        // SAFETY: the frame gets memory for its format and size, and no more is written than a row has.
        unsafe {
            let raw = frame.as_mut_ptr();
            ((*raw).format, (*raw).width, (*raw).height) = (format as c_int, 4, 2);
            assert!(ffi::av_frame_get_buffer(raw, 0) >= 0);
            for (row, bytes) in luma.iter().enumerate() {
                let to = (*raw).data[0].offset(row as isize * (*raw).linesize[0] as isize);
                std::ptr::copy_nonoverlapping(bytes.as_ptr(), to, 8);
            }
            std::ptr::copy_nonoverlapping(chroma.as_ptr(), (*raw).data[1], 8);
        }
        frame
    }

    #[test]
    fn interleaved_chroma_becomes_two_planes() {
        let frame = frame(
            AV_PIX_FMT_NV12,
            &[[1, 2, 3, 4, 0, 0, 0, 0], [5, 6, 7, 8, 0, 0, 0, 0]],
            &[10, 20, 11, 21, 0, 0, 0, 0],
        );
        let apart = frame.with_planes_apart(AV_PIX_FMT_YUV420P, |from, to| to.copy_from_slice(from)).unwrap();
        assert_eq!(apart.packed(), [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 20, 21]);
    }

    #[test]
    fn ten_bits_come_down_from_the_upper_part_of_sixteen() {
        let row = [0x40, 0, 0x80, 0, 0xc0, 0, 0xc0, 0xff];
        let frame = frame(AV_PIX_FMT_P010LE, &[row, row], &[0x40, 0, 0x80, 0, 0xc0, 0, 0, 1]);
        let apart = frame.with_planes_apart(AV_PIX_FMT_YUV420P10LE, |from, to| {
            to.copy_from_slice(&(u16::from_le_bytes([from[0], from[1]]) >> 6).to_le_bytes());
        });
        let luma = [1, 0, 2, 0, 3, 0, 0xff, 3];
        assert_eq!(apart.unwrap().packed(), [&luma[..], &luma, &[1, 0, 3, 0], &[2, 0, 4, 0]].concat());
    }
}
