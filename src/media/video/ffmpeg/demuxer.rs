//! Opening a file and reading the packets of one of its streams.

use std::ffi::{CStr, CString, c_int};
use std::ptr;

use super::{FfmpegError, NO_TIME, check, ffi};

/// An open file, of which one stream is read.
pub struct Demuxer {
    context: *mut ffi::AVFormatContext,
    /// The number of the stream that is read; an index into the context's streams.
    stream: usize,
}

// SAFETY: the context is used through this value alone, and FFmpeg binds none to a thread.
unsafe impl Send for Demuxer {}

/// The containers that are opened, by FFmpeg's names. Not among them: playlists and session descriptions, which name
/// other files and addresses, and of which some are read again and again as long as they do not say that they end.
const CONTAINERS: &CStr = c"mov,matroska,webm,avi,mpegts,mpeg,mpegvideo,h264,hevc,vvc,obu,ivf,av1,flv,asf,ogg,gif,apng,\
image2,mjpeg,mjpeg_2000,m4v,mxf,nut,dv,yuv4mpegpipe,rm,wtv,vc1,mp3,flac,wav,aac,amr,aiff,png_pipe,jpeg_pipe,webp_pipe";

/// What kind of thing a stream carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum StreamKind {
    /// Moving pictures.
    Video,
    /// One picture that belongs to the file as a whole, such as the cover of a song.
    Cover,
    /// Sound.
    Audio,
    /// Subtitles, data, attachments.
    Other,
}

/// What a file says about one of its streams.
#[derive(Clone, Debug)]
pub struct StreamFacts {
    pub index: usize,
    pub kind: StreamKind,
    /// FFmpeg's name of the codec, such as `h264`.
    pub codec: String,
    /// Whether every packet of this codec stands for itself.
    pub is_intra_only: bool,
    /// Whether its packets tell truly which pictures no other refers to, so that a decoder can leave them out.
    pub tells_unreferenced: bool,
    /// How many pictures a decoder holds back to bring them into the order of presentation, as far as the header and the
    /// first packets tell.
    pub reorder_depth: u32,
    /// Whether FFmpeg can decode it.
    pub has_decoder: bool,
    pub width: u32,
    pub height: u32,
    /// FFmpeg's name, such as `yuv420p`; empty where it is not known.
    pub pixel_format: String,
    /// Whether the pictures may be made of two fields.
    pub is_interlaced: bool,
    /// Seconds of one unit of time, as numerator and denominator.
    pub time_base: (i32, i32),
    /// As numerator and denominator; the denominator is 0 where it is not known.
    pub average_frame_rate: (i32, i32),
    pub start_time: i64,
    /// Width of a pixel by its height; 0 in one of the two where it is not known.
    pub pixel_aspect: (i32, i32),
    /// The first two rows of the transform that shows the picture, as 16.16 fixed point, where the file has one.
    pub display_matrix: Option<[i32; 9]>,
}

impl Demuxer {
    /// Opens a file and reads as much of it as tells what its streams are. `first_picture` makes the path a pattern
    /// of numbered pictures that begin there.
    ///
    /// The libraries are loaded. Whatever the file names is not opened: no other files, no addresses.
    pub fn open(path: &CStr, first_picture: Option<u32>) -> Result<Self, FfmpegError> {
        let mut options = ptr::null_mut();
        let mut context = ptr::null_mut();
        let set = |options: &mut *mut ffi::AVDictionary, key: &CStr, value: &CStr| {
            // SAFETY: both texts end with a zero and are copied. Out of memory leaves the dictionary as it was.
            unsafe { ffi::av_dict_set(options, key.as_ptr(), value.as_ptr(), 0) };
        };
        set(&mut options, c"protocol_whitelist", c"file");
        set(&mut options, c"format_whitelist", CONTAINERS);
        let mut format = ptr::null();
        if let Some(first) = first_picture {
            let first = CString::new(first.to_string()).unwrap_or_default();
            set(&mut options, c"start_number", &first);
            set(&mut options, c"pattern_type", c"sequence");
            // SAFETY: the name is a text that ends with a zero; the format is static.
            format = unsafe { ffi::av_find_input_format(c"image2".as_ptr()) };
        }
        // SAFETY: the pointers are to our variables. On failure FFmpeg frees the context and sets it to null; the
        // options are ours to free. On success the context is owned by the value made of it, which frees it.
        unsafe {
            let opened = check(ffi::avformat_open_input(
                &mut context,
                path.as_ptr(),
                format.cast_mut().cast(),
                &mut options,
            ));
            ffi::av_dict_free(&mut options);
            opened?;
            let demuxer = Self { context, stream: 0 };
            check(ffi::avformat_find_stream_info(context, ptr::null_mut()))?;
            Ok(demuxer)
        }
    }

    /// FFmpeg's short name of the container, such as `mov,mp4,m4a,3gp,3g2,mj2`.
    pub fn container(&self) -> String {
        // SAFETY: an opened context has a format, whose name is a static text.
        unsafe { text((*(*self.context).iformat).name) }
    }

    /// How long the file says it lasts; `None` where it does not tell.
    pub fn duration_secs(&self) -> Option<f64> {
        // SAFETY: the context is alive.
        let duration = unsafe { (*self.context).duration };
        (duration > 0).then(|| duration as f64 / f64::from(ffi::AV_TIME_BASE))
    }

    /// What the file says about each of its streams.
    pub fn streams(&self) -> Vec<StreamFacts> {
        self.raw_streams().iter().enumerate().map(|(index, stream)| stream_facts(index, *stream)).collect()
    }

    fn raw_streams(&self) -> &[*mut ffi::AVStream] {
        // SAFETY: the context holds as many streams as it says; the borrow keeps it from changing. While packets are
        // read, a container without a header may add streams, which needs the context to be borrowed mutably.
        unsafe {
            match (*self.context).nb_streams as usize {
                0 => &[],
                number => std::slice::from_raw_parts((*self.context).streams, number),
            }
        }
    }

    /// Reads this stream from now on, and no other.
    ///
    /// # Panics
    /// When there is no such stream.
    pub fn select(&mut self, stream: usize) {
        assert!(stream < self.raw_streams().len(), "the stream was taken from the list of streams");
        self.stream = stream;
        for (index, stream) in self.raw_streams().iter().enumerate() {
            let discard = if index == self.stream {
                ffi::AVDiscard::AVDISCARD_DEFAULT
            } else {
                ffi::AVDiscard::AVDISCARD_ALL
            };
            // SAFETY: the streams of the context are alive, and nobody else uses them.
            unsafe { (**stream).discard = discard };
        }
    }

    /// What a decoder of the stream must know.
    pub(super) fn parameters(&self) -> (*const ffi::AVCodecParameters, ffi::AVRational) {
        let stream = self.raw_streams()[self.stream];
        // SAFETY: the streams of the context are alive, and each has parameters.
        unsafe { ((*stream).codecpar, (*stream).time_base) }
    }

    /// Units of time of the stream in a second, rounded up; 0 where the stream has none.
    pub fn units_per_second(&self) -> i64 {
        let (_, time_base) = self.parameters();
        match (i64::from(time_base.num), i64::from(time_base.den)) {
            (num @ 1.., den @ 1..) => (den + num - 1) / num,
            _ => 0,
        }
    }

    /// Reads the next packet of the stream into `packet`. False at the end, and where reading goes wrong: like
    /// FFmpeg's own programs, we take what comes before an error for all there is.
    pub fn read(&mut self, packet: &mut Packet) -> bool {
        loop {
            // SAFETY: both are alive. The packet lets go of what it held.
            let code = unsafe {
                ffi::av_packet_unref(packet.packet);
                ffi::av_read_frame(self.context, packet.packet)
            };
            match code {
                0 if packet.stream() == self.stream => return true,
                0 => {}
                code if code == ffi::AVERROR(ffi::EAGAIN) => {}
                _ => return false,
            }
        }
    }

    /// Goes to the last place that the container knows at or before a time of the stream.
    pub fn seek_to_time(&mut self, time: i64) -> Result<(), FfmpegError> {
        self.seek(time, ffi::AVSEEK_FLAG_BACKWARD)
    }

    /// Goes to a byte of the file.
    pub fn seek_to_byte(&mut self, position: i64) -> Result<(), FfmpegError> {
        self.seek(position, ffi::AVSEEK_FLAG_BYTE)
    }

    fn seek(&mut self, target: i64, flags: c_int) -> Result<(), FfmpegError> {
        // SAFETY: the context is alive and the stream is one of its own.
        check(unsafe { ffi::av_seek_frame(self.context, self.stream as c_int, target, flags) }).map(|_| ())
    }
}

impl Drop for Demuxer {
    fn drop(&mut self) {
        // SAFETY: the context was opened, and is freed here only.
        unsafe { ffi::avformat_close_input(&mut self.context) };
    }
}

fn stream_facts(index: usize, stream: *const ffi::AVStream) -> StreamFacts {
    // SAFETY: the stream belongs to an open context, and has parameters. Names are static texts or null.
    unsafe {
        let stream = &*stream;
        let parameters = &*stream.codecpar;
        let is_cover = stream.disposition & ffi::AV_DISPOSITION_ATTACHED_PIC as c_int != 0;
        let kind = match parameters.codec_type {
            ffi::AVMediaType::AVMEDIA_TYPE_VIDEO if is_cover => StreamKind::Cover,
            ffi::AVMediaType::AVMEDIA_TYPE_VIDEO => StreamKind::Video,
            ffi::AVMediaType::AVMEDIA_TYPE_AUDIO => StreamKind::Audio,
            _ => StreamKind::Other,
        };
        let descriptor = ffi::avcodec_descriptor_get(parameters.codec_id);
        let is_intra_only =
            !descriptor.is_null() && (*descriptor).props & ffi::AV_CODEC_PROP_INTRA_ONLY as c_int != 0;
        let is_progressive = matches!(
            parameters.field_order,
            ffi::AVFieldOrder::AV_FIELD_PROGRESSIVE | ffi::AVFieldOrder::AV_FIELD_UNKNOWN
        );
        let pixel_format =
            match kind {
                // The format of a video stream is -1 or one that this FFmpeg knows.
                StreamKind::Video | StreamKind::Cover => text(ffi::av_get_pix_fmt_name(
                    std::mem::transmute::<c_int, ffi::AVPixelFormat>(parameters.format),
                )),
                _ => String::new(),
            };
        let rational = |value: ffi::AVRational| (value.num, value.den);
        StreamFacts {
            index,
            kind,
            codec: text(ffi::avcodec_get_name(parameters.codec_id)),
            is_intra_only,
            tells_unreferenced: is_progressive && tells_unreferenced(parameters),
            reorder_depth: u32::try_from(parameters.video_delay).unwrap_or(0),
            has_decoder: !ffi::avcodec_find_decoder(parameters.codec_id).is_null(),
            width: u32::try_from(parameters.width).unwrap_or(0),
            height: u32::try_from(parameters.height).unwrap_or(0),
            pixel_format,
            is_interlaced: !is_progressive,
            time_base: rational(stream.time_base),
            average_frame_rate: rational(stream.avg_frame_rate),
            start_time: stream.start_time,
            pixel_aspect: rational(parameters.sample_aspect_ratio),
            display_matrix: display_matrix(stream),
        }
    }
}

/// In H.264, `nal_ref_idc` of 0 says that nothing refers to a picture. In H.265, the type of a packet says so among pictures
/// of its own temporal layer; only where there is one layer, no others are left. The stream's header tells how many
/// there are, where it is one of ISO/IEC 14496-15 (8.3.3.1: `numTemporalLayers`).
fn tells_unreferenced(parameters: &ffi::AVCodecParameters) -> bool {
    let header = match usize::try_from(parameters.extradata_size) {
        // SAFETY: the parameters hold as many bytes as they say.
        Ok(size) if size > 0 && !parameters.extradata.is_null() => unsafe {
            std::slice::from_raw_parts(parameters.extradata, size)
        },
        _ => &[],
    };
    match parameters.codec_id {
        ffi::AVCodecID::AV_CODEC_ID_H264 => true,
        ffi::AVCodecID::AV_CODEC_ID_HEVC => {
            header.first() == Some(&1) && header.get(21).is_some_and(|byte| byte >> 3 & 7 == 1)
        }
        _ => false,
    }
}

fn display_matrix(stream: &ffi::AVStream) -> Option<[i32; 9]> {
    let kind = ffi::AVPacketSideDataType::AV_PKT_DATA_DISPLAYMATRIX;
    // SAFETY: the stream is alive and holds as many pieces of side data as it says, each of its own size.
    unsafe {
        let pieces = match stream.nb_side_data {
            1.. => std::slice::from_raw_parts(stream.side_data, stream.nb_side_data as usize),
            _ => &[],
        };
        let piece = pieces.iter().find(|piece| piece.type_ == kind)?;
        let bytes = std::slice::from_raw_parts(piece.data, piece.size);
        let mut matrix = [0; 9];
        for (number, bytes) in matrix.iter_mut().zip(bytes.chunks_exact(4)) {
            *number = i32::from_ne_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        }
        (bytes.len() >= 36).then_some(matrix)
    }
}

/// A text of FFmpeg; empty where there is none.
///
/// # Safety
/// The pointer is null or points to a text that ends with a zero.
unsafe fn text(pointer: *const std::ffi::c_char) -> String {
    if pointer.is_null() {
        return String::new();
    }
    // SAFETY: promised by the caller.
    unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned()
}

/// A piece of a stream as the container holds it: mostly one frame.
pub struct Packet {
    pub(super) packet: *mut ffi::AVPacket,
}

// SAFETY: the packet is used through this value alone.
unsafe impl Send for Packet {}

impl Packet {
    /// An empty packet to read into; `None` when there is no memory.
    pub fn new() -> Option<Self> {
        // SAFETY: gives a packet or null.
        let packet = unsafe { ffi::av_packet_alloc() };
        (!packet.is_null()).then_some(Self { packet })
    }

    fn get(&self) -> &ffi::AVPacket {
        // SAFETY: never null, and freed in `drop` only.
        unsafe { &*self.packet }
    }

    fn stream(&self) -> usize {
        self.get().stream_index as usize
    }

    /// When it is shown, or [`NO_TIME`].
    pub fn pts(&self) -> i64 {
        self.get().pts
    }

    /// When it is decoded, or [`NO_TIME`].
    pub fn dts(&self) -> i64 {
        self.get().dts
    }

    /// How long it is shown; 0 where that is not known.
    pub fn duration(&self) -> i64 {
        self.get().duration
    }

    /// Where it lies in the file; negative where that is not known.
    pub fn position(&self) -> i64 {
        self.get().pos
    }

    /// Its bytes.
    pub fn data(&self) -> &[u8] {
        let packet = self.get();
        match usize::try_from(packet.size) {
            // SAFETY: the packet holds as many bytes as it says.
            Ok(size) if size > 0 && !packet.data.is_null() => unsafe {
                std::slice::from_raw_parts(packet.data, size)
            },
            _ => &[],
        }
    }

    /// Whether decoding can begin here.
    pub fn is_key(&self) -> bool {
        self.has_flag(ffi::AV_PKT_FLAG_KEY)
    }

    /// Whether it is decoded but not shown: before the beginning of an edit.
    pub fn is_discarded(&self) -> bool {
        self.has_flag(ffi::AV_PKT_FLAG_DISCARD)
    }

    /// Whether the container found it damaged.
    pub fn is_corrupt(&self) -> bool {
        self.has_flag(ffi::AV_PKT_FLAG_CORRUPT)
    }

    fn has_flag(&self, flag: impl TryInto<c_int>) -> bool {
        flag.try_into().is_ok_and(|flag| self.get().flags & flag != 0)
    }

    /// Replaces both times by a number, which the decoder hands on to the frame that it makes of the packet.
    pub fn set_number(&mut self, number: i64) {
        // SAFETY: never null, and borrowed mutably. Decoders hand times on and decide nothing by them.
        unsafe {
            (*self.packet).pts = number;
            (*self.packet).dts = number;
        }
    }
}

impl Drop for Packet {
    fn drop(&mut self) {
        // SAFETY: allocated in `new`, and freed here only.
        unsafe { ffi::av_packet_free(&mut self.packet) };
    }
}

const _: () = assert!(NO_TIME == i64::MIN);
