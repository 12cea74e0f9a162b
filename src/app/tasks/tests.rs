use std::sync::Arc;
use std::time::{Duration, Instant};

use super::*;
use crate::app::gpu_watch::ReturnTo;
use crate::app::head_start::HeadStart;
use crate::app::view::Page;
use crate::edit::{AssetChange, Target};
use crate::media::ThumbnailCache;
use crate::model::{ActorId, AssetStatus};
use crate::project::Identity;

struct Desk {
    folder: tempfile::TempDir,
    state: AppState,
}

impl Desk {
    /// A window on nothing, beside folders of this many pictures each.
    fn new(folders: &[(&str, usize)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, num_pictures) in folders {
            std::fs::create_dir_all(folder.path().join(name)).unwrap();
            for i in 0..*num_pictures {
                let shade = image::Rgb([i as u8, (i / 256) as u8, 9]);
                let path = folder.path().join(name).join(format!("{i}.png"));
                image::RgbImage::from_pixel(4, 4, shade).save(path).unwrap();
            }
        }
        let identity = Identity { actor: ActorId::from_u128(5), name: "Ann".into() };
        let head_start = HeadStart::new(None, &identity);
        let config = folder.path().join("config");
        let cache = Arc::new(ThumbnailCache::new(folder.path().join("cache"), 1_000_000));
        let state = AppState::new(&egui::Context::default(), head_start, identity, config, cache);
        Self { folder, state }
    }

    fn open(&mut self, name: &str) {
        self.state.open(self.folder.path().join(name));
    }

    fn finish(&mut self) {
        let start = Instant::now();
        while self.state.work.task.is_some() || !self.state.work.waiting.is_empty() {
            assert!(start.elapsed() < Duration::from_secs(60), "the tasks do not end");
            self.state.poll();
            std::thread::yield_now();
        }
    }

    fn was_told(&self, text: &str) -> bool {
        self.state.messages.list().iter().any(|message| message.text.contains(text))
    }

    fn project(&self) -> &Project {
        self.state.project.as_ref().unwrap()
    }

    fn num_done(&self) -> usize {
        let rows = self.project().assets().rows().iter();
        rows.filter(|row| row.asset.status == AssetStatus::Done).count()
    }

    fn mark_all_done(&mut self) {
        let ids: Vec<_> = self.project().assets().rows().iter().map(|row| row.asset.id).collect();
        self.state.set_status(&ids, AssetStatus::Done);
    }
}

#[test]
fn what_is_asked_for_while_a_task_runs_follows_it() {
    let mut desk = Desk::new(&[("a", 2), ("b", 3)]);
    desk.open("a");
    desk.open("b");
    assert!(desk.was_told("“Opening b” follows"));
    desk.finish();
    assert_eq!(desk.project().name(), "b");
    let (a, b) = (desk.folder.path().join("a"), desk.folder.path().join("b"));
    assert!(a.join("a.fieldmark").exists() && b.join("b.fieldmark").exists(), "both were opened");
}

#[test]
fn what_was_for_a_project_that_is_closed_is_told_and_not_done_to_another() {
    let mut desk = Desk::new(&[("a", 1), ("b", 1), ("more", 1)]);
    desk.open("a");
    desk.finish();
    desk.open("b");
    desk.state.request(super::super::request::Request::Drop(vec![desk.folder.path().join("more")]));
    desk.state.carry_out_all(Default::default());
    desk.finish();
    assert_eq!((desk.project().name().as_str(), desk.project().assets().len()), ("b", 1));
    assert!(desk.was_told("“Adding media” was not done"));
}

#[test]
fn very_many_pictures_are_changed_and_changed_back_while_other_edits_wait() {
    let mut desk = Desk::new(&[("a", 300)]);
    desk.open("a");
    desk.finish();
    desk.mark_all_done();
    assert!(desk.state.is_holding_edits() && !desk.state.can_edit());
    let first = desk.project().assets().rows()[0].asset.id;
    let change = Edit::change_asset(first, &AssetChange::Subset(Some("val".into())));
    desk.state.commit("Put into val".into(), vec![change]);
    assert!(desk.was_told("is still under way. Look around"));
    desk.finish();
    assert_eq!(desk.num_done(), 300);
    assert_eq!(desk.project().assets().get(first).unwrap().asset.subset, None);
    assert_eq!(desk.project().next_undo(), Some("Mark as done"));
    desk.state.undo();
    desk.finish();
    assert_eq!(desk.num_done(), 0);
    desk.state.redo();
    desk.finish();
    assert_eq!(desk.num_done(), 300);
}

#[test]
fn very_many_pictures_are_added_and_labels_of_very_many_imported_in_the_background() {
    let mut desk = Desk::new(&[("a", 1), ("more", 300)]);
    desk.open("a");
    desk.finish();
    let more = desk.folder.path().join("more");
    desk.state.request(super::super::request::Request::Drop(vec![more]));
    desk.state.carry_out_all(Default::default());
    desk.finish();
    assert_eq!(desk.project().assets().len(), 301);
    assert!(desk.was_told("300 pictures were added."));
    assert_eq!(desk.project().next_undo(), None, "finding pictures is nothing to undo");

    let images: Vec<_> = (0..300)
        .map(|i| serde_json::json!({"id": i, "file_name": format!("{i}.png"), "width": 4, "height": 4}))
        .collect();
    let boxes: Vec<_> = (0..300)
        .map(|i| serde_json::json!({"id": i, "image_id": i, "category_id": 1, "bbox": [0, 0, 2, 2]}))
        .collect();
    let coco = serde_json::json!({
        "images": images, "annotations": boxes, "categories": [{"id": 1, "name": "cat"}],
    });
    let path = desk.folder.path().join("more/labels.json");
    std::fs::write(&path, coco.to_string()).unwrap();
    desk.state.import("coco", path, None);
    desk.finish();
    assert!(desk.was_told("300 objects and 1 new label were imported."), "{:?}", desk.state.messages.list());
    let num_objects = desk.project().assets().rows().iter().map(|row| row.num_objects).sum::<u64>();
    assert_eq!((num_objects, desk.project().next_undo()), (300, Some("Import labels")));
    assert_eq!(desk.project().schema().labels[0].name, "cat");
}

#[test]
fn a_task_that_is_called_off_got_through_or_left_nothing() {
    let mut desk = Desk::new(&[("a", 300)]);
    desk.open("a");
    desk.finish();
    for pause_us in [0, 200, 2_000, 20_000, 100_000] {
        let before = desk.num_done();
        let status = if before == 0 { AssetStatus::Done } else { AssetStatus::Todo };
        let ids: Vec<_> = desk.project().assets().rows().iter().map(|row| row.asset.id).collect();
        desk.state.set_status(&ids, status);
        std::thread::sleep(Duration::from_micros(pause_us));
        desk.state.cancel_task();
        desk.finish();
        let reader = desk.project().open_reader().unwrap();
        let rows = reader.assets().unwrap();
        let on_disk = rows.iter().filter(|row| row.asset.status == AssetStatus::Done).count();
        assert_eq!(on_disk, desk.num_done(), "the window shows what the file holds");
        assert!([0, 300].contains(&on_disk));
    }
}

#[test]
fn a_window_with_a_task_that_writes_closes_after_it() {
    let mut desk = Desk::new(&[("a", 300)]);
    desk.open("a");
    desk.finish();
    assert!(desk.state.may_close());
    desk.mark_all_done();
    assert!(!desk.state.may_close(), "not while it writes");
    assert!(desk.state.may_close(), "but for somebody who insists");
}

#[test]
fn a_gpu_that_is_lost_before_the_project_is_open_is_counted_and_the_place_kept() {
    let mut desk = Desk::new(&[("a", 1)]);
    let project = desk.folder.path().join("a/a.fieldmark");
    let place =
        ReturnTo { project: Some(project), page: Page::Gallery, asset: None, view: None, num_losses: 2 };
    desk.state.return_to(place.clone());
    assert_eq!(desk.state.place(), ReturnTo { num_losses: 3, ..place.clone() });
    desk.open("a");
    desk.finish();
    assert!(desk.was_told("lost and found again"));
    assert_eq!(desk.state.place().num_losses, 3);
    desk.state.return_to(ReturnTo { project: None, ..place });
    assert_eq!(desk.state.place().project.as_deref(), Some(desk.project().path()), "nothing is pending");
}

#[test]
fn a_removed_picture_comes_back_with_a_large_undo() {
    let mut desk = Desk::new(&[("a", 300)]);
    desk.open("a");
    desk.finish();
    let rows = desk.project().assets().rows().iter();
    let edits = rows.map(|row| Edit::delete_target(Target::Asset(row.asset.id))).collect();
    desk.state.commit("Remove".into(), edits);
    desk.finish();
    assert_eq!(desk.project().assets().len(), 0);
    desk.state.take_back_large(TakeBack::Undo);
    assert!(desk.state.is_holding_edits());
    desk.finish();
    assert_eq!(desk.project().assets().len(), 300);
}
