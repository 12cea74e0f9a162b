//! A rectangle of pixels in memory.

use std::sync::Arc;

use super::{Picture, PixelFormat, PixelValue, Size};

/// A rectangle of whole pixels, half-open: columns `left..left + width`, rows `top..top + height`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PixelRect {
    /// First column.
    pub left: u32,
    /// First row.
    pub top: u32,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl PixelRect {
    /// A rectangle from its parts.
    pub const fn new(left: u32, top: u32, width: u32, height: u32) -> Self {
        Self { left, top, width, height }
    }

    /// All of a picture.
    pub const fn of_size(size: Size) -> Self {
        Self::new(0, 0, size.width, size.height)
    }

    /// Columns and rows.
    pub const fn size(&self) -> Size {
        Size::new(self.width, self.height)
    }

    /// The column after the last.
    pub const fn right(&self) -> u32 {
        self.left + self.width
    }

    /// The row after the last.
    pub const fn bottom(&self) -> u32 {
        self.top + self.height
    }

    /// Whether no pixel is in it.
    pub const fn is_empty(&self) -> bool {
        self.width == 0 || self.height == 0
    }

    /// What both cover; empty where they do not meet.
    pub fn intersection(&self, other: &Self) -> Self {
        let (left, top) = (self.left.max(other.left), self.top.max(other.top));
        let width = self.right().min(other.right()).saturating_sub(left);
        let height = self.bottom().min(other.bottom()).saturating_sub(top);
        Self::new(left, top, width, height)
    }

    /// The rectangle with this many pixels more on each side, cut off at the borders of a picture.
    pub fn expanded_within(&self, num_pixels: u32, size: Size) -> Self {
        let (left, top) = (self.left.saturating_sub(num_pixels), self.top.saturating_sub(num_pixels));
        let right = self.right().saturating_add(num_pixels).min(size.width);
        let bottom = self.bottom().saturating_add(num_pixels).min(size.height);
        Self::new(left, top, right.saturating_sub(left), bottom.saturating_sub(top))
    }
}

/// A rectangle of pixels of any format, maybe cut out of a larger one. Cloning and cutting share the memory.
#[derive(Clone)]
pub struct Tile {
    size: Size,
    format: PixelFormat,
    bytes: Arc<[u8]>,
    /// Where the first pixel lies.
    start: usize,
    /// From one row to the next.
    row_bytes: usize,
}

impl Tile {
    /// Wraps row-major pixels without padding. `None` when the number of bytes does not fit the size.
    pub fn new(size: Size, format: PixelFormat, bytes: impl Into<Arc<[u8]>>) -> Option<Self> {
        let bytes = bytes.into();
        let row_bytes = size.width as usize * format.bytes_per_pixel();
        let is_fitting = bytes.len() as u64 == size.num_pixels() * format.bytes_per_pixel() as u64;
        is_fitting.then_some(Self { size, format, bytes, start: 0, row_bytes })
    }

    /// A tile whose pixels are written by `fill` into row-major bytes without padding, all zero before. Unlike
    /// [`Tile::new`] with a vector it copies nothing.
    pub fn filled_by(size: Size, format: PixelFormat, fill: impl FnOnce(&mut [u8])) -> Self {
        let row_bytes = size.width as usize * format.bytes_per_pixel();
        let mut bytes: Arc<[u8]> = std::iter::repeat_n(0, row_bytes * size.height as usize).collect();
        fill(Arc::get_mut(&mut bytes).expect("nobody else has it yet"));
        Self { size, format, bytes, start: 0, row_bytes }
    }

    /// A part of it, in its own pixels. `None` when the part reaches beyond.
    pub fn part(&self, area: PixelRect) -> Option<Self> {
        if area.right() > self.size.width || area.bottom() > self.size.height {
            return None;
        }
        let offset = area.top as usize * self.row_bytes + area.left as usize * self.format.bytes_per_pixel();
        Some(Self { size: area.size(), start: self.start + offset, ..self.clone() })
    }

    /// Width and height.
    pub fn size(&self) -> Size {
        self.size
    }

    /// What its pixels are made of.
    pub fn format(&self) -> PixelFormat {
        self.format
    }

    /// The bytes of one row.
    ///
    /// # Panics
    /// When there is no such row.
    pub fn row(&self, y: u32) -> &[u8] {
        assert!(y < self.size.height, "row {y} of {}", self.size.height);
        let start = self.start + y as usize * self.row_bytes;
        &self.bytes[start..start + self.size.width as usize * self.format.bytes_per_pixel()]
    }

    /// The rows from top to bottom.
    pub fn rows(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.size.height).map(|y| self.row(y))
    }

    /// From the first pixel to the last, with [`Tile::row_bytes`] from one row to the next: what lies between the
    /// rows is not the tile's.
    pub fn strided_bytes(&self) -> &[u8] {
        let Some(last_row) = self.size.height.checked_sub(1) else { return &[] };
        let len =
            last_row as usize * self.row_bytes + self.size.width as usize * self.format.bytes_per_pixel();
        &self.bytes[self.start..self.start + len]
    }

    /// Bytes from the start of one row to that of the next.
    pub fn row_bytes(&self) -> usize {
        self.row_bytes
    }

    /// One pixel, `None` outside.
    pub fn pixel(&self, x: u32, y: u32) -> Option<PixelValue> {
        if x >= self.size.width || y >= self.size.height {
            return None;
        }
        let at = x as usize * self.format.bytes_per_pixel();
        Some(self.format.value(&self.row(y)[at..]))
    }

    /// Bytes of its own pixels. What it shares with others may keep more in memory.
    pub fn num_bytes(&self) -> usize {
        self.size.num_pixels() as usize * self.format.bytes_per_pixel()
    }
}

impl From<&Picture> for Tile {
    fn from(picture: &Picture) -> Self {
        let row_bytes = picture.size.width as usize * PixelFormat::Rgba8.bytes_per_pixel();
        let bytes = Arc::clone(&picture.pixels);
        Self { size: picture.size, format: PixelFormat::Rgba8, bytes, start: 0, row_bytes }
    }
}

impl PartialEq for Tile {
    fn eq(&self, other: &Self) -> bool {
        self.size == other.size && self.format == other.format && self.rows().eq(other.rows())
    }
}

impl std::fmt::Debug for Tile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tile({} × {}, {:?})", self.size.width, self.size.height, self.format)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gray16(width: u32, height: u32) -> Tile {
        let bytes: Vec<u8> = (0..width as u16 * height as u16).flat_map(|n| n.to_ne_bytes()).collect();
        Tile::new(Size::new(width, height), PixelFormat::Gray16, bytes).expect("two bytes a pixel")
    }

    #[test]
    fn a_part_shares_the_pixels_of_the_whole() {
        let part = gray16(4, 3).part(PixelRect::new(1, 1, 2, 2)).expect("within");
        assert_eq!(part.pixel(0, 0), Some(PixelValue::Gray(5.0)));
        assert_eq!(part.pixel(1, 1), Some(PixelValue::Gray(10.0)));
        assert_eq!(part.pixel(2, 0), None);
        assert_eq!((part.strided_bytes().len(), part.row_bytes()), (12, 8));
        assert_eq!(
            part.part(PixelRect::new(1, 0, 1, 2)).and_then(|p| p.pixel(0, 1)),
            Some(PixelValue::Gray(10.0))
        );
        assert_eq!(part.part(PixelRect::new(1, 0, 2, 2)), None);
    }

    #[test]
    fn the_number_of_bytes_must_fit() {
        assert_eq!(Tile::new(Size::new(2, 2), PixelFormat::Gray8, vec![0; 5]), None);
        assert!(Tile::new(Size::new(0, 7), PixelFormat::RgbaF32, vec![]).is_some());
    }

    #[test]
    fn a_rectangle_grows_no_further_than_its_picture() {
        let size = Size::new(10, 10);
        assert_eq!(PixelRect::new(0, 4, 5, 6).expanded_within(1, size), PixelRect::new(0, 3, 6, 7));
        assert!(PixelRect::new(0, 0, 2, 2).intersection(&PixelRect::new(2, 0, 1, 1)).is_empty());
    }
}
