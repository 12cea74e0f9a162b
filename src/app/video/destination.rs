//! Where to go, as a person types it: `1234`, `00:01:02.5`, `+10`, `-2s`.

use crate::model::VideoFacts;

/// The frame that a text names; relative ones are counted from `current`. Frames are numbered from 0. Places outside the
/// video are its ends. `None` when the text names no place.
///
/// | text | means |
/// |---|---|
/// | `1234` | frame 1234 |
/// | `62.5s`, `1:02.5`, `00:01:02.5` | what is shown at 62.5 seconds |
/// | `+10`, `-10` | ten frames on or back |
/// | `+2s`, `-0:02` | two seconds on or back |
pub fn frame_named(text: &str, current: u32, facts: &VideoFacts) -> Option<u32> {
    let text = text.trim();
    let (sign, text) = match (text.strip_prefix('+'), text.strip_prefix(['-', '−'])) {
        (Some(rest), _) => (Some(1.0), rest),
        (None, Some(rest)) => (Some(-1.0), rest),
        (None, None) => (None, text),
    };
    let text = text.trim();
    let frame = match (seconds(text), sign) {
        (Some(secs), None) => facts.frame_at(secs),
        (Some(secs), Some(sign)) => facts.frame_at((facts.seconds(current) + sign * secs).max(0.0)),
        (None, sign) => {
            let number: u32 = text.replace([',', ' ', '\u{202f}'], "").parse().ok()?;
            match sign {
                None => number,
                Some(sign) if sign < 0.0 => current.saturating_sub(number),
                Some(_) => current.saturating_add(number),
            }
        }
    };
    Some(frame.min(facts.last_frame()))
}

/// Seconds of `62.5s` or of parts divided by colons; `None` for a plain number, which counts frames.
fn seconds(text: &str) -> Option<f64> {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|n| n.is_finite() && *n >= 0.0);
    if let Some(text) = text.strip_suffix(['s', 'S']) {
        return number(text);
    }
    let parts: Vec<f64> = text.split(':').map(number).collect::<Option<_>>()?;
    let is_time = parts.len() > 1 && parts.len() <= 3;
    is_time.then(|| parts.iter().fold(0.0, |sum, part| sum * 60.0 + part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FrameRate;

    #[test]
    fn frames_times_and_steps_are_understood() {
        // Ten frames a second, ten minutes.
        let facts = VideoFacts::constant(6000, FrameRate::new(10, 1).expect("a rate"));
        for (text, expected) in [
            ("1234", Some(1234)),
            (" 1,234 ", Some(1234)),
            ("0", Some(0)),
            ("99999", Some(5999)),
            ("00:01:02.5", Some(625)),
            ("1:02", Some(620)),
            ("62.5s", Some(625)),
            ("2 s", Some(20)),
            ("+10", Some(110)),
            ("-10", Some(90)),
            ("−10", Some(90)),
            ("+ 2s", Some(120)),
            ("-0:02", Some(80)),
            ("-1000", Some(0)),
            ("-60s", Some(0)),
            ("+1:00:00", Some(5999)),
            ("", None),
            ("+", None),
            ("12.5", None),
            ("frame 3", None),
            ("1:2:3:4", None),
            (":", None),
            ("nans", None),
            ("--3", None),
        ] {
            assert_eq!(frame_named(text, 100, &facts), expected, "{text:?}");
        }
    }
}
