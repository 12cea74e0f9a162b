//! One coded picture through the AV1 decoder.

use re_rav1d::{Decoder, Error, Picture, PixelLayout, PlanarImageComponent, Plane, Settings};

use super::meta::Cicp;
use super::picture::CodedPicture;
use crate::media::fault::Fault;
use crate::pixels::Size;

/// A decoded picture in the planes in which it was coded.
pub struct Frame {
    picture: Picture,
    size: Size,
}

/// How much there is of the differences of colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chroma {
    /// None: the picture is grey.
    None,
    /// One sample for 2^`shift_x` columns and 2^`shift_y` rows, rounded up.
    Shared { shift_x: u32, shift_y: u32 },
}

impl Frame {
    /// Decodes a picture that must have this size.
    pub fn decode(data: Vec<u8>, coded: &CodedPicture, size: Size) -> Result<Self, Fault> {
        let mut settings = Settings::new();
        // Threads are for whoever wants the picture to have. More pixels than declared are refused before they take memory.
        settings.set_n_threads(1);
        settings.set_max_frame_delay(1);
        settings.set_frame_size_limit(u32::try_from(size.num_pixels()).unwrap_or(u32::MAX));
        settings.set_operating_point(coded.operating_point.into());
        settings.set_all_layers(coded.layer.is_some());
        let mut decoder = Decoder::with_settings(&settings).map_err(fault)?;
        let mut pictures = Vec::new();
        let mut sent = if data.is_empty() {
            Err(Error::InvalidArgument)
        } else {
            decoder.send_data(data, None, None, None)
        };
        // Several come where several layers are asked for, which lie in one after the other.
        let num_wanted = usize::from(coded.layer.unwrap_or(0)) + 1;
        while pictures.len() < num_wanted {
            match (decoder.get_picture(), &sent) {
                (Ok(picture), _) => pictures.push(picture),
                (Err(Error::Again), Err(Error::Again)) => {}
                // What was sent is used up.
                (Err(Error::Again), Ok(())) => break,
                (Err(Error::Again), Err(error)) => return Err(fault(*error)),
                (Err(error), _) => return Err(fault(error)),
            }
            if sent == Err(Error::Again) {
                sent = decoder.send_pending_data();
            }
        }
        let picture = pictures.pop().ok_or_else(|| Fault::damaged("it ends too early"))?;
        if Size::new(picture.width(), picture.height()) != size {
            return Err(Fault::damaged("its pixels are of another size than it declares"));
        }
        Ok(Self { picture, size })
    }

    /// Bits of a sample: 8, 10 or 12.
    pub fn bit_depth(&self) -> u32 {
        self.picture.bits_per_component().map_or(8, |bits| bits.0 as u32)
    }

    pub fn chroma(&self) -> Chroma {
        let shared = |shift_x, shift_y| Chroma::Shared { shift_x, shift_y };
        match self.picture.pixel_layout() {
            PixelLayout::I400 => Chroma::None,
            PixelLayout::I420 => shared(1, 1),
            PixelLayout::I422 => shared(1, 0),
            PixelLayout::I444 => shared(0, 0),
        }
    }

    /// What the stream itself says of its colours.
    pub fn cicp(&self) -> Cicp {
        Cicp {
            primaries: self.picture.color_primaries() as u8,
            transfer: self.picture.transfer_characteristic() as u8,
            matrix: self.picture.matrix_coefficients() as u8,
            is_full_range: self.is_full_range(),
        }
    }

    pub fn is_full_range(&self) -> bool {
        self.picture.color_range() == re_rav1d::pixel::YUVRange::Full
    }

    /// Brightness.
    pub fn luma(&self) -> Samples {
        Samples::new(&self.picture, PlanarImageComponent::Y, self.size)
    }

    /// Differences of blue and of red; `None` of a grey picture.
    pub fn differences(&self) -> Option<[Samples; 2]> {
        let Chroma::Shared { shift_x, shift_y } = self.chroma() else { return None };
        let half = |side: u32, shift: u32| (side + (1 << shift) - 1) >> shift;
        let size = Size::new(half(self.size.width, shift_x), half(self.size.height, shift_y));
        let plane = |component| Samples::new(&self.picture, component, size);
        Some([plane(PlanarImageComponent::U), plane(PlanarImageComponent::V)])
    }
}

/// One plane.
pub struct Samples {
    plane: Plane,
    size: Size,
    row_bytes: usize,
    is_deep: bool,
}

impl Samples {
    fn new(picture: &Picture, component: PlanarImageComponent, size: Size) -> Self {
        let row_bytes = picture.stride(component) as usize;
        Self { plane: picture.plane(component), size, row_bytes, is_deep: picture.bit_depth() > 8 }
    }

    pub fn size(&self) -> Size {
        self.size
    }

    /// Writes a row, one number for each sample.
    pub fn copy_row(&self, y: u32, to: &mut [f32]) {
        let row = &self.plane[y as usize * self.row_bytes..];
        if self.is_deep {
            let (samples, _) = row.as_chunks::<2>();
            to.iter_mut().zip(samples).for_each(|(to, sample)| *to = u16::from_ne_bytes(*sample).into());
        } else {
            to.iter_mut().zip(row).for_each(|(to, sample)| *to = (*sample).into());
        }
    }
}

fn fault(error: Error) -> Fault {
    match error {
        Error::NotEnoughMemory => Fault::Read(std::io::ErrorKind::OutOfMemory.into()),
        Error::UnsupportedBitstream => Fault::Unsupported("AVIF pictures coded in this way".to_owned()),
        _ => Fault::damaged("its pixels make no sense"),
    }
}
