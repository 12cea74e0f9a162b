//! Typed background jobs on a pool of threads.
//!
//! A job owns its inputs and returns a value. Its handle is polled by the thread that started it and tells
//! how far the job is. **Dropping the handle cancels the job**: one that has not begun never begins, one that
//! runs is asked to stop through its [`JobContext`]. A job that panics ends with [`JobError::Panicked`]; the
//! pool and the program go on.
//!
//! Of the waiting jobs the most urgent begins first and, among equally urgent ones, the *newest*: what was
//! asked for last is what the person is looking at. Long jobs give way to more urgent ones between two steps
//! ([`JobContext::give_way`]).

use std::cmp::Ordering as Order;
use std::collections::BinaryHeap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError, Weak};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, TryRecvError, bounded};

/// How urgent a job is; the lowest begins last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// Housekeeping that nobody waits for.
    Background,
    /// What will probably be looked at next.
    Ahead,
    /// What the person is waiting for.
    Now,
}

/// Why a job gave no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// The job broke; the message is that of the panic.
    #[error("an internal error stopped this job ({0}); please report it")]
    Panicked(String),
    /// The job was called off before it began.
    #[error("it was called off")]
    Cancelled,
    /// The pool was shut down before the job began.
    #[error("the program is closing")]
    Closed,
}

/// Threads that run jobs. Dropping the pool waits for the jobs that run and forgets those that wait.
pub struct JobPool {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Shared {
    queue: Mutex<Queue>,
    wake: Condvar,
}

#[derive(Default)]
struct Queue {
    waiting: BinaryHeap<Waiting>,
    num_submitted: u64,
    is_closed: bool,
}

struct Waiting {
    priority: Priority,
    sequence: u64,
    run: Run,
}

type Run = Box<dyn FnOnce() + Send>;

impl Shared {
    /// Takes the first of the waiting jobs, if it is more urgent than this.
    fn take_above(&self, priority: Priority) -> Option<Run> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.waiting.peek().filter(|next| next.priority > priority)?;
        queue.waiting.pop().map(|next| next.run)
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Order::Equal
    }
}
impl Eq for Waiting {}
impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Order> {
        Some(self.cmp(other))
    }
}
impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> Order {
        (self.priority, self.sequence).cmp(&(other.priority, other.sequence))
    }
}

/// What a running job sees: whether it is still wanted, and where to tell its progress.
#[derive(Clone, Default)]
pub struct JobContext {
    state: Arc<JobState>,
    /// Of a part of a job: which of how many it is.
    part: Option<(u64, u64)>,
    /// The pool that the job runs on, and how urgent it is.
    home: Option<(Weak<Shared>, Priority)>,
}

#[derive(Default)]
struct JobState {
    is_cancelled: AtomicBool,
    done: AtomicU64,
    total: AtomicU64,
    has_started: AtomicBool,
}

impl JobContext {
    /// A context outside any pool, for calling job code directly.
    pub fn detached() -> Self {
        Self::default()
    }

    /// Whether nobody wants the result any more. Long jobs ask often, and return early.
    pub fn is_cancelled(&self) -> bool {
        self.state.is_cancelled.load(Ordering::Relaxed)
    }

    /// Tells how many of how many steps are done.
    pub fn set_progress(&self, done: u64, total: u64) {
        let (done, total) = match self.part {
            None => (done, total),
            Some((part, num_parts)) => {
                let within = u128::from(done) * u128::from(STEPS_OF_A_PART) / u128::from(total.max(1));
                let within = u64::try_from(within).unwrap_or(STEPS_OF_A_PART).min(STEPS_OF_A_PART);
                (part * STEPS_OF_A_PART + within, num_parts * STEPS_OF_A_PART)
            }
        };
        self.state.total.store(total, Ordering::Relaxed);
        self.state.done.store(done, Ordering::Relaxed);
    }

    /// A context for one of several parts of the job, counted from 0: what that tells as its progress is a part of the
    /// whole.
    pub fn part(&self, part: u64, num_parts: u64) -> Self {
        Self { part: Some((part, num_parts)), ..self.clone() }
    }

    /// Does on this thread what waits in the pool and is more urgent than this job. Long jobs ask for it between two
    /// steps, while they hold nothing that others wait for: so what the person looks at comes also while all threads
    /// have long jobs.
    pub fn give_way(&self) {
        let Some((shared, priority)) = &self.home else { return };
        let Some(shared) = shared.upgrade() else { return };
        while !self.is_cancelled()
            && let Some(run) = shared.take_above(*priority)
        {
            run();
        }
    }
}

/// So finely is the progress of a part told.
const STEPS_OF_A_PART: u64 = 1000;

/// The only tie to a job: its progress and, once, its result. Dropping it cancels the job.
pub struct Job<T> {
    context: JobContext,
    result: Receiver<Result<T, JobError>>,
}

impl<T> Job<T> {
    /// The result, when there is one. Gives it away: after the first `Some`, `None` for ever.
    pub fn poll(&self) -> Option<Result<T, JobError>> {
        match self.result.try_recv() {
            Ok(result) => Some(result),
            Err(TryRecvError::Empty) => None,
            // The sender lives as long as the job waits or runs. It is gone either after the result was taken or
            // because the pool closed.
            Err(TryRecvError::Disconnected) => None,
        }
    }

    /// Waits for the result.
    pub fn wait(self) -> Result<T, JobError> {
        self.result.recv().unwrap_or(Err(JobError::Closed))
    }

    /// Asks the job to stop, and keeps the handle: the result tells whether it got through before.
    pub fn cancel(&self) {
        self.context.state.is_cancelled.store(true, Ordering::Relaxed);
    }

    /// Steps done and steps in all, as the job told them; 0 of 0 until it does.
    pub fn progress(&self) -> (u64, u64) {
        let state = &self.context.state;
        (state.done.load(Ordering::Relaxed), state.total.load(Ordering::Relaxed))
    }

    /// Whether a thread has begun with it.
    pub fn has_started(&self) -> bool {
        self.context.state.has_started.load(Ordering::Relaxed)
    }
}

impl<T> Drop for Job<T> {
    fn drop(&mut self) {
        self.cancel();
    }
}

impl JobPool {
    /// A pool of `num_threads` threads, at least one.
    pub fn new(num_threads: usize) -> Self {
        let shared = Arc::new(Shared { queue: Mutex::default(), wake: Condvar::new() });
        let threads = (0..num_threads.max(1))
            .map(|i| {
                let shared = Arc::clone(&shared);
                std::thread::Builder::new()
                    .name(format!("job-{i}"))
                    .spawn(move || work(&shared))
                    .expect("the system can start a thread")
            })
            .collect();
        Self { shared, threads }
    }

    /// A pool with one thread for each processor.
    pub fn with_all_processors() -> Self {
        Self::new(std::thread::available_parallelism().map_or(2, usize::from))
    }

    /// Hands in a job. `on_done` runs on the worker after the result is there: to wake whoever polls.
    pub fn submit<T: Send + 'static>(
        &self,
        priority: Priority,
        on_done: impl FnOnce() + Send + 'static,
        job: impl FnOnce(&JobContext) -> T + Send + 'static,
    ) -> Job<T> {
        let home = Some((Arc::downgrade(&self.shared), priority));
        let context = JobContext { home, ..JobContext::default() };
        let (sender, result) = bounded(1);
        let job_context = context.clone();
        let run = Box::new(move || {
            if job_context.is_cancelled() {
                // Where the handle was dropped nobody is told.
                if sender.send(Err(JobError::Cancelled)).is_ok() {
                    on_done();
                }
                return;
            }
            job_context.state.has_started.store(true, Ordering::Relaxed);
            let outcome = catch_unwind(AssertUnwindSafe(|| job(&job_context)))
                .map_err(|panic| JobError::Panicked(panic_message(panic.as_ref())));
            // The receiver is gone when the job was cancelled meanwhile: then nobody wants the result.
            let _ = sender.send(outcome);
            on_done();
        });
        let mut queue = self.shared.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.num_submitted += 1;
        let sequence = queue.num_submitted;
        queue.waiting.push(Waiting { priority, sequence, run });
        drop(queue);
        self.shared.wake.notify_one();
        Job { context, result }
    }
}

impl Drop for JobPool {
    fn drop(&mut self) {
        {
            let mut queue = self.shared.queue.lock().unwrap_or_else(PoisonError::into_inner);
            queue.is_closed = true;
            queue.waiting.clear();
        }
        self.shared.wake.notify_all();
        let this_thread = std::thread::current().id();
        // A job that held the pool longest drops it on a worker, which cannot wait for itself.
        for thread in self.threads.drain(..).filter(|thread| thread.thread().id() != this_thread) {
            // A worker only ends by returning: jobs' panics are caught.
            let _ = thread.join();
        }
    }
}

fn work(shared: &Shared) {
    loop {
        let run = {
            let mut queue = shared.queue.lock().unwrap_or_else(PoisonError::into_inner);
            loop {
                if queue.is_closed {
                    return;
                }
                if let Some(next) = queue.waiting.pop() {
                    break next.run;
                }
                queue = shared.wake.wait(queue).unwrap_or_else(PoisonError::into_inner);
            }
        };
        run();
    }
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|s| (*s).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossbeam_channel::unbounded;

    #[test]
    fn a_long_job_gives_way_to_what_is_more_urgent_and_to_nothing_else() {
        let pool = Arc::new(JobPool::new(1));
        let (done, order) = unbounded();
        let (begun, begins) = unbounded();
        let (go_on, waits) = unbounded();
        let long = pool.submit(Priority::Ahead, || (), {
            let done = done.clone();
            move |context| {
                let _ = begun.send(());
                let _ = waits.recv();
                context.give_way();
                let _ = done.send("long");
            }
        });
        begins.recv().unwrap();
        let others = [("ahead", Priority::Ahead), ("now", Priority::Now), ("later", Priority::Background)];
        let others = others.map(|(name, priority)| {
            let done = done.clone();
            pool.submit(priority, || (), move |_| done.send(name).is_ok())
        });
        go_on.send(()).unwrap();
        assert_eq!(long.wait(), Ok(()));
        for job in others {
            assert_eq!(job.wait(), Ok(true));
        }
        assert_eq!(order.try_iter().collect::<Vec<_>>(), ["now", "long", "ahead", "later"]);
        JobContext::detached().give_way();
    }

    #[test]
    fn a_job_returns_its_value_once() {
        let pool = JobPool::new(2);
        assert_eq!(pool.submit(Priority::Now, || (), |_| 6 * 7).wait(), Ok(42));
    }

    #[test]
    fn a_panic_ends_its_job_and_nothing_else() {
        let pool = JobPool::new(1);
        let broken = pool.submit(Priority::Now, || (), |_| -> u8 { panic!("ouch") });
        assert_eq!(broken.wait(), Err(JobError::Panicked("ouch".to_owned())));
        assert_eq!(pool.submit(Priority::Now, || (), |_| 1).wait(), Ok(1));
    }

    #[test]
    fn a_dropped_job_never_begins_and_the_newest_urgent_one_goes_first() {
        let pool = JobPool::new(1);
        let (gate_sender, gate) = bounded::<()>(0);
        let (order_sender, order) = unbounded();
        let blocker = pool.submit(Priority::Now, || (), move |_| gate.recv());
        while !blocker.has_started() {
            std::thread::yield_now();
        }
        let submit = |name: &'static str, priority| {
            let sender = order_sender.clone();
            pool.submit(priority, || (), move |_| sender.send(name))
        };
        let _background = submit("background", Priority::Background);
        let _older = submit("older", Priority::Now);
        let dropped = submit("dropped", Priority::Now);
        let _newer = submit("newer", Priority::Now);
        drop(dropped);
        gate_sender.send(()).unwrap();
        let ran: Vec<_> = (0..3).map(|_| order.recv().unwrap()).collect();
        assert_eq!(ran, ["newer", "older", "background"]);
    }

    #[test]
    fn a_job_that_is_called_off_answers_all_the_same() {
        let pool = JobPool::new(1);
        let (gate_sender, gate) = bounded::<()>(0);
        let running = pool.submit(
            Priority::Now,
            || (),
            move |context| {
                gate.recv().unwrap();
                context.is_cancelled()
            },
        );
        while !running.has_started() {
            std::thread::yield_now();
        }
        let waiting = pool.submit(Priority::Now, || (), |_| true);
        waiting.cancel();
        running.cancel();
        gate_sender.send(()).unwrap();
        assert_eq!(running.wait(), Ok(true));
        assert_eq!(waiting.wait(), Err(JobError::Cancelled));
    }

    #[test]
    fn a_job_may_be_the_last_to_drop_the_pool() {
        let pool = Arc::new(JobPool::new(1));
        let (gate_sender, gate) = bounded::<()>(0);
        let (done_sender, done) = bounded(1);
        let held = Arc::clone(&pool);
        let _job = pool.submit(
            Priority::Now,
            || (),
            move |_| {
                let _ = gate.recv();
                drop(held);
                done_sender.send("dropped").unwrap();
            },
        );
        drop(pool);
        gate_sender.send(()).unwrap();
        assert_eq!(done.recv(), Ok("dropped"));
    }

    #[test]
    fn a_running_job_sees_that_it_is_cancelled() {
        let pool = JobPool::new(1);
        let (sender, receiver) = bounded(1);
        let job = pool.submit(
            Priority::Now,
            || (),
            move |context| {
                context.set_progress(1, 2);
                while !context.is_cancelled() {
                    std::thread::yield_now();
                }
                sender.send("stopped").unwrap();
            },
        );
        while job.progress() != (1, 2) {
            std::thread::yield_now();
        }
        drop(job);
        assert_eq!(receiver.recv(), Ok("stopped"));
    }
}
