//! From the bytes of a row to its samples: byte order, differences, packed bits.

use super::page::{Predictor, SampleKind};

/// Undoes the byte order of the file and the predictor on one row, in place. Afterwards its samples of 16 bits and
/// more are in the machine's byte order. `num_interleaved` samples belong to each pixel.
pub(super) fn restore_row(
    row: &mut [u8],
    sample: SampleKind,
    predictor: Predictor,
    num_interleaved: usize,
    is_big_endian: bool,
) {
    if predictor == Predictor::Float {
        restore_floats(row, (sample.bits() / 8) as usize, num_interleaved);
        return;
    }
    if is_big_endian != cfg!(target_endian = "big") {
        match sample.bits() {
            16 => row.as_chunks_mut::<2>().0.iter_mut().for_each(|bytes| bytes.reverse()),
            24 => row.as_chunks_mut::<3>().0.iter_mut().for_each(|bytes| bytes.reverse()),
            32 => row.as_chunks_mut::<4>().0.iter_mut().for_each(|bytes| bytes.reverse()),
            64 => row.as_chunks_mut::<8>().0.iter_mut().for_each(|bytes| bytes.reverse()),
            _ => {}
        }
    }
    if predictor == Predictor::Horizontal {
        match sample.bits() {
            8 => add_up(row.as_chunks_mut::<1>().0, num_interleaved, |[a], [b]| [a.wrapping_add(b)]),
            16 => add_up(row.as_chunks_mut::<2>().0, num_interleaved, |a, b| {
                u16::from_ne_bytes(a).wrapping_add(u16::from_ne_bytes(b)).to_ne_bytes()
            }),
            32 => add_up(row.as_chunks_mut::<4>().0, num_interleaved, |a, b| {
                u32::from_ne_bytes(a).wrapping_add(u32::from_ne_bytes(b)).to_ne_bytes()
            }),
            _ => add_up(row.as_chunks_mut::<8>().0, num_interleaved, |a, b| {
                u64::from_ne_bytes(a).wrapping_add(u64::from_ne_bytes(b)).to_ne_bytes()
            }),
        }
    }
}

fn add_up<T: Copy>(samples: &mut [T], num_interleaved: usize, add: impl Fn(T, T) -> T) {
    for n in num_interleaved..samples.len() {
        samples[n] = add(samples[n], samples[n - num_interleaved]);
    }
}

/// TIFF technical note 3: the row's bytes are differences, and sorted by significance, the highest first.
fn restore_floats(row: &mut [u8], bytes_per_sample: usize, num_interleaved: usize) {
    for n in num_interleaved..row.len() {
        row[n] = row[n].wrapping_add(row[n - num_interleaved]);
    }
    let sorted = row.to_vec();
    let num_samples = row.len() / bytes_per_sample;
    for (n, sample) in row.chunks_exact_mut(bytes_per_sample).enumerate() {
        for (byte, place) in sample.iter_mut().enumerate() {
            let significance = if cfg!(target_endian = "big") { byte } else { bytes_per_sample - 1 - byte };
            *place = sorted[significance * num_samples + n];
        }
    }
}

/// Unpacks samples of up to 8 bits, each to a byte. Those of fewer bits keep their value.
pub(super) fn unpack_bytes(row: &[u8], bits: u32, samples: &mut [u8]) {
    match bits {
        8 => samples.copy_from_slice(&row[..samples.len()]),
        1 => {
            for (eight, byte) in samples.chunks_mut(8).zip(row) {
                eight.iter_mut().zip((0..8).rev()).for_each(|(sample, shift)| *sample = byte >> shift & 1);
            }
        }
        _ => unpack_bits(row, bits, samples.iter_mut(), |sample, value| *sample = value as u8),
    }
}

/// Unpacks samples of 9 to 16 bits. Those of 16 bits are in the machine's byte order.
pub(super) fn unpack_words(row: &[u8], bits: u32, samples: &mut [u16]) {
    if bits == 16 {
        let (words, _) = row.as_chunks::<2>();
        samples.iter_mut().zip(words).for_each(|(sample, word)| *sample = u16::from_ne_bytes(*word));
    } else {
        unpack_bits(row, bits, samples.iter_mut(), |sample, value| *sample = value as u16);
    }
}

/// Unpacks samples that are shown as floats: any signed ones, and all of more than 16 bits, in the machine's byte
/// order.
pub(super) fn unpack_floats(row: &[u8], kind: SampleKind, samples: &mut [f32]) {
    match kind {
        SampleKind::Unsigned(24) => each(row, samples, |[a, b, c]: [u8; 3]| {
            let is_big = cfg!(target_endian = "big");
            let bytes = if is_big { [0, a, b, c] } else { [a, b, c, 0] };
            u32::from_ne_bytes(bytes) as f32
        }),
        SampleKind::Unsigned(32) => each(row, samples, |v| u32::from_ne_bytes(v) as f32),
        SampleKind::Unsigned(64) => each(row, samples, |v| u64::from_ne_bytes(v) as f32),
        SampleKind::Unsigned(_) => {}
        SampleKind::Signed(8) => each(row, samples, |v| f32::from(i8::from_ne_bytes(v))),
        SampleKind::Signed(16) => each(row, samples, |v| f32::from(i16::from_ne_bytes(v))),
        SampleKind::Signed(32) => each(row, samples, |v| i32::from_ne_bytes(v) as f32),
        SampleKind::Signed(_) => each(row, samples, |v| i64::from_ne_bytes(v) as f32),
        SampleKind::Float(16) => each(row, samples, |v| half::f16::from_ne_bytes(v).to_f32()),
        SampleKind::Float(32) => each(row, samples, f32::from_ne_bytes),
        SampleKind::Float(_) => each(row, samples, |v| f64::from_ne_bytes(v) as f32),
    }
}

fn each<const N: usize>(row: &[u8], samples: &mut [f32], value: impl Fn([u8; N]) -> f32) {
    let (values, _) = row.as_chunks::<N>();
    samples.iter_mut().zip(values).for_each(|(sample, bytes)| *sample = value(*bytes));
}

/// Numbers of any up to 16 bits, the highest bit first.
fn unpack_bits<T>(row: &[u8], bits: u32, samples: impl Iterator<Item = T>, mut set: impl FnMut(T, u32)) {
    let mut bytes = row.iter();
    let (mut window, mut num_bits) = (0u32, 0);
    for sample in samples {
        while num_bits < bits {
            window = window << 8 | u32::from(bytes.next().copied().unwrap_or(0));
            num_bits += 8;
        }
        num_bits -= bits;
        set(sample, window >> num_bits & ((1 << bits) - 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_of_any_number_of_bits_are_unpacked() {
        let mut bytes = [9; 5];
        unpack_bytes(&[0b1010_0110], 1, &mut bytes);
        assert_eq!(bytes, [1, 0, 1, 0, 0]);
        unpack_bytes(&[0b1101_0010, 0b0111_0000], 2, &mut bytes);
        assert_eq!(bytes, [3, 1, 0, 2, 1]);
        let mut words = [9; 2];
        unpack_words(&[0xab, 0xcd, 0xef], 12, &mut words);
        assert_eq!(words, [0xabc, 0xdef]);
    }

    #[test]
    fn differences_are_added_up_for_each_channel() {
        let mut row = [1, 10, 1, 255, 2, 1];
        restore_row(&mut row, SampleKind::Unsigned(8), Predictor::Horizontal, 2, false);
        assert_eq!(row, [1, 10, 2, 9, 4, 10]);
        let mut row = [0x00, 0xff, 0x00, 0x02];
        restore_row(&mut row, SampleKind::Unsigned(16), Predictor::Horizontal, 1, true);
        assert_eq!(row, [0xff_u16.to_ne_bytes(), 0x101_u16.to_ne_bytes()].concat()[..]);
    }

    #[test]
    fn halves_and_doubles_become_floats() {
        let mut samples = [0.0];
        unpack_floats(&0x3e00_u16.to_ne_bytes(), SampleKind::Float(16), &mut samples);
        assert_eq!(samples, [1.5]);
        unpack_floats(&(-2.25_f64).to_ne_bytes(), SampleKind::Float(64), &mut samples);
        assert_eq!(samples, [-2.25]);
        unpack_floats(&(-300_i16).to_ne_bytes(), SampleKind::Signed(16), &mut samples);
        assert_eq!(samples, [-300.0]);
    }
}
