//! Rows of pixels as intervals: the currency of all mask algorithms.
//!
//! A *span* `(row, start, end)` is the set pixels of one row from column `start` up to, not including, `end`. Lists
//! of spans are in reading order, and those of one row do not touch. For set operations spans become intervals
//! of one axis, where every row has its own stretch: then two dimensions are one.

/// Pixels exist from minus to plus this many columns and rows. It keeps all sums in range, and a mask of two far
/// points from being as tall as memory.
pub(super) const FARTHEST: i32 = 1 << 20;

/// A row, its first set column and the one after its last.
pub(super) type Span = (i32, i32, i32);

/// Columns per row on the single axis: so many that intervals of two rows never touch.
const STRIDE: i64 = 4 * FARTHEST as i64;

/// The interval of a span on the single axis.
pub(super) fn interval((row, start, end): Span) -> (i64, i64) {
    let zero = i64::from(row) * STRIDE + i64::from(FARTHEST);
    (zero + i64::from(start), zero + i64::from(end))
}

/// The span of an interval on the single axis.
pub(super) fn span((start, end): (i64, i64)) -> Span {
    let column = (start.rem_euclid(STRIDE) - i64::from(FARTHEST)) as i32;
    (start.div_euclid(STRIDE) as i32, column, column + (end - start) as i32)
}

/// The intervals where `keep` holds, asked with whether a place is in `a` and in `b`. Both ascend without overlap;
/// so does the result, where touching intervals are one. Outside both, `keep` must not hold.
pub(super) fn combine(
    a: impl Iterator<Item = (i64, i64)>,
    b: impl Iterator<Item = (i64, i64)>,
    keep: impl Fn(bool, bool) -> bool,
) -> impl Iterator<Item = (i64, i64)> {
    let mut a_borders = a.flat_map(|(start, end)| [start, end]).peekable();
    let mut b_borders = b.flat_map(|(start, end)| [start, end]).peekable();
    let (mut in_a, mut in_b, mut kept_from) = (false, false, None);
    std::iter::from_fn(move || {
        loop {
            let at = match (a_borders.peek(), b_borders.peek()) {
                (Some(&x), Some(&y)) => x.min(y),
                (Some(&x), None) | (None, Some(&x)) => x,
                (None, None) => return None,
            };
            while a_borders.next_if_eq(&at).is_some() {
                in_a = !in_a;
            }
            while b_borders.next_if_eq(&at).is_some() {
                in_b = !in_b;
            }
            match (kept_from, keep(in_a, in_b)) {
                (None, true) => kept_from = Some(at),
                (Some(from), false) => {
                    kept_from = None;
                    return Some((from, at));
                }
                (Some(_), true) | (None, false) => {}
            }
        }
    })
}

/// Cuts to the pixels that exist, puts in order, and unites what overlaps or touches.
pub(super) fn normalize(spans: &mut Vec<Span>) {
    for (_, start, end) in spans.iter_mut() {
        (*start, *end) = ((*start).max(-FARTHEST), (*end).min(FARTHEST));
    }
    spans.retain(|&(row, start, end)| (-FARTHEST..FARTHEST).contains(&row) && start < end);
    if !spans.is_sorted() {
        spans.sort_unstable();
    }
    spans.dedup_by(|next, kept| {
        let is_joined = next.0 == kept.0 && next.1 <= kept.2;
        if is_joined {
            kept.2 = kept.2.max(next.2);
        }
        is_joined
    });
}

/// The spans `(column, first row, end row)` of the same pixels. The work is that of reading one list and writing the
/// other, whatever the pixels.
pub(super) fn transpose(spans: &[Span]) -> Vec<Span> {
    // A row enters or leaves the set of set rows where a span begins or ends.
    let mut changes: Vec<(i32, i32)> =
        spans.iter().flat_map(|&(row, start, end)| [(start, row), (end, row)]).collect();
    changes.sort_unstable();
    let mut transposed = Vec::new();
    // Where the present column changes between clear and set, downwards.
    let mut borders: Vec<i32> = Vec::new();
    let mut column = 0;
    for changed in changes.chunk_by(|a, b| a.0 == b.0) {
        for column in column..changed[0].0 {
            transposed.extend(borders.chunks_exact(2).map(|pair| (column, pair[0], pair[1])));
        }
        column = changed[0].0;
        borders.extend(changed.iter().flat_map(|&(_, row)| [row, row + 1]));
        // Two sorted stretches in a row: the stable sort merges them in linear time.
        borders.sort();
        cancel_pairs(&mut borders);
    }
    transposed
}

/// From a sorted list: a border that is there twice is none.
fn cancel_pairs(borders: &mut Vec<i32>) {
    let mut num_kept = 0;
    for i in 0..borders.len() {
        if num_kept > 0 && borders[num_kept - 1] == borders[i] {
            num_kept -= 1;
        } else {
            borders[num_kept] = borders[i];
            num_kept += 1;
        }
    }
    borders.truncate(num_kept);
}

/// The set intervals of alternating run lengths, touching ones united.
pub(super) fn set_intervals(runs: &[u32]) -> impl Iterator<Item = (u64, u64)> + '_ {
    let mut at = 0;
    let mut intervals = runs
        .chunks(2)
        .filter_map(move |pair| {
            let start = at + u64::from(pair[0]);
            at = start + pair.get(1).map_or(0, |&n| u64::from(n));
            (at > start).then_some((start, at))
        })
        .peekable();
    std::iter::from_fn(move || {
        let (start, mut end) = intervals.next()?;
        while let Some((_, next_end)) = intervals.next_if(|next| next.0 == end) {
            end = next_end;
        }
        Some((start, end))
    })
}

/// The spans of set intervals over rows of `width` pixels.
pub(super) fn split_rows(
    intervals: impl Iterator<Item = (u64, u64)>,
    width: u32,
) -> impl Iterator<Item = (u64, u64, u64)> {
    let width = u64::from(width.max(1));
    intervals.flat_map(move |(start, end)| {
        (start / width..end.div_ceil(width)).map(move |row| {
            let zero = row * width;
            (row, start.max(zero) - zero, end.min(zero + width) - zero)
        })
    })
}

/// Writes alternating run lengths, clear first.
#[derive(Default)]
pub(super) struct RunWriter {
    runs: Vec<u32>,
    written: u64,
    open: Option<(u64, u64)>,
}

impl RunWriter {
    /// Adds a set interval, not before the end of the last one.
    pub(super) fn push(&mut self, start: u64, end: u64) {
        match &mut self.open {
            Some(open) if open.1 == start => open.1 = end,
            _ => {
                self.close();
                self.open = Some((start, end));
            }
        }
    }

    /// All runs, the last of which ends at `total`.
    pub(super) fn finish(mut self, total: u64) -> Vec<u32> {
        self.close();
        if total > self.written {
            self.run(total - self.written);
        }
        self.runs
    }

    fn close(&mut self) {
        if let Some((start, end)) = self.open.take() {
            self.run(start - self.written);
            self.run(end - start);
            self.written = end;
        }
    }

    fn run(&mut self, mut length: u64) {
        while length > u64::from(u32::MAX) {
            self.runs.extend([u32::MAX, 0]);
            length -= u64::from(u32::MAX);
        }
        self.runs.push(length as u32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_leads_back_to_its_span_at_the_ends_of_the_world() {
        for span_ in [(-FARTHEST, -FARTHEST, FARTHEST), (FARTHEST - 1, FARTHEST - 1, FARTHEST), (0, -1, 1)] {
            assert_eq!(span(interval(span_)), span_);
        }
    }

    #[test]
    fn intervals_of_neighbouring_rows_stay_apart() {
        let full = |row| interval((row, -FARTHEST, FARTHEST));
        assert!(full(4).1 < full(5).0);
    }

    #[test]
    fn a_run_too_long_for_its_number_is_split_and_read_back_whole() {
        let mut writer = RunWriter::default();
        let long = u64::from(u32::MAX) * 2 + 7;
        writer.push(long, long * 2);
        let runs = writer.finish(long * 2 + 1);
        assert_eq!(runs.iter().map(|&n| u64::from(n)).sum::<u64>(), long * 2 + 1);
        assert_eq!(set_intervals(&runs).collect::<Vec<_>>(), [(long, long * 2)]);
    }
}
