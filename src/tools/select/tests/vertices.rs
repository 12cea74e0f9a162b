//! Vertices are moved, added and deleted.

use super::{SQUARE, square};
use crate::geometry::{Polygon, PolygonPart};
use crate::model::Shape;
use crate::model::shape::{PointsShape, PolylineShape};
use crate::tools::harness::{canvas, points};
use crate::tools::{Cursor, HandleKind, Modifiers, ToolSettings};

#[test]
fn a_vertex_goes_where_it_is_dragged() {
    square()
        .down((80, 20))
        .expect_state("select.pressing.vertex")
        .move_to((90, 10))
        .expect_state("select.vertex")
        .expect_handle(HandleKind::Vertex(1), true)
        .up((90, 10))
        .expect_polygon(0, &[SQUARE[0], (90.0, 10.0), SQUARE[2], SQUARE[3]])
        .expect_title("Move a vertex of polygon");
}

#[test]
fn alt_and_a_click_delete_a_vertex_but_never_leave_fewer_than_three() {
    square()
        .hold(Modifiers::ALT)
        .move_to((80, 20))
        .expect_cursor(Cursor::RemoveVertex)
        .click((80, 20))
        .expect_polygon(0, &[SQUARE[0], SQUARE[2], SQUARE[3]])
        .click((80, 80))
        .expect_no_gesture()
        .expect_notice("needs all the vertices")
        .expect_polygon(0, &[SQUARE[0], SQUARE[2], SQUARE[3]]);
}

#[test]
fn a_click_on_the_middle_of_an_edge_inserts_a_vertex() {
    square()
        .expect_handles(8)
        .move_to((50, 20))
        .expect_cursor(Cursor::AddVertex)
        .click((50, 20))
        .expect_polygon(0, &[SQUARE[0], (50.0, 20.0), SQUARE[1], SQUARE[2], SQUARE[3]])
        .expect_title("Add a vertex to polygon");
}

#[test]
fn a_drag_on_an_edge_pulls_a_vertex_out_of_it() {
    square()
        .down((30, 20))
        .expect_state("select.pressing.edge")
        .move_to((30, 10))
        .up((30, 10))
        .expect_polygon(0, &[SQUARE[0], (30.0, 10.0), SQUARE[1], SQUARE[2], SQUARE[3]]);
    square()
        .drag((20, 50), (10, 50))
        .expect_polygon(0, &[SQUARE[0], SQUARE[1], SQUARE[2], SQUARE[3], (10.0, 50.0)]);
}

#[test]
fn alt_and_a_click_on_an_edge_insert_a_vertex_and_a_plain_click_does_not() {
    square().click((30, 20)).expect_no_gesture().expect_selected(&[0]);
    square()
        .hold(Modifiers::ALT)
        .click((30, 20))
        .expect_polygon(0, &[SQUARE[0], (30.0, 20.0), SQUARE[1], SQUARE[2], SQUARE[3]]);
}

#[test]
fn holes_and_further_parts_have_vertices_too() {
    let with_hole = |hole: &[(f64, f64)], island: &[(f64, f64)]| {
        let outer = PolygonPart { outer: points(&SQUARE), holes: vec![points(hole)] };
        Shape::Polygon(Polygon { parts: vec![outer, PolygonPart { outer: points(island), holes: vec![] }] })
    };
    let hole = [(40.0, 40.0), (60.0, 40.0), (50.0, 60.0)];
    let island = [(2.0, 2.0), (12.0, 2.0), (2.0, 12.0)];
    let canvas = || canvas().zoom(2.0).with(with_hole(&hole, &island)).select(&[0]);
    canvas().drag((60, 40), (65, 45)).expect_shape(0, &with_hole(&[hole[0], (65.0, 45.0), hole[2]], &island));
    canvas()
        .click((50, 40))
        .expect_shape(0, &with_hole(&[hole[0], (50.0, 40.0), hole[1], hole[2]], &island))
        .hold(Modifiers::ALT)
        .click((50, 40))
        .expect_shape(0, &with_hole(&hole, &island))
        .click((60, 40))
        .expect_notice("needs all the vertices");
    canvas().drag((12, 2), (15, 2)).expect_shape(0, &with_hole(&hole, &[island[0], (15.0, 2.0), island[2]]));
}

#[test]
fn a_dragged_vertex_stays_inside_snaps_and_keeps_straight() {
    square().drag((80, 20), (120, -5)).expect_polygon(0, &[SQUARE[0], (100.0, 0.0), SQUARE[2], SQUARE[3]]);
    square()
        .hold(Modifiers::SHIFT)
        .drag((80, 20), (95, 21))
        .expect_polygon(0, &[SQUARE[0], (95.0, 20.0), SQUARE[2], SQUARE[3]]);
    canvas()
        .settings(|settings: &mut ToolSettings| settings.snap = true)
        .with_polygon(&SQUARE)
        .with_box((90, 5), (99, 10))
        .select(&[0])
        .down((80, 20))
        .move_to((88, 12))
        .expect_snap((90.0, 10.0))
        .up((88, 12))
        .expect_polygon(0, &[SQUARE[0], (90.0, 10.0), SQUARE[2], SQUARE[3]]);
}

#[test]
fn the_inside_of_a_polygon_moves_it() {
    square().drag((50, 50), (55, 50)).expect_title("Move polygon");
}

#[test]
fn vertices_of_lines_and_points_are_edited_too() {
    canvas()
        .with_line(&[(10.0, 10.0), (90.0, 10.0)])
        .select(&[0])
        .click((50, 10))
        .drag((50, 10), (50, 40))
        .expect_shape(
            0,
            &Shape::Polyline(PolylineShape(points(&[(10.0, 10.0), (50.0, 40.0), (90.0, 10.0)]))),
        );
    canvas()
        .with(Shape::Points(PointsShape(points(&[(10.0, 10.0), (40.0, 40.0)]))))
        .select(&[0])
        .hold(Modifiers::ALT)
        .click((10, 10))
        .expect_shape(0, &Shape::Points(PointsShape(points(&[(40.0, 40.0)]))));
}
