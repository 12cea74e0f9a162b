//! A walk over a protobuf message that takes no length on trust and reads only what it is asked for.
//!
//! Source: the [encoding of protocol buffers](https://protobuf.dev/programming-guides/encoding/).

use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};

use super::OnnxError;

/// No text in a message may be longer: class names and formulas fit many times.
const MAX_TEXT_BYTES: u64 = 16 << 20;

/// A field's value. What has a length is not read until it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// A number, or 4 or 8 plain bytes as one.
    Number(u64),
    /// Text, bytes, a message or packed numbers, up to this place in the file.
    Bytes { end: u64 },
}

/// A place in a file of messages.
pub(super) struct Wire<R> {
    file: BufReader<R>,
    at: u64,
    num_bytes: u64,
}

impl<R: Read + Seek> Wire<R> {
    pub fn new(mut file: R) -> Result<Self, OnnxError> {
        let num_bytes = file.seek(SeekFrom::End(0))?;
        file.seek(SeekFrom::Start(0))?;
        Ok(Self { file: BufReader::with_capacity(1 << 16, file), at: 0, num_bytes })
    }

    pub fn num_bytes(&self) -> u64 {
        self.num_bytes
    }

    pub fn at(&self) -> u64 {
        self.at
    }

    /// The first bytes, fewer in a shorter file; the place stays.
    pub fn peek(&mut self) -> Result<&[u8], OnnxError> {
        Ok(self.file.fill_buf()?)
    }

    /// Calls `field` for every field of a message that ends at `end`. What `field` leaves unread is passed over.
    pub fn fields(
        &mut self,
        end: u64,
        mut field: impl FnMut(&mut Self, u64, Value) -> Result<(), OnnxError>,
    ) -> Result<(), OnnxError> {
        while self.at < end {
            let key = self.varint(end)?;
            let (number, kind) = (key >> 3, key & 7);
            let value = match kind {
                0 => Value::Number(self.varint(end)?),
                1 => Value::Number(self.plain::<8>(end)?),
                5 => Value::Number(self.plain::<4>(end)?),
                2 => {
                    let length = self.varint(end)?;
                    let value_end = self.at.checked_add(length).filter(|value_end| *value_end <= end);
                    Value::Bytes { end: value_end.ok_or(OnnxError::Truncated { at: self.at })? }
                }
                _ => return Err(OnnxError::Damaged { at: self.at }),
            };
            if number == 0 {
                return Err(OnnxError::Damaged { at: self.at });
            }
            field(self, number, value)?;
            if let Value::Bytes { end } = value {
                self.skip_to(end)?;
            }
        }
        Ok(())
    }

    /// The text of a value.
    pub fn text(&mut self, value: Value) -> Result<String, OnnxError> {
        let Value::Bytes { end } = value else { return Err(OnnxError::Damaged { at: self.at }) };
        let length = end.saturating_sub(self.at);
        if length > MAX_TEXT_BYTES {
            return Err(OnnxError::Damaged { at: self.at });
        }
        let mut bytes = vec![0; length as usize];
        self.file.read_exact(&mut bytes)?;
        self.at = end;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// A number that stands alone, or numbers packed into bytes.
    pub fn numbers(&mut self, value: Value, numbers: &mut Vec<u64>, max: usize) -> Result<(), OnnxError> {
        match value {
            Value::Number(number) => numbers.push(number),
            Value::Bytes { end } => {
                while self.at < end && numbers.len() <= max {
                    numbers.push(self.varint(end)?);
                }
            }
        }
        if numbers.len() > max { Err(OnnxError::Damaged { at: self.at }) } else { Ok(()) }
    }

    fn varint(&mut self, end: u64) -> Result<u64, OnnxError> {
        let mut number = 0;
        for shift in (0..70).step_by(7) {
            let [byte] = self.bytes::<1>(end)?;
            if shift < 64 {
                number |= u64::from(byte & 0x7f) << shift;
            }
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(OnnxError::Damaged { at: self.at })
    }

    fn plain<const N: usize>(&mut self, end: u64) -> Result<u64, OnnxError> {
        let bytes = self.bytes::<N>(end)?;
        Ok(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn bytes<const N: usize>(&mut self, end: u64) -> Result<[u8; N], OnnxError> {
        let mut bytes = [0; N];
        if self.at + N as u64 > end {
            return Err(OnnxError::Truncated { at: self.at });
        }
        self.file.read_exact(&mut bytes)?;
        self.at += N as u64;
        Ok(bytes)
    }

    fn skip_to(&mut self, end: u64) -> Result<(), OnnxError> {
        let by = end.checked_sub(self.at).and_then(|by| i64::try_from(by).ok());
        // Whoever read a field read no further than its end, and that is within the file.
        self.file.seek_relative(by.ok_or(OnnxError::Damaged { at: self.at })?)?;
        self.at = end;
        Ok(())
    }
}
