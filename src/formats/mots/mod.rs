//! MOTS: masks that are followed through a video, as text or as pictures.
//!
//! - Text: `instances_txt/NAME.txt` has rows `frame id class height width rle`, run lengths as in COCO. Frames count from
//!   0, as in KITTI MOTS; in a `gt/gt.txt`, as MOTSChallenge has them, from 1.
//! - Pictures: `NAME/instances/000000.png` and on, grey with 16 bits, each pixel the id of what is there; 0 is nothing.
//!
//! An id is the class times 1000 plus the number of the object. Classes are lines of a `labels.txt`, from 1, as CVAT and
//! Datumaro have it; without one they are those of the benchmark, where 10 is an area that is left out, here the flag
//! "difficult". Masks of one frame never overlap: what lies in front has the pixels.

mod frames;
mod read;
mod write;

use std::path::{Path, PathBuf};

use self::frames::MaskFrames;
use super::trip::bare_asset;
use super::{
    Capability, Confidence, ExportOptions, ExportPlan, ExportSource, Format, FormatError, ImportContext,
    Item, Layout, SchemaBuilder, Trip, Written, base_folder,
};
use crate::base::report::Report;
use crate::model::{AssetKind, Schema, ShapeKind};

/// The two ways to write masks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mots {
    /// Rows with run lengths.
    Text,
    /// Pictures of ids.
    Png,
}

impl Format for Mots {
    fn id(&self) -> &'static str {
        match self {
            Self::Text => "mots-text",
            Self::Png => "mots-png",
        }
    }

    fn title(&self) -> &'static str {
        match self {
            Self::Text => "MOTS text",
            Self::Png => "MOTS PNG",
        }
    }

    fn help(&self) -> &'static str {
        match self {
            Self::Text => {
                "Masks that are followed through a video, as run lengths in text, as KITTI MOTS has them."
            }
            Self::Png => {
                "Masks that are followed through a video, as a 16-bit picture for each frame, read by CVAT and \
                          Datumaro."
            }
        }
    }

    fn extensions(&self) -> &'static [&'static str] {
        match self {
            Self::Text => &["txt"],
            Self::Png => &["png"],
        }
    }

    fn layout(&self) -> Layout {
        Layout::Folder
    }

    fn holds(&self) -> AssetKind {
        AssetKind::Video
    }

    fn keeps(&self) -> &'static [Capability] {
        &[Capability::Shape(ShapeKind::Mask), Capability::Tracks, Capability::UnusedLabels]
    }

    fn sniff(&self, path: &Path) -> Confidence {
        read::sniff(*self, path)
    }

    fn media_folders(&self, source: &Path) -> Vec<PathBuf> {
        let folder = base_folder(source);
        vec![folder.clone(), folder.join(".."), folder.join("../..")]
    }

    fn import(&self, source: &Path, context: &mut ImportContext<'_>) -> Result<(), FormatError> {
        read::import(*self, source, context)
    }

    fn write(
        &self,
        source: &mut dyn ExportSource,
        plan: &ExportPlan,
        options: &ExportOptions<'_>,
        report: &mut Report,
    ) -> Result<Written, FormatError> {
        write::write(*self, source, plan, options, report)
    }

    fn trip(&self, item: &Item, plan: &ExportPlan, labels: &mut SchemaBuilder) -> Trip {
        let Some(place) = plan.place(&item.asset) else {
            return Trip::left_out(item, "it is on a picture, and this format holds videos");
        };
        let asset = bare_asset(&item.asset, place.path.clone(), None);
        MaskFrames::new(item, plan).trip(item, asset, plan, labels, self.id())
    }

    fn schema_trip(&self, plan: &ExportPlan) -> Schema {
        let mut labels = SchemaBuilder::default();
        for name in classes_of(plan) {
            labels.label(&name);
        }
        labels.into_schema()
    }

    fn subset(&self, _: Option<&str>, _: &Path) -> Option<String> {
        None
    }

    fn picture_path(&self, path: &str, _: Option<&str>) -> String {
        path.to_owned()
    }

    fn needs_distinct_stems(&self) -> bool {
        true
    }
}

/// The names of the classes, each in one line.
fn classes_of(plan: &ExportPlan) -> Vec<String> {
    super::sequences::classes_of(plan)
}
