//! Following the box around an object: where it is, how large, and whether it is there at all.

use std::sync::Arc;

use super::correlation::CorrelationFilter;
use super::hog::{CELL, HOG_CHANNELS, hog};
use super::image::{Patch, TrackImage, View};
use super::scale::ScaleFilter;
use crate::geometry::{Point, Rect, Vector};

/// Pixels to which the window around the object is resampled, about. It decides the time that a step takes.
const WINDOW_PIXELS: f64 = 160.0 * 160.0;
/// How much is looked at around the object, as a share of its mean side.
const PADDING: f64 = 1.6;
/// The width of the filter's answer, as a share of the object's mean side (DSST).
const SIGMA_SHARE: f64 = 1.0 / 16.0;
/// The share of each new frame in what is known of the object.
const LEARNING_RATE: f32 = 0.025;
/// Objects are at least so large, pixels, across and down.
const MIN_SIDE: f64 = 4.0;
/// The object must be as likely as this to be seen.
const MIN_PSR: f32 = 6.0;
/// In relation to what is usual for this object.
const MIN_PSR_SHARE: f32 = 0.4;
/// Frames that hardly differ have ratios in the hundreds; they say nothing about what is usual.
const MAX_USUAL_PSR: f32 = 40.0;
/// How much the object must resemble what is known of it (the cosine between the descriptions).
const MIN_LIKENESS: f32 = 0.4;
/// So many frames in a row an object may be hidden.
const MAX_UNSURE_FRAMES: u32 = 12;
/// At least this share of the object is within the picture.
const MIN_VISIBLE_SHARE: f64 = 0.4;

/// Why an object is not followed any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LostReason {
    /// It could not be made out for several frames.
    NotRecognised,
    /// It went out of the picture.
    LeftPicture,
}

/// What a tracker says of a frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sight {
    /// The object is there.
    Sure,
    /// It is hidden, or looks too different. What is said about its place is a guess.
    Unsure,
    /// It is not followed any further; so all frames after.
    Lost(LostReason),
}

/// Follows the box around one object.
pub struct BoxTracker {
    window: Window,
    filter: CorrelationFilter,
    scale_filter: ScaleFilter,
    /// What the object looked like in the beginning and looks like of late, cell by cell.
    known: [Likeness; 2],
    center: Point,
    /// Of the object when it was first seen, pixels.
    first_size: Vector,
    /// How much larger it is now.
    scale: f64,
    /// How far it is turned now; others find that out.
    degrees: f64,
    /// Pixels a frame, smoothed.
    velocity: Vector,
    /// The peak-to-sidelobe ratio that is usual for this object.
    usual_psr: f32,
    num_unsure: u32,
    lost: Option<LostReason>,
}

/// A place where the object may be, and what speaks for it.
struct Candidate {
    center: Point,
    psr: f32,
}

impl BoxTracker {
    /// Begins with the object within `rect`. `None` where less than a pixel of it lies in the picture.
    pub fn start(image: &TrackImage, rect: Rect) -> Option<Self> {
        let visible = rect.intersection(&image.bounds())?;
        if visible.area() < 1.0 || !rect.center().is_finite() {
            return None;
        }
        // Of what is much larger than the picture, only what is seen counts.
        let picture = image.bounds();
        let is_huge = rect.width() > 2.0 * picture.width() || rect.height() > 2.0 * picture.height();
        let rect = if is_huge { visible } else { rect };
        let first_size = Vector::new(rect.width().max(MIN_SIDE), rect.height().max(MIN_SIDE));
        let window = Window::around(first_size, image.has_color());
        let mut tracker = Self {
            filter: window.filter(),
            scale_filter: ScaleFilter::new(first_size),
            known: [Likeness::default(), Likeness::default()],
            window,
            center: rect.center(),
            first_size,
            scale: 1.0,
            degrees: 0.0,
            velocity: Vector::ZERO,
            usual_psr: 0.0,
            num_unsure: 0,
            lost: None,
        };
        let features = tracker.features(image, tracker.center);
        tracker.filter.learn(&features.weighed, 1.0);
        tracker.scale_filter.learn(image, &tracker.view(), 1.0);
        tracker.known = [0, 1].map(|_| tracker.window.likeness(&features));
        Some(tracker)
    }

    /// The box around the object as of the last step.
    pub fn rect(&self) -> Rect {
        let size = self.size();
        Rect::from_center(self.center, size)
    }

    /// How much larger the object is than in the beginning.
    pub fn scale(&self) -> f64 {
        self.scale
    }

    /// From now on the object is looked at turned by so many degrees from how it was in the beginning.
    pub(super) fn turn_to(&mut self, degrees: f64) {
        self.degrees = degrees;
    }

    fn size(&self) -> Vector {
        self.first_size * self.scale
    }

    /// The window that the object fills.
    fn view(&self) -> View {
        View { center: self.center, extent: self.size(), degrees: self.degrees }
    }

    /// Follows the object into the next frame.
    pub fn step(&mut self, image: &TrackImage) -> Sight {
        if let Some(reason) = self.lost {
            return Sight::Lost(reason);
        }
        let found = self.find(image);
        let scale =
            self.scale * self.scale_filter.respond(image, &View { center: found.center, ..self.view() });
        let (before, scale_before) = (self.center, self.scale);
        (self.center, self.scale) = (found.center, self.clamped(scale, image));
        let features = self.features(image, self.center);
        let seen = self.window.likeness(&features);
        let likeness = self.known.iter().map(|known| known.with(&seen)).fold(-1.0, f32::max);
        let is_sure = found.psr >= MIN_PSR.max(MIN_PSR_SHARE * self.usual_psr) && likeness >= MIN_LIKENESS;
        if is_sure {
            self.learn(image, &features, &seen, found.psr);
            let moved = self.center - before;
            let share = 1.0 / f64::from(self.num_unsure + 1);
            self.velocity = self.velocity * 0.5 + moved * (0.5 * share);
            self.num_unsure = 0;
        } else {
            self.scale = scale_before;
            self.center = before + self.velocity;
            self.velocity = self.velocity * 0.9;
            self.num_unsure += 1;
        }
        self.judge(image)
    }

    /// The likeliest place. Where the object has been hidden, it may have gone on or stopped.
    fn find(&mut self, image: &TrackImage) -> Candidate {
        let here = self.look(image, self.center);
        if self.num_unsure == 0 {
            return here;
        }
        let ahead = self.look(image, self.center + self.velocity * f64::from(self.num_unsure));
        if ahead.psr > here.psr { ahead } else { here }
    }

    /// Looks in the window around a place and, where the object lies near its edge, once more around that.
    fn look(&mut self, image: &TrackImage, around: Point) -> Candidate {
        let first = self.look_once(image, around);
        let moved = first.center - around;
        let extent = self.window.extent * self.scale;
        if moved.x.abs() < extent.x / 8.0 && moved.y.abs() < extent.y / 8.0 {
            return first;
        }
        let second = self.look_once(image, first.center);
        if second.psr >= first.psr { second } else { first }
    }

    fn look_once(&mut self, image: &TrackImage, around: Point) -> Candidate {
        let features = self.features(image, around);
        let response = self.filter.respond(&features.weighed);
        let cell = self.window.cell_px() * self.scale;
        let [x, y] = response.shift.map(f64::from);
        let moved = Vector::new(x * cell.x, y * cell.y).rotated(self.degrees);
        Candidate { center: around + moved, psr: response.psr }
    }

    fn learn(&mut self, image: &TrackImage, features: &Features, seen: &Likeness, psr: f32) {
        self.filter.learn(&features.weighed, LEARNING_RATE);
        self.scale_filter.learn(image, &self.view(), LEARNING_RATE);
        self.known[1].approach(seen, LEARNING_RATE * 2.0);
        let psr = psr.min(MAX_USUAL_PSR);
        self.usual_psr =
            if self.usual_psr > 0.0 { self.usual_psr + (psr - self.usual_psr) * 0.1 } else { psr };
    }

    /// Whether it goes on, after a frame.
    fn judge(&mut self, image: &TrackImage) -> Sight {
        let rect = self.rect();
        let visible = rect.intersection(&image.bounds()).map_or(0.0, |shared| shared.area() / rect.area());
        if visible < MIN_VISIBLE_SHARE {
            self.lost = Some(LostReason::LeftPicture);
        } else if self.num_unsure > MAX_UNSURE_FRAMES {
            self.lost = Some(LostReason::NotRecognised);
        }
        match self.lost {
            Some(reason) => Sight::Lost(reason),
            None if self.num_unsure > 0 => Sight::Unsure,
            None => Sight::Sure,
        }
    }

    /// A scale with which the object is neither a speck nor much larger than the picture.
    fn clamped(&self, scale: f64, image: &TrackImage) -> f64 {
        let least = MIN_SIDE / self.first_size.x.min(self.first_size.y);
        let picture = image.bounds();
        let most =
            (2.0 * picture.width() / self.first_size.x).min(2.0 * picture.height() / self.first_size.y);
        scale.max(least.min(1.0)).min(most.max(1.0))
    }

    fn features(&self, image: &TrackImage, center: Point) -> Features {
        let extent = self.window.extent * self.scale;
        self.window.features(image, &View { center, extent, degrees: self.degrees })
    }
}

/// The part of the picture around the object that is looked at, and its cells.
struct Window {
    /// Pixels across and down, at scale 1.
    extent: Vector,
    /// The object's share of it.
    object: Vector,
    width: usize,
    height: usize,
    num_channels: usize,
    /// How much each cell counts: nothing at the border, so that the window closes upon itself.
    weights: Arc<[f32]>,
}

/// A window's description.
struct Features {
    /// Histograms of gradients, then brightness and colour, as planes of cells.
    plain: Vec<f32>,
    /// The same, fading towards the border.
    weighed: Vec<f32>,
}

impl Window {
    fn around(object: Vector, has_color: bool) -> Self {
        let padding = PADDING * (object.x + object.y) / 2.0;
        let extent = Vector::new(object.x + padding, object.y + padding);
        let unit = (WINDOW_PIXELS / (extent.x * extent.y)).sqrt() / CELL as f64;
        let [width, height] =
            [extent.x, extent.y].map(|length| fast_length((length * unit).round() as usize));
        let hann = |i: usize, n: usize| (std::f32::consts::PI * (i as f32 + 0.5) / n as f32).sin().powi(2);
        let weights = (0..width * height).map(|i| hann(i % width, width) * hann(i / width, height)).collect();
        let num_channels = HOG_CHANNELS + if has_color { 3 } else { 1 };
        Self { extent, object, width, height, num_channels, weights }
    }

    /// An untrained filter for this window.
    fn filter(&self) -> CorrelationFilter {
        let cell = self.cell_px();
        let mean_side = ((self.object.x / cell.x) * (self.object.y / cell.y)).sqrt();
        CorrelationFilter::new(
            self.width,
            self.height,
            self.num_channels,
            (mean_side * SIGMA_SHARE).max(0.7) as f32,
        )
    }

    /// Pixels of a cell at scale 1.
    fn cell_px(&self) -> Vector {
        Vector::new(self.extent.x / self.width as f64, self.extent.y / self.height as f64)
    }

    fn features(&self, image: &TrackImage, view: &View) -> Features {
        let mut plain = hog(&image.sample_view(0, view, self.width * CELL, self.height * CELL));
        for plane in 0..self.num_channels - HOG_CHANNELS {
            let Patch { values, .. } = image.sample_view(plane, view, self.width, self.height);
            let mean = values.iter().sum::<f32>() / values.len() as f32;
            // Differences of colour are small numbers.
            let gain = if plane == 0 { 0.5 } else { 2.0 };
            plain.extend(values.iter().map(|value| (value - mean) * gain));
        }
        let weighed =
            plain.iter().zip(self.weights.iter().cycle()).map(|(value, weight)| value * weight).collect();
        Features { plain, weighed }
    }

    /// The histograms of the cells of the object itself, each channel by how it differs from its mean.
    fn likeness(&self, features: &Features) -> Likeness {
        let span = |share: f64, n: usize| {
            let num = ((share * n as f64).round() as usize).clamp(2.min(n), n);
            (n - num) / 2..(n - num) / 2 + num
        };
        let columns = span(self.object.x / self.extent.x, self.width);
        let rows = span(self.object.y / self.extent.y, self.height);
        let mut values = Vec::with_capacity(HOG_CHANNELS * columns.len() * rows.len());
        for plane in features.plain.chunks_exact(self.width * self.height).take(HOG_CHANNELS) {
            let begin = values.len();
            for row in rows.clone() {
                values.extend_from_slice(&plane[row * self.width..][columns.clone()]);
            }
            let mean = values[begin..].iter().sum::<f32>() / (values.len() - begin) as f32;
            values[begin..].iter_mut().for_each(|value| *value -= mean);
        }
        Likeness(values)
    }
}

/// What an object looks like: numbers whose sum is nothing.
#[derive(Clone, Default)]
struct Likeness(Vec<f32>);

impl Likeness {
    /// The cosine of the angle between two: 1 for the same, about 0 for strangers.
    fn with(&self, other: &Self) -> f32 {
        let dot = |a: &[f32], b: &[f32]| -> f32 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
        let norm = (dot(&self.0, &self.0) * dot(&other.0, &other.0)).sqrt();
        if norm > 1e-9 { dot(&self.0, &other.0) / norm } else { 0.0 }
    }

    fn approach(&mut self, other: &Self, rate: f32) {
        self.0.iter_mut().zip(&other.0).for_each(|(value, new)| *value += (new - *value) * rate);
    }
}

/// The next number from `n` on, at least 8, whose transform is fast: a product of 2, 3 and 5.
fn fast_length(n: usize) -> usize {
    let is_fast = |mut n: usize| {
        for factor in [2, 3, 5] {
            while n.is_multiple_of(factor) {
                n /= factor;
            }
        }
        n == 1
    };
    (n.max(8)..).find(|&n| is_fast(n)).unwrap_or(n)
}
