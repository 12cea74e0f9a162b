//! How a stored picture is turned and mirrored before a person sees it.

use super::Size;

/// One of the eight ways to lay a picture on its sides: an exchange of the axes, followed by mirroring the shown columns
/// and the shown rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Turn {
    /// Stored rows are shown as columns.
    pub exchanges_axes: bool,
    /// Shown columns run against the stored axis that they come from.
    pub mirrors_columns: bool,
    /// Shown rows run against the stored axis that they come from.
    pub mirrors_rows: bool,
}

impl Turn {
    /// Shown as stored.
    pub const NONE: Self = Self { exchanges_axes: false, mirrors_columns: false, mirrors_rows: false };

    /// The size as shown of a picture stored with the given size; and the other way round.
    pub const fn apply_to_size(self, size: Size) -> Size {
        if self.exchanges_axes { size.transposed() } else { size }
    }

    /// The stored column and row of a shown pixel. `None` outside the picture.
    pub fn stored_from_shown(self, x: u32, y: u32, stored_size: Size) -> Option<(u32, u32)> {
        let Size { width, height } = self.apply_to_size(stored_size);
        if x >= width || y >= height {
            return None;
        }
        let x = if self.mirrors_columns { width - 1 - x } else { x };
        let y = if self.mirrors_rows { height - 1 - y } else { y };
        Some(if self.exchanges_axes { (y, x) } else { (x, y) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_turn_clockwise_shows_the_stored_left_column_on_top() {
        let clockwise = Turn { exchanges_axes: true, mirrors_columns: true, mirrors_rows: false };
        let stored = Size::new(4, 3);
        assert_eq!(clockwise.apply_to_size(stored), Size::new(3, 4));
        assert_eq!(clockwise.stored_from_shown(0, 0, stored), Some((0, 2)), "the bottom left corner");
        assert_eq!(clockwise.stored_from_shown(2, 3, stored), Some((3, 0)), "the top right corner");
        assert_eq!(clockwise.stored_from_shown(3, 0, stored), None);
        assert_eq!(Turn::NONE.stored_from_shown(3, 2, stored), Some((3, 2)));
    }
}
