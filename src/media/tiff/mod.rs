//! TIFF and BigTIFF, read by region: tiles or strips, of a pyramid or of a single picture.
//!
//! **How it thinks.** A file is a chain of [`directory`]s of tags. Each describes a [`page`](page::Page): a
//! picture cut into *chunks*, which are tiles or strips. The first page is the picture; smaller versions of it,
//! among the other pages or below the first, are its levels ([`levels`]). A read finds the chunks that it touches,
//! decodes those that are not in the cache ([`codec`], [`embedded`]), makes pixels of their [`samples`]
//! ([`convert`]), and copies what it wants of them ([`source`]).
//!
//! Uncompressed rows are read from where they are, without a cache. A compressed chunk of more than some megabytes,
//! a whole picture in one strip for example, is decoded in bands of rows, by a decoder that stands where the last
//! read ended: reading from the top down costs the same as decoding once.
//!
//! **Why not the `tiff` crate**: it refuses many files that exist (subsampled YCbCr without JPEG, JPEG with tables
//! in unusual places, reversed bits, mixed planes and predictors, fewer strips than declared), gives no part of a
//! damaged chunk, and reads through one cursor only.
//!
//! **Invariants.**
//! - No count, size or offset is believed: all are checked against the length of the file, or bounded, before
//!   memory is taken. Chains of directories end, also those that go in circles.
//! - What cannot be decoded is empty, and leaves a warning; it is an error where there is nothing else.
//! - Pages whose pixels are of another format than those of the first are no levels of it.

mod areas;
mod codec;
mod convert;
mod directory;
mod embedded;
mod file;
mod levels;
mod page;
mod samples;
mod sampling;
mod source;
#[cfg(test)]
mod tests;
mod whole;

pub use source::{TiffSource, open_tiff};
pub(super) use whole::{decode_tiff, read_header};

use super::fault::Fault;
