//! Moving, turning and scaling at once, fitted to points of which some are wrong.

use crate::geometry::{Point, Vector};

/// A similarity of the plane: a turn and a scale about the origin, then a move.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Similarity {
    /// The scale times the cosine and the sine of the turn.
    linear: Vector,
    offset: Vector,
}

/// How many pairs of points are tried for a fit.
const MAX_TRIALS: usize = 160;
/// From one pair that is tried to the next: a large prime, so that they are spread without a pattern.
const DRAW_STRIDE: usize = 7919;

impl Similarity {
    /// Leaves everything where it is.
    pub const IDENTITY: Self = Self { linear: Vector::new(1.0, 0.0), offset: Vector::ZERO };

    /// Takes `from` to `to` and scales about it.
    pub fn moving(from: Point, to: Point, scale: f64) -> Self {
        let linear = Vector::new(scale, 0.0);
        Self { linear, offset: to.to_vector() - turned(linear, from.to_vector()) }
    }

    /// Where a point goes.
    pub fn apply(&self, p: Point) -> Point {
        Point::ORIGIN + turned(self.linear, p.to_vector()) + self.offset
    }

    /// First this one, then `next`.
    pub fn then(&self, next: &Self) -> Self {
        Self {
            linear: turned(next.linear, self.linear),
            offset: turned(next.linear, self.offset) + next.offset,
        }
    }

    /// The same, followed by a move.
    pub fn moved(&self, by: Vector) -> Self {
        Self { offset: self.offset + by, ..*self }
    }

    /// How many times larger things become.
    pub fn scale(&self) -> f64 {
        self.linear.length()
    }

    /// The turn, clockwise on screen, in degrees from -180 to 180.
    pub fn degrees(&self) -> f64 {
        self.linear.y.atan2(self.linear.x).to_degrees()
    }

    /// The one that takes the first of each pair nearest to the second: least squares. `None` for fewer than two pairs, or
    /// when all begin in one place.
    pub fn fit(pairs: &[(Point, Point)]) -> Option<Self> {
        let num = pairs.len() as f64;
        let sum = |side: fn(&(Point, Point)) -> Point| {
            pairs.iter().fold(Vector::ZERO, |sum, pair| sum + side(pair).to_vector()) / num.max(1.0)
        };
        let (from_mean, to_mean) = (sum(|pair| pair.0), sum(|pair| pair.1));
        let (mut linear, mut spread) = (Vector::ZERO, 0.0);
        for (from, to) in pairs {
            let (from, to) = (from.to_vector() - from_mean, to.to_vector() - to_mean);
            linear = linear + Vector::new(from.dot(to), from.cross(to));
            spread += from.dot(from);
        }
        if pairs.len() < 2 || spread < 1e-9 {
            return None;
        }
        let linear = linear / spread;
        Some(Self { linear, offset: to_mean - turned(linear, from_mean) })
    }

    /// The one on which most pairs agree to within `tolerance` (pixels), fitted to those, and how many they are. `None`
    /// where no two pairs do.
    ///
    /// Many pairs of pairs, spread evenly, each propose a similarity (RANSAC with fixed draws, so that the same points
    /// give the same answer).
    pub fn fit_most(pairs: &[(Point, Point)], tolerance: f64) -> Option<(Self, usize)> {
        let agreeing = |similarity: &Self| -> Vec<(Point, Point)> {
            pairs
                .iter()
                .filter(|(from, to)| similarity.apply(*from).distance(*to) <= tolerance)
                .copied()
                .collect()
        };
        let num = pairs.len();
        let num_draws = num * num.saturating_sub(1) / 2;
        let draws =
            (0..num_draws.min(MAX_TRIALS)).map(|trial| pair_number(trial * DRAW_STRIDE % num_draws, num));
        let mut best: Vec<(Point, Point)> = Vec::new();
        for draw in draws {
            let Some(proposal) = Self::fit(&draw.map(|i| pairs[i])) else { continue };
            let agreed = agreeing(&proposal);
            if agreed.len() > best.len() {
                best = agreed;
            }
        }
        let rough = Self::fit(&best)?;
        let agreed = agreeing(&rough);
        let fitted = Self::fit(&agreed).unwrap_or(rough);
        Some((fitted, agreeing(&fitted).len()))
    }
}

/// The pair with this number among all pairs of `num` things: (0, 1), (0, 2), …, (1, 2), …
fn pair_number(mut number: usize, num: usize) -> [usize; 2] {
    let mut first = 0;
    while number >= num - 1 - first {
        number -= num - 1 - first;
        first += 1;
    }
    [first, first + 1 + number]
}

/// A vector turned and scaled: the product of two complex numbers.
fn turned(linear: Vector, v: Vector) -> Vector {
    Vector::new(linear.x * v.x - linear.y * v.y, linear.y * v.x + linear.x * v.y)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Vec<Point> {
        (0..30).map(|i| Point::new(f64::from(i % 6) * 7.0 + 100.0, f64::from(i / 6) * 9.0 + 50.0)).collect()
    }

    #[test]
    fn a_turn_is_found_though_a_third_of_the_points_is_wrong() {
        let center = Point::new(120.0, 70.0);
        let truth = |p: Point| center + (p - center).rotated(20.0) * 1.1 + Vector::new(4.0, -3.0);
        let pairs: Vec<_> = grid()
            .into_iter()
            .enumerate()
            .map(|(i, p)| (p, if i % 3 == 0 { p + Vector::new(30.0, i as f64) } else { truth(p) }))
            .collect();
        let (found, num_agreeing) = Similarity::fit_most(&pairs, 0.5).unwrap();
        assert_eq!(num_agreeing, 20);
        assert!((found.degrees() - 20.0).abs() < 1e-6 && (found.scale() - 1.1).abs() < 1e-9, "{found:?}");
        assert!(found.apply(center).distance(truth(center)) < 1e-6);
    }

    #[test]
    fn one_after_the_other_is_both() {
        let a = Similarity::moving(Point::new(1.0, 2.0), Point::new(5.0, 5.0), 2.0);
        let b = Similarity { linear: Vector::new(0.6, 0.8), offset: Vector::new(3.0, -1.0) };
        let p = Point::new(7.0, -4.0);
        assert!(a.then(&b).apply(p).distance(b.apply(a.apply(p))) < 1e-9);
        assert_eq!(a.apply(Point::new(1.0, 2.0)), Point::new(5.0, 5.0));
    }

    #[test]
    fn every_pair_has_its_number() {
        let all: Vec<_> = (0..6).map(|number| pair_number(number, 4)).collect();
        assert_eq!(all, [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]);
    }

    #[test]
    fn too_few_points_give_nothing() {
        let p = Point::new(1.0, 1.0);
        assert_eq!(Similarity::fit(&[(p, p)]), None);
        assert_eq!(Similarity::fit(&[(p, p), (p, p)]), None);
        assert_eq!(Similarity::fit_most(&[], 1.0), None);
    }
}
