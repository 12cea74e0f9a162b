//! The parts of the window: one file each. A panel draws itself from the state, which it only reads, and asks for
//! what it wants with [`Request`](super::request::Request)s.
//!
//! What panels share: lists of which only the rows in sight are laid out (`virtual_list`), walked with the keyboard
//! (`list_keys`) and painted by hand (`row`, `picture`); fields that are committed once (`draft`); lists that fold
//! out (`choices`); and what is worked out once after an edit and not in every frame (`object_list`,
//! `selection_summary`).

mod attributes;
mod choices;
mod comments;
pub mod details;
mod display_menu;
mod draft;
pub mod filmstrip;
pub mod frame_preview;
pub mod gallery;
mod gallery_batch;
mod gallery_grid;
mod geometry_fields;
pub mod labels;
mod list_keys;
pub mod menu_bar;
pub mod messages_panel;
mod object_list;
mod object_row;
pub mod objects;
mod picture;
pub mod review;
mod row;
mod selection_summary;
pub mod side;
pub mod status_bar;
pub mod timeline;
pub mod tool_strip;
pub mod transport;
mod virtual_list;
pub mod welcome;

pub use list_keys::belongs_to_panel;
