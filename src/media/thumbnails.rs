//! Small pictures on disk, so that a folder that was seen once shows at once. Of videos, a frame from near the beginning.
//!
//! They are kept like all that can be made again: see `disk_cache`. What cannot be read back is made anew.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use image::ImageEncoder as _;

use super::cache_folder::cache_folder;
use super::content::ContentKey;
#[cfg(feature = "video")]
use super::decode::Decoded;
use super::decode::{DecodeLimits, decode, decode_within};
use super::disk_cache::{DiskCache, note_use};
use super::error::MediaError;
use super::resize::{is_opaque, resize};
use super::tiles::PyramidCache;
use crate::base::jobs::JobContext;
use crate::pixels::{ColorMap, Picture, Size, Window};

/// The longest side of a thumbnail.
pub const THUMBNAIL_SIDE_PX: u32 = 320;

/// What thumbnails may take on disk unless said otherwise.
pub const DEFAULT_THUMBNAIL_BUDGET_BYTES: u64 = 2_000_000_000;

/// Visually clean at this size, and some 15 kB.
const JPEG_QUALITY: i32 = 88;

/// Thumbnails of pictures, at most [`THUMBNAIL_SIDE_PX`] wide and high, kept on disk within a budget.
#[derive(Debug)]
pub struct ThumbnailCache {
    files: DiskCache,
    limits: DecodeLimits,
    /// Very large pictures that were opened once are there, small versions and all.
    pyramids: Option<Arc<PyramidCache>>,
}

impl ThumbnailCache {
    /// A cache in the given folder. Nothing is read or written yet.
    pub fn new(folder: impl Into<PathBuf>, budget_bytes: u64) -> Self {
        Self { files: DiskCache::new(folder, budget_bytes), limits: DecodeLimits::default(), pyramids: None }
    }

    /// A cache of the default size in the user's [`cache_folder`], beside the pyramids that are kept there.
    pub fn in_cache_folder() -> Self {
        Self {
            pyramids: Some(Arc::new(PyramidCache::in_cache_folder())),
            ..Self::new(cache_folder().join("thumbnails"), DEFAULT_THUMBNAIL_BUDGET_BYTES)
        }
    }

    /// Where the files lie.
    pub fn folder(&self) -> &Path {
        self.files.folder()
    }

    /// The thumbnail, if it is on disk and sound.
    pub fn get(&self, key: ContentKey) -> Option<Picture> {
        self.get_of_pyramid(key).or_else(|| self.get_file(key))
    }

    /// Of a very large picture, which may have had but a sample before it was opened.
    fn get_of_pyramid(&self, key: ContentKey) -> Option<Picture> {
        let overview = self.pyramids.as_ref()?.overview(key)?;
        let picture = Window::to_see(&overview).picture(&overview, ColorMap::default());
        resize(&picture, picture.size().fit_within(Size::new(THUMBNAIL_SIDE_PX, THUMBNAIL_SIDE_PX)))
    }

    fn get_file(&self, key: ContentKey) -> Option<Picture> {
        let file = self.files.file_of(key);
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
    /// As [`decode_within`], about the picture or video.
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
        let decoded = match decode_within(path, max, &self.limits, context) {
            #[cfg(feature = "video")]
            Err(error) if is_of_video(&error, path) => {
                Decoded { picture: super::video::video_thumbnail(path, max, context)?, warning: None }
            }
            decoded => decoded?,
        };
        // A file that is still being copied looks damaged; its thumbnail must not outlive that.
        if decoded.warning.is_none() {
            self.keep(key, &decoded.picture);
        }
        Ok(decoded.picture)
    }

    /// Keeps a small picture that was made. That it cannot be kept is no error, as above.
    pub fn keep(&self, key: ContentKey, picture: &Picture) {
        if let Err(error) = self.put(key, picture) {
            log::debug!("a thumbnail was not kept ({error}): {}", self.folder().display());
        }
    }

    /// Whether it is time to call [`ThumbnailCache::prune`] on some background thread: at first, and whenever a
    /// sixteenth of the budget was written since. Says so once to one caller.
    pub fn takes_turn_to_prune(&self) -> bool {
        self.files.takes_turn_to_prune()
    }

    /// Removes the files that were used longest ago until a tenth of the budget is free again, and what
    /// programs left behind that were killed. Does nothing while the files are within the budget.
    pub fn prune(&self, context: &JobContext) {
        self.files.prune(context);
    }

    fn put(&self, key: ContentKey, picture: &Picture) -> io::Result<()> {
        let encoded = encode(picture)?;
        let mut file = self.files.begin(key)?;
        file.file.write_all(&encoded)?;
        self.files.finish(file)
    }
}

/// Whether a path could not be decoded as a picture because it means a video or numbered pictures.
#[cfg(feature = "video")]
fn is_of_video(error: &MediaError, path: &Path) -> bool {
    match error {
        MediaError::Video { .. } => true,
        MediaError::Read { .. } => super::PictureSequence::parse(path).is_some(),
        _ => false,
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

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::time::{Duration, SystemTime};

    use super::*;
    use crate::base::jobs::JobPool;
    use crate::media::disk_cache::USE_RESOLUTION;
    use crate::media::test_pictures::{jpeg, key, png, quadrants};
    use crate::pixels::{Pyramid, Tile};

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
            let file = File::options().write(true).open(self.cache.files.file_of(key(number))).unwrap();
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
    fn a_picture_that_was_opened_tile_by_tile_is_seen_as_its_tiles_are() {
        let mut it = fixture(b"cannot be decoded", 1 << 20);
        let pyramids = Arc::new(PyramidCache::new(it.cache.folder().join("pyramids"), 1 << 24));
        it.cache.pyramids = Some(Arc::clone(&pyramids));
        assert_eq!(it.cache.get(key(1)), None);
        let whole = Tile::from(&quadrants(Size::new(1000, 800)));
        let pyramid = Pyramid::new(whole.size());
        let mut builder = pyramids.begin(key(1), pyramid, whole.format(), 0).unwrap();
        builder.push(&whole, &Arc::new(JobPool::new(1))).unwrap();
        builder.finish(&[], &JobContext::detached()).unwrap();
        let made = it.make(1);
        assert_eq!(made.size(), Size::new(320, 256));
        assert_eq!(made.pixel(300, 20), quadrants(Size::new(2, 2)).pixel(1, 0));
    }

    #[test]
    fn corrupt_files_are_replaced() {
        let it = fixture(&jpeg(&quadrants(Size::new(400, 400))), 1 << 20);
        let sound = it.make(1);
        let file = it.cache.files.file_of(key(1));
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
        let num_bytes = fs::metadata(it.cache.files.file_of(key(0))).unwrap().len();
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
        let folder = it.cache.files.file_of(key(1)).parent().unwrap().to_owned();
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
