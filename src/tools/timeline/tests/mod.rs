//! Gestures on the timeline, that read like sentences.

mod harness;
mod keyframes;
mod looking;
mod notes;
mod scale;
mod spans;
