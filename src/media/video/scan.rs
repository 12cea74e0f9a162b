//! Reading all packets of a stream once, without decoding.

use super::ffmpeg::{Demuxer, Packet};
use super::packets::{PacketEntry, PacketTable};
use super::{MediaError, VideoSource};
use crate::base::jobs::JobContext;

/// Packets between two looks at whether the work is still wanted.
const PACKETS_PER_LOOK: usize = 256;

/// Reads the packets of the stream that the demuxer has selected. Tells as progress the bytes passed.
pub(super) fn scan(
    source: &VideoSource,
    demuxer: &mut Demuxer,
    codec: &str,
    context: &JobContext,
) -> Result<PacketTable, MediaError> {
    let num_bytes = std::fs::metadata(source.path()).map_or(0, |metadata| metadata.len());
    let mut packet = new_packet(source)?;
    let mut entries = Vec::new();
    while demuxer.read(&mut packet) {
        let entry = PacketEntry::new(&packet, codec);
        if entries.len() % PACKETS_PER_LOOK == 0 {
            if context.is_cancelled() {
                return Err(MediaError::Cancelled);
            }
            context.set_progress(u64::try_from(entry.position).unwrap_or(0).min(num_bytes), num_bytes);
        }
        entries.push(entry);
    }
    entries.shrink_to_fit();
    Ok(PacketTable { entries })
}

pub(super) fn new_packet(source: &VideoSource) -> Result<Packet, MediaError> {
    let no_memory = || MediaError::read(source.path(), std::io::Error::from(std::io::ErrorKind::OutOfMemory));
    Packet::new().ok_or_else(no_memory)
}
