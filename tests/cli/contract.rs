//! What holds for every command.

use std::process::Stdio;

use crate::desk::{Desk, coco};

const COMMANDS: &[&str] = &[
    "new",
    "add",
    "info",
    "import",
    "export",
    "convert",
    "formats",
    "render",
    #[cfg(feature = "video")]
    "frames",
    "doctor",
    "bench",
    "recover",
];

#[test]
fn every_command_has_help() {
    let desk = Desk::new();
    let help = desk.run("--help").succeeds().out;
    for command in COMMANDS {
        assert!(help.contains(&format!("  {command} ")), "{help}");
        let help = desk.run(&format!("{command} --help")).succeeds().out;
        assert!(help.contains("Usage:") && help.contains("--json"), "{help}");
    }
    assert!(desk.run("export --help").out.contains("label:cat"), "the query is explained");
    assert!(desk.run("--version").succeeds().out.contains(env!("CARGO_PKG_VERSION")));
}

#[test]
fn wrong_usage_ends_with_2_and_writes_nothing_to_standard_output() {
    let desk = Desk::with_project(&["a.png"]);
    for arguments in [
        "new",
        "add desk.fieldmark",
        "info",
        "import desk.fieldmark --format coco",
        "import desk.fieldmark --format nonsense x",
        "export desk.fieldmark out",
        "export desk.fieldmark --format coco out --split train",
        "export desk.fieldmark --format coco out --seed 3",
        "export desk.fieldmark --format coco out --query cat",
        "export desk.fieldmark --format coco out --query colour:red",
        "export desk.fieldmark --format coco out --set masks",
        "convert in out --from coco",
        "render desk.fieldmark --asset a.png",
        "render desk.fieldmark --asset a.png -o a.png --size 0x3",
        "render desk.fieldmark --asset a.png -o a.png --region 1,2,3",
        "recover desk.fieldmark",
        "bench",
        "bench canvas --shapes 0",
        "formats --nonsense",
        "photos formats",
    ] {
        desk.run(arguments).fails_as_wrong_usage();
        desk.run(&format!("{arguments} --json")).fails_as_wrong_usage();
    }
    assert!(
        desk.run("export desk.fieldmark --format x out").err.contains("yolo-segment"),
        "the way out is named"
    );
}

#[test]
fn with_json_there_is_one_object_and_nothing_else() {
    let desk = Desk::new();
    desk.write_picture("photos/a.png", 40, 30);
    desk.write("coco.json", coco(&["a.png", "gone.png"]));
    let made = desk.json("new desk.fieldmark photos");
    assert_eq!((&made["num_pictures"], &made["num_labels"]), (&1.into(), &0.into()));
    assert_eq!(desk.json("add desk.fieldmark photos")["num_new"], 0);
    assert_eq!(desk.info()["kind"], "project");
    assert_eq!(desk.json("info photos/a.png")["size"]["width"], 40);
    assert_eq!(desk.json("import desk.fieldmark coco.json")["num_objects"], 4);
    let exported = desk.json("export desk.fieldmark --format coco out.json");
    assert_eq!(exported["summary"]["num_objects"], 4);
    let preflight = desk.json("export desk.fieldmark --format yolo-detect yolo --preflight");
    assert_eq!(preflight["preflight"]["num_changed"], 2);
    let converted = desk.json("convert coco.json --to labelme labelme");
    assert_eq!(converted["import"]["num_objects"], converted["export"]["summary"]["num_objects"]);
    assert!(desk.json("formats")["formats"].as_array().unwrap().len() >= 6);
    assert!(desk.json("doctor")["checks"].as_array().unwrap().len() >= 5);
    assert_eq!(desk.json("recover desk.fieldmark -o saved.fieldmark")["num_objects"], 4);
    // Before the subcommand as well.
    assert!(desk.run("--json formats").succeeds().json()["formats"].is_array());
}

#[test]
fn a_failure_with_json_is_an_object_too_and_the_message_names_cause_and_cure() {
    let desk = Desk::with_project(&["a.png"]);
    desk.write("letter.txt", "hello");
    for (arguments, cure) in [
        ("info nowhere.fieldmark", "check the path"),
        ("info letter.txt", "open a .fieldmark file"),
        ("new desk.fieldmark", "choose another name"),
        ("new other.fieldmark nowhere", "check the path"),
        ("add desk.fieldmark nowhere", "check the path"),
        ("add nowhere.fieldmark photos", "fieldmark new"),
        ("import desk.fieldmark nowhere.json", "check the path"),
        ("import desk.fieldmark letter.txt", "fieldmark formats"),
        ("import desk.fieldmark --format coco letter.txt", "letter.txt"),
        ("import desk.fieldmark letter.txt --images nowhere", "check the path"),
        ("export nowhere.fieldmark --format coco out", "fieldmark new"),
        ("export desk.fieldmark --format coco out --query name:zebra", "change the query"),
        ("export desk.fieldmark --format coco out --query label:zebra", "its labels"),
        ("export desk.fieldmark --format coco out --set nonsense=1", "settings"),
        ("export desk.fieldmark --format yolo-detect photos/out --with-media", "outside of it"),
        ("export desk.fieldmark --format yolo-detect letter.txt", "choose another place"),
        ("convert nowhere --to coco out", "check the path"),
        ("recover letter.txt -o saved.fieldmark", "restore a backup"),
        ("recover desk.fieldmark -o desk.fieldmark", "choose another name"),
        ("nowhere", "check the path"),
    ] {
        desk.run(arguments).fails_with(cure);
        let ended = desk.run(&format!("{arguments} --json")).fails_with(cure);
        assert!(ended.json()["error"].as_str().unwrap().contains(cure), "{}", ended.out);
    }
    assert!(!desk.path("other.fieldmark").exists(), "nothing is made when something is wrong");
    assert!(!desk.path("saved.fieldmark").exists());
    assert_eq!(desk.info()["num_pictures"], 1);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let desk = Desk::new();
    let mut child =
        desk.command().arg("formats").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn doctor_tells_of_everything_that_this_version_uses() {
    let desk = Desk::new();
    let told = desk.json("doctor");
    let checks = told["checks"].as_array().unwrap();
    for id in ["graphics", "settings", "caches", "file-dialogs", "ffmpeg", "onnx-runtime"] {
        let check = checks.iter().find(|check| check["id"] == id).unwrap_or_else(|| panic!("{id}: {told}"));
        assert!(!check["found"].as_str().unwrap().is_empty());
        let state = check["state"].as_str().unwrap();
        assert!(["fine", "unused"].contains(&state) || check["advice"].is_string(), "{check}");
    }
    assert!(desk.run("doctor").succeeds().out.contains("Settings"));
}

#[cfg(not(feature = "desktop"))]
#[test]
fn a_build_without_a_window_says_so() {
    let desk = Desk::with_project(&["a.png"]);
    desk.run("").fails_with("no window");
    desk.run("render desk.fieldmark --asset a.png -o a.png").fails_with("cannot draw");
}
