//! What an export decides before it writes: which labels, which part of the dataset, which names of pictures.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::exchange::advance;
use super::frames::TakenApart;
use super::paths::{self, NamesTaken};
use super::splits::assign_shares;
use super::{ExportOptions, ExportSource, Format, FormatError, ImagePaths, Splits};
use crate::model::{Asset, AssetId, Label, LabelId, Schema};

/// The names that common parts of a dataset go by, in the order in which they are listed.
const KNOWN_SUBSETS: [&str; 3] = ["train", "val", "test"];

/// The decisions of one export. The same for preflight, writing and reading back.
pub struct ExportPlan {
    schema: Schema,
    labels: Vec<Label>,
    index_by_label: HashMap<LabelId, usize>,
    used_labels: HashSet<LabelId>,
    subsets: Vec<String>,
    places: HashMap<AssetId, Place>,
    settings: BTreeMap<String, String>,
    has_media: bool,
    media_root: Option<PathBuf>,
    target: PathBuf,
    /// The videos that were taken apart before the format saw the items.
    pub(super) taken_apart: TakenApart,
}

/// Where one picture goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The index of its subset in [`ExportPlan::subsets`].
    pub subset: Option<usize>,
    /// The subset that was asked for, whether or not the format can keep it.
    pub wanted_subset: Option<String>,
    /// Its path in the export, relative to the folder that pictures go to.
    pub path: String,
}

impl ExportPlan {
    /// Looks through everything that is to be exported.
    ///
    /// # Errors
    /// When the options make no sense for this format, or the source fails.
    pub fn new(
        format: &dyn Format,
        source: &mut dyn ExportSource,
        target: &Path,
        options: &ExportOptions<'_>,
    ) -> Result<Self, FormatError> {
        check_settings(format, &options.settings)?;
        let mut plan = Self {
            schema: source.schema().clone(),
            labels: Vec::new(),
            index_by_label: HashMap::new(),
            used_labels: HashSet::new(),
            subsets: Vec::new(),
            places: HashMap::new(),
            settings: options.settings.clone(),
            has_media: options.media.is_some(),
            media_root: options.media_root.clone(),
            target: target.to_owned(),
            taken_apart: TakenApart::default(),
        };
        let survey = plan.survey(format, source, options)?;
        plan.choose_labels();
        plan.place_pictures(format, survey, options);
        Ok(plan)
    }

    /// The plan, with what was taken apart before.
    pub(super) fn with_taken_apart(mut self, taken_apart: TakenApart) -> Self {
        self.taken_apart = taken_apart;
        self
    }

    /// Notes which labels are used, and returns each picture, or video, with its path and subset in the project.
    fn survey(
        &mut self,
        format: &dyn Format,
        source: &mut dyn ExportSource,
        options: &ExportOptions<'_>,
    ) -> Result<Vec<(AssetId, String, Option<String>)>, FormatError> {
        let (mut done, total) = (0, source.num_items());
        let mut pictures = Vec::new();
        let used = &mut self.used_labels;
        let holds = format.holds();
        source.for_each(&mut |item| {
            done += 1;
            advance(&options.job, done, total)?;
            used.extend(item.objects.iter().filter_map(|object| object.label));
            if item.asset.kind == holds {
                let path = item.asset.source.as_str().to_owned();
                pictures.push((item.asset.id, path, item.asset.subset.clone()));
            }
            Ok(())
        })?;
        Ok(pictures)
    }

    /// Labels that only serve as parents of others are no labels of objects: formats know them at most by name.
    fn choose_labels(&mut self) {
        let merged: HashMap<LabelId, LabelId> = self.schema.merged.iter().copied().collect();
        self.used_labels = self.used_labels.iter().map(|id| *merged.get(id).unwrap_or(id)).collect();
        let parents: HashSet<LabelId> = self.schema.labels.iter().filter_map(|label| label.parent).collect();
        for label in &self.schema.labels {
            if self.used_labels.contains(&label.id) || !parents.contains(&label.id) {
                self.index_by_label.insert(label.id, self.labels.len());
                self.labels.push(label.clone());
            }
        }
        for (from, to) in merged {
            if let Some(&index) = self.index_by_label.get(&to) {
                self.index_by_label.insert(from, index);
            }
        }
    }

    fn place_pictures(
        &mut self,
        format: &dyn Format,
        pictures: Vec<(AssetId, String, Option<String>)>,
        options: &ExportOptions<'_>,
    ) {
        let assigned: Vec<Option<String>> = match &options.splits {
            Splits::AsInProject => {
                let to_subset = |subset: &Option<String>| subset.clone().filter(|name| !name.is_empty());
                pictures.iter().map(|(_, _, subset)| to_subset(subset)).collect()
            }
            Splits::Shares { parts, seed } => {
                let ids: Vec<AssetId> = pictures.iter().map(|(id, ..)| *id).collect();
                let indices = assign_shares(parts, *seed, &ids);
                indices.into_iter().map(|index| Some(parts[index].0.clone())).collect()
            }
        };
        let names: HashSet<String> =
            assigned.iter().filter_map(|wanted| format.subset(wanted.as_deref(), &self.target)).collect();
        self.subsets = names.into_iter().collect();
        let rank = |name: &String| KNOWN_SUBSETS.iter().position(|known| known == name).unwrap_or(3);
        self.subsets.sort_by(|a, b| rank(a).cmp(&rank(b)).then(a.cmp(b)));
        let mut taken = NamesTaken::default();
        for ((id, path, _), wanted_subset) in pictures.into_iter().zip(assigned) {
            let subset = format.subset(wanted_subset.as_deref(), &self.target);
            let wanted = match options.image_paths {
                ImagePaths::AsInProject => path.as_str(),
                ImagePaths::FileNames => paths::file_name(&path),
            };
            let wanted = format.picture_path(&paths::inside(wanted), subset.as_deref());
            let path = if format.needs_distinct_stems() {
                taken.take(&wanted, |path| paths::split_extension(path).0)
            } else {
                taken.take(&wanted, |path| path)
            };
            let subset = subset.and_then(|name| self.subsets.iter().position(|known| *known == name));
            self.places.insert(id, Place { subset, wanted_subset, path });
        }
    }

    /// The schema of the source.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The labels that the export knows, in order.
    pub fn labels(&self) -> &[Label] {
        &self.labels
    }

    /// The position in [`ExportPlan::labels`] of an object's label.
    pub fn label_index(&self, id: Option<LabelId>) -> Option<usize> {
        self.index_by_label.get(&id?).copied()
    }

    /// The label of an object.
    pub fn label(&self, id: Option<LabelId>) -> Option<&Label> {
        self.labels.get(self.label_index(id)?)
    }

    /// Whether some object has the label.
    pub fn is_used(&self, id: LabelId) -> bool {
        self.used_labels.contains(&id)
    }

    /// The parts of the dataset, train first.
    pub fn subsets(&self) -> &[String] {
        &self.subsets
    }

    /// Where a picture or video goes; `None` for what the format does not hold.
    pub(super) fn place(&self, asset: &Asset) -> Option<&Place> {
        self.places.get(&asset.id)
    }

    /// The subset of a picture.
    pub(super) fn subset_of(&self, place: &Place) -> Option<&str> {
        place.subset.map(|index| self.subsets[index].as_str())
    }

    /// Whether any picture belongs to no subset.
    pub(super) fn has_pictures_without_subset(&self) -> bool {
        self.places.values().any(|place| place.subset.is_none())
    }

    /// The value of a setting; that of its default where none was chosen, empty where there is no such setting.
    pub(super) fn setting(&self, format: &dyn Format, id: &str) -> &str {
        let default = || format.settings().iter().find(|setting| setting.id == id).map(|s| s.values[0].0);
        self.settings.get(id).map(String::as_str).or_else(default).unwrap_or_default()
    }

    /// Whether pictures are copied into the export.
    pub fn has_media(&self) -> bool {
        self.has_media
    }

    /// The folder that paths of assets are relative to, where known.
    pub(super) fn media_root(&self) -> Option<&Path> {
        self.media_root.as_deref()
    }

    /// The file or folder that is written.
    pub fn target(&self) -> &Path {
        &self.target
    }
}

fn check_settings(format: &dyn Format, settings: &BTreeMap<String, String>) -> Result<(), FormatError> {
    for (id, value) in settings {
        let Some(setting) = format.settings().iter().find(|setting| setting.id == id) else {
            let known: Vec<&str> = format.settings().iter().map(|setting| setting.id).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            return Err(FormatError::Options(format!(
                "{} has no setting {id:?}; its settings: {known}.",
                format.title()
            )));
        };
        if !setting.values.iter().any(|(known, _)| known == value) {
            let known: Vec<&str> = setting.values.iter().map(|(value, _)| *value).collect();
            return Err(FormatError::Options(format!(
                "The setting {id:?} cannot be {value:?}; choose one of: {}.",
                known.join(", ")
            )));
        }
    }
    Ok(())
}
