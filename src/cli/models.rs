//! `fieldmark models`: which models there are, and what a model is.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::console::{Console, counted};
use crate::infer::families::{FAMILIES, Understanding};
use crate::infer::runtime::{ProbeReport, ProviderReport, find_library};
use crate::project::models::{Inspection, MODEL_EXTENSIONS, inspect, model_folder};

/// Tell which models can be used, and what a model is
///
/// Without a subcommand, lists the models in the folder for models and the families that are understood.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(clap::Subcommand)]
enum What {
    /// Tell what a model does, what it takes and gives, and what it runs on how fast
    Inspect {
        /// The model, an ONNX or ORT file.
        file: PathBuf,

        /// What to know of the model beyond its file; NAME.toml beside it when not given.
        #[arg(long, value_name = "T.toml")]
        model_card: Option<PathBuf>,
    },
}

/// The names of so many classes are told.
const MAX_CLASSES: usize = 12;

impl Args {
    pub fn run(self, console: &Console) -> anyhow::Result<()> {
        match self.what {
            None => list(console),
            Some(What::Inspect { file, model_card }) => {
                let inspection = console
                    .run("Looking at the model", move |job| inspect(&file, model_card.as_deref(), job))?;
                console.result(&as_json(&inspection), || describe(&inspection))
            }
        }
    }
}

fn list(console: &Console) -> anyhow::Result<()> {
    let folder = model_folder();
    let models = models_in(&folder);
    let library = find_library();
    let families: Vec<_> =
        FAMILIES.iter().map(|family| json!({"id": family.id, "title": family.title})).collect();
    let library_json = match &library {
        Ok(found) => json!({"path": found.path, "version": found.version}),
        Err(error) => json!({"error": error.to_string()}),
    };
    let value = json!({"folder": folder, "models": models, "library": library_json, "families": families});
    console.result(&value, || {
        let mut lines = vec![match &library {
            Ok(found) => format!("ONNX Runtime {} [{}]", found.version, found.path.display()),
            Err(error) => error.to_string(),
        }];
        lines.push(format!("Models in {}:", folder.display()));
        if models.is_empty() {
            lines.push("  none".to_owned());
        }
        lines.extend(models.iter().map(|model| format!("  {}", model.display())));
        lines.push("Families that are understood:".to_owned());
        lines.extend(FAMILIES.iter().map(|family| format!("  {:16} {}", family.id, family.title)));
        lines.join("\n")
    })
}

fn models_in(folder: &Path) -> Vec<PathBuf> {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().flatten();
    files
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|e| MODEL_EXTENSIONS.iter().any(|known| e == *known)))
        .collect()
}

fn as_json(inspection: &Inspection) -> serde_json::Value {
    let mut value = serde_json::to_value(inspection).unwrap_or_default();
    value["used_as"] = match &inspection.understanding {
        Ok(Understanding { family, task, classes, are_classes_guessed, limits, preparation, .. }) => json!({
            "family": family,
            "task": task,
            "classes": classes,
            "are_classes_guessed": are_classes_guessed,
            "threshold": limits.score,
            "overlap": limits.overlap,
            "input": preparation.input,
        }),
        Err(reason) => json!({"error": reason}),
    };
    value["provider"] = json!(inspection.report.as_ref().ok().map(ProbeReport::fastest));
    value
}

fn describe(inspection: &Inspection) -> String {
    let facts = &inspection.facts;
    let mut lines = vec![format!("{} ({})", inspection.name, inspection.version)];
    match &inspection.understanding {
        Ok(Understanding { family, task, classes, are_classes_guessed, .. }) => {
            lines.push(format!("  family     {family}"));
            lines.push(format!("  gives      {}", task.name()));
            let shown: Vec<&str> = classes.iter().take(MAX_CLASSES).map(String::as_str).collect();
            let more = if classes.len() > MAX_CLASSES { ", …" } else { "" };
            let guess = if *are_classes_guessed { " (a guess)" } else { "" };
            lines.push(format!("  classes    {}: {}{more}{guess}", classes.len(), shown.join(", ")));
        }
        Err(reason) => lines.push(format!("  {reason}")),
    }
    lines.extend(facts.inputs.iter().map(|port| format!("  takes      {}", port.text())));
    lines.extend(facts.outputs.iter().map(|port| format!("  gives      {}", port.text())));
    if facts.num_weight_bytes > 0 {
        let megabytes = facts.num_weight_bytes as f64 / 1e6;
        let num_operators = counted(facts.operators.values().sum(), "operator");
        lines.push(format!("  size       {megabytes:.1} MB of weights, {num_operators}"));
    }
    if !facts.producer.is_empty() {
        lines.push(format!("  made by    {} {}", facts.producer, facts.producer_version));
    }
    match &inspection.report {
        Ok(report) => {
            let fastest = report.fastest();
            lines.push(format!("  ONNX Runtime {}", report.library_version));
            lines.extend(report.providers.iter().map(|provider| {
                let sign = if provider.provider == fastest { "*" } else { " " };
                format!("  {sign} {:10} {}", provider.provider.name(), timing(provider))
            }));
        }
        Err(reason) => lines.push(format!("  {reason}")),
    }
    lines.join("\n")
}

fn timing(report: &ProviderReport) -> String {
    if let Some(reason) = &report.refused {
        return format!("not used: {reason}");
    }
    let text = |ms: Option<f64>| ms.map_or_else(|| "not measured".to_owned(), |ms| format!("{ms:.1} ms"));
    format!("runs {}, opened in {}", text(report.run_ms), text(report.load_ms))
}
