//! Memory, and where things are kept.

use std::path::Path;

use eframe::egui::{Label, Slider, Ui};

use crate::app::dialogs::controls::{section_ui, slider_ui, weak_ui};
use crate::app::request::{Request, Requests};
use crate::app::settings::Settings;
use crate::app::widgets::labelled_button;
use crate::media::cache_folder;
use crate::project::config_folder;

/// Draws the page.
pub fn storage_ui(ui: &mut Ui, settings: &mut Settings, requests: &mut Requests) {
    section_ui(ui, "Memory");
    let slider = Slider::new(&mut settings.picture_cache_mb, 256..=16_384).logarithmic(true).suffix(" MB");
    slider_ui(ui, "For decoded pictures", slider);
    weak_ui(
        ui,
        "A picture of 12 megapixels needs about 64 MB. More lets you go back and forth without waiting.",
    );
    let slider = Slider::new(&mut settings.frame_cache_mb, 256..=16_384).logarithmic(true).suffix(" MB");
    slider_ui(ui, "For frames of a video", slider);
    weak_ui(ui, "1024 MB are some 330 frames of full HD, between which stepping and playing need not wait.");
    let slider = Slider::new(&mut settings.tile_cache_mb, 128..=16_384).logarithmic(true).suffix(" MB");
    slider_ui(ui, "For parts of very large pictures", slider);
    weak_ui(ui, "Pictures of more than 64 megapixels are read in parts, as you look at them.");
    let slider = Slider::new(&mut settings.gpu_cache_mb, 128..=8192).logarithmic(true).suffix(" MB");
    slider_ui(ui, "On the graphics card", slider);
    weak_ui(ui, "For the parts of the picture that you looked at. More helps on large screens.");

    section_ui(ui, "Disk");
    let slider = Slider::new(&mut settings.disk_cache_gb, 1..=500).logarithmic(true).suffix(" GB");
    slider_ui(ui, "For parts of very large pictures", slider);
    weak_ui(ui, "A very large picture is prepared once, and opens at once from then on.");

    section_ui(ui, "Where things are kept");
    place_ui(ui, "Settings", &config_folder(), requests);
    place_ui(ui, "Caches", &cache_folder(), requests);
    weak_ui(
        ui,
        "Caches can be deleted at any time. Labels are kept in the project file, beside your pictures.",
    );
}

fn place_ui(ui: &mut Ui, name: &str, path: &Path, requests: &mut Requests) {
    ui.label(name);
    ui.horizontal(|ui| {
        if labelled_button(ui, "folder-open", &format!("Show {}", name.to_lowercase())).clicked() {
            requests.push(Request::ShowFolder(path.to_owned()));
        }
        let text = path.display().to_string();
        ui.add(Label::new(&text).truncate()).on_hover_text(text);
    });
    ui.add_space(4.0);
}
