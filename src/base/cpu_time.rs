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

#[cfg(test)]
mod tests {
    use super::*;

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
