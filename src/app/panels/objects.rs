//! The objects of the picture, from the front to the back.

use std::sync::Arc;

use eframe::egui::{self, Align, Id, Key, Layout, Modifiers, RichText, ScrollArea, Ui};

use super::choices::search_ui;
use super::list_keys::{Walkable, list_stop, take_key};
use super::object_list::{Found, ObjectList};
use super::object_row::{ObjectRow, RowTime};
use super::side::comments_switch_ui;

use super::virtual_list::{Direction, VirtualList};
use crate::app::request::{Request, Requests};
use crate::app::state::AppState;
use crate::app::theme::{self, ROW_HEIGHT, Tokens};
use crate::app::widgets::{empty_state, icon_toggle};
use crate::app::wording::thousands;
use crate::edit::Objects;
use crate::model::{AssetId, ObjectId};
use crate::project::Project;
use crate::tools::Selection;

/// A search field is of use from this many objects on.
const MIN_OBJECTS_TO_SEARCH: usize = 9;

/// Draws the panel.
pub fn objects_ui(ui: &mut Ui, state: &AppState, requests: &mut Requests) {
    let (Some(project), Some(asset)) = (&state.project, state.view.asset) else { return };
    let objects = if lists_all(ui, state) {
        state.document().map(|document| document.alive())
    } else {
        state.objects()
    };
    let list = objects.and_then(|objects| ObjectList::of(ui, state, objects));
    let Some((list, objects)) = list.zip(objects) else {
        heading_ui(ui, state, None, requests);
        ui.label(RichText::new("Loading…").color(Tokens::of(ui).text_weak));
        return;
    };
    heading_ui(ui, state, Some(list.ids.len()), requests);
    if list.ids.is_empty() {
        ScrollArea::vertical().show(ui, |ui| empty_ui(ui, state));
        return;
    }
    let search = if list.ids.len() >= MIN_OBJECTS_TO_SEARCH { search_field_ui(ui) } else { String::new() };
    let listed = list.matching(ui, objects, &search);
    if listed.ids.is_empty() {
        let text = format!("No object here has “{}” in its label, kind or remark.", search.trim());
        ui.add(egui::Label::new(RichText::new(text).color(Tokens::of(ui).text_weak)).wrap());
        return;
    }
    let panel = ObjectsPanel { state, project, objects, asset, list, listed };
    panel.show(ui, requests);
}

/// Where it is kept whether all objects of a video are listed, and not only those on its frame.
fn lists_all_id() -> Id {
    Id::unique("objects-list-all")
}

fn lists_all(ui: &Ui, state: &AppState) -> bool {
    state.is_video() && ui.data(|data| data.get_temp(lists_all_id())).unwrap_or(false)
}

fn heading_ui(ui: &mut Ui, state: &AppState, num_objects: Option<usize>, requests: &mut Requests) {
    ui.horizontal(|ui| {
        ui.set_min_height(ROW_HEIGHT);
        ui.label(theme::heading("Objects"));
        if state.is_video() {
            let lists_all = lists_all(ui, state);
            let name = if lists_all { "List those on this frame" } else { "List all of the video" };
            if icon_toggle(ui, "film-strip", name, lists_all).clicked() {
                ui.data_mut(|data| data.insert_temp(lists_all_id(), !lists_all));
            }
        }
        let num_selected = state.view.selection.len();
        let text = match num_objects {
            None | Some(0) => String::new(),
            Some(num_objects) if num_selected > 0 => {
                format!("{} of {} selected", thousands(num_selected), thousands(num_objects))
            }
            Some(num_objects) => thousands(num_objects),
        };
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            comments_switch_ui(ui, state, requests);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let text = RichText::new(text).color(Tokens::of(ui).text_weak);
                ui.add(egui::Label::new(text).truncate());
            });
        });
    });
}

/// Tells a newcomer how to draw the first object.
fn empty_ui(ui: &mut Ui, state: &AppState) {
    let next_step = if !state.project.as_ref().is_some_and(Project::is_writable) {
        "This project can only be looked at.".to_owned()
    } else {
        let key = |tool| match state.keys_text(tool) {
            keys if keys.is_empty() => String::new(),
            keys => format!(" ({keys})"),
        };
        format!("Choose the box{} or the polygon{} and draw on the picture.", key("box"), key("polygon"))
    };
    let is_elsewhere = state.document().is_some_and(|document| document.num_objects() > 0);
    let title = if is_elsewhere { "Nothing is on this frame" } else { "Nothing is drawn yet" };
    empty_state(ui, "bounding-box", title, &next_step);
}

fn search_field_ui(ui: &mut Ui) -> String {
    let id = Id::unique("object-search");
    let mut text = ui.data(|data| data.get_temp::<String>(id)).unwrap_or_default();
    search_ui(ui, id.with("field"), &mut text, "Search objects", f32::INFINITY);
    ui.data_mut(|data| data.insert_temp(id, text.clone()));
    text
}

/// What the list remembers between frames.
#[derive(Clone, Copy, Default)]
struct Memory {
    /// The object that a range begins at.
    anchor: Option<ObjectId>,
    /// The one selected object that the list has brought into sight.
    revealed: Option<ObjectId>,
}

struct ObjectsPanel<'a> {
    state: &'a AppState,
    project: &'a Project,
    objects: &'a Objects,
    asset: AssetId,
    list: Arc<ObjectList>,
    listed: Arc<Found>,
}

impl ObjectsPanel<'_> {
    fn show(&self, ui: &mut Ui, requests: &mut Requests) {
        let id = Id::unique("objects");
        let mut memory = ui.data(|data| data.get_temp::<Memory>(id)).unwrap_or_default();
        let (has_keyboard, walked_to) = self.keyboard_ui(ui, &mut memory, requests);
        // What was selected elsewhere is brought into sight once; after that, the list scrolls freely.
        let selected = self.state.view.selection.single();
        let reveal = walked_to
            .or_else(|| selected.filter(|_| selected != memory.revealed).and_then(|id| self.row_of(id)));
        memory.revealed = selected;
        let list = VirtualList {
            area: ScrollArea::vertical().id_salt("objects").auto_shrink([false, false]),
            direction: Direction::Down,
            step: ROW_HEIGHT,
            num_rows: self.listed.ids.len(),
            reveal: reveal.map(|row| (row, None)),
        };
        let mut hovered = None;
        let is_writable = self.project.is_writable();
        list.show(ui, |ui, row, rect| {
            let Some(object) = self.objects.object(self.listed.ids[row]) else { return };
            let line = ObjectRow {
                object,
                label: object.label.and_then(|label| self.project.schema().label(label)),
                asset: self.asset,
                is_selected: self.state.view.selection.contains(object.id),
                is_hovered_elsewhere: self.state.view.hovered == Some(object.id),
                is_of_hidden_label: object.label.is_some_and(|l| self.state.view.hidden_labels.contains(&l)),
                has_cursor: has_keyboard && selected == Some(object.id),
                has_conflict: self.list.conflicts.contains(&object.id),
                is_writable,
                time: self.time_of(object.id),
            };
            let response = line.show(ui, rect, requests);
            if response.contains_pointer() {
                hovered = Some(object.id);
            }
            if response.double_clicked() {
                requests.push(Request::Reveal(object.id));
            } else if response.clicked() {
                let modifiers = ui.input(|input| input.modifiers);
                self.pick(row, modifiers, &mut memory, requests);
            }
        });
        if hovered != self.state.view.hovered {
            requests.push(Request::Hover(hovered));
        }
        ui.data_mut(|data| data.insert_temp(id, memory));
    }

    /// How a track is on the frame on screen.
    fn time_of(&self, id: ObjectId) -> Option<RowTime<'_>> {
        let object = self.state.document().filter(|_| self.state.is_video())?.object(id)?;
        object.as_track().map(|_| RowTime { object, frame: self.state.view.frame })
    }

    fn row_of(&self, id: ObjectId) -> Option<usize> {
        self.listed.ids.iter().position(|listed| *listed == id)
    }

    /// Selects as a click on a row does: alone, with Ctrl as well or no longer, with Shift all up to it.
    fn pick(&self, row: usize, modifiers: Modifiers, memory: &mut Memory, requests: &mut Requests) {
        let id = self.listed.ids[row];
        let mut selection = self.state.view.selection.clone();
        if modifiers.shift {
            let anchor = memory.anchor.and_then(|anchor| self.row_of(anchor)).unwrap_or(row);
            let range = &self.listed.ids[anchor.min(row)..=anchor.max(row)];
            if modifiers.command {
                selection.extend(range.iter().copied());
            } else {
                selection = range.iter().copied().collect();
            }
        } else {
            memory.anchor = Some(id);
            if modifiers.command {
                selection.toggle(id);
            } else {
                selection = Selection::of(id);
            }
        }
        requests.push(Request::Select(selection));
    }

    /// The list's keys: arrows select, Enter shows the object on the canvas. Returns whether the list has the
    /// keyboard, and the row that was gone to.
    fn keyboard_ui(&self, ui: &Ui, memory: &mut Memory, requests: &mut Requests) -> (bool, Option<usize>) {
        let place = ui.available_rect_before_wrap();
        let last = self.state.view.selection.iter().last();
        let name =
            format!("Objects, {}. Arrows select, Enter shows the selected one.", self.listed.ids.len());
        if !list_stop(ui, Id::unique("object-list"), place, &name) {
            return (false, None);
        }
        if take_key(ui, Key::Enter)
            && let Some(last) = last
        {
            requests.push(Request::Reveal(last));
        }
        let walkable = Walkable {
            num: self.listed.ids.len(),
            num_columns: 1,
            num_lines_per_page: (place.height() / ROW_HEIGHT) as usize,
        };
        let cursor = last.and_then(|last| self.row_of(last));
        let Some(walk) = ui.input_mut(|input| walkable.walk(input, cursor)) else { return (true, None) };
        let modifiers = if walk.extends { Modifiers::SHIFT } else { Modifiers::NONE };
        self.pick(walk.to, modifiers, memory, requests);
        (true, Some(walk.to))
    }
}
