//! `fieldmark info`: what a project, a picture or a video is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::console::{Console, counted};
use super::media::NumMedia;
use super::parse::{check_exists, project_path};
#[cfg(feature = "video")]
use super::video_info;
use crate::media::{MediaInfo, PICTURE_EXTENSIONS, VIDEO_EXTENSIONS, has_extension, probe};
use crate::model::{AssetStatus, Color};
use crate::project::{Identity, OpenMode, Project};

/// Tell what a project, a picture or a video is
#[derive(clap::Args)]
pub(super) struct Args {
    /// A project, a picture, a video, or numbered pictures such as shot-%04d.png.
    path: PathBuf,

    /// Of a video: the stream, by its number in the file; the first with moving pictures when it is not given.
    #[arg(long, value_name = "N")]
    stream: Option<usize>,

    /// Of a video: decode every frame, so that what is damaged inside is found too.
    #[arg(long)]
    verify: bool,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Info {
    Project(Box<ProjectInfo>),
    Picture {
        path: PathBuf,
        #[serde(flatten)]
        info: MediaInfo,
    },
    #[cfg(feature = "video")]
    Video(Box<video_info::VideoSummary>),
}

#[derive(Serialize)]
struct ProjectInfo {
    path: PathBuf,
    num_pictures: usize,
    num_videos: usize,
    num_objects: u64,
    num_ops: u64,
    num_by_status: BTreeMap<&'static str, usize>,
    /// Without a subset: under the empty name.
    num_by_subset: BTreeMap<String, usize>,
    num_missing: usize,
    labels: Vec<LabelInfo>,
    num_objects_without_label: u64,
    watched_folders: Vec<String>,
    next_undo: Option<String>,
}

#[derive(Serialize)]
struct LabelInfo {
    name: String,
    color: Color,
    num_objects: u64,
    num_by_kind: BTreeMap<String, u64>,
}

impl Args {
    pub fn run(self, console: &Console) -> anyhow::Result<()> {
        #[cfg(feature = "video")]
        if let Some(summary) = video_info::summary(&self.path, self.stream, self.verify, console)? {
            return console.result(&Info::Video(Box::new(summary.clone())), || summary.text());
        }
        let path = project_path(&self.path);
        check_exists(std::slice::from_ref(&path))?;
        if has_extension(&path, PICTURE_EXTENSIONS) || has_extension(&path, VIDEO_EXTENSIONS) {
            let info = probe(&path)?;
            return console.result(&Info::Picture { info: info.clone(), path: path.clone() }, || {
                picture_text(&info, &path)
            });
        }
        let info = ProjectInfo::read(&path)?;
        let text = info.text();
        console.result(&Info::Project(Box::new(info)), || text)
    }
}

impl ProjectInfo {
    fn read(path: &Path) -> anyhow::Result<Self> {
        let project = Project::open(path, OpenMode::Read, &Identity::load()?)?;
        let counts = project.reader().counts()?;
        let rows = project.assets().rows();
        let mut num_by_status = BTreeMap::new();
        let mut num_by_subset = BTreeMap::new();
        for row in rows {
            *num_by_status.entry(status_name(row.asset.status)).or_insert(0) += 1;
            *num_by_subset.entry(row.asset.subset.clone().unwrap_or_default()).or_insert(0) += 1;
        }
        let is_missing = |id| project.has_media(id) == Some(false);
        let num_missing = rows.iter().filter(|row| is_missing(row.asset.id)).count();
        let num_media = NumMedia::of(&project);
        let schema = project.schema();
        let mut labels: Vec<LabelInfo> = schema
            .labels
            .iter()
            .map(|label| LabelInfo {
                name: label.name.clone(),
                color: label.color,
                num_objects: 0,
                num_by_kind: BTreeMap::new(),
            })
            .collect();
        let mut num_objects_without_label = 0;
        for (label, kind, number) in project.reader().label_counts()? {
            match label.and_then(|id| schema.index_of(id)).and_then(|index| labels.get_mut(index)) {
                Some(label) => {
                    label.num_objects += number;
                    *label.num_by_kind.entry(kind).or_insert(0) += number;
                }
                None => num_objects_without_label += number,
            }
        }
        Ok(Self {
            path: path.to_owned(),
            num_pictures: num_media.pictures,
            num_videos: num_media.videos,
            num_objects: counts.num_objects,
            num_ops: counts.num_ops,
            num_by_status,
            num_by_subset,
            num_missing,
            labels,
            num_objects_without_label,
            watched_folders: project.watched_folders(),
            next_undo: project.next_undo().map(str::to_owned),
        })
    }

    fn text(&self) -> String {
        let mut lines = vec![
            self.path.display().to_string(),
            format!(
                "  {}, {}, {} changes recorded",
                NumMedia { pictures: self.num_pictures, videos: self.num_videos },
                counted(self.num_objects, "object"),
                self.num_ops
            ),
        ];
        let status: Vec<String> =
            self.num_by_status.iter().map(|(name, number)| format!("{number} {name}")).collect();
        if !status.is_empty() {
            lines.push(format!("  progress: {}", status.join(", ")));
        }
        if self.num_by_subset.keys().any(|name| !name.is_empty()) {
            let name_of = |name: &str| if name.is_empty() { "none".to_owned() } else { name.to_owned() };
            let subsets =
                self.num_by_subset.iter().map(|(name, number)| format!("{} {number}", name_of(name)));
            lines.push(format!("  subsets: {}", subsets.collect::<Vec<_>>().join(", ")));
        }
        if self.num_missing > 0 {
            lines.push(format!(
                "  {} missing; put the files back, or open the project to find them",
                counted(self.num_missing as u64, "file")
            ));
        }
        let width = self.labels.iter().map(|label| label.name.chars().count()).max().unwrap_or(0);
        for label in &self.labels {
            let kinds: Vec<String> = label.num_by_kind.iter().map(|(kind, n)| counted(*n, kind)).collect();
            let kinds = if kinds.is_empty() { "no objects".to_owned() } else { kinds.join(", ") };
            lines.push(format!("  {} {:width$}  {kinds}", label.color, label.name));
        }
        if self.num_objects_without_label > 0 {
            lines.push(format!("  {} without a label", counted(self.num_objects_without_label, "object")));
        }
        lines.join("\n")
    }
}

fn status_name(status: AssetStatus) -> &'static str {
    match status {
        AssetStatus::Todo => "todo",
        AssetStatus::Done => "done",
        AssetStatus::Skipped => "skipped",
    }
}

fn picture_text(info: &MediaInfo, path: &Path) -> String {
    let mut text = format!(
        "{}\n  {}, {} × {} pixels, {} bits, {} bytes",
        path.display(),
        info.format.name(),
        info.size.width,
        info.size.height,
        info.bit_depth,
        info.num_bytes
    );
    if info.stored_size != info.size {
        text += &format!(
            "\n  stored as {} × {} and turned to be shown",
            info.stored_size.width, info.stored_size.height
        );
    }
    text
}
