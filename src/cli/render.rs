//! `fieldmark render`: a picture with its objects, drawn by the same code as the window's canvas.

use std::path::PathBuf;

use super::console::Console;
use super::parse::{region, size};
use crate::geometry::Rect;
use crate::pixels::Size;

/// Draw a picture with its objects into a PNG file, as the window would
#[derive(clap::Args)]
pub(super) struct Args {
    /// The project.
    project: PathBuf,

    /// The picture: its path in the project or, where there is only one of it, its file name.
    #[arg(long, value_name = "NAME")]
    asset: String,

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
        let Self { project: _, asset: _, output: _, size: _, region: _, no_labels: _ } = self;
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
    use crate::geometry::Rect;
    use crate::media::{
        DEFAULT_TILE_MEMORY_BYTES, MediaError, OpenedPicture, Opening, PyramidCache, TileMemory,
        WaitingPicture, fingerprint,
    };
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
            let id = row.asset.id;
            let path =
                project.asset_path(id).context("this picture is an address, and only files can be drawn")?;
            let opened = open(&path)?;
            if let Some(warning) = opened.warning() {
                console.say(&warning);
            }
            let picture_size = opened.size();
            let whole =
                Rect::from_xywh(0.0, 0.0, f64::from(picture_size.width), f64::from(picture_size.height));
            let region = self.region.unwrap_or(whole);
            let size = self.size.unwrap_or_else(|| pixels_of(&region));
            let camera = Camera::fit_rect(&region, size, 0.0);
            let mut layers = Vec::new();
            let mut num_objects = 0;
            if !self.no_labels {
                let schema = Arc::clone(project.schema());
                let document = project.load_document(id)?;
                num_objects = document.num_objects();
                let view = SceneView {
                    objects: document.alive(),
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
                picture: Some(FramePicture::Tiles(Arc::new(WaitingPicture(Arc::clone(opened.tiles()))))),
                display: Display {
                    window: opened.tiles().overview().map(|tile| Window::to_see(&tile)),
                    ..Display::default()
                },
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
                    "file": self.output, "width": size.width, "height": size.height,
                    "num_objects": num_objects, "adapter": adapter,
                }),
                || format!("{} ({} × {} pixels)", self.output.display(), size.width, size.height),
            )
        }
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
