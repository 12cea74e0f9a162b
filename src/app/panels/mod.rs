//! The parts of the window: one file each. A panel draws itself from the state, which it only reads, and asks for
//! what it wants with [`Request`](super::request::Request)s.
