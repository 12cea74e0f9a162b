//! Nothing is ever lost: killed processes, full disks, and files that cannot be opened as they should.

#[path = "durability/bulk.rs"]
mod bulk;
#[path = "durability/creation.rs"]
mod creation;
#[path = "durability/desk.rs"]
mod desk;
#[path = "durability/disk.rs"]
mod disk;
#[path = "durability/full_disk.rs"]
mod full_disk;
#[path = "durability/kill.rs"]
mod kill;
#[path = "durability/plan.rs"]
mod plan;
#[path = "durability/read_only.rs"]
mod read_only;
#[path = "durability/refusals.rs"]
mod refusals;
#[path = "durability/worker.rs"]
mod worker;
