//! One view: what it shows, and its memory on the GPU.

use std::sync::Arc;

use crate::geometry::Point;
use crate::pixels::{ColorMap, PixelFormat, PlaneLayout, TiledPicture, Window};

use super::budget::{Allowance, FrameBudget};
use super::image::{PictureTiles, TileProgress};
use super::layer_memory::LayerMemory;
use super::position::split_center;
use super::video::{VideoPicture, VideoPlanes};
use super::{Camera, Display, Layer, Renderer, Sampling};

/// Everything that one frame shows. Cheap to make and to clone.
#[derive(Clone)]
pub struct Frame {
    /// Which part of image space, and the size on screen.
    pub camera: Camera,
    /// The picture, in `[0, width] × [0, height]`.
    pub picture: Option<FramePicture>,
    /// How the picture is shown.
    pub display: Display,
    /// A point of the picture whose value somebody wants to read: its tile is fetched in full resolution.
    pub probe: Option<Point>,
    /// What lies over it, from back to front.
    pub layers: Vec<Arc<Layer>>,
}

/// What a frame shows under its layers.
#[derive(Clone)]
pub enum FramePicture {
    /// A picture of any size.
    Tiles(Arc<dyn TiledPicture>),
    /// A frame of a video.
    Video(Arc<VideoPicture>),
}

impl FramePicture {
    /// Whether it has one channel, so that a colour map applies.
    fn is_gray(&self) -> bool {
        match self {
            Self::Tiles(picture) => picture.format().num_channels() == 1,
            Self::Video(picture) => matches!(picture.frame.layout(), PlaneLayout::Gray { .. }),
        }
    }
}

/// What a frame took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FrameStats {
    /// Bytes of geometry and picture sent to the GPU. 0 when only the camera moved within what is there; the
    /// camera itself, some 100 bytes a frame, does not count.
    pub bytes_uploaded: u64,
    /// Draw calls that the frame makes.
    pub num_draw_calls: usize,
    /// Tiles sent to the GPU.
    pub num_tiles_uploaded: usize,
    /// Tiles in view that did not fit this frame's budget. If there are any, draw another frame.
    pub num_tiles_missing: usize,
    /// Tiles in view that the picture does not have yet. It tells the window when they have come.
    pub num_tiles_awaited: usize,
    /// Layers in view that did not fit this frame's budget. If there are any, draw another frame.
    pub num_layers_waiting: usize,
}

/// The memory of one view on the GPU: the tiles or planes of its picture and the records of its layers.
pub struct Canvas {
    view_buffer: wgpu::Buffer,
    view_bind_group: wgpu::BindGroup,
    tiles: Option<PictureTiles>,
    video: Option<VideoPlanes>,
    layers: LayerMemory,
}

/// As `View` in common.wgsl.
#[repr(C)]
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
struct ViewUniform {
    center_whole: [i32; 2],
    center_fraction: [f32; 2],
    viewport: [f32; 2],
    origin: [f32; 2],
    zoom: f32,
    grid_alpha: f32,
    brightness: f32,
    contrast: f32,
    inverse_gamma: f32,
    smooth_sampling: u32,
    checker_phase: [f32; 2],
    checker_light: [f32; 4],
    checker_dark: [f32; 4],
    window_low: f32,
    window_scale: f32,
    window_inverse_gamma: f32,
    alpha_scale: f32,
    is_gray: u32,
    has_color_map: u32,
    padding: [u32; 2],
    color_map: [[u8; 4]; 256],
}

/// The checkerboard repeats after this many screen pixels.
const CHECKER_PERIOD_PX: f64 = 16.0;
/// The pixel grid appears at the first zoom and is complete at the second.
const GRID_ZOOMS: [f64; 2] = [12.0, 20.0];
const GRID_ALPHAS: [f64; 2] = [0.06, 0.16];

impl Canvas {
    /// A canvas that shows nothing yet.
    pub fn new(renderer: &Renderer) -> Self {
        let nothing: ViewUniform = bytemuck::Zeroable::zeroed();
        let (view_buffer, view_bind_group) = renderer.view_binding(bytemuck::bytes_of(&nothing));
        Self { view_buffer, view_bind_group, tiles: None, video: None, layers: LayerMemory::default() }
    }

    /// Uploads what the frame needs and the canvas does not have yet, as far as the budget goes, and forgets what the
    /// frame does not need. At least one tile and one layer come in each frame.
    ///
    /// `origin_px` is where the view's top-left corner lies in the render target, in physical pixels: in an
    /// egui callback `left_px` and `top_px` of `viewport_in_pixels()`, whose size is the camera's viewport.
    /// The pass's viewport must be that rectangle.
    pub fn prepare(
        &mut self,
        renderer: &Renderer,
        frame: &Frame,
        origin_px: [u32; 2],
        budget: &FrameBudget,
    ) -> FrameStats {
        let view = ViewUniform::new(frame, origin_px);
        renderer.queue.write_buffer(&self.view_buffer, 0, bytemuck::bytes_of(&view));

        let mut allowance = Allowance::new(budget);
        let at_once = self.layers.prepare_at_once(renderer, frame);
        allowance.note(at_once);
        // Layers have what tiles leave of it, which is half at least.
        let mut for_tiles = allowance.half();
        let picture = self.prepare_picture(renderer, frame, budget.tile_memory_bytes, &mut for_tiles);
        allowance.note(picture.bytes_uploaded);
        let layers = self.layers.prepare(renderer, frame, &mut allowance);

        FrameStats {
            bytes_uploaded: at_once + picture.bytes_uploaded + layers.bytes_uploaded,
            num_draw_calls: self.tiles.as_ref().map_or(0, PictureTiles::num_draw_calls)
                + usize::from(self.video.is_some())
                + layers.num_draw_calls,
            num_tiles_uploaded: picture.num_uploaded,
            num_tiles_missing: picture.num_missing,
            num_tiles_awaited: picture.num_awaited,
            num_layers_waiting: layers.num_waiting,
        }
    }

    fn prepare_picture(
        &mut self,
        renderer: &Renderer,
        frame: &Frame,
        memory_bytes: u64,
        allowance: &mut Allowance,
    ) -> TileProgress {
        let (tiles, video) = (self.tiles.take(), self.video.take());
        match &frame.picture {
            None => TileProgress::default(),
            Some(FramePicture::Tiles(picture)) => {
                let mut tiles = match tiles {
                    Some(held) if held.is_of(picture) => held,
                    former => PictureTiles::new(Arc::clone(picture), former),
                };
                let progress = tiles.prepare(renderer, frame, memory_bytes, allowance);
                self.tiles = Some(tiles);
                progress
            }
            Some(FramePicture::Video(picture)) => {
                let shown = VideoPlanes::show(renderer, video, picture);
                let bytes_uploaded = shown.as_ref().map_or(0, |(_, num_bytes)| *num_bytes);
                self.video = shown.map(|(planes, _)| planes);
                TileProgress { bytes_uploaded, ..TileProgress::default() }
            }
        }
    }

    /// Draws the frame prepared last. Nothing outside the pass's viewport is touched, and of the pass only
    /// pipeline, bind groups and vertex buffers are changed.
    pub fn paint(&self, renderer: &Renderer, pass: &mut wgpu::RenderPass<'_>) {
        pass.set_bind_group(0, &self.view_bind_group, &[]);
        if let Some(tiles) = &self.tiles {
            tiles.paint(renderer, pass);
        }
        if let Some(video) = &self.video {
            video.paint(renderer, pass);
        }
        self.layers.paint(renderer, pass);
    }
}

impl ViewUniform {
    fn new(frame: &Frame, origin_px: [u32; 2]) -> Self {
        let (camera, display) = (&frame.camera, &frame.display);
        let (center_whole, center_fraction) = split_center(camera.center());
        let corner = camera.screen_from_image(Point::ORIGIN);
        let grid_step = ((camera.zoom() - GRID_ZOOMS[0]) / (GRID_ZOOMS[1] - GRID_ZOOMS[0])).min(1.0);
        let has_grid = display.pixel_grid && grid_step >= 0.0;
        let grid_alpha = GRID_ALPHAS[0] + (GRID_ALPHAS[1] - GRID_ALPHAS[0]) * grid_step;
        let is_smooth = display.sampling == Sampling::Smooth || camera.zoom() < 1.0;
        let viewport = camera.viewport();
        let format = match &frame.picture {
            Some(FramePicture::Tiles(picture)) => picture.format(),
            // The shader makes 8-bit colours of whatever depth.
            Some(FramePicture::Video(_)) | None => PixelFormat::Rgba8,
        };
        let window = display.window.unwrap_or(Window::full(format));
        // 8-bit channels are read as 0 to 1.
        let unit = if format.bytes_per_channel() == 1 { 1.0 / format.white() } else { 1.0 };
        let is_gray = frame.picture.as_ref().is_some_and(FramePicture::is_gray);
        Self {
            center_whole,
            center_fraction,
            viewport: [viewport.width as f32, viewport.height as f32],
            origin: origin_px.map(|n| n as f32),
            zoom: camera.zoom() as f32,
            grid_alpha: if has_grid { grid_alpha as f32 } else { 0.0 },
            brightness: display.brightness,
            contrast: display.contrast,
            inverse_gamma: 1.0 / display.gamma.max(0.01),
            smooth_sampling: u32::from(is_smooth),
            checker_phase: [corner.x, corner.y].map(|n| n.rem_euclid(CHECKER_PERIOD_PX) as f32),
            checker_light: display.checkerboard[1].to_unit(),
            checker_dark: display.checkerboard[0].to_unit(),
            window_low: window.low * unit,
            window_scale: 1.0 / ((window.high - window.low) * unit),
            window_inverse_gamma: 1.0 / window.gamma,
            alpha_scale: if format.bytes_per_channel() == 2 { 1.0 / format.white() } else { 1.0 },
            is_gray: u32::from(is_gray),
            has_color_map: u32::from(is_gray && display.color_map != ColorMap::Grey),
            padding: [0; 2],
            color_map: display.color_map.table(),
        }
    }
}
