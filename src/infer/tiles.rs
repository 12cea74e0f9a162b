//! Tiles, for pictures far larger than a model's input: each is looked at by itself, and what was found is put together.
//!
//! Tiles overlap, so that what lies across a border is whole in one of them. Things are found twice there; of two of one
//! class of which the smaller lies mostly in the other, the surer stays. Source: Akyon et al., "Slicing aided hyper
//! inference" (SAHI, 2022).

use super::suggestion::Suggestion;
use crate::geometry::Rect;
use crate::model::Shape;
use crate::pixels::{PixelRect, Size};

/// How a picture is cut into tiles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tiling {
    /// Pixels of a tile's side.
    pub side: u32,
    /// How much of it the next tile shares, 0 to 0.9.
    pub overlap: f64,
}

impl Default for Tiling {
    /// As most detectors see best, with SAHI's overlap.
    fn default() -> Self {
        Self { side: 640, overlap: 0.2 }
    }
}

/// The smaller of two things lies in the other when they share this much of it.
const SAME_SHARE: f64 = 0.5;

impl Tiling {
    /// The tiles of a picture, row by row. All are of full size where the picture is large enough: the last ones overlap more.
    pub fn tiles(&self, picture: Size) -> Vec<PixelRect> {
        let starts = |side: u32| -> Vec<u32> {
            let tile = self.side.clamp(1, side.max(1));
            let step = (f64::from(tile) * (1.0 - self.overlap.clamp(0.0, 0.9))).round().max(1.0) as usize;
            let last = side.saturating_sub(tile);
            let mut starts: Vec<u32> = (0..last).step_by(step).collect();
            starts.push(last);
            starts
        };
        let (columns, rows) = (starts(picture.width), starts(picture.height));
        let side = |side: u32| self.side.clamp(1, side.max(1));
        let (width, height) = (side(picture.width), side(picture.height));
        rows.iter()
            .flat_map(|top| columns.iter().map(move |left| PixelRect::new(*left, *top, width, height)))
            .collect()
    }
}

/// What was found in all tiles, each thing once, the surest first.
pub fn merge(mut found: Vec<Suggestion>, max: usize) -> Vec<Suggestion> {
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept: Vec<(Suggestion, Option<Rect>)> = Vec::new();
    for suggestion in found {
        let bounds = suggestion.bounds.or_else(|| suggestion.as_shape().map(Shape::bounds));
        let is_there = kept.iter().any(|(other, other_bounds)| {
            other.class == suggestion.class
                && match (bounds, other_bounds) {
                    (Some(bounds), Some(other)) => shared_share(&bounds, other) > SAME_SHARE,
                    // Tags say the same of every tile.
                    _ => true,
                }
        });
        if !is_there && kept.len() < max {
            kept.push((suggestion, bounds));
        }
    }
    kept.into_iter().map(|(suggestion, _)| suggestion).collect()
}

/// The shared area by that of the smaller box.
fn shared_share(a: &Rect, b: &Rect) -> f64 {
    let smaller = a.area().min(b.area());
    let shared = a.intersection(b).map_or(0.0, |shared| shared.area());
    if smaller > 0.0 { shared / smaller } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_cover_the_picture_and_overlap() {
        let tiling = Tiling { side: 100, overlap: 0.2 };
        let tiles = tiling.tiles(Size::new(250, 90));
        let lefts: Vec<u32> = tiles.iter().map(|tile| tile.left).collect();
        assert_eq!(lefts, [0, 80, 150]);
        assert!(tiles.iter().all(|tile| (tile.width, tile.height, tile.top) == (100, 90, 0)));
        assert_eq!(tiling.tiles(Size::new(40, 40)), [PixelRect::new(0, 0, 40, 40)]);
        assert_eq!(tiling.tiles(Size::new(0, 0)).len(), 1);
    }

    #[test]
    fn what_two_tiles_saw_is_one_thing() {
        let thing = |class, x, width, score| {
            Suggestion::shape(class, score, Shape::from_rect(Rect::from_xywh(x, 0.0, width, 10.0)))
        };
        // Whole in one tile, cut off in the other; another class; another place.
        let found = vec![
            thing(0, 80.0, 20.0, 0.5),
            thing(0, 80.0, 40.0, 0.8),
            thing(1, 80.0, 40.0, 0.4),
            thing(0, 200.0, 40.0, 0.3),
        ];
        let scores: Vec<f64> = merge(found, 10).iter().map(|s| (s.score * 10.0).round()).collect();
        assert_eq!(scores, [8.0, 4.0, 3.0]);
    }
}
