//! What goes wrong within a file whose path is not at hand.

use std::io;
use std::path::Path;

use super::MediaError;

/// Why something could not be read. Becomes a [`MediaError`] where the path is known.
#[derive(Debug)]
pub(super) enum Fault {
    Read(io::Error),
    Damaged(String),
    /// What it is, in the plural.
    Unsupported(String),
    Cancelled,
}

impl Fault {
    pub fn damaged(cause: impl Into<String>) -> Self {
        Self::Damaged(cause.into())
    }

    /// The same once more, for those who ask again.
    pub fn again(&self) -> Self {
        match self {
            Self::Read(error) => Self::Read(io::Error::new(error.kind(), error.to_string())),
            Self::Damaged(cause) => Self::Damaged(cause.clone()),
            Self::Unsupported(kind) => Self::Unsupported(kind.clone()),
            Self::Cancelled => Self::Cancelled,
        }
    }

    pub fn at(self, path: &Path) -> MediaError {
        match self {
            Self::Read(error) => MediaError::from_decoder_io(path, error),
            Self::Damaged(cause) => MediaError::damaged(path, cause),
            Self::Unsupported(kind) => MediaError::unsupported(path, kind),
            Self::Cancelled => MediaError::Cancelled,
        }
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Read(error)
    }
}
