//! Fields as other tools really write them: numbers in quotes, whole numbers with a point, null for nothing.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};

/// Coordinates beyond this many pixels are taken for damage: no picture is as large.
pub(super) const FARTHEST_PX: f64 = 1e7;

/// A number, in quotes or not; `None` for null and for empty text.
struct Number(Option<f64>);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberVisitor;
        impl Visitor<'_> for NumberVisitor {
            type Value = Number;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }
            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Number, E> {
                Ok(Number(Some(value)))
            }
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Number, E> {
                Ok(Number(Some(value as f64)))
            }
            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Number, E> {
                Ok(Number(Some(value as f64)))
            }
            fn visit_bool<E: de::Error>(self, value: bool) -> Result<Number, E> {
                Ok(Number(Some(f64::from(value))))
            }
            fn visit_unit<E: de::Error>(self) -> Result<Number, E> {
                Ok(Number(None))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Number, E> {
                let text = text.trim();
                if text.is_empty() {
                    return Ok(Number(None));
                }
                let number: Option<f64> = text.parse().ok().filter(|n: &f64| n.is_finite());
                number.map(|n| Number(Some(n))).ok_or_else(|| E::custom(format!("{text:?} is no number")))
            }
        }
        deserializer.deserialize_any(NumberVisitor)
    }
}

/// A number that may be absent.
pub(super) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    Number::deserialize(deserializer).map(|number| number.0)
}

/// A whole number of pixels that may be absent; 0 counts as absent.
pub(super) fn extent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    match Number::deserialize(deserializer)?.0 {
        None => Ok(None),
        Some(n) if (0.0..=f64::from(u32::MAX)).contains(&n) => Ok(Some(n.round() as u32).filter(|&n| n > 0)),
        Some(n) => Err(de::Error::custom(format!("{n} is no size of a picture"))),
    }
}

/// Yes or no, also as 0 and 1 and in quotes. Absent means no.
pub(super) fn yes_or_no<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum YesOrNo {
        Bool(bool),
        Number(f64),
        Text(String),
        Nothing(()),
    }
    match YesOrNo::deserialize(deserializer)? {
        YesOrNo::Bool(value) => Ok(value),
        YesOrNo::Number(value) => Ok(value != 0.0),
        YesOrNo::Text(text) => match text.trim().to_lowercase().as_str() {
            "" | "0" | "false" | "no" => Ok(false),
            "1" | "true" | "yes" => Ok(true),
            _ => Err(de::Error::custom(format!("{text:?} is neither yes nor no"))),
        },
        YesOrNo::Nothing(()) => Ok(false),
    }
}

/// A list of numbers, or null for none. Each is within [`FARTHEST_PX`].
pub(super) fn coordinates<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f64>, D::Error> {
    let list: Option<Vec<Number>> = Option::deserialize(deserializer)?;
    list.unwrap_or_default().into_iter().map(|number| coordinate(number.0)).collect()
}

/// A list of points, or null for none. Each coordinate is within [`FARTHEST_PX`].
pub(super) fn points<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<[f64; 2]>, D::Error> {
    let list: Option<Vec<Vec<Number>>> = Option::deserialize(deserializer)?;
    let point = |numbers: Vec<Number>| match &numbers[..] {
        [x, y] => Ok([coordinate(x.0)?, coordinate(y.0)?]),
        _ => Err(de::Error::custom(format!("a point has two numbers, not {}", numbers.len()))),
    };
    list.unwrap_or_default().into_iter().map(point).collect()
}

fn coordinate<E: de::Error>(number: Option<f64>) -> Result<f64, E> {
    match number {
        Some(n) if n.abs() <= FARTHEST_PX => Ok(n),
        Some(n) => Err(E::custom(format!("{n} lies far outside of any picture"))),
        None => Err(E::custom("a coordinate is missing")),
    }
}

/// Text, or null for none.
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Option::<String>::deserialize(deserializer).map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests {
    #[derive(Default, serde::Deserialize)]
    #[serde(default)]
    struct Fields {
        #[serde(deserialize_with = "super::number")]
        number: Option<f64>,
        #[serde(deserialize_with = "super::extent")]
        extent: Option<u32>,
        #[serde(deserialize_with = "super::yes_or_no")]
        flag: bool,
        #[serde(deserialize_with = "super::coordinates")]
        list: Vec<f64>,
        #[serde(deserialize_with = "super::points")]
        points: Vec<[f64; 2]>,
    }

    fn read(json: &str) -> Result<Fields, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn takes_what_tools_write_for_a_number() {
        assert_eq!(read(r#"{"number": "12.5"}"#).unwrap().number, Some(12.5));
        assert_eq!(read(r#"{"number": null}"#).unwrap().number, None);
        assert_eq!(read(r#"{"extent": 640.0}"#).unwrap().extent, Some(640));
        assert_eq!(read(r#"{"extent": 0}"#).unwrap().extent, None);
        assert!(read(r#"{"flag": "1"}"#).unwrap().flag && !read(r#"{"flag": null}"#).unwrap().flag);
        assert_eq!(read(r#"{"list": [1, 2.5, "3"]}"#).unwrap().list, [1.0, 2.5, 3.0]);
        assert_eq!(read(r#"{"points": [[1, 2]]}"#).unwrap().points, [[1.0, 2.0]]);
    }

    #[test]
    fn refuses_what_cannot_be_meant() {
        for json in [
            r#"{"number": "x"}"#,
            r#"{"number": "nan"}"#,
            r#"{"extent": -3}"#,
            r#"{"flag": "maybe"}"#,
            r#"{"list": [1e300]}"#,
            r#"{"list": [null]}"#,
            r#"{"points": [[1, 2, 3]]}"#,
            r#"{"points": [7]}"#,
        ] {
            assert!(read(json).is_err(), "{json}");
        }
    }
}
