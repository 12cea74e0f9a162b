//! The frame on screen as a picture: in a file, or on the clipboard.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use eframe::egui::ColorImage;

use super::OnScreen;
use crate::app::messages::Tone;
use crate::app::state::AppState;
use crate::app::work::{PickPurpose, flatten};
use crate::base::jobs::{Job, Priority};
use crate::pixels::Picture;
use crate::render::VideoPicture;

/// A frame that is being written: its number, and the file in the end.
pub(super) type SavingFrame = (u32, Job<anyhow::Result<PathBuf>>);

/// A frame that goes to the clipboard: its number, and what goes there.
pub(super) type CopyingFrame = (u32, Job<anyhow::Result<ColorImage>>);

impl AppState {
    /// Asks where the frame on screen is to be saved.
    pub fn pick_file_for_frame(&mut self) {
        let Some((project, asset)) = self.project.as_ref().zip(self.view.asset) else { return };
        let Some(row) = project.assets().get(asset) else { return };
        let stem = Path::new(row.asset.file_name()).file_stem().unwrap_or_default().to_string_lossy();
        // A pattern of numbered pictures has a percent sign.
        let name = format!("{}-{:06}.png", stem.replace('%', ""), self.view.frame);
        let start_in = Some(project.root().to_owned());
        self.pause();
        self.work.pick(PickPurpose::SaveFrame { name }, start_in);
    }

    /// Writes the frame on screen as PNG, in the background.
    pub(in crate::app) fn save_frame(&mut self, path: &Path) {
        let Some((number, OnScreen::Picture(picture))) = self.videos.open().and_then(|video| video.shown())
        else {
            return;
        };
        let (number, picture, path) = (*number, picture.clone(), path.with_extension("png"));
        let job = self.work.submit(Priority::Now, move |_| write(&picture, path));
        self.videos.saving = Some((number, job));
    }

    /// Puts the frame on screen on the clipboard.
    pub fn copy_frame(&mut self) {
        let Some((number, OnScreen::Picture(picture))) = self.videos.open().and_then(|video| video.shown())
        else {
            return;
        };
        let (number, picture) = (*number, picture.clone());
        let job = self.work.submit(Priority::Now, move |_| {
            let picture = rgb(&picture)?;
            let size = picture.size();
            let size = [size.width as usize, size.height as usize];
            Ok(ColorImage::from_rgba_unmultiplied(size, picture.rgba()))
        });
        self.videos.copying = Some((number, job));
    }

    /// Tells what became of a frame that was saved, and copies the one that is to be copied.
    pub(in crate::app) fn poll_saved_frame(&mut self) {
        if let Some((number, job)) = &self.videos.copying
            && let Some(result) = job.poll()
        {
            match flatten(result) {
                Ok(image) => {
                    self.ctx.copy_image(image);
                    self.messages.add(Tone::Success, format!("Frame {number} is on the clipboard."));
                }
                Err(error) => self.messages.add(Tone::Error, error),
            }
            self.videos.copying = None;
        }
        let Some(result) = self.videos.saving.as_ref().and_then(|(_, job)| job.poll()) else { return };
        let number = self.videos.saving.take().map_or(0, |(number, _)| number);
        match flatten(result) {
            Ok(path) => {
                let text = format!("Frame {number} was saved as {}.", path.display());
                self.messages.add(Tone::Success, text);
            }
            Err(error) => self.messages.add(Tone::Error, error),
        }
    }
}

/// A frame as it is seen.
fn rgb(VideoPicture { frame, turn }: &VideoPicture) -> anyhow::Result<Picture> {
    frame.picture(*turn).context("There is not enough memory for a picture of this frame")
}

fn write(picture: &VideoPicture, path: PathBuf) -> anyhow::Result<PathBuf> {
    let picture = rgb(picture)?;
    let size = picture.size();
    image::save_buffer(&path, picture.rgba(), size.width, size.height, image::ExtendedColorType::Rgba8)
        .with_context(|| format!("The frame could not be saved [{}]", path.display()))?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::pixels::{ColorRange, PlaneLayout, Size, Turn, VideoFrame, VideoPlane, YuvMatrix};

    #[test]
    fn a_frame_is_written_as_it_is_seen() {
        let plane = VideoPlane { bytes: Arc::new(vec![0_u8, 128, 255]), stride: 3 };
        let layout = PlaneLayout::Gray { bits: 8 };
        let frame = VideoFrame::new(Size::new(3, 1), layout, YuvMatrix::Bt601, ColorRange::Full, vec![plane])
            .unwrap();
        let mirrored = Turn { mirrors_columns: true, ..Turn::NONE };
        let folder = tempfile::tempdir().unwrap();
        let path = write(&VideoPicture { frame, turn: mirrored }, folder.path().join("a.png")).unwrap();
        let read = image::open(path).unwrap().to_rgb8();
        assert_eq!(read.pixels().map(|pixel| pixel.0[0]).collect::<Vec<_>>(), [255, 128, 0]);
    }
}
