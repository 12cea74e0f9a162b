//! Exchange with other tools: import, export, and conversion without a project.
//!
//! **Jobs own their inputs.** [`Project::start_import`](super::Project::start_import) and
//! [`Project::start_export`](super::Project::start_export) take what they need out of the project; the jobs then run
//! anywhere. An import writes through the op log as one transaction and one step of the undo history: all of it, or
//! after an error or a cancel nothing. [`Project::finish_import`](super::Project::finish_import) brings what is in
//! memory up to date. An export reads the project as it was when it was started.
//!
//! **Whose picture is it?** (`pictures.rs`) The pictures that a file names are looked for in this order: under their
//! path in the project; as a file, whose content tells whether it is one of the project's pictures under another
//! name; by the last parts of the path among the project's pictures. Files are looked for in the folder of the labels and
//! in folders of pictures beside it; further up a name alone is not enough, a folder of the path must be the same, too.
//! A file that is none of the project's is added; without a file the picture is added too, as long as its size is known,
//! and the report says so.
//!
//! **Twice is once.** An object with the label and the shape of one that is on the picture already is left out
//! and counted, so that importing a file again adds only what is new in it.
//!
//! **Invariants.** No UI. Memory grows with the number of pictures, and with objects by a few bytes each.

mod convert;
mod export;
mod frame_writer;
mod import;
mod known_objects;
mod pictures;
mod query;
#[cfg(test)]
mod tests;

pub use convert::{ConvertOutcome, ConvertRequest, convert};
pub use export::{ExportJob, ExportOutcome, ExportRequest, Selected};
pub use import::{ImportJob, ImportOutcome, ImportRequest};
pub use query::{QUERY_HELP, Query};

use std::path::Path;

use anyhow::bail;

use crate::formats::{
    Confidence, FORMATS, Format, FormatError, UNPACK_FIRST, format_by_id, is_zip, recognise,
};

/// The format with this id.
///
/// # Errors
/// When there is none; the message lists those that there are.
pub fn format_named(id: &str) -> anyhow::Result<&'static dyn Format> {
    let Some(format) = format_by_id(id) else {
        let known: Vec<&str> = FORMATS.iter().map(|format| format.id()).collect();
        bail!("there is no format {id:?}; choose one of: {}", known.join(", "));
    };
    Ok(format)
}

/// The format of a file or folder: the one named or, without a name, the one that it looks like.
fn format_of(id: Option<&str>, source: &Path) -> anyhow::Result<&'static dyn Format> {
    if !source.exists() {
        bail!("there is no such file or folder; check the path [{}]", source.display());
    }
    if is_zip(source) {
        return Err(FormatError::unusable(UNPACK_FIRST, source).into());
    }
    if let Some(id) = id {
        return format_named(id);
    }
    let found = recognise(source);
    let is_best = |confidence: Confidence| found.first().is_some_and(|(_, best)| *best == confidence);
    match found.as_slice() {
        [] => bail!(
            "no format is known in which this could be written; name one of those that `fieldmark formats` lists [{}]",
            source.display()
        ),
        [(format, _), rest @ ..] if !rest.iter().any(|(_, confidence)| is_best(*confidence)) => Ok(*format),
        several => {
            let best = several.iter().filter(|(_, confidence)| is_best(*confidence));
            let ids: Vec<&str> = best.map(|(format, _)| format.id()).collect();
            bail!("this could be of several formats; name one of: {} [{}]", ids.join(", "), source.display())
        }
    }
}
