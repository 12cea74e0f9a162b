//! `fieldmark [PATH]`: the window.

use std::path::PathBuf;

use super::console::Console;
use super::parse::check_exists;

/// Opens the window.
pub(super) fn run(path: Option<PathBuf>, console: &Console) -> anyhow::Result<()> {
    check_exists(path.as_slice())?;
    open(path, console)
}

#[cfg(feature = "desktop")]
fn open(open: Option<PathBuf>, _: &Console) -> anyhow::Result<()> {
    crate::app::run(crate::app::RunOptions { open })
}

#[cfg(not(feature = "desktop"))]
fn open(_: Option<PathBuf>, _: &Console) -> anyhow::Result<()> {
    anyhow::bail!(
        "this build has no window; `fieldmark --help` lists what it can do, and a build with the feature `desktop` \
         has a window"
    )
}
