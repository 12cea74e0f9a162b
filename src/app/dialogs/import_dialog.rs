//! Reads labels that another tool wrote: which file, in which format, and where its pictures are.

use std::path::{Path, PathBuf};

use eframe::egui::{self, Align, ComboBox, Key, Layout, Ui, vec2};

use super::controls::{card_ui, notice_ui, problem_ui, section_ui, text_field, weak_ui};
use super::window::{FirstFocus, Window, body_ui, footer_ui};
use crate::app::request::{Request, Requests};
use crate::app::state::AppState;
use crate::app::theme::{self, Tokens};
use crate::app::widgets::{icon_button, labelled_button, primary_button};
use crate::app::work::PickPurpose;
use crate::base::jobs::{Job, Priority};
use crate::formats::{Confidence, FORMATS, UNPACK_FIRST, format_by_id, is_zip, recognise};

/// The dialog.
#[derive(Default)]
pub struct ImportDialog {
    path: String,
    images: String,
    /// The format that the person chose; the one that the file looks like when none is chosen.
    format: Option<&'static str>,
    look: Option<Look>,
    picking: Field,
    focus: FirstFocus,
}

/// Which field a picked path is for.
#[derive(Clone, Copy, Default, PartialEq)]
enum Field {
    #[default]
    Path,
    Images,
}

/// A look at a path, in the background: reading a file on a slow disk takes its time.
struct Look {
    path: PathBuf,
    job: Option<Job<Found>>,
    found: Option<Found>,
}

/// What is at a path.
struct Found {
    exists: bool,
    /// Whether it is a zip archive, which no format reads.
    is_zip: bool,
    /// The formats that it may be of, the most likely first.
    formats: Vec<(&'static str, Confidence)>,
}

impl ImportDialog {
    /// Takes a file or folder that was picked or dropped.
    pub fn take_path(&mut self, path: PathBuf) {
        let text = path.display().to_string();
        match self.picking {
            Field::Path => {
                self.path = text;
                self.format = None;
            }
            Field::Images => self.images = text,
        }
        self.picking = Field::Path;
    }

    /// Draws it; returns whether it stays open.
    pub fn show(&mut self, ctx: &egui::Context, state: &AppState, requests: &mut Requests) -> bool {
        self.look_at_path(state);
        let mut is_done = false;
        let window = Window::new("import", "download-simple", "Import labels", vec2(640.0, 560.0));
        let stays = window.show(ctx, |ui| {
            let is_confirmed = body_ui(ui, |ui| self.body_ui(ui, requests));
            is_done = footer_ui(ui, |ui| self.footer_ui(ui, is_confirmed, requests));
        });
        stays && !is_done
    }

    fn look_at_path(&mut self, state: &AppState) {
        let path = PathBuf::from(self.path.trim());
        if self.look.as_ref().is_none_or(|look| look.path != path) {
            let asked = path.clone();
            let is_empty = path.as_os_str().is_empty();
            let job = (!is_empty).then(|| state.work.submit(Priority::Now, move |_| find_out(&asked)));
            self.look = Some(Look { path, job, found: None });
        }
        if let Some(look) = &mut self.look
            && let Some(result) = look.job.as_ref().and_then(Job::poll)
        {
            // A broken look leaves the choice to the person.
            look.found = result.ok();
            look.job = None;
        }
    }

    /// The format to import in: the chosen one, or the one that stands out among those that fit.
    fn format(&self) -> Option<&'static str> {
        let found = self.look.as_ref().and_then(|look| look.found.as_ref());
        self.format.or_else(|| match found?.formats.as_slice() {
            [(id, _)] => Some(*id),
            [(id, best), (_, second), ..] if best > second => Some(*id),
            _ => None,
        })
    }

    /// Draws the fields. Returns whether Enter was pressed in one of them.
    fn body_ui(&mut self, ui: &mut Ui, requests: &mut Requests) -> bool {
        let mut is_confirmed = false;
        section_ui(ui, "File or folder of labels");
        let picks = [
            ("file", "Pick a file", PickPurpose::ImportFile),
            ("folder-open", "Pick a folder", PickPurpose::ImportFolder),
        ];
        let field = path_ui(
            ui,
            "File or folder of labels",
            &mut self.path,
            "/path/to/labels.json",
            &picks,
            |purpose| {
                self.picking = Field::Path;
                requests.push(Request::Pick(purpose));
            },
        );
        self.focus.give(&field);
        if field.changed() {
            self.format = None;
        }
        is_confirmed |= field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        self.found_ui(ui);

        section_ui(ui, "Format");
        self.format_ui(ui);

        section_ui(ui, "Folder of pictures (optional)");
        let picks = [("folder-open", "Pick the folder of pictures", PickPurpose::ImportFolder)];
        let field =
            path_ui(ui, "Folder of pictures", &mut self.images, "Where the labels say", &picks, |purpose| {
                self.picking = Field::Images;
                requests.push(Request::Pick(purpose));
            });
        is_confirmed |= field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        weak_ui(ui, "Only needed where the pictures are neither in the project nor beside the labels.");

        ui.add_space(12.0);
        card_ui(ui, explanation_ui);
        is_confirmed
    }

    fn found_ui(&self, ui: &mut Ui) {
        let tokens = Tokens::of(ui);
        let Some(look) = self.look.as_ref().filter(|look| !look.path.as_os_str().is_empty()) else { return };
        let Some(found) = &look.found else {
            ui.horizontal(|ui| {
                ui.add(egui::Spinner::new().size(14.0));
                weak_ui(ui, "Looking what this is…");
            });
            return;
        };
        match (found.formats.as_slice(), self.format()) {
            _ if !found.exists => problem_ui(ui, "There is no such file or folder."),
            _ if found.is_zip => problem_ui(ui, UNPACK_FIRST),
            ([], _) => notice_ui(
                ui,
                "warning",
                tokens.warning,
                "No format is known in which this could be written. Choose one below if you know better.",
            ),
            (_, Some(id)) if self.format.is_none() => {
                let text = format!("This looks like {}.", title_of(id));
                notice_ui(ui, "check-circle", tokens.success, &text);
            }
            (_, None) => {
                notice_ui(ui, "info", tokens.accent, "This could be of several formats. Choose one below.")
            }
            (_, Some(_)) => {}
        }
    }

    fn format_ui(&mut self, ui: &mut Ui) {
        let current = self.format();
        let text = current.map_or("Recognised from the file", title_of);
        let combo = ComboBox::from_id_salt("format").selected_text(text).width(260.0).height(360.0);
        let response = combo.show_ui(ui, |ui| {
            ui.selectable_value(&mut self.format, None, "Recognised from the file");
            for format in FORMATS {
                ui.selectable_value(&mut self.format, Some(format.id()), format.title());
            }
        });
        response.response.accessible_name("Format");
        if let Some(format) = current.and_then(format_by_id) {
            weak_ui(ui, format.help());
        }
    }

    /// Draws the buttons. Returns whether the dialog is done.
    fn footer_ui(&self, ui: &mut Ui, is_confirmed: bool, requests: &mut Requests) -> bool {
        let found = self.look.as_ref().and_then(|look| look.found.as_ref());
        let can_import = found.is_some_and(|found| found.exists && !found.is_zip);
        let format = self.format().filter(|_| can_import);
        let import =
            ui.add_enabled_ui(format.is_some(), |ui| primary_button(ui, "download-simple", "Import")).inner;
        if let Some(format) = format.filter(|_| import.clicked() || is_confirmed) {
            let images = Some(self.images.trim()).filter(|images| !images.is_empty()).map(PathBuf::from);
            requests.push(Request::Import { format, path: PathBuf::from(self.path.trim()), images });
            return true;
        }
        labelled_button(ui, "", "Cancel").clicked()
    }
}

fn find_out(path: &Path) -> Found {
    let exists = path.exists();
    let is_zip = is_zip(path);
    let found = if exists && !is_zip { recognise(path) } else { Vec::new() };
    Found {
        exists,
        is_zip,
        formats: found.into_iter().map(|(format, confidence)| (format.id(), confidence)).collect(),
    }
}

fn title_of(id: &str) -> &'static str {
    format_by_id(id).map_or("an unknown format", |format| format.title())
}

fn explanation_ui(ui: &mut Ui) {
    let tokens = Tokens::of(ui);
    for (icon, text) in [
        ("tag", "Labels are found by their names; those that are missing are added."),
        (
            "images",
            "Pictures are found by their paths, contents and names; those that are missing are added.",
        ),
        (
            "stack",
            "Objects come on top of what is there. What is there already, with the same label and shape, is left out.",
        ),
        ("arrow-u-up-left", "One undo takes everything back."),
    ] {
        notice_ui(ui, icon, tokens.text_weak, text);
    }
}

/// A field for a path with buttons that open the system's dialog.
fn path_ui(
    ui: &mut Ui,
    name: &str,
    text: &mut String,
    hint: &str,
    picks: &[(&str, &str, PickPurpose)],
    mut pick: impl FnMut(PickPurpose),
) -> egui::Response {
    let size = vec2(ui.available_width(), theme::ROW_HEIGHT);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        for (icon, tooltip, purpose) in picks.iter().rev() {
            if icon_button(ui, icon, tooltip).clicked() {
                pick(purpose.clone());
            }
        }
        text_field(ui, name, text, hint)
    })
    .inner
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialog(formats: &[(&'static str, Confidence)]) -> ImportDialog {
        let found = Found { exists: true, is_zip: false, formats: formats.to_vec() };
        let look = Look { path: PathBuf::from("x"), job: None, found: Some(found) };
        ImportDialog { path: "x".to_owned(), look: Some(look), ..ImportDialog::default() }
    }

    #[test]
    fn the_format_that_stands_out_is_taken_and_the_persons_choice_wins() {
        assert_eq!(dialog(&[]).format(), None);
        assert_eq!(dialog(&[("coco", Confidence::Perhaps)]).format(), Some("coco"));
        let clear = [("coco", Confidence::Certain), ("labelme", Confidence::Perhaps)];
        assert_eq!(dialog(&clear).format(), Some("coco"));
        let unclear = [("yolo-detect", Confidence::Likely), ("yolo-segment", Confidence::Likely)];
        let mut dialog = dialog(&unclear);
        assert_eq!(dialog.format(), None);
        dialog.format = Some("labelme");
        assert_eq!(dialog.format(), Some("labelme"));
    }

    #[test]
    fn a_picked_path_goes_to_the_field_that_asked() {
        let mut dialog = ImportDialog { picking: Field::Images, ..ImportDialog::default() };
        dialog.take_path(PathBuf::from("/pictures"));
        dialog.take_path(PathBuf::from("/labels.json"));
        assert_eq!((dialog.images.as_str(), dialog.path.as_str()), ("/pictures", "/labels.json"));
    }

    #[test]
    fn a_look_at_nothing_finds_nothing() {
        let found = find_out(Path::new("/there/is/no/such/file"));
        assert!(!found.exists && found.formats.is_empty());
    }
}
