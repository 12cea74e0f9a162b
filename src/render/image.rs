//! The picture on the GPU: the tiles that the camera sees, uploaded when they come into view.
//!
//! **How it thinks.** Each frame asks the [`TiledPicture`] for the tiles of the level that fits the zoom. What is
//! there is uploaded, within a budget; what is not is wished for, from the middle of the view outwards. Until it
//! comes, coarser tiles that are on the GPU are drawn in its place, down to the overview, which is fetched first of
//! all; and finer ones over them, after zooming out. Tiles that were not drawn for longest make room for new ones.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use crate::geometry::{Point, Rect};
use crate::pixels::{PixelRect, Pyramid, TILE_SIDE, TileId, TiledPicture};

use super::budget::Allowance;
use super::buffer::RecordBuffer;
use super::renderer::{Blueprint, PictureBinding, TexelNumbers};
use super::tile_pool::{Slot, TilePool, numbers_of};
use super::{Camera, Frame, Renderer};

/// Tiles that are this many levels finer stand in for one that is not there yet.
const MAX_FINER_LEVELS: u32 = 2;
/// Before the tiles of a view, those this many levels coarser are fetched: a sixteenth of the work.
const COARSE_STEP: u32 = 2;

/// Where a tile lies. Instance `n` of the tile buffer is the `n`th tile to draw.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
struct TileRecord {
    /// Corners, whole image pixels.
    min: [i32; 2],
    max: [i32; 2],
    /// Texels of the neighbours at the left and the top.
    gutter: [u32; 2],
    /// All its texels.
    num_texels: [u32; 2],
    image_px_per_texel: u32,
    layer: u32,
}

const BUFFERS: &[Option<wgpu::VertexBufferLayout<'_>>] = &[Some(wgpu::VertexBufferLayout {
    array_stride: size_of::<TileRecord>() as u64,
    step_mode: wgpu::VertexStepMode::Instance,
    attributes: &wgpu::vertex_attr_array![
        0 => Sint32x2, 1 => Sint32x2, 2 => Uint32x2, 3 => Uint32x2, 4 => Uint32, 5 => Uint32
    ],
})];

/// For 8-bit and float pictures.
pub(super) const FLOAT_BLUEPRINT: Blueprint = Blueprint {
    name: "image",
    wgsl: concat!(include_str!("../../shaders/picture.wgsl"), include_str!("../../shaders/image.wgsl")),
    types: &[("num_type", "f32")],
    buffers: BUFFERS,
    topology: wgpu::PrimitiveTopology::TriangleStrip,
    picture: Some(PictureBinding::Tiles(TexelNumbers::Float)),
};

/// For 16-bit pictures.
pub(super) const INTEGER_BLUEPRINT: Blueprint = Blueprint {
    types: &[("num_type", "u32")],
    picture: Some(PictureBinding::Tiles(TexelNumbers::Integer)),
    ..FLOAT_BLUEPRINT
};

/// A tile on the GPU.
struct GpuTile {
    slot: Slot,
    /// Of the picture when it was uploaded.
    revision: u64,
    /// The last frame that drew it.
    last_drawn: u64,
}

/// The tiles of one picture.
pub(super) struct PictureTiles {
    picture: Arc<dyn TiledPicture>,
    pyramid: Pyramid,
    pool: TilePool,
    tiles: HashMap<TileId, GpuTile>,
    /// Of the picture in this frame. Tiles of an older one are drawn until their successors are there.
    revision: u64,
    frame: u64,
    /// The last word to the picture.
    wished: Vec<TileId>,
    records: RecordBuffer,
    drawn: Vec<TileRecord>,
    /// The instances of each draw call, with their page.
    calls: Vec<(u32, Range<u32>)>,
}

/// What one frame did for the picture.
#[derive(Clone, Copy, Default)]
pub(super) struct TileProgress {
    pub(super) bytes_uploaded: u64,
    pub(super) num_uploaded: usize,
    pub(super) num_missing: usize,
    pub(super) num_awaited: usize,
}

impl PictureTiles {
    /// Uploads none. The texture memory of another picture's tiles serves this one's, where they are of one format.
    pub(super) fn new(picture: Arc<dyn TiledPicture>, former: Option<Self>) -> Self {
        let format = picture.format();
        let pool = former.map(|former| former.pool).filter(|pool| pool.format() == format);
        let mut pool = pool.unwrap_or_else(|| TilePool::new(format));
        pool.clear();
        Self {
            pyramid: picture.pyramid(),
            picture,
            pool,
            tiles: HashMap::new(),
            revision: 0,
            frame: 0,
            wished: Vec::new(),
            records: RecordBuffer::default(),
            drawn: Vec::new(),
            calls: Vec::new(),
        }
    }

    /// Whether these are the tiles of this picture.
    pub(super) fn is_of(&self, picture: &Arc<dyn TiledPicture>) -> bool {
        Arc::ptr_eq(&self.picture, picture)
    }

    /// Uploads what the camera sees, as far as the allowance goes (but at least one tile), says what is missing, and
    /// chooses what to draw. Tiles that no frame needs are kept up to `memory_bytes`.
    pub(super) fn prepare(
        &mut self,
        gpu: &Renderer,
        frame: &Frame,
        memory_bytes: u64,
        allowance: &mut Allowance,
    ) -> TileProgress {
        let camera = &frame.camera;
        self.frame += 1;
        self.revision = self.picture.revision();
        let level = self.pyramid.level_for(camera.zoom());
        let seen = tiles_from_the_middle(&self.pyramid, level, camera, 0);
        let mut progress = TileProgress::default();
        let mut missing = Vec::new();

        // So that there is something to see in every frame.
        let overview_level = self.pyramid.overview_level();
        let overview = TileId { level: overview_level, column: 0, row: 0 };
        let mut hold = |tiles: &mut Self, tile| tiles.hold(gpu, tile, memory_bytes, allowance, &mut progress);
        let needs_overview = level < overview_level && !seen.is_empty();
        let has_overview = !needs_overview || hold(self, overview);
        for &tile in &seen {
            if !hold(self, tile) {
                missing.push(tile);
            }
        }
        for &tile in &missing {
            // The finest that is there.
            (level + 1..overview_level).find(|&level| hold(self, ancestor(tile, level)));
        }
        progress.num_awaited = missing.len() + usize::from(!has_overview);
        self.choose(&seen, level);
        self.records.write(gpu, &self.drawn);
        self.wish(Some(overview).filter(|_| !has_overview), &missing, level, frame);
        progress
    }

    /// Has a tile on the GPU, if it is there and the allowance pays. Says whether it is on the GPU or will be in one
    /// of the next frames without being wished for.
    fn hold(
        &mut self,
        gpu: &Renderer,
        id: TileId,
        memory_bytes: u64,
        allowance: &mut Allowance,
        progress: &mut TileProgress,
    ) -> bool {
        if let Some(tile) = self.tiles.get_mut(&id) {
            tile.last_drawn = self.frame;
            if tile.revision == self.revision {
                return true;
            }
        }
        let Some(tile) = self.picture.tile(id) else { return false };
        let num_bytes = tile.num_bytes() as u64;
        if !allowance.pays(num_bytes) {
            progress.num_missing += 1;
            return true;
        }
        let former = self.tiles.get(&id).map(|former| former.slot);
        let slot = former.unwrap_or_else(|| self.room(gpu, memory_bytes));
        self.pool.upload(gpu, slot, &tile);
        self.tiles.insert(id, GpuTile { slot, revision: self.revision, last_drawn: self.frame });
        progress.bytes_uploaded += num_bytes;
        progress.num_uploaded += 1;
        true
    }

    /// Room for a tile: what is free, a new page while memory allows, the place of the tile that was not drawn for
    /// longest, or, when all are drawn now, a page beyond the budget.
    fn room(&mut self, gpu: &Renderer, memory_bytes: u64) -> Slot {
        let max_tiles = (memory_bytes / self.pool.bytes_per_tile()) as usize;
        if !self.pool.has_room() && self.pool.num_slots() >= max_tiles {
            let oldest = self.tiles.iter().min_by_key(|(_, tile)| tile.last_drawn);
            if let Some((&id, _)) = oldest.filter(|(_, tile)| tile.last_drawn < self.frame) {
                self.drop_tile(id);
            }
        }
        self.pool.take(gpu)
    }

    fn drop_tile(&mut self, id: TileId) {
        if let Some(tile) = self.tiles.remove(&id) {
            self.pool.give_back(tile.slot);
        }
    }

    /// Lists what to draw, from back to front: those of the level, and what stands in for the missing.
    fn choose(&mut self, seen: &[TileId], level: u32) {
        let mut chosen: HashSet<TileId> = HashSet::new();
        let finest = level.saturating_sub(MAX_FINER_LEVELS);
        for &tile in seen {
            if self.tiles.contains_key(&tile) {
                chosen.insert(tile);
                continue;
            }
            let coarser = (level + 1..self.pyramid.num_levels()).map(|level| ancestor(tile, level));
            chosen.extend(coarser.into_iter().find(|tile| self.tiles.contains_key(tile)));
            if finest < level {
                let is_in_it =
                    |id: &TileId| (finest..level).contains(&id.level) && ancestor(*id, level) == tile;
                chosen.extend(self.tiles.keys().copied().filter(is_in_it));
            }
        }
        let mut chosen: Vec<_> = chosen
            .into_iter()
            .filter_map(|id| {
                let tile = self.tiles.get_mut(&id)?;
                tile.last_drawn = self.frame;
                Some((id, tile.slot))
            })
            .collect();
        chosen.sort_by_key(|(id, slot)| (std::cmp::Reverse(id.level), slot.page, slot.layer));
        self.drawn.clear();
        self.calls.clear();
        for (i, (id, slot)) in (0_u32..).zip(chosen) {
            self.drawn.push(record(&self.pyramid, id, slot));
            match self.calls.last_mut() {
                Some((page, instances)) if *page == slot.page => instances.end = i + 1,
                _ => self.calls.push((slot.page, i..i + 1)),
            }
        }
    }

    /// Tells the picture what is missing in the view, and what will be when it moves on a little.
    fn wish(&mut self, overview: Option<TileId>, missing: &[TileId], level: u32, frame: &Frame) {
        let mut wishes: Vec<_> = overview.into_iter().collect();
        let coarse_level = level + COARSE_STEP;
        if coarse_level < self.pyramid.overview_level() {
            let is_bare = |tile: &&TileId| {
                (level + 1..=coarse_level).all(|level| !self.tiles.contains_key(&ancestor(**tile, level)))
            };
            wishes.extend(missing.iter().filter(is_bare).map(|tile| ancestor(*tile, coarse_level)));
        }
        wishes.extend(missing);
        // The casts saturate, and make 0 of NaN: what is outside is no tile.
        let tile_at =
            |p: Point| TileId { level: 0, column: p.x as u32 / TILE_SIDE, row: p.y as u32 / TILE_SIDE };
        wishes.extend(frame.probe.map(tile_at).filter(|tile| self.is_wanting(*tile)));
        let around = tiles_from_the_middle(&self.pyramid, level, &frame.camera, TILE_SIDE);
        wishes.extend(
            around.into_iter().filter(|tile| !self.tiles.contains_key(tile) && self.is_wanting(*tile)),
        );
        let mut once = HashSet::new();
        wishes.retain(|tile| once.insert(*tile));
        if wishes != self.wished {
            self.picture.want(&wishes);
            self.wished = wishes;
        }
    }

    /// Whether there is such a tile, and the picture does not have it yet.
    fn is_wanting(&self, tile: TileId) -> bool {
        !self.pyramid.area(tile).is_empty() && self.picture.tile(tile).is_none()
    }

    /// How many draw calls [`PictureTiles::paint`] makes.
    pub(super) fn num_draw_calls(&self) -> usize {
        self.calls.len()
    }

    /// Draws the tiles of the present frame.
    pub(super) fn paint(&self, renderer: &Renderer, pass: &mut wgpu::RenderPass<'_>) {
        let Some(buffer) = self.records.buffer() else { return };
        pass.set_pipeline(match numbers_of(self.pool.format()) {
            TexelNumbers::Float => &renderer.float_image,
            TexelNumbers::Integer => &renderer.integer_image,
        });
        pass.set_vertex_buffer(0, buffer.slice(..));
        for (page, instances) in &self.calls {
            pass.set_bind_group(1, self.pool.bind_group(*page), &[]);
            pass.draw(0..4, instances.clone());
        }
    }
}

/// The tile of a coarser level that covers this one.
fn ancestor(tile: TileId, level: u32) -> TileId {
    let steps = level - tile.level;
    let reduced = |n: u32| n.checked_shr(steps).unwrap_or(0);
    TileId { level, column: reduced(tile.column), row: reduced(tile.row) }
}

/// The tiles of a level that the camera sees, and those within `margin` pixels of the level around, those in the
/// middle first.
fn tiles_from_the_middle(pyramid: &Pyramid, level: u32, camera: &Camera, margin: u32) -> Vec<TileId> {
    let scale = 2.0_f64.powi(level as i32);
    let view = camera.visible_rect();
    let (low, high) = (view.min.to_vector() / scale, view.max.to_vector() / scale);
    let size = pyramid.level_size(level);
    // The casts saturate, and make 0 of NaN.
    let clamped = |n: f64, max: u32| (n.max(0.0) as u32).min(max);
    let (left, top) = (clamped(low.x.floor(), size.width), clamped(low.y.floor(), size.height));
    let (right, bottom) = (clamped(high.x.ceil(), size.width), clamped(high.y.ceil(), size.height));
    let seen = PixelRect::new(left, top, right - left.min(right), bottom - top.min(bottom));
    if seen.is_empty() {
        return Vec::new();
    }
    let mut tiles: Vec<_> = pyramid.tiles_in(level, seen.expanded_within(margin, size)).collect();
    let center = camera.center();
    let distance = |tile: &TileId| {
        let area = image_rect(pyramid, *tile);
        area.clamp(center).distance(center)
    };
    tiles.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
    tiles
}

/// Where a tile lies in the picture, image pixels. The last texel may reach beyond the picture: it is cut off.
fn image_corners(pyramid: &Pyramid, id: TileId) -> [[u32; 2]; 2] {
    let (area, size) = (pyramid.area(id), pyramid.size());
    let scaled = |n: u32, max: u32| (u64::from(n) << id.level).min(u64::from(max)) as u32;
    [
        [scaled(area.left, size.width), scaled(area.top, size.height)],
        [scaled(area.right(), size.width), scaled(area.bottom(), size.height)],
    ]
}

fn image_rect(pyramid: &Pyramid, id: TileId) -> Rect {
    let [min, max] = image_corners(pyramid, id).map(|[x, y]| Point::new(f64::from(x), f64::from(y)));
    Rect::from_corners(min, max)
}

fn record(pyramid: &Pyramid, id: TileId, slot: Slot) -> TileRecord {
    let (area, texels) = (pyramid.area(id), pyramid.area_with_gutter(id));
    let [min, max] =
        image_corners(pyramid, id).map(|corner| corner.map(|n| i32::try_from(n).unwrap_or(i32::MAX)));
    TileRecord {
        min,
        max,
        gutter: [area.left - texels.left, area.top - texels.top],
        num_texels: [texels.width, texels.height],
        image_px_per_texel: 1_u32.checked_shl(id.level).unwrap_or(u32::MAX),
        layer: slot.layer,
    }
}
