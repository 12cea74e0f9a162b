// One tile of the picture, over its checkerboard and under its pixel grid. Opaque.

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

@fragment
fn fragment(in: Varying) -> @location(0) vec4f {
    let screen = screen_from_fragment(in.position);
    let texel = (screen - in.corner) / in.texel_size;
    let color = picture_color(texel, in);
    var seen = vec3f(0.0);
    if color.a > 0.0 {
        seen = displayed(windowed(color.rgb / color.a));
    }
    return on_canvas(vec4f(seen, color.a), screen, texel, in.texel_size, in.is_full_size != 0u);
}
