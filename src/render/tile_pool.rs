//! Texture memory for tiles.
//!
//! Tiles lie in the layers of a few texture arrays, the pages. So a tile that goes makes room for one that comes
//! without a texture made or freed, and all tiles of a page are one draw call.

use crate::pixels::{PixelFormat, TILE_SIDE, Tile};

use super::Renderer;
use super::renderer::TexelNumbers;

/// Texels of a layer along each axis: a tile with its gutter.
const LAYER_SIDE: u32 = TILE_SIDE + 2;
const LAYERS_PER_PAGE: u32 = 16;

/// Where a tile lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) page: u32,
    pub(super) layer: u32,
}

struct Page {
    texture: wgpu::Texture,
    bind_group: wgpu::BindGroup,
}

/// The pages for tiles of one format.
pub(super) struct TilePool {
    format: PixelFormat,
    pages: Vec<Page>,
    free: Vec<Slot>,
}

impl TilePool {
    pub(super) fn new(format: PixelFormat) -> Self {
        Self { format, pages: Vec::new(), free: Vec::new() }
    }

    pub(super) fn format(&self) -> PixelFormat {
        self.format
    }

    /// Bytes on the GPU of one tile, however small it is.
    pub(super) fn bytes_per_tile(&self) -> u64 {
        u64::from(LAYER_SIDE).pow(2) * self.format.bytes_per_pixel() as u64
    }

    /// How many tiles fit into the pages that there are.
    pub(super) fn num_slots(&self) -> usize {
        self.pages.len() * LAYERS_PER_PAGE as usize
    }

    /// Whether a tile can be taken in without a further page.
    pub(super) fn has_room(&self) -> bool {
        !self.free.is_empty()
    }

    /// Makes room; adds a page where there is none.
    pub(super) fn take(&mut self, gpu: &Renderer) -> Slot {
        if self.free.is_empty() {
            let page = self.pages.len() as u32;
            self.pages.push(new_page(gpu, self.format));
            // The first layer is taken first.
            self.free.extend((0..LAYERS_PER_PAGE).rev().map(|layer| Slot { page, layer }));
        }
        self.free.pop().expect("a page was added if there was no room")
    }

    /// Gives a tile's room back.
    pub(super) fn give_back(&mut self, slot: Slot) {
        self.free.push(slot);
    }

    /// Gives all room back.
    pub(super) fn clear(&mut self) {
        self.free.clear();
        for page in (0..self.pages.len() as u32).rev() {
            self.free.extend((0..LAYERS_PER_PAGE).rev().map(|layer| Slot { page, layer }));
        }
    }

    /// Copies a tile of this pool's format to its place.
    pub(super) fn upload(&self, gpu: &Renderer, slot: Slot, tile: &Tile) {
        let size = tile.size();
        debug_assert!(size.width <= LAYER_SIDE && size.height <= LAYER_SIDE && tile.format() == self.format);
        let target = wgpu::TexelCopyTextureInfo {
            texture: &self.pages[slot.page as usize].texture,
            mip_level: 0,
            origin: wgpu::Origin3d { x: 0, y: 0, z: slot.layer },
            aspect: wgpu::TextureAspect::All,
        };
        let layout = wgpu::TexelCopyBufferLayout {
            offset: 0,
            bytes_per_row: Some(tile.row_bytes() as u32),
            rows_per_image: None,
        };
        let extent = wgpu::Extent3d { width: size.width, height: size.height, depth_or_array_layers: 1 };
        gpu.queue.write_texture(target, tile.strided_bytes(), layout, extent);
    }

    /// What shows a page to the image shader.
    pub(super) fn bind_group(&self, page: u32) -> &wgpu::BindGroup {
        &self.pages[page as usize].bind_group
    }
}

/// What the shader reads.
pub(super) fn numbers_of(format: PixelFormat) -> TexelNumbers {
    match format {
        PixelFormat::Gray8 | PixelFormat::Rgba8 | PixelFormat::GrayF32 | PixelFormat::RgbaF32 => {
            TexelNumbers::Float
        }
        // 16-bit channels have no normalised format that every device knows.
        PixelFormat::Gray16 | PixelFormat::Rgba16 => TexelNumbers::Integer,
    }
}

fn texture_format(format: PixelFormat) -> wgpu::TextureFormat {
    // Not sRGB formats: the shader gets the bytes of the file.
    match format {
        PixelFormat::Gray8 => wgpu::TextureFormat::R8Unorm,
        PixelFormat::Rgba8 => wgpu::TextureFormat::Rgba8Unorm,
        PixelFormat::Gray16 => wgpu::TextureFormat::R16Uint,
        PixelFormat::Rgba16 => wgpu::TextureFormat::Rgba16Uint,
        PixelFormat::GrayF32 => wgpu::TextureFormat::R32Float,
        PixelFormat::RgbaF32 => wgpu::TextureFormat::Rgba32Float,
    }
}

fn new_page(gpu: &Renderer, format: PixelFormat) -> Page {
    let texture = gpu.device.create_texture(&wgpu::TextureDescriptor {
        label: Some("tiles"),
        size: wgpu::Extent3d {
            width: LAYER_SIDE,
            height: LAYER_SIDE,
            depth_or_array_layers: LAYERS_PER_PAGE,
        },
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format: texture_format(format),
        usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
        view_formats: &[],
    });
    let bind_group = gpu.tiles_binding(&texture, numbers_of(format));
    Page { texture, bind_group }
}
