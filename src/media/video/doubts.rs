//! Whether the packets of a stream tell by themselves which frames a decoder gives.

use std::collections::HashSet;

use super::ffmpeg::{NO_TIME, StreamFacts};
use super::packets::{CORRUPT, DISCARDED, HIDDEN, PacketTable};

/// Codecs whose packets, taken from a container that keeps the rules, give one frame each, in the order of their times.
const CODECS_WITH_A_FRAME_A_PACKET: &[&str] = &[
    "h264",
    "hevc",
    "vvc",
    "vp8",
    "vp9",
    "av1",
    "mpeg1video",
    "mpeg2video",
    "mpeg4",
    "theora",
    "vc1",
    "wmv1",
    "wmv2",
    "wmv3",
    "flv1",
    "h263",
    "ffv1",
];

/// Why the packets cannot be believed; `None` when they can.
///
/// What a container gets wrong in the wild: AVI has no times of presentation; a recording that was cut begins with
/// pictures that refer to what is gone; a half of an interlaced picture can be a packet of its own.
pub(super) fn doubts(table: &PacketTable, facts: &StreamFacts) -> Option<&'static str> {
    let entries = &table.entries;
    let is_known = facts.is_intra_only || CODECS_WITH_A_FRAME_A_PACKET.contains(&facts.codec.as_str());
    let shown = || entries.iter().filter(|entry| entry.flags & (DISCARDED | HIDDEN) == 0);
    if !is_known {
        return Some("packets of this codec may give no frame, or several");
    }
    if entries.iter().any(|entry| entry.flags & CORRUPT != 0 || entry.num_bytes == 0) {
        return Some("packets are damaged");
    }
    if facts.is_intra_only {
        // Decoded and shown in the order of the file, whatever the times are.
        return None;
    }
    if facts.is_interlaced {
        return Some("the fields of interlaced pictures may be packets of their own");
    }
    let first = entries.first()?;
    if !first.is_key() {
        return Some("the stream begins in the middle");
    }
    if shown().any(|entry| entry.pts == NO_TIME) {
        return Some("packets have no time of presentation");
    }
    let first_shown = shown().next().map_or(NO_TIME, |entry| entry.pts);
    if first.flags & DISCARDED == 0 && shown().any(|entry| entry.pts < first_shown) {
        return Some("the stream begins with pictures that refer to what is not there");
    }
    let mut times = HashSet::with_capacity(entries.len());
    if !shown().all(|entry| times.insert(entry.pts)) {
        return Some("several packets have the same time of presentation");
    }
    None
}

/// Whether the packets tell of no other order than that of decoding, and the stream does: some programs write the times of
/// decoding for those of presentation. A look at the first frames decides, for a stream may announce what it does not use.
pub(super) fn may_be_out_of_order(table: &PacketTable, facts: &StreamFacts) -> bool {
    facts.reorder_depth > 0 && table.entries.is_sorted_by_key(|entry| entry.pts)
}

#[cfg(test)]
mod tests {
    use super::super::packets::{KEY, PacketEntry};
    use super::super::test_tables::{facts, table};
    use super::*;

    fn doubt(codec: &str, change: impl Fn(&mut Vec<PacketEntry>)) -> Option<&'static str> {
        let mut table = table(&[0, 3, 1, 2, 4]);
        change(&mut table.entries);
        doubts(&table, &facts(codec))
    }

    #[test]
    fn packets_that_keep_the_rules_are_believed() {
        assert_eq!(doubt("h264", |_| ()), None);
        assert_eq!(doubt("h264", |entries| entries[0].flags |= DISCARDED), None, "an edit begins later");
        assert_eq!(
            doubt("vp8", |entries| {
                entries[2].flags |= HIDDEN;
                entries[2].pts = 3;
            }),
            None
        );
    }

    #[test]
    fn every_broken_rule_is_a_doubt() {
        assert!(doubt("gif", |_| ()).is_some());
        assert!(doubt("h264", |entries| entries[3].flags |= CORRUPT).is_some());
        assert!(doubt("h264", |entries| entries[0].flags &= !KEY).is_some());
        assert!(doubt("h264", |entries| entries[1].pts = NO_TIME).is_some());
        assert!(doubt("h264", |entries| entries[1].pts = 4).is_some());
        assert!(doubt("h264", |entries| entries[2].pts = -1).is_some());
    }

    #[test]
    fn times_do_not_matter_where_every_packet_stands_for_itself() {
        let mut table = table(&[0, 0, NO_TIME]);
        let facts = StreamFacts { is_intra_only: true, ..facts("mjpeg") };
        assert_eq!(doubts(&table, &facts), None);
        table.entries[1].flags |= CORRUPT;
        assert!(doubts(&table, &facts).is_some());
    }

    #[test]
    fn times_that_ascend_although_pictures_are_reordered_need_a_look() {
        let may_be = |times: &[i64], reorder_depth| {
            may_be_out_of_order(&table(times), &StreamFacts { reorder_depth, ..facts("h264") })
        };
        assert!(may_be(&[0, 1, 2, 3], 2));
        assert!(!may_be(&[0, 1, 2, 3], 0), "nothing is reordered");
        assert!(!may_be(&[0, 3, 1, 2], 2), "the times tell");
    }
}
