//! A band is being drawn around objects.

use super::Drag;
use crate::geometry::{Point, Rect};
use crate::model::ObjectId;
use crate::tools::hit::objects_in;
use crate::tools::{Band, BandMode, Cursor, Draft, Modifiers, Response, Selection, ToolContext};

/// Selects what the band takes. Shift adds that to the selection, Ctrl takes it away.
#[derive(Clone, Copy, Debug)]
pub(super) struct Banding {
    pub(super) start: Point,
    pub(super) at: Point,
    pub(super) modifiers: Modifiers,
}

/// So many objects that a band would take are shown while it is drawn.
const MAX_HIGHLIGHTED: usize = 400;

impl Banding {
    fn band(&self) -> Band {
        let is_rightwards = self.at.x >= self.start.x;
        let mode = if is_rightwards { BandMode::Containing } else { BandMode::Touching };
        Band { rect: Rect::from_corners(self.start, self.at), mode }
    }

    fn taken(&self, ctx: &ToolContext, max_objects: usize) -> Vec<ObjectId> {
        let band = self.band();
        objects_in(ctx, &band.rect, band.mode, max_objects)
    }
}

impl Drag for Banding {
    fn pointer_at(&mut self, at: Point, modifiers: Modifiers) {
        (self.at, self.modifiers) = (at, modifiers);
    }

    fn is_stale(&self, _: &ToolContext) -> bool {
        false
    }

    fn finish(&self, ctx: &ToolContext) -> Response {
        let taken: Selection = self.taken(ctx, usize::MAX).into_iter().collect();
        let mut selection = ctx.selection.clone();
        if self.modifiers.ctrl {
            selection.retain(|id| !taken.contains(id));
        } else if self.modifiers.shift {
            selection.extend(taken.iter());
        } else {
            selection = taken;
        }
        Response::select(selection)
    }

    fn draft(&self, ctx: &ToolContext) -> Draft {
        Draft { band: Some(self.band()), highlighted: self.taken(ctx, MAX_HIGHLIGHTED), ..Draft::default() }
    }

    fn cursor(&self) -> Cursor {
        Cursor::Crosshair
    }

    fn hint(&self) -> &'static str {
        match self.band().mode {
            BandMode::Containing => "Takes what lies inside · Shift: add · Ctrl: take away",
            BandMode::Touching => "Takes what it touches · Shift: add · Ctrl: take away",
        }
    }
}
