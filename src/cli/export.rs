//! `fieldmark export`: labels for another tool.

use std::path::PathBuf;

use super::console::{Console, counted};
use super::parse::{format_id, project_path, setting};
use crate::formats::{FrameOptions, Splits};
use crate::project::{
    ExportOutcome, ExportRequest, Identity, OpenMode, Project, QUERY_HELP, Query, Selected,
};

/// Write labels for another tool, and read them back to be sure
#[derive(clap::Args)]
pub(super) struct Args {
    /// The project.
    project: PathBuf,

    /// The folder to write, or a file where the format is one file.
    out: PathBuf,

    /// The format; `fieldmark formats` tells what each can keep.
    #[arg(long, value_name = "ID", value_parser = format_id())]
    format: &'static str,

    #[command(flatten)]
    options: Options,

    /// Which pictures and videos.
    #[arg(long, value_name = "TERMS", default_value = "", hide_default_value = true, help = QUERY_HELP)]
    query: Query,

    /// Only tell what the format cannot keep, and write nothing.
    #[arg(long)]
    preflight: bool,
}

/// How anything is written.
#[derive(clap::Args)]
pub(super) struct Options {
    /// Divide the pictures into parts of these shares, for example train=0.8,val=0.2. Each picture always comes into
    /// the same part. Without it, the parts are those of the project.
    #[arg(long, value_name = "SHARES")]
    split: Option<Splits>,

    /// Another number divides in another way.
    #[arg(long, value_name = "NUMBER", default_value_t = 0, requires = "split", hide_default_value = true)]
    seed: u64,

    /// Copy the pictures and videos along.
    #[arg(long)]
    pub with_media: bool,

    /// Which frames of videos become pictures in a format that holds pictures: objects (those with something on them,
    /// the usual choice), keyframes, every:N or all; with a range of frames behind it where you want one, for example
    /// every:10@100:200.
    #[arg(long, value_name = "FRAMES")]
    pub frames: Option<FrameOptions>,

    /// A setting of the format, as `fieldmark formats` lists them. May be repeated.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = setting)]
    pub settings: Vec<(String, String)>,
}

impl Options {
    pub fn splits(&self) -> Splits {
        match self.split.clone().unwrap_or_default() {
            Splits::AsInProject => Splits::AsInProject,
            Splits::Shares { parts, seed: _ } => Splits::Shares { parts, seed: self.seed },
        }
    }
}

impl Args {
    pub fn run(self, console: &Console) -> anyhow::Result<()> {
        let project = Project::open(&project_path(&self.project), OpenMode::Read, &Identity::load()?)?;
        let splits = self.options.splits();
        let export = project.start_export(ExportRequest {
            format: self.format.to_owned(),
            target: self.out,
            selected: Selected::Query(self.query),
            splits,
            with_media: self.options.with_media,
            only_preflight: self.preflight,
            frames: self.options.frames.unwrap_or_default(),
            settings: self.options.settings.into_iter().collect(),
        })?;
        let title = if self.preflight { "Checking" } else { "Exporting" };
        let outcome = console.run(title, move |job| export.run(job))?;
        console.report(&outcome.report);
        console.result(&outcome, || describe(&outcome))
    }
}

/// What an export did, or would do.
pub(super) fn describe(outcome: &ExportOutcome) -> String {
    if let Some(preflight) = &outcome.preflight {
        return preflight.to_string();
    }
    let Some(summary) = &outcome.summary else { return String::new() };
    let (objects, media) = (summary.tally.objects(&counted), summary.tally.media(&counted));
    let mut text = format!("{objects} on {media} written to {}.", summary.main_file.display());
    if summary.num_left_out > 0 {
        text += &format!(
            "\n{} left out: the format has no place for them.",
            counted(summary.num_left_out, "object")
        );
    }
    text
}
