//! Pictures of every view in each of its states: how the look of the product is judged.
//!
//! `make shots` sets `FIELDMARK_SHOTS` to a folder and gets all of them there, with an index page. Without it a few
//! are rendered and only checked for not being empty. To add a state, add a line to [`shots`].

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use eframe::egui::{Event, Key, Role};
use egui_kittest::kittest::Queryable as _;

use fieldmark::base::jobs::JobContext;
use fieldmark::model::{Attribute, AttributeId, AttributeInput};
use fieldmark::project::add_media;

use crate::review;
use crate::timeline;
use crate::video::add_counter;
use crate::window::{Look, Window, add_labels, add_photos, draw_objects};

/// One picture: its name, and how to get there.
struct Shot {
    name: &'static str,
    make: fn(Look) -> Window,
}

const NAMES: [&str; 6] =
    ["crossing 1.jpg", "crossing 2.jpg", "crossing 10.jpg", "harbour.jpg", "market.jpg", "night.jpg"];
const LABELS: [&str; 6] = ["person", "car", "bicycle", "traffic light", "dog", "bag"];

fn typical(look: Look) -> Window {
    Window::with_project(look, |project, folder| {
        add_photos(project, folder, &NAMES);
        add_labels(project, &LABELS);
        draw_objects(project, 6);
    })
}

fn video(look: Look) -> Window {
    let mut window = Window::with_project(look, |project, folder| {
        add_counter(project, folder, "crossing.mp4", 200);
        add_labels(project, &LABELS);
        draw_objects(project, 3);
    });
    for _ in 0..7 {
        window.run("video.forward");
    }
    window
}

fn video_range(look: Look) -> Window {
    let mut window = video(look);
    window.run("video.range_start");
    window.run("video.loop");
    for _ in 0..5 {
        window.run("video.forward");
    }
    window.run("video.range_end");
    window.run("video.go_to");
    window
}

/// The pointer on the bar below the picture.
fn video_preview(look: Look) -> Window {
    let mut window = video(look);
    let bar = window.harness.get_by_label("Frame").rect();
    window.harness.event(Event::PointerMoved(bar.left_center() + eframe::egui::vec2(180.0, 0.0)));
    window.settle();
    window
}

fn selected(look: Look) -> Window {
    let mut window = typical(look);
    window.press(Key::Tab);
    window.press(Key::Tab);
    window
}

fn drawing(look: Look) -> Window {
    let mut window = typical(look);
    window.press(Key::P);
    for at in [(60.0, 60.0), (180.0, 50.0), (210.0, 150.0), (120.0, 210.0)] {
        window.click(at);
    }
    window.move_to((70.0, 160.0));
    window
}

fn zoomed(look: Look) -> Window {
    let mut window = selected(look);
    window.run("view.zoom_to_selection");
    for _ in 0..14 {
        window.run("view.zoom_in");
    }
    window
}

fn crowded(look: Look) -> Window {
    Window::with_project(look, |project, folder| {
        add_photos(project, folder, &NAMES);
        let labels: Vec<String> = (1..=60).map(|n| format!("species {n}")).collect();
        add_labels(project, &labels.iter().map(String::as_str).collect::<Vec<_>>());
        draw_objects(project, 400);
    })
}

fn long_names(look: Look) -> Window {
    let mut window = Window::with_project(look, |project, folder| {
        let name = "a picture with a very long name that was made by a camera in the field on a rainy day (copy 2).jpg";
        add_photos(project, folder, &[name, "b.jpg"]);
        add_labels(
            project,
            &[
                "a label whose name goes on and on, because the guideline wants it so",
                "Straßenbeleuchtungsmast mit Schaltkasten (beschädigt)",
                "ok",
            ],
        );
        draw_objects(project, 6);
    });
    window.press(Key::Tab);
    window
}

/// A 16-bit picture as thermal cameras write them: few of the values that there could be.
fn deep(look: Look) -> Window {
    Window::with_project(look, |project, folder| {
        let value = |x: u32, y: u32| {
            let wave = (x as f32 / 90.0).sin() * (y as f32 / 60.0).cos();
            let warm = 900.0 * (-((x as f32 - 500.0).powi(2) + (y as f32 - 240.0).powi(2)) / 9000.0).exp();
            (7600.0 + wave * 160.0 + warm) as u16
        };
        let picture = image::ImageBuffer::from_fn(900, 600, |x, y| image::Luma([value(x, y)]));
        picture.save(folder.join("furnace.png")).expect("a 16-bit picture");
        add_media(project, &[folder.to_owned()], &JobContext::detached()).expect("it is added");
        add_labels(project, &["hot spot", "leak"]);
        draw_objects(project, 1);
    })
}

fn levels(look: Look) -> Window {
    let mut window = deep(look);
    window.press_control(Role::Button, "Brightness and contrast");
    window
}

fn broken(look: Look) -> Window {
    Window::with_project(look, |project, folder| {
        add_photos(project, folder, &["a.jpg", "b.jpg"]);
        std::fs::write(folder.join("a.jpg"), "this is no picture").expect("a broken file");
    })
}

fn empty_project(look: Look) -> Window {
    Window::with_project(look, |_, _| {})
}

fn no_labels(look: Look) -> Window {
    Window::with_project(look, |project, folder| add_photos(project, folder, &["a.jpg"]))
}

fn gallery(look: Look) -> Window {
    let mut window = typical(look);
    window.run("go.done");
    window.run("view.gallery");
    window.run("view.thumbnail_objects");
    window
}

fn big_gallery(look: Look) -> Window {
    let mut window = Window::with_project(look, |project, folder| {
        let names: Vec<String> = (1..=150).map(|n| format!("frame {n}.jpg")).collect();
        add_photos(project, folder, &names.iter().map(String::as_str).collect::<Vec<_>>());
        add_labels(project, &LABELS);
        draw_objects(project, 6);
    });
    window.run("view.gallery");
    window
}

fn messages(look: Look) -> Window {
    let mut window = typical(look);
    window.run("file.save");
    window.run("edit.copy_from_previous");
    window.run("view.messages");
    window
}

macro_rules! dialog {
    ($command:literal) => {
        |look| {
            let mut window = typical(look);
            window.run($command);
            window
        }
    };
}

fn settings_page(look: Look, page: &str) -> Window {
    let mut window = typical(look);
    window.run("file.settings");
    window.press_control(Role::ListBoxOption, page);
    window
}

fn export_of(look: Look, format: &str) -> Window {
    let mut window = typical(look);
    window.run("file.export");
    window.press_control(Role::RadioButton, format);
    window.wait_until(|window| window.shows("as they are"));
    window
}

fn export_of_frames(look: Look) -> Window {
    let mut window = video(look);
    window.run("file.export");
    window.press_control(Role::RadioButton, "YOLO detect");
    window.press_control(Role::RadioButton, "Frames: At intervals");
    window.press_control(Role::CheckBox, "Only a part of the frames");
    window.wait_until(|window| window.shows("as they are"));
    window
}

fn palette_query(look: Look) -> Window {
    let mut window = typical(look);
    window.run("help.palette");
    window.type_text("car");
    window
}

fn label_with_attributes(look: Look) -> Window {
    let mut window = Window::with_project(look, |project, folder| {
        add_photos(project, folder, &NAMES);
        add_labels(project, &LABELS);
        let mut label = project.schema().labels[1].clone();
        let values = ["red", "blue", "white", "another"].map(str::to_owned).to_vec();
        let attribute = |name: &str, input, mutable| Attribute {
            id: AttributeId::new(),
            name: name.to_owned(),
            input,
            default: None,
            mutable,
        };
        label.attributes = vec![
            attribute("colour", AttributeInput::Select { values }, false),
            attribute("speed", AttributeInput::Number { min: Some(0.0), max: None }, true),
            attribute("plate", AttributeInput::Text, false),
        ];
        label.shortcut = Some('c');
        label.definition =
            "Anything with four wheels and an engine. Trucks are labels of their own.".to_owned();
        let edits = fieldmark::project::schema_edits(&project.schema().labels[1], &label);
        project.commit("Edit labels", edits).expect("attributes");
    });
    window.run("labels.edit");
    window.press_control(Role::ListBoxOption, "car");
    window
}

fn labels_problem(look: Look) -> Window {
    let mut window = typical(look);
    window.run("labels.edit");
    window.replace_text("car");
    window
}

fn labels_delete(look: Look) -> Window {
    let mut window = typical(look);
    window.run("labels.edit");
    window.press_control(Role::Button, "Delete label…");
    window
}

fn labels_paste(look: Look) -> Window {
    let mut window = typical(look);
    window.run("labels.edit");
    window.press_control(Role::Button, "Paste a list…");
    window.type_text("truck");
    window
}

fn shortcut_taken(look: Look) -> Window {
    let mut window = settings_page(look, "Keys and mouse");
    window.press_control(Role::Button, "Keys of Look for new files: F5");
    window.press(Key::D);
    window
}

fn exported(look: Look) -> Window {
    let mut window = export_of(look, "YOLO segment");
    window.press_control(Role::Button, "Export");
    window.wait_until(|window| window.shows("Export again…"));
    window
}

fn recognised(look: Look) -> Window {
    let mut window = typical(look);
    let path = window.pictures_folder().join("annotations.json");
    std::fs::write(&path, r#"{"images": [], "annotations": [], "categories": []}"#).expect("a file");
    window.run("file.import");
    window.type_text(&path.display().to_string());
    window.wait_until(|window| window.shows("This looks like"));
    window
}

fn recent(look: Look) -> Window {
    let mut window = typical(look);
    window.run("file.close");
    window
}

fn shots() -> Vec<Shot> {
    let shot = |name, make| Shot { name, make };
    vec![
        shot("typical", typical),
        shot("video", video),
        shot("video-range", video_range),
        shot("welcome-first-run", |look| Window::open(look, false)),
        shot("welcome", |look| Window::open(look, true)),
        shot("selected", selected),
        shot("drawing", drawing),
        shot("zoomed", zoomed),
        shot("crowded", crowded),
        shot("long-names", long_names),
        shot("deep", deep),
        shot("deep-levels", levels),
        shot("timeline", timeline::street),
        shot("timeline-close", timeline::close),
        shot("timeline-marks", timeline::marking),
        shot("timeline-notes", timeline::noted),
        shot("timeline-naming", timeline::naming),
        shot("timeline-menu", timeline::menu),
        shot("video-preview", video_preview),
        shot("review", review::half_reviewed),
        shot("review-frames", review::frames_half_reviewed),
        shot("comments", review::commented),
        shot("timeline-empty", timeline::empty),
        shot("timeline-long", timeline::long_names),
        shot("broken-picture", broken),
        shot("empty-project", empty_project),
        shot("no-labels", no_labels),
        shot("gallery", gallery),
        shot("gallery-large", big_gallery),
        shot("messages", messages),
        shot("dialog-palette", dialog!("help.palette")),
        shot("dialog-keys", dialog!("help.keys")),
        shot("dialog-settings", dialog!("file.settings")),
        shot("welcome-recent", recent),
        shot("dialog-palette-query", palette_query),
        shot("dialog-labels-attributes", label_with_attributes),
        shot("dialog-labels-problem", labels_problem),
        shot("dialog-labels-delete", labels_delete),
        shot("dialog-labels-paste", labels_paste),
        shot("dialog-settings-key-taken", shortcut_taken),
        shot("dialog-exported", exported),
        shot("dialog-import-recognised", recognised),
        shot("dialog-settings-picture", |look| settings_page(look, "Picture")),
        shot("dialog-settings-tools", |look| settings_page(look, "Tools")),
        shot("dialog-settings-video", |look| settings_page(look, "Video")),
        shot("dialog-settings-keys", |look| settings_page(look, "Keys and mouse")),
        shot("dialog-settings-storage", |look| settings_page(look, "Memory and storage")),
        shot("dialog-export-yolo", |look| export_of(look, "YOLO detect")),
        shot("dialog-export-frames", export_of_frames),
        shot("dialog-export-labelme", |look| export_of(look, "labelme")),
        shot("dialog-labels", dialog!("labels.edit")),
        shot("dialog-import", dialog!("file.import")),
        shot("dialog-export", dialog!("file.export")),
        shot("dialog-about", dialog!("help.about")),
    ]
}

/// The sizes and themes of all pictures: name, and how the window is opened.
fn looks() -> Vec<(&'static str, Look)> {
    let look = |width, height, pixels_per_point, theme| Look { width, height, pixels_per_point, theme };
    vec![
        ("dark-1280x720", look(1280.0, 720.0, 1.0, "dark")),
        ("light-1280x720", look(1280.0, 720.0, 1.0, "light")),
        ("dark-1920x1080-150", look(1280.0, 720.0, 1.5, "dark")),
        ("light-3840x2160-200", look(1920.0, 1080.0, 2.0, "light")),
        ("dark-3840x2160-100", look(3840.0, 2160.0, 1.0, "dark")),
        ("dark-800x520", look(800.0, 520.0, 1.0, "dark")),
    ]
}

#[test]
fn every_view_can_be_rendered() {
    let folder = std::env::var_os("FIELDMARK_SHOTS").map(PathBuf::from);
    let only = std::env::var("FIELDMARK_SHOTS_ONLY").unwrap_or_default();
    let mut names = Vec::new();
    for (look_name, look) in looks() {
        for shot in shots() {
            let name = format!("{}-{look_name}", shot.name);
            // Without a folder, one look of a few views is enough to know that rendering works.
            let is_wanted = match &folder {
                Some(_) => name.contains(&only),
                None => look_name == "light-1280x720" && ["typical", "gallery"].contains(&shot.name),
            };
            if !is_wanted {
                continue;
            }
            let mut window = (shot.make)(look);
            let picture = window.harness.render().expect("the window can be rendered");
            let first = *picture.get_pixel(0, 0);
            assert!(picture.pixels().any(|pixel| *pixel != first), "{name} is empty");
            if let Some(folder) = &folder {
                std::fs::create_dir_all(folder).expect("a folder for the pictures");
                picture.save(folder.join(format!("{name}.png"))).expect("a picture of the window");
            }
            names.push(name);
        }
    }
    if let Some(folder) = &folder {
        write_index(folder, &names);
    }
}

fn write_index(folder: &Path, names: &[String]) {
    let mut page = String::from(
        "<!doctype html><meta charset=utf-8><title>Fieldmark</title>\
         <style>body{font:14px sans-serif;background:#888}figure{display:inline-block;margin:8px}img{max-width:620px}</style>",
    );
    for name in names {
        write!(page, "<figure><a href='{name}.png'><img src='{name}.png' alt='{name}'></a><figcaption>{name}</figcaption></figure>")
            .expect("a string takes everything");
    }
    std::fs::write(folder.join("index.html"), page).expect("the index page");
}
