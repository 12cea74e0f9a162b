//! Rectangles along the axes: masks run by run, band selections, dimmed surroundings.
//!
//! A mask is drawn as the rectangles that its runs make, not as a texture: it is exact at every zoom, has no
//! limit of size, and costs memory by its outline instead of its area.

use crate::geometry::{Mask, Point, Rect};

use super::position::Position;
use super::renderer::Blueprint;
use super::style::Color;

/// A filled rectangle.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable)]
pub(super) struct RectRecord {
    min: Position,
    max: Position,
    color: [u8; 4],
}

pub(super) const BLUEPRINT: Blueprint = Blueprint {
    name: "rects",
    wgsl: include_str!("../../shaders/rects.wgsl"),
    buffers: &[Some(wgpu::VertexBufferLayout {
        array_stride: size_of::<RectRecord>() as u64,
        step_mode: wgpu::VertexStepMode::Instance,
        attributes: &wgpu::vertex_attr_array![
            0 => Sint32x2, 1 => Uint16x2, 2 => Sint32x2, 3 => Uint16x2, 4 => Unorm8x4
        ],
    })],
    topology: wgpu::PrimitiveTopology::TriangleStrip,
    types: &[],
    picture: None,
};

/// Adds a rectangle; nothing if it is empty or not finite.
pub(super) fn push_rect(out: &mut Vec<RectRecord>, rect: &Rect, color: Color) {
    if !rect.is_empty() && rect.min.is_finite() && rect.max.is_finite() {
        out.push(RectRecord { min: Position::new(rect.min), max: Position::new(rect.max), color: color.0 });
    }
}

/// Adds what of `outer` lies outside `hole`: four rectangles at most.
pub(super) fn push_surroundings(out: &mut Vec<RectRecord>, hole: &Rect, outer: &Rect, color: Color) {
    let Some(hole) = outer.intersection(hole) else {
        return push_rect(out, outer, color);
    };
    for (left, top, right, bottom) in [
        (outer.min.x, outer.min.y, outer.max.x, hole.min.y),
        (outer.min.x, hole.min.y, hole.min.x, hole.max.y),
        (hole.max.x, hole.min.y, outer.max.x, hole.max.y),
        (outer.min.x, hole.max.y, outer.max.x, outer.max.y),
    ] {
        push_rect(out, &Rect { min: Point::new(left, top), max: Point::new(right, bottom) }, color);
    }
}

/// Set pixels of equal columns in successive rows from `top` on.
#[derive(Clone, Copy)]
struct Block {
    left: i32,
    right: i32,
    top: i32,
}

/// Adds a mask whose pixels have sides of `pixel_px` image pixels. Runs of equal columns in successive rows become
/// one rectangle.
pub(super) fn push_mask(out: &mut Vec<RectRecord>, mask: &Mask, pixel_px: f64, color: Color) {
    let mut push = |block: &Block, bottom: i32| {
        let corner = |x: i32, y: i32| Point::new(f64::from(x) * pixel_px, f64::from(y) * pixel_px);
        let (min, max) = (corner(block.left, block.top), corner(block.right, bottom));
        push_rect(out, &Rect { min, max }, color);
    };
    // The blocks that reach down to the top of row `next_row`, from left to right.
    let mut open: Vec<Block> = Vec::new();
    let mut next_row = 0;
    let mut columns: Vec<(i32, i32)> = Vec::new();
    let mut spans = mask.iter_spans().peekable();
    while let Some((row, left, right)) = spans.next() {
        columns.push((left, right));
        if spans.peek().is_some_and(|span| span.0 == row) {
            continue;
        }
        let goes_on =
            |block: &Block| row == next_row && columns.binary_search(&(block.left, block.right)).is_ok();
        for block in open.iter().filter(|block| !goes_on(block)) {
            push(block, next_row);
        }
        let reaching =
            columns.iter().map(|&(left, right)| match open.binary_search_by_key(&left, |block| block.left) {
                Ok(i) if row == next_row && open[i].right == right => open[i],
                _ => Block { left, right, top: row },
            });
        open = reaching.collect();
        next_row = row + 1;
        columns.clear();
    }
    for block in &open {
        push(block, next_row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rects_of(mask: &Mask) -> Vec<RectRecord> {
        let mut rects = Vec::new();
        push_mask(&mut rects, mask, 1.0, Color::BLACK);
        rects
    }

    fn rect(x: f64, y: f64, width: f64, height: f64) -> RectRecord {
        let mut rects = Vec::new();
        push_rect(&mut rects, &Rect::from_xywh(x, y, width, height), Color::BLACK);
        rects[0]
    }

    #[test]
    fn equal_runs_of_successive_rows_are_one_rectangle() {
        // Columns 1 and 2 of three rows, and the whole last row.
        let mask = Mask { left: 10, top: 20, width: 4, height: 4, runs: vec![1, 2, 2, 2, 2, 2, 1, 4] };
        assert_eq!(rects_of(&mask), [rect(11.0, 20.0, 2.0, 3.0), rect(10.0, 23.0, 4.0, 1.0)]);
    }

    #[test]
    fn a_full_mask_is_one_rectangle_though_its_run_wraps() {
        let mask = Mask { left: -3, top: -2, width: 5, height: 7, runs: vec![0, 35] };
        assert_eq!(rects_of(&mask), [rect(-3.0, -2.0, 5.0, 7.0)]);
    }

    #[test]
    fn clear_rows_part_rectangles_of_equal_columns() {
        let mask = Mask { left: 0, top: 0, width: 2, height: 3, runs: vec![0, 2, 2, 2] };
        assert_eq!(rects_of(&mask), [rect(0.0, 0.0, 2.0, 1.0), rect(0.0, 2.0, 2.0, 1.0)]);
    }

    #[test]
    fn runs_that_exceed_the_mask_or_have_no_width_are_cut_off() {
        let endless = Mask { left: 0, top: 0, width: 2, height: 2, runs: vec![2, u32::MAX, 5, u32::MAX] };
        assert_eq!(rects_of(&endless), [rect(0.0, 1.0, 2.0, 1.0)]);
        assert!(rects_of(&Mask { width: 0, height: 9, runs: vec![0, 7], ..Mask::default() }).is_empty());
    }

    #[test]
    fn surroundings_leave_the_hole_and_nothing_else() {
        let mut rects = Vec::new();
        let outer = Rect::from_xywh(0.0, 0.0, 10.0, 10.0);
        push_surroundings(&mut rects, &Rect::from_xywh(2.0, 0.0, 20.0, 4.0), &outer, Color::BLACK);
        assert_eq!(rects, [rect(0.0, 0.0, 2.0, 4.0), rect(0.0, 4.0, 10.0, 6.0)]);
        rects.clear();
        push_surroundings(&mut rects, &Rect::from_xywh(50.0, 0.0, 5.0, 5.0), &outer, Color::BLACK);
        assert_eq!(rects, [rect(0.0, 0.0, 10.0, 10.0)]);
    }

    proptest! {
        #[test]
        fn every_set_pixel_lies_in_exactly_one_rectangle(
            width in 1u32..12,
            runs in prop::collection::vec(0u32..9, 0..40),
        ) {
            let mask = Mask { left: 3, top: 5, width, height: runs.iter().sum::<u32>() / width, runs };
            let rects = rects_of(&mask);
            for (x, y) in (0..mask.height).flat_map(|y| (0..width).map(move |x| (x, y))) {
                let at = Position::new(Point::new(f64::from(x + 3), f64::from(y + 5)));
                let num_holding = rects.iter().filter(|r| r.holds(at)).count();
                let is_set = mask.contains(Point::new(f64::from(x) + 3.5, f64::from(y) + 5.5));
                prop_assert_eq!(num_holding, usize::from(is_set));
            }
        }
    }

    impl RectRecord {
        fn holds(&self, corner: Position) -> bool {
            let [x, y] = corner.whole();
            let ([left, top], [right, bottom]) = (self.min.whole(), self.max.whole());
            (left..right).contains(&x) && (top..bottom).contains(&y)
        }
    }
}
