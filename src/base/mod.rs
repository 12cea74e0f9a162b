//! What every layer stands on and what knows nothing of labelling.
//!
//! - [`jobs`]: a pool of threads for typed background jobs. Dropping the handle cancels the job.
//! - [`ids`] and [`clock`]: time-ordered ids from a clock that tests can set.
//! - [`cpu_time`]: how long a thread has computed.
//! - [`cache`]: a least-recently-used cache that answers to a budget of bytes.
//! - [`libraries`]: how the files of libraries are called that are loaded at run time.
//! - [`report`]: what went wrong with single records of a large piece of work that went on all the same.
//!
//! **Invariants.** No word of the domain. No global state: whoever needs a pool or a clock is given one.

pub mod cache;
pub mod clock;
pub mod cpu_time;
pub mod ids;
pub mod jobs;
pub mod libraries;
pub mod report;
