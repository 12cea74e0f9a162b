//! Long lists: only the rows in sight are laid out.

use eframe::egui::emath::GuiRounding as _;
use eframe::egui::style::ScrollAnimation;
use eframe::egui::{Align, Rect, ScrollArea, Ui, vec2};

/// Which way a list runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From left to right.
    Right,
    /// From top to bottom.
    Down,
}

/// A list whose rows are all of one size.
pub struct VirtualList {
    /// Where it scrolls.
    pub area: ScrollArea,
    /// Which way it runs.
    pub direction: Direction,
    /// The size of a row along the list, with the gap to the next, points.
    pub step: f32,
    /// How many rows there are.
    pub num_rows: usize,
    /// The row to bring into sight now, and where; without a place, it moves as little as it must.
    pub reveal: Option<(usize, Option<Align>)>,
}

impl VirtualList {
    /// Draws the rows in sight. `row_ui` gets the index of a row and its place, which is a step long and as broad
    /// as the list. Returns the rows in sight.
    pub fn show(self, ui: &mut Ui, mut row_ui: impl FnMut(&mut Ui, usize, Rect)) -> std::ops::Range<usize> {
        let Self { area, direction, step, num_rows, reveal } = self;
        // The corner of what is in sight. Rows are placed from there: the start of the list may be millions of
        // points away, where 32 bits no longer tell neighbouring points apart.
        let corner = ui.available_rect_before_wrap().min;
        let output = area.content_margin(0).show_viewport(ui, |ui, viewport| {
            let length = step * num_rows as f32;
            let (start, end, breadth) = match direction {
                Direction::Right => {
                    ui.set_width(length);
                    (viewport.left(), viewport.right(), ui.available_height())
                }
                Direction::Down => {
                    ui.set_height(length);
                    (viewport.top(), viewport.bottom(), ui.available_width())
                }
            };
            let (start, end) = match start_within(start, end, length) {
                Some(within) => {
                    // The scroll area itself learns of it for the next frame.
                    ui.ctx().request_repaint();
                    (within, within + (end - start))
                }
                None => (start, end),
            };
            let place = |row: usize| {
                let along = (row as f64 * f64::from(step) - f64::from(start)) as f32;
                let (offset, size) = match direction {
                    Direction::Right => (vec2(along, 0.0), vec2(step, breadth)),
                    Direction::Down => (vec2(0.0, along), vec2(breadth, step)),
                };
                Rect::from_min_size(corner + offset, size).round_to_pixels(ui.pixels_per_point())
            };
            let rows = rows_between(start, end, step, num_rows);
            let places: Vec<Rect> = rows.clone().map(place).collect();
            let revealed = reveal.filter(|(row, _)| *row < num_rows).map(|(row, align)| (place(row), align));
            for (row, rect) in rows.clone().zip(places) {
                row_ui(ui, row, rect);
            }
            if let Some((rect, align)) = revealed {
                ui.scroll_to_rect_animation(rect, align, ScrollAnimation::none());
                ui.ctx().request_repaint();
            }
            rows
        });
        output.inner
    }
}

/// Where what is in sight begins, when the list has become so short that it would reach beyond the end.
fn start_within(start: f32, end: f32, length: f32) -> Option<f32> {
    let last_start = (length - (end - start)).max(0.0);
    // A point more or less is rounding.
    (start > last_start + 1.0).then_some(last_start)
}

/// The rows of which anything lies between two distances from the start of a list.
fn rows_between(start: f32, end: f32, step: f32, num_rows: usize) -> std::ops::Range<usize> {
    let first = (start / step).floor().max(0.0) as usize;
    let last = (end / step).ceil().max(0.0) as usize;
    first.min(num_rows)..last.min(num_rows)
}

#[cfg(test)]
mod tests {
    use super::{rows_between, start_within};

    #[test]
    fn a_list_that_became_shorter_shows_its_end_at_once() {
        assert_eq!(start_within(90_000.0, 90_100.0, 1000.0), Some(900.0));
        assert_eq!(start_within(90_000.0, 90_100.0, 50.0), Some(0.0), "it is all in sight");
        assert_eq!(start_within(0.0, 100.0, 50.0), None);
        assert_eq!(start_within(899.0, 999.0, 1000.0), None);
        assert_eq!(start_within(900.4, 1000.4, 1000.0), None, "rounding");
        assert_eq!(start_within(-30.0, 70.0, 1000.0), None, "pulled beyond the start");
    }

    #[test]
    fn rows_that_show_even_in_part_are_drawn_and_no_others() {
        assert_eq!(rows_between(0.0, 100.0, 25.0, 1000), 0..4);
        assert_eq!(rows_between(10.0, 110.0, 25.0, 1000), 0..5);
        assert_eq!(rows_between(-30.0, 20.0, 25.0, 1000), 0..1, "pulled beyond the start");
        assert_eq!(rows_between(24_990.0, 25_090.0, 25.0, 1000), 999..1000);
        assert_eq!(rows_between(90_000.0, 90_100.0, 25.0, 1000), 1000..1000, "the list has become shorter");
        assert_eq!(rows_between(0.0, 100.0, 25.0, 0), 0..0);
    }
}
