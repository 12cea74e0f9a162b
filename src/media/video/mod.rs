//! Video, frame by frame: frame N is the one with index N of a full decode, however it is reached.
//!
//! **How it thinks.** FFmpeg gives *packets* in the order of decoding and *frames* in that of presentation. A packet's
//! time does not tell which frame is which: times are missing, twice there, or wrong, and some packets give no
//! frame. So every packet has a *number*, its place among all packets of the stream, and the number travels through
//! the decoder in place of the packet's time. Whatever comes out is known by it, wherever decoding began.
//!
//! 1. [`scan`] reads all packets once and decodes nothing: a [`PacketTable`](packets::PacketTable).
//! 2. [`FrameIndex`] says which packet gives which frame. For streams that keep the rules, that follows from the
//!    packets alone: those that are shown, by time. Otherwise ([`doubts`]), and for short videos always, [`verify`]
//!    decodes everything once and writes down what came, with a checksum for each frame. Where the packets tell of no
//!    reordering and the stream does, the first frames are looked at.
//! 3. [`VideoReader`] reaches a frame: it goes to the last packet from which the frame can be decoded, and decodes on.
//!    Where the container leads elsewhere, or the checksum says that the picture is not the right one, it begins
//!    earlier, at last from the beginning on a single thread, which is how the checksum was made. Pictures on the way that
//!    no other refers to are left out.
//! 4. [`FrameLoader`] keeps decoded frames within a budget of bytes and works ahead in the direction of travel, in
//!    the background.
//! 5. [`FrameThumbnails`] makes small pictures of any frames, in the background.
//!
//! Indexes are kept in the cache folder ([`open_video`]). [`video_thumbnail`] needs none. [`SoundStream`] and [`Waveform`]
//! give the sound, by the same times.
//!
//! **What counts as a frame.** What one sequential decode gives, which is what FFmpeg, and what is built on it, numbers.
//! A packet of which the decoder makes nothing has no number in an index that was verified. In one that was not, it
//! has, and its frame [cannot be decoded](MediaError::Undecodable). Frames that the decoder patched up are
//! [damaged](FrameIndex::is_damaged).
//!
//! **Invariants.**
//! - A frame that leaves this folder under a number of a verified index has the checksum of that number.
//! - Nothing that a file names is opened: no other file, no address.
//! - Between two packets everybody asks whether the work is still wanted.
//! - Unsafe code is in `ffmpeg` alone.

mod convert;
mod doubts;
mod facts;
mod ffmpeg;
mod hardware;
mod index;
mod index_file;
mod info;
mod loader;
mod open;
mod packets;
mod pump;
mod reader;
mod scan;
mod sound;
mod source;
#[cfg(test)]
mod test_tables;
mod threads;
mod thumbnail;
mod thumbnails;
mod verify;

pub use convert::PictureConverter;
pub use facts::probe_video;
pub use ffmpeg::{FfmpegFacts, HardwareDevice, MissingFfmpeg, NativeFrame, StreamKind, ffmpeg_facts};
pub use index::{Frame, FrameIndex};
pub use info::{PictureInfo, Rational, StreamInfo, VideoInfo};
pub use loader::{DEFAULT_FRAME_BUDGET_BYTES, Direction, FrameLoader, FrameState};
pub use open::{OpenOptions, Verification, Video, first_frame, open_video};
pub use reader::{Passing, VideoReader};
pub use sound::{Peak, SoundBlock, SoundFormat, SoundReader, SoundStream, Waveform, waveform_folder};
pub use source::VideoSource;
pub use threads::num_decoding_threads;
pub use thumbnail::video_thumbnail;
pub use thumbnails::{FrameThumbnail, FrameThumbnails};

use super::{MediaError, cache_folder};

/// Where indexes of videos are kept.
pub fn index_folder() -> std::path::PathBuf {
    cache_folder().join("frames")
}
