//! Thumbnails as textures, for filmstrip and gallery.

use std::collections::HashMap;
use std::sync::Arc;

use eframe::egui;

use super::object_thumbnails::ObjectThumbnails;
use super::work::{Work, content_key};
use crate::base::cache::ByteCache;
use crate::media::{ContentKey, PictureRequest, ThumbnailCache, ThumbnailLoader};
use crate::model::AssetId;
use crate::project::Project;

/// Memory for textures of thumbnails.
const TEXTURE_BUDGET_BYTES: usize = 192 << 20;

/// A thumbnail, as far as it is there.
#[derive(Clone)]
pub enum Thumbnail {
    /// It is there.
    Ready(egui::TextureHandle),
    /// It is coming.
    Loading,
    /// It will not come, for this reason.
    Failed(Arc<str>),
}

/// The thumbnails that panels show. Panels ask for those they draw; once a frame is drawn, what was not asked for
/// is cancelled.
pub struct Thumbnails {
    loader: ThumbnailLoader,
    textures: ByteCache<ContentKey, egui::TextureHandle>,
    asked: Vec<PictureRequest>,
    keys: HashMap<AssetId, PictureRequest>,
    is_loading: bool,
    /// What lies over them.
    pub objects: ObjectThumbnails,
}

impl Thumbnails {
    /// No thumbnails yet.
    pub fn new(work: &Work, cache: Arc<ThumbnailCache>) -> Self {
        Self {
            loader: ThumbnailLoader::new(work.pool(), cache, work.wake()),
            textures: ByteCache::new(TEXTURE_BUDGET_BYTES),
            asked: Vec::new(),
            keys: HashMap::new(),
            is_loading: false,
            objects: ObjectThumbnails::new(work.wake()),
        }
    }

    /// The thumbnail of an asset.
    pub fn get(&mut self, ctx: &egui::Context, project: &Project, id: AssetId) -> Thumbnail {
        let Some(request) = self.request(project, id) else {
            return Thumbnail::Failed("This picture is not on this computer.".into());
        };
        let key = request.key;
        self.asked.push(request);
        if let Some(texture) = self.textures.get(&key) {
            return Thumbnail::Ready(texture.clone());
        }
        match self.loader.get(key) {
            None => Thumbnail::Loading,
            Some(Err(reason)) => Thumbnail::Failed(reason),
            Some(Ok(picture)) => {
                let size = [picture.size().width as usize, picture.size().height as usize];
                let image = egui::ColorImage::from_rgba_unmultiplied(size, picture.rgba());
                let texture = ctx.load_texture("thumbnail", image, egui::TextureOptions::LINEAR);
                self.textures.insert(key, texture.clone(), picture.num_bytes());
                Thumbnail::Ready(texture)
            }
        }
    }

    fn request(&mut self, project: &Project, id: AssetId) -> Option<PictureRequest> {
        if let Some(request) = self.keys.get(&id) {
            return Some(request.clone());
        }
        let path = project.asset_path(id)?;
        let key = content_key(&project.assets().get(id)?.asset, &path);
        let request = PictureRequest { key, path };
        self.keys.insert(id, request.clone());
        Some(request)
    }

    /// Forgets where the assets are: the project changed.
    pub fn forget_paths(&mut self) {
        self.keys.clear();
    }

    /// Forgets what is of the project: another one comes, or none.
    pub fn forget_project(&mut self) {
        self.forget_paths();
        self.objects.forget();
    }

    /// Whether a thumbnail that was asked for in the last frame is still to come.
    #[cfg(feature = "ui-test")]
    pub fn is_loading(&self) -> bool {
        self.is_loading || self.objects.is_drawing()
    }

    /// Takes over what was loaded, and tells the loader what the last frame asked for.
    pub fn end_frame(&mut self) {
        let asked = std::mem::take(&mut self.asked);
        // What already is a texture needs no loading.
        let wanted: Vec<_> =
            asked.into_iter().filter(|request| !self.textures.contains(&request.key)).collect();
        self.loader.want(&wanted);
        self.loader.poll();
        // Those that failed are known to the loader.
        self.is_loading = wanted.iter().any(|request| self.loader.get(request.key).is_none());
    }
}
