//! Making, filling and looking at projects.

use fieldmark::project::{Identity, OpenMode, Project};

use crate::desk::{Desk, coco};

#[test]
fn a_project_is_made_with_labels_and_pictures() {
    let desk = Desk::new();
    desk.write_picture("photos/a.png", 40, 30);
    desk.write_picture("photos/deep/b.png", 20, 10);
    desk.write("names.txt", "cat\n\ndog\n");
    let said = desk.run("new desk --labels names.txt photos").succeeds().out;
    assert!(said.contains("desk.fieldmark was made with 2 pictures and 2 labels"), "{said}");
    let info = desk.info();
    let labels: Vec<_> = info["labels"].as_array().unwrap().iter().map(|label| &label["name"]).collect();
    assert_eq!(labels, ["cat", "dog"]);
    assert_eq!((&info["num_pictures"], &info["num_missing"]), (&2.into(), &0.into()));
    assert_eq!(info["next_undo"], serde_json::Value::Null, "what a project begins with is nothing to undo");
    assert_eq!(desk.json("info desk"), info, "the extension may be left out");
}

#[test]
fn the_project_of_a_folder_lies_in_it() {
    let desk = Desk::new();
    desk.write_picture("photos/a.png", 40, 30);
    desk.run("new photos photos").succeeds();
    assert!(desk.path("photos/photos.fieldmark").is_file());
    assert_eq!(desk.json("info photos")["num_pictures"], 1);
}

#[test]
fn labels_with_colours_and_shapes_come_from_yaml() {
    let desk = Desk::new();
    desk.write(
        "labels.yaml",
        "labels:\n  - name: cat\n    color: '#102030'\n    shapes: [polygon]\n    attributes:\n      - name: furry\n        type: checkbox\n  - dog\n",
    );
    desk.run("new desk.fieldmark --labels labels.yaml").succeeds();
    assert_eq!(desk.info()["labels"][0]["color"], "#102030");
    for (text, cure) in
        [("labels: 7", "write `labels:`"), ("- cat\n- cat", "remove one"), ("[]", "write one name")]
    {
        desk.write("wrong.yaml", text);
        desk.run("new other.fieldmark --labels wrong.yaml").fails_with(cure);
        assert!(!desk.path("other.fieldmark").exists());
    }
}

#[test]
fn pictures_are_added_once_and_broken_ones_are_told() {
    let desk = Desk::with_project(&["a.png"]);
    desk.write_picture("photos/b.png", 3, 4);
    desk.write_picture("more/c.png", 5, 6);
    desk.write("photos/broken.png", "no picture");
    let added = desk.json("add desk.fieldmark photos more");
    assert_eq!((&added["num_new"], &added["num_pictures"]), (&2.into(), &3.into()));
    assert_eq!(added["report"]["findings"].as_array().unwrap().len(), 1, "{added}");
    assert!(desk.run("add desk.fieldmark photos").succeeds().err.contains("broken.png"));
    assert_eq!(desk.info()["watched_folders"], serde_json::json!(["photos", "more"]));
    std::fs::remove_file(desk.path("more/c.png")).unwrap();
    assert_eq!(desk.info()["num_missing"], 1);
}

#[test]
fn a_project_in_use_can_be_looked_at_and_exported_but_not_changed() {
    let desk = Desk::with_project(&["a.png"]);
    desk.write("coco.json", coco(&["a.png"]));
    desk.run("import desk.fieldmark coco.json").succeeds();
    let identity = Identity { actor: fieldmark::model::ActorId::new(), name: String::new() };
    let open = Project::open(&desk.path("desk.fieldmark"), OpenMode::Write, &identity).unwrap();
    desk.run("add desk.fieldmark photos").fails_with("close it there");
    desk.run("import desk.fieldmark coco.json").fails_with("close it there");
    desk.run("recover desk.fieldmark -o saved.fieldmark").fails_with("close it there");
    assert_eq!(desk.info()["num_objects"], 2);
    desk.run("export desk.fieldmark --format coco out.json").succeeds();
    drop(open);
    desk.run("add desk.fieldmark photos").succeeds();
}

#[test]
fn a_newer_or_damaged_project_is_refused_and_a_damaged_one_recovered() {
    let desk = Desk::with_project(&["a.png", "b.png"]);
    desk.write("coco.json", coco(&["a.png", "b.png"]));
    desk.run("import desk.fieldmark coco.json").succeeds();
    let path = desk.path("desk.fieldmark");
    let sound = std::fs::read(&path).unwrap();
    let mut newer = sound.clone();
    newer[60..64].copy_from_slice(&99_u32.to_be_bytes());
    std::fs::write(&path, &newer).unwrap();
    desk.run("info desk.fieldmark").fails_with("update Fieldmark");
    desk.run("add desk.fieldmark photos").fails_with("update Fieldmark");
    assert_eq!(std::fs::read(&path).unwrap(), newer, "not touched");
    let mut damaged = sound.clone();
    // The first page, with the table of tables.
    damaged[100..4096].fill(0x5a);
    std::fs::write(&path, &damaged).unwrap();
    desk.run("info desk.fieldmark").fails_with("fieldmark recover");
    let said = desk.run("recover desk.fieldmark -o saved.fieldmark").succeeds().out;
    assert!(
        said.contains("2 pictures, 4 objects and 1 step to undo") && said.contains("Nothing was lost"),
        "{said}"
    );
    assert_eq!(std::fs::read(&path).unwrap(), damaged, "not touched");
    assert_eq!(desk.json("info saved.fieldmark")["num_objects"], 4);
    assert_eq!(desk.json("info saved.fieldmark")["next_undo"], "Import labels");
    desk.run("recover desk.fieldmark -o .settings/saved.fieldmark").succeeds();
    let render = "render .settings/saved.fieldmark --asset a.png -o drawn.png --no-labels";
    desk.run(render).succeeds();
}

#[test]
fn a_picture_is_described() {
    let desk = Desk::new();
    desk.write_picture("a.png", 17, 9);
    let info = desk.json("info a.png");
    assert_eq!((&info["kind"], &info["size"]["height"]), (&"picture".into(), &9.into()));
    assert!(desk.run("info a.png").succeeds().out.contains("17 × 9 pixels"));
    desk.write("b.png", "no picture");
    desk.run("info b.png").fails_with("b.png");
}
