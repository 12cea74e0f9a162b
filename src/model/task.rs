//! Pieces of work.

use serde::{Deserialize, Serialize};

use super::{ActorId, AssetId, TaskId};

/// How far a task is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// Nobody has begun.
    #[default]
    Open,
    /// Somebody works on it.
    InProgress,
    /// Submitted.
    Done,
}

/// A set of assets that one person labels or reviews.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// What people call it.
    pub name: String,
    /// The assets to work on, in order.
    #[serde(default)]
    pub assets: Vec<AssetId>,
    /// The frames of a video asset to work on, half-open; all when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frames: Option<(u32, u32)>,
    /// The stage of the project's work, for example `annotate` or `review`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stage: String,
    /// How far it is.
    #[serde(default)]
    pub state: TaskState,
    /// Who works on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<ActorId>,
}
