//! When the connection to the graphics card breaks: a driver is updated, a computer wakes up, a card is unplugged.
//!
//! Everything that the window drew with is gone then, and cannot be mended piece by piece; egui's renderer even
//! panics. So the program starts anew, and goes to the same place. Nothing is lost: every edit is saved when its
//! gesture ends.

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use eframe::egui;
use serde::{Deserialize, Serialize};

use super::view::Page;
use crate::geometry::Point;
use crate::model::AssetId;

/// Where the person was when the window closed. The next program finds it in its environment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReturnTo {
    /// The project.
    pub project: Option<PathBuf>,
    /// The page.
    pub page: Page,
    /// The picture.
    pub asset: Option<AssetId>,
    /// The middle of the view and its zoom. `None` while the picture is fitted.
    pub view: Option<(Point, f64)>,
    /// How often the program was started anew without working for long.
    pub num_losses: u32,
}

const VARIABLE: &str = "FIELDMARK_RETURN_TO";
/// A window that was lost this often in a row will not get better.
const MAX_LOSSES: u32 = 3;
/// A window that lived for this long worked.
const LONG: Duration = Duration::from_secs(60);

impl ReturnTo {
    /// Where the program before this one was, if this one takes its place.
    pub fn from_environment() -> Option<Self> {
        // A text that makes no sense is none of ours.
        serde_json::from_str(&std::env::var(VARIABLE).ok()?).ok()
    }

    /// Starts the program anew to go there. Ends this one, where the system can exchange one for the other.
    ///
    /// # Errors
    /// When the driver failed again and again, or the program cannot be started.
    pub fn start_anew(self) -> anyhow::Result<()> {
        anyhow::ensure!(
            self.num_losses <= MAX_LOSSES,
            "the graphics driver fails again and again; your work is saved. Update the driver, or start with \
             WGPU_BACKEND=gl to draw in another way"
        );
        let mut command = Command::new(std::env::current_exe()?);
        command.env(VARIABLE, serde_json::to_string(&self)?).args(&self.project);
        start(command)
    }
}

#[cfg(unix)]
fn start(mut command: Command) -> anyhow::Result<()> {
    use std::os::unix::process::CommandExt as _;
    Err(command.exec().into())
}

#[cfg(not(unix))]
fn start(mut command: Command) -> anyhow::Result<()> {
    command.spawn()?;
    Ok(())
}

/// Notices that the device is gone.
pub struct GpuWatch {
    is_lost: Arc<AtomicBool>,
    device: wgpu::Device,
    since: Instant,
}

impl GpuWatch {
    /// Watches a window's device, and keeps the program alive when it fails.
    pub fn new(device: &wgpu::Device, ctx: &egui::Context) -> Self {
        let is_lost = Arc::new(AtomicBool::new(false));
        let (ctx, flag) = (ctx.clone(), Arc::clone(&is_lost));
        device.set_device_lost_callback(move |reason, message| {
            log::warn!("The connection to the graphics card broke ({reason:?}): {message}");
            flag.store(true, Ordering::Release);
            ctx.request_repaint();
        });
        // The default is to end the program.
        device.on_uncaptured_error(Arc::new(|error| log::error!("The graphics card reports: {error}")));
        Self { is_lost, device: device.clone(), since: Instant::now() }
    }

    /// Whether the program has to start anew.
    pub fn is_lost(&self) -> bool {
        self.is_lost.load(Ordering::Acquire)
    }

    /// Which loss in a row it is when the device is lost now, after so many before.
    pub fn num_losses(&self, before: u32) -> u32 {
        if self.since.elapsed() > LONG { 1 } else { before + 1 }
    }

    /// Breaks the connection.
    pub fn disconnect(&self) {
        // The callback would come too late, for egui is about to draw.
        self.is_lost.store(true, Ordering::Release);
        self.device.destroy();
    }
}

/// What a window leaves to the program that takes its place.
#[derive(Clone, Default)]
pub struct Legacy(Arc<Mutex<Option<ReturnTo>>>);

impl Legacy {
    /// Has the program started anew there, once the window is gone.
    pub fn leave(&self, place: ReturnTo) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(place);
    }

    /// Where to go; `None` when the person closed the window.
    pub fn take(&self) -> Option<ReturnTo> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_driver_that_fails_again_and_again_is_given_up() {
        let place = ReturnTo {
            project: None,
            page: Page::Canvas,
            asset: None,
            view: None,
            num_losses: MAX_LOSSES + 1,
        };
        let error = place.start_anew().expect_err("it is enough").to_string();
        assert!(error.contains("your work is saved"), "{error}");
    }

    #[test]
    fn a_place_survives_the_journey() {
        let place = ReturnTo {
            project: Some("/pictures/p.fieldmark".into()),
            page: Page::Gallery,
            asset: Some(AssetId::new()),
            view: Some((Point::new(1_000_000.5, 0.1), 0.3)),
            num_losses: 2,
        };
        let text = serde_json::to_string(&place).expect("plain values");
        assert_eq!(serde_json::from_str::<ReturnTo>(&text).expect("as written"), place);
    }
}
