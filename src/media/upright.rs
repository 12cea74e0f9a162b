//! A region source that is turned as its EXIF orientation says.

use std::sync::Arc;

use super::{MediaError, Orientation, RegionSource};
use crate::base::jobs::JobContext;
use crate::pixels::{PixelFormat, PixelRect, Pyramid, Size, Tile};

/// A picture that is stored turned or mirrored, and read as it is shown.
///
/// The levels of the source are turned as they are. Where the picture's sides are no multiple of 2ⁿ and an axis is
/// mirrored, level n is therefore cut from the other end than [`Pyramid`] would: off by less than one of its pixels.
pub struct Upright<S> {
    stored: S,
    orientation: Orientation,
}

impl<S: RegionSource> Upright<S> {
    /// Turns a source that reads in stored order.
    pub fn new(stored: S, orientation: Orientation) -> Self {
        Self { stored, orientation }
    }
}

impl<S: RegionSource> RegionSource for Upright<S> {
    fn size(&self) -> Size {
        self.orientation.apply_to_size(self.stored.size())
    }

    fn format(&self) -> PixelFormat {
        self.stored.format()
    }

    fn levels(&self) -> &[u32] {
        self.stored.levels()
    }

    fn read(&self, level: u32, area: PixelRect, context: &JobContext) -> Result<Tile, MediaError> {
        let stored_size = Pyramid::new(self.stored.size()).level_size(level);
        let stored_area = self.orientation.stored_area(area, stored_size);
        let tile = self.stored.read(level, stored_area, context)?;
        Ok(self.orientation.turned(&tile))
    }

    fn coarse(&self, max: Size, context: &JobContext) -> Option<Tile> {
        let tile = self.stored.coarse(self.orientation.apply_to_size(max), context)?;
        Some(self.orientation.turned(&tile))
    }

    fn warning(&self) -> Option<Arc<str>> {
        self.stored.warning()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Pictures in memory, one for each level, that are cut on demand.
    struct Levels {
        format: PixelFormat,
        levels: Vec<u32>,
        tiles: Vec<Tile>,
    }

    impl Levels {
        fn numbered(size: Size, format: PixelFormat) -> Self {
            let levels = vec![0, 1, 3];
            let tiles = levels.iter().map(|level| {
                let size = Pyramid::new(size).level_size(*level);
                let num_bytes = size.num_pixels() as usize * format.bytes_per_pixel();
                let bytes: Vec<u8> = (0..num_bytes).map(|n| (n * 37 + n / 251) as u8).collect();
                Tile::new(size, format, bytes).expect("as many bytes as it takes")
            });
            Self { format, tiles: tiles.collect(), levels }
        }
    }

    impl RegionSource for Levels {
        fn size(&self) -> Size {
            self.tiles[0].size()
        }
        fn format(&self) -> PixelFormat {
            self.format
        }
        fn levels(&self) -> &[u32] {
            &self.levels
        }
        fn read(&self, level: u32, area: PixelRect, _: &JobContext) -> Result<Tile, MediaError> {
            let index = self.levels.iter().position(|l| *l == level).expect("one of its levels");
            Ok(self.tiles[index].part(area).expect("within the level"))
        }
        fn coarse(&self, max: Size, _: &JobContext) -> Option<Tile> {
            let tile = self.tiles[2].clone();
            (tile.size().width <= max.width && tile.size().height <= max.height).then_some(tile)
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_area_is_the_crop_of_the_turned_whole(
            width in 1u32..90,
            height in 1u32..90,
            format in proptest::sample::select(PixelFormat::ALL.to_vec()),
            corners in [0.0..1.0f64, 0.0..1.0, 0.0..1.0, 0.0..1.0],
        ) {
            let context = JobContext::detached();
            for orientation in Orientation::ALL {
                let source = Upright::new(Levels::numbered(Size::new(width, height), format), orientation);
                prop_assert_eq!(source.size(), orientation.apply_to_size(Size::new(width, height)));
                for (index, level) in [0, 1, 3].into_iter().enumerate() {
                    let whole = orientation.turned(&source.stored.tiles[index]);
                    let size = source.pyramid().level_size(level);
                    prop_assert_eq!(whole.size(), size);
                    let at = |a: f64, b: f64, n: u32| {
                        let (a, b) = (a.min(b), a.max(b));
                        let start = (a * f64::from(n)) as u32;
                        (start, ((b * f64::from(n)).ceil() as u32 - start).max(1))
                    };
                    let (left, width) = at(corners[0], corners[1], size.width);
                    let (top, height) = at(corners[2], corners[3], size.height);
                    let area = PixelRect::new(left, top, width, height);
                    prop_assert_eq!(source.read(level, area, &context).ok(), whole.part(area));
                }
            }
        }
    }

    #[test]
    fn pixels_of_every_format_go_where_points_go() {
        let stored_size = Size::new(5, 3);
        for format in PixelFormat::ALL {
            let stored = Levels::numbered(stored_size, format).tiles.swap_remove(0);
            for orientation in Orientation::ALL {
                let shown = orientation.turned(&stored);
                for (x, y) in (0..3).flat_map(|y| (0..5).map(move |x| (x, y))) {
                    let center = crate::geometry::Point::new(f64::from(x) + 0.5, f64::from(y) + 0.5);
                    let p = orientation.shown_from_stored(center, stored_size);
                    let bytes = |tile: &Tile, x: u32, y: u32| {
                        let n = format.bytes_per_pixel();
                        tile.row(y)[x as usize * n..][..n].to_vec()
                    };
                    assert_eq!(
                        bytes(&shown, p.x as u32, p.y as u32),
                        bytes(&stored, x, y),
                        "{orientation:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_first_look_is_turned_too() {
        let source =
            Upright::new(Levels::numbered(Size::new(80, 8), PixelFormat::Gray8), Orientation::Turned90);
        let look = source.coarse(Size::new(1, 10), &JobContext::detached()).expect("it fits");
        assert_eq!(look.size(), Size::new(1, 10));
        assert_eq!(source.coarse(Size::new(10, 1), &JobContext::detached()), None);
    }
}
