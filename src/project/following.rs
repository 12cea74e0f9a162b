//! Following objects through a video in the background, with [`ShapeTracker`]s.
//!
//! The frames are read by a reader of its own, in order; backwards, a stretch of frames at a time. What comes out is
//! where each object was seen: [`carry`](crate::edit::tracks::carry) makes keyframes of it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::base::jobs::JobContext;
use crate::infer::tracking::{CannotTrack, LostReason, ShapeTracker, Sight, TrackImage};
use crate::media::video::{
    OpenOptions, PictureConverter, Video, VideoReader, num_decoding_threads, open_video,
};
use crate::media::{MediaError, Orientation, cache_folder};
use crate::model::{ObjectId, Shape};

/// What decoded frames may take while they are read in reverse.
const STRETCH_BYTES: usize = 128 << 20;
/// So many frames are read at a time in reverse, at most.
const MAX_STRETCH: usize = 64;
/// A keyframe is made where an object would otherwise be off by more than this share of its mean side, or than
/// [`MIN_TOLERANCE_PX`].
const TOLERANCE_SHARE: f64 = 0.02;
const MIN_TOLERANCE_PX: f64 = 1.0;

/// Whom to follow, and through what.
#[derive(Clone, Debug)]
pub struct FollowRequest {
    /// The video.
    pub path: PathBuf,
    /// The frame where the objects are known.
    pub frame: u32,
    /// The objects. Those whose last frame lies behind [`Self::frame`] go forwards, the others backwards; all go the same
    /// way.
    pub objects: Vec<Followed>,
}

/// One object to follow.
#[derive(Clone, Debug)]
pub struct Followed {
    /// Which.
    pub id: ObjectId,
    /// Its shape on the frame where it is known.
    pub shape: Shape,
    /// The last frame that is of interest.
    pub until: u32,
}

/// Where an object was seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Trail {
    /// Which object.
    pub id: ObjectId,
    /// Its shape on each frame where it was made out; the frame where it began is not among them.
    pub seen: BTreeMap<u32, Shape>,
    /// How it ended.
    pub end: TrailEnd,
}

/// How following an object ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrailEnd {
    /// On the last frame that was asked for.
    Arrived,
    /// The object was lost.
    Lost(LostReason),
    /// It could not be followed from the beginning.
    Refused(CannotTrack),
    /// Somebody stopped it.
    Stopped,
}

/// How far a vertex of a shape may be from where it was seen, image pixels.
pub fn follow_tolerance_px(shape: &Shape) -> f64 {
    let bounds = shape.bounds();
    (TOLERANCE_SHARE * (bounds.width() + bounds.height()) / 2.0).max(MIN_TOLERANCE_PX)
}

/// Follows objects until each has arrived or is lost. `tell` gets each frame with the shapes of those that were seen on
/// it. When it is called off, what was found so far is the result.
///
/// # Errors
/// When the video cannot be read at all. Frames that cannot be decoded are passed over.
pub fn follow(
    request: &FollowRequest,
    context: &JobContext,
    tell: &mut dyn FnMut(u32, Vec<(ObjectId, Shape)>),
) -> Result<Vec<Trail>, MediaError> {
    let options = OpenOptions { index_folder: Some(cache_folder().join("frames")), ..OpenOptions::default() };
    let video = open_video(&request.path, &options, context)?;
    let last = u32::try_from(video.index().num_frames().saturating_sub(1)).unwrap_or(u32::MAX);
    let is_forward = request.objects.iter().any(|object| object.until > request.frame);
    let mut frames = Frames::new(&video, is_forward);
    let is_wanted = || !context.is_cancelled();
    let Some(first) = frames.image(request.frame, &is_wanted)? else {
        let path = request.path.clone();
        return Err(MediaError::Undecodable { number: request.frame as usize, path });
    };
    let mut runs: Vec<Run> = request.objects.iter().map(|object| Run::begin(&first, object, last)).collect();
    let num_steps = runs.iter().map(|run| run.until.abs_diff(request.frame)).max().unwrap_or(0);
    for step in 1..=num_steps {
        let number = if is_forward { request.frame + step } else { request.frame - step };
        if runs.iter().all(|run| run.tracker.is_none()) {
            break;
        }
        let image = match frames.image(number, &is_wanted) {
            Err(MediaError::Cancelled) => break,
            image => image?,
        };
        if let Some(image) = image {
            let seen = runs.iter_mut().filter_map(|run| run.step(&image, number)).collect();
            tell(number, seen);
        }
        runs.iter_mut().for_each(|run| run.arrive(number));
        context.set_progress(step.into(), num_steps.into());
    }
    Ok(runs.into_iter().map(|run| run.trail).collect())
}

/// An object on its way.
struct Run {
    trail: Trail,
    until: u32,
    /// `None` when it has ended.
    tracker: Option<ShapeTracker>,
}

impl Run {
    fn begin(image: &TrackImage, object: &Followed, last: u32) -> Self {
        let (tracker, end) = match ShapeTracker::start(image, &object.shape) {
            Ok(tracker) => (Some(tracker), TrailEnd::Stopped),
            Err(refusal) => (None, TrailEnd::Refused(refusal)),
        };
        let trail = Trail { id: object.id, seen: BTreeMap::new(), end };
        Self { trail, until: object.until.min(last), tracker }
    }

    /// Goes to the next frame; where the object is, if it is seen there.
    fn step(&mut self, image: &TrackImage, number: u32) -> Option<(ObjectId, Shape)> {
        let tracker = self.tracker.as_mut()?;
        match tracker.step(image) {
            Sight::Sure => {
                let shape = tracker.shape().clone();
                if !shape.is_valid() {
                    return None;
                }
                self.trail.seen.insert(number, shape.clone());
                Some((self.trail.id, shape))
            }
            Sight::Unsure => None,
            Sight::Lost(reason) => {
                self.trail.end = TrailEnd::Lost(reason);
                self.tracker = None;
                None
            }
        }
    }

    /// Ends on the last frame that is of interest.
    fn arrive(&mut self, number: u32) {
        if number == self.until && self.tracker.take().is_some() {
            // Who is not seen on the last frame is as good as lost.
            let is_there = self.trail.seen.contains_key(&number);
            self.trail.end =
                if is_there { TrailEnd::Arrived } else { TrailEnd::Lost(LostReason::NotRecognised) };
        }
    }
}

/// The frames of a video in one direction.
struct Frames {
    reader: VideoReader,
    orientation: Orientation,
    converter: PictureConverter,
    is_forward: bool,
    /// Read ahead, in reverse.
    stretch: BTreeMap<u32, Option<TrackImage>>,
}

impl Frames {
    fn new(video: &Video, is_forward: bool) -> Self {
        Self {
            reader: video.reader(num_decoding_threads()),
            orientation: video.info().picture().map_or(Orientation::Normal, |picture| picture.orientation),
            converter: PictureConverter::default(),
            is_forward,
            stretch: BTreeMap::new(),
        }
    }

    /// A frame as a person sees it; `None` where it cannot be decoded.
    fn image(&mut self, number: u32, is_wanted: &dyn Fn() -> bool) -> Result<Option<TrackImage>, MediaError> {
        if self.is_forward {
            return self.read(number, is_wanted);
        }
        if let Some(image) = self.stretch.remove(&number) {
            return Ok(image);
        }
        let last = self.read(number, is_wanted)?;
        let frame_bytes = last.as_ref().map_or(1, |image| image.size().num_pixels() as usize * 2);
        let num_frames = (STRETCH_BYTES / frame_bytes.max(1)).clamp(2, MAX_STRETCH);
        for before in number.saturating_sub(num_frames as u32)..number {
            let image = self.read(before, is_wanted)?;
            self.stretch.insert(before, image);
        }
        Ok(last)
    }

    fn read(&mut self, number: u32, is_wanted: &dyn Fn() -> bool) -> Result<Option<TrackImage>, MediaError> {
        let native = match self.reader.read(number as usize, is_wanted, None) {
            Ok(native) => native,
            Err(MediaError::Undecodable { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        if let Some(frame) = native.share() {
            return Ok(TrackImage::from_frame(&frame).map(|image| image.turned(self.orientation.into())));
        }
        let picture = self.converter.convert(&native, self.orientation);
        Ok(picture.as_ref().and_then(TrackImage::from_picture))
    }
}
