//! `GraphProto`: what goes in and out, which operators there are, what the weights take.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::{Read, Seek};

use super::OnnxError;
use super::wire::{Value, Wire};
use crate::infer::facts::{Dim, Element, ModelFacts, Port};

/// Graphs within graphs, as in the branches of an `If`.
const MAX_DEPTH: u32 = 32;
/// Axes of a tensor.
const MAX_RANK: usize = 64;
/// Inputs or outputs of a graph, old exporters' weights among them.
const MAX_PORTS: usize = 1 << 20;

/// Gathers what a graph and those within it say.
#[derive(Default)]
pub(super) struct GraphReader {
    inputs: Vec<Port>,
    outputs: Vec<Port>,
    weights: HashSet<String>,
    operators: BTreeMap<String, u64>,
    num_weight_bytes: u64,
    external_files: BTreeSet<String>,
    has_begun: bool,
}

/// Calls `field` for the fields of a value that must be a message.
pub(super) fn message<R: Read + Seek>(
    wire: &mut Wire<R>,
    value: Value,
    field: impl FnMut(&mut Wire<R>, u64, Value) -> Result<(), OnnxError>,
) -> Result<(), OnnxError> {
    match value {
        Value::Bytes { end } => wire.fields(end, field),
        Value::Number(_) => Err(OnnxError::Damaged { at: wire.at() }),
    }
}

/// `StringStringEntryProto`: a key and its text.
pub(super) fn entry<R: Read + Seek>(wire: &mut Wire<R>, value: Value) -> Result<(String, String), OnnxError> {
    let mut texts = [String::new(), String::new()];
    message(wire, value, |wire, number, value| {
        if let Some(text) = (number as usize).checked_sub(1).and_then(|index| texts.get_mut(index)) {
            *text = wire.text(value)?;
        }
        Ok(())
    })?;
    let [key, text] = texts;
    Ok((key, text))
}

impl GraphReader {
    pub fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// Inputs are those that are no weights: before version 4 of the format, weights were listed as inputs too.
    pub fn finish(self, facts: &mut ModelFacts) {
        facts.inputs = self.inputs.into_iter().filter(|port| !self.weights.contains(&port.name)).collect();
        facts.outputs = self.outputs;
        facts.operators = self.operators;
        facts.num_weight_bytes = self.num_weight_bytes;
        facts.external_files = self.external_files.into_iter().collect();
    }

    pub fn read<R: Read + Seek>(
        &mut self,
        wire: &mut Wire<R>,
        value: Value,
        depth: u32,
    ) -> Result<(), OnnxError> {
        self.has_begun = true;
        if depth > MAX_DEPTH {
            return Err(OnnxError::Damaged { at: wire.at() });
        }
        message(wire, value, |wire, number, value| match number {
            1 => self.node(wire, value, depth),
            5 => self.weight(wire, value),
            11 if depth == 0 => add_port(&mut self.inputs, wire, value),
            12 if depth == 0 => add_port(&mut self.outputs, wire, value),
            _ => Ok(()),
        })
    }

    /// `NodeProto`: one use of an operator.
    fn node<R: Read + Seek>(
        &mut self,
        wire: &mut Wire<R>,
        value: Value,
        depth: u32,
    ) -> Result<(), OnnxError> {
        let (mut operator, mut domain) = (String::new(), String::new());
        message(wire, value, |wire, number, value| {
            match number {
                4 => operator = wire.text(value)?,
                5 => self.attribute(wire, value, depth)?,
                7 => domain = wire.text(value)?,
                _ => {}
            }
            Ok(())
        })?;
        if !domain.is_empty() && domain != "ai.onnx" {
            operator = format!("{domain}.{operator}");
        }
        *self.operators.entry(operator).or_default() += 1;
        Ok(())
    }

    /// `AttributeProto`: may hold a constant or whole graphs.
    fn attribute<R: Read + Seek>(
        &mut self,
        wire: &mut Wire<R>,
        value: Value,
        depth: u32,
    ) -> Result<(), OnnxError> {
        message(wire, value, |wire, number, value| match number {
            5 => self.weight(wire, value),
            6 | 11 => self.read(wire, value, depth + 1),
            _ => Ok(()),
        })
    }

    /// `TensorProto`: weights, here or in a file beside the model.
    fn weight<R: Read + Seek>(&mut self, wire: &mut Wire<R>, value: Value) -> Result<(), OnnxError> {
        let (mut name, mut dims, mut element) = (String::new(), Vec::new(), Element::Other);
        let (mut raw_bytes, mut external_bytes) = (None, None);
        let mut held_bytes: u64 = 0;
        message(wire, value, |wire, number, value| {
            match (number, value) {
                (1, value) => wire.numbers(value, &mut dims, MAX_RANK)?,
                (2, Value::Number(number)) => element = Element::from_onnx(number),
                (8, value) => name = wire.text(value)?,
                (9, Value::Bytes { end }) => raw_bytes = Some(end - wire.at()),
                (4..=7 | 10 | 11, Value::Bytes { end }) => held_bytes += end - wire.at(),
                (4..=7 | 10 | 11, Value::Number(_)) => held_bytes += 1,
                (13, value) => {
                    let (key, text) = entry(wire, value)?;
                    match key.as_str() {
                        "location" => _ = self.external_files.insert(text),
                        "length" => external_bytes = text.parse::<u64>().ok(),
                        _ => {}
                    }
                }
                _ => {}
            }
            Ok(())
        })?;
        let claimed = dims.iter().try_fold(element.num_bytes(), |bytes, size| bytes.checked_mul(*size));
        let claimed = claimed.ok_or_else(|| OnnxError::WrongSize { name: name.clone() })?;
        let is_known = element != Element::Other;
        if raw_bytes.or(external_bytes).is_some_and(|bytes| is_known && bytes != claimed) {
            return Err(OnnxError::WrongSize { name });
        }
        let num_bytes = raw_bytes.or(external_bytes).unwrap_or(held_bytes);
        self.num_weight_bytes = self.num_weight_bytes.saturating_add(num_bytes);
        if !name.is_empty() {
            self.weights.insert(name);
        }
        Ok(())
    }
}

/// `ValueInfoProto`: a name and a type.
fn add_port<R: Read + Seek>(
    ports: &mut Vec<Port>,
    wire: &mut Wire<R>,
    value: Value,
) -> Result<(), OnnxError> {
    let mut port = Port { name: String::new(), element: Element::Other, dims: Vec::new() };
    message(wire, value, |wire, number, value| match number {
        1 => {
            port.name = wire.text(value)?;
            Ok(())
        }
        // `TypeProto`, of which only tensors are of interest.
        2 => message(wire, value, |wire, number, value| match number {
            1 => tensor_type(wire, value, &mut port),
            _ => Ok(()),
        }),
        _ => Ok(()),
    })?;
    if ports.len() >= MAX_PORTS {
        return Err(OnnxError::Damaged { at: wire.at() });
    }
    ports.push(port);
    Ok(())
}

fn tensor_type<R: Read + Seek>(wire: &mut Wire<R>, value: Value, port: &mut Port) -> Result<(), OnnxError> {
    message(wire, value, |wire, number, value| match (number, value) {
        (1, Value::Number(number)) => {
            port.element = Element::from_onnx(number);
            Ok(())
        }
        // `TensorShapeProto`, a list of `Dimension`.
        (2, value) => message(wire, value, |wire, number, value| {
            if number == 1 {
                let dim = dimension(wire, value)?;
                port.dims.push(dim);
            }
            if port.dims.len() > MAX_RANK { Err(OnnxError::Damaged { at: wire.at() }) } else { Ok(()) }
        }),
        _ => Ok(()),
    })
}

fn dimension<R: Read + Seek>(wire: &mut Wire<R>, value: Value) -> Result<Dim, OnnxError> {
    let mut dim = Dim::Free;
    message(wire, value, |wire, number, value| {
        match (number, value) {
            // Some exporters write -1 or 0 for any size.
            (1, Value::Number(size)) if size as i64 > 0 => dim = Dim::Fixed(size),
            (2, value) => {
                let name = wire.text(value)?;
                if !name.is_empty() {
                    dim = Dim::Named(name);
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(dim)
}
