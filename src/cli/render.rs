//! `fieldmark render`: a picture, or a frame of a video, with its objects, drawn by the same code as the window's canvas.

use std::path::PathBuf;

use super::console::Console;
use super::parse::{region, size};
use crate::geometry::Rect;
use crate::pixels::Size;

/// Draw a picture, or a frame of a video, with its objects into a PNG file, as the window would
#[derive(clap::Args)]
pub(super) struct Args {
    /// The project.
    project: PathBuf,

    /// The picture: its path in the project or, where there is only one of it, its file name.
    #[arg(long, value_name = "NAME")]
    asset: String,

    /// The frame of a video, counted from 0; negative numbers count from the end, -1 being the last.
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    frame: Option<i64>,

    /// The PNG file to write.
    #[arg(short, long, value_name = "OUT.png")]
    output: PathBuf,

    /// Size of the PNG in pixels; that of the region when it is not given.
    #[arg(long, value_name = "WxH", value_parser = size)]
    size: Option<Size>,

    /// The part to show, in pixels of the picture; all of it when it is not given.
    #[arg(long, value_name = "X,Y,W,H", value_parser = region, allow_hyphen_values = true)]
    region: Option<Rect>,

    /// Only the picture, without its objects.
    #[arg(long)]
    no_labels: bool,
}

#[cfg(not(feature = "desktop"))]
impl Args {
    pub fn run(self, _: &Console) -> anyhow::Result<()> {
        let Self { project: _, asset: _, frame: _, output: _, size: _, region: _, no_labels: _ } = self;
        anyhow::bail!("this build cannot draw; use one with the feature `desktop`")
    }
}

#[cfg(feature = "desktop")]
mod drawing {
    use std::collections::BTreeSet;
    use std::path::Path;
    use std::sync::Arc;

    use anyhow::Context as _;
    use serde_json::json;

    use super::super::parse::project_path;
    use super::{Args, Console};
    use crate::base::jobs::{JobContext, JobPool};
    use crate::edit::FrameView;
    use crate::geometry::Rect;
    use crate::media::{
        DEFAULT_TILE_MEMORY_BYTES, MediaError, OpenedPicture, Opening, PyramidCache, TileMemory,
        WaitingPicture, fingerprint,
    };
    use crate::model::AssetKind;
    use crate::pixels::{Size, Window};
    use crate::project::scene::{Look, Scene, SceneStyle, SceneView, Workers};
    use crate::project::{Identity, OpenMode, Project};
    use crate::render::{Camera, Color, Display, Frame, FramePicture, OffscreenRenderer};

    /// Where the view is larger than the picture.
    const BACKGROUND: Color = Color::rgb(0x12, 0x13, 0x16);

    impl Args {
        pub fn run(self, console: &Console) -> anyhow::Result<()> {
            let is_png = self.output.extension().is_some_and(|e| e.eq_ignore_ascii_case("png"));
            anyhow::ensure!(
                is_png,
                "the picture is written as PNG; let the name end in .png [{}]",
                self.output.display()
            );
            let mut project =
                Project::open(&project_path(&self.project), OpenMode::Read, &Identity::load()?)?;
            let row = project.assets().find(&self.asset).with_context(|| {
                format!(
                    "the project has no picture {:?}, or several; give its path in the project",
                    self.asset
                )
            })?;
            let (id, kind) = (row.asset.id, row.asset.kind);
            let path =
                project.asset_path(id).context("this picture is an address, and only files can be drawn")?;
            let shown = match (kind, self.frame) {
                (AssetKind::Video, frame) => shown_frame(&path, frame.unwrap_or(0), console)?,
                (AssetKind::Picture, None) => shown_picture(&path, console)?,
                (AssetKind::Picture, Some(_)) => anyhow::bail!("a picture has no frames; leave --frame out"),
            };
            let whole = Rect::from_xywh(0.0, 0.0, f64::from(shown.size.width), f64::from(shown.size.height));
            let region = self.region.unwrap_or(whole);
            let size = self.size.unwrap_or_else(|| pixels_of(&region));
            let camera = Camera::fit_rect(&region, size, 0.0);
            let mut layers = Vec::new();
            let mut num_objects = 0;
            if !self.no_labels {
                let schema = Arc::clone(project.schema());
                let document = project.load_document(id)?;
                let mut on_frame = FrameView::new(id);
                let objects = match shown.frame {
                    None => document.alive(),
                    Some(frame) => {
                        on_frame.follow(document, frame);
                        on_frame.objects()
                    }
                };
                num_objects = objects.len();
                let view = SceneView {
                    objects,
                    schema: &schema,
                    style: SceneStyle::default(),
                    look: Look::Plain,
                    camera,
                    is_shown: &|_| true,
                    shown_key: 0,
                    left_out: &BTreeSet::new(),
                };
                layers = Scene::default().layers(&view, Workers::Here);
            }
            let frame = Frame {
                camera,
                picture: Some(shown.picture),
                display: Display { window: shown.window, ..Display::default() },
                probe: None,
                layers,
            };
            let mut renderer = OffscreenRenderer::new()?;
            let drawn = renderer.render(&frame, BACKGROUND)?;
            image::save_buffer(
                &self.output,
                drawn.rgba(),
                size.width,
                size.height,
                image::ExtendedColorType::Rgba8,
            )
            .with_context(|| format!("the picture could not be written [{}]", self.output.display()))?;
            let adapter = renderer.adapter_summary().to_string();
            console.result(
                &json!({
                    "file": self.output, "width": size.width, "height": size.height, "frame": shown.frame,
                    "num_objects": num_objects, "adapter": adapter,
                }),
                || format!("{} ({} × {} pixels)", self.output.display(), size.width, size.height),
            )
        }
    }

    /// What lies under the objects.
    struct Shown {
        size: Size,
        picture: FramePicture,
        window: Option<Window>,
        /// Of a video, the number of the frame.
        frame: Option<u32>,
    }

    fn shown_picture(path: &Path, console: &Console) -> anyhow::Result<Shown> {
        let opened = open(path)?;
        if let Some(warning) = opened.warning() {
            console.say(&warning);
        }
        Ok(Shown {
            size: opened.size(),
            window: opened.tiles().overview().map(|tile| Window::to_see(&tile)),
            picture: FramePicture::Tiles(Arc::new(WaitingPicture(Arc::clone(opened.tiles())))),
            frame: None,
        })
    }

    fn shown_frame(path: &Path, wanted: i64, console: &Console) -> anyhow::Result<Shown> {
        use crate::media::Orientation;
        use crate::media::video::{PictureConverter, Verification, num_decoding_threads};
        use crate::pixels::{MemoryPyramid, Tile};
        use crate::render::VideoPicture;

        let video = super::super::videos::open(path, None, Verification::WhenNeeded, console)?;
        let num_frames = video.index().num_frames();
        let from = if wanted < 0 { num_frames as i64 } else { 0 };
        let number = usize::try_from(from.saturating_add(wanted)).ok().filter(|number| *number < num_frames);
        let number = number.with_context(|| {
            format!("the video has no frame {wanted}; its frames are 0 to {}", num_frames - 1)
        })?;
        if video.index().is_damaged(number) {
            console.say("this frame is damaged in the file: part of it is made up");
        }
        let frame = video.reader(num_decoding_threads()).read(number, &|| true, None)?;
        let orientation = video.info().picture().map_or(Orientation::Normal, |p| p.orientation);
        let (size, picture) = match frame.share() {
            Some(frame) => {
                let picture = VideoPicture { frame, turn: orientation.into() };
                (picture.size(), FramePicture::Video(Arc::new(picture)))
            }
            None => {
                let picture = PictureConverter::default()
                    .convert(&frame, orientation)
                    .context("the pixel format of the video cannot be drawn")?;
                let tile = Tile::from(&picture);
                (picture.size(), FramePicture::Tiles(Arc::new(MemoryPyramid::new(tile))))
            }
        };
        Ok(Shown { size, picture, window: None, frame: u32::try_from(number).ok() })
    }

    fn open(path: &Path) -> Result<OpenedPicture, MediaError> {
        let tile_memory = Arc::new(TileMemory::new(DEFAULT_TILE_MEMORY_BYTES));
        let pool = Arc::new(JobPool::with_all_processors());
        let pyramids = Some(Arc::new(PyramidCache::in_cache_folder()));
        let opening = Opening { pyramids, ..Opening::new(pool, Arc::new(|| ()), tile_memory) };
        // As the window knows it, so that each finds what the other has made.
        let key = fingerprint(path)?.into();
        let opened = opening.open(path, key, &JobContext::detached())?;
        opened.wait_until_exact();
        Ok(opened)
    }

    /// One pixel for each of the region, at least one.
    fn pixels_of(region: &Rect) -> Size {
        let side = |length: f64| length.ceil().clamp(1.0, f64::from(u32::MAX)) as u32;
        Size::new(side(region.width()), side(region.height()))
    }
}
