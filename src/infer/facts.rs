//! What can be known of a model without running it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What a model's file says of itself. Independent of the file's kind: an ONNX file is read by us, of an ORT file the
/// runtime tells.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ModelFacts {
    /// What it takes, in order.
    pub inputs: Vec<Port>,
    /// What it gives, in order.
    pub outputs: Vec<Port>,
    /// What its maker wrote about it, such as the names of classes.
    pub metadata: BTreeMap<String, String>,
    /// The program that wrote it.
    #[serde(default)]
    pub producer: String,
    /// That program's version.
    #[serde(default)]
    pub producer_version: String,
    /// Versions of the sets of operators, by domain; the standard one is "".
    #[serde(default)]
    pub opsets: BTreeMap<String, i64>,
    /// How often each operator occurs.
    #[serde(default)]
    pub operators: BTreeMap<String, u64>,
    /// What its weights take, bytes.
    #[serde(default)]
    pub num_weight_bytes: u64,
    /// Files beside it that hold weights.
    #[serde(default)]
    pub external_files: Vec<String>,
}

/// An input or an output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Port {
    /// Its name in the graph.
    pub name: String,
    /// The type of its numbers.
    pub element: Element,
    /// Its size along each axis.
    pub dims: Vec<Dim>,
}

/// The size of a tensor along an axis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Dim {
    /// Always so many.
    Fixed(u64),
    /// As many as one likes, or as the name's formula says.
    Named(String),
    /// As many as one likes.
    Free,
}

/// The type of a tensor's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Element {
    /// 32-bit float.
    F32,
    /// 16-bit float of IEEE 754.
    F16,
    /// 64-bit float.
    F64,
    /// Unsigned byte.
    U8,
    /// Signed byte.
    I8,
    /// 32-bit integer.
    I32,
    /// 64-bit integer.
    I64,
    /// True or false.
    Bool,
    /// Anything else, such as text; nothing here takes or gives it.
    Other,
}

impl Element {
    /// The type with this number in ONNX's `TensorProto.DataType`.
    pub(super) fn from_onnx(number: u64) -> Self {
        match number {
            1 => Self::F32,
            2 => Self::U8,
            3 => Self::I8,
            6 => Self::I32,
            7 => Self::I64,
            9 => Self::Bool,
            10 => Self::F16,
            11 => Self::F64,
            _ => Self::Other,
        }
    }

    /// Bytes of one number; 1 where that is not known.
    pub fn num_bytes(self) -> u64 {
        match self {
            Self::F64 | Self::I64 => 8,
            Self::F32 | Self::I32 => 4,
            Self::F16 => 2,
            Self::U8 | Self::I8 | Self::Bool | Self::Other => 1,
        }
    }

    /// A word for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::F16 => "f16",
            Self::F64 => "f64",
            Self::U8 => "u8",
            Self::I8 => "i8",
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::Bool => "bool",
            Self::Other => "other",
        }
    }
}

impl Dim {
    /// Its size, where that is fixed.
    pub fn fixed(&self) -> Option<usize> {
        match self {
            Self::Fixed(size) => usize::try_from(*size).ok(),
            Self::Named(_) | Self::Free => None,
        }
    }
}

impl Port {
    /// The number of axes.
    pub fn rank(&self) -> usize {
        self.dims.len()
    }

    /// The size along an axis, where that is fixed.
    pub fn fixed(&self, axis: usize) -> Option<usize> {
        self.dims.get(axis).and_then(Dim::fixed)
    }

    /// The bytes that it takes at least: axes of any size count as 1. `None` when that is more than a number can say.
    pub fn least_bytes(&self) -> Option<u64> {
        let mut sizes = self.dims.iter().map(|dim| match dim {
            Dim::Fixed(size) => *size,
            Dim::Named(_) | Dim::Free => 1,
        });
        sizes.try_fold(self.element.num_bytes(), |bytes, size| bytes.checked_mul(size))
    }

    /// As in `images f32 [1, 3, height, width]`.
    pub fn text(&self) -> String {
        let dims: Vec<String> = self
            .dims
            .iter()
            .map(|dim| match dim {
                Dim::Fixed(size) => size.to_string(),
                Dim::Named(name) if name.len() <= 16 => name.clone(),
                Dim::Named(_) | Dim::Free => "?".to_owned(),
            })
            .collect();
        format!("{} {} [{}]", self.name, self.element.name(), dims.join(", "))
    }
}

impl ModelFacts {
    /// The input of this name.
    pub fn input(&self, name: &str) -> Option<&Port> {
        self.inputs.iter().find(|port| port.name == name)
    }

    /// The output of this name.
    pub fn output(&self, name: &str) -> Option<&Port> {
        self.outputs.iter().find(|port| port.name == name)
    }

    /// The memory that it needs at least to be run, bytes: its weights, what goes in and what comes out. `None` when
    /// that is more than a number can say.
    pub fn least_memory_bytes(&self) -> Option<u64> {
        self.inputs
            .iter()
            .chain(&self.outputs)
            .try_fold(self.num_weight_bytes, |sum, port| sum.checked_add(port.least_bytes()?))
    }
}
