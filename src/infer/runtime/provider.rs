//! The hardware that a model can run on.

use ort::ep::{self, ExecutionProvider, ExecutionProviderDispatch};
use serde::{Deserialize, Serialize};

/// What ONNX Runtime calls an execution provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// The processor; always there.
    Cpu,
    /// Graphics cards by Nvidia, through TensorRT: slow to begin with, then the fastest.
    TensorRt,
    /// Graphics cards by Nvidia.
    Cuda,
    /// Graphics cards under Windows.
    DirectMl,
    /// Apple's graphics and neural units.
    CoreMl,
    /// Processors and graphics by Intel.
    OpenVino,
}

impl Provider {
    /// All, the processor first: the others are compared with it.
    pub const ALL: [Self; 6] =
        [Self::Cpu, Self::Cuda, Self::TensorRt, Self::DirectMl, Self::CoreMl, Self::OpenVino];

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cpu => "CPU",
            Self::TensorRt => "TensorRT",
            Self::Cuda => "CUDA",
            Self::DirectMl => "DirectML",
            Self::CoreMl => "CoreML",
            Self::OpenVino => "OpenVINO",
        }
    }

    /// Whether the loaded library was built with it.
    pub(super) fn is_built_in(self) -> bool {
        let available = match self {
            Self::Cpu => return true,
            Self::TensorRt => ep::TensorRT::is_available(),
            Self::Cuda => ep::CUDA::is_available(),
            Self::DirectMl => ep::DirectML::is_available(),
            Self::CoreMl => ep::CoreML::is_available(),
            Self::OpenVino => ep::OpenVINO::is_available(),
        };
        available.unwrap_or(false)
    }

    /// What a session is told; nothing for the processor.
    pub(super) fn dispatch(self) -> Option<ExecutionProviderDispatch> {
        let dispatch = match self {
            Self::Cpu => return None,
            Self::TensorRt => ep::TensorRT::default().build(),
            Self::Cuda => ep::CUDA::default().build(),
            Self::DirectMl => ep::DirectML::default().build(),
            Self::CoreMl => ep::CoreML::default().build(),
            Self::OpenVino => ep::OpenVINO::default().build(),
        };
        Some(dispatch.error_on_failure())
    }
}
