//! The assets of a project, in the order in which people see them.

use std::collections::{BTreeSet, HashMap};

use crate::media::natural_cmp;
use crate::model::AssetId;
use crate::store::AssetRow;

/// The assets in natural order of their paths, found by position or id.
#[derive(Clone, Debug, Default)]
pub struct AssetList {
    rows: Vec<AssetRow>,
    positions: HashMap<AssetId, usize>,
    revision: u64,
}

impl AssetList {
    /// A list of these assets.
    pub fn new(rows: Vec<AssetRow>) -> Self {
        let mut list = Self { rows, ..Self::default() };
        list.sort();
        list
    }

    fn sort(&mut self) {
        // Adaptive: a list that is nearly in order, as it comes from the file, costs one pass.
        self.rows.sort_by(|a, b| natural_cmp(a.asset.source.as_str(), b.asset.source.as_str()));
        self.positions = self.rows.iter().enumerate().map(|(i, row)| (row.asset.id, i)).collect();
        self.revision += 1;
    }

    /// All assets in order.
    pub fn rows(&self) -> &[AssetRow] {
        &self.rows
    }

    /// The number of assets.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Grows with every change, so that views know when to look again.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The asset with this id.
    pub fn get(&self, id: AssetId) -> Option<&AssetRow> {
        self.rows.get(self.position(id)?)
    }

    /// Where the asset with this id is.
    pub fn position(&self, id: AssetId) -> Option<usize> {
        self.positions.get(&id).copied()
    }

    /// The asset with this relative path or, where there is none, the only one with this file name.
    pub fn find(&self, name: &str) -> Option<&AssetRow> {
        let exact = self.rows.iter().find(|row| row.asset.source.as_str() == name);
        exact.or_else(|| {
            let mut named = self.rows.iter().filter(|row| row.asset.file_name() == name);
            named.next().filter(|_| named.next().is_none())
        })
    }

    /// Adds assets or puts them in the place of those with the same ids.
    pub(super) fn insert(&mut self, rows: impl IntoIterator<Item = AssetRow>) {
        let mut must_sort = false;
        for row in rows {
            match self.position(row.asset.id) {
                Some(position) => {
                    must_sort |= self.rows[position].asset.source != row.asset.source;
                    self.rows[position] = row;
                }
                None => {
                    // Known at once, so that an id given twice is there once.
                    self.positions.insert(row.asset.id, self.rows.len());
                    self.rows.push(row);
                    must_sort = true;
                }
            }
        }
        self.revision += 1;
        if must_sort {
            self.sort();
        }
    }

    /// Takes these assets in place of all.
    pub(super) fn replace(&mut self, rows: Vec<AssetRow>) {
        self.rows = rows;
        self.sort();
    }

    /// Takes another list, made meanwhile, in place of this one.
    pub(super) fn replace_with(&mut self, list: Self) {
        let revision = self.revision + 1;
        *self = Self { revision, ..list };
    }

    /// Takes assets out.
    pub(super) fn remove(&mut self, ids: &BTreeSet<AssetId>) {
        let num_before = self.rows.len();
        self.rows.retain(|row| !ids.contains(&row.asset.id));
        if self.rows.len() < num_before {
            self.sort();
        }
    }

    /// Changes the number of objects that is shown for an asset.
    pub(super) fn set_num_objects(&mut self, id: AssetId, num_objects: u64) {
        if let Some(position) = self.position(id)
            && self.rows[position].num_objects != num_objects
        {
            self.rows[position].num_objects = num_objects;
            self.revision += 1;
        }
    }
}
