//! One write of one register: the unit that is stored, synced and merged.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Stamp, TransactionId};
use crate::id_type;
use crate::model::{ActorId, AssetId, LabelId, ObjectId, TaskId};

id_type!(
    /// One op. Pushing it twice changes nothing.
    OpId
);

/// JSON text, exactly as it was written.
#[derive(Clone)]
pub struct Json(Repr);

#[derive(Clone)]
enum Repr {
    Text(Arc<str>),
    /// Written out when somebody asks for it.
    Later(Arc<LazyLock<Box<str>, WriteOut>>),
}

type WriteOut = Box<dyn FnOnce() -> Box<str> + Send>;

impl Json {
    /// The text of a value.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Self {
        Self(Repr::Text(text_of(value).into()))
    }

    /// The text of a value that is written out when it is asked for: for edits of so many things that whoever makes
    /// them has no time for it.
    pub fn of_later<T: Serialize + Send + 'static>(value: T) -> Self {
        let write_out: WriteOut = Box::new(move || text_of(&value).into());
        Self(Repr::Later(Arc::new(LazyLock::new(write_out))))
    }

    /// The same, written out, and without what it was written from.
    pub fn written_out(self) -> Self {
        match self.0 {
            Repr::Text(_) => self,
            Repr::Later(_) => Self(Repr::Text(self.as_str().into())),
        }
    }

    /// Text that comes from outside; `None` when it is not JSON.
    pub fn from_text(text: &str) -> Option<Self> {
        serde_json::from_str::<&RawValue>(text).ok().map(|raw| Self(Repr::Text(raw.get().into())))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Repr::Text(text) => text,
            Repr::Later(text) => text,
        }
    }

    /// The value.
    ///
    /// # Errors
    /// When the text does not have the form of the type.
    pub fn decode<'a, T: Deserialize<'a>>(&'a self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.as_str())
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Json {}

fn text_of<T: Serialize + ?Sized>(value: &T) -> String {
    // Our values hold string keys and no failing serialisers. JSON has no NaN: it becomes `null`.
    serde_json::to_string(value).expect("our types serialise to JSON")
}

impl Serialize for Json {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde_json::from_str::<&RawValue>(self.as_str())
            .map_err(serde::ser::Error::custom)?
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Ok(Self(Repr::Text(raw.get().into())))
    }
}

/// What an op writes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// An object on an asset.
    Object(AssetId, ObjectId),
    /// A picture or video.
    Asset(AssetId),
    /// A label of the schema.
    Label(LabelId),
    /// A piece of work.
    Task(TaskId),
    /// The project itself.
    Project,
}

/// The name of one register of a thing: a word, or a word and a key, as in `shape`, `keyframe/12` or
/// `flag/hidden`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Register(Cow<'static, str>);

impl Register {
    /// Holds the thing as it was made.
    pub const CREATED: Self = Self::named("created");
    /// Holds whether the thing is gone: the latest stamp of it that whoever deleted it had seen, or `null`.
    pub const DELETED: Self = Self::named("deleted");

    /// A register with a fixed name.
    pub const fn named(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// A register with a name and a key.
    pub fn keyed(name: &str, key: impl fmt::Display) -> Self {
        Self(Cow::Owned(format!("{name}/{key}")))
    }

    /// A register whose name comes from outside.
    pub fn from_text(text: &str) -> Self {
        // There is one for each of very many things: its name is not kept as often.
        let common = [Self::CREATED, Self::DELETED].into_iter().find(|known| known.as_str() == text);
        common.unwrap_or_else(|| Self(Cow::Owned(text.to_owned())))
    }

    /// The whole name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name and the key; the key is empty where there is none.
    pub fn parts(&self) -> (&str, &str) {
        self.0.split_once('/').unwrap_or((&self.0, ""))
    }
}

impl fmt::Display for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One write of one register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Op {
    /// Its id.
    pub id: OpId,
    /// The transaction that it is part of.
    pub tx: TransactionId,
    /// When and by whom it was written.
    pub stamp: Stamp,
    /// What it writes to.
    pub target: Target,
    /// The register that it writes.
    pub register: Register,
    /// What it writes.
    pub value: Json,
    /// The stamp of the register's value that its author saw; none when there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Stamp>,
    /// Fields of a newer build, kept for the way back.
    #[serde(flatten, default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub extra: serde_json::Map<String, serde_json::Value>,
}

impl Op {
    /// Who wrote it.
    pub fn actor(&self) -> ActorId {
        self.stamp.actor
    }
}
