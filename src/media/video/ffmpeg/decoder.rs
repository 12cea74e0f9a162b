//! From packets to frames.

use std::ptr;

use super::demuxer::{Demuxer, Packet};
use super::frame::NativeFrame;
use super::hardware::HardwareDevice;
use super::{FfmpegError, check, ffi};

/// A decoder of one stream.
pub struct Decoder {
    context: *mut ffi::AVCodecContext,
}

// SAFETY: the context is used through this value alone; its own threads are FFmpeg's affair.
unsafe impl Send for Decoder {}

/// What became of a packet.
#[derive(Debug, PartialEq, Eq)]
pub enum Sent {
    /// The decoder has it.
    Taken,
    /// Frames must be received first; the packet was not taken.
    Full,
    /// The decoder could make nothing of it.
    Refused,
}

/// What the decoder has to give.
pub enum Received {
    /// The next frame in the order of presentation.
    Frame(NativeFrame),
    /// It wants another packet.
    NeedsPacket,
    /// It could make nothing of what it was given. It goes on with the next packet.
    Error,
    /// After the end of the stream: it has given everything.
    End,
}

impl Decoder {
    /// A decoder for the stream that the demuxer reads, on this many threads, at least one, or on a device. Frames of more
    /// than `max_pixels` are errors.
    pub fn open(
        demuxer: &Demuxer,
        num_threads: usize,
        max_pixels: u64,
        device: Option<&HardwareDevice>,
    ) -> Result<Self, FfmpegError> {
        let (parameters, time_base) = demuxer.parameters();
        // SAFETY: the parameters belong to the borrowed demuxer. The context is owned, and freed, by the value that is
        // made of it at once; its fields are numbers.
        unsafe {
            let codec = ffi::avcodec_find_decoder((*parameters).codec_id);
            if codec.is_null() {
                return Err(FfmpegError(ffi::AVERROR_DECODER_NOT_FOUND));
            }
            let context = ffi::avcodec_alloc_context3(codec);
            if context.is_null() {
                return Err(FfmpegError(ffi::AVERROR(ffi::ENOMEM)));
            }
            let decoder = Self { context };
            check(ffi::avcodec_parameters_to_context(context, parameters))?;
            (*context).pkt_timebase = time_base;
            (*context).max_pixels = i64::try_from(max_pixels).unwrap_or(i64::MAX);
            (*context).thread_count = i32::try_from(num_threads.max(1)).unwrap_or(1);
            if let Some(device) = device {
                // The decoder chooses it by itself where it can; threads would only take turns.
                (*context).hw_device_ctx = device.reference();
                (*context).thread_count = 1;
            }
            check(ffi::avcodec_open2(context, codec, ptr::null_mut()))?;
            Ok(decoder)
        }
    }

    /// Lets the decoder pass over packets whose pictures no other picture refers to, from the next packet on, or ends that.
    /// What it makes of the others is the same.
    pub fn set_leaves_out_unreferenced(&mut self, leaves_out: bool) {
        let skip = match leaves_out {
            true => ffi::AVDiscard::AVDISCARD_NONREF,
            false => ffi::AVDiscard::AVDISCARD_DEFAULT,
        };
        // SAFETY: the context is open; the field may be set at any time by whoever sends packets.
        unsafe { (*self.context).skip_frame = skip };
    }

    /// Gives it a packet, or `None` at the end of the stream.
    pub fn send(&mut self, packet: Option<&Packet>) -> Sent {
        let packet = packet.map_or(ptr::null(), |packet| packet.packet.cast_const());
        // SAFETY: the context is open; a null packet is the end. The decoder keeps a reference of its own.
        match unsafe { ffi::avcodec_send_packet(self.context, packet) } {
            code if code >= 0 || code == ffi::AVERROR_EOF => Sent::Taken,
            code if code == ffi::AVERROR(ffi::EAGAIN) => Sent::Full,
            _ => Sent::Refused,
        }
    }

    /// Takes what it has to give.
    pub fn receive(&mut self) -> Received {
        let Some(mut frame) = NativeFrame::empty() else { return Received::Error };
        // SAFETY: the context is open and the frame is empty and ours.
        match unsafe { ffi::avcodec_receive_frame(self.context, frame.as_mut_ptr()) } {
            code if code >= 0 => frame.in_memory().map_or(Received::Error, Received::Frame),
            code if code == ffi::AVERROR(ffi::EAGAIN) => Received::NeedsPacket,
            code if code == ffi::AVERROR_EOF => Received::End,
            _ => Received::Error,
        }
    }

    /// Forgets all packets and frames, to go on elsewhere in the stream.
    pub fn flush(&mut self) {
        // SAFETY: the context is open.
        unsafe { ffi::avcodec_flush_buffers(self.context) };
    }
}

impl Drop for Decoder {
    fn drop(&mut self) {
        // SAFETY: allocated in `open`, and freed here only. Frames given away keep their memory.
        unsafe { ffi::avcodec_free_context(&mut self.context) };
    }
}
