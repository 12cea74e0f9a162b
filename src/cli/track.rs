//! `fieldmark track`: objects of a video carried from frame to frame by what they look like.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::Context as _;
use serde::Serialize;

use super::console::{Console, counted};
use super::parse::project_path;
use crate::edit::FrameView;
use crate::edit::tracks::{carry, room};
use crate::infer::tracking::LostReason;
use crate::model::{AssetId, AssetKind, ObjectId, Shape};
use crate::project::{
    FollowRequest, Followed, Identity, OpenMode, Project, Trail, TrailEnd, follow, follow_tolerance_px,
};

/// Carry objects of a video from frame to frame by what they look like, without a model
///
/// An object is followed until it is lost, leaves the picture, or comes to a keyframe that somebody set. What comes of it
/// are keyframes, one step that can be undone in the window.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The project.
    project: PathBuf,

    /// The video: its path in the project or, where there is only one of it, its file name.
    #[arg(long, value_name = "NAME")]
    video: String,

    /// The frame where the objects are right, and the last one to go to, which may come before it. Counted from 0.
    #[arg(long, value_name = "A:B", value_parser = frames)]
    frames: (u32, u32),

    /// The id of an object, as `--json` and exports tell it; can be given several times. Without it, all objects that are
    /// on frame A.
    #[arg(long, value_name = "ID")]
    track: Vec<ObjectId>,
}

/// What became of the objects.
#[derive(Serialize)]
struct Tracked {
    video: String,
    tracks: Vec<TrackedObject>,
}

/// What became of one.
#[derive(Serialize)]
struct TrackedObject {
    id: String,
    /// The frame on which it was seen last; `None` where it was not followed at all.
    last_frame: Option<u32>,
    /// `arrived`, `left the picture`, `lost`, or why it could not be followed.
    end: String,
}

/// `A:B`.
fn frames(text: &str) -> Result<(u32, u32), String> {
    let numbers =
        text.split_once(':').and_then(|(a, b)| Some((a.trim().parse().ok()?, b.trim().parse().ok()?)));
    let (from, to) = numbers.ok_or("write two frames, for example 100:200, or 200:100 to go back")?;
    if from == to { Err("the two frames are the same".to_owned()) } else { Ok((from, to)) }
}

impl Args {
    pub fn run(self, console: &Console) -> anyhow::Result<()> {
        let mut project = Project::open(&project_path(&self.project), OpenMode::Write, &Identity::load()?)?;
        let row = project.assets().find(&self.video).with_context(|| {
            format!("the project has no video {:?}, or several; give its path in the project", self.video)
        })?;
        let (asset, kind) = (row.asset.id, row.asset.kind);
        let num_frames = row.asset.video.as_ref().map_or(0, |facts| facts.num_frames);
        anyhow::ensure!(kind == AssetKind::Video, "{:?} is a picture", self.video);
        let (from, to) = self.frames;
        anyhow::ensure!(
            from.max(to) < num_frames,
            "the video has no frame {}; its last is {}",
            from.max(to),
            num_frames.saturating_sub(1)
        );
        let path =
            project.asset_path(asset).context("this video is an address, and only files can be read")?;
        let objects = self.followed(&mut project, asset, num_frames)?;
        let request = FollowRequest { path, frame: from, objects };
        let trails =
            console.run("tracking", move |context| Ok(follow(&request, context, &mut |_, _| ())?))?;
        let edits = project.load_document(asset).map(|document| {
            let of_trail = |trail: &Trail| {
                let tolerance_px = trail.seen.values().next().map_or(1.0, follow_tolerance_px);
                let object = document.object(trail.id);
                object.map_or_else(Vec::new, |object| carry(asset, object, from, &trail.seen, tolerance_px))
            };
            trails.iter().flat_map(of_trail).collect::<Vec<_>>()
        })?;
        project.commit(if to > from { "Track forward" } else { "Track back" }, edits)?;
        project.flush()?;
        let tracks = trails.iter().map(|trail| TrackedObject::new(trail, to > from)).collect();
        let tracked = Tracked { video: self.video, tracks };
        console.result(&tracked, || tracked.text())
    }

    /// The objects that are asked for, with their shapes on the first frame and the frames that they may go to.
    fn followed(
        &self,
        project: &mut Project,
        asset: AssetId,
        num_frames: u32,
    ) -> anyhow::Result<Vec<Followed>> {
        let (from, to) = self.frames;
        let document = project.load_document(asset)?;
        let mut on_frame = FrameView::new(asset);
        on_frame.follow(document, from);
        let shapes: BTreeMap<ObjectId, Shape> = on_frame
            .objects()
            .in_order()
            .filter_map(|object| Some((object.id, object.as_shape()?.clone())))
            .collect();
        let asked: Vec<ObjectId> = match self.track.is_empty() {
            true => shapes.keys().copied().collect(),
            false => self.track.clone(),
        };
        anyhow::ensure!(!asked.is_empty(), "there is no object on frame {from}");
        let mut followed = Vec::new();
        for id in asked {
            let shape =
                shapes.get(&id).with_context(|| format!("there is no object {id} on frame {from}"))?;
            let track = document.object(id).and_then(|object| object.as_track());
            let track = track.with_context(|| format!("object {id} is no track"))?;
            let until = room(track, from, to > from, num_frames, &BTreeSet::new());
            // With no way to go, it arrives where it is.
            let until = until.map_or(from, |until| if to > from { until.min(to) } else { until.max(to) });
            followed.push(Followed { id, shape: shape.clone(), until });
        }
        Ok(followed)
    }
}

impl TrackedObject {
    fn new(trail: &Trail, is_forward: bool) -> Self {
        let last = if is_forward { trail.seen.keys().next_back() } else { trail.seen.keys().next() };
        let end = match trail.end {
            TrailEnd::Arrived => "arrived".to_owned(),
            TrailEnd::Lost(LostReason::LeftPicture) => "left the picture".to_owned(),
            TrailEnd::Lost(LostReason::NotRecognised) => "lost".to_owned(),
            TrailEnd::Refused(refusal) => refusal.to_string(),
            TrailEnd::Stopped => "there is no frame to go to before the next keyframe".to_owned(),
        };
        Self { id: trail.id.to_string(), last_frame: last.copied(), end }
    }
}

impl Tracked {
    fn text(&self) -> String {
        let mut lines =
            vec![format!("{} followed in {}", counted(self.tracks.len() as u64, "object"), self.video)];
        lines.extend(self.tracks.iter().map(|TrackedObject { id, last_frame, end }| match last_frame {
            Some(last) => format!("  {id}  to frame {last}: {end}"),
            None => format!("  {id}  not at all: {end}"),
        }));
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_different_frames_are_needed() {
        assert_eq!(frames("5:9"), Ok((5, 9)));
        assert_eq!(frames("9:5"), Ok((9, 5)));
        assert!(frames("5").is_err() && frames("a:b").is_err() && frames("-1:4").is_err());
        assert!(frames("5:5").is_err());
    }
}
