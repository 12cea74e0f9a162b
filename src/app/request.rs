//! What panels, dialogs and the canvas ask for. They never write: they push requests, which are carried out
//! once the frame is drawn.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::commands::CommandId;
use super::settings::Settings;
use super::view::{Filter, SortOrder};
use crate::edit::Edit;
use crate::formats::{FrameOptions, Splits};
use crate::model::{AssetId, AssetStatus, LabelId, ObjectId, ReviewState};
use crate::render::{Camera, Display};
use crate::tools::{Input, Selection};

/// One thing to do.
pub enum Request {
    /// Run a command.
    Run(CommandId),
    /// Open a project, a folder or a picture.
    Open(PathBuf),
    /// Take files and folders into the project, or open them where none is open.
    Drop(Vec<PathBuf>),
    /// Show a picture on the canvas.
    ShowAsset(AssetId),
    /// Show a frame of the video on the canvas, counted from 0. What plays stops.
    GoToFrame(u32),
    /// Play so fast, from now on.
    SetSpeed(f64),
    /// Commit edits.
    Commit {
        /// What the person did.
        title: String,
        /// The edits.
        edits: Vec<Edit>,
    },
    /// Commit edits of objects as they are over time, whichever frame is on screen.
    CommitOverTime {
        /// What the person did.
        title: String,
        /// The edits.
        edits: Vec<Edit>,
    },
    /// Say something of the selected objects, with the comment that was written.
    Review(ReviewState),
    /// Do something about comments.
    Comment(super::review::CommentRequest),
    /// Do something on the timeline.
    Timeline(super::timeline::TimelineRequest),
    /// Give an input to the tool.
    ToolInput(Input),
    /// Move the pointer that the keyboard has, or press its button.
    PointerKey(super::canvas::PointerKey),
    /// The mouse is used again: the keyboard's pointer goes.
    EndKeyboardPointer,
    /// Select objects.
    Select(Selection),
    /// Point at an object in a list.
    Hover(Option<ObjectId>),
    /// Bring an object into view.
    Reveal(ObjectId),
    /// Choose the label of new objects; give it to the selected ones, too.
    ChooseLabel(Option<LabelId>),
    /// Show or hide the objects of a label.
    ToggleLabel(LabelId),
    /// List other assets.
    SetFilter(Filter),
    /// Sort the assets.
    SetSort(SortOrder),
    /// Choose assets in the gallery.
    Mark(std::collections::BTreeSet<AssetId>),
    /// Set how far a person got with assets.
    SetStatus(Vec<AssetId>, AssetStatus),
    /// Look elsewhere.
    SetCamera(Camera),
    /// Make the brush larger by a factor.
    ResizeBrush(f64),
    /// Show the picture with other brightness, contrast or gamma.
    SetDisplay(Display),
    /// Show other values of the picture as black and white.
    SetLevels(super::levels::Levels),
    /// The pointer is here on the picture, pixels.
    SetPointer(Option<crate::geometry::Point>),
    /// Choose other settings.
    SetSettings(Box<Settings>),
    /// Tell the person something.
    Notify(super::messages::Tone, String),
    /// Forget a message, or all.
    DismissMessage(Option<u64>),
    /// Import labels from a file.
    Import {
        /// The id of the format.
        format: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The folder of the pictures, where it is not the project's.
        images: Option<PathBuf>,
    },
    /// Export labels into a folder or file.
    Export {
        /// The id of the format.
        format: &'static str,
        /// Where to.
        path: PathBuf,
        /// Whether the pictures are copied along.
        with_media: bool,
        /// The assets to export; all when empty.
        assets: Vec<AssetId>,
        /// Which picture goes to which part of the dataset.
        splits: Splits,
        /// Which frames of videos become pictures, where the format holds pictures.
        frames: FrameOptions,
        /// The format's own settings by id; the rest have their defaults.
        settings: BTreeMap<String, String>,
        /// Only find out what would be lost.
        only_preflight: bool,
    },
    /// Ask for a file or folder with the system's dialog.
    Pick(super::work::PickPurpose),
    /// Show a folder, or the folder of a file, in the system's file manager.
    ShowFolder(PathBuf),
    /// Call off the task that the person sees the progress of.
    CancelTask,
}

/// The requests of a frame.
#[derive(Default)]
pub struct Requests(Vec<Request>);

impl Requests {
    /// Asks for something.
    pub fn push(&mut self, request: Request) {
        self.0.push(request);
    }

    /// Asks for a command.
    pub fn run(&mut self, id: CommandId) {
        self.push(Request::Run(id));
    }

    /// Whether nothing was asked for.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes everything that was asked for.
    pub fn take(&mut self) -> Vec<Request> {
        std::mem::take(&mut self.0)
    }
}
