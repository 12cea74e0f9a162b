// What pictures and frames of videos have in common: brightness, colour map, checkerboard and pixel grid.

const CHECKER_PX: f32 = 8.0;

// A colour of the file, 0 to 1, as the person wants to see it.
fn displayed(rgb: vec3f) -> vec3f {
    let seen = adjusted(rgb);
    if view.has_color_map != 0u { return mapped(seen.r); }
    return seen;
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

// A colour with straight alpha over the checkerboard and under the pixel grid. `texel` is the place in the picture; the
// grid is drawn where a texel is a pixel of the picture.
fn on_canvas(color: vec4f, screen: vec2f, texel: vec2f, texel_size: f32, is_full_size: bool) -> vec4f {
    var seen = color.rgb;
    if color.a < 1.0 { seen = mix(checkerboard(screen).rgb, seen, color.a); }
    // The first screen pixel of each image pixel, so that grid lines are one pixel wide and crisp.
    if view.grid_alpha > 0.0 && is_full_size && any(fract(texel) * texel_size < vec2f(1.0)) {
        let is_light = dot(seen, vec3f(0.2126, 0.7152, 0.0722)) > 0.5;
        seen = mix(seen, vec3f(select(1.0, 0.0, is_light)), view.grid_alpha);
    }
    return target_color(vec4f(seen, 1.0));
}
