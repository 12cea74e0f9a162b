//! Profile and wheel: the habits that people bring along from other tools.

use eframe::egui::Ui;

use crate::app::dialogs::controls::{choice_ui, section_ui, weak_ui};
use crate::app::settings::{Profile, Settings, WheelAction};

/// Draws the upper part of the page, above the shortcuts.
pub fn keys_ui(ui: &mut Ui, settings: &mut Settings) {
    section_ui(ui, "Keys of which tool");
    if choice_ui(ui, "Keys of which tool", &mut settings.profile, &Profile::ALL.map(|p| (p, p.name()))) {
        settings.has_chosen_profile = true;
    }
    weak_ui(ui, "Sets the keys that tools disagree about. What you change below stays as you set it.");

    section_ui(ui, "Wheel over the picture");
    let choices = [(WheelAction::Zoom, "Zooms"), (WheelAction::Scroll, "Scrolls")];
    choice_ui(ui, "Wheel over the picture", &mut settings.wheel, &choices);
    weak_ui(
        ui,
        "With Ctrl it does the other. Two fingers on a touchpad always scroll, and a pinch always zooms.",
    );
}
