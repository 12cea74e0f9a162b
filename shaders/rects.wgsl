// Rectangles along the axes. Neighbours share exact edges: no gap, and no pixel twice.

struct Varying {
    @builtin(position) position: vec4f,
    @location(0) @interpolate(flat) color: vec4f,
}

@vertex
fn vertex(
    @builtin(vertex_index) index: u32,
    @location(0) min_whole: vec2i,
    @location(1) min_fraction: vec2u,
    @location(2) max_whole: vec2i,
    @location(3) max_fraction: vec2u,
    @location(4) color: vec4f,
) -> Varying {
    let low = screen_from_image(min_whole, min_fraction);
    let high = screen_from_image(max_whole, max_fraction);
    return Varying(clip_from_screen(select(low, high, strip_corner(index) > vec2f(0.5))), color);
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
