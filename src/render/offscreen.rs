//! Drawing without a window: for `fieldmark render`, thumbnails and tests.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::base::cpu_time::thread_cpu_time;
use crate::pixels::{Picture, Size};

use super::style::Color;
use super::{AdapterSummary, Canvas, Frame, FrameBudget, FrameStats, Renderer};

/// Why nothing was drawn.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// No adapter, not even one in software.
    #[error(
        "No graphics driver was found, not even one in software. Install one: on Debian and Ubuntu \
         `sudo apt install mesa-vulkan-drivers`. ({0})"
    )]
    NoAdapter(String),
    /// The adapter exists but did not open.
    #[error("The graphics card {name} could not be opened. Update its driver and try again. ({reason})")]
    NoDevice {
        /// The adapter.
        name: String,
        /// What the driver said.
        reason: String,
    },
    /// The output has no pixels, or more than memory is spent on.
    #[error(
        "A picture of {width} × {height} pixels cannot be drawn. Choose a size from 1 × 1 to {max} million \
         pixels in all.",
        max = MAX_OUTPUT_PIXELS / 1_000_000
    )]
    BadSize {
        /// The width asked for.
        width: u32,
        /// The height asked for.
        height: u32,
    },
    /// The driver failed, or ran out of memory.
    #[error("The graphics card could not draw the picture. Try a smaller size, or update its driver. ({0})")]
    Gpu(String),
}

/// Pixels of the largest output: a gibibyte.
const MAX_OUTPUT_PIXELS: u64 = 1 << 28;
/// A larger output is drawn piece by piece.
const MAX_PIECE_PX: u32 = 4096;
const BYTES_PER_PIXEL: u32 = 4;
/// Even software draws a piece within seconds.
const TIMEOUT: Duration = Duration::from_secs(120);

/// What drawing one frame took, by stage.
#[derive(Clone, Copy, Debug)]
pub struct FrameTimes {
    /// What was uploaded and drawn.
    pub stats: FrameStats,
    /// Finding out what is seen, and uploading it: processor time of the calling thread.
    pub prepare: Duration,
    /// Writing down the draw calls and handing them to the driver: processor time of the calling thread.
    pub encode: Duration,
    /// Both of these on the wall, where other programs count.
    pub wall: Duration,
    /// Waiting for the driver and the GPU: nobody's time in a window.
    pub wait: Duration,
}

/// A renderer with a device of its own, which draws into memory.
pub struct OffscreenRenderer {
    summary: AdapterSummary,
    format: wgpu::TextureFormat,
    /// What measured frames are drawn into.
    measured: Option<wgpu::Texture>,
    pub(super) renderer: Renderer,
    pub(super) canvas: Canvas,
}

impl OffscreenRenderer {
    /// Opens the fastest adapter, or the one in software where there is no other. The environment variable
    /// `WGPU_BACKEND` (`vulkan`, `gl`, …) restricts the choice.
    pub fn new() -> Result<Self, RenderError> {
        // Not an sRGB format, as egui's usual target.
        Self::with_format(wgpu::TextureFormat::Rgba8Unorm)
    }

    /// The same with a target of this RGBA format.
    pub(super) fn with_format(format: wgpu::TextureFormat) -> Result<Self, RenderError> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle_from_env());
        let adapter = pollster::block_on(instance.request_adapter(&wgpu::RequestAdapterOptions {
            // Sorts hardware first; drivers in software come last.
            power_preference: wgpu::PowerPreference::HighPerformance,
            ..Default::default()
        }))
        .map_err(|e| RenderError::NoAdapter(e.to_string()))?;
        let summary = AdapterSummary::new(&adapter);
        let opened = pollster::block_on(adapter.request_device(&wgpu::DeviceDescriptor {
            label: Some("offscreen"),
            required_limits: adapter.limits(),
            // It may be a second one beside the window's: by default, each sets some 100 MB aside.
            memory_hints: wgpu::MemoryHints::MemoryUsage,
            ..Default::default()
        }));
        let (device, queue) =
            opened.map_err(|e| RenderError::NoDevice { name: summary.to_string(), reason: e.to_string() })?;
        let (renderer, error) = caught(&device, || Renderer::new(&device, &queue, format));
        if let Some(reason) = error {
            return Err(RenderError::NoDevice { name: summary.to_string(), reason });
        }
        Ok(Self { summary, format, measured: None, canvas: Canvas::new(&renderer), renderer })
    }

    /// What it draws with.
    pub fn adapter_summary(&self) -> &AdapterSummary {
        &self.summary
    }

    /// Draws the frame over a background, which may be transparent, into a picture of the size of the
    /// camera's viewport. Waits until it is done.
    pub fn render(&mut self, frame: &Frame, background: Color) -> Result<Picture, RenderError> {
        let size @ Size { width, height } = frame.camera.viewport();
        if size.num_pixels() == 0 || size.num_pixels() > MAX_OUTPUT_PIXELS {
            return Err(RenderError::BadSize { width, height });
        }
        let max_piece_px = MAX_PIECE_PX.min(self.summary.max_texture_px);
        let mut rgba = vec![0; size.num_pixels() as usize * BYTES_PER_PIXEL as usize];
        for top in (0..height).step_by(max_piece_px as usize) {
            for left in (0..width).step_by(max_piece_px as usize) {
                let piece = Size::new((width - left).min(max_piece_px), (height - top).min(max_piece_px));
                let camera = frame.camera.cropped(left, top, piece);
                let drawn = self.render_at(&Frame { camera, ..frame.clone() }, [0, 0], piece, background)?;
                let row_bytes = (piece.width * BYTES_PER_PIXEL) as usize;
                for (y, row) in drawn.chunks_exact(row_bytes).enumerate() {
                    let first = (u64::from(top) + y as u64) * u64::from(width) + u64::from(left);
                    let at = first as usize * BYTES_PER_PIXEL as usize;
                    rgba[at..at + row_bytes].copy_from_slice(row);
                }
            }
        }
        make_alpha_straight(&mut rgba);
        Ok(Picture::from_rgba(size, rgba).expect("the buffer was made for this size"))
    }

    /// Draws the frame as a window would, with so much of the picture uploaded at most, and measures it. The
    /// viewport must fit a texture. Waits until it is done.
    pub fn measure(&mut self, frame: &Frame, budget: &FrameBudget) -> Result<FrameTimes, RenderError> {
        let size @ Size { width, height } = frame.camera.viewport();
        if size.num_pixels() == 0 || width.max(height) > self.summary.max_texture_px {
            return Err(RenderError::BadSize { width, height });
        }
        let device = self.renderer.device.clone();
        let held = self.measured.take().filter(|held| (held.width(), held.height()) == (width, height));
        let texture = held.unwrap_or_else(|| target_texture(&device, size, self.format));
        let Self { renderer, canvas, .. } = self;
        let (times, error) = caught(&device, || {
            let (begun, begun_at) = (thread_cpu_time(), Instant::now());
            let stats = canvas.prepare(renderer, frame, [0, 0], budget);
            let prepared = thread_cpu_time();
            let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
            canvas.paint(renderer, &mut begin_pass(&mut encoder, &texture, Color::BLACK));
            renderer.queue.submit([encoder.finish()]);
            let encoded = thread_cpu_time();
            let (waiting, wall) = (Instant::now(), begun_at.elapsed());
            let waited = device.poll(wgpu::PollType::Wait { submission_index: None, timeout: Some(TIMEOUT) });
            let (prepare, encode) = (prepared - begun, encoded - prepared);
            waited.map(|_| FrameTimes { stats, prepare, encode, wall, wait: waiting.elapsed() })
        });
        self.measured = Some(texture);
        match (times, error) {
            (Ok(times), None) => Ok(times),
            (Err(error), _) => Err(RenderError::Gpu(error.to_string())),
            (_, Some(reason)) => Err(RenderError::Gpu(reason)),
        }
    }

    /// Draws a view somewhere in a target no larger than a texture; premultiplied RGBA.
    pub(super) fn render_at(
        &mut self,
        frame: &Frame,
        origin_px: [u32; 2],
        target: Size,
        background: Color,
    ) -> Result<Vec<u8>, RenderError> {
        let device = self.renderer.device.clone();
        let format = self.format;
        let (readback, error) = caught(&device, || {
            let texture = target_texture(&device, target, format);
            self.submit(frame, origin_px, &texture, background)
        });
        if let Some(reason) = error {
            return Err(RenderError::Gpu(reason));
        }
        let gpu_error = |e: &dyn std::fmt::Display| RenderError::Gpu(e.to_string());

        let (sender, receiver) = mpsc::channel();
        // The receiver is gone only if waiting failed below; then nobody asks for the result.
        readback.slice(..).map_async(wgpu::MapMode::Read, move |result| drop(sender.send(result)));
        device
            .poll(wgpu::PollType::Wait { submission_index: None, timeout: Some(TIMEOUT) })
            .map_err(|e| gpu_error(&e))?;
        receiver.try_recv().map_err(|e| gpu_error(&e))?.map_err(|e| gpu_error(&e))?;
        let mapped = readback.slice(..).get_mapped_range().map_err(|e| gpu_error(&e))?;
        let row_bytes = (target.width * BYTES_PER_PIXEL) as usize;
        let rows = mapped.chunks_exact(padded_row_bytes(target.width) as usize);
        Ok(rows.flat_map(|row| &row[..row_bytes]).copied().collect())
    }

    /// Draws the frame into the texture and copies that to the returned buffer, whose rows are padded.
    fn submit(
        &mut self,
        frame: &Frame,
        origin_px: [u32; 2],
        texture: &wgpu::Texture,
        background: Color,
    ) -> wgpu::Buffer {
        let Self { renderer, canvas, .. } = self;
        canvas.prepare(renderer, frame, origin_px, &FrameBudget::UNLIMITED);
        let mut encoder = renderer.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        {
            let mut pass = begin_pass(&mut encoder, texture, background);
            let ([left, top], size) = (origin_px.map(|n| n as f32), frame.camera.viewport());
            pass.set_viewport(left, top, size.width as f32, size.height as f32, 0.0, 1.0);
            canvas.paint(renderer, &mut pass);
        }
        let padded_row_bytes = padded_row_bytes(texture.width());
        let readback = renderer.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("offscreen"),
            size: u64::from(padded_row_bytes) * u64::from(texture.height()),
            usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
            mapped_at_creation: false,
        });
        let layout = wgpu::TexelCopyBufferLayout {
            offset: 0,
            bytes_per_row: Some(padded_row_bytes),
            rows_per_image: None,
        };
        let target = wgpu::TexelCopyBufferInfo { buffer: &readback, layout };
        encoder.copy_texture_to_buffer(texture.as_image_copy(), target, texture.size());
        renderer.queue.submit([encoder.finish()]);
        readback
    }
}

fn padded_row_bytes(width: u32) -> u32 {
    (width * BYTES_PER_PIXEL).next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT)
}

fn target_texture(device: &wgpu::Device, size: Size, format: wgpu::TextureFormat) -> wgpu::Texture {
    device.create_texture(&wgpu::TextureDescriptor {
        label: Some("offscreen"),
        size: wgpu::Extent3d { width: size.width, height: size.height, depth_or_array_layers: 1 },
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format,
        usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
        view_formats: &[],
    })
}

/// Runs `work`; returns also what went wrong on the device meanwhile, which otherwise would be a panic.
fn caught<T>(device: &wgpu::Device, work: impl FnOnce() -> T) -> (T, Option<String>) {
    let scopes = [wgpu::ErrorFilter::Validation, wgpu::ErrorFilter::OutOfMemory, wgpu::ErrorFilter::Internal]
        .map(|filter| device.push_error_scope(filter));
    let result = work();
    let errors = scopes.into_iter().rev().filter_map(|scope| pollster::block_on(scope.pop()));
    let error = errors.map(|e| e.to_string()).reduce(|all, e| all + "; " + &e);
    (result, error)
}

fn begin_pass<'a>(
    encoder: &'a mut wgpu::CommandEncoder,
    texture: &wgpu::Texture,
    background: Color,
) -> wgpu::RenderPass<'a> {
    let [r, g, b, a] = background.to_unit().map(f64::from);
    let clear = wgpu::Color { r: r * a, g: g * a, b: b * a, a };
    encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
        label: Some("offscreen"),
        color_attachments: &[Some(wgpu::RenderPassColorAttachment {
            view: &texture.create_view(&wgpu::TextureViewDescriptor::default()),
            depth_slice: None,
            resolve_target: None,
            ops: wgpu::Operations { load: wgpu::LoadOp::Clear(clear), store: wgpu::StoreOp::Store },
        })],
        depth_stencil_attachment: None,
        timestamp_writes: None,
        occlusion_query_set: None,
        multiview_mask: None,
    })
}

/// Divides colours by alpha.
fn make_alpha_straight(rgba: &mut [u8]) {
    for pixel in rgba.chunks_exact_mut(4) {
        let alpha = u32::from(pixel[3]);
        if alpha != 0 && alpha != 255 {
            for color in &mut pixel[..3] {
                *color = ((u32::from(*color) * 255 + alpha / 2) / alpha).min(255) as u8;
            }
        }
    }
}
