//! The records of a COCO file as they stand in it.

use std::fmt;

use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::formats::lenient;

/// The id of a picture, category or annotation: a number, or text where some tool writes that.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
pub(super) enum Id {
    Number(i64),
    Text(String),
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct IdVisitor;
        impl Visitor<'_> for IdVisitor {
            type Value = Id;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an id, which is a number or text")
            }
            fn visit_i64<E: de::Error>(self, id: i64) -> Result<Id, E> {
                Ok(Id::Number(id))
            }
            fn visit_u64<E: de::Error>(self, id: u64) -> Result<Id, E> {
                Ok(i64::try_from(id).map_or_else(|_| Id::Text(id.to_string()), Id::Number))
            }
            fn visit_f64<E: de::Error>(self, id: f64) -> Result<Id, E> {
                let is_whole = id.fract() == 0.0 && id.abs() < 9e15;
                if is_whole { Ok(Id::Number(id as i64)) } else { Err(E::custom(format!("{id} is no id"))) }
            }
            // The same id is sometimes a number in one place and text in another.
            fn visit_str<E: de::Error>(self, id: &str) -> Result<Id, E> {
                Ok(id.parse().map_or_else(|_| Id::Text(id.to_owned()), Id::Number))
            }
        }
        deserializer.deserialize_any(IdVisitor)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(id) => id.fmt(f),
            Self::Text(id) => id.fmt(f),
        }
    }
}

/// A picture.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Image {
    pub id: Id,
    #[serde(default, deserialize_with = "lenient::extent")]
    pub width: Option<u32>,
    #[serde(default, deserialize_with = "lenient::extent")]
    pub height: Option<u32>,
    pub file_name: String,
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// A label.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Category {
    pub id: Option<Id>,
    #[serde(deserialize_with = "lenient::text")]
    pub name: String,
    #[serde(deserialize_with = "lenient::text")]
    pub supercategory: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keypoints: Vec<String>,
    /// Pairs of positions in `keypoints`, counted from 1.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skeleton: Vec<[usize; 2]>,
}

/// The outline of an annotation.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Segmentation {
    #[default]
    None,
    /// Rings as flat lists of x and y; their union is meant.
    Polygons(Vec<Vec<f64>>),
    /// Run lengths down the columns of the whole picture.
    Runs { height: u32, width: u32, counts: Counts },
}

/// Run lengths.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(untagged)]
pub(super) enum Counts {
    Text(String),
    List(Vec<u32>),
}

impl<'de> Deserialize<'de> for Segmentation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// A ring, or a number of a ring that stands there without its own brackets.
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum RingOrNumber {
            Ring(#[serde(deserialize_with = "lenient::coordinates")] Vec<f64>),
            Number(f64),
        }
        #[derive(Deserialize)]
        struct Runs {
            size: [u32; 2],
            counts: Counts,
        }
        struct SegmentationVisitor;
        impl<'de> Visitor<'de> for SegmentationVisitor {
            type Value = Segmentation;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of polygons or run lengths with size and counts")
            }
            fn visit_unit<E: de::Error>(self) -> Result<Segmentation, E> {
                Ok(Segmentation::None)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Segmentation, A::Error> {
                let (mut rings, mut flat) = (Vec::new(), Vec::new());
                while let Some(element) = list.next_element()? {
                    match element {
                        RingOrNumber::Ring(ring) => rings.push(ring),
                        RingOrNumber::Number(number) if number.abs() <= lenient::FARTHEST_PX => {
                            flat.push(number)
                        }
                        RingOrNumber::Number(_) => {
                            return Err(de::Error::custom("a coordinate is far too large"));
                        }
                    }
                }
                if !flat.is_empty() {
                    rings.push(flat);
                }
                Ok(if rings.is_empty() { Segmentation::None } else { Segmentation::Polygons(rings) })
            }
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Segmentation, A::Error> {
                let runs = Runs::deserialize(de::value::MapAccessDeserializer::new(map))?;
                let [height, width] = runs.size;
                Ok(Segmentation::Runs { height, width, counts: runs.counts })
            }
        }
        deserializer.deserialize_any(SegmentationVisitor)
    }
}

impl Serialize for Segmentation {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Runs<'a> {
            size: [u32; 2],
            counts: &'a Counts,
        }
        match self {
            Self::None => serializer.collect_seq(std::iter::empty::<f64>()),
            Self::Polygons(rings) => rings.serialize(serializer),
            Self::Runs { height, width, counts } => {
                Runs { size: [*height, *width], counts }.serialize(serializer)
            }
        }
    }
}

/// An object.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Annotation {
    #[serde(default)]
    pub id: Option<Id>,
    pub image_id: Id,
    pub category_id: Id,
    #[serde(default)]
    pub segmentation: Segmentation,
    /// Computed anew for every export; not read.
    #[serde(default, skip_deserializing)]
    pub area: f64,
    #[serde(default, deserialize_with = "lenient::coordinates", skip_serializing_if = "Vec::is_empty")]
    pub bbox: Vec<f64>,
    #[serde(default, deserialize_with = "lenient::yes_or_no", serialize_with = "as_number")]
    pub iscrowd: bool,
    /// Flat triplets of x, y and visibility: 0 not labelled, 1 hidden, 2 visible.
    #[serde(default, deserialize_with = "lenient::coordinates", skip_serializing_if = "Vec::is_empty")]
    pub keypoints: Vec<f64>,
    #[serde(default, skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub num_keypoints: Option<usize>,
    #[serde(default, deserialize_with = "lenient::number", skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// The dialect of CVAT and Datumaro.
    #[serde(default, deserialize_with = "map_or_null", skip_serializing_if = "Map::is_empty")]
    pub attributes: Map<String, Value>,
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

fn as_number<S: serde::Serializer>(value: &bool, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u8(u8::from(*value))
}

fn map_or_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Map<String, Value>, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// The one field by which annotations are sorted to their pictures.
#[derive(Deserialize)]
pub(super) struct ImageOfAnnotation {
    pub image_id: Id,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Annotation, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn ids_are_equal_however_they_are_written() {
        let ids: Vec<Id> = serde_json::from_str(r#"[7, "7", 7.0, "a7"]"#).unwrap();
        assert_eq!(ids, [Id::Number(7), Id::Number(7), Id::Number(7), Id::Text("a7".into())]);
        assert!(serde_json::from_str::<Id>("7.5").is_err());
    }

    #[test]
    fn reads_every_form_of_outline() {
        let outline = |json: &str| {
            read(&format!(r#"{{"image_id": 1, "category_id": 1, "segmentation": {json}}}"#))
                .unwrap()
                .segmentation
        };
        assert_eq!(outline("[]"), Segmentation::None);
        assert_eq!(outline("null"), Segmentation::None);
        let ring = Segmentation::Polygons(vec![vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.5]]);
        assert_eq!(outline("[[1, 2, 3, 4, 5, 6.5]]"), ring);
        assert_eq!(outline("[1, 2, 3, 4, 5, 6.5]"), ring, "without the inner brackets");
        let runs = |counts| Segmentation::Runs { height: 2, width: 3, counts };
        assert_eq!(outline(r#"{"size": [2, 3], "counts": [1, 5]}"#), runs(Counts::List(vec![1, 5])));
        assert_eq!(outline(r#"{"counts": "15", "size": [2, 3]}"#), runs(Counts::Text("15".into())));
    }

    #[test]
    fn unknown_fields_are_kept_and_written_back() {
        let annotation =
            read(r#"{"id": 1, "image_id": 1, "category_id": 1, "source": {"tool": "x"}}"#).unwrap();
        assert_eq!(annotation.rest["source"]["tool"], "x");
        let json = serde_json::to_value(&annotation).unwrap();
        assert_eq!(json["source"]["tool"], "x");
        assert_eq!(json["segmentation"], serde_json::json!([]));
        assert_eq!(json["iscrowd"], 0);
    }

    #[test]
    fn wrong_types_are_told() {
        for json in [
            r#"{"image_id": 1}"#,
            r#"{"image_id": [], "category_id": 1}"#,
            r#"{"image_id": 1, "category_id": 1, "bbox": "x"}"#,
            r#"{"image_id": 1, "category_id": 1, "segmentation": {"size": [1]}}"#,
            r#"{"image_id": 1, "category_id": 1, "segmentation": {"size": [-1, 1], "counts": []}}"#,
            r#"{"image_id": 1, "category_id": 1, "segmentation": [[1e300, 1, 2, 3, 4, 5]]}"#,
        ] {
            assert!(read(json).is_err(), "{json}");
        }
    }
}
