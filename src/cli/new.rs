//! `fieldmark new`: make a project.

use std::path::PathBuf;

use serde_json::json;

use super::console::{Console, counted};
use super::parse::{check_exists, project_path};
use crate::edit::Edit;
use crate::project::{Identity, Project, add_media, read_label_file};

/// Make a project
#[derive(clap::Args)]
pub(super) struct Args {
    /// The project file to make, NAME.fieldmark; for a folder, FOLDER/FOLDER.fieldmark.
    project: PathBuf,

    /// The labels: a text file with one name on each line, or YAML with `labels:` or `names:`.
    #[arg(long, value_name = "FILE")]
    labels: Option<PathBuf>,

    /// Pictures, and folders of pictures, to begin with.
    media: Vec<PathBuf>,
}

impl Args {
    pub fn run(self, console: &Console) -> anyhow::Result<()> {
        // Everything that can be wrong is looked at before a file is made.
        check_exists(&self.media)?;
        let labels = self.labels.as_deref().map(read_label_file).transpose()?.unwrap_or_default();
        let identity = Identity::load()?;
        let mut project = Project::create(&project_path(&self.project), &identity)?;
        project.commit_quietly("Add labels", labels.iter().map(Edit::add_label).collect())?;
        project.flush()?;
        let media = self.media;
        let (project, num_new, report) = console.run("Adding pictures", move |job| {
            let (num_new, report) = add_media(&mut project, &media, job)?;
            Ok((project, num_new, report))
        })?;
        console.report(&report);
        let path = project.path();
        console.result(
            &json!({"project": path, "num_pictures": num_new, "num_labels": labels.len(), "report": report}),
            || {
                let pictures = counted(num_new as u64, "picture");
                let labels = counted(labels.len() as u64, "label");
                format!("{} was made with {pictures} and {labels}.", path.display())
            },
        )
    }
}
