//! Which values of a picture are shown as black and as white.
//!
//! Pictures of 8 bits are shown as they are. Those with more bits, or floats, have far more values than a screen: a
//! [`Window`] of them is spread over its brightness. Nobody should have to set one to see anything, so by default it
//! follows the values of each picture.

use std::sync::Arc;

use crate::pixels::{Histogram, PixelFormat, Tile, TiledPicture, Window, halved_within};

/// How the window is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Levels {
    /// From the values of each picture.
    #[default]
    Auto,
    /// The whole range of the picture's format.
    Full,
    /// The person chose it; it stays for the next pictures.
    Fixed(Window),
}

/// What is known of the values of the picture on the canvas.
#[derive(Clone, Debug)]
pub struct Values {
    /// What its pixels are made of.
    pub format: PixelFormat,
    /// The window that shows it best.
    pub auto: Window,
    /// How often each value occurs. `None` where there is none to count.
    pub histogram: Option<Histogram>,
}

/// Steps of the histogram: as many as its drawing is wide.
const NUM_STEPS: usize = 128;
/// Values are counted in a version of the picture that is no larger: that takes a millisecond.
const MAX_SAMPLE_SIDE: u32 = 256;

/// The [`Values`] of the last picture.
#[derive(Default)]
pub struct ValuesCache {
    of: Option<(Arc<dyn TiledPicture>, Arc<Values>)>,
}

impl ValuesCache {
    /// The values of a picture, once a small version of it is there.
    pub fn get(&mut self, picture: &Arc<dyn TiledPicture>) -> Option<Arc<Values>> {
        if let Some((_, values)) = self.of.as_ref().filter(|(of, _)| Arc::ptr_eq(of, picture)) {
            return Some(Arc::clone(values));
        }
        let values = Arc::new(values_of(&picture.overview()?));
        self.of = Some((Arc::clone(picture), Arc::clone(&values)));
        Some(values)
    }
}

fn values_of(overview: &Tile) -> Values {
    let sample = halved_within(overview, MAX_SAMPLE_SIDE);
    Values {
        format: overview.format(),
        auto: Window::to_see(overview),
        histogram: Histogram::new(&sample, NUM_STEPS),
    }
}

impl Levels {
    /// The window for a picture; `None` for its whole range.
    pub fn window(self, values: Option<&Values>) -> Option<Window> {
        match self {
            Self::Auto => values.map(|values| values.auto),
            Self::Full => None,
            Self::Fixed(window) => Some(window),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::{MemoryPyramid, Size};

    fn ramp(low: u16, high: u16) -> Arc<dyn TiledPicture> {
        let bytes: Vec<u8> = (0..300_u32 * 300)
            .map(|n| low + ((u32::from(high - low) * n) / (300 * 300)) as u16)
            .flat_map(u16::to_ne_bytes)
            .collect();
        let tile = Tile::new(Size::new(300, 300), PixelFormat::Gray16, bytes).expect("two bytes a pixel");
        Arc::new(MemoryPyramid::new(tile))
    }

    #[test]
    fn by_default_the_window_follows_the_values_of_each_picture() {
        let mut cache = ValuesCache::default();
        for (low, high) in [(1000, 2000), (30_000, 31_000)] {
            let values = cache.get(&ramp(low, high)).expect("it is in memory");
            let window = Levels::Auto.window(Some(&values)).expect("there is one");
            let is_near = |a: f32, b: u16| (a - f32::from(b)).abs() < 15.0;
            assert!(is_near(window.low, low) && is_near(window.high, high), "{window:?}");
            assert_eq!(Levels::Full.window(Some(&values)), None);
        }
    }

    #[test]
    fn a_fixed_window_stays_for_every_picture() {
        let fixed = Window::new(5.0, 6.0, 1.0);
        let values = ValuesCache::default().get(&ramp(0, 100));
        assert_eq!(Levels::Fixed(fixed).window(values.as_deref()), Some(fixed));
    }
}
