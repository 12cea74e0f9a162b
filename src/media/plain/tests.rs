//! Every layout against the same file decoded as a whole.

use std::fs;

use super::open_plain;
use crate::base::jobs::JobContext;
use crate::media::{DecodeLimits, PictureFormat, RegionSource as _, decode, probe};
use crate::pixels::{ColorMap, PixelFormat, PixelRect, Size, Tile, Window};

const SIZE: Size = Size::new(37, 23);

fn noise(num_bytes: usize) -> Vec<u8> {
    (0..num_bytes as u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 23) as u8).collect()
}

/// With a header of `header_bytes`, of which the masks are written where there is room.
fn bmp(bits: u16, compression: u32, header_bytes: u32, is_from_the_top: bool) -> Vec<u8> {
    let row_bytes = (SIZE.width * u32::from(bits)).div_ceil(8).next_multiple_of(4);
    let num_colors = if bits <= 8 { 1 << bits } else { 0 };
    let height = if is_from_the_top { -(SIZE.height as i32) } else { SIZE.height as i32 };
    let mut header = header_bytes.to_le_bytes().to_vec();
    header.extend(SIZE.width.to_le_bytes());
    header.extend(height.to_le_bytes());
    header.extend([1, 0]);
    header.extend(bits.to_le_bytes());
    header.extend(compression.to_le_bytes());
    header.extend([0; 20]);
    for mask in [0x00ff_0000_u32, 0x0000_ff00, 0x0000_00ff, 0xff00_0000] {
        header.extend(mask.to_le_bytes());
    }
    // With masks and a short header these stand behind it.
    let is_masked = compression == 3;
    header.resize(if is_masked && header_bytes == 40 { 52 } else { header_bytes as usize }, 0);
    header.extend(noise(num_colors * 4));
    let rows_at = 14 + header.len() as u32;
    let mut file = b"BM".to_vec();
    file.extend([0; 8]);
    file.extend(rows_at.to_le_bytes());
    file.extend(header);
    file.extend(noise((row_bytes * SIZE.height) as usize));
    file
}

fn pnm(header: &str, bits: u32) -> Vec<u8> {
    let row_bytes = (SIZE.width * bits).div_ceil(8);
    [header.as_bytes(), &noise((row_bytes * SIZE.height) as usize)].concat()
}

/// As 8-bit colours.
fn shown(tile: &Tile) -> Vec<u8> {
    Window::full(tile.format()).picture(tile, ColorMap::default()).rgba().to_vec()
}

#[test]
fn regions_are_parts_of_the_whole() {
    let files = [
        ("1 bit", bmp(1, 0, 40, false)),
        ("4 bits", bmp(4, 0, 40, false)),
        ("8 bits", bmp(8, 0, 124, true)),
        ("24 bits", bmp(24, 0, 40, false)),
        ("24 bits from the top", bmp(24, 0, 40, true)),
        ("32 bits", bmp(32, 0, 40, false)),
        ("with masks", bmp(32, 3, 40, false)),
        ("with masks and alpha", bmp(32, 3, 124, true)),
        ("bitmap", pnm("P4 37\n# a comment\n23\n", 1)),
        ("grey", pnm("P5\n37 23\n255\n", 8)),
        ("grey to 100", pnm("P5 37 23 100\n", 8).into_iter().map(|b| b.min(100)).collect()),
        ("PAM", pnm("P7\nWIDTH 37\nHEIGHT 23\n# ok\nDEPTH 3\nMAXVAL 255\nTUPLTYPE RGB\nENDHDR\n", 24)),
        ("colours", pnm("P6 37 23 255\n", 24)),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (name, file) in files {
        let path = folder.path().join("picture");
        fs::write(&path, file).unwrap();
        let format = probe(&path).expect(name).format;
        let source = open_plain(&path, format).unwrap().expect(name);
        let whole = decode(&path, &DecodeLimits::default(), &JobContext::detached()).expect(name).picture;
        assert_eq!(source.size(), whole.size(), "{name}");
        for area in [PixelRect::of_size(SIZE), PixelRect::new(3, 2, 30, 20), PixelRect::new(36, 22, 1, 1)] {
            let tile = source.read(0, area, &JobContext::detached()).unwrap();
            let expected = Tile::from(&whole).part(area).unwrap();
            assert_eq!(shown(&tile), shown(&expected), "{name} {area:?}");
        }
        assert_eq!(source.warning(), None);
        let small = source.coarse(Size::new(10, 10), &JobContext::detached()).expect(name);
        assert!(small.size().width <= 10 && small.size().height <= 10, "{:?}", small.size());
    }
}

#[test]
fn sixteen_bits_keep_their_values() {
    let folder = tempfile::tempdir().unwrap();
    for (header, format, expected) in [
        (&b"P5 2 1 65535\n\x12\x34\xff\xff"[..], PixelFormat::Gray16, vec![0x1234_u16, 0xffff]),
        (b"P5 2 1 4095\n\x00\x00\x0f\xff", PixelFormat::Gray16, vec![0, 0xffff]),
        (b"P6 1 1 65535\n\x00\x01\x00\x02\x00\x03", PixelFormat::Rgba16, vec![1, 2, 3, 0xffff]),
    ] {
        let path = folder.path().join("picture.ppm");
        fs::write(&path, header).unwrap();
        let source = open_plain(&path, PictureFormat::Pnm).unwrap().unwrap();
        let tile = source.read(0, PixelRect::of_size(source.size()), &JobContext::detached()).unwrap();
        let values: Vec<u16> =
            tile.row(0).as_chunks::<2>().0.iter().map(|b| u16::from_ne_bytes(*b)).collect();
        assert_eq!((tile.format(), values), (format, expected));
    }
}

#[test]
fn what_is_missing_is_empty_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.bmp");
    for (is_from_the_top, last_row) in [(true, SIZE.height - 1), (false, 0)] {
        let whole = bmp(24, 0, 40, is_from_the_top);
        fs::write(&path, &whole[..whole.len() - 300]).unwrap();
        let source = open_plain(&path, PictureFormat::Bmp).unwrap().unwrap();
        let tile = source.read(0, PixelRect::of_size(SIZE), &JobContext::detached()).unwrap();
        assert!(tile.row(last_row).iter().all(|byte| *byte == 0));
        assert!(tile.row(SIZE.height - 1 - last_row).iter().any(|byte| *byte != 0));
        assert!(source.warning().is_some());
    }
}

#[test]
fn headers_that_end_or_lie_have_no_layout() {
    let sound = bmp(8, 0, 40, false);
    for length in 0..54 + 1024 {
        assert!(super::bmp::layout(&sound[..length]).is_none(), "{length}");
    }
    for header in [
        "P5",
        "P5 ",
        "P5 1",
        "P5 1 1 0\n",
        "P5 1 1 70000\n",
        "P5 1 1 255",
        "P5 -1 1 255\n",
        "P5 #",
        "P7 1 1 1\n",
    ] {
        assert!(super::pnm::layout(header.as_bytes()).is_none(), "{header}");
    }
    assert!(super::bmp::layout(&bmp(8, 1, 40, false)).is_none(), "it is compressed");
}
