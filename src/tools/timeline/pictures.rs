//! Which frames stand for which parts of the video in a strip of pictures.

use super::Axis;

/// One picture of the strip.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PictureCell {
    /// The frame whose picture it is; one of those that the cell covers.
    pub frame: u32,
    /// Its left border, points.
    pub x: f64,
    /// Its width, points.
    pub width: f64,
}

/// The cells in sight, from left to right, each at least so wide that a picture of `picture_width` points fits.
///
/// They begin at multiples of a number of frames, so that panning asks for the same frames again, and that number is a
/// power of two or one and a half of it, so that zooming does for many of them. Where frames with which decoding can begin
/// (`keyframes`, ascending) lie in a cell, the first of them stands for it: it is had at once.
pub fn picture_cells(axis: &Axis, keyframes: &[u32], picture_width: f64) -> Vec<PictureCell> {
    let step = step_of(picture_width.max(1.0) / axis.points_per_frame());
    let visible = axis.visible();
    let cell = |start: u32| {
        let end = start.saturating_add(step).min(axis.num_frames());
        let first = keyframes.partition_point(|keyframe| *keyframe < start);
        let keyframe = keyframes.get(first).copied().filter(|keyframe| *keyframe < end);
        let x = axis.x_of_edge(start);
        PictureCell { frame: keyframe.unwrap_or(start), x, width: axis.x_of_edge(end) - x }
    };
    (visible.start / step * step..visible.end).step_by(step as usize).map(cell).collect()
}

/// The least of 1, 2, 3, 4, 6, 8, 12, … that is not below a number.
fn step_of(min: f64) -> u32 {
    // Three halves of one frame are none.
    let steps = (0..30).flat_map(|exponent| [1_u32 << exponent, (1 << exponent) / 2 * 3]);
    let mut steps = steps.filter(|step| *step > 0);
    steps.find(|step| f64::from(*step) >= min).unwrap_or(1 << 30)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUM_FRAMES: u32 = 432_000;

    #[test]
    fn steps_are_powers_of_two_and_what_lies_between() {
        assert_eq!([0.1, 1.0, 1.5, 2.5, 3.1, 5.0, 7.0, 9.0].map(step_of), [1, 1, 2, 3, 4, 6, 8, 12]);
        assert_eq!(step_of(f64::INFINITY), 1 << 30);
    }

    #[test]
    fn cells_cover_what_is_in_sight_at_every_zoom() {
        let keyframes: Vec<u32> = (0..NUM_FRAMES).step_by(250).collect();
        let mut axis = Axis::whole(NUM_FRAMES, 1_000.0);
        for _ in 0..70 {
            let cells = picture_cells(&axis, &keyframes, 64.0);
            assert!(cells.len() <= 17, "{}", cells.len());
            assert!(
                cells[0].x <= 0.0
                    && cells.windows(2).all(|two| {
                        (two[0].x + two[0].width - two[1].x).abs() < 1e-6 && two[0].width >= 63.9
                    })
            );
            let end = cells.last().map_or(0.0, |cell| cell.x + cell.width);
            assert!(end >= 1_000.0 - 1e-6 || axis.visible().end == NUM_FRAMES);
            axis = axis.zoomed_about(300.0, 1.3);
        }
    }

    #[test]
    fn a_keyframe_stands_for_its_cell_and_else_the_first_frame() {
        let axis = Axis::whole(100, 1_000.0);
        let frames: Vec<u32> = picture_cells(&axis, &[0, 30], 160.0).iter().map(|cell| cell.frame).collect();
        assert_eq!(frames, [0, 30, 32, 48, 64, 80, 96]);
    }

    #[test]
    fn panning_asks_for_the_same_frames() {
        let axis = Axis::whole(10_000, 1_000.0).zoomed_about(500.0, 8.0);
        let frames = |axis: &Axis| -> Vec<u32> {
            picture_cells(axis, &[], 64.0).iter().map(|cell| cell.frame).collect()
        };
        let (before, after) = (frames(&axis), frames(&axis.panned_by(-100.0)));
        assert!(after.iter().filter(|frame| before.contains(frame)).count() >= after.len() - 3);
    }
}
