//! Numbers as people read them. All take unsigned whole numbers of any type.

use std::fmt::Display;

/// A number with commas between its thousands.
pub fn thousands(number: impl Display) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number of things, as "1 object" or "1,234 objects".
pub fn count_of(number: impl Display, thing: &str) -> String {
    counted(number, thing, &format!("{thing}s"))
}

/// A number with the words for one and for several, as "1 name was" or "1,234 names were".
pub fn counted(number: impl Display, one: &str, several: &str) -> String {
    let number = thousands(number);
    let words = if number == "1" { one } else { several };
    format!("{number} {words}")
}

/// How long ago something was, as "just now" or "3 hours ago".
pub fn ago(secs: u64) -> String {
    match secs {
        0..60 => "just now".to_owned(),
        60..3600 => format!("{} ago", count_of(secs / 60, "minute")),
        3600..86_400 => format!("{} ago", count_of(secs / 3600, "hour")),
        _ => format!("{} ago", count_of(secs / 86_400, "day")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_past_are_told_in_the_largest_unit() {
        let texts = [5, 60, 3599, 7200, 90_000].map(ago);
        assert_eq!(texts, ["just now", "1 minute ago", "59 minutes ago", "2 hours ago", "1 day ago"]);
    }

    #[test]
    fn numbers_are_read_in_thousands() {
        for (number, expected) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(thousands(number), expected);
        }
        assert_eq!((count_of(1, "object"), count_of(2, "object")), ("1 object".into(), "2 objects".into()));
        assert_eq!(counted(1_u64, "name was", "names were"), "1 name was");
        assert_eq!(counted(0_u64, "name was", "names were"), "0 names were");
    }
}
