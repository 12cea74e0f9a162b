//! The boxes of ISO base media files (ISO/IEC 14496-12), in memory.

use crate::media::fault::Fault;

/// What is left of a box. Numbers are big-endian; reading beyond the end is damage.
#[derive(Clone, Copy, Debug)]
pub struct Bytes<'a> {
    /// What is left.
    pub bytes: &'a [u8],
    /// Where in the file that begins.
    pub at: u64,
}

impl<'a> Bytes<'a> {
    /// The next bytes.
    pub fn take(&mut self, num_bytes: usize) -> Result<&'a [u8], Fault> {
        let (taken, rest) = self.bytes.split_at_checked(num_bytes).ok_or_else(too_short)?;
        self.bytes = rest;
        self.at += num_bytes as u64;
        Ok(taken)
    }

    /// A number of at most 8 bytes; 0 of none.
    pub fn number(&mut self, num_bytes: usize) -> Result<u64, Fault> {
        Ok(self.take(num_bytes)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    pub fn u8(&mut self) -> Result<u8, Fault> {
        Ok(self.number(1)? as u8)
    }

    pub fn u16(&mut self) -> Result<u16, Fault> {
        Ok(self.number(2)? as u16)
    }

    pub fn u32(&mut self) -> Result<u32, Fault> {
        Ok(self.number(4)? as u32)
    }

    /// A number of 2 bytes or of 4.
    pub fn id(&mut self, is_long: bool) -> Result<u32, Fault> {
        if is_long { self.u32() } else { self.u16().map(u32::from) }
    }

    /// The name of a box, a brand or a kind of item.
    pub fn name(&mut self) -> Result<[u8; 4], Fault> {
        Ok(self.u32()?.to_be_bytes())
    }

    /// Version and flags, with which a *full box* begins.
    pub fn version_and_flags(&mut self) -> Result<(u8, u32), Fault> {
        let word = self.u32()?;
        Ok(((word >> 24) as u8, word & 0x00ff_ffff))
    }

    /// The next box within this one; `None` at the end.
    pub fn next_box(&mut self) -> Result<Option<([u8; 4], Self)>, Fault> {
        if self.bytes.is_empty() {
            return Ok(None);
        }
        let head = BoxHead::read(self, self.bytes.len() as u64)?;
        let at = self.at;
        let bytes = self.take(usize::try_from(head.body_bytes).map_err(|_| too_short())?)?;
        Ok(Some((head.name, Self { bytes, at })))
    }
}

/// The first bytes of a box.
pub struct BoxHead {
    pub name: [u8; 4],
    pub head_bytes: u64,
    pub body_bytes: u64,
}

impl BoxHead {
    /// At most so many bytes are read.
    pub const MAX_BYTES: usize = 16;

    /// Reads a head. A box may be said to last until the end of what holds it, `bytes_left` from its beginning on.
    pub fn read(bytes: &mut Bytes, bytes_left: u64) -> Result<Self, Fault> {
        let short = u64::from(bytes.u32()?);
        let name = bytes.name()?;
        let (head_bytes, all_bytes) = match short {
            0 => (8, bytes_left),
            1 => (16, bytes.number(8)?),
            _ => (8, short),
        };
        let body_bytes = all_bytes.checked_sub(head_bytes).ok_or_else(too_short)?;
        Ok(Self { name, head_bytes, body_bytes })
    }
}

fn too_short() -> Fault {
    Fault::damaged("one of its parts ends too early")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_of_every_length_follow_each_other() {
        let long = [&[0, 0, 0, 1][..], b"long", &18_u64.to_be_bytes(), b"ab"].concat();
        let bytes = [&b"\0\0\0\x0afirst1"[..], &long, b"\0\0\0\0lastxyz"].concat();
        let mut rest = Bytes { bytes: &bytes, at: 100 };
        let mut found = Vec::new();
        while let Some((name, body)) = rest.next_box().expect("they are sound") {
            found.push((name, body.at, body.bytes));
        }
        let expected = [(*b"firs", 108, &b"t1"[..]), (*b"long", 126, b"ab"), (*b"last", 136, b"xyz")];
        assert_eq!(found, expected);
    }

    #[test]
    fn lengths_that_lie_are_damage() {
        let huge = b"\0\0\0\x01name\xff\xff\xff\xff\xff\xff\xff\xff";
        for bytes in [&b"\0\0\0\x07name"[..], b"\0\0\0\x09name", huge, b"\0"] {
            let result = Bytes { bytes, at: 0 }.next_box();
            assert!(matches!(result, Err(Fault::Damaged(_))), "{bytes:?}");
        }
    }
}
