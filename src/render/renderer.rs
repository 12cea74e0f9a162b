//! The pipelines: what is the same for every frame and every view.

use wgpu::util::DeviceExt as _;

use super::{boxes, fills, handles, image, lines, rects, video};

/// What one primitive's file says of its pipeline.
pub(super) struct Blueprint {
    pub(super) name: &'static str,
    /// Follows `common.wgsl`; its entry points are `vertex` and `fragment`.
    pub(super) wgsl: &'static str,
    /// Names that the shader leaves open, and the types that they stand for.
    pub(super) types: &'static [(&'static str, &'static str)],
    pub(super) buffers: &'static [Option<wgpu::VertexBufferLayout<'static>>],
    pub(super) topology: wgpu::PrimitiveTopology,
    /// What it draws of a picture, if it does.
    pub(super) picture: Option<PictureBinding>,
}

/// How a shader gets at a picture: its second bind group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PictureBinding {
    /// An array of tiles.
    Tiles(TexelNumbers),
    /// A uniform buffer, and the planes of a frame.
    Planes(TexelNumbers),
}

/// The numbers of texels, as the shader reads them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TexelNumbers {
    /// 8-bit channels as 0 to 1, and floats.
    Float,
    /// 16-bit channels.
    Integer,
}

impl Blueprint {
    /// The whole text of the shader.
    pub(super) fn shader_text(&self) -> String {
        let aliases: String = self.types.iter().map(|(name, of)| format!("alias {name} = {of};\n")).collect();
        [include_str!("../../shaders/common.wgsl"), &aliases, self.wgsl].concat()
    }
}

/// The pipelines for one device and one target format. Immutable; any number of [`Canvas`](super::Canvas)es
/// share it.
pub struct Renderer {
    pub(super) device: wgpu::Device,
    pub(super) queue: wgpu::Queue,
    pub(super) float_image: wgpu::RenderPipeline,
    pub(super) integer_image: wgpu::RenderPipeline,
    pub(super) float_video: wgpu::RenderPipeline,
    pub(super) integer_video: wgpu::RenderPipeline,
    pub(super) fills: wgpu::RenderPipeline,
    pub(super) rects: wgpu::RenderPipeline,
    pub(super) boxes: wgpu::RenderPipeline,
    pub(super) lines: wgpu::RenderPipeline,
    pub(super) handles: wgpu::RenderPipeline,
    view_layout: wgpu::BindGroupLayout,
    float_tiles_layout: wgpu::BindGroupLayout,
    integer_tiles_layout: wgpu::BindGroupLayout,
    float_planes_layout: wgpu::BindGroupLayout,
    integer_planes_layout: wgpu::BindGroupLayout,
}

impl Renderer {
    /// Builds all pipelines. They draw into passes with one colour target of this format, without depth,
    /// stencil or multisampling.
    pub fn new(device: &wgpu::Device, queue: &wgpu::Queue, target_format: wgpu::TextureFormat) -> Self {
        let view_layout = view_layout(device);
        let float_tiles_layout = tiles_layout(device, TexelNumbers::Float);
        let integer_tiles_layout = tiles_layout(device, TexelNumbers::Integer);
        let float_planes_layout = planes_layout(device, TexelNumbers::Float);
        let integer_planes_layout = planes_layout(device, TexelNumbers::Integer);
        let pipeline = |blueprint: &Blueprint| {
            let picture_layout = blueprint.picture.map(|binding| match binding {
                PictureBinding::Tiles(TexelNumbers::Float) => &float_tiles_layout,
                PictureBinding::Tiles(TexelNumbers::Integer) => &integer_tiles_layout,
                PictureBinding::Planes(TexelNumbers::Float) => &float_planes_layout,
                PictureBinding::Planes(TexelNumbers::Integer) => &integer_planes_layout,
            });
            let layouts = [Some(&view_layout), picture_layout];
            pipeline(device, target_format, blueprint, &layouts[..1 + usize::from(picture_layout.is_some())])
        };
        Self {
            float_image: pipeline(&image::FLOAT_BLUEPRINT),
            integer_image: pipeline(&image::INTEGER_BLUEPRINT),
            float_video: pipeline(&video::FLOAT_BLUEPRINT),
            integer_video: pipeline(&video::INTEGER_BLUEPRINT),
            fills: pipeline(&fills::BLUEPRINT),
            rects: pipeline(&rects::BLUEPRINT),
            boxes: pipeline(&boxes::BLUEPRINT),
            lines: pipeline(&lines::BLUEPRINT),
            handles: pipeline(&handles::BLUEPRINT),
            device: device.clone(),
            queue: queue.clone(),
            view_layout,
            float_tiles_layout,
            integer_tiles_layout,
            float_planes_layout,
            integer_planes_layout,
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

    /// The bind group that shows an array of tiles to the image shader.
    pub(super) fn tiles_binding(&self, texture: &wgpu::Texture, numbers: TexelNumbers) -> wgpu::BindGroup {
        let view = texture.create_view(&wgpu::TextureViewDescriptor {
            dimension: Some(wgpu::TextureViewDimension::D2Array),
            ..Default::default()
        });
        self.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("tiles"),
            layout: match numbers {
                TexelNumbers::Float => &self.float_tiles_layout,
                TexelNumbers::Integer => &self.integer_tiles_layout,
            },
            entries: &[wgpu::BindGroupEntry {
                binding: 0,
                resource: wgpu::BindingResource::TextureView(&view),
            }],
        })
    }

    /// The bind group that shows the planes of a frame, and what they mean, to the video shader.
    pub(super) fn planes_binding(
        &self,
        uniform: &wgpu::Buffer,
        planes: [&wgpu::Texture; 4],
        numbers: TexelNumbers,
    ) -> wgpu::BindGroup {
        let views = planes.map(|plane| plane.create_view(&wgpu::TextureViewDescriptor::default()));
        let uniform = wgpu::BindGroupEntry { binding: 0, resource: uniform.as_entire_binding() };
        let planes = (1..).zip(&views).map(|(binding, view)| wgpu::BindGroupEntry {
            binding,
            resource: wgpu::BindingResource::TextureView(view),
        });
        let entries: Vec<_> = std::iter::once(uniform).chain(planes).collect();
        self.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("video"),
            layout: match numbers {
                TexelNumbers::Float => &self.float_planes_layout,
                TexelNumbers::Integer => &self.integer_planes_layout,
            },
            entries: &entries,
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

fn tiles_layout(device: &wgpu::Device, numbers: TexelNumbers) -> wgpu::BindGroupLayout {
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("tiles"),
        entries: &[texture_entry(0, numbers, wgpu::TextureViewDimension::D2Array)],
    })
}

fn planes_layout(device: &wgpu::Device, numbers: TexelNumbers) -> wgpu::BindGroupLayout {
    let uniform = wgpu::BindGroupLayoutEntry {
        binding: 0,
        visibility: wgpu::ShaderStages::VERTEX_FRAGMENT,
        ty: wgpu::BindingType::Buffer {
            ty: wgpu::BufferBindingType::Uniform,
            has_dynamic_offset: false,
            min_binding_size: None,
        },
        count: None,
    };
    let plane = |binding| texture_entry(binding, numbers, wgpu::TextureViewDimension::D2);
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("video"),
        entries: &[uniform, plane(1), plane(2), plane(3), plane(4)],
    })
}

fn texture_entry(
    binding: u32,
    numbers: TexelNumbers,
    view_dimension: wgpu::TextureViewDimension,
) -> wgpu::BindGroupLayoutEntry {
    wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::FRAGMENT,
        ty: wgpu::BindingType::Texture {
            sample_type: match numbers {
                // Not every device filters floats; the shader does it by itself.
                TexelNumbers::Float => wgpu::TextureSampleType::Float { filterable: false },
                TexelNumbers::Integer => wgpu::TextureSampleType::Uint,
            },
            view_dimension,
            multisampled: false,
        },
        count: None,
    }
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
