//! What the computer works out by itself from the picture: where an object went, and where one ends.
//!
//! - [`tracking`]: carries a shape from frame to frame without a trained model, until it is lost.
//! - [`livewire`], [`grabcut`], [`wand`], [`superpixels`], [`template`]: outlines and objects from the pixels alone, without
//!   a trained model. They take a [`crate::pixels::Picture`], a part of a larger one at the resolution at which it is
//!   seen, and answer in its pixels; they stop soon after the job that they run in was called off.
//!
//! **Invariants.** No files, no clocks, no screen, no threads: frames come in, shapes go out. The same frames give
//! the same shapes, to the bit, on the same machine.

mod bitmap;
pub mod grabcut;
mod lab;
pub mod livewire;
pub mod superpixels;
pub mod template;
#[cfg(test)]
mod test_pictures;
pub mod tracking;
pub mod wand;
