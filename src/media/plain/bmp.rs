//! Where the rows of a BMP file are (Microsoft's BITMAPINFOHEADER and its successors).

use super::Layout;
use super::packing::Packing;
use crate::pixels::Size;

/// `None` where the pixels are compressed, or have unusual masks.
pub fn layout(head: &[u8]) -> Option<Layout> {
    const HEADER_AT: usize = 14;
    /// Of BITMAPINFOHEADER; the later ones begin like it. OS/2's is older and shorter.
    const HEADER_BYTES: [u32; 5] = [40, 52, 56, 108, 124];
    const PLAIN: u32 = 0;
    const WITH_MASKS: u32 = 3;
    let rows_at = u32_at(head, 10)?;
    let header_bytes = u32_at(head, HEADER_AT).filter(|num| HEADER_BYTES.contains(num))?;
    let (width, height) = (u32_at(head, 18)? as i32, u32_at(head, 22)? as i32);
    let bits = u32::from(u16_at(head, 28)?);
    let packing = match (u32_at(head, 30)?, bits) {
        (PLAIN, 1 | 2 | 4 | 8) => {
            let num_declared = u32_at(head, 46)?;
            let num_colors = if num_declared == 0 { 1 << bits } else { num_declared.min(1 << bits) };
            let at = HEADER_AT + header_bytes as usize;
            let colors = head.get(at..at + num_colors as usize * 4)?.as_chunks::<4>().0;
            Packing::Palette { bits, colors: colors.iter().map(|[b, g, r, _]| [*r, *g, *b]).collect() }
        }
        (PLAIN, 24) => Packing::Bgr,
        (PLAIN, 32) => Packing::Bgrx,
        (WITH_MASKS, 32) => {
            let mask = |n: usize| u32_at(head, 54 + n * 4);
            let is_usual = [mask(0)?, mask(1)?, mask(2)?] == [0x00ff_0000, 0x0000_ff00, 0x0000_00ff];
            let alpha = if header_bytes >= 56 { mask(3)? } else { 0 };
            match alpha {
                _ if !is_usual => return None,
                0 => Packing::Bgrx,
                0xff00_0000 => Packing::Bgra,
                _ => return None,
            }
        }
        _ => return None,
    };
    let size = Size::new(u32::try_from(width).ok()?, height.unsigned_abs());
    // Each row is filled up to whole words.
    let row_bytes = packing.row_bytes(size.width).next_multiple_of(4) as i64;
    let is_from_the_top = height < 0;
    let last_row = i64::from(size.height).checked_sub(1)?;
    let (top_row_at, row_step) = if is_from_the_top {
        (u64::from(rows_at), row_bytes)
    } else {
        (u64::from(rows_at) + u64::try_from(last_row.checked_mul(row_bytes)?).ok()?, -row_bytes)
    };
    Some(Layout { size, top_row_at, row_step, packing })
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().copied().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().copied().map(u32::from_le_bytes)
}
