//! Looking for what resembles an example: normalised cross-correlation.
//!
//! The score of a place is the correlation coefficient of the example's pixels, turned and scaled, with those there (Lewis,
//! *Fast Normalized Cross-Correlation*, 1995; here over three channels, each without its mean). It goes from -1 to 1 and
//! does not change with brightness and contrast.
//!
//! Every place, scale and angle is tried where the example is only a few pixels wide, in brightness alone; the best places
//! are then followed from level to level down to the full resolution, in colour, with ever smaller steps of all four. Of
//! places that overlap the best one stays.

use crate::base::jobs::JobContext;
use crate::pixels::{Picture, PixelRect};

/// The shorter side of the example where every place is tried, at least, pixels.
const MIN_COARSE_SIDE: f32 = 7.0;
/// Pixels of the example that are compared at a place, at most.
const MAX_COARSE_TAPS: usize = 100;
const MAX_TAPS: usize = 400;
/// Places that are followed from level to level, at most.
const MAX_CANDIDATES: usize = 300;
/// What scores lower where the example is small, by this much, is not followed.
const COARSE_SLACK: f32 = 0.3;
/// Areas with a smaller variance show nothing: grey levels squared.
const MIN_VARIANCE: f32 = 6.0;
/// Of places that overlap more, by intersection over union, only the best stays.
const MAX_OVERLAP: f64 = 0.25;

/// What to look for.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchOptions {
    /// What scores lower is left out, 0 to 1.
    pub min_score: f32,
    /// Sizes to try, in relation to the example.
    pub scales: Vec<f32>,
    /// Angles to try, clockwise on screen.
    pub degrees: Vec<f32>,
    /// So many are found, at most.
    pub max_found: usize,
}

impl Default for SearchOptions {
    /// A little smaller and larger, and a little turned.
    fn default() -> Self {
        Self {
            min_score: 0.5,
            scales: vec![0.7, 0.84, 1.0, 1.19, 1.41],
            degrees: vec![-20.0, -10.0, 0.0, 10.0, 20.0],
            max_found: 1000,
        }
    }
}

/// Where something resembles the example.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Match {
    /// The middle, pixels.
    pub center: [f32; 2],
    /// Width and height, before it is turned.
    pub size: [f32; 2],
    /// Clockwise on screen.
    pub degrees: f32,
    /// The correlation coefficient.
    pub score: f32,
}

impl Match {
    /// The upright box around it: left, top, right and bottom.
    pub fn bounds(&self) -> [f64; 4] {
        let (sin, cos) = self.degrees.to_radians().sin_cos();
        let half = |a: f32, b: f32| f64::from(self.size[0] * a.abs() + self.size[1] * b.abs()) / 2.0;
        let (x, y) = (f64::from(self.center[0]), f64::from(self.center[1]));
        let (across, down) = (half(cos, sin), half(sin, cos));
        [x - across, y - down, x + across, y + down]
    }
}

/// Looks for what resembles a part of a picture; that part is among what is found. The best first. `None` when the job was
/// called off; empty where the example shows nothing.
pub fn find_similar(
    picture: &Picture,
    example: PixelRect,
    options: &SearchOptions,
    context: &JobContext,
) -> Option<Vec<Match>> {
    let example = example.intersection(&PixelRect::of_size(picture.size()));
    let shorter = example.width.min(example.height) as f32;
    if shorter < 3.0 {
        return Some(Vec::new());
    }
    let smallest = options.scales.iter().copied().fold(1.0, f32::min);
    let num_halvings = (shorter * smallest / MIN_COARSE_SIDE).max(1.0).log2().floor() as usize;
    let mut levels = vec![Plane::new(picture)];
    while levels.len() <= num_halvings {
        levels.push(levels[levels.len() - 1].halved());
    }
    let search = Search { levels, example, options };
    let mut found = search.everywhere(context)?;
    for level in (0..search.levels.len()).rev() {
        found = search.followed(level, &found, context)?;
    }
    found.retain(|found| found.score >= options.min_score);
    Some(without_overlaps(found, options.max_found))
}

fn without_overlaps(mut found: Vec<Match>, max_found: usize) -> Vec<Match> {
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept: Vec<Match> = Vec::new();
    for candidate in found {
        if kept.len() < max_found
            && kept.iter().all(|k| overlap(&k.bounds(), &candidate.bounds()) <= MAX_OVERLAP)
        {
            kept.push(candidate);
        }
    }
    kept
}

/// Intersection over union of two boxes.
fn overlap(a: &[f64; 4], b: &[f64; 4]) -> f64 {
    let shared = |low: usize, high: usize| (a[high].min(b[high]) - a[low].max(b[low])).max(0.0);
    let area = |of: &[f64; 4]| (of[2] - of[0]) * (of[3] - of[1]);
    let both = shared(0, 2) * shared(1, 3);
    both / (area(a) + area(b) - both).max(1e-9)
}

/// A picture at one size, in floats.
struct Plane {
    width: usize,
    height: usize,
    colors: Vec<[f32; 3]>,
}

impl Plane {
    fn new(picture: &Picture) -> Self {
        let (width, height) = (picture.size().width as usize, picture.size().height as usize);
        let pixels = picture.rgba().as_chunks::<4>().0;
        Self { width, height, colors: pixels.iter().map(|&[r, g, b, _]| [r, g, b].map(f32::from)).collect() }
    }

    fn halved(&self) -> Self {
        let (width, height) = (self.width.div_ceil(2), self.height.div_ceil(2));
        let at =
            |x: usize, y: usize| self.colors[y.min(self.height - 1) * self.width + x.min(self.width - 1)];
        let mean = |x: usize, y: usize| {
            let four =
                [at(2 * x, 2 * y), at(2 * x + 1, 2 * y), at(2 * x, 2 * y + 1), at(2 * x + 1, 2 * y + 1)];
            std::array::from_fn(|c| four.iter().map(|color| color[c]).sum::<f32>() / 4.0)
        };
        let colors =
            (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| mean(x, y)).collect();
        Self { width, height, colors }
    }

    fn brightness(&self) -> Self {
        let gray = |[r, g, b]: &[f32; 3]| [0.299 * r + 0.587 * g + 0.114 * b, 0.0, 0.0];
        Self { width: self.width, height: self.height, colors: self.colors.iter().map(gray).collect() }
    }

    /// Between the middles of pixels, linearly; beyond the border its pixels go on.
    fn sample(&self, x: f32, y: f32) -> [f32; 3] {
        let (x, y) =
            ((x - 0.5).clamp(0.0, (self.width - 1) as f32), (y - 0.5).clamp(0.0, (self.height - 1) as f32));
        let (x0, y0) = (x as usize, y as usize);
        let (x1, y1) = ((x0 + 1).min(self.width - 1), (y0 + 1).min(self.height - 1));
        let at = |x: usize, y: usize| &self.colors[y * self.width + x];
        let (top, bottom) = ((at(x0, y0), at(x1, y0)), (at(x0, y1), at(x1, y1)));
        let lerp = |a: f32, b: f32, t: f32| a + (b - a) * t;
        std::array::from_fn(|c| {
            lerp(lerp(top.0[c], top.1[c], x.fract()), lerp(bottom.0[c], bottom.1[c], x.fract()), y.fract())
        })
    }
}

/// Columns and rows from a pixel, and the colour there without the mean.
type Tap = (i32, i32, [f32; 3]);

/// The example at one size and angle: what is compared, by its place around a pixel.
struct Probe {
    taps: Vec<Tap>,
    /// The root of the sum of squares of all taps.
    norm: f32,
    /// How far taps reach to the left, up, to the right and down.
    reach: [i32; 4],
}

impl Probe {
    /// The coefficient with the taps around a pixel, over the first channels.
    fn score<const CHANNELS: usize>(&self, plane: &Plane, x: i32, y: i32) -> f32 {
        let [left, top, right, bottom] = self.reach;
        if x < left || y < top || x + right >= plane.width as i32 || y + bottom >= plane.height as i32 {
            return -1.0;
        }
        let (mut cross, mut sums, mut squares) = (0.0, [0.0; CHANNELS], 0.0);
        for (dx, dy, tap) in &self.taps {
            let color = &plane.colors[(y + dy) as usize * plane.width + (x + dx) as usize];
            for c in 0..CHANNELS {
                cross += tap[c] * color[c];
                sums[c] += color[c];
                squares += color[c] * color[c];
            }
        }
        let number = self.taps.len() as f32;
        let spread = squares - sums.iter().map(|sum| sum * sum).sum::<f32>() / number;
        if spread < MIN_VARIANCE * number { -1.0 } else { cross / (self.norm * spread.sqrt()) }
    }
}

struct Search<'a> {
    levels: Vec<Plane>,
    example: PixelRect,
    options: &'a SearchOptions,
}

impl Search<'_> {
    /// The example as it is seen at a level. `None` where it shows nothing.
    fn probe(&self, plane: &Plane, level: usize, scale: f32, degrees: f32, max_taps: usize) -> Option<Probe> {
        let unit = (1_u32 << level) as f32;
        let half = [self.example.width as f32 / unit / 2.0, self.example.height as f32 / unit / 2.0];
        let middle = [self.example.left as f32 / unit + half[0], self.example.top as f32 / unit + half[1]];
        let shift = self.shift(level);
        let (sin, cos) = degrees.to_radians().sin_cos();
        let extent = [
            scale * (half[0] * cos.abs() + half[1] * sin.abs()),
            scale * (half[0] * sin.abs() + half[1] * cos.abs()),
        ]
        .map(|n| n.ceil() as i32 + 1);
        let num_pixels = 4.0 * half[0] * half[1] * scale * scale;
        let stride = (num_pixels / max_taps as f32).sqrt().ceil().max(1.0) as usize;
        let mut taps = Vec::new();
        for dy in (-extent[1]..=extent[1]).step_by(stride) {
            for dx in (-extent[0]..=extent[0]).step_by(stride) {
                // Where that is in the example, turned and scaled back.
                let (x, y) = ((dx as f32 - shift[0]) / scale, (dy as f32 - shift[1]) / scale);
                let (x, y) = (cos * x + sin * y, cos * y - sin * x);
                if x.abs() <= half[0] && y.abs() <= half[1] {
                    taps.push((dx, dy, plane.sample(middle[0] + x, middle[1] + y)));
                }
            }
        }
        let number = taps.len().max(1) as f32;
        let mean: [f32; 3] = std::array::from_fn(|c| taps.iter().map(|tap| tap.2[c]).sum::<f32>() / number);
        taps.iter_mut().for_each(|tap| tap.2 = std::array::from_fn(|c| tap.2[c] - mean[c]));
        let squares: f32 = taps.iter().flat_map(|tap| tap.2).map(|value| value * value).sum();
        let farthest = |of: &dyn Fn(&Tap) -> i32| taps.iter().map(of).max().unwrap_or(0);
        let reach = [farthest(&|t| -t.0), farthest(&|t| -t.1), farthest(&|t| t.0), farthest(&|t| t.1)];
        let shows_something = taps.len() >= 9 && squares >= MIN_VARIANCE * number;
        shows_something.then(|| Probe { norm: squares.sqrt(), reach, taps })
    }

    /// The places at the coarsest level that are better than those beside them, in pixels of the picture.
    fn everywhere(&self, context: &JobContext) -> Option<Vec<Match>> {
        let level = self.levels.len() - 1;
        let plane = self.levels[level].brightness();
        let (width, height) = (plane.width, plane.height);
        let mut best = vec![(-1.0_f32, 1.0_f32, 0.0_f32); width * height];
        for &scale in &self.options.scales {
            for &degrees in &self.options.degrees {
                let Some(probe) = self.probe(&plane, level, scale, degrees, MAX_COARSE_TAPS) else {
                    continue;
                };
                for y in 0..height {
                    if context.is_cancelled() {
                        return None;
                    }
                    for x in 0..width {
                        let score = probe.score::<1>(&plane, x as i32, y as i32);
                        let best = &mut best[y * width + x];
                        if score > best.0 {
                            *best = (score, scale, degrees);
                        }
                    }
                }
            }
        }
        let score = |x: usize, y: usize| best[y * width + x].0;
        let is_peak = |x: usize, y: usize| {
            let (columns, rows) =
                (x.saturating_sub(1)..=(x + 1).min(width - 1), y.saturating_sub(1)..=(y + 1).min(height - 1));
            rows.flat_map(|y| columns.clone().map(move |x| (x, y)))
                .all(|(nx, ny)| score(nx, ny) <= score(x, y))
        };
        let least = self.options.min_score - COARSE_SLACK;
        let mut found: Vec<Match> = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .filter(|&(x, y)| score(x, y) > least && is_peak(x, y))
            .map(|(x, y)| {
                let (score, scale, degrees) = best[y * width + x];
                self.at(level, [x as i32, y as i32], scale, degrees, score)
            })
            .collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score));
        found.truncate(MAX_CANDIDATES);
        Some(found)
    }

    /// From the middle of the pixel around which taps are counted to the middle of the example: so that where the example
    /// itself is, its pixels are compared as they are, not between them.
    fn shift(&self, level: usize) -> [f32; 2] {
        let unit = (1_u32 << level) as f32;
        let PixelRect { left, top, width, height } = self.example;
        [(left, width), (top, height)].map(|(start, length)| {
            let middle = (start as f32 + length as f32 / 2.0) / unit;
            middle.fract() - 0.5
        })
    }

    fn at(&self, level: usize, pixel: [i32; 2], scale: f32, degrees: f32, score: f32) -> Match {
        let (unit, shift) = ((1_u32 << level) as f32, self.shift(level));
        let center = [0, 1].map(|i| (pixel[i] as f32 + 0.5 + shift[i]) * unit);
        let size = [self.example.width as f32 * scale, self.example.height as f32 * scale];
        Match { center, size, degrees, score }
    }

    /// Each place, looked at more closely at a level: a little to all sides, larger, smaller, and turned.
    fn followed(&self, level: usize, found: &[Match], context: &JobContext) -> Option<Vec<Match>> {
        let plane = &self.levels[level];
        let (unit, shift) = ((1_u32 << level) as f32, self.shift(level));
        // Half of what the level before was apart.
        let finer = 0.5_f32.powi((self.levels.len() - level) as i32);
        let scale_step = 1.19_f32.powf(if self.options.scales.len() > 1 { finer } else { 0.0 });
        let degree_step = if self.options.degrees.len() > 1 { 10.0 * finer } else { 0.0 };
        let mut followed = Vec::with_capacity(found.len());
        for before in found {
            if context.is_cancelled() {
                return None;
            }
            let scale = before.size[0] / self.example.width as f32;
            let middle = [0, 1].map(|i| (before.center[i] / unit - 0.5 - shift[i]).round() as i32);
            let poses = [
                (scale, before.degrees),
                (scale * scale_step, before.degrees),
                (scale / scale_step, before.degrees),
                (scale, before.degrees + degree_step),
                (scale, before.degrees - degree_step),
            ];
            let mut best = Match { score: -1.0, ..*before };
            for (i, (scale, degrees)) in poses.into_iter().enumerate() {
                if poses[..i].contains(&(scale, degrees)) {
                    continue;
                }
                let Some(probe) = self.probe(plane, level, scale, degrees, MAX_TAPS) else { continue };
                for (dx, dy) in (-2..=2).flat_map(|dy| (-2..=2).map(move |dx| (dx, dy))) {
                    let (x, y) = (middle[0] + dx, middle[1] + dy);
                    let score = probe.score::<3>(plane, x, y);
                    if score > best.score {
                        best = self.at(level, [x, y], scale, degrees, score);
                    }
                }
            }
            followed.push(best);
        }
        followed.retain(|found| found.score > self.options.min_score - COARSE_SLACK);
        Some(followed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::test_pictures::{noise, painted};
    use crate::pixels::Size;

    /// Two-coloured windmills on noise: their middles, sizes in relation to the first, and angles.
    fn windmills(size: Size, places: &'static [(f32, f32, f32, f32)]) -> Picture {
        painted(size, |x, y| {
            let ground = |c: u32| 120 + noise(x / 3, y / 3, c, 14) + noise(x, y, c + 9, 6);
            let mut color = [0, 1, 2].map(ground);
            for &(cx, cy, scale, degrees) in places {
                let (dx, dy) = ((x as f32 + 0.5 - cx) / scale, (y as f32 + 0.5 - cy) / scale);
                let (sin, cos) = degrees.to_radians().sin_cos();
                let (u, v) = (cos * dx + sin * dy, cos * dy - sin * dx);
                if u.abs() < 16.0 && v.abs() < 11.0 {
                    color = if (u > 2.0) == (v > -3.0) { [210, 60, 40] } else { [40, 50, 120] };
                }
            }
            let [r, g, b] = color.map(|c| c.clamp(0, 255) as u8);
            [r, g, b, 255]
        })
    }

    const PLACES: &[(f32, f32, f32, f32)] = &[
        (40.0, 40.0, 1.0, 0.0),
        (120.0, 50.0, 1.0, 0.0),
        (70.0, 130.0, 1.3, 0.0),
        (160.0, 140.0, 1.0, 14.0),
    ];

    fn find(picture: &Picture, example: PixelRect) -> Vec<Match> {
        find_similar(picture, example, &SearchOptions::default(), &JobContext::detached())
            .expect("not called off")
    }

    #[test]
    fn all_alike_are_found_larger_and_turned_ones_too_and_nothing_else() {
        let picture = windmills(Size::new(220, 190), PLACES);
        // With a little ground around it: of plain areas alone nobody can tell how large they are.
        let found = find(&picture, PixelRect::new(20, 26, 40, 28));
        assert_eq!(found.len(), PLACES.len(), "{found:?}");
        for &(x, y, scale, degrees) in PLACES {
            let near = |m: &&Match| (m.center[0] - x).hypot(m.center[1] - y) < 2.5;
            let found = found.iter().find(near).unwrap_or_else(|| panic!("{x} {y}: {found:?}"));
            assert!((found.size[0] / 40.0 / scale - 1.0).abs() < 0.08, "{found:?}");
            assert!((found.degrees - degrees).abs() < 4.0, "{found:?}");
        }
        assert!(found[0].score > 0.99, "the example itself: {:?}", found[0]);
    }

    #[test]
    fn what_is_brighter_and_of_less_contrast_is_found_as_well() {
        let picture = windmills(Size::new(200, 100), &[(40.0, 40.0, 1.0, 0.0), (140.0, 50.0, 1.0, 0.0)]);
        let dimmed = painted(picture.size(), |x, y| {
            let pixel = picture.pixel(x, y).unwrap();
            if x < 100 { pixel } else { pixel.map(|v| 90 + v / 2) }
        });
        assert_eq!(find(&dimmed, PixelRect::new(24, 29, 32, 22)).len(), 2);
    }

    #[test]
    fn an_example_that_shows_nothing_finds_nothing() {
        let plain = Picture::filled(Size::new(60, 60), [9, 9, 9, 255]);
        for example in
            [PixelRect::new(5, 5, 20, 20), PixelRect::new(5, 5, 1, 20), PixelRect::new(80, 0, 9, 9)]
        {
            assert_eq!(find(&plain, example), []);
        }
    }
}
