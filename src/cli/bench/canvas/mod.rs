//! `fieldmark bench canvas`: a generated scene, looked at and edited as in the window, drawn by the same code.
//!
//! [`Desk`](desk::Desk) is the window's part of the canvas without the window, [`Phase`](gesture::Phase) what the person
//! does in front of it, `shapes` and `picture` what is on it, and `report` what is told afterwards.

#[cfg(feature = "desktop")]
mod desk;
#[cfg(feature = "desktop")]
mod gesture;
#[cfg(feature = "desktop")]
mod picture;
#[cfg(feature = "desktop")]
mod report;
#[cfg(feature = "desktop")]
mod running;
#[cfg(feature = "desktop")]
mod shapes;

#[cfg(not(feature = "desktop"))]
use crate::cli::console::Console;
use crate::cli::parse::size;
use crate::pixels::Size;

/// Look at and edit a generated scene, and tell how long frames take
///
/// "Ours" is the processor time of the thread that draws the window: the tool, following edits, layers, uploads, draw calls.
/// "Wall" is how long that was on the wall, which is more where other programs run.
/// "Driver" is what the graphics driver and the GPU take besides; without a GPU that is the drawing itself.
/// Frames come at most 60 times a second, as in a window, and the picture is read by region on other threads meanwhile.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many shapes.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..=5_000_000))]
    shapes: u32,

    /// Which shapes.
    #[cfg(feature = "desktop")]
    #[arg(long, value_enum, default_value = "polygons")]
    kind: shapes::Kind,

    /// Points of each polygon.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(3..=10_000))]
    points: u32,

    /// The size of the picture.
    #[arg(long, value_name = "WxH", default_value = "60000x60000", value_parser = size)]
    picture: Size,

    /// Only the shapes: nothing is read or drawn of the picture under them.
    #[arg(long)]
    no_picture: bool,

    /// The size of the view, at most that of a texture.
    #[arg(long, value_name = "WxH", default_value = "1920x1080", value_parser = size)]
    view: Size,

    /// The most frames of each gesture.
    #[arg(long, default_value_t = 120, value_parser = clap::value_parser!(u32).range(2..=100_000))]
    frames: u32,

    /// The most seconds for each gesture.
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
}

#[cfg(not(feature = "desktop"))]
impl Args {
    pub fn run(self, _: &Console) -> anyhow::Result<()> {
        let Self { shapes: _, points: _, picture: _, no_picture: _, view: _, frames: _, seconds: _ } = self;
        anyhow::bail!("this build cannot draw; use one with the feature `desktop`")
    }
}
