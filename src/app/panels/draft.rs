//! Fields that are committed once: not with every letter or every pixel of a drag, but when the person is done.

use eframe::egui::{Id, Key, Response, Ui};

/// What is being entered, kept while the field has the keyboard or the pointer.
#[derive(Clone)]
struct Draft<T> {
    entered: T,
    /// When it was shown last. A draft that was not shown for a while belongs to a field that has gone.
    pass: u64,
}

/// Draws a field with `add`, which changes the value that it is handed, and returns the new value once the person
/// has left the field or ended the drag. Escape gives up what was entered. The id must be that of the thing that
/// is edited, not only of the field, so that what is entered for one thing never lands on another.
pub fn draft_ui<T: Clone + PartialEq + Send + Sync + 'static>(
    ui: &mut Ui,
    id: Id,
    value: T,
    add: impl FnOnce(&mut Ui, &mut T) -> Response,
) -> Option<T> {
    let pass = ui.ctx().cumulative_pass_nr();
    let draft = ui.data(|data| data.get_temp::<Draft<T>>(id)).filter(|draft| pass - draft.pass <= 1);
    let mut entered = draft.map_or_else(|| value.clone(), |draft| draft.entered);
    let response = add(ui, &mut entered);
    let is_changed = entered != value;
    if is_changed && (response.dragged() || response.has_focus()) {
        ui.data_mut(|data| data.insert_temp(id, Draft { entered, pass }));
        return None;
    }
    ui.data_mut(|data| data.remove::<Draft<T>>(id));
    let is_given_up = ui.input(|input| input.key_pressed(Key::Escape));
    (is_changed && !is_given_up).then_some(entered)
}
