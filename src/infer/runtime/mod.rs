//! Running models, with ONNX Runtime.
//!
//! The library is loaded when the first model is opened ([`library`]); the program starts and works without it. A
//! [`ModelSession`] is a model with one [`Provider`], the hardware that it runs on. Which one is the fastest is not known
//! beforehand and often not the one that one would think: [`probe`] measures all of them with the very model, and takes
//! none whose results are not the processor's.
//!
//! **What is believed of a file.** Nothing. A model is first opened by [`probe`] in a process of its own, which may crash,
//! hang or eat memory; whoever starts it (`project`) kills it then.
//!
//! **Invariants.** The only place that knows ONNX Runtime. Unsafe code is in `library` alone. No labels.

mod library;
mod probe;
mod provider;
mod session;

pub use library::{FoundLibrary, LIBRARY_VARIABLE, LibraryError, find_library};
pub use probe::{ProbeReport, ProviderReport, probe};
pub use provider::Provider;
pub use session::{ModelSession, RunError, num_threads};
