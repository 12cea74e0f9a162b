//! The keyboard in lists, strips and grids.
//!
//! A list is one stop for Tab, however long it is; inside it, arrows walk. It takes only the keys named here: all
//! others go on to the commands.

use eframe::egui::{Context, Event, EventFilter, Id, InputState, Key, Modifiers, Rect, Sense, Ui};
use eframe::egui::{Role, WidgetInfo};

/// Makes a list a stop for Tab and returns whether it has the keyboard. Its name is what screen readers say.
pub fn list_stop(ui: &Ui, id: Id, rect: Rect, name: &str) -> bool {
    let response = ui.interact(rect, id, Sense::focusable_noninteractive());
    response.widget_info(|| WidgetInfo::labeled(Role::ScrollView, ui.is_enabled(), name));
    let has_focus = response.has_focus();
    if response.gained_focus() {
        // Keys are the list's from the second frame on: draw it before one is pressed.
        ui.ctx().request_repaint();
    }
    if has_focus {
        let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    }
    has_focus
}

/// The control that had the keyboard in the last frame.
const KEYBOARD_HOLDER: &str = "keyboard-holder";

/// Notes which control has the keyboard. Panels that are always there call it.
pub fn note_keyboard(ui: &Ui) {
    let holder = ui.memory(|memory| memory.focused());
    ui.data_mut(|data| data.insert_temp(Id::unique(KEYBOARD_HOLDER), holder));
}

/// Whether Escape, pressed in this frame, has taken the keyboard from a control. egui has done so before any of
/// our code sees the key.
fn has_just_given_up(ctx: &Context) -> bool {
    let holder = ctx.data(|data| data.get_temp::<Option<Id>>(Id::unique(KEYBOARD_HOLDER))).flatten();
    holder.is_some_and(|id| ctx.memory(|memory| memory.had_focus_last_frame(id)))
}

/// Whether a key belongs to the control that has the keyboard, so that no command may take it: arrows, Enter,
/// Space, and what else a focused control walks or acts by. `gallery_is_shown` tells that the gallery takes them
/// even while no control has the keyboard.
pub fn belongs_to_panel(ctx: &Context, event: &Event, gallery_is_shown: bool) -> bool {
    let Event::Key { key, modifiers, .. } = event else { return false };
    if *key == Key::Escape && modifiers.is_none() {
        return gallery_is_shown || has_just_given_up(ctx);
    }
    if !gallery_is_shown && ctx.memory(|memory| memory.focused()).is_none() {
        return false;
    }
    match key {
        Key::Tab => !modifiers.command && !modifiers.alt,
        Key::Enter | Key::Space => modifiers.is_none(),
        Key::A => gallery_is_shown && modifiers.command_only(),
        key => step_of(*key).is_some() && !modifiers.command && !modifiers.alt,
    }
}

/// A move of the cursor in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walk {
    /// The index to go to.
    pub to: usize,
    /// Whether Shift is held: what lies between is taken along.
    pub extends: bool,
}

/// How a list is laid out, for walking in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walkable {
    /// How many things it holds.
    pub num: usize,
    /// How many stand beside each other.
    pub num_columns: usize,
    /// How many lines fit on a page.
    pub num_lines_per_page: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Line(isize),
    Column(isize),
    Page(isize),
    First,
    Last,
}

fn step_of(key: Key) -> Option<Step> {
    Some(match key {
        Key::ArrowUp => Step::Line(-1),
        Key::ArrowDown => Step::Line(1),
        Key::ArrowLeft => Step::Column(-1),
        Key::ArrowRight => Step::Column(1),
        Key::PageUp => Step::Page(-1),
        Key::PageDown => Step::Page(1),
        Key::Home => Step::First,
        Key::End => Step::Last,
        _ => return None,
    })
}

impl Walkable {
    /// The move that the keys of this frame ask for. The keys are used up.
    pub fn walk(&self, input: &mut InputState, cursor: Option<usize>) -> Option<Walk> {
        let mut walk = None;
        let mut at = cursor;
        input.events.retain(|event| {
            let Event::Key { key, pressed: true, modifiers, .. } = event else { return true };
            let Some(step) = step_of(*key).filter(|_| !modifiers.command && !modifiers.alt) else {
                return true;
            };
            if let Some(to) = self.step(at, step) {
                at = Some(to);
                walk = Some(Walk { to, extends: modifiers.shift });
            }
            false
        });
        walk
    }

    /// Where a step leads: it stops at the ends. `None` in an empty list.
    fn step(&self, cursor: Option<usize>, step: Step) -> Option<usize> {
        let last = self.num.checked_sub(1)?;
        let columns = self.num_columns.max(1);
        let page = (self.num_lines_per_page.max(2) - 1).saturating_mul(columns);
        let Some(at) = cursor.map(|at| at.min(last)) else {
            return Some(if step == Step::Last { last } else { 0 });
        };
        let by =
            |by: isize, size: usize| at.saturating_add_signed(by.saturating_mul(size as isize)).min(last);
        Some(match step {
            // In the first line there is none above: the cursor stays in its column.
            Step::Line(-1) if at < columns => at,
            Step::Line(by_lines) => by(by_lines, columns),
            Step::Column(by_columns) => by(by_columns, 1),
            Step::Page(pages) => by(pages, page),
            Step::First => 0,
            Step::Last => last,
        })
    }
}

/// Whether a key without modifiers was pressed; it is used up.
pub fn take_key(ui: &Ui, key: Key) -> bool {
    ui.input_mut(|input| input.consume_key(Modifiers::NONE, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten things in three columns: 0 1 2 / 3 4 5 / 6 7 8 / 9.
    const GRID: Walkable = Walkable { num: 10, num_columns: 3, num_lines_per_page: 3 };

    #[test]
    fn steps_go_along_lines_and_columns_and_stop_at_the_ends() {
        for (at, step, expected) in [
            (Some(4), Step::Line(1), 7),
            (Some(4), Step::Line(-1), 1),
            (Some(1), Step::Line(-1), 1),
            (Some(8), Step::Line(1), 9),
            (Some(2), Step::Column(1), 3),
            (Some(0), Step::Column(-1), 0),
            (Some(9), Step::Column(1), 9),
            (Some(1), Step::Page(1), 7),
            (Some(7), Step::Page(-1), 1),
            (Some(5), Step::First, 0),
            (Some(5), Step::Last, 9),
            (None, Step::Line(1), 0),
            (None, Step::Last, 9),
            (Some(99), Step::Column(-1), 8),
        ] {
            assert_eq!(GRID.step(at, step), Some(expected), "{step:?} from {at:?}");
        }
        assert_eq!(Walkable { num: 0, ..GRID }.step(Some(3), Step::Line(1)), None);
    }

    #[test]
    fn keys_are_used_up_and_several_in_one_frame_all_count() {
        let press =
            |key, modifiers| Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers };
        let mut input = InputState::default();
        input.events = vec![
            press(Key::ArrowRight, Modifiers::NONE),
            press(Key::ArrowDown, Modifiers::SHIFT),
            press(Key::D, Modifiers::NONE),
            press(Key::ArrowDown, Modifiers::COMMAND),
        ];
        assert_eq!(GRID.walk(&mut input, Some(0)), Some(Walk { to: 4, extends: true }));
        assert_eq!(input.events.len(), 2, "what the list has no use for is left");
        assert_eq!(GRID.walk(&mut input, Some(4)), None);
    }
}
