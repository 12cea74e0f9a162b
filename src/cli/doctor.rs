//! `fieldmark doctor`: what this computer has, what is missing, and what to do.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::json;

use super::console::Console;
use crate::media::cache_folder;
use crate::project::config_folder;

/// Tell what this computer has, what is missing, and what to do
#[derive(clap::Args)]
pub(super) struct Args {}

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    /// It is there and works.
    Fine,
    /// It is there, but could be better.
    Poor,
    /// It is not there, and something does not work without it.
    Missing,
    /// This build does not use it, whether it is there or not. That of the window uses everything.
    #[cfg(not(feature = "desktop"))]
    Unused,
}

/// One thing that was looked at.
#[derive(Serialize)]
struct Check {
    id: &'static str,
    title: &'static str,
    state: State,
    /// What was found.
    found: String,
    /// What to do, where something is to be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
}

impl Args {
    pub fn run(self, console: &Console) -> anyhow::Result<()> {
        let checks = [
            graphics(),
            folder("settings", "Settings", &config_folder(), ""),
            caches(),
            file_dialogs(),
            video(),
            models(),
        ];
        let is_healthy = checks.iter().all(|check| check.state != State::Missing);
        let version = env!("CARGO_PKG_VERSION");
        console.result(&json!({"version": version, "is_healthy": is_healthy, "checks": checks}), || {
            let mut lines = vec![format!("Fieldmark {version}")];
            lines.extend(checks.iter().map(Check::text));
            lines.join("\n")
        })
    }
}

impl Check {
    fn text(&self) -> String {
        let sign = match self.state {
            State::Fine => "ok     ",
            State::Poor => "poor   ",
            State::Missing => "MISSING",
            #[cfg(not(feature = "desktop"))]
            State::Unused => "unused ",
        };
        let advice = self.advice.as_ref().map(|advice| format!("\n          {advice}")).unwrap_or_default();
        format!("  {sign} {}: {}{advice}", self.title, self.found)
    }
}

#[cfg(feature = "desktop")]
fn graphics() -> Check {
    let (state, found, advice) = match crate::render::OffscreenRenderer::new() {
        Ok(renderer) => {
            let adapter = renderer.adapter_summary();
            let advice = "The processor draws, which is slow on large screens. If this computer has a graphics card, \
                          install its Vulkan driver (on Debian and Ubuntu mesa-vulkan-drivers, or the maker's).";
            match adapter.is_software {
                true => (State::Poor, adapter.to_string(), Some(advice.to_owned())),
                false => (State::Fine, adapter.to_string(), None),
            }
        }
        Err(error) => (State::Missing, "none that can be used".to_owned(), Some(error.to_string())),
    };
    Check { id: "graphics", title: "Graphics", state, found, advice }
}

#[cfg(not(feature = "desktop"))]
fn graphics() -> Check {
    let found = "this build has no window and needs none".to_owned();
    Check { id: "graphics", title: "Graphics", state: State::Unused, found, advice: None }
}

#[cfg(feature = "video")]
fn video() -> Check {
    use crate::media::video::{HardwareDevice, MissingFfmpeg, ffmpeg_facts};
    let facts = match ffmpeg_facts() {
        Ok(facts) => facts,
        Err(missing) => {
            let advice = Some(format!("To label videos, {}.", MissingFfmpeg::ADVICE));
            let found = missing.to_string();
            return Check { id: "ffmpeg", title: "FFmpeg, for video", state: State::Missing, found, advice };
        }
    };
    let hardware = match HardwareDevice::all_names().as_slice() {
        [] => format!(
            "it knows hardware decoders ({}), of which this computer has none; the processor decodes",
            facts.hardware.join(", ")
        ),
        names => format!("large videos are decoded in hardware ({}) where that is exact", names.join(", ")),
    };
    let found = format!("{}, {}; {hardware}", facts.codec_version, facts.format_version);
    Check { id: "ffmpeg", title: "FFmpeg, for video", state: State::Fine, found, advice: None }
}

#[cfg(not(feature = "video"))]
fn video() -> Check {
    let found = "this build opens no videos".to_owned();
    Check { id: "ffmpeg", title: "FFmpeg, for video", state: State::Unused, found, advice: None }
}

#[cfg(feature = "infer")]
fn models() -> Check {
    use crate::infer::runtime::{FoundLibrary, find_library};
    let (id, title) = ("onnx-runtime", "ONNX Runtime, for models");
    match find_library() {
        Ok(FoundLibrary { path, version }) => {
            let found = format!("{version} ({})", path.display());
            Check { id, title, state: State::Fine, found, advice: None }
        }
        Err(error) => {
            let found = "none that can be used".to_owned();
            Check { id, title, state: State::Missing, found, advice: Some(error.to_string()) }
        }
    }
}

#[cfg(not(feature = "infer"))]
fn models() -> Check {
    let found = "this build runs no models".to_owned();
    let (id, title) = ("onnx-runtime", "ONNX Runtime, for models");
    Check { id, title, state: State::Unused, found, advice: None }
}

/// A folder that must be writable. `more` is said of it besides.
fn folder(id: &'static str, title: &'static str, path: &Path, more: &str) -> Check {
    let probe = path.join(format!(".doctor-{}", std::process::id()));
    let written = std::fs::create_dir_all(path)
        .and_then(|()| std::fs::write(&probe, b""))
        .and_then(|()| std::fs::remove_file(&probe));
    let (state, advice) = match written {
        Ok(()) => (State::Fine, None),
        Err(error) => {
            (State::Missing, Some(format!("The folder cannot be written ({error}); make it writable.")))
        }
    };
    Check { id, title, state, found: format!("{}{more}", path.display()), advice }
}

fn caches() -> Check {
    let path = cache_folder();
    let num_bytes = folder_size_bytes(&path);
    let size =
        if num_bytes < 1 << 20 { format!("{num_bytes} bytes") } else { format!("{} MB", num_bytes >> 20) };
    folder("caches", "Caches", &path, &format!(" ({size}; can be deleted at any time)"))
}

fn folder_size_bytes(path: &Path) -> u64 {
    let files = walkdir::WalkDir::new(path).into_iter().flatten().filter(|entry| entry.file_type().is_file());
    files.filter_map(|entry| entry.metadata().ok()).map(|metadata| metadata.len()).sum()
}

/// On Linux, the system's file dialogs come from the desktop portal, over the session bus.
fn file_dialogs() -> Check {
    let (id, title) = ("file-dialogs", "File dialogs");
    if std::env::consts::OS != "linux" || cfg!(not(feature = "desktop")) {
        let found = "the system's".to_owned();
        return Check { id, title, state: State::Fine, found, advice: None };
    }
    let has_bus = std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some()
        || std::env::var_os("XDG_RUNTIME_DIR")
            .is_some_and(|folder| PathBuf::from(folder).join("bus").exists());
    let (state, found, advice) = match (portal_file(), has_bus) {
        (Some(file), true) => (State::Fine, format!("the desktop portal ({})", file.display()), None),
        (Some(file), false) => {
            let advice = "Start Fieldmark from within your desktop session. Meanwhile, drop files and folders onto \
                          the window, or name them: fieldmark FOLDER";
            let found = format!("the desktop portal ({}), but no session bus to reach it", file.display());
            (State::Poor, found, Some(advice.to_owned()))
        }
        (None, _) => {
            let advice = "Install xdg-desktop-portal with the back end of your desktop, for example \
                          xdg-desktop-portal-gtk. Meanwhile, drop files and folders onto the window, or name them: \
                          fieldmark FOLDER";
            (State::Poor, "no desktop portal".to_owned(), Some(advice.to_owned()))
        }
    };
    Check { id, title, state, found, advice }
}

/// The file that tells the session bus how to start the portal.
fn portal_file() -> Option<PathBuf> {
    let folders = std::env::var_os("XDG_DATA_DIRS").unwrap_or_else(|| "/usr/local/share:/usr/share".into());
    std::env::split_paths(&folders)
        .map(|folder| folder.join("dbus-1/services/org.freedesktop.portal.Desktop.service"))
        .find(|file| file.exists())
}
