//! EXIF orientation: how the stored rows and columns are turned and mirrored before a person sees them.

use crate::geometry::Point;
use crate::pixels::{PixelRect, Size, Tile, Turn};

/// One of the eight EXIF orientations (EXIF 2.32, tag 0x0112). Written as its number, 1 to 8.
///
/// Each is taken apart into an exchange of the axes, followed by mirroring the shown columns and the shown
/// rows; sizes, points and pixels are all mapped through these three flags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(into = "u8", try_from = "u8")]
#[repr(u8)]
pub enum Orientation {
    /// Shown as stored.
    #[default]
    Normal = 1,
    /// Left and right are exchanged.
    MirroredColumns = 2,
    /// Turned by half.
    Turned180 = 3,
    /// Top and bottom are exchanged.
    MirroredRows = 4,
    /// Rows and columns are exchanged.
    Transposed = 5,
    /// Turned by a quarter, clockwise.
    Turned90 = 6,
    /// Rows and columns are exchanged about the other diagonal.
    Transverse = 7,
    /// Turned by a quarter, counter-clockwise.
    Turned270 = 8,
}

/// Side of the square tiles in which pixels are transposed. Tiles of 16 KiB (of four-byte pixels) fit into the first cache, and each of
/// their rows is several cache lines; measured, they take half as long as tiles of 16 pixels.
const TILE_PX: usize = 64;

impl Orientation {
    /// All eight, in the order of their numbers.
    pub const ALL: [Self; 8] = [
        Self::Normal,
        Self::MirroredColumns,
        Self::Turned180,
        Self::MirroredRows,
        Self::Transposed,
        Self::Turned90,
        Self::Transverse,
        Self::Turned270,
    ];

    /// The orientation of an EXIF block: a TIFF structure, with or without the prefix `Exif\0\0`. `None` when
    /// the block does not tell, or is damaged.
    pub fn from_exif(block: &[u8]) -> Option<Self> {
        let tiff = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
        image::metadata::Orientation::from_exif_chunk(tiff).map(Self::from)
    }

    /// Whether width and height are exchanged.
    pub const fn exchanges_axes(self) -> bool {
        matches!(self, Self::Transposed | Self::Turned90 | Self::Transverse | Self::Turned270)
    }

    /// Whether shown columns run against the stored axis that they come from.
    const fn mirrors_columns(self) -> bool {
        matches!(self, Self::MirroredColumns | Self::Turned180 | Self::Turned90 | Self::Transverse)
    }

    /// Whether shown rows run against the stored axis that they come from.
    const fn mirrors_rows(self) -> bool {
        matches!(self, Self::Turned180 | Self::MirroredRows | Self::Transverse | Self::Turned270)
    }

    /// The size as shown of a picture stored with the given size; and the other way round.
    pub const fn apply_to_size(self, size: Size) -> Size {
        if self.exchanges_axes() { size.transposed() } else { size }
    }

    /// Where a point of the stored picture is shown.
    pub fn shown_from_stored(self, point: Point, stored_size: Size) -> Point {
        let shown_size = self.apply_to_size(stored_size);
        let p = if self.exchanges_axes() { Point::new(point.y, point.x) } else { point };
        self.mirrored(p, shown_size)
    }

    /// Where a point of the shown picture is stored.
    pub fn stored_from_shown(self, point: Point, stored_size: Size) -> Point {
        let p = self.mirrored(point, self.apply_to_size(stored_size));
        if self.exchanges_axes() { Point::new(p.y, p.x) } else { p }
    }

    fn mirrored(self, p: Point, shown_size: Size) -> Point {
        let x = if self.mirrors_columns() { f64::from(shown_size.width) - p.x } else { p.x };
        let y = if self.mirrors_rows() { f64::from(shown_size.height) - p.y } else { p.y };
        Point::new(x, y)
    }

    /// Where an area of the shown picture is stored.
    pub fn stored_area(self, shown: PixelRect, stored_size: Size) -> PixelRect {
        let shown_size = self.apply_to_size(stored_size);
        let left = if self.mirrors_columns() { shown_size.width - shown.right() } else { shown.left };
        let top = if self.mirrors_rows() { shown_size.height - shown.bottom() } else { shown.top };
        if self.exchanges_axes() {
            PixelRect::new(top, left, shown.height, shown.width)
        } else {
            PixelRect::new(left, top, shown.width, shown.height)
        }
    }

    /// Pixels of a stored picture in shown order.
    pub fn turned(self, stored: &Tile) -> Tile {
        if self == Self::Normal {
            return stored.clone();
        }
        let bytes: Vec<u8> = stored.rows().flatten().copied().collect();
        let turned = match stored.format().bytes_per_pixel() {
            1 => self.turned_pixels::<1>(bytes, stored.size()),
            2 => self.turned_pixels::<2>(bytes, stored.size()),
            4 => self.turned_pixels::<4>(bytes, stored.size()),
            8 => self.turned_pixels::<8>(bytes, stored.size()),
            _ => self.turned_pixels::<16>(bytes, stored.size()),
        };
        Tile::new(self.apply_to_size(stored.size()), stored.format(), turned)
            .expect("turning changes no number of pixels")
    }

    /// Pixels of `N` bytes in shown order.
    fn turned_pixels<const N: usize>(self, mut stored: Vec<u8>, stored_size: Size) -> Vec<u8> {
        if self.exchanges_axes() {
            let mut shown = vec![0; stored.len()];
            self.copy_transposed(stored.as_chunks::<N>().0, stored_size, shown.as_chunks_mut::<N>().0);
            return shown;
        }
        self.mirror_in_place(stored.as_chunks_mut::<N>().0, stored_size);
        stored
    }

    /// Brings RGBA pixels of a stored picture into shown order, in place. `false`, and nothing is done, for the
    /// orientations that exchange the axes: these need [`Orientation::copy_pixels`].
    ///
    /// `rgba` holds `stored_size` pixels, row-major.
    pub fn turn_pixels_in_place(self, rgba: &mut [u8], stored_size: Size) -> bool {
        if self.exchanges_axes() {
            return false;
        }
        self.mirror_in_place(rgba.as_chunks_mut::<4>().0, stored_size);
        true
    }

    /// Mirrors rows and columns. The axes stay what they are.
    fn mirror_in_place<Pixel>(self, pixels: &mut [Pixel], stored_size: Size) {
        let width = (stored_size.width as usize).max(1);
        match (self.mirrors_columns(), self.mirrors_rows()) {
            (false, false) => {}
            (true, false) => pixels.chunks_exact_mut(width).for_each(<[Pixel]>::reverse),
            (true, true) => pixels.reverse(),
            (false, true) => {
                let (top, bottom) = pixels.split_at_mut(pixels.len() / width / 2 * width);
                let rows_from_below = bottom.chunks_exact_mut(width).rev();
                top.chunks_exact_mut(width).zip(rows_from_below).for_each(|(a, b)| a.swap_with_slice(b));
            }
        }
    }

    /// Copies RGBA pixels of a stored picture into shown order. Both buffers hold as many pixels as
    /// `stored_size` says, row-major.
    ///
    /// # Panics
    /// When a buffer is of another length.
    pub fn copy_pixels(self, stored_rgba: &[u8], stored_size: Size, shown_rgba: &mut [u8]) {
        let num_bytes = stored_size.num_pixels() * 4;
        assert_eq!((stored_rgba.len() as u64, shown_rgba.len() as u64), (num_bytes, num_bytes));
        if self.exchanges_axes() {
            let (stored, _) = stored_rgba.as_chunks::<4>();
            let (shown, _) = shown_rgba.as_chunks_mut::<4>();
            self.copy_transposed(stored, stored_size, shown);
        } else {
            shown_rgba.copy_from_slice(stored_rgba);
            self.turn_pixels_in_place(shown_rgba, stored_size);
        }
    }

    /// Goes tile by tile through a small buffer, so that each cache line of either picture is touched once,
    /// also where rows are a power of two apart and would push each other out of the cache.
    fn copy_transposed<const N: usize>(self, stored: &[[u8; N]], stored_size: Size, shown: &mut [[u8; N]]) {
        let stored_width = stored_size.width as usize;
        let (width, height) = (stored_size.height as usize, stored_width);
        let mut tile = [[[0; N]; TILE_PX]; TILE_PX];
        for top in (0..height).step_by(TILE_PX) {
            let num_rows = TILE_PX.min(height - top);
            for left in (0..width).step_by(TILE_PX) {
                let num_columns = TILE_PX.min(width - left);
                // Shown columns are stored rows, and shown rows stored columns.
                let start = if self.mirrors_rows() { height - top - num_rows } else { top };
                for (i, line) in tile[..num_columns].iter_mut().enumerate() {
                    let row = if self.mirrors_columns() { width - 1 - left - i } else { left + i };
                    let line = &mut line[..num_rows];
                    line.copy_from_slice(&stored[row * stored_width + start..][..num_rows]);
                    if self.mirrors_rows() {
                        line.reverse();
                    }
                }
                for y in 0..num_rows {
                    let shown_line = &mut shown[(top + y) * width + left..][..num_columns];
                    shown_line.iter_mut().zip(&tile).for_each(|(pixel, line)| *pixel = line[y]);
                }
            }
        }
    }
}

impl From<Orientation> for Turn {
    fn from(orientation: Orientation) -> Self {
        Self {
            exchanges_axes: orientation.exchanges_axes(),
            mirrors_columns: orientation.mirrors_columns(),
            mirrors_rows: orientation.mirrors_rows(),
        }
    }
}

impl From<Orientation> for u8 {
    fn from(orientation: Orientation) -> Self {
        orientation as Self
    }
}

impl TryFrom<u8> for Orientation {
    type Error = String;

    fn try_from(number: u8) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|o| u8::from(*o) == number)
            .ok_or_else(|| format!("an orientation is a number from 1 to 8, not {number}"))
    }
}

impl From<image::metadata::Orientation> for Orientation {
    fn from(orientation: image::metadata::Orientation) -> Self {
        Self::try_from(orientation.to_exif()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::test_pictures::exif_block;
    use proptest::prelude::*;

    /// Where EXIF says that the stored corner (row 0, column 0) and the stored end of row 0 are shown, as
    /// fractions of the shown picture: "the 0th row is at the … and the 0th column at the …".
    const CORNERS: [((f64, f64), (f64, f64)); 8] = [
        ((0.0, 0.0), (1.0, 0.0)), // top, left
        ((1.0, 0.0), (0.0, 0.0)), // top, right
        ((1.0, 1.0), (0.0, 1.0)), // bottom, right
        ((0.0, 1.0), (1.0, 1.0)), // bottom, left
        ((0.0, 0.0), (0.0, 1.0)), // left, top
        ((1.0, 0.0), (1.0, 1.0)), // right, top
        ((1.0, 1.0), (1.0, 0.0)), // right, bottom
        ((0.0, 1.0), (0.0, 0.0)), // left, bottom
    ];

    fn numbered_pixels(size: Size) -> Vec<u8> {
        (0..size.num_pixels() as u32).flat_map(u32::to_le_bytes).collect()
    }

    #[test]
    fn corners_lie_where_the_standard_says() {
        let stored = Size::new(40, 30);
        for (orientation, (origin, row_end)) in Orientation::ALL.into_iter().zip(CORNERS) {
            let shown = orientation.apply_to_size(stored);
            let at = |(x, y): (f64, f64)| Point::new(x * f64::from(shown.width), y * f64::from(shown.height));
            assert_eq!(orientation.shown_from_stored(Point::ORIGIN, stored), at(origin), "{orientation:?}");
            assert_eq!(orientation.shown_from_stored(Point::new(40.0, 0.0), stored), at(row_end));
        }
    }

    #[test]
    fn exif_blocks_of_both_byte_orders_are_read_with_and_without_prefix() {
        for orientation in Orientation::ALL {
            for is_big_endian in [false, true] {
                let block = exif_block(orientation.into(), is_big_endian);
                assert_eq!(Orientation::from_exif(&block), Some(orientation));
                let prefixed = [&b"Exif\0\0"[..], &block].concat();
                assert_eq!(Orientation::from_exif(&prefixed), Some(orientation));
                for length in 0..block.len() {
                    Orientation::from_exif(&block[..length]); // Must not panic.
                }
            }
        }
        assert_eq!(Orientation::from_exif(&exif_block(9, false)), None);
        assert_eq!(Orientation::from_exif(&exif_block(0, true)), None);
    }

    #[test]
    fn is_written_as_its_number() {
        assert_eq!(serde_json::to_string(&Orientation::Turned90).unwrap(), "6");
        assert_eq!(serde_json::from_str::<Orientation>("8").unwrap(), Orientation::Turned270);
        assert!(serde_json::from_str::<Orientation>("9").is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]
        #[test]
        fn pixels_go_where_points_go(width in 1u32..150, height in 1u32..150) {
            let stored = Size::new(width, height);
            let pixels = numbered_pixels(stored);
            for orientation in Orientation::ALL {
                let shown_size = orientation.apply_to_size(stored);
                let mut shown = vec![0; pixels.len()];
                orientation.copy_pixels(&pixels, stored, &mut shown);
                for (number, pixel) in (0u32..).zip(pixels.chunks_exact(4)) {
                    let (x, y) = (number % width, number / width);
                    let center = Point::new(f64::from(x) + 0.5, f64::from(y) + 0.5);
                    let p = orientation.shown_from_stored(center, stored);
                    prop_assert_eq!(orientation.stored_from_shown(p, stored), center);
                    let at = (p.y as usize * shown_size.width as usize + p.x as usize) * 4;
                    prop_assert_eq!(&shown[at..at + 4], pixel);
                }
                let turn = Turn::from(orientation);
                prop_assert_eq!(turn.apply_to_size(stored), shown_size);
                let center = |(x, y): (u32, u32)| Point::new(f64::from(x) + 0.5, f64::from(y) + 0.5);
                let (x, y) = (shown_size.width - 1, shown_size.height / 2);
                let stored_pixel = turn.stored_from_shown(x, y, stored).expect("inside");
                prop_assert_eq!(orientation.stored_from_shown(center((x, y)), stored), center(stored_pixel));
                let mut in_place = pixels.clone();
                let was_done = orientation.turn_pixels_in_place(&mut in_place, stored);
                prop_assert_eq!(was_done, !orientation.exchanges_axes());
                prop_assert!(!was_done || in_place == shown);
            }
        }
    }
}
