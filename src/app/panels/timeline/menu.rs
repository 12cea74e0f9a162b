//! The menu of what is under the pointer: the commands that fit it, with their keys.

use eframe::egui::{self, Response, Ui};

use super::Scene;
use crate::app::commands::{CommandId, command};
use crate::app::panels::menu_bar::entry_ui;
use crate::app::request::{Request, Requests};
use crate::app::review::CommentRequest;
use crate::app::timeline::{MenuPlace, TimelineRequest};
use crate::app::wording::thousands;
use crate::tools::timeline::{NoteId, TimelineTarget, timecode};

/// Commands in groups.
type Groups = &'static [&'static [CommandId]];

const RULER: Groups = &[
    &["markers.toggle", "markers.name"],
    &["video.range_start", "video.range_end", "video.whole_range", "video.loop"],
];
const TRACK: Groups = &[
    &["track.keyframe", "track.outside", "edit.occluded", "track.delete_keyframe"],
    &["track.split", "track.merge", "track.swap", "track.extend", "track.extend_to_end"],
    &["review.accept", "review.return", "review.reopen"],
    &["timeline.zoom_to_selection", "edit.delete"],
];
const KEYFRAME: Groups = &[
    &["track.outside", "edit.occluded", "timeline.delete_keyframes"],
    &["timeline.earlier", "timeline.later"],
    &["track.split", "track.merge", "track.swap", "track.extend_to_end"],
    &["timeline.zoom_to_selection", "edit.delete"],
];
const SPAN: Groups = &[
    &["spans.start_here", "spans.end_here", "timeline.earlier", "timeline.later"],
    &["track.split", "track.merge"],
    &["review.accept", "review.return", "review.reopen"],
    &["timeline.zoom_to_selection", "edit.delete"],
];
const TIER: Groups = &[&["spans.mark", "spans.event", "spans.give_up"]];
const VIEW: Groups =
    &[&["timeline.fit", "timeline.zoom_in", "timeline.zoom_out", "timeline.pictures", "timeline.sound"]];

/// Draws the menu while it is open.
pub fn menu_ui(response: &Response, scene: &Scene, requests: &mut Requests) {
    response.context_menu(|ui| {
        ui.set_min_width(200.0);
        let Some(place) = &scene.state.view.timeline.menu else { return ui.close() };
        match &place.target {
            TimelineTarget::Note(note) => note_ui(ui, scene, *note, requests),
            TimelineTarget::Ruler => {
                groups_ui(ui, scene, RULER, requests);
                ui.separator();
                groups_ui(ui, scene, VIEW, requests);
            }
            TimelineTarget::Keyframe(..) => groups_ui(ui, scene, KEYFRAME, requests),
            TimelineTarget::Track(_) | TimelineTarget::TrackRow(_) | TimelineTarget::StretchEnd(..) => {
                go_ui(ui, scene, place, requests);
                groups_ui(ui, scene, TRACK, requests);
            }
            TimelineTarget::Span(_) | TimelineTarget::SpanEdge(..) => {
                go_ui(ui, scene, place, requests);
                groups_ui(ui, scene, SPAN, requests);
            }
            TimelineTarget::TierRow(_) => {
                go_ui(ui, scene, place, requests);
                groups_ui(ui, scene, TIER, requests);
            }
            TimelineTarget::Section(_) | TimelineTarget::Background => groups_ui(ui, scene, VIEW, requests),
        }
    });
}

/// The commands below work on the frame on screen, which need not be the one under the pointer.
fn go_ui(ui: &mut Ui, scene: &Scene, place: &MenuPlace, requests: &mut Requests) {
    let time = timecode(scene.facts.seconds(place.frame), 2);
    let text = format!("Go to frame {} ({time})", thousands(place.frame));
    if ui.add_enabled(place.frame != scene.ctx.playhead, egui::Button::new(text)).clicked() {
        requests.push(Request::GoToFrame(place.frame));
        ui.close();
    }
    ui.separator();
}

fn note_ui(ui: &mut Ui, scene: &Scene, note: NoteId, requests: &mut Requests) {
    let can_edit = scene.ctx.can_edit;
    let mut item = |ui: &mut Ui, text: &str, request: Request| {
        if ui.add_enabled(can_edit, egui::Button::new(text)).clicked() {
            requests.push(request);
            ui.close();
        }
    };
    match note {
        NoteId::Marker(id) => {
            item(ui, "Name marker…", Request::Timeline(TimelineRequest::Naming(Some(id))));
            item(ui, "Remove marker", Request::Run("timeline.delete_marker"));
        }
        NoteId::Comment(id) => item(ui, "Settle comment", Request::Comment(CommentRequest::Settle(id, true))),
    }
}

fn groups_ui(ui: &mut Ui, scene: &Scene, groups: Groups, requests: &mut Requests) {
    let mut is_first = true;
    for group in groups {
        let commands: Vec<_> = group.iter().copied().filter_map(command).collect();
        // In a low window a menu has room for what can be done, and for little else.
        if !commands.iter().any(|command| (command.is_enabled)(scene.state)) {
            continue;
        }
        if !std::mem::take(&mut is_first) {
            ui.separator();
        }
        commands.into_iter().for_each(|command| entry_ui(ui, command, scene.state, requests));
    }
}
