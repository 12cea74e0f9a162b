//! What tools want to know of the picture, and what they are told.
//!
//! A tool sees no pixels. What it wants worked out from them it says in a [`Question`], as long as it wants it; whoever has
//! the picture finds the answer elsewhere, on another thread, and hands it in. The latest question holds: one that is not
//! asked any more is dropped. So the hand never waits, and a tool can be tested without a picture.

use std::fmt::Debug;
use std::sync::Arc;

use super::ToolContext;
use crate::geometry::{Point, Polygon, Rect};

/// What a tool wants to know.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The part of the picture that is looked at, image pixels.
    pub area: Rect,
    /// How finely: image pixels for each sample, about.
    pub px_per_sample: f64,
    /// How far an outline in the answer may leave the border of the samples, in samples. At 0 it follows it step by step.
    pub tolerance_samples: f64,
    /// What is wanted.
    pub wanted: Wanted,
}

/// What is wanted of a part of the picture. Places and sizes are image pixels.
#[derive(Clone, Debug, PartialEq)]
pub enum Wanted {
    /// The ways along edges from a place to all others: [`Answer::Ways`].
    Ways {
        /// Where they begin.
        from: Point,
        /// Whether they begin at an edge close by instead.
        snaps: bool,
    },
    /// What has the colour of a place: [`Answer::Area`].
    Color {
        /// The place.
        at: Point,
        /// How far a colour may be from its: ΔE*ab.
        tolerance: f64,
        /// Whether only what hangs together with the place counts.
        is_contiguous: bool,
    },
    /// The object in a box: [`Answer::Area`].
    Object {
        /// The box.
        inside: Rect,
        /// What a person said of it.
        marks: Vec<Mark>,
    },
    /// Cells of one colour each: [`Answer::Cells`].
    Cells {
        /// How wide a cell is, about.
        side_px: f64,
    },
    /// What resembles a part of the picture: [`Answer::Similar`].
    Similar {
        /// That part.
        example: Rect,
    },
}

/// A stroke over what is of the object, or is not.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// The stroke, image pixels.
    pub line: Vec<Point>,
    /// Half its width, image pixels.
    pub radius_px: f64,
    /// Whether that is of the object.
    pub is_object: bool,
}

/// The answer to a [`Question`].
#[derive(Clone, Debug)]
pub enum Answer {
    /// Ways from a place.
    Ways(Arc<dyn Ways>),
    /// An area, in image pixels; empty where nothing stands out.
    Area(Polygon),
    /// Cells.
    Cells(Arc<dyn Cells>),
    /// Places, the best first.
    Similar(Vec<Similar>),
}

/// Ways along edges from one place to all others around it.
pub trait Ways: Debug + Send + Sync {
    /// The way to a place, both ends among its points, in image pixels. Reads off what is known already.
    fn way_to(&self, to: Point, snaps: bool) -> Vec<Point>;
}

/// Cells that a part of the picture is cut into.
pub trait Cells: Debug + Send + Sync {
    /// The cells that a line passes, image pixels.
    fn along(&self, from: Point, to: Point) -> Vec<u32>;

    /// The outline of some cells together.
    fn outline(&self, cells: &[u32]) -> Polygon;
}

/// A place that resembles an example.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Similar {
    /// The upright box around it, image pixels.
    pub bounds: Rect,
    /// How much it does, from 0 to 1.
    pub score: f64,
}

impl Question {
    /// A question about what is on screen, as finely as it is shown there.
    pub fn about_view(ctx: &ToolContext, wanted: Wanted) -> Self {
        Self::about(ctx, ctx.view, wanted)
    }

    /// A question about a part of the picture, as finely as it is shown on screen.
    pub fn about(ctx: &ToolContext, area: Rect, wanted: Wanted) -> Self {
        let tolerance_samples = super::found_area::tolerance_samples(ctx);
        Self { area, px_per_sample: ctx.image_px(1.0), tolerance_samples, wanted }
    }
}
