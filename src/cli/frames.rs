//! `fieldmark frames`: single frames of a video, as pictures or as hashes.

use std::path::PathBuf;

use super::console::Console;

/// Save frames of a video as pictures, or tell their hashes
#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("which").required(true))]
pub(super) struct Args {
    /// The video, or numbered pictures such as shot-%04d.png.
    video: PathBuf,

    /// Frames by number, counted from 0; negative ones from the end, -1 being the last.
    #[arg(long, value_name = "N,…", value_delimiter = ',', allow_hyphen_values = true, group = "which")]
    index: Vec<i64>,

    /// Every Nth frame, from the first.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..), group = "which")]
    every: Option<u64>,

    /// The frames from A on, before B; either can be left out.
    #[arg(long, value_name = "A:B", value_parser = range, allow_hyphen_values = true, group = "which")]
    range: Option<(Option<i64>, Option<i64>)>,

    /// All frames.
    #[arg(long, group = "which")]
    all: bool,

    /// The order in which they are decoded and told.
    #[arg(long, value_enum, default_value_t = Order::Forward)]
    order: Order,

    /// The format of the pictures.
    #[arg(long, value_enum, default_value_t = Format::Png)]
    format: Format,

    /// The folder for the pictures; the current one when it is not given.
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,

    /// One JSON line for each frame, with index, pts, and the MD5 of the decoded planes as FFmpeg's framemd5 prints it.
    /// Pictures are written only with -o.
    #[arg(long)]
    hash: bool,

    /// The stream, by its number in the file; the first with moving pictures when it is not given.
    #[arg(long, value_name = "N")]
    stream: Option<usize>,

    /// How many threads decode; all processors when it is not given.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
}

/// The order in which frames are decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Order {
    Forward,
    Backward,
    /// Shuffled, the same way each time.
    Random,
}

/// A format of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Png,
    Jpg,
}

/// `A:B`.
fn range(text: &str) -> Result<(Option<i64>, Option<i64>), String> {
    let number = |text: &str| match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| format!("{text:?} is no number of a frame")),
    };
    let (first, end) = text
        .split_once(':')
        .ok_or("write the first frame and the one behind the last, for example 100:200")?;
    Ok((number(first)?, number(end)?))
}

/// The frame that a number means: itself, or counted from the end.
fn resolve(number: i64, num_frames: usize) -> Option<usize> {
    let from_end = || num_frames.checked_sub(usize::try_from(number.unsigned_abs()).ok()?);
    let resolved = if number < 0 { from_end() } else { usize::try_from(number).ok() };
    resolved.filter(|number| *number < num_frames)
}

impl Args {
    /// The frames that are asked for, in the order in which they are decoded.
    fn numbers(&self, num_frames: usize) -> anyhow::Result<Vec<usize>> {
        let mut numbers: Vec<usize> = match (self.every, self.range) {
            (Some(step), _) => (0..num_frames).step_by(usize::try_from(step).unwrap_or(usize::MAX)).collect(),
            (_, Some((first, end))) => {
                // As slices do: an end outside is the nearest inside.
                let bound = |bound: Option<i64>, default: usize| match bound {
                    None => default,
                    Some(number) if number < 0 => resolve(number, num_frames).unwrap_or(0),
                    Some(number) => {
                        usize::try_from(number).map_or(num_frames, |number| number.min(num_frames))
                    }
                };
                (bound(first, 0)..bound(end, num_frames)).collect()
            }
            _ if self.all => (0..num_frames).collect(),
            _ => {
                let found = self.index.iter().map(|number| {
                    resolve(*number, num_frames).ok_or_else(|| {
                        let last = num_frames.saturating_sub(1);
                        anyhow::anyhow!(
                            "there is no frame {number}; the last is {last} [{}]",
                            self.video.display()
                        )
                    })
                });
                found.collect::<anyhow::Result<_>>()?
            }
        };
        match self.order {
            Order::Forward => {}
            Order::Backward => numbers.reverse(),
            Order::Random => shuffle(&mut numbers),
        }
        Ok(numbers)
    }
}

/// Fisher and Yates' shuffle with a fixed linear congruential generator (Knuth's MMIX).
fn shuffle(numbers: &mut [usize]) {
    let mut state = 1_u64;
    for last in (1..numbers.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        numbers.swap(last, ((state >> 33) % (last as u64 + 1)) as usize);
    }
}

mod decoding {
    use std::collections::BTreeMap;
    use std::io::{self, Write as _};
    use std::path::{Path, PathBuf};
    use std::sync::Arc;

    use anyhow::Context as _;
    use serde_json::json;

    use super::super::console::counted;
    use super::super::videos::open;
    use super::{Args, Console, Format, Order};
    use crate::media::Orientation;
    use crate::media::video::{
        NativeFrame, Passing, PictureConverter, Verification, Video, VideoReader, num_decoding_threads,
    };
    use crate::pixels::Picture;

    /// What frames may take in memory that were decoded on the way back.
    const BACKWARD_BUDGET_BYTES: usize = 1 << 29;

    /// Good enough to train on: differences from the frame are below what the video's own compression left.
    const JPEG_QUALITY: u8 = 95;

    impl Args {
        pub fn run(self, console: &Console) -> anyhow::Result<()> {
            let video = open(&self.video, self.stream, Verification::WhenNeeded, console)?;
            let numbers = self.numbers(video.index().num_frames())?;
            let num_threads = self.threads.map_or_else(num_decoding_threads, usize::from);
            let mut frames = Frames {
                reader: video.reader(num_threads),
                order: self.order,
                passed: BTreeMap::new(),
                num_bytes: 0,
            };
            let mut pictures = match &self.output {
                None if self.hash => None,
                folder => Some(Pictures::new(folder.clone().unwrap_or_else(|| ".".into()), &self, &video)?),
            };
            // Hashes of a long video are many lines.
            let mut hashes = self.hash.then(|| io::BufWriter::new(io::stdout().lock()));
            let mut num_failures = 0;
            for number in numbers {
                let frame = frames.read(number);
                if let Err(error) = &frame {
                    num_failures += 1;
                    console.say(&error.to_string());
                }
                if let Some(hashes) = &mut hashes
                    && !has_reader(writeln!(hashes, "{}", hash_line(&video, number, &frame)))?
                {
                    return Ok(());
                }
                if let (Some(pictures), Ok(frame)) = (&mut pictures, &frame) {
                    pictures.save(number, frame)?;
                }
            }
            if let Some(mut hashes) = hashes {
                has_reader(hashes.flush())?;
            }
            anyhow::ensure!(num_failures == 0, "{} could not be decoded", counted(num_failures, "frame"));
            match pictures {
                Some(pictures) if !self.hash => console.result(&json!({"files": pictures.files}), || {
                    let num_files = counted(pictures.files.len() as u64, "picture");
                    format!("{num_files} in {}", pictures.folder.display())
                }),
                _ => Ok(()),
            }
        }
    }

    /// What is told of a frame: its hash, or why there is none.
    fn hash_line(
        video: &Video,
        number: usize,
        frame: &anyhow::Result<Arc<NativeFrame>>,
    ) -> serde_json::Value {
        let pts = video.index().frame(number).and_then(|frame| frame.pts);
        match frame {
            Ok(frame) => json!({"index": number, "pts": pts, "md5": frame.md5()}),
            Err(error) => json!({"index": number, "pts": pts, "md5": null, "error": error.to_string()}),
        }
    }

    /// Whether whoever reads standard output still does: `head` has seen enough at some point.
    fn has_reader(written: io::Result<()>) -> anyhow::Result<bool> {
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            written => Ok(written.map(|()| true)?),
        }
    }

    /// Frames saved as pictures.
    struct Pictures {
        folder: PathBuf,
        /// The beginning of the names.
        stem: String,
        format: Format,
        orientation: Orientation,
        converter: PictureConverter,
        files: Vec<PathBuf>,
    }

    impl Pictures {
        fn new(folder: PathBuf, args: &Args, video: &Video) -> anyhow::Result<Self> {
            std::fs::create_dir_all(&folder)
                .with_context(|| format!("the folder cannot be made [{}]", folder.display()))?;
            Ok(Self {
                folder,
                stem: args.video.file_stem().unwrap_or_default().to_string_lossy().replace('%', ""),
                format: args.format,
                orientation: video
                    .info()
                    .picture()
                    .map_or(Orientation::Normal, |picture| picture.orientation),
                converter: PictureConverter::default(),
                files: Vec::new(),
            })
        }

        fn save(&mut self, number: usize, frame: &Arc<NativeFrame>) -> anyhow::Result<()> {
            let picture = self
                .converter
                .convert(frame, self.orientation)
                .with_context(|| format!("frame {number} cannot be converted to RGB"))?;
            let name = format!("{}-{number:06}.{}", self.stem, self.format.extension());
            let file = self.folder.join(name);
            self.format
                .write(&picture, &file)
                .with_context(|| format!("the picture could not be written [{}]", file.display()))?;
            self.files.push(file);
            Ok(())
        }
    }

    /// Frames one after the other. On the way back, those that pass are kept for when they are asked for.
    struct Frames {
        reader: VideoReader,
        order: Order,
        passed: BTreeMap<usize, Arc<NativeFrame>>,
        num_bytes: usize,
    }

    impl Frames {
        fn read(&mut self, number: usize) -> anyhow::Result<Arc<NativeFrame>> {
            if let Some(frame) = self.passed.remove(&number) {
                self.num_bytes -= frame.num_bytes();
                return Ok(frame);
            }
            let Self { reader, order, passed, num_bytes } = self;
            if *order != Order::Backward {
                return Ok(reader.read(number, &|| true, None)?);
            }
            passed.clear();
            *num_bytes = 0;
            let mut keep = |passing: usize, frame: &Arc<NativeFrame>| {
                if passing > number {
                    return;
                }
                *num_bytes += frame.num_bytes();
                passed.insert(passing, Arc::clone(frame));
                while *num_bytes > BACKWARD_BUDGET_BYTES
                    && let Some((_, earliest)) = passed.pop_first()
                {
                    *num_bytes -= earliest.num_bytes();
                }
            };
            // As many as have room, of those that are still to be asked for.
            let passing = Passing { first: 0, take: &mut keep };
            Ok(reader.read(number, &|| true, Some(passing))?)
        }
    }

    impl Format {
        fn extension(self) -> &'static str {
            match self {
                Self::Png => "png",
                Self::Jpg => "jpg",
            }
        }

        fn write(self, picture: &Picture, file: &Path) -> anyhow::Result<()> {
            let rgb: Vec<u8> =
                picture.rgba().chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
            let (width, height) = (picture.size().width, picture.size().height);
            let color = image::ExtendedColorType::Rgb8;
            match self {
                Self::Png => image::save_buffer(file, &rgb, width, height, color)?,
                Self::Jpg => {
                    let mut writer = io::BufWriter::new(std::fs::File::create(file)?);
                    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut writer, JPEG_QUALITY)
                        .encode(&rgb, width, height, color)?;
                    writer.flush()?;
                }
            }
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negative_numbers_count_from_the_end() {
        assert_eq!([0, 9, -1, -10].map(|n| resolve(n, 10)), [Some(0), Some(9), Some(9), Some(0)]);
        assert_eq!([10, -11, i64::MIN, i64::MAX].map(|n| resolve(n, 10)), [None; 4]);
        assert_eq!(resolve(-1, 0), None);
    }

    #[test]
    fn ranges_are_read_and_nonsense_is_refused() {
        assert_eq!(range("5:9"), Ok((Some(5), Some(9))));
        assert_eq!(range(":-1"), Ok((None, Some(-1))));
        assert!(range("5").is_err() && range("a:b").is_err());
    }

    #[test]
    fn a_shuffle_has_every_number_once_and_is_always_the_same() {
        let mut numbers: Vec<usize> = (0..100).collect();
        shuffle(&mut numbers);
        let first = numbers.clone();
        assert_ne!(numbers, (0..100).collect::<Vec<_>>());
        numbers.sort_unstable();
        assert_eq!(numbers, (0..100).collect::<Vec<_>>());
        shuffle(&mut numbers);
        assert_eq!(numbers, first);
    }
}
