//! Fieldmark: label images and video on your own machine, with or without a network.
pub mod base;
pub mod edit;
pub mod formats;
pub mod geometry;
pub mod model;
pub mod pixels;
pub mod tools;

#[cfg(feature = "files")]
pub mod cli;
#[cfg(feature = "files")]
pub mod media;
#[cfg(feature = "files")]
pub mod project;
#[cfg(feature = "files")]
pub mod store;

#[cfg(feature = "desktop")]
pub mod render;
