//! The sound of videos: samples from any time on, and the curve that the timeline draws.
//!
//! [`SoundReader`] decodes the first stream of sound, and gives blocks with their times; [`SoundStream`] makes of them one
//! run of samples without gaps, from a time on; [`Waveform`] keeps the peaks of all of it.
//!
//! Times are in seconds from the first frame of the video, as everywhere.
//!
//! **Invariants.** Nothing here plays anything. Damaged sound is silence, never an error.

mod reader;
mod stream;
mod waveform;

pub use reader::{SoundBlock, SoundFormat, SoundReader};
pub use stream::SoundStream;
pub use waveform::{Peak, Waveform, waveform_folder};
