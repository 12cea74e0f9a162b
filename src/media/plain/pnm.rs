//! Where the rows of a PNM file are (Netpbm's PBM, PGM and PPM, in their binary forms, and PAM).

use super::Layout;
use super::packing::Packing;
use crate::pixels::Size;

/// `None` where the pixels are written as text, and of unusual kinds of PAM.
pub fn layout(head: &[u8]) -> Option<Layout> {
    let kind = head.get(..2)?;
    if kind == b"P7" {
        return arbitrary_map(head);
    }
    let mut at = 2;
    let mut number = || next_number(head, &mut at);
    let (width, height) = (number()?, number()?);
    let mut max = || number().and_then(|max| u16::try_from(max).ok()).filter(|max| *max > 0);
    let packing = match kind {
        b"P4" => Packing::Bits,
        b"P5" => Packing::Gray { max: max()? },
        b"P6" => Packing::Rgb { max: max()? },
        _ => return None,
    };
    let size = Size::new(width, height);
    // A single white character ends the header.
    head.get(at).filter(|byte| byte.is_ascii_whitespace())?;
    let row_step = i64::try_from(packing.row_bytes(width)).ok()?;
    Some(Layout { size, top_row_at: at as u64 + 1, row_step, packing })
}

/// Of a PAM file, whose header has a line for each number.
fn arbitrary_map(head: &[u8]) -> Option<Layout> {
    const END: &[u8] = b"\nENDHDR\n";
    let end = head.windows(END.len()).position(|window| window == END)?;
    let (mut width, mut height, mut depth, mut max, mut kind) = (None, None, None, None, None);
    for line in std::str::from_utf8(&head[..end]).ok()?.lines().skip(1) {
        let (name, value) = line.split_once(' ').unwrap_or((line, ""));
        let number = || value.trim().parse::<u32>().ok();
        match name {
            "WIDTH" => width = number(),
            "HEIGHT" => height = number(),
            "DEPTH" => depth = number(),
            "MAXVAL" => max = number().and_then(|max| u16::try_from(max).ok()).filter(|max| *max > 0),
            "TUPLTYPE" => kind = Some(value.trim()),
            _ => {}
        }
    }
    let packing = match (depth?, kind?) {
        (1, "GRAYSCALE") => Packing::Gray { max: max? },
        (3, "RGB") => Packing::Rgb { max: max? },
        _ => return None,
    };
    let row_step = i64::try_from(packing.row_bytes(width?)).ok()?;
    Some(Layout { size: Size::new(width?, height?), top_row_at: (end + END.len()) as u64, row_step, packing })
}

/// The next number, behind white space and comments.
fn next_number(head: &[u8], at: &mut usize) -> Option<u32> {
    loop {
        match head.get(*at)? {
            b'#' => *at += head[*at..].iter().position(|byte| *byte == b'\n')?,
            byte if byte.is_ascii_whitespace() => *at += 1,
            _ => break,
        }
    }
    let num_digits = head[*at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let digits = std::str::from_utf8(&head[*at..*at + num_digits]).ok()?;
    *at += num_digits;
    digits.parse().ok()
}
