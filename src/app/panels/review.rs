//! The bar of a review, above the canvas: how far it is, which object is looked at, and what is said of it.

use eframe::egui::{self, Key, RichText, TextEdit, Ui, vec2};

use super::object_list::remembered;
use crate::app::request::{Request, Requests};
use crate::app::state::AppState;
use crate::app::theme::{self, Tokens};
use crate::app::widgets::{icon_button, labelled_button, primary_button};
use crate::app::wording::thousands;
use crate::edit::{ReviewProgress, Revision};
use crate::model::{CommentId, Object, ReviewState};

/// Draws the bar.
pub fn review_ui(ui: &mut Ui, state: &mut AppState, requests: &mut Requests) {
    let frame = egui::Frame::side_top_panel(ui.style()).inner_margin(egui::Margin::symmetric(12, 6));
    egui::Panel::top("review").frame(frame).show(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            ui.set_min_height(theme::ROW_HEIGHT);
            progress_ui(ui, state);
            ui.separator();
            object_ui(ui, state);
            verdict_ui(ui, state, requests);
            if icon_button(ui, "caret-left", "Previous object to review").clicked() {
                requests.run("review.previous");
            }
            if icon_button(ui, "caret-right", "Next object to review").clicked() {
                requests.run("review.next");
            }
            if icon_button(ui, "x", "End the review (F3)").clicked() {
                requests.run("review.mode");
            }
        });
        comments_ui(ui, state, requests);
    });
}

/// Counted once after each edit.
fn progress_of(ui: &Ui, state: &AppState) -> Option<ReviewProgress> {
    let objects = state.document()?.alive();
    let revision = objects.revision();
    let is_right = |(of, _): &(Revision, ReviewProgress)| *of == revision;
    let id = egui::Id::unique("review-progress");
    Some(remembered(ui, id, is_right, || (revision, ReviewProgress::of(objects))).1)
}

/// A bar of two colours, and the numbers in words.
fn progress_ui(ui: &mut Ui, state: &AppState) {
    let tokens = Tokens::of(ui);
    let progress = progress_of(ui, state).unwrap_or_default();
    let (rect, _) = ui.allocate_exact_size(vec2(90.0, 6.0), egui::Sense::hover());
    ui.painter().rect_filled(rect, 3.0, tokens.pressed);
    let share = |num: usize| rect.width() * num as f32 / progress.num_objects.max(1) as f32;
    let accepted = rect.with_max_x(rect.left() + share(progress.num_accepted));
    let returned =
        rect.with_min_x(accepted.right()).with_max_x(accepted.right() + share(progress.num_returned));
    ui.painter().rect_filled(accepted, 3.0, tokens.success);
    ui.painter().rect_filled(returned, 3.0, tokens.warning);
    let text = format!(
        "{} of {} accepted, {} returned",
        thousands(progress.num_accepted),
        thousands(progress.num_objects),
        thousands(progress.num_returned)
    );
    ui.label(text);
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
    ui.label(theme::heading(label.map_or("No label", |label| &label.name)));
    let (icon, color, text) = match object.review {
        ReviewState::Open => ("circle-dashed", tokens.text_weak, "Not reviewed"),
        ReviewState::Accepted => ("check-circle", tokens.success, "Accepted"),
        ReviewState::Returned => ("arrow-u-up-left", tokens.warning, "Returned"),
    };
    ui.label(theme::icon_text(icon).color(color)).on_hover_text(text);
}

fn verdict_ui(ui: &mut Ui, state: &mut AppState, requests: &mut Requests) {
    let can_say = state.can_edit() && !state.view.selection.is_empty();
    ui.add_enabled_ui(can_say, |ui| {
        if primary_button(ui, "check-circle", "Accept (Y)").clicked() {
            requests.run("review.accept");
        }
        let field = TextEdit::singleline(&mut state.view.review.comment)
            .id(egui::Id::unique("review-comment"))
            .hint_text("Why it goes back")
            .desired_width(160.0)
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
            ui.label(theme::icon_text("warning-circle").color(tokens.warning));
            ui.add(egui::Label::new(&text).wrap());
            if let Some(frame) = frame
                && ui.link(format!("frame {}", thousands(frame))).clicked()
            {
                requests.push(Request::GoToFrame(frame));
            }
            if labelled_button(ui, "check", "Settled").clicked() {
                requests.push(Request::SettleComment(id));
            }
        });
    }
}
