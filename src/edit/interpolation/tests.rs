use proptest::prelude::*;

use super::*;
use crate::geometry::{Polygon, arbitrary};

fn track(keyframes: &[(u32, f64, bool)]) -> Track {
    let shape = |x: f64| Shape::from_rect(Rect::from_xywh(x, 0.0, 10.0, 10.0));
    let keyframe = |x: f64, outside| Keyframe { shape: shape(x), outside, occluded: false };
    Track {
        keyframes: keyframes.iter().map(|&(frame, x, outside)| (frame, keyframe(x, outside))).collect(),
        ..Track::default()
    }
}

fn x_at(track: &Track, frame: u32) -> Option<f64> {
    shape_at(track, frame).map(|at| at.shape.bounds().min.x)
}

fn ring(points: &[(f64, f64)]) -> Shape {
    Shape::Polygon(Polygon::from_ring(points.iter().map(|&(x, y)| Point::new(x, y)).collect()))
}

fn outer(shape: &Shape) -> Vec<(f64, f64)> {
    shape.geometry().vertices().iter().map(|p| (p.x, p.y)).collect()
}

#[test]
fn a_box_moves_in_a_straight_line_between_keyframes_and_stays_after_the_last() {
    let track = track(&[(10, 0.0, false), (20, 100.0, false)]);
    assert_eq!(x_at(&track, 9), None);
    assert_eq!(x_at(&track, 10), Some(0.0));
    assert_eq!(x_at(&track, 13), Some(30.0));
    assert_eq!(x_at(&track, 999), Some(100.0));
    assert!(shape_at(&track, 10).unwrap().is_keyframe && !shape_at(&track, 11).unwrap().is_keyframe);
}

#[test]
fn nothing_is_interpolated_across_an_outside_stretch() {
    let track = track(&[(0, 0.0, false), (10, 50.0, true), (20, 100.0, false)]);
    assert_eq!(x_at(&track, 5), Some(25.0), "it moves to where it gets out of sight");
    assert_eq!(x_at(&track, 10), None);
    assert_eq!(x_at(&track, 15), None);
    assert_eq!(x_at(&track, 20), Some(100.0));
}

#[test]
fn angles_take_the_shorter_way() {
    assert!((lerp_angle(350.0, 10.0, 0.5) - 0.0).abs() < 1e-9);
    assert!((lerp_angle(10.0, 350.0, 0.25) - 5.0).abs() < 1e-9);
}

#[test]
fn a_dragged_vertex_takes_no_other_vertex_along() {
    let from = ring(&[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]);
    let to = ring(&[(0.0, 0.0), (30.0, 0.0), (10.0, 10.0), (0.0, 10.0)]);
    let half = between(&from, &to, 0.5);
    assert_eq!(outer(&half), [(0.0, 0.0), (20.0, 0.0), (10.0, 10.0), (0.0, 10.0)]);
}

#[test]
fn a_ring_that_begins_elsewhere_and_runs_the_other_way_does_not_turn() {
    let from = ring(&[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]);
    let to = ring(&[(15.0, 10.0), (15.0, 0.0), (5.0, 0.0), (5.0, 10.0)]);
    let half = between(&from, &to, 0.5);
    assert_eq!(outer(&half), [(2.5, 0.0), (12.5, 0.0), (12.5, 10.0), (2.5, 10.0)]);
}

#[test]
fn a_vertex_that_one_ring_lacks_lies_on_the_others_edge() {
    let square = ring(&[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]);
    // Begins with the vertex that the square lacks.
    let with_one_more = ring(&[(5.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (0.0, 0.0)]);
    for (from, to) in [(&square, &with_one_more), (&with_one_more, &square)] {
        let half = between(from, to, 0.3);
        assert!((half.area() - 100.0).abs() < 1e-9, "{half:?}");
        assert_eq!(half.geometry().vertices().len(), 5);
    }
}

#[test]
fn a_line_drawn_the_other_way_round_does_not_fold() {
    let line = |points: &[(f64, f64)]| {
        Shape::Polyline(PolylineShape(points.iter().map(|&(x, y)| Point::new(x, y)).collect()))
    };
    let from = line(&[(0.0, 0.0), (10.0, 0.0)]);
    let to = line(&[(10.0, 4.0), (5.0, 4.0), (0.0, 4.0)]);
    assert_eq!(outer(&between(&from, &to, 0.5)), [(0.0, 2.0), (5.0, 2.0), (10.0, 2.0)]);
}

#[test]
fn what_has_no_counterpart_is_held() {
    let from = ring(&[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)]);
    let mut to = from.translated(Vector::new(10.0, 0.0));
    if let Shape::Polygon(polygon) = &mut to {
        polygon.parts[0].holes.push(vec![
            Point::new(12.0, 2.0),
            Point::new(13.0, 2.0),
            Point::new(13.0, 3.0),
        ]);
    }
    assert_eq!(between(&from, &to, 0.5), from);
}

#[test]
fn a_joint_that_is_absent_draws_no_other_towards_it() {
    let joint = |x: f64, visibility| Joint { position: Point::new(x, 0.0), visibility };
    let from = SkeletonShape(vec![joint(10.0, Visibility::Visible), joint(20.0, Visibility::Hidden)]);
    let to = SkeletonShape(vec![joint(0.0, Visibility::Absent), joint(40.0, Visibility::Visible)]);
    let Shape::Skeleton(half) = between(&Shape::Skeleton(from.clone()), &Shape::Skeleton(to), 0.5) else {
        panic!()
    };
    assert_eq!(half.0, [from.0[0], joint(30.0, Visibility::Hidden)], "whether it can be seen is held");
}

proptest! {
    #[test]
    fn outlines_begin_and_end_as_the_keyframes_are(
        from in arbitrary::ring(), to in arbitrary::ring(), t in 0.0..=1.0_f64,
    ) {
        let (from, to) = (Polygon::from_ring(from), Polygon::from_ring(to));
        let Some(begin) = outlines::polygon_between(&from, &to, 0.0) else { return Ok(()) };
        let end = outlines::polygon_between(&from, &to, 1.0).unwrap();
        let half = outlines::polygon_between(&from, &to, t).unwrap();
        let close = |a: f64, b: f64| (a - b).abs() < 1e-6;
        prop_assert!(close(Polygon::area(&begin), Polygon::area(&from)));
        prop_assert!(close(Polygon::area(&end), Polygon::area(&to)));
        // Each point of either is still there.
        let holds = |polygon: &Polygon, p: &Point| polygon.rings().flatten().any(|q| q.distance(*p) < 1e-6);
        prop_assert!(from.rings().flatten().all(|p| holds(&begin, p)), "{begin:?}");
        prop_assert!(to.rings().flatten().all(|p| holds(&end, p)), "{end:?}");
        let reach = Polygon::bounds(&from).union(&Polygon::bounds(&to)).expanded(1e-6);
        prop_assert!(half.rings().flatten().all(|p| reach.contains(*p)));
    }

    #[test]
    fn a_moved_outline_moves_as_a_whole(
        from in arbitrary::ring(), x in -50.0..50.0_f64, turn in 0..9usize, t in 0.0..=1.0_f64,
    ) {
        prop_assume!(!from.is_empty());
        let mut to = Polygon::from_ring(from.clone());
        to.translate(Vector::new(x, 0.0));
        let turned = turn % from.len();
        to.parts[0].outer.rotate_left(turned);
        let between = outlines::polygon_between(&Polygon::from_ring(from.clone()), &to, t).unwrap();
        for (p, q) in from.iter().zip(&between.parts[0].outer) {
            prop_assert!(q.distance(*p + Vector::new(x * t, 0.0)) < 1e-6);
        }
    }

    #[test]
    fn a_box_is_where_a_line_between_its_keyframes_is(
        a in (0..2000u32, -500.0..500.0_f64), b in (1..2000u32, -500.0..500.0_f64), at in 0.0..1.0_f64,
    ) {
        let (first, last) = (a.0, a.0 + b.0);
        let frame = first + (at * f64::from(b.0)) as u32;
        let expected = a.1 + (b.1 - a.1) * f64::from(frame - first) / f64::from(b.0);
        let found = x_at(&track(&[(first, a.1, false), (last, b.1, false)]), frame).unwrap();
        prop_assert!((found - expected).abs() < 1e-9);
    }
}
