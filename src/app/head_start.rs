//! What begins before the window is there: opening the project.
//!
//! Making a window takes longer than opening a usual project: the system's libraries are loaded and the GPU's
//! driver starts. Done meanwhile, the very first frame shows the project.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use eframe::egui;

use super::work::{Task, TaskKind};
use crate::base::jobs::{JobPool, Priority};
use crate::project::Identity;

/// The threads of the window that is to come, and what they work on already.
pub struct HeadStart {
    pool: Arc<JobPool>,
    window: Arc<OnceLock<egui::Context>>,
    task: Option<Task>,
}

impl HeadStart {
    /// Begins to open a project, a folder or a picture, if there is one to open.
    pub fn new(open: Option<PathBuf>, identity: &Identity) -> Self {
        let pool = Arc::new(JobPool::with_all_processors());
        let window: Arc<OnceLock<egui::Context>> = Arc::default();
        let task = open.map(|path| {
            let title = super::opening::title(&path);
            let (identity, window) = (identity.clone(), Arc::clone(&window));
            // Done before there is a window: its first frame looks for itself.
            let wake = move || window.get().into_iter().for_each(egui::Context::request_repaint);
            let job = pool
                .submit(Priority::Now, wake, move |context| super::opening::open(&path, &identity, context));
            Task::new(title, TaskKind::Open(job))
        });
        Self { pool, window, task }
    }

    /// The threads and the task, for the window that is there now.
    pub fn hand_over(self, ctx: &egui::Context) -> (Arc<JobPool>, Option<Task>) {
        // It is called once, so there is no other window yet.
        let _ = self.window.set(ctx.clone());
        (self.pool, self.task)
    }
}
