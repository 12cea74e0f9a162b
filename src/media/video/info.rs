//! What a video file says of itself.

use super::ffmpeg::{Demuxer, StreamFacts, StreamKind};
use super::{MediaError, VideoSource};
use crate::media::Orientation;
use crate::pixels::Size;

/// A fraction, as containers write rates and units of time. Written as `"num/den"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rational {
    /// Numerator.
    pub num: i32,
    /// Denominator; 0 where the value is not known.
    pub den: i32,
}

impl Rational {
    /// The value; 0 where it is not known.
    pub fn to_f64(self) -> f64 {
        if self.den == 0 { 0.0 } else { f64::from(self.num) / f64::from(self.den) }
    }
}

impl From<(i32, i32)> for Rational {
    fn from((num, den): (i32, i32)) -> Self {
        Self { num, den }
    }
}

impl std::fmt::Display for Rational {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.num, self.den)
    }
}

impl serde::Serialize for Rational {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// One stream of a file.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct StreamInfo {
    /// Its number in the file.
    pub index: usize,
    /// What it carries.
    pub kind: StreamKind,
    /// FFmpeg's name of the codec, such as `h264`.
    pub codec: String,
    /// Of pictures, what else there is to say.
    #[serde(flatten)]
    pub picture: Option<PictureInfo>,
}

/// What a file says of a stream of pictures.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct PictureInfo {
    /// Width and height of the pictures as a person sees them. The pixels are taken for squares.
    pub size: Size,
    /// Width and height as stored.
    pub stored_size: Size,
    /// How stored pictures are turned to be shown.
    pub orientation: Orientation,
    /// FFmpeg's name of the pixel format, such as `yuv420p`.
    pub pixel_format: String,
    /// Width of a pixel by its height, where the file tells and it is not 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pixel_aspect: Option<Rational>,
    /// Seconds of one unit of time.
    pub time_base: Rational,
    /// Frames in a second, as the file tells.
    pub declared_rate: Rational,
    /// Whether pictures may be made of two fields.
    pub is_interlaced: bool,
}

/// What a file says of itself.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct VideoInfo {
    /// FFmpeg's name of the container, such as `matroska,webm`.
    pub container: String,
    /// Length of the file; 0 for numbered pictures.
    pub num_bytes: u64,
    /// All its streams.
    pub streams: Vec<StreamInfo>,
    /// Which of them was opened.
    pub stream: usize,
}

impl VideoInfo {
    pub(super) fn new(source: &VideoSource, demuxer: &Demuxer, stream: usize) -> Self {
        let num_bytes = match source {
            VideoSource::File(path) => std::fs::metadata(path).map_or(0, |metadata| metadata.len()),
            VideoSource::Sequence { .. } => 0,
        };
        let streams = demuxer.streams().iter().map(|facts| StreamInfo::new(source, facts)).collect();
        Self { container: demuxer.container(), num_bytes, streams, stream }
    }

    /// What the file says of the pictures of the opened stream.
    pub fn picture(&self) -> Option<&PictureInfo> {
        self.streams.get(self.stream)?.picture.as_ref()
    }
}

impl StreamInfo {
    pub(super) fn new(source: &VideoSource, facts: &StreamFacts) -> Self {
        let has_pictures = matches!(facts.kind, StreamKind::Video | StreamKind::Cover);
        let picture = has_pictures.then(|| {
            let stored_size = Size::new(facts.width, facts.height);
            let orientation = match source {
                VideoSource::File(_) => facts.display_matrix.map_or(Orientation::Normal, orientation),
                VideoSource::Sequence { .. } => source.orientation_of_pictures(),
            };
            let pixel_aspect = Rational::from(facts.pixel_aspect);
            PictureInfo {
                size: orientation.apply_to_size(stored_size),
                stored_size,
                orientation,
                pixel_format: facts.pixel_format.clone(),
                pixel_aspect: Some(pixel_aspect)
                    .filter(|aspect| aspect.num != aspect.den && aspect.num > 0 && aspect.den > 0),
                time_base: facts.time_base.into(),
                declared_rate: facts.average_frame_rate.into(),
                is_interlaced: facts.is_interlaced,
            }
        });
        Self { index: facts.index, kind: facts.kind, codec: facts.codec.clone(), picture }
    }
}

/// The stream to open: the one that is asked for, else the first with moving pictures, else the first with any.
pub(super) fn choose_stream(
    source: &VideoSource,
    demuxer: &Demuxer,
    asked: Option<usize>,
) -> Result<StreamFacts, MediaError> {
    let path = || source.path().to_owned();
    let streams = demuxer.streams();
    let has_pictures = |facts: &&StreamFacts| matches!(facts.kind, StreamKind::Video | StreamKind::Cover);
    let chosen = match asked {
        Some(index) => streams.get(index).filter(has_pictures),
        None => {
            let moving = streams.iter().find(|facts| facts.kind == StreamKind::Video);
            moving.or_else(|| streams.iter().find(has_pictures))
        }
    };
    let facts = chosen.cloned().ok_or_else(|| MediaError::NoPictures { path: path() })?;
    if !facts.has_decoder {
        return Err(MediaError::NoDecoder { codec: facts.codec, path: path() });
    }
    Ok(facts)
}

/// The orientation of a display matrix (ISO 14496-12, 6.2.2): in 16.16 fixed point, row by row, its left upper part
/// `[a b; c d]` maps stored (x, y) to shown (a·x + c·y, b·x + d·y). Other turns than by quarters are taken for none.
fn orientation(matrix: [i32; 9]) -> Orientation {
    let [a, b, _, c, d, ..] = matrix.map(|number| number.signum());
    match [a, b, c, d] {
        [-1, 0, 0, 1] => Orientation::MirroredColumns,
        [-1, 0, 0, -1] => Orientation::Turned180,
        [1, 0, 0, -1] => Orientation::MirroredRows,
        [0, 1, 1, 0] => Orientation::Transposed,
        [0, 1, -1, 0] => Orientation::Turned90,
        [0, -1, -1, 0] => Orientation::Transverse,
        [0, -1, 1, 0] => Orientation::Turned270,
        _ => Orientation::Normal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Point;

    #[test]
    fn a_display_matrix_moves_points_as_its_orientation_does() {
        for matrix in [
            [1, 0, 0, 1],
            [-1, 0, 0, 1],
            [-1, 0, 0, -1],
            [1, 0, 0, -1],
            [0, 1, 1, 0],
            [0, 1, -1, 0],
            [0, -1, -1, 0],
            [0, -1, 1, 0],
        ] {
            let [a, b, c, d] = matrix.map(|n: i32| n << 16);
            let orientation = orientation([a, b, 0, c, d, 0, 0, 0, 1 << 30]);
            let size = Size::new(40, 30);
            // The matrix turns about the origin; players then move the picture so that it begins there.
            let [a, b, c, d] = matrix.map(f64::from);
            let turn = |p: Point| Point::new(a * p.x + c * p.y, b * p.x + d * p.y);
            let corners = [(0.0, 0.0), (40.0, 30.0)].map(|(x, y)| turn(Point::new(x, y)));
            let left = corners[0].x.min(corners[1].x);
            let top = corners[0].y.min(corners[1].y);
            let point = Point::new(7.0, 4.0);
            let expected = Point::new(turn(point).x - left, turn(point).y - top);
            assert_eq!(orientation.shown_from_stored(point, size), expected, "{matrix:?}");
        }
    }

    #[test]
    fn fractions_are_written_as_such() {
        assert_eq!(serde_json::to_string(&Rational { num: 30_000, den: 1001 }).unwrap(), "\"30000/1001\"");
        assert_eq!(Rational { num: 1, den: 0 }.to_f64(), 0.0);
    }
}
