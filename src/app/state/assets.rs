//! The list of pictures and videos, and the one on the canvas.

use std::sync::Arc;

use crate::app::levels::Values;
use crate::app::messages::Tone;
use crate::app::state::AppState;
use crate::app::view::Page;
use crate::app::work::{CanvasPicture, NUM_NEIGHBOURS, content_key};
use crate::media::PictureRequest;
use crate::model::{AssetId, AssetKind, AssetStatus};
use crate::pixels::Size;
use crate::tools::Selection;

impl AppState {
    /// Makes the listing anew when the assets, the filter or the order have changed.
    pub(super) fn update_listing(&mut self) {
        let Some(project) = &self.project else {
            self.view.listing.clear();
            return;
        };
        let of = (project.assets().revision(), self.view.filter.clone(), self.view.sort);
        if self.listing_of.as_ref() == Some(&of) {
            return;
        }
        let search = self.view.filter.search();
        if search.is_none() {
            // Looked for anew the next time: much may be different then.
            self.found = None;
        }
        if let Some(search) = search
            && self.found.as_ref().is_none_or(|(found, _)| *found != search)
        {
            let assets = project.assets().rows().iter().map(|row| row.asset.id).collect();
            match project.open_reader() {
                Ok(reader) => self.work.find_assets(search, assets, reader),
                Err(error) => self.messages.add(Tone::Error, error.to_string()),
            }
        }
        self.view.listing = crate::app::listing::list(
            project.assets(),
            &self.view.filter,
            self.view.sort,
            // What was found for another search, which is there until this one ends, is none.
            self.found.as_ref().filter(|(found, _)| Some(*found) == search).map(|(_, assets)| assets),
        );
        self.listing_of = Some(of);
        if self.view.asset.is_some_and(|asset| project.assets().get(asset).is_none()) {
            self.view.asset = None;
            self.view.selection = Selection::default();
        }
    }

    /// Shows a picture on the canvas.
    pub fn show_asset(&mut self, asset: AssetId) {
        self.view.page = Page::Canvas;
        if self.view.asset == Some(asset) {
            return;
        }
        self.take_keyboard_pointer_away();
        self.view.toolbox.cancel();
        self.view.asset = Some(asset);
        self.view.frame = 0;
        self.view.selection = Selection::default();
        self.view.hovered = None;
        self.view.is_fitted = true;
        if let Some(project) = &self.project {
            project.remember("last-asset", &asset.to_string());
        }
        self.load_current();
    }

    /// Goes on in the listing, stopping at its ends.
    pub fn step(&mut self, by: isize) {
        let last = self.view.listing.len().saturating_sub(1);
        let next = match self.view.position() {
            Some(position) => position.saturating_add_signed(by).min(last),
            None => 0,
        };
        if let Some(asset) = self.view.listing.get(next).copied() {
            self.show_asset(asset);
        }
    }

    /// Goes to the nearest unfinished picture, beginning anew at the other end.
    pub fn step_to_todo(&mut self, forward: bool) {
        let Some(project) = &self.project else { return };
        let num_assets = self.view.listing.len();
        let start = self.view.position().unwrap_or(0);
        let is_todo =
            |id: &AssetId| project.assets().get(*id).is_some_and(|row| row.asset.status == AssetStatus::Todo);
        let next = (1..=num_assets)
            .map(|n| if forward { (start + n) % num_assets } else { (start + num_assets - n) % num_assets })
            .map(|position| self.view.listing[position])
            .find(is_todo);
        match next {
            Some(asset) => self.show_asset(asset),
            None => self.messages.add(Tone::Success, "Every picture in this list is done or skipped."),
        }
    }

    /// What the loaders should load: the picture on screen, then those around it.
    pub(super) fn wanted_pictures(&self) -> Vec<PictureRequest> {
        let (Some(project), Some(asset)) = (&self.project, self.view.asset) else { return Vec::new() };
        let mut ids = vec![asset];
        if let Some(position) = self.view.position() {
            for distance in 1..=NUM_NEIGHBOURS {
                ids.extend(self.view.listing.get(position + distance));
                ids.extend(position.checked_sub(distance).and_then(|before| self.view.listing.get(before)));
            }
        }
        ids.iter()
            .filter(|id| project.assets().get(**id).is_some_and(|row| row.asset.kind == AssetKind::Picture))
            .filter_map(|id| {
                let path = project.asset_path(*id)?;
                let key = content_key(&project.assets().get(*id)?.asset, &path);
                Some(PictureRequest { key, path })
            })
            .collect()
    }

    pub(super) fn load_current(&mut self) {
        self.follow_video();
        let wanted = self.wanted_pictures();
        self.work.want_pictures(&wanted);
        self.work.poll_pictures();
        let (Some(project), Some(asset)) = (&mut self.project, self.view.asset) else { return };
        if project.document(asset).is_none() && !self.work.is_loading_document(asset) {
            match project.open_reader() {
                Ok(reader) => self.work.load_document(asset, reader),
                Err(error) => self.messages.add(Tone::Error, error.to_string()),
            }
        }
    }

    /// The picture on the canvas, as far as it is there.
    pub fn canvas_picture(&mut self) -> Option<CanvasPicture> {
        if self.is_video() {
            return self.video_on_canvas();
        }
        let key = self.current_key()?;
        Some(self.work.picture(key))
    }

    /// What is known of the values of the picture on the canvas.
    pub fn canvas_values(&mut self) -> Option<Arc<Values>> {
        match self.canvas_picture()? {
            CanvasPicture::Ready { picture, .. } => self.values.get(&picture),
            CanvasPicture::Frame { .. }
            | CanvasPicture::BadFrame { .. }
            | CanvasPicture::Loading(_)
            | CanvasPicture::Failed(_) => None,
        }
    }

    pub(super) fn current_key(&self) -> Option<crate::media::ContentKey> {
        let (project, asset) = (self.project.as_ref()?, self.view.asset?);
        let path = project.asset_path(asset)?;
        Some(content_key(&project.assets().get(asset)?.asset, &path))
    }

    /// Reads the picture on the canvas again.
    pub fn reload_picture(&mut self) {
        if self.is_video() {
            return self.reopen_video();
        }
        if let Some(key) = self.current_key() {
            self.work.reload_picture(key);
        }
    }

    /// The size of the picture on the canvas, pixels.
    pub fn picture_size(&self) -> Option<Size> {
        let row = self.project.as_ref()?.assets().get(self.view.asset?)?;
        Some(Size::new(row.asset.width, row.asset.height))
    }

    /// Tells the thumbnails that all were asked for that the frame shows.
    pub fn end_thumbnails_frame(&mut self) {
        self.videos.end_thumbnails_frame(&self.ctx);
        let mut thumbnails = self.thumbnails.borrow_mut();
        thumbnails.end_frame();
        let (project, hidden_labels) = (self.project.as_ref(), &self.view.hidden_labels);
        thumbnails.objects.end_frame(&self.ctx, project, &self.settings, hidden_labels);
    }
}
