//! The picture on the GPU: tiles of each level, uploaded when they come into view.
//!
//! Each level of the [`PreparedPicture`] is cut into tiles that carry one texel of their neighbours around
//! them, so that bilinear sampling shows no seams and the largest texture of a device is no limit.

use std::sync::Arc;

use crate::geometry::{Point, Rect};
use crate::pixels::Picture;

use super::buffer::RecordBuffer;
use super::renderer::Blueprint;
use super::{Camera, PreparedPicture, Renderer};

/// Texels of a tile along each axis, its neighbours' not counted.
const TILE_TEXELS: u32 = 1022;
const BYTES_PER_TEXEL: u64 = 4;

/// Where a tile lies. Instance `n` of the tile buffer is tile `n`.
#[repr(C)]
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
struct TileRecord {
    /// Corners, whole image pixels.
    min: [i32; 2],
    max: [i32; 2],
    /// Texels of the neighbours at the left and the top.
    gutter: [u32; 2],
    image_px_per_texel: u32,
}

pub(super) const BLUEPRINT: Blueprint = Blueprint {
    name: "image",
    wgsl: include_str!("../../shaders/image.wgsl"),
    buffers: &[Some(wgpu::VertexBufferLayout {
        array_stride: size_of::<TileRecord>() as u64,
        step_mode: wgpu::VertexStepMode::Instance,
        attributes: &wgpu::vertex_attr_array![0 => Sint32x2, 1 => Sint32x2, 2 => Uint32x2, 3 => Uint32],
    })],
    topology: wgpu::PrimitiveTopology::TriangleStrip,
    needs_tile: true,
};

struct Tile {
    level: usize,
    /// Where it lies in the picture, image pixels.
    area: Rect,
    /// Its texels and its neighbours' in the level: left, top, width, height.
    texels: [u32; 4],
    /// Present once uploaded.
    bind_group: Option<wgpu::BindGroup>,
}

/// A picture in the process of being uploaded.
pub(super) struct PictureTiles {
    picture: Arc<PreparedPicture>,
    tiles: Vec<Tile>,
    records: RecordBuffer,
    /// The tiles of the present frame, from back to front.
    shown: Vec<usize>,
}

/// What one frame did for the picture.
#[derive(Clone, Copy, Default)]
pub(super) struct TileProgress {
    pub(super) bytes_uploaded: u64,
    pub(super) num_missing: usize,
}

impl PictureTiles {
    /// Lays out the tiles; uploads none.
    pub(super) fn new(gpu: &Renderer, picture: Arc<PreparedPicture>) -> Self {
        let (mut tiles, mut records) = (Vec::new(), Vec::new());
        for (level, level_picture) in picture.levels().iter().enumerate() {
            let size = level_picture.size();
            for top in (0..size.height).step_by(TILE_TEXELS as usize) {
                for left in (0..size.width).step_by(TILE_TEXELS as usize) {
                    let (tile, record) = layout(&picture, level, left, top);
                    tiles.push(tile);
                    records.push(record);
                }
            }
        }
        let mut buffer = RecordBuffer::default();
        buffer.write(gpu, &records);
        Self { picture, tiles, records: buffer, shown: Vec::new() }
    }

    /// Whether these are the tiles of this picture.
    pub(super) fn is_of(&self, picture: &Arc<PreparedPicture>) -> bool {
        Arc::ptr_eq(&self.picture, picture)
    }

    /// Uploads what the camera sees: first an overview, then the tiles at the zoom's level from the middle
    /// outwards, until the budget is used up (but always one). Chooses what to draw meanwhile.
    pub(super) fn prepare(&mut self, gpu: &Renderer, camera: &Camera, budget_bytes: u64) -> TileProgress {
        let level = self.picture.level_for(camera.zoom());
        let view = camera.visible_rect();
        let visible = |tile: &Tile| tile.area.intersection(&view).is_some();
        let center = camera.center();
        let distance = |tile: &Tile| tile.area.clamp(center).distance(center);
        let mut wanted: Vec<usize> = (0..self.tiles.len())
            .filter(|&i| self.tiles[i].level == level && visible(&self.tiles[i]))
            .collect();
        wanted.sort_by(|&a, &b| distance(&self.tiles[a]).total_cmp(&distance(&self.tiles[b])));
        let overview = self.overview_level();
        if level < overview && !wanted.is_empty() {
            let first = self.tiles.iter().position(|tile| tile.level == overview);
            wanted.splice(0..0, first);
        }

        let mut progress = TileProgress::default();
        for i in wanted {
            let tile = &mut self.tiles[i];
            if tile.bind_group.is_some() {
                continue;
            }
            let [_, _, width, height] = tile.texels;
            let num_bytes = u64::from(width) * u64::from(height) * BYTES_PER_TEXEL;
            if progress.bytes_uploaded > 0 && progress.bytes_uploaded + num_bytes > budget_bytes {
                progress.num_missing += 1;
                continue;
            }
            tile.bind_group = Some(upload(gpu, &self.picture.levels()[tile.level], tile.texels));
            progress.bytes_uploaded += num_bytes;
        }

        // What is not there yet shows through from the coarser levels.
        let levels = if progress.num_missing == 0 { level..=level } else { level..=overview.max(level) };
        let is_shown =
            |tile: &Tile| tile.bind_group.is_some() && levels.contains(&tile.level) && visible(tile);
        self.shown = (0..self.tiles.len()).rev().filter(|&i| is_shown(&self.tiles[i])).collect();
        progress
    }

    /// How many draw calls [`PictureTiles::paint`] makes.
    pub(super) fn num_draw_calls(&self) -> usize {
        self.shown.len()
    }

    /// Draws the tiles of the present frame.
    pub(super) fn paint(&self, renderer: &Renderer, pass: &mut wgpu::RenderPass<'_>) {
        let Some(buffer) = self.records.buffer() else { return };
        pass.set_pipeline(&renderer.image);
        pass.set_vertex_buffer(0, buffer.slice(..));
        for &i in &self.shown {
            pass.set_bind_group(1, self.tiles[i].bind_group.as_ref(), &[]);
            pass.draw(0..4, i as u32..i as u32 + 1);
        }
    }

    /// The finest level that is a single tile.
    fn overview_level(&self) -> usize {
        let is_single = |level: &Picture| level.size().width.max(level.size().height) <= TILE_TEXELS;
        self.picture.levels().iter().position(is_single).unwrap_or(0)
    }
}

/// The tile that begins at this texel of the level.
fn layout(picture: &PreparedPicture, level: usize, left: u32, top: u32) -> (Tile, TileRecord) {
    let (full, size) = (picture.size(), picture.levels()[level].size());
    let image_px_per_texel = 1 << level;
    let [columns, rows] = [(left, size.width, full.width), (top, size.height, full.height)].map(
        |(start, num_texels, num_image_px)| {
            let end = (start + TILE_TEXELS).min(num_texels);
            let first = start.saturating_sub(1);
            // The last texel may reach beyond the picture.
            let area = [start * image_px_per_texel, (end * image_px_per_texel).min(num_image_px)];
            (area, first, (end + 1).min(num_texels) - first, start - first)
        },
    );
    let (min, max) = ([columns.0[0], rows.0[0]], [columns.0[1], rows.0[1]]);
    let point = |[x, y]: [u32; 2]| Point::new(f64::from(x), f64::from(y));
    let tile = Tile {
        level,
        area: Rect::from_corners(point(min), point(max)),
        texels: [columns.1, rows.1, columns.2, rows.2],
        bind_group: None,
    };
    let whole = |corner: [u32; 2]| corner.map(|n| i32::try_from(n).unwrap_or(i32::MAX));
    let gutter = [columns.3, rows.3];
    (tile, TileRecord { min: whole(min), max: whole(max), gutter, image_px_per_texel })
}

/// Copies texels (left, top, width, height) of a level into a texture.
fn upload(gpu: &Renderer, level: &Picture, [left, top, width, height]: [u32; 4]) -> wgpu::BindGroup {
    let extent = wgpu::Extent3d { width, height, depth_or_array_layers: 1 };
    let texture = gpu.device.create_texture(&wgpu::TextureDescriptor {
        label: Some("tile"),
        size: extent,
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        // Not an sRGB format: the shader gets the bytes of the file.
        format: wgpu::TextureFormat::Rgba8Unorm,
        usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
        view_formats: &[],
    });
    let row_texels = u64::from(level.size().width);
    let layout = wgpu::TexelCopyBufferLayout {
        offset: (u64::from(top) * row_texels + u64::from(left)) * BYTES_PER_TEXEL,
        bytes_per_row: Some(level.size().width * BYTES_PER_TEXEL as u32),
        rows_per_image: None,
    };
    gpu.queue.write_texture(texture.as_image_copy(), level.rgba(), layout, extent);
    gpu.tile_binding(&texture)
}
