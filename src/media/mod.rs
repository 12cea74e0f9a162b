//! From files to pixels: finding, probing and decoding pictures, thumbnails, and loaders that never block.
//!
//! **How it thinks.** A file passes through three questions, each dearer than the one before. *Is there
//! something?* [`scan`] reads folders and no files. *What is it?* [`probe`] reads a header, [`fingerprint`] a few
//! blocks, [`inspect`] all that a project wants to know of a picture or video. *What does it look like?* [`decode`] makes the picture. The window asks none of them itself: it tells
//! a [`PictureLoader`] and a [`ThumbnailLoader`] what it wants to show, and takes what is there.
//!
//! **Orientation** is applied first of all: sizes and pixels that leave this folder are those of the picture as a
//! person sees it. Only [`MediaInfo`] also tells how it is stored.
//!
//! **Identity.** A [`Fingerprint`] finds a moved file again, a [`ContentHash`] proves it, a [`QuickKey`] costs
//! nothing. Caches know a picture by a [`ContentKey`], made of any of them.
//!
//! **Video** is a folder of its own, `video`, with FFmpeg behind it: frames by number, exact in any order.
//!
//! **Decoders.** JPEG goes through libjpeg-turbo straight into the finished picture's memory, TIFF through a reader of
//! our own ([`open_tiff`]), AVIF through a reader of its boxes and dav1d in Rust, everything else through the `image` crate. 16-bit and float channels keep their values
//! where they are asked for ([`decode_deep`]), and are otherwise seen through a window. Colours are brought into sRGB by
//! the ICC profile of the file ([`ColorTransform`]).
//!
//! **Very large pictures** are never in memory as a whole. [`Opening`] decides: up to [`MAX_WHOLE_PIXELS`] a picture is
//! decoded, a larger one comes as tiles ([`TileLoader`]) from a [`RegionSource`] (JPEG, TIFF, BMP and PNM) or from what
//! was made of it on disk ([`PyramidCache`]). Their thumbnails come from there too, or from a sample.
//!
//! **Errors** are [`MediaError`]s: what is wrong, what to do, which file. A damaged file that can be decoded in
//! part gives a picture and a warning.
//!
//! **Invariants.**
//! - No file is ever written to but those in the cache folder, which can be deleted at any time.
//! - No memory is taken before the header was checked against [`DecodeLimits`]; no header, and no length of time
//!   but that of decoding, is believed. A bug in a foreign decoder costs one picture.
//! - Only regular files are opened: a pipe or a device cannot make us wait.
//! - Pictures have straight alpha, never premultiplied.
//! - No labels, no GPU, no UI. No thread is started here: whoever wants work done in the background gives a
//!   [`JobPool`](crate::base::jobs::JobPool).
//! - Unsafe code is in `turbo` (the C library), `buffer` (zeroed memory, large pages) and `video/ffmpeg` alone.

mod avif;
mod buffer;
mod cache_folder;
#[cfg(test)]
mod color_tests;
mod color_transform;
mod content;
mod convert;
mod decode;
mod disk_cache;
mod error;
mod fault;
mod file_at;
mod format;
#[cfg(feature = "video")]
mod gif_header;
mod header;
mod inspect;
mod jpeg;
mod jpeg_header;
mod loader;
mod loading;
mod natural;
mod open;
#[cfg(test)]
mod open_tests;
mod open_tiles;
mod orientation;
mod plain;
mod png_header;
mod png_rows;
mod probe;
mod quick_look;
mod resize;
mod scan;
mod sequence;
mod source;
#[cfg(test)]
mod test_pictures;
#[cfg(test)]
mod tests;
mod thumbnail_loader;
mod thumbnails;
mod tiff;
mod tiles;
mod turbo;
mod upright;
#[cfg(feature = "video")]
pub mod video;
mod webp_header;

pub use cache_folder::{CACHE_FOLDER_VARIABLE, cache_folder};
pub use color_transform::{ColorTransform, ProfileChannels, icc_from_jpeg};
pub use content::{ContentHash, ContentKey, Fingerprint, QuickKey, content_hash, fingerprint};
pub use decode::{DecodeLimits, Decoded, DecodedTile, decode, decode_deep, decode_within};
pub use error::MediaError;
pub use format::{PICTURE_EXTENSIONS, PictureFormat, VIDEO_EXTENSIONS, has_extension};
pub use header::ColorKind;
pub use inspect::{MediaFacts, inspect};
pub use jpeg::{JpegFile, JpegSource};
pub use loader::{DEFAULT_PICTURE_BUDGET_BYTES, PictureLoader, PictureState};
pub use loading::{PictureRequest, Wake};
pub use natural::{natural_cmp, natural_path_cmp};
pub use open::{MAX_WHOLE_PIXELS, OpenedPicture, Opening};
pub use orientation::Orientation;
pub use probe::{MediaInfo, probe};
pub use resize::resize;
pub use scan::{FoundFile, scan};
pub use sequence::PictureSequence;
pub use source::RegionSource;
pub use thumbnail_loader::{
    DEFAULT_THUMBNAIL_MEMORY_BYTES, MAX_WANTED_THUMBNAILS, ThumbnailLoader, ThumbnailResult,
};
pub use thumbnails::{DEFAULT_THUMBNAIL_BUDGET_BYTES, THUMBNAIL_SIDE_PX, ThumbnailCache};
pub use tiff::{TiffSource, open_tiff};
pub use tiles::{
    DEFAULT_PYRAMID_BUDGET_BYTES, DEFAULT_TILE_MEMORY_BYTES, PyramidCache, TileLoader, TileMemory,
    WaitingPicture,
};
pub use upright::Upright;
