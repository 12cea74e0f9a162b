//! What the computer works out by itself from the picture: today, where an object went.
//!
//! - [`tracking`]: carries a shape from frame to frame without a trained model, until it is lost.
//!
//! **Invariants.** No files, no clocks, no screen, no threads: frames come in, shapes go out. The same frames give
//! the same shapes, to the bit, on the same machine.

pub mod tracking;
