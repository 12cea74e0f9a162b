//! The bytes of a TIFF file: read at any place, by several threads at once, and never beyond the end.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

use super::Fault;
use crate::media::file_at::FileAt;

/// An opened file of known length and byte order. Cloning shares it.
#[derive(Clone, Debug)]
pub(super) struct TiffFile {
    file: Arc<FileAt>,
    /// Its length when it was opened.
    pub num_bytes: u64,
    pub is_big_endian: bool,
}

impl TiffFile {
    pub fn new(file: File) -> io::Result<Self> {
        let file = FileAt::new(file)?;
        Ok(Self { num_bytes: file.num_bytes(), file: Arc::new(file), is_big_endian: false })
    }

    /// Reads what there is of a range, at most to the end of the file: returns how many bytes were read.
    pub fn read_some_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read_into(offset, buffer)
    }

    /// Bytes of a range. The range is checked against the file's length before memory is taken.
    pub fn bytes_at(&self, offset: u64, num_bytes: u64) -> Result<Vec<u8>, Fault> {
        if offset.checked_add(num_bytes).is_none_or(|end| end > self.num_bytes) {
            return Err(Fault::damaged("a part of it lies behind its end"));
        }
        let mut bytes = vec![0; num_bytes as usize];
        if self.read_some_at(offset, &mut bytes)? < bytes.len() {
            return Err(Fault::damaged("it ends too early"));
        }
        Ok(bytes)
    }

    /// Reads a range from its start to its end, or to that of the file.
    pub fn range(&self, offset: u64, num_bytes: u64) -> FileRange {
        let end = offset.saturating_add(num_bytes).min(self.num_bytes);
        FileRange { file: self.clone(), at: offset.min(end), end }
    }

    pub fn u16(&self, bytes: [u8; 2]) -> u16 {
        if self.is_big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }
    }

    pub fn u32(&self, bytes: [u8; 4]) -> u32 {
        if self.is_big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    }

    pub fn u64(&self, bytes: [u8; 8]) -> u64 {
        if self.is_big_endian { u64::from_be_bytes(bytes) } else { u64::from_le_bytes(bytes) }
    }
}

/// A part of a file as a stream.
pub(super) struct FileRange {
    file: TiffFile,
    at: u64,
    end: u64,
}

impl Read for FileRange {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let num_wanted = buffer.len().min(usize::try_from(self.end - self.at).unwrap_or(usize::MAX));
        let num_read = self.file.read_some_at(self.at, &mut buffer[..num_wanted])?;
        self.at += num_read as u64;
        Ok(num_read)
    }
}
