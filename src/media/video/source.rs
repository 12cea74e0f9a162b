//! Where the frames come from: a file, or numbered pictures.

use std::ffi::{CString, OsStr};
use std::fs;
use std::path::{Path, PathBuf};

use super::MediaError;
use super::ffmpeg::{self, Demuxer, MissingFfmpeg};
use crate::media::{Orientation, PictureSequence, probe};

/// A video file, or pictures in a folder that are numbered without a gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VideoSource {
    /// One file.
    File(PathBuf),
    /// Pictures `shot-0007.png`, `shot-0008.png`, … as `shot-%04d.png`.
    Sequence {
        /// The path with a `%d` or `%04d` in its last part in place of the number.
        pattern: PathBuf,
        /// The number of the first picture.
        first: u32,
    },
}

impl VideoSource {
    /// The video that a path means: a file, or a pattern as FFmpeg writes them, such as `folder/shot-%04d.png`, that
    /// begins at the lowest number there is.
    ///
    /// # Errors
    /// [`MediaError::Read`] when there is no such file, or no picture of the pattern.
    pub fn from_path(path: &Path) -> Result<Self, MediaError> {
        let read_error = |error| MediaError::read(path, error);
        if let Some(sequence) = PictureSequence::parse(path)
            && !path.exists()
        {
            let first = sequence.numbers().map_err(read_error)?.first().copied();
            let none = || read_error(std::io::Error::other("no picture has a name of this pattern"));
            return Ok(Self::Sequence { pattern: path.to_owned(), first: first.ok_or_else(none)? });
        }
        let metadata = fs::metadata(path).map_err(read_error)?;
        match (metadata.is_file(), metadata.len()) {
            // Opening a pipe or a device could wait for ever.
            (false, _) => Err(read_error(std::io::Error::other("it is not a regular file"))),
            (true, 0) => Err(MediaError::Empty { path: path.to_owned() }),
            (true, _) => Ok(Self::File(path.to_owned())),
        }
    }

    /// The file, or the pattern of the files.
    pub fn path(&self) -> &Path {
        match self {
            Self::File(path) => path,
            Self::Sequence { pattern, .. } => pattern,
        }
    }

    /// How numbered pictures are turned to be shown: as the first of them says, which is how cameras take a series. As
    /// stored where it says nothing, and of a file.
    pub(super) fn orientation_of_pictures(&self) -> Orientation {
        let Self::Sequence { pattern, first } = self else { return Orientation::Normal };
        let picture = PictureSequence::parse(pattern).map(|names| names.picture(*first));
        let info = picture.and_then(|picture| probe(&picture).ok());
        info.map_or(Orientation::Normal, |info| info.orientation)
    }

    /// Opens it.
    pub(super) fn demuxer(&self) -> Result<Demuxer, MediaError> {
        let path = self.path();
        ffmpeg::load().map_err(|missing| MediaError::NoFfmpeg {
            problem: format!("{missing}; {}", MissingFfmpeg::ADVICE),
            path: path.to_owned(),
        })?;
        let escaped = match self {
            Self::File(_) => None,
            Self::Sequence { .. } => PictureSequence::parse(path).and_then(|names| names.escaped_pattern()),
        };
        // The scheme keeps FFmpeg from taking a name such as `tcp:1` for an address.
        let url = [OsStr::new("file:"), escaped.as_deref().unwrap_or(path).as_os_str()]
            .map(OsStr::as_encoded_bytes)
            .concat();
        let url = CString::new(url)
            .map_err(|_| MediaError::read(path, std::io::Error::other("its name holds a zero byte")))?;
        let first = match self {
            Self::File(_) => None,
            Self::Sequence { first, .. } => Some(*first),
        };
        Demuxer::open(&url, first).map_err(|error| MediaError::NotAVideo {
            cause: match error.is_invalid_data() {
                true => "it is damaged or ends before it begins".to_owned(),
                false => error.to_string(),
            },
            path: path.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{OpenOptions, open_video};
    use super::*;
    use crate::base::jobs::JobContext;
    use crate::pixels::Size;

    #[test]
    fn a_pattern_begins_at_the_lowest_number() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["shot-0012.png", "shot-0009.png", "shot-x.png", "other-0001.png", "shot-0001.jpg"] {
            fs::write(folder.path().join(name), b"x").unwrap();
        }
        let pattern = folder.path().join("shot-%04d.png");
        let found = VideoSource::from_path(&pattern).unwrap();
        assert_eq!(found, VideoSource::Sequence { pattern, first: 9 });
        assert!(VideoSource::from_path(&folder.path().join("none-%d.png")).is_err());
    }

    #[test]
    fn a_file_must_be_there_and_hold_something() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("100%d.mp4");
        fs::write(&path, b"").unwrap();
        assert!(matches!(VideoSource::from_path(&path), Err(MediaError::Empty { .. })));
        fs::write(&path, b"x").unwrap();
        assert_eq!(VideoSource::from_path(&path).unwrap(), VideoSource::File(path.clone()));
        assert!(matches!(path.as_path().try_into_demuxer(), Err(MediaError::NotAVideo { .. })));
        assert!(matches!(VideoSource::from_path(folder.path()), Err(MediaError::Read { .. })));
    }

    #[test]
    fn numbered_pictures_are_turned_as_the_first_of_them_says() {
        use crate::media::test_pictures::{exif_block, jpeg, jpeg_with_exif, quadrants};
        let folder = tempfile::tempdir().unwrap();
        let picture = jpeg(&quadrants(Size::new(40, 30)));
        let source = |exif: Option<u8>| {
            let first =
                exif.map_or(picture.clone(), |turn| jpeg_with_exif(&picture, &exif_block(turn, false)));
            fs::write(folder.path().join("a1.jpg"), first).unwrap();
            fs::write(folder.path().join("a2.jpg"), &picture).unwrap();
            VideoSource::from_path(&folder.path().join("a%d.jpg")).unwrap()
        };
        assert_eq!(source(None).orientation_of_pictures(), Orientation::Normal);
        assert_eq!(source(Some(6)).orientation_of_pictures(), Orientation::Turned90);
        let video = open_video(source(Some(6)).path(), &OpenOptions::default(), &JobContext::detached());
        assert_eq!(video.unwrap().size(), Size::new(30, 40));
    }

    /// Shortens a test.
    trait TryIntoDemuxer {
        fn try_into_demuxer(&self) -> Result<Demuxer, MediaError>;
    }

    impl TryIntoDemuxer for Path {
        fn try_into_demuxer(&self) -> Result<Demuxer, MediaError> {
            VideoSource::from_path(self)?.demuxer()
        }
    }
}
