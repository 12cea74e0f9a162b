//! The order in which people expect names: img2 before img10.

use std::cmp::Ordering;
use std::path::Path;

/// Compares names as people do: runs of digits as numbers, letters without regard to case. Names that are equal
/// so far are told apart by their bytes, so that the order is total.
pub fn natural_cmp(a: &str, b: &str) -> Ordering {
    loose_cmp(a, b).then_with(|| a.cmp(b))
}

/// Compares paths part by part with [`natural_cmp`], so that the files of one folder stay together.
pub fn natural_path_cmp(a: &Path, b: &Path) -> Ordering {
    let (mut parts_a, mut parts_b) = (a.components(), b.components());
    loop {
        let order = match (parts_a.next(), parts_b.next()) {
            (Some(a), Some(b)) if a == b => continue,
            (Some(a), Some(b)) => {
                natural_cmp(&a.as_os_str().to_string_lossy(), &b.as_os_str().to_string_lossy())
                    // Names that are no valid text can look the same.
                    .then_with(|| a.cmp(&b))
            }
            (a, b) => return a.is_some().cmp(&b.is_some()),
        };
        if order.is_ne() {
            return order;
        }
    }
}

fn loose_cmp(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let (digits_a, rest_a) = split_digits(a);
        let (digits_b, rest_b) = split_digits(b);
        if !digits_a.is_empty() && !digits_b.is_empty() {
            let (number_a, number_b) = (digits_a.trim_start_matches('0'), digits_b.trim_start_matches('0'));
            let order = number_a.len().cmp(&number_b.len()).then_with(|| number_a.cmp(number_b));
            if order.is_ne() {
                return order;
            }
            (a, b) = (rest_a, rest_b);
            continue;
        }
        let (mut chars_a, mut chars_b) = (a.chars(), b.chars());
        match (chars_a.next(), chars_b.next()) {
            (Some(x), Some(y)) => {
                let order = x.to_lowercase().cmp(y.to_lowercase());
                if order.is_ne() {
                    return order;
                }
            }
            (x, y) => return x.is_some().cmp(&y.is_some()),
        }
        (a, b) = (chars_a.as_str(), chars_b.as_str());
    }
}

/// Splits after the ASCII digits at the start.
fn split_digits(text: &str) -> (&str, &str) {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_count_as_numbers_and_case_does_not_matter() {
        let sorted = [
            "",
            "1.jpg",
            "01.jpg",
            "2.jpg",
            "10.jpg",
            "a",
            "img1",
            "IMG2",
            "img2b",
            "img10",
            "img010",
            "img11",
            "img99999999999999999999998",
            "img99999999999999999999999",
            "z",
            "Ä",
            "ö",
            "図1",
            "図12",
        ];
        let mut names = sorted;
        names.sort_by(|a, b| natural_cmp(a, b));
        // "01" and "1" are told apart by their bytes.
        let expected_pairs = [("01.jpg", "1.jpg"), ("img010", "img10")];
        for (first, second) in expected_pairs {
            let place = |name| names.iter().position(|n| *n == name).unwrap();
            assert_eq!(place(first) + 1, place(second));
        }
        let plain = |names: &[&'static str]| -> Vec<_> {
            names.iter().copied().filter(|n| !n.starts_with('0') && *n != "img010").collect()
        };
        assert_eq!(plain(&names), plain(&sorted));
    }

    #[test]
    fn folders_stay_together() {
        let mut paths = ["b/1", "a-1/x", "a/10", "a/2", "a", "B/0"].map(Path::new);
        paths.sort_by(|a, b| natural_path_cmp(a, b));
        assert_eq!(paths, ["a", "a/2", "a/10", "a-1/x", "B/0", "b/1"].map(Path::new));
    }

    proptest! {
        #[test]
        fn is_a_total_order(a in "[aA0-2é.]{0,6}", b in "[aA0-2é.]{0,6}", c in "[aA0-2é.]{0,6}") {
            prop_assert_eq!(natural_cmp(&a, &b), natural_cmp(&b, &a).reverse());
            prop_assert_eq!(natural_cmp(&a, &b).is_eq(), a == b);
            if natural_cmp(&a, &b).is_le() && natural_cmp(&b, &c).is_le() {
                prop_assert!(natural_cmp(&a, &c).is_le());
            }
        }
    }
}
