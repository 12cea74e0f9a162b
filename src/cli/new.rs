//! `fieldmark new`: make a project.

use std::path::PathBuf;

use serde_json::json;

use super::console::{Console, counted};
use super::media::{Media, NumMedia};
use super::parse::project_path;
use crate::edit::Edit;
use crate::project::{Identity, Project, read_label_file};

/// Make a project
#[derive(clap::Args)]
pub(super) struct Args {
    /// The project file to make, NAME.fieldmark; for a folder, FOLDER/FOLDER.fieldmark.
    project: PathBuf,

    /// The labels: a text file with one name on each line, or YAML with `labels:` or `names:`.
    #[arg(long, value_name = "FILE")]
    labels: Option<PathBuf>,

    #[command(flatten)]
    media: Media,
}

impl Args {
    pub fn run(self, console: &Console) -> anyhow::Result<()> {
        // Everything that can be wrong is looked at before a file is made.
        self.media.check()?;
        let labels = self.labels.as_deref().map(read_label_file).transpose()?.unwrap_or_default();
        let identity = Identity::load()?;
        let mut project = Project::create(&project_path(&self.project), &identity)?;
        project.commit_quietly("Add labels", labels.iter().map(Edit::add_label).collect())?;
        project.flush()?;
        let media = self.media;
        let (project, report) = console.run("Adding media", move |job| {
            let report = media.add_to(&mut project, job)?;
            Ok((project, report))
        })?;
        console.report(&report);
        let (path, num_media) = (project.path(), NumMedia::of(&project));
        console.result(
            &json!({
                "project": path,
                "num_pictures": num_media.pictures,
                "num_videos": num_media.videos,
                "num_labels": labels.len(),
                "report": report,
            }),
            || {
                let labels = counted(labels.len() as u64, "label");
                format!("{} was made with {num_media} and {labels}.", path.display())
            },
        )
    }
}
