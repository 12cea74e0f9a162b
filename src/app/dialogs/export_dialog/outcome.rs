//! What an export wrote, and the way to it.

use eframe::egui::{self, Label, RichText, vec2};

use crate::app::dialogs::controls::{notice_ui, weak_ui};
use crate::app::dialogs::window::{Window, footer_ui};
use crate::app::request::{Request, Requests};
use crate::app::theme::Tokens;
use crate::app::widgets::{labelled_button, primary_button};
use crate::app::wording::{count_of, counted};
use crate::formats::{ExportSummary, Preflight};

/// Draws it. Returns whether the dialog stays open, and whether the person wants to export once more.
pub fn outcome_ui(
    ctx: &egui::Context,
    summary: &ExportSummary,
    preflight: Option<&Preflight>,
    requests: &mut Requests,
) -> (bool, bool) {
    let (mut is_done, mut again) = (false, false);
    let window = Window::new("exported", "check-circle", "Exported", vec2(560.0, 420.0)).shrunk_to_fit();
    let stays = window.show(ctx, |ui| {
        let tokens = Tokens::of(ui);
        let text = format!(
            "{} on {}, in {}. They were read back and compared.",
            summary.tally.objects(&count_of),
            summary.tally.media(&count_of),
            count_of(summary.num_files, "file"),
        );
        ui.add(Label::new(text).wrap());
        if summary.num_left_out > 0 {
            let text = format!(
                "{} left out, as announced.",
                counted(summary.num_left_out, "object was", "objects were")
            );
            notice_ui(ui, "warning", tokens.warning, &text);
        } else if preflight.is_some_and(Preflight::is_lossless) {
            notice_ui(ui, "check-circle", tokens.success, "Nothing was lost: all of it comes back as it is.");
        }
        ui.add_space(8.0);
        weak_ui(ui, "Open this in the other tool:");
        ui.add(Label::new(RichText::new(summary.main_file.display().to_string()).monospace()).wrap());
        ui.add_space(12.0);
        footer_ui(ui, |ui| {
            let show = primary_button(ui, "folder-open", "Show the folder");
            if !ui.memory(|memory| memory.focused().is_some()) {
                show.request_focus();
            }
            if show.clicked() {
                requests.push(Request::ShowFolder(summary.main_file.clone()));
            }
            is_done = labelled_button(ui, "", "Close").clicked();
            again = labelled_button(ui, "export", "Export again…").clicked();
        });
    });
    (stays && !is_done, again)
}
