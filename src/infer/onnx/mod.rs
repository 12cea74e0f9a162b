//! Reads what an ONNX file says of itself, without its weights.
//!
//! An ONNX file is one protobuf message ([onnx.proto](https://github.com/onnx/onnx/blob/main/onnx/onnx.proto)). The walk
//! passes over weights, so that a file of gigabytes is read in a moment, and counts what they take. A tensor whose bytes
//! are fewer than its sizes say is found out here, before anybody takes memory for it.

mod graph;
#[cfg(test)]
mod tests;
mod wire;

use std::io::{Read, Seek};

use graph::GraphReader;
use wire::Wire;

use super::facts::ModelFacts;

/// No version of the format is expected to be higher; the latest known is 13.
const MAX_FORMAT_VERSION: u64 = 100;

/// What a file turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum ModelFile {
    /// An ONNX file, with what it says of itself.
    Onnx(Box<ModelFacts>),
    /// A file in ONNX Runtime's own format, of which only the runtime can tell more.
    Ort,
}

/// Why a file is no model that can be read.
#[derive(Debug, thiserror::Error)]
pub enum OnnxError {
    /// It is something else.
    #[error("this is no ONNX model")]
    NotOnnx,
    /// It ends too early.
    #[error("the model is cut off: what begins at byte {at} reaches beyond its end; fetch the file again")]
    Truncated {
        /// Where the first part lies that is not whole.
        at: u64,
    },
    /// It makes no sense.
    #[error("the model is damaged at byte {at}; fetch the file again")]
    Damaged {
        /// Where.
        at: u64,
    },
    /// Its weights are fewer than their sizes say, or more than there can be.
    #[error("the model's weights {name:?} are not of the size that they claim; fetch the file again")]
    WrongSize {
        /// The name of the tensor.
        name: String,
    },
    /// The system refused to read it.
    #[error("the model cannot be read: {0}")]
    Io(#[from] std::io::Error),
}

/// Reads what a model's file says of itself.
///
/// # Errors
/// When it is no model, cut off or damaged.
pub fn read_model(file: impl Read + Seek) -> Result<ModelFile, OnnxError> {
    let mut wire = Wire::new(file)?;
    // A flatbuffer has its kind at the fifth byte.
    if wire.peek()?.get(4..8) == Some(b"ORTM") {
        return Ok(ModelFile::Ort);
    }
    // Field 1, a number (the version of the format), or one of the texts after it: so every exporter begins.
    if !matches!(wire.peek()?.first(), Some(0x08 | 0x12 | 0x1a | 0x22 | 0x32 | 0x3a | 0x42)) {
        return Err(OnnxError::NotOnnx);
    }
    let mut facts = ModelFacts::default();
    let mut graph = GraphReader::default();
    let end = wire.num_bytes();
    let mut has_version = false;
    let walked = wire.fields(end, |wire, number, value| {
        match number {
            1 => has_version = matches!(value, wire::Value::Number(1..=MAX_FORMAT_VERSION)),
            2 => facts.producer = wire.text(value)?,
            3 => facts.producer_version = wire.text(value)?,
            7 => graph.read(wire, value, 0)?,
            8 => {
                let (domain, version) = opset(wire, value)?;
                facts.opsets.insert(domain, version);
            }
            14 => {
                let (key, text) = graph::entry(wire, value)?;
                facts.metadata.insert(key, text);
            }
            _ => {}
        }
        Ok(())
    });
    let has_graph = graph.has_begun();
    match walked {
        // What is no message fails at once.
        Err(OnnxError::Damaged { .. } | OnnxError::Truncated { .. }) if !has_graph && !has_version => {
            return Err(OnnxError::NotOnnx);
        }
        walked => walked?,
    }
    if !has_graph {
        return Err(OnnxError::NotOnnx);
    }
    graph.finish(&mut facts);
    Ok(ModelFile::Onnx(Box::new(facts)))
}

/// `OperatorSetIdProto`: a domain and its version.
fn opset<R: Read + Seek>(wire: &mut Wire<R>, value: wire::Value) -> Result<(String, i64), OnnxError> {
    let (mut domain, mut version) = (String::new(), 0);
    graph::message(wire, value, |wire, number, value| {
        match (number, value) {
            (1, value) => domain = wire.text(value)?,
            (2, wire::Value::Number(number)) => version = number as i64,
            _ => {}
        }
        Ok(())
    })?;
    Ok((domain, version))
}
