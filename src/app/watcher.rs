//! Notices new, moved and missing files, on a thread of its own.
//!
//! The thread looks at once and then again and again, and wakes the window only when something is different: a
//! folder in which nothing happens costs no frame. It never takes more than a small part of the time, however slow
//! the disk.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};

use crate::base::jobs::JobContext;
use crate::media::Wake;
use crate::model::AssetId;
use crate::project::{MediaScan, ScanOutcome, ScanSource};

/// Looking takes at most this part of the time.
const SHARE: u32 = 200;
const MIN_INTERVAL: Duration = Duration::from_secs(5);

/// The thread's handle; dropping it ends the thread.
pub struct Watcher {
    sources: Sender<ScanSource>,
    outcomes: Receiver<Result<ScanOutcome, String>>,
}

impl Watcher {
    /// Starts to look. `None` when the system gives no thread: then only F5 looks.
    pub fn start(source: ScanSource, wake: Wake) -> Option<Self> {
        let (sources, inbox) = unbounded();
        let (outbox, outcomes) = unbounded();
        let watch = move || watch(source, &inbox, &outbox, &wake);
        std::thread::Builder::new().name("watcher".to_owned()).spawn(watch).ok()?;
        Some(Self { sources, outcomes })
    }

    /// Looks now, with what is known by now.
    pub fn look_again(&self, source: ScanSource) {
        // The thread lives as long as this handle.
        let _ = self.sources.send(source);
    }

    /// What is different from before.
    pub fn take(&self) -> Option<Result<ScanOutcome, String>> {
        self.outcomes.try_recv().ok()
    }
}

fn watch(
    mut source: ScanSource,
    inbox: &Receiver<ScanSource>,
    outbox: &Sender<Result<ScanOutcome, String>>,
    wake: &Wake,
) {
    let mut missing: HashSet<AssetId> = HashSet::new();
    let mut problem: Option<String> = None;
    loop {
        let started = Instant::now();
        let result = MediaScan::run(&source, &JobContext::detached()).map_err(|error| error.to_string());
        let is_news = match &result {
            Ok(outcome) => {
                let has_changed = outcome.missing != missing;
                missing.clone_from(&outcome.missing);
                has_changed || !outcome.new.is_empty() || !outcome.moved.is_empty()
            }
            Err(error) => problem.as_ref() != Some(error),
        };
        problem = result.as_ref().err().cloned();
        if is_news {
            if outbox.send(result).is_err() {
                return;
            }
            wake();
        }
        let interval = (started.elapsed() * SHARE).max(MIN_INTERVAL);
        match inbox.recv_timeout(interval) {
            Ok(latest) => source = inbox.try_iter().last().unwrap_or(latest),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}
