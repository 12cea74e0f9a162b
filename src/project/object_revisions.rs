//! When the objects of each asset changed last, so that what is drawn of them elsewhere is drawn anew.

use std::collections::HashMap;

use crate::model::AssetId;

/// Revisions of the project, by asset.
#[derive(Debug, Default)]
pub(super) struct ObjectRevisions {
    /// All others have not changed since this.
    all: u64,
    by_asset: HashMap<AssetId, u64>,
}

impl ObjectRevisions {
    /// The objects of an asset changed.
    pub fn note(&mut self, asset: AssetId, revision: u64) {
        self.by_asset.insert(asset, revision);
    }

    /// Nobody knows which did not change.
    pub fn note_all(&mut self, revision: u64) {
        self.by_asset.clear();
        self.all = revision;
    }

    /// The last change of the objects of an asset.
    pub fn of(&self, asset: AssetId) -> u64 {
        self.by_asset.get(&asset).copied().unwrap_or(self.all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changed_has_another_revision() {
        let [a, b] = [1, 2].map(AssetId::from_u128);
        let mut revisions = ObjectRevisions::default();
        revisions.note(a, 1);
        assert_eq!((revisions.of(a), revisions.of(b)), (1, 0));
        revisions.note_all(2);
        assert_eq!((revisions.of(a), revisions.of(b)), (2, 2));
    }
}
