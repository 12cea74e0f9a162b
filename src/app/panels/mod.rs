//! The parts of the window: one file each. A panel draws itself from the state, which it only reads, and asks for
//! what it wants with [`Request`](super::request::Request)s.

pub mod details;
pub mod filmstrip;
pub mod gallery;
pub mod labels;
pub mod menu_bar;
pub mod messages_panel;
pub mod objects;
pub mod side;
pub mod status_bar;
pub mod tool_strip;
pub mod welcome;
