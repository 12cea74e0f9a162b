//! Import of labels of videos.

use std::process::Command;

use serde_json::Value;

use crate::desk::Desk;

#[test]
fn seconds_become_frames_at_the_rate_of_a_video_that_the_project_does_not_have_yet() {
    let desk = Desk::new();
    let mut command = Command::new("ffmpeg");
    let source = "testsrc2=size=64x48:rate=50:duration=0.2";
    command.args(["-v", "error", "-nostdin", "-f", "lavfi", "-i", source]).arg(desk.path("fast.mp4"));
    assert!(command.status().unwrap().success());
    let annotation = serde_json::json!({"segment": [0.04, 0.12], "label": "run"});
    desk.write("labels.json", serde_json::json!({"database": {"fast": {"annotations": [annotation]}}}));
    desk.run("new desk.fieldmark").succeeds();
    let told = desk.json("import desk.fieldmark --format activitynet labels.json");
    assert_eq!((&told["num_new_pictures"], &told["num_objects"]), (&1.into(), &1.into()), "{told}");
    let told = desk.json("export desk.fieldmark --format activitynet out");
    let main_file = desk.path(told["summary"]["main_file"].as_str().unwrap());
    let text = std::fs::read_to_string(main_file).unwrap();
    let written: Value = serde_json::from_str(&text).unwrap();
    let entry = written["database"].as_object().unwrap().values().next().unwrap();
    assert_eq!(entry["annotations"][0]["frames"], serde_json::json!([2, 6]), "{written}");
}
