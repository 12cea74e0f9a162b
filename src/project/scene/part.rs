//! One chunk of a scene: what is made of it, what is being made, what has changed since.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::NameSpot;
use super::chunk::{Chunk, Detail, EXACT, NUM_COARSE, detail_at};
use crate::base::jobs::Job;
use crate::edit::OrderKey;
use crate::geometry::Rect;
use crate::model::ObjectId;
use crate::render::{Camera, Layer};

/// Behind everything.
pub(super) const LOWEST: OrderKey = (i64::MIN, ObjectId::from_u128(0));

/// One chunk.
pub(super) struct Part {
    /// Objects from here to where the next part begins.
    pub(super) first: OrderKey,
    pub(super) made: Option<Made>,
    pub(super) job: Option<Flight>,
    /// Whether the objects, or what they are made with, have changed since the chunk, or the job, began.
    pub(super) is_stale: bool,
    /// Objects that changed since then.
    pub(super) changed: BTreeSet<ObjectId>,
    /// Objects that changed before the job began, and after what is shown.
    pub(super) changed_before_job: BTreeSet<ObjectId>,
    /// What was drawn before the chunk was made anew, until that has arrived on the GPU.
    pub(super) former: Vec<Arc<Layer>>,
    /// Whether `layers` is to be put together again.
    pub(super) is_dirty: bool,
    pub(super) layers: Vec<Arc<Layer>>,
}

pub(super) struct Flight {
    pub(super) job: Job<Vec<Chunk>>,
    /// Whether it makes the chunk anew; otherwise it adds another version.
    pub(super) replaces: bool,
}

/// A chunk as it is to be seen up to some zoom, or at any.
struct Version {
    layer: Layer,
    num_bytes: u64,
    /// The last frame that needed it.
    wanted_at: u64,
}

impl Version {
    fn new(layer: Layer) -> Self {
        Self { num_bytes: layer.num_bytes(), layer, wanted_at: 0 }
    }
}

pub(super) struct Made {
    versions: [Option<Version>; NUM_COARSE + 1],
    pub(super) max_zooms: [f64; NUM_COARSE],
    bounds: Rect,
    items: Vec<(ObjectId, u32)>,
    pub(super) names: Vec<NameSpot>,
}

impl Part {
    pub(super) fn new(first: OrderKey) -> Self {
        Self {
            first,
            made: None,
            job: None,
            is_stale: true,
            changed: BTreeSet::new(),
            changed_before_job: BTreeSet::new(),
            former: Vec::new(),
            is_dirty: true,
            layers: Vec::new(),
        }
    }

    pub(super) fn item_of(&self, id: ObjectId) -> Option<u32> {
        let items = &self.made.as_ref()?.items;
        items.binary_search_by_key(&id, |(id, _)| *id).ok().map(|at| items[at].1)
    }

    /// Whether the version for this zoom is there, or not worth making.
    pub(super) fn has_version(&self, camera: &Camera, zoom: f64) -> bool {
        self.made.as_ref().is_some_and(|made| {
            made.versions[detail_at(&made.max_zooms, zoom)].is_some()
                || !camera.visible_rect().expanded(40.0 / camera.zoom()).intersects(&made.bounds)
        })
    }

    /// Takes what was made; returns parts for the objects that were too many.
    pub(super) fn take(&mut self, chunks: Vec<Chunk>, replaces: bool) -> Vec<Self> {
        self.is_dirty = true;
        let mut chunks = chunks.into_iter();
        let Some(chunk) = chunks.next() else { return Vec::new() };
        match &mut self.made {
            Some(made) if !replaces => made.versions[chunk.detail] = Some(Version::new(chunk.layer)),
            _ => {
                if self.former.is_empty() {
                    self.former.clone_from(&self.layers);
                }
                self.changed_before_job.clear();
                self.made = Some(Made::new(chunk));
            }
        }
        let others = chunks.map(|chunk| Self {
            is_stale: self.is_stale,
            changed: self.changed.clone(),
            first: chunk.first,
            made: Some(Made::new(chunk)),
            ..Self::new(LOWEST)
        });
        others.collect()
    }
}

impl Made {
    fn new(chunk: Chunk) -> Self {
        let Chunk { detail, layer, max_zooms, bounds, items, names, .. } = chunk;
        let mut versions: [Option<Version>; NUM_COARSE + 1] = Default::default();
        versions[detail] = Some(Version::new(layer));
        Self { versions, max_zooms, bounds, items, names }
    }

    /// All versions as one layer.
    pub(super) fn layer(&self) -> Layer {
        let mut finest_first =
            (0..=EXACT).rev().filter_map(|d: Detail| Some((d, self.versions[d].as_ref()?)));
        let Some((_, finest)) = finest_first.next() else { return Layer::new() };
        finest_first.fold(finest.layer.clone(), |layer, (detail, version)| {
            layer.with_coarser(self.max_zooms[detail], &version.layer)
        })
    }
}

/// The version of a part that no frame has needed for a while.
pub(super) struct Unused {
    pub(super) wanted_at: u64,
    pub(super) num_bytes: u64,
    pub(super) part_index: usize,
    detail: Detail,
}

impl Part {
    /// Notes that a frame needs the version for a zoom.
    pub(super) fn note_wanted(&mut self, zoom: f64, frame: u64) {
        if let Some(made) = &mut self.made
            && let Some(version) = &mut made.versions[detail_at(&made.max_zooms, zoom)]
        {
            version.wanted_at = frame;
        }
    }

    /// The versions that this frame does not need, without the coarsest: there must always be something to see.
    pub(super) fn unused(&self, part_index: usize, frame: u64) -> impl Iterator<Item = Unused> {
        let versions = self.made.iter().flat_map(|made| made.versions.iter().enumerate());
        let there = versions.filter_map(|(detail, version)| Some((detail, version.as_ref()?)));
        there.skip(1).filter(move |(_, version)| version.wanted_at != frame).map(move |(detail, version)| {
            Unused { wanted_at: version.wanted_at, num_bytes: version.num_bytes, part_index, detail }
        })
    }

    /// Lets go of what stands in for the chunk, once nothing has to.
    pub(super) fn forget_former(&mut self) {
        if !self.former.is_empty() && self.layers.first().is_none_or(|layer| layer.has_arrived()) {
            self.former.clear();
            self.is_dirty = true;
        }
    }

    /// Lets go of a version.
    pub(super) fn forget(&mut self, unused: &Unused) {
        if let Some(made) = &mut self.made {
            made.versions[unused.detail] = None;
            self.is_dirty = true;
        }
    }
}
