//! What the person of the benchmark does: one gesture after the other, frame by frame.

use super::desk::{press, release};
use crate::geometry::{Point, Vector};
use crate::pixels::Size;
use crate::render::{Camera, ScreenPoint};
use crate::tools::{Input, Modifiers};

/// A gesture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Everything in view, and nothing happens.
    Still,
    /// Everything in view, the pointer goes from object to object.
    Hover,
    /// Everything in view is moved.
    Pan,
    /// From everything in view to some objects.
    ZoomIn,
    /// Some objects are in view and moved.
    PanNear,
    /// A vertex is dragged among the objects in view.
    DragVertex,
    /// An object changes with every frame.
    Edit,
    /// Back to everything.
    ZoomOut,
}

impl Phase {
    /// All, in the order in which they come: each begins where the one before ended.
    pub const ALL: [Self; 8] = [
        Self::Still,
        Self::Hover,
        Self::Pan,
        Self::ZoomIn,
        Self::PanNear,
        Self::DragVertex,
        Self::Edit,
        Self::ZoomOut,
    ];

    /// What people read.
    pub fn name(self) -> &'static str {
        match self {
            Self::Still => "all in view",
            Self::Hover => "hover",
            Self::Pan => "pan",
            Self::ZoomIn => "zoom in",
            Self::PanNear => "pan near",
            Self::DragVertex => "drag a vertex",
            Self::Edit => "edit",
            Self::ZoomOut => "zoom out",
        }
    }

    /// The camera after a part of the gesture, 0 to 1, that began with another.
    pub fn camera(self, start: &Camera, part: f64, picture: Size) -> Camera {
        let width = f64::from(start.viewport().width);
        match self {
            Self::Still | Self::Hover | Self::DragVertex | Self::Edit => *start,
            Self::Pan => start.pan_by(-width * 0.5 * (part * std::f64::consts::TAU).sin(), 0.0),
            Self::PanNear => start.pan_by(-width * 4.0 * part, -width * part),
            // At the end, some objects of a picture with 100,000 are in view.
            Self::ZoomIn => {
                let corner = ScreenPoint::new(width * 0.4, f64::from(start.viewport().height) * 0.4);
                start.zoom_about(corner, 20_f64.powf(part))
            }
            Self::ZoomOut => {
                let all = Camera::fit(picture, start.viewport(), 0.0);
                let middle = start.center().lerp(all.center(), part);
                let zoom = start.zoom() * (all.zoom() / start.zoom()).powf(part);
                Camera::new(middle, zoom, start.viewport())
            }
        }
    }

    /// Whether it takes hold of a vertex.
    pub fn needs_grip(self) -> bool {
        matches!(self, Self::DragVertex | Self::Edit)
    }

    /// What the hand does in a frame of the gesture; `grip` is where the vertex is that it holds.
    pub fn inputs(self, frame: u32, part: f64, camera: &Camera, grip: Option<&mut Point>) -> Vec<Input> {
        let modifiers = Modifiers::NONE;
        let step = Vector::new(3.0, 2.0) / camera.zoom();
        match (self, grip) {
            (Self::DragVertex, Some(at)) => {
                *at += step;
                vec![Input::PointerMove { at: *at, modifiers }]
            }
            (Self::Edit, Some(at)) => {
                let mut inputs = press(*at).to_vec();
                *at = if frame.is_multiple_of(2) { *at + step * 4.0 } else { *at - step * 4.0 };
                inputs.extend([Input::PointerMove { at: *at, modifiers }, release(*at)]);
                inputs
            }
            (Self::Hover, _) => {
                let view = camera.visible_rect();
                let across = 0.1 + 0.8 * part;
                let at = view.min + Vector::new(view.width() * across, view.height() * 0.5);
                vec![Input::PointerMove { at, modifiers }]
            }
            _ => Vec::new(),
        }
    }
}
