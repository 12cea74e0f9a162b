//! A window on a project of its own, for tests.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use fieldmark::app::FieldmarkApp;
use fieldmark::base::jobs::JobContext;
use fieldmark::edit::Edit;
use fieldmark::geometry::{Point, Polygon, PolygonPart, Rect};
use fieldmark::media::ThumbnailCache;
use fieldmark::model::{ActorId, Flag, Object, ObjectId, Shape};
use fieldmark::project::{Identity, Project, add_media, folder_project_path};

/// Longer than anything here takes, even on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A window, and the folders that it works in.
pub struct Window {
    pub harness: Harness<'static, FieldmarkApp>,
    folder: tempfile::TempDir,
}

/// How a window is opened.
#[derive(Clone, Copy)]
pub struct Look {
    pub width: f32,
    pub height: f32,
    pub pixels_per_point: f32,
    pub theme: &'static str,
}

impl Default for Look {
    fn default() -> Self {
        Self { width: 1280.0, height: 720.0, pixels_per_point: 1.0, theme: "dark" }
    }
}

fn identity() -> Identity {
    Identity { actor: ActorId::from_u128(7), name: "Test".to_owned() }
}

impl Window {
    /// A window without a project. `has_run_before` skips the questions of the first start.
    pub fn open(look: Look, has_run_before: bool) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let config = folder.path().join("config");
        std::fs::create_dir_all(&config).expect("a folder for the settings");
        // Objects on thumbnails take a GPU device of their own: tests that look at them switch them on.
        let settings = format!(
            "theme = \"{}\"\nhas_chosen_profile = {has_run_before}\nthumbnail_objects = false\n",
            look.theme
        );
        std::fs::write(config.join("settings.toml"), settings).expect("settings");
        let cache = Arc::new(ThumbnailCache::new(folder.path().join("cache"), 100_000_000));
        let harness = Harness::builder()
            .with_size([look.width, look.height])
            .with_pixels_per_point(look.pixels_per_point)
            .with_theme(if look.theme == "light" {
                eframe::egui::Theme::Light
            } else {
                eframe::egui::Theme::Dark
            })
            .with_max_steps(64)
            .wgpu()
            .build_eframe(|creation| FieldmarkApp::new(creation, identity(), config, cache));
        let mut window = Self { harness, folder };
        window.settle();
        window
    }

    /// A window on a project that was filled before.
    pub fn with_project(look: Look, fill: impl FnOnce(&mut Project, &Path)) -> Self {
        let mut window = Self::open(look, true);
        let pictures = window.pictures_folder();
        std::fs::create_dir_all(&pictures).expect("a folder for pictures");
        let path = folder_project_path(&pictures);
        let mut project = Project::create(&path, &identity()).expect("a project");
        fill(&mut project, &pictures);
        project.flush().expect("everything is saved");
        drop(project);
        window.harness.state_mut().open(path);
        window.settle();
        window
    }

    /// The folder of the project.
    pub fn pictures_folder(&self) -> PathBuf {
        self.folder.path().join("street pictures")
    }

    /// Draws frames until nothing is under way any more.
    pub fn settle(&mut self) {
        let start = Instant::now();
        let mut num_quiet = 0;
        while num_quiet < 3 {
            assert!(start.elapsed() < PATIENCE, "the window does not come to rest");
            self.harness.step();
            num_quiet = if self.harness.state_mut().is_settled() { num_quiet + 1 } else { 0 };
            std::thread::yield_now();
        }
    }

    /// Draws frames until something can be seen.
    pub fn wait_until(&mut self, is_there: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !is_there(self) {
            assert!(start.elapsed() < PATIENCE, "it does not come");
            self.harness.step();
            std::thread::yield_now();
        }
        self.settle();
    }

    /// Runs a command, and waits for what comes of it.
    pub fn run(&mut self, command: &'static str) {
        self.harness.state_mut().run_command(command);
        self.harness.step();
        self.settle();
    }

    /// Presses and releases a key.
    pub fn press(&mut self, key: eframe::egui::Key) {
        self.harness.key_press(key);
        self.harness.step();
        self.settle();
    }

    /// Presses and releases a key while others are held.
    pub fn press_with(&mut self, modifiers: eframe::egui::Modifiers, key: eframe::egui::Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.harness.step();
        self.settle();
    }

    /// Drags from one point of the picture to another, image pixels.
    pub fn drag(&mut self, from: (f64, f64), to: (f64, f64)) {
        let middle = ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0);
        self.move_to(from);
        self.button(from, true);
        self.move_to(middle);
        self.move_to(to);
        self.button(to, false);
        self.settle();
    }

    /// Clicks on a point of the picture, image pixels.
    pub fn click(&mut self, at: (f64, f64)) {
        self.move_to(at);
        self.button(at, true);
        self.button(at, false);
        self.settle();
    }

    pub fn move_to(&mut self, at: (f64, f64)) {
        let pos = self.harness.state().points_from_image(at.0, at.1);
        self.harness.event(eframe::egui::Event::PointerMoved(pos));
        self.harness.step();
    }

    fn button(&mut self, at: (f64, f64), pressed: bool) {
        let pos = self.harness.state().points_from_image(at.0, at.1);
        self.harness.event(eframe::egui::Event::PointerButton {
            pos,
            button: eframe::egui::PointerButton::Primary,
            pressed,
            modifiers: eframe::egui::Modifiers::NONE,
        });
        self.harness.step();
    }

    /// Whether there is a control or text with this name.
    pub fn shows(&self, name: &str) -> bool {
        self.harness.query_all_by_label_contains(name).next().is_some()
    }

    pub fn num_objects(&self) -> usize {
        self.harness.state().document().map_or(0, fieldmark::edit::Document::num_objects)
    }
}

/// The photos that come with the program.
pub fn sample_photos() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/sample");
    let mut photos: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the sample is part of the project")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "jpg"))
        .collect();
    photos.sort();
    photos
}

/// Puts photos into the folder under these names, and into the project.
pub fn add_photos(project: &mut Project, folder: &Path, names: &[&str]) {
    for (photo, name) in sample_photos().iter().cycle().zip(names) {
        let mut bytes = std::fs::read(photo).expect("a sample photo");
        // A comment after the picture makes each file one of its own.
        bytes.extend_from_slice(name.as_bytes());
        std::fs::write(folder.join(name), bytes).expect("a copy of the photo");
    }
    add_media(project, &[folder.to_owned()], &JobContext::detached()).expect("the photos are added");
}

/// Adds labels with these names.
pub fn add_labels(project: &mut Project, names: &[&str]) {
    for name in names {
        let label = project.new_label(name);
        project.commit("Add a label", vec![Edit::add_label(&label)]).expect("a label");
    }
}

/// Draws some boxes and polygons on the first picture.
pub fn draw_objects(project: &mut Project, num_objects: usize) {
    let row = project.assets().rows()[0].clone();
    let (width, height) = (f64::from(row.asset.width), f64::from(row.asset.height));
    let labels: Vec<_> = project.schema().labels.iter().map(|label| label.id).collect();
    let columns = (num_objects as f64).sqrt().ceil();
    let edits = (0..num_objects)
        .map(|i| {
            let (column, line) = ((i as f64) % columns, (i as f64 / columns).floor());
            let (w, h) = (width / columns * 0.8, height / columns * 0.7);
            let rect =
                Rect::from_xywh((column + 0.1) * width / columns, (line + 0.15) * height / columns, w, h);
            let shape = if i % 3 == 1 { Shape::Polygon(polygon_in(&rect)) } else { Shape::from_rect(rect) };
            let label = labels.get(i % labels.len().max(1)).copied();
            let mut object = Object::shape(ObjectId::new(), shape, label);
            object.z = i as i64;
            if i % 5 == 4 {
                object.flags.insert(Flag::Locked);
            }
            Edit::create(row.asset.id, &object)
        })
        .collect();
    project.commit("Draw objects", edits).expect("objects");
}

/// A hexagon with a hole that fills a box.
fn polygon_in(rect: &Rect) -> Polygon {
    let at = |x: f64, y: f64| Point::new(rect.min.x + x * rect.width(), rect.min.y + y * rect.height());
    Polygon {
        parts: vec![PolygonPart {
            outer: vec![
                at(0.25, 0.0),
                at(0.8, 0.05),
                at(1.0, 0.5),
                at(0.75, 1.0),
                at(0.2, 0.95),
                at(0.0, 0.45),
            ],
            holes: vec![vec![at(0.4, 0.4), at(0.6, 0.4), at(0.6, 0.6), at(0.4, 0.6)]],
        }],
    }
}
