//! Scaling pictures well.

use fast_image_resize as fir;

use super::buffer::PixelBuffer;
use super::error::MediaError;
use crate::pixels::{Picture, Size};

/// The picture at another size, through a Lanczos filter. Colours are weighted by alpha, so that what is
/// transparent does not bleed into what is not; alpha stays straight. Colours are averaged as they are
/// stored, not in linear light, as nearly all programs do. A side of 0 is taken for 1.
///
/// `None` when there is no memory for it.
pub fn resize(picture: &Picture, size: Size) -> Option<Picture> {
    let size = Size::new(size.width.max(1), size.height.max(1));
    if size == picture.size() {
        return Some(picture.clone());
    }
    let mut buffer = PixelBuffer::new(size)?;
    let from = fir::images::ImageRef::new(
        picture.size().width,
        picture.size().height,
        picture.rgba(),
        fir::PixelType::U8x4,
    );
    let to =
        fir::images::Image::from_slice_u8(size.width, size.height, buffer.bytes_mut(), fir::PixelType::U8x4);
    // Both fail only for buffers of the wrong length, and resizing only for unequal pixel types; a picture of no
    // pixels is left black.
    if let (Ok(from), Ok(mut to)) = (from, to) {
        let options = fir::ResizeOptions::new()
            .resize_alg(fir::ResizeAlg::Convolution(fir::FilterType::Lanczos3))
            .use_alpha(!is_opaque(picture));
        fir::Resizer::new().resize(&from, &mut to, &options).ok()?;
    }
    Some(buffer.into_picture())
}

/// The picture scaled down to fit; itself where it fits already.
pub(super) fn fit_within(
    picture: &Picture,
    within: Size,
    path: &std::path::Path,
) -> Result<Picture, MediaError> {
    let size = picture.size().fit_within(within);
    resize(picture, size).ok_or_else(|| MediaError::no_memory(path, size))
}

/// Whether no pixel is transparent.
pub(super) fn is_opaque(picture: &Picture) -> bool {
    // A byte-wise "and" over a row is what the compiler makes fast; a search that ends early is not.
    let row_bytes = (picture.size().width as usize * 4).max(4);
    picture.rgba().chunks(row_bytes).all(|row| {
        let (pixels, _) = row.as_chunks::<4>();
        pixels.iter().fold(255, |all, pixel| all & pixel[3]) == 255
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_a_plain_colour_and_its_alpha() {
        for rgba in [[10, 200, 30, 255], [10, 200, 30, 128]] {
            let small = resize(&Picture::filled(Size::new(100, 60), rgba), Size::new(33, 20)).unwrap();
            assert_eq!(small.size(), Size::new(33, 20));
            assert!(small.rgba().chunks(4).all(|p| p.iter().zip(rgba).all(|(a, b)| a.abs_diff(b) <= 1)));
        }
    }

    #[test]
    fn transparent_colours_do_not_bleed() {
        let size = Size::new(64, 8);
        let row = |x: u32| if x < 32 { [255, 0, 0, 255] } else { [0, 255, 0, 0] };
        let rgba: Vec<u8> = (0..size.num_pixels() as u32).flat_map(|i| row(i % 64)).collect();
        let picture = Picture::from_rgba(size, rgba).unwrap();
        assert!(!is_opaque(&picture));
        let small = resize(&picture, Size::new(9, 2)).unwrap();
        let visible: Vec<_> = small.rgba().chunks(4).filter(|p| p[3] > 8).collect();
        assert!(visible.iter().all(|p| p[0] > 250 && p[1] < 5), "{visible:?}");
    }

    #[test]
    fn odd_sizes_are_survived() {
        let empty = Picture::filled(Size::new(0, 0), [0; 4]);
        assert_eq!(resize(&empty, Size::new(0, 3)).unwrap().size(), Size::new(1, 3));
        let line = Picture::filled(Size::new(5000, 1), [1, 2, 3, 255]);
        assert_eq!(
            fit_within(&line, Size::new(320, 320), std::path::Path::new("")).unwrap().size(),
            Size::new(320, 1)
        );
    }
}
