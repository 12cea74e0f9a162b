//! Pictures and videos, as the project knows them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{AssetId, VideoFacts};

/// What kind of media an asset is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssetKind {
    /// A still picture.
    #[default]
    Picture,
    /// A video, or a numbered sequence of pictures.
    Video,
}

impl AssetKind {
    /// A word for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            Self::Video => "video",
        }
    }
}

/// Where the media of an asset are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssetSource {
    /// A path relative to the project file's folder, with `/` between its parts on every system. Of numbered pictures
    /// that are one video, a pattern such as `run/shot-%04d.png`.
    Path(String),
    /// An address.
    Url(String),
}

impl AssetSource {
    /// The path or address as text.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Path(text) | Self::Url(text) => text,
        }
    }
}

/// How far a person got with an asset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssetStatus {
    /// Nobody has said anything about it.
    #[default]
    Todo,
    /// Finished.
    Done,
    /// Set aside: not to be labelled.
    Skipped,
}

/// One picture or video.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asset {
    /// Its id in the project.
    pub id: AssetId,
    /// Picture or video.
    #[serde(default)]
    pub kind: AssetKind,
    /// Where its media are.
    pub source: AssetSource,
    /// Width as shown, pixels.
    pub width: u32,
    /// Height as shown, pixels.
    pub height: u32,
    /// Identity of the content, by which a moved file is found again. Empty when not known yet.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub fingerprint: String,
    /// Bytes of the file.
    #[serde(default)]
    pub num_bytes: u64,
    /// How far a person got.
    #[serde(default)]
    pub status: AssetStatus,
    /// The part of the dataset that it belongs to: `train`, `val`, `test`, or a name of the project's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subset: Option<String>,
    /// Free marks for filtering.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub marks: BTreeSet<String>,
    /// Of a video, its frames; `None` for pictures, and for a video that could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video: Option<VideoFacts>,
}

impl Asset {
    /// A picture with the given relative path and shown size.
    pub fn picture(id: AssetId, path: impl Into<String>, width: u32, height: u32) -> Self {
        Self {
            id,
            kind: AssetKind::Picture,
            source: AssetSource::Path(path.into()),
            width,
            height,
            fingerprint: String::new(),
            num_bytes: 0,
            status: AssetStatus::Todo,
            subset: None,
            marks: BTreeSet::new(),
            video: None,
        }
    }

    /// A video with the given relative path, shown size and frames.
    pub fn video(id: AssetId, path: impl Into<String>, width: u32, height: u32, facts: VideoFacts) -> Self {
        Self { kind: AssetKind::Video, video: Some(facts), ..Self::picture(id, path, width, height) }
    }

    /// The last part of the path or address.
    pub fn file_name(&self) -> &str {
        let text = self.source.as_str();
        text.rsplit('/').next().unwrap_or(text)
    }
}
