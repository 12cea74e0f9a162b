//! JPEG by region: any part of a picture of any size, without decoding the whole.
//!
//! **How it thinks.** The coded data of a JPEG are one stream of bits in which nothing says where what begins, and the
//! first coefficient of each block is relative to the block before. A [`JpegIndex`](index::JpegIndex) is made by going
//! through that stream once, Huffman codes only: it notes for every 512 pixels of each row of MCUs (the smallest units,
//! 8 to 32 pixels wide) the bit where they begin and the values that they are relative to. To read a region, its bits
//! are copied into a small JPEG file of their own (its first values in each row coded anew, restart markers between
//! the rows), which libjpeg-turbo decodes, scaled if wanted. A few pixels more on each side make that exact: every
//! pixel is the one that decoding the whole gives.
//!
//! What is damaged is found while indexing: lost MCUs are grey, and so is the rest of the picture, up to the next
//! restart marker where the file has them.
//!
//! Sequential Huffman-coded JPEG of one scan and 8 bits, which is nearly every file; others are decoded as a whole, or
//! seen through their [`first_scan`].
//!
//! **Invariants.** Nothing of the file is believed: what the index or the file say wrong gives wrong or grey pixels,
//! never a panic. Memory goes with the region that is read, never with the file.

mod bits;
mod first_scan;
mod huffman;
mod index;
mod layout;
mod mcu;
mod source;
mod stream;
#[cfg(test)]
mod tests;

pub(super) use first_scan::decode_first_scan;
pub use source::{JpegFile, JpegSource};
