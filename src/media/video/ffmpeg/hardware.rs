//! Decoders in hardware: those of graphics cards, through the system's interfaces to them.

use std::ffi::{CStr, c_int};
use std::ptr;

use ffi::AVHWDeviceType::{
    AV_HWDEVICE_TYPE_CUDA, AV_HWDEVICE_TYPE_D3D11VA, AV_HWDEVICE_TYPE_VAAPI, AV_HWDEVICE_TYPE_VIDEOTOOLBOX,
};

use super::demuxer::Demuxer;
use super::ffi;

/// The interfaces that are tried, in this order. Those that are left out need more than to be opened, or are built on one
/// of these.
const KINDS: [ffi::AVHWDeviceType; 4] =
    [AV_HWDEVICE_TYPE_VIDEOTOOLBOX, AV_HWDEVICE_TYPE_D3D11VA, AV_HWDEVICE_TYPE_CUDA, AV_HWDEVICE_TYPE_VAAPI];

/// A device that decodes.
pub struct HardwareDevice {
    reference: *mut ffi::AVBufferRef,
    kind: ffi::AVHWDeviceType,
}

// SAFETY: the reference is counted atomically, and the device behind it locks itself.
unsafe impl Send for HardwareDevice {}
// SAFETY: as above; nothing here writes through it.
unsafe impl Sync for HardwareDevice {}

impl HardwareDevice {
    /// The first device of this computer that decodes the codec of the stream that the demuxer reads. Takes a while: drivers
    /// are loaded.
    pub(in super::super) fn for_stream(demuxer: &Demuxer) -> Option<Self> {
        let (parameters, _) = demuxer.parameters();
        // SAFETY: the parameters belong to the borrowed demuxer; codecs are static.
        let codec = unsafe { ffi::avcodec_find_decoder((*parameters).codec_id) };
        if codec.is_null() {
            return None;
        }
        KINDS.into_iter().filter(|kind| decodes(codec, *kind)).find_map(Self::open)
    }

    /// The names of the interfaces through which a device of this computer can be opened, such as `vaapi`.
    pub fn all_names() -> Vec<String> {
        KINDS.into_iter().filter_map(|kind| Some(Self::open(kind)?.name())).collect()
    }

    fn open(kind: ffi::AVHWDeviceType) -> Option<Self> {
        let mut reference = ptr::null_mut();
        // SAFETY: the pointer is to our variable; no device is named, and no options are given.
        let code =
            unsafe { ffi::av_hwdevice_ctx_create(&mut reference, kind, ptr::null(), ptr::null_mut(), 0) };
        (code >= 0 && !reference.is_null()).then_some(Self { reference, kind })
    }

    /// The name of its interface, such as `vaapi`.
    pub fn name(&self) -> String {
        // SAFETY: gives a static text, or null.
        unsafe {
            let name = ffi::av_hwdevice_get_type_name(self.kind);
            if name.is_null() { String::new() } else { CStr::from_ptr(name).to_string_lossy().into_owned() }
        }
    }

    /// A reference for a decoder, which frees it; null where there is no memory.
    pub(super) fn reference(&self) -> *mut ffi::AVBufferRef {
        // SAFETY: ours is alive.
        unsafe { ffi::av_buffer_ref(self.reference) }
    }
}

impl std::fmt::Debug for HardwareDevice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("HardwareDevice").field(&self.name()).finish()
    }
}

impl Drop for HardwareDevice {
    fn drop(&mut self) {
        // SAFETY: made in `open`, and freed here only; decoders have references of their own.
        unsafe { ffi::av_buffer_unref(&mut self.reference) };
    }
}

/// Whether a codec can be decoded through an interface, by opening a device and nothing more.
fn decodes(codec: *const ffi::AVCodec, kind: ffi::AVHWDeviceType) -> bool {
    let by_device = ffi::AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX as c_int;
    (0..)
        .map_while(|number| {
            // SAFETY: codecs and their configurations are static; the last is null.
            unsafe { ffi::avcodec_get_hw_config(codec, number).as_ref() }
        })
        .any(|config| config.device_type == kind && config.methods & by_device != 0)
}
