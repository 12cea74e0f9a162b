//! The pictures of the gallery: as many as fit beside each other, and only those in sight are laid out.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use eframe::egui::emath::GuiRounding as _;
use eframe::egui::{
    self, Align, Color32, FontId, Id, Key, Modifiers, Rect, Response, Role, ScrollArea, Sense, Stroke,
    StrokeKind, Ui, Vec2, WidgetInfo, vec2,
};

use super::list_keys::{Walkable, list_stop, take_key};
use super::picture::{picture_ui, spoken, tooltip_ui};
use super::row::{NAME_SIZE, REMARK_SIZE, icon_at, line_of, status_look, take_left, take_right, text_in};
use super::virtual_list::{Direction, VirtualList};
use crate::app::listing::position_of;
use crate::app::request::{Request, Requests};
use crate::app::state::AppState;
use crate::app::theme::{RADIUS, Tokens};
use crate::app::widgets::middle_cut;
use crate::app::wording::count_of;
use crate::model::AssetId;
use crate::project::Project;
use crate::store::AssetRow;

/// How wide a cell may be chosen to be, points. Cells are stretched a little to fill the line.
pub const CELL_WIDTHS: RangeInclusive<f32> = 96.0..=360.0;

const GAP: f32 = 8.0;
const PADDING: f32 = 6.0;
const CAPTION_HEIGHT: f32 = 44.0;
/// Lines beyond what is in sight of which the thumbnails are loaded ahead.
const NUM_LINES_AHEAD: usize = 2;

/// The grid, as it is remembered between frames.
#[derive(Clone)]
pub struct Grid {
    /// The width chosen for cells, points.
    pub cell_width: f32,
    /// The picture that the keyboard is on, and where it was.
    cursor: Option<(AssetId, usize)>,
    /// The picture that a range begins at.
    anchor: Option<AssetId>,
    /// The first picture in sight.
    first: usize,
    /// How it was laid out in the last frame.
    layout: Option<Layout>,
    /// When it was drawn last.
    pass: u64,
    /// When the keyboard went on last.
    walked_at: u64,
}

impl Default for Grid {
    fn default() -> Self {
        Self { cell_width: 180.0, cursor: None, anchor: None, first: 0, layout: None, pass: 0, walked_at: 0 }
    }
}

/// How the grid is laid out.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Layout {
    num_columns: usize,
    cell_width: f32,
    line_height: f32,
    /// The height of what is in sight.
    height: f32,
}

impl Layout {
    fn new(place: Vec2, wanted_cell_width: f32) -> Self {
        let num_columns = (((place.x + GAP) / (wanted_cell_width + GAP)).floor() as usize).max(1);
        let cell_width = ((place.x + GAP) / num_columns as f32 - GAP).floor().max(1.0);
        let line_height = (cell_width * 0.75).round() + CAPTION_HEIGHT + GAP;
        Self { num_columns, cell_width, line_height, height: place.y }
    }

    /// How many lines are in sight as a whole.
    fn num_lines(&self) -> usize {
        (self.height / self.line_height) as usize
    }
}

impl Grid {
    /// The grid as it was in the last frame.
    pub fn load(ui: &Ui) -> Self {
        ui.data(|data| data.get_temp(Id::unique("gallery-grid"))).unwrap_or_default()
    }

    /// Remembers it for the next frame.
    pub fn store(self, ui: &Ui) {
        ui.data_mut(|data| data.insert_temp(Id::unique("gallery-grid"), self));
    }

    /// Draws it.
    pub fn show(&mut self, ui: &mut Ui, state: &AppState, project: &Project, requests: &mut Requests) {
        self.zoom(ui);
        let listing = &state.view.listing;
        let place = ui.available_rect_before_wrap();
        let bar_width = ui.spacing().scroll.allocated_width();
        let layout = Layout::new(place.size() - vec2(bar_width, 0.0), self.cell_width);
        let num_lines = listing.len().div_ceil(layout.num_columns);
        let reveal = self.follow_layout(ui, state, layout);
        let walked_to = self.keyboard_ui(ui, place, layout, state, requests);
        let reveal = walked_to.map(|index| (index, None)).or(reveal);
        let list = VirtualList {
            area: ScrollArea::vertical().id_salt("gallery").auto_shrink([false, false]),
            direction: Direction::Down,
            step: layout.line_height,
            num_rows: num_lines,
            reveal: reveal.map(|(index, align)| (index / layout.num_columns, align)),
        };
        let lines = list.show(ui, |ui, line, rect| {
            for column in 0..layout.num_columns {
                let index = line * layout.num_columns + column;
                let Some(row) = listing.get(index).and_then(|id| project.assets().get(*id)) else { continue };
                let left = rect.left() + column as f32 * (layout.cell_width + GAP);
                let size = vec2(layout.cell_width, layout.line_height - GAP);
                let cell = Rect::from_min_size(egui::pos2(left, rect.top()), size);
                let cell = cell.round_to_pixels(ui.pixels_per_point());
                let response = self.cell_ui(ui, cell, row, state, project);
                self.take_click(ui, &response, index, row.asset.id, state, requests);
            }
        });
        self.load_ahead(ui, state, project, lines.end * layout.num_columns, layout.num_columns);
        self.first = lines.start * layout.num_columns;
        self.layout = Some(layout);
    }

    /// Ctrl and the wheel, or a pinch, change the size.
    fn zoom(&mut self, ui: &Ui) {
        if ui.ui_contains_pointer() {
            let zoom = ui.input(|input| input.zoom_delta());
            self.cell_width = (self.cell_width * zoom).clamp(*CELL_WIDTHS.start(), *CELL_WIDTHS.end());
        }
    }

    /// The picture to bring into sight: the one on the canvas when the gallery opens, the one that was the first in
    /// sight when the cells have another size now, and the one with the cursor when there is less place than before.
    fn follow_layout(&mut self, ui: &Ui, state: &AppState, layout: Layout) -> Option<(usize, Option<Align>)> {
        let pass = ui.ctx().cumulative_pass_nr();
        let has_just_opened = pass > self.pass + 1;
        self.pass = pass;
        if has_just_opened && let Some(id) = state.view.asset {
            let position = position_of(&state.view.listing, id, 0)?;
            self.cursor = Some((id, position));
            return Some((position, Some(Align::Center)));
        }
        let before = self.layout?;
        if (before.num_columns, before.line_height) != (layout.num_columns, layout.line_height) {
            return Some((self.first, Some(Align::Min)));
        }
        let cursor = self.cursor_index(&state.view.listing)?;
        let was_in_sight =
            (self.first..self.first + before.num_columns * (before.num_lines() + 2)).contains(&cursor);
        // What the keyboard went to may still be on its way into sight.
        let is_coming = pass <= self.walked_at + 3;
        (layout.height < before.height && (was_in_sight || is_coming)).then_some((cursor, None))
    }

    fn cursor_index(&mut self, listing: &[AssetId]) -> Option<usize> {
        let (id, before) = self.cursor?;
        let index = position_of(listing, id, before);
        self.cursor = index.map(|index| (id, index));
        index
    }

    /// The grid's keys: arrows walk and mark, Space marks as well or no longer, Enter opens, Ctrl+A marks all.
    /// Returns the picture that was gone to.
    fn keyboard_ui(
        &mut self,
        ui: &Ui,
        place: Rect,
        layout: Layout,
        state: &AppState,
        requests: &mut Requests,
    ) -> Option<usize> {
        let listing = &state.view.listing;
        let name = "Pictures. Arrows walk, Space marks, Enter opens.";
        let has_focus = list_stop(ui, Id::unique("gallery-keys"), place, name);
        let is_free = ui.memory(|memory| memory.focused().is_none()) && state.view.dialog.is_none();
        if !has_focus && !is_free {
            return None;
        }
        if ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::A)) {
            requests.push(Request::Mark(listing.iter().copied().collect()));
        }
        if !state.view.marked.is_empty() && take_key(ui, Key::Escape) {
            requests.push(Request::Mark(BTreeSet::new()));
        }
        let cursor = self.cursor_index(listing);
        if let Some(id) = cursor.map(|index| listing[index]) {
            if take_key(ui, Key::Enter) {
                requests.push(Request::ShowAsset(id));
            }
            if take_key(ui, Key::Space) {
                self.mark(id, Modifiers::COMMAND, state, requests);
            }
        }
        let walkable = Walkable {
            num: listing.len(),
            num_columns: layout.num_columns,
            num_lines_per_page: layout.num_lines(),
        };
        let walk = ui.input_mut(|input| walkable.walk(input, cursor))?;
        let id = listing[walk.to];
        self.cursor = Some((id, walk.to));
        self.walked_at = self.pass;
        self.mark(id, if walk.extends { Modifiers::SHIFT } else { Modifiers::NONE }, state, requests);
        Some(walk.to)
    }

    fn take_click(
        &mut self,
        ui: &Ui,
        response: &Response,
        index: usize,
        id: AssetId,
        state: &AppState,
        requests: &mut Requests,
    ) {
        if response.double_clicked() {
            requests.push(Request::ShowAsset(id));
        } else if response.clicked() {
            self.cursor = Some((id, index));
            self.mark(id, ui.input(|input| input.modifiers), state, requests);
        }
    }

    /// Marks as a click does: alone, with Ctrl as well or no longer, with Shift all up to it.
    fn mark(&mut self, id: AssetId, modifiers: Modifiers, state: &AppState, requests: &mut Requests) {
        let listing = &state.view.listing;
        let mut marked = BTreeSet::new();
        if modifiers.command {
            marked.clone_from(&state.view.marked);
        }
        if modifiers.shift {
            let to = self.cursor.and_then(|(_, index)| position_of(listing, id, index));
            let from = self.anchor.and_then(|anchor| position_of(listing, anchor, 0)).or(to);
            if let (Some(from), Some(to)) = (from, to) {
                marked.extend(&listing[from.min(to)..=from.max(to)]);
            }
        } else {
            self.anchor = Some(id);
            if !modifiers.command || !marked.remove(&id) {
                marked.insert(id);
            }
        }
        requests.push(Request::Mark(marked));
    }

    /// Asks for the thumbnails that come into sight next.
    fn load_ahead(&self, ui: &Ui, state: &AppState, project: &Project, from: usize, num_columns: usize) {
        let mut thumbnails = state.thumbnails.borrow_mut();
        for id in state.view.listing.iter().skip(from).take(NUM_LINES_AHEAD * num_columns) {
            thumbnails.get(ui.ctx(), project, *id);
        }
    }

    fn cell_ui(&self, ui: &Ui, rect: Rect, row: &AssetRow, state: &AppState, project: &Project) -> Response {
        let tokens = Tokens::of(ui);
        let asset = &row.asset;
        let is_marked = state.view.marked.contains(&asset.id);
        let is_missing = state.work.missing.contains(&asset.id);
        let response = ui.interact(rect, Id::unique(("gallery-cell", asset.id)), Sense::CLICK);
        response.widget_info(|| {
            WidgetInfo::selected(Role::GridCell, ui.is_enabled(), is_marked, spoken(row, is_missing))
        });
        let is_hovered = response.contains_pointer();
        let fill = match (is_marked, is_hovered) {
            (true, _) => tokens.accent_soft,
            (false, true) => tokens.hovered,
            (false, false) => tokens.raised,
        };
        ui.painter().rect_filled(rect, RADIUS, fill);
        let has_cursor = self.cursor.is_some_and(|(id, _)| id == asset.id);
        let stroke = match (is_marked, has_cursor) {
            (true, _) => Stroke::new(2.0, tokens.accent),
            (false, true) => Stroke::new(1.0, tokens.text_weak),
            (false, false) => Stroke::NONE,
        };
        ui.painter().rect_stroke(rect, RADIUS, stroke, StrokeKind::Inside);
        let picture = Rect::from_min_max(rect.min, rect.max - vec2(0.0, CAPTION_HEIGHT)).shrink(PADDING);
        let failure = picture_ui(ui, picture, row.asset.id, is_missing, state, project);
        if is_marked {
            let center = rect.min + vec2(PADDING + 12.0, PADDING + 12.0);
            ui.painter().circle_filled(center, 10.0, tokens.accent);
            icon_at(ui, center, "check", 14.0, tokens.on_accent);
        }
        let caption = rect.with_min_y(rect.bottom() - CAPTION_HEIGHT).shrink2(vec2(PADDING + 2.0, 0.0));
        caption_ui(ui, caption, row);
        response.on_hover_ui(|ui| tooltip_ui(ui, row, is_missing, failure.as_deref()))
    }
}

/// Name, status, number of objects and subset.
fn caption_ui(ui: &Ui, rect: Rect, row: &AssetRow) {
    let tokens = Tokens::of(ui);
    let (name_line, mut info) = rect.with_max_y(rect.bottom() - 4.0).split_top_bottom_at_fraction(0.5);
    let font = FontId::proportional(NAME_SIZE);
    let name = fitting_name(ui, row.asset.file_name(), &font, name_line.width());
    text_in(ui, name_line, &name, font, tokens.text, Align::Min);
    let (icon, color, _) = status_look(row.asset.status, &tokens);
    icon_at(ui, take_left(&mut info, 20.0).left_center() + vec2(7.0, 0.0), icon, 15.0, color);
    let small = FontId::proportional(REMARK_SIZE);
    if let Some(subset) = &row.asset.subset {
        let width = (info.width() * 0.5).min(72.0);
        text_in(ui, take_right(&mut info, width), subset, small.clone(), tokens.text_weak, Align::Max);
        info.max.x -= 4.0;
    }
    let (text, color): (_, Color32) = match row.num_objects {
        0 => ("No objects".to_owned(), tokens.text_weak),
        num_objects => (count_of(num_objects as usize, "object"), tokens.text),
    };
    text_in(ui, info, &text, small, color, Align::Min);
}

/// A file name cut in its middle so that it fits: its end says most.
fn fitting_name(ui: &Ui, name: &str, font: &FontId, width: f32) -> String {
    let width_of = |text: &str| line_of(ui, text, font.clone(), Color32::PLACEHOLDER, f32::INFINITY).size().x;
    let whole = width_of(name);
    if whole <= width {
        return name.to_owned();
    }
    // Letters differ in width: begin with what fits on average, and take letters away until it is so.
    let mut num_chars = (name.chars().count() as f32 * width / whole) as usize;
    loop {
        let cut = middle_cut(name, num_chars);
        if num_chars <= 8 || width_of(&cut) <= width {
            return cut;
        }
        num_chars -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_fill_the_line_and_there_is_always_one() {
        let layout = Layout::new(vec2(1000.0, 600.0), 180.0);
        assert_eq!(layout.num_columns, 5);
        assert_eq!(layout.cell_width, 193.0);
        assert!(layout.num_columns as f32 * (layout.cell_width + GAP) - GAP <= 1000.0);
        assert_eq!(layout.num_lines(), 3);
        assert_eq!(Layout::new(vec2(50.0, 600.0), 180.0).num_columns, 1);
        assert_eq!(Layout::new(vec2(0.0, 0.0), 180.0).cell_width, 1.0);
    }
}
