//! The records of a labelme file as they stand in it.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::formats::lenient;

/// One shape.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct ShapeRecord {
    pub label: String,
    #[serde(deserialize_with = "lenient::points")]
    pub points: Vec<[f64; 2]>,
    #[serde(default)]
    pub group_id: Option<i64>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub description: String,
    /// Absent in old files, where everything is a polygon.
    #[serde(default = "polygon", deserialize_with = "kind_or_polygon")]
    pub shape_type: String,
    #[serde(default, deserialize_with = "map_or_null")]
    pub flags: Map<String, Value>,
    /// A PNG in base64.
    #[serde(default)]
    pub mask: Option<String>,
    /// Of X-AnyLabeling; labelme keeps it.
    #[serde(default, deserialize_with = "lenient::number", skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// Of X-AnyLabeling; labelme keeps it.
    #[serde(default, deserialize_with = "lenient::yes_or_no", skip_serializing_if = "std::ops::Not::not")]
    pub difficult: bool,
    /// Of X-AnyLabeling; labelme keeps it.
    #[serde(default, deserialize_with = "map_or_null", skip_serializing_if = "Map::is_empty")]
    pub attributes: Map<String, Value>,
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

fn polygon() -> String {
    "polygon".to_owned()
}

fn kind_or_polygon<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_else(polygon))
}

fn map_or_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Map<String, Value>, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// A file, for writing.
#[derive(Serialize)]
pub(super) struct FileRecord {
    pub version: &'static str,
    pub flags: Map<String, Value>,
    pub shapes: Vec<ShapeRecord>,
    #[serde(rename = "imagePath")]
    pub image_path: String,
    #[serde(rename = "imageData")]
    pub image_data: Option<String>,
    #[serde(rename = "imageHeight")]
    pub image_height: Option<u32>,
    #[serde(rename = "imageWidth")]
    pub image_width: Option<u32>,
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// Names that are the format's own on the level of the file.
pub(super) const FILE_KEYS: [&str; 7] =
    ["version", "flags", "shapes", "imagePath", "imageData", "imageHeight", "imageWidth"];

/// Names that are the format's own on the level of a shape.
pub(super) const SHAPE_KEYS: [&str; 10] = [
    "label",
    "points",
    "group_id",
    "description",
    "shape_type",
    "flags",
    "mask",
    "score",
    "difficult",
    "attributes",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_shortest_and_the_longest_form() {
        let short: ShapeRecord = serde_json::from_str(r#"{"label": "a", "points": [[1, 2]]}"#).unwrap();
        assert_eq!((short.shape_type.as_str(), short.group_id), ("polygon", None));
        let long = r#"{"label": "a", "points": [[1, 2.5]], "group_id": 3, "description": null, "shape_type": null,
            "flags": null, "mask": null, "score": null, "difficult": false, "attributes": {"x": "y"},
            "kie_linking": [], "direction": 0.5}"#;
        let long: ShapeRecord = serde_json::from_str(long).unwrap();
        assert_eq!((long.group_id, long.rest.len()), (Some(3), 2));
        assert!(serde_json::from_str::<ShapeRecord>(r#"{"label": 3, "points": []}"#).is_err());
    }
}
