//! Whether a device may decode a video: only if it gives the very same frames.

use std::sync::Arc;

use super::VideoSource;
use super::ffmpeg::{HardwareDevice, StreamFacts};
use super::pump::Pump;
use crate::base::jobs::JobContext;

/// Frames that are compared, from the beginning.
const NUM_FRAMES: usize = 12;

/// Up to this many pixels processors are as fast, and going to a frame costs a device more.
const MAX_PIXELS_FOR_PROCESSOR: u64 = 1920 * 1088;

/// A device for the stream, where there is one, it is worth while, and its first frames are those of a decoder on the
/// processor, byte by byte.
pub(super) fn device_for(
    source: &VideoSource,
    facts: &StreamFacts,
    context: &JobContext,
) -> Option<Arc<HardwareDevice>> {
    if u64::from(facts.width) * u64::from(facts.height) <= MAX_PIXELS_FOR_PROCESSOR {
        return None;
    }
    let mut demuxer = source.demuxer().ok()?;
    demuxer.select(facts.index);
    let device = HardwareDevice::for_stream(&demuxer)?;
    drop(demuxer);
    let is_exact = gives_the_same(source, facts, &device, context)?;
    log::debug!("{} decodes {} exactly: {is_exact}", device.name(), source.path().display());
    is_exact.then(|| Arc::new(device))
}

fn gives_the_same(
    source: &VideoSource,
    facts: &StreamFacts,
    device: &HardwareDevice,
    context: &JobContext,
) -> Option<bool> {
    let mut expected = Pump::open(source, facts.index, 1).ok()?;
    let mut found = Pump::open_on(source, facts.index, 1, Some(device)).ok()?;
    let is_wanted = || !context.is_cancelled();
    for _ in 0..NUM_FRAMES {
        let expected = expected.next_frame_of_any_packet(&is_wanted).ok()?;
        let found = found.next_frame_of_any_packet(&is_wanted).ok()?;
        let is_same = match (&expected, &found) {
            (Some(a), Some(b)) => a.packet_number() == b.packet_number() && a.checksum() == b.checksum(),
            (a, b) => return Some(a.is_none() && b.is_none()),
        };
        if !is_same {
            return Some(false);
        }
    }
    Some(true)
}
