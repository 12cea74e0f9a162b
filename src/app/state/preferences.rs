//! What the person chose for good: put into effect, and kept on disk.

use crate::app::keymap::Keymap;
use crate::app::messages::Tone;
use crate::app::settings::Settings;
use crate::app::state::AppState;
use crate::app::theme;
use crate::app::work::flatten;
use crate::base::jobs::{Job, Priority};

impl AppState {
    /// Chooses other settings, and keeps them.
    pub fn set_settings(&mut self, settings: Settings) {
        self.apply_settings(settings);
        self.save_settings();
    }

    pub(super) fn apply_settings(&mut self, settings: Settings) {
        theme::choose(&self.ctx, settings.theme);
        self.ctx.set_zoom_factor(settings.scale.clamp(0.5, 3.0));
        self.keymap = Keymap::new(&settings);
        self.work.set_picture_budget_bytes(settings.picture_cache_mb << 20);
        self.videos.set_budget_bytes(settings.frame_cache_mb << 20);
        self.work.set_tile_budget_bytes(settings.tile_cache_mb << 20, settings.disk_cache_gb << 30);
        self.settings = settings;
    }

    /// Writes the settings in the background. A newer call takes the place of one that has not begun.
    pub(super) fn save_settings(&mut self) {
        let (settings, folder) = (self.settings.clone(), self.config_folder.clone());
        self.saving_settings = Some(self.work.submit(Priority::Now, move |_| settings.save(&folder)));
    }

    pub(super) fn poll_settings(&mut self) {
        let Some(result) = self.saving_settings.as_ref().and_then(Job::poll) else { return };
        self.saving_settings = None;
        if let Err(error) = flatten(result) {
            let text =
                format!("Your settings could not be saved ({error}) [{}]", self.config_folder.display());
            self.messages.add(Tone::Warning, text);
        }
    }
}
