//! How registers and the model's types translate into each other.
//!
//! A [`Thing`] is made from the value of [`Register::CREATED`] and then overlaid with its other registers. Each
//! kind of thing has an enum of changes: one variant for each register, with its type.

use std::collections::BTreeSet;
use std::str::FromStr;

use serde::de::DeserializeOwned;

use super::{Json, NotesChange, Register};
use crate::model::{
    Asset, AssetId, AssetSource, AssetStatus, Attribute, AttributeId, AttributeValue, Color, Content, Flag,
    GroupId, Keyframe, Label, LabelId, LabelUse, Object, ObjectId, Provenance, ReviewState, Shape, ShapeKind,
    SkeletonTemplate, Span, VideoFacts,
};

/// Something that ops can write to.
pub trait Thing: Sized + Clone {
    /// The type of its id.
    type Id: Copy + Ord;

    /// The thing as it was made. `None` when the value cannot be read.
    fn from_created(id: Self::Id, value: &Json) -> Option<Self>;

    /// Overlays one register. Does nothing with a register, or a value, that it does not know.
    fn set(&mut self, register: &Register, value: &Json);

    /// The value of a register as it stands now: what undoing a write must restore.
    fn get(&self, register: &Register) -> Option<Json>;
}

/// Declares the changes of one kind of thing: for each variant its type and the register that it writes.
macro_rules! changes {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident($type:ty) => $register:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub enum $name {
            $($(#[$variant_doc])* $variant($type),)+
        }

        impl $name {
            fn plain_register(&self) -> Register {
                match self { $(Self::$variant(..) => Register::named($register),)+ }
            }
        }
    };
}

/// One change of an object, as the type of the register that it writes.
#[derive(Clone, Debug, PartialEq)]
pub enum ObjectChange {
    /// Another label, or none.
    Label(Option<LabelId>),
    /// Another shape.
    Shape(Shape),
    /// A keyframe of a track, or none at this frame.
    Keyframe(u32, Option<Keyframe>),
    /// The value of a mutable attribute from this frame on, or none at this frame.
    KeyframeAttribute(u32, AttributeId, Option<AttributeValue>),
    /// Another interval of frames.
    Span(Span),
    /// The value of an attribute, or none.
    Attribute(AttributeId, Option<AttributeValue>),
    /// A flag.
    Flag(Flag, bool),
    /// Another place in the z order.
    Z(i64),
    /// Another group, or none.
    Group(Option<GroupId>),
    /// Another provenance.
    Provenance(Provenance),
    /// What a reviewer said.
    Review(ReviewState),
    /// A person's remark.
    Comment(String),
    /// A field of a format that the model has no place for, or none.
    Extra(String, Option<serde_json::Value>),
}

impl ObjectChange {
    /// The register that it writes.
    pub fn register(&self) -> Register {
        match self {
            Self::Label(_) => Register::named("label"),
            Self::Shape(_) => Register::named("shape"),
            Self::Keyframe(frame, _) => Register::keyed("keyframe", frame),
            Self::KeyframeAttribute(frame, id, _) => {
                Register::keyed("keyframe-attribute", format_args!("{frame}/{id}"))
            }
            Self::Span(_) => Register::named("span"),
            Self::Attribute(id, _) => Register::keyed("attribute", id),
            Self::Flag(flag, _) => Register::keyed("flag", flag.name()),
            Self::Z(_) => Register::named("z"),
            Self::Group(_) => Register::named("group"),
            Self::Provenance(_) => Register::named("provenance"),
            Self::Review(_) => Register::named("review"),
            Self::Comment(_) => Register::named("comment"),
            Self::Extra(key, _) => Register::keyed("extra", key),
        }
    }

    /// What it writes.
    pub fn value(&self) -> Json {
        match self {
            Self::Label(value) => Json::of(value),
            Self::Shape(value) => Json::of(value),
            Self::Keyframe(_, value) => Json::of(value),
            Self::KeyframeAttribute(_, _, value) | Self::Attribute(_, value) => Json::of(value),
            Self::Span(value) => Json::of(value),
            Self::Flag(_, value) => Json::of(value),
            Self::Z(value) => Json::of(value),
            Self::Group(value) => Json::of(value),
            Self::Provenance(value) => Json::of(value),
            Self::Review(value) => Json::of(value),
            Self::Comment(value) => Json::of(value),
            Self::Extra(_, value) => Json::of(value),
        }
    }

    /// The change that an op makes; `None` when this build does not know the register or cannot read the value.
    pub fn decode(register: &Register, value: &Json) -> Option<Self> {
        let (name, key) = register.parts();
        Some(match name {
            "label" => Self::Label(read(value)?),
            "shape" => Self::Shape(read(value)?),
            "keyframe" => Self::Keyframe(key.parse().ok()?, read(value)?),
            "keyframe-attribute" => {
                let (frame, id) = key.split_once('/')?;
                Self::KeyframeAttribute(frame.parse().ok()?, AttributeId::from_str(id).ok()?, read(value)?)
            }
            "span" => Self::Span(read(value)?),
            "attribute" => Self::Attribute(key.parse().ok()?, read(value)?),
            "flag" => Self::Flag(Flag::from_name(key)?, read(value)?),
            "z" => Self::Z(read(value)?),
            "group" => Self::Group(read(value)?),
            "provenance" => Self::Provenance(read(value)?),
            "review" => Self::Review(read(value)?),
            "comment" => Self::Comment(read(value)?),
            "extra" => Self::Extra(key.to_owned(), read(value)?),
            _ => return None,
        })
    }

    /// Makes the change.
    pub fn apply(self, object: &mut Object) {
        match self {
            Self::Label(label) => object.label = label,
            Self::Shape(shape) => object.content = Content::Shape(shape),
            Self::Keyframe(frame, keyframe) => {
                if let Content::Track(track) = &mut object.content {
                    put(&mut track.keyframes, frame, keyframe);
                }
            }
            Self::KeyframeAttribute(frame, id, value) => {
                if let Content::Track(track) = &mut object.content {
                    put(track.attributes.entry(frame).or_default(), id, value);
                    track.attributes.retain(|_, values| !values.is_empty());
                }
            }
            Self::Span(span) => object.content = Content::Span(span),
            Self::Attribute(id, value) => put(&mut object.attributes, id, value),
            Self::Flag(flag, true) => drop(object.flags.insert(flag)),
            Self::Flag(flag, false) => drop(object.flags.remove(&flag)),
            Self::Z(z) => object.z = z,
            Self::Group(group) => object.group = group,
            Self::Provenance(provenance) => object.provenance = provenance,
            Self::Review(review) => object.review = review,
            Self::Comment(comment) => object.comment = comment,
            Self::Extra(key, value) => put(&mut object.extra, key, value),
        }
    }

    /// The change that would restore what a register holds now.
    fn current(object: &Object, register: &Register) -> Option<Self> {
        let (name, key) = register.parts();
        Some(match name {
            "label" => Self::Label(object.label),
            "shape" => Self::Shape(object.as_shape()?.clone()),
            "keyframe" => {
                let Content::Track(track) = &object.content else { return None };
                let frame = key.parse().ok()?;
                Self::Keyframe(frame, track.keyframes.get(&frame).cloned())
            }
            "keyframe-attribute" => {
                let Content::Track(track) = &object.content else { return None };
                let (frame, id) = key.split_once('/')?;
                let (frame, id) = (frame.parse().ok()?, AttributeId::from_str(id).ok()?);
                let value = track.attributes.get(&frame).and_then(|values| values.get(&id)).cloned();
                Self::KeyframeAttribute(frame, id, value)
            }
            "span" => match &object.content {
                Content::Span(span) => Self::Span(span.clone()),
                Content::Shape(_) | Content::Track(_) | Content::Tag => return None,
            },
            "attribute" => {
                let id = key.parse().ok()?;
                Self::Attribute(id, object.attributes.get(&id).cloned())
            }
            "flag" => {
                let flag = Flag::from_name(key)?;
                Self::Flag(flag, object.has(flag))
            }
            "z" => Self::Z(object.z),
            "group" => Self::Group(object.group),
            "provenance" => Self::Provenance(object.provenance.clone()),
            "review" => Self::Review(object.review),
            "comment" => Self::Comment(object.comment.clone()),
            "extra" => Self::Extra(key.to_owned(), object.extra.get(key).cloned()),
            _ => return None,
        })
    }
}

impl Thing for Object {
    type Id = ObjectId;

    fn from_created(id: ObjectId, value: &Json) -> Option<Self> {
        // The id of the target counts, not the one in the text.
        read::<Self>(value).map(|mut object| {
            if let Content::Shape(shape) = &mut object.content {
                shape.shrink_to_fit();
            }
            Self { id, ..object }
        })
    }

    fn set(&mut self, register: &Register, value: &Json) {
        if let Some(change) = ObjectChange::decode(register, value) {
            change.apply(self);
        }
    }

    fn get(&self, register: &Register) -> Option<Json> {
        ObjectChange::current(self, register).map(|change| change.value())
    }
}

changes!(
    /// One change of an asset.
    AssetChange {
        /// It is somewhere else now.
        Source(AssetSource) => "source",
        /// The shown size, pixels.
        Size((u32, u32)) => "size",
        /// The identity of its content.
        Fingerprint(String) => "fingerprint",
        /// How far a person got.
        Status(AssetStatus) => "status",
        /// The part of the dataset that it belongs to.
        Subset(Option<String>) => "subset",
        /// Whether it bears this mark.
        Mark((String, bool)) => "mark",
        /// What is known of its frames.
        Video(Option<VideoFacts>) => "video",
    }
);

impl AssetChange {
    /// The register that it writes.
    pub fn register(&self) -> Register {
        match self {
            Self::Mark((mark, _)) => Register::keyed("mark", mark),
            _ => self.plain_register(),
        }
    }

    /// What it writes.
    pub fn value(&self) -> Json {
        match self {
            Self::Source(value) => Json::of(value),
            Self::Size(value) => Json::of(value),
            Self::Fingerprint(value) => Json::of(value),
            Self::Status(value) => Json::of(value),
            Self::Subset(value) => Json::of(value),
            Self::Mark((_, value)) => Json::of(value),
            Self::Video(value) => Json::of(value),
        }
    }
}

impl Thing for Asset {
    type Id = AssetId;

    fn from_created(id: AssetId, value: &Json) -> Option<Self> {
        read::<Self>(value).map(|asset| Self { id, ..asset })
    }

    fn set(&mut self, register: &Register, value: &Json) {
        let (name, key) = register.parts();
        match name {
            "source" => assign(&mut self.source, value),
            "size" => {
                if let Some((width, height)) = read(value) {
                    (self.width, self.height) = (width, height);
                }
            }
            "fingerprint" => assign(&mut self.fingerprint, value),
            "status" => assign(&mut self.status, value),
            "subset" => assign(&mut self.subset, value),
            "video" => assign(&mut self.video, value),
            "mark" => match read(value) {
                Some(true) => drop(self.marks.insert(key.to_owned())),
                Some(false) => drop(self.marks.remove(key)),
                None => {}
            },
            _ => {}
        }
    }

    fn get(&self, register: &Register) -> Option<Json> {
        let (name, key) = register.parts();
        let change = match name {
            "source" => AssetChange::Source(self.source.clone()),
            "size" => AssetChange::Size((self.width, self.height)),
            "fingerprint" => AssetChange::Fingerprint(self.fingerprint.clone()),
            "status" => AssetChange::Status(self.status),
            "subset" => AssetChange::Subset(self.subset.clone()),
            "mark" => AssetChange::Mark((key.to_owned(), self.marks.contains(key))),
            "video" => AssetChange::Video(self.video.clone()),
            // Notes are no part of the asset; without them their registers hold nothing.
            _ => return NotesChange::none(register).map(|change| change.value()),
        };
        Some(change.value())
    }
}

changes!(
    /// One change of a label.
    LabelChange {
        /// Another name.
        Name(String) => "name",
        /// Another colour.
        Color(Color) => "color",
        /// The kinds of shape allowed; all when empty.
        Shapes(BTreeSet<ShapeKind>) => "shapes",
        /// What it may mark; anything when empty.
        Uses(BTreeSet<LabelUse>) => "uses",
        /// The digit or letter that chooses it.
        Shortcut(Option<char>) => "shortcut",
        /// The label that it is a kind of.
        Parent(Option<LabelId>) => "parent",
        /// Its attributes, in order.
        Attributes(Vec<Attribute>) => "attributes",
        /// The joints of its skeletons.
        Skeleton(Option<SkeletonTemplate>) => "skeleton",
        /// What it means, in Markdown.
        Definition(String) => "definition",
        /// Example pictures.
        Examples(Vec<String>) => "examples",
        /// Another place in the list.
        Order(f64) => "order",
        /// The label that takes its place.
        MergedInto(Option<LabelId>) => "merged-into",
    }
);

impl LabelChange {
    /// The register that it writes.
    pub fn register(&self) -> Register {
        self.plain_register()
    }

    /// What it writes.
    pub fn value(&self) -> Json {
        match self {
            Self::Name(value) | Self::Definition(value) => Json::of(value),
            Self::Color(value) => Json::of(value),
            Self::Shapes(value) => Json::of(value),
            Self::Uses(value) => Json::of(value),
            Self::Shortcut(value) => Json::of(value),
            Self::Parent(value) | Self::MergedInto(value) => Json::of(value),
            Self::Attributes(value) => Json::of(value),
            Self::Skeleton(value) => Json::of(value),
            Self::Examples(value) => Json::of(value),
            Self::Order(value) => Json::of(value),
        }
    }
}

impl Thing for Label {
    type Id = LabelId;

    fn from_created(id: LabelId, value: &Json) -> Option<Self> {
        read::<Self>(value).map(|label| Self { id, ..label })
    }

    fn set(&mut self, register: &Register, value: &Json) {
        match register.as_str() {
            "name" => assign(&mut self.name, value),
            "color" => assign(&mut self.color, value),
            "shapes" => assign(&mut self.shapes, value),
            "uses" => assign(&mut self.uses, value),
            "shortcut" => assign(&mut self.shortcut, value),
            "parent" => assign(&mut self.parent, value),
            "attributes" => assign(&mut self.attributes, value),
            "skeleton" => assign(&mut self.skeleton, value),
            "definition" => assign(&mut self.definition, value),
            "examples" => assign(&mut self.examples, value),
            "order" => assign(&mut self.order, value),
            "merged-into" => assign(&mut self.merged_into, value),
            _ => {}
        }
    }

    fn get(&self, register: &Register) -> Option<Json> {
        let change = match register.as_str() {
            "name" => LabelChange::Name(self.name.clone()),
            "color" => LabelChange::Color(self.color),
            "shapes" => LabelChange::Shapes(self.shapes.clone()),
            "uses" => LabelChange::Uses(self.uses.clone()),
            "shortcut" => LabelChange::Shortcut(self.shortcut),
            "parent" => LabelChange::Parent(self.parent),
            "attributes" => LabelChange::Attributes(self.attributes.clone()),
            "skeleton" => LabelChange::Skeleton(self.skeleton.clone()),
            "definition" => LabelChange::Definition(self.definition.clone()),
            "examples" => LabelChange::Examples(self.examples.clone()),
            "order" => LabelChange::Order(self.order),
            "merged-into" => LabelChange::MergedInto(self.merged_into),
            _ => return None,
        };
        Some(change.value())
    }
}

pub(super) fn read<T: DeserializeOwned>(value: &Json) -> Option<T> {
    value.decode().inspect_err(|error| log::warn!("kept, but not understood: {value:?}: {error}")).ok()
}

fn assign<T: DeserializeOwned>(field: &mut T, value: &Json) {
    if let Some(value) = read(value) {
        *field = value;
    }
}

/// Sets or removes an entry.
pub(super) fn put<K: Ord, V>(map: &mut std::collections::BTreeMap<K, V>, key: K, value: Option<V>) {
    match value {
        Some(value) => drop(map.insert(key, value)),
        None => drop(map.remove(&key)),
    }
}
