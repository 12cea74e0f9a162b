//! Hybrid logical clock stamps (Kulkarni et al., "Logical Physical Clocks", 2014).
//!
//! A stamp is wall-clock milliseconds, a counter, and the actor. Each actor's stamps grow, and grow beyond every
//! stamp that the actor has seen, whatever the computer's clock does. So all stamps differ and have one order,
//! which agrees with cause and effect.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::base::clock::Clock;
use crate::model::ActorId;

/// When and by whom a register was written. Ordered by time, then counter, then actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Stamp {
    /// Milliseconds since 1970, at least those of every stamp seen before.
    pub time_ms: u64,
    /// Tells stamps of the same millisecond apart.
    pub counter: u32,
    /// Who wrote.
    pub actor: ActorId,
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}.{:x}.{}", self.time_ms, self.counter, self.actor)
    }
}

impl From<Stamp> for String {
    fn from(stamp: Stamp) -> Self {
        stamp.to_string()
    }
}

/// The text is no stamp.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a stamp (milliseconds.counter.actor)")]
pub struct StampError(String);

impl FromStr for Stamp {
    type Err = StampError;
    fn from_str(text: &str) -> Result<Self, StampError> {
        let parse = || {
            let (time, rest) = text.split_once('.')?;
            let (counter, actor) = rest.split_once('.')?;
            Some(Self {
                time_ms: u64::from_str_radix(time, 16).ok()?,
                counter: u32::from_str_radix(counter, 16).ok()?,
                actor: actor.parse().ok()?,
            })
        };
        parse().ok_or_else(|| StampError(text.to_owned()))
    }
}

impl TryFrom<String> for Stamp {
    type Error = StampError;
    fn try_from(text: String) -> Result<Self, StampError> {
        text.parse()
    }
}

/// Makes one actor's stamps. Clones share the last stamp, so that a background job and the window, which write as
/// the same actor, never make the same one.
#[derive(Clone)]
pub struct StampSource {
    clock: Arc<dyn Clock>,
    actor: ActorId,
    last: Arc<Mutex<(u64, u32)>>,
}

impl StampSource {
    /// A source for one actor. Tell it of every stamp that is known already with [`StampSource::observe`].
    pub fn new(clock: Arc<dyn Clock>, actor: ActorId) -> Self {
        Self { clock, actor, last: Arc::default() }
    }

    /// Whose stamps it makes.
    pub fn actor(&self) -> ActorId {
        self.actor
    }

    /// Makes the next stamp, later than all before it and than all observed ones.
    pub fn next_stamp(&mut self) -> Stamp {
        let now_ms = self.clock.now_ms();
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let (time_ms, counter) = *last;
        *last = if now_ms > time_ms {
            (now_ms, 0)
        } else {
            // A full counter borrows a millisecond from the future: order matters more than the time of day.
            counter.checked_add(1).map_or((time_ms.saturating_add(1), 0), |counter| (time_ms, counter))
        };
        Stamp { time_ms: last.0, counter: last.1, actor: self.actor }
    }

    /// Notes a stamp made elsewhere, so that the next ones are later.
    pub fn observe(&mut self, stamp: Stamp) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = (*last).max((stamp.time_ms, stamp.counter));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock::ManualClock;

    #[test]
    fn stamps_grow_even_when_the_clock_stands_still_or_runs_back() {
        let clock = ManualClock::at_ms(1000);
        let mut source = StampSource::new(Arc::new(clock.clone()), ActorId::from_u128(1));
        let first = source.next_stamp();
        let second = source.next_stamp();
        source.observe(Stamp { time_ms: 90_000, counter: 7, actor: ActorId::from_u128(2) });
        let third = source.next_stamp();
        clock.advance_ms(1_000_000);
        let fourth = source.next_stamp();
        assert!(first < second && second < third && third < fourth);
        assert_eq!((third.time_ms, third.counter), (90_000, 8));
        assert_eq!(fourth.time_ms, 1_001_000);
    }

    #[test]
    fn a_stamp_reads_back_from_its_text() {
        let stamp = Stamp { time_ms: 1_790_000_000_123, counter: 255, actor: ActorId::from_u128(77) };
        assert_eq!(stamp.to_string().parse(), Ok(stamp));
        assert!("nonsense".parse::<Stamp>().is_err());
    }
}
