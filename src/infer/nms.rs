//! Non-maximum suppression: of boxes that lie on one another, the surest stays.

use crate::geometry::Rect;

/// A box that a model proposes, in pixels of its input.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// The box.
    pub rect: Rect,
    /// How sure the model is.
    pub score: f32,
    /// The model's class.
    pub class: usize,
    /// Which row of the output it is from.
    pub row: usize,
}

/// No more boxes are compared, the surest.
const MAX_CANDIDATES: usize = 30_000;

/// The surest first; of those of one class that overlap by more than `overlap` (intersection over union), only the surest.
pub fn suppress(candidates: Vec<Candidate>, overlap: f64, max: usize) -> Vec<Candidate> {
    suppress_by(candidates, max, |a, b| a.class == b.class && a.rect.iou(&b.rect) > overlap)
}

/// As [`suppress`], with another notion of overlapping.
pub fn suppress_by(
    mut candidates: Vec<Candidate>,
    max: usize,
    is_same: impl Fn(&Candidate, &Candidate) -> bool,
) -> Vec<Candidate> {
    // Equal scores stay in the order of the model's output, so that the result is the same every time.
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score));
    candidates.truncate(MAX_CANDIDATES);
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in candidates {
        if kept.len() >= max {
            break;
        }
        if !kept.iter().any(|other| is_same(other, &candidate)) {
            kept.push(candidate);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(x: f64, score: f32, class: usize, row: usize) -> Candidate {
        Candidate { rect: Rect::from_xywh(x, 0.0, 10.0, 10.0), score, class, row }
    }

    #[test]
    fn the_surest_of_a_heap_stays_and_other_classes_are_left_alone() {
        let heap = vec![
            candidate(0.0, 0.5, 0, 0),
            candidate(1.0, 0.9, 0, 1),
            candidate(1.0, 0.4, 1, 2),
            candidate(20.0, 0.3, 0, 3),
        ];
        let rows = |max| suppress(heap.clone(), 0.7, max).iter().map(|c| c.row).collect::<Vec<_>>();
        assert_eq!(rows(10), [1, 2, 3]);
        assert_eq!(rows(1), [1]);
    }
}
