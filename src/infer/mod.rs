//! What the computer works out by itself from the picture: what is on it, where it ends, and where it went.
//!
//! **Models** come as files of many families, and nobody wants to configure them. So a model passes through four steps, and
//! all but running it are pure:
//!
//! 1. *What does the file say?* [`onnx`] reads its header and gives [`facts`]: inputs, outputs, metadata, sizes. Nothing is
//!    believed, and no weights are read.
//! 2. *What is it?* [`families`] has one file for each family. Each looks at the facts and, where it knows the model, gives an
//!    [`Understanding`](families::Understanding): task, classes, how a picture becomes the input ([`prepare`]), and what makes
//!    [`suggestion`]s of the outputs. What a person says in a model [`card`] goes before it.
//! 3. *Run it.* [`prepare`] makes a [`tensor`] of a picture and remembers where the picture lies in it; `runtime`, the only
//!    place that knows ONNX Runtime, turns tensors into tensors.
//! 4. *What does the answer mean?* The family's decoder makes shapes of the outputs, in pixels of the picture, with [`nms`]
//!    where the model has none. Large pictures are looked at in [`tiles`].
//!
//! Models that make masks by clicks are pairs of encoder and decoder, and have a folder of their own, [`prompted`].
//!
//! Pre- and post-processing follow the program that a family's models are trained with, rounding included, for a box is off
//! by as much as the padding is. `packaging/interop/check_models.py` compares them with real models on real photos.
//!
//! **Without a model**, [`tracking`] carries a shape from frame to frame until it is lost. [`livewire`], [`grabcut`], [`wand`],
//! [`superpixels`] and [`template`] find outlines and objects from the pixels alone: they take a
//! [`crate::pixels::Picture`], a part of a larger one at the resolution at which it is seen, and answer in its pixels; they
//! stop soon after the job that they run in was called off.
//!
//! **Invariants.** No screen, no labels of a project. But for `runtime`, no files, no clocks, no threads: pictures and tensors
//! come in, shapes go out, and the same ones give the same ones, to the bit, on the same machine. Tensors from outside are of
//! any shape and hold any number: a decoder checks and never panics.

mod bitmap;
pub mod card;
pub mod facts;
pub mod families;
pub mod grabcut;
mod lab;
pub mod livewire;
pub mod nms;
pub mod onnx;
pub mod planes;
pub mod prepare;
pub mod prompted;
#[cfg(feature = "infer")]
pub mod runtime;
pub mod suggestion;
pub mod superpixels;
pub mod template;
pub mod tensor;
#[cfg(test)]
mod test_pictures;
pub mod tiles;
pub mod tracking;
pub mod wand;
