// Points and handles: a square, disc or diamond of constant size on screen.

const SQUARE: u32 = 0u;
const ROUND: u32 = 1u;

struct Varying {
    @builtin(position) position: vec4f,
    @location(0) @interpolate(flat) center: vec2f,
    @location(1) @interpolate(flat) fill: vec4f,
    @location(2) @interpolate(flat) border: vec4f,
    @location(3) @interpolate(flat) style: vec4u,
}

@vertex
fn vertex(
    @builtin(vertex_index) index: u32,
    @location(0) whole: vec2i,
    @location(1) fraction: vec2u,
    @location(2) fill: vec4f,
    @location(3) border: vec4f,
    @location(4) style: vec4u,
) -> Varying {
    let center = screen_from_image(whole, fraction);
    let reach = f32(style.y) / 8.0 + 1.0;
    let corner = center + (strip_corner(index) * 2.0 - 1.0) * reach;
    return Varying(clip_from_screen(corner), center, fill, border, style);
}

// Signed distance to the outline, screen pixels, negative inside.
fn outline_distance(shape: u32, p: vec2f, radius: f32) -> f32 {
    let q = abs(p);
    switch shape {
        case SQUARE: { return max(q.x, q.y) - radius; }
        case ROUND: { return length(q) - radius; }
        default: { return (q.x + q.y - radius) * 0.70710678; }
    }
}

@fragment
fn fragment(in: Varying) -> @location(0) vec4f {
    let from_center = screen_from_fragment(in.position) - in.center;
    let outside = outline_distance(in.style.x, from_center, f32(in.style.y) / 8.0);
    let inside = saturate(0.5 - (outside + f32(in.style.z) / 8.0));
    let color = mix(target_color(in.border), target_color(in.fill), inside);
    return color * saturate(0.5 - outside);
}
