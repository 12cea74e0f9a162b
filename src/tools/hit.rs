//! What lies under the pointer, and what a band takes.

use std::collections::HashSet;
use std::sync::Arc;

use super::outline::{Edge, edges, vertices};
use super::{BandMode, ToolContext};
use crate::edit::{Objects, Revision};
use crate::geometry::{Point, Rect, SpatialIndex};
use crate::model::{Object, ObjectId, Shape};

/// Objects by place, as of one of their states.
#[derive(Clone, Debug, Default)]
pub struct HitIndex {
    objects: SpatialIndex<ObjectId>,
    /// Their state.
    revision: Option<Revision>,
}

/// When more than one in this many objects changed, making the index anew is faster than following.
const MIN_SHARE_TO_REBUILD: usize = 8;

impl HitIndex {
    /// The index of objects as they are.
    pub fn new(objects: &Objects) -> Self {
        let placed = |object: &Arc<Object>| Some((object.id, object.bounds()?));
        Self { objects: objects.in_order().filter_map(placed).collect(), revision: Some(objects.revision()) }
    }

    /// Follows the objects to their present state, at the cost of what changed. Returns whether anything had.
    pub fn follow(&mut self, objects: &Objects) -> bool {
        let Some(known) = self.revision else {
            *self = Self::new(objects);
            return true;
        };
        if known == objects.revision() {
            return false;
        }
        let changed: Option<HashSet<ObjectId>> = objects.changed_since(known).map(Iterator::collect);
        match changed {
            Some(changed) if changed.len() * MIN_SHARE_TO_REBUILD < self.len() + 256 => {
                for id in changed {
                    match objects.object(id).and_then(Object::bounds) {
                        Some(bounds) => drop(self.objects.insert(id, bounds)),
                        None => drop(self.objects.remove(&id)),
                    }
                }
                self.revision = Some(objects.revision());
            }
            _ => *self = Self::new(objects),
        }
        true
    }

    /// How many objects it holds.
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// Whether it holds no objects.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// The bounds of an object's shape.
    pub fn bounds(&self, id: ObjectId) -> Option<Rect> {
        self.objects.rect(&id)
    }

    /// The bounds around some objects; [`Rect::EMPTY`] when there are none.
    pub fn bounds_around(&self, ids: impl IntoIterator<Item = ObjectId>) -> Rect {
        let bounds = ids.into_iter().filter_map(|id| self.bounds(id));
        bounds.fold(Rect::EMPTY, |all, bounds| all.union(&bounds))
    }

    /// The objects whose bounds share at least a point with the rectangle, in no order.
    pub fn within(&self, rect: &Rect) -> impl Iterator<Item = ObjectId> {
        self.objects.query_rect(rect).copied()
    }
}

/// The objects at a point that a person can pick, the best one first.
///
/// Those hit on a line, an edge or a point come before those hit inside, and the smaller before the larger: a
/// small object can always be reached, even behind a large one. Of equally large ones that in front comes first.
pub fn objects_at(ctx: &ToolContext, at: Point) -> Vec<ObjectId> {
    let tolerance_px = ctx.image_px(ctx.settings.hit_distance_screen_px);
    let around = Rect { min: at, max: at }.expanded(tolerance_px);
    let mut hits: Vec<_> = pickable(ctx, &around)
        .filter_map(|(object, shape)| {
            let is_on_outline = shape.geometry().outline_distance(at) <= tolerance_px;
            let is_hit = is_on_outline || shape.geometry().contains(at);
            is_hit.then(|| (!is_on_outline, shape.area(), object))
        })
        .collect();
    hits.sort_by(|(a_inside, a_area, a), (b_inside, b_area, b)| {
        let in_front = || (b.z, b.id).cmp(&(a.z, a.id));
        a_inside.cmp(b_inside).then(a_area.total_cmp(b_area)).then_with(in_front)
    });
    hits.into_iter().map(|(_, _, object)| object.id).collect()
}

/// The objects that a band takes, from the back to the front; not all, where there are more than `max_objects`.
pub fn objects_in(ctx: &ToolContext, band: &Rect, mode: BandMode, max_objects: usize) -> Vec<ObjectId> {
    let is_inside =
        |object: &Object| ctx.hits.bounds(object.id).is_some_and(|bounds| band.contains_rect(&bounds));
    let mut taken: Vec<_> = pickable(ctx, band)
        .filter(|(object, shape)| match mode {
            BandMode::Containing => is_inside(object),
            BandMode::Touching => is_inside(object) || touches(shape, band),
        })
        .map(|(object, _)| (object.z, object.id))
        .take(max_objects)
        .collect();
    taken.sort_unstable();
    taken.into_iter().map(|(_, id)| id).collect()
}

fn pickable<'a>(ctx: &ToolContext<'a>, rect: &Rect) -> impl Iterator<Item = (&'a Object, &'a Shape)> {
    let ctx = *ctx;
    ctx.hits.within(rect).filter_map(move |id| {
        let object = ctx.objects.object(id)?;
        Some((object, ctx.editable_shape_of(object)?))
    })
}

/// Whether a shape, its lines or its area, shares a point with a rectangle.
pub fn touches(shape: &Shape, rect: &Rect) -> bool {
    let bounds = shape.bounds();
    if !bounds.intersects(rect) || rect.contains_rect(&bounds) {
        return bounds.intersects(rect);
    }
    if let Shape::Mask(mask) = shape {
        return mask.iter_spans().any(|(row, start, end)| {
            Rect::from_corners(
                Point::new(f64::from(start), f64::from(row)),
                Point::new(f64::from(end), f64::from(row) + 1.0),
            )
            .intersects(rect)
        });
    }
    vertices(shape).iter().any(|(_, p)| rect.contains(*p))
        || edges(shape).iter().any(|edge| edge_touches(edge, rect))
        || shape.geometry().contains(rect.min)
}

/// Whether an edge shares a point with a rectangle: what is left of it after clipping (Liang and Barsky, 1984).
fn edge_touches(edge: &Edge, rect: &Rect) -> bool {
    let along = edge.to - edge.from;
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    let sides = [
        (-along.x, edge.from.x - rect.min.x),
        (along.x, rect.max.x - edge.from.x),
        (-along.y, edge.from.y - rect.min.y),
        (along.y, rect.max.y - edge.from.y),
    ];
    for (outwards, room) in sides {
        if outwards == 0.0 {
            if room < 0.0 {
                return false;
            }
        } else if outwards < 0.0 {
            enter = enter.max(room / outwards);
        } else {
            leave = leave.min(room / outwards);
        }
    }
    enter <= leave
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Mask, Polygon, Vector};
    use crate::model::shape::{EllipseShape, PolylineShape};

    fn rect(x0: f64, y0: f64, x1: f64, y1: f64) -> Rect {
        Rect::from_corners(Point::new(x0, y0), Point::new(x1, y1))
    }

    #[test]
    fn a_band_touches_what_is_there_and_not_what_is_around_it() {
        let corner = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0)].map(|(x, y)| Point::new(x, y)).to_vec();
        let triangle = Shape::Polygon(Polygon::from_ring(corner.clone()));
        let line = Shape::Polyline(PolylineShape(corner));
        let ellipse = Shape::Ellipse(EllipseShape {
            center: Point::new(50.0, 50.0),
            radii: Vector::new(50.0, 50.0),
            angle: 0.0,
        });
        let mask = Shape::Mask(Mask { left: 0, top: 0, width: 2, height: 2, runs: vec![0, 1, 2, 1] });

        assert!(touches(&triangle, &rect(60.0, 20.0, 70.0, 30.0)), "a band inside");
        assert!(!touches(&triangle, &rect(5.0, 60.0, 40.0, 90.0)), "a band in the bounds, but beside it");
        assert!(touches(&line, &rect(90.0, 40.0, 110.0, 60.0)), "a band across a line");
        assert!(!touches(&line, &rect(60.0, 20.0, 70.0, 30.0)), "a line has no inside");
        assert!(!touches(&ellipse, &rect(0.0, 0.0, 10.0, 10.0)), "a corner of the bounds");
        assert!(touches(&ellipse, &rect(0.0, 45.0, 10.0, 55.0)));
        assert!(touches(&mask, &rect(0.2, 0.2, 0.5, 0.5)));
        assert!(!touches(&mask, &rect(1.2, 0.2, 1.5, 0.5)), "a clear pixel");
    }
}
