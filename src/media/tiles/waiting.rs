//! A picture that waits for its tiles.

use std::sync::Arc;
use std::time::Duration;

use crate::pixels::{PixelFormat, Pyramid, Tile, TileId, TiledPicture};

/// Tiles come within milliseconds; whoever waits need not be told.
const BREAK: Duration = Duration::from_millis(1);

/// A picture whose every tile is there when it is asked for, for drawing without a window: whoever asks waits.
#[derive(Debug)]
pub struct WaitingPicture(pub Arc<dyn TiledPicture>);

impl TiledPicture for WaitingPicture {
    fn pyramid(&self) -> Pyramid {
        self.0.pyramid()
    }

    fn format(&self) -> PixelFormat {
        self.0.format()
    }

    /// Waits until the tile has come. `None` where there is no such tile.
    fn tile(&self, id: TileId) -> Option<Tile> {
        if self.pyramid().area(id).is_empty() {
            return None;
        }
        loop {
            if let Some(tile) = self.0.tile(id) {
                return Some(tile);
            }
            self.0.want(&[id]);
            std::thread::sleep(BREAK);
        }
    }

    fn want(&self, _: &[TileId]) {}
}
