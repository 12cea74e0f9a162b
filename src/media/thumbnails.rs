//! Small pictures on disk, so that a folder that was seen once shows at once.
//!
//! One file for each picture, named by its content key, in a folder that several programs may share: a file is
//! written under another name and then renamed, so a reader finds all of it or nothing. What cannot be read
//! back is made anew. The time of change of a file is the time of its last use, to within a day; pruning
//! removes those that were used longest ago.

use std::fs::{self, File, FileTimes};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use image::ImageEncoder as _;

use super::cache_folder::cache_folder;
use super::content::ContentKey;
use super::decode::{DecodeLimits, decode, decode_within};
use super::error::MediaError;
use super::resize::is_opaque;
use crate::base::jobs::JobContext;
use crate::pixels::{Picture, Size};

/// The longest side of a thumbnail.
pub const THUMBNAIL_SIDE_PX: u32 = 320;

/// What thumbnails may take on disk unless said otherwise.
pub const DEFAULT_THUMBNAIL_BUDGET_BYTES: u64 = 2_000_000_000;

/// Visually clean at this size, and some 15 kB.
const JPEG_QUALITY: i32 = 88;

/// A use is only noted when the last one is longer ago than this: a write for each look would be too many.
const USE_RESOLUTION: Duration = Duration::from_secs(24 * 60 * 60);

/// Files under another name older than this were left behind by a program that was killed.
const ABANDONED_AFTER: Duration = USE_RESOLUTION;

const TEMPORARY_PREFIX: &str = "writing-";

/// Thumbnails of pictures, at most [`THUMBNAIL_SIDE_PX`] wide and high, kept on disk within a budget.
#[derive(Debug)]
pub struct ThumbnailCache {
    folder: PathBuf,
    budget_bytes: u64,
    limits: DecodeLimits,
    num_writes: AtomicU64,
    /// Bytes written since the last pruning, and "very many" before the first.
    unpruned_bytes: AtomicU64,
}

impl ThumbnailCache {
    /// A cache in the given folder. Nothing is read or written yet.
    pub fn new(folder: impl Into<PathBuf>, budget_bytes: u64) -> Self {
        Self {
            folder: folder.into(),
            budget_bytes,
            limits: DecodeLimits::default(),
            num_writes: AtomicU64::new(0),
            unpruned_bytes: AtomicU64::new(u64::MAX),
        }
    }

    /// A cache of the default size in the user's [`cache_folder`].
    pub fn in_cache_folder() -> Self {
        Self::new(cache_folder().join("thumbnails"), DEFAULT_THUMBNAIL_BUDGET_BYTES)
    }

    /// Where the files lie.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The thumbnail, if it is on disk and sound.
    pub fn get(&self, key: ContentKey) -> Option<Picture> {
        let file = self.file_of(key);
        let side_px = u64::from(THUMBNAIL_SIDE_PX);
        let limits = DecodeLimits { max_pixels: side_px * side_px, max_bytes: 1 << 24 };
        let decoded = decode(&file, &limits, &JobContext::detached()).ok()?;
        if decoded.warning.is_some() {
            return None;
        }
        note_use(&file);
        Some(decoded.picture)
    }

    /// The thumbnail from disk, or made from the picture file and put there. That it cannot be put there, for
    /// example because the disk is full, is no error: it is made again the next time.
    ///
    /// # Errors
    /// As [`decode_within`], about the picture file.
    pub fn get_or_make(
        &self,
        path: &Path,
        key: ContentKey,
        context: &JobContext,
    ) -> Result<Picture, MediaError> {
        if let Some(picture) = self.get(key) {
            return Ok(picture);
        }
        let max = Size::new(THUMBNAIL_SIDE_PX, THUMBNAIL_SIDE_PX);
        let decoded = decode_within(path, max, &self.limits, context)?;
        // A file that is still being copied looks damaged; its thumbnail must not outlive that.
        if decoded.warning.is_none()
            && let Err(error) = self.put(key, &decoded.picture)
        {
            log::debug!("a thumbnail was not kept ({error}): {}", self.folder.display());
        }
        Ok(decoded.picture)
    }

    /// Whether it is time to call [`ThumbnailCache::prune`] on some background thread: at first, and whenever a
    /// sixteenth of the budget was written since. Says so once to one caller.
    pub fn takes_turn_to_prune(&self) -> bool {
        self.unpruned_bytes
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |bytes| {
                (bytes > self.budget_bytes / 16).then_some(0)
            })
            .is_ok()
    }

    /// Removes the files that were used longest ago until a tenth of the budget is free again, and what
    /// programs left behind that were killed. Does nothing while the files are within the budget.
    pub fn prune(&self, context: &JobContext) {
        let now = SystemTime::now();
        let mut kept = Vec::new();
        let mut num_bytes = 0;
        for entry in walkdir::WalkDir::new(&self.folder).min_depth(2).max_depth(2).into_iter().flatten() {
            if context.is_cancelled() {
                return;
            }
            let Ok(metadata) = entry.metadata() else { continue };
            let used = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            let age = now.duration_since(used).unwrap_or_default();
            let is_temporary = entry.file_name().to_string_lossy().starts_with(TEMPORARY_PREFIX);
            if is_temporary && age > ABANDONED_AFTER {
                remove(entry.path());
            } else if !is_temporary && metadata.is_file() {
                num_bytes += metadata.len();
                kept.push((used, metadata.len(), entry.into_path()));
            }
        }
        if num_bytes <= self.budget_bytes {
            return;
        }
        kept.sort_unstable();
        for (_, length, path) in kept {
            if num_bytes <= self.budget_bytes / 10 * 9 || context.is_cancelled() {
                break;
            }
            remove(&path);
            num_bytes -= length;
        }
    }

    fn put(&self, key: ContentKey, picture: &Picture) -> io::Result<()> {
        let encoded = encode(picture)?;
        let file = self.file_of(key);
        let folder = file.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder)?;
        let write_number = self.num_writes.fetch_add(1, Ordering::Relaxed);
        let temporary = folder.join(format!("{TEMPORARY_PREFIX}{}-{write_number}", std::process::id()));
        let result = fs::write(&temporary, &encoded).and_then(|()| fs::rename(&temporary, &file));
        if result.is_err() {
            remove(&temporary);
        }
        // Saturating, for before the first pruning it stands at the maximum.
        let add = |bytes: u64| Some(bytes.saturating_add(encoded.len() as u64));
        let _ = self.unpruned_bytes.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
        result
    }

    /// Files are spread over 256 folders, for some file systems are slow with many files in one.
    fn file_of(&self, key: ContentKey) -> PathBuf {
        let name = key.to_string();
        self.folder.join(&name[..2]).join(&name[2..])
    }
}

/// JPEG, or PNG where anything is transparent.
fn encode(picture: &Picture) -> io::Result<Vec<u8>> {
    let Size { width, height } = picture.size();
    if !is_opaque(picture) {
        let mut encoded = Vec::new();
        return image::codecs::png::PngEncoder::new(&mut encoded)
            .write_image(picture.rgba(), width, height, image::ExtendedColorType::Rgba8)
            .map(|()| encoded)
            .map_err(io::Error::other);
    }
    let image = turbojpeg::Image {
        pixels: picture.rgba(),
        width: width as usize,
        pitch: width as usize * 4,
        height: height as usize,
        format: turbojpeg::PixelFormat::RGBA,
    };
    turbojpeg::compress(image, JPEG_QUALITY, turbojpeg::Subsamp::Sub2x2)
        .map(|encoded| encoded.to_vec())
        .map_err(io::Error::other)
}

/// Moves the file's time of change on. A cache that is read-only works too; its order of use is then lost.
fn note_use(file: &Path) {
    let now = SystemTime::now();
    let Ok(last) = fs::metadata(file).and_then(|metadata| metadata.modified()) else { return };
    if now.duration_since(last).is_ok_and(|age| age > USE_RESOLUTION) {
        let _ = File::options()
            .write(true)
            .open(file)
            .and_then(|file| file.set_times(FileTimes::new().set_modified(now)));
    }
}

/// Removes a file. Another program may have done so already.
fn remove(path: &Path) {
    let _ = fs::remove_file(path);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::test_pictures::{jpeg, key, png, quadrants};

    struct Fixture {
        _folder: tempfile::TempDir,
        cache: ThumbnailCache,
        picture: PathBuf,
    }

    fn fixture(encoded: &[u8], budget_bytes: u64) -> Fixture {
        let folder = tempfile::tempdir().unwrap();
        let picture = folder.path().join("picture");
        fs::write(&picture, encoded).unwrap();
        let cache = ThumbnailCache::new(folder.path().join("cache"), budget_bytes);
        Fixture { _folder: folder, cache, picture }
    }

    impl Fixture {
        fn make(&self, number: u8) -> Picture {
            self.cache.get_or_make(&self.picture, key(number), &JobContext::detached()).unwrap()
        }

        fn set_age(&self, number: u8, age: Duration) {
            let file = File::options().write(true).open(self.cache.file_of(key(number))).unwrap();
            file.set_modified(SystemTime::now() - age).unwrap();
        }

        fn num_files(&self) -> usize {
            let files = walkdir::WalkDir::new(self.cache.folder()).into_iter().flatten();
            files.filter(|entry| entry.file_type().is_file()).count()
        }
    }

    const DAY: Duration = USE_RESOLUTION;

    #[test]
    fn is_made_once_and_then_found() {
        let it = fixture(&jpeg(&quadrants(Size::new(1280, 800))), 1 << 20);
        assert_eq!(it.cache.get(key(1)), None);
        let made = it.make(1);
        assert_eq!(made.size(), Size::new(320, 200));
        fs::remove_file(&it.picture).unwrap();
        let found = it.make(1);
        assert_eq!(found.size(), made.size());
        let (a, b) = (made.pixel(5, 5).unwrap(), found.pixel(5, 5).unwrap());
        assert!(a.iter().zip(b).all(|(a, b)| a.abs_diff(b) < 6), "{a:?} {b:?}");
    }

    #[test]
    fn small_pictures_keep_their_size_and_transparency_survives() {
        let it = fixture(&png(&Picture::filled(Size::new(30, 20), [9, 8, 7, 100])), 1 << 20);
        let made = it.make(1);
        assert_eq!((made.size(), made.pixel(3, 3)), (Size::new(30, 20), Some([9, 8, 7, 100])));
        assert_eq!(it.cache.get(key(1)), Some(made));
    }

    #[test]
    fn corrupt_files_are_replaced() {
        let it = fixture(&jpeg(&quadrants(Size::new(400, 400))), 1 << 20);
        let sound = it.make(1);
        let file = it.cache.file_of(key(1));
        let length = fs::metadata(&file).unwrap().len() as usize;
        let whole = fs::read(&file).unwrap();
        for broken in [&b""[..], b"garbage", &whole[..length / 2], &jpeg(&quadrants(Size::new(999, 999)))] {
            fs::write(&file, broken).unwrap();
            assert_eq!(it.cache.get(key(1)), None);
            assert_eq!(it.make(1), sound);
            assert_eq!(fs::read(&file).unwrap(), whole);
        }
    }

    #[test]
    fn damaged_pictures_are_shown_but_not_kept() {
        let whole = jpeg(&quadrants(Size::new(400, 400)));
        let it = fixture(&whole[..whole.len() - 400], 1 << 20);
        it.make(1);
        assert_eq!(it.num_files(), 0);
    }

    #[test]
    fn pruning_removes_what_was_used_longest_ago() {
        let it = fixture(&jpeg(&quadrants(Size::new(64, 64))), 1 << 20);
        (0..10).for_each(|number| drop(it.make(number)));
        (0..10).for_each(|number| it.set_age(number, DAY * (20 - u32::from(number))));
        it.make(0); // Used again just now.
        let num_bytes = fs::metadata(it.cache.file_of(key(0))).unwrap().len();
        let small = ThumbnailCache::new(it.cache.folder(), num_bytes * 6);
        small.prune(&JobContext::detached());
        let left: Vec<u8> = (0..10).filter(|number| small.get(key(*number)).is_some()).collect();
        assert_eq!(left, [0, 6, 7, 8, 9]);
        it.cache.prune(&JobContext::detached());
        assert_eq!(it.num_files(), 5, "within the budget nothing is removed");
    }

    #[test]
    fn pruning_removes_abandoned_files_only() {
        let it = fixture(&jpeg(&quadrants(Size::new(64, 64))), 1 << 20);
        it.make(1);
        let folder = it.cache.file_of(key(1)).parent().unwrap().to_owned();
        for (name, age) in [("writing-1-1", DAY * 2), ("writing-2-1", Duration::ZERO)] {
            let file = File::create(folder.join(name)).unwrap();
            file.set_modified(SystemTime::now() - age).unwrap();
        }
        it.cache.prune(&JobContext::detached());
        assert!(!folder.join("writing-1-1").exists() && folder.join("writing-2-1").exists());
    }

    #[test]
    fn the_turn_to_prune_comes_first_and_after_much_writing() {
        let it = fixture(&jpeg(&quadrants(Size::new(64, 64))), 100);
        assert!(it.cache.takes_turn_to_prune());
        assert!(!it.cache.takes_turn_to_prune());
        it.make(1);
        assert!(it.cache.takes_turn_to_prune());
        assert!(!it.cache.takes_turn_to_prune());
    }

    #[test]
    fn works_without_a_folder_to_write_to() {
        let it = fixture(&jpeg(&quadrants(Size::new(64, 64))), 100);
        fs::write(it.cache.folder(), "a file where the folder should be").unwrap();
        assert_eq!(it.make(1).size(), Size::new(64, 64));
        it.cache.prune(&JobContext::detached());
    }

    #[test]
    fn several_writers_do_not_disturb_each_other() {
        let it = fixture(&jpeg(&quadrants(Size::new(330, 330))), 1 << 30);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..20).for_each(|number| drop(it.make(number % 5))));
            }
        });
        assert_eq!(it.num_files(), 5);
    }
}
