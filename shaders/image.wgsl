// One tile of the picture, over its checkerboard and under its pixel grid. Opaque.

const CHECKER_PX: f32 = 8.0;

// `num_type` is f32 for 8-bit pictures (0 to 1) and float ones, and u32 for 16-bit ones.
@group(1) @binding(0) var texels: texture_2d_array<num_type>;

struct Varying {
    @builtin(position) position: vec4f,
    // The tile's corner on screen, and the screen pixels per texel.
    @location(0) @interpolate(flat) corner: vec2f,
    @location(1) @interpolate(flat) texel_size: f32,
    // Texels of neighbouring tiles at the left and the top of the texture.
    @location(2) @interpolate(flat) gutter: vec2f,
    @location(3) @interpolate(flat) last_texel: vec2i,
    @location(4) @interpolate(flat) layer: u32,
    @location(5) @interpolate(flat) is_full_size: u32,
}

@vertex
fn vertex(
    @builtin(vertex_index) index: u32,
    @location(0) tile_min: vec2i,
    @location(1) tile_max: vec2i,
    @location(2) gutter: vec2u,
    @location(3) num_texels: vec2u,
    @location(4) image_px_per_texel: u32,
    @location(5) layer: u32,
) -> Varying {
    let low = screen_from_image(tile_min, vec2u(0u));
    let high = screen_from_image(tile_max, vec2u(0u));
    let position = clip_from_screen(select(low, high, strip_corner(index) > vec2f(0.5)));
    let texel_size = view.zoom * f32(image_px_per_texel);
    let last_texel = vec2i(num_texels) - 1;
    let is_full_size = u32(image_px_per_texel == 1u);
    return Varying(position, low, texel_size, vec2f(gutter), last_texel, layer, is_full_size);
}

fn is_nan(x: f32) -> bool {
    // A comparison could be optimised away.
    return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

// A texel in the numbers of the file (0 to 1 for 8 bits), premultiplied. What is not a number is transparent.
fn texel_color(at: vec2i, in: Varying) -> vec4f {
    let texel = vec4f(textureLoad(texels, clamp(at, vec2i(0), in.last_texel), in.layer, 0));
    if view.is_gray != 0u {
        if is_nan(texel.r) { return vec4f(0.0); }
        return vec4f(texel.rrr, 1.0);
    }
    if is_nan(texel.r + texel.g + texel.b + texel.a) { return vec4f(0.0); }
    let alpha = saturate(texel.a * view.alpha_scale);
    return vec4f(texel.rgb * alpha, alpha);
}

// The colour there, premultiplied.
fn picture_color(texel: vec2f, in: Varying) -> vec4f {
    let at = texel + in.gutter;
    // A coarse tile that stands in for a fine one is blurred: its texels are no pixels to be seen.
    if view.smooth_sampling == 0u && in.is_full_size != 0u { return texel_color(vec2i(floor(at)), in); }
    let from_center = at - 0.5;
    let first = vec2i(floor(from_center));
    let share = from_center - floor(from_center);
    let top = mix(texel_color(first, in), texel_color(first + vec2i(1, 0), in), share.x);
    let bottom = mix(texel_color(first + vec2i(0, 1), in), texel_color(first + vec2i(1, 1), in), share.x);
    return mix(top, bottom, share.y);
}

// From the numbers of the file to 0 (black) to 1 (white).
fn windowed(rgb: vec3f) -> vec3f {
    return raised(saturate((rgb - view.window_low) * view.window_scale), view.window_inverse_gamma);
}

fn adjusted(rgb: vec3f) -> vec3f {
    return raised(saturate((rgb - 0.5) * view.contrast + 0.5 + view.brightness), view.inverse_gamma);
}

fn raised(rgb: vec3f, exponent: f32) -> vec3f {
    // pow(x, 1) is not exactly x on every GPU.
    if exponent == 1.0 { return rgb; }
    return pow(rgb, vec3f(exponent));
}

// A grey level in the colours of the colour map.
fn mapped(level: f32) -> vec3f {
    let at = saturate(level) * 255.0;
    let low = u32(floor(at));
    let high = min(low + 1u, 255u);
    let before = unpack4x8unorm(view.color_map[low / 4u][low % 4u]).rgb;
    let after = unpack4x8unorm(view.color_map[high / 4u][high % 4u]).rgb;
    return mix(before, after, at - f32(low));
}

fn checkerboard(screen: vec2f) -> vec4f {
    let square = vec2i(floor((screen - view.checker_phase) / CHECKER_PX));
    return select(view.checker_dark, view.checker_light, ((square.x + square.y) & 1) == 0);
}

@fragment
fn fragment(in: Varying) -> @location(0) vec4f {
    let screen = screen_from_fragment(in.position);
    let texel = (screen - in.corner) / in.texel_size;
    let color = picture_color(texel, in);
    var seen = vec3f(0.0);
    if color.a > 0.0 {
        seen = adjusted(windowed(color.rgb / color.a));
        if view.has_color_map != 0u { seen = mapped(seen.r); }
    }
    if color.a < 1.0 { seen = mix(checkerboard(screen).rgb, seen, color.a); }

    // The first screen pixel of each image pixel, so that grid lines are one pixel wide and crisp.
    if view.grid_alpha > 0.0 && in.is_full_size != 0u && any(fract(texel) * in.texel_size < vec2f(1.0)) {
        let is_light = dot(seen, vec3f(0.2126, 0.7152, 0.0722)) > 0.5;
        seen = mix(seen, vec3f(select(1.0, 0.0, is_light)), view.grid_alpha);
    }
    return target_color(vec4f(seen, 1.0));
}
