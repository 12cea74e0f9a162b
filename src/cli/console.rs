//! Where a command's results, messages and progress go.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, bounded};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use serde_json::json;

use crate::base::jobs::{JobContext, JobPool, Priority};
use crate::base::report::Report;

/// How many findings of a report are shown; `--json` has them all.
const MAX_FINDINGS: usize = 20;
/// How often a progress bar is drawn.
const TICK: Duration = Duration::from_millis(100);

/// Where a command's results, messages and progress go.
pub(super) struct Console {
    is_json: bool,
}

impl Console {
    pub fn new(is_json: bool) -> Self {
        Self { is_json }
    }

    /// Tells the result of a command: the value as JSON, or the text, to standard output.
    pub fn result(&self, value: &impl Serialize, text: impl FnOnce() -> String) -> anyhow::Result<()> {
        let line = if self.is_json { serde_json::to_string(value)? } else { text() };
        match writeln!(io::stdout().lock(), "{}", line.trim_end()) {
            // Whoever reads has seen enough, as `head` does.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => Ok(written?),
        }
    }

    /// Tells a person something on the way.
    pub fn say(&self, text: &str) {
        // There is nobody to tell when standard error is closed.
        let _ = writeln!(io::stderr().lock(), "{text}");
    }

    /// Tells what a piece of work found, one line for each kind of finding with its first place.
    pub fn report(&self, report: &Report) {
        if self.is_json {
            // The result holds it all.
            return;
        }
        let mut told: Vec<(&str, String, u64)> = Vec::new();
        for finding in report.findings() {
            match told.iter_mut().find(|(message, ..)| *message == finding.message) {
                Some((_, _, count)) => *count += finding.count,
                None => told.push((&finding.message, finding.place.clone(), finding.count)),
            }
        }
        for (message, place, count) in told.iter().take(MAX_FINDINGS) {
            let place = if place.is_empty() { String::new() } else { format!(" [{place}]") };
            match count {
                1 => self.say(&format!("{message}{place}")),
                count => self.say(&format!("{message} ({count} times, first{place})")),
            }
        }
        if told.len() > MAX_FINDINGS {
            let num_more = told.len() - MAX_FINDINGS;
            self.say(&format!("… and {num_more} more findings; --json lists them all."));
        }
    }

    /// Tells why a command failed.
    pub fn fail(&self, error: &anyhow::Error) {
        let message = format!("{error:#}");
        self.say(&format!("fieldmark: {message}"));
        if self.is_json {
            // When standard output is closed, standard error has the message.
            let _ = writeln!(io::stdout().lock(), "{}", json!({"error": message}));
        }
    }

    /// Runs a job and shows its progress where a person watches.
    pub fn run<T: Send + 'static>(
        &self,
        title: &'static str,
        job: impl FnOnce(&JobContext) -> anyhow::Result<T> + Send + 'static,
    ) -> anyhow::Result<T> {
        let pool = JobPool::new(1);
        let (done_sender, done) = bounded(1);
        let on_done = move || {
            // Nobody listens where no progress is shown.
            let _ = done_sender.send(());
        };
        let job = pool.submit(Priority::Now, on_done, job);
        if io::stderr().is_terminal() {
            let bar = ProgressBar::new_spinner().with_message(title);
            bar.set_style(spinner());
            while let Err(RecvTimeoutError::Timeout) = done.recv_timeout(TICK) {
                let (num_done, total) = job.progress();
                if total > 0 && bar.length() != Some(total) {
                    bar.set_length(total);
                    bar.set_style(filling());
                }
                bar.set_position(num_done);
                bar.tick();
            }
            bar.finish_and_clear();
        }
        job.wait()?
    }
}

fn spinner() -> ProgressStyle {
    ProgressStyle::with_template("{spinner} {msg}  {elapsed}").expect("the template is right")
}

fn filling() -> ProgressStyle {
    ProgressStyle::with_template("{spinner} {msg}  {bar:32} {human_pos} of {human_len}  {eta} left")
        .expect("the template is right")
}

/// "1 picture", "3 pictures", "2 boxes".
pub(super) fn counted(number: u64, noun: &str) -> String {
    let ending = match noun {
        _ if number == 1 => "",
        _ if noun.ends_with('x') => "es",
        // Of the kinds of shape, the word is its own plural.
        _ if noun.ends_with('s') => "",
        _ => "s",
    };
    format!("{number} {noun}{ending}")
}
