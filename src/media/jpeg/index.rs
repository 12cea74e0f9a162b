//! Where in a file the parts of a JPEG picture begin.

use std::io;

use super::layout::JpegLayout;
use super::mcu::{McuCoder, Predictors};
use super::stream::{BitPosition, EntropyStream};
use crate::base::jobs::JobContext;
use crate::media::file_at::FileAt;
use crate::pixels::{Size, TILE_SIDE};

/// How far before the edge of a tile a part begins, in pixels: so that what a tile needs of its neighbour at any of the
/// levels lies in its own part.
const LEAD_PX: u32 = 40;

/// MCUs between two looks at whether the job is cancelled.
const MCUS_PER_STEP: u32 = 4096;

/// Where decoding can begin, row by row of MCUs, about every [`TILE_SIDE`] pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct JpegIndex {
    /// The columns of MCUs at which parts begin, the same in each row. The first is 0.
    columns: Vec<u32>,
    /// Row by row.
    parts: Vec<Part>,
    /// Where the data end in the file.
    end: u64,
    /// MCUs that could not be found, for the file is damaged.
    num_lost_mcus: u64,
}

/// A part of a row of MCUs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Where its first MCU begins; `None` where that was not found.
    pub start: Option<BitPosition>,
    /// The DC values before it.
    pub predictors: Predictors,
    /// Whether all its MCUs follow each other up to the next part.
    pub is_sound: bool,
}

impl Part {
    const LOST: Self = Self { start: None, predictors: [0; 4], is_sound: false };
}

/// The columns of MCUs at which parts begin.
fn part_columns(layout: &JpegLayout) -> Vec<u32> {
    let edges = (1..).map(|tile| tile * TILE_SIDE).take_while(|edge| *edge < layout.size.width);
    let mut columns: Vec<u32> = edges.map(|edge| (edge - LEAD_PX) / layout.mcu.width).collect();
    columns.insert(0, 0);
    columns
}

impl JpegIndex {
    /// Goes through the coded data once. Decodes no pixels. `None` when it was cancelled. Tells its progress in rows.
    pub fn scan(
        layout: &JpegLayout,
        coder: &McuCoder,
        file: &FileAt,
        context: &JobContext,
    ) -> io::Result<Option<Self>> {
        let Size { width, height } = layout.num_mcus();
        let mut scan = Scan {
            coder,
            stream: EntropyStream::new(file, layout.data_start),
            width,
            num_mcus: u64::from(width) * u64::from(height),
            interval: u64::from(layout.restart_interval),
            mcu: 0,
            predictors: [0; 4],
            index: Self {
                columns: part_columns(layout),
                parts: Vec::new(),
                end: layout.data_start,
                num_lost_mcus: 0,
            },
        };
        scan.index.parts = vec![Part::LOST; scan.index.columns.len() * height as usize];
        while scan.mcu < scan.num_mcus {
            if context.is_cancelled() {
                return Ok(None);
            }
            context.give_way();
            context.set_progress(scan.mcu / u64::from(width), height.into());
            scan.step()?;
        }
        scan.index.end = scan.stream.end();
        Ok(Some(scan.index))
    }

    /// The columns of MCUs at which parts begin.
    pub fn columns(&self) -> &[u32] {
        &self.columns
    }

    /// The parts of a row of MCUs.
    pub fn row(&self, row: u32) -> &[Part] {
        &self.parts[row as usize * self.columns.len()..][..self.columns.len()]
    }

    /// Where the data end that begin with a part: at the next one that was found, or at the end of the scan.
    pub fn end_of(&self, row: u32, part: usize) -> u64 {
        let behind = &self.parts[row as usize * self.columns.len() + part + 1..];
        // A part may begin in the middle of a byte, which may be an FF with a zero behind it.
        let next = behind.iter().find_map(|part| part.start);
        next.map_or(self.end, |start| (start >> 3) + 2)
    }

    /// MCUs that could not be found, for the file is damaged.
    pub fn num_lost_mcus(&self) -> u64 {
        self.num_lost_mcus
    }

    /// As bytes, to be kept on disk.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(24 + self.parts.len() * PART_BYTES);
        bytes.extend((self.parts.len() as u64).to_le_bytes());
        bytes.extend(self.end.to_le_bytes());
        bytes.extend(self.num_lost_mcus.to_le_bytes());
        for part in &self.parts {
            let start = part.start.map_or(u64::MAX, |start| start << 1 | u64::from(part.is_sound));
            bytes.extend(start.to_le_bytes());
            part.predictors.iter().for_each(|value| bytes.extend(value.to_le_bytes()));
        }
        bytes
    }

    /// From [`JpegIndex::to_bytes`]. `None` when they do not fit the file.
    pub fn from_bytes(layout: &JpegLayout, file_bytes: u64, bytes: &[u8]) -> Option<Self> {
        let columns = part_columns(layout);
        let num_parts = columns.len() * layout.num_mcus().height as usize;
        let ([num_records, end, num_lost_mcus], rest) = take_numbers(bytes)?;
        let (records, []) = rest.as_chunks::<PART_BYTES>() else { return None };
        if num_records != num_parts as u64 || records.len() != num_parts || end > file_bytes {
            return None;
        }
        let parts = records.iter().filter_map(|record| {
            let ([start], values) = take_numbers(record)?;
            if start == u64::MAX {
                return Some(Part::LOST);
            }
            let mut predictors = [0; 4];
            for (value, bytes) in predictors.iter_mut().zip(values.as_chunks::<2>().0) {
                *value = i16::from_le_bytes(*bytes);
            }
            Some(Part { start: Some(start >> 1), predictors, is_sound: start & 1 == 1 })
        });
        Some(Self { columns, parts: parts.collect(), end, num_lost_mcus })
    }
}

/// The first numbers of 64 bits, and what follows.
fn take_numbers<const N: usize>(bytes: &[u8]) -> Option<([u64; N], &[u8])> {
    let (numbers, rest) = bytes.split_at_checked(N * 8)?;
    let chunks = numbers.as_chunks::<8>().0;
    Some((std::array::from_fn(|n| u64::from_le_bytes(chunks[n])), rest))
}

/// Bytes of a part on disk.
const PART_BYTES: usize = 16;

/// On the way through the data.
struct Scan<'a> {
    coder: &'a McuCoder,
    stream: EntropyStream<'a>,
    /// MCUs of a row.
    width: u32,
    num_mcus: u64,
    /// MCUs between restarts, or 0.
    interval: u64,
    /// The next one.
    mcu: u64,
    predictors: Predictors,
    index: JpegIndex,
}

impl Scan<'_> {
    /// Goes on to the next place where something is to be done.
    fn step(&mut self) -> io::Result<()> {
        let (row, column) = (self.mcu / u64::from(self.width), (self.mcu % u64::from(self.width)) as u32);
        let columns = &self.index.columns;
        // The part that holds this MCU.
        let part = columns.partition_point(|start| *start <= column) - 1;
        let part_end = columns.get(part + 1).copied().unwrap_or(self.width);
        let part_index = row as usize * columns.len() + part;
        if columns[part] == column {
            let start = Some(self.stream.file_position());
            self.index.parts[part_index] = Part { start, predictors: self.predictors, is_sound: true };
        }
        let until_restart = (self.interval > 0).then(|| self.interval - self.mcu % self.interval);
        let num_mcus = u64::from((part_end - column).min(MCUS_PER_STEP));
        let num_mcus = until_restart.map_or(num_mcus, |until_restart| until_restart.min(num_mcus));
        let num_done = self.skip(num_mcus)?;
        self.mcu += num_done;
        if num_done < num_mcus {
            return self.lose();
        }
        if until_restart == Some(num_done) && self.mcu < self.num_mcus {
            if !self.mcu.is_multiple_of(u64::from(self.width)) {
                // The row goes on behind a restart.
                self.index.parts[part_index].is_sound = false;
            }
            self.restart()?;
        }
        Ok(())
    }

    /// Passes over MCUs. Gives how many there were, fewer when the data make no sense or end.
    fn skip(&mut self, num_mcus: u64) -> io::Result<u64> {
        let max_mcu_bytes = self.coder.max_mcu_bytes();
        let mut num_done = 0;
        while num_done < num_mcus {
            let num_bits = self.stream.fill(max_mcu_bytes)?;
            let mut reader = self.stream.reader();
            let end = reader.position() + num_bits;
            // As long as a whole MCU is in memory for sure; or, where the data end, one more.
            let safe_end = end.saturating_sub(max_mcu_bytes * 8).max(reader.position());
            let mut position = reader.position();
            while num_done < num_mcus && position <= safe_end {
                let before = self.predictors;
                let is_sound = self.coder.skip(&mut reader, &mut self.predictors).is_some();
                if !is_sound || reader.position() > end {
                    self.predictors = before;
                    self.stream.set_position(position);
                    return Ok(num_done);
                }
                position = reader.position();
                num_done += 1;
            }
            self.stream.set_position(position);
        }
        Ok(num_done)
    }

    /// Goes behind the restart marker that is due.
    fn restart(&mut self) -> io::Result<()> {
        let due = (self.mcu / self.interval + 7) % 8;
        self.predictors = [0; 4];
        match self.stream.next_restart()? {
            Some(number) => {
                // Another number than the one that is due: intervals are missing.
                let num_missing = (u64::from(number) + 8 - due) % 8;
                self.lose_mcus(num_missing * self.interval);
            }
            None => self.lose_mcus(u64::MAX),
        }
        Ok(())
    }

    /// Gives up on the rest of an interval.
    fn lose(&mut self) -> io::Result<()> {
        let rest = self.mcu.checked_rem(self.interval).map_or(u64::MAX, |done| self.interval - done);
        self.lose_mcus(rest);
        if self.mcu < self.num_mcus { self.restart() } else { Ok(()) }
    }

    /// Passes over MCUs that are not there.
    fn lose_mcus(&mut self, num_mcus: u64) {
        if num_mcus == 0 {
            return;
        }
        let end = self.mcu.saturating_add(num_mcus).min(self.num_mcus);
        self.index.num_lost_mcus += end - self.mcu;
        let last = end - 1;
        let index_of = |mcu: u64| {
            let column = (mcu % u64::from(self.width)) as u32;
            let part = self.index.columns.partition_point(|start| *start <= column) - 1;
            (mcu / u64::from(self.width)) as usize * self.index.columns.len() + part
        };
        let touched = index_of(self.mcu.min(last))..=index_of(last);
        self.index.parts[touched].iter_mut().for_each(|part| part.is_sound = false);
        self.mcu = end;
    }
}
