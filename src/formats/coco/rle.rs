//! The compressed text form of run lengths, as pycocotools writes and reads it.
//!
//! Each run is written as its difference from the run two before it (from the fourth run on), in groups of five bits,
//! least significant first. A group is a character: 48 plus the bits, plus 32 when more follow. The last group
//! carries the sign in its highest bit, as in LEB128.

/// Why text is no list of run lengths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RleError {
    /// A character outside of 48 to 111.
    #[error("the run lengths have a character at position {0} that cannot be there")]
    Character(usize),
    /// The last number is not finished.
    #[error("the run lengths break off")]
    BreaksOff,
    /// A run is negative, or too long for any picture.
    #[error("run number {0} is negative or far too long")]
    Length(usize),
}

/// The run lengths that a text stands for.
pub(crate) fn runs_from_text(text: &str) -> Result<Vec<u32>, RleError> {
    let mut runs: Vec<u32> = Vec::new();
    let mut bytes = text.bytes().enumerate().peekable();
    while bytes.peek().is_some() {
        let mut value = 0_i64;
        let mut shift = 0;
        loop {
            let (at, byte) = bytes.next().ok_or(RleError::BreaksOff)?;
            let group = byte.checked_sub(48).filter(|&group| group < 64).ok_or(RleError::Character(at))?;
            if shift > 55 {
                return Err(RleError::Length(runs.len()));
            }
            value |= i64::from(group & 0x1f) << shift;
            shift += 5;
            if group & 0x20 == 0 {
                if group & 0x10 != 0 {
                    value |= -1 << shift;
                }
                break;
            }
        }
        if runs.len() > 2 {
            value += i64::from(runs[runs.len() - 2]);
        }
        runs.push(u32::try_from(value).map_err(|_| RleError::Length(runs.len()))?);
    }
    Ok(runs)
}

/// The text that stands for run lengths.
pub(crate) fn text_from_runs(runs: &[u32]) -> String {
    let mut text = String::with_capacity(runs.len() * 2);
    for (i, &run) in runs.iter().enumerate() {
        let mut value = i64::from(run);
        if i > 2 {
            value -= i64::from(runs[i - 2]);
        }
        loop {
            let group = (value & 0x1f) as u8;
            value >>= 5;
            let is_last = value == if group & 0x10 != 0 { -1 } else { 0 };
            text.push(char::from(48 + group + if is_last { 0 } else { 0x20 }));
            if is_last {
                break;
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn agrees_with_pycocotools() {
        // Written by pycocotools 2.0.11: `frPyObjects` of these runs over pictures of 4 × 5 and 100 × 300.
        let written: [(&[u32], &str); 2] =
            [(&[6, 1, 2, 2, 9], "61217"), (&[0, 1000, 2000, 3, 70, 26927], r"0Xo0`n1kPOfSN\Yj0")];
        for (runs, text) in written {
            assert_eq!(runs_from_text(text).unwrap(), runs);
            assert_eq!(text_from_runs(runs), text);
        }
    }

    #[test]
    fn damage_is_told() {
        assert_eq!(runs_from_text("6!"), Err(RleError::Character(1)));
        assert_eq!(runs_from_text("6P"), Err(RleError::BreaksOff));
        assert_eq!(runs_from_text("O"), Err(RleError::Length(0)), "minus one");
        assert_eq!(runs_from_text(&"o".repeat(40)), Err(RleError::Length(0)));
        assert_eq!(runs_from_text("é"), Err(RleError::Character(0)));
    }

    proptest! {
        #[test]
        fn every_list_comes_back(runs in proptest::collection::vec(
            prop_oneof![0..40u32, 0..100_000u32, any::<u32>()], 0..50
        )) {
            let text = text_from_runs(&runs);
            prop_assert!(text.bytes().all(|byte| (48..112).contains(&byte)));
            prop_assert_eq!(runs_from_text(&text).unwrap(), runs);
        }

        #[test]
        fn no_text_makes_it_panic(text in "[\\x20-\\x7f]{0,40}") {
            let _ = runs_from_text(&text);
        }
    }
}
