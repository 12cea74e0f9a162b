//! What a tool wants painted over the document: never stored, gone with the gesture.

use std::collections::BTreeMap;

use super::Mark;
use crate::geometry::{Point, Rect};
use crate::model::{LabelId, ObjectId, Shape};

/// A shape that is being drawn. An unfinished path is a polyline, also of a single point.
#[derive(Clone, Debug, PartialEq)]
pub struct DraftShape {
    /// The shape so far.
    pub shape: Shape,
    /// The label that it will have, for its colour.
    pub label: Option<LabelId>,
}

/// What a handle does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandleKind {
    /// Resizes: -1, 0 or 1 across and down, as (1, 1) for the bottom right corner.
    Resize(i8, i8),
    /// Turns.
    Rotate,
    /// A vertex, by its index in the shape.
    Vertex(usize),
    /// The middle of an edge, by the index of its first vertex: makes a vertex there.
    Midpoint(usize),
    /// The first point of a path, which closes it.
    Close,
}

/// Something to take hold of. Its size on screen does not change with the zoom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Handle {
    /// Its middle, image pixels.
    pub at: Point,
    /// What it does.
    pub kind: HandleKind,
    /// Whether the pointer is on it or holds it.
    pub is_active: bool,
}

/// What a point snapped to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SnapKind {
    /// A vertex of another object.
    Vertex,
    /// An edge of another object.
    Edge,
}

/// Where a point snapped.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SnapMark {
    /// The place, image pixels.
    pub at: Point,
    /// What is there.
    pub kind: SnapKind,
}

/// What a selection band takes. Which one follows from the direction in which it is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BandMode {
    /// Only what lies wholly inside: drawn from left to right.
    Containing,
    /// Also what it touches: drawn from right to left.
    Touching,
}

/// A selection band.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// The band, image pixels.
    pub rect: Rect,
    /// What it takes.
    pub mode: BandMode,
}

/// A circle, such as the rim of a brush.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Circle {
    /// Its middle, image pixels.
    pub center: Point,
    /// Image pixels.
    pub radius_px: f64,
    /// Whether its line is dashed: then it takes away.
    pub is_dashed: bool,
}

/// A short text beside the pointer.
#[derive(Clone, Debug, PartialEq)]
pub struct Readout {
    /// Where, image pixels.
    pub at: Point,
    /// What it says: "120 × 80 px".
    pub text: String,
}

/// What a tool wants painted. All coordinates are finite.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// Shapes that are being drawn.
    pub shapes: Vec<DraftShape>,
    /// Shapes that were worked out from the picture and are not kept yet.
    pub tentative: Vec<DraftShape>,
    /// Strokes over what is of an object, and what is not.
    pub marks: Vec<Mark>,
    /// Shapes of objects that are being changed, to be drawn in place of the stored ones.
    pub previews: BTreeMap<ObjectId, Shape>,
    /// Objects that a click, or the band, would take.
    pub highlighted: Vec<ObjectId>,
    /// The selection band.
    pub band: Option<Band>,
    /// Things to take hold of.
    pub handles: Vec<Handle>,
    /// What a brush would paint.
    pub circle: Option<Circle>,
    /// Where the point at the pointer snapped.
    pub snap: Option<SnapMark>,
    /// Lines to the pointer that are not yet part of anything.
    pub rubber: Vec<(Point, Point)>,
    /// A size, an angle, a distance.
    pub readout: Option<Readout>,
    /// Whether there is more to paint that takes too long to work out in one frame: another one is due.
    pub is_unfinished: bool,
}

/// How the pointer looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cursor {
    /// An arrow.
    #[default]
    Default,
    /// Something here can be clicked.
    Pointer,
    /// A cross, for drawing.
    Crosshair,
    /// Something here can be moved.
    Move,
    /// Resizes to left and right.
    ResizeHorizontal,
    /// Resizes up and down.
    ResizeVertical,
    /// Resizes from the top left to the bottom right.
    ResizeNwSe,
    /// Resizes from the top right to the bottom left.
    ResizeNeSw,
    /// Turns.
    Rotate,
    /// Makes a vertex.
    AddVertex,
    /// Deletes a vertex.
    RemoveVertex,
    /// An open hand.
    Grab,
    /// A closed hand.
    Grabbing,
}

/// "120 × 80 px", to a tenth where the sides are no whole pixels.
pub(super) fn size_text(rect: &Rect) -> String {
    format!("{} × {} px", short(rect.width()), short(rect.height()))
}

/// A number to a tenth, without a superfluous zero.
pub(super) fn short(number: f64) -> String {
    let tenths = (number * 10.0).round() / 10.0;
    // Adding zero makes a negative zero positive.
    format!("{}", tenths + 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_shown_to_a_tenth() {
        assert_eq!(size_text(&Rect::from_xywh(1.0, 1.0, 120.0, 80.25)), "120 × 80.3 px");
        assert_eq!(short(-0.01), "0");
    }
}
