//! The `fieldmark` program.
fn main() {}
