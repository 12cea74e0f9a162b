//! A model that can be run.

use std::path::Path;

use half::f16;
use half::slice::HalfFloatSliceExt;
use ort::session::builder::GraphOptimizationLevel;
use ort::session::{Session, SessionInputValue};
use ort::value::{DynValue, Outlet, Tensor as OrtTensor, TensorElementType, TensorRef, ValueType};

use super::library::{LibraryError, runtime};
use super::provider::Provider;
use crate::infer::facts::{Dim, Element, ModelFacts, Port};
use crate::infer::tensor::Tensor;

/// Why a model cannot be opened or run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// There is no library to run it.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// The library refuses it.
    #[error("ONNX Runtime cannot run this model: {0}")]
    Refused(String),
    /// An input or output is of a type that no picture and no answer has.
    #[error("the model's {name:?} is of a type that cannot be used")]
    Type {
        /// The input or output.
        name: String,
    },
}

impl<R> From<ort::Error<R>> for RunError {
    fn from(error: ort::Error<R>) -> Self {
        // The first line says it; what follows is the library's call stack.
        let message = error.to_string();
        Self::Refused(message.lines().next().unwrap_or_default().trim().to_owned())
    }
}

/// A model that can be run, with one provider.
pub struct ModelSession {
    session: Session,
    provider: Provider,
    facts: ModelFacts,
}

/// As many threads as there are processors, for one model at a time.
pub fn num_threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

impl ModelSession {
    /// Opens a model's file. Only to be done with files that a process of its own has opened before.
    ///
    /// # Errors
    /// When there is no library, or it refuses the model or the provider.
    pub fn open(path: &Path, provider: Provider, num_threads: usize) -> Result<Self, RunError> {
        let runtime = runtime()?;
        let mut builder = Session::builder(&runtime.environment)?
            .with_optimization_level(GraphOptimizationLevel::All)?
            .with_intra_threads(num_threads)?;
        // TensorRT leaves what it cannot do to CUDA.
        let fallback = (provider == Provider::TensorRt).then_some(Provider::Cuda);
        let providers: Vec<_> =
            [Some(provider), fallback].into_iter().flatten().filter_map(Provider::dispatch).collect();
        if !providers.is_empty() {
            builder = builder.with_execution_providers(providers)?;
        }
        let session = builder.commit_from_file(path)?;
        let facts = facts_of(&session);
        Ok(Self { session, provider, facts })
    }

    /// The version of the library that runs it.
    ///
    /// # Errors
    /// When there is no library.
    pub fn library_version() -> Result<&'static str, LibraryError> {
        Ok(&runtime()?.version)
    }

    /// What the runtime tells of the model: inputs, outputs and metadata.
    pub fn facts(&self) -> &ModelFacts {
        &self.facts
    }

    /// What it runs on.
    pub fn provider(&self) -> Provider {
        self.provider
    }

    /// Runs the model. Inputs are found by name and turned into the type that the model takes; `use_outputs` gets the
    /// outputs in the model's order, where possible without a copy.
    ///
    /// # Errors
    /// When the library refuses the inputs, or an output is text.
    pub fn run<T>(
        &mut self,
        inputs: &[Tensor<'_>],
        use_outputs: impl FnOnce(&[Tensor<'_>]) -> T,
    ) -> Result<T, RunError> {
        let mut values = Vec::with_capacity(inputs.len());
        for tensor in inputs {
            let element = self.facts.input(&tensor.name).map_or(Element::F32, |port| port.element);
            values.push((tensor.name.as_ref(), input_value(tensor, element)?));
        }
        let outputs = self.session.run(values)?;
        let mut tensors = Vec::with_capacity(self.facts.outputs.len());
        for port in &self.facts.outputs {
            if let Some(value) = outputs.get(&port.name) {
                tensors.push(output_tensor(&port.name, value)?);
            }
        }
        Ok(use_outputs(&tensors))
    }
}

fn input_value<'v>(tensor: &'v Tensor<'_>, element: Element) -> Result<SessionInputValue<'v>, RunError> {
    let shape = tensor.shape().to_vec();
    let data = tensor.data();
    Ok(match element {
        Element::F32 => TensorRef::from_array_view((shape, data))?.into(),
        Element::F16 => {
            let mut halves = vec![f16::ZERO; data.len()];
            halves.convert_from_f32_slice(data);
            OrtTensor::from_array((shape, halves))?.into()
        }
        Element::F64 => owned(shape, data, f64::from)?,
        Element::U8 => owned(shape, data, |value| value as u8)?,
        Element::I8 => owned(shape, data, |value| value as i8)?,
        Element::I32 => owned(shape, data, |value| value as i32)?,
        Element::I64 => owned(shape, data, |value| value as i64)?,
        Element::Bool => owned(shape, data, |value| value != 0.0)?,
        Element::Other => return Err(RunError::Type { name: tensor.name.clone().into_owned() }),
    })
}

fn owned<T: ort::value::PrimitiveTensorElementType + std::fmt::Debug + Clone + 'static>(
    shape: Vec<usize>,
    data: &[f32],
    convert: impl Fn(f32) -> T,
) -> Result<SessionInputValue<'static>, RunError> {
    let data: Vec<T> = data.iter().map(|value| convert(*value)).collect();
    Ok(OrtTensor::from_array((shape, data))?.into())
}

fn output_tensor<'a>(name: &'a str, value: &'a DynValue) -> Result<Tensor<'a>, RunError> {
    let wrong = || RunError::Type { name: name.to_owned() };
    let ValueType::Tensor { ty, .. } = value.dtype() else { return Err(wrong()) };
    macro_rules! converted {
        ($type:ty, $convert:expr) => {{
            let (shape, data) = value.try_extract_tensor::<$type>()?;
            let data: Vec<f32> = data.iter().map($convert).collect();
            Tensor::new(name, sizes(shape), data)
        }};
    }
    let tensor = match ty {
        TensorElementType::Float32 => {
            let (shape, data) = value.try_extract_tensor::<f32>()?;
            Tensor::new(name, sizes(shape), data)
        }
        TensorElementType::Float16 => {
            let (shape, data) = value.try_extract_tensor::<f16>()?;
            let mut floats = vec![0.0; data.len()];
            data.convert_to_f32_slice(&mut floats);
            Tensor::new(name, sizes(shape), floats)
        }
        TensorElementType::Float64 => converted!(f64, |value| *value as f32),
        TensorElementType::Uint8 => converted!(u8, |value| f32::from(*value)),
        TensorElementType::Int8 => converted!(i8, |value| f32::from(*value)),
        TensorElementType::Int32 => converted!(i32, |value| *value as f32),
        TensorElementType::Int64 => converted!(i64, |value| *value as f32),
        TensorElementType::Bool => converted!(bool, |value| f32::from(u8::from(*value))),
        _ => None,
    };
    tensor.ok_or_else(wrong)
}

fn sizes(shape: &[i64]) -> Vec<usize> {
    shape.iter().map(|size| usize::try_from(*size).unwrap_or(0)).collect()
}

/// What the runtime tells of a model.
fn facts_of(session: &Session) -> ModelFacts {
    let mut facts = ModelFacts {
        inputs: session.inputs().iter().map(port_of).collect(),
        outputs: session.outputs().iter().map(port_of).collect(),
        ..ModelFacts::default()
    };
    if let Ok(metadata) = session.metadata() {
        facts.producer = metadata.producer().unwrap_or_default();
        for key in metadata.custom_keys().unwrap_or_default() {
            if let Some(text) = metadata.custom(&key) {
                facts.metadata.insert(key, text);
            }
        }
    }
    facts
}

fn port_of(outlet: &Outlet) -> Port {
    let (element, dims) = match outlet.dtype() {
        ValueType::Tensor { ty, shape, dimension_symbols } => {
            let symbols = dimension_symbols.iter();
            let dims = shape.iter().zip(symbols).map(|(size, symbol)| match u64::try_from(*size) {
                Ok(size) if size > 0 => Dim::Fixed(size),
                _ if symbol.is_empty() => Dim::Free,
                _ => Dim::Named(symbol.to_string()),
            });
            (element_of(ty), dims.collect())
        }
        _ => (Element::Other, Vec::new()),
    };
    Port { name: outlet.name().to_owned(), element, dims }
}

fn element_of(element: &TensorElementType) -> Element {
    match element {
        TensorElementType::Float32 => Element::F32,
        TensorElementType::Float16 => Element::F16,
        TensorElementType::Float64 => Element::F64,
        TensorElementType::Uint8 => Element::U8,
        TensorElementType::Int8 => Element::I8,
        TensorElementType::Int32 => Element::I32,
        TensorElementType::Int64 => Element::I64,
        TensorElementType::Bool => Element::Bool,
        _ => Element::Other,
    }
}
