//! A PNG picture from top to bottom, a few rows at a time, in its own depth and in sRGB.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use super::color_transform::{ColorTransform, ProfileChannels};
use super::error::MediaError;
use crate::pixels::{PixelFormat, Size, Tile};

/// Reading in larger steps than the default.
const READ_BYTES: usize = 1 << 18;

/// Decodes row by row. Memory does not grow with the height.
pub(super) struct PngRows {
    reader: png::Reader<BufReader<File>>,
    path: PathBuf,
    size: Size,
    format: PixelFormat,
    channels: Channels,
    transform: Option<ColorTransform>,
    next_row: u32,
}

/// What the decoder gives.
#[derive(Clone, Copy)]
enum Channels {
    Grey,
    GreyAlpha,
    Rgb,
    Rgba,
}

impl PngRows {
    /// Opens a file. `None` for an interlaced picture, whose rows do not come after each other.
    pub fn open(path: &Path) -> Result<Option<Self>, MediaError> {
        let file = File::open(path).map_err(|error| MediaError::read(path, error))?;
        let mut decoder = png::Decoder::new(BufReader::with_capacity(READ_BYTES, file));
        decoder.set_transformations(png::Transformations::EXPAND);
        let reader = decoder.read_info().map_err(|error| MediaError::damaged(path, error.to_string()))?;
        if reader.info().interlaced {
            return Ok(None);
        }
        let size = Size::new(reader.info().width, reader.info().height);
        let (color, depth) = reader.output_color_type();
        let channels = match color {
            png::ColorType::Grayscale => Channels::Grey,
            png::ColorType::GrayscaleAlpha => Channels::GreyAlpha,
            png::ColorType::Rgb => Channels::Rgb,
            png::ColorType::Rgba => Channels::Rgba,
            png::ColorType::Indexed => return Ok(None),
        };
        let format = match (channels, depth) {
            (Channels::Grey, png::BitDepth::Sixteen) => PixelFormat::Gray16,
            (Channels::Grey, _) => PixelFormat::Gray8,
            (_, png::BitDepth::Sixteen) => PixelFormat::Rgba16,
            _ => PixelFormat::Rgba8,
        };
        let profile_channels = match channels {
            Channels::Grey | Channels::GreyAlpha => ProfileChannels::Gray,
            Channels::Rgb | Channels::Rgba => ProfileChannels::Rgb,
        };
        let icc = reader.info().icc_profile.as_deref();
        let transform = icc.and_then(|icc| ColorTransform::from_icc(icc, profile_channels));
        Ok(Some(Self { reader, path: path.to_owned(), size, format, channels, transform, next_row: 0 }))
    }

    /// Of the stored picture.
    pub fn size(&self) -> Size {
        self.size
    }

    /// What the rows are made of.
    pub fn format(&self) -> PixelFormat {
        self.format
    }

    /// The next rows, at most `max_rows`; none at the end. Where the file is damaged, the rest of the picture is
    /// empty, and the complaint comes with it.
    pub fn next(&mut self, max_rows: u32) -> (Tile, Option<MediaError>) {
        let num_rows = max_rows.min(self.size.height - self.next_row);
        let size = Size::new(self.size.width, num_rows);
        let row_bytes = size.width as usize * self.format.bytes_per_pixel();
        let mut complaint = None;
        let (format, channels) = (self.format, self.channels);
        let tile = Tile::filled_by(size, format, |bytes| {
            for to in bytes.chunks_exact_mut(row_bytes.max(1)) {
                match self.reader.next_row() {
                    Ok(Some(row)) if format.bytes_per_channel() == 1 => {
                        copy_row::<1>(channels, row.data(), to)
                    }
                    Ok(Some(row)) => copy_row::<2>(channels, row.data(), to),
                    Ok(None) => {
                        complaint = Some(MediaError::damaged(&self.path, "it ends too early"));
                        break;
                    }
                    Err(error) => {
                        complaint = Some(MediaError::damaged(&self.path, error.to_string()));
                        break;
                    }
                }
            }
            if let Some(transform) = &self.transform {
                transform.apply(format, bytes);
            }
        });
        self.next_row += num_rows;
        (tile, complaint)
    }
}

/// Channels of `B` bytes, in the file's byte order, become those of a tile.
fn copy_row<const B: usize>(channels: Channels, row: &[u8], to: &mut [u8]) {
    let opaque = [0xff; B];
    let from = row.as_chunks::<B>().0.iter().map(|bytes| {
        let mut native = *bytes;
        if cfg!(target_endian = "little") {
            native.reverse();
        }
        native
    });
    let (channels_to, _) = to.as_chunks_mut::<B>();
    let num_channels = match channels {
        Channels::Grey => return channels_to.iter_mut().zip(from).for_each(|(to, value)| *to = value),
        Channels::GreyAlpha => 2,
        Channels::Rgb => 3,
        Channels::Rgba => 4,
    };
    let values: Vec<[u8; B]> = from.collect();
    let (pixels, _) = channels_to.as_chunks_mut::<4>();
    for (pixel, values) in pixels.iter_mut().zip(values.chunks_exact(num_channels)) {
        *pixel = match *values {
            [grey, alpha] => [grey, grey, grey, alpha],
            [red, green, blue] => [red, green, blue, opaque],
            [red, green, blue, alpha] => [red, green, blue, alpha],
            _ => [opaque; 4],
        };
    }
}
