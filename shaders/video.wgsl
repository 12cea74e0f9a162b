// A frame of a video from the planes of its decoder, over its checkerboard and under its pixel grid. Opaque.

// As `FrameUniform` in video.rs.
struct VideoFrame {
    // Each the sum of three samples and a constant.
    red: vec4f,
    green: vec4f,
    blue: vec4f,
    // Shown points are scaled by rows of this, and then moved, to lie on the stored picture.
    stored_from_shown: vec4f,
    stored_origin: vec2f,
    shown_size: vec2i,
    // Stored points are scaled, and then moved, to lie on the planes of colour differences.
    chroma_scale: vec2f,
    chroma_offset: vec2f,
    alpha_scale: f32,
    kind: u32,
}

const GRAY: u32 = 0u;
const YUV: u32 = 1u;
const YUV_WITH_ALPHA: u32 = 2u;
const RGBA: u32 = 3u;

// A reduced picture is the mean of what lies under each screen pixel, up to this many texels along each axis.
const MAX_SIDE: f32 = 16.0;

// `num_type` is f32 for samples of 8 bits (0 to 1), and u32 for deeper ones.
@group(1) @binding(0) var<uniform> frame: VideoFrame;
@group(1) @binding(1) var plane_0: texture_2d<num_type>;
@group(1) @binding(2) var plane_1: texture_2d<num_type>;
@group(1) @binding(3) var plane_2: texture_2d<num_type>;
@group(1) @binding(4) var plane_3: texture_2d<num_type>;

struct Varying {
    @builtin(position) position: vec4f,
    @location(0) @interpolate(flat) corner: vec2f,
}

@vertex
fn vertex(@builtin(vertex_index) index: u32) -> Varying {
    let low = screen_from_image(vec2i(0), vec2u(0u));
    let high = screen_from_image(frame.shown_size, vec2u(0u));
    return Varying(clip_from_screen(select(low, high, strip_corner(index) > vec2f(0.5))), low);
}

// The mean of a plane over a rectangle. Texel n covers n to n + 1; the outermost go on without end. Over a rectangle of
// one texel this is bilinear sampling. Colours of RGBA are weighed by their alpha, and come out multiplied by it.
fn mean(plane: texture_2d<num_type>, center: vec2f, sides: vec2f) -> vec4f {
    let last = vec2i(textureDimensions(plane)) - 1;
    let low = center - sides * 0.5;
    let high = center + sides * 0.5;
    let first = vec2i(floor(low));
    let end = vec2i(ceil(high));
    var sum = vec4f(0.0);
    for (var y = first.y; y < end.y; y++) {
        let height = min(high.y, f32(y) + 1.0) - max(low.y, f32(y));
        for (var x = first.x; x < end.x; x++) {
            let width = min(high.x, f32(x) + 1.0) - max(low.x, f32(x));
            var texel = vec4f(textureLoad(plane, clamp(vec2i(x, y), vec2i(0), last), 0));
            if frame.kind == RGBA { texel = vec4f(texel.rgb * texel.a, texel.a); }
            sum += texel * (width * height);
        }
    }
    return sum / (sides.x * sides.y);
}

// Red, green and blue, 0 to 1, with straight alpha, of a stored point.
fn video_color(at: vec2f, sides: vec2f) -> vec4f {
    let first = mean(plane_0, at, sides);
    if frame.kind == RGBA {
        return vec4f(saturate(first.rgb / max(first.a, 1e-6)), first.a);
    }
    var samples = vec4f(first.r, 0.0, 0.0, 1.0);
    var alpha = 1.0;
    if frame.kind != GRAY {
        let chroma_at = at * frame.chroma_scale + frame.chroma_offset;
        let chroma_sides = max(sides * frame.chroma_scale, vec2f(1.0));
        samples.y = mean(plane_1, chroma_at, chroma_sides).r;
        samples.z = mean(plane_2, chroma_at, chroma_sides).r;
        if frame.kind == YUV_WITH_ALPHA { alpha = mean(plane_3, at, sides).r * frame.alpha_scale; }
    }
    let rgb = vec3f(dot(frame.red, samples), dot(frame.green, samples), dot(frame.blue, samples));
    return vec4f(saturate(rgb), alpha);
}

@fragment
fn fragment(in: Varying) -> @location(0) vec4f {
    let screen = screen_from_fragment(in.position);
    let shown = (screen - in.corner) / view.zoom;
    var at = shown;
    // A pixel of the picture is a square of one colour, that of its centre.
    if view.smooth_sampling == 0u { at = floor(shown) + 0.5; }
    let rows = frame.stored_from_shown;
    let stored = vec2f(dot(rows.xy, at), dot(rows.zw, at)) + frame.stored_origin;
    let side = clamp(1.0 / view.zoom, 1.0, MAX_SIDE);
    let color = video_color(stored, vec2f(side));
    return on_canvas(vec4f(displayed(color.rgb), color.a), screen, shown, view.zoom, true);
}
