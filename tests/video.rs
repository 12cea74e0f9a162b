//! Video, against FFmpeg itself: the same frames under the same numbers, however they are reached.
//!
//! `tests/video/torture.sh` makes the videos, once, in `target/tmp`. The truth for each is what one sequential decode
//! of FFmpeg's own program gives; on a single thread, since damage comes out differently from run to run on several.
#![cfg(feature = "video")]

#[path = "video/bad_files.rs"]
mod bad_files;
#[cfg(feature = "desktop")]
#[path = "video/drawn.rs"]
mod drawn;
#[path = "video/exact.rs"]
mod exact;
#[path = "video/loading.rs"]
mod loading;
#[path = "video/sound.rs"]
mod sound;
#[path = "video/truth.rs"]
mod truth;
