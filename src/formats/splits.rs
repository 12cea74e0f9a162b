//! Which part of a dataset each picture goes to.

use std::str::FromStr;

use super::FormatError;
use super::hash::StableHash;
use crate::model::AssetId;

/// How pictures are divided into the parts of a dataset.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Splits {
    /// As the project says: by the subset of each asset.
    #[default]
    AsInProject,
    /// At random by shares, the same way every time. Read from text such as `train=0.8,val=0.2`.
    Shares {
        /// The name of each part and its share; shares are relative to their sum.
        parts: Vec<(String, f64)>,
        /// Another seed gives another division.
        seed: u64,
    },
}

impl FromStr for Splits {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        let wrong = |part: &str| {
            FormatError::Options(format!(
                "{part:?} is no share of a split; write names and numbers, for example train=0.8,val=0.2"
            ))
        };
        let mut parts: Vec<(String, f64)> = Vec::new();
        for part in text.split(',') {
            let (name, share) = part.split_once('=').ok_or_else(|| wrong(part))?;
            let name = name.trim();
            let share: f64 = share.trim().parse().map_err(|_| wrong(part))?;
            let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-_ ".contains(c));
            if !(is_name && share > 0.0 && share.is_finite()) {
                return Err(wrong(part));
            }
            if parts.iter().any(|(known, _)| known == name) {
                return Err(FormatError::Options(format!("The split names {name:?} twice.")));
            }
            parts.push((name.to_owned(), share));
        }
        Ok(Self::Shares { parts, seed: 0 })
    }
}

/// The index of the part for each asset.
///
/// An asset's place depends on its id and the seed alone, so that adding pictures moves none of the others from
/// training to validation. The one exception: a part that would be empty is given the asset that came nearest
/// to it, since trainers refuse an empty part.
pub(super) fn assign_shares(parts: &[(String, f64)], seed: u64, ids: &[AssetId]) -> Vec<usize> {
    let total: f64 = parts.iter().map(|(_, share)| share).sum();
    let mut ends: Vec<f64> = Vec::with_capacity(parts.len());
    for (_, share) in parts {
        ends.push(ends.last().copied().unwrap_or(0.0) + share / total);
    }
    let places: Vec<f64> = ids.iter().map(|id| place_of(id, seed)).collect();
    let part_at = |place: f64| ends.iter().position(|&end| place < end).unwrap_or(parts.len() - 1);
    let mut assigned: Vec<usize> = places.iter().map(|&place| part_at(place)).collect();
    let mut sizes = vec![0_usize; parts.len()];
    assigned.iter().for_each(|&part| sizes[part] += 1);
    for part in 0..parts.len() {
        let middle = ends[part] - parts[part].1 / total / 2.0;
        let nearest = (0..ids.len())
            .filter(|&i| sizes[assigned[i]] > 1)
            .min_by(|&a, &b| (places[a] - middle).abs().total_cmp(&(places[b] - middle).abs()));
        if let Some(i) = nearest.filter(|_| sizes[part] == 0) {
            sizes[assigned[i]] -= 1;
            sizes[part] += 1;
            assigned[i] = part;
        }
    }
    assigned
}

/// A place from 0 to 1 for each asset, evenly spread.
fn place_of(id: &AssetId, seed: u64) -> f64 {
    let mut hash = StableHash::new(seed);
    hash.write(id.as_bytes());
    (hash.finish() >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(n: u128) -> Vec<AssetId> {
        (0..n).map(|i| AssetId::from_u128(i * 7919)).collect()
    }

    fn parts(text: &str) -> Vec<(String, f64)> {
        match text.parse().unwrap() {
            Splits::Shares { parts, .. } => parts,
            Splits::AsInProject => unreachable!("text always gives shares"),
        }
    }

    #[test]
    fn shares_come_out_about_right_and_the_same_every_time() {
        let parts = parts("train=0.8, val=0.2");
        let assigned = assign_shares(&parts, 1, &ids(5000));
        let num_val = assigned.iter().filter(|&&part| part == 1).count();
        assert!((900..1100).contains(&num_val), "{num_val}");
        assert_eq!(assigned, assign_shares(&parts, 1, &ids(5000)));
        assert_ne!(assigned, assign_shares(&parts, 2, &ids(5000)));
    }

    #[test]
    fn more_pictures_move_none_of_the_old_ones() {
        let parts = parts("train=7,val=2,test=1");
        let few = assign_shares(&parts, 0, &ids(200));
        assert_eq!(few[..], assign_shares(&parts, 0, &ids(400))[..200]);
    }

    #[test]
    fn no_part_stays_empty_while_another_has_two() {
        let parts = parts("train=0.98,val=0.01,test=0.01");
        for n in 3..30 {
            let assigned = assign_shares(&parts, 0, &ids(n));
            assert!((0..3).all(|part| assigned.contains(&part)), "{n}: {assigned:?}");
        }
        assert_eq!(assign_shares(&parts, 0, &ids(1)).len(), 1);
    }

    #[test]
    fn wrong_text_is_refused_with_an_example() {
        for text in ["", "train", "train=x", "train=0", "train=-1", "a=1,a=2", "a/b=1", "train=inf"] {
            assert!(text.parse::<Splits>().is_err(), "{text}");
        }
        assert!("train".parse::<Splits>().unwrap_err().to_string().contains("train=0.8,val=0.2"));
    }
}
