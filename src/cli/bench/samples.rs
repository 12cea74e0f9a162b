//! Times by stage, and what is told about them.

use std::time::Duration;

use serde::Serialize;

/// What is told about some times, milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Percentiles {
    /// Half of them are at most this.
    pub median: f64,
    /// 95 of 100 are at most this.
    pub p95: f64,
    /// 99 of 100 are at most this.
    pub p99: f64,
    /// The longest.
    pub max: f64,
}

impl Percentiles {
    /// By the nearest rank; zeros when there are no times.
    pub fn of(times: impl IntoIterator<Item = Duration>) -> Self {
        let mut ms: Vec<f64> = times.into_iter().map(|time| time.as_secs_f64() * 1e3).collect();
        ms.sort_unstable_by(f64::total_cmp);
        let rank = |share: f64| {
            let rank = (share * ms.len() as f64).ceil().max(1.0) as usize;
            ms.get(rank - 1).copied().unwrap_or_default()
        };
        Self { median: rank(0.5), p95: rank(0.95), p99: rank(0.99), max: rank(1.0) }
    }
}

/// A number of milliseconds as short as it can be read.
pub fn ms_text(ms: f64) -> String {
    match ms {
        ..10.0 => format!("{ms:.2}"),
        10.0..100.0 => format!("{ms:.1}"),
        _ => format!("{ms:.0}"),
    }
}

/// The most memory that the program has held so far, bytes; `None` where the system does not tell.
pub fn peak_memory_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_by_the_nearest_rank() {
        let of = |ms: &[u64]| Percentiles::of(ms.iter().map(|ms| Duration::from_millis(*ms)));
        let hundred: Vec<u64> = (1..=100).rev().collect();
        assert_eq!(of(&hundred), Percentiles { median: 50.0, p95: 95.0, p99: 99.0, max: 100.0 });
        assert_eq!(of(&[7]), Percentiles { median: 7.0, p95: 7.0, p99: 7.0, max: 7.0 });
        assert_eq!(of(&[]), Percentiles::default());
    }

    #[test]
    fn times_are_told_with_three_digits() {
        assert_eq!([0.123, 9.87, 45.67, 1234.5].map(ms_text), ["0.12", "9.87", "45.7", "1234"]);
    }
}
