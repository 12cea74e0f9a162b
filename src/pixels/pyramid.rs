//! A picture of any size as tiles: how it is cut, and the trait of whoever has them.

use super::{PixelFormat, PixelRect, PixelValue, Size, Tile};

/// Pixels of a tile along each axis, its gutter not counted.
pub const TILE_SIDE: u32 = 512;

/// How a picture is cut. Level 0 is the picture itself; each further level is half as wide and high, rounded up,
/// down to a single pixel. Each level is cut into tiles of [`TILE_SIDE`], smaller at the right and the bottom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pyramid {
    size: Size,
}

/// One tile of a [`Pyramid`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TileId {
    /// A pixel of level `n` covers 2ⁿ × 2ⁿ pixels of the picture.
    pub level: u32,
    /// Counted from the left.
    pub column: u32,
    /// Counted from the top.
    pub row: u32,
}

impl Pyramid {
    /// The pyramid of a picture of this size.
    pub const fn new(size: Size) -> Self {
        Self { size }
    }

    /// The size of the picture.
    pub const fn size(&self) -> Size {
        self.size
    }

    /// How many levels there are: the last is a single pixel. A picture without pixels has one, which is empty.
    pub fn num_levels(&self) -> u32 {
        let longest = if self.size.num_pixels() == 0 { 1 } else { self.size.width.max(self.size.height) };
        // The rounded-up logarithm, and the picture itself.
        1 + u32::BITS - (longest - 1).leading_zeros()
    }

    /// The size of a level.
    pub fn level_size(&self, level: u32) -> Size {
        let reduced = |n: u32| u64::from(n).div_ceil(1_u64 << level.min(32)) as u32;
        Size::new(reduced(self.size.width), reduced(self.size.height))
    }

    /// Columns and rows of tiles of a level.
    pub fn num_tiles(&self, level: u32) -> Size {
        let size = self.level_size(level);
        Size::new(size.width.div_ceil(TILE_SIDE), size.height.div_ceil(TILE_SIDE))
    }

    /// The finest level that is a single tile.
    pub fn overview_level(&self) -> u32 {
        (0..self.num_levels()).find(|level| self.num_tiles(*level).num_pixels() <= 1).unwrap_or(0)
    }

    /// The level to draw at this zoom (screen pixels per picture pixel): the smallest that is not visibly blurred.
    pub fn level_for(&self, zoom: f64) -> u32 {
        // Up to 1.7 of its pixels may fall onto one of the screen before the next level takes over: a little
        // sharper than what pure theory says, still calm when it moves.
        let level = ((1.0 / zoom).log2() + 0.25).floor().max(0.0) as u32;
        level.min(self.num_levels() - 1)
    }

    /// What a tile covers of its level, without gutter. Empty where there is no such tile.
    pub fn area(&self, tile: TileId) -> PixelRect {
        let size = self.level_size(tile.level);
        let side = |index: u32, num_pixels: u32| {
            let start = index.saturating_mul(TILE_SIDE).min(num_pixels);
            (start, TILE_SIDE.min(num_pixels - start))
        };
        let (left, width) = side(tile.column, size.width);
        let (top, height) = side(tile.row, size.height);
        PixelRect::new(left, top, width, height)
    }

    /// The same with one pixel of the neighbours on each side, where there are any: so that sampling between
    /// pixels shows no seams. This is what [`TiledPicture::tile`] gives.
    pub fn area_with_gutter(&self, tile: TileId) -> PixelRect {
        self.area(tile).expanded_within(1, self.level_size(tile.level))
    }

    /// The tiles of a level that touch an area of it, row by row.
    pub fn tiles_in(&self, level: u32, area: PixelRect) -> impl Iterator<Item = TileId> + use<> {
        let area = area.intersection(&PixelRect::of_size(self.level_size(level)));
        let columns = area.left / TILE_SIDE..area.right().div_ceil(TILE_SIDE);
        let rows =
            if area.is_empty() { 0..0 } else { area.top / TILE_SIDE..area.bottom().div_ceil(TILE_SIDE) };
        rows.flat_map(move |row| columns.clone().map(move |column| TileId { level, column, row }))
    }
}

/// A picture whose tiles come when they are wanted.
///
/// Whoever draws asks each frame for the tiles that it needs and says which are missing; whoever has the picture
/// fetches those in the background and wakes the window when some have come.
pub trait TiledPicture: Send + Sync + std::fmt::Debug {
    /// How it is cut.
    fn pyramid(&self) -> Pyramid;

    /// What its pixels are made of. All tiles have this format.
    fn format(&self) -> PixelFormat;

    /// A tile with its gutter ([`Pyramid::area_with_gutter`]), if it is there. Never waits.
    fn tile(&self, id: TileId) -> Option<Tile>;

    /// Grows when tiles that were given before have been replaced by better ones, so that whoever keeps copies asks
    /// again. Until then, the old ones will do.
    fn revision(&self) -> u64 {
        0
    }

    /// Says which tiles are wanted from now on, the most wanted first. The latest word holds: what was wanted
    /// before and is not any more is not fetched.
    fn want(&self, tiles: &[TileId]);

    /// The whole picture as a single tile, the finest that is there.
    fn overview(&self) -> Option<Tile> {
        let pyramid = self.pyramid();
        let mut levels = pyramid.overview_level()..pyramid.num_levels();
        levels.find_map(|level| self.tile(TileId { level, column: 0, row: 0 }))
    }

    /// The value of one pixel of the picture, where the tile that it lies in is there.
    fn value(&self, x: u32, y: u32) -> Option<PixelValue> {
        let id = TileId { level: 0, column: x / TILE_SIDE, row: y / TILE_SIDE };
        let area = self.pyramid().area_with_gutter(id);
        self.tile(id)?.pixel(x.checked_sub(area.left)?, y.checked_sub(area.top)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_halve_down_to_one_pixel_rounding_up() {
        let sizes = |width, height| {
            let pyramid = Pyramid::new(Size::new(width, height));
            let size = |level| pyramid.level_size(level);
            (0..pyramid.num_levels()).map(size).map(|s| (s.width, s.height)).collect::<Vec<_>>()
        };
        assert_eq!(sizes(5, 2), [(5, 2), (3, 1), (2, 1), (1, 1)]);
        assert_eq!(sizes(1, 1), [(1, 1)]);
        assert_eq!(sizes(0, 5), [(0, 5)]);
        assert_eq!(Pyramid::new(Size::new(u32::MAX, 1)).num_levels(), 33);
    }

    #[test]
    fn tiles_cover_a_level_without_overlap() {
        let pyramid = Pyramid::new(Size::new(1300, 700));
        let all = PixelRect::of_size(pyramid.size());
        let areas: Vec<_> = pyramid.tiles_in(0, all).map(|tile| pyramid.area(tile)).collect();
        assert_eq!(areas.len(), 6);
        assert_eq!(areas.iter().map(|area| area.size().num_pixels()).sum::<u64>(), 1300 * 700);
        assert_eq!(areas[5], PixelRect::new(1024, 512, 276, 188));
        let last = TileId { level: 0, column: 2, row: 1 };
        assert_eq!(pyramid.area_with_gutter(last), PixelRect::new(1023, 511, 277, 189));
        assert!(pyramid.area(TileId { level: 0, column: 3, row: 0 }).is_empty());
    }

    #[test]
    fn only_tiles_in_the_area_are_listed() {
        let pyramid = Pyramid::new(Size::new(5000, 5000));
        let tiles: Vec<_> = pyramid.tiles_in(1, PixelRect::new(511, 512, 2, 1)).collect();
        assert_eq!(tiles, [0, 1].map(|column| TileId { level: 1, column, row: 1 }));
        assert_eq!(pyramid.tiles_in(0, PixelRect::new(9000, 0, 5, 5)).count(), 0);
    }

    #[test]
    fn the_level_follows_the_zoom() {
        let pyramid = Pyramid::new(Size::new(64, 64));
        let levels = [256.0, 1.0, 0.7, 0.5, 0.25, 1.0 / 256.0].map(|zoom| pyramid.level_for(zoom));
        assert_eq!(levels, [0, 0, 0, 1, 2, 6]);
    }

    #[test]
    fn the_overview_is_the_finest_level_of_one_tile() {
        assert_eq!(Pyramid::new(Size::new(512, 100)).overview_level(), 0);
        assert_eq!(Pyramid::new(Size::new(4097, 100)).overview_level(), 4);
        assert_eq!(Pyramid::new(Size::new(0, 0)).overview_level(), 0);
    }
}
