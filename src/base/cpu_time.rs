//! How long this thread or this program has computed: unlike the time on the wall, what other programs do does not count.

use std::time::Duration;

/// The time that the calling thread has spent on a processor since it began. Where the system does not tell, the
/// time that has passed since the first call.
pub fn thread_cpu_time() -> Duration {
    #[cfg(unix)]
    {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
    }
    #[cfg(not(unix))]
    {
        static BEGUN: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
        BEGUN.get_or_init(std::time::Instant::now).elapsed()
    }
}

/// The time that all threads of this program together have spent on processors. Where the system does not tell, the time
/// that has passed since the first call.
pub fn process_cpu_time() -> Duration {
    #[cfg(unix)]
    {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
        Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
    }
    #[cfg(not(unix))]
    {
        thread_cpu_time()
    }
}

/// Some processor time of the thread that made it: it says when that is used up.
#[derive(Clone, Copy, Debug)]
pub struct CpuBudget {
    /// In the time of the thread.
    ends: Duration,
}

impl CpuBudget {
    /// So much from now on.
    pub fn new(time: Duration) -> Self {
        Self { ends: thread_cpu_time().saturating_add(time) }
    }

    /// What is left of it.
    pub fn left(&self) -> Duration {
        self.ends.saturating_sub(thread_cpu_time())
    }

    /// Whether nothing is left.
    pub fn is_spent(&self) -> bool {
        self.left().is_zero()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_spent_by_computing() {
        let budget = CpuBudget::new(Duration::from_micros(50));
        let mut steps = 0_u64;
        while !budget.is_spent() {
            steps += 1;
        }
        assert_eq!(budget.left(), Duration::ZERO, "after {steps} steps");
        assert!(!CpuBudget::new(Duration::MAX).is_spent());
    }

    #[test]
    fn time_goes_on_while_the_thread_computes() {
        let begun = thread_cpu_time();
        let mut steps = 0_u64;
        while thread_cpu_time() == begun {
            steps += 1;
        }
        assert!(thread_cpu_time() > begun, "after {steps} steps");
        assert!(process_cpu_time() >= thread_cpu_time(), "a thread is a part of the program");
    }
}
