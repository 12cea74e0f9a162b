//! A generated picture of any size, read by region like a tiled file.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::base::cpu_time::thread_cpu_time;
use crate::base::jobs::JobContext;
use crate::media::{MediaError, RegionSource};
use crate::pixels::{PixelFormat, PixelRect, Pyramid, Size, Tile};

/// What was read of a picture so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// Regions: a tile is one of them.
    pub num_regions: u64,
    /// Processor time of the threads that read.
    pub time: Duration,
}

impl Reads {
    /// What was read since an earlier look.
    pub fn since(self, earlier: Self) -> Self {
        Self {
            num_regions: self.num_regions - earlier.num_regions,
            time: self.time.saturating_sub(earlier.time),
        }
    }
}

/// Counts what is read, from all threads.
#[derive(Default)]
pub struct ReadMeter {
    num_regions: AtomicU64,
    nanos: AtomicU64,
}

impl ReadMeter {
    /// What was read so far.
    pub fn now(&self) -> Reads {
        Reads {
            num_regions: self.num_regions.load(Ordering::Relaxed),
            time: Duration::from_nanos(self.nanos.load(Ordering::Relaxed)),
        }
    }

    fn note(&self, time: Duration) {
        self.num_regions.fetch_add(1, Ordering::Relaxed);
        self.nanos.fetch_add(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

/// Fields of many colours with fine noise. Its pixels are worked out when they are read, which takes about as long as
/// decoding JPEG; like a pyramidal TIFF it has every second level, and the others are made of those.
pub struct GeneratedPicture {
    size: Size,
    levels: Vec<u32>,
    meter: Arc<ReadMeter>,
}

/// A level has so many times fewer pixels along each axis than the next finer one: 2 to the power of this.
const LEVEL_STEP: usize = 2;
/// Sides of the fields and of the spots in them, as powers of two.
const FIELD_SHIFT: u32 = 10;
const SPOT_SHIFT: u32 = 4;

impl GeneratedPicture {
    /// A picture of this size, and what counts how it is read.
    pub fn new(size: Size) -> (Self, Arc<ReadMeter>) {
        let meter = Arc::<ReadMeter>::default();
        let levels = (0..Pyramid::new(size).num_levels()).step_by(LEVEL_STEP).collect();
        (Self { size, levels, meter: Arc::clone(&meter) }, meter)
    }
}

impl RegionSource for GeneratedPicture {
    fn size(&self) -> Size {
        self.size
    }

    fn format(&self) -> PixelFormat {
        PixelFormat::Rgba8
    }

    fn levels(&self) -> &[u32] {
        &self.levels
    }

    fn read(&self, level: u32, area: PixelRect, context: &JobContext) -> Result<Tile, MediaError> {
        let begun = thread_cpu_time();
        let row_bytes = (area.width as usize * 4).max(1);
        let tile = Tile::filled_by(area.size(), PixelFormat::Rgba8, |bytes| {
            for (y, row) in (area.top..).zip(bytes.chunks_exact_mut(row_bytes)) {
                if context.is_cancelled() {
                    return;
                }
                for (x, pixel) in (area.left..).zip(row.chunks_exact_mut(4)) {
                    pixel.copy_from_slice(&color_at(x, y, level));
                }
            }
        });
        self.meter.note(thread_cpu_time().saturating_sub(begun));
        if context.is_cancelled() { Err(MediaError::Cancelled) } else { Ok(tile) }
    }
}

/// The colour of a pixel of a level.
fn color_at(x: u32, y: u32, level: u32) -> [u8; 4] {
    let in_picture = |n: u32| u64::from(n) << level;
    let (picture_x, picture_y) = (in_picture(x), in_picture(y));
    let field = scrambled(picture_x >> FIELD_SHIFT, picture_y >> FIELD_SHIFT);
    let spot = scrambled(picture_x >> SPOT_SHIFT, picture_y >> SPOT_SHIFT) & 31;
    let noise = scrambled(picture_x, picture_y) & 15;
    let part = |shift: u32| ((field >> shift & 127) + 48 + spot + noise) as u8;
    [part(0), part(16), part(32), 255]
}

/// Bits that look random and are always the same for the same place (the finaliser of MurmurHash3, Appleby 2011).
fn scrambled(x: u64, y: u64) -> u64 {
    let mut bits = (x << 32 | y).wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    bits = (bits ^ (bits >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    bits ^ (bits >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_the_same_however_it_is_read_and_every_read_counts() {
        let (picture, meter) = GeneratedPicture::new(Size::new(60_000, 60_000));
        let read = |area| picture.read(2, area, &JobContext::detached()).expect("nothing can go wrong");
        let large = read(PixelRect::new(1000, 2000, 64, 64));
        let small = read(PixelRect::new(1010, 2020, 8, 8));
        let part = large.part(PixelRect::new(10, 20, 8, 8)).expect("inside");
        assert!((0..8).all(|y| part.row(y) == small.row(y)));
        assert_eq!(meter.now().num_regions, 2);
        assert!(large.row(0) != large.row(60), "there is something to see");
    }

    #[test]
    fn the_coarsest_levels_are_there() {
        let (picture, _) = GeneratedPicture::new(Size::new(60_000, 60_000));
        assert_eq!(picture.levels(), [0, 2, 4, 6, 8, 10, 12, 14, 16]);
    }
}
