//! The page without a project: where to drop pictures, what was opened before, and, at the first start, which keys
//! the person's hands are used to.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use eframe::egui::{
    self, Align, Id, Label, Layout, Rect, RichText, Role, ScrollArea, Sense, Stroke, Ui, UiBuilder,
    WidgetInfo, pos2, vec2,
};

use crate::app::icons::icon;
use crate::app::request::{Request, Requests};
use crate::app::settings::{Profile, Settings};
use crate::app::state::AppState;
use crate::app::theme::{self, Tokens};
use crate::app::widgets::{icon_button, key_cap, labelled_button, middle_cut, primary_button};
use crate::base::jobs::{Job, Priority};

/// Width of what stands on the page, points.
const WIDTH: f32 = 680.0;
const ROW_HEIGHT: f32 = 44.0;

/// Draws the page.
pub fn welcome_ui(ui: &mut Ui, state: &AppState, requests: &mut Requests) {
    ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
        let room = ui.available_size();
        let width = WIDTH.min(room.x - 32.0);
        let left = ((room.x - width) / 2.0).max(0.0);
        ui.horizontal_top(|ui| {
            ui.add_space(left);
            ui.vertical(|ui| {
                ui.set_width(width);
                ui.add_space((room.y * 0.06).clamp(12.0, 96.0));
                drop_zone_ui(ui, requests);
                if !state.settings.has_chosen_profile {
                    ui.add_space(20.0);
                    profile_ui(ui, &state.settings, requests);
                }
                ui.add_space(20.0);
                recent_ui(ui, state, requests);
                ui.add_space(24.0);
            });
        });
    });
}

fn drop_zone_ui(ui: &mut Ui, requests: &mut Requests) {
    let tokens = Tokens::of(ui);
    let (_, rect) = ui.allocate_space(vec2(ui.available_width(), 244.0));
    ui.painter().rect_filled(rect, 16.0, tokens.raised.gamma_multiply(0.5));
    dashed_border(ui, rect, tokens.line);
    let layout = Layout::top_down(Align::Center);
    let mut inside = ui.new_child(UiBuilder::new().max_rect(rect.shrink(24.0)).layout(layout));
    let ui = &mut inside;
    ui.add_space(8.0);
    ui.label(RichText::new(icon("images")).font(theme::icon_font(52.0)).color(tokens.accent));
    ui.add_space(8.0);
    ui.label(
        RichText::new("Drop a folder of pictures here").font(egui::FontId::new(21.0, theme::semibold())),
    );
    let text = "The folder becomes a project. Your pictures stay where they are and are never changed.";
    ui.add(Label::new(RichText::new(text).color(tokens.text_weak)).wrap());
    ui.add_space(16.0);
    centered_row_ui(ui, "welcome-buttons", |ui| {
        if primary_button(ui, "folder-open", "Open folder…").clicked() {
            requests.run("file.open_folder");
        }
        if labelled_button(ui, "file", "Open project…").clicked() {
            requests.run("file.open_project");
        }
        if labelled_button(ui, "images", "Try the sample project").clicked() {
            requests.run("help.sample");
        }
    });
}

/// A row in the middle, as wide as it was in the frame before.
fn centered_row_ui(ui: &mut Ui, id: &'static str, add_contents: impl FnOnce(&mut Ui)) {
    let id = Id::unique(id);
    let width: f32 = ui.data(|data| data.get_temp(id)).unwrap_or(0.0);
    ui.horizontal(|ui| {
        ui.add_space(((ui.available_width() - width) / 2.0).max(0.0));
        let response = ui.scope(|ui| ui.horizontal(add_contents)).response;
        if (response.rect.width() - width).abs() > 0.5 {
            ui.data_mut(|data| data.insert_temp(id, response.rect.width()));
            ui.ctx().request_repaint();
        }
    });
}

fn dashed_border(ui: &Ui, rect: Rect, color: egui::Color32) {
    let radius = 16.0;
    let mut outline = Vec::new();
    let corners = [
        (pos2(rect.right() - radius, rect.top() + radius), -90.0_f32),
        (pos2(rect.right() - radius, rect.bottom() - radius), 0.0),
        (pos2(rect.left() + radius, rect.bottom() - radius), 90.0),
        (pos2(rect.left() + radius, rect.top() + radius), 180.0),
    ];
    for (center, start_degrees) in corners {
        for step in 0..=8 {
            let angle = (start_degrees + step as f32 * 90.0 / 8.0).to_radians();
            outline.push(center + radius * egui::Vec2::angled(angle));
        }
    }
    outline.push(outline[0]);
    ui.painter().extend(egui::Shape::dashed_line(&outline, Stroke::new(1.5, color), 7.0, 6.0));
}

/// The one question at the first start.
fn profile_ui(ui: &mut Ui, settings: &Settings, requests: &mut Requests) {
    let tokens = Tokens::of(ui);
    ui.label(theme::heading("Which keys are your hands used to?"));
    ui.add_space(2.0);
    let choices =
        [(Profile::Labelme, "labelme, X-AnyLabeling", ["A", "D"]), (Profile::Cvat, "CVAT", ["D", "F"])];
    let gap = 12.0;
    let size = vec2((ui.available_width() - gap) / 2.0, 76.0);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = gap;
        for (profile, tool, keys) in choices {
            if profile_card_ui(ui, size, tool, keys) {
                let settings = Settings { profile, has_chosen_profile: true, ..settings.clone() };
                requests.push(Request::SetSettings(Box::new(settings)));
            }
        }
    });
    let text = "D means “next” in one and “previous” in the other. You can change this and all other keys in Settings.";
    ui.add(Label::new(RichText::new(text).small().color(tokens.text_weak)).wrap());
}

fn profile_card_ui(ui: &mut Ui, size: egui::Vec2, tool: &str, keys: [&str; 2]) -> bool {
    let tokens = Tokens::of(ui);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let is_lit = response.hovered() || response.has_focus();
    let (fill, line) = if is_lit { (tokens.hovered, tokens.accent) } else { (tokens.raised, tokens.line) };
    ui.painter().rect(rect, 8.0, fill, Stroke::new(1.0, line), egui::StrokeKind::Inside);
    let layout = Layout::top_down(Align::Min);
    let mut inside = ui.new_child(UiBuilder::new().max_rect(rect.shrink(14.0)).layout(layout));
    inside.style_mut().interaction.selectable_labels = false;
    inside.label(RichText::new(format!("Like {tool}")).font(egui::FontId::new(13.0, theme::semibold())));
    inside.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        for (key, what) in keys.into_iter().zip(["previous", "next"]) {
            key_cap(ui, key);
            ui.label(RichText::new(what).color(tokens.text_weak));
            ui.add_space(6.0);
        }
    });
    let name = format!("Keys like {tool}: {} goes back, {} goes on", keys[0], keys[1]);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    response.clicked()
}

/// Projects opened before.
fn recent_ui(ui: &mut Ui, state: &AppState, requests: &mut Requests) {
    let tokens = Tokens::of(ui);
    let recent = &state.settings.recent;
    if recent.is_empty() {
        ui.vertical_centered(|ui| {
            ui.label(RichText::new("What you open is listed here the next time.").color(tokens.text_weak));
        });
        return;
    }
    let missing = missing_projects(ui, state);
    ui.label(theme::heading("Opened before"));
    ui.spacing_mut().item_spacing.y = 2.0;
    for path in recent {
        recent_row_ui(ui, path, missing.contains(path), &state.settings, requests);
    }
}

fn recent_row_ui(ui: &mut Ui, path: &Path, is_missing: bool, settings: &Settings, requests: &mut Requests) {
    let tokens = Tokens::of(ui);
    let name = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy();
    let folder = path.parent().unwrap_or(path).display().to_string();
    ui.horizontal(|ui| {
        let remove_width = 28.0 + ui.spacing().item_spacing.x;
        let size = vec2(ui.available_width() - remove_width, ROW_HEIGHT);
        let (rect, response) =
            ui.allocate_exact_size(size, if is_missing { Sense::hover() } else { Sense::click() });
        if response.hovered() && !is_missing {
            ui.painter().rect_filled(rect, f32::from(theme::RADIUS), tokens.hovered);
        }
        if response.has_focus() {
            let stroke = Stroke::new(1.5, tokens.accent);
            ui.painter().rect_stroke(rect, f32::from(theme::RADIUS), stroke, egui::StrokeKind::Inside);
        }
        let layout = Layout::left_to_right(Align::Center);
        let mut row = ui.new_child(UiBuilder::new().max_rect(rect.shrink2(vec2(10.0, 3.0))).layout(layout));
        row.style_mut().interaction.selectable_labels = false;
        if is_missing {
            row.disable();
        }
        let glyph = if is_missing { "link-break" } else { "folder-simple" };
        row.label(theme::icon_text(glyph).color(tokens.text_weak));
        row.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.add(
                Label::new(RichText::new(&*name).font(egui::FontId::new(13.0, theme::semibold()))).truncate(),
            );
            let place = if is_missing { format!("Not there: {folder}") } else { folder.clone() };
            let max_chars = (ui.available_width() / 6.0) as usize;
            ui.label(RichText::new(middle_cut(&place, max_chars)).small().color(tokens.text_weak));
        });
        let spoken = if is_missing { format!("{name}, not there") } else { format!("Open {name}") };
        response.widget_info(|| WidgetInfo::labeled(Role::Button, !is_missing, &spoken));
        if response.on_hover_text(path.display().to_string()).clicked() {
            requests.push(Request::Open(path.to_owned()));
        }
        if icon_button(ui, "x", &format!("Remove {name} from this list")).clicked() {
            let mut settings = settings.clone();
            settings.recent.retain(|other| other != path);
            requests.push(Request::SetSettings(Box::new(settings)));
        }
    });
}

/// A look, in the background, at which of the projects are still there: a folder on the network may take its time.
struct Look {
    recent: Vec<PathBuf>,
    job: Option<Job<HashSet<PathBuf>>>,
    missing: HashSet<PathBuf>,
}

fn missing_projects(ui: &Ui, state: &AppState) -> HashSet<PathBuf> {
    let id = Id::unique("recent-projects");
    let recent = &state.settings.recent;
    let known: Option<Arc<Mutex<Look>>> = ui.data(|data| data.get_temp(id));
    let is_same = |look: &Arc<Mutex<Look>>| lock(look).recent == *recent;
    let look = known.filter(is_same).unwrap_or_else(|| {
        let paths = recent.clone();
        let job = state
            .work
            .submit(Priority::Now, move |_| paths.into_iter().filter(|path| !path.exists()).collect());
        let look = Look { recent: recent.clone(), job: Some(job), missing: HashSet::new() };
        let look = Arc::new(Mutex::new(look));
        ui.data_mut(|data| data.insert_temp(id, Arc::clone(&look)));
        look
    });
    let mut look = lock(&look);
    if let Some(result) = look.job.as_ref().and_then(Job::poll) {
        look.missing = result.unwrap_or_default();
        look.job = None;
    }
    look.missing.clone()
}

fn lock(look: &Mutex<Look>) -> std::sync::MutexGuard<'_, Look> {
    look.lock().unwrap_or_else(PoisonError::into_inner)
}
