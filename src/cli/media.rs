//! The arguments that name pictures and videos, and how many a project has of each.

use std::path::PathBuf;

use super::console::counted;
use super::parse::check_exists;
use crate::base::jobs::JobContext;
use crate::base::report::Report;
use crate::model::AssetKind;
use crate::project::{Project, add_media, add_sequence};

/// What is to be added to a project.
#[derive(clap::Args)]
pub(super) struct Media {
    /// Pictures, videos, and folders of them.
    media: Vec<PathBuf>,

    /// Numbered pictures that are one video: a pattern such as shot-%04d.png, one of them, or their folder. Can be
    /// given several times.
    #[arg(long, value_name = "PATTERN")]
    sequence: Vec<PathBuf>,
}

impl Media {
    /// Refuses what does not exist.
    pub fn check(&self) -> anyhow::Result<()> {
        #[cfg(not(feature = "video"))]
        anyhow::ensure!(
            self.sequence.is_empty(),
            "this build has no videos, and so no sequences of pictures"
        );
        check_exists(&self.media)
    }

    /// Adds it.
    pub fn add_to(&self, project: &mut Project, job: &JobContext) -> anyhow::Result<Report> {
        // First, so that the pictures of a sequence are known as such when their folder is gone through.
        for sequence in &self.sequence {
            add_sequence(project, sequence, job)?;
        }
        let (_, report) = add_media(project, &self.media, job)?;
        Ok(report)
    }
}

/// How many pictures and videos a project has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NumMedia {
    pub pictures: usize,
    pub videos: usize,
}

impl NumMedia {
    /// Of a project as it is now.
    pub fn of(project: &Project) -> Self {
        let rows = project.assets().rows();
        let videos = rows.iter().filter(|row| row.asset.kind == AssetKind::Video).count();
        Self { pictures: rows.len() - videos, videos }
    }

    /// Of both together.
    pub fn total(self) -> usize {
        self.pictures + self.videos
    }
}

impl std::fmt::Display for NumMedia {
    /// `3 pictures`, `1 video` or `3 pictures and 1 video`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let pictures = counted(self.pictures as u64, "picture");
        let videos = counted(self.videos as u64, "video");
        match (self.pictures, self.videos) {
            (_, 0) => f.write_str(&pictures),
            (0, _) => f.write_str(&videos),
            _ => write!(f, "{pictures} and {videos}"),
        }
    }
}
