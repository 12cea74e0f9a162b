// One tile of the picture, over its checkerboard and under its pixel grid. Opaque.

const CHECKER_PX: f32 = 8.0;

@group(1) @binding(0) var texels: texture_2d<f32>;
@group(1) @binding(1) var smooth_sampler: sampler;

struct Varying {
    @builtin(position) position: vec4f,
    // The tile's corner on screen, and the screen pixels per texel.
    @location(0) @interpolate(flat) corner: vec2f,
    @location(1) @interpolate(flat) texel_size: f32,
    // Texels of neighbouring tiles at the left and the top of the texture.
    @location(2) @interpolate(flat) gutter: vec2u,
    @location(3) @interpolate(flat) is_full_size: u32,
}

@vertex
fn vertex(
    @builtin(vertex_index) index: u32,
    @location(0) tile_min: vec2i,
    @location(1) tile_max: vec2i,
    @location(2) gutter: vec2u,
    @location(3) image_px_per_texel: u32,
) -> Varying {
    let low = screen_from_image(tile_min, vec2u(0u));
    let high = screen_from_image(tile_max, vec2u(0u));
    let position = clip_from_screen(select(low, high, strip_corner(index) > vec2f(0.5)));
    let texel_size = view.zoom * f32(image_px_per_texel);
    return Varying(position, low, texel_size, gutter, u32(image_px_per_texel == 1u));
}

// The texel there, premultiplied.
fn picture_color(texel: vec2f, gutter: vec2u) -> vec4f {
    let size = textureDimensions(texels);
    let at = texel + vec2f(gutter);
    if view.smooth_sampling != 0u {
        return textureSampleLevel(texels, smooth_sampler, at / vec2f(size), 0.0);
    }
    return textureLoad(texels, clamp(vec2i(floor(at)), vec2i(0), vec2i(size) - 1), 0);
}

fn adjusted(rgb: vec3f) -> vec3f {
    let level = saturate((rgb - 0.5) * view.contrast + 0.5 + view.brightness);
    // pow(x, 1) is not exactly x on every GPU.
    if view.inverse_gamma == 1.0 { return level; }
    return pow(level, vec3f(view.inverse_gamma));
}

fn checkerboard(screen: vec2f) -> vec4f {
    let square = vec2i(floor((screen - view.checker_phase) / CHECKER_PX));
    return select(view.checker_dark, view.checker_light, ((square.x + square.y) & 1) == 0);
}

@fragment
fn fragment(in: Varying) -> @location(0) vec4f {
    let screen = screen_from_fragment(in.position);
    let texel = (screen - in.corner) / in.texel_size;
    let color = picture_color(texel, in.gutter);
    let rgb = adjusted(color.rgb / max(color.a, 1.0 / 255.0));
    var seen = mix(checkerboard(screen).rgb, rgb, color.a);

    // The first screen pixel of each image pixel, so that grid lines are one pixel wide and crisp.
    if view.grid_alpha > 0.0 && in.is_full_size != 0u && any(fract(texel) * in.texel_size < vec2f(1.0)) {
        let is_light = dot(seen, vec3f(0.2126, 0.7152, 0.0722)) > 0.5;
        seen = mix(seen, vec3f(select(1.0, 0.0, is_light)), view.grid_alpha);
    }
    return target_color(vec4f(seen, 1.0));
}
