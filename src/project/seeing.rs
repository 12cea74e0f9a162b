//! What tools ask of the picture, answered: the pixels at the resolution on screen, and what [`crate::infer`] makes of them.
//!
//! [`Sight::of_tiles`] gathers what a question needs from the picture's tiles without waiting, on the thread that draws;
//! [`Sight::answer`] is work for a job. Samples are pixels of a level of the picture's pyramid: a picture of any size costs
//! what is on screen, never more than [`MAX_SAMPLES`].

mod answers;

use std::sync::{Arc, Mutex, PoisonError};

use answers::{FoundCells, FoundWays};

use crate::base::jobs::JobContext;
use crate::geometry::{Mask, Point, Polygon, Rect};
use crate::infer::grabcut::{Marks, cut_out};
use crate::infer::livewire::EdgeMap;
use crate::infer::superpixels::superpixels;
use crate::infer::template::{SearchOptions, find_similar};
use crate::infer::wand::{WandOptions, select_by_color};
use crate::pixels::{
    ColorMap, MemoryPyramid, Picture, PixelFormat, PixelRect, Pyramid, Region, Size, Tile, TiledPicture,
    Turn, VideoFrame, Window, halved,
};
use crate::tools::{Answer, Mark, Question, Similar, Wanted};

/// Samples that are looked at, at most: more than a large screen has is seen at half the resolution.
const MAX_SAMPLES: u64 = 2_500_000;
/// A way snaps to an edge within so many samples.
const SNAP_SAMPLES: u32 = 4;
/// What resembles an example less is not worth showing.
const MIN_SCORE: f32 = 0.3;

/// The part of a picture, or of a frame of a video, that a question is about.
pub struct Sight {
    source: Source,
    size: Size,
}

enum Source {
    Tiles {
        region: Region,
        window: Option<Window>,
        map: ColorMap,
        /// The level that is wanted, where the region's is a finer one.
        level: u32,
    },
    Frame {
        frame: VideoFrame,
        turn: Turn,
    },
}

/// The last samples that were looked at and their edges: of the same part of a picture they are not made again.
#[derive(Default)]
pub struct Seen {
    last: Mutex<Option<(SeenKey, Arc<Samples>)>>,
    edges: Mutex<Option<(SeenKey, Arc<EdgeMap>)>>,
}

/// Whoever hands in the sight says which picture it is of; the rest is level and area.
type SeenKey = (u64, u32, PixelRect);

/// A part of a picture at one level.
pub(super) struct Samples {
    picture: Picture,
    level: u32,
    area: PixelRect,
    /// The size of the whole picture, image pixels.
    size: Size,
}

impl Sight {
    /// What a question needs of a picture's tiles. `None` while some are missing, unless `may_be_coarse`: then what there is
    /// of coarser levels.
    pub fn of_tiles(
        picture: &dyn TiledPicture,
        question: &Question,
        (window, map): (Option<Window>, ColorMap),
        may_be_coarse: bool,
    ) -> Option<Self> {
        let pyramid = picture.pyramid();
        let finest = level_for(&pyramid, question);
        let coarsest = if may_be_coarse { pyramid.num_levels() - 1 } else { finest };
        let size = pyramid.size();
        let gathered = |level| Region::gather(picture, level, area_at(&question.area, level));
        if let Some(region) = gathered(finest) {
            return Some(Self { size, source: Source::Tiles { region, window, map, level: finest } });
        }
        // On a screen of many pixels the canvas shows a finer level than what is asked for.
        let finer = finest.checked_sub(1).and_then(|level| {
            let area = doubled(area_at(&question.area, finest));
            Region::gather(picture, level, area)
        });
        if let Some(region) = finer {
            return Some(Self { size, source: Source::Tiles { region, window, map, level: finest } });
        }
        let region = (finest + 1..=coarsest).find_map(gathered)?;
        let level = region.level();
        Some(Self { size, source: Source::Tiles { region, window, map, level } })
    }

    /// What a question needs of a frame of a video.
    pub fn of_frame(frame: &VideoFrame, turn: Turn) -> Self {
        let size = turn.apply_to_size(frame.size());
        Self { source: Source::Frame { frame: frame.clone(), turn }, size }
    }

    /// Answers a question. `key` tells pictures and frames apart in what was `seen` before. `None` when the job was called
    /// off, or there is nothing to see.
    pub fn answer(&self, question: &Question, key: u64, seen: &Seen, context: &JobContext) -> Option<Answer> {
        let samples = self.samples(question, key, seen)?;
        let key = (key, samples.level, samples.area);
        match &question.wanted {
            Wanted::Ways { from, snaps } => {
                let edges = seen.edges(key, &samples.picture, context)?;
                let start = samples.sample_at(*from);
                let start = if *snaps { edges.snapped(start, SNAP_SAMPLES) } else { start };
                let ways = edges.ways_from(start, context)?;
                Some(Answer::Ways(Arc::new(FoundWays { ways, samples })))
            }
            Wanted::Color { at, tolerance, is_contiguous } => {
                let options = WandOptions { tolerance: *tolerance as f32, is_contiguous: *is_contiguous };
                let found = select_by_color(&samples.picture, samples.sample_at(*at), options, context)?;
                Some(Answer::Area(samples.outline(&found, question.tolerance_samples)))
            }
            Wanted::Object { inside, marks } => {
                let marks =
                    Marks { object: samples.marked(marks, true), ground: samples.marked(marks, false) };
                let found = cut_out(&samples.picture, samples.rect_at(inside), &marks, context)?;
                Some(Answer::Area(samples.outline(&found, question.tolerance_samples)))
            }
            Wanted::Cells { side_px } => {
                let side = side_px / samples.px_per_sample();
                let cells = superpixels(&samples.picture, side as f32, context)?;
                let tolerance_samples = question.tolerance_samples;
                Some(Answer::Cells(Arc::new(FoundCells::new(cells, samples, tolerance_samples))))
            }
            Wanted::Similar { example } => {
                let options = SearchOptions { min_score: MIN_SCORE, ..SearchOptions::default() };
                let found = find_similar(&samples.picture, samples.rect_at(example), &options, context)?;
                let similar = |found: &crate::infer::template::Match| {
                    let [left, top, right, bottom] = found.bounds();
                    let [min, max] =
                        [Point::new(left, top), Point::new(right, bottom)].map(|p| samples.image_from(p));
                    Similar { bounds: Rect { min, max }, score: f64::from(found.score) }
                };
                Some(Answer::Similar(found.iter().map(similar).collect()))
            }
        }
    }

    fn samples(&self, question: &Question, key: u64, seen: &Seen) -> Option<Arc<Samples>> {
        let (level, area) = match &self.source {
            Source::Tiles { region, level, .. } if region.level() < *level => {
                (*level, halved_area(region.area()))
            }
            Source::Tiles { region, level, .. } => (*level, region.area()),
            Source::Frame { .. } => {
                let pyramid = Pyramid::new(self.size);
                let level = level_for(&pyramid, question);
                let whole = PixelRect::of_size(pyramid.level_size(level));
                (level, area_at(&question.area, level).intersection(&whole))
            }
        };
        let key = (key, level, area);
        let mut last = seen.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, samples)) = last.as_ref().filter(|(of, _)| *of == key) {
            return Some(Arc::clone(samples));
        }
        let picture = match &self.source {
            Source::Tiles { region, window, map, .. } => {
                let picture = region.picture(*window, *map);
                match region.level() < level {
                    true => Window::full(PixelFormat::Rgba8)
                        .picture(&halved(&Tile::from(&picture)), ColorMap::default()),
                    false => picture,
                }
            }
            Source::Frame { frame, turn } => {
                let whole = MemoryPyramid::new(Tile::from(&frame.picture(*turn)?));
                Region::gather(&whole, level, area)?.picture(None, ColorMap::default())
            }
        };
        let samples = Arc::new(Samples { picture, level, area, size: self.size });
        *last = Some((key, Arc::clone(&samples)));
        Some(samples)
    }
}

impl Seen {
    fn edges(&self, key: SeenKey, picture: &Picture, context: &JobContext) -> Option<Arc<EdgeMap>> {
        let mut edges = self.edges.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, edges)) = edges.as_ref().filter(|(of, _)| *of == key) {
            return Some(Arc::clone(edges));
        }
        let found = Arc::new(EdgeMap::new(picture, context)?);
        *edges = Some((key, Arc::clone(&found)));
        Some(found)
    }
}

/// The level at which a question is answered.
fn level_for(pyramid: &Pyramid, question: &Question) -> u32 {
    let mut level = pyramid.level_for(1.0 / question.px_per_sample.max(1e-9));
    let whole = |level| PixelRect::of_size(pyramid.level_size(level));
    let num_samples = |level| area_at(&question.area, level).intersection(&whole(level)).size().num_pixels();
    while level + 1 < pyramid.num_levels() && num_samples(level) > MAX_SAMPLES {
        level += 1;
    }
    level
}

/// What an area of the picture covers of a level, in its pixels.
fn area_at(area: &Rect, level: u32) -> PixelRect {
    let unit = (1_u64 << level) as f64;
    // Numbers that are none become 0.
    let [left, top] = [area.min.x, area.min.y].map(|n| (n / unit).floor().max(0.0) as u32);
    let [right, bottom] = [area.max.x, area.max.y].map(|n| (n / unit).ceil().max(0.0) as u32);
    PixelRect::new(left, top, right.saturating_sub(left), bottom.saturating_sub(top))
}

/// An area of a level in pixels of the next finer one.
fn doubled(area: PixelRect) -> PixelRect {
    let twice = |n: u32| n.saturating_mul(2);
    PixelRect::new(twice(area.left), twice(area.top), twice(area.width), twice(area.height))
}

/// An area of a level, which begins at an even pixel, in pixels of the next coarser one.
fn halved_area(area: PixelRect) -> PixelRect {
    PixelRect::new(area.left / 2, area.top / 2, area.width.div_ceil(2), area.height.div_ceil(2))
}

impl Samples {
    fn px_per_sample(&self) -> f64 {
        (1_u64 << self.level) as f64
    }

    /// A place among the samples as a place in the picture.
    fn image_from(&self, p: Point) -> Point {
        let unit = self.px_per_sample();
        let (x, y) = (f64::from(self.area.left) + p.x, f64::from(self.area.top) + p.y);
        // The last sample of a level may stick out.
        Point::new(
            (x * unit).clamp(0.0, f64::from(self.size.width)),
            (y * unit).clamp(0.0, f64::from(self.size.height)),
        )
    }

    /// A place in the picture as one among the samples.
    fn place_of(&self, p: Point) -> Point {
        let unit = self.px_per_sample();
        Point::new(p.x / unit - f64::from(self.area.left), p.y / unit - f64::from(self.area.top))
    }

    /// The sample at a place of the picture, or the nearest one.
    fn sample_at(&self, p: Point) -> (u32, u32) {
        let p = self.place_of(p);
        let within = |n: f64, end: u32| (n.max(0.0) as u32).min(end.saturating_sub(1));
        (within(p.x, self.area.width), within(p.y, self.area.height))
    }

    /// The samples whose middle, about, lies in a rectangle of the picture.
    fn rect_at(&self, rect: &Rect) -> PixelRect {
        let (min, max) = (self.place_of(rect.min), self.place_of(rect.max));
        let within = |n: f64, end: u32| n.round().clamp(0.0, f64::from(end)) as u32;
        let (left, top) = (within(min.x, self.area.width), within(min.y, self.area.height));
        let (right, bottom) = (within(max.x, self.area.width), within(max.y, self.area.height));
        PixelRect::new(left, top, right.saturating_sub(left).max(1), bottom.saturating_sub(top).max(1))
    }

    /// What strokes over the object, or over what is not of it, cover of the samples.
    fn marked(&self, marks: &[Mark], is_object: bool) -> Mask {
        let of_side = marks.iter().filter(|mark| mark.is_object == is_object);
        of_side.fold(Mask::default(), |all, mark| {
            let line: Vec<Point> = mark.line.iter().map(|p| self.place_of(*p)).collect();
            all.union(&Mask::stroke(&line, mark.radius_px / self.px_per_sample()))
        })
    }

    /// The outline of some samples in the picture.
    fn outline(&self, mask: &Mask, tolerance_samples: f64) -> Polygon {
        let mut outline = match tolerance_samples > 0.0 {
            true => mask.to_polygon_within(tolerance_samples),
            false => mask.to_polygon(),
        };
        outline.map_points(|p| self.image_from(p));
        outline
    }
}

#[cfg(test)]
mod tests;
