//! What is on screen: page, picture, camera, tool, selection, filter, open dialog.

use std::collections::{BTreeMap, BTreeSet};

use super::canvas::KeyboardPointer;
use super::dialogs::Dialog;
use super::levels::Levels;
use super::review::{Comments, Review};
use super::timeline::Timeline;
use crate::edit::{Clipboard, FrameView};
use crate::geometry::Point;
use crate::model::{AssetId, AssetStatus, LabelId, ObjectId};
use crate::pixels::Size;
use crate::render::{Camera, Display};
use crate::tools::{HitIndex, Selection, Toolbox};

/// What fills the middle of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Page {
    /// One picture.
    #[default]
    Canvas,
    /// All pictures.
    Gallery,
}

/// What was said about assets in a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewFilter {
    /// Nothing yet of some object.
    Open,
    /// Some object, or some frame, went back to its author.
    Returned,
    /// Something was written that is not settled.
    Commented,
}

/// What of a [`Filter`] is looked for in the project file, in the background.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Search {
    /// Assets with an object of this label.
    pub label: Option<LabelId>,
    /// Assets of which this was said.
    pub review: Option<ReviewFilter>,
}

/// Which assets are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Part of the path, in any case.
    pub text: String,
    /// Only assets of this status.
    pub status: Option<AssetStatus>,
    /// Only assets with an object of this label.
    pub label: Option<LabelId>,
    /// Only assets with (`true`) or without (`false`) any object.
    pub has_objects: Option<bool>,
    /// Only assets of which this was said in a review.
    pub review: Option<ReviewFilter>,
}

impl Filter {
    /// Whether it lists everything.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What is looked for in the project file, where something is.
    pub fn search(&self) -> Option<Search> {
        let search = Search { label: self.label, review: self.review };
        (search.label.is_some() || search.review.is_some()).then_some(search)
    }
}

/// How the list of assets is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortOrder {
    /// By path, numbers as numbers.
    #[default]
    Path,
    /// Most objects first.
    MostObjects,
    /// Fewest objects first.
    FewestObjects,
    /// Largest picture first.
    LargestPicture,
}

/// What is on screen.
pub struct View {
    /// What fills the middle.
    pub page: Page,
    /// The picture on the canvas.
    pub asset: Option<AssetId>,
    /// The frame of the video that is on screen, counted from 0; 0 for a picture.
    pub frame: u32,
    /// Where the canvas looks.
    pub camera: Camera,
    /// Whether the camera shows the whole picture, also when the canvas gets another size; until the person looks
    /// elsewhere.
    pub is_fitted: bool,
    /// The size of the canvas, physical pixels, as it was drawn last.
    pub viewport: Size,
    /// The top left of the canvas in the window, points.
    pub canvas_origin: eframe::egui::Pos2,
    /// The tool.
    pub toolbox: Toolbox,
    /// The drawing tool that was chosen last.
    pub last_tool: &'static str,
    /// The selected objects.
    pub selection: Selection,
    /// The object under the pointer in a list.
    pub hovered: Option<ObjectId>,
    /// The objects of a video as they are on the frame that is shown.
    pub on_frame: Option<FrameView>,
    /// Where the timeline of the video looks.
    pub timeline: Timeline,
    /// Spans that were begun and not ended: video and label, and the frame on which each was begun.
    pub begun_spans: BTreeMap<(AssetId, LabelId), u32>,
    /// The review that is under way.
    pub review: Review,
    /// How comments are looked at.
    pub comments: Comments,
    /// The objects on the canvas by place.
    pub hits: HitIndex,
    /// The label of new objects.
    pub label: Option<LabelId>,
    /// Labels whose objects are not shown.
    pub hidden_labels: BTreeSet<LabelId>,
    /// Whether objects are shown at all.
    pub show_objects: bool,
    /// Which assets are listed.
    pub filter: Filter,
    /// How they are sorted.
    pub sort: SortOrder,
    /// The assets listed, in order.
    pub listing: Vec<AssetId>,
    /// Assets chosen in the gallery for work on many at once.
    pub marked: BTreeSet<AssetId>,
    /// Brightness, contrast and gamma.
    pub display: Display,
    /// Which values are black and white.
    pub levels: Levels,
    /// Where the pointer is on the picture, pixels.
    pub pointer: Option<Point>,
    /// The pointer that the keyboard moves, while it is there.
    pub keyboard_pointer: Option<KeyboardPointer>,
    /// The dialog that is open.
    pub dialog: Option<Dialog>,
    /// Objects that were copied.
    pub clipboard: Clipboard,
    /// Whether the list of messages is open.
    pub shows_messages: bool,
    /// Whether the keyboard is to go to the panels in the next frame.
    pub wants_panel_focus: bool,
    /// Whether the keyboard is to go to the field for a frame or a time in the next frame.
    pub wants_frame_field: bool,
}

impl Default for View {
    fn default() -> Self {
        Self {
            page: Page::Canvas,
            asset: None,
            frame: 0,
            camera: Camera::new(Point::ORIGIN, 1.0, Size::new(1, 1)),
            is_fitted: true,
            viewport: Size::new(1, 1),
            canvas_origin: eframe::egui::Pos2::ZERO,
            toolbox: Toolbox::default(),
            last_tool: "box",
            selection: Selection::default(),
            hovered: None,
            on_frame: None,
            timeline: Timeline::default(),
            begun_spans: BTreeMap::new(),
            review: Review::default(),
            comments: Comments::default(),
            hits: HitIndex::default(),
            label: None,
            hidden_labels: BTreeSet::new(),
            show_objects: true,
            filter: Filter::default(),
            sort: SortOrder::default(),
            listing: Vec::new(),
            marked: BTreeSet::new(),
            display: Display::default(),
            levels: Levels::default(),
            pointer: None,
            keyboard_pointer: None,
            dialog: None,
            clipboard: Clipboard::default(),
            shows_messages: false,
            wants_panel_focus: false,
            wants_frame_field: false,
        }
    }
}

impl View {
    /// Where the picture on the canvas stands in the listing.
    pub fn position(&self) -> Option<usize> {
        let asset = self.asset?;
        self.listing.iter().position(|id| *id == asset)
    }
}
