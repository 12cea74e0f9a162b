//! The live-wire: the way between two places that follows edges best.
//!
//! After Mortensen and Barrett, *Intelligent Scissors for Image Composition* (SIGGRAPH 1995) and *Interactive Segmentation
//! with Intelligent Scissors* (1998). A step from pixel p to its neighbour q costs
//! 0.43 · Z(q) + 0.43 · D(p, q) + 0.14 · G(q): Z is 0 on a zero-crossing of the Laplacian, D is small where the step runs
//! along the edges at both ends, G is small where the gradient is steep; a diagonal step counts by its length. The cheapest
//! ways from one place to all others (Dijkstra, with buckets for the small whole costs as in Dial, 1969) are worked out
//! once; after that, the way to wherever the pointer goes is read off.
//!
//! Brightness is smoothed first. Of the three channels the one with the steepest gradient counts at each pixel (Mortensen
//! and Barrett's treatment of colour). Steepness is relative to what is steep in the picture at hand.

use std::sync::LazyLock;

use crate::base::jobs::JobContext;
use crate::pixels::Picture;

/// The cost of a straight step that nothing speaks for; a diagonal one costs up to 1.41 times as much.
const FULL_COST: f32 = 170.0;
/// More than any step costs.
const NUM_BUCKETS: usize = 256;
const NUM_DIRECTIONS: usize = 32;
const STEPS: [(i32, i32); 8] = [(-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1)];
/// No step: the start, or what was not reached.
const NONE: u8 = 8;
/// A pixel is looked at after so many others, whether the job was called off.
const CHECK_EVERY: usize = 1 << 14;

/// How well each pixel of a picture lies on an edge, and where that edge goes.
pub struct EdgeMap {
    width: usize,
    height: usize,
    /// The part of the cost that no direction changes: Z and G.
    costs: Vec<u8>,
    /// The direction of the edge, dark side to the left, in 32nds of a turn.
    directions: Vec<u8>,
    /// The steepness, 255 at its greatest.
    steepness: Vec<u8>,
}

/// The cheapest ways from one pixel to all others.
pub struct WireTree {
    width: usize,
    height: usize,
    /// For each pixel the step back towards the start, by its place in [`STEPS`].
    steps_back: Vec<u8>,
    steepness: Vec<u8>,
}

/// The cost of direction: at its first place the direction at p, then that at q, then the step.
static DIRECTION_COSTS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let unit = |direction: usize| {
        let angle = direction as f32 * std::f32::consts::TAU / NUM_DIRECTIONS as f32;
        (angle.cos(), angle.sin())
    };
    let mut costs = Vec::with_capacity(NUM_DIRECTIONS * NUM_DIRECTIONS * 8);
    for (p, q) in (0..NUM_DIRECTIONS).flat_map(|p| (0..NUM_DIRECTIONS).map(move |q| (p, q))) {
        for (dx, dy) in STEPS {
            let length = ((dx * dx + dy * dy) as f32).sqrt();
            let along = |(x, y): (f32, f32)| ((x * dx as f32 + y * dy as f32) / length).clamp(-1.0, 1.0);
            let (at_p, at_q) = (along(unit(p)), along(unit(q)));
            // The step is taken in the sense of the edge at p; that at q may run against it.
            let (at_p, at_q) = if at_p < 0.0 { (-at_p, -at_q) } else { (at_p, at_q) };
            let share = 2.0 / (3.0 * std::f32::consts::PI) * (at_p.acos() + at_q.acos());
            costs.push((0.43 * FULL_COST * share.clamp(0.0, 1.0)) as u8);
        }
    }
    costs
});

impl EdgeMap {
    /// Looks for the edges of a picture. `None` when the job was called off.
    pub fn new(picture: &Picture, context: &JobContext) -> Option<Self> {
        let (width, height) = (picture.size().width as usize, picture.size().height as usize);
        let mut edges =
            Edges { width, magnitude: vec![0.0; width * height], directions: vec![0; width * height] };
        let mut brightness = vec![0.0; width * height];
        for channel in 0..3 {
            let plane: Vec<f32> =
                picture.rgba().as_chunks::<4>().0.iter().map(|pixel| f32::from(pixel[channel])).collect();
            let plane = smoothed(&plane, width);
            edges.take(&plane);
            brightness.iter_mut().zip(&plane).for_each(|(sum, value)| *sum += value / 3.0);
            if context.is_cancelled() {
                return None;
            }
        }
        let crossings = zero_crossings(&smoothed(&brightness, width), width);
        let steepest = steepest(&edges.magnitude);
        let steepness: Vec<u8> =
            edges.magnitude.iter().map(|m| (m / steepest * 255.0).min(255.0) as u8).collect();
        let cost = |(&steepness, &is_crossing): (&u8, &bool)| {
            let flatness = 1.0 - f32::from(steepness) / 255.0;
            // A crossing where nothing is steep is one of noise.
            let crossing = if is_crossing && steepness > 8 { 0.0 } else { 1.0 };
            (FULL_COST * (0.14 * flatness + 0.43 * crossing)) as u8
        };
        let costs = steepness.iter().zip(&crossings).map(cost).collect();
        Some(Self { width, height, costs, directions: edges.directions, steepness })
    }

    /// The steepest pixel within so many columns and rows of one.
    pub fn snapped(&self, at: (u32, u32), reach: u32) -> (u32, u32) {
        snapped(&self.steepness, self.width, self.height, at, reach)
    }

    /// The cheapest ways from a pixel to all others. `None` when it lies outside, or the job was called off.
    pub fn ways_from(&self, start: (u32, u32), context: &JobContext) -> Option<WireTree> {
        let (width, height) = (self.width, self.height);
        let start = (start.0 as usize, start.1 as usize);
        if start.0 >= width || start.1 >= height {
            return None;
        }
        let mut search = Search::new(width * height, start.1 * width + start.0);
        let mut num_settled = 0_usize;
        while let Some(p) = search.next() {
            num_settled += 1;
            if num_settled.is_multiple_of(CHECK_EVERY) && context.is_cancelled() {
                return None;
            }
            let (x, y) = ((p % width) as i32, (p / width) as i32);
            let so_far = search.totals[p];
            let row = usize::from(self.directions[p]) * NUM_DIRECTIONS;
            for (step, (dx, dy)) in STEPS.into_iter().enumerate() {
                let (to_x, to_y) = (x + dx, y + dy);
                if to_x < 0 || to_y < 0 || to_x >= width as i32 || to_y >= height as i32 {
                    continue;
                }
                let q = to_y as usize * width + to_x as usize;
                if search.is_settled[q] {
                    continue;
                }
                let turn = DIRECTION_COSTS[(row + usize::from(self.directions[q])) * 8 + step];
                let straight = 1 + u32::from(self.costs[q]) + u32::from(turn);
                // √2 in 128ths.
                let cost = if dx != 0 && dy != 0 { straight * 181 / 128 } else { straight };
                search.offer(q, so_far + cost, 7 - step as u8);
            }
        }
        Some(WireTree { width, height, steps_back: search.steps_back, steepness: self.steepness.clone() })
    }
}

impl WireTree {
    /// The pixels from the start to another one, both among them.
    pub fn way_to(&self, (x, y): (u32, u32)) -> Vec<(u32, u32)> {
        let (x, y) = ((x as usize).min(self.width - 1), (y as usize).min(self.height - 1));
        let (mut x, mut y) = (x as u32, y as u32);
        let mut way = vec![(x, y)];
        while let Some((dx, dy)) =
            STEPS.get(usize::from(self.steps_back[y as usize * self.width + x as usize]))
        {
            (x, y) = (x.wrapping_add_signed(*dx), y.wrapping_add_signed(*dy));
            way.push((x, y));
        }
        way.reverse();
        way
    }

    /// As [`EdgeMap::snapped`].
    pub fn snapped(&self, at: (u32, u32), reach: u32) -> (u32, u32) {
        snapped(&self.steepness, self.width, self.height, at, reach)
    }
}

fn snapped(steepness: &[u8], width: usize, height: usize, at: (u32, u32), reach: u32) -> (u32, u32) {
    let around = |n: u32, end: usize| n.saturating_sub(reach)..=(n + reach).min(end as u32 - 1);
    let places = around(at.1, height).flat_map(|y| around(at.0, width).map(move |x| (x, y)));
    // Of equally steep ones the nearest.
    let distance = |(x, y): (u32, u32)| x.abs_diff(at.0).pow(2) + y.abs_diff(at.1).pow(2);
    let key = |&(x, y): &(u32, u32)| {
        (steepness[y as usize * width + x as usize], std::cmp::Reverse(distance((x, y))))
    };
    places.max_by_key(key).unwrap_or(at)
}

/// Dijkstra's search. The frontier spans less than [`NUM_BUCKETS`] costs, so the buckets are used in turn.
struct Search {
    totals: Vec<u32>,
    steps_back: Vec<u8>,
    is_settled: Vec<bool>,
    buckets: Vec<Vec<u32>>,
    now: usize,
    num_waiting: usize,
}

impl Search {
    fn new(num_pixels: usize, start: usize) -> Self {
        let mut search = Self {
            totals: vec![u32::MAX; num_pixels],
            steps_back: vec![NONE; num_pixels],
            is_settled: vec![false; num_pixels],
            buckets: vec![Vec::new(); NUM_BUCKETS],
            now: 0,
            num_waiting: 0,
        };
        search.offer(start, 0, NONE);
        search
    }

    fn offer(&mut self, pixel: usize, total: u32, step_back: u8) {
        if total < self.totals[pixel] {
            self.totals[pixel] = total;
            self.steps_back[pixel] = step_back;
            self.buckets[total as usize % NUM_BUCKETS].push(pixel as u32);
            self.num_waiting += 1;
        }
    }

    /// The next pixel whose way is final.
    fn next(&mut self) -> Option<usize> {
        while self.num_waiting > 0 {
            let Some(pixel) = self.buckets[self.now].pop() else {
                self.now = (self.now + 1) % NUM_BUCKETS;
                continue;
            };
            self.num_waiting -= 1;
            // One that was offered a cheaper way meanwhile was settled by that.
            if !std::mem::replace(&mut self.is_settled[pixel as usize], true) {
                return Some(pixel as usize);
            }
        }
        None
    }
}

/// The steepest gradient of several planes, and the edge across it.
struct Edges {
    width: usize,
    magnitude: Vec<f32>,
    directions: Vec<u8>,
}

impl Edges {
    fn take(&mut self, plane: &[f32]) {
        let (width, height) = (self.width, plane.len() / self.width.max(1));
        for y in 0..height {
            let [above, here, below] =
                [y.saturating_sub(1), y, (y + 1).min(height - 1)].map(|y| &plane[y * width..(y + 1) * width]);
            for x in 0..width {
                let (left, right) = (x.saturating_sub(1), (x + 1).min(width - 1));
                // Sobel's operator.
                let gx = above[right] + 2.0 * here[right] + below[right]
                    - above[left]
                    - 2.0 * here[left]
                    - below[left];
                let gy =
                    below[left] + 2.0 * below[x] + below[right] - above[left] - 2.0 * above[x] - above[right];
                let magnitude = gx.hypot(gy);
                let i = y * width + x;
                if magnitude > self.magnitude[i] {
                    self.magnitude[i] = magnitude;
                    let turns = (-gx).atan2(gy) / std::f32::consts::TAU;
                    self.directions[i] = ((turns.rem_euclid(1.0) * NUM_DIRECTIONS as f32).round() as usize
                        % NUM_DIRECTIONS) as u8;
                }
            }
        }
    }
}

/// What 49 of 50 pixels are less steep than, at least one step of brightness.
fn steepest(magnitude: &[f32]) -> f32 {
    let mut sample: Vec<f32> = magnitude.iter().step_by(magnitude.len() / 65_536 + 1).copied().collect();
    let at = sample.len() * 49 / 50;
    if at >= sample.len() {
        return 4.0;
    }
    sample.select_nth_unstable_by(at, f32::total_cmp).1.max(4.0)
}

/// Smoothed by the binomial filter of five taps, a Gaussian of σ = 1.
fn smoothed(plane: &[f32], width: usize) -> Vec<f32> {
    let height = plane.len() / width.max(1);
    let taps = |before2: f32, before: f32, here: f32, after: f32, after2: f32| {
        (before2 + after2 + 4.0 * (before + after) + 6.0 * here) / 16.0
    };
    let mut across = vec![0.0; plane.len()];
    for (row, out) in plane.chunks_exact(width.max(1)).zip(across.chunks_exact_mut(width.max(1))) {
        let at = |x: usize, by: isize| row[x.saturating_add_signed(by).min(width - 1)];
        for (x, out) in out.iter_mut().enumerate() {
            *out = taps(at(x, -2), at(x, -1), row[x], at(x, 1), at(x, 2));
        }
    }
    let mut down = vec![0.0; plane.len()];
    for (y, out) in down.chunks_exact_mut(width.max(1)).enumerate() {
        let rows = [-2, -1, 0, 1, 2].map(|by| {
            let y = y.saturating_add_signed(by).min(height - 1);
            &across[y * width..(y + 1) * width]
        });
        for (x, out) in out.iter_mut().enumerate() {
            *out = taps(rows[0][x], rows[1][x], rows[2][x], rows[3][x], rows[4][x]);
        }
    }
    down
}

/// The pixels where the Laplacian changes its sign and that are nearer to the change than their neighbour.
fn zero_crossings(plane: &[f32], width: usize) -> Vec<bool> {
    let height = plane.len() / width.max(1);
    let mut laplacian = vec![0.0; plane.len()];
    for y in 1..height.saturating_sub(1) {
        for x in 1..width.saturating_sub(1) {
            let i = y * width + x;
            laplacian[i] = plane[i - 1] + plane[i + 1] + plane[i - width] + plane[i + width] - 4.0 * plane[i];
        }
    }
    let mut crossings = vec![false; plane.len()];
    for y in 1..height.saturating_sub(1) {
        for x in 1..width.saturating_sub(1) {
            let i = y * width + x;
            let here: f32 = laplacian[i];
            crossings[i] = here == 0.0
                || [i - 1, i + 1, i - width, i + width]
                    .iter()
                    .any(|&n| here * laplacian[n] < 0.0 && here.abs() <= f32::abs(laplacian[n]));
        }
    }
    crossings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infer::test_pictures::{blob, noise, painted};
    use crate::pixels::Size;
    use proptest::prelude::*;

    fn map(picture: &Picture) -> EdgeMap {
        EdgeMap::new(picture, &JobContext::detached()).expect("not called off")
    }

    fn way(map: &EdgeMap, from: (u32, u32), to: (u32, u32)) -> Vec<(u32, u32)> {
        map.ways_from(from, &JobContext::detached()).expect("inside").way_to(to)
    }

    #[test]
    fn a_way_around_a_blob_keeps_to_its_border() {
        let size = Size::new(200, 200);
        let (picture, truth) = blob(size, 3);
        let map = map(&picture);
        let outline = truth.to_polygon();
        // From its right to its left side.
        let right = map.snapped((160, 100), 12);
        let left = map.snapped((40, 100), 12);
        let way = way(&map, right, left);
        assert!(way.len() > 120, "{}", way.len());
        let middle =
            |&(x, y): &(u32, u32)| crate::geometry::Point::new(f64::from(x) + 0.5, f64::from(y) + 0.5);
        let worst = way.iter().map(middle).map(|p| outline.edge_distance(p)).fold(0.0, f64::max);
        assert!(worst < 3.0, "{worst} px beside the border");
    }

    #[test]
    fn a_bent_edge_is_followed_and_not_cut_short() {
        // Two areas that meet at an L.
        let picture = painted(Size::new(120, 120), |x, y| {
            let value = if x < 60 || y > 70 { 60 } else { 180 } + noise(x, y, 1, 6);
            [value as u8, value as u8, value as u8, 255]
        });
        let way = way(&map(&picture), (60, 5), (115, 70));
        let corner = way.iter().map(|&(x, y)| x.abs_diff(60).max(y.abs_diff(70))).min();
        assert!(corner.is_some_and(|distance| distance <= 3), "{corner:?}");
    }

    #[test]
    fn a_place_snaps_to_the_steepest_pixel_nearby() {
        let picture =
            painted(Size::new(40, 40), |x, _| if x < 20 { [0, 0, 0, 255] } else { [200, 200, 200, 255] });
        let (x, y) = map(&picture).snapped((23, 11), 5);
        assert!((19..=20).contains(&x) && y == 11, "{x} {y}");
    }

    #[test]
    fn nothing_is_found_outside_and_tiny_pictures_are_no_reason_to_fail() {
        let dot = map(&painted(Size::new(1, 1), |_, _| [1, 2, 3, 255]));
        assert!(dot.ways_from((1, 0), &JobContext::detached()).is_none());
        assert_eq!(way(&dot, (0, 0), (9, 9)), [(0, 0)]);
        let line = map(&painted(Size::new(7, 1), |x, _| [x as u8, 0, 0, 255]));
        assert_eq!(way(&line, (0, 0), (6, 0)).len(), 7);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn a_way_is_made_of_steps_between_its_ends_and_each_part_of_it_is_a_way(
            seed in 0..1000u32, from in (0..40u32, 0..30u32), to in (0..40u32, 0..30u32),
        ) {
            let picture = painted(Size::new(40, 30), |x, y| {
                [0, 1, 2].map(|c| (128 + noise(x / 5, y / 5, seed + c, 90)) as u8).into_iter().chain([255]).collect::<Vec<_>>()
                    .try_into().unwrap()
            });
            let tree = map(&picture).ways_from(from, &JobContext::detached()).unwrap();
            let way = tree.way_to(to);
            prop_assert_eq!((way[0], way[way.len() - 1]), (from, to));
            for pair in way.windows(2) {
                prop_assert!(pair[0].0.abs_diff(pair[1].0).max(pair[0].1.abs_diff(pair[1].1)) == 1);
            }
            for (i, place) in way.iter().enumerate() {
                prop_assert_eq!(&tree.way_to(*place)[..], &way[..=i]);
            }
        }
    }
}
