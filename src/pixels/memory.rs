//! A picture that is in memory with all its levels.

use super::{PixelFormat, Pyramid, Size, Tile, TileId, TiledPicture, halved};

/// A picture and its smaller versions, all in memory: each half as wide and high (rounded up) as the one before, down
/// to a single pixel. Every tile is there at once.
///
/// The picture's own pixels are shared with the [`Tile`] that it was made from, the smaller versions add a third.
#[derive(Clone, Debug)]
pub struct MemoryPyramid {
    levels: Vec<Tile>,
}

impl MemoryPyramid {
    /// Reduces a picture. Pure work for the CPU, a millisecond for each megapixel of opaque colours and up to ten of
    /// others: run it in a job.
    pub fn new(picture: Tile) -> Self {
        let num_levels = Pyramid::new(picture.size()).num_levels() as usize;
        let mut levels = vec![picture];
        while levels.len() < num_levels {
            levels.push(halved(&levels[levels.len() - 1]));
        }
        Self { levels }
    }

    /// Width and height of the full picture.
    pub fn size(&self) -> Size {
        self.levels[0].size()
    }

    /// The versions; a pixel of level `n` covers 2ⁿ × 2ⁿ pixels of the picture.
    pub fn levels(&self) -> &[Tile] {
        &self.levels
    }

    /// Bytes in memory, all versions together.
    pub fn num_bytes(&self) -> usize {
        self.levels.iter().map(Tile::num_bytes).sum()
    }
}

impl TiledPicture for MemoryPyramid {
    fn pyramid(&self) -> Pyramid {
        Pyramid::new(self.size())
    }

    fn format(&self) -> PixelFormat {
        self.levels[0].format()
    }

    fn tile(&self, id: TileId) -> Option<Tile> {
        let pyramid = self.pyramid();
        let is_there = !pyramid.area(id).is_empty();
        self.levels.get(id.level as usize).filter(|_| is_there)?.part(pyramid.area_with_gutter(id))
    }

    fn want(&self, _tiles: &[TileId]) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::{Picture, PixelValue};

    #[test]
    fn levels_are_those_of_the_pyramid() {
        for (width, height) in [(5, 2), (1, 1), (0, 5), (1300, 7)] {
            let picture = Picture::filled(Size::new(width, height), [10, 20, 30, 255]);
            let memory = MemoryPyramid::new(Tile::from(&picture));
            let sizes: Vec<_> = memory.levels().iter().map(Tile::size).collect();
            let pyramid = memory.pyramid();
            let expected: Vec<_> = (0..pyramid.num_levels()).map(|level| pyramid.level_size(level)).collect();
            assert_eq!(sizes, expected);
        }
    }

    #[test]
    fn a_value_is_read_from_the_tile_that_it_lies_in() {
        let values: Vec<u8> = (0..600_u32).map(|n| (n % 251) as u8).collect();
        let picture = Tile::new(Size::new(600, 1), PixelFormat::Gray8, values).expect("a byte a pixel");
        let memory = MemoryPyramid::new(picture);
        for x in [0, 511, 512, 599] {
            assert_eq!(memory.value(x, 0), Some(PixelValue::Gray((x % 251) as f32)));
        }
        assert_eq!((memory.value(600, 0), memory.value(0, 1)), (None, None));
    }

    #[test]
    fn a_tile_is_its_part_of_the_level_with_a_gutter() {
        let values: Vec<u8> = (0..600_u32 * 2).flat_map(|n| (n as u16).to_ne_bytes()).collect();
        let picture = Tile::new(Size::new(600, 2), PixelFormat::Gray16, values).expect("two bytes a pixel");
        let memory = MemoryPyramid::new(picture);
        let right = memory.tile(TileId { level: 0, column: 1, row: 0 }).expect("there are two");
        assert_eq!(right.size(), Size::new(89, 2));
        assert_eq!(right.pixel(0, 1), Some(PixelValue::Gray(1111.0)), "the neighbour's last column");
        assert_eq!(
            memory.tile(TileId { level: 1, column: 0, row: 0 }).map(|tile| tile.size().width),
            Some(300)
        );
        for missing in [(0, 2, 0), (0, 0, 1), (1, 1, 0), (11, 0, 0)] {
            let (level, column, row) = missing;
            assert_eq!(memory.tile(TileId { level, column, row }), None, "{missing:?}");
        }
    }
}
