//! Tests of what a person can do with a project.

use std::path::{Path, PathBuf};

use super::*;
use crate::base::jobs::JobContext;
use crate::edit::{Edit, LabelChange, NotesChange, ObjectChange};
use crate::geometry::{Rect, Vector};
use crate::model::{ActorId, AssetId, Comment, CommentId, Object, ObjectId, Shape};

fn identity() -> Identity {
    Identity { actor: ActorId::from_u128(5), name: "Ann".into() }
}

/// A folder with pictures of different content.
fn folder_of_pictures(names: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in names {
        write_picture(&folder.path().join(name), name.len() as u32 + 7, 9);
    }
    folder
}

fn write_picture(path: &Path, width: u32, height: u32) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let shade = path.to_string_lossy().bytes().fold(7u8, |a, b| a.wrapping_mul(31).wrapping_add(b));
    image::RgbImage::from_pixel(width, height, image::Rgb([shade, 100, 50])).save(path).unwrap();
}

fn open_folder(folder: &Path) -> Project {
    let path = folder_project_path(folder);
    let mut project = if path.exists() {
        Project::open(&path, OpenMode::Write, &identity()).unwrap()
    } else {
        Project::create(&path, &identity()).unwrap()
    };
    add_media(&mut project, &[folder.to_owned()], &JobContext::detached()).unwrap();
    project
}

fn paths(project: &Project) -> Vec<String> {
    project.assets().rows().iter().map(|row| row.asset.source.as_str().to_owned()).collect()
}

fn draw(project: &mut Project, asset: AssetId, x: f64) -> ObjectId {
    let shape = Shape::from_rect(Rect::from_xywh(x, 0.0, 5.0, 5.0));
    let object = Object::shape(ObjectId::new(), shape, None);
    project.commit("Draw a box", vec![Edit::create(asset, &object)]).unwrap();
    object.id
}

fn rescan(project: &mut Project) -> ScanOutcome {
    let outcome = MediaScan::run(&project.scan_source(), &JobContext::detached()).unwrap();
    project.apply_scan(&outcome).unwrap();
    outcome
}

#[test]
fn a_folder_is_a_project_and_new_files_are_noticed() {
    let folder = folder_of_pictures(&["img10.png", "img2.png", "deep/a.png"]);
    let mut project = open_folder(folder.path());
    assert_eq!(paths(&project), ["deep/a.png", "img2.png", "img10.png"]);
    let row = project.assets().find("img2.png").unwrap();
    assert_eq!((row.asset.width, row.asset.height), (15, 9));
    write_picture(&folder.path().join("img3.png"), 3, 3);
    std::fs::write(folder.path().join("broken.png"), "not a picture").unwrap();
    let outcome = rescan(&mut project);
    assert_eq!(paths(&project), ["deep/a.png", "img2.png", "img3.png", "img10.png"]);
    assert_eq!(outcome.report.findings().len(), 1, "{}", outcome.report);
    drop(project);
    assert_eq!(open_folder(folder.path()).assets().len(), 4, "nothing is added twice");
}

#[test]
fn a_moved_file_keeps_its_labels_and_a_missing_one_waits() {
    let folder = folder_of_pictures(&["a.png", "bb.png"]);
    let mut project = open_folder(folder.path());
    let a = project.assets().find("a.png").unwrap().asset.id;
    let b = project.assets().find("bb.png").unwrap().asset.id;
    draw(&mut project, a, 1.0);
    std::fs::create_dir(folder.path().join("sub")).unwrap();
    std::fs::rename(folder.path().join("a.png"), folder.path().join("sub/renamed.png")).unwrap();
    std::fs::rename(folder.path().join("bb.png"), folder.path().join("gone.txt")).unwrap();
    let outcome = rescan(&mut project);
    assert_eq!(paths(&project), ["bb.png", "sub/renamed.png"]);
    assert_eq!(project.assets().get(a).unwrap().num_objects, 1);
    assert_eq!(outcome.missing.into_iter().collect::<Vec<_>>(), [b]);
    std::fs::rename(folder.path().join("gone.txt"), folder.path().join("bb.png")).unwrap();
    assert!(rescan(&mut project).missing.is_empty());
}

#[test]
fn a_picture_taken_out_of_the_project_does_not_come_back_by_itself() {
    let folder = folder_of_pictures(&["a.png", "bb.png"]);
    let mut project = open_folder(folder.path());
    let a = project.assets().find("a.png").unwrap().asset.id;
    project.commit("Remove", vec![Edit::delete_target(crate::edit::Target::Asset(a))]).unwrap();
    project.flush().unwrap();
    assert!(rescan(&mut project).new.is_empty());
    assert_eq!(paths(&project), ["bb.png"]);
    project.undo().unwrap();
    assert_eq!(paths(&project), ["a.png", "bb.png"]);
}

#[test]
fn undo_and_redo_survive_a_restart() {
    let folder = folder_of_pictures(&["a.png"]);
    let mut project = open_folder(folder.path());
    let asset = project.assets().rows()[0].asset.id;
    let ids: Vec<_> = (0..5).map(|i| draw(&mut project, asset, f64::from(i))).collect();
    let moved = Shape::from_rect(Rect::from_xywh(50.0, 0.0, 5.0, 5.0));
    project
        .commit("Move a box", vec![Edit::change(asset, ids[0], &ObjectChange::Shape(moved.clone()))])
        .unwrap();
    assert_eq!(project.undo().unwrap().unwrap().title, "Move a box");
    assert_eq!(project.undo().unwrap().unwrap().objects, [ids[4]]);
    drop(project);

    let mut project =
        Project::open(&folder_project_path(folder.path()), OpenMode::Write, &identity()).unwrap();
    assert_eq!(project.next_redo(), Some("Draw a box"));
    assert_eq!(project.load_document(asset).unwrap().num_objects(), 4);
    project.redo().unwrap();
    let outcome = project.redo().unwrap().unwrap();
    assert_eq!((outcome.asset, outcome.num_kept), (Some(asset), 0));
    assert_eq!(project.document(asset).unwrap().object(ids[0]).unwrap().as_shape(), Some(&moved));
    assert_eq!(project.redo().unwrap(), None);
    for _ in 0..6 {
        assert!(project.undo().unwrap().is_some());
    }
    assert_eq!(project.undo().unwrap(), None);
    assert_eq!(project.document(asset).unwrap().num_objects(), 0);
    assert_eq!(project.assets().len(), 1, "finding pictures is nothing to undo");
    draw(&mut project, asset, 9.0);
    assert_eq!(project.next_redo(), None);
}

#[test]
fn notes_about_an_asset_are_undone_and_read_again() {
    let folder = folder_of_pictures(&["a.png"]);
    let mut project = open_folder(folder.path());
    let asset = project.assets().rows()[0].asset.id;
    draw(&mut project, asset, 0.0);
    let comment = |text: &str| Comment { text: text.into(), frame: Some(3), ..Comment::default() };
    let say = |project: &mut Project, id, text: &str| {
        let edit = NotesChange::Comment(id, Some(comment(text))).edit(asset);
        project.commit("Comment", vec![edit]).unwrap();
    };
    let [first, second] = [CommentId::new(), CommentId::new()];
    say(&mut project, first, "look here");
    say(&mut project, second, "and there");
    say(&mut project, second, "and over there");
    let texts = |project: &Project| -> Vec<String> {
        let comments = &project.document(asset).unwrap().notes().comments;
        comments.values().map(|comment| comment.text.clone()).collect()
    };
    assert_eq!(texts(&project), ["look here", "and over there"]);
    project.undo().unwrap();
    assert_eq!(texts(&project), ["look here", "and there"]);
    project.undo().unwrap();
    drop(project);

    let mut project =
        Project::open(&folder_project_path(folder.path()), OpenMode::Write, &identity()).unwrap();
    project.load_document(asset).unwrap();
    assert_eq!(texts(&project), ["look here"]);
    assert_eq!(project.document(asset).unwrap().num_objects(), 1, "notes are no objects");
}

#[test]
fn schema_changes_are_edits_like_any_other() {
    let folder = folder_of_pictures(&["a.png"]);
    let mut project = open_folder(folder.path());
    let asset = project.assets().rows()[0].asset.id;
    let cat = project.new_label("cat");
    project.commit("Add a label", vec![Edit::add_label(&cat)]).unwrap();
    let dog = project.new_label("dog");
    project.commit("Add a label", vec![Edit::add_label(&dog)]).unwrap();
    let object = draw(&mut project, asset, 0.0);
    project.commit("Label", vec![Edit::change(asset, object, &ObjectChange::Label(Some(cat.id)))]).unwrap();
    project
        .commit("Merge labels", vec![Edit::change_label(cat.id, &LabelChange::MergedInto(Some(dog.id)))])
        .unwrap();
    assert_eq!(project.schema().labels.len(), 1);
    assert_eq!(project.schema().label(cat.id).unwrap().name, "dog", "no object is orphaned");
    project.undo().unwrap();
    assert_eq!(project.schema().labels.len(), 2);
}

#[test]
fn edits_of_many_unloaded_assets_are_undone_in_one_step() {
    let names: Vec<String> = (0..300).map(|i| format!("p{i}.png")).collect();
    let folder = folder_of_pictures(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let mut project = open_folder(folder.path());
    let assets: Vec<AssetId> = project.assets().rows().iter().map(|row| row.asset.id).collect();
    let shape = Shape::from_rect(Rect::from_xywh(0.0, 0.0, 5.0, 5.0));
    let edits = assets
        .iter()
        .map(|id| Edit::create(*id, &Object::shape(ObjectId::new(), shape.clone(), None)))
        .collect();
    project.commit("Label all", edits).unwrap();
    assert!(project.assets().rows().iter().all(|row| row.num_objects == 1));
    assert_eq!(project.undo().unwrap().unwrap().objects.len(), 300);
    assert!(project.assets().rows().iter().all(|row| row.num_objects == 0));
}

/// An object on each picture, in a list of edits.
fn label_all(project: &Project) -> Vec<Edit> {
    let shape = Shape::from_rect(Rect::from_xywh(0.0, 0.0, 5.0, 5.0));
    let ids = project.assets().rows().iter().map(|row| row.asset.id);
    ids.map(|id| Edit::create(id, &Object::shape(ObjectId::new(), shape.clone(), None))).collect()
}

fn num_objects(project: &Project) -> u64 {
    project.assets().rows().iter().map(|row| row.num_objects).sum()
}

#[test]
fn a_large_edit_is_a_step_like_any_other_and_survives_a_restart() {
    let names: Vec<String> = (0..300).map(|i| format!("p{i}.png")).collect();
    let folder = folder_of_pictures(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let mut project = open_folder(folder.path());
    let edits = label_all(&project);
    assert!(Project::is_large(&edits) && !Project::is_large(&edits[..256]));
    let job = JobContext::detached();
    let outcome = project.start_commit("Label all", edits).unwrap().run(&job).unwrap();
    assert_eq!(project.finish_large_edit(outcome).unwrap(), None);
    assert_eq!((num_objects(&project), project.next_undo()), (300, Some("Label all")));

    let outcome = project.start_undo().unwrap().unwrap().run(&job).unwrap();
    let undone = project.finish_large_edit(outcome).unwrap().unwrap();
    assert_eq!((undone.title.as_str(), undone.asset, undone.num_kept), ("Label all", None, 0));
    assert_eq!((num_objects(&project), project.next_undo()), (0, None));
    drop(project);

    let mut project =
        Project::open(&folder_project_path(folder.path()), OpenMode::Write, &identity()).unwrap();
    let outcome = project.start_redo().unwrap().unwrap().run(&job).unwrap();
    project.finish_large_edit(outcome).unwrap();
    assert_eq!((num_objects(&project), project.next_redo()), (300, None));
    // One way of taking back does not know of the other.
    assert_eq!(project.undo().unwrap().unwrap().objects.len(), 300);
    assert_eq!(num_objects(&project), 0);
}

#[test]
fn very_many_edits_of_one_picture_are_a_large_edit_and_its_objects_are_there_at_once() {
    let folder = folder_of_pictures(&["a.png"]);
    let mut project = open_folder(folder.path());
    let asset = project.assets().rows()[0].asset.id;
    let shape = Shape::from_rect(Rect::from_xywh(0.0, 0.0, 5.0, 5.0));
    let ids: Vec<ObjectId> = (0..2500).map(|_| ObjectId::new()).collect();
    let create = |id: &ObjectId| Edit::create(asset, &Object::shape(*id, shape.clone(), None));
    let edits: Vec<Edit> = ids.iter().map(create).collect();
    assert!(Project::is_large(&edits) && !Project::is_large(&edits[..1000]));
    let job = JobContext::detached();
    let edit = project.start_commit("Draw very many", edits).unwrap().showing(Some(asset));
    project.finish_large_edit(edit.run(&job).unwrap()).unwrap();
    assert_eq!(project.document(asset).unwrap().num_objects(), 2500);

    let moved = shape.translated(Vector::new(3.0, 0.0));
    let edits: Vec<Edit> = ids.iter().map(|id| Edit::reshape(asset, *id, moved.clone())).collect();
    let edit = project.start_commit("Move", edits).unwrap().showing(Some(asset));
    project.finish_large_edit(edit.run(&job).unwrap()).unwrap();
    let document = project.document(asset).unwrap();
    assert!(ids.iter().all(|id| document.object(*id).unwrap().as_shape() == Some(&moved)));
    let undo = project.start_undo().unwrap().unwrap();
    project.finish_large_edit(undo.run(&job).unwrap()).unwrap();
    assert!(project.document(asset).is_none(), "without being told to, nothing is read");
    let document = project.load_document(asset).unwrap();
    assert!(ids.iter().all(|id| document.object(*id).unwrap().as_shape() == Some(&shape)));
}

#[test]
fn a_large_edit_that_is_called_off_leaves_no_trace() {
    let names: Vec<String> = (0..300).map(|i| format!("p{i}.png")).collect();
    let folder = folder_of_pictures(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let mut project = open_folder(folder.path());
    let pool = crate::base::jobs::JobPool::new(1);
    let edits = label_all(&project);
    let edit = project.start_commit("Label all", edits).unwrap();
    let (gate_sender, gate) = crossbeam_channel::bounded::<()>(0);
    let job = pool.submit(
        crate::base::jobs::Priority::Now,
        || (),
        move |context| {
            gate.recv().unwrap();
            edit.run(context).is_err()
        },
    );
    while !job.has_started() {
        std::thread::yield_now();
    }
    job.cancel();
    gate_sender.send(()).unwrap();
    assert_eq!(job.wait(), Ok(true));
    assert_eq!(project.reader().counts().unwrap().num_objects, 0);
    let asset = project.assets().rows()[0].asset.id;
    draw(&mut project, asset, 1.0);
    assert_eq!(project.undo().unwrap().unwrap().title, "Draw a box");
    assert_eq!(project.next_undo(), None);
}

#[test]
fn a_project_in_use_can_be_looked_at() {
    let folder = folder_of_pictures(&["a.png"]);
    let project = open_folder(folder.path());
    let path: PathBuf = folder_project_path(folder.path());
    let (mut second, why) = Project::open_as_possible(&path, &identity()).unwrap();
    assert!(why.unwrap().contains("open in another window"));
    assert_eq!(second.assets().len(), 1);
    let asset = second.assets().rows()[0].asset.id;
    let object = Object::shape(ObjectId::new(), Shape::from_rect(Rect::from_xywh(0.0, 0.0, 1.0, 1.0)), None);
    assert!(second.commit("Draw", vec![Edit::create(asset, &object)]).is_err());
    drop(project);
}
