//! `fieldmark bench`: how fast this computer does what a person waits for.
//!
//! Each part of the program has a file here with its scenario. What is common to all is in `samples`: times by stage,
//! their percentiles, memory.

mod canvas;
#[cfg(feature = "infer")]
mod infer;
#[cfg(any(feature = "desktop", feature = "infer", feature = "video"))]
mod samples;
#[cfg(feature = "video")]
mod video;

use super::console::Console;

/// Measure how fast this computer is at what one waits for
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    Canvas(canvas::Args),
    #[cfg(feature = "infer")]
    Infer(infer::Args),
    #[cfg(feature = "video")]
    Video(video::Args),
}

impl Args {
    pub fn run(self, console: &Console) -> anyhow::Result<()> {
        match self.what {
            What::Canvas(args) => args.run(console),
            #[cfg(feature = "infer")]
            What::Infer(args) => args.run(console),
            #[cfg(feature = "video")]
            What::Video(args) => args.run(console),
        }
    }
}
