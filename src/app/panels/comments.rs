//! What was written about the picture or video: read, answered, settled, and gone to.

use eframe::egui::{self, Align, Id, Key, Layout, RichText, ScrollArea, Sense, TextEdit, Ui};

use super::side::comments_switch_ui;
use crate::app::request::{Request, Requests};
use crate::app::review::CommentRequest;
use crate::app::state::AppState;
use crate::app::theme::{self, ROW_HEIGHT, Tokens};
use crate::app::widgets::{empty_state, icon_button, icon_toggle, swatch};
use crate::app::wording::{ago, thousands};
use crate::model::{AssetNotes, Comment, CommentId, ReviewState};

/// Draws the panel. `wants_field` takes the keyboard to the field for a new comment.
pub fn comments_ui(ui: &mut Ui, state: &AppState, wants_field: bool, requests: &mut Requests) {
    let Some(document) = state.document() else { return };
    let notes = document.notes();
    heading_ui(ui, state, notes, requests);
    if state.can_edit() {
        new_ui(ui, state, wants_field, requests);
    }
    let threads: Vec<(CommentId, &Comment)> = listed(notes, state.view.comments.shows_settled);
    ScrollArea::vertical().id_salt("comments").auto_shrink([false, false]).show(ui, |ui| {
        if threads.is_empty() {
            let text = "What is written here is for whoever works on this next.";
            return empty_state(ui, "chat-circle-text", "No comments", text);
        }
        for (id, comment) in threads {
            ui.push_id(id, |ui| Thread { state, notes, id, comment }.show(ui, requests));
        }
    });
}

/// The comments that begin a thread, by frame and then by age; those that are settled only where they are wanted.
fn listed(notes: &AssetNotes, shows_settled: bool) -> Vec<(CommentId, &Comment)> {
    let is_listed = |(id, _): &(CommentId, &Comment)| shows_settled || !notes.resolved.contains(id);
    let mut threads: Vec<_> = notes.threads().filter(is_listed).collect();
    threads.sort_by_key(|(id, comment)| (comment.frame, *id));
    threads
}

fn heading_ui(ui: &mut Ui, state: &AppState, notes: &AssetNotes, requests: &mut Requests) {
    let shows_settled = state.view.comments.shows_settled;
    ui.horizontal(|ui| {
        ui.set_min_height(ROW_HEIGHT);
        ui.label(theme::heading("Comments"));
        let num_open = notes.open_comments().count();
        let text = format!("{} open", thousands(num_open));
        ui.label(RichText::new(text).color(Tokens::of(ui).text_weak));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            comments_switch_ui(ui, state, requests);
            let name = if shows_settled { "List open ones only" } else { "List settled ones, too" };
            if icon_toggle(ui, "checks", name, shows_settled).clicked() {
                requests.push(Request::Comment(CommentRequest::ShowSettled(!shows_settled)));
            }
        });
    });
}

/// The field for a new comment.
fn new_ui(ui: &mut Ui, state: &AppState, wants_field: bool, requests: &mut Requests) {
    let about = match (state.view.selection.single(), state.is_video()) {
        (Some(_), _) => "Comment on the selected object",
        (None, true) => "Comment on this frame",
        (None, false) => "Comment on this picture",
    };
    let id = Id::unique(("new-comment", state.view.asset, state.view.selection.single()));
    if let Some(text) = field_ui(ui, id, about, wants_field) {
        requests.push(Request::Comment(CommentRequest::Write(text)));
    }
    ui.add_space(4.0);
}

/// A field whose words are sent with Enter, and kept until then. The id is that of what they are about.
fn field_ui(ui: &mut Ui, id: Id, hint: &str, wants_keyboard: bool) -> Option<String> {
    let mut text = ui.data(|data| data.get_temp::<String>(id)).unwrap_or_default();
    let shown_hint = RichText::new(hint).color(Tokens::of(ui).text_weak);
    let field = TextEdit::singleline(&mut text).id(id.with("field")).hint_text(shown_hint);
    let field = field.desired_width(f32::INFINITY).margin(egui::Margin::symmetric(8, 5));
    let response = ui.add(field).accessible_name(hint);
    if wants_keyboard {
        response.request_focus();
    }
    let is_sent = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if is_sent && !text.trim().is_empty() {
        ui.data_mut(|data| data.remove::<String>(id));
        return Some(text);
    }
    if response.changed() {
        ui.data_mut(|data| data.insert_temp(id, text));
    }
    None
}

/// A comment with its answers.
struct Thread<'a> {
    state: &'a AppState,
    notes: &'a AssetNotes,
    id: CommentId,
    comment: &'a Comment,
}

impl Thread<'_> {
    fn show(&self, ui: &mut Ui, requests: &mut Requests) {
        let tokens = Tokens::of(ui);
        let is_at = self.state.view.comments.at == Some(self.id);
        let fill = if is_at { tokens.accent_soft } else { tokens.raised };
        let frame = egui::Frame::new().fill(fill).corner_radius(6.0).inner_margin(egui::Margin::same(8));
        frame.show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 4.0;
            self.about_ui(ui, requests);
            self.words_ui(ui, self.comment, requests);
            for (id, answer) in self.notes.answers_to(self.id) {
                ui.indent(id, |ui| {
                    self.byline_ui(ui, answer);
                    ui.add(egui::Label::new(&answer.text).wrap());
                });
            }
            if is_at && self.state.can_edit() {
                let id = Id::unique(("answer", self.id));
                if let Some(text) = field_ui(ui, id, "Answer", false) {
                    requests.push(Request::Comment(CommentRequest::Answer(self.id, text)));
                }
            }
        });
        ui.add_space(4.0);
    }

    /// What it is about, and what can be done with it.
    fn about_ui(&self, ui: &mut Ui, requests: &mut Requests) {
        let is_settled = self.notes.resolved.contains(&self.id);
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.add_enabled_ui(self.state.can_edit(), |ui| {
                    if icon_button(ui, "trash", "Delete comment").clicked() {
                        requests.push(Request::Comment(CommentRequest::Delete(self.id)));
                    }
                    let name = if is_settled { "Not settled" } else { "Settled" };
                    if icon_toggle(ui, "check", name, is_settled).clicked() {
                        requests.push(Request::Comment(CommentRequest::Settle(self.id, !is_settled)));
                    }
                });
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| self.subject_ui(ui));
            });
        });
        self.byline_ui(ui, self.comment);
    }

    fn subject_ui(&self, ui: &mut Ui) {
        let tokens = Tokens::of(ui);
        let object = self.comment.object.and_then(|id| self.state.document()?.object(id));
        let schema = self.state.project.as_ref().map(|project| project.schema());
        let label = object.and_then(|object| object.label).and_then(|label| schema?.label(label));
        if let Some(label) = label {
            swatch(ui, label.color);
        }
        if object.is_some_and(|object| object.review == ReviewState::Returned) {
            ui.label(theme::icon_text("arrow-u-up-left").color(tokens.warning)).on_hover_text("Returned");
        }
        let name = match (self.comment.object, object, label) {
            (_, _, Some(label)) => label.name.clone(),
            (_, Some(object), None) => object.kind().name().to_owned(),
            (Some(_), None, _) => "Deleted object".to_owned(),
            (None, ..) => match self.comment.frame {
                Some(frame) => format!("Frame {}", thousands(frame)),
                None => "Picture".to_owned(),
            },
        };
        ui.add(egui::Label::new(theme::heading(&name)).truncate());
    }

    /// The words; a press goes to what they are about.
    fn words_ui(&self, ui: &mut Ui, comment: &Comment, requests: &mut Requests) {
        let is_settled = self.notes.resolved.contains(&self.id);
        let tokens = Tokens::of(ui);
        let color = if is_settled { tokens.text_weak } else { tokens.text };
        let words = egui::Label::new(RichText::new(&comment.text).color(color)).wrap();
        let response =
            ui.add(words.selectable(false).sense(Sense::CLICK)).on_hover_text("Go there, and answer");
        let is_enabled = ui.is_enabled();
        response.widget_info(|| {
            egui::WidgetInfo::labeled(egui::Role::Button, is_enabled, format!("Comment: {}", comment.text))
        });
        if response.clicked() {
            requests.push(Request::Comment(CommentRequest::GoTo(self.id)));
        }
    }

    /// Who wrote it, when, and on which frame.
    fn byline_ui(&self, ui: &mut Ui, comment: &Comment) {
        let me = self.state.project.as_ref().map(|project| project.actor());
        let who = match comment.author {
            Some(author) if Some(author) == me => "You",
            Some(_) => "Somebody else",
            None => "Nobody known",
        };
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let secs = now.as_secs().saturating_sub(comment.at_ms / 1000);
        let frame = match (comment.object, comment.frame) {
            (Some(_), Some(frame)) => format!(", frame {}", thousands(frame)),
            _ => String::new(),
        };
        let text = format!("{who}, {}{frame}", ago(secs));
        ui.label(RichText::new(text).small().color(Tokens::of(ui).text_weak));
    }
}
