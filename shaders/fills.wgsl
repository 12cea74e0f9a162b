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
    // A clear colour draws nothing. The test is also what keeps Mesa's software driver (seen with 22.3) off a
    // shortcut for plain colours that swaps red and blue in whole tiles of a BGRA target.
    if in.color.a <= 0.0 {
        discard;
    }
    return target_color(in.color);
}
