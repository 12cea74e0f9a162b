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
    let to = ring(&[(0.0, 0.0), (14.0, 0.0), (10.0, 10.0), (0.0, 10.0)]);
    let half = between(&from, &to, 0.5);
    assert_eq!(outer(&half), [(0.0, 0.0), (12.0, 0.0), (10.0, 10.0), (0.0, 10.0)]);
}

#[test]
fn a_ring_that_turns_shrinks_and_does_not_swap_its_vertices() {
    let from = ring(&[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]);
    let turned = ring(&[(10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (0.0, 0.0)]);
    let half = between(&from, &turned, 0.5);
    assert_eq!(outer(&half), [(5.0, 0.0), (10.0, 5.0), (5.0, 10.0), (0.0, 5.0)]);
}

#[test]
fn vertices_are_matched_by_how_far_along_they_lie() {
    let from = ring(&[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]);
    let to = ring(&[(0.0, 0.0), (100.0, 0.0), (110.0, 0.0), (110.0, 10.0), (0.0, 10.0)]);
    // The second vertex, a quarter along, becomes that at 0.42; the third, at a half, the two after it.
    let expected = [(0.0, 0.0), (55.0, 0.0), (60.0, 5.0), (60.0, 10.0), (0.0, 10.0)];
    assert_eq!(outer(&between(&from, &to, 0.5)), expected);
    // Near to where it begins, those two are one.
    assert_eq!(outer(&between(&from, &to, 0.01)).len(), 4);
}

#[test]
fn a_vertex_that_one_ring_lacks_comes_from_its_nearest() {
    let square = ring(&[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]);
    let with_one_more = ring(&[(0.0, 0.0), (9.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]);
    for (from, to, t) in [(&square, &with_one_more, 0.9), (&with_one_more, &square, 0.1)] {
        let near = between(from, to, t);
        assert!((near.area() - 100.0).abs() < 1e-9, "{near:?}");
    }
}

#[test]
fn a_box_that_begins_to_turn_is_turned_on_the_way() {
    let upright = Shape::from_rect(Rect::from_xywh(0.0, 0.0, 20.0, 10.0));
    let turned = |angle: f64| {
        let (center, size) = (Point::new(30.0, 5.0), Vector::new(40.0, 10.0));
        Shape::RotatedBox(RotatedBoxShape { center, size, angle })
    };
    let half = |angle: f64| {
        let (center, size) = (Point::new(20.0, 5.0), Vector::new(30.0, 10.0));
        Shape::RotatedBox(RotatedBoxShape { center, size, angle })
    };
    assert_eq!(between(&upright, &turned(30.0), 0.5), half(15.0));
    assert_eq!(between(&turned(340.0), &upright, 0.5), half(350.0));
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
fn a_joint_moves_to_where_it_gets_absent_but_not_towards_nowhere() {
    let joint = |x: f64, visibility| Joint { position: Point::new(x, 0.0), visibility };
    let from = vec![
        joint(10.0, Visibility::Visible),
        joint(20.0, Visibility::Hidden),
        joint(3.0, Visibility::Visible),
    ];
    let to = vec![
        joint(0.0, Visibility::Absent),
        joint(40.0, Visibility::Visible),
        joint(5.0, Visibility::Absent),
    ];
    let skeleton = |joints: &[Joint]| Shape::Skeleton(SkeletonShape(joints.to_vec()));
    let half = between(&skeleton(&from), &skeleton(&to), 0.5);
    let expected = [from[0], joint(30.0, Visibility::Hidden), joint(4.0, Visibility::Visible)];
    assert_eq!(half, skeleton(&expected), "whether a joint can be seen is held");
}

proptest! {
    #[test]
    fn an_outline_stays_within_reach_of_both(
        from in arbitrary::ring(), to in arbitrary::ring(), t in 0.0..=1.0_f64,
    ) {
        let (from, to) = (Polygon::from_ring(from), Polygon::from_ring(to));
        let Some(half) = outlines::polygon_between(&from, &to, t) else { return Ok(()) };
        let reach = Polygon::bounds(&from).union(&Polygon::bounds(&to)).expanded(1e-6);
        prop_assert!(half.rings().flatten().all(|p| reach.contains(*p)));
        let most = from.parts[0].outer.len() + to.parts[0].outer.len() + 1;
        prop_assert!((3..=most).contains(&half.parts[0].outer.len()));
    }

    #[test]
    fn a_moved_line_moves_as_a_whole(
        steps in proptest::collection::vec((1.0..9.0_f64, -9.0..9.0_f64), 1..12), x in -50.0..50.0_f64, t in 0.0..=1.0_f64,
    ) {
        let mut at = Point::ORIGIN;
        let mut line = vec![at];
        line.extend(steps.iter().map(|&(dx, dy)| {
            at += Vector::new(dx, dy);
            at
        }));
        let moved = |by: f64| line.iter().map(|p| *p + Vector::new(by, 0.0)).collect::<Vec<Point>>();
        let between = outlines::line_between(&line, &moved(x), t).unwrap();
        prop_assert_eq!(between.len(), line.len());
        for (p, q) in moved(x * t).iter().zip(&between) {
            prop_assert!(q.distance(*p) < 1e-6);
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
