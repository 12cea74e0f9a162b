//! Many pieces of work on all threads of a pool, from within one of its jobs.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::base::jobs::{Job, JobPool, Priority};

/// Does `work` with each item and gives the results in the order of the items. `None` when one of them panicked.
///
/// The caller does its share, so it never waits for a pool that is busy. The other threads take one item at a time
/// and let more urgent jobs go first between two.
pub(super) fn in_parallel<T, R>(
    pool: &Arc<JobPool>,
    num_helpers: usize,
    items: Vec<T>,
    work: impl Fn(T) -> R + Send + Sync + 'static,
) -> Option<Vec<R>>
where
    T: Send + 'static,
    R: Send + 'static,
{
    let num_items = items.len();
    let (sender, results) = unbounded();
    let crew = Arc::new(Crew {
        items: Mutex::new(items.into_iter().enumerate().collect()),
        work: Box::new(work),
        helpers: Mutex::default(),
    });
    for _ in 0..num_helpers.min(num_items.saturating_sub(1)) {
        help(&crew, &Arc::downgrade(pool), sender.clone());
    }
    while crew.take_one(&sender) {}
    // Those that have not begun find nothing left to do.
    drop(sender);
    collect(&results, num_items)
}

fn collect<R>(results: &Receiver<(usize, R)>, num_items: usize) -> Option<Vec<R>> {
    let mut sorted: Vec<Option<R>> = (0..num_items).map(|_| None).collect();
    for _ in 0..num_items {
        // Whoever panicked sends nothing, and nobody holds a sender once all have ended.
        let (index, result) = results.recv().ok()?;
        sorted[index] = Some(result);
    }
    sorted.into_iter().collect()
}

struct Crew<T, R> {
    items: Mutex<VecDeque<(usize, T)>>,
    work: Box<dyn Fn(T) -> R + Send + Sync>,
    /// Dropping them would call them off.
    helpers: Mutex<Vec<Job<()>>>,
}

impl<T, R> Crew<T, R> {
    /// Does one piece of work. `false` when there is none left.
    fn take_one(&self, results: &Sender<(usize, R)>) -> bool {
        let Some((index, item)) = self.items.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
        else {
            return false;
        };
        // Nobody listens any more once one has panicked.
        let _ = results.send((index, (self.work)(item)));
        true
    }
}

/// One piece of work on another thread, and then, behind what is more urgent, the next.
fn help<T: Send + 'static, R: Send + 'static>(
    crew: &Arc<Crew<T, R>>,
    pool: &Weak<JobPool>,
    results: Sender<(usize, R)>,
) {
    let Some(open_pool) = pool.upgrade() else { return };
    // Not by the job itself: it would keep the crew, and the crew the job.
    let (weak_crew, pool) = (Arc::downgrade(crew), pool.clone());
    let job = open_pool.submit(
        Priority::Background,
        || (),
        move |_| {
            if let Some(crew) = weak_crew.upgrade()
                && crew.take_one(&results)
            {
                help(&crew, &pool, results);
            }
        },
    );
    crew.helpers.lock().unwrap_or_else(PoisonError::into_inner).push(job);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let pool = Arc::new(JobPool::new(3));
        let squares = in_parallel(&pool, 3, (0..200).collect(), |n: u64| n * n);
        assert_eq!(squares, Some((0..200).map(|n| n * n).collect()));
        assert_eq!(in_parallel(&pool, 3, Vec::new(), |n: u64| n), Some(Vec::new()));
    }

    #[test]
    fn a_busy_pool_is_not_waited_for() {
        let pool = Arc::new(JobPool::new(1));
        let (within, pool_of_job) = (Arc::clone(&pool), Arc::clone(&pool));
        let job = within.submit(
            Priority::Now,
            || (),
            move |_| in_parallel(&pool_of_job, 2, (0..20).collect(), |n: u32| n + 1),
        );
        assert_eq!(job.wait(), Ok(Some((1..21).collect())));
    }

    #[test]
    fn a_panic_is_told() {
        let pool = Arc::new(JobPool::new(2));
        let slow = |n: u32| {
            if n > 0 && std::thread::current().name().is_some_and(|name| name.starts_with("job-")) {
                panic!("ouch");
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
            n
        };
        assert_eq!(in_parallel(&pool, 2, (0..20).collect(), slow), None);
    }
}
