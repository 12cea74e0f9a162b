//! Exchange formats, from outside: golden files, round trips, damaged files, recognition.

#[path = "formats/cvat.rs"]
mod cvat;
#[path = "formats/damage.rs"]
mod damage;
#[path = "formats/driver.rs"]
mod driver;
#[path = "formats/frames.rs"]
mod frames;
#[path = "formats/golden.rs"]
mod golden;
#[path = "formats/round_trip.rs"]
mod round_trip;
#[path = "formats/video.rs"]
mod video;
#[path = "formats/video_damage.rs"]
mod video_damage;
#[path = "formats/writing.rs"]
mod writing;
