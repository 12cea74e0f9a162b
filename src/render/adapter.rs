//! What graphics hardware there is, in words.

use std::fmt;

/// A graphics adapter and what it can do, for people and for `doctor`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct AdapterSummary {
    /// The name of the hardware.
    pub name: String,
    /// The interface used: Vulkan, Metal, DirectX 12 or OpenGL.
    pub backend: String,
    /// The driver and its version.
    pub driver: String,
    /// Integrated, discrete, virtual, software or other.
    pub kind: &'static str,
    /// Whether the processor does the drawing.
    pub is_software: bool,
    /// Largest width and height of a texture.
    pub max_texture_px: u32,
    /// Largest buffer.
    pub max_buffer_bytes: u64,
}

impl AdapterSummary {
    /// Describes an adapter, also that of a window.
    pub fn new(adapter: &wgpu::Adapter) -> Self {
        let (info, limits) = (adapter.get_info(), adapter.limits());
        let backend = match info.backend {
            wgpu::Backend::Vulkan => "Vulkan",
            wgpu::Backend::Metal => "Metal",
            wgpu::Backend::Dx12 => "DirectX 12",
            wgpu::Backend::Gl => "OpenGL",
            wgpu::Backend::BrowserWebGpu => "WebGPU",
            wgpu::Backend::Noop => "none",
        };
        let kind = match info.device_type {
            wgpu::DeviceType::IntegratedGpu => "integrated",
            wgpu::DeviceType::DiscreteGpu => "discrete",
            wgpu::DeviceType::VirtualGpu => "virtual",
            wgpu::DeviceType::Cpu => "software",
            wgpu::DeviceType::Other => "other",
        };
        Self {
            name: info.name,
            backend: backend.to_owned(),
            driver: [info.driver, info.driver_info].join(" ").trim().to_owned(),
            kind,
            is_software: info.device_type == wgpu::DeviceType::Cpu,
            max_texture_px: limits.max_texture_dimension_2d,
            max_buffer_bytes: limits.max_buffer_size,
        }
    }
}

impl fmt::Display for AdapterSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}, {}", self.name, self.kind, self.backend)?;
        if !self.driver.is_empty() {
            write!(f, ", {}", self.driver)?;
        }
        f.write_str(")")
    }
}
