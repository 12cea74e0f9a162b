//! The YOLO family: a text file for each picture, an object on each line, numbers as fractions of the picture's
//! width and height.
//!
//! - detect: `label cx cy w h`; segment: `label x1 y1 x2 y2 …`, one ring; pose: `label cx cy w h px py v …`;
//!   obb: `label x1 y1 … x4 y4`. Predictions have a score as last number.
//! - Trainers refuse a file that mixes boxes and outlines: each variant writes lines of one kind only.
//! - `data.yaml` names the labels and the folders of the parts; the label file of a picture has its path with the last
//!   `images` replaced by `labels`. The layouts of Roboflow and Darknet (`obj.data`, lists of pictures) are read,
//!   too.
//! - Numbers outside of 0 to 1 are refused by trainers: objects are clipped to the picture, which preflight tells.
//!
//! **Invariants.** The sizes of pictures must be known, for reading and for writing. An empty or missing label
//! file means that nothing is on the picture; exports write empty ones.

mod dataset;
mod decode;
mod encode;
mod line;
mod read;
mod ring;
mod write;

use std::path::{Path, PathBuf};

use self::decode::objects_of;
use super::folder::{beginning_of, files_in, has_extension};
use super::trip::bare_asset;
use super::{
    Capability, Confidence, ExportOptions, ExportPlan, ExportSource, Format, FormatError, ImportContext,
    Item, Layout, SchemaBuilder, Setting, Trip, Written, base_folder,
};
use crate::base::report::Report;
use crate::model::{Schema, ShapeKind, SkeletonTemplate};
use crate::pixels::Size;

/// What the lines of a dataset hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Variant {
    Detect,
    Segment,
    Pose,
    Obb,
}

impl Variant {
    fn id(self) -> &'static str {
        match self {
            Self::Detect => "yolo-detect",
            Self::Segment => "yolo-segment",
            Self::Pose => "yolo-pose",
            Self::Obb => "yolo-obb",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Detect => "YOLO detect",
            Self::Segment => "YOLO segment",
            Self::Pose => "YOLO pose",
            Self::Obb => "YOLO oriented boxes",
        }
    }
}

/// A variant of the family.
pub(super) struct Yolo {
    variant: Variant,
}

pub(super) const DETECT: Yolo = Yolo { variant: Variant::Detect };
pub(super) const SEGMENT: Yolo = Yolo { variant: Variant::Segment };
pub(super) const POSE: Yolo = Yolo { variant: Variant::Pose };
pub(super) const OBB: Yolo = Yolo { variant: Variant::Obb };

impl Format for Yolo {
    fn id(&self) -> &'static str {
        self.variant.id()
    }

    fn title(&self) -> &'static str {
        self.variant.title()
    }

    fn help(&self) -> &'static str {
        match self.variant {
            Variant::Detect => {
                "Upright boxes in text files with a data.yaml, as Ultralytics trains detectors on."
            }
            Variant::Segment => {
                "Outlines in text files with a data.yaml, as Ultralytics trains segmenters on."
            }
            Variant::Pose => {
                "Boxes with joints in text files with a data.yaml, as Ultralytics trains pose models on."
            }
            Variant::Obb => "Boxes at any angle in text files with a data.yaml, as Ultralytics trains on.",
        }
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["yaml", "yml", "data"]
    }

    fn layout(&self) -> Layout {
        Layout::Folder
    }

    fn keeps(&self) -> &'static [Capability] {
        match self.variant {
            Variant::Detect => &[
                Capability::Shape(ShapeKind::Box),
                Capability::Order,
                Capability::Subsets,
                Capability::UnusedLabels,
            ],
            Variant::Segment => &[
                Capability::Shape(ShapeKind::Polygon),
                Capability::Order,
                Capability::Subsets,
                Capability::UnusedLabels,
            ],
            Variant::Pose => &[
                Capability::Shape(ShapeKind::Skeleton),
                Capability::Visibility,
                Capability::Order,
                Capability::Subsets,
                Capability::UnusedLabels,
            ],
            Variant::Obb => &[
                Capability::Shape(ShapeKind::Box),
                Capability::Shape(ShapeKind::RotatedBox),
                Capability::Order,
                Capability::Subsets,
                Capability::UnusedLabels,
            ],
        }
    }

    fn settings(&self) -> &'static [Setting] {
        match self.variant {
            Variant::Segment => &[
                Setting {
                    id: "holes",
                    title: "Holes in polygons",
                    values: &[
                        ("cut", "a cut from the outline to the hole keeps it empty"),
                        ("fill", "holes are filled"),
                    ],
                },
                Setting {
                    id: "masks",
                    title: "Outlines of masks",
                    values: &[
                        ("smooth", "steps become slants, within 0.75 px: fewer points"),
                        ("exact", "along the borders of pixels"),
                    ],
                },
            ],
            Variant::Detect | Variant::Pose | Variant::Obb => &[],
        }
    }

    fn sniff(&self, path: &Path) -> Confidence {
        let Some(found) = found_variant(path) else { return Confidence::No };
        match found {
            Found::Certain(variant) if variant == self.variant => Confidence::Certain,
            Found::Certain(_) => Confidence::Perhaps,
            Found::Labels if self.variant == Variant::Detect => Confidence::Likely,
            Found::Labels => Confidence::Perhaps,
        }
    }

    fn media_folders(&self, source: &Path) -> Vec<PathBuf> {
        let folder = base_folder(source);
        let parts = ["images", "train/images", "valid/images", "val/images", "test/images", "obj_train_data"];
        let mut folders = vec![folder.clone()];
        folders.extend(parts.iter().map(|part| folder.join(part)).filter(|folder| folder.is_dir()));
        folders
    }

    fn import(&self, source: &Path, context: &mut ImportContext<'_>) -> Result<(), FormatError> {
        read::import(self.variant, source, context)
    }

    fn write(
        &self,
        source: &mut dyn ExportSource,
        plan: &ExportPlan,
        options: &ExportOptions<'_>,
        report: &mut Report,
    ) -> Result<Written, FormatError> {
        write::write(self, source, plan, options, report)
    }

    fn trip(&self, item: &Item, plan: &ExportPlan, labels: &mut SchemaBuilder) -> Trip {
        let Some(place) = plan.place(&item.asset) else {
            return Trip::left_out(item, "it is on a video, and YOLO holds pictures");
        };
        let asset = bare_asset(&item.asset, place.path.clone(), plan.subset_of(place));
        let size = Size::new(asset.width, asset.height);
        let choices = write::choices(self, plan);
        let joints = (self.variant == Variant::Pose)
            .then_some(line::JointColumns { num_joints: choices.num_joints, num_columns: 3 });
        encode::lines_of(item, plan, &choices).trip(item, asset, |line| {
            // Through the text, so that every number is the one that a reader will find.
            let Ok(line) = line::parse(&line.to_text(), self.variant, joints) else { return Vec::new() };
            let Some(known) = plan.labels().get(line.class) else { return Vec::new() };
            let label = labels.label(known.name.trim());
            objects_of(&line, label, size, self.variant.id(), "").unwrap_or_default()
        })
    }

    fn schema_trip(&self, plan: &ExportPlan) -> Schema {
        let mut labels = SchemaBuilder::default();
        for known in plan.labels() {
            let label = labels.label(known.name.trim());
            if let Some(skeleton) = known.skeleton.as_ref().filter(|_| self.variant == Variant::Pose) {
                labels.set_skeleton(
                    label,
                    SkeletonTemplate { joints: skeleton.joints.clone(), ..SkeletonTemplate::default() },
                );
            }
        }
        labels.into_schema()
    }

    fn subset(&self, wanted: Option<&str>, _: &Path) -> Option<String> {
        // Trainers know no pictures outside of a part.
        let name = super::paths::inside(wanted.unwrap_or("train")).replace('/', "_");
        Some(if matches!(name.as_str(), "valid" | "validation") { "val".to_owned() } else { name })
    }

    /// `images/<subset>/<path>`. Folders called `images` are left out of the path, for the last one of them decides
    /// where the labels are; so is the subset where the path begins with it, as after an import.
    fn picture_path(&self, path: &str, subset: Option<&str>) -> String {
        let subset = subset.unwrap_or("train");
        let mut parts: Vec<&str> = path.split('/').collect();
        let name = parts.pop().unwrap_or(path);
        parts.retain(|part| *part != "images");
        if parts.first() == Some(&subset) {
            parts.remove(0);
        }
        let folders: String = parts.iter().map(|part| format!("{part}/")).collect();
        format!("images/{subset}/{folders}{name}")
    }

    fn needs_distinct_stems(&self) -> bool {
        true
    }
}

/// What a look at a source says.
enum Found {
    /// A dataset of this variant.
    Certain(Variant),
    /// Label files, but no line that would tell the variant.
    Labels,
}

fn found_variant(path: &Path) -> Option<Found> {
    let folder = base_folder(path);
    let yaml = if path.is_dir() {
        dataset::yaml_in(path)
    } else {
        Some(path.to_owned()).filter(|p| has_extension(p, "yaml") || has_extension(p, "yml"))
    };
    if let Some(yaml) = yaml {
        let yaml = dataset::read_yaml(&yaml).ok()?;
        if yaml.get("names").is_none() && yaml.get("nc").is_none() {
            return None;
        }
        if yaml.get("kpt_shape").is_some() {
            return Some(Found::Certain(Variant::Pose));
        }
    } else {
        let marks = ["obj.data", "obj.names", "classes.txt", "labels"];
        let is_dataset =
            has_extension(path, "data") || path.is_dir() && marks.iter().any(|m| path.join(m).exists());
        if !is_dataset {
            return None;
        }
    }
    let folders = ["labels/train", "labels", "train/labels", "labels/val", "obj_train_data", "."];
    let first_line = folders
        .iter()
        .flat_map(|name| files_in(&folder.join(name), "txt").into_iter().take(20))
        .find_map(|file| first_label_line(&file));
    Some(match first_line {
        Some(num_numbers) if num_numbers <= 5 => Found::Certain(Variant::Detect),
        Some(_) => Found::Certain(Variant::Segment),
        None => Found::Labels,
    })
}

/// How many numbers follow the label on the first line that is one.
fn first_label_line(file: &Path) -> Option<usize> {
    let bytes = beginning_of(file);
    let text = String::from_utf8_lossy(&bytes);
    let line = text.lines().find(|line| !line.trim().is_empty())?;
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_label = words.len() >= 5 && words.iter().all(|word| word.parse::<f64>().is_ok());
    is_label.then_some(words.len() - 1)
}
