//! All packets of a stream, as the container tells of them.

use super::ffmpeg::{NO_TIME, Packet};

/// What the container says of one packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PacketEntry {
    /// When it is shown, in units of the stream's time base; or [`NO_TIME`].
    pub pts: i64,
    /// When it is decoded; or [`NO_TIME`].
    pub dts: i64,
    /// Where it lies in the file; negative where that is not known.
    pub position: i64,
    pub num_bytes: u32,
    /// How long it is shown; 0 where that is not known.
    pub duration: u32,
    /// Of the bits below.
    pub flags: u8,
}

/// Decoding can begin here.
pub(super) const KEY: u8 = 1;
/// It is decoded and not shown: it lies before an edit.
pub(super) const DISCARDED: u8 = 2;
/// The container found it damaged.
pub(super) const CORRUPT: u8 = 4;
/// The codec says that it gives no picture of its own.
pub(super) const HIDDEN: u8 = 8;

impl PacketEntry {
    pub fn new(packet: &Packet, codec: &str) -> Self {
        let data = packet.data();
        let flag = |is_set, flag| if is_set { flag } else { 0 };
        Self {
            pts: packet.pts(),
            dts: packet.dts(),
            position: packet.position(),
            num_bytes: u32::try_from(data.len()).unwrap_or(u32::MAX),
            duration: u32::try_from(packet.duration()).unwrap_or(0),
            flags: flag(packet.is_key(), KEY)
                | flag(packet.is_discarded(), DISCARDED)
                | flag(packet.is_corrupt(), CORRUPT)
                | flag(is_hidden(codec, data), HIDDEN),
        }
    }

    pub fn is_key(&self) -> bool {
        self.flags & KEY != 0
    }

    /// Whether the packet that was read is this one, for somebody who expects it here.
    pub fn is_probably(&self, packet: &Packet) -> bool {
        let has_size = packet.data().len() as u64 == u64::from(self.num_bytes);
        let has_place = self.position < 0 || packet.position() < 0 || self.position == packet.position();
        has_size && has_place
    }

    /// Whether the packet that was read is this one, for somebody who was led here by the container. Derived times
    /// differ with where reading began; only those of presentation are compared, where both are known.
    pub fn is(&self, packet: &Packet) -> bool {
        let has_time = self.pts == NO_TIME || packet.pts() == NO_TIME || self.pts == packet.pts();
        self.is_probably(packet) && has_time
    }
}

/// VP8 has frames that are there to be referred to only (RFC 6386, 9.1: the bit `show_frame`). In the other codecs a
/// container packs them together with one that is shown.
fn is_hidden(codec: &str, data: &[u8]) -> bool {
    codec == "vp8" && data.first().is_some_and(|byte| byte & 0x10 == 0)
}

/// The packets of one stream in the order of the file, which is that of decoding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PacketTable {
    pub entries: Vec<PacketEntry>,
}
