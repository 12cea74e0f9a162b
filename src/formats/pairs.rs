//! A figure with its joints: many formats write an outline and a skeleton as one record, where the model has two
//! objects in a group.

use std::collections::HashMap;

use crate::model::{GroupId, Object, Shape};

/// What one record says: an area, a skeleton, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Figure {
    /// The position of the object that has no skeleton; of the only one.
    pub main: usize,
    /// The position of the skeleton that belongs to it.
    pub skeleton: Option<usize>,
}

/// The figures among the objects at the given positions, in their order. A group makes a figure when it consists
/// of one area and one skeleton with the same label, and the skeleton carries nothing else that would be lost.
pub(super) fn figures(objects: &[Object], order: &[usize]) -> Vec<Figure> {
    let mut groups: HashMap<GroupId, Vec<usize>> = HashMap::new();
    for &index in order {
        if let Some(group) = objects[index].group {
            groups.entry(group).or_default().push(index);
        }
    }
    let mut skeleton_of = HashMap::new();
    for members in groups.values() {
        if let [a, b] = members[..] {
            let (area, skeleton) = if is_skeleton(&objects[a]) { (b, a) } else { (a, b) };
            if belong_together(&objects[area], &objects[skeleton]) {
                skeleton_of.insert(area, skeleton);
            }
        }
    }
    let paired: Vec<usize> = skeleton_of.values().copied().collect();
    order
        .iter()
        .filter(|index| !paired.contains(index))
        .map(|&main| Figure { main, skeleton: skeleton_of.get(&main).copied() })
        .collect()
}

fn is_skeleton(object: &Object) -> bool {
    matches!(object.as_shape(), Some(Shape::Skeleton(_)))
}

fn belong_together(area: &Object, skeleton: &Object) -> bool {
    let is_area = match area.as_shape() {
        Some(
            Shape::Box(_) | Shape::RotatedBox(_) | Shape::Ellipse(_) | Shape::Polygon(_) | Shape::Mask(_),
        ) => true,
        Some(Shape::Polyline(_) | Shape::Points(_) | Shape::Skeleton(_) | Shape::Cuboid(_)) | None => false,
    };
    let carries_nothing =
        skeleton.attributes.is_empty() && skeleton.flags.is_empty() && skeleton.comment.is_empty();
    is_area && is_skeleton(skeleton) && area.label == skeleton.label && carries_nothing
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Point, Rect};
    use crate::model::ObjectId;
    use crate::model::shape::{Joint, SkeletonShape, Visibility};

    fn object(id: u128, is_skeleton: bool, group: Option<u128>) -> Object {
        let joint = Joint { position: Point::new(1.0, 1.0), visibility: Visibility::Visible };
        let shape = if is_skeleton {
            Shape::Skeleton(SkeletonShape(vec![joint]))
        } else {
            Shape::from_rect(Rect::from_xywh(0.0, 0.0, 2.0, 2.0))
        };
        let mut object = Object::shape(ObjectId::from_u128(id), shape, None);
        object.group = group.map(GroupId::from_u128);
        object
    }

    #[test]
    fn an_area_and_a_skeleton_of_one_group_are_one_figure() {
        let objects = [
            object(1, true, Some(7)),
            object(2, false, Some(7)),
            object(3, false, None),
            object(4, true, None),
        ];
        let figures = figures(&objects, &[0, 1, 2, 3]);
        let found: Vec<_> = figures.iter().map(|figure| (figure.main, figure.skeleton)).collect();
        assert_eq!(found, [(1, Some(0)), (2, None), (3, None)]);
    }

    #[test]
    fn larger_groups_and_groups_of_equals_stay_apart() {
        let three = [object(1, true, Some(7)), object(2, false, Some(7)), object(3, false, Some(7))];
        assert_eq!(figures(&three, &[0, 1, 2]).len(), 3);
        let equals = [object(1, false, Some(7)), object(2, false, Some(7))];
        assert_eq!(figures(&equals, &[0, 1]).len(), 2);
    }
}
