//! Indexes in the cache folder: one file for each stream that was ever opened.
//!
//! A file is named by what it depends on: the fingerprint, length and time of change of the video (a fingerprint alone
//! looks at parts of the file, and damage can lie between them), the stream, and the versions of FFmpeg, which may number
//! damaged videos differently. Of numbered pictures it is the names, lengths and times of all, and the fingerprints of
//! the first and the last. It is written under another name and then renamed. What cannot be read back is made anew.
//!
//! The layout, all numbers little-endian: BLAKE3 of the rest (32 bytes), version (u32), packets, frames and checksums
//! (three u64), then those one after the other as [`PACKET_BYTES`], [`FRAME_BYTES`] and 8 bytes each.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::VideoSource;
use super::ffmpeg::{StreamFacts, ffmpeg_facts};
use super::index::{FrameEntry, FrameIndex};
use super::packets::{PacketEntry, PacketTable};
use crate::media::{PictureSequence, QuickKey, fingerprint};

/// To be raised whenever an index of the same file would come out differently.
const VERSION: u32 = 2;
const HASH_BYTES: usize = 32;
const PACKET_BYTES: usize = 33;
const FRAME_BYTES: usize = 14;
/// What all indexes together may take; some 100 hours of video.
const BUDGET_BYTES: u64 = 500_000_000;

/// The file in which the index of a stream is kept.
pub(super) struct IndexFile {
    path: PathBuf,
}

impl IndexFile {
    /// The file for a stream. `None` where a file, or one of the numbered pictures, cannot be read.
    pub fn new(folder: &Path, source: &VideoSource, stream: usize) -> Option<Self> {
        let mut hasher = blake3::Hasher::new();
        match source {
            VideoSource::File(path) => {
                hasher.update(fingerprint(path).ok()?.as_bytes());
                update_with_file(&mut hasher, path)?;
            }
            VideoSource::Sequence { pattern, .. } => {
                let names = PictureSequence::parse(pattern)?;
                let numbers = names.unbroken_numbers().ok()?;
                hasher.update(names.identity(numbers.clone()).ok()?.0.as_bytes());
                hasher.update(&numbers.start().to_le_bytes());
                for number in numbers {
                    update_with_file(&mut hasher, &names.picture(number))?;
                }
            }
        }
        let ffmpeg = ffmpeg_facts().ok()?;
        hasher.update(&(stream as u64).to_le_bytes());
        hasher.update(ffmpeg.codec_version.as_bytes());
        hasher.update(ffmpeg.format_version.as_bytes());
        Some(Self { path: folder.join(format!("{}.frames", hasher.finalize().to_hex())) })
    }

    /// The index, if it is there and sound.
    pub fn read(&self, facts: &StreamFacts) -> Option<FrameIndex> {
        decode(&fs::read(&self.path).ok()?, facts)
    }

    /// Keeps an index. That it cannot be kept, for example because the disk is full, is no error: it is made again the
    /// next time.
    pub fn write(&self, index: &FrameIndex) {
        if let Err(error) = self.try_write(index) {
            log::debug!("an index was not kept ({error}): {}", self.path.display());
        }
        self.prune(BUDGET_BYTES);
    }

    /// Removes the oldest indexes, but never this one, until the rest is within the budget.
    fn prune(&self, budget_bytes: u64) {
        let entries =
            self.path.parent().and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten().flatten();
        let mut files: Vec<_> = entries
            .filter_map(|entry| {
                let metadata = entry.metadata().ok()?;
                Some((metadata.modified().ok()?, metadata.len(), entry.path()))
            })
            .collect();
        files.sort();
        let mut num_bytes: u64 = files.iter().map(|(_, length, _)| length).sum();
        for (_, length, path) in files.iter().filter(|(_, _, path)| *path != self.path) {
            if num_bytes <= budget_bytes {
                return;
            }
            // Another program may have removed it; then it takes nothing either.
            let _ = fs::remove_file(path);
            num_bytes -= length;
        }
    }

    fn try_write(&self, index: &FrameIndex) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let temporary = self.path.with_extension(format!("{}.writing", uuid::Uuid::now_v7().simple()));
        let written = fs::File::create(&temporary)
            .and_then(|mut file| file.write_all(&encode(index)))
            .and_then(|()| fs::rename(&temporary, &self.path));
        if written.is_err() {
            // It may not be there at all.
            let _ = fs::remove_file(&temporary);
        }
        written
    }
}

/// Takes in what the folder says of a file.
fn update_with_file(hasher: &mut blake3::Hasher, path: &Path) -> Option<()> {
    let quick = QuickKey::of(path).ok()?;
    hasher.update(&quick.num_bytes.to_le_bytes());
    hasher.update(&quick.modified_ns.to_le_bytes());
    Some(())
}

fn encode(index: &FrameIndex) -> Vec<u8> {
    let counts = [index.packets.entries.len(), index.frames.len(), index.checksums.len()];
    let mut bytes = vec![0; HASH_BYTES];
    bytes.reserve(28 + counts[0] * PACKET_BYTES + counts[1] * FRAME_BYTES + counts[2] * 8);
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend(counts.iter().flat_map(|count| (*count as u64).to_le_bytes()));
    for packet in &index.packets.entries {
        bytes.extend(packet.pts.to_le_bytes());
        bytes.extend(packet.dts.to_le_bytes());
        bytes.extend(packet.position.to_le_bytes());
        bytes.extend(packet.num_bytes.to_le_bytes());
        bytes.extend(packet.duration.to_le_bytes());
        bytes.push(packet.flags);
    }
    for frame in &index.frames {
        bytes.extend(frame.pts.to_le_bytes());
        bytes.extend(frame.packet.to_le_bytes());
        bytes.extend([frame.nth, u8::from(frame.is_damaged)]);
    }
    bytes.extend(index.checksums.iter().flat_map(|checksum| checksum.to_le_bytes()));
    let hash = blake3::hash(&bytes[HASH_BYTES..]);
    bytes[..HASH_BYTES].copy_from_slice(hash.as_bytes());
    bytes
}

fn decode(bytes: &[u8], facts: &StreamFacts) -> Option<FrameIndex> {
    let (hash, body) = bytes.split_at_checked(HASH_BYTES)?;
    if blake3::hash(body).as_bytes() != hash {
        return None;
    }
    let mut rest = body;
    if u32::from_le_bytes(take(&mut rest)?) != VERSION {
        return None;
    }
    let counts = [take_u64(&mut rest)?, take_u64(&mut rest)?, take_u64(&mut rest)?];
    let [num_packets, num_frames, num_checksums] =
        counts.map(|count| usize::try_from(count).unwrap_or(usize::MAX));
    let num_bytes = |count: usize, each: usize| count.checked_mul(each);
    let expected = num_bytes(num_packets, PACKET_BYTES)?
        .checked_add(num_bytes(num_frames, FRAME_BYTES)?)?
        .checked_add(num_bytes(num_checksums, 8)?)?;
    if rest.len() != expected || (num_checksums != 0 && num_checksums != num_frames) {
        return None;
    }
    let (packets, rest) = rest.split_at(num_packets * PACKET_BYTES);
    let (frames, checksums) = rest.split_at(num_frames * FRAME_BYTES);
    let entries: Option<Vec<_>> = packets.chunks_exact(PACKET_BYTES).map(decode_packet).collect();
    let packets = PacketTable { entries: entries? };
    let frames: Option<Vec<_>> = frames.chunks_exact(FRAME_BYTES).map(decode_frame).collect();
    let frames = frames?;
    if frames.iter().any(|frame| frame.packet as usize >= num_packets) {
        return None;
    }
    let checksums: Option<Vec<_>> = checksums.chunks_exact(8).map(|mut bytes| take_u64(&mut bytes)).collect();
    Some(FrameIndex::new(packets, frames, checksums?, facts))
}

fn decode_packet(mut bytes: &[u8]) -> Option<PacketEntry> {
    let bytes = &mut bytes;
    Some(PacketEntry {
        pts: i64::from_le_bytes(take(bytes)?),
        dts: i64::from_le_bytes(take(bytes)?),
        position: i64::from_le_bytes(take(bytes)?),
        num_bytes: u32::from_le_bytes(take(bytes)?),
        duration: u32::from_le_bytes(take(bytes)?),
        flags: u8::from_le_bytes(take(bytes)?),
    })
}

fn decode_frame(mut bytes: &[u8]) -> Option<FrameEntry> {
    let bytes = &mut bytes;
    let pts = i64::from_le_bytes(take(bytes)?);
    let packet = u32::from_le_bytes(take(bytes)?);
    let [nth, damaged] = take(bytes)?;
    Some(FrameEntry { packet, nth, is_damaged: damaged != 0, pts })
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (first, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*first)
}

fn take_u64(bytes: &mut &[u8]) -> Option<u64> {
    take(bytes).map(u64::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use super::super::ffmpeg::NO_TIME;
    use super::super::test_tables::{facts, table};
    use super::*;

    fn index() -> FrameIndex {
        let predicted = FrameIndex::predicted(table(&[0, 3, NO_TIME, 2]), &facts("h264"));
        let mut frames = predicted.frames.clone();
        frames[1].is_damaged = true;
        let checksums = (0..frames.len() as u64).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
        FrameIndex::new(predicted.packets, frames, checksums, &facts("h264"))
    }

    #[test]
    fn an_index_is_read_as_it_was_written() {
        for index in [index(), FrameIndex::predicted(PacketTable::default(), &facts("h264"))] {
            assert_eq!(decode(&encode(&index), &facts("h264")), Some(index));
        }
    }

    #[test]
    fn what_is_cut_off_or_changed_is_no_index() {
        let bytes = encode(&index());
        for length in 0..bytes.len() {
            assert_eq!(decode(&bytes[..length], &facts("h264")), None);
        }
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert_eq!(decode(&changed, &facts("h264")), None, "byte {at}");
        }
    }

    #[test]
    fn counts_that_lie_are_refused_under_a_right_hash_too() {
        let mut bytes = encode(&index());
        bytes[HASH_BYTES + 4..HASH_BYTES + 12].fill(0xff);
        let hash = blake3::hash(&bytes[HASH_BYTES..]);
        bytes[..HASH_BYTES].copy_from_slice(hash.as_bytes());
        assert_eq!(decode(&bytes, &facts("h264")), None);
    }

    #[test]
    fn the_oldest_indexes_make_room() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for (age, name) in ["new", "middle", "old"].into_iter().enumerate() {
            let file = fs::File::create(path(name)).unwrap();
            file.set_len(100).unwrap();
            let time = std::time::SystemTime::now() - std::time::Duration::from_secs(1000 * age as u64);
            file.set_modified(time).unwrap();
        }
        IndexFile { path: path("old") }.prune(200);
        assert!(path("old").exists() && path("new").exists() && !path("middle").exists());
    }

    #[test]
    fn a_file_that_changed_is_known_by_another_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mp4");
        let name = |content: &[u8], stream| {
            fs::write(&path, content).unwrap();
            IndexFile::new(folder.path(), &VideoSource::File(path.clone()), stream).unwrap().path
        };
        let first = name(b"one", 0);
        assert_ne!(first, name(b"two", 0));
        assert_ne!(name(b"one", 1), name(b"one", 0));
    }

    #[test]
    fn numbered_pictures_are_known_until_one_of_them_changes() {
        let folder = tempfile::tempdir().unwrap();
        let write = |number, content: &[u8]| {
            fs::write(folder.path().join(format!("a{number}.png")), content).unwrap();
        };
        (3..7).for_each(|number| write(number, b"one"));
        let source = VideoSource::from_path(&folder.path().join("a%d.png")).unwrap();
        let name = || IndexFile::new(folder.path(), &source, 0).map(|file| file.path);
        let first = name();
        assert!(first.is_some() && name() == first);
        write(5, b"three");
        let second = name();
        assert!(second.is_some() && second != first, "one in the middle is longer");
        fs::remove_file(folder.path().join("a5.png")).unwrap();
        assert_eq!(name(), None, "a gap");
    }
}
