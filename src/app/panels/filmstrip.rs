//! The pictures of the list beside each other, below the canvas.

use eframe::egui::{
    Align, FontId, Id, Rect, RichText, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2,
};

use super::list_keys::{Walkable, list_stop};
use super::picture::{picture_ui, spoken, tooltip_ui};
use super::row::{REMARK_SIZE, icon_at, status_look, take_left, text_in};
use super::virtual_list::{Direction, VirtualList};
use crate::app::listing::position_of;
use crate::app::request::{Request, Requests};
use crate::app::state::AppState;
use crate::app::theme::{RADIUS, Tokens};
use crate::app::view::Filter;
use crate::app::widgets::labelled_button;
use crate::app::wording::thousands;
use crate::model::AssetId;
use crate::project::Project;
use crate::store::AssetRow;

const CELL_WIDTH: f32 = 96.0;
const CELL_HEIGHT: f32 = 84.0;
const GAP: f32 = 4.0;
const CAPTION_HEIGHT: f32 = 20.0;

/// What the strip remembers between frames.
#[derive(Clone, Copy, Default)]
struct Memory {
    /// The picture on the canvas and where it was.
    current: Option<(AssetId, usize)>,
}

/// Draws the strip.
pub fn filmstrip_ui(ui: &mut Ui, state: &AppState, requests: &mut Requests) {
    let Some(project) = &state.project else { return };
    ui.set_height(CELL_HEIGHT + ui.spacing().scroll.allocated_width());
    if state.view.listing.is_empty() {
        return empty_ui(ui, state, project, requests);
    }
    let id = Id::unique("filmstrip");
    let mut memory = ui.data(|data| data.get_temp::<Memory>(id)).unwrap_or_default();
    let (current, has_changed) = memory.follow(state);
    ui.data_mut(|data| data.insert_temp(id, memory));
    keyboard_ui(ui, state, current, requests);
    // The wheel goes along the strip.
    ui.style_mut().always_scroll_the_only_direction = true;
    let list = VirtualList {
        area: ScrollArea::horizontal().id_salt(id).auto_shrink([false, false]),
        direction: Direction::Right,
        step: CELL_WIDTH + GAP,
        num_rows: state.view.listing.len(),
        reveal: current.filter(|_| has_changed).map(|index| (index, Some(Align::Center))),
    };
    list.show(ui, |ui, index, rect| {
        let Some(row) = project.assets().get(state.view.listing[index]) else { return };
        let cell = Rect::from_min_size(rect.min, vec2(CELL_WIDTH, CELL_HEIGHT));
        if cell_ui(ui, cell, row, index, current == Some(index), state, project) {
            requests.push(Request::ShowAsset(row.asset.id));
        }
    });
}

impl Memory {
    /// Where the picture on the canvas stands, and whether it was another one, or elsewhere, in the last frame.
    fn follow(&mut self, state: &AppState) -> (Option<usize>, bool) {
        let before = self.current;
        self.current = state.view.asset.and_then(|id| {
            let hint = before.map_or(0, |(_, index)| index);
            position_of(&state.view.listing, id, hint).map(|index| (id, index))
        });
        (self.current.map(|(_, index)| index), self.current != before)
    }
}

fn keyboard_ui(ui: &Ui, state: &AppState, current: Option<usize>, requests: &mut Requests) {
    let listing = &state.view.listing;
    let place = ui.available_rect_before_wrap();
    let position = current.map_or_else(|| "none".to_owned(), |index| thousands(index + 1));
    let name = format!("Filmstrip, picture {position} of {}. Arrows go on.", thousands(listing.len()));
    if !list_stop(ui, Id::unique("filmstrip-keys"), place, &name) {
        return;
    }
    let num_lines_per_page = (place.width() / (CELL_WIDTH + GAP)) as usize;
    let walkable = Walkable { num: listing.len(), num_columns: 1, num_lines_per_page };
    if let Some(walk) = ui.input_mut(|input| walkable.walk(input, current)) {
        requests.push(Request::ShowAsset(listing[walk.to]));
    }
}

/// Draws one picture and returns whether it was clicked.
fn cell_ui(
    ui: &Ui,
    rect: Rect,
    row: &AssetRow,
    index: usize,
    is_current: bool,
    state: &AppState,
    project: &Project,
) -> bool {
    let tokens = Tokens::of(ui);
    let is_missing = state.work.missing.contains(&row.asset.id);
    let response = ui.interact(rect, Id::unique(("filmstrip-cell", row.asset.id)), Sense::CLICK);
    response.widget_info(|| {
        WidgetInfo::selected(Role::ListBoxOption, ui.is_enabled(), is_current, spoken(row, is_missing))
    });
    let fill = match (is_current, response.contains_pointer()) {
        (true, _) => tokens.accent_soft,
        (false, true) => tokens.hovered,
        (false, false) => tokens.raised,
    };
    ui.painter().rect_filled(rect, RADIUS, fill);
    if is_current {
        ui.painter().rect_stroke(rect, RADIUS, Stroke::new(2.0, tokens.accent), StrokeKind::Inside);
    }
    let picture = Rect::from_min_max(rect.min + vec2(4.0, 4.0), rect.max - vec2(4.0, CAPTION_HEIGHT));
    let failure = picture_ui(ui, picture, row.asset.id, is_missing, state, project);
    let mut caption = rect.with_min_y(rect.bottom() - CAPTION_HEIGHT).shrink2(vec2(6.0, 0.0));
    let (icon, color, _) = status_look(row.asset.status, &tokens);
    icon_at(ui, take_left(&mut caption, 16.0).left_center() + vec2(6.0, 0.0), icon, 13.0, color);
    let small = FontId::proportional(REMARK_SIZE);
    let number = thousands(index + 1);
    text_in(ui, caption, &number, small.clone(), tokens.text_weak, Align::Min);
    if row.num_objects > 0 {
        let count = thousands(row.num_objects as usize);
        let place = caption.with_min_x(caption.center().x);
        text_in(ui, place, &count, small, tokens.text, Align::Max);
    }
    let is_clicked = response.clicked();
    response.on_hover_ui(|ui| tooltip_ui(ui, row, is_missing, failure.as_deref()));
    is_clicked
}

/// Why there is nothing to see. What to do about a project without pictures, the canvas says.
fn empty_ui(ui: &mut Ui, state: &AppState, project: &Project, requests: &mut Requests) {
    let is_filtered = !project.assets().is_empty() && !state.view.filter.is_empty();
    ui.horizontal_centered(|ui| {
        let text = if is_filtered {
            "No picture fits the filter."
        } else {
            "Pictures stand here once there are some."
        };
        ui.label(RichText::new(text).color(Tokens::of(ui).text_weak));
        if is_filtered && labelled_button(ui, "x", "Clear the filter").clicked() {
            requests.push(Request::SetFilter(Filter::default()));
        }
    });
}
