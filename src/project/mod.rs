//! Everything a person can do with a project, without a window.
//!
//! A [`Project`] is an open project file with what is needed to work on it: the schema, the list of assets, the
//! documents that are open, and the person's undo history. The window and the command line call the same
//! functions; what a menu can do, a subcommand can do.
//!
//! **Editing.** Whoever edits hands in [`Edit`](crate::edit::Edit)s with a title. [`Project::commit`] stamps them,
//! applies them to what is in memory, and queues them for the file, all at once. [`Project::undo`] and
//! [`Project::redo`] do the same with edits that they work out themselves. Where that concerns very many pictures,
//! a [`LargeEdit`] does it in the background.
//!
//! **Media** stay where they are. [`MediaScan`] finds out, in the background, which files are new, gone or moved;
//! [`Project::apply_scan`] makes edits of it. An asset whose file is gone keeps its labels and is found again by
//! the content of the file.
//!
//! **Exchange** with other tools (`transfer/`) runs in the background as well: [`Project::start_import`] gives a job
//! that writes through the op log, all or nothing, and [`Project::finish_import`] takes in what it wrote.
//!
//! **Models.** `models` opens a model after a child process has looked at it; `suggest` runs it over many pictures and gives
//! edits, which become suggestions in one transaction.
//!
//! **Following.** [`follow`] carries objects of a video from frame to frame by what they look like; what it saw becomes
//! keyframes, in one transaction.
//!
//! **Seeing.** What tools ask of the picture ([`crate::tools::Question`]) a [`Sight`] answers from the pixels that are on
//! screen, in the background.
//!
//! **Invariants.** No egui. Long work is a function that takes a [`JobContext`](crate::base::jobs::JobContext) and
//! owns its inputs, so that it can run anywhere. Nothing here writes to media files.

mod assets;
mod edits;
#[cfg(feature = "video")]
mod following;
mod identity;
mod large_edit;
mod media;
#[cfg(feature = "infer")]
pub mod models;
#[cfg(feature = "desktop")]
mod object_picture;
mod object_revisions;
mod op_writer;
mod open;
mod relocate;
#[cfg(feature = "desktop")]
pub mod scene;
mod schema;
mod seeing;
#[cfg(feature = "infer")]
pub mod suggest;
mod transfer;
mod undo;

pub use assets::AssetList;
#[cfg(feature = "video")]
pub use following::{FollowRequest, Followed, Trail, TrailEnd, follow, follow_tolerance_px};
pub use identity::{CONFIG_FOLDER_VARIABLE, Identity, config_folder};
pub use large_edit::{LargeEdit, LargeEditOutcome};
pub use media::{KnownSequence, MediaScan, ScanOutcome, ScanSource, add_media, add_sequence};
#[cfg(feature = "desktop")]
pub use object_picture::{ObjectPainter, ObjectPictureRequest};
pub use open::{OpenMode, Project, folder_project_path};
pub use relocate::{CopyJob, recover};
pub use schema::{read_label_file, schema_edits};
pub use seeing::{Seen, Sight};
pub use transfer::{
    ConvertOutcome, ConvertRequest, ExportJob, ExportOutcome, ExportRequest, ImportJob, ImportOutcome,
    ImportRequest, QUERY_HELP, Query, Selected, convert, format_named,
};
pub use undo::UndoOutcome;

#[cfg(test)]
mod tests;
