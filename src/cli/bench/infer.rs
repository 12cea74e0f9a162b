//! `fieldmark bench infer`: a model over pictures, by stage.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::samples::{Percentiles, ms_text, peak_memory_bytes};
use crate::base::jobs::JobContext;
use crate::cli::console::Console;
use crate::infer::runtime::ProviderReport;
use crate::media::{DecodeLimits, decode};
use crate::pixels::{Picture, Size};
use crate::project::models::{OpenModel, inspect};

/// Run a model over pictures, and tell how long each stage takes
///
/// "Load" is from the file to a model that can run, without the first look at it. The first run of all is left out.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The model, an ONNX or ORT file.
    model: PathBuf,

    /// The pictures; a grey one of 1920 × 1080 pixels when none is given.
    images: Vec<PathBuf>,

    /// How often each picture is looked at.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    rounds: u32,
}

/// What was measured. Times are milliseconds.
#[derive(Serialize)]
struct Measured {
    model: String,
    family: &'static str,
    /// Of the first look: every provider, with its time or why it is not used.
    providers: Vec<ProviderReport>,
    num_runs: usize,
    load_ms: f64,
    decode_picture: Percentiles,
    prepare: Percentiles,
    infer: Percentiles,
    decode: Percentiles,
    end_to_end: Percentiles,
    peak_memory_bytes: Option<u64>,
}

impl Args {
    pub fn run(self, console: &Console) -> anyhow::Result<()> {
        let measured = console.run("measuring", move |context| self.measure(context))?;
        console.result(&measured, || measured.text())
    }

    fn measure(&self, context: &JobContext) -> anyhow::Result<Measured> {
        let inspection = inspect(&self.model, None, context)?;
        let providers = inspection.report.as_ref().map(|report| report.providers.clone()).unwrap_or_default();
        let begun = Instant::now();
        let mut model = OpenModel::from_inspection(inspection)?;
        let load = begun.elapsed();
        let limits = model.understanding.limits;
        let grey = Picture::filled(Size::new(1920, 1080), [128, 128, 128, 255]);
        model.suggest(&grey, &limits, None)?;
        let [mut decoding, mut prepare, mut infer, mut decode_times, mut whole] =
            [(); 5].map(|()| Vec::<Duration>::new());
        let sources: Vec<Option<&PathBuf>> =
            if self.images.is_empty() { vec![None] } else { self.images.iter().map(Some).collect() };
        for round in 0..self.rounds {
            for source in &sources {
                let begun = Instant::now();
                let picture = match source {
                    Some(path) => decode(path, &DecodeLimits::default(), context)?.picture,
                    None => grey.clone(),
                };
                decoding.push(begun.elapsed());
                let (_, times) = model.suggest(&picture, &limits, None)?;
                whole.push(begun.elapsed());
                prepare.push(times.prepare);
                infer.push(times.infer);
                decode_times.push(times.decode);
                anyhow::ensure!(!context.is_cancelled(), "it was called off");
            }
            context.set_progress(u64::from(round) + 1, self.rounds.into());
        }
        Ok(Measured {
            model: model.name.clone(),
            family: model.understanding.family,
            providers,
            num_runs: whole.len(),
            load_ms: load.as_secs_f64() * 1e3,
            decode_picture: Percentiles::of(decoding),
            prepare: Percentiles::of(prepare),
            infer: Percentiles::of(infer),
            decode: Percentiles::of(decode_times),
            end_to_end: Percentiles::of(whole),
            peak_memory_bytes: peak_memory_bytes(),
        })
    }
}

impl Measured {
    fn text(&self) -> String {
        let line = |name: &str, times: &Percentiles| {
            format!(
                "  {name:16} {:>8} {:>8} {:>8} ms",
                ms_text(times.median),
                ms_text(times.p95),
                ms_text(times.max)
            )
        };
        let mut lines = vec![
            format!(
                "{} ({}), {} runs, loaded in {} ms",
                self.model,
                self.family,
                self.num_runs,
                ms_text(self.load_ms)
            ),
            format!("  {:16} {:>8} {:>8} {:>8}", "", "median", "95 %", "longest"),
            line("decode picture", &self.decode_picture),
            line("pre-processing", &self.prepare),
            line("inference", &self.infer),
            line("post-processing", &self.decode),
            line("end to end", &self.end_to_end),
        ];
        lines.extend(self.providers.iter().map(|report| {
            let how = match (&report.refused, report.run_ms) {
                (Some(reason), _) => format!("not used: {reason}"),
                (None, Some(ms)) => format!("runs {} ms", ms_text(ms)),
                (None, None) => "not measured".to_owned(),
            };
            format!("  {:16} {how}", report.provider.name())
        }));
        lines.join("\n")
    }
}
