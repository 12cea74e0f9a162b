// Triangles of one colour.

struct Varying {
    @builtin(position) position: vec4f,
    @location(0) @interpolate(flat) color: vec4f,
}

@vertex
fn vertex(@location(0) whole: vec2i, @location(1) fraction: vec2u, @location(2) color: vec4f) -> Varying {
    return Varying(clip_from_screen(screen_from_image(whole, fraction)), color);
}

@fragment
fn fragment(in: Varying) -> @location(0) vec4f {
    return target_color(in.color);
}
