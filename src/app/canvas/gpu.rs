//! The canvas on the GPU, inside egui's render pass.

use eframe::egui::{self, Ui};
use eframe::egui_wgpu::{self, CallbackResources, CallbackTrait, RenderState};

use super::Place;
use crate::base::cpu_time::thread_cpu_time;
use crate::render::{Canvas, Frame, FrameBudget, Renderer};

/// What the GPU holds of the canvas. Kept among egui's callback resources.
pub struct CanvasGpu {
    renderer: Renderer,
    canvas: Canvas,
}

impl CanvasGpu {
    /// Makes pipelines and buffers for the window's device.
    pub fn install(gpu: &RenderState) {
        let renderer = Renderer::new(&gpu.device, &gpu.queue, gpu.target_format);
        let canvas = Canvas::new(&renderer);
        gpu.renderer.write().callback_resources.insert(Self { renderer, canvas });
    }
}

struct PaintCanvas {
    frame: Frame,
    budget: FrameBudget,
    origin_px: [u32; 2],
    ctx: egui::Context,
}

impl CallbackTrait for PaintCanvas {
    fn prepare(
        &self,
        _: &wgpu::Device,
        _: &wgpu::Queue,
        _: &egui_wgpu::ScreenDescriptor,
        _: &mut wgpu::CommandEncoder,
        resources: &mut CallbackResources,
    ) -> Vec<wgpu::CommandBuffer> {
        let begun = thread_cpu_time();
        if let Some(CanvasGpu { renderer, canvas }) = resources.get_mut() {
            let stats = canvas.prepare(renderer, &self.frame, self.origin_px, &self.budget);
            if stats.num_tiles_missing + stats.num_layers_waiting > 0 {
                self.ctx.request_repaint();
            }
            log::trace!("upload: {:.2} ms, {stats:?}", (thread_cpu_time() - begun).as_secs_f64() * 1e3);
        }
        Vec::new()
    }

    fn paint(
        &self,
        _: egui::PaintCallbackInfo,
        pass: &mut wgpu::RenderPass<'static>,
        resources: &CallbackResources,
    ) {
        if let Some(CanvasGpu { renderer, canvas }) = resources.get() {
            canvas.paint(renderer, pass);
        }
    }
}

/// Paints a frame at the canvas's place. What can come later takes at most the budget.
pub(super) fn paint(ui: &Ui, place: &Place, frame: Frame, budget: FrameBudget) {
    let origin = (place.rect.min.to_vec2() * place.pixels_per_point).round();
    let callback = PaintCanvas {
        frame,
        budget,
        origin_px: [origin.x.max(0.0) as u32, origin.y.max(0.0) as u32],
        ctx: ui.ctx().clone(),
    };
    ui.painter().add(egui_wgpu::Callback::new_paint_callback(place.rect, callback));
}
