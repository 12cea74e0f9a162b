//! A frame of a video on the GPU: its planes as the decoder left them, made RGB of by the shader.
//!
//! **How it thinks.** The textures of a video are made once and written anew for each frame; a frame that stays on
//! screen is uploaded once, whatever the camera does. The planes go up as they lie in the decoder's memory, so the
//! processor touches no pixel. The shader interpolates differences of colour where the stream says that they lie,
//! averages what a screen pixel covers when the picture is reduced, and turns and mirrors on the way.

use std::sync::Arc;

use wgpu::util::DeviceExt as _;

use crate::pixels::{PlaneLayout, RgbFromSamples, Size, Turn, VideoFrame};

use super::Renderer;
use super::renderer::{Blueprint, PictureBinding, TexelNumbers};

/// A frame of a video as it is shown.
#[derive(Clone, Debug)]
pub struct VideoPicture {
    /// The frame as stored.
    pub frame: VideoFrame,
    /// How it is turned and mirrored.
    pub turn: Turn,
}

impl VideoPicture {
    /// Width and height as shown.
    pub fn size(&self) -> Size {
        self.turn.apply_to_size(self.frame.size())
    }
}

/// For samples of 8 bits.
pub(super) const FLOAT_BLUEPRINT: Blueprint = Blueprint {
    name: "video",
    wgsl: concat!(include_str!("../../shaders/picture.wgsl"), include_str!("../../shaders/video.wgsl")),
    types: &[("num_type", "f32")],
    buffers: &[],
    topology: wgpu::PrimitiveTopology::TriangleStrip,
    picture: Some(PictureBinding::Planes(TexelNumbers::Float)),
};

/// For deeper samples.
pub(super) const INTEGER_BLUEPRINT: Blueprint = Blueprint {
    types: &[("num_type", "u32")],
    picture: Some(PictureBinding::Planes(TexelNumbers::Integer)),
    ..FLOAT_BLUEPRINT
};

/// As `VideoFrame` in video.wgsl.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
struct FrameUniform {
    red: [f32; 4],
    green: [f32; 4],
    blue: [f32; 4],
    stored_from_shown: [f32; 4],
    stored_origin: [f32; 2],
    shown_size: [i32; 2],
    chroma_scale: [f32; 2],
    chroma_offset: [f32; 2],
    alpha_scale: f32,
    kind: u32,
    padding: [u32; 2],
}

/// The planes of one frame on the GPU.
pub(super) struct VideoPlanes {
    picture: Arc<VideoPicture>,
    textures: Vec<wgpu::Texture>,
    uniform: FrameUniform,
    uniform_buffer: wgpu::Buffer,
    bind_group: wgpu::BindGroup,
}

impl VideoPlanes {
    /// Has a frame on the GPU, in the textures of the frame before where they fit, and tells how many bytes were
    /// uploaded. `None` for a frame without pixels, or larger than the GPU's textures.
    pub(super) fn show(
        gpu: &Renderer,
        held: Option<Self>,
        picture: &Arc<VideoPicture>,
    ) -> Option<(Self, u64)> {
        let frame = &picture.frame;
        let Size { width, height } = frame.size();
        let max_px = gpu.device.limits().max_texture_dimension_2d;
        if width.min(height) == 0 || width.max(height) > max_px {
            return None;
        }
        let mut planes = match held {
            Some(held) if Arc::ptr_eq(&held.picture, picture) => return Some((held, 0)),
            Some(held) if held.has_room_for(frame) => held,
            _ => Self::new(gpu, picture),
        };
        planes.picture = Arc::clone(picture);
        let uniform = FrameUniform::new(picture);
        if planes.uniform != uniform {
            gpu.queue.write_buffer(&planes.uniform_buffer, 0, bytemuck::bytes_of(&uniform));
            planes.uniform = uniform;
        }
        let num_bytes = planes.upload(gpu);
        Some((planes, num_bytes))
    }

    fn new(gpu: &Renderer, picture: &Arc<VideoPicture>) -> Self {
        let layout = picture.frame.layout();
        let textures: Vec<_> = (0..layout.num_planes())
            .map(|plane| {
                let Size { width, height } = layout.plane_size(plane, picture.frame.size());
                gpu.device.create_texture(&wgpu::TextureDescriptor {
                    label: Some("video"),
                    size: wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
                    mip_level_count: 1,
                    sample_count: 1,
                    dimension: wgpu::TextureDimension::D2,
                    format: texture_format(layout),
                    usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
                    view_formats: &[],
                })
            })
            .collect();
        let uniform = FrameUniform::new(picture);
        let uniform_buffer = gpu.device.create_buffer_init(&wgpu::util::BufferInitDescriptor {
            label: Some("video"),
            contents: bytemuck::bytes_of(&uniform),
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
        });
        // The shader reads none of the planes that a layout does not have, but something must be bound.
        let shown = [0, 1, 2, 3].map(|plane: usize| &textures[plane.min(textures.len() - 1)]);
        let bind_group = gpu.planes_binding(&uniform_buffer, shown, numbers_of(layout));
        Self { picture: Arc::clone(picture), textures, uniform, uniform_buffer, bind_group }
    }

    fn has_room_for(&self, frame: &VideoFrame) -> bool {
        let held = &self.picture.frame;
        (held.layout(), held.size()) == (frame.layout(), frame.size())
    }

    /// Copies the planes to their textures. Gives the number of bytes.
    fn upload(&self, gpu: &Renderer) -> u64 {
        let frame = &self.picture.frame;
        for (plane, texture) in frame.planes().iter().zip(&self.textures) {
            let layout = wgpu::TexelCopyBufferLayout {
                offset: 0,
                bytes_per_row: u32::try_from(plane.stride).ok(),
                rows_per_image: None,
            };
            gpu.queue.write_texture(texture.as_image_copy(), (*plane.bytes).as_ref(), layout, texture.size());
        }
        frame.num_bytes() as u64
    }

    /// Draws the frame.
    pub(super) fn paint(&self, renderer: &Renderer, pass: &mut wgpu::RenderPass<'_>) {
        pass.set_pipeline(match numbers_of(self.picture.frame.layout()) {
            TexelNumbers::Float => &renderer.float_video,
            TexelNumbers::Integer => &renderer.integer_video,
        });
        pass.set_bind_group(1, &self.bind_group, &[]);
        pass.draw(0..4, 0..1);
    }
}

impl FrameUniform {
    fn new(VideoPicture { frame, turn }: &VideoPicture) -> Self {
        let layout = frame.layout();
        // Textures of 8 bits give 0 to 1 for 0 to 255. Those of RGBA are as the picture is.
        let unit = match numbers_of(layout) {
            TexelNumbers::Float => 255.0,
            TexelNumbers::Integer => 1.0,
        };
        let rows = RgbFromSamples::new(layout, frame.matrix(), frame.range()).0;
        let [red, green, blue] =
            rows.map(|[a, b, c, constant]| [a * unit, b * unit, c * unit, constant].map(|n: f64| n as f32));
        let shown = turn.apply_to_size(frame.size());
        let (stored_from_shown, stored_origin) = stored_from_shown(*turn, shown);
        let (chroma_scale, chroma_offset) = frame.chroma_scale_and_offset();
        let (kind, bits) = match layout {
            PlaneLayout::Gray { bits } => (0, bits),
            PlaneLayout::Yuv { bits, has_alpha: false, .. } => (1, bits),
            PlaneLayout::Yuv { bits, has_alpha: true, .. } => (2, bits),
            PlaneLayout::Rgba8 => (3, 8),
        };
        Self {
            red,
            green,
            blue,
            stored_from_shown,
            stored_origin,
            shown_size: [shown.width, shown.height].map(|n| i32::try_from(n).unwrap_or(i32::MAX)),
            chroma_scale: chroma_scale.map(|n| n as f32),
            chroma_offset: chroma_offset.map(|n| n as f32),
            alpha_scale: (unit / (2.0_f64.powi(bits.into()) - 1.0)) as f32,
            kind,
            padding: [0; 2],
        }
    }
}

/// The rows of a matrix, and what is added: how points of the shown picture become points of the stored one.
fn stored_from_shown(turn: Turn, shown: Size) -> ([f32; 4], [f32; 2]) {
    let axis = |is_mirrored: bool, length: u32| if is_mirrored { (-1.0, length as f32) } else { (1.0, 0.0) };
    let (x, left) = axis(turn.mirrors_columns, shown.width);
    let (y, top) = axis(turn.mirrors_rows, shown.height);
    if turn.exchanges_axes { ([0.0, y, x, 0.0], [top, left]) } else { ([x, 0.0, 0.0, y], [left, top]) }
}

/// What the shader reads.
fn numbers_of(layout: PlaneLayout) -> TexelNumbers {
    // 16-bit samples have no normalised format that every device knows.
    if layout.bytes_per_sample() == 2 { TexelNumbers::Integer } else { TexelNumbers::Float }
}

fn texture_format(layout: PlaneLayout) -> wgpu::TextureFormat {
    match (layout, numbers_of(layout)) {
        (PlaneLayout::Rgba8, _) => wgpu::TextureFormat::Rgba8Unorm,
        (_, TexelNumbers::Float) => wgpu::TextureFormat::R8Unorm,
        (_, TexelNumbers::Integer) => wgpu::TextureFormat::R16Uint,
    }
}
