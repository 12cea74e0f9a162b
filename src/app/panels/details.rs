//! Everything about the selected objects.

use std::hash::Hash;

use eframe::egui::{self, Align, Checkbox, DragValue, Id, Layout, RichText, ScrollArea, TextEdit, Ui, vec2};

use super::attributes::attribute_ui;
use super::choices::label_choice_ui;
use super::draft::draft_ui;
use super::geometry_fields::geometry_ui;
use super::object_row::kind_icon;

use super::selection_summary::{Common, Summary};
use crate::app::commands::command;
use crate::app::request::{Request, Requests};
use crate::app::state::AppState;
use crate::app::theme::{self, ROW_HEIGHT, Tokens};
use crate::app::widgets::{check_box, icon_button, icon_toggle, labelled_button};
use crate::app::wording::count_of;
use crate::edit::{Edit, ObjectChange, shape_at, tracks};
use crate::model::{AssetId, Attribute, AttributeId, Flag, Object, ObjectId, Provenance, Shape, Track};
use crate::project::Project;

/// What is done to an attribute of a track over time, seen from a frame.
type OverTime = fn(AssetId, &Object, AttributeId, u32) -> Vec<Edit>;

/// The width of the names at the left, points.
const NAME_WIDTH: f32 = 80.0;

/// Draws the panel.
pub fn details_ui(ui: &mut Ui, state: &AppState, requests: &mut Requests) {
    let (Some(project), Some(asset)) = (&state.project, state.view.asset) else { return };
    let Some(known) = Summary::of(ui, state) else { return };
    let Some(summary) = known.summary() else {
        // Of a large selection it takes some frames.
        heading_of_many_ui(ui, state.view.selection.len());
        return;
    };
    heading_ui(ui, summary);
    ScrollArea::vertical().id_salt("details").auto_shrink([false, false]).show(ui, |ui| {
        let mut details = Details { state, project, asset, summary, requests };
        ui.add_enabled_ui(state.can_edit(), |ui| details.show(ui));
    });
}

fn heading_ui(ui: &mut Ui, summary: &Summary) {
    let tokens = Tokens::of(ui);
    ui.horizontal(|ui| {
        ui.set_min_height(ROW_HEIGHT);
        match &summary.single {
            Some(object) => {
                ui.label(theme::icon_text(kind_icon(object.kind())).color(tokens.text_weak));
                let name = object.kind().name();
                let (first, rest) = name.split_at(1);
                ui.label(theme::heading(&format!("{}{rest}", first.to_uppercase())));
            }
            None => heading_of_many_ui(ui, summary.ids.len()),
        }
        if summary.unlocked.is_empty() {
            ui.label(theme::icon_text("lock").color(tokens.warning))
                .on_hover_text("Locked: nothing can be changed");
        }
    });
}

fn heading_of_many_ui(ui: &mut Ui, num_objects: usize) {
    ui.horizontal(|ui| {
        ui.set_min_height(ROW_HEIGHT);
        ui.label(theme::icon_text("stack").color(Tokens::of(ui).text_weak));
        ui.label(theme::heading(&count_of(num_objects, "object")));
    });
}

/// The fields, and what they write to.
pub struct Details<'a> {
    /// What else there is to know.
    pub state: &'a AppState,
    /// The project.
    pub project: &'a Project,
    /// The picture that the objects are on.
    pub asset: AssetId,
    /// The objects.
    pub summary: &'a Summary,
    /// Where edits go.
    pub requests: &'a mut Requests,
}

impl Details<'_> {
    fn show(&mut self, ui: &mut Ui) {
        ui.spacing_mut().item_spacing.y = 4.0;
        let is_locked = self.summary.unlocked.is_empty();
        ui.add_enabled_ui(!is_locked, |ui| {
            self.label_ui(ui);
            self.track_ui(ui);
            self.attributes_ui(ui);
            if let Some(object) = &self.summary.single {
                geometry_ui(ui, self, object);
            }
        });
        // A lock must be there to be opened.
        self.flags_ui(ui);
        ui.add_enabled_ui(!is_locked, |ui| {
            self.comment_ui(ui);
            self.order_ui(ui);
            self.group_ui(ui);
        });
        self.origin_ui(ui);
    }

    /// Commits the same change of all objects; locked ones take only a change of a flag.
    pub fn change(&mut self, title: &str, change: &ObjectChange) {
        let is_flag = matches!(change, ObjectChange::Flag(..));
        let ids = if is_flag { &self.summary.ids } else { &self.summary.unlocked };
        let edits = ids.iter().map(|id| Edit::change(self.asset, *id, change)).collect();
        self.requests.push(Request::Commit { title: title.to_owned(), edits });
    }

    /// The id of a field about these objects.
    pub fn field_id(&self, field: impl Hash + std::fmt::Debug) -> Id {
        Id::unique(("details", self.summary.salt(), field))
    }

    fn label_ui(&mut self, ui: &mut Ui) {
        row_ui(ui, "Label", |ui| {
            let current = self.summary.label.same().copied();
            let shown = if current.is_some() { "No label" } else { "Mixed" };
            let (schema, width) = (self.project.schema(), ui.available_width());
            let chosen = label_choice_ui(ui, "Label", width, shown, "No label", schema, current);
            if let Some(label) = chosen {
                self.requests.push(Request::ChooseLabel(label));
            }
        });
    }

    /// The selected tracks, as they are over time.
    fn tracks(&self) -> impl Iterator<Item = &Track> {
        let document = self.state.document().filter(|_| self.state.is_video());
        let ids = document.map_or(&[][..], |_| &self.summary.ids);
        let object = move |id: &ObjectId| document?.object(*id);
        ids.iter().filter_map(object).filter_map(Object::as_track)
    }

    /// How tracks are on this frame, and what can be done about it.
    fn track_ui(&mut self, ui: &mut Ui) {
        let frame = self.state.view.frame;
        let Some(first) = self.tracks().next() else { return };
        let state_of = |track: &Track| match shape_at(track, frame) {
            None => "Out of sight",
            Some(at) if at.is_keyframe => "Keyframe",
            Some(_) => "Between keyframes",
        };
        let state = state_of(first);
        let text = if self.tracks().all(|track| state_of(track) == state) { state } else { "Mixed" };
        row_ui(ui, "Track", |ui| {
            for id in ["track.previous_keyframe", "track.keyframe", "track.next_keyframe", "track.outside"] {
                let Some(command) = command(id) else { continue };
                let is_on = command.is_on.is_some_and(|is_on| is_on(self.state));
                let button = |ui: &mut Ui| icon_toggle(ui, command.icon, command.name, is_on);
                if ui.add_enabled_ui((command.is_enabled)(self.state), button).inner.clicked() {
                    self.requests.run(command.id);
                }
            }
            let text = RichText::new(text).color(Tokens::of(ui).text_weak);
            // Where it does not fit beside the buttons, it goes below them as a whole.
            ui.add(egui::Label::new(text).extend());
        });
    }

    fn attributes_ui(&mut self, ui: &mut Ui) {
        let Some(label) = self.summary.label.same().copied().flatten() else { return };
        let project = self.project;
        let Some(label) = project.schema().label(label) else { return };
        for attribute in &label.attributes {
            row_ui(ui, &attribute.name, |ui| {
                let value = self.summary.attribute(attribute.id);
                let id = self.field_id(attribute.id);
                if attribute.mutable && self.tracks().next().is_some() {
                    self.over_time_ui(ui, attribute);
                }
                if let Some(value) = attribute_ui(ui, id, attribute, &value) {
                    let title = format!("Change {}", attribute.name);
                    self.change(&title, &ObjectChange::Attribute(attribute.id, value));
                }
            });
        }
    }

    /// Tells of an attribute that it may change over time, and whether it does on this frame; what can be done about it
    /// folds out.
    fn over_time_ui(&mut self, ui: &mut Ui, attribute: &Attribute) {
        let (frame, id) = (self.state.view.frame, attribute.id);
        let is_set_on = |track: &Track, is_meant: &dyn Fn(u32) -> bool| {
            track.attributes.iter().any(|(at, values)| is_meant(*at) && values.contains_key(&id))
        };
        let is_set = self.tracks().any(|track| is_set_on(track, &|at| at == frame));
        let changes_later = self.tracks().any(|track| is_set_on(track, &|at| at > frame));
        let changes = self.tracks().any(|track| is_set_on(track, &|_| true));
        let tokens = Tokens::of(ui);
        let color = if is_set { tokens.accent } else { tokens.text_weak };
        let text = match is_set {
            true => "Set on this frame: counts from here to the next change.",
            false => "What you enter counts from this frame to the next change.",
        };
        let name = format!("{} over time", attribute.name);
        let menu = ui.menu_button(theme::icon_text("diamond").color(color), |ui| {
            ui.label(RichText::new(text).small().color(tokens.text_weak));
            for (can, words, edit) in [
                (changes, "Same on all frames", tracks::same_on_all_frames as OverTime),
                (changes_later, "Same from here to the end", tracks::same_from_here_on),
                (is_set, "No change on this frame", tracks::unset_attribute),
            ] {
                if ui.add_enabled(can, egui::Button::new(words)).clicked() {
                    self.change_over_time(format!("{words}: {}", attribute.name), id, edit);
                }
            }
        });
        menu.response.on_hover_text(text).accessible_name(name);
    }

    /// Changes an attribute of all tracks over time.
    fn change_over_time(&mut self, title: String, id: AttributeId, edit: OverTime) {
        let (asset, frame) = (self.asset, self.state.view.frame);
        let document = self.state.document();
        let objects = self.summary.unlocked.iter().filter_map(|id| document?.object(*id));
        let edits = objects.flat_map(|object| edit(asset, object, id, frame)).collect();
        self.requests.push(Request::CommitOverTime { title, edits });
    }

    fn flags_ui(&mut self, ui: &mut Ui) {
        row_ui(ui, "Flags", |ui| {
            let width = ((ui.available_width() - 8.0) / 2.0).max(80.0);
            egui::Grid::new("flags").num_columns(2).min_col_width(width).spacing(vec2(8.0, 2.0)).show(
                ui,
                |ui| {
                    for (i, (flag, common)) in self.summary.flags.iter().enumerate() {
                        let mut is_set = common.same().copied().unwrap_or(false);
                        let (name, help) = flag_words(*flag);
                        let is_mixed = *common == Common::Mixed;
                        let switch = Checkbox::new(&mut is_set, name).indeterminate(is_mixed);
                        let response = check_box(ui, switch);
                        if response.on_hover_text(help).changed() {
                            // Of a mixed flag, the first click sets it on all.
                            self.change(name, &ObjectChange::Flag(*flag, is_set || is_mixed));
                        }
                        if i % 2 == 1 {
                            ui.end_row();
                        }
                    }
                },
            );
        });
    }

    fn comment_ui(&mut self, ui: &mut Ui) {
        row_ui(ui, "Remark", |ui| {
            let hint = if self.summary.comment == Common::Mixed { "Mixed" } else { "Add a remark" };
            let before = self.summary.comment.same().cloned().unwrap_or_default();
            let entered = draft_ui(ui, self.field_id("comment"), before, |ui, text| {
                let hint = RichText::new(hint).color(Tokens::of(ui).text_weak);
                let field = TextEdit::singleline(text).hint_text(hint).desired_width(f32::INFINITY);
                ui.add(field.id_salt("comment")).accessible_name("Remark")
            });
            if let Some(text) = entered {
                self.change("Change remark", &ObjectChange::Comment(text));
            }
        });
    }

    fn order_ui(&mut self, ui: &mut Ui) {
        row_ui(ui, "Order", |ui| {
            let z = self.summary.z.same().copied();
            let entered = draft_ui(ui, self.field_id("z"), z, |ui, entered| {
                let field = DragValue::from_get_set(|new| {
                    if let Some(new) = new {
                        *entered = Some(new as i64);
                    }
                    entered.map_or(0.0, |z| z as f64)
                });
                let field =
                    field.speed(0.1).max_decimals(0).update_while_editing(false).min_size(vec2(56.0, 26.0));
                let field =
                    if z.is_none() { field.custom_formatter(|_, _| "Mixed".to_owned()) } else { field };
                ui.name_inputs("Place in the order, larger is further in front", |ui| ui.add(field))
            });
            if let Some(z) = entered.flatten() {
                self.change("Change order", &ObjectChange::Z(z));
            }
            for (command, icon, name) in [
                ("edit.bring_forward", "arrow-up", "Bring to front"),
                ("edit.send_back", "arrow-down", "Send to back"),
            ] {
                if icon_button(ui, icon, name).clicked() {
                    self.requests.run(command);
                }
            }
        });
    }

    fn group_ui(&mut self, ui: &mut Ui) {
        let (has_group, is_many) = (self.summary.group != Common::Same(None), self.summary.ids.len() > 1);
        if !has_group && !is_many {
            return;
        }
        row_ui(ui, "Group", |ui| {
            let is_one_group = self.summary.group.same().is_some_and(Option::is_some);
            if is_many && !is_one_group && labelled_button(ui, "bounding-box", "Group").clicked() {
                self.requests.run("edit.group");
            }
            if has_group && labelled_button(ui, "squares-four", "Ungroup").clicked() {
                self.requests.run("edit.ungroup");
            }
        });
    }

    fn origin_ui(&self, ui: &mut Ui) {
        let who = match &self.summary.author {
            Common::Same(Some(author)) if *author == self.project.actor() => "you",
            Common::Same(Some(_)) => "somebody else",
            Common::Same(None) => "nobody known",
            Common::Mixed => "several people",
        };
        let text = match &self.summary.provenance {
            Common::Same(provenance) => format!("{}, by {who}", origin(provenance)),
            Common::Mixed => format!("Of several origins, by {who}"),
        };
        ui.add_space(4.0);
        let text = RichText::new(text).small().color(Tokens::of(ui).text_weak);
        ui.add(egui::Label::new(text).wrap());
    }

    /// Commits another shape of one object.
    pub fn change_shape(&mut self, title: &str, object: &Object, shape: Shape) {
        let edits = vec![Edit::change(self.asset, object.id, &ObjectChange::Shape(shape))];
        self.requests.push(Request::Commit { title: title.to_owned(), edits });
    }
}

/// A line: its name at the left, its fields at the right.
pub fn row_ui(ui: &mut Ui, name: &str, add: impl FnOnce(&mut Ui)) {
    ui.push_id(name, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            let size = vec2(NAME_WIDTH, ROW_HEIGHT);
            let layout = Layout::left_to_right(Align::Center);
            ui.allocate_ui_with_layout(size, layout, |ui| {
                ui.set_min_size(size);
                ui.set_max_width(size.x);
                let text = RichText::new(name).color(Tokens::of(ui).text_weak);
                ui.add(egui::Label::new(text).truncate());
            });
            ui.with_layout(Layout::left_to_right(Align::Center).with_main_wrap(true), add);
        });
    });
}

/// What people call a flag, and what it means.
fn flag_words(flag: Flag) -> (&'static str, &'static str) {
    match flag {
        Flag::Hidden => ("Hidden", "Not drawn."),
        Flag::Locked => ("Locked", "Protected from edits."),
        Flag::Occluded => ("Occluded", "Partly hidden by something else."),
        Flag::Truncated => ("Truncated", "Cut off by the picture's border."),
        Flag::Difficult => ("Difficult", "Hard to make out; evaluations may leave it out."),
        Flag::Crowd => ("Crowd", "Stands for many things that were not told apart."),
    }
}

/// How something came to be.
fn origin(provenance: &Provenance) -> String {
    match provenance {
        Provenance::Hand => "Drawn by hand".to_owned(),
        Provenance::Model { model, version, score } => {
            let name = [model.as_str(), version.as_str()].join(" ");
            format!("Proposed by {} at {:.0} %", name.trim(), score * 100.0)
        }
        Provenance::Import { format, score: Some(score), .. } => {
            format!("Imported from {format} at {:.0} %", score * 100.0)
        }
        Provenance::Import { format, .. } => format!("Imported from {format}"),
        Provenance::Interpolated => "Interpolated".to_owned(),
        Provenance::Consensus => "Merged from several people's work".to_owned(),
    }
}
