//! Which picture of the project a path in a foreign file means.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::super::media::{new_asset, relative_path};
use crate::base::jobs::JobContext;
use crate::base::report::Report;
use crate::formats::{Format, base_folder};
use crate::media::{MediaError, MediaFacts, fingerprint, inspect, scan};
use crate::model::{Asset, AssetSource, VideoFacts};
use crate::pixels::Size;

/// The pictures of a project, and the places in which further ones may be found.
pub(super) struct Pictures {
    /// The folder that the paths of assets start from.
    root: PathBuf,
    /// The folder that the paths in the foreign file start from.
    base: PathBuf,
    /// Where to look for files, best first.
    folders: Vec<Folder>,
    /// The files below the folder that the person named, by name.
    named_files: HashMap<String, Vec<PathBuf>>,
    assets: Vec<Asset>,
    index_by_path: HashMap<String, usize>,
    indices_by_name: HashMap<String, Vec<usize>>,
    /// The pictures that were there before, by length and fingerprint. Blank frames, say, share theirs.
    indices_by_content: HashMap<(u64, String), Vec<usize>>,
    /// Those of them that were found by content already: another file is another picture.
    found_by_content: HashSet<usize>,
    places: HashMap<String, Place>,
}

/// A folder to look for files in.
struct Folder {
    path: PathBuf,
    /// Whether the foreign file lies somewhere below it and nobody named it: what else is there may be anybody's, so
    /// that a name alone means nothing.
    is_above: bool,
}

/// Where a picture is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Place {
    /// It is this one of the project's, by path or content.
    Known(usize),
    /// It is most probably this one: the last parts of the path are the same.
    Similar(usize),
    /// It is a file that the project does not have yet.
    File {
        /// The file.
        path: PathBuf,
        /// What it holds.
        facts: MediaFacts,
    },
    /// There are several of the project's that it could be.
    Ambiguous,
    /// Nowhere.
    Unknown,
}

impl Pictures {
    /// Pictures of a project whose paths start from `root`, for what a format reads from `source`. `images` is where
    /// the person says that the pictures are.
    pub fn new(
        root: PathBuf,
        assets: Vec<Asset>,
        format: &dyn Format,
        source: &Path,
        images: Option<&Path>,
        report: &mut Report,
        job: &JobContext,
    ) -> Result<Self, MediaError> {
        let base = base_folder(source);
        let named = images.map(|path| Folder { path: path.to_owned(), is_above: false });
        let around = std::iter::once(base.clone()).chain(format.media_folders(source));
        let around = around.map(|path| Folder { is_above: is_above(&path, &base), path });
        let folders = named.into_iter().chain(around).collect();
        let mut named_files: HashMap<String, Vec<PathBuf>> = HashMap::new();
        if let Some(images) = images {
            for file in scan(&[images.to_owned()], report, job)? {
                let name = file.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                named_files.entry(name).or_default().push(file.path);
            }
        }
        let mut pictures = Self {
            root,
            base,
            folders,
            named_files,
            assets: Vec::with_capacity(assets.len()),
            index_by_path: HashMap::new(),
            indices_by_name: HashMap::new(),
            indices_by_content: HashMap::new(),
            found_by_content: HashSet::new(),
            places: HashMap::new(),
        };
        for asset in assets {
            let content = (asset.num_bytes, asset.fingerprint.clone());
            let index = pictures.add(asset);
            if !content.1.is_empty() {
                pictures.indices_by_content.entry(content).or_default().push(index);
            }
        }
        Ok(pictures)
    }

    /// Takes an asset in, and returns its index.
    pub fn add(&mut self, asset: Asset) -> usize {
        let index = self.assets.len();
        self.index_by_path.insert(asset.source.as_str().to_owned(), index);
        self.indices_by_name.entry(asset.file_name().to_owned()).or_default().push(index);
        self.assets.push(asset);
        index
    }

    /// An asset by its index.
    pub fn asset(&self, index: usize) -> &Asset {
        &self.assets[index]
    }

    /// Changes the part of the dataset that an asset belongs to.
    pub fn set_subset(&mut self, index: usize, subset: String) {
        self.assets[index].subset = Some(subset);
    }

    /// Remembers what a path means from now on.
    pub fn settle(&mut self, path: &str, index: usize) {
        self.places.insert(path.to_owned(), Place::Known(index));
    }

    /// Where the picture with a path of the foreign file is. Looks once for each path that leads somewhere.
    pub fn place(&mut self, path: &str) -> Place {
        if let Some(place) = self.places.get(path) {
            return place.clone();
        }
        let place = self.look_for(path);
        if !matches!(place, Place::Unknown) {
            self.places.insert(path.to_owned(), place.clone());
        }
        place
    }

    /// The size as shown of the picture with this path.
    pub fn size(&mut self, path: &str) -> Option<Size> {
        match self.place(path) {
            Place::Known(index) | Place::Similar(index) => {
                let asset = &self.assets[index];
                Some(Size::new(asset.width, asset.height)).filter(|size| size.num_pixels() > 0)
            }
            Place::File { facts, .. } => Some(facts.size),
            Place::Ambiguous | Place::Unknown => None,
        }
    }

    /// What is known of the frames of the video with this path.
    pub fn video_facts(&mut self, path: &str) -> Option<VideoFacts> {
        match self.place(path) {
            Place::Known(index) | Place::Similar(index) => self.assets[index].video.clone(),
            Place::File { facts, .. } => facts.video,
            Place::Ambiguous | Place::Unknown => None,
        }
    }

    /// What a new asset for this path is called when there is no file.
    pub fn source_without_file(&self, path: &str) -> AssetSource {
        if path.contains("://") {
            return AssetSource::Url(path.to_owned());
        }
        let folder = self.folders.first().map_or(&self.base, |folder| &folder.path);
        AssetSource::Path(relative_path(&self.root, &folder.join(path)))
    }

    /// A new asset for a file.
    pub fn asset_of_file(&self, path: &Path, facts: MediaFacts) -> Asset {
        new_asset(relative_path(&self.root, path), facts)
    }

    fn look_for(&mut self, path: &str) -> Place {
        if path.contains("://") {
            return self
                .index_by_path
                .get(path)
                .map_or_else(|| self.similar(path), |&index| Place::Known(index));
        }
        let in_folders = self.folders.iter().map(|folder| relative_path(&self.root, &folder.path.join(path)));
        if let Some(&index) = in_folders.take(2).find_map(|relative| self.index_by_path.get(&relative)) {
            return Place::Known(index);
        }
        match self.find_file(path).and_then(|file| self.place_of_file(file)) {
            Some(place) => place,
            // The same text starts from another folder here: it may be another picture.
            None => {
                let same_text = self.index_by_path.get(path);
                same_text.map_or_else(|| self.similar(path), |&index| Place::Similar(index))
            }
        }
    }

    /// A file with this path, or with its last parts, in one of the folders; or the only one of its name below the
    /// folder that the person named. In folders above the labels, a folder of the path must be the same, too.
    fn find_file(&self, path: &str) -> Option<PathBuf> {
        let mut endings = vec![path];
        endings.extend(path.match_indices('/').map(|(at, _)| &path[at + 1..]));
        // What remains of a path that leads upwards would lead somewhere else.
        let leads_elsewhere = |ending: &str| ending != path && ending.starts_with("../");
        endings.retain(|ending| !ending.is_empty() && !ending.starts_with('/') && !leads_elsewhere(ending));
        for (index, folder) in self.folders.iter().enumerate() {
            let fitting = endings.iter().filter(|ending| !folder.is_above || ending.contains('/'));
            // An absolute path stands for itself, whatever the folder.
            let found = fitting.map(|ending| folder.path.join(ending)).find(|file| file.is_file());
            if found.is_some() {
                return found;
            }
            if index == 0
                && let Some([file]) =
                    endings.last().and_then(|name| self.named_files.get(*name)).map(Vec::as_slice)
            {
                return Some(file.clone());
            }
        }
        None
    }

    /// What a file is to the project; `None` when it is no picture or video that can be read.
    fn place_of_file(&mut self, path: PathBuf) -> Option<Place> {
        if let Some(&index) = self.index_by_path.get(&relative_path(&self.root, &path)) {
            return Some(Place::Known(index));
        }
        let num_bytes = std::fs::metadata(&path).ok()?.len();
        // Of a video that is known, this saves reading all of it.
        let content = (num_bytes, fingerprint(&path).ok()?.to_string());
        if let Some(index) = self.same_content(&content, &path) {
            self.found_by_content.insert(index);
            return Some(Place::Known(index));
        }
        let facts = inspect(&path, &JobContext::detached()).ok()?;
        Some(Place::File { path, facts })
    }

    /// The picture that was there before and has this content: the one of this file's name, or the only one.
    fn same_content(&self, content: &(u64, String), file: &Path) -> Option<usize> {
        let all = self.indices_by_content.get(content)?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let free = || all.iter().copied().filter(|index| !self.found_by_content.contains(index));
        let named = free().find(|&index| self.assets[index].file_name() == name);
        named.or_else(|| free().next().filter(|_| all.len() == 1))
    }

    /// The asset whose path ends most like this one, from the name on.
    fn similar(&self, path: &str) -> Place {
        let name = path.rsplit('/').next().unwrap_or(path);
        let candidates = self.indices_by_name.get(name).map_or(&[][..], Vec::as_slice);
        let num_shared = |index: usize| {
            let known = self.assets[index].source.as_str().rsplit('/');
            known.zip(path.rsplit('/')).take_while(|(a, b)| a == b).count()
        };
        let best = candidates.iter().map(|&index| num_shared(index)).max().unwrap_or(0);
        let mut nearest = candidates.iter().filter(|&&index| num_shared(index) == best);
        match (nearest.next(), nearest.next()) {
            (Some(&index), None) => Place::Similar(index),
            (Some(_), Some(_)) => Place::Ambiguous,
            (None, _) => Place::Unknown,
        }
    }
}

/// Whether what is in `base` lies below the folder, but not right in it.
fn is_above(folder: &Path, base: &Path) -> bool {
    let (Ok(folder), Ok(base)) = (folder.canonicalize(), base.canonicalize()) else { return false };
    base != folder && base.starts_with(&folder)
}
