//! `fieldmark import`: labels of another tool.

use std::path::PathBuf;

use super::console::{Console, counted};
use super::parse::{check_exists, format_id, project_path};
use crate::project::{Identity, ImportOutcome, ImportRequest, OpenMode, Project};

/// Read labels of another tool into a project
///
/// Objects that are there already are left out.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The project.
    project: PathBuf,

    /// The file or folder to read.
    path: PathBuf,

    /// The format; recognised when it is not given.
    #[arg(long, value_name = "ID", value_parser = format_id())]
    format: Option<&'static str>,

    /// The folder with the pictures or videos, where they are neither in the project nor beside the labels.
    #[arg(long, value_name = "DIR")]
    images: Option<PathBuf>,
}

impl Args {
    pub fn run(self, console: &Console) -> anyhow::Result<()> {
        check_exists(self.images.as_slice())?;
        let mut project = Project::open(&project_path(&self.project), OpenMode::Write, &Identity::load()?)?;
        let request = ImportRequest { format: self.format, source: self.path, images: self.images };
        let import = project.start_import(request)?;
        let outcome = console.run("Importing", move |job| import.run(job))?;
        project.finish_import(&outcome)?;
        console.report(&outcome.report);
        console.result(&outcome, || describe(&outcome))
    }
}

/// What an import did, in a few sentences.
fn describe(outcome: &ImportOutcome) -> String {
    let (objects, media) = (outcome.tally.objects(&counted), outcome.tally.media(&counted));
    let noun = if outcome.tally.num_videos > 0 { "video" } else { "picture" };
    let mut text = format!("{objects} on {media} read from {}.", outcome.format);
    let mut add = |number: u64, noun: &str, rest: &str| {
        if number > 0 {
            text += &format!("\n{} {rest}", counted(number, noun));
        }
    };
    add(outcome.new_labels.len() as u64, "new label", &format!("({}).", outcome.new_labels.join(", ")));
    add(outcome.num_new_pictures, &format!("new {noun}"), "added to the project.");
    add(outcome.num_without_file, noun, "added without a file.");
    add(outcome.num_known_objects, "object", "left out: there already.");
    add(outcome.num_lost_objects, "object", &format!("left out: the {noun} is not known."));
    text
}
