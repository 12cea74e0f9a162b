//! Which frames of videos become pictures, in formats that hold pictures.

use eframe::egui::{self, DragValue, Ui};

use super::choice::{ExportChoice, Pictures};
use crate::app::dialogs::controls::{choice_ui, section_ui, weak_ui};
use crate::app::state::AppState;
use crate::app::widgets::check_box;
use crate::formats::FrameChoice;
use crate::model::{AssetKind, VideoFacts};
use crate::store::AssetRow;

/// How far apart frames are when the person begins to choose: several in a second at the usual rates.
const USUAL_STEP: u32 = 10;

/// The videos among what is exported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Videos {
    /// How many there are.
    pub num: u64,
    /// The number of frames of the longest.
    pub num_frames: u32,
}

impl Videos {
    /// Looks through what is exported.
    pub fn of(state: &AppState, pictures: Pictures) -> Self {
        let Some(project) = &state.project else { return Self::default() };
        let assets = project.assets();
        let among = |ids: &mut dyn Iterator<Item = _>| Self::among(ids.filter_map(|id| assets.get(id)));
        match pictures {
            Pictures::All => Self::among(assets.rows().iter()),
            Pictures::Listed => among(&mut state.view.listing.iter().copied()),
            Pictures::Marked => among(&mut state.view.marked.iter().copied()),
        }
    }

    fn among<'a>(rows: impl Iterator<Item = &'a AssetRow>) -> Self {
        let videos = rows.filter(|row| row.asset.kind == AssetKind::Video);
        let num_frames = |facts: &Option<VideoFacts>| facts.as_ref().map_or(0, |facts| facts.num_frames);
        videos.fold(Self::default(), |all, row| Self {
            num: all.num + 1,
            num_frames: all.num_frames.max(num_frames(&row.asset.video)),
        })
    }
}

/// Draws the choice, where the export has videos and the format holds pictures.
pub fn frames_ui(ui: &mut Ui, choice: &mut ExportChoice, videos: Videos) {
    if videos.num == 0 || choice.format().holds() == AssetKind::Video {
        return;
    }
    section_ui(ui, "Which frames of videos");
    let which = &mut choice.frames.choice;
    // Every first frame is all of them: the row of buttons says so.
    let some = match *which {
        FrameChoice::Every(step) if step > 1 => FrameChoice::Every(step),
        FrameChoice::Every(_) | FrameChoice::WithObjects | FrameChoice::Keyframes => {
            FrameChoice::Every(USUAL_STEP)
        }
    };
    let choices = [
        (FrameChoice::WithObjects, "With objects"),
        (FrameChoice::Keyframes, "With keyframes"),
        (some, "At intervals"),
        (FrameChoice::Every(1), "All"),
    ];
    choice_ui(ui, "Frames", which, &choices);
    if let FrameChoice::Every(step @ 2..) = which {
        ui.horizontal(|ui| {
            ui.label("One in");
            ui.add(DragValue::new(step).range(2..=videos.num_frames.max(2)))
                .accessible_name("Frames from one to the next");
            ui.label("frames");
        });
    }
    range_ui(ui, &mut choice.frames.range, videos.num_frames);
    let which = match choice.frames.choice {
        FrameChoice::WithObjects => "Frames on which there is something.",
        FrameChoice::Keyframes => "Frames on which somebody set a keyframe in sight.",
        FrameChoice::Every(_) => "With or without objects.",
    };
    let files = if choice.with_media {
        "Each is written as a picture of its own."
    } else {
        "Each counts as a picture of its own; the files come with them only when pictures are copied along."
    };
    weak_ui(ui, format!("{which} {files}"));
}

/// Draws the part of the frames, half-open, as its first and its last frame.
fn range_ui(ui: &mut Ui, range: &mut Option<(u32, u32)>, num_frames: u32) {
    let end = num_frames.max(1);
    ui.horizontal(|ui| {
        let mut is_part = range.is_some();
        if check_box(ui, egui::Checkbox::new(&mut is_part, "Only a part of the frames")).changed() {
            *range = is_part.then_some((0, end));
        }
        let Some((first, after)) = range else { return };
        let mut last = after.saturating_sub(1);
        ui.label("from");
        ui.add(DragValue::new(first).range(0..=end - 1)).accessible_name("First frame");
        ui.label("to");
        ui.add(DragValue::new(&mut last).range(*first..=end - 1)).accessible_name("Last frame");
        *after = last + 1;
    });
}
