//! The command line, through the real program.
#![cfg(feature = "files")]

#[path = "cli/contract.rs"]
mod contract;
#[path = "cli/desk.rs"]
mod desk;
#[path = "cli/exchange.rs"]
mod exchange;
#[path = "cli/malformed.rs"]
mod malformed;
#[path = "cli/projects.rs"]
mod projects;
#[cfg(feature = "desktop")]
#[path = "cli/rendering.rs"]
mod rendering;
#[cfg(feature = "video")]
#[path = "cli/video_exchange.rs"]
mod video_exchange;
#[cfg(feature = "video")]
#[path = "cli/videos.rs"]
mod videos;
