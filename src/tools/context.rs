//! What a tool can see while it handles an input.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{HitIndex, Selection};
use crate::edit::Objects;
use crate::geometry::{Point, Rect, Vector};
use crate::model::{ActorId, Flag, LabelId, Object, ObjectId, Schema, Shape};
use crate::pixels::Size;

/// What the right button does while a path is being drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RightClick {
    /// It takes the last point back.
    #[default]
    TakesBack,
    /// It opens the menu: tools leave it alone.
    OpensMenu,
}

/// The largest radius of the brush, image pixels.
pub const MAX_BRUSH_RADIUS_PX: f64 = 2000.0;

/// What a person can choose about tools. Distances in screen pixels stay the same at every zoom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ToolSettings {
    /// Whether a drawing tool stays chosen after it has made an object.
    pub stay_in_tool: bool,
    /// Whether objects that are moved or changed stay inside the picture. Drawing always does. Corners of boxes
    /// at an angle may stick out: turning and pulling them is not hindered.
    pub keep_inside: bool,
    /// Whether points snap to vertices and edges of other objects.
    pub snap: bool,
    /// What the right button does while drawing.
    pub right_click: RightClick,
    /// Whether areas that are worked out from the picture become masks, where the label allows them, and not polygons.
    pub found_areas_are_masks: bool,
    /// How far a colour may be from that under the magic wand: ΔE*ab.
    pub wand_tolerance: f64,
    /// Whether the magic wand selects only what hangs together.
    pub wand_is_contiguous: bool,
    /// How wide a cell of the cell brush is, about.
    pub cell_side_screen_px: f64,
    /// What resembles an example less is not shown, 0 to 1.
    pub similar_min_score: f64,
    /// How far the pointer must go with a button down before that is a drag.
    pub drag_threshold_screen_px: f64,
    /// How near an outline or a point counts as hit.
    pub hit_distance_screen_px: f64,
    /// How near a handle or a vertex counts as hit.
    pub handle_distance_screen_px: f64,
    /// How near the first point a click closes a polygon.
    pub close_distance_screen_px: f64,
    /// How near a vertex or an edge a point snaps to it.
    pub snap_distance_screen_px: f64,
    /// How far apart the points of a freehand line are taken.
    pub freehand_spacing_screen_px: f64,
    /// How far a simplified freehand line may run beside the drawn one.
    pub freehand_tolerance_screen_px: f64,
    /// The radius of the brush and the eraser, image pixels: it is the same at every zoom.
    pub brush_radius_px: f64,
    /// Boxes and ellipses with a shorter side are taken for a slip of the hand.
    pub min_size_screen_px: f64,
}

impl Default for ToolSettings {
    fn default() -> Self {
        Self {
            stay_in_tool: true,
            keep_inside: true,
            snap: false,
            right_click: RightClick::TakesBack,
            found_areas_are_masks: false,
            wand_tolerance: 20.0,
            wand_is_contiguous: true,
            cell_side_screen_px: 24.0,
            similar_min_score: 0.6,
            drag_threshold_screen_px: 4.0,
            hit_distance_screen_px: 5.0,
            handle_distance_screen_px: 8.0,
            close_distance_screen_px: 10.0,
            snap_distance_screen_px: 8.0,
            freehand_spacing_screen_px: 4.0,
            freehand_tolerance_screen_px: 1.0,
            brush_radius_px: 10.0,
            min_size_screen_px: 2.0,
        }
    }
}

/// What a tool can see. It changes nothing of it: what it wants done is in its [`super::Response`].
#[derive(Clone, Copy)]
pub struct ToolContext<'a> {
    /// The objects of the picture, or those on the frame of a video.
    pub objects: &'a Objects,
    /// The labels.
    pub schema: &'a Schema,
    /// These by place. Must be up to date with them.
    pub hits: &'a HitIndex,
    /// The selected objects.
    pub selection: &'a Selection,
    /// The label of new objects.
    pub label: Option<LabelId>,
    /// Labels whose objects are not shown.
    pub hidden_labels: &'a BTreeSet<LabelId>,
    /// The picture's size, pixels.
    pub picture: Size,
    /// The part of the picture that is on screen, image pixels; [`Rect::EMPTY`] where none of it is.
    pub view: Rect,
    /// Image pixels per screen pixel: 0.5 at 200 %.
    pub px_per_screen_px: f64,
    /// Who draws.
    pub author: ActorId,
    /// What the person chose.
    pub settings: &'a ToolSettings,
}

impl<'a> ToolContext<'a> {
    /// A distance on screen in image pixels.
    pub fn image_px(&self, screen_px: f64) -> f64 {
        let is_usable = self.px_per_screen_px.is_finite() && self.px_per_screen_px > 0.0;
        screen_px * if is_usable { self.px_per_screen_px } else { 1.0 }
    }

    /// Whether two points are at most this far apart on screen.
    pub fn is_near(&self, a: Point, b: Point, screen_px: f64) -> bool {
        a.distance(b) <= self.image_px(screen_px)
    }

    /// The picture, from corner to corner.
    pub fn picture_rect(&self) -> Rect {
        Rect::from_xywh(0.0, 0.0, f64::from(self.picture.width), f64::from(self.picture.height))
    }

    /// The shape of an object that exists.
    pub fn shape(&self, id: ObjectId) -> Option<&'a Shape> {
        self.objects.object(id)?.as_shape()
    }

    /// Whether an object is drawn.
    pub fn is_visible(&self, object: &Object) -> bool {
        let is_label_hidden = || object.label.is_some_and(|label| self.hidden_labels.contains(&label));
        !object.has(Flag::Hidden) && !is_label_hidden()
    }

    /// The shape of an object that tools may pick and change: one that exists and is neither hidden nor locked.
    pub fn editable_shape(&self, id: ObjectId) -> Option<&'a Shape> {
        self.editable_shape_of(self.objects.object(id)?)
    }

    /// As [`ToolContext::editable_shape`], of an object at hand.
    pub fn editable_shape_of(&self, object: &'a Object) -> Option<&'a Shape> {
        object.as_shape().filter(|_| self.is_visible(object) && !object.has(Flag::Locked))
    }

    /// The objects of a list that tools may change, with their shapes.
    pub fn editable(&self, ids: impl IntoIterator<Item = ObjectId>) -> Vec<(ObjectId, &'a Shape)> {
        ids.into_iter().filter_map(|id| Some((id, self.editable_shape(id)?))).collect()
    }

    /// The selected object with its shape, where it is one alone and may be changed.
    pub fn single_editable(&self) -> Option<(ObjectId, &'a Shape)> {
        let mut objects = self.selection.iter().filter_map(|id| Some((id, self.editable_shape(id)?)));
        objects.next().filter(|_| objects.next().is_none())
    }

    /// The part of a movement that leaves a rectangle inside the picture, where the person wants that. What
    /// already sticks out may stay, but goes no further.
    pub fn limit_movement(&self, bounds: &Rect, by: Vector) -> Vector {
        if !self.settings.keep_inside {
            return by;
        }
        let picture = self.picture_rect();
        let (to_min, to_max) = (picture.min - bounds.min, picture.max - bounds.max);
        Vector::new(
            by.x.max(to_min.x.min(0.0)).min(to_max.x.max(0.0)),
            by.y.max(to_min.y.min(0.0)).min(to_max.y.max(0.0)),
        )
    }
}
