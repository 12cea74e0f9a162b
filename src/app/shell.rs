//! The window as a whole: where its parts stand, and the order of a frame.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use eframe::egui::{self, Event, Margin, vec2};
use eframe::egui_wgpu;

use super::canvas::{self, CanvasGpu};
use super::dialogs;
use super::gpu_watch::{GpuWatch, Legacy, ReturnTo};
use super::head_start::HeadStart;
use super::keymap;
use super::panels;
use super::request::{Request, Requests};
use super::settings::Settings;
use super::state::AppState;
use super::theme::{self, Tokens};
use super::timeline::TimelineRequest;
use super::video::SpaceBar;
use super::view::Page;
use crate::base::cpu_time::thread_cpu_time;
use crate::media::ThumbnailCache;
use crate::model::LabelId;
use crate::project::{Identity, config_folder};
use crate::tools::{Input, Key, Modifiers};

/// What the window begins with.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// A project, folder or picture to open.
    pub open: Option<PathBuf>,
}

/// Opens the window and runs until it is closed.
///
/// # Errors
/// When there is no screen, no GPU, not even a software one, or the person's configuration cannot be read.
pub fn run(options: RunOptions) -> anyhow::Result<()> {
    let identity = Identity::load()?;
    let head_start = HeadStart::new(options.open.clone(), &identity);
    let native = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_title("Fieldmark")
            .with_app_id("fieldmark")
            .with_inner_size(vec2(1440.0, 900.0))
            .with_min_inner_size(vec2(800.0, 520.0))
            .with_drag_and_drop(true),
        // There is no gradient that would show bands, and without a GPU it costs a good part of each frame.
        dithering: false,
        wgpu_options: egui_wgpu::WgpuConfiguration { wgpu_setup: wgpu_setup(), ..Default::default() },
        ..Default::default()
    };
    let legacy = Legacy::default();
    let app_legacy = legacy.clone();
    let run = || {
        eframe::run_native(
            "fieldmark",
            native,
            Box::new(move |creation| {
                show_at_once(creation);
                let cache = Arc::new(ThumbnailCache::in_cache_folder());
                let mut app =
                    FieldmarkApp::with_head_start(creation, head_start, identity, config_folder(), cache);
                ReturnTo::from_environment().into_iter().for_each(|place| app.state.return_to(place));
                app.legacy = app_legacy;
                Ok(Box::new(app))
            }),
        )
    };
    // egui's renderer panics when the device is lost while it draws.
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run));
    if let Some(place) = legacy.take() {
        // The first project may not have been open yet.
        let project = place.project.clone().or(options.open);
        return ReturnTo { project, ..place }.start_anew();
    }
    result.unwrap_or_else(|panic| std::panic::resume_unwind(panic)).map_err(|error| {
        anyhow::anyhow!("the window could not be opened ({error}); `fieldmark doctor` may tell why")
    })
}

/// Shows the window before its first frame is drawn, where a frame drawn before would be lost.
///
/// eframe hides the window until then, against a flash of white. X11 keeps nothing of what is drawn to a hidden
/// window, so the first thing that could be seen would be the second frame.
fn show_at_once(creation: &eframe::CreationContext<'_>) {
    use wgpu::rwh::{HasDisplayHandle, RawDisplayHandle};
    let is_x11 = creation.display_handle().is_ok_and(|display| {
        matches!(display.as_raw(), RawDisplayHandle::Xlib(_) | RawDisplayHandle::Xcb(_))
    });
    if let Some(window) = creation.winit_window().filter(|_| is_x11) {
        window.set_visible(true);
    }
}

/// The interfaces that may draw the window. Where there is no GPU, and Vulkan's software driver is, OpenGL's need
/// not be loaded as well: that is a tenth of the time until the window is there.
fn wgpu_setup() -> egui_wgpu::WgpuSetup {
    let has_entry = |folder: &str, start: &str| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.into_iter().any(|entry| entry.file_name().to_string_lossy().starts_with(start))
    };
    let has_gpu = has_entry("/dev/dri", "renderD");
    let has_software_vulkan =
        ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d"].iter().any(|folder| has_entry(folder, "lvp"));
    let mut setup = egui_wgpu::WgpuSetupCreateNew::without_display_handle();
    let is_chosen_by_person = std::env::var_os("WGPU_BACKEND").is_some();
    if cfg!(target_os = "linux") && has_software_vulkan && !has_gpu && !is_chosen_by_person {
        setup.instance_descriptor.backends.remove(wgpu::Backends::GL);
    }
    setup.into()
}

/// The window.
pub struct FieldmarkApp {
    state: AppState,
    requests: Requests,
    space: SpaceBar,
    title: String,
    legacy: Legacy,
    /// The processor time of the last frame, on this thread.
    frame_time: Duration,
}

impl FieldmarkApp {
    /// A window without a project.
    #[cfg(feature = "ui-test")]
    pub fn new(
        creation: &eframe::CreationContext<'_>,
        identity: Identity,
        config_folder: PathBuf,
        cache: Arc<ThumbnailCache>,
    ) -> Self {
        let head_start = HeadStart::new(None, &identity);
        Self::with_head_start(creation, head_start, identity, config_folder, cache)
    }

    fn with_head_start(
        creation: &eframe::CreationContext<'_>,
        head_start: HeadStart,
        identity: Identity,
        config_folder: PathBuf,
        cache: Arc<ThumbnailCache>,
    ) -> Self {
        let mut state = AppState::new(&creation.egui_ctx, head_start, identity, config_folder, cache);
        if let Some(gpu) = &creation.wgpu_render_state {
            CanvasGpu::install(gpu);
            state.adapter = crate::render::AdapterSummary::new(&gpu.adapter).to_string();
            state.gpu = Some(GpuWatch::new(&gpu.device, &creation.egui_ctx));
        }
        Self {
            state,
            requests: Requests::default(),
            space: SpaceBar::default(),
            title: String::new(),
            legacy: Legacy::default(),
            frame_time: Duration::ZERO,
        }
    }

    /// Opens a project, a folder or a picture.
    #[cfg(feature = "ui-test")]
    pub fn open(&mut self, path: PathBuf) {
        self.state.open(path);
    }

    /// Runs a command by its id, in the next frame.
    #[cfg(feature = "ui-test")]
    pub fn run_command(&mut self, id: &'static str) {
        self.requests.run(id);
    }

    /// Makes an edit, as gestures do.
    #[cfg(feature = "ui-test")]
    pub fn commit(&mut self, title: &str, edits: Vec<crate::edit::Edit>) {
        self.state.commit(title.to_owned(), edits);
    }

    /// The open project.
    #[cfg(feature = "ui-test")]
    pub fn project(&self) -> Option<&crate::project::Project> {
        self.state.project.as_ref()
    }

    /// The objects of the picture on the canvas.
    #[cfg(feature = "ui-test")]
    pub fn document(&self) -> Option<&crate::edit::Document> {
        self.state.document()
    }

    /// The frame of the video on the canvas that is on screen.
    #[cfg(feature = "ui-test")]
    pub fn frame(&self) -> u32 {
        self.state.view.frame
    }

    /// Whether a video plays.
    #[cfg(feature = "ui-test")]
    pub fn is_playing(&self) -> bool {
        self.state.videos.is_playing()
    }

    /// Whether objects are being followed through a video.
    #[cfg(feature = "ui-test")]
    pub fn is_following(&self) -> bool {
        self.state.is_following()
    }

    /// The selected objects.
    #[cfg(feature = "ui-test")]
    pub fn selection(&self) -> &crate::tools::Selection {
        &self.state.view.selection
    }

    /// The state of the tool, as in `polygon.placing`.
    #[cfg(feature = "ui-test")]
    pub fn tool_state(&self) -> String {
        self.state.view.toolbox.tool().state()
    }

    /// Where a point of the picture lies in the window, points.
    #[cfg(feature = "ui-test")]
    pub fn points_from_image(&self, x: f64, y: f64) -> egui::Pos2 {
        self.state.points_from_image(crate::geometry::Point::new(x, y))
    }

    /// The processor time of this thread that the last frame took, without making triangles and drawing them.
    #[cfg(feature = "ui-test")]
    pub fn frame_time(&self) -> Duration {
        self.frame_time
    }

    /// Whether everything that was asked for is there, so that the window will not change by itself.
    #[cfg(feature = "ui-test")]
    pub fn is_settled(&mut self) -> bool {
        self.state.is_settled()
    }

    fn window_ui(&mut self, ui: &mut egui::Ui) {
        let (state, requests) = (&mut self.state, &mut self.requests);
        panels::menu_bar::menu_bar_ui(ui, state, requests);
        panels::status_bar::status_bar_ui(ui, state, requests);
        if state.project.is_none() {
            egui::CentralPanel::default().show(ui, |ui| panels::welcome::welcome_ui(ui, state, requests));
            return;
        }
        panels::tool_strip::tool_strip_ui(ui, state, requests);
        if state.settings.show_side_panel && state.view.page == Page::Canvas {
            panels::side::side_panel_ui(ui, state, requests);
        }
        if state.view.shows_messages {
            egui::Panel::right("messages")
                .default_size(theme::SIDE_PANEL_WIDTH)
                .show(ui, |ui| panels::messages_panel::messages_ui(ui, state, requests));
        }
        match state.view.page {
            Page::Canvas => {
                if state.view.review.is_on {
                    panels::review::review_ui(ui, state, requests);
                }
                if state.settings.show_filmstrip && state.video_facts().is_some() {
                    timeline_ui(ui, state, requests);
                } else if state.settings.show_filmstrip {
                    egui::Panel::bottom("filmstrip")
                        .resizable(false)
                        .frame(egui::Frame::side_top_panel(ui.style()).inner_margin(Margin::symmetric(8, 6)))
                        .show(ui, |ui| panels::filmstrip::filmstrip_ui(ui, state, requests));
                }
                if state.is_video() {
                    panels::transport::transport_panel_ui(ui, state, requests);
                }
                let fill = Tokens::of(ui).canvas;
                egui::CentralPanel::default()
                    .frame(egui::Frame::new().fill(fill))
                    .show(ui, |ui| canvas::canvas_ui(ui, state, requests));
            }
            Page::Gallery => {
                egui::CentralPanel::default().show(ui, |ui| panels::gallery::gallery_ui(ui, state, requests));
            }
        }
    }

    fn dialogs_ui(&mut self, ctx: &egui::Context) {
        // Taken out while it is drawn: it owns what is entered, and reads the rest.
        if let Some(mut dialog) = self.state.view.dialog.take()
            && dialogs::dialog_ui(ctx, &mut dialog, &self.state, &mut self.requests)
        {
            self.state.view.dialog = Some(dialog);
        }
    }

    /// Turns keys into requests, unless they belong to a field or a list that has the keyboard.
    ///
    /// While no control has it, Tab is a command (the next object), and egui must not take it to walk from control
    /// to control. F6 gives the keyboard to the panels, where Tab does that; Escape brings it back.
    fn keys(&mut self, ctx: &egui::Context) {
        if std::mem::take(&mut self.state.view.wants_panel_focus) {
            ctx.memory_mut(|memory| memory.move_focus(egui::FocusDirection::Next));
            return;
        }
        if ctx.text_edit_focused() || self.state.view.dialog.is_some() {
            self.space.forget();
            return;
        }
        let now = self.state.now();
        let is_gallery = self.state.view.page == Page::Gallery;
        let events = ctx.input(|input| input.events.clone());
        for event in &events {
            if self.space.is_tap(event) {
                let tapped = self.state.keymap.command_of_space(now);
                tapped.into_iter().for_each(|command| self.requests.run(command));
            }
            if panels::belongs_to_panel(ctx, event, is_gallery) {
                continue;
            }
            if matches!(event, Event::Key { key: egui::Key::Tab, .. }) {
                ctx.memory_mut(|memory| memory.move_focus(egui::FocusDirection::None));
            }
            if is_escape(event) && !self.state.view.timeline.tool.is_idle() {
                let input = Input::Key { key: Key::Escape, modifiers: Modifiers::NONE };
                self.requests.push(Request::Timeline(TimelineRequest::Input(input)));
            } else if let Some(key) = canvas::pointer_key(event, &self.state) {
                self.requests.push(Request::PointerKey(key));
            } else if let Some(input) = canvas::tool_key(event, &self.state) {
                self.requests.push(Request::ToolInput(input));
            } else if let Some(label) = self.label_for(event) {
                self.requests.push(Request::ChooseLabel(Some(label)));
            } else if self.space.press(event) {
                // What it does is known when it is let go.
            } else if let Some(command) = self.state.keymap.command_for(event, now) {
                self.requests.run(command);
            }
        }
    }

    /// The label of the project that has this key for its own: it was given the key for this project, so it goes
    /// before commands.
    fn label_for(&self, event: &Event) -> Option<LabelId> {
        keymap::label_for(event, self.state.project.as_ref()?.schema())
    }

    fn dropped_files(&mut self, ctx: &egui::Context) {
        let dropped: Vec<PathBuf> =
            ctx.input(|input| input.raw.dropped_files.iter().map(|file| file.path().to_owned()).collect());
        if !dropped.is_empty() {
            self.requests.push(Request::Drop(dropped));
        }
    }

    /// Makes room for a new window when the GPU is gone.
    fn close_if_lost(&self, ctx: &egui::Context) {
        if self.state.gpu.as_ref().is_some_and(GpuWatch::is_lost) {
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        }
    }

    fn update_title(&mut self, ctx: &egui::Context) {
        let title = match &self.state.project {
            Some(project) => format!("{} – Fieldmark", project.name()),
            None => "Fieldmark".to_owned(),
        };
        if self.title != title {
            ctx.send_viewport_cmd(egui::ViewportCommand::Title(title.clone()));
            self.title = title;
        }
    }
}

impl Drop for FieldmarkApp {
    fn drop(&mut self) {
        if self.state.gpu.as_ref().is_some_and(GpuWatch::is_lost) {
            self.legacy.leave(self.state.place());
        }
    }
}

impl eframe::App for FieldmarkApp {
    fn ui(&mut self, ui: &mut egui::Ui, _: &mut eframe::Frame) {
        let ctx = ui.ctx().clone();
        self.close_if_lost(&ctx);
        let begun = thread_cpu_time();
        self.state.poll();
        if ctx.input(|input| input.viewport().close_requested()) && !self.state.may_close() {
            ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
        }
        self.keys(&ctx);
        self.dropped_files(&ctx);
        // Before anything is drawn, so that what a key does is in this very frame.
        self.state.carry_out_all(std::mem::take(&mut self.requests));
        self.window_ui(ui);
        self.dialogs_ui(&ctx);
        focus_ring_ui(&ctx);
        drop_hint_ui(&ctx);
        self.state.messages.toasts_ui(&ctx);
        if !self.requests.is_empty() {
            // What a panel asked for shows in the next frame.
            ctx.request_repaint();
        }
        self.state.carry_out_all(std::mem::take(&mut self.requests));
        self.state.end_thumbnails_frame();
        self.update_title(&ctx);
        self.frame_time = thread_cpu_time() - begun;
        log::trace!("frame: {:.2} ms", self.frame_time.as_secs_f64() * 1e3);
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }

    fn persist_egui_memory(&self) -> bool {
        false
    }
}

fn is_escape(event: &Event) -> bool {
    matches!(event, Event::Key { key: egui::Key::Escape, pressed: true, .. })
}

/// The timeline, as high as the person made it.
fn timeline_ui(ui: &mut egui::Ui, state: &AppState, requests: &mut Requests) {
    let max_height = (ui.available_height() * 0.6).max(panels::timeline::MIN_HEIGHT);
    let panel = egui::Panel::bottom("timeline")
        .resizable(true)
        .default_size(state.settings.timeline_height)
        .size_range(panels::timeline::MIN_HEIGHT..=max_height)
        .frame(egui::Frame::side_top_panel(ui.style()).inner_margin(Margin::ZERO))
        .show(ui, |ui| panels::timeline::timeline_ui(ui, state, requests));
    let height = panel.response.rect.height();
    let is_settled = !ui.input(|input| input.pointer.any_down());
    // A window that is too low for what the person wants says nothing about what that is.
    if is_settled && (height - state.settings.timeline_height).abs() > 1.0 && height < max_height - 1.0 {
        let settings = Settings { timeline_height: height, ..state.settings.clone() };
        requests.push(Request::SetSettings(Box::new(settings)));
    }
}

/// A ring around the control that has the keyboard. Fields show by themselves where one types.
fn focus_ring_ui(ctx: &egui::Context) {
    let focused = ctx.memory(|memory| memory.focused()).and_then(|id| ctx.read_response(id));
    let Some(response) = focused.filter(|_| !ctx.text_edit_focused()) else { return };
    // As much of it as is scrolled into sight.
    let clip = response.interact_rect.expand(4.0);
    if !response.interact_rect.is_positive() {
        return;
    }
    let stroke = egui::Stroke::new(2.0, Tokens::of_theme(ctx.theme()).accent);
    let painter = ctx.layer_painter(response.layer_id).with_clip_rect(clip);
    painter.rect_stroke(response.rect.expand(1.0), theme::RADIUS, stroke, egui::StrokeKind::Outside);
}

/// While files hang over the window: what dropping them does.
fn drop_hint_ui(ctx: &egui::Context) {
    if ctx.input(|input| input.raw.hovered_files.is_empty()) {
        return;
    }
    let screen = ctx.content_rect();
    let painter =
        ctx.layer_painter(egui::LayerId::new(egui::Order::Foreground, egui::Id::unique("drop-hint")));
    let tokens = Tokens::of_theme(ctx.theme());
    painter.rect_filled(screen, 0.0, tokens.panel.gamma_multiply(0.85));
    painter.rect_stroke(
        screen.shrink(16.0),
        12.0,
        egui::Stroke::new(2.0, tokens.accent),
        egui::StrokeKind::Inside,
    );
    painter.text(
        screen.center(),
        egui::Align2::CENTER_CENTER,
        "Drop pictures, a folder or a project",
        egui::FontId::new(22.0, theme::semibold()),
        tokens.text,
    );
}
