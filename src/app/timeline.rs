//! The timeline of the video on the canvas: what is kept of it between frames, and what its gestures lead to.
//!
//! What lies where and what the pointer means is in [`crate::tools::timeline`]; this hands it the state of the window
//! and carries out what it answers.

use super::messages::Tone;
use super::state::AppState;
use crate::edit::{NotesChange, Revision};
use crate::model::{AssetId, Color, Marker, MarkerId, VideoFacts};
use crate::tools::Input;
use crate::tools::timeline::{
    Arrangement, Axis, KeyframeSelection, Lanes, NOTES_HEIGHT, NoteId, NotesLane, PICTURES_HEIGHT,
    ROW_HEIGHT, RULER_HEIGHT, RulerUnit, SOUND_HEIGHT, TimelineContext, TimelineResponse, TimelineTarget,
    TimelineTool,
};

/// The strip of pictures gives way where it would leave fewer rows than these.
const MIN_ROWS_BELOW_PICTURES: f64 = 4.0;

/// What stands between the ruler and the rows, from top to bottom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Markers, comments and reviews of frames.
    pub has_notes: bool,
    /// Pictures of frames.
    pub has_pictures: bool,
    /// How loud the video is.
    pub has_sound: bool,
}

impl Head {
    /// The top of the pictures, points from the top of the ruler.
    pub fn pictures_y(self) -> f64 {
        RULER_HEIGHT + if self.has_notes { NOTES_HEIGHT } else { 0.0 }
    }

    /// The top of the sound.
    pub fn sound_y(self) -> f64 {
        self.pictures_y() + if self.has_pictures { PICTURES_HEIGHT } else { 0.0 }
    }

    /// The top of the rows.
    pub fn rows_y(self) -> f64 {
        self.sound_y() + if self.has_sound { SOUND_HEIGHT } else { 0.0 }
    }
}

/// What a menu of the timeline opened for.
#[derive(Clone, Debug)]
pub struct MenuPlace {
    /// What was under the pointer.
    pub target: TimelineTarget,
    /// The frame that it was on.
    pub frame: u32,
}

/// The timeline of a video.
pub struct Timeline {
    /// The video that it is of.
    asset: Option<AssetId>,
    /// Its rows. Up to date at the beginning of each frame.
    pub lanes: Lanes,
    /// Where frames lie.
    pub axis: Axis,
    /// What stands above the rows.
    pub head: Head,
    /// How far the rows are scrolled, points.
    pub scroll_y: f64,
    /// The height of the panel, its ruler included, points.
    height: f64,
    /// How the person wants the rows.
    pub arrangement: Arrangement,
    /// The selected keyframes; each is one of a selected track.
    pub keyframes: KeyframeSelection,
    /// The states of the objects and of the selection that these were looked through for.
    kept_for: Option<(Revision, u64)>,
    /// Markers, comments and reviews of frames. Up to date at the beginning of each frame.
    pub notes: NotesLane,
    /// The state of the notes that this is of.
    notes_of: Option<Revision>,
    /// The chosen note.
    pub note: Option<NoteId>,
    /// The marker that is being given a name.
    pub naming: Option<MarkerId>,
    /// What the menu of the timeline is for.
    pub menu: Option<MenuPlace>,
    /// In what the ruler counts.
    pub unit: RulerUnit,
    /// What the pointer is doing.
    pub tool: TimelineTool,
    /// The frame and the selection that were brought into sight last.
    shown: (u32, u64),
}

impl Default for Timeline {
    fn default() -> Self {
        Self {
            asset: None,
            lanes: Lanes::default(),
            axis: Axis::whole(1, 1.0),
            head: Head::default(),
            scroll_y: 0.0,
            height: 0.0,
            arrangement: Arrangement::default(),
            keyframes: KeyframeSelection::new(),
            kept_for: None,
            notes: NotesLane::default(),
            notes_of: None,
            note: None,
            naming: None,
            menu: None,
            unit: RulerUnit::default(),
            tool: TimelineTool::default(),
            shown: (0, 0),
        }
    }
}

/// What the panel asks for.
pub enum TimelineRequest {
    /// The hands did something; positions are points from the top left of the ruler.
    Input(Input),
    /// The ruler and the rows have this size now, points.
    Resize {
        /// Their width.
        width: f64,
        /// Their height.
        height: f64,
    },
    /// Frames are to be so many times as wide, and what is at `x` stays there.
    Zoom {
        /// A place, points.
        x: f64,
        /// How many times.
        factor: f64,
    },
    /// Everything goes to the right by so many points.
    Pan(f64),
    /// The rows go up by so many points.
    Scroll(f64),
    /// Other rows are to be shown, or in another order.
    Arrange(Arrangement),
    /// The ruler is to count in something else.
    SetUnit(RulerUnit),
    /// A marker is to have this text and colour; naming it is over.
    NameMarker(MarkerId, String, Color),
    /// A marker is to be named, or none any more.
    Naming(Option<MarkerId>),
}

impl Timeline {
    /// The height of the rows in sight, points.
    fn rows_height(&self) -> f64 {
        (self.height - self.head.rows_y()).max(0.0)
    }

    fn scroll_to(&mut self, y: f64) {
        self.scroll_y = y.clamp(0.0, (self.lanes.height() - self.rows_height()).max(0.0));
    }

    /// Leaves the notes that are gone, and the chosen marker where something else is selected.
    fn keep_notes(&mut self) {
        let is_there = |note: NoteId| self.notes.marks.iter().any(|mark| mark.id == note);
        self.note = self.note.filter(|note| is_there(*note));
        self.naming = self.naming.filter(|marker| is_there(NoteId::Marker(*marker)));
    }

    /// Makes room for what stands above the rows.
    fn arrange_head(&mut self, has_sound: bool, wants_pictures: bool) {
        let head = Head { has_notes: !self.notes.is_empty(), has_pictures: wants_pictures, has_sound };
        let has_room = self.height - head.rows_y() >= MIN_ROWS_BELOW_PICTURES * ROW_HEIGHT;
        self.head = Head { has_pictures: wants_pictures && has_room, ..head };
    }

    /// Scrolls a stretch of rows into sight, as little as it must.
    fn reveal_rows(&mut self, top: f64, height: f64) {
        let bottom = top + height - self.rows_height();
        let y = self.scroll_y.max(bottom).min(top);
        self.scroll_to(y);
    }
}

impl AppState {
    /// What is known of the video on the canvas; `None` of a picture.
    pub fn video_facts(&self) -> Option<&VideoFacts> {
        let row = self.project.as_ref()?.assets().get(self.view.asset?)?;
        row.asset.video.as_ref()
    }

    /// Whether the sound of the video on the canvas has a place on the timeline.
    pub fn shows_sound(&self) -> bool {
        self.settings.show_waveform && self.video_facts().is_some_and(|facts| facts.has_sound)
    }

    /// What the timeline's tool sees; `None` while no video is on the canvas, or it is not loaded.
    pub fn timeline_context(&self) -> Option<TimelineContext<'_>> {
        let project = self.project.as_ref()?;
        let timeline = &self.view.timeline;
        timeline.asset?;
        Some(TimelineContext {
            objects: self.document()?.alive(),
            lanes: &timeline.lanes,
            folded_tiers: &timeline.arrangement.folded_tiers,
            axis: &timeline.axis,
            rows_y: timeline.head.rows_y(),
            scroll_y: timeline.scroll_y,
            playhead: self.view.frame,
            notes: self.document()?.notes(),
            note_marks: &timeline.notes,
            note: timeline.note,
            range: self.videos.range().map(|range| (range.start, range.end)),
            selection: &self.view.selection,
            keyframes: &timeline.keyframes,
            label: self.view.label,
            author: project.actor(),
            can_edit: project.is_writable() && !self.is_holding_edits(),
        })
    }

    /// Takes over what changed since the last frame.
    pub(super) fn update_timeline(&mut self) {
        let num_frames = self.video_facts().map(|facts| facts.num_frames);
        let has_sound = self.shows_sound();
        let wants_pictures = self.settings.show_frame_pictures && self.has_frames();
        let timeline = &mut self.view.timeline;
        let document = self.project.as_ref().zip(self.view.asset).and_then(|(p, asset)| p.document(asset));
        let (Some(num_frames), Some(document), Some(project)) = (num_frames, document, &self.project) else {
            timeline.asset = None;
            return;
        };
        if timeline.asset != Some(document.asset()) {
            timeline.asset = Some(document.asset());
            timeline.axis = Axis::whole(num_frames, timeline.axis.width());
            timeline.lanes = Lanes::default();
            timeline.keyframes.clear();
            timeline.tool.cancel();
            timeline.scroll_y = 0.0;
            (timeline.note, timeline.naming, timeline.menu) = (None, None, None);
        }
        let selection = &self.view.selection;
        let asset = document.asset();
        let begun = self.view.begun_spans.keys().filter(|(of, _)| *of == asset).map(|(_, label)| *label);
        let labels = begun.chain(self.view.label).collect();
        let about = (selection, &labels);
        let objects = document.alive();
        timeline.lanes.follow(objects, project.schema(), num_frames, &timeline.arrangement, about);
        let notes_of = Some(document.notes_revision());
        if timeline.notes_of != notes_of {
            timeline.notes = NotesLane::new(document.notes(), num_frames);
            timeline.notes_of = notes_of;
        }
        timeline.keep_notes();
        timeline.arrange_head(has_sound, wants_pictures);
        let lanes = &timeline.lanes;
        // There may be very many of them, so they are looked through where something has changed.
        let kept_for = Some((document.revision(), selection.revision()));
        if std::mem::replace(&mut timeline.kept_for, kept_for) != kept_for {
            timeline.keyframes.retain(|(object, frame)| {
                let lane = lanes.track(*object).filter(|_| selection.contains(*object));
                lane.is_some_and(|lane| lane.lane.keyframe(*frame).is_some())
            });
        }
        let shown = (self.view.frame, selection.revision());
        let before = std::mem::replace(&mut timeline.shown, shown);
        if before.0 != shown.0 && timeline.tool.is_idle() {
            timeline.axis = timeline.axis.revealing(shown.0);
        }
        if before.1 != shown.1 && !selection.is_empty() && matches!(timeline.note, Some(NoteId::Marker(_))) {
            timeline.note = None;
        }
        if before.1 != shown.1
            && let Some(row) = selection.iter().last().and_then(|object| timeline.lanes.row_of(object))
        {
            let (top, height) = (row.y, row.height);
            timeline.reveal_rows(top, height);
        }
        timeline.scroll_to(timeline.scroll_y);
    }

    /// Gives a marker another text and colour, where they are others.
    fn name_marker(&mut self, id: MarkerId, text: String, color: Color) {
        self.view.timeline.naming = None;
        let (Some(asset), Some(document)) = (self.view.asset, self.document()) else { return };
        let Some(before) = document.notes().markers.get(&id) else { return };
        let marker = Marker { text: text.trim().to_owned(), color, ..before.clone() };
        if marker != *before {
            let change = NotesChange::Marker(id, Some(marker));
            self.commit("Change marker".to_owned(), vec![change.edit(asset)]);
        }
    }

    /// Does what the panel asks for.
    pub(super) fn timeline_request(&mut self, request: TimelineRequest) {
        let timeline = &mut self.view.timeline;
        match request {
            TimelineRequest::Input(input) => return self.timeline_input(&input),
            TimelineRequest::Resize { width, height } => {
                timeline.axis = timeline.axis.with_width(width);
                timeline.height = height;
            }
            TimelineRequest::Zoom { x, factor } => timeline.axis = timeline.axis.zoomed_about(x, factor),
            TimelineRequest::Pan(points) => timeline.axis = timeline.axis.panned_by(points),
            TimelineRequest::Scroll(points) => timeline.scroll_to(timeline.scroll_y + points),
            TimelineRequest::Arrange(arrangement) => timeline.arrangement = arrangement,
            TimelineRequest::SetUnit(unit) => timeline.unit = unit,
            TimelineRequest::Naming(marker) => timeline.naming = marker,
            TimelineRequest::NameMarker(marker, text, color) => self.name_marker(marker, text, color),
        }
        self.update_timeline();
    }

    /// Gives an input to the timeline's tool and does what it wants done.
    fn timeline_input(&mut self, input: &Input) {
        self.update_timeline();
        // Taken out, since its context borrows everything else.
        let mut tool = std::mem::take(&mut self.view.timeline.tool);
        let response = self.timeline_context().map(|context| tool.handle(input, &context));
        self.view.timeline.tool = tool;
        if let Some(response) = response {
            self.take_timeline_response(response);
            self.update_timeline();
        }
    }

    /// Does what the timeline's tool wants done.
    pub(super) fn take_timeline_response(&mut self, response: TimelineResponse) {
        let TimelineResponse {
            gesture,
            selection,
            keyframes,
            note,
            name,
            menu,
            seek,
            range,
            axis,
            scroll_by,
            notice,
            ..
        } = response;
        if let Some(gesture) = gesture {
            self.commit(gesture.title, gesture.edits);
        }
        if let Some(selection) = selection {
            self.view.selection = selection;
        }
        let timeline = &mut self.view.timeline;
        if let Some(keyframes) = keyframes {
            timeline.keyframes = keyframes;
        }
        if let Some(note) = note {
            timeline.note = note;
        }
        if name.is_some() {
            timeline.naming = name;
        }
        if let Some((target, frame)) = menu {
            timeline.menu = Some(MenuPlace { target, frame });
        }
        if let Some(axis) = axis {
            timeline.axis = axis;
        }
        if scroll_by != 0.0 {
            timeline.scroll_to(timeline.scroll_y + scroll_by);
        }
        if let Some(notice) = notice {
            self.messages.add(Tone::Info, notice);
        }
        if let Some(range) = range {
            self.set_play_range(Some(range));
        }
        if let Some(frame) = seek {
            self.go_to_frame(frame);
        }
    }
}
