//! A file that several threads read at once, each where it likes.

use std::fs::File;
use std::io;

/// An opened file of known length. Reading moves no position.
#[derive(Debug)]
pub(super) struct FileAt {
    file: File,
    num_bytes: u64,
}

impl FileAt {
    /// Takes a file. What is appended to it later is not seen.
    pub fn new(file: File) -> io::Result<Self> {
        let num_bytes = file.metadata()?.len();
        Ok(Self { file, num_bytes })
    }

    /// Bytes of the file when it was opened.
    pub fn num_bytes(&self) -> u64 {
        self.num_bytes
    }

    /// Reads what there is from a place on, at most `max_bytes`.
    pub fn read(&self, at: u64, max_bytes: usize, to: &mut Vec<u8>) -> io::Result<()> {
        let num_bytes = self.num_bytes.saturating_sub(at).min(max_bytes as u64) as usize;
        to.clear();
        to.resize(num_bytes, 0);
        let num_read = self.read_into(at, to)?;
        to.truncate(num_read);
        Ok(())
    }

    /// Fills the memory from a place on; returns how many bytes there were.
    pub fn read_into(&self, at: u64, to: &mut [u8]) -> io::Result<usize> {
        let mut num_read = 0;
        while num_read < to.len() {
            match read_at(&self.file, &mut to[num_read..], at.saturating_add(num_read as u64)) {
                Ok(0) => break, // It ends here, or was cut off meanwhile.
                Ok(more) => num_read += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(num_read)
    }
}

#[cfg(unix)]
fn read_at(file: &File, to: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, to, at)
}

#[cfg(windows)]
fn read_at(file: &File, to: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, to, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_there_is() {
        let path = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(path.path(), b"0123456789").unwrap();
        let file = FileAt::new(File::open(path.path()).unwrap()).unwrap();
        let mut bytes = vec![9; 100];
        for (at, max_bytes, expected) in [(3, 4, "3456"), (8, 4, "89"), (10, 4, ""), (99, 4, "")] {
            file.read(at, max_bytes, &mut bytes).unwrap();
            assert_eq!(bytes, expected.as_bytes());
        }
        assert_eq!(file.num_bytes(), 10);
    }
}
