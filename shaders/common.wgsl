// What every shader begins with: the view, its spaces, and the colour of the target.

// Whether the target is an sRGB format, which encodes (and blends) linear values by itself.
override linear_target: bool = false;

// As `ViewUniform` in canvas.rs.
struct View {
    center_whole: vec2i,
    center_fraction: vec2f,
    viewport: vec2f,
    origin: vec2f,
    zoom: f32,
    grid_alpha: f32,
    brightness: f32,
    contrast: f32,
    inverse_gamma: f32,
    smooth_sampling: u32,
    checker_phase: vec2f,
    checker_light: vec4f,
    checker_dark: vec4f,
    window_low: f32,
    window_scale: f32,
    window_inverse_gamma: f32,
    alpha_scale: f32,
    is_gray: u32,
    has_color_map: u32,
    // Four colours in each vector, a byte for each of red, green, blue and alpha.
    color_map: array<vec4u, 64>,
}

@group(0) @binding(0) var<uniform> view: View;

// Screen pixels from the view's corner, of an image position in whole pixels and 1/65,536 pixels.
fn screen_from_image(whole: vec2i, fraction: vec2u) -> vec2f {
    let from_center = vec2f(whole - view.center_whole) + (vec2f(fraction) / 65536.0 - view.center_fraction);
    return from_center * view.zoom + view.viewport * 0.5;
}

fn clip_from_screen(screen: vec2f) -> vec4f {
    let unit = screen / view.viewport;
    return vec4f(unit.x * 2.0 - 1.0, 1.0 - unit.y * 2.0, 0.0, 1.0);
}

// The centre of the fragment's pixel, from the view's corner.
fn screen_from_fragment(position: vec4f) -> vec2f {
    return position.xy - view.origin;
}

// Corner 0 to 3 of a triangle strip: (0, 0), (1, 0), (0, 1), (1, 1).
fn strip_corner(index: u32) -> vec2f {
    return vec2f(f32(index & 1u), f32(index >> 1u));
}

// An sRGB colour with straight alpha as the target wants it: premultiplied.
fn target_color(color: vec4f) -> vec4f {
    var rgb = color.rgb;
    if linear_target {
        rgb = select(pow((rgb + 0.055) / 1.055, vec3f(2.4)), rgb / 12.92, rgb <= vec3f(0.04045));
    }
    return vec4f(rgb * color.a, color.a);
}

// One premultiplied colour over another.
fn over(top: vec4f, bottom: vec4f) -> vec4f {
    return top + bottom * (1.0 - top.a);
}
