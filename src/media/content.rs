//! Which picture this is, whatever its file is called and wherever it lies.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::error::MediaError;
use super::probe::modified_ns;
use crate::base::jobs::JobContext;

/// Declares a distinct type of 32 bytes that is shown, written and parsed as 64 hexadecimal digits.
macro_rules! hash_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub struct $name([u8; 32]);

        impl $name {
            /// The 32 bytes.
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }
        }

        impl From<[u8; 32]> for $name {
            fn from(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&blake3::Hash::from_bytes(self.0).to_hex())
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl From<$name> for String {
            fn from(hash: $name) -> Self {
                hash.to_string()
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                blake3::Hash::from_hex(text)
                    .map(|hash| Self(*hash.as_bytes()))
                    .map_err(|_| format!("expected 64 hexadecimal digits, got {text:?}"))
            }
        }

        impl TryFrom<String> for $name {
            type Error = String;
            fn try_from(text: String) -> Result<Self, String> {
                text.parse()
            }
        }
    };
}

hash_type! {
    /// BLAKE3 of a whole file: two files with the same one are the same, byte by byte.
    ContentHash
}

hash_type! {
    /// What a file that was moved or renamed is found again by: BLAKE3 of its length and of a few parts of it.
    ///
    /// It costs a few reads however large the file is, so 200,000 pictures need not be read in full. Files that
    /// differ only outside those parts share it; that is possible for uncompressed pictures that were edited.
    /// Where two files share a fingerprint and it matters which is which, compare their [`ContentHash`].
    Fingerprint
}

hash_type! {
    /// What caches know a picture by; made from whichever identity is at hand.
    ContentKey
}

/// The cheapest identity: as long as length, time of change and path are the same, the content most probably is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct QuickKey {
    /// Length of the file.
    pub num_bytes: u64,
    /// When it was last changed, nanoseconds since 1970-01-01 UTC.
    pub modified_ns: i64,
    /// BLAKE3 of the path, its first 16 bytes.
    pub path_hash: [u8; 16],
}

impl QuickKey {
    /// The key of a file whose length and time of change are known. Give an absolute path.
    pub fn new(path: &Path, num_bytes: u64, modified_ns: i64) -> Self {
        let hash = blake3::hash(path.as_os_str().as_encoded_bytes());
        let mut path_hash = [0; 16];
        path_hash.copy_from_slice(&hash.as_bytes()[..16]);
        Self { num_bytes, modified_ns, path_hash }
    }

    /// The key of a file; asks the system, and does not open it.
    ///
    /// # Errors
    /// [`MediaError::Read`].
    pub fn of(path: &Path) -> Result<Self, MediaError> {
        let metadata = fs::metadata(path).map_err(|error| MediaError::read(path, error))?;
        Ok(Self::new(path, metadata.len(), modified_ns(&metadata)))
    }
}

impl ContentKey {
    /// What caches know a frame of this video by, that is shown at a time in units of its stream.
    #[cfg(feature = "video")]
    pub fn at_time(&self, pts: i64) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.0);
        hasher.update(&pts.to_le_bytes());
        Self(*hasher.finalize().as_bytes())
    }
}

impl From<QuickKey> for ContentKey {
    fn from(key: QuickKey) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&key.path_hash);
        hasher.update(&key.num_bytes.to_le_bytes());
        hasher.update(&key.modified_ns.to_le_bytes());
        Self(*hasher.finalize().as_bytes())
    }
}

impl From<Fingerprint> for ContentKey {
    fn from(fingerprint: Fingerprint) -> Self {
        Self(fingerprint.0)
    }
}

impl From<ContentHash> for ContentKey {
    fn from(hash: ContentHash) -> Self {
        Self(hash.0)
    }
}

/// The start and the end of a file that count for its [`Fingerprint`].
const END_BYTES: u64 = 64 << 10;
/// Parts between, evenly spread, that count too.
const NUM_MIDDLE_PARTS: u64 = 4;
const MIDDLE_PART_BYTES: u64 = 16 << 10;
/// Files up to this length count whole.
const WHOLE_FILE_BYTES: u64 = 2 * END_BYTES + NUM_MIDDLE_PARTS * MIDDLE_PART_BYTES;

/// The fingerprint of a file: of its length (8 bytes, little-endian), its first 64 KiB, four evenly spread blocks
/// of 16 KiB, and its last 64 KiB; of files up to 192 KiB, of the length and everything. This is stored in
/// project files and must never change.
///
/// # Errors
/// [`MediaError::Read`].
pub fn fingerprint(path: &Path) -> Result<Fingerprint, MediaError> {
    read_fingerprint(path).map_err(|error| MediaError::read(path, error))
}

fn read_fingerprint(path: &Path) -> io::Result<Fingerprint> {
    let mut file = open_regular(path)?;
    let num_bytes = file.metadata()?.len();
    let mut hasher = blake3::Hasher::new();
    hasher.update(&num_bytes.to_le_bytes());
    let mut buffer = Vec::new();
    let mut add = |start: u64, length: u64| -> io::Result<()> {
        buffer.clear();
        file.seek(SeekFrom::Start(start))?;
        (&mut file).take(length).read_to_end(&mut buffer)?;
        hasher.update(&buffer);
        Ok(())
    };
    if num_bytes <= WHOLE_FILE_BYTES {
        add(0, num_bytes)?;
    } else {
        add(0, END_BYTES)?;
        // Middle parts are centred in equal shares of what lies between the two ends.
        let share_bytes = (num_bytes - 2 * END_BYTES) / NUM_MIDDLE_PARTS;
        for i in 0..NUM_MIDDLE_PARTS {
            add(END_BYTES + i * share_bytes + (share_bytes - MIDDLE_PART_BYTES) / 2, MIDDLE_PART_BYTES)?;
        }
        add(num_bytes - END_BYTES, END_BYTES)?;
    }
    Ok(Fingerprint(*hasher.finalize().as_bytes()))
}

/// The hash of a whole file. Tells its progress in bytes.
///
/// # Errors
/// [`MediaError::Read`] and [`MediaError::Cancelled`].
pub fn content_hash(path: &Path, context: &JobContext) -> Result<ContentHash, MediaError> {
    let read_error = |error| MediaError::read(path, error);
    let mut file = open_regular(path).map_err(read_error)?;
    let num_bytes = file.metadata().map_err(read_error)?.len();
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        if context.is_cancelled() {
            return Err(MediaError::Cancelled);
        }
        match file.read(&mut buffer) {
            Ok(0) => return Ok(ContentHash(*hasher.finalize().as_bytes())),
            Ok(num_read) => hasher.update(&buffer[..num_read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(read_error(error)),
        };
        context.set_progress(hasher.count(), num_bytes);
    }
}

/// Opening a pipe or a device could wait for ever.
fn open_regular(path: &Path) -> io::Result<File> {
    if fs::metadata(path)?.is_file() {
        File::open(path)
    } else {
        Err(io::Error::other("it is not a regular file"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file_of(bytes: &[u8]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), bytes).unwrap();
        file
    }

    fn fingerprint_of(bytes: &[u8]) -> Fingerprint {
        fingerprint(file_of(bytes).path()).unwrap()
    }

    #[test]
    fn a_fingerprint_is_that_of_the_content_and_not_of_the_name() {
        let bytes = vec![7; 1_000_000];
        assert_eq!(fingerprint_of(&bytes), fingerprint_of(&bytes));
        for changed in [0, 65_535, 999_999, 1_000_000 - 65_536] {
            let mut other = bytes.clone();
            other[changed] = 8;
            assert_ne!(fingerprint_of(&bytes), fingerprint_of(&other), "byte {changed}");
        }
        assert_ne!(fingerprint_of(&bytes), fingerprint_of(&bytes[1..]), "the length counts");
    }

    #[test]
    fn small_files_count_whole() {
        for length in [0, 1, 100, WHOLE_FILE_BYTES as usize] {
            let bytes = vec![1; length];
            let first = fingerprint_of(&bytes);
            for changed in (0..length).step_by(20_000) {
                let mut other = bytes.clone();
                other[changed] = 2;
                assert_ne!(fingerprint_of(&other), first);
            }
        }
        fingerprint_of(&vec![1; WHOLE_FILE_BYTES as usize + 1]);
    }

    #[test]
    fn the_fingerprint_never_changes() {
        let bytes: Vec<u8> = (0..500_000u32).map(|i| (i / 7) as u8).collect();
        let pinned = [
            (&bytes[..0], "71e0a99173564931c0b8acc52d2685a8e39c64dc52e3d02390fdac2a12b155cb"),
            (&bytes[..1000], "e4e2618a0eb1311896bf28c91c82aad8c7fdb6e16704aeca4c10f4390acd0ff6"),
            (&bytes[..], "534faf5dd1b899507d84a4ca0b9c65f5290b7953abfd4b74cc02e5efcb80db5b"),
        ];
        for (content, expected) in pinned {
            assert_eq!(fingerprint_of(content).to_string(), expected);
        }
    }

    #[test]
    fn hashes_are_written_as_hex_and_read_back() {
        let hash = content_hash(file_of(b"abc").path(), &JobContext::detached()).unwrap();
        let json = serde_json::to_string(&hash).unwrap();
        assert_eq!(json, "\"6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85\"");
        assert_eq!(serde_json::from_str::<ContentHash>(&json).unwrap(), hash);
        assert!("64".parse::<ContentHash>().is_err());
        assert!("zz".repeat(32).parse::<ContentHash>().is_err());
    }

    #[test]
    fn a_quick_key_follows_length_time_and_path() {
        let key = |path: &str, length, time| ContentKey::from(QuickKey::new(Path::new(path), length, time));
        assert_eq!(key("/a", 1, 2), key("/a", 1, 2));
        assert_ne!(key("/a", 1, 2), key("/b", 1, 2));
        assert_ne!(key("/a", 1, 2), key("/a", 2, 2));
        assert_ne!(key("/a", 1, 2), key("/a", 1, 3));
    }

    #[test]
    fn what_is_no_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(fingerprint(folder.path()), Err(MediaError::Read { .. })));
        assert!(matches!(QuickKey::of(&folder.path().join("absent")), Err(MediaError::Read { .. })));
    }
}
