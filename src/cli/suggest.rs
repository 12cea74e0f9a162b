//! `fieldmark suggest`: a model looks at the pictures of a project.

use std::path::PathBuf;

use serde_json::json;

use super::console::{Console, counted};
use super::parse::{project_path, setting};
use crate::infer::tiles::Tiling;
use crate::project::suggest::{Outline, SuggestOutcome, SuggestRequest};
use crate::project::{Identity, OpenMode, Project, QUERY_HELP, Query, Selected};

/// Let a model make suggestions for the pictures of a project
///
/// Suggestions are no annotations until a person accepts them. Those that are there already are left out. The run is one step
/// to undo.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The project.
    project: PathBuf,

    /// The model, an ONNX or ORT file.
    #[arg(long, value_name = "FILE")]
    model: PathBuf,

    /// What to know of the model beyond its file; NAME.toml beside it when not given.
    #[arg(long, value_name = "T.toml")]
    model_card: Option<PathBuf>,

    /// Leave out what the model is less sure of, 0 to 1; the model's usual threshold when not given.
    #[arg(long, value_name = "SCORE")]
    threshold: Option<f32>,

    /// Accept at once what the model is at least so sure of.
    #[arg(long, value_name = "SCORE")]
    accept_above: Option<f64>,

    /// Which pictures.
    #[arg(long, value_name = "TERMS", default_value = "", hide_default_value = true, help = QUERY_HELP)]
    query: Query,

    /// Look at pictures tile by tile, as for small things on large pictures.
    #[arg(long)]
    tiles: bool,

    /// Pixels of a tile's side.
    #[arg(long, value_name = "PIXELS", default_value_t = Tiling::default().side, requires = "tiles")]
    tile_side: u32,

    /// What masks become.
    #[arg(long = "as", value_name = "SHAPE", value_enum, default_value_t)]
    outline: OutlineArg,

    /// Another label for a class of the model. May be repeated.
    #[arg(long = "label", value_name = "CLASS=LABEL", value_parser = setting)]
    labels: Vec<(String, String)>,

    /// Make labels for classes that have none, instead of leaving them out.
    #[arg(long)]
    new_labels: bool,

    /// Only tell what was found, and write nothing.
    #[arg(long)]
    dry_run: bool,
}

/// [`Outline`] as an argument.
#[derive(Clone, Copy, Default, clap::ValueEnum)]
enum OutlineArg {
    /// They stay masks.
    #[default]
    Mask,
    /// Polygons around them.
    Polygon,
    /// Boxes around them.
    Box,
}

impl Args {
    pub fn run(self, console: &Console) -> anyhow::Result<()> {
        let mode = if self.dry_run { OpenMode::Read } else { OpenMode::Write };
        let mut project = Project::open(&project_path(&self.project), mode, &Identity::load()?)?;
        let job = project.start_suggesting(SuggestRequest {
            model: self.model,
            card: self.model_card,
            threshold: self.threshold,
            accept_above: self.accept_above,
            selected: Selected::Query(self.query),
            tiling: self.tiles.then(|| Tiling { side: self.tile_side, ..Tiling::default() }),
            outline: match self.outline {
                OutlineArg::Mask => Outline::Mask,
                OutlineArg::Polygon => Outline::Polygon,
                OutlineArg::Box => Outline::Box,
            },
            labels: self.labels.into_iter().collect(),
            with_new_labels: self.new_labels,
        })?;
        let mut outcome = console.run("Looking at the pictures", move |context| job.run(context))?;
        let mut num_written = 0;
        if !self.dry_run {
            num_written = outcome.num_suggested();
            project.take_suggestions(&mut outcome)?;
            project.flush()?;
        }
        console.report(&outcome.report);
        let value = json!({"num_written": num_written, "outcome": outcome});
        console.result(&value, || describe(&outcome, num_written, self.dry_run))
    }
}

fn describe(outcome: &SuggestOutcome, num_written: u64, is_dry_run: bool) -> String {
    let pictures = counted(outcome.pictures.len() as u64, "picture");
    let mut text = format!("{} found {} on {pictures}", outcome.model, counted(outcome.num_found(), "thing"));
    text += &match is_dry_run {
        true => "; nothing was written.".to_owned(),
        false => {
            let accepted = outcome.num_accepted;
            format!("; {} written, {accepted} of them accepted.", counted(num_written, "suggestion"))
        }
    };
    if outcome.num_known > 0 {
        text += &format!("\n{} left out: there already.", counted(outcome.num_known, "suggestion"));
    }
    for (class, number) in &outcome.unmapped {
        text += &format!("\n{number} × {class:?} left out: there is no such label (--label, --new-labels).");
    }
    text
}
