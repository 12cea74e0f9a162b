//! Why an import or export ended early.

use std::io;
use std::path::{Path, PathBuf};

/// What ended an import or export. Faults of single records do not: they are lines of the report.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// The system refused to read or write.
    #[error("{doing} did not work: {source} [{}]", path.display())]
    Io {
        /// What was tried, for example `Reading the file`.
        doing: &'static str,
        /// Of what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The source is not of this format, or the target cannot be used; the message says what to do.
    #[error("{message} [{}]", path.display())]
    Unusable {
        /// What is the matter and what to do.
        message: String,
        /// With what.
        path: PathBuf,
    },
    /// Options that this format does not know or that contradict each other.
    #[error("{0}")]
    Options(String),
    /// The person called it off.
    #[error("cancelled; what was finished before is complete")]
    Cancelled,
    /// The caller's own sink or source failed.
    #[error("{0}")]
    Caller(#[from] Box<dyn std::error::Error + Send + Sync>),
}

impl FormatError {
    /// An I/O error with what was tried and on what, for `map_err`.
    pub fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { doing, path, source }
    }

    /// The source or target cannot be used.
    pub fn unusable(message: impl Into<String>, path: &Path) -> Self {
        Self::Unusable { message: message.into(), path: path.to_owned() }
    }
}
