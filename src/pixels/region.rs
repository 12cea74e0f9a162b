//! A part of a picture at one resolution, for whoever works something out from the pixels.

use super::{ColorMap, Picture, PixelRect, Tile, TiledPicture, Window};

/// The tiles of a part of one level of a picture, not yet put together. It shares their memory: gathering it costs
/// nothing, so the thread that draws does that and a job does the rest.
#[derive(Clone, Debug)]
pub struct Region {
    level: u32,
    area: PixelRect,
    /// What each tile covers of the level.
    tiles: Vec<(PixelRect, Tile)>,
}

impl Region {
    /// The part of a level that an area covers, in pixels of that level, cut off at the picture's borders. `None` where
    /// there is none, or where a tile is not there. Never waits.
    pub fn gather(picture: &dyn TiledPicture, level: u32, area: PixelRect) -> Option<Self> {
        let pyramid = picture.pyramid();
        let area = area.intersection(&PixelRect::of_size(pyramid.level_size(level)));
        let tiles: Option<Vec<_>> = pyramid
            .tiles_in(level, area)
            .map(|id| Some((pyramid.area_with_gutter(id), picture.tile(id)?)))
            .collect();
        tiles.filter(|tiles| !tiles.is_empty()).map(|tiles| Self { level, area, tiles })
    }

    /// The level: a pixel covers 2ⁿ × 2ⁿ pixels of the picture.
    pub fn level(&self) -> u32 {
        self.level
    }

    /// What it covers, in pixels of its level.
    pub fn area(&self) -> PixelRect {
        self.area
    }

    /// Its pixels as they are seen through a window of values. Work for a job: some milliseconds for each megapixel.
    pub fn picture(&self, window: Option<Window>, map: ColorMap) -> Picture {
        let format = self.tiles[0].1.format();
        let bytes_per_pixel = format.bytes_per_pixel();
        let whole = Tile::filled_by(self.area.size(), format, |bytes| {
            let row_bytes = self.area.width as usize * bytes_per_pixel;
            for (covered, tile) in &self.tiles {
                let shared = covered.intersection(&self.area);
                for y in shared.top..shared.bottom() {
                    let from = (shared.left - covered.left) as usize * bytes_per_pixel;
                    let to = (y - self.area.top) as usize * row_bytes
                        + (shared.left - self.area.left) as usize * bytes_per_pixel;
                    let num_bytes = shared.width as usize * bytes_per_pixel;
                    bytes[to..to + num_bytes]
                        .copy_from_slice(&tile.row(y - covered.top)[from..from + num_bytes]);
                }
            }
        });
        window.unwrap_or(Window::full(format)).picture(&whole, map)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::{MemoryPyramid, PixelFormat, Size};

    #[test]
    fn a_region_over_several_tiles_has_the_pixels_of_the_picture() {
        let size = Size::new(1100, 600);
        let value = |x: u32, y: u32| ((x * 7 + y * 13) % 251) as u8;
        let bytes: Vec<u8> =
            (0..size.height).flat_map(|y| (0..size.width).map(move |x| value(x, y))).collect();
        let tile = Tile::new(size, PixelFormat::Gray8, bytes).expect("a byte a pixel");
        let picture = MemoryPyramid::new(tile);
        let region = Region::gather(&picture, 0, PixelRect::new(500, 400, 900, 900)).expect("all is there");
        assert_eq!(region.area(), PixelRect::new(500, 400, 600, 200));
        let seen = region.picture(None, ColorMap::default());
        for (x, y) in [(0, 0), (11, 111), (12, 112), (13, 113), (599, 199)] {
            let expected = value(500 + x, 400 + y);
            assert_eq!(seen.pixel(x, y), Some([expected, expected, expected, 255]), "{x} {y}");
        }
        assert!(Region::gather(&picture, 0, PixelRect::new(1100, 0, 5, 5)).is_none());
        assert_eq!(
            Region::gather(&picture, 1, PixelRect::new(0, 0, 9999, 9999)).map(|region| region.area().size()),
            Some(Size::new(550, 300))
        );
    }
}
