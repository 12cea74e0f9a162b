//! A second process that works on a project until it is killed: this test program again, running one of its tests
//! by name. What it says goes through a pipe.

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

const PROJECT_VARIABLE: &str = "FIELDMARK_WORKER_PROJECT";

/// What lines of the worker's own begin with; the test runner prints others.
const MARK: &str = "worker: ";

/// The running process. Killed when dropped.
pub struct Worker {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Worker {
    /// Starts the test `job` on a project.
    pub fn start(job: &str, project: &Path) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", job, "--nocapture", "--test-threads=1"])
            .env(PROJECT_VARIABLE, project)
            // The worker waits on it where it shall wait; it ends with us.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, lines }
    }

    /// Waits for what the worker says next.
    pub fn hear(&mut self) -> String {
        self.next_line().expect("the worker ended by itself; its message is above")
    }

    fn next_line(&mut self) -> Option<String> {
        self.lines.by_ref().map_while(Result::ok).find_map(|line| Some(line.strip_prefix(MARK)?.to_owned()))
    }

    /// Kills the process at once, with SIGKILL. Returns what it had said and nobody had heard yet.
    pub fn kill(mut self) -> Vec<String> {
        self.process.kill().unwrap();
        let status = self.process.wait().unwrap();
        assert_eq!(status.code(), None, "the worker ended by itself; its message is above");
        std::iter::from_fn(|| self.next_line()).collect()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Both do nothing after `kill`.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// In the worker: the project to work on. `None` when this is no worker, but a run of all tests.
pub fn project() -> Option<PathBuf> {
    let path = PathBuf::from(std::env::var_os(PROJECT_VARIABLE)?);
    // Ends the line that the test runner began.
    println!();
    Some(path)
}

/// In the worker: says a line to whoever started it.
pub fn say(line: impl std::fmt::Display) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{MARK}{line}").and_then(|()| out.flush()).expect("whoever started the worker listens");
}

/// In the worker: waits to be killed.
pub fn wait_for_the_end() {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
}
