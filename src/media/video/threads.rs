//! How many threads a decoder gets.

/// More give nothing: decoders hold a frame in memory for each, and wait for each other.
const MAX_THREADS: usize = 16;

/// One for each processor, up to a limit.
pub fn num_decoding_threads() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from).min(MAX_THREADS)
}
