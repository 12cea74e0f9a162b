//! Whole trackers against frames with a known truth.

use super::test_scenes::{Around, Pose, follow, frame};
use super::{CannotTrack, LostReason, ShapeTracker, Sight, TrackImage};
use crate::geometry::{Mask, Point, Polygon, Rect, Vector};
use crate::model::Shape;
use crate::model::shape::{
    EllipseShape, Joint, PointsShape, PolylineShape, RotatedBoxShape, SkeletonShape, Visibility,
};
use crate::pixels::Size;

const NOTHING: fn(usize) -> Around = |_| Around::default();

fn path(num: usize, pose: impl Fn(f64) -> Pose) -> Vec<Pose> {
    (0..num).map(|i| pose(i as f64)).collect()
}

fn worst_of(steps: &[(Sight, Shape)], poses: &[Pose], error: impl Fn(&Shape, &Pose) -> f64) -> f64 {
    assert!(steps.iter().all(|(sight, _)| *sight == Sight::Sure), "{steps:?}");
    steps.iter().zip(&poses[1..]).map(|((_, shape), pose)| error(shape, pose)).fold(0.0, f64::max)
}

fn box_error(shape: &Shape, pose: &Pose) -> f64 {
    let (found, truth) = (shape.bounds(), pose.rect());
    found.min.distance(truth.min).max(found.max.distance(truth.max))
}

fn center_error(shape: &Shape, pose: &Pose) -> f64 {
    shape.bounds().center().distance(pose.rect().center())
}

#[test]
fn a_box_goes_with_its_object_forwards_and_backwards() {
    let mut poses = path(12, |t| Pose::at(80.0 + 6.5 * t, 70.0 + 2.25 * t));
    for _ in 0..2 {
        let steps = follow(&Shape::from_rect(poses[0].rect()), &poses, NOTHING);
        let worst = worst_of(&steps, &poses, box_error);
        assert!(worst < 2.0, "{worst}");
        poses.reverse();
    }
}

#[test]
fn a_box_grows_with_its_object() {
    let poses = path(14, |t| Pose::at(110.0 + t, 90.0).scaled(1.03f64.powf(t)));
    let steps = follow(&Shape::from_rect(poses[0].rect()), &poses, NOTHING);
    let worst = worst_of(&steps, &poses, |shape, pose| shape.bounds().width() / pose.rect().width() - 1.0);
    let least = worst_of(&steps, &poses, |shape, pose| 1.0 - shape.bounds().width() / pose.rect().width());
    assert!(worst < 0.06 && least < 0.06, "{worst} {least}");
}

#[test]
fn blur_and_light_do_not_shake_it_off() {
    let poses = path(8, |t| Pose::at(80.0 + 5.0 * t, 90.0));
    let around = |i: usize| Around {
        smear_px: if i == 4 { 6 } else { 1 },
        light: 0.02 * i as f64,
        ..Around::default()
    };
    let worst = worst_of(&follow(&Shape::from_rect(poses[0].rect()), &poses, around), &poses, center_error);
    assert!(worst < 2.0, "{worst}");
}

#[test]
fn an_object_that_passes_behind_a_board_is_unsure_there_and_found_again() {
    let poses = path(20, |t| Pose::at(40.0 + 7.0 * t, 90.0));
    let board = Some(Rect::from_xywh(80.0, 40.0, 48.0, 100.0));
    let around = |_| Around { board, ..Around::default() };
    let steps = follow(&Shape::from_rect(poses[0].rect()), &poses, around);
    assert!(steps.iter().any(|(sight, _)| *sight == Sight::Unsure), "{steps:?}");
    for ((sight, shape), pose) in steps.iter().zip(&poses[1..]) {
        let error = center_error(shape, pose);
        assert!(*sight != Sight::Sure || error < 8.0, "sure, and {error} px off");
    }
    let (last, shape) = &steps[steps.len() - 1];
    assert!(*last == Sight::Sure && center_error(shape, &poses[19]) < 3.0, "{last:?} {shape:?}");
}

#[test]
fn an_object_that_vanishes_is_lost_and_stays_so() {
    let mut poses = path(5, |t| Pose::at(80.0 + 3.0 * t, 90.0));
    poses.extend([Pose::at(1000.0, 1000.0); 15]);
    poses.push(poses[4]);
    let steps = follow(&Shape::from_rect(poses[0].rect()), &poses, NOTHING);
    let sights: Vec<Sight> = steps.iter().map(|(sight, _)| *sight).collect();
    assert!(sights[..4].iter().all(|sight| *sight == Sight::Sure), "{sights:?}");
    assert!(sights[4..].iter().all(|sight| *sight != Sight::Sure), "{sights:?}");
    assert_eq!(sights[sights.len() - 1], Sight::Lost(LostReason::NotRecognised));
}

#[test]
fn an_object_that_leaves_the_picture_is_lost_and_its_last_box_ends_at_the_border() {
    let poses = path(20, |t| Pose::at(170.0 + 5.0 * t, 90.0));
    let steps = follow(&Shape::from_rect(poses[0].rect()), &poses, NOTHING);
    let last = steps.iter().rposition(|(sight, _)| *sight == Sight::Sure).unwrap();
    let (shape, pose) = (&steps[last].1, &poses[last + 1]);
    let truth = pose.rect().intersection(&Rect::from_xywh(0.0, 0.0, 240.0, 180.0)).unwrap();
    assert!(shape.bounds().min.distance(truth.min) < 4.0, "{shape:?} {truth:?}");
    assert_eq!(shape.bounds().max.x, 240.0);
    assert!(steps[steps.len() - 1].0 == Sight::Lost(LostReason::LeftPicture), "{:?}", steps[steps.len() - 1]);
}

#[test]
fn a_box_at_an_angle_and_an_ellipse_turn_with_their_object() {
    let poses = path(12, |t| Pose::at(90.0 + 3.0 * t, 90.0 - t).turned(3.0 * t));
    let (center, size) = (poses[0].center, poses[0].size);
    let turn = |steps: &[(Sight, Shape)]| match &steps[steps.len() - 1].1 {
        Shape::RotatedBox(shape) => shape.angle,
        Shape::Ellipse(shape) => shape.angle,
        other => panic!("{other:?}"),
    };
    let angled = Shape::RotatedBox(RotatedBoxShape { center, size, angle: 0.0 });
    let round = Shape::Ellipse(EllipseShape { center, radii: size / 2.0, angle: 0.0 });
    for shape in [angled, round] {
        let steps = follow(&shape, &poses, NOTHING);
        let worst = worst_of(&steps, &poses, center_error);
        assert!(worst < 2.0 && (turn(&steps) - 33.0).abs() < 2.5, "{worst} {}", turn(&steps));
    }
}

#[test]
fn polygons_lines_and_masks_turn_and_grow_as_a_whole() {
    let poses = path(10, |t| Pose::at(90.0 + 2.0 * t, 80.0 + t).turned(-2.0 * t).scaled(1.0 + 0.01 * t));
    let places = [(-0.4, -0.4), (0.4, -0.3), (0.3, 0.4), (-0.35, 0.3)];
    let on = |pose: &Pose| places.map(|(x, y)| pose.place(x, y)).to_vec();
    let vertex_error = |shape: &Shape, pose: &Pose| {
        let vertices = shape.geometry().vertices();
        vertices.iter().zip(on(pose)).map(|(found, truth)| found.distance(truth)).fold(0.0, f64::max)
    };
    let polygon = Polygon::from_ring(on(&poses[0]));
    for shape in [Shape::Polygon(polygon.clone()), Shape::Polyline(PolylineShape(on(&poses[0])))] {
        let worst = worst_of(&follow(&shape, &poses, NOTHING), &poses, vertex_error);
        assert!(worst < 2.0, "{worst} of {shape:?}");
    }
    let mask = Shape::Mask(Mask::from_polygon(&polygon, 240, 180));
    let steps = follow(&mask, &poses, NOTHING);
    let truth = Polygon::from_ring(on(&poses[9])).bounds();
    let found = steps[8].1.bounds();
    assert!(
        found.min.distance(truth.min) < 2.5 && found.max.distance(truth.max) < 2.5,
        "{found:?} {truth:?}"
    );
}

#[test]
fn points_and_joints_go_to_where_they_are_on_the_object() {
    let poses = path(10, |t| Pose::at(90.0 + 4.0 * t, 90.0).turned(2.0 * t));
    let places = [(-0.2, -0.2), (0.25, 0.1), (0.0, 0.3)];
    let on = |pose: &Pose| places.map(|(x, y)| pose.place(x, y)).to_vec();
    let error = |shape: &Shape, pose: &Pose| {
        shape.geometry().vertices().iter().zip(on(pose)).map(|(a, b)| a.distance(b)).fold(0.0, f64::max)
    };
    let joint = |position| Joint { position, visibility: Visibility::Hidden };
    let skeleton = Shape::Skeleton(SkeletonShape(on(&poses[0]).into_iter().map(joint).collect()));
    for shape in [Shape::Points(PointsShape(on(&poses[0]))), skeleton] {
        let steps = follow(&shape, &poses, NOTHING);
        let worst = worst_of(&steps, &poses, error);
        assert!(worst < 1.5, "{worst}");
        if let Shape::Skeleton(last) = &steps[8].1 {
            assert!(last.0.iter().all(|joint| joint.visibility == Visibility::Hidden));
        }
    }
    let single = Shape::Points(PointsShape(vec![poses[0].place(0.1, 0.1)]));
    let steps = follow(&single, &poses, NOTHING);
    let worst =
        worst_of(&steps, &poses, |shape, pose| shape.bounds().center().distance(pose.place(0.1, 0.1)));
    assert!(worst < 1.5, "{worst}");
}

#[test]
fn what_cannot_be_followed_is_refused_and_no_picture_breaks_it() {
    let image = frame(&Pose::at(80.0, 80.0), &Around::default());
    let start = |shape: &Shape| ShapeTracker::start(&image, shape).err();
    let outside = Shape::from_rect(Rect::from_xywh(-500.0, 20.0, 30.0, 30.0));
    assert_eq!(start(&outside), Some(CannotTrack::OutsidePicture));
    let nowhere = Shape::Points(PointsShape(vec![Point::new(f64::NAN, 1.0)]));
    assert_eq!(start(&nowhere), Some(CannotTrack::NoShape));
    let huge = Shape::from_rect(Rect::from_xywh(-1e7, -1e7, 2e7, 2e7));
    let speck = Shape::from_rect(Rect::from_xywh(10.0, 10.0, 0.01, 0.01));
    let thread = Shape::from_rect(Rect::from_xywh(10.0, 10.0, 200.0, 0.5));
    for shape in [huge, speck, thread] {
        let mut tracker = ShapeTracker::start(&image, &shape).unwrap();
        tracker.step(&image);
        let tiny = TrackImage::from_gray(Size::new(1, 1), vec![7]).unwrap();
        assert!(matches!(tracker.step(&tiny), Sight::Lost(_)), "another size");
    }
    let plain = TrackImage::from_gray(Size::new(64, 64), vec![128; 4096]).unwrap();
    let shape = Shape::from_rect(Rect::from_xywh(20.0, 20.0, 20.0, 20.0));
    let mut tracker = ShapeTracker::start(&plain, &shape).unwrap();
    assert_eq!(tracker.step(&plain), Sight::Unsure, "there is nothing to recognise");
}

#[test]
fn the_same_frames_give_the_same_shapes_to_the_bit() {
    let poses = path(5, |t| Pose::at(80.0 + 5.0 * t, 90.0).turned(t));
    let shape = Shape::RotatedBox(RotatedBoxShape {
        center: poses[0].center,
        size: Vector::new(40.0, 30.0),
        angle: 5.0,
    });
    assert_eq!(follow(&shape, &poses, NOTHING), follow(&shape, &poses, NOTHING));
}
