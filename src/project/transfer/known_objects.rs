//! Which objects a picture bears already.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::edit::Json;
use crate::formats::SchemaBuilder;
use crate::model::{AssetId, Object};
use crate::store::{Reader, StoreError};

/// The objects of the pictures that an import has touched, as hashes of their labels and shapes.
#[derive(Default)]
pub(super) struct KnownObjects {
    by_asset: HashMap<AssetId, OnAsset>,
}

struct OnAsset {
    /// How many there are of each.
    num_by_hash: HashMap<u64, u32>,
    next_z: i64,
}

impl KnownObjects {
    /// Takes those objects out that are on the picture already, each as often as it is there, and puts the rest in
    /// front of what is there. Returns how many were taken out.
    pub fn keep_new(
        &mut self,
        asset: AssetId,
        objects: &mut Vec<Object>,
        reader: &Reader,
        labels: &SchemaBuilder,
    ) -> Result<u64, StoreError> {
        let on_asset = match self.by_asset.entry(asset) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(OnAsset::read(asset, reader, labels)?)
            }
        };
        let num_before = objects.len();
        objects.retain(|object| match on_asset.num_by_hash.get_mut(&hash_of(object, labels)) {
            Some(number) if *number > 0 => {
                *number -= 1;
                false
            }
            _ => true,
        });
        let lowest = objects.iter().map(|object| object.z).min().unwrap_or(0);
        let base = on_asset.next_z;
        for object in objects.iter_mut().filter(|_| base > 0) {
            object.z = base.saturating_add(object.z.saturating_sub(lowest));
        }
        Ok((num_before - objects.len()) as u64)
    }
}

impl OnAsset {
    fn read(asset: AssetId, reader: &Reader, labels: &SchemaBuilder) -> Result<Self, StoreError> {
        let document = reader.document(asset)?;
        let mut num_by_hash = HashMap::new();
        for object in document.objects() {
            *num_by_hash.entry(hash_of(object, labels)).or_insert(0) += 1;
        }
        Ok(Self { num_by_hash, next_z: document.alive().next_z() })
    }
}

/// Equal for objects with the same label and content. A merged label is the one that took its place.
fn hash_of(object: &Object, labels: &SchemaBuilder) -> u64 {
    let mut hasher = DefaultHasher::new();
    object.label.map(|id| labels.get(id).map_or(id, |label| label.id)).hash(&mut hasher);
    Json::of(&object.content).as_str().hash(&mut hasher);
    hasher.finish()
}
