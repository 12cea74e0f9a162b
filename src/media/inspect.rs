//! What a file holds, picture or video, as far as a project wants to know.

use std::path::Path;

use super::content::{Fingerprint, fingerprint};
use super::error::MediaError;
#[cfg(feature = "video")]
use super::format::PictureFormat;
use super::probe::probe;
use crate::base::jobs::JobContext;
use crate::model::VideoFacts;
use crate::pixels::Size;

/// What a project knows of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct MediaFacts {
    /// Width and height as shown.
    pub size: Size,
    /// Length of the file; of numbered pictures, of all together.
    pub num_bytes: u64,
    /// What it is found again by.
    pub fingerprint: Fingerprint,
    /// Of a video, its frames.
    pub video: Option<VideoFacts>,
}

/// Reads the header of a picture, or all packets of a video, which takes as long as reading the file; the index that
/// comes of it is kept. A GIF that moves is a video, and so are numbered pictures, as a pattern such as
/// `run/shot-%04d.png`.
///
/// # Errors
/// See [`MediaError`].
#[cfg_attr(not(feature = "video"), expect(unused_variables))]
pub fn inspect(path: &Path, context: &JobContext) -> Result<MediaFacts, MediaError> {
    #[cfg(feature = "video")]
    if let Some(sequence) = super::PictureSequence::parse(path)
        && !path.exists()
    {
        let numbers = sequence.unbroken_numbers()?;
        let (size, video) = super::video::probe_video(path, context)?;
        let (fingerprint, num_bytes) = sequence.identity(numbers)?;
        return Ok(MediaFacts { size, num_bytes, fingerprint, video: Some(video) });
    }
    match probe(path) {
        #[cfg(feature = "video")]
        Ok(info) if info.format == PictureFormat::Gif && moves(path) => inspect_video(path, context),
        #[cfg(feature = "video")]
        Err(MediaError::Video { .. }) => inspect_video(path, context),
        Ok(info) => {
            let fingerprint = fingerprint(path)?;
            Ok(MediaFacts { size: info.size, num_bytes: info.num_bytes, fingerprint, video: None })
        }
        Err(error) => Err(error),
    }
}

#[cfg(feature = "video")]
fn inspect_video(path: &Path, context: &JobContext) -> Result<MediaFacts, MediaError> {
    let (size, video) = super::video::probe_video(path, context)?;
    let num_bytes = std::fs::metadata(path).map_err(|error| MediaError::read(path, error))?.len();
    Ok(MediaFacts { size, num_bytes, fingerprint: fingerprint(path)?, video: Some(video) })
}

/// Whether a GIF has more than one picture. One that cannot be read so far is what its header made of it.
#[cfg(feature = "video")]
fn moves(path: &Path) -> bool {
    let file = std::fs::File::open(path).map(std::io::BufReader::new);
    file.and_then(|mut file| super::gif_header::has_several_pictures(&mut file)).unwrap_or(false)
}
