//! One line of a label file.

use super::Variant;

/// Decimals of fractions: on a picture of 100,000 pixels this rounds by 0.000005 px.
const NUM_DECIMALS: usize = 10;

/// The object that a line stands for, in fractions of the picture's size.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    /// The index of the label.
    pub class: usize,
    pub figure: Figure,
    /// The score of a prediction.
    pub score: Option<f64>,
    /// A column that numbers objects through the frames of a video.
    pub track: Option<String>,
}

/// What a line says of the place.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Figure {
    /// Centre x and y, width and height.
    Box([f64; 4]),
    /// The corners of an outline.
    Ring(Vec<[f64; 2]>),
    /// The four corners of a box at any angle.
    Corners([[f64; 2]; 4]),
    /// A box, and joints with their visibility 0, 1 or 2.
    Joints([f64; 4], Vec<([f64; 2], u8)>),
}

/// How many joints the lines of a dataset have, and how many numbers each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct JointColumns {
    pub num_joints: usize,
    /// 2 without visibility, 3 with it.
    pub num_columns: usize,
}

/// Reads a line that is not blank.
///
/// # Errors
/// Says what is wrong with it.
pub(super) fn parse(text: &str, variant: Variant, joints: Option<JointColumns>) -> Result<Line, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let class = words.first().and_then(|word| class_index(word));
    let class = class.ok_or_else(|| format!("{:?} is no index of a label", words.first().unwrap_or(&"")))?;
    let mut numbers = Vec::with_capacity(words.len());
    for word in &words[1..] {
        let number: f64 = word.parse().map_err(|_| format!("{word:?} is no number"))?;
        // Far more than any rounding explains: pixels instead of fractions, or damage.
        if number.is_nan() || number.abs() > 1e6 {
            return Err(format!("{word} is no fraction of the picture's size"));
        }
        numbers.push(number);
    }
    let box_at = |numbers: &[f64]| [numbers[0], numbers[1], numbers[2], numbers[3]];
    let pairs =
        |numbers: &[f64]| -> Vec<[f64; 2]> { numbers.chunks_exact(2).map(|xy| [xy[0], xy[1]]).collect() };
    let mut line = Line { class, figure: Figure::Box([0.0; 4]), score: None, track: None };
    match (variant, numbers.len()) {
        (Variant::Pose, n) if n > 4 => {
            line.figure = joints_of(box_at(&numbers), &numbers[4..], joints)?;
        }
        (_, 4) => line.figure = Figure::Box(box_at(&numbers)),
        (_, 5) => {
            line.figure = Figure::Box(box_at(&numbers));
            // Predictions end with a score, exports of CVAT with the number of a track.
            let last = words[5];
            if last.contains(['.', 'e']) {
                line.score = Some(numbers[4])
            } else {
                line.track = Some(last.to_owned())
            }
        }
        (Variant::Obb, 8 | 9) => {
            let corner = |i: usize| [numbers[2 * i], numbers[2 * i + 1]];
            line.figure = Figure::Corners([corner(0), corner(1), corner(2), corner(3)]);
            line.score = numbers.get(8).copied();
        }
        (Variant::Obb, n) => return Err(format!("it has {n} numbers after the label; eight were expected")),
        (_, n) if n >= 6 => {
            let num_pairs = n / 2;
            line.figure = Figure::Ring(pairs(&numbers[..num_pairs * 2]));
            line.score = (n % 2 == 1).then(|| numbers[n - 1]);
        }
        (_, n) => {
            return Err(format!(
                "it has {n} numbers after the label; four were expected for a box, six or more for an outline"
            ));
        }
    }
    if line.score.is_some_and(|score| !(0.0..=1.0).contains(&score)) {
        return Err("its last number is no score between 0 and 1".to_owned());
    }
    Ok(line)
}

/// A whole number; some tools write it with a point.
fn class_index(word: &str) -> Option<usize> {
    let whole = word.parse().ok();
    whole.or_else(|| {
        word.parse().ok().filter(|n: &f64| n.fract() == 0.0 && (0.0..1e6).contains(n)).map(|n| n as usize)
    })
}

fn joints_of(bounds: [f64; 4], numbers: &[f64], columns: Option<JointColumns>) -> Result<Figure, String> {
    let num_columns = match columns {
        Some(columns) => {
            let expected = columns.num_joints * columns.num_columns;
            if numbers.len() != expected {
                return Err(format!(
                    "it has {} numbers after the box; {expected} were expected",
                    numbers.len()
                ));
            }
            columns.num_columns
        }
        // Without a description of the dataset: triplets where the third numbers are all 0, 1 or 2.
        None => {
            let is_visibility = |triplet: &[f64]| [0.0, 1.0, 2.0].contains(&triplet[2]);
            let are_triplets = numbers.len().is_multiple_of(3) && numbers.chunks_exact(3).all(is_visibility);
            if are_triplets { 3 } else { 2 }
        }
    };
    if !numbers.len().is_multiple_of(num_columns) {
        return Err(format!("its {} numbers after the box are no joints", numbers.len()));
    }
    let joint = |numbers: &[f64]| {
        let is_nothing = numbers[0] <= 0.0 && numbers[1] <= 0.0;
        let visibility = match numbers.get(2) {
            Some(&v) => (v.clamp(0.0, 2.0)) as u8,
            None if is_nothing => 0,
            None => 2,
        };
        ([numbers[0], numbers[1]], visibility)
    };
    Ok(Figure::Joints(bounds, numbers.chunks_exact(num_columns).map(joint).collect()))
}

impl Line {
    /// The line as text, without a line break. Scores and tracks are left out: trainers refuse the columns.
    pub fn to_text(&self) -> String {
        let mut text = self.class.to_string();
        let mut add = |number: f64| {
            text.push(' ');
            text.push_str(&decimal(number));
        };
        match &self.figure {
            Figure::Box(numbers) => numbers.iter().for_each(|&number| add(number)),
            Figure::Ring(ring) => ring.iter().flatten().for_each(|&number| add(number)),
            Figure::Corners(corners) => corners.iter().flatten().for_each(|&number| add(number)),
            Figure::Joints(bounds, joints) => {
                bounds.iter().for_each(|&number| add(number));
                for (position, visibility) in joints {
                    position.iter().for_each(|&number| add(number));
                    add(f64::from(*visibility));
                }
            }
        }
        text
    }
}

/// The number with so many decimals as it needs, up to [`NUM_DECIMALS`].
fn decimal(number: f64) -> String {
    let text = format!("{number:.NUM_DECIMALS$}");
    let trimmed = text.trim_end_matches('0').trim_end_matches('.');
    if trimmed == "-0" { "0".to_owned() } else { trimmed.to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, variant: Variant) -> Result<Line, String> {
        parse(text, variant, None)
    }

    #[test]
    fn tells_boxes_outlines_scores_and_tracks_apart() {
        let line = read("3 0.5 0.5 0.2 0.1", Variant::Detect).unwrap();
        assert_eq!((line.class, line.figure), (3, Figure::Box([0.5, 0.5, 0.2, 0.1])));
        assert_eq!(read("3 0.5 0.5 0.2 0.1 0.75", Variant::Detect).unwrap().score, Some(0.75));
        assert_eq!(read("3 0.5 0.5 0.2 0.1 17", Variant::Detect).unwrap().track.as_deref(), Some("17"));
        let ring = Figure::Ring(vec![[0.1, 0.1], [0.2, 0.1], [0.2, 0.3]]);
        assert_eq!(read("0 0.1 0.1 0.2 0.1 0.2 0.3", Variant::Segment).unwrap().figure, ring);
        let scored = read("0.0 0.1 0.1 0.2 0.1 0.2 0.3 0.9", Variant::Segment).unwrap();
        assert_eq!((scored.figure, scored.score), (ring, Some(0.9)));
        let corners = read("0 0.1 0.1 0.2 0.1 0.2 0.3 0.1 0.3", Variant::Obb).unwrap();
        assert!(matches!(corners.figure, Figure::Corners(_)));
    }

    #[test]
    fn joints_follow_the_shape_that_the_dataset_declares() {
        let text = "0 0.5 0.5 0.2 0.1 0.4 0.4 2 0 0 0";
        let triplets = JointColumns { num_joints: 2, num_columns: 3 };
        let expected = Figure::Joints([0.5, 0.5, 0.2, 0.1], vec![([0.4, 0.4], 2), ([0.0, 0.0], 0)]);
        assert_eq!(parse(text, Variant::Pose, Some(triplets)).unwrap().figure, expected);
        assert_eq!(read(text, Variant::Pose).unwrap().figure, expected, "also without");
        assert!(parse(text, Variant::Pose, Some(JointColumns { num_joints: 3, num_columns: 3 })).is_err());
    }

    #[test]
    fn wrong_lines_are_told() {
        for text in [
            "cat 0.5 0.5 0.2 0.1",
            "-1 0.5 0.5 0.2 0.1",
            "0",
            "0 0.5 0.5 0.2",
            "0 x 0.5 0.2 0.1",
            "0 nan 0.5 0.2 0.1",
            "0 1e308 0.5 0.2 0.1",
            "0 inf 0.5 0.2 0.1",
            "0 0.5 0.5 0.2 0.1 1.5",
            "99999999999999999999999 0.5 0.5 0.1 0.1",
        ] {
            assert!(read(text, Variant::Detect).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_line_comes_back_within_rounding(
            class in 0..100usize, ring in proptest::collection::vec([0.0..=1.0f64, 0.0..=1.0f64], 3..9)
        ) {
            let line = Line { class, figure: Figure::Ring(ring.clone()), score: None, track: None };
            let read = read(&line.to_text(), Variant::Segment).unwrap();
            let Figure::Ring(read_ring) = &read.figure else { panic!("a ring comes back as one") };
            for (a, b) in ring.iter().flatten().zip(read_ring.iter().flatten()) {
                // Less than a thousandth of a pixel on a picture of ten million pixels a side.
                prop_assert!((a - b).abs() <= 1e-10);
            }
            prop_assert_eq!(read.to_text(), line.to_text());
        }

        #[test]
        fn no_text_makes_it_panic(text in "[0-9. \\-enaif]{0,40}") {
            for variant in [Variant::Detect, Variant::Segment, Variant::Pose, Variant::Obb] {
                let _ = read(&text, variant);
            }
        }
    }
}
