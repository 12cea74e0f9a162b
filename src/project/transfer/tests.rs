//! Exchange with other tools, from end to end.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::*;
use crate::base::jobs::{JobContext, JobPool, Priority};
use crate::base::report::Severity;
use crate::edit::{AssetChange, Edit};
use crate::formats::Splits;
use crate::geometry::Rect;
use crate::model::{ActorId, AssetStatus, Object, ObjectId, Shape};
use crate::project::{Identity, OpenMode, Project, add_media, folder_project_path};

fn identity() -> Identity {
    Identity { actor: ActorId::from_u128(5), name: "Ann".into() }
}

fn write_picture(path: &Path, width: u32, height: u32) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let shade = path.to_string_lossy().bytes().fold(7u8, |a, b| a.wrapping_mul(31).wrapping_add(b));
    image::RgbImage::from_pixel(width, height, image::Rgb([shade, 100, 50])).save(path).unwrap();
}

/// A project of a folder `project` with these pictures of 40 × 30 pixels, and a place beside it for other files.
struct Desk {
    folder: tempfile::TempDir,
    project: Project,
}

impl Desk {
    fn new(names: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // In a folder of its own: an import looks for pictures beside the folder of the labels, too.
        let root = folder.path().join("desk/project");
        std::fs::create_dir_all(&root).unwrap();
        for name in names {
            write_picture(&root.join(name), 40, 30);
        }
        let mut project = Project::create(&folder_project_path(&root), &identity()).unwrap();
        add_media(&mut project, &[root], &JobContext::detached()).unwrap();
        Self { folder, project }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("desk").join(name)
    }

    fn write(&self, name: &str, text: impl std::fmt::Display) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text.to_string()).unwrap();
        path
    }

    fn import(&mut self, source: &Path) -> ImportOutcome {
        self.try_import(source, None, &JobContext::detached()).unwrap()
    }

    fn try_import(
        &mut self,
        source: &Path,
        images: Option<PathBuf>,
        job: &JobContext,
    ) -> anyhow::Result<ImportOutcome> {
        let request = ImportRequest { format: None, source: source.to_owned(), images };
        let outcome = self.project.start_import(request)?.run(job)?;
        self.project.finish_import(&outcome)?;
        Ok(outcome)
    }

    fn export(&self, format: &str, target: &Path, query: &str) -> anyhow::Result<ExportOutcome> {
        let request = ExportRequest {
            format: format.into(),
            target: target.to_owned(),
            selected: Selected::Query(query.parse()?),
            ..ExportRequest::default()
        };
        self.project.start_export(request)?.run(&JobContext::detached())
    }

    /// Each picture with the number of its objects.
    fn pictures(&self) -> Vec<(String, u64)> {
        let rows = self.project.assets().rows().iter();
        rows.map(|row| (row.asset.source.as_str().to_owned(), row.num_objects)).collect()
    }
}

/// A COCO file whose pictures have a box each, the i-th of them i pixels from the left and of this size.
fn coco(pictures: &[(&str, u32, u32)]) -> serde_json::Value {
    let images: Vec<_> = (1..)
        .zip(pictures)
        .map(|(id, (name, width, height))| json!({"id": id, "file_name": name, "width": width, "height": height}))
        .collect();
    let annotations: Vec<_> = (1..=pictures.len())
        .map(|id| {
            let bbox = [id as f64 + 1.0 / 3.0, 0.1, 7.0 / 3.0, 2.7];
            json!({"id": id, "image_id": id, "category_id": 1, "bbox": bbox, "area": bbox[2] * bbox[3], "iscrowd": 0})
        })
        .collect();
    json!({"images": images, "annotations": annotations, "categories": [{"id": 1, "name": "cat"}]})
}

#[test]
fn importing_twice_adds_only_what_is_new_and_undo_takes_one_step() {
    let mut desk = Desk::new(&["a.png", "b.png"]);
    let file = desk.write("labels.json", coco(&[("a.png", 40, 30), ("b.png", 40, 30)]));
    let first = desk.import(&file);
    assert_eq!(
        (first.tally.num_pictures, first.num_objects, first.num_known_objects),
        (2, 2, 0),
        "{}",
        first.report
    );
    assert_eq!((first.format, first.new_labels.as_slice()), ("coco", &["cat".to_owned()][..]));
    let again = desk.import(&file);
    assert_eq!(
        (again.num_objects, again.num_known_objects, again.num_new_pictures),
        (0, 2, 0),
        "{}",
        again.report
    );
    assert_eq!(desk.pictures(), [("a.png".into(), 1), ("b.png".into(), 1)]);

    assert_eq!(desk.project.undo().unwrap().unwrap().title, "Import labels");
    assert_eq!(desk.pictures(), [("a.png".into(), 0), ("b.png".into(), 0)]);
    assert!(desk.project.schema().labels.is_empty());
    assert_eq!(desk.project.undo().unwrap(), None, "an import that adds nothing is no step");
    desk.project.redo().unwrap();
    assert_eq!(desk.pictures(), [("a.png".into(), 1), ("b.png".into(), 1)]);
    assert_eq!(desk.import(&file).num_known_objects, 2);
}

#[test]
fn an_import_is_there_after_a_restart_with_its_step_of_the_history() {
    let mut desk = Desk::new(&["a.png"]);
    let file = desk.write("labels.json", coco(&[("a.png", 40, 30)]));
    desk.import(&file);
    let Desk { folder, project } = desk;
    let path = project.path().to_owned();
    drop(project);
    let project = Project::open(&path, OpenMode::Write, &identity()).unwrap();
    assert_eq!(project.next_undo(), Some("Import labels"));
    let mut desk = Desk { folder, project };
    assert_eq!(desk.pictures(), [("a.png".into(), 1)]);
    desk.project.undo().unwrap();
    assert_eq!(desk.pictures(), [("a.png".into(), 0)]);
}

#[test]
fn what_is_done_during_an_import_comes_after_it_in_the_history() {
    let mut desk = Desk::new(&["a.png"]);
    let file = desk.write("labels.json", coco(&[("a.png", 40, 30)]));
    let asset = desk.project.assets().rows()[0].asset.id;
    let request = ImportRequest { format: Some("coco"), source: file, images: None };
    let job = desk.project.start_import(request).unwrap();
    let shape = Shape::from_rect(Rect::from_xywh(1.0, 1.0, 5.0, 5.0));
    let object = Object::shape(ObjectId::new(), shape, None);
    desk.project.commit("Draw a box", vec![Edit::create(asset, &object)]).unwrap();
    let outcome = job.run(&JobContext::detached()).unwrap();
    desk.project.finish_import(&outcome).unwrap();
    assert_eq!(desk.project.document(asset).unwrap().num_objects(), 2);
    assert_eq!(desk.project.undo().unwrap().unwrap().title, "Draw a box");
    assert_eq!(desk.project.undo().unwrap().unwrap().title, "Import labels");
    assert_eq!(desk.project.document(asset).unwrap().num_objects(), 0);
}

#[test]
fn pictures_are_found_by_path_content_and_name() {
    let mut desk = Desk::new(&["in/a.png", "in/b.png", "in/c.png"]);
    std::fs::create_dir(desk.path("set")).unwrap();
    // The same content under another name, and something new.
    std::fs::copy(desk.path("project/in/b.png"), desk.path("set/copy.png")).unwrap();
    write_picture(&desk.path("set/new.png"), 21, 12);
    let file = desk.write(
        "set/labels.json",
        coco(&[
            ("../project/in/a.png", 40, 30),
            ("copy.png", 40, 30),
            ("elsewhere/in/c.png", 40, 30),
            ("new.png", 21, 12),
            ("gone.png", 99, 88),
        ]),
    );
    let outcome = desk.import(&file);
    assert_eq!((outcome.num_objects, outcome.num_new_pictures, outcome.num_without_file), (5, 2, 1));
    let expected = ["../set/gone.png", "../set/new.png", "in/a.png", "in/b.png", "in/c.png"];
    assert_eq!(desk.pictures(), expected.map(|path| (path.to_owned(), 1)));
    let new = desk.project.assets().find("../set/new.png").unwrap();
    assert!(!new.asset.fingerprint.is_empty());
    assert_eq!(outcome.report.num(Severity::Warning), 1, "{}", outcome.report);
    let file = desk.write("set/later.json", coco(&[("gone.png", 99, 88)]));
    assert_eq!(desk.import(&file).num_new_pictures, 0, "a picture without a file is added once");
}

#[test]
fn pictures_of_equal_content_stay_different_pictures() {
    let mut desk = Desk::new(&["a.png"]);
    for name in ["set/p1.png", "set/p2.png", "set/a.png"] {
        std::fs::create_dir_all(desk.path("set")).unwrap();
        std::fs::copy(desk.path("project/a.png"), desk.path(name)).unwrap();
    }
    let pictures = [("a.png", 40, 30), ("p1.png", 40, 30), ("p2.png", 40, 30)];
    let file = desk.write("set/labels.json", coco(&pictures));
    desk.import(&file);
    let expected = ["../set/p1.png", "../set/p2.png", "a.png"];
    assert_eq!(desk.pictures(), expected.map(|path| (path.to_owned(), 1)));
}

#[test]
fn a_name_alone_is_not_enough_where_it_is_ambiguous_or_the_size_differs() {
    let mut desk = Desk::new(&["x/a.png", "y/a.png", "b.png"]);
    let file = desk.write("set/labels.json", coco(&[("a.png", 40, 30), ("b.png", 400, 300)]));
    let outcome = desk.import(&file);
    assert_eq!((outcome.num_objects, outcome.num_lost_objects, outcome.num_without_file), (1, 1, 1));
    assert!(outcome.report.to_string().contains("Several pictures"), "{}", outcome.report);
    assert!(outcome.report.to_string().contains("of another size"), "{}", outcome.report);
    assert_eq!(desk.project.assets().find("b.png").unwrap().num_objects, 0);
}

#[test]
fn a_namesake_above_the_labels_is_not_taken() {
    let mut desk = Desk::new(&[]);
    // Of different sizes, so that none has the content of another.
    let files = ["a.png", "set/a.png", "set/photos/b.png", "set/images/c.png", "b.png"];
    for (path, width) in files.iter().zip(40..) {
        write_picture(&desk.path(path), width, 30);
    }
    let names = [("a.png", 41, 30), ("photos/b.png", 42, 30), ("c.png", 43, 30), ("../../b.png", 44, 30)];
    let file = desk.write("set/annotations/labels.json", coco(&names));
    let outcome = desk.import(&file);
    // The first is nobody's, the second has its folder with it, the third lies in a folder of pictures beside the
    // labels, the last is where the file says.
    let expected = ["../b.png", "../set/annotations/a.png", "../set/images/c.png", "../set/photos/b.png"];
    assert_eq!(desk.pictures(), expected.map(|path| (path.to_owned(), 1)), "{}", outcome.report);
    assert_eq!(outcome.num_without_file, 1);
    assert_eq!(desk.project.assets().find("../b.png").unwrap().asset.width, 44);
}

#[test]
fn zip_archives_are_to_be_unpacked_first() {
    let mut desk = Desk::new(&[]);
    let file = desk.write("labels.zip", "PK\u{3}\u{4}and so on");
    for format in [None, Some("coco")] {
        let request = ImportRequest { format, source: file.clone(), images: None };
        let error = desk.project.start_import(request).unwrap().run(&JobContext::detached()).unwrap_err();
        assert!(error.to_string().starts_with("This is a zip archive. Unpack it"), "{error}");
    }
}

#[test]
fn the_folder_of_the_pictures_can_be_named() {
    let mut desk = Desk::new(&["a.png"]);
    write_picture(&desk.path("photos/deep/d.png"), 20, 20);
    let file = desk.write("set/labels/d.txt", "0 0.5 0.5 0.5 0.5\n");
    desk.write("set/data.yaml", "names: [cat]\ntrain: images\n");
    let set = file.parent().unwrap().parent().unwrap().to_owned();
    desk.write("set/images/.keep", "");
    let images = desk.path("photos");
    let outcome = desk.try_import(&set, Some(images), &JobContext::detached()).unwrap();
    assert_eq!((outcome.num_objects, outcome.num_new_pictures), (1, 1), "{}", outcome.report);
    assert_eq!(desk.pictures()[0], ("../photos/deep/d.png".into(), 1));
}

#[test]
fn nothing_is_half_imported() {
    let mut desk = Desk::new(&["a.png"]);
    let many: Vec<(String, u32, u32)> = (0..2500).map(|i| (format!("{i}.png"), 40, 30)).collect();
    let many: Vec<(&str, u32, u32)> = many.iter().map(|(name, w, h)| (name.as_str(), *w, *h)).collect();
    let text = coco(&many).to_string();
    let whole = desk.write("whole.json", &text);
    let cut = desk.write("cut.json", &text[..text.len() - 700]);
    let pool = JobPool::new(1);
    let request = ImportRequest { format: Some("coco"), source: whole, images: None };
    let import = desk.project.start_import(request).unwrap();
    let (begun_sender, begun) = crossbeam_channel::bounded(1);
    let (go_sender, go) = crossbeam_channel::bounded::<()>(1);
    let job = pool.submit(
        Priority::Now,
        || {},
        move |context| {
            begun_sender.send(()).unwrap();
            go.recv().unwrap();
            import.run(context).map(|_| ())
        },
    );
    begun.recv().unwrap();
    drop(job);
    go_sender.send(()).unwrap();
    drop(pool);
    desk.project.flush().unwrap();
    assert_eq!(desk.project.reader().counts().unwrap().num_assets, 1, "a cancelled import leaves no trace");
    // What follows damage is lost, what comes before is not: it is told, and the import is one step.
    if let Ok(outcome) = desk.try_import(&cut, None, &JobContext::detached()) {
        assert!(!outcome.report.is_empty());
    }
    let error = desk.try_import(&desk.path("nothing.json"), None, &JobContext::detached()).unwrap_err();
    assert!(error.to_string().contains("check the path"), "{error}");
}

#[test]
fn queries_choose_what_is_exported() {
    let mut desk = Desk::new(&["a.png", "b.png", "c.png"]);
    let file = desk.write("labels.json", coco(&[("a.png", 40, 30), ("b.png", 40, 30)]));
    desk.import(&file);
    let b = desk.project.assets().find("b.png").unwrap().asset.id;
    desk.project
        .commit("Done", vec![Edit::change_asset(b, &AssetChange::Status(AssetStatus::Done))])
        .unwrap();
    desk.project.flush().unwrap();
    for (query, expected) in
        [("", 3), ("label:cat", 2), ("status:done", 1), ("has:none", 1), ("name:A.PNG label:cat", 1)]
    {
        let target = desk.path(&format!("out-{expected}-{}.json", query.len()));
        let summary = desk.export("coco", &target, query).unwrap().summary.unwrap();
        assert_eq!(summary.num_items, expected, "{query}");
    }
    let error = desk.export("coco", &desk.path("out.json"), "label:dog").unwrap_err();
    assert!(error.to_string().contains("its labels: cat"), "{error}");
    let error = desk.export("coco", &desk.path("out.json"), "name:zebra").unwrap_err();
    assert!(error.to_string().contains("nothing to export"), "{error}");
    let error = desk.export("voc2099", &desk.path("out.json"), "").unwrap_err();
    assert!(error.to_string().contains("coco"), "{error}");
}

#[test]
fn an_export_shows_the_project_as_it_was_when_it_was_started() {
    let mut desk = Desk::new(&["a.png"]);
    let file = desk.write("labels.json", coco(&[("a.png", 40, 30)]));
    desk.import(&file);
    let target = desk.path("out.json");
    let request = ExportRequest { format: "coco".into(), target, ..ExportRequest::default() };
    let job = desk.project.start_export(request).unwrap();
    desk.project.undo().unwrap();
    desk.project.flush().unwrap();
    let outcome = job.run(&JobContext::detached()).unwrap();
    assert_eq!(outcome.summary.unwrap().num_objects, 1);
}

#[test]
fn copies_of_pictures_do_not_come_back_as_new_ones() {
    let desk = Desk::new(&["a.png"]);
    let export = |target: PathBuf| {
        let request = ExportRequest {
            format: "yolo-detect".into(),
            target,
            with_media: true,
            splits: Splits::AsInProject,
            ..ExportRequest::default()
        };
        desk.project.start_export(request).unwrap().run(&JobContext::detached())
    };
    let error = export(desk.path("project/export/yolo")).unwrap_err();
    assert!(error.to_string().contains("outside of it"), "{error}");
    assert!(!desk.path("project/export").exists());
    assert!(export(desk.path("yolo")).unwrap().summary.unwrap().num_files >= 2);
}

#[test]
fn formats_are_converted_without_a_project() {
    let desk = Desk::new(&["a.png", "b.png"]);
    let file = desk.write("project/labels.json", coco(&[("a.png", 40, 30), ("b.png", 40, 30)]));
    let request = |source: PathBuf, to: &str, target: PathBuf| ConvertRequest {
        source,
        to: to.into(),
        target,
        images: Some(desk.path("project")),
        ..ConvertRequest::default()
    };
    let job = JobContext::detached();
    let outcome = convert(request(file.clone(), "labelme", desk.path("me")), &job).unwrap();
    assert_eq!(outcome.export.summary.unwrap().num_objects, 2, "{}", outcome.export.report);
    let outcome = convert(request(desk.path("me"), "yolo-detect", desk.path("yolo")), &job).unwrap();
    assert_eq!(outcome.import.num_objects, 2, "{}", outcome.import.report);
    let back = convert(request(desk.path("yolo"), "coco", desk.path("back.json")), &job).unwrap();
    assert_eq!(back.export.summary.unwrap().num_objects, 2, "{}", back.export.report);
    let boxes = |path: &Path| -> Vec<Vec<f64>> {
        let json: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let annotations = json["annotations"].as_array().unwrap().clone();
        annotations.iter().map(|a| serde_json::from_value(a["bbox"].clone()).unwrap()).collect()
    };
    for (before, after) in boxes(&file).iter().zip(boxes(&desk.path("back.json"))) {
        assert!(before.iter().zip(after).all(|(a, b)| (a - b).abs() < 1e-3), "{before:?}");
    }
    assert!(convert(request(file, "nonsense", desk.path("x")), &job).is_err());
}
