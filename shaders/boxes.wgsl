// Upright boxes: a fill and an outline of constant width on screen, antialiased, with halo and dashes. They look
// like a rectangle under a ring of four segments.

struct Varying {
    @builtin(position) position: vec4f,
    @location(0) @interpolate(flat) low_high: vec4f,
    // Fill, colour and halo; width, halo and dash in eighths of a pixel. Packed: without a GPU, handing values on
    // takes most of the time of a small box.
    @location(1) @interpolate(flat) look: vec4u,
}

@vertex
fn vertex(
    @builtin(vertex_index) index: u32,
    @location(0) min_whole: vec2i,
    @location(1) min_fraction: vec2u,
    @location(2) max_whole: vec2i,
    @location(3) max_fraction: vec2u,
    @location(4) look: vec4u,
) -> Varying {
    let style = unpack4xU8(look.w);
    let low = screen_from_image(min_whole, min_fraction);
    let high = screen_from_image(max_whole, max_fraction);
    let reach = max(f32(style.x) / 16.0, 0.5) + f32(style.y) / 8.0 + 0.5;
    let corner = select(low - reach, high + reach, strip_corner(index) > vec2f(0.5));
    return Varying(clip_from_screen(corner), vec4f(low, high), look);
}

// How far along the ring, clockwise from its first corner, the nearest point of it is.
fn along_ring(from_low: vec2f, from_high: vec2f, size: vec2f) -> f32 {
    let aside = from_low - clamp(from_low, vec2f(0.0), size);
    let to_top = length(vec2f(aside.x, from_low.y));
    let to_right = length(vec2f(from_high.x, aside.y));
    let to_bottom = length(vec2f(aside.x, from_high.y));
    let to_left = length(vec2f(from_low.x, aside.y));
    let nearest = min(min(to_top, to_right), min(to_bottom, to_left));
    // Corners belong to the earlier side.
    if to_top == nearest { return from_low.x; }
    if to_right == nearest { return size.x + from_low.y; }
    if to_bottom == nearest { return 2.0 * size.x + size.y - from_low.x; }
    return 2.0 * (size.x + size.y) - from_low.y;
}

@fragment
fn fragment(in: Varying) -> @location(0) vec4f {
    let p = screen_from_fragment(in.position);
    // Each side by itself: far from one of them, the other one is still exact.
    let from_low = p - in.low_high.xy;
    let from_high = in.low_high.zw - p;
    let is_inside = all(from_low >= vec2f(0.0)) && all(from_high > vec2f(0.0));
    let outside = length(max(max(-from_low, -from_high), vec2f(0.0)));
    let inside = min(min(from_low.x, from_low.y), min(from_high.x, from_high.y));
    let here = select(outside, inside, is_inside);

    let style = unpack4xU8(in.look.w);
    let width = f32(style.x) / 8.0;
    let half_width = max(width, 1.0) * 0.5;
    var coverage = saturate(half_width + 0.5 - here) * min(width, 1.0);
    if style.z != 0u {
        let dash = f32(style.z) / 8.0;
        let run = along_ring(from_low, from_high, in.low_high.zw - in.low_high.xy) - dash * 0.5;
        let from_middle_of_dash = abs(run - round(run / (2.0 * dash)) * 2.0 * dash);
        coverage *= saturate(dash * 0.5 + 0.5 - from_middle_of_dash);
    }
    let halo_coverage = saturate(half_width + f32(style.y) / 8.0 + 0.5 - here);
    let fill = target_color(unpack4x8unorm(in.look.x)) * f32(is_inside);
    let color = target_color(unpack4x8unorm(in.look.y));
    let halo = target_color(unpack4x8unorm(in.look.z));
    return over(over(color * coverage, halo * halo_coverage), fill);
}
