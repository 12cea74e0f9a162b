//! The pipelines: what is the same for every frame and every view.

use wgpu::util::DeviceExt as _;

use super::{fills, handles, image, lines, rects};

/// What one primitive's file says of its pipeline.
pub(super) struct Blueprint {
    pub(super) name: &'static str,
    /// Follows `common.wgsl`; its entry points are `vertex` and `fragment`.
    pub(super) wgsl: &'static str,
    pub(super) buffers: &'static [Option<wgpu::VertexBufferLayout<'static>>],
    pub(super) topology: wgpu::PrimitiveTopology,
    pub(super) needs_tile: bool,
}

impl Blueprint {
    /// The whole text of the shader.
    pub(super) fn shader_text(&self) -> String {
        [include_str!("../../shaders/common.wgsl"), self.wgsl].concat()
    }
}

/// The pipelines for one device and one target format. Immutable; any number of [`Canvas`](super::Canvas)es
/// share it.
pub struct Renderer {
    pub(super) device: wgpu::Device,
    pub(super) queue: wgpu::Queue,
    pub(super) image: wgpu::RenderPipeline,
    pub(super) fills: wgpu::RenderPipeline,
    pub(super) rects: wgpu::RenderPipeline,
    pub(super) lines: wgpu::RenderPipeline,
    pub(super) handles: wgpu::RenderPipeline,
    view_layout: wgpu::BindGroupLayout,
    tile_layout: wgpu::BindGroupLayout,
    smooth_sampler: wgpu::Sampler,
}

impl Renderer {
    /// Builds all pipelines. They draw into passes with one colour target of this format, without depth,
    /// stencil or multisampling.
    pub fn new(device: &wgpu::Device, queue: &wgpu::Queue, target_format: wgpu::TextureFormat) -> Self {
        let view_layout = view_layout(device);
        let tile_layout = tile_layout(device);
        let pipeline = |blueprint: &Blueprint| {
            let layouts = [Some(&view_layout), Some(&tile_layout)];
            let layouts = if blueprint.needs_tile { &layouts[..] } else { &layouts[..1] };
            pipeline(device, target_format, blueprint, layouts)
        };
        Self {
            image: pipeline(&image::BLUEPRINT),
            fills: pipeline(&fills::BLUEPRINT),
            rects: pipeline(&rects::BLUEPRINT),
            lines: pipeline(&lines::BLUEPRINT),
            handles: pipeline(&handles::BLUEPRINT),
            smooth_sampler: device.create_sampler(&wgpu::SamplerDescriptor {
                label: Some("smooth"),
                mag_filter: wgpu::FilterMode::Linear,
                min_filter: wgpu::FilterMode::Linear,
                ..Default::default()
            }),
            device: device.clone(),
            queue: queue.clone(),
            view_layout,
            tile_layout,
        }
    }

    /// A uniform buffer with the bind group that shows it to every shader.
    pub(super) fn view_binding(&self, contents: &[u8]) -> (wgpu::Buffer, wgpu::BindGroup) {
        let buffer = self.device.create_buffer_init(&wgpu::util::BufferInitDescriptor {
            label: Some("view"),
            contents,
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
        });
        let bind_group = self.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("view"),
            layout: &self.view_layout,
            entries: &[wgpu::BindGroupEntry { binding: 0, resource: buffer.as_entire_binding() }],
        });
        (buffer, bind_group)
    }

    /// The bind group that shows a tile to the image shader.
    pub(super) fn tile_binding(&self, texture: &wgpu::Texture) -> wgpu::BindGroup {
        let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
        self.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("tile"),
            layout: &self.tile_layout,
            entries: &[
                wgpu::BindGroupEntry { binding: 0, resource: wgpu::BindingResource::TextureView(&view) },
                wgpu::BindGroupEntry {
                    binding: 1,
                    resource: wgpu::BindingResource::Sampler(&self.smooth_sampler),
                },
            ],
        })
    }
}

fn view_layout(device: &wgpu::Device) -> wgpu::BindGroupLayout {
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("view"),
        entries: &[wgpu::BindGroupLayoutEntry {
            binding: 0,
            visibility: wgpu::ShaderStages::VERTEX_FRAGMENT,
            ty: wgpu::BindingType::Buffer {
                ty: wgpu::BufferBindingType::Uniform,
                has_dynamic_offset: false,
                min_binding_size: None,
            },
            count: None,
        }],
    })
}

fn tile_layout(device: &wgpu::Device) -> wgpu::BindGroupLayout {
    let entry = |binding, ty| wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::FRAGMENT,
        ty,
        count: None,
    };
    let texture = wgpu::BindingType::Texture {
        sample_type: wgpu::TextureSampleType::Float { filterable: true },
        view_dimension: wgpu::TextureViewDimension::D2,
        multisampled: false,
    };
    let sampler = wgpu::BindingType::Sampler(wgpu::SamplerBindingType::Filtering);
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("tile"),
        entries: &[entry(0, texture), entry(1, sampler)],
    })
}

fn pipeline(
    device: &wgpu::Device,
    target_format: wgpu::TextureFormat,
    blueprint: &Blueprint,
    layouts: &[Option<&wgpu::BindGroupLayout>],
) -> wgpu::RenderPipeline {
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some(blueprint.name),
        source: wgpu::ShaderSource::Wgsl(blueprint.shader_text().into()),
    });
    let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some(blueprint.name),
        bind_group_layouts: layouts,
        immediate_size: 0,
    });
    let linear_target = [("linear_target", f64::from(u8::from(target_format.is_srgb())))];
    device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
        label: Some(blueprint.name),
        layout: Some(&layout),
        vertex: wgpu::VertexState {
            module: &module,
            entry_point: Some("vertex"),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            buffers: blueprint.buffers,
        },
        primitive: wgpu::PrimitiveState { topology: blueprint.topology, ..Default::default() },
        depth_stencil: None,
        multisample: wgpu::MultisampleState::default(),
        fragment: Some(wgpu::FragmentState {
            module: &module,
            entry_point: Some("fragment"),
            compilation_options: wgpu::PipelineCompilationOptions {
                constants: &linear_target,
                ..Default::default()
            },
            targets: &[Some(wgpu::ColorTargetState {
                format: target_format,
                blend: Some(wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING),
                write_mask: wgpu::ColorWrites::ALL,
            })],
        }),
        multiview_mask: None,
        cache: None,
    })
}
