//! The masks of a video, frame by frame: none covers another.

use crate::edit::shape_at;
use crate::formats::boxes::{RowDetails, TrackBuilder, still};
use crate::formats::trip::Outcome;
use crate::formats::trip::{Trip, back_to_front};
use crate::formats::{ExportPlan, Item, SchemaBuilder};
use crate::geometry::{Mask, Polygon, ellipse_polygon};
use crate::model::{Asset, Content, Object, Provenance, Shape, Track};
use crate::pixels::Size;

/// Ids are the class times this, plus the number of the object in its class.
pub(super) const IDS_PER_CLASS: usize = 1000;

/// The last class whose ids all fit into 16 bits.
const LAST_CLASS: usize = 64;

/// How far the polygon of an ellipse may leave its curve, before pixels are taken.
const ELLIPSE_TOLERANCE_PX: f64 = 0.05;

/// The masks of a video.
pub(super) struct MaskFrames {
    tracks: Vec<MaskTrack>,
    left_out: Vec<(usize, String)>,
    size: Size,
    num_frames: u32,
}

struct MaskTrack {
    object_index: usize,
    id: usize,
    track: Track,
}

impl MaskFrames {
    /// Looks through the objects of a video.
    pub fn new(item: &Item, plan: &ExportPlan) -> Self {
        let size = Size::new(item.asset.width, item.asset.height);
        let num_frames = crate::formats::sequences::length_of(item);
        let mut frames = Self { tracks: Vec::new(), left_out: Vec::new(), size, num_frames };
        let mut num_of_class = vec![0; plan.labels().len()];
        for index in back_to_front(&item.objects) {
            let object = &item.objects[index];
            match frames.id_and_track(object, plan, &mut num_of_class) {
                Ok((id, track)) => frames.tracks.push(MaskTrack { object_index: index, id, track }),
                Err(reason) => frames.left_out.push((index, reason)),
            }
        }
        frames
    }

    fn id_and_track(
        &self,
        object: &Object,
        plan: &ExportPlan,
        num_of_class: &mut [usize],
    ) -> Result<(usize, Track), String> {
        let label = plan.label_index(object.label).ok_or("it has no label")?;
        if self.size.num_pixels() == 0 {
            return Err("masks need the size of the video, and that is not known".to_owned());
        }
        let track = match &object.content {
            Content::Track(track) => track.clone(),
            // A shape without a time is on the whole video.
            Content::Shape(shape) => still(shape.clone()),
            Content::Span(_) | Content::Tag => return Err(format!("MOTS has no {}s", object.kind().name())),
        };
        let (class, number) = (label + 1, num_of_class[label]);
        if class > LAST_CLASS || number >= IDS_PER_CLASS {
            return Err(
                "MOTS has numbers for 64 labels with 1000 objects each, and they are used up".to_owned()
            );
        }
        num_of_class[label] += 1;
        Ok((class * IDS_PER_CLASS + number, track))
    }

    /// The number of frames.
    pub fn len(&self) -> u32 {
        self.num_frames
    }

    /// What is on a frame: ids with their masks, from back to front. Of pixels that several cover, the one in front
    /// has them.
    pub fn on_frame(&self, frame: u32) -> Vec<(usize, Mask)> {
        let mut covered = Mask::default();
        let mut found = Vec::new();
        for track in self.tracks.iter().rev() {
            let begins = track.track.keyframes.keys().next().is_some_and(|&first| first <= frame);
            let Some(at) = begins.then(|| shape_at(&track.track, frame)).flatten() else { continue };
            let Some(whole) = mask_of(&at.shape, self.size) else { continue };
            let mask = whole.subtract(&covered);
            if !mask.is_empty() {
                covered = covered.union(&whole);
                found.push((track.id, mask));
            }
        }
        found.reverse();
        found
    }

    /// What is read back.
    pub fn trip(
        &self,
        item: &Item,
        asset: Asset,
        plan: &ExportPlan,
        labels: &mut SchemaBuilder,
        format: &str,
    ) -> Trip {
        let mut builder = TrackBuilder::new();
        for frame in 0..self.num_frames {
            for (id, mask) in self.on_frame(frame) {
                let name = &super::classes_of(plan)[id / IDS_PER_CLASS - 1];
                let label = labels.label(name);
                builder.add(id as i64, label, frame, Shape::Mask(mask), RowDetails::default());
            }
        }
        let mut objects = builder.finish(None, format, "");
        let id_of = |object: &Object| match &object.provenance {
            Provenance::Import { id, .. } => id.as_ref().and_then(|id| id.parse::<usize>().ok()),
            _ => None,
        };
        let nothing = || Outcome::LeftOut("it covers no pixel that is not covered by another".to_owned());
        let mut outcomes: Vec<Outcome> = item.objects.iter().map(|_| nothing()).collect();
        for track in &self.tracks {
            if let Some(at) = objects.iter().position(|object| id_of(object) == Some(track.id)) {
                outcomes[track.object_index] = Outcome::Becomes(vec![objects.swap_remove(at)]);
            }
        }
        for (index, reason) in &self.left_out {
            outcomes[*index] = Outcome::LeftOut(reason.clone());
        }
        Trip { asset: Some(asset), outcomes }
    }
}

/// The pixels of a shape inside the picture; `None` when it covers none.
fn mask_of(shape: &Shape, size: Size) -> Option<Mask> {
    let of_polygon = |polygon: &Polygon| Mask::from_polygon(polygon, size.width, size.height);
    let mask = match shape {
        Shape::Mask(mask) => mask.clipped(size.width, size.height),
        Shape::Polygon(polygon) => of_polygon(polygon),
        Shape::Box(shape) => of_polygon(&Polygon::from_rect(&shape.0)),
        Shape::RotatedBox(shape) => of_polygon(&Polygon::from_ring(shape.corners().to_vec())),
        Shape::Ellipse(shape) => {
            let ring = ellipse_polygon(shape.center, shape.radii, shape.angle, ELLIPSE_TOLERANCE_PX);
            of_polygon(&Polygon::from_ring(ring))
        }
        Shape::Polyline(_) | Shape::Points(_) | Shape::Skeleton(_) | Shape::Cuboid(_) => return None,
    };
    (!mask.is_empty()).then_some(mask)
}
