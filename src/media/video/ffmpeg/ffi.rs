//! FFmpeg's types and functions, the latter from libraries that are loaded when the first video is opened.
//!
//! FFmpeg stands on some two hundred libraries, and the system takes longer to load them than the program takes to start
//! without. So nothing here is linked: every function that we use is in the list below, and is looked up by name. It has
//! the signature that the bindings, made from FFmpeg's headers, give it; the compiler compares them. The types are the
//! bindings' own, so that only libraries of the same major versions fit, and others are not loaded.

// FFmpeg's own names and lists of arguments.
#![allow(non_snake_case, clippy::too_many_arguments)]

use std::ffi::{OsStr, c_char, c_int, c_uint};
use std::path::Path;
use std::sync::OnceLock;

pub use ffmpeg_sys_next::*;
use libloading::Library;

use crate::base::libraries::library_file_name;

/// The variable that names the folder of FFmpeg's libraries, where they are not among the system's.
const FOLDER_VARIABLE: &str = "FIELDMARK_FFMPEG";
/// Where libraries lie that macOS does not look through by itself: those of Homebrew and MacPorts.
const OTHER_FOLDERS: &[&str] = &["/opt/homebrew/lib", "/usr/local/lib", "/opt/local/lib"];

/// A library of FFmpeg's that could not be loaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("FFmpeg {version}, which reads videos, is missing here ({library}: {cause})")]
pub struct MissingFfmpeg {
    /// The library's file, such as `libavcodec.so.59`.
    pub library: String,
    /// The version of FFmpeg that has it, such as `5`.
    pub version: u32,
    /// What the system said.
    pub cause: String,
}

impl MissingFfmpeg {
    /// What a person can do about it.
    pub const ADVICE: &str = "install FFmpeg (Debian and Ubuntu: `apt install ffmpeg`; macOS: `brew install ffmpeg`), \
                              or let FIELDMARK_FFMPEG name the folder of its libraries";
}

fn open(library: &str, major: c_int) -> Result<Library, MissingFfmpeg> {
    let name = library_file_name(library, u32::try_from(major).ok());
    let named = std::env::var_os(FOLDER_VARIABLE).map(|folder| Path::new(&folder).join(&name));
    let mut candidates: Vec<_> = match named {
        Some(path) => vec![path.into_os_string()],
        None => vec![OsStr::new(&name).to_owned()],
    };
    if cfg!(target_os = "macos") && std::env::var_os(FOLDER_VARIABLE).is_none() {
        candidates.extend(OTHER_FOLDERS.iter().map(|folder| Path::new(folder).join(&name).into_os_string()));
    }
    let mut cause = String::new();
    for candidate in candidates {
        match load_apart(&candidate) {
            Ok(library) => return Ok(library),
            Err(error) => cause = error.to_string(),
        }
    }
    Err(missing(name, cause))
}

/// Loads a library whose own dependencies come before this program's functions of the same name. Our AV1 decoder for
/// pictures has the names of dav1d, but not its layout in memory: FFmpeg must not be led to it.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn load_apart(name: &OsStr) -> Result<Library, libloading::Error> {
    use libloading::os::unix;
    // Of glibc alone.
    const RTLD_DEEPBIND: c_int = 8;
    // SAFETY: loading runs the initialisers of FFmpeg's libraries, which are made to be loaded into any process.
    unsafe { unix::Library::open(Some(name), unix::RTLD_LAZY | unix::RTLD_LOCAL | RTLD_DEEPBIND) }
        .map(Library::from)
}

/// Loads a library. Elsewhere, libraries look for their functions in the libraries that they name.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn load_apart(name: &OsStr) -> Result<Library, libloading::Error> {
    // SAFETY: loading runs the initialisers of FFmpeg's libraries, which are made to be loaded into any process.
    unsafe { Library::new(name) }
}

fn missing(library: String, cause: String) -> MissingFfmpeg {
    // libavcodec has counted 54 more than FFmpeg since its version 2.
    MissingFfmpeg { library, version: LIBAVCODEC_VERSION_MAJOR.unsigned_abs().saturating_sub(54), cause }
}

/// Declares the functions of each library, with the major version whose headers the program was built with.
macro_rules! libraries {
    ($($library:ident, $major:ident { $(fn $name:ident($($argument:ident: $type:ty),* $(,)?) $(-> $result:ty)?;)+ })+) => {
        struct Functions {
            $($($name: unsafe extern "C" fn($($type),*) $(-> $result)?,)+)+
            /// Never unloaded: the program keeps what it was given by them.
            _libraries: Vec<Library>,
        }

        impl Functions {
            fn load() -> Result<Self, MissingFfmpeg> {
                let mut libraries = Vec::new();
                $(
                    let $library = open(stringify!($library), $major)?;
                    $(
                        let name = concat!(stringify!($name), "\0");
                        // SAFETY: the signature is that of the headers of the library's major version.
                        let $name = *unsafe { $library.get(name.as_bytes()) }.map_err(|error| {
                            missing(library_file_name(stringify!($library), None), error.to_string())
                        })?;
                    )+
                    libraries.push($library);
                )+
                Ok(Self { $($($name,)+)+ _libraries: libraries })
            }
        }

        $($(
            // Compared by the compiler, and never in the program: else the library would be linked.
            const _: unsafe extern "C" fn($($type),*) $(-> $result)? = ffmpeg_sys_next::$name;

            /// FFmpeg's function of this name.
            ///
            /// # Safety
            /// As FFmpeg tells of it.
            pub unsafe fn $name($($argument: $type),*) $(-> $result)? {
                // SAFETY: promised by the caller.
                unsafe { (functions().$name)($($argument),*) }
            }
        )+)+
    };
}

static FUNCTIONS: OnceLock<Functions> = OnceLock::new();

/// Loads the libraries where that has not happened yet. It takes tenths of a second the first time: not for the thread
/// that draws.
pub fn load() -> Result<(), MissingFfmpeg> {
    if FUNCTIONS.get().is_none() {
        // Somebody else may have been faster; then ours are the same.
        let _ = FUNCTIONS.set(Functions::load()?);
        // FFmpeg writes nothing to standard error: what matters of its messages comes as errors.
        // SAFETY: sets a number; any time is right.
        unsafe { av_log_set_level(AV_LOG_QUIET) };
    }
    Ok(())
}

fn functions() -> &'static Functions {
    FUNCTIONS.get().expect("a file was opened, or the versions were asked for, which load the libraries")
}

libraries! {
    avutil, LIBAVUTIL_VERSION_MAJOR {
        fn av_buffer_ref(buf: *const AVBufferRef) -> *mut AVBufferRef;
        fn av_buffer_unref(buf: *mut *mut AVBufferRef);
        fn av_channel_layout_default(ch_layout: *mut AVChannelLayout, nb_channels: c_int);
        fn av_dict_free(m: *mut *mut AVDictionary);
        fn av_dict_set(
            pm: *mut *mut AVDictionary, key: *const c_char, value: *const c_char, flags: c_int,
        ) -> c_int;
        fn av_frame_alloc() -> *mut AVFrame;
        fn av_frame_copy(dst: *mut AVFrame, src: *const AVFrame) -> c_int;
        fn av_frame_copy_props(dst: *mut AVFrame, src: *const AVFrame) -> c_int;
        fn av_frame_free(frame: *mut *mut AVFrame);
        fn av_frame_get_buffer(frame: *mut AVFrame, align: c_int) -> c_int;
        fn av_get_pix_fmt_name(pix_fmt: AVPixelFormat) -> *const c_char;
        fn av_hwdevice_ctx_create(
            device_ctx: *mut *mut AVBufferRef, type_: AVHWDeviceType, device: *const c_char,
            opts: *mut AVDictionary, flags: c_int,
        ) -> c_int;
        fn av_hwdevice_get_type_name(type_: AVHWDeviceType) -> *const c_char;
        fn av_hwdevice_iterate_types(prev: AVHWDeviceType) -> AVHWDeviceType;
        fn av_hwframe_transfer_data(dst: *mut AVFrame, src: *const AVFrame, flags: c_int) -> c_int;
        fn av_image_copy_to_buffer(
            dst: *mut u8, dst_size: c_int, src_data: *const *const u8, src_linesize: *const c_int,
            pix_fmt: AVPixelFormat, width: c_int, height: c_int, align: c_int,
        ) -> c_int;
        fn av_image_get_buffer_size(
            pix_fmt: AVPixelFormat, width: c_int, height: c_int, align: c_int,
        ) -> c_int;
        fn av_image_get_linesize(pix_fmt: AVPixelFormat, width: c_int, plane: c_int) -> c_int;
        fn av_log_set_level(level: c_int);
        fn av_md5_sum(dst: *mut u8, src: *const u8, len: usize);
        fn av_pix_fmt_count_planes(pix_fmt: AVPixelFormat) -> c_int;
        fn av_pix_fmt_desc_get(pix_fmt: AVPixelFormat) -> *const AVPixFmtDescriptor;
        fn av_strerror(errnum: c_int, errbuf: *mut c_char, errbuf_size: usize) -> c_int;
    }
    avcodec, LIBAVCODEC_VERSION_MAJOR {
        fn av_packet_alloc() -> *mut AVPacket;
        fn av_packet_free(pkt: *mut *mut AVPacket);
        fn av_packet_unref(pkt: *mut AVPacket);
        fn avcodec_alloc_context3(codec: *const AVCodec) -> *mut AVCodecContext;
        fn avcodec_descriptor_get(id: AVCodecID) -> *const AVCodecDescriptor;
        fn avcodec_find_decoder(id: AVCodecID) -> *const AVCodec;
        fn avcodec_flush_buffers(avctx: *mut AVCodecContext);
        fn avcodec_free_context(avctx: *mut *mut AVCodecContext);
        fn avcodec_get_hw_config(codec: *const AVCodec, index: c_int) -> *const AVCodecHWConfig;
        fn avcodec_get_name(id: AVCodecID) -> *const c_char;
        fn avcodec_open2(
            avctx: *mut AVCodecContext, codec: *const AVCodec, options: *mut *mut AVDictionary,
        ) -> c_int;
        fn avcodec_parameters_to_context(codec: *mut AVCodecContext, par: *const AVCodecParameters) -> c_int;
        fn avcodec_receive_frame(avctx: *mut AVCodecContext, frame: *mut AVFrame) -> c_int;
        fn avcodec_send_packet(avctx: *mut AVCodecContext, avpkt: *const AVPacket) -> c_int;
        fn avcodec_version() -> c_uint;
    }
    avformat, LIBAVFORMAT_VERSION_MAJOR {
        fn av_find_input_format(short_name: *const c_char) -> *const AVInputFormat;
        fn av_read_frame(s: *mut AVFormatContext, pkt: *mut AVPacket) -> c_int;
        fn av_seek_frame(s: *mut AVFormatContext, stream_index: c_int, timestamp: i64, flags: c_int) -> c_int;
        fn avformat_close_input(s: *mut *mut AVFormatContext);
        fn avformat_find_stream_info(ic: *mut AVFormatContext, options: *mut *mut AVDictionary) -> c_int;
        fn avformat_open_input(
            ps: *mut *mut AVFormatContext, url: *const c_char, fmt: *const AVInputFormat,
            options: *mut *mut AVDictionary,
        ) -> c_int;
        fn avformat_version() -> c_uint;
    }
    swresample, LIBSWRESAMPLE_VERSION_MAJOR {
        fn swr_alloc() -> *mut SwrContext;
        fn swr_convert_frame(swr: *mut SwrContext, output: *mut AVFrame, input: *const AVFrame) -> c_int;
        fn swr_free(s: *mut *mut SwrContext);
    }
    swscale, LIBSWSCALE_VERSION_MAJOR {
        fn sws_freeContext(sws_context: *mut SwsContext);
        fn sws_getCachedContext(
            context: *mut SwsContext, src_w: c_int, src_h: c_int, src_format: AVPixelFormat, dst_w: c_int,
            dst_h: c_int, dst_format: AVPixelFormat, flags: c_int, src_filter: *mut SwsFilter,
            dst_filter: *mut SwsFilter, param: *const f64,
        ) -> *mut SwsContext;
        fn sws_getCoefficients(colorspace: c_int) -> *const c_int;
        fn sws_scale(
            c: *mut SwsContext, src_slice: *const *const u8, src_stride: *const c_int, src_slice_y: c_int,
            src_slice_h: c_int, dst: *const *mut u8, dst_stride: *const c_int,
        ) -> c_int;
        fn sws_setColorspaceDetails(
            c: *mut SwsContext, inv_table: *const c_int, src_range: c_int, table: *const c_int,
            dst_range: c_int, brightness: c_int, contrast: c_int, saturation: c_int,
        ) -> c_int;
    }
}
