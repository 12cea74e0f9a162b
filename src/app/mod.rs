//! The window.
//!
//! **Four owners of state**, and no field belongs to two: the *document* is the [`Project`](crate::project::Project)
//! (ops: saved, undoable); the *view* is [`View`](view::View) (page, picture, camera, tool, selection, filter,
//! open dialog); what the person chose for good is [`Settings`](settings::Settings); what runs is
//! [`Work`](work::Work) (background jobs and loaders). [`AppState`](state::AppState) holds the four.
//!
//! **A frame** goes like this: results of background work are taken over; shortcuts become
//! [`Request`](request::Request)s, which are carried out; panels, canvas and dialogs are drawn from the state, which
//! they only read, and push requests, which are carried out at the end, in order. So drawing never sees half a
//! change, and nothing but `carry_out` writes. What the hand does on the canvas is carried out before the canvas is
//! drawn: from input to picture in one frame.
//!
//! **One table of commands** ([`commands`]): id, name, help, icon, menu, shortcut, when it is enabled, what it
//! does. Menus, tool strip, palette, shortcut editor and help sheet are drawn from it.
//!
//! **Videos** (`video/`): the open video decodes in the background; the frame on screen is part of the view. What is heard
//! (`sound/`) follows what is seen.
//!
//! **The canvas** (`canvas/`) turns egui's pointer events into the inputs of a tool, in image coordinates, and
//! the document and the tool's draft into the layers that `render` draws.
//!
//! **Nothing is drawn while nothing changes.** Background work asks for one more frame when it has something.
//!
//! **Invariants.** No algorithms. No decoding, disk or waiting on this thread, but for single indexed reads of
//! the project file. Every control has a name for screen readers, and can be reached with the keyboard.

mod asking;
mod canvas;
mod commands;
mod dialogs;
mod following;
mod gpu_watch;
mod head_start;
mod icons;
mod keymap;
mod levels;
mod listing;
mod messages;
mod object_thumbnails;
mod opening;
mod panels;
mod request;
mod review;
mod settings;
mod shell;
mod sound;
mod spans;
mod state;
mod tasks;
mod theme;
mod thumbnails;
mod timeline;
mod transfer;
mod video;
mod view;
mod watcher;
mod widgets;
mod wording;
mod work;

pub use shell::{RunOptions, run};

#[cfg(feature = "ui-test")]
pub use shell::FieldmarkApp;
