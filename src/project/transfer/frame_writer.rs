//! Frames of videos as picture files.

use std::io;
use std::path::Path;

#[cfg(feature = "video")]
pub(super) use with_video::FrameWriter;

/// Says that frames cannot be written: this build reads no videos.
#[cfg(not(feature = "video"))]
#[derive(Default)]
pub(super) struct FrameWriter {}

#[cfg(not(feature = "video"))]
impl FrameWriter {
    pub fn write(&self, _video: &Path, _frame: u32, _to: &Path) -> io::Result<()> {
        Err(io::Error::other("this build of Fieldmark reads no videos"))
    }
}

#[cfg(feature = "video")]
mod with_video {
    use std::cell::RefCell;
    use std::io::Write as _;
    use std::path::PathBuf;

    use super::{Path, io};
    use crate::base::jobs::JobContext;
    use crate::media::Orientation;
    use crate::media::video::{
        OpenOptions, PictureConverter, Video, VideoReader, index_folder, num_decoding_threads, open_video,
    };
    use crate::pixels::Picture;

    /// Good enough to train on: differences from the frame are below what the video's own compression left.
    const JPEG_QUALITY: u8 = 95;

    /// Writes frames; those of one video in ascending order cost one decode of it.
    #[derive(Default)]
    pub struct FrameWriter {
        open: RefCell<Option<OpenVideo>>,
    }

    struct OpenVideo {
        path: PathBuf,
        reader: VideoReader,
        orientation: Orientation,
        converter: PictureConverter,
    }

    impl FrameWriter {
        /// Writes a frame as JPEG or, where the name says so, PNG.
        pub fn write(&self, video: &Path, frame: u32, to: &Path) -> io::Result<()> {
            let mut open = self.open.borrow_mut();
            if open.as_ref().is_none_or(|open| open.path != video) {
                *open = Some(OpenVideo::new(video)?);
            }
            let Some(open) = open.as_mut() else { return Err(io::Error::other("the video is not open")) };
            let native = open.reader.read(frame as usize, &|| true, None).map_err(io::Error::other)?;
            let picture = open.converter.convert(&native, open.orientation);
            let picture = picture.ok_or_else(|| io::Error::other("the frame cannot be converted to RGB"))?;
            save(&picture, to)
        }
    }

    impl OpenVideo {
        fn new(path: &Path) -> io::Result<Self> {
            let options = OpenOptions { index_folder: Some(index_folder()), ..OpenOptions::default() };
            let video: Video =
                open_video(path, &options, &JobContext::detached()).map_err(io::Error::other)?;
            Ok(Self {
                path: path.to_owned(),
                reader: video.reader(num_decoding_threads()),
                orientation: video
                    .info()
                    .picture()
                    .map_or(Orientation::Normal, |picture| picture.orientation),
                converter: PictureConverter::default(),
            })
        }
    }

    /// The file has a temporary name, which ends like that of no picture; the name before that tells the kind.
    fn save(picture: &Picture, to: &Path) -> io::Result<()> {
        let rgb: Vec<u8> = picture.rgba().chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]).collect();
        let (width, height) = (picture.size().width, picture.size().height);
        let color = image::ExtendedColorType::Rgb8;
        let mut writer = io::BufWriter::new(std::fs::File::create(to)?);
        let is_png = to.to_string_lossy().to_lowercase().contains(".png.");
        let written = if is_png {
            let encoder = image::codecs::png::PngEncoder::new(&mut writer);
            image::ImageEncoder::write_image(encoder, &rgb, width, height, color)
        } else {
            image::codecs::jpeg::JpegEncoder::new_with_quality(&mut writer, JPEG_QUALITY)
                .encode(&rgb, width, height, color)
        };
        written.map_err(io::Error::other)?;
        writer.flush()
    }
}
