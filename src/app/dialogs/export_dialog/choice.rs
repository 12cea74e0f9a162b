//! What is to be exported, and whether that makes sense.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::app::request::Request;
use crate::app::state::AppState;
use crate::formats::{Capability, FORMATS, Format, FrameOptions, Splits, format_by_id};
use crate::model::AssetId;

/// Which pictures are exported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pictures {
    /// All of the project.
    #[default]
    All,
    /// Those that the filter of the gallery lists.
    Listed,
    /// Those that are marked in the gallery.
    Marked,
}

/// How pictures are divided into parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Division {
    /// As the project says.
    #[default]
    AsInProject,
    /// At random by percentages of train, val and test.
    Percent([u8; 3]),
}

/// The parts that pictures are divided into.
pub const PARTS: [&str; 3] = ["train", "val", "test"];

/// Everything that one can choose.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportChoice {
    /// The id of the format.
    pub format: &'static str,
    /// Where to, as it was typed.
    pub target: String,
    /// Whether the target is the person's own, which choosing another format does not change.
    is_own_target: bool,
    /// Where exports go when the person says nothing: the folder and the beginning of the name.
    place: (PathBuf, String),
    /// Which pictures.
    pub pictures: Pictures,
    /// Whether the pictures are copied along.
    pub with_media: bool,
    /// How they are divided.
    pub division: Division,
    /// Which frames of videos become pictures, where the format holds pictures.
    pub frames: FrameOptions,
    /// The formats' own settings, by id.
    pub settings: BTreeMap<&'static str, &'static str>,
}

impl Default for ExportChoice {
    fn default() -> Self {
        Self {
            format: FORMATS[0].id(),
            target: String::new(),
            is_own_target: false,
            place: (PathBuf::new(), String::new()),
            pictures: Pictures::All,
            with_media: false,
            division: Division::AsInProject,
            frames: FrameOptions::default(),
            settings: BTreeMap::new(),
        }
    }
}

impl ExportChoice {
    /// What most will want: everything, into a folder beside that of the project.
    pub fn new(state: &AppState) -> Self {
        let mut choice = Self::default();
        if let Some(project) = &state.project {
            // Beside it, for copies of pictures inside would be taken for new pictures of the project.
            let root = project.root();
            choice.place = (root.parent().unwrap_or(root).to_owned(), project.name());
            choice.choose_format(choice.format);
        }
        choice
    }

    /// Chooses a format; the target follows, unless the person has set it.
    pub fn choose_format(&mut self, id: &'static str) {
        self.format = id;
        if !self.is_own_target {
            let (folder, name) = &self.place;
            self.target = folder.join(format!("{name}-{id}")).display().to_string();
        }
        self.settings.clear();
    }

    /// Sets the target.
    pub fn set_target(&mut self, target: String) {
        self.target = target;
        self.is_own_target = true;
    }

    /// The format.
    pub fn format(&self) -> &'static dyn Format {
        format_by_id(self.format).unwrap_or(FORMATS[0])
    }

    /// Whether the format knows parts of a dataset.
    pub fn has_parts(&self) -> bool {
        self.format().keeps().contains(&Capability::Subsets)
    }

    /// What makes no sense, as a sentence.
    pub fn mistake(&self) -> Option<String> {
        if self.target.trim().is_empty() {
            return Some("Say where to write: pick a folder, or type its path.".to_owned());
        }
        if !Path::new(self.target.trim()).is_absolute() {
            return Some("Write the whole path of the folder, from the root on.".to_owned());
        }
        match self.division {
            Division::Percent(shares)
                if self.has_parts() && shares.map(u32::from).iter().sum::<u32>() != 100 =>
            {
                Some("The parts must make 100 % together.".to_owned())
            }
            Division::Percent(_) | Division::AsInProject => None,
        }
    }

    /// The pictures as ids; empty for all. `None` when there is none to export.
    fn assets(&self, state: &AppState) -> Option<Vec<AssetId>> {
        let ids = match self.pictures {
            Pictures::All => return Some(Vec::new()),
            Pictures::Listed => state.view.listing.clone(),
            Pictures::Marked => state.view.marked.iter().copied().collect(),
        };
        (!ids.is_empty()).then_some(ids)
    }

    /// How pictures are divided, as formats know it.
    fn splits(&self) -> Splits {
        match self.division {
            Division::Percent(shares) if self.has_parts() => {
                let named = PARTS.iter().zip(shares).filter(|(_, share)| *share > 0);
                let parts =
                    named.map(|(name, share)| ((*name).to_owned(), f64::from(share) / 100.0)).collect();
                Splits::Shares { parts, seed: 0 }
            }
            Division::Percent(_) | Division::AsInProject => Splits::AsInProject,
        }
    }

    /// The request that does it, or only finds out what would be lost.
    pub fn request(&self, state: &AppState, only_preflight: bool) -> Option<Request> {
        Some(Request::Export {
            format: self.format,
            path: PathBuf::from(self.target.trim()),
            with_media: self.with_media,
            assets: self.assets(state)?,
            splits: self.splits(),
            frames: self.frames,
            settings: self
                .settings
                .iter()
                .map(|(id, value)| ((*id).to_owned(), (*value).to_owned()))
                .collect(),
            only_preflight,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice() -> ExportChoice {
        ExportChoice { place: (PathBuf::from("/data"), "cats".to_owned()), ..ExportChoice::default() }
    }

    #[test]
    fn the_target_follows_the_format_until_the_person_sets_it() {
        let mut choice = choice();
        choice.choose_format("coco");
        assert_eq!(Path::new(&choice.target), Path::new("/data/cats-coco"));
        choice.choose_format("labelme");
        assert_eq!(Path::new(&choice.target), Path::new("/data/cats-labelme"));
        choice.set_target("/elsewhere".to_owned());
        choice.choose_format("coco");
        assert_eq!(choice.target, "/elsewhere");
    }

    #[test]
    fn what_makes_no_sense_is_told() {
        let mut choice = choice();
        assert!(choice.mistake().unwrap().contains("where to write"));
        choice.set_target("somewhere".to_owned());
        assert!(choice.mistake().unwrap().contains("whole path"));
        choice.set_target("/somewhere".to_owned());
        assert_eq!(choice.mistake(), None);
        let with_parts = FORMATS.iter().find(|format| format.keeps().contains(&Capability::Subsets)).unwrap();
        choice.choose_format(with_parts.id());
        choice.division = Division::Percent([80, 30, 0]);
        assert!(choice.mistake().unwrap().contains("100 %"));
        choice.division = Division::Percent([80, 20, 0]);
        assert_eq!(choice.mistake(), None);
        let shares =
            Splits::Shares { parts: vec![("train".to_owned(), 0.8), ("val".to_owned(), 0.2)], seed: 0 };
        assert_eq!(choice.splits(), shares);
    }
}
