//! The window, driven without a display through its accessibility tree and with a real renderer.

mod canvas;
mod dialogs;
mod following;
mod keyboard;
mod panels;
mod review;
mod seeing;
mod shots;
mod timeline;
mod video;
mod window;
mod work;
