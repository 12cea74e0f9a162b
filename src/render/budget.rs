//! What a frame takes for what can also come in a later one.
//!
//! **How it thinks.** A frame shows at once what the hand has just done ([`Layer::at_once`](super::Layer::at_once)) and
//! the next frame of a video. All else, tiles of the picture and versions of shapes, is paid from one allowance of time
//! and bytes, in this order: what would leave a hole on the screen, then what makes it sharper. What does not fit waits
//! for the next frame, and something coarser that is there stands in for it.

use std::time::Duration;

use crate::base::cpu_time::CpuBudget;

/// Processor time that a frame of the canvas takes where some of it can wait: half of what a usual screen leaves.
pub const FRAME_TIME: Duration = Duration::from_millis(8);
/// Uploading goes on however much the rest of the frame took.
const MIN_UPLOAD_TIME: Duration = Duration::from_millis(2);

/// What uploading may take in a frame for what can also come in a later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameBudget {
    /// Processor time of the thread that draws.
    pub time: Duration,
    /// Bytes that a frame sends to the GPU.
    pub upload_bytes: u64,
    /// Bytes of tiles kept on the GPU. A view that needs more has more.
    pub tile_memory_bytes: u64,
}

impl Default for FrameBudget {
    /// All the time of a frame; in memory is what several large screens show.
    fn default() -> Self {
        Self { time: FRAME_TIME, upload_bytes: 16 << 20, tile_memory_bytes: 384 << 20 }
    }
}

impl FrameBudget {
    /// All at once, for a single picture.
    pub const UNLIMITED: Self =
        Self { time: Duration::MAX, upload_bytes: u64::MAX, tile_memory_bytes: u64::MAX };

    /// The usual one, with what the rest of a frame has left of its time.
    pub fn within(frame: &CpuBudget) -> Self {
        Self { time: frame.left().max(MIN_UPLOAD_TIME), ..Self::default() }
    }
}

/// What is left of a frame's budget.
pub(super) struct Allowance {
    time: CpuBudget,
    bytes_left: u64,
    has_given: bool,
}

impl Allowance {
    /// All of it. The time runs from now on.
    pub(super) fn new(budget: &FrameBudget) -> Self {
        Self { time: CpuBudget::new(budget.time), bytes_left: budget.upload_bytes, has_given: false }
    }

    /// Half of it, for what must not take all. The bytes that it pays are to be noted here.
    pub(super) fn half(&self) -> Self {
        Self { time: CpuBudget::new(self.time.left() / 2), bytes_left: self.bytes_left / 2, has_given: false }
    }

    /// Whether so many bytes may be uploaded now; if so, they are paid. The first may always: what is larger than any
    /// budget must get its turn, too.
    pub(super) fn pays(&mut self, num_bytes: u64) -> bool {
        let does = !self.has_given || (num_bytes <= self.bytes_left && !self.time.is_spent());
        if does {
            self.has_given = true;
            self.note(num_bytes);
        }
        does
    }

    /// Takes note of bytes that were uploaded in any case.
    pub(super) fn note(&mut self, num_bytes: u64) {
        self.bytes_left = self.bytes_left.saturating_sub(num_bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_gets_through_and_the_rest_within_bytes_and_time() {
        let budget = FrameBudget { upload_bytes: 10, ..FrameBudget::UNLIMITED };
        let mut allowance = Allowance::new(&budget);
        assert_eq!([6, 5, 4, 1].map(|num_bytes| allowance.pays(num_bytes)), [true, false, true, false]);
        assert!(Allowance::new(&budget).pays(11), "larger than the budget");
        let mut without_time = Allowance::new(&FrameBudget { time: Duration::ZERO, ..budget });
        assert_eq!([1, 1].map(|num_bytes| without_time.pays(num_bytes)), [true, false]);
    }
}
