//! The tiles of a picture on disk: those that its own file does not give quickly.
//!
//! ```text
//! magic, 8 bytes
//! tiles, each compressed (see `codec`), in any order
//! index: width, height, format, first level (u32 each); for each tile of each level from the first on, row by row:
//!        offset (u64), length (u32); then whatever the picture's reader wants to find again
//! footer: offset of the index (u64), BLAKE3 of the index, magic
//! ```
//!
//! Numbers are little-endian. The footer is written last, so that a file that was cut off is noticed; broken tiles
//! are noticed by their checksums. Tiles have their gutters.

use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use super::codec;
use crate::media::content::ContentKey;
use crate::media::disk_cache::{DiskCache, NewFile, note_use, remove};
use crate::media::file_at::FileAt;
use crate::pixels::{PixelFormat, Pyramid, Size, Tile, TileId};

/// To be changed with anything that makes older files wrong.
const MAGIC: [u8; 8] = *b"FMTILES1";

/// Offset of the index, hash, magic.
const FOOTER_BYTES: usize = 8 + 32 + 8;

const ENTRY_BYTES: usize = 12;

/// An index of all tiles of a picture of the largest size that there is takes less.
const MAX_INDEX_BYTES: u64 = 1 << 30;

/// Where a tile lies in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Entry {
    offset: u64,
    /// 0 where the tile is missing.
    num_bytes: u32,
}

/// Finds the entry of each tile.
#[derive(Clone, Copy, Debug)]
struct Layout {
    pyramid: Pyramid,
    first_level: u32,
}

impl Layout {
    fn num_entries(&self) -> u64 {
        (self.first_level..self.pyramid.num_levels())
            .map(|level| self.pyramid.num_tiles(level).num_pixels())
            .sum()
    }

    /// `None` where there is no such tile.
    fn index_of(&self, id: TileId) -> Option<usize> {
        if id.level < self.first_level || id.level >= self.pyramid.num_levels() {
            return None;
        }
        let num_tiles = self.pyramid.num_tiles(id.level);
        let is_there = id.column < num_tiles.width && id.row < num_tiles.height;
        let before: u64 =
            (self.first_level..id.level).map(|level| self.pyramid.num_tiles(level).num_pixels()).sum();
        is_there.then(|| before as usize + id.row as usize * num_tiles.width as usize + id.column as usize)
    }
}

/// Writes such a file.
pub(in crate::media) struct PyramidWriter {
    new_file: NewFile,
    written: Arc<WrittenTiles>,
    end: u64,
}

/// The tiles of a file that is still being written. They can be read until the last one who has this drops it.
#[derive(Debug)]
pub(in crate::media) struct WrittenTiles {
    file: FileAt,
    layout: Layout,
    format: PixelFormat,
    entries: RwLock<Vec<Entry>>,
}

impl WrittenTiles {
    /// Whether a tile is there by now.
    pub fn has(&self, id: TileId) -> bool {
        self.entry(id).is_some()
    }

    /// A tile with its gutter, if it is there by now.
    pub fn tile(&self, id: TileId) -> Option<Tile> {
        let entry = self.entry(id)?;
        let mut data = vec![0; entry.num_bytes as usize];
        let num_read = self.file.read_into(entry.offset, &mut data).ok()?;
        codec::decode(&data[..num_read], self.layout.pyramid.area_with_gutter(id).size(), self.format)
    }

    fn entry(&self, id: TileId) -> Option<Entry> {
        let entry = self.entries.read().unwrap_or_else(PoisonError::into_inner)[self.layout.index_of(id)?];
        (entry.num_bytes > 0).then_some(entry)
    }
}

impl PyramidWriter {
    /// Begins the file of a picture whose levels from `first_level` on are to be kept.
    pub fn begin(
        cache: &DiskCache,
        key: ContentKey,
        pyramid: Pyramid,
        format: PixelFormat,
        first_level: u32,
    ) -> io::Result<Self> {
        let mut new_file = cache.begin(key)?;
        new_file.file.write_all(&MAGIC)?;
        let layout = Layout { pyramid, first_level };
        let entries = RwLock::new(vec![Entry::default(); layout.num_entries() as usize]);
        // Opened once more, for on some systems reading moves the place where is written.
        let file = FileAt::new(File::open(new_file.path())?)?;
        let written = Arc::new(WrittenTiles { file, layout, format, entries });
        Ok(Self { new_file, written, end: MAGIC.len() as u64 })
    }

    /// Bytes written so far.
    pub fn num_bytes(&self) -> u64 {
        self.end
    }

    /// Adds a tile that was compressed by [`codec::encode`].
    pub fn put(&mut self, id: TileId, encoded: &[u8]) -> io::Result<()> {
        let Some(index) = self.written.layout.index_of(id) else { return Ok(()) };
        self.new_file.file.write_all(encoded)?;
        let entry = Entry { offset: self.end, num_bytes: encoded.len() as u32 };
        self.written.entries.write().unwrap_or_else(PoisonError::into_inner)[index] = entry;
        self.end += encoded.len() as u64;
        Ok(())
    }

    /// What is there so far.
    pub fn written(&self) -> &Arc<WrittenTiles> {
        &self.written
    }

    /// Finishes the file with what is to be found again.
    pub fn finish(mut self, cache: &DiskCache, extra: &[u8]) -> io::Result<()> {
        let WrittenTiles { layout, format, entries, .. } = self.written.as_ref();
        let Size { width, height } = layout.pyramid.size();
        let format = PixelFormat::ALL.iter().position(|other| other == format).unwrap_or_default();
        let entries = entries.read().unwrap_or_else(PoisonError::into_inner);
        let mut index = Vec::with_capacity(16 + entries.len() * ENTRY_BYTES + extra.len());
        for number in [width, height, format as u32, layout.first_level] {
            index.extend(number.to_le_bytes());
        }
        for entry in entries.iter() {
            index.extend(entry.offset.to_le_bytes());
            index.extend(entry.num_bytes.to_le_bytes());
        }
        index.extend(extra);
        let file = &mut self.new_file.file;
        file.seek(SeekFrom::Start(self.end))?;
        file.write_all(&index)?;
        file.write_all(&self.end.to_le_bytes())?;
        file.write_all(blake3::hash(&index).as_bytes())?;
        file.write_all(&MAGIC)?;
        cache.finish(self.new_file)
    }
}

/// Reads such a file, several tiles at a time.
#[derive(Debug)]
pub(in crate::media) struct PyramidFile {
    file: FileAt,
    path: PathBuf,
    layout: Layout,
    format: PixelFormat,
    entries: Vec<Entry>,
    extra: Vec<u8>,
}

impl PyramidFile {
    /// The file of a picture, if it is there and sound. One that is not is removed.
    pub fn open(cache: &DiskCache, key: ContentKey) -> Option<Self> {
        let path = cache.file_of(key);
        let file = File::open(&path).and_then(FileAt::new).ok()?;
        let opened = Self::read_index(file, &path);
        match opened {
            Some(_) => note_use(&path),
            None => remove(&path),
        }
        opened
    }

    fn read_index(file: FileAt, path: &Path) -> Option<Self> {
        let mut footer = Vec::new();
        let footer_at = file.num_bytes().checked_sub(FOOTER_BYTES as u64)?;
        file.read(footer_at, FOOTER_BYTES, &mut footer).ok()?;
        let (offset, rest) = footer.split_first_chunk::<8>()?;
        let (hash, magic) = rest.split_first_chunk::<32>()?;
        let index_at = u64::from_le_bytes(*offset);
        let index_bytes = footer_at.checked_sub(index_at).filter(|bytes| *bytes < MAX_INDEX_BYTES)?;
        if magic != MAGIC {
            return None;
        }
        let mut index = Vec::new();
        file.read(index_at, index_bytes as usize, &mut index).ok()?;
        if blake3::hash(&index).as_bytes() != hash {
            return None;
        }
        let (head, rest) = index.split_first_chunk::<16>()?;
        let number =
            |n: usize| u32::from_le_bytes([head[n * 4], head[n * 4 + 1], head[n * 4 + 2], head[n * 4 + 3]]);
        let layout =
            Layout { pyramid: Pyramid::new(Size::new(number(0), number(1))), first_level: number(3) };
        let format = *PixelFormat::ALL.get(number(2) as usize)?;
        let (records, extra) =
            rest.split_at_checked(usize::try_from(layout.num_entries()).ok()? * ENTRY_BYTES)?;
        let entries = records.as_chunks::<ENTRY_BYTES>().0.iter().map(|[o @ .., a, b, c, d]| Entry {
            offset: u64::from_le_bytes(*o),
            num_bytes: u32::from_le_bytes([*a, *b, *c, *d]),
        });
        Some(Self {
            entries: entries.collect(),
            file,
            path: path.to_owned(),
            layout,
            format,
            extra: extra.to_vec(),
        })
    }

    /// How the picture is cut.
    pub fn pyramid(&self) -> Pyramid {
        self.layout.pyramid
    }

    /// What all tiles are made of.
    pub fn format(&self) -> PixelFormat {
        self.format
    }

    /// The finest level that is there.
    pub fn first_level(&self) -> u32 {
        self.layout.first_level
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Removes it from disk. It can still be read until it is dropped, where the system allows.
    pub fn forget(&self) {
        remove(&self.path);
    }

    /// What was given to [`PyramidWriter::finish`].
    pub fn extra(&self) -> &[u8] {
        &self.extra
    }

    /// A tile with its gutter. `None` when it is broken; then the file is removed, so that it is made anew when the
    /// picture is opened again.
    pub fn tile(&self, id: TileId) -> Option<Tile> {
        let entry = self.entries[self.layout.index_of(id)?];
        let mut data = Vec::new();
        self.file.read(entry.offset, entry.num_bytes as usize, &mut data).ok()?;
        let tile = codec::decode(&data, self.layout.pyramid.area_with_gutter(id).size(), self.format);
        if tile.is_none() {
            remove(&self.path);
        }
        tile
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::media::test_pictures::key;
    use crate::pixels::{MemoryPyramid, PixelRect, TiledPicture as _};

    struct Fixture {
        _folder: tempfile::TempDir,
        cache: DiskCache,
        whole: MemoryPyramid,
    }

    /// The levels from the second on of a picture, kept under the key 1.
    fn fixture() -> Fixture {
        let folder = tempfile::tempdir().unwrap();
        let cache = DiskCache::new(folder.path(), 1 << 30);
        let whole = MemoryPyramid::new(Tile::filled_by(Size::new(1500, 1100), PixelFormat::Gray8, |bytes| {
            (0..).zip(bytes).for_each(|(n, byte): (u32, _)| *byte = (n / 7) as u8);
        }));
        let it = Fixture { _folder: folder, cache, whole };
        it.write(key(1)).unwrap();
        it
    }

    impl Fixture {
        fn write(&self, key: ContentKey) -> io::Result<()> {
            let pyramid = self.whole.pyramid();
            let mut writer = PyramidWriter::begin(&self.cache, key, pyramid, PixelFormat::Gray8, 1)?;
            for id in self.ids() {
                writer.put(id, &codec::encode(&self.whole.tile(id).unwrap()).unwrap())?;
            }
            writer.finish(&self.cache, b"more")
        }

        fn ids(&self) -> Vec<TileId> {
            let pyramid = self.whole.pyramid();
            let all = PixelRect::of_size(pyramid.size());
            (1..pyramid.num_levels()).flat_map(|level| pyramid.tiles_in(level, all)).collect()
        }
    }

    #[test]
    fn tiles_are_found_again() {
        let it = fixture();
        let file = PyramidFile::open(&it.cache, key(1)).expect("it was written");
        assert_eq!((file.first_level(), file.format(), file.extra()), (1, PixelFormat::Gray8, &b"more"[..]));
        for id in it.ids() {
            assert_eq!(file.tile(id), it.whole.tile(id), "{id:?}");
        }
        assert_eq!(file.tile(TileId { level: 0, column: 0, row: 0 }), None);
        assert_eq!(file.tile(TileId { level: 1, column: 2, row: 0 }), None);
        assert!(PyramidFile::open(&it.cache, key(2)).is_none());
    }

    #[test]
    fn what_is_written_can_be_read_before_the_file_is_finished() {
        let it = fixture();
        let pyramid = it.whole.pyramid();
        let mut writer = PyramidWriter::begin(&it.cache, key(2), pyramid, PixelFormat::Gray8, 1).unwrap();
        let written = Arc::clone(writer.written());
        for id in it.ids() {
            assert!(!written.has(id) && written.tile(id).is_none(), "{id:?}");
            writer.put(id, &codec::encode(&it.whole.tile(id).unwrap()).unwrap()).unwrap();
            assert!(written.has(id));
            assert_eq!(written.tile(id), it.whole.tile(id), "{id:?}");
        }
        assert!(!written.has(TileId { level: 0, column: 0, row: 0 }), "the level is not kept");
    }

    #[test]
    fn half_written_and_broken_files_are_noticed_and_removed() {
        let it = fixture();
        let path = it.cache.file_of(key(1));
        let sound = fs::read(&path).unwrap();
        for length in [0, 7, 100, sound.len() / 2, sound.len() - 1] {
            fs::write(&path, &sound[..length]).unwrap();
            assert!(PyramidFile::open(&it.cache, key(1)).is_none(), "{length}");
            assert!(!path.exists());
        }
        for at in sound.len() - 200..sound.len() {
            let mut broken = sound.clone();
            broken[at] ^= 1;
            fs::write(&path, &broken).unwrap();
            assert!(PyramidFile::open(&it.cache, key(1)).is_none(), "{at}");
        }
        let mut broken = sound.clone();
        broken[40] ^= 1;
        fs::write(&path, &broken).unwrap();
        let file = PyramidFile::open(&it.cache, key(1)).expect("its index is sound");
        assert_eq!(file.tile(it.ids()[0]), None);
        assert!(!path.exists(), "it is to be made anew");
    }

    #[test]
    fn an_unfinished_file_leaves_nothing_behind() {
        let it = fixture();
        let writer =
            PyramidWriter::begin(&it.cache, key(2), it.whole.pyramid(), PixelFormat::Gray8, 1).unwrap();
        let num_files = || {
            let files = walkdir::WalkDir::new(it.cache.folder()).into_iter().flatten();
            files.filter(|entry| entry.file_type().is_file()).count()
        };
        assert_eq!(num_files(), 2);
        drop(writer);
        assert_eq!(num_files(), 1);
    }
}
