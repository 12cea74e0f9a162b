//! Going through videos, playing them, and what is drawn on them.

use std::ops::RangeInclusive;

use eframe::egui::{DragValue, Ui};

use crate::app::dialogs::controls::{choice_ui, section_ui, switch_ui, weak_ui};
use crate::app::settings::Settings;
use crate::edit::NewOnVideo;

/// Draws the page.
pub fn video_ui(ui: &mut Ui, settings: &mut Settings) {
    section_ui(ui, "Going through a video");
    frames_ui(ui, "Frames of a long step", &mut settings.frame_step, 2..=10_000);
    weak_ui(ui, "How far “Long step forward” and “Long step back” go.");

    section_ui(ui, "Playing");
    switch_ui(
        ui,
        &mut settings.loops,
        "Begin anew at the end",
        "Also where only a part is played. The timeline has a button for it, too.",
    );
    switch_ui(
        ui,
        &mut settings.returns_after_playing,
        "Go back to where playing began",
        "When it is stopped or comes to its end, the frame from which it was started is on screen again.",
    );
    switch_ui(ui, &mut settings.sound, "Sound", "Is heard while a video plays at its usual speed.");
    switch_ui(
        ui,
        &mut settings.show_waveform,
        "Show the sound on the timeline",
        "How loud the video is, to find speech and bangs by the eye.",
    );

    section_ui(ui, "What is drawn on a video");
    let choices = [
        (NewOnVideo::Track, "Is a track, and there from its frame on"),
        (NewOnVideo::SingleFrame, "Is there on its frame only"),
    ];
    choice_ui(ui, "What is drawn on a video", &mut settings.new_on_video, &choices);
    ui.add_space(4.0);
    frames_ui(ui, "Frames to hold objects for", &mut settings.hold_frames, 1..=10_000);
    weak_ui(ui, "On how many more frames “Hold for the next frames” leaves objects as they are.");

    section_ui(ui, "Decoding");
    switch_ui(
        ui,
        &mut settings.hardware_decoding,
        "Decode large videos in hardware",
        "Where the graphics card gives the very same frames as the processor; else the processor decodes.",
    );
    weak_ui(ui, "How much memory decoded frames may take is under “Memory and storage”.");
}

fn frames_ui(ui: &mut Ui, name: &str, number: &mut u32, range: RangeInclusive<u32>) {
    ui.horizontal(|ui| {
        let label = ui.label(name);
        let field = DragValue::new(number).range(range).speed(0.2);
        ui.add(field).labelled_by(label.id).accessible_name(name);
    });
}
