//! The bar of a review, above the canvas: how far it is, what is looked at, and what is said of it.

use eframe::egui::{self, Align, Color32, Key, Layout, RichText, TextEdit, Ui, vec2};

use super::object_list::remembered;
use crate::app::request::{Request, Requests};
use crate::app::review::{CommentRequest, Walk};
use crate::app::state::AppState;
use crate::app::theme::{self, Tokens};
use crate::app::widgets::{icon_button, icon_toggle, labelled_button, primary_button};
use crate::app::wording::{count_of, thousands};
use crate::edit::{ReviewProgress, Revision};
use crate::model::{CommentId, Object, ReviewState};

/// From this width on, everything stands in one line.
const WIDE_BAR: f32 = 880.0;
/// What the buttons behind the name of a label take, with a short field.
const ROOM_FOR_VERDICT: f32 = 330.0;
/// What the last of them takes.
const ROOM_FOR_RETURN: f32 = 130.0;
/// A label is cut to this at most.
const ROOM_FOR_NAME: f32 = 60.0;

/// Draws the bar.
pub fn review_ui(ui: &mut Ui, state: &mut AppState, requests: &mut Requests) {
    let frame = egui::Frame::side_top_panel(ui.style()).inner_margin(egui::Margin::symmetric(12, 6));
    egui::Panel::top("review").frame(frame).show(ui, |ui| {
        let progress = progress_of(ui, state).unwrap_or_default();
        let is_wide = ui.available_width() >= WIDE_BAR;
        ui.horizontal(|ui| {
            ui.set_min_height(theme::ROW_HEIGHT);
            if state.has_frames() {
                walk_ui(ui, state, requests);
            }
            progress_ui(ui, &progress, is_wide);
            if is_wide {
                ui.separator();
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                steps_ui(ui, requests);
                if is_wide {
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        subject_ui(ui, state, &progress, requests);
                        verdict_ui(ui, state, requests);
                    });
                }
            });
        });
        if !is_wide {
            ui.horizontal(|ui| {
                subject_ui(ui, state, &progress, requests);
                verdict_ui(ui, state, requests);
            });
        }
        if !(state.settings.show_side_panel && state.view.comments.is_shown) {
            comments_ui(ui, state, requests);
        }
    });
}

/// What is looked at, or what to do where everything is reviewed.
fn subject_ui(ui: &mut Ui, state: &AppState, progress: &ReviewProgress, requests: &mut Requests) {
    match state.review_walk() {
        _ if progress.num_open() == 0 => done_ui(ui, state, progress.num_all, requests),
        Walk::Objects => object_ui(ui, state),
        Walk::Frames => frame_ui(ui, state),
    }
}

/// Back and forth, and out; from the right.
fn steps_ui(ui: &mut Ui, requests: &mut Requests) {
    for (icon, name, command) in [
        ("x", "End the review (F3)", "review.mode"),
        ("caret-right", "Next to review", "review.next"),
        ("caret-left", "Previous to review", "review.previous"),
    ] {
        if icon_button(ui, icon, name).clicked() {
            requests.run(command);
        }
    }
}

/// Whether objects or frames are gone through.
fn walk_ui(ui: &mut Ui, state: &AppState, requests: &mut Requests) {
    let walks = [
        (Walk::Objects, "bounding-box", "Review objects", "review.objects"),
        (Walk::Frames, "film-strip", "Review frames", "review.frames"),
    ];
    for (walk, icon, name, command) in walks {
        if icon_toggle(ui, icon, name, state.review_walk() == walk).clicked() {
            requests.run(command);
        }
    }
}

/// Objects are counted once after each edit.
fn progress_of(ui: &Ui, state: &AppState) -> Option<ReviewProgress> {
    if state.review_walk() == Walk::Frames {
        return state.review_progress();
    }
    let revision = state.document()?.revision();
    let is_right = |(known, _): &(Revision, Option<ReviewProgress>)| *known == revision;
    let id = egui::Id::unique("review-progress");
    remembered(ui, id, is_right, || (revision, state.review_progress())).1
}

/// A bar of two colours, and the numbers; in words, where there is room.
fn progress_ui(ui: &mut Ui, progress: &ReviewProgress, is_wide: bool) {
    let tokens = Tokens::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(90.0, 6.0), egui::Sense::hover());
    ui.painter().rect_filled(rect, 3.0, tokens.pressed);
    let share = |num: usize| rect.width() * num as f32 / progress.num_all.max(1) as f32;
    let num_right = progress.num_accepted + progress.num_corrected;
    let right = rect.with_max_x(rect.left() + share(num_right));
    let returned = rect.with_min_x(right.right()).with_max_x(right.right() + share(progress.num_returned));
    ui.painter().rect_filled(right, 3.0, tokens.success);
    ui.painter().rect_filled(returned, 3.0, tokens.warning);
    let corrected = match progress.num_corrected {
        0 => String::new(),
        num => format!("{} corrected, ", thousands(num)),
    };
    let text = format!(
        "{} of {} accepted, {corrected}{} returned",
        thousands(progress.num_accepted),
        thousands(progress.num_all),
        thousands(progress.num_returned)
    );
    match is_wide {
        true => ui.label(text),
        false => {
            let num = progress.num_all - progress.num_open();
            ui.label(format!("{} of {}", thousands(num), thousands(progress.num_all))).on_hover_text(text)
        }
    };
}

/// What to do where everything is reviewed.
fn done_ui(ui: &mut Ui, state: &AppState, num_all: usize, requests: &mut Requests) {
    let tokens = Tokens::of(ui);
    let (icon, text) = match (num_all, state.review_walk()) {
        (0, _) => ("circle-dashed", "Nothing is to be reviewed here"),
        (_, Walk::Objects) => ("checks", "Every object is reviewed"),
        (_, Walk::Frames) => ("checks", "Every frame is reviewed"),
    };
    let color = if num_all == 0 { tokens.text_weak } else { tokens.success };
    ui.label(theme::icon_text(icon).color(color));
    ui.label(text);
    if primary_button(ui, "arrow-right", "On to the next").clicked() {
        requests.run("review.next");
    }
}

/// The icon, the colour and the words of what was said.
fn verdict_look(tokens: &Tokens, review: ReviewState) -> (&'static str, Color32, &'static str) {
    match review {
        ReviewState::Open => ("circle-dashed", tokens.text_weak, "Not reviewed"),
        ReviewState::Accepted => ("check-circle", tokens.success, "Accepted"),
        ReviewState::Corrected => ("pencil-simple", tokens.success, "Corrected"),
        ReviewState::Returned => ("arrow-u-up-left", tokens.warning, "Returned"),
    }
}

/// Which frames are looked at, and what was said of the one on screen.
fn frame_ui(ui: &mut Ui, state: &AppState) {
    let frames = state.frames_to_review();
    let text = match frames.len() {
        1 => format!("Frame {}", thousands(frames.start)),
        num => format!("{} from {}", count_of(num, "frame"), thousands(frames.start)),
    };
    ui.label(theme::heading(&text));
    let review = state.document().map(|document| document.notes().review_at(state.view.frame));
    let (icon, color, text) = verdict_look(&Tokens::of(ui), review.unwrap_or_default());
    ui.label(theme::icon_text(icon).color(color)).on_hover_text(text);
}

/// Which object is looked at, and what was said of it.
fn object_ui(ui: &mut Ui, state: &AppState) {
    let tokens = Tokens::of(ui);
    let mut selected = state.selected();
    let (Some(object), None) = (selected.next(), selected.next()) else {
        let num = state.view.selection.len();
        let text =
            if num == 0 { "Select an object".to_owned() } else { format!("{} selected", thousands(num)) };
        ui.label(RichText::new(text).color(tokens.text_weak));
        return;
    };
    let schema = state.project.as_ref().map(|project| project.schema());
    let label = schema.zip(object.label).and_then(|(schema, label)| schema.label(label));
    if let Some(label) = label {
        crate::app::widgets::swatch(ui, label.color);
    }
    let name = theme::heading(label.map_or("No label", |label| &label.name));
    ui.scope(|ui| {
        ui.set_max_width((ui.available_width() - ROOM_FOR_VERDICT).max(ROOM_FOR_NAME));
        ui.add(egui::Label::new(name).truncate());
    });
    let (icon, color, text) = verdict_look(&tokens, object.review);
    ui.label(theme::icon_text(icon).color(color)).on_hover_text(text);
}

fn verdict_ui(ui: &mut Ui, state: &mut AppState, requests: &mut Requests) {
    let of_frames = state.review_walk() == Walk::Frames;
    let can_say = state.can_edit() && (of_frames || !state.view.selection.is_empty());
    ui.add_enabled_ui(can_say, |ui| {
        if primary_button(ui, "check-circle", "Accept (Y)").clicked() {
            requests.run("review.accept");
        }
        if of_frames && icon_button(ui, "checks", "Accept up to this frame (Shift+Y)").clicked() {
            requests.run("review.accept_up_to_here");
        }
        let field = TextEdit::singleline(&mut state.view.review.comment)
            .id(egui::Id::unique("review-comment"))
            .hint_text("Why it goes back")
            .desired_width((ui.available_width() - ROOM_FOR_RETURN).clamp(40.0, 220.0))
            .margin(egui::Margin::symmetric(8, 5));
        let response = ui.add(field).accessible_name("Why it goes back");
        if std::mem::take(&mut state.view.review.wants_field) {
            response.request_focus();
        }
        let is_entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if labelled_button(ui, "arrow-u-up-left", "Return (N)").clicked() || is_entered {
            requests.push(Request::Review(ReviewState::Returned));
        }
    });
}

/// What was written about the object and is not settled.
fn comments_ui(ui: &mut Ui, state: &AppState, requests: &mut Requests) {
    let Some(document) = state.document() else { return };
    let selected = state.view.selection.single().and_then(|id| document.object(id));
    let of = |object: &Object| -> Vec<(CommentId, String, Option<u32>)> {
        let open = document.notes().open_comments().filter(|(_, comment)| comment.object == Some(object.id));
        open.map(|(id, comment)| (id, comment.text.clone(), comment.frame)).collect()
    };
    let tokens = Tokens::of(ui);
    for (id, text, frame) in selected.map(of).unwrap_or_default() {
        ui.horizontal(|ui| {
            ui.label(theme::icon_text("chat-circle-text").color(tokens.warning));
            ui.add(egui::Label::new(&text).wrap());
            if let Some(frame) = frame
                && ui.link(format!("frame {}", thousands(frame))).clicked()
            {
                requests.push(Request::GoToFrame(frame));
            }
            if labelled_button(ui, "check", "Settled").clicked() {
                requests.push(Request::Comment(CommentRequest::Settle(id, true)));
            }
        });
    }
}
