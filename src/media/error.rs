//! What can go wrong with a file, in words for the person who chose it.

use std::io;
use std::path::{Path, PathBuf};

use image::error::UnsupportedErrorKind;

use super::decode::DecodeLimits;
use crate::pixels::Size;

/// Why a file gave no picture. The text says what is wrong, what to do and, last, which file it is.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// The system did not let us read the file.
    #[error("the file cannot be read ({source}); check that it is there and that you may open it: {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file of no bytes.
    #[error("the file is empty; copy it again from where it came: {path}")]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// Its content is of no known kind.
    #[error(
        "this is no picture; supported are JPEG, PNG, TIFF, WebP, AVIF, GIF, BMP, PNM, TGA, OpenEXR and Radiance \
         HDR. Leave the file out, or convert it: {path}"
    )]
    NotAPicture {
        /// The file.
        path: PathBuf,
    },
    /// A video.
    #[error(
        "this is a video ({format}), and a picture is wanted here; \
         save the frames that you need as pictures, with `fieldmark frames`: {path}"
    )]
    Video {
        /// The kind of video, such as `Matroska or WebM`.
        format: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// A picture, but of a kind that cannot be decoded here.
    #[error("{kind} cannot be read by this version; convert the picture to PNG or JPEG: {path}")]
    Unsupported {
        /// What it is, such as `HEIC pictures`.
        kind: String,
        /// The file.
        path: PathBuf,
    },
    /// A picture of a known kind whose content makes no sense.
    #[error("the picture is damaged ({cause}); copy it again from where it came, or leave it out: {path}")]
    Damaged {
        /// What the decoder found.
        cause: String,
        /// The file.
        path: PathBuf,
    },
    /// A picture over the limits that the caller set.
    #[error(
        "the picture is too large to open: {width} × {height} pixels, and {cause}; \
         convert it to a tiled TIFF, which opens at any size, or scale it down: {path}",
        width = size.width,
        height = size.height
    )]
    TooLarge {
        /// The size that the file's header declares.
        size: Size,
        /// Which limit it is over.
        cause: String,
        /// The file.
        path: PathBuf,
    },
    /// A picture that is too large for memory, whose tiles cannot be kept on disk.
    #[error(
        "the parts of this very large picture cannot be kept on disk ({source}); make room there, or allow more in the \
         settings: {path}"
    )]
    Cache {
        /// The folder for them.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There are no libraries that could read videos.
    #[error("{problem}: {path}")]
    NoFfmpeg {
        /// Which library is missing, and what to do about it.
        problem: String,
        /// The file.
        path: PathBuf,
    },
    /// A file of which FFmpeg can make nothing.
    #[error("this is no video that can be opened ({cause}); check it with a player, or leave it out: {path}")]
    NotAVideo {
        /// What was found.
        cause: String,
        /// The file.
        path: PathBuf,
    },
    /// A file without a stream of pictures, or without the one that was asked for.
    #[error("there are no pictures in it, only sound or data; choose another file or stream: {path}")]
    NoPictures {
        /// The file.
        path: PathBuf,
    },
    /// A video without sound, or with sound that cannot be decoded.
    #[error("there is no sound in it that can be decoded: {path}")]
    NoSound {
        /// The file.
        path: PathBuf,
    },
    /// A video of which not one frame can be decoded.
    #[error(
        "not one frame of the video can be decoded; copy it again from where it came, or leave it out: {path}"
    )]
    NoFrames {
        /// The file.
        path: PathBuf,
    },
    /// A codec that FFmpeg has no decoder for here.
    #[error("there is no decoder for {codec} here; convert the video, for example to H.264: {path}")]
    NoDecoder {
        /// FFmpeg's name of the codec.
        codec: String,
        /// The file.
        path: PathBuf,
    },
    /// A frame of which the decoder makes nothing.
    #[error("frame {number} cannot be decoded: it is damaged, or what it refers to is: {path}")]
    Undecodable {
        /// The frame, counted from 0.
        number: usize,
        /// The file.
        path: PathBuf,
    },
    /// A frame behind the last.
    #[error("there is no frame {number}; the last is {}: {path}", num_frames.saturating_sub(1))]
    NoSuchFrame {
        /// The frame that was asked for, counted from 0.
        number: usize,
        /// How many there are.
        num_frames: usize,
        /// The file.
        path: PathBuf,
    },
    /// Pictures that are not numbered, or not without a gap.
    #[error("this is no sequence of numbered pictures ({cause}): {path}")]
    NoSequence {
        /// What is wrong with it.
        cause: String,
        /// The pattern, picture or folder.
        path: PathBuf,
    },
    /// The file is not the one that was indexed.
    #[error("the video has changed since it was opened; open it again: {path}")]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// Nobody wants the result any more.
    #[error("this was cancelled")]
    Cancelled,
}

impl MediaError {
    pub(super) fn read(path: &Path, source: io::Error) -> Self {
        Self::Read { path: path.to_owned(), source }
    }

    pub(super) fn cache(path: &Path, source: io::Error) -> Self {
        Self::Cache { path: path.to_owned(), source }
    }

    pub(super) fn damaged(path: &Path, cause: impl Into<String>) -> Self {
        Self::Damaged { cause: cause.into(), path: path.to_owned() }
    }

    pub(super) fn unsupported(path: &Path, kind: impl Into<String>) -> Self {
        Self::Unsupported { kind: kind.into(), path: path.to_owned() }
    }

    pub(super) fn too_many_pixels(path: &Path, size: Size, limits: &DecodeLimits) -> Self {
        let cause = format!("the limit is {} megapixels", limits.max_pixels / 1_000_000);
        Self::TooLarge { size, cause, path: path.to_owned() }
    }

    pub(super) fn too_many_bytes(path: &Path, size: Size, needed_bytes: u64, limits: &DecodeLimits) -> Self {
        let gigabytes = |bytes: u64| bytes as f64 / f64::from(1 << 30);
        let cause = format!(
            "that takes {:.1} GiB of memory where {:.1} GiB are allowed",
            gigabytes(needed_bytes),
            gigabytes(limits.max_bytes)
        );
        Self::TooLarge { size, cause, path: path.to_owned() }
    }

    pub(super) fn no_memory(path: &Path, size: Size) -> Self {
        Self::TooLarge { size, cause: "there is not enough free memory".to_owned(), path: path.to_owned() }
    }

    /// Translates an error of the `image` crate.
    pub(super) fn from_image(path: &Path, error: image::ImageError) -> Self {
        match error {
            image::ImageError::IoError(source) => Self::from_decoder_io(path, source),
            image::ImageError::Unsupported(error) => {
                let cause = match error.kind() {
                    UnsupportedErrorKind::Color(color) => format!("its pixels are of the type {color:?}"),
                    UnsupportedErrorKind::GenericFeature(feature) => feature,
                    _ => error.to_string(),
                };
                Self::unsupported(path, format!("this kind of picture ({cause})"))
            }
            other => Self::damaged(path, other.to_string()),
        }
    }

    /// Translates an I/O error that came up while a decoder read: running into the end is damage, the rest is
    /// the system's.
    pub(super) fn from_decoder_io(path: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::UnexpectedEof => Self::damaged(path, "it ends too early"),
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
                Self::damaged(path, source.to_string())
            }
            _ => Self::read(path, source),
        }
    }
}
