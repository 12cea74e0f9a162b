//! The nouns of labelling: schema, assets, objects and their shapes, tracks, spans and tags, tasks, provenance.
//!
//! These are plain values. How they change is `edit`'s business, where they are kept is `store`'s.
//!
//! - An [`Asset`] is one picture or video, of which [`VideoFacts`] tell the frames. Objects live on assets.
//! - An [`Object`] is one annotation: its [`Content`] is a [`Shape`], a [`Track`] of shapes over frames, a
//!   [`Span`] of frames, or a tag of the whole asset. It carries label, attributes, flags, z order, group,
//!   author and [`Provenance`].
//! - [`AssetNotes`] are what is noted about an asset as a whole: review of its frames, comments, markers.
//! - The [`Schema`] is the ordered list of [`Label`]s. Labels and attributes have ids: renaming or merging them
//!   never orphans an object.
//!
//! One file for each kind of shape, in `shape/`; [`shape::SHAPE_KINDS`] lists them.
//!
//! **Invariants.** No I/O, no clock, no UI. All coordinates are image pixels as `geometry` defines them, of the
//! picture as shown (after EXIF orientation). Frames are 0-based in presentation order; intervals of frames are
//! half-open. Everything serialises to JSON and ignores fields that it does not know: the op log keeps the
//! original text, so a newer build's fields are not lost.

mod asset;
mod color;
mod ids;
mod notes;
mod object;
mod review;
mod schema;
pub mod shape;
mod task;
mod track;
mod video;

pub use asset::{Asset, AssetKind, AssetSource, AssetStatus};
pub use color::Color;
pub use ids::{ActorId, AssetId, AttributeId, GroupId, LabelId, ObjectId, TaskId};
pub use notes::{AssetNotes, Marker, MarkerId};
pub use object::{Content, ContentKind, Flag, Object, Provenance, ReviewState};
pub use review::{Comment, CommentId, FrameReview, FrameReviewId};
pub use schema::{Attribute, AttributeInput, AttributeValue, Label, LabelUse, Schema, SkeletonTemplate};
pub use shape::{Shape, ShapeKind};
pub use task::{Task, TaskState};
pub use track::{Keyframe, Span, Track};
pub use video::{FrameRate, VideoFacts};
