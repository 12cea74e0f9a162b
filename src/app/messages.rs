//! What the person is told: toasts that go by themselves, and the list of all messages.

use std::time::{Duration, Instant};

use eframe::egui::{self, Align2, vec2};

use super::theme::{self, Tokens};

/// How a message sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something is done.
    Success,
    /// Worth knowing.
    Info,
    /// Something to look at.
    Warning,
    /// Something failed.
    Error,
}

impl Tone {
    /// Its icon and colour: told apart without relying on colour alone.
    pub fn look(self, tokens: &Tokens) -> (&'static str, egui::Color32) {
        match self {
            Self::Success => ("check-circle", tokens.success),
            Self::Info => ("info", tokens.accent),
            Self::Warning => ("warning", tokens.warning),
            Self::Error => ("x-circle", tokens.error),
        }
    }
}

/// Something that the person was told.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its number.
    pub id: u64,
    /// How it sounds.
    pub tone: Tone,
    /// What it says.
    pub text: String,
    /// When its toast goes; `None` when only the person closes it.
    toast_until: Option<Instant>,
    is_toast: bool,
}

/// All messages.
#[derive(Default)]
pub struct Messages {
    list: Vec<Message>,
    next_id: u64,
}

/// How many messages are kept.
const MAX_MESSAGES: usize = 200;
/// How many toasts are shown at once.
const MAX_TOASTS: usize = 4;

impl Messages {
    /// Tells the person something.
    pub fn add(&mut self, tone: Tone, text: impl Into<String>) {
        let text = text.into();
        // Long enough to be read at leisure. What failed stays until it is closed.
        let reading_time = Duration::from_secs_f32(3.0 + text.len() as f32 / 18.0);
        let toast_until = (tone != Tone::Error).then(|| Instant::now() + reading_time);
        self.next_id += 1;
        self.list.push(Message { id: self.next_id, tone, text, toast_until, is_toast: true });
        if self.list.len() > MAX_MESSAGES {
            self.list.remove(0);
        }
    }

    /// Every message, the oldest first.
    pub fn list(&self) -> &[Message] {
        &self.list
    }

    /// Forgets a message, or all.
    pub fn dismiss(&mut self, id: Option<u64>) {
        match id {
            Some(id) => self.list.retain(|message| message.id != id),
            None => self.list.clear(),
        }
    }

    /// Shows the toasts at the bottom right, the latest lowest. Wakes the window only when one is to go.
    pub fn toasts_ui(&mut self, ctx: &egui::Context) {
        let now = Instant::now();
        for message in &mut self.list {
            message.is_toast &= message.toast_until.is_none_or(|until| until > now);
        }
        if let Some(next) = self.list.iter().filter(|m| m.is_toast).filter_map(|m| m.toast_until).min() {
            ctx.request_repaint_after(next.saturating_duration_since(now) + Duration::from_millis(20));
        }
        let num_toasts = self.list.iter().filter(|message| message.is_toast).count();
        if num_toasts == 0 {
            return;
        }
        egui::Area::new(egui::Id::unique("toasts"))
            .anchor(Align2::RIGHT_BOTTOM, vec2(-16.0, -40.0))
            .order(egui::Order::Foreground)
            .show(ctx, |ui| {
                let toasts = self.list.iter_mut().filter(|message| message.is_toast);
                for message in toasts.skip(num_toasts.saturating_sub(MAX_TOASTS)) {
                    toast_ui(ui, message);
                }
            });
    }
}

fn toast_ui(ui: &mut egui::Ui, message: &mut Message) {
    let tokens = Tokens::of(ui);
    let (icon, color) = message.tone.look(&tokens);
    egui::Frame::popup(ui.style()).inner_margin(10).show(ui, |ui| {
        ui.set_width(340.0);
        ui.set_max_height(0.0);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Min), |ui| {
            if super::widgets::icon_button(ui, "x", "Close this message").clicked() {
                message.is_toast = false;
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Min), |ui| {
                ui.label(theme::icon_text(icon).color(color));
                ui.add(egui::Label::new(&message.text).wrap());
            });
        });
    });
}
