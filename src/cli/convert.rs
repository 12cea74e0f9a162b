//! `fieldmark convert`: from one format to another.

use std::path::PathBuf;

use super::console::{Console, counted};
use super::export;
use super::parse::{check_exists, format_id};
use crate::project::{ConvertRequest, convert};

/// Read labels in one format and write them in another, without a project
#[derive(clap::Args)]
pub(super) struct Args {
    /// The file or folder to read.
    input: PathBuf,

    /// The folder to write, or a file where the format is one file.
    out: PathBuf,

    /// The format to read; recognised when it is not given.
    #[arg(long, value_name = "ID", value_parser = format_id())]
    from: Option<&'static str>,

    /// The format to write.
    #[arg(long, value_name = "ID", value_parser = format_id())]
    to: &'static str,

    /// The folder with the pictures or videos, where they are not beside the labels.
    #[arg(long, value_name = "DIR")]
    images: Option<PathBuf>,

    #[command(flatten)]
    options: export::Options,
}

impl Args {
    pub fn run(self, console: &Console) -> anyhow::Result<()> {
        check_exists(self.images.as_slice())?;
        let splits = self.options.splits();
        let request = ConvertRequest {
            from: self.from,
            source: self.input,
            to: self.to.to_owned(),
            target: self.out,
            images: self.images,
            splits,
            with_media: self.options.with_media,
            frames: self.options.frames.unwrap_or_default(),
            settings: self.options.settings.into_iter().collect(),
        };
        let outcome = console.run("Converting", move |job| convert(request, job))?;
        console.report(&outcome.import.report);
        console.report(&outcome.export.report);
        console.result(&outcome, || {
            let import = &outcome.import;
            let (objects, media) = (import.tally.objects(&counted), import.tally.media(&counted));
            let mut text = format!("{objects} on {media} read from {}.\n", import.format);
            if import.num_lost_objects > 0 {
                let lost = counted(import.num_lost_objects, "object");
                text += &format!("{lost} left out: nothing tells the size of what they are on.\n");
            }
            text + &export::describe(&outcome.export)
        })
    }
}
