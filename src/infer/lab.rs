//! Colours in CIELAB, where equal distances look about equally large: CIE 1976 L*a*b* of sRGB under D65.

use std::sync::LazyLock;

use crate::pixels::Picture;

/// A colour: lightness from 0 to 100, green to red, blue to yellow. The distance of two of them is CIE's ΔE*ab of 1976; a
/// difference of 2 can just be seen.
pub type Lab = [f32; 3];

/// Steps of the table of the cube root's argument; between them it is interpolated.
const NUM_STEPS: usize = 4096;

struct Tables {
    /// Linear light of the 256 values of sRGB (IEC 61966-2-1).
    linear: [f32; 256],
    /// CIE's f(t) for t from 0 to 1.
    root: Vec<f32>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let linear = |value: usize| {
        let v = value as f32 / 255.0;
        if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
    };
    let root = |step: usize| {
        let t = step as f32 / NUM_STEPS as f32;
        if t > 216.0 / 24389.0 { t.cbrt() } else { (24389.0 / 27.0 * t + 16.0) / 116.0 }
    };
    Tables { linear: std::array::from_fn(linear), root: (0..=NUM_STEPS + 1).map(root).collect() }
});

/// The colour of one pixel; transparency is ignored.
pub fn lab_of([red, green, blue, _]: [u8; 4]) -> Lab {
    let tables = &*TABLES;
    let [r, g, b] = [red, green, blue].map(|value| tables.linear[usize::from(value)]);
    let root = |t: f32| {
        let at = t.clamp(0.0, 1.0) * NUM_STEPS as f32;
        let (step, rest) = (at as usize, at.fract());
        tables.root[step] + (tables.root[step + 1] - tables.root[step]) * rest
    };
    // The primaries of sRGB, each row divided by the white point's X, Y and Z.
    let x = root(0.433_953 * r + 0.376_220 * g + 0.189_828 * b);
    let y = root(0.212_673 * r + 0.715_152 * g + 0.072_175 * b);
    let z = root(0.017_758 * r + 0.109_477 * g + 0.872_766 * b);
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// The colours of all pixels, row-major.
pub fn lab_picture(picture: &Picture) -> Vec<Lab> {
    picture.rgba().as_chunks::<4>().0.iter().map(|pixel| lab_of(*pixel)).collect()
}

/// The square of the distance of two colours.
pub fn distance_squared(a: Lab, b: Lab) -> f32 {
    let [l, u, v] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
    l * l + u * u + v * v
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_corners_of_srgb_are_where_the_standard_has_them() {
        // Computed with the formulas of CIE 15 in double precision, as every table of them says.
        let known = [
            ([0, 0, 0], [0.0, 0.0, 0.0]),
            ([255, 255, 255], [100.0, 0.0, 0.0]),
            ([255, 0, 0], [53.24, 80.09, 67.20]),
            ([0, 255, 0], [87.73, -86.18, 83.18]),
            ([0, 0, 255], [32.30, 79.19, -107.86]),
            ([119, 119, 119], [50.03, 0.0, 0.0]),
        ];
        for ([r, g, b], expected) in known {
            let found = lab_of([r, g, b, 255]);
            assert!(distance_squared(found, expected) < 0.01, "{r} {g} {b}: {found:?}");
        }
    }
}
