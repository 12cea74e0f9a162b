//! Conversion of sound of whatever kind to samples of one kind.

use std::ffi::c_int;
use std::ptr;

use super::ffi;
use super::frame::NativeFrame;

/// Converts decoded sound to `f32` samples between -1 and 1, of all channels in turn.
pub struct Resampler {
    context: *mut ffi::SwrContext,
    num_channels: c_int,
    rate: c_int,
}

// SAFETY: the context is used through this value alone.
unsafe impl Send for Resampler {}

impl Resampler {
    /// A resampler that gives so many channels, mixed from those that there are, and so many samples of each in a second.
    pub fn new(num_channels: u16, rate: u32) -> Self {
        let rate = c_int::try_from(rate).unwrap_or(c_int::MAX);
        Self { context: ptr::null_mut(), num_channels: num_channels.into(), rate }
    }

    /// Appends a frame's sound. What it is made of may change from frame to frame. False where FFmpeg cannot convert it.
    pub fn convert(&mut self, frame: &mut NativeFrame, samples: &mut Vec<f32>) -> bool {
        // SAFETY: the frame is ours alone; a decoded frame has at least one channel.
        unsafe {
            let layout = &mut (*frame.as_mut_ptr()).ch_layout;
            if layout.order == ffi::AVChannelOrder::AV_CHANNEL_ORDER_UNSPEC {
                ffi::av_channel_layout_default(layout, layout.nb_channels);
            }
        }
        if self.run(Some(frame), samples) {
            return true;
        }
        // The sound is of another kind from here on.
        self.reset();
        self.run(Some(frame), samples)
    }

    /// Appends what is held back until the next frame: at the end.
    pub fn finish(&mut self, samples: &mut Vec<f32>) {
        if !self.context.is_null() {
            self.run(None, samples);
        }
        self.reset();
    }

    fn reset(&mut self) {
        // SAFETY: null or made by `swr_alloc`; it is null afterwards.
        unsafe { ffi::swr_free(&mut self.context) };
    }

    fn run(&mut self, frame: Option<&NativeFrame>, samples: &mut Vec<f32>) -> bool {
        let Some(mut output) = NativeFrame::empty() else { return false };
        // SAFETY: the output frame is empty and ours; it is told its kind, and gets memory of its own. The context is set
        // up by the first frame. A null input gives what is held back.
        unsafe {
            if self.context.is_null() {
                self.context = ffi::swr_alloc();
            }
            let raw = output.as_mut_ptr();
            ffi::av_channel_layout_default(&mut (*raw).ch_layout, self.num_channels);
            (*raw).sample_rate = self.rate;
            (*raw).format = ffi::AVSampleFormat::AV_SAMPLE_FMT_FLT as c_int;
            let input = frame.map_or(ptr::null(), |frame| ptr::from_ref(frame.get()));
            if self.context.is_null() || ffi::swr_convert_frame(self.context, raw, input) < 0 {
                return false;
            }
            let num_samples = usize::try_from((*raw).nb_samples * self.num_channels).unwrap_or(0);
            if num_samples > 0 && !(*raw).data[0].is_null() {
                // Aligned by FFmpeg for vectors, and filled with as many samples as it says.
                let converted = std::slice::from_raw_parts((*raw).data[0].cast::<f32>(), num_samples);
                samples.extend_from_slice(converted);
            }
        }
        true
    }
}

impl Drop for Resampler {
    fn drop(&mut self) {
        self.reset();
    }
}
