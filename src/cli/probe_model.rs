//! `fieldmark probe-model`: looks at a model for another process of this program, which ends this one when it takes too
//! long or too much. Not for people.

use std::path::PathBuf;

use super::console::Console;
use crate::infer::runtime::probe;

/// Look at a model for another process
#[derive(clap::Args)]
#[command(hide = true)]
pub(super) struct Args {
    /// The model.
    model: PathBuf,

    /// How wide and high a picture is where the model takes any size.
    #[arg(long, default_value_t = crate::project::models::TEST_SIDE)]
    side: usize,
}

impl Args {
    pub fn run(self, _: &Console) -> anyhow::Result<()> {
        // Should the system run out of memory, it ends this process first. It may not be allowed to say so.
        let _ = std::fs::write("/proc/self/oom_score_adj", b"1000");
        let report = probe(&self.model, self.side);
        // Whoever asks reads JSON, whether it was asked for or not.
        let console = Console::new(true);
        match report {
            Ok(report) => console.result(&report, String::new),
            Err(error) => console.result(&serde_json::json!({"error": error.to_string()}), String::new),
        }
    }
}
