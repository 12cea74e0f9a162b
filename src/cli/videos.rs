//! Opening videos for the subcommands that look at them.

use std::path::Path;

use super::console::Console;
use crate::media::video::{OpenOptions, Verification, Video, index_folder, open_video};

/// Opens a video and shows how far its indexing is. The index is kept where the window keeps its own.
pub(super) fn open(
    path: &Path,
    stream: Option<usize>,
    verification: Verification,
    console: &Console,
) -> anyhow::Result<Video> {
    let path = path.to_owned();
    let options =
        OpenOptions { stream, verification, index_folder: Some(index_folder()), ..OpenOptions::default() };
    console.run("reading the video", move |context| Ok(open_video(&path, &options, context)?))
}
