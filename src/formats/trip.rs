//! What becomes of an item on the way through a format and back: the ground on which preflight and the check
//! after writing stand.

use crate::model::{Asset, AssetSource, Object};

use super::Item;

/// What becomes of one object.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// These objects are read back in its place.
    Becomes(Vec<Object>),
    /// It is not written; why, as a part of a sentence.
    LeftOut(String),
}

/// An item after the trip.
#[derive(Clone, Debug, PartialEq)]
pub struct Trip {
    /// The picture as it is read back; `None` when it is left out as a whole.
    pub asset: Option<Asset>,
    /// For each object of the item, in order, what becomes of it.
    pub outcomes: Vec<Outcome>,
}

impl Trip {
    /// An item that is left out as a whole.
    pub(super) fn left_out(item: &Item, reason: &str) -> Self {
        Self { asset: None, outcomes: vec![Outcome::LeftOut(reason.to_owned()); item.objects.len()] }
    }
}

/// The objects of an item as records of a format.
#[derive(Clone, Debug)]
pub(super) struct Encoded<R> {
    /// The records in the order in which they are written, each with the positions of its objects.
    pub records: Vec<(Vec<usize>, R)>,
    /// The positions of the objects that are not written, and why.
    pub left_out: Vec<(usize, String)>,
}

impl<R> Default for Encoded<R> {
    fn default() -> Self {
        Self { records: Vec::new(), left_out: Vec::new() }
    }
}

impl<R> Encoded<R> {
    /// Notes that an object is not written.
    pub fn leave_out(&mut self, index: usize, reason: impl Into<String>) {
        self.left_out.push((index, reason.into()));
    }

    /// The trip: each record is read by `decode`. A record of several objects gives them back in order.
    pub fn trip(self, item: &Item, asset: Asset, mut decode: impl FnMut(&R) -> Vec<Object>) -> Trip {
        let nothing = || Outcome::LeftOut("it has no place in this format".to_owned());
        let mut outcomes: Vec<Outcome> = item.objects.iter().map(|_| nothing()).collect();
        for (sources, record) in &self.records {
            let mut decoded = decode(record).into_iter();
            for (i, &source) in sources.iter().enumerate() {
                let num_taken = if i + 1 == sources.len() { usize::MAX } else { 1 };
                let objects: Vec<Object> = decoded.by_ref().take(num_taken).collect();
                match &mut outcomes[source] {
                    Outcome::Becomes(known) => known.extend(objects),
                    outcome @ Outcome::LeftOut(_) if !objects.is_empty() => {
                        *outcome = Outcome::Becomes(objects)
                    }
                    Outcome::LeftOut(_) => {}
                }
            }
        }
        for (index, reason) in self.left_out {
            outcomes[index] = Outcome::LeftOut(reason);
        }
        Trip { asset: Some(asset), outcomes }
    }
}

/// The positions of the objects from back to front: the order in which formats list them.
pub(super) fn back_to_front(objects: &[Object]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..objects.len()).collect();
    order.sort_by_key(|&index| objects[index].z);
    order
}

/// The asset as a format gives it back: nothing but path, size and subset.
pub(super) fn bare_asset(asset: &Asset, path: String, subset: Option<&str>) -> Asset {
    let mut bare = Asset::picture(asset.id, path, asset.width, asset.height);
    (bare.kind, bare.video) = (asset.kind, asset.video.clone());
    if bare.source.as_str().contains("://") {
        bare.source = AssetSource::Url(bare.source.as_str().to_owned());
    }
    bare.subset = subset.map(str::to_owned);
    bare
}
