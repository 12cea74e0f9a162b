//! A picture with its smaller versions.

use crate::pixels::{Picture, Size};

/// A picture made ready for upload: the picture itself and smaller versions of it, each half as wide and
/// high (rounded up) as the one before, down to a single pixel. They keep a reduced picture from shimmering.
///
/// Colours are premultiplied by alpha, so that transparent pixels do not bleed into their neighbours. An
/// opaque picture shares its pixels with the [`Picture`] it was made from. In memory the smaller versions
/// add a third.
#[derive(Debug)]
pub struct PreparedPicture {
    levels: Vec<Picture>,
}

impl PreparedPicture {
    /// Reduces the picture. Pure work for the CPU, some milliseconds for each megapixel: run it in a job.
    pub fn new(picture: &Picture) -> Self {
        let mut levels = vec![premultiplied(picture)];
        while let Some(last) = levels.last().filter(|last| last.size().num_pixels() > 1) {
            let halved = halved(last);
            levels.push(halved);
        }
        Self { levels }
    }

    /// Width and height of the full picture.
    pub fn size(&self) -> Size {
        self.levels[0].size()
    }

    /// Bytes in memory, all versions together.
    pub fn num_bytes(&self) -> usize {
        self.levels.iter().map(Picture::num_bytes).sum()
    }

    /// The versions; a pixel of level `n` covers 2ⁿ × 2ⁿ pixels of the picture.
    pub(super) fn levels(&self) -> &[Picture] {
        &self.levels
    }

    /// The level to draw at this zoom: the smallest that is not visibly blurred.
    pub(super) fn level_for(&self, zoom: f64) -> usize {
        // Up to 1.7 of its pixels may fall onto one of the screen before the next level takes over: a little
        // sharper than what pure theory says, still calm when it moves.
        let level = ((1.0 / zoom).log2() + 0.25).floor().max(0.0) as usize;
        level.min(self.levels.len() - 1)
    }
}

/// The picture with colours multiplied by alpha; the same pixels if it is opaque.
fn premultiplied(picture: &Picture) -> Picture {
    let rgba = picture.rgba();
    // By blocks: a loop that could end at every pixel would not be vectorised.
    let is_opaque = |block: &[u8]| block.chunks_exact(4).fold(255, |all, pixel| all & pixel[3]) == 255;
    if rgba.chunks(4096).all(is_opaque) {
        return picture.clone();
    }
    let scaled = |color: u8, alpha: u8| ((u16::from(color) * u16::from(alpha) + 127) / 255) as u8;
    let pixels: Vec<u8> = rgba
        .chunks_exact(4)
        .flat_map(|p| [scaled(p[0], p[3]), scaled(p[1], p[3]), scaled(p[2], p[3]), p[3]])
        .collect();
    of_size(picture.size(), pixels)
}

/// Half the size, rounded up: each pixel is the mean of the up to 2 × 2 that it covers.
fn halved(picture: &Picture) -> Picture {
    let size = picture.size();
    let row_bytes = size.width as usize * 4;
    let half = Size::new(size.width.div_ceil(2), size.height.div_ceil(2));
    let half_row_bytes = half.width as usize * 4;
    let mut pixels = vec![0; half.num_pixels() as usize * 4];
    for (out, rows) in pixels.chunks_mut(half_row_bytes).zip(picture.rgba().chunks(row_bytes * 2)) {
        let (top, bottom) = rows.split_at(row_bytes);
        // The last row and column of an odd size are their own neighbours.
        let bottom = if bottom.is_empty() { top } else { bottom };
        let pairs = top.chunks_exact(8).zip(bottom.chunks_exact(8));
        for (out, (top, bottom)) in out.chunks_exact_mut(4).zip(pairs) {
            out.copy_from_slice(&mean([&top[..4], &top[4..], &bottom[..4], &bottom[4..]]));
        }
        if size.width % 2 == 1 {
            let (top, bottom) = (&top[row_bytes - 4..], &bottom[row_bytes - 4..]);
            out[half_row_bytes - 4..].copy_from_slice(&mean([top, top, bottom, bottom]));
        }
    }
    of_size(half, pixels)
}

/// The mean of four pixels, rounded.
fn mean(pixels: [&[u8]; 4]) -> [u8; 4] {
    // Two colours at a time in the halves of a word, where the sum of four has room.
    const PAIR: u32 = 0x00ff_00ff;
    const ROUNDING: u32 = 0x0002_0002;
    let words = pixels.map(|p| u32::from_le_bytes([p[0], p[1], p[2], p[3]]));
    let even: u32 = words.iter().map(|word| word & PAIR).sum();
    let odd: u32 = words.iter().map(|word| (word >> 8) & PAIR).sum();
    let quarter = |sum: u32| ((sum + ROUNDING) >> 2) & PAIR;
    (quarter(even) | quarter(odd) << 8).to_le_bytes()
}

fn of_size(size: Size, pixels: Vec<u8>) -> Picture {
    Picture::from_rgba(size, pixels).expect("four bytes were pushed for each pixel")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(width: u32, height: u32) -> Vec<(u32, u32)> {
        let picture = Picture::filled(Size::new(width, height), [10, 20, 30, 255]);
        let prepared = PreparedPicture::new(&picture);
        prepared.levels().iter().map(|level| (level.size().width, level.size().height)).collect()
    }

    #[test]
    fn levels_halve_down_to_one_pixel_rounding_up() {
        assert_eq!(sizes(5, 2), [(5, 2), (3, 1), (2, 1), (1, 1)]);
        assert_eq!(sizes(1, 1), [(1, 1)]);
        assert_eq!(sizes(0, 5), [(0, 5)]);
    }

    #[test]
    fn a_reduced_pixel_is_the_mean_of_those_it_covers() {
        let gray = |n: u8| [n, n, n, 255];
        let pixels: Vec<u8> = [0, 40, 200, 80, 120, 100].into_iter().flat_map(gray).collect();
        let picture = Picture::from_rgba(Size::new(3, 2), pixels).expect("six pixels");
        let prepared = PreparedPicture::new(&picture);
        let half = &prepared.levels()[1];
        assert_eq!((half.pixel(0, 0), half.pixel(1, 0)), (Some(gray(60)), Some(gray(150))));
    }

    #[test]
    fn transparent_pixels_lend_no_colour_to_their_neighbours() {
        let pixels = vec![255, 0, 0, 0, 0, 0, 200, 255];
        let picture = Picture::from_rgba(Size::new(2, 1), pixels).expect("two pixels");
        assert_eq!(PreparedPicture::new(&picture).levels()[1].pixel(0, 0), Some([0, 0, 100, 128]));
    }

    #[test]
    fn the_level_follows_the_zoom() {
        let picture = Picture::filled(Size::new(64, 64), [0, 0, 0, 255]);
        let prepared = PreparedPicture::new(&picture);
        let levels = [256.0, 1.0, 0.7, 0.5, 0.25, 1.0 / 256.0].map(|zoom| prepared.level_for(zoom));
        assert_eq!(levels, [0, 0, 0, 1, 2, 6]);
    }
}
