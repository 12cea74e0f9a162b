//! `fieldmark add`: add pictures to a project.

use std::path::PathBuf;

use serde_json::json;

use super::console::{Console, counted};
use super::parse::{check_exists, project_path};
use crate::project::{Identity, OpenMode, Project, add_media};

/// Add pictures to a project
///
/// Folders are watched: pictures that appear in them later are found by themselves.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The project.
    project: PathBuf,

    /// Pictures, and folders of pictures.
    #[arg(required = true)]
    media: Vec<PathBuf>,
}

impl Args {
    pub fn run(self, console: &Console) -> anyhow::Result<()> {
        check_exists(&self.media)?;
        let mut project = Project::open(&project_path(&self.project), OpenMode::Write, &Identity::load()?)?;
        let media = self.media;
        let (project, num_new, report) = console.run("Adding pictures", move |job| {
            let (num_new, report) = add_media(&mut project, &media, job)?;
            Ok((project, num_new, report))
        })?;
        console.report(&report);
        let num_pictures = project.assets().len();
        console.result(
            &json!({"project": project.path(), "num_new": num_new, "num_pictures": num_pictures, "report": report}),
            || {
                let new = counted(num_new as u64, "new picture");
                format!("{new}; the project has {}.", counted(num_pictures as u64, "picture"))
            },
        )
    }
}
