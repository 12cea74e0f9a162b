//! Numbered pictures that are one video: `shot-0001.png`, `shot-0002.png`, …, written as `shot-%04d.png`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::content::{Fingerprint, fingerprint};
use super::error::MediaError;
use super::format::{PICTURE_EXTENSIONS, has_extension};

/// The names of numbered pictures in a folder, as FFmpeg writes them: a `%d`, or `%04d` for numbers that are filled up
/// with zeros, in place of the number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureSequence {
    folder: PathBuf,
    prefix: String,
    suffix: String,
    /// Digits that shorter numbers are filled up to; 0 where they are not.
    num_digits: usize,
}

impl PictureSequence {
    /// The sequence that a pattern means; `None` for a path that is none. Looks at no file.
    pub fn parse(pattern: &Path) -> Option<Self> {
        let name = pattern.file_name()?.to_str()?;
        let (prefix, rest) = name.split_once('%')?;
        let (digits, suffix) = rest.split_once('d')?;
        let num_digits = match digits.strip_prefix('0') {
            Some(digits) => digits.parse().ok().filter(|number| (1..=9).contains(number))?,
            None if digits.is_empty() => 0,
            None => return None,
        };
        Some(Self::new(pattern, prefix, suffix, num_digits))
    }

    fn new(path: &Path, prefix: &str, suffix: &str, num_digits: usize) -> Self {
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        Self { folder, prefix: prefix.to_owned(), suffix: suffix.to_owned(), num_digits }
    }

    /// The sequence that a person means by a pattern, by one of its pictures, or by a folder whose pictures are all one
    /// sequence.
    ///
    /// # Errors
    /// [`MediaError::NoSequence`], and when the folder cannot be read.
    pub fn meant_by(path: &Path) -> Result<Self, MediaError> {
        let none = |cause: &str| MediaError::NoSequence { cause: cause.to_owned(), path: path.to_owned() };
        if path.is_dir() {
            let read_error = |error| MediaError::read(path, error);
            let mut first: Option<Self> = None;
            for entry in fs::read_dir(path).map_err(read_error)? {
                let file = entry.map_err(read_error)?.path();
                if !has_extension(&file, PICTURE_EXTENSIONS) {
                    continue;
                }
                match &first {
                    Some(first) if first.number_of(&file).is_some() => {}
                    Some(_) => return Err(none("its pictures have different names; name one of them")),
                    None => first = Some(Self::around(&file).ok_or_else(|| none("a picture has no number"))?),
                }
            }
            return first.ok_or_else(|| none("there are no pictures in it"));
        }
        if path.exists() {
            return Self::around(path).ok_or_else(|| none("its name has no number"));
        }
        Self::parse(path)
            .ok_or_else(|| none("there is no such file, and its name is no pattern such as shot-%04d.png"))
    }

    /// The sequence that a picture belongs to by its name: the last number in it counts.
    fn around(picture: &Path) -> Option<Self> {
        let stem = picture.file_stem()?.to_str()?;
        let name = picture.file_name()?.to_str()?;
        let end = stem.rfind(|c: char| c.is_ascii_digit())? + 1;
        let start = stem[..end]
            .rfind(|c: char| !c.is_ascii_digit())
            .map_or(0, |at| at + stem[at..].chars().next().map_or(1, char::len_utf8));
        // FFmpeg reads numbers of up to nine digits.
        let digits = name.get(start..end).filter(|digits| digits.len() <= 9)?;
        let (prefix, suffix) = (name.get(..start)?, name.get(end..)?);
        let folder_pictures = |num_digits| Self::new(picture, prefix, suffix, num_digits);
        // `7` may be the first of `7, 8, 9, 10`; `0007` and, among such names, `1234` are filled up.
        let is_filled_up = digits.starts_with('0') && digits.len() > 1;
        if is_filled_up {
            return Some(folder_pictures(digits.len()));
        }
        let filled_up = folder_pictures(digits.len());
        let others = filled_up.numbers().unwrap_or_default();
        let has_zeros = others.iter().any(|number| number.to_string().len() < digits.len());
        Some(if has_zeros { filled_up } else { folder_pictures(0) })
    }

    /// The pattern.
    pub fn pattern(&self) -> PathBuf {
        let number = match self.num_digits {
            0 => "%d".to_owned(),
            num_digits => format!("%0{num_digits}d"),
        };
        self.folder.join(format!("{}{number}{}", self.prefix, self.suffix))
    }

    /// The pattern as FFmpeg takes it, where a `%` that is not meant is written twice.
    pub fn escaped_pattern(&self) -> Option<PathBuf> {
        let escaped = |text: &str| text.replace('%', "%%");
        let own = Self {
            folder: PathBuf::from(escaped(self.folder.to_str()?)),
            prefix: escaped(&self.prefix),
            suffix: escaped(&self.suffix),
            num_digits: self.num_digits,
        };
        Some(own.pattern())
    }

    /// The path of a picture.
    pub fn picture(&self, number: u32) -> PathBuf {
        let width = self.num_digits;
        self.folder.join(format!("{}{number:0width$}{}", self.prefix, self.suffix))
    }

    /// The number of a picture; `None` for files that do not belong to the sequence.
    pub fn number_of(&self, picture: &Path) -> Option<u32> {
        if picture.parent() != Some(&self.folder) {
            return None;
        }
        self.number_in(picture.file_name()?.to_str()?)
    }

    fn number_in(&self, name: &str) -> Option<u32> {
        let digits = name.strip_prefix(self.prefix.as_str())?.strip_suffix(self.suffix.as_str())?;
        let number: u32 = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())??;
        let width = self.num_digits;
        (format!("{number:0width$}") == digits).then_some(number)
    }

    /// The numbers of all pictures that there are, ascending.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn numbers(&self) -> io::Result<Vec<u32>> {
        let here = Path::new(".");
        let folder = if self.folder.as_os_str().is_empty() { here } else { &self.folder };
        let names = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.file_name()));
        let numbers = names.filter_map(|name| match name {
            Ok(name) => self.number_in(name.to_str()?).map(Ok),
            Err(error) => Some(Err(error)),
        });
        let mut numbers = numbers.collect::<io::Result<Vec<u32>>>()?;
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// The numbers of all pictures, first to last.
    ///
    /// # Errors
    /// [`MediaError::NoSequence`] where there is none, or where one in between is missing: the pictures behind it
    /// would never be seen.
    pub fn unbroken_numbers(&self) -> Result<std::ops::RangeInclusive<u32>, MediaError> {
        let pattern = self.pattern();
        let broken = |cause| MediaError::NoSequence { cause, path: pattern.clone() };
        let numbers = self.numbers().map_err(|error| MediaError::read(&pattern, error))?;
        let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else {
            return Err(broken("no picture has a name of this pattern".to_owned()));
        };
        match numbers.windows(2).find(|pair| pair[1] != pair[0] + 1) {
            Some(pair) => Err(broken(format!("picture {} is missing", pair[0] + 1))),
            None => Ok(*first..=*last),
        }
    }

    /// What identifies the content of all pictures together, and their bytes.
    ///
    /// # Errors
    /// When a picture cannot be read.
    pub fn identity(&self, numbers: std::ops::RangeInclusive<u32>) -> Result<(Fingerprint, u64), MediaError> {
        let mut hasher = blake3::Hasher::new();
        let mut num_bytes = 0;
        for number in numbers.clone() {
            let path = self.picture(number);
            let length = fs::metadata(&path).map_err(|error| MediaError::read(&path, error))?.len();
            hasher.update(&length.to_le_bytes());
            num_bytes += length;
        }
        for number in [*numbers.start(), *numbers.end()] {
            hasher.update(fingerprint(&self.picture(number))?.as_bytes());
        }
        Ok((Fingerprint::from(*hasher.finalize().as_bytes()), num_bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            fs::write(folder.path().join(name), name).unwrap();
        }
        folder
    }

    fn pattern_of(folder: &tempfile::TempDir, name: &str) -> String {
        let sequence = PictureSequence::meant_by(&folder.path().join(name)).unwrap();
        sequence.pattern().strip_prefix(folder.path()).unwrap().to_str().unwrap().to_owned()
    }

    #[test]
    fn a_picture_leads_to_the_pattern_of_its_neighbours() {
        let folder =
            folder_with(&["a-0009.png", "a-0010.png", "b7.jpg", "b10.jpg", "run2-1234.png", "run2-0001.png"]);
        assert_eq!(pattern_of(&folder, "a-0010.png"), "a-%04d.png");
        assert_eq!(pattern_of(&folder, "b10.jpg"), "b%d.jpg");
        assert_eq!(pattern_of(&folder, "b7.jpg"), "b%d.jpg");
        assert_eq!(pattern_of(&folder, "run2-1234.png"), "run2-%04d.png");
        assert_eq!(pattern_of(&folder, "c-%03d.png"), "c-%03d.png");
        assert!(PictureSequence::meant_by(&folder.path().join("none.png")).is_err());
        assert!(PictureSequence::meant_by(folder.path()).is_err(), "several sequences");
    }

    #[test]
    fn a_folder_of_one_sequence_is_that_sequence() {
        let folder = folder_with(&["3.png", "4.png", "notes.txt"]);
        assert_eq!(pattern_of(&folder, ""), "%d.png");
        let sequence = PictureSequence::meant_by(folder.path()).unwrap();
        assert_eq!(sequence.unbroken_numbers().unwrap(), 3..=4);
        assert_eq!(sequence.identity(3..=4).unwrap().1, 10);
        fs::write(folder.path().join("6.png"), "x").unwrap();
        assert!(sequence.unbroken_numbers().unwrap_err().to_string().contains("picture 5 is missing"));
    }

    #[test]
    fn numbers_lead_to_pictures_and_back() {
        let sequence = PictureSequence::parse(Path::new("run/shot-%04d.png")).unwrap();
        assert_eq!(sequence.picture(7), Path::new("run/shot-0007.png"));
        assert_eq!(sequence.number_of(Path::new("run/shot-12345.png")), Some(12_345));
        for other in ["run/shot-7.png", "run/shot-00007.png", "shot-0007.png", "run/shot-x.png"] {
            assert_eq!(sequence.number_of(Path::new(other)), None, "{other}");
        }
        assert_eq!(PictureSequence::parse(Path::new("100%.png")), None);
        let odd = PictureSequence::parse(Path::new("50%/a%d.png")).unwrap();
        assert_eq!(odd.escaped_pattern().unwrap(), Path::new("50%%/a%d.png"));
    }
}
