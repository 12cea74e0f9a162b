//! Dialogs: one file or folder each. A dialog owns what is being entered in it until the person confirms; then it
//! asks for what it is for with [`Request`](super::request::Request)s, like any panel.
//!
//! [`window`] gives all of them the same frame: a title, a body that scrolls where the window is small, and the
//! buttons below. Escape, the cross and a click beside the dialog close it; nothing that was entered is applied
//! then, except where a dialog says that it applies at once. The keyboard goes to the first field, and Tab stays
//! inside.
//!
//! **Background.** What a dialog must find out from files (which format a file is of, how many objects bear a
//! label) runs as a job that it owns; it looks at it while it is drawn. Nothing of that survives the dialog.

mod about;
mod controls;
mod export_dialog;
mod fuzzy;
mod gestures;
mod help_sheet;
mod import_dialog;
mod labels_dialog;
mod palette;
mod preflight_view;
mod settings_dialog;
mod window;

use std::path::PathBuf;

use eframe::egui;

use super::request::Requests;
use super::settings::Settings;
use super::state::AppState;
use crate::formats::{ExportSummary, Preflight};
use crate::model::{LabelId, Schema};

use about::AboutDialog;
use export_dialog::ExportDialog;
use help_sheet::HelpSheet;
use import_dialog::ImportDialog;
use labels_dialog::LabelsDialog;
use palette::Palette;
use settings_dialog::SettingsDialog;

/// The dialog that is open.
pub enum Dialog {
    /// Finds commands, labels and pictures by name.
    Palette(Palette),
    /// Every key and gesture.
    Help(HelpSheet),
    /// What the person chose for good.
    Settings(Box<SettingsDialog>),
    /// The schema editor.
    Labels(Box<LabelsDialog>),
    /// Reads labels of another tool.
    Import(ImportDialog),
    /// Writes labels for another tool.
    Export(Box<ExportDialog>),
    /// What this program is.
    About(AboutDialog),
}

impl Dialog {
    /// Finds commands, labels and pictures by name.
    pub fn palette() -> Self {
        Self::Palette(Palette::default())
    }

    /// Every key and gesture.
    pub fn help() -> Self {
        Self::Help(HelpSheet::default())
    }

    /// What the person chose for good. Every change applies at once.
    pub fn settings(_: &Settings) -> Self {
        Self::Settings(Box::default())
    }

    /// The schema editor, at one of the labels.
    pub fn labels(schema: &Schema, at: Option<LabelId>) -> Self {
        Self::Labels(Box::new(LabelsDialog::new(schema, at)))
    }

    /// Reads labels of another tool.
    pub fn import() -> Self {
        Self::Import(ImportDialog::default())
    }

    /// Writes labels for another tool.
    pub fn export() -> Self {
        Self::Export(Box::default())
    }

    /// What this program is.
    pub fn about() -> Self {
        Self::About(AboutDialog::default())
    }

    /// Whether what is dropped onto the window is meant for the dialog.
    pub fn wants_path(&self) -> bool {
        matches!(self, Self::Import(_))
    }

    /// Takes a file or folder that the person picked with the system's dialog, or dropped.
    pub fn take_path(&mut self, path: PathBuf) {
        match self {
            Self::Import(dialog) => dialog.take_path(path),
            Self::Export(dialog) => dialog.take_path(path),
            Self::Palette(_) | Self::Help(_) | Self::Settings(_) | Self::Labels(_) | Self::About(_) => {}
        }
    }

    /// Takes what an export would do: the result of a [`Request::Export`](super::request::Request::Export) that
    /// asked for the preflight only.
    pub fn take_preflight(&mut self, preflight: Preflight) {
        if let Self::Export(dialog) = self {
            dialog.take_preflight(preflight);
        }
    }

    /// Takes what an export wrote. Returns whether the dialog tells the person, so that nobody else need to.
    pub fn take_exported(&mut self, summary: &ExportSummary) -> bool {
        let Self::Export(dialog) = self else { return false };
        dialog.take_exported(summary);
        true
    }

    /// Takes the reason why a preflight or an export failed. Returns whether the dialog tells the person.
    pub fn take_problem(&mut self, problem: &str) -> bool {
        let Self::Export(dialog) = self else { return false };
        dialog.take_problem(problem);
        true
    }
}

/// Draws the dialog; returns whether it stays open.
pub fn dialog_ui(
    ctx: &egui::Context,
    dialog: &mut Dialog,
    state: &AppState,
    requests: &mut Requests,
) -> bool {
    match dialog {
        Dialog::Palette(dialog) => dialog.show(ctx, state, requests),
        Dialog::Help(dialog) => dialog.show(ctx, state),
        Dialog::Settings(dialog) => dialog.show(ctx, state, requests),
        Dialog::Labels(dialog) => dialog.show(ctx, state, requests),
        Dialog::Import(dialog) => dialog.show(ctx, state, requests),
        Dialog::Export(dialog) => dialog.show(ctx, state, requests),
        Dialog::About(dialog) => dialog.show(ctx, state, requests),
    }
}
