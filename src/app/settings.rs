//! What the person chose, for all projects. Kept in `settings.toml` in the user's configuration folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::theme::ThemeChoice;
use crate::edit::NewOnVideo;
use crate::render::Sampling;
use crate::tools::ToolSettings;

/// The habits that a person brings along: keys that tools disagree about, and what the wheel does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// D goes to the next picture and A to the previous one, as in labelme, X-AnyLabeling and ISAT.
    #[default]
    Labelme,
    /// F goes to the next picture and D to the previous one, as in CVAT.
    Cvat,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 2] = [Self::Labelme, Self::Cvat];

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Labelme => "Like labelme and X-AnyLabeling (A / D)",
            Self::Cvat => "Like CVAT (D / F)",
        }
    }
}

/// What the wheel does over the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WheelAction {
    /// It zooms; with Ctrl it scrolls.
    #[default]
    Zoom,
    /// It scrolls; with Ctrl it zooms.
    Scroll,
}

/// Everything that can be chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Light or dark.
    pub theme: ThemeChoice,
    /// Size of everything, 1 is as the system says.
    pub scale: f32,
    /// Keys and wheel that tools disagree about.
    pub profile: Profile,
    /// Whether the person was asked for the profile.
    pub has_chosen_profile: bool,
    /// What the wheel does.
    pub wheel: WheelAction,
    /// Shortcuts that differ from the profile's, by command; an empty one means none.
    pub shortcuts: BTreeMap<String, String>,
    /// How tools work.
    pub tools: ToolSettings,
    /// What a drawn shape becomes on a video.
    pub new_on_video: NewOnVideo,
    /// On how many more frames of a video objects are held at once.
    pub hold_frames: u32,
    /// How the picture is enlarged.
    pub smooth: bool,
    /// Lines between pixels at high zoom.
    pub pixel_grid: bool,
    /// Lines through the pointer while drawing.
    pub crosshair: bool,
    /// The names of labels beside the objects.
    pub show_names: bool,
    /// The objects over the thumbnails of gallery and filmstrip.
    pub thumbnail_objects: bool,
    /// How strongly areas are filled, 0 to 1.
    pub fill_opacity: f32,
    /// Width of outlines, points.
    pub line_width: f32,
    /// Where one is in the picture, while not all of it is in view.
    pub show_navigator: bool,
    /// Memory for decoded pictures, megabytes.
    pub picture_cache_mb: usize,
    /// Memory for decoded frames of a video, megabytes.
    pub frame_cache_mb: usize,
    /// Whether playing begins anew where it ends.
    pub loops: bool,
    /// Whether the frame on which playing was begun comes back when it ends or is stopped.
    pub returns_after_playing: bool,
    /// Whether the sound of videos is heard.
    pub sound: bool,
    /// Whether pictures of frames are shown on the timeline of a video, where there is room.
    pub show_frame_pictures: bool,
    /// Whether the sound of a video is shown on its timeline.
    pub show_waveform: bool,
    /// Whether large videos are decoded in hardware, where that gives the same frames.
    pub hardware_decoding: bool,
    /// How many frames a long step of a video goes.
    pub frame_step: u32,
    /// Memory for the tiles of very large pictures.
    pub tile_cache_mb: usize,
    /// What the tiles of very large pictures may take on disk.
    pub disk_cache_gb: u64,
    /// Graphics memory for the tiles of a picture, megabytes.
    pub gpu_cache_mb: usize,
    /// The height of the timeline, points.
    pub timeline_height: f32,
    /// Whether the strip of pictures, or the timeline of a video, is shown.
    pub show_filmstrip: bool,
    /// Whether the panel at the right is shown.
    pub show_side_panel: bool,
    /// Projects opened before, the latest first.
    pub recent: Vec<PathBuf>,
    /// Commands run from the palette, the latest first.
    pub recent_commands: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: ThemeChoice::default(),
            scale: 1.0,
            profile: Profile::default(),
            has_chosen_profile: false,
            wheel: WheelAction::default(),
            shortcuts: BTreeMap::new(),
            tools: ToolSettings::default(),
            new_on_video: NewOnVideo::default(),
            hold_frames: 10,
            smooth: false,
            pixel_grid: true,
            crosshair: true,
            show_names: true,
            thumbnail_objects: true,
            fill_opacity: 0.2,
            line_width: 2.0,
            show_navigator: true,
            picture_cache_mb: 1024,
            frame_cache_mb: 1024,
            loops: false,
            returns_after_playing: false,
            sound: true,
            show_frame_pictures: true,
            show_waveform: true,
            hardware_decoding: true,
            frame_step: 10,
            tile_cache_mb: 512,
            disk_cache_gb: 10,
            gpu_cache_mb: 384,
            timeline_height: 208.0,
            show_filmstrip: true,
            show_side_panel: true,
            recent: Vec::new(),
            recent_commands: Vec::new(),
        }
    }
}

/// How many projects are remembered.
const MAX_RECENT: usize = 10;
/// How many commands are remembered.
const MAX_RECENT_COMMANDS: usize = 8;

impl Settings {
    /// Reads the settings of a folder. The second value says what was wrong with the file, where something was;
    /// the defaults stand in then, and the file stays as it is until something is changed.
    pub fn load(folder: &Path) -> (Self, Option<String>) {
        let path = folder.join("settings.toml");
        match std::fs::read_to_string(&path) {
            Ok(text) => match toml::from_str(&text) {
                Ok(settings) => (settings, None),
                Err(error) => {
                    let reason = error.message();
                    let text = format!(
                        "Your settings could not be read, so the usual ones apply ({reason}) [{}]",
                        path.display()
                    );
                    (Self::default(), Some(text))
                }
            },
            Err(_) => (Self::default(), None),
        }
    }

    /// Writes the settings into a folder, whole or not at all.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn save(&self, folder: &Path) -> std::io::Result<()> {
        let text = toml::to_string_pretty(self).map_err(std::io::Error::other)?;
        std::fs::create_dir_all(folder)?;
        let temporary = folder.join(format!("settings.toml.{}", std::process::id()));
        std::fs::write(&temporary, text)?;
        std::fs::rename(&temporary, folder.join("settings.toml"))
    }

    /// How an enlarged picture is sampled.
    pub fn sampling(&self) -> Sampling {
        if self.smooth { Sampling::Smooth } else { Sampling::Nearest }
    }

    /// Puts a project in front of those opened before.
    pub fn remember(&mut self, project: &Path) {
        self.recent.retain(|path| path != project);
        self.recent.insert(0, project.to_owned());
        self.recent.truncate(MAX_RECENT);
    }

    /// Puts a command in front of those run before.
    pub fn remember_command(&mut self, id: &str) {
        self.recent_commands.retain(|other| other != id);
        self.recent_commands.insert(0, id.to_owned());
        self.recent_commands.truncate(MAX_RECENT_COMMANDS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_read_back_and_a_broken_file_is_reported() {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings { scale: 1.5, ..Settings::default() };
        settings.remember(Path::new("/a.fieldmark"));
        settings.shortcuts.insert("view.fit".into(), "Ctrl+9".into());
        settings.remember_command("view.fit");
        settings.remember_command("view.zoom_in");
        settings.remember_command("view.fit");
        assert_eq!(settings.recent_commands, ["view.fit", "view.zoom_in"]);
        settings.save(folder.path()).unwrap();
        assert_eq!(Settings::load(folder.path()), (settings, None));
        std::fs::write(folder.path().join("settings.toml"), "scale = 'big'").unwrap();
        let (settings, problem) = Settings::load(folder.path());
        assert_eq!(settings, Settings::default());
        assert!(problem.unwrap().contains("could not be read"));
    }
}
