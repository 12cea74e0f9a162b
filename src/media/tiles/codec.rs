//! Tiles on disk: smaller, exactly the same when they come back, and quickly.
//!
//! Each channel is predicted by the pixel above it, red and blue first by green; what is left is sorted into planes of
//! bytes and compressed by zstd at its fastest, with a checksum.

use crate::pixels::{PixelFormat, Size, Tile};

/// Higher levels take far longer and save little on what is mostly noise.
const ZSTD_LEVEL: i32 = 1;

/// Compresses a tile. `None` only when there is no memory for it.
pub(super) fn encode(tile: &Tile) -> Option<Vec<u8>> {
    let planes = match tile.format() {
        PixelFormat::Gray8 => to_planes::<1, 1>(tile),
        PixelFormat::Rgba8 => to_planes::<1, 4>(tile),
        PixelFormat::Gray16 => to_planes::<2, 1>(tile),
        PixelFormat::Rgba16 => to_planes::<2, 4>(tile),
        PixelFormat::GrayF32 => to_planes::<4, 1>(tile),
        PixelFormat::RgbaF32 => to_planes::<4, 4>(tile),
    };
    let mut compressor = zstd::bulk::Compressor::new(ZSTD_LEVEL).ok()?;
    compressor.include_checksum(true).ok()?;
    compressor.compress(&planes).ok()
}

/// The tile again. `None` when the data are not those of a tile of this size and format.
pub(super) fn decode(data: &[u8], size: Size, format: PixelFormat) -> Option<Tile> {
    let num_bytes = size.num_pixels() as usize * format.bytes_per_pixel();
    let planes = zstd::bulk::decompress(data, num_bytes).ok().filter(|planes| planes.len() == num_bytes)?;
    Some(Tile::filled_by(size, format, |bytes| match format {
        PixelFormat::Gray8 => from_planes::<1, 1>(&planes, size, bytes),
        PixelFormat::Rgba8 => from_planes::<1, 4>(&planes, size, bytes),
        PixelFormat::Gray16 => from_planes::<2, 1>(&planes, size, bytes),
        PixelFormat::Rgba16 => from_planes::<2, 4>(&planes, size, bytes),
        PixelFormat::GrayF32 => from_planes::<4, 1>(&planes, size, bytes),
        PixelFormat::RgbaF32 => from_planes::<4, 4>(&planes, size, bytes),
    }))
}

/// `B` bytes a channel, `C` channels.
fn to_planes<const B: usize, const C: usize>(tile: &Tile) -> Vec<u8> {
    let width = tile.size().width as usize;
    let plane_bytes = tile.size().num_pixels() as usize;
    let mut planes = vec![0; plane_bytes * B * C];
    let mut above = vec![[0_u32; C]; width];
    for (y, row) in tile.rows().enumerate() {
        for (x, (pixel, above)) in pixels::<B, C>(row).zip(&mut above).enumerate() {
            let values = without_green(pixel);
            for channel in 0..C {
                let rest = values[channel].wrapping_sub(above[channel]).to_le_bytes();
                for byte in 0..B {
                    planes[(channel * B + byte) * plane_bytes + y * width + x] = rest[byte];
                }
            }
            *above = values;
        }
    }
    planes
}

fn from_planes<const B: usize, const C: usize>(planes: &[u8], size: Size, bytes: &mut [u8]) {
    let width = size.width as usize;
    let plane_bytes = size.num_pixels() as usize;
    let mut above = vec![[0_u32; C]; width];
    for (y, row) in bytes.chunks_exact_mut((width * B * C).max(1)).enumerate() {
        for (x, (pixel, above)) in row.chunks_exact_mut(B * C).zip(&mut above).enumerate() {
            for channel in 0..C {
                let mut rest = [0; 4];
                for byte in 0..B {
                    rest[byte] = planes[(channel * B + byte) * plane_bytes + y * width + x];
                }
                above[channel] = above[channel].wrapping_add(u32::from_le_bytes(rest));
            }
            for (to, value) in pixel.chunks_exact_mut(B).zip(with_green(*above)) {
                to.copy_from_slice(&to_native::<B>(value));
            }
        }
    }
}

/// Channels as numbers of which the low `B` bytes count.
fn pixels<const B: usize, const C: usize>(row: &[u8]) -> impl Iterator<Item = [u32; C]> {
    row.chunks_exact(B * C).map(|pixel| {
        std::array::from_fn(|channel| {
            let mut bytes = [0; 4];
            bytes[..B].copy_from_slice(&pixel[channel * B..][..B]);
            if cfg!(target_endian = "big") {
                bytes[..B].reverse();
            }
            u32::from_le_bytes(bytes)
        })
    })
}

fn to_native<const B: usize>(value: u32) -> [u8; B] {
    let bytes = value.to_le_bytes();
    let mut native = std::array::from_fn(|byte| bytes[byte]);
    if cfg!(target_endian = "big") {
        native.reverse();
    }
    native
}

/// Red and blue less green, which they mostly follow.
fn without_green<const C: usize>(mut pixel: [u32; C]) -> [u32; C] {
    if C == 4 {
        pixel[0] = pixel[0].wrapping_sub(pixel[1]);
        pixel[2] = pixel[2].wrapping_sub(pixel[1]);
    }
    pixel
}

fn with_green<const C: usize>(mut pixel: [u32; C]) -> [u32; C] {
    if C == 4 {
        pixel[0] = pixel[0].wrapping_add(pixel[1]);
        pixel[2] = pixel[2].wrapping_add(pixel[1]);
    }
    pixel
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn tiles_come_back_exactly(
            width in 0_u32..40,
            height in 0_u32..40,
            format in prop::sample::select(PixelFormat::ALL.to_vec()),
            seed in any::<u64>(),
        ) {
            let mut noise = seed;
            let tile = Tile::filled_by(Size::new(width, height), format, |bytes| {
                for byte in bytes {
                    noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    *byte = (noise >> 56) as u8;
                }
            });
            let encoded = encode(&tile).expect("there is memory");
            prop_assert_eq!(decode(&encoded, tile.size(), format), Some(tile));
        }
    }

    #[test]
    fn what_is_soft_becomes_small_and_what_is_broken_is_noticed() {
        let size = Size::new(514, 514);
        let tile = Tile::filled_by(size, PixelFormat::Rgba8, |bytes| {
            for (n, pixel) in (0_u32..).zip(bytes.as_chunks_mut::<4>().0) {
                let level = (n % 514 / 4 + n / 514 / 5) as u8;
                *pixel = [level, level.wrapping_add(9), level, 255];
            }
        });
        let encoded = encode(&tile).expect("there is memory");
        assert!(encoded.len() < tile.num_bytes() / 20, "{}", encoded.len());
        for at in (0..encoded.len()).step_by(7) {
            let mut broken = encoded.clone();
            broken[at] ^= 0x10;
            assert!(decode(&broken, size, PixelFormat::Rgba8).is_none_or(|decoded| decoded == tile));
        }
        assert_eq!(decode(&encoded, Size::new(514, 513), PixelFormat::Rgba8), None);
        assert_eq!(decode(&[], size, PixelFormat::Rgba8), None);
    }
}
