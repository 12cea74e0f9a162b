//! The layers of a view on the GPU: what is there, what is to be uploaded, what is drawn.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::buffer::RecordBuffer;
use super::records::{Draw, Kind, Records};
use super::{Camera, Frame, Layer, Renderer, lines};

/// The layers of a view on the GPU.
#[derive(Default)]
pub(super) struct LayerMemory {
    /// The layers of the last frame.
    layers: Vec<Arc<Layer>>,
    /// What is there of all their versions.
    held: HashMap<Address, GpuRecords>,
    /// What is drawn of it, from back to front.
    drawn: Vec<(Address, Vec<Draw>)>,
    /// The camera of the last frame, if all that it needed was there.
    settled_at: Option<Camera>,
}

/// What records are recognised by. They are held together with it, so it is not used again.
type Address = usize;

fn address(records: &Arc<Records>) -> Address {
    Arc::as_ptr(records) as Address
}

/// What preparing the layers of a frame took.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LayerProgress {
    pub(super) bytes_uploaded: u64,
    pub(super) num_draw_calls: usize,
    /// Layers in view of which the right version is not there yet.
    pub(super) num_waiting: usize,
}

impl LayerMemory {
    /// Uploads what the camera sees of the frame's layers and is not there yet, at most about `budget_bytes`, the
    /// foremost first; forgets other layers, whose buffers serve the new ones.
    pub(super) fn prepare(&mut self, renderer: &Renderer, frame: &Frame, budget_bytes: u64) -> LayerProgress {
        let mut spare = Vec::new();
        if !is_same(&self.layers, &frame.layers) {
            spare = self.forget_others(&frame.layers);
            self.layers.clone_from(&frame.layers);
            self.settled_at = None;
        }
        let mut progress = LayerProgress::default();
        if self.settled_at != Some(frame.camera) {
            self.drawn.clear();
            for layer in frame.layers.iter().rev() {
                let wanted = layer.at_zoom(frame.camera.zoom());
                if wanted.is_visible(&frame.camera)
                    && let Some(shown) =
                        self.version(renderer, layer, wanted, budget_bytes, &mut progress, &mut spare)
                {
                    self.drawn.push((address(shown), shown.draws(&frame.camera, layer.hidden())));
                }
            }
            self.drawn.reverse();
            self.settled_at = (progress.num_waiting == 0).then_some(frame.camera);
        }
        progress.num_draw_calls = self.drawn.iter().map(|(_, draws)| draws.len()).sum();
        progress
    }

    /// The version of a layer to draw: the right one, uploaded where the budget allows, or else another that is
    /// there.
    fn version<'a>(
        &mut self,
        renderer: &Renderer,
        layer: &'a Layer,
        wanted: &'a Arc<Records>,
        budget_bytes: u64,
        progress: &mut LayerProgress,
        spare: &mut Vec<GpuRecords>,
    ) -> Option<&'a Arc<Records>> {
        if self.held.contains_key(&address(wanted)) {
            return Some(wanted);
        }
        let bytes_then = progress.bytes_uploaded + wanted.num_bytes();
        // A layer larger than any budget must get its turn, too.
        if bytes_then <= budget_bytes || progress.bytes_uploaded == 0 {
            let mut records = spare.pop().unwrap_or_default();
            progress.bytes_uploaded += records.upload(renderer, wanted);
            self.held.insert(address(wanted), records);
            return Some(wanted);
        }
        progress.num_waiting += 1;
        layer.versions().find(|version| self.held.contains_key(&address(version)))
    }

    /// Draws the frame prepared last.
    pub(super) fn paint(&self, renderer: &Renderer, pass: &mut wgpu::RenderPass<'_>) {
        for (address, draws) in &self.drawn {
            if let Some(records) = self.held.get(address) {
                records.paint(renderer, pass, draws);
            }
        }
    }

    /// Keeps the records of these layers; returns the rest.
    fn forget_others(&mut self, layers: &[Arc<Layer>]) -> Vec<GpuRecords> {
        let kept: HashSet<Address> = layers.iter().flat_map(|layer| layer.versions()).map(address).collect();
        let gone = self.held.extract_if(|address, _| !kept.contains(address));
        gone.map(|(_, records)| records).collect()
    }
}

fn is_same(a: &[Arc<Layer>], b: &[Arc<Layer>]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| Arc::ptr_eq(a, b))
}

/// Records on the GPU.
#[derive(Default)]
struct GpuRecords {
    /// Held for its address.
    records: Arc<Records>,
    fills: RecordBuffer,
    rects: RecordBuffer,
    boxes: RecordBuffer,
    lines: RecordBuffer,
    handles: RecordBuffer,
}

impl GpuRecords {
    /// Replaces the records; returns the bytes uploaded.
    fn upload(&mut self, renderer: &Renderer, records: &Arc<Records>) -> u64 {
        self.records = Arc::clone(records);
        self.fills.write(renderer, &records.fills)
            + self.rects.write(renderer, &records.rects)
            + self.boxes.write(renderer, &records.boxes)
            + self.lines.write(renderer, &records.lines)
            + self.handles.write(renderer, &records.handles)
    }

    fn paint(&self, renderer: &Renderer, pass: &mut wgpu::RenderPass<'_>, draws: &[Draw]) {
        let mut bound = None;
        for draw in draws {
            let (pipeline, records) = match draw.kind {
                Kind::Fill => (&renderer.fills, &self.fills),
                Kind::Rect => (&renderer.rects, &self.rects),
                Kind::Box => (&renderer.boxes, &self.boxes),
                Kind::Line => (&renderer.lines, &self.lines),
                Kind::Handle => (&renderer.handles, &self.handles),
            };
            let Some(buffer) = records.buffer() else { continue };
            if bound.replace(draw.kind) != Some(draw.kind) {
                pass.set_pipeline(pipeline);
                match draw.kind {
                    Kind::Line => lines::bind(pass, buffer),
                    Kind::Fill | Kind::Rect | Kind::Box | Kind::Handle => {
                        pass.set_vertex_buffer(0, buffer.slice(..));
                    }
                }
            }
            // Less than the layer has where the device could not hold all.
            let end = draw.records.end.min(records.num_records());
            let range = draw.records.start.min(end)..end;
            match draw.kind {
                Kind::Fill => pass.draw(range, 0..1),
                Kind::Line => pass.draw(0..4, lines::instances(range)),
                Kind::Rect | Kind::Box | Kind::Handle => pass.draw(0..4, range),
            }
        }
    }
}
