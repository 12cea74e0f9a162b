//! What is worked out from the picture, as simple as can be.

use std::sync::Arc;

use crate::geometry::{Point, Polygon, Rect, Vector};
use crate::tools::{Answer, Cells, Question, Similar, Wanted, Ways};

/// Edges go across first, then down.
#[derive(Debug)]
struct Corners(Point);

impl Ways for Corners {
    fn way_to(&self, to: Point, _snaps: bool) -> Vec<Point> {
        vec![self.0, Point::new(to.x, self.0.y), to]
    }
}

/// Cells are squares of 10 × 10 pixels.
#[derive(Debug)]
struct Squares;

impl Cells for Squares {
    fn along(&self, from: Point, to: Point) -> Vec<u32> {
        let number = |n: f64| ((n / 10.0).floor() as u32).min(9);
        let cell = |p: Point| number(p.y) * 10 + number(p.x);
        let mut passed: Vec<u32> = (0..=50).map(|i| cell(from.lerp(to, f64::from(i) / 50.0))).collect();
        passed.dedup();
        passed
    }

    fn outline(&self, cells: &[u32]) -> Polygon {
        let square = |cell: &u32| {
            let corner = Point::new(f64::from(cell % 10) * 10.0, f64::from(cell / 10) * 10.0);
            Polygon::from_rect(&Rect::from_xywh(corner.x, corner.y, 10.0, 10.0))
        };
        cells.iter().map(square).fold(Polygon::default(), |all, cell| all.union(&cell))
    }
}

pub(super) fn answer(question: &Question) -> Answer {
    let picture = Rect::from_xywh(0.0, 0.0, 100.0, 100.0);
    let square = |at: Point, half: f64| {
        let square = Rect { min: at, max: at }.expanded(half).intersection(&picture);
        square.map_or_else(Polygon::default, |square| Polygon::from_rect(&square))
    };
    match &question.wanted {
        Wanted::Ways { from, .. } => Answer::Ways(Arc::new(Corners(*from))),
        Wanted::Color { at, tolerance, .. } => Answer::Area(square(*at, tolerance / 2.0)),
        Wanted::Object { inside, marks } => {
            let core = Polygon::from_rect(&inside.expanded(-0.1 * inside.width().min(inside.height())));
            Answer::Area(marks.iter().fold(core, |area, mark| {
                let around = square(mark.line[0], mark.radius_px);
                if mark.is_object { area.union(&around) } else { area.subtract(&around) }
            }))
        }
        Wanted::Cells { .. } => Answer::Cells(Arc::new(Squares)),
        Wanted::Similar { example } => {
            let at =
                |by: f64, score: f64| Similar { bounds: example.translated(Vector::new(by, 0.0)), score };
            Answer::Similar(vec![at(0.0, 1.0), at(30.0, 0.8), at(60.0, 0.5)])
        }
    }
}
