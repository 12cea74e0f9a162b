//! The layers of a view on the GPU: what is there, what is to be uploaded, what is drawn.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::budget::Allowance;
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
    /// Buffers of what is no longer there, for what comes.
    spare: Vec<GpuRecords>,
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
    /// Takes over the layers of a frame; forgets others, whose buffers serve the new ones. Uploads those layers that
    /// are to be seen at once; returns how many bytes these are.
    pub(super) fn prepare_at_once(&mut self, renderer: &Renderer, frame: &Frame) -> u64 {
        if is_same(&self.layers, &frame.layers) {
            return 0;
        }
        self.spare = self.forget_others(&frame.layers);
        self.layers.clone_from(&frame.layers);
        self.settled_at = None;
        let (zoom, mut num_bytes) = (frame.camera.zoom(), 0);
        for layer in frame.layers.iter().filter(|layer| layer.is_at_once()) {
            let wanted = layer.at_zoom(zoom);
            if wanted.is_visible(&frame.camera) && !self.has(wanted) {
                num_bytes += self.upload(renderer, wanted);
            }
        }
        num_bytes
    }

    /// Uploads what the camera sees of the frame's layers and is not there yet, as far as the allowance goes (but at
    /// least one layer). First come those of which nothing is there, then those of which there is another version, and
    /// of each the foremost first.
    pub(super) fn prepare(
        &mut self,
        renderer: &Renderer,
        frame: &Frame,
        allowance: &mut Allowance,
    ) -> LayerProgress {
        let mut progress = LayerProgress::default();
        if self.settled_at != Some(frame.camera) {
            let zoom = frame.camera.zoom();
            let all = frame.layers.iter().map(|layer| (&**layer, layer.at_zoom(zoom)));
            let (seen, unseen): (Vec<_>, Vec<_>) =
                all.partition(|(_, wanted)| wanted.is_visible(&frame.camera));
            unseen.into_iter().for_each(|(layer, _)| layer.note_arrival());
            let missing = seen.iter().rev().filter(|(_, wanted)| !self.has(wanted));
            let (bare, other): (Vec<_>, Vec<_>) =
                missing.partition(|(layer, _)| !layer.versions().any(|version| self.has(version)));
            for (_, wanted) in bare.into_iter().chain(other) {
                if allowance.pays(wanted.num_bytes()) {
                    progress.bytes_uploaded += self.upload(renderer, wanted);
                } else {
                    progress.num_waiting += 1;
                }
            }
            self.drawn.clear();
            for (layer, _) in seen {
                if self.draw(layer, &frame.camera) {
                    layer.note_arrival();
                } else {
                    for former in layer.stand_ins() {
                        self.draw(former, &frame.camera);
                    }
                }
            }
            self.settled_at = (progress.num_waiting == 0).then_some(frame.camera);
        }
        // What nothing needs in this frame is not kept for the next one.
        self.spare.clear();
        progress.num_draw_calls = self.drawn.iter().map(|(_, draws)| draws.len()).sum();
        progress
    }

    /// Draws the right version of a layer, or else another that is there. Returns whether there is any.
    fn draw(&mut self, layer: &Layer, camera: &Camera) -> bool {
        let mut versions = std::iter::once(layer.at_zoom(camera.zoom())).chain(layer.versions());
        let shown = versions.find(|version| self.has(version));
        let draws = shown.map(|shown| (address(shown), shown.draws(camera, layer.hidden())));
        let is_there = draws.is_some();
        self.drawn.extend(draws);
        is_there
    }

    fn has(&self, records: &Arc<Records>) -> bool {
        self.held.contains_key(&address(records))
    }

    /// Returns the bytes uploaded.
    fn upload(&mut self, renderer: &Renderer, records: &Arc<Records>) -> u64 {
        let mut uploaded = self.spare.pop().unwrap_or_default();
        let num_bytes = uploaded.upload(renderer, records);
        self.held.insert(address(records), uploaded);
        num_bytes
    }

    /// Draws the frame prepared last.
    pub(super) fn paint(&self, renderer: &Renderer, pass: &mut wgpu::RenderPass<'_>) {
        for (address, draws) in &self.drawn {
            if let Some(records) = self.held.get(address) {
                records.paint(renderer, pass, draws);
            }
        }
    }

    /// Keeps the records of these layers and of what stands in for them; returns the rest.
    fn forget_others(&mut self, layers: &[Arc<Layer>]) -> Vec<GpuRecords> {
        let stand_ins =
            layers.iter().filter(|layer| !layer.has_arrived()).flat_map(|layer| layer.stand_ins());
        let all = layers.iter().chain(stand_ins);
        let kept: HashSet<Address> = all.flat_map(|layer| layer.versions()).map(address).collect();
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
