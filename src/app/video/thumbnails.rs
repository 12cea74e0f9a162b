//! Small pictures of the open video's frames as textures, for the timeline.

use std::sync::Arc;

use eframe::egui;

use crate::app::work::Work;
use crate::base::cache::ByteCache;
use crate::media::ContentKey;
use crate::media::video::{FrameThumbnails, Video};
use crate::pixels::{Picture, Size};

/// Their size at most: enough for the one beside the pointer on most screens.
const MAX_SIZE: Size = Size { width: 288, height: 288 };
/// What they may take in memory.
const BUDGET_BYTES: usize = 64 << 20;
/// What one that cannot be made counts for, so that it is not tried for ever.
const FAILURE_BYTES: usize = 64;

/// The thumbnails of one video. Panels ask for those that they draw; once a frame is drawn, what was not asked for is
/// called off.
pub struct VideoThumbnails {
    loader: FrameThumbnails,
    textures: ByteCache<u32, Option<egui::TextureHandle>>,
    /// What was asked for while this frame of the window was drawn: first what the person points at.
    pointed_at: Vec<u32>,
    asked: Vec<u32>,
    /// What the loader was told last.
    wanted: Vec<u32>,
}

impl VideoThumbnails {
    pub(super) fn new(video: &Video, key: ContentKey, work: &Work) -> Self {
        let kept = (work.thumbnail_cache(), key);
        Self {
            loader: FrameThumbnails::new(video, MAX_SIZE, kept, work.pool(), work.wake()),
            textures: ByteCache::new(BUDGET_BYTES),
            pointed_at: Vec::new(),
            asked: Vec::new(),
            wanted: Vec::new(),
        }
    }

    /// The picture of a frame, where it is there; else it comes.
    pub fn get(&mut self, frame: u32) -> Option<egui::TextureHandle> {
        self.asked.push(frame);
        self.textures.get(&frame).cloned().flatten()
    }

    /// The picture of the frame that the person points at, and its number. Until it is there, that of the frame before
    /// it with which decoding can begin.
    pub fn get_pointed_at(&mut self, frame: u32, keyframes: &[u32]) -> Option<(u32, egui::TextureHandle)> {
        let before = keyframes.partition_point(|keyframe| *keyframe <= frame);
        let keyframe = keyframes[..before].last().copied();
        self.pointed_at.extend(keyframe);
        self.pointed_at.push(frame);
        let mut found = |frame: u32| Some((frame, self.textures.get(&frame)?.clone()?));
        found(frame).or_else(|| found(keyframe?))
    }

    /// Takes over what was made, and tells the loader what is asked for. While the video plays, nothing is decoded but
    /// what the person points at.
    pub(super) fn end_frame(&mut self, ctx: &egui::Context, is_playing: bool) {
        for (frame, picture) in self.loader.take_made() {
            let num_bytes = picture.as_ref().map_or(FAILURE_BYTES, Picture::num_bytes);
            self.textures.insert(frame, picture.map(|picture| texture(ctx, &picture)), num_bytes);
        }
        let mut wanted = std::mem::take(&mut self.pointed_at);
        let asked = std::mem::take(&mut self.asked);
        wanted.extend(asked.into_iter().filter(|_| !is_playing));
        wanted.retain(|frame| !self.textures.contains(frame));
        if wanted != self.wanted {
            self.loader.want(&wanted);
            self.wanted = wanted;
        }
    }

    /// Whether some are still to come.
    #[cfg(feature = "ui-test")]
    pub(super) fn is_loading(&self) -> bool {
        self.loader.is_busy()
    }
}

fn texture(ctx: &egui::Context, picture: &Picture) -> egui::TextureHandle {
    let size = [picture.size().width as usize, picture.size().height as usize];
    let image = egui::ColorImage::from_rgba_unmultiplied(size, picture.rgba());
    ctx.load_texture("frame", Arc::new(image), egui::TextureOptions::LINEAR)
}
