//! Pictures of any size as tiles that come when they are wanted.
//!
//! **How it thinks.** A [`TileLoader`] answers for one picture. Its tiles come from wherever they can be had: from a
//! coarse version of the whole that is in memory, from the file by region ([`RegionSource`]), or by
//! reducing finer ones. Which of these there are changes while the picture is on screen: a JPEG begins with an eighth
//! of its size, and can be read by region a second later, once it is indexed. Whoever draws notices nothing but that
//! tiles come.
//!
//! What takes long to make is made once, in the background, and kept on disk within a budget ([`PyramidCache`]): the
//! coarse levels of a picture that has none, all levels of one that can only be read from top to bottom. The tiles of
//! such a file are shown while it is still being written.
//!
//! **Invariants.** Asking for a tile never waits. What is not wanted any more is not read. Tiles of all pictures
//! together stay within one budget of memory. A tile that cannot be read is shown as such, and not tried for ever.
//!
//! [`RegionSource`]: super::RegionSource

mod build;
mod codec;
mod crew;
mod loader;
mod memory;
mod origins;
mod placeholder;
mod pyramid_file;
mod rows;
#[cfg(test)]
mod tests;
mod waiting;

pub use build::{DEFAULT_PYRAMID_BUDGET_BYTES, PyramidCache};
pub(super) use build::{build_from_level, build_from_source};
pub use loader::TileLoader;
pub use memory::{DEFAULT_TILE_MEMORY_BYTES, TileMemory};
pub(super) use origins::Overview;
pub(super) use pyramid_file::PyramidFile;
pub use waiting::WaitingPicture;
