//! What the two loaders share: jobs that make pictures, known by the picture's key.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::content::ContentKey;
use super::error::MediaError;
use crate::base::jobs::{Job, JobContext, JobPool, Priority};

/// Called on a worker thread when something is ready: tell the window to draw again.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// A picture to load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureRequest {
    /// What it is known by: the same key means the same content.
    pub key: ContentKey,
    /// Where its file is.
    pub path: PathBuf,
}

/// Jobs under way. Dropping or replacing one cancels it.
pub(super) struct Loading<T> {
    pool: Arc<JobPool>,
    wake: Wake,
    jobs: HashMap<ContentKey, (Priority, Job<Result<T, MediaError>>)>,
}

impl<T: Send + 'static> Loading<T> {
    pub fn new(pool: Arc<JobPool>, wake: Wake) -> Self {
        Self { pool, wake, jobs: HashMap::new() }
    }

    pub fn contains(&self, key: ContentKey) -> bool {
        self.jobs.contains_key(&key)
    }

    pub fn len(&self) -> usize {
        self.jobs.len()
    }

    /// Cancels the jobs of the other keys.
    pub fn keep_only(&mut self, is_wanted: impl Fn(ContentKey) -> bool) {
        self.jobs.retain(|key, _| is_wanted(*key));
    }

    /// Starts a job, unless there is one for the key that has begun or is as urgent.
    pub fn start(
        &mut self,
        key: ContentKey,
        priority: Priority,
        load: impl FnOnce(&JobContext) -> Result<T, MediaError> + Send + 'static,
    ) {
        if self.jobs.get(&key).is_some_and(|(existing, job)| *existing >= priority || job.has_started()) {
            return;
        }
        let job = submit(&self.pool, &self.wake, priority, load);
        self.jobs.insert(key, (priority, job));
    }

    /// Takes the results that are there, with failures as text for a person.
    pub fn take_finished(&mut self) -> Vec<(ContentKey, Result<T, Arc<str>>)> {
        let mut results = Vec::new();
        for (key, (_, job)) in &self.jobs {
            match job.poll() {
                None => {}
                Some(Ok(result)) => results.push((*key, result.map_err(|error| error.to_string().into()))),
                Some(Err(error)) => results.push((*key, Err(error.to_string().into()))),
            }
        }
        for (key, _) in &results {
            self.jobs.remove(key);
        }
        results
    }
}

/// Hands in a job that wakes when it is done.
pub(super) fn submit<T: Send + 'static>(
    pool: &JobPool,
    wake: &Wake,
    priority: Priority,
    job: impl FnOnce(&JobContext) -> T + Send + 'static,
) -> Job<T> {
    let wake = Arc::clone(wake);
    pool.submit(priority, move || wake(), job)
}
