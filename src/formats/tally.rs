//! How much there is of what, in the words of people: pictures, frames and videos, and what is on them.

use serde::Serialize;

use crate::model::{Asset, AssetKind, Content, Object};

/// What an exchange holds, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Pictures.
    pub num_pictures: u64,
    /// Frames of videos, each written as a picture.
    pub num_frames: u64,
    /// Videos.
    pub num_videos: u64,
    /// Shapes without a time.
    pub num_shapes: u64,
    /// Objects that move through a video.
    pub num_tracks: u64,
    /// Intervals of frames.
    pub num_spans: u64,
    /// Tags of whole pictures and videos.
    pub num_tags: u64,
}

impl Tally {
    /// Counts a picture or a video.
    pub fn add_asset(&mut self, asset: &Asset, is_frame: bool) {
        match asset.kind {
            AssetKind::Picture if is_frame => self.num_frames += 1,
            AssetKind::Picture => self.num_pictures += 1,
            AssetKind::Video => self.num_videos += 1,
        }
    }

    /// Counts an object.
    pub fn add_object(&mut self, object: &Object) {
        match &object.content {
            Content::Shape(_) => self.num_shapes += 1,
            Content::Track(_) => self.num_tracks += 1,
            Content::Span(_) => self.num_spans += 1,
            Content::Tag => self.num_tags += 1,
        }
    }

    /// Pictures, frames and videos together.
    pub fn num_media(&self) -> u64 {
        self.num_pictures + self.num_frames + self.num_videos
    }

    /// The objects in words, as `3 tracks and 1 span`; `counted` puts a number before a noun. On pictures there are
    /// simply `4 objects`.
    pub fn objects(&self, counted: &dyn Fn(u64, &str) -> String) -> String {
        let Self { num_shapes, num_tracks, num_spans, num_tags, .. } = *self;
        match num_tracks + num_spans {
            0 => counted(num_shapes + num_tags, "object"),
            _ => listed(
                &[(num_tracks, "track"), (num_spans, "span"), (num_shapes, "shape"), (num_tags, "tag")],
                counted,
            ),
        }
    }

    /// Pictures, frames and videos in words, as `3 pictures and 1 video`.
    pub fn media(&self, counted: &dyn Fn(u64, &str) -> String) -> String {
        let Self { num_pictures, num_frames, num_videos, .. } = *self;
        match self.num_media() {
            0 => counted(0, "picture"),
            _ => listed(&[(num_pictures, "picture"), (num_frames, "frame"), (num_videos, "video")], counted),
        }
    }
}

/// Those that there are: `a`, `a and b`, `a, b and c`.
fn listed(parts: &[(u64, &str)], counted: &dyn Fn(u64, &str) -> String) -> String {
    let words: Vec<String> =
        parts.iter().filter(|(number, _)| *number > 0).map(|(number, noun)| counted(*number, noun)).collect();
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(tally: Tally) -> String {
        let counted =
            |number: u64, noun: &str| format!("{number} {noun}{}", if number == 1 { "" } else { "s" });
        format!("{} on {}", tally.objects(&counted), tally.media(&counted))
    }

    #[test]
    fn each_thing_has_its_own_noun() {
        let nothing = Tally::default();
        assert_eq!(words(nothing), "0 objects on 0 pictures");
        assert_eq!(
            words(Tally { num_pictures: 3, num_shapes: 4, num_tags: 1, ..nothing }),
            "5 objects on 3 pictures"
        );
        assert_eq!(words(Tally { num_frames: 12, num_shapes: 1, ..nothing }), "1 object on 12 frames");
        let video = Tally { num_videos: 1, num_tracks: 3, num_spans: 1, num_tags: 2, ..nothing };
        assert_eq!(words(video), "3 tracks, 1 span and 2 tags on 1 video");
        let both = Tally { num_videos: 2, num_pictures: 1, num_tracks: 1, num_shapes: 2, ..nothing };
        assert_eq!(words(both), "1 track and 2 shapes on 1 picture and 2 videos");
    }
}
