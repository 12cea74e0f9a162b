//! The peaks of a video's sound, at several resolutions.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::reader::{SoundFormat, SoundReader};
use crate::base::jobs::JobContext;
use crate::media::disk_cache::{DiskCache, note_use};
use crate::media::video::{Video, VideoSource};
use crate::media::{ContentKey, MediaError, cache_folder, fingerprint};

/// Peaks in a second at the finest level.
const PEAKS_PER_SECOND: f64 = 200.0;

/// So many peaks become one of the next level.
const PEAKS_PER_PEAK: usize = 4;

/// Sound is looked at as one channel of this rate: enough for peaks of 5 ms.
const FORMAT: SoundFormat = SoundFormat { num_channels: 1, rate: 16_000 };

/// Longer sound than this is not drawn to its end: 100 hours.
const MAX_PEAKS: usize = 72_000_000;

/// To be changed with anything that makes older files wrong.
const MAGIC: &[u8; 8] = b"FMWAVE01";

/// What all waveforms together may take on disk.
const BUDGET_BYTES: u64 = 200_000_000;

/// The least and greatest sample of a stretch of time, times 127.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Peak {
    /// The least; not above 0.
    pub min: i8,
    /// The greatest; not below 0.
    pub max: i8,
}

impl Peak {
    fn with(self, sample: f32) -> Self {
        let level = (sample.clamp(-1.0, 1.0) * 127.0).round() as i8;
        Self { min: self.min.min(level), max: self.max.max(level) }
    }

    fn and(self, other: Self) -> Self {
        Self { min: self.min.min(other.min), max: self.max.max(other.max) }
    }
}

/// Where waveforms are kept.
pub fn waveform_folder() -> PathBuf {
    cache_folder().join("waveforms")
}

/// How loud a video is over time. Silence is a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Waveform {
    /// The finest first; each further one has a peak for [`PEAKS_PER_PEAK`] of the one before. Never empty.
    levels: Vec<Vec<Peak>>,
}

impl Waveform {
    /// The waveform of a video's sound: kept in the folder from the last time, or made by decoding all of it, and then
    /// kept. Tells its progress in hundredths of a second of sound.
    ///
    /// # Errors
    /// [`MediaError::NoSound`], those of opening a file, and [`MediaError::Cancelled`].
    pub fn of(video: &Video, folder: &Path, context: &JobContext) -> Result<Self, MediaError> {
        let cache = DiskCache::new(folder, BUDGET_BYTES);
        let key = key(video);
        if let Some(kept) = key.and_then(|key| read(&cache, key)) {
            return Ok(kept);
        }
        let made = Self::decode(video, context)?;
        if let Some(key) = key {
            if let Err(error) = write(&cache, key, &made) {
                log::debug!("a waveform was not kept ({error}): {}", cache.folder().display());
            }
            if cache.takes_turn_to_prune() {
                cache.prune(context);
            }
        }
        Ok(made)
    }

    fn decode(video: &Video, context: &JobContext) -> Result<Self, MediaError> {
        let mut reader = SoundReader::open(video, FORMAT, 0.0)?;
        let total = (video.index().duration_secs() * 100.0) as u64;
        let mut peaks = Vec::new();
        let is_wanted = || !context.is_cancelled();
        while let Some(block) = reader.next_block(&is_wanted) {
            context.set_progress(((block.secs.max(0.0) * 100.0) as u64).min(total), total);
            add(&mut peaks, block.secs, &block.samples);
        }
        if context.is_cancelled() { Err(MediaError::Cancelled) } else { Ok(Self::from_peaks(peaks)) }
    }

    fn from_peaks(finest: Vec<Peak>) -> Self {
        let mut levels = vec![finest];
        while let Some(last) = levels.last().filter(|last| last.len() > PEAKS_PER_PEAK) {
            let merged = |peaks: &[Peak]| peaks.iter().copied().fold(Peak::default(), Peak::and);
            levels.push(last.chunks(PEAKS_PER_PEAK).map(merged).collect());
        }
        Self { levels }
    }

    /// How long the sound lasts, in seconds from the first frame.
    pub fn duration_secs(&self) -> f64 {
        self.levels[0].len() as f64 / PEAKS_PER_SECOND
    }

    /// The peak of an interval of time, in seconds from the first frame: what one column of pixels shows. Looks at a few
    /// numbers, however long the interval is; its ends are as exact as a sixteenth of it. `None` where there is no sound.
    pub fn peak(&self, from_secs: f64, to_secs: f64) -> Option<Peak> {
        let (mut from, mut to) = (from_secs * PEAKS_PER_SECOND, to_secs * PEAKS_PER_SECOND);
        let mut level = 0;
        // At the coarsest level of which the interval still has sixteen peaks.
        while to - from >= (16 * PEAKS_PER_PEAK) as f64 && level + 1 < self.levels.len() {
            from /= PEAKS_PER_PEAK as f64;
            to /= PEAKS_PER_PEAK as f64;
            level += 1;
        }
        let peaks = &self.levels[level];
        let first = from.floor().max(0.0) as usize;
        let end = (to.ceil().max(0.0) as usize).max(first + 1).min(peaks.len());
        let within = peaks.get(first..end).filter(|peaks| to > 0.0 && !peaks.is_empty())?;
        Some(within.iter().copied().fold(Peak::default(), Peak::and))
    }
}

/// Takes samples into account that begin at a time; what lies before the first frame is left out.
fn add(peaks: &mut Vec<Peak>, secs: f64, samples: &[f32]) {
    let first = secs * PEAKS_PER_SECOND;
    let per_sample = PEAKS_PER_SECOND / f64::from(FORMAT.rate);
    for (number, sample) in samples.iter().enumerate() {
        let at = first + number as f64 * per_sample;
        if at < 0.0 || at >= MAX_PEAKS as f64 {
            continue;
        }
        let at = at as usize;
        if at >= peaks.len() {
            peaks.resize(at + 1, Peak::default());
        }
        peaks[at] = peaks[at].with(*sample);
    }
}

/// By content, and by where the first frame lies, which the peaks are counted from.
fn key(video: &Video) -> Option<ContentKey> {
    let VideoSource::File(path) = video.source() else { return None };
    let mut hasher = blake3::Hasher::new();
    hasher.update(fingerprint(path).ok()?.as_bytes());
    hasher.update(&video.start_secs().to_bits().to_le_bytes());
    Some(ContentKey::from(crate::media::Fingerprint::from(*hasher.finalize().as_bytes())))
}

/// A file is [`MAGIC`], the BLAKE3 of the rest, and the finest level, compressed: two bytes for each peak.
fn write(cache: &DiskCache, key: ContentKey, waveform: &Waveform) -> io::Result<()> {
    let bytes: Vec<u8> =
        waveform.levels[0].iter().flat_map(|peak| [peak.min as u8, peak.max as u8]).collect();
    let packed = zstd::bulk::compress(&bytes, 3)?;
    let mut file = cache.begin(key)?;
    file.file.write_all(MAGIC)?;
    file.file.write_all(blake3::hash(&packed).as_bytes())?;
    file.file.write_all(&packed)?;
    cache.finish(file)
}

fn read(cache: &DiskCache, key: ContentKey) -> Option<Waveform> {
    let path = cache.file_of(key);
    let bytes = fs::read(&path).ok()?;
    let (hash, packed) = bytes.strip_prefix(MAGIC)?.split_at_checked(blake3::OUT_LEN)?;
    if blake3::hash(packed).as_bytes() != hash {
        return None;
    }
    let bytes = zstd::decode_all(packed).ok()?;
    note_use(&path);
    let peaks = bytes.chunks_exact(2).map(|pair| Peak { min: pair[0] as i8, max: pair[1] as i8 });
    Some(Waveform::from_peaks(peaks.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A second of silence, a second of full noise, a second of silence.
    fn waveform() -> Waveform {
        let mut peaks = Vec::new();
        let second = FORMAT.rate as usize;
        let noise: Vec<f32> = (0..second).map(|n| if n % 2 == 0 { 1.0 } else { -0.5 }).collect();
        add(&mut peaks, 0.0, &vec![0.0; second]);
        add(&mut peaks, 1.0, &noise);
        add(&mut peaks, 2.0, &vec![0.0; second]);
        Waveform::from_peaks(peaks)
    }

    const LOUD: Peak = Peak { min: -64, max: 127 };

    #[test]
    fn peaks_stand_where_the_sound_is() {
        let waveform = waveform();
        assert_eq!(waveform.duration_secs(), 3.0);
        for (from, to) in [(1.0, 1.001), (0.5, 1.5), (0.0, 3.0), (1.99, 2.5)] {
            assert_eq!(waveform.peak(from, to), Some(LOUD), "{from}..{to}");
        }
        for (from, to) in [(0.0, 0.9), (2.1, 2.9), (0.3, 0.3001)] {
            assert_eq!(waveform.peak(from, to), Some(Peak::default()), "{from}..{to}");
        }
        assert_eq!((waveform.peak(3.5, 4.0), waveform.peak(-1.0, -0.5)), (None, None));
    }

    #[test]
    fn what_is_kept_is_read_back_and_damage_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let cache = DiskCache::new(folder.path(), BUDGET_BYTES);
        let key = ContentKey::from(crate::media::Fingerprint::from([7; 32]));
        write(&cache, key, &waveform()).unwrap();
        assert_eq!(read(&cache, key), Some(waveform()));
        let file = cache.file_of(key);
        let mut bytes = fs::read(&file).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(&file, bytes).unwrap();
        assert_eq!(read(&cache, key), None);
    }

    #[test]
    fn sound_before_the_first_frame_is_left_out() {
        let mut peaks = Vec::new();
        add(&mut peaks, -1.0, &vec![1.0; FORMAT.rate as usize]);
        assert!(peaks.is_empty());
        assert_eq!(Waveform::from_peaks(peaks).peak(0.0, 1.0), None);
    }
}
