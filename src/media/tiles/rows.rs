//! Making a pyramid of rows that come from top to bottom.

use crate::pixels::{PixelFormat, PixelRect, Pyramid, Size, TILE_SIDE, Tile, TileId, halved};

/// Takes the rows of one level of a picture, and gives all tiles of it and of the coarser ones, each as soon as its
/// last row is there. In memory are, of each level, the rows of less than two tiles.
pub(in crate::media) struct RowReducer {
    pyramid: Pyramid,
    format: PixelFormat,
    first_level: u32,
    levels: Vec<LevelRows>,
}

/// The rows of one level that are still needed.
struct LevelRows {
    size: Size,
    /// The first row in `bytes`.
    top: u32,
    bytes: Vec<u8>,
    /// The next row of tiles to give.
    next_tiles: u32,
    /// The first row that was not yet handed on to the next level; even.
    next_halved: u32,
}

impl RowReducer {
    /// For the rows of `first_level`.
    pub fn new(pyramid: Pyramid, format: PixelFormat, first_level: u32) -> Self {
        let levels = (first_level..pyramid.num_levels()).map(|level| LevelRows {
            size: pyramid.level_size(level),
            top: 0,
            bytes: Vec::new(),
            next_tiles: 0,
            next_halved: 0,
        });
        Self { pyramid, format, first_level, levels: levels.collect() }
    }

    /// Takes the next rows, as many as `tile` has, and gives the tiles that they complete, row by row of tiles.
    pub fn push(&mut self, rows: &Tile) -> Vec<(TileId, Tile)> {
        let mut tiles = Vec::new();
        let mut coming = Some(rows.clone());
        for (level, rows) in (self.first_level..).zip(&mut self.levels) {
            let Some(tile) = coming.take().filter(|tile| tile.size().height > 0) else { break };
            rows.append(&tile);
            rows.take_tiles(&self.pyramid, self.format, level, &mut tiles);
            coming = rows.halve(self.format);
            rows.drop_used(self.format);
        }
        tiles
    }

    /// The level that is a single tile, as far as its rows are there; what is missing is empty. `None` where it is
    /// finer than the first level.
    pub fn overview_so_far(&self) -> Option<(u32, Tile)> {
        let level = self.pyramid.overview_level().max(self.first_level);
        let rows = self.levels.get((level - self.first_level) as usize)?;
        // While its tile is not complete, none of its rows was dropped.
        (rows.top == 0).then(|| {
            let tile = Tile::filled_by(rows.size, self.format, |to| {
                to[..rows.bytes.len()].copy_from_slice(&rows.bytes)
            });
            (level, tile)
        })
    }
}

impl LevelRows {
    fn row_bytes(&self, format: PixelFormat) -> usize {
        self.size.width as usize * format.bytes_per_pixel()
    }

    /// The row after the last that is there.
    fn end(&self, format: PixelFormat) -> u32 {
        self.top + (self.bytes.len() / self.row_bytes(format).max(1)) as u32
    }

    fn append(&mut self, rows: &Tile) {
        rows.rows().for_each(|row| self.bytes.extend(row));
    }

    /// Rows as a picture.
    fn part(&self, format: PixelFormat, start: u32, end: u32) -> Tile {
        let row_bytes = self.row_bytes(format);
        let bytes =
            &self.bytes[(start - self.top) as usize * row_bytes..(end - self.top) as usize * row_bytes];
        Tile::filled_by(Size::new(self.size.width, end - start), format, |to| to.copy_from_slice(bytes))
    }

    fn take_tiles(
        &mut self,
        pyramid: &Pyramid,
        format: PixelFormat,
        level: u32,
        tiles: &mut Vec<(TileId, Tile)>,
    ) {
        let num_tiles = pyramid.num_tiles(level);
        while self.next_tiles < num_tiles.height {
            let first = pyramid.area_with_gutter(TileId { level, column: 0, row: self.next_tiles });
            if first.bottom() > self.end(format) {
                break;
            }
            let band = self.part(format, first.top, first.bottom());
            for column in 0..num_tiles.width {
                let id = TileId { level, column, row: self.next_tiles };
                let area = pyramid.area_with_gutter(id);
                tiles.extend(band.part(PixelRect { top: 0, ..area }).map(|tile| (id, tile)));
            }
            self.next_tiles += 1;
        }
    }

    /// Pairs of rows, and at the end a single one, for the next level.
    fn halve(&mut self, format: PixelFormat) -> Option<Tile> {
        let end = self.end(format);
        let end = if end == self.size.height { end } else { end / 2 * 2 };
        if end <= self.next_halved {
            return None;
        }
        let rows = self.part(format, self.next_halved, end);
        self.next_halved = end;
        Some(halved(&rows))
    }

    fn drop_used(&mut self, format: PixelFormat) {
        let gutter_top = (self.next_tiles * TILE_SIDE).saturating_sub(1);
        let kept_from = gutter_top.min(self.next_halved).min(self.end(format));
        self.bytes.drain(..(kept_from - self.top) as usize * self.row_bytes(format));
        self.top = kept_from;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::{MemoryPyramid, TiledPicture as _};
    use proptest::prelude::*;

    fn noise(size: Size, format: PixelFormat) -> Tile {
        Tile::filled_by(size, format, |bytes| {
            (0..)
                .zip(bytes)
                .for_each(|(n, byte): (u32, _)| *byte = (n.wrapping_mul(2_654_435_761) >> 25) as u8);
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]
        #[test]
        fn the_tiles_are_those_of_the_whole_picture(
            width in 1_u32..1300,
            height in 1_u32..1300,
            step in 1_u32..700,
            first_level in 0_u32..3,
        ) {
            let whole = MemoryPyramid::new(noise(Size::new(width, height), PixelFormat::Rgba8));
            let pyramid = whole.pyramid();
            let first_level = first_level.min(pyramid.num_levels() - 1);
            let level = &whole.levels()[first_level as usize];
            let size = level.size();
            let mut reducer = RowReducer::new(pyramid, PixelFormat::Rgba8, first_level);
            let mut given = Vec::new();
            for top in (0..size.height).step_by(step as usize) {
                let rows = PixelRect::new(0, top, size.width, step.min(size.height - top));
                given.extend(reducer.push(&level.part(rows).expect("within")));
                let rows_kept: usize = reducer.levels.iter().map(|rows| rows.bytes.len()).sum();
                prop_assert!(rows_kept <= size.width as usize * 4 * 2 * (2 * TILE_SIDE + step) as usize);
            }
            let all = PixelRect::of_size(pyramid.size());
            let num_tiles: usize =
                (first_level..pyramid.num_levels()).map(|level| pyramid.tiles_in(level, all).count()).sum();
            prop_assert_eq!(given.len(), num_tiles);
            for (id, tile) in given {
                prop_assert!(Some(tile) == whole.tile(id), "{:?}", id);
            }
        }
    }
}
