//! The layers of objects, kept from frame to frame and made anew where something changed.

use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::Arc;
use std::time::Duration;

use super::chunk::{ChunkInput, ChunkSize};
use super::paint::{Look, Painter};
use super::part::{Flight, LOWEST, Part, Unused};
use super::{NameSpot, SceneStyle};
use crate::base::cpu_time::CpuBudget;
use crate::base::jobs::{JobPool, Priority};
use crate::edit::{Objects, OrderKey, Revision};
use crate::model::{AssetId, Flag, Object, ObjectId, Schema};
use crate::render::{Camera, Layer};

/// What is to be seen.
#[derive(Clone, Copy)]
pub struct SceneView<'a> {
    /// The objects.
    pub objects: &'a Objects,
    /// Their labels.
    pub schema: &'a Arc<Schema>,
    /// How they are drawn.
    pub style: SceneStyle,
    /// How much they stand out.
    pub look: Look,
    /// From where.
    pub camera: Camera,
    /// Which objects are there at all. Hidden ones are not, whatever it says.
    pub is_shown: &'a dyn Fn(&Object) -> bool,
    /// Changes when `is_shown` answers differently.
    pub shown_key: u64,
    /// Objects that are drawn elsewhere now. Changing them is cheap; there should be few.
    pub left_out: &'a BTreeSet<ObjectId>,
}

impl SceneView<'_> {
    fn shows(&self, object: &Object) -> bool {
        !object.has(Flag::Hidden) && (self.is_shown)(object)
    }

    fn made_with(&self) -> MadeWith {
        let Self { schema, style, look, shown_key, .. } = *self;
        MadeWith { schema: Arc::clone(schema), style, look, shown_key }
    }
}

/// Who makes layers.
#[derive(Clone, Copy)]
pub enum Workers<'a> {
    /// The caller, all at once.
    Here,
    /// Background jobs; the function is called when one is done and another frame is due.
    Pool(&'a JobPool, &'a Arc<dyn Fn() + Send + Sync>),
}

/// What chunks are made with, besides the objects.
#[derive(Clone)]
struct MadeWith {
    schema: Arc<Schema>,
    style: SceneStyle,
    look: Look,
    shown_key: u64,
}

impl PartialEq for MadeWith {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.schema, &other.schema)
            && (self.style, self.look, self.shown_key) == (other.style, other.look, other.shown_key)
    }
}

/// Of a frame, handing objects to jobs takes no more processor time than this.
const BUDGET: Duration = Duration::from_millis(2);
/// More jobs do not wait at once: what is looked at may change. So many that the workers do not run out of them while a
/// frame is drawn, which takes long without a GPU.
const MAX_JOBS: usize = 192;
/// Chunks with fewer points are made at once.
const MAX_POINTS_AT_ONCE: usize = 1500;
/// After more changes at once everything is made anew.
const MAX_CHANGES: usize = 2000;
/// The next version is made before zooming in by this factor needs it.
const AHEAD: f64 = 1.6;
/// See [`Scene::max_unused_bytes`].
const MAX_UNUSED_BYTES: u64 = 64 << 20;

/// The layers of one asset's objects, kept from frame to frame.
pub struct Scene {
    asset: Option<AssetId>,
    revision: Option<Revision>,
    made_with: Option<MadeWith>,
    left_out: BTreeSet<ObjectId>,
    /// From the back to the front.
    parts: Vec<Part>,
    /// Where the objects begin that are not divided among parts yet; `None` when all are.
    undivided: Option<Bound<OrderKey>>,
    /// What was there before everything was made anew; shown until that is done.
    before: Vec<Arc<Layer>>,
    layers: Vec<Arc<Layer>>,
    /// Counts the calls of [`Scene::layers`].
    frame: u64,
    /// What no frame needs now is kept up to this, here and once more on the GPU: one may zoom back.
    max_unused_bytes: u64,
}

impl Default for Scene {
    fn default() -> Self {
        Self {
            asset: None,
            revision: None,
            made_with: None,
            left_out: BTreeSet::new(),
            parts: Vec::new(),
            undivided: None,
            before: Vec::new(),
            layers: Vec::new(),
            frame: 0,
            max_unused_bytes: MAX_UNUSED_BYTES,
        }
    }
}

impl Scene {
    /// Changes how much is kept of what no frame needs.
    #[cfg(test)]
    pub(super) fn set_max_unused_bytes(&mut self, max_unused_bytes: u64) {
        self.max_unused_bytes = max_unused_bytes;
    }

    /// The layers of all objects, from back to front. Layers in which nothing changed since the last call are the
    /// same `Arc`s as then.
    pub fn layers(&mut self, view: &SceneView<'_>, workers: Workers<'_>) -> Vec<Arc<Layer>> {
        let time = CpuBudget::new(BUDGET);
        let has_time = || matches!(workers, Workers::Here) || !time.is_spent();
        self.parts.iter_mut().for_each(Part::forget_former);
        self.take_results();
        self.follow(view);
        self.divide(view, workers, &has_time);
        self.request(view, workers, &has_time);
        self.forget_unused(&view.camera);
        self.put_together(view);
        self.layers.clone()
    }

    /// Whether everything is made as it is to be seen, as of the last call.
    pub fn is_settled(&self) -> bool {
        self.undivided.is_none() && self.parts.iter().all(|part| part.job.is_none() && !part.is_stale)
    }

    /// Whether another frame is due although nothing happened: there was more to hand to jobs than a frame has time
    /// for.
    pub fn has_more_to_hand_out(&self) -> bool {
        let num_jobs = self.num_jobs();
        let waits =
            self.undivided.is_some() || self.parts.iter().any(|part| part.is_stale && part.job.is_none());
        waits && num_jobs < MAX_JOBS
    }

    /// The largest objects all over the picture, in no order. Not all objects: some of each chunk.
    pub fn name_spots(&self) -> impl Iterator<Item = &NameSpot> {
        self.parts.iter().filter_map(|part| part.made.as_ref()).flat_map(|made| &made.names)
    }

    fn num_jobs(&self) -> usize {
        self.parts.iter().filter(|part| part.job.is_some()).count()
    }

    fn take_results(&mut self) {
        let mut at = 0;
        while at < self.parts.len() {
            let part = &mut self.parts[at];
            at += 1;
            let Some(result) = part.job.as_ref().and_then(|flight| flight.job.poll()) else { continue };
            let replaces = part.job.take().is_some_and(|flight| flight.replaces);
            match result {
                Ok(chunks) => {
                    let others = part.take(chunks, replaces);
                    at += others.len();
                    self.parts.splice(at - others.len()..at - others.len(), others);
                }
                Err(error) => log::error!("objects could not be made ready to be drawn: {error}"),
            }
        }
    }

    /// Takes note of what has changed since the last call.
    fn follow(&mut self, view: &SceneView<'_>) {
        let objects = view.objects;
        let changed: Option<BTreeSet<ObjectId>> = self
            .revision
            .filter(|_| self.asset == Some(objects.asset()))
            .and_then(|revision| objects.changed_since(revision))
            .map(|changed| changed.collect());
        match changed {
            Some(changed) if changed.len() <= MAX_CHANGES => {
                for id in changed {
                    self.mark(objects, id, true);
                }
            }
            _ => {
                let is_same_asset = self.asset == Some(objects.asset());
                let mut before = std::mem::take(&mut self.layers);
                before.retain(|_| is_same_asset);
                *self = Self {
                    asset: Some(objects.asset()),
                    undivided: Some(Bound::Unbounded),
                    layers: before.clone(),
                    before,
                    ..Self::default()
                };
            }
        }
        self.revision = Some(objects.revision());
        let made_with = view.made_with();
        if self.made_with.as_ref() != Some(&made_with) {
            self.parts.iter_mut().for_each(|part| part.is_stale = true);
            self.made_with = Some(made_with);
        }
        if self.left_out != *view.left_out {
            let before = std::mem::replace(&mut self.left_out, view.left_out.clone());
            for id in before.symmetric_difference(view.left_out) {
                self.mark(objects, *id, false);
            }
        }
    }

    /// Notes that an object has changed, or is to be left out or no longer, wherever it is and was.
    fn mark(&mut self, objects: &Objects, id: ObjectId, has_changed: bool) {
        let place = objects.object(id).and_then(|object| self.part_at((object.z, id)));
        let is_drawn_there = place.is_some_and(|at| self.parts[at].item_of(id).is_some());
        let former = if is_drawn_there {
            None
        } else {
            // Another z than before, new, or gone.
            self.parts.iter().position(|part| part.item_of(id).is_some())
        };
        for at in place.into_iter().chain(former) {
            let part = &mut self.parts[at];
            part.is_dirty = true;
            if has_changed {
                part.changed.insert(id);
                part.is_stale = true;
            }
        }
    }

    /// The part that an object at this place in the z order belongs to.
    fn part_at(&self, key: OrderKey) -> Option<usize> {
        self.parts.partition_point(|part| part.first <= key).checked_sub(1)
    }

    /// Divides objects among parts, from the back to the front.
    fn divide(&mut self, view: &SceneView<'_>, workers: Workers<'_>, has_time: &impl Fn() -> bool) {
        let mut num_jobs = self.num_jobs();
        while let Some(start) = self.undivided.filter(|_| num_jobs < MAX_JOBS && has_time()) {
            let (mut size, mut objects, mut first, mut end) = (ChunkSize::default(), Vec::new(), None, None);
            for object in view.objects.in_order_within((start, Bound::Unbounded)) {
                let key = (object.z, object.id);
                first.get_or_insert(key);
                if view.shows(object) {
                    objects.push(Arc::clone(object));
                }
                if size.add(object) {
                    end = Some(key);
                    break;
                }
            }
            self.undivided = end.map(Bound::Excluded);
            if first.is_some() || self.parts.is_empty() {
                let first = first.filter(|_| !self.parts.is_empty()).unwrap_or(LOWEST);
                self.parts.push(Part::new(first));
                self.make(
                    self.parts.len() - 1,
                    objects,
                    size.num_points(),
                    view,
                    workers,
                    view.camera.zoom(),
                );
                num_jobs += 1;
            }
        }
    }

    /// Has made what is stale or not there as it is to be seen.
    fn request(&mut self, view: &SceneView<'_>, workers: Workers<'_>, has_time: &impl Fn() -> bool) {
        let mut num_jobs = self.num_jobs();
        let zoom = view.camera.zoom();
        // What is needed first; then, when there is nothing else to do, what will be.
        for wanted_zoom in [zoom, zoom * AHEAD] {
            if wanted_zoom > zoom && num_jobs > 0 {
                return;
            }
            let mut at = 0;
            while at < self.parts.len() && num_jobs < MAX_JOBS && has_time() {
                let part = &self.parts[at];
                if part.job.is_none() && (part.is_stale || !part.has_version(&view.camera, wanted_zoom)) {
                    let (objects, num_points) = self.objects_of(at, view);
                    self.make(at, objects, num_points, view, workers, wanted_zoom);
                    num_jobs += usize::from(self.parts[at].job.is_some());
                }
                at += 1;
            }
        }
    }

    /// Lets go of versions that were not needed for longest, where there are too many.
    fn forget_unused(&mut self, camera: &Camera) {
        let zoom = camera.zoom();
        self.frame += 1;
        for part in &mut self.parts {
            part.note_wanted(zoom, self.frame);
            part.note_wanted(zoom * AHEAD, self.frame);
        }
        // Until the right version is there, another is shown.
        let parts = self.parts.iter().enumerate().filter(|(_, part)| part.has_version(camera, zoom));
        let mut unused: Vec<Unused> = parts.flat_map(|(at, part)| part.unused(at, self.frame)).collect();
        let mut num_bytes: u64 = unused.iter().map(|unused| unused.num_bytes).sum();
        if num_bytes <= self.max_unused_bytes {
            return;
        }
        unused.sort_unstable_by_key(|unused| unused.wanted_at);
        for unused in unused {
            if num_bytes <= self.max_unused_bytes {
                break;
            }
            self.parts[unused.part_index].forget(&unused);
            num_bytes -= unused.num_bytes;
        }
    }

    fn objects_of(&self, at: usize, view: &SceneView<'_>) -> (Vec<Arc<Object>>, usize) {
        let end = match (self.parts.get(at + 1), self.undivided) {
            (Some(next), _) => Bound::Excluded(next.first),
            // What is not divided begins after this key.
            (None, Some(Bound::Excluded(last))) => Bound::Included(last),
            (None, _) => Bound::Unbounded,
        };
        let mut num_points = 0;
        let range = (Bound::Included(self.parts[at].first), end);
        let shown = view.objects.in_order_within(range).filter(|object| view.shows(object));
        let objects = shown
            .inspect(|object| num_points += object.as_shape().map_or(4, super::chunk::num_points))
            .cloned()
            .collect();
        (objects, num_points)
    }

    /// Makes a part of these objects, here or by a job.
    fn make(
        &mut self,
        at: usize,
        objects: Vec<Arc<Object>>,
        num_points: usize,
        view: &SceneView<'_>,
        workers: Workers<'_>,
        zoom: f64,
    ) {
        let in_conflict = view.objects.in_conflict();
        let is_of_part = |id: &ObjectId| !in_conflict.is_empty() && in_conflict.contains(id);
        let input = ChunkInput {
            in_conflict: objects.iter().map(|object| object.id).filter(is_of_part).collect(),
            objects,
            schema: Arc::clone(view.schema),
            style: view.style,
            look: view.look,
            zoom,
            max_zooms: self.parts[at].made.as_ref().map(|made| made.max_zooms),
        };
        let part = &mut self.parts[at];
        let replaces = part.is_stale;
        if replaces {
            part.is_stale = false;
            let changed = std::mem::take(&mut part.changed);
            part.changed_before_job.extend(changed);
        }
        match workers {
            Workers::Pool(pool, wake) if num_points > MAX_POINTS_AT_ONCE => {
                let wake = Arc::clone(wake);
                let job = pool.submit(Priority::Now, move || wake(), move |_| input.make());
                part.job = Some(Flight { job, replaces });
            }
            Workers::Pool(..) | Workers::Here => {
                let others = part.take(input.make(), replaces);
                self.parts.splice(at + 1..at + 1, others);
            }
        }
    }

    fn put_together(&mut self, view: &SceneView<'_>) {
        let mut is_dirty = self.parts.iter().any(|part| part.is_dirty);
        if self.undivided.is_none() && self.parts.iter().all(|part| part.made.is_some()) {
            is_dirty |= !self.before.is_empty();
            self.before.clear();
        }
        if !is_dirty {
            return;
        }
        let painter = Painter::new(view.schema, view.style);
        for at in 0..self.parts.len() {
            if self.parts[at].is_dirty {
                let end = self.parts.get(at + 1).map(|next| next.first);
                let left_out = &self.left_out;
                let part = &mut self.parts[at];
                part.is_dirty = false;
                part.layers = part_layers(part, end, left_out, view, &painter);
            }
        }
        let made = self.parts.iter().flat_map(|part| &part.layers);
        self.layers = self.before.iter().chain(made).cloned().collect();
    }
}

/// The layer of a chunk without what is drawn elsewhere, and above it one with what has changed since it was made.
fn part_layers(
    part: &Part,
    end: Option<OrderKey>,
    left_out: &BTreeSet<ObjectId>,
    view: &SceneView<'_>,
    painter: &Painter<'_>,
) -> Vec<Arc<Layer>> {
    let mut layers = Vec::new();
    let changed = || part.changed.iter().chain(&part.changed_before_job).copied();
    if let Some(made) = &part.made {
        let hidden: Vec<u32> =
            changed().chain(left_out.iter().copied()).filter_map(|id| part.item_of(id)).collect();
        let layer = made.layer();
        let layer = if hidden.is_empty() { layer } else { layer.without(hidden) };
        if !layer.is_empty() {
            layers.push(Arc::new(layer.in_place_of(&part.former)));
        }
    }
    let is_here = |object: &&Object| {
        let key = (object.z, object.id);
        key >= part.first && end.is_none_or(|end| key < end)
    };
    let mut fresh: Vec<&Object> = changed()
        .filter(|id| !left_out.contains(id))
        .filter_map(|id| view.objects.object(id))
        .filter(|object| is_here(object) && view.shows(object))
        .collect();
    fresh.sort_unstable_by_key(|object| (object.z, object.id));
    fresh.dedup_by_key(|object| object.id);
    if !fresh.is_empty() {
        let mut layer = Layer::new().at_once();
        for object in fresh {
            let is_in_conflict = view.objects.in_conflict().contains(&object.id);
            painter.object(&mut layer, object, view.look, is_in_conflict);
        }
        layers.push(Arc::new(layer));
    }
    layers
}
