//! Videos for formats that hold pictures: each frame that is exported is a picture of its own.
//!
//! `Frames` stands between the source and the format, and gives for each video the frames that were asked for. What
//! is on a frame are the shapes that tracks have there; a span is a tag on its frames, a tag of the video one on every
//! frame. Which shapes were one track is kept where a format has a place for it: as the attribute `track_id` in COCO.
//! The names are those of the video with the number of the frame, from 0: `clips/a.mp4` gives
//! `clips/a_frame_000123.jpg`.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::io;
use std::path::Path;
use std::rc::Rc;
use std::str::FromStr;

use super::compare::Change;
use super::hash::StableHash;
use super::paths::split_extension;
use super::{ExportOptions, ExportSource, Format, FormatError, Item, MediaCopier};
use crate::edit::shape_at;
use crate::model::{Asset, AssetId, AssetKind, AssetSource, Content, Flag, Object, ObjectId, Schema};

/// Which frames of a video become pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FrameChoice {
    /// Those on which there is a shape, or that a span covers.
    #[default]
    WithObjects,
    /// Those on which somebody set a keyframe in sight.
    Keyframes,
    /// The first, and each that comes so many frames later.
    Every(u32),
}

/// Which frames of videos are exported to a format that holds pictures. Read from text such as `objects`, `keyframes`,
/// `every:10`, `all`, each also with a range behind it: `every:10@100:200`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FrameOptions {
    /// Which frames.
    pub choice: FrameChoice,
    /// The frames among which they are chosen, half-open; all when absent.
    pub range: Option<(u32, u32)>,
}

impl FromStr for FrameOptions {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        let wrong = || {
            FormatError::Options(format!(
                "{text:?} does not say which frames; write objects, keyframes, every:10 or all, with a range of frames \
                 behind it where you want one: every:10@100:200"
            ))
        };
        let (choice, range) = match text.split_once('@') {
            Some((choice, range)) => (choice, Some(range)),
            None => (text, None),
        };
        let choice = match choice.trim() {
            "objects" => FrameChoice::WithObjects,
            "keyframes" => FrameChoice::Keyframes,
            "all" => FrameChoice::Every(1),
            other => {
                let step = other.strip_prefix("every:").and_then(|step| step.parse().ok());
                FrameChoice::Every(step.filter(|&step| step > 0).ok_or_else(wrong)?)
            }
        };
        let range = match range.map(|range| range.split_once(':').ok_or_else(wrong)).transpose()? {
            None => None,
            Some((start, end)) => {
                let number = |text: &str| text.trim().parse::<u32>().map_err(|_| wrong());
                let range = (number(start)?, number(end)?);
                if range.0 >= range.1 {
                    return Err(wrong());
                }
                Some(range)
            }
        };
        Ok(Self { choice, range })
    }
}

/// What is known of the videos that were taken apart.
#[derive(Default)]
pub(super) struct TakenApart {
    /// What was lost by it, each with its place.
    pub changes: Vec<(Change, String)>,
    known: Rc<RefCell<Known>>,
}

impl TakenApart {
    /// Whether a picture is a frame of a video.
    pub fn has_frame(&self, picture: AssetId) -> bool {
        self.known.borrow().frames.contains_key(&picture)
    }
}

/// Calls with the source and options as the format needs them: videos taken apart where it holds pictures.
pub(super) fn with_frames<T>(
    format: &dyn Format,
    source: &mut dyn ExportSource,
    options: &ExportOptions<'_>,
    call: impl FnOnce(&mut dyn ExportSource, &ExportOptions<'_>, TakenApart) -> Result<T, FormatError>,
) -> Result<T, FormatError> {
    if format.holds() == AssetKind::Video || !source.has_videos() {
        return call(source, options, TakenApart::default());
    }
    let mut frames = Frames::new(source, format, options.frames)?;
    let changes = std::mem::take(&mut frames.changes);
    let copier = options.media.map(|inner| FrameCopier { inner, known: Rc::clone(&frames.known) });
    let options = ExportOptions {
        splits: options.splits.clone(),
        media: copier.as_ref().map(|copier| copier as &dyn MediaCopier),
        media_root: options.media_root.clone(),
        image_paths: options.image_paths,
        frames: options.frames,
        settings: options.settings.clone(),
        job: options.job.clone(),
    };
    let taken_apart = TakenApart { changes, known: Rc::clone(&frames.known) };
    call(&mut frames, &options, taken_apart)
}

/// A frame that is a picture in an export.
#[derive(Clone, Copy)]
struct FrameOf {
    video_index: usize,
    frame: u32,
}

/// Which picture is which frame: known after one pass through the source.
#[derive(Default)]
struct Known {
    videos: Vec<Asset>,
    frames: HashMap<AssetId, FrameOf>,
}

/// A source whose videos are taken apart into frames.
struct Frames<'a> {
    source: &'a mut dyn ExportSource,
    format: &'a dyn Format,
    options: FrameOptions,
    known: Rc<RefCell<Known>>,
    num_items: u64,
    /// What is lost by taking videos apart, each with its place.
    changes: Vec<(Change, String)>,
}

impl<'a> Frames<'a> {
    /// Goes once through the source.
    fn new(
        source: &'a mut dyn ExportSource,
        format: &'a dyn Format,
        options: FrameOptions,
    ) -> Result<Self, FormatError> {
        let known: Rc<RefCell<Known>> = Rc::default();
        let (mut num_items, mut changes) = (0, Vec::new());
        source.for_each(&mut |item| {
            if item.asset.kind == AssetKind::Picture {
                num_items += 1;
                return Ok(());
            }
            let mut known = known.borrow_mut();
            let video_index = known.videos.len();
            known.videos.push(item.asset.clone());
            changes.extend(changes_of(item, format));
            for frame in frames_of(item, options) {
                num_items += 1;
                known.frames.insert(frame_id(item.asset.id, frame), FrameOf { video_index, frame });
            }
            Ok(())
        })?;
        Ok(Self { source, format, options, known, num_items, changes })
    }
}

impl ExportSource for Frames<'_> {
    fn schema(&self) -> &Schema {
        self.source.schema()
    }

    fn num_items(&self) -> u64 {
        self.num_items
    }

    fn has_videos(&self) -> bool {
        false
    }

    fn for_each(
        &mut self,
        visit: &mut dyn FnMut(&Item) -> Result<(), FormatError>,
    ) -> Result<(), FormatError> {
        let (format, options) = (self.format, self.options);
        self.source.for_each(&mut |item| match item.asset.kind {
            AssetKind::Picture => visit(item),
            AssetKind::Video => frames_of(item, options)
                .into_iter()
                .try_for_each(|frame| visit(&item_on_frame(item, frame, format))),
        })
    }
}

/// Copies pictures, and frames of videos as pictures.
struct FrameCopier<'a> {
    inner: &'a dyn MediaCopier,
    known: Rc<RefCell<Known>>,
}

impl MediaCopier for FrameCopier<'_> {
    fn copy(&self, asset: &Asset, to: &Path) -> io::Result<()> {
        let known = self.known.borrow();
        match known.frames.get(&asset.id) {
            None => self.inner.copy(asset, to),
            Some(at) => self.inner.copy_frame(&known.videos[at.video_index], at.frame, to),
        }
    }

    fn copy_frame(&self, video: &Asset, frame: u32, to: &Path) -> io::Result<()> {
        self.inner.copy_frame(video, frame, to)
    }
}

/// What is lost of the objects of a video, each with its place.
fn changes_of(item: &Item, format: &dyn Format) -> Vec<(Change, String)> {
    let mut changes = Vec::new();
    for (index, object) in item.objects.iter().enumerate() {
        let place =
            || format!("{}: {} (object {})", item.asset.source.as_str(), object.kind().name(), index + 1);
        changes.push((Change::OnFrames { kind: object.kind().name() }, place()));
        let is_track = matches!(object.content, Content::Track(_));
        if is_track && !format.note_track(&mut object.clone(), index) {
            changes.push((Change::Identity, place()));
        }
    }
    changes
}

/// The frames of a video that are exported, in order.
fn frames_of(item: &Item, options: FrameOptions) -> Vec<u32> {
    let last_named = item.objects.iter().filter_map(last_frame).max();
    let num_frames = item
        .asset
        .video
        .as_ref()
        .map_or_else(|| last_named.map_or(0, |last| last + 1), |facts| facts.num_frames);
    let (start, end) = options.range.unwrap_or((0, num_frames));
    let end = end.min(num_frames);
    match options.choice {
        FrameChoice::Every(step) => {
            (0..end).step_by(step.max(1) as usize).filter(|frame| *frame >= start).collect()
        }
        FrameChoice::Keyframes => {
            let mut frames = BTreeSet::new();
            for object in &item.objects {
                if let Content::Track(track) = &object.content {
                    frames.extend(
                        track.keyframes.iter().filter(|(_, key)| !key.outside).map(|(frame, _)| *frame),
                    );
                }
            }
            frames.range(start..end.max(start)).copied().collect()
        }
        FrameChoice::WithObjects => {
            (start..end).filter(|&frame| item.objects.iter().any(|object| is_on(object, frame))).collect()
        }
    }
}

/// The last frame that an object names.
fn last_frame(object: &Object) -> Option<u32> {
    match &object.content {
        Content::Track(track) => track.keyframes.keys().next_back().copied(),
        Content::Span(span) => span.end.checked_sub(1),
        Content::Shape(_) | Content::Tag => None,
    }
}

/// Whether an object makes a frame worth exporting. A tag of the whole video does not.
fn is_on(object: &Object, frame: u32) -> bool {
    match &object.content {
        Content::Shape(_) => true,
        Content::Track(track) => {
            track.keyframes.range(..=frame).next_back().is_some_and(|(_, key)| !key.outside)
        }
        Content::Span(span) => (span.start..span.end).contains(&frame),
        Content::Tag => false,
    }
}

/// The id of a frame's picture: always the same for a frame of a video.
fn frame_id(video: AssetId, frame: u32) -> AssetId {
    let half = |seed: u64| {
        let mut hash = StableHash::new(seed);
        hash.write(video.as_bytes());
        hash.write(&frame.to_le_bytes());
        u128::from(hash.finish())
    };
    AssetId::from_u128(half(1) << 64 | half(2))
}

/// The picture of a frame with what is on it.
fn item_on_frame(item: &Item, frame: u32, format: &dyn Format) -> Item {
    let (stem, _) = split_extension(item.asset.source.as_str());
    // A sequence of pictures has a pattern instead of a number.
    let stem = match (stem.rfind("%0"), stem.ends_with('d')) {
        (Some(at), true) => stem[..at].trim_end_matches(['-', '_', '.']),
        _ => stem,
    };
    let path = format!("{stem}_frame_{frame:06}.jpg");
    let mut asset = Asset::picture(frame_id(item.asset.id, frame), path, item.asset.width, item.asset.height);
    if matches!(item.asset.source, AssetSource::Url(_)) {
        asset.source = AssetSource::Url(asset.source.as_str().to_owned());
    }
    asset.subset = item.asset.subset.clone();
    let on_frame = |(index, object): (usize, &Object)| object_on_frame(object, index, frame, format);
    Item { asset, objects: item.objects.iter().enumerate().filter_map(on_frame).collect() }
}

fn object_on_frame(object: &Object, index: usize, frame: u32, format: &dyn Format) -> Option<Object> {
    let mut on_frame = object.clone();
    on_frame.id = ObjectId::new();
    match &object.content {
        Content::Shape(_) | Content::Tag => {}
        Content::Span(span) if (span.start..span.end).contains(&frame) => on_frame.content = Content::Tag,
        Content::Span(_) => return None,
        Content::Track(track) => {
            let at = shape_at(track, frame)?;
            on_frame
                .attributes
                .extend(track.attributes.range(..=frame).flat_map(|(_, values)| values.clone()));
            on_frame.content = Content::Shape(at.shape);
            if at.occluded {
                on_frame.flags.insert(Flag::Occluded);
            }
            format.note_track(&mut on_frame, index);
        }
    }
    Some(on_frame)
}
