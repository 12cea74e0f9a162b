//! `fieldmark add`: add pictures and videos to a project.

use std::path::PathBuf;

use serde_json::json;

use super::console::Console;
use super::media::{Media, NumMedia};
use super::parse::project_path;
use crate::project::{Identity, OpenMode, Project};

/// Add pictures and videos to a project
///
/// Folders are watched: what appears in them later is found by itself.
#[derive(clap::Args)]
#[command(group(clap::ArgGroup::new("what").args(["media", "sequence"]).required(true).multiple(true)))]
pub(super) struct Args {
    /// The project.
    project: PathBuf,

    #[command(flatten)]
    media: Media,
}

impl Args {
    pub fn run(self, console: &Console) -> anyhow::Result<()> {
        self.media.check()?;
        let mut project = Project::open(&project_path(&self.project), OpenMode::Write, &Identity::load()?)?;
        let media = self.media;
        let before = NumMedia::of(&project);
        let (project, report) = console.run("Adding media", move |job| {
            let report = media.add_to(&mut project, job)?;
            Ok((project, report))
        })?;
        console.report(&report);
        let after = NumMedia::of(&project);
        let num_new = after.total() - before.total();
        console.result(
            &json!({
                "project": project.path(),
                "num_new": num_new,
                "num_pictures": after.pictures,
                "num_videos": after.videos,
                "report": report,
            }),
            || format!("{num_new} added; the project has {after}."),
        )
    }
}
