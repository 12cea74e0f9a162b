//! Streams for tests, made of nothing but times.

use super::ffmpeg::{StreamFacts, StreamKind};
use super::packets::{KEY, PacketEntry, PacketTable};

/// Packets with these times of presentation, in the order of decoding. The first is a keyframe.
pub(super) fn table(times: &[i64]) -> PacketTable {
    let entries = times.iter().enumerate().map(|(n, pts)| PacketEntry {
        pts: *pts,
        dts: n as i64,
        position: n as i64 * 100,
        num_bytes: 100,
        duration: 1,
        flags: if n == 0 { KEY } else { 0 },
    });
    PacketTable { entries: entries.collect() }
}

/// A stream of 25 frames a second whose unit of time is a frame.
pub(super) fn facts(codec: &str) -> StreamFacts {
    StreamFacts {
        index: 0,
        kind: StreamKind::Video,
        codec: codec.to_owned(),
        is_intra_only: false,
        tells_unreferenced: true,
        reorder_depth: 0,
        has_decoder: true,
        width: 160,
        height: 120,
        pixel_format: "yuv420p".to_owned(),
        is_interlaced: false,
        time_base: (1, 25),
        average_frame_rate: (25, 1),
        start_time: 0,
        pixel_aspect: (1, 1),
        display_matrix: None,
    }
}
