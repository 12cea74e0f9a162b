//! Which assets are listed, and in which order.

use std::cmp::Reverse;
use std::collections::HashSet;

use super::view::{Filter, SortOrder};
use crate::model::AssetId;
use crate::project::AssetList;
use crate::store::AssetRow;

/// The assets that a filter lets through, in order. Assets that are equal in that order stay in the order of
/// their paths.
///
/// `found` are the assets on which is what [`Filter::search`] looks for. It counts only when the filter looks for
/// something; while it is not known yet, no asset is listed.
pub fn list(
    assets: &AssetList,
    filter: &Filter,
    sort: SortOrder,
    found: Option<&HashSet<AssetId>>,
) -> Vec<AssetId> {
    let needle = Needle::new(&filter.text);
    let is_listed = |row: &&AssetRow| {
        filter.status.is_none_or(|status| row.asset.status == status)
            && filter.has_objects.is_none_or(|has_objects| (row.num_objects > 0) == has_objects)
            && (filter.search().is_none() || found.is_some_and(|found| found.contains(&row.asset.id)))
            && needle.is_in(row.asset.source.as_str())
    };
    let mut rows: Vec<&AssetRow> = assets.rows().iter().filter(is_listed).collect();
    match sort {
        SortOrder::Path => {}
        SortOrder::MostObjects => rows.sort_by_key(|row| Reverse(row.num_objects)),
        SortOrder::FewestObjects => rows.sort_by_key(|row| row.num_objects),
        SortOrder::LargestPicture => {
            rows.sort_by_key(|row| Reverse(u64::from(row.asset.width) * u64::from(row.asset.height)));
        }
    }
    rows.iter().map(|row| row.asset.id).collect()
}

/// Where an asset stands in a listing, looked for first where it was before: nothing is searched while nothing
/// changes.
pub fn position_of(listing: &[AssetId], id: AssetId, before: usize) -> Option<usize> {
    if listing.get(before) == Some(&id) {
        return Some(before);
    }
    listing.iter().position(|listed| *listed == id)
}

/// A text that is looked for in many others, in any case, without making copies of them.
pub struct Needle {
    lower_case: Vec<char>,
    /// The same in bytes, where it is ASCII: that is looked for faster.
    ascii: Option<Vec<u8>>,
}

impl Needle {
    /// Looks for this text, without the blanks around it.
    pub fn new(text: &str) -> Self {
        let lower_case = text.trim().to_lowercase();
        let ascii = lower_case.is_ascii().then(|| lower_case.clone().into_bytes());
        Self { lower_case: lower_case.chars().collect(), ascii }
    }

    /// Whether it is found in anything.
    pub fn is_empty(&self) -> bool {
        self.lower_case.is_empty()
    }

    /// Whether a text contains it.
    pub fn is_in(&self, text: &str) -> bool {
        match &self.ascii {
            Some(ascii) => {
                ascii.is_empty()
                    || text.as_bytes().windows(ascii.len()).any(|part| part.eq_ignore_ascii_case(ascii))
            }
            None => text.char_indices().any(|(start, _)| self.starts(&text[start..])),
        }
    }

    fn starts(&self, text: &str) -> bool {
        let mut letters = text.chars().flat_map(char::to_lowercase);
        self.lower_case.iter().all(|wanted| letters.next() == Some(*wanted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Asset, AssetStatus, LabelId};

    /// Three pictures: `1` done with 5 objects, `2` unfinished with none, `3` skipped with 5.
    fn assets() -> AssetList {
        let row = |n: u32, path: &str, status, num_objects| {
            let mut asset = Asset::picture(AssetId::from_u128(n.into()), path, 100 * n, 50);
            asset.status = status;
            AssetRow { asset, num_objects }
        };
        AssetList::new(vec![
            row(1, "city/Straße 1.jpg", AssetStatus::Done, 5),
            row(2, "city/street 2.jpg", AssetStatus::Todo, 0),
            row(3, "field/ÄHRE 10.jpg", AssetStatus::Skipped, 5),
        ])
    }

    fn numbers(filter: &Filter, sort: SortOrder, with_label: Option<&HashSet<AssetId>>) -> Vec<u128> {
        let ids = list(&assets(), filter, sort, with_label);
        ids.iter().map(|id| u128::from_be_bytes(*id.as_bytes())).collect()
    }

    #[test]
    fn each_part_of_the_filter_narrows_the_list() {
        let all = Filter::default();
        for (filter, expected) in [
            (all.clone(), vec![1, 2, 3]),
            (Filter { text: " CITY/s ".into(), ..all.clone() }, vec![1, 2]),
            (Filter { text: "straße".into(), ..all.clone() }, vec![1]),
            (Filter { text: "ähre".into(), ..all.clone() }, vec![3]),
            (Filter { text: "nowhere".into(), ..all.clone() }, vec![]),
            (Filter { status: Some(AssetStatus::Done), ..all.clone() }, vec![1]),
            (Filter { has_objects: Some(true), ..all.clone() }, vec![1, 3]),
            (Filter { has_objects: Some(false), ..all.clone() }, vec![2]),
            (Filter { has_objects: Some(true), text: "city".into(), ..all.clone() }, vec![1]),
        ] {
            let mut found = numbers(&filter, SortOrder::Path, None);
            found.sort_unstable();
            assert_eq!(found, expected, "{filter:?}");
        }
    }

    #[test]
    fn a_label_narrows_the_list_to_the_assets_that_bear_it() {
        let filter = Filter { label: Some(LabelId::from_u128(7)), ..Filter::default() };
        let with_label = HashSet::from([AssetId::from_u128(3)]);
        assert_eq!(numbers(&filter, SortOrder::Path, Some(&with_label)), [3]);
        assert!(numbers(&filter, SortOrder::Path, None).is_empty(), "nothing is known yet");
        // What was found for a filter that is gone says nothing.
        assert_eq!(numbers(&Filter::default(), SortOrder::Path, Some(&with_label)).len(), 3);
    }

    #[test]
    fn an_asset_is_found_where_it_was_or_elsewhere() {
        let listing = [1, 2, 3].map(AssetId::from_u128);
        for before in [0, 1, 7] {
            assert_eq!(position_of(&listing, AssetId::from_u128(2), before), Some(1));
            assert_eq!(position_of(&listing, AssetId::from_u128(9), before), None);
        }
    }

    #[test]
    fn equal_assets_stay_in_the_order_of_their_paths() {
        let by_path = numbers(&Filter::default(), SortOrder::Path, None);
        let with_five: Vec<_> = by_path.iter().copied().filter(|n| *n != 2).collect();
        let most = numbers(&Filter::default(), SortOrder::MostObjects, None);
        assert_eq!((&most[..2], most[2]), (&with_five[..], 2));
        let fewest = numbers(&Filter::default(), SortOrder::FewestObjects, None);
        assert_eq!((fewest[0], &fewest[1..]), (2, &with_five[..]));
        assert_eq!(numbers(&Filter::default(), SortOrder::LargestPicture, None), [3, 2, 1]);
    }
}
