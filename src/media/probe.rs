//! What a file is, from its header alone.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use super::error::MediaError;
use super::format::{FileKind, NUM_HEAD_BYTES, PictureFormat, recognise};
use super::header::{ColorKind, Header, read_header};
use super::orientation::Orientation;
use crate::pixels::Size;

/// What the header and the folder say about a picture file.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct MediaInfo {
    /// The format of the content, whatever the name says.
    pub format: PictureFormat,
    /// Width and height of the picture as a person sees it. Everything outside `media` counts in these.
    pub size: Size,
    /// Width and height of the stored rows, before [`MediaInfo::orientation`].
    pub stored_size: Size,
    /// How the stored rows are turned to be shown.
    pub orientation: Orientation,
    /// Bits of one channel of one stored pixel.
    pub bit_depth: u8,
    /// What the stored colours are made of.
    pub color: ColorKind,
    /// Whether pixels may be transparent.
    pub has_alpha: bool,
    /// Length of the file.
    pub num_bytes: u64,
    /// When the file was last changed, nanoseconds since 1970-01-01 UTC.
    pub modified_ns: i64,
}

/// Tells what a file is. Reads its header only: decodes nothing, and takes no memory that the header demands.
///
/// # Errors
/// See [`MediaError`]; videos are recognised and refused by name.
pub fn probe(path: &Path) -> Result<MediaInfo, MediaError> {
    open(path).map(|opened| opened.info)
}

/// A picture file that was found to be one.
pub(super) struct Opened {
    pub reader: BufReader<File>,
    pub info: MediaInfo,
    pub header: Header,
}

/// Opens a file and reads its header. The reader then stands somewhere behind it.
pub(super) fn open(path: &Path) -> Result<Opened, MediaError> {
    let metadata = fs::metadata(path).map_err(|error| MediaError::read(path, error))?;
    if !metadata.is_file() {
        // Opening a pipe or a device could wait for ever.
        return Err(MediaError::read(path, io::Error::other("it is not a regular file")));
    }
    if metadata.len() == 0 {
        return Err(MediaError::Empty { path: path.to_owned() });
    }
    let file = File::open(path).map_err(|error| MediaError::read(path, error))?;
    let mut reader = BufReader::new(file);
    let mut head = Vec::with_capacity(NUM_HEAD_BYTES);
    reader
        .by_ref()
        .take(NUM_HEAD_BYTES as u64)
        .read_to_end(&mut head)
        .and_then(|num_read| reader.seek_relative(-(num_read as i64)))
        .map_err(|error| MediaError::read(path, error))?;
    let path_owned = || path.to_owned();
    let format = match recognise(path, &head) {
        FileKind::Picture(format) => format,
        FileKind::Video(format) => return Err(MediaError::Video { format, path: path_owned() }),
        FileKind::Unsupported(kind) => {
            return Err(MediaError::unsupported(path, kind));
        }
        FileKind::Unknown => return Err(MediaError::NotAPicture { path: path_owned() }),
    };
    let header = read_header(&mut reader, format, path)?;
    let info = MediaInfo {
        format,
        size: header.orientation.apply_to_size(header.stored_size),
        stored_size: header.stored_size,
        orientation: header.orientation,
        bit_depth: header.bit_depth,
        color: header.color,
        has_alpha: header.has_alpha,
        num_bytes: metadata.len(),
        modified_ns: modified_ns(&metadata),
    };
    Ok(Opened { reader, info, header })
}

/// When a file was last changed, nanoseconds since 1970-01-01 UTC; 0 where the system does not tell.
pub(super) fn modified_ns(metadata: &fs::Metadata) -> i64 {
    let since_1970 = |time: SystemTime| match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |ns| -ns),
    };
    metadata.modified().map_or(0, since_1970)
}
