//! Time-ordered ids: UUID version 7 (RFC 9562), so that ids made later sort later.

/// Declares a distinct id type over a UUID, so that an asset's id is never taken for an object's.
#[macro_export]
macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// A fresh id, later in order than those made before it.
            #[allow(clippy::new_without_default)] // Two defaults would differ.
            pub fn new() -> Self {
                Self(uuid::Uuid::now_v7())
            }

            /// The id with the given 128 bits: for reading storage and for reproducible tests.
            pub const fn from_u128(bits: u128) -> Self {
                Self(uuid::Uuid::from_u128(bits))
            }

            /// The id as 16 bytes, in order.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// The id of 16 bytes; `None` when there are not 16.
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                uuid::Uuid::from_slice(bytes).ok().map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

/// A map by ids.
pub type IdMap<K, V> = std::collections::HashMap<K, V, std::hash::BuildHasherDefault<IdHasher>>;
/// A set of ids.
pub type IdSet<K> = std::collections::HashSet<K, std::hash::BuildHasherDefault<IdHasher>>;

/// Hashes ids, most of whose bits are random already: several times faster than what guards against keys that somebody
/// chose to be slow. Products are folded as in wyhash (Wang Yi 2019), by the golden ratio.
#[derive(Clone, Copy, Debug, Default)]
pub struct IdHasher(u64);

impl std::hash::Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            let product = u128::from(self.0 ^ u64::from_be_bytes(word)) * 0x9e37_79b9_7f4a_7c15;
            self.0 = product as u64 ^ (product >> 64) as u64;
        }
    }

    fn write_usize(&mut self, _: usize) {
        // The length of ids is the same for all.
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    crate::id_type!(
        /// An id for the test.
        TestId
    );

    #[test]
    fn later_ids_sort_later_and_read_back() {
        let ids: Vec<TestId> = (0..1000).map(|_| TestId::new()).collect();
        assert!(ids.is_sorted());
        assert_eq!(ids[7].to_string().parse::<TestId>().unwrap(), ids[7]);
        assert_eq!(TestId::from_slice(ids[7].as_bytes()), Some(ids[7]));
        assert_eq!(TestId::from_slice(&[1, 2, 3]), None);
        assert!(TestId::from_u128(1) < ids[0]);
    }

    #[test]
    fn ids_that_follow_each_other_and_fresh_ones_are_spread_evenly() {
        use std::hash::BuildHasher as _;
        let hasher = std::hash::BuildHasherDefault::<super::IdHasher>::default();
        let in_a_row = (0..4096).map(TestId::from_u128).collect::<Vec<_>>();
        let fresh = (0..4096).map(|_| TestId::new()).collect::<Vec<_>>();
        for ids in [in_a_row, fresh] {
            // hashbrown looks at the lowest and at the highest bits.
            for shift in [0, 57] {
                let mut nums = [0; 128];
                ids.iter().for_each(|id| nums[(hasher.hash_one(id) >> shift) as usize % 128] += 1);
                assert!(nums.iter().all(|num| (4..=96).contains(num)), "{shift}: {nums:?}");
            }
        }
    }
}
