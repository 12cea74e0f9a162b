//! The thin layer over FFmpeg's libraries: all that is unsafe about video.
//!
//! [`Demuxer`] gives the packets of one stream, [`Decoder`] turns them into [`NativeFrame`]s, [`Scaler`] converts
//! those to RGBA, and [`Resampler`] sound to samples of one kind. What the safe wrapper `ffmpeg-next` cannot do here, and why the raw bindings are used: load the
//! libraries when they are needed first ([`ffi`]), open files whose name is not UTF-8 (it panics), keep a file from
//! naming other files and addresses, mark packets with their number, share a decoder's memory without copying it, and
//! hash frames as FFmpeg does.
//!
//! **Invariants.** Nothing of FFmpeg is called before [`load`]. No pointer leaves this folder. A wrapper owns what it
//! points to and frees it once. Errors are [`FfmpegError`]s; nothing here panics on what a file holds.

mod decoder;
mod demuxer;
mod ffi;
mod frame;
mod from_hardware;
mod hardware;
mod resampler;
mod scaler;

use std::ffi::CStr;

pub(super) use decoder::{Decoder, Received, Sent};
pub use demuxer::StreamKind;
pub(super) use demuxer::{Demuxer, Packet, StreamFacts};
pub use ffi::MissingFfmpeg;
pub(super) use ffi::load;
pub use frame::NativeFrame;
pub use hardware::HardwareDevice;
pub(super) use resampler::Resampler;
pub(super) use scaler::Scaler;

/// The value that stands for "no time" in FFmpeg and in our tables.
pub(super) const NO_TIME: i64 = ffi::AV_NOPTS_VALUE;

/// An error number of FFmpeg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FfmpegError(i32);

impl FfmpegError {
    /// Whether the file ends before it tells what it is.
    pub fn is_invalid_data(self) -> bool {
        self.0 == ffi::AVERROR_INVALIDDATA || self.0 == ffi::AVERROR_EOF
    }
}

impl std::fmt::Display for FfmpegError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = [0; 128];
        // SAFETY: the buffer is ours and its length is told; the text is ended by a zero whatever happens.
        let text = unsafe {
            ffi::av_strerror(self.0, text.as_mut_ptr(), text.len());
            CStr::from_ptr(text.as_ptr())
        };
        f.write_str(&text.to_string_lossy().to_lowercase())
    }
}

/// Turns the return value of a function of FFmpeg into a result.
fn check(code: i32) -> Result<i32, FfmpegError> {
    if code < 0 { Err(FfmpegError(code)) } else { Ok(code) }
}

/// The FFmpeg that the program loads, and what its hardware decoders are called. Whether the computer has such hardware,
/// [`HardwareDevice::all_names`] tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FfmpegFacts {
    /// Such as `libavcodec 59.37.100`.
    pub codec_version: String,
    /// Such as `libavformat 59.27.100`.
    pub format_version: String,
    /// Kinds of hardware that this FFmpeg was built for, such as `vaapi`.
    pub hardware: Vec<String>,
}

/// Tells which FFmpeg there is.
///
/// # Errors
/// When there is none.
pub fn ffmpeg_facts() -> Result<FfmpegFacts, MissingFfmpeg> {
    ffi::load()?;
    let version = |name: &str, number: u32| {
        format!("{name} {}.{}.{}", number >> 16, (number >> 8) & 0xff, number & 0xff)
    };
    let mut hardware = Vec::new();
    let mut kind = ffi::AVHWDeviceType::AV_HWDEVICE_TYPE_NONE;
    // SAFETY: the functions take and give plain numbers and static texts. The iteration begins and ends with "none".
    unsafe {
        loop {
            kind = ffi::av_hwdevice_iterate_types(kind);
            if kind == ffi::AVHWDeviceType::AV_HWDEVICE_TYPE_NONE {
                break;
            }
            let name = ffi::av_hwdevice_get_type_name(kind);
            if !name.is_null() {
                hardware.push(CStr::from_ptr(name).to_string_lossy().into_owned());
            }
        }
        Ok(FfmpegFacts {
            codec_version: version("libavcodec", ffi::avcodec_version()),
            format_version: version("libavformat", ffi::avformat_version()),
            hardware,
        })
    }
}
