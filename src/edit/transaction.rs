//! Gestures: ops that stand or fall together.

use super::{AssetChange, Json, LabelChange, ObjectChange, Op, Register, Target};
use crate::id_type;
use crate::model::{Asset, AssetId, Label, LabelId, Object, ObjectId, Shape};

id_type!(
    /// One transaction.
    TransactionId
);

/// A wish to write one register, before it has a stamp. Tools and commands make edits; committing them makes
/// ops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What to write to.
    pub target: Target,
    /// The register to write.
    pub register: Register,
    /// What to write.
    pub value: Json,
}

impl Edit {
    /// Makes an object.
    pub fn create(asset: AssetId, object: &Object) -> Self {
        Self {
            target: Target::Object(asset, object.id),
            register: Register::CREATED,
            value: Json::of(object),
        }
    }

    /// Changes one thing about an object.
    pub fn change(asset: AssetId, object: ObjectId, change: &ObjectChange) -> Self {
        Self { target: Target::Object(asset, object), register: change.register(), value: change.value() }
    }

    /// Gives an object another shape. It is written out when the edit is stamped, which may be in the background.
    pub fn reshape(asset: AssetId, object: ObjectId, shape: Shape) -> Self {
        Self {
            target: Target::Object(asset, object),
            register: Register::named("shape"),
            value: Json::of_later(shape),
        }
    }

    /// Deletes an object. (What its author had seen is filled in when it is committed.)
    pub fn delete(asset: AssetId, object: ObjectId) -> Self {
        Self::delete_target(Target::Object(asset, object))
    }

    /// Deletes anything.
    pub fn delete_target(target: Target) -> Self {
        Self { target, register: Register::DELETED, value: Json::of(&true) }
    }

    /// Brings something deleted back.
    pub fn restore_target(target: Target) -> Self {
        Self { target, register: Register::DELETED, value: Json::of(&()) }
    }

    /// Adds an asset.
    pub fn add_asset(asset: &Asset) -> Self {
        Self { target: Target::Asset(asset.id), register: Register::CREATED, value: Json::of(asset) }
    }

    /// Changes one thing about an asset.
    pub fn change_asset(asset: AssetId, change: &AssetChange) -> Self {
        Self { target: Target::Asset(asset), register: change.register(), value: change.value() }
    }

    /// Adds a label to the schema.
    pub fn add_label(label: &Label) -> Self {
        Self { target: Target::Label(label.id), register: Register::CREATED, value: Json::of(label) }
    }

    /// Changes one thing about a label.
    pub fn change_label(label: LabelId, change: &LabelChange) -> Self {
        Self { target: Target::Label(label), register: change.register(), value: change.value() }
    }
}

/// The ops of one gesture: all or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// Its id.
    pub id: TransactionId,
    /// What the person did, as a short phrase: "Move 3 objects".
    pub title: String,
    /// The ops, in the order of their stamps.
    pub ops: Vec<Op>,
}
