//! The first look at a model, by a child process of this program that may fail in any way.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use super::TEST_SIDE;
use crate::base::jobs::JobContext;
use crate::infer::facts::ModelFacts;
use crate::infer::runtime::{ProbeReport, find_library};
use crate::media::{ContentHash, cache_folder};

/// The hidden subcommand that looks at a model.
pub const PROBE_COMMAND: &str = "probe-model";

/// The endings of models' files.
pub const MODEL_EXTENSIONS: [&str; 2] = ["onnx", "ort"];

/// TensorRT may think for minutes about a model; nothing honest takes longer.
const MAX_TIME: Duration = Duration::from_secs(600);
/// How often the child is looked at.
const TICK: Duration = Duration::from_millis(10);
/// The child may take this share of the memory that is free.
const MEMORY_SHARE: f64 = 0.8;

/// Where a person's models lie: `models` in the user's folder for data.
pub fn model_folder() -> PathBuf {
    directories::ProjectDirs::from("", "", "fieldmark")
        .map_or_else(std::env::temp_dir, |folders| folders.data_dir().to_owned())
        .join("models")
}

/// That a model's declared sizes fit into this computer's memory.
pub(super) fn check_memory(facts: &ModelFacts) -> anyhow::Result<()> {
    let Some(free) = free_memory_bytes() else { return Ok(()) };
    let needed = facts.least_memory_bytes();
    if needed.is_some_and(|needed| needed <= free) {
        return Ok(());
    }
    let gigabytes = |bytes: u64| bytes as f64 / f64::from(1 << 30);
    match needed {
        Some(needed) => bail!(
            "this model needs at least {:.1} GiB of memory, and this computer has {:.1} GiB free",
            gigabytes(needed),
            gigabytes(free)
        ),
        None => bail!("this model needs more memory than any computer has"),
    }
}

/// The memory that programs can still take, bytes; `None` where the system does not tell.
fn free_memory_bytes() -> Option<u64> {
    kibibytes_in(&std::fs::read_to_string("/proc/meminfo").ok()?, "MemAvailable:")
}

/// A number of a table that Linux makes, as in `MemAvailable:  123 kB`, in bytes.
fn kibibytes_in(table: &str, name: &str) -> Option<u64> {
    let line = table.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

/// What the child found out about a model: from the cache, or by starting it.
pub(super) fn report(path: &Path, hash: &ContentHash, context: &JobContext) -> anyhow::Result<ProbeReport> {
    let library = find_library()?;
    let folder = cache_folder().join("models");
    let kept = folder.join(format!("{hash}-{}.json", library.version));
    let from_cache = std::fs::read(&kept).ok().and_then(|text| serde_json::from_slice(&text).ok());
    if let Some(report) = from_cache {
        return Ok(report);
    }
    let report = ask_child(path, context)?;
    // A cache that cannot be written costs time only.
    let written = std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(&kept, serde_json::to_vec(&report).unwrap_or_default()));
    if let Err(error) = written {
        log::warn!("what was found out about a model could not be kept: {error} [{}]", kept.display());
    }
    Ok(report)
}

fn ask_child(path: &Path, context: &JobContext) -> anyhow::Result<ProbeReport> {
    let program = std::env::current_exe().context("this program cannot find itself")?;
    let mut command = Command::new(program);
    command.arg(PROBE_COMMAND).arg(path).args(["--side", &TEST_SIDE.to_string()]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().context("the model could not be tried out")?;
    let mut pipe = child.stdout.take().context("the model could not be tried out")?;
    let reader = std::thread::spawn(move || {
        let mut text = Vec::new();
        pipe.read_to_end(&mut text).map(|_| text)
    });
    let watched = watch(&mut child, context);
    if watched.is_err() {
        // It may have ended meanwhile.
        let _ = child.kill();
        let _ = child.wait();
    }
    let text = reader.join().ok().and_then(Result::ok).unwrap_or_default();
    watched?;
    match serde_json::from_slice(&text)? {
        Answer::Report(report) => Ok(*report),
        Answer::Error { error } => bail!("{error}"),
    }
}

/// What the child writes.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Answer {
    Error { error: String },
    Report(Box<ProbeReport>),
}

/// Waits until the child has ended by itself; fails when it crashed, or takes too long or too much.
fn watch(child: &mut Child, context: &JobContext) -> anyhow::Result<()> {
    let begun = Instant::now();
    let max_bytes = free_memory_bytes().map(|bytes| (bytes as f64 * MEMORY_SHARE) as u64);
    let status_path = format!("/proc/{}/status", child.id());
    loop {
        if let Some(status) = child.try_wait()? {
            // It ends with 0 or, having told why, with 1.
            if !matches!(status.code(), Some(0 | 1)) {
                bail!(
                    "ONNX Runtime crashed when this model was opened; it is damaged, or made for a later version"
                );
            }
            return Ok(());
        }
        if context.is_cancelled() {
            bail!("it was called off");
        }
        if begun.elapsed() > MAX_TIME {
            bail!("this model was not ready after {} minutes", MAX_TIME.as_secs() / 60);
        }
        let taken =
            std::fs::read_to_string(&status_path).ok().and_then(|table| kibibytes_in(&table, "VmRSS:"));
        if let (Some(taken), Some(max)) = (taken, max_bytes)
            && taken > max
        {
            bail!("this model takes more memory than this computer has free");
        }
        std::thread::sleep(TICK);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::facts::{Dim, Element, Port};

    #[test]
    fn a_model_that_needs_more_than_there_is_says_so() {
        let dims = [1, 3, 100_000, 100_000].map(Dim::Fixed).to_vec();
        let port = Port { name: "images".into(), element: Element::F32, dims };
        let small = ModelFacts { num_weight_bytes: 1000, ..ModelFacts::default() };
        assert!(check_memory(&small).is_ok());
        if free_memory_bytes().is_some_and(|free| free < 100 << 30) {
            let large = ModelFacts { inputs: vec![port], ..small };
            let text = check_memory(&large).unwrap_err().to_string();
            assert!(text.contains("at least 111.8 GiB"), "{text}");
        }
    }

    #[test]
    fn numbers_are_found_in_the_systems_tables() {
        let table = "MemTotal:  2000 kB\nMemAvailable:    5 kB\n";
        assert_eq!(kibibytes_in(table, "MemAvailable:"), Some(5120));
        assert_eq!(kibibytes_in(table, "VmRSS:"), None);
    }
}
