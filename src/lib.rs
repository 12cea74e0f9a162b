//! Fieldmark: label pictures and video on your own machine, with or without a network.
//!
//! This page is the architecture. It says what the parts are, which may use which, and what is never where.
//! `tests/architecture.rs` holds the source to it; to change the picture, change both.
//!
//! # Three promises
//!
//! 1. **Nothing is ever lost.** A finished gesture is on disk, and what somebody wrote is kept even when somebody
//!    else's later write stands.
//! 2. **The hand never waits.** No decoding, no disk and no network on the thread that draws.
//! 3. **What you see is the pixel that it says it is.** A vertex at x = 10 lies on the left edge of pixel column 10,
//!    on screen, in the file and in every export.
//!
//! # Layers
//!
//! One package, one library, one program. A folder of `src/` uses folders on lower levels only: never one of its own
//! level, never one above.
//!
//! ```text
//! 6  main.rs → cli                     arguments in, exit code out
//! 5        app                         the window
//! 4              project               everything that a person can do, without a window
//! 3                                    (sync: the offline client of a remote, to come)
//! 2  tools render media infer formats store   specialists, unaware of each other
//! 1  edit ← model ← geometry · pixels  the domain
//! 0  base                              jobs, ids, clock, caches, reports
//! ```
//!
//! | folder | what lives there | what never does |
//! |---|---|---|
//! | `base` | background jobs that are cancelled by dropping their handle, time-ordered ids, a clock that tests can set, caches with a budget of bytes, reports of partial failure | a word of labelling |
//! | `geometry` | points, boxes, polygons with holes, their set operations, run-length masks, tracing, simplification, hit tests, a spatial index; all f64 in image pixels | labels |
//! | `pixels` | pictures and frames in memory: pixel formats, tiles, pyramids, windows of values, colour maps | files, the GPU |
//! | `model` | the nouns: schema, asset, object, shape, track, span, tag, task, provenance; one file for each kind of shape | files, clocks, the screen |
//! | `edit` | ops, their fold into documents, transactions, undo, conflicts, the clipboard, tracks between keyframes | files, the screen |
//! | `tools` | what the pointer means: one state machine for each tool, in image coordinates; the timeline of a video, in points of its panel | egui, the GPU, files |
//! | `render` | the picture and shapes on the GPU, on screen and offscreen through the same code | objects, labels, files |
//! | `media` | finding, probing and decoding pictures, reading large ones by region, their tiles and what is kept of them on disk, the frames and the sound of videos, thumbnails, loaders that never block | labels |
//! | `infer` | what the computer works out by itself from the picture: what models find, outlines along edges, areas of one look, look-alikes, and carrying shapes through the frames of a video | the screen; files and ONNX Runtime outside its `runtime` |
//! | `formats` | one part for each exchange format, the preflight, the check after writing | the screen, the project file |
//! | `store` | the project file: op log, summaries, undo history, one writer, many readers | the screen, the network |
//! | `project` | use cases: create, open, edit, undo, import, export, scan; what objects look like | egui |
//! | `app` | the window: commands, canvas, panels, timeline, playing, reviewing, dialogs, theme | algorithms |
//! | `cli` | one thin file for each subcommand | algorithms |
//!
//! # Everything is an op
//!
//! The truth is a log of *ops*. An op writes one *register* of one thing: a label, a shape, one keyframe, one
//! attribute, one flag. The state of a thing is the fold of its ops: the latest stamp wins, per register. Ops can
//! come in any order and more than once; the result is the same. Every op names the write that its author saw, so
//! two people who wrote the same register without seeing each other are found out: the later write stands, the
//! other is kept as a conflict. Undo writes ops that restore old values. See [`edit`].
//!
//! From the pointer to the disk: a tool makes [`edit::Edit`]s; [`project::Project::commit`] stamps them into a
//! [`edit::Transaction`], applies it to the documents in memory, and hands it to the [`store`], whose thread writes
//! and syncs it. Readers see what is queued.
//!
//! # Objects over time
//!
//! A video has one document for all of its frames. Tools, canvas and lists see it through an [`edit::FrameView`]: the
//! objects of one frame, where a track is the shape that it has there. So they know nothing of time; what they edit
//! becomes keyframes in [`edit::on_frame`], on its way to [`project::Project::commit`]. Stepping to another frame costs
//! what looks different there. What is done to whole tracks is in [`edit::tracks`], and built on one operation: a track
//! that is one before a frame and another from there on. Comments, review of frames and markers are registers of the
//! asset ([`model::AssetNotes`]).
//!
//! # Pictures of any size
//!
//! Whoever has a picture and whoever draws it meet in one trait, [`pixels::TiledPicture`]: it gives the tiles that are
//! there and takes wishes for others, and never waits. A photo is a [`pixels::MemoryPyramid`] in memory. A large picture
//! is a loader in `media` that reads it by region, from a TIFF's own chunks or from an index of where in a JPEG each part
//! begins, and keeps on disk what took long to make. The canvas draws coarse tiles until the fine ones come.
//!
//! # Tools that look at the picture
//!
//! A tool sees no pixels. What it wants to know it says in a [`tools::Question`], as long as it wants it; the window has a
//! [`project::Sight`] gather the pixels that are on screen, at the resolution on screen, a job works out the answer with
//! what is in [`infer`], and the tool is handed it. The latest question holds. So the hand never waits, and a scan of a
//! gigapixel costs what a screen does.
//!
//! # Coordinates
//!
//! Image space is f64, its origin at the outer *corner* of the top-left pixel, x to the right, y down; pixel (i, j)
//! covers `[i, i + 1) × [j, j + 1)`. EXIF orientation is applied first. Angles are degrees, clockwise on screen. The
//! GPU gets numbers relative to the camera, so a vertex does not tremble a million pixels from the origin. Frames are
//! 0-based in presentation order; intervals of frames are half-open.
//!
//! # Features
//!
//! `desktop` is the window, `server` the headless tools; both are on by default and stand on `files` (media, project
//! file, command line). `video`, a part of `desktop`, is built with FFmpeg's headers and loads its libraries when the
//! first video is opened; without it videos are recognised and refused. `infer`, a part of it too, loads ONNX Runtime when the
//! first model is opened. Without any, the pure folders alone are built,
//! and their tests run in seconds.
//!
//! # Growth
//!
//! A format, a tool, a kind of shape, a panel, a subcommand: each is one new file and one line of a list
//! ([`formats::FORMATS`], [`tools::TOOLS`], [`model::shape::SHAPE_KINDS`], the table of commands, the subcommands).
//! What people read about it is declared in that file, and menus, dialogs, help and tables are made from the list.

pub mod base;
pub mod edit;
pub mod formats;
pub mod geometry;
pub mod infer;
pub mod model;
pub mod pixels;
pub mod tools;

#[cfg(feature = "files")]
pub mod cli;
#[cfg(feature = "files")]
pub mod media;
#[cfg(feature = "files")]
pub mod project;
#[cfg(feature = "files")]
pub mod store;

#[cfg(feature = "desktop")]
pub mod app;
#[cfg(feature = "desktop")]
pub mod render;
