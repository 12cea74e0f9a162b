// Segments of polylines: each a capsule of constant width on screen, antialiased, with halo and dashes.
//
// A joint lies in the capsules of both of its segments. A fragment is drawn by the nearer one only, so that
// a translucent line is equally dark throughout; as this compares true distances to whole segments, it
// leaves no gap at any angle or length. Ties (beyond the outer side of a joint both are nearest at their
// common end) go to the earlier segment: `distance_to_segment` returns the very same number for both then.

const IS_SEGMENT: u32 = 1u;
const HAS_PREVIOUS: u32 = 2u;
const HAS_NEXT: u32 = 4u;
// The first segment of a ring also follows its last one, but comes before it.
const BEFORE_PREVIOUS: u32 = 8u;
const AFTER_NEXT: u32 = 16u;

struct Varying {
    @builtin(position) position: vec4f,
    @location(0) @interpolate(flat) previous_start: vec4f,
    @location(1) @interpolate(flat) end_next: vec4f,
    // Colour and halo; width, halo and dash in eighths of a pixel, flags; the bits of the length of the line up to
    // here. Packed: without a GPU, handing values on takes most of the time of a short segment.
    @location(2) @interpolate(flat) look: vec4u,
}

// One instance sees four neighbouring points of the line; it draws the segment from the second to the third.
@vertex
fn vertex(
    @builtin(vertex_index) index: u32,
    @location(0) previous_whole: vec2i,
    @location(1) previous_fraction: vec2u,
    @location(2) start_whole: vec2i,
    @location(3) start_fraction: vec2u,
    @location(4) look: vec3u,
    @location(5) along: f32,
    @location(6) end_whole: vec2i,
    @location(7) end_fraction: vec2u,
    @location(8) next_whole: vec2i,
    @location(9) next_fraction: vec2u,
) -> Varying {
    let style = unpack4xU8(look.z);
    let start = screen_from_image(start_whole, start_fraction);
    let end = screen_from_image(end_whole, end_fraction);
    let length = distance(start, end);
    let direction = select(vec2f(1.0, 0.0), (end - start) / max(length, 1e-6), length > 1e-6);
    let reach = max(f32(style.x) / 16.0, 0.5) + f32(style.y) / 8.0 + 0.5;

    let corner = strip_corner(index);
    let base = select(start - direction * reach, end + direction * reach, corner.x > 0.5);
    let screen = base + vec2f(-direction.y, direction.x) * (corner.y * 2.0 - 1.0) * reach;

    let previous = screen_from_image(previous_whole, previous_fraction);
    let next = screen_from_image(next_whole, next_fraction);
    // A record that starts no segment collapses to a point out of sight.
    let position = select(vec4f(2.0, 2.0, 0.0, 1.0), clip_from_screen(screen), (style.w & IS_SEGMENT) != 0u);
    let packed = vec4u(look, bitcast<u32>(along * view.zoom));
    return Varying(position, vec4f(previous, start), vec4f(end, next), packed);
}

fn distance_to_segment(p: vec2f, a: vec2f, b: vec2f) -> f32 {
    let ab = b - a;
    let t = dot(p - a, ab) / max(dot(ab, ab), 1e-12);
    if t <= 0.0 { return distance(p, a); }
    if t >= 1.0 { return distance(p, b); }
    return abs(ab.x * (p.y - a.y) - ab.y * (p.x - a.x)) / length(ab);
}

@fragment
fn fragment(in: Varying) -> @location(0) vec4f {
    let p = screen_from_fragment(in.position);
    let start = in.previous_start.zw;
    let end = in.end_next.xy;
    let style = unpack4xU8(in.look.z);
    let flags = style.w;
    let here = distance_to_segment(p, start, end);
    if (flags & HAS_PREVIOUS) != 0u {
        let there = distance_to_segment(p, in.previous_start.xy, start);
        if there < here || (there == here && (flags & BEFORE_PREVIOUS) == 0u) { discard; }
    }
    if (flags & HAS_NEXT) != 0u {
        let there = distance_to_segment(p, end, in.end_next.zw);
        if there < here || (there == here && (flags & AFTER_NEXT) != 0u) { discard; }
    }

    let width = f32(style.x) / 8.0;
    let half_width = max(width, 1.0) * 0.5;
    var coverage = saturate(half_width + 0.5 - here) * min(width, 1.0);
    if style.z != 0u {
        let dash = f32(style.z) / 8.0;
        let ab = end - start;
        let run = bitcast<f32>(in.look.w) + dot(p - start, ab) / max(length(ab), 1e-6) - dash * 0.5;
        let from_middle_of_dash = abs(run - round(run / (2.0 * dash)) * 2.0 * dash);
        coverage *= saturate(dash * 0.5 + 0.5 - from_middle_of_dash);
    }
    let halo_coverage = saturate(half_width + f32(style.y) / 8.0 + 0.5 - here);
    // Without a halo its colour is clear.
    let color = target_color(unpack4x8unorm(in.look.x));
    let halo = target_color(unpack4x8unorm(in.look.y));
    return over(color * coverage, halo * halo_coverage);
}
