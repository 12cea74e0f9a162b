//! A vertex buffer that stays, and grows when it must.

use super::Renderer;

/// A vertex buffer of records of one type.
#[derive(Default)]
pub(super) struct RecordBuffer {
    buffer: Option<wgpu::Buffer>,
    num_records: u32,
}

/// Buffers at most this large are kept however little of them is used.
const SMALL_BYTES: u64 = 1 << 20;

impl RecordBuffer {
    /// Replaces the contents; returns the bytes uploaded. Records beyond the device's largest buffer are
    /// left out.
    pub(super) fn write<R: bytemuck::Pod>(&mut self, gpu: &Renderer, records: &[R]) -> u64 {
        let max_bytes = gpu.device.limits().max_buffer_size;
        let num_fitting = records.len().min((max_bytes / size_of::<R>() as u64) as usize);
        if num_fitting < records.len() {
            let num_lost = records.len() - num_fitting;
            log::warn!("{num_lost} records of a layer do not fit the graphics card and are not drawn.");
        }
        self.num_records = num_fitting as u32;
        let bytes: &[u8] = bytemuck::cast_slice(&records[..num_fitting]);
        let num_bytes = bytes.len() as u64;
        if num_bytes == 0 {
            return 0;
        }
        let held = self.buffer.take().filter(|held| {
            let capacity = held.size();
            capacity >= num_bytes && (capacity <= SMALL_BYTES || capacity / 4 <= num_bytes)
        });
        let buffer = held.unwrap_or_else(|| {
            gpu.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some(std::any::type_name::<R>()),
                size: num_bytes.next_power_of_two().min(max_bytes / 4 * 4).max(num_bytes),
                usage: wgpu::BufferUsages::VERTEX | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        });
        gpu.queue.write_buffer(&buffer, 0, bytes);
        self.buffer = Some(buffer);
        num_bytes
    }

    /// The buffer, `None` when there is nothing in it.
    pub(super) fn buffer(&self) -> Option<&wgpu::Buffer> {
        self.buffer.as_ref().filter(|_| self.num_records > 0)
    }

    /// How many records it holds.
    pub(super) fn num_records(&self) -> u32 {
        self.num_records
    }
}
