//! `fieldmark render`, on whatever adapter there is.

use std::path::Path;

use crate::desk::{Desk, coco};

fn labelled_desk() -> Desk {
    let desk = Desk::with_project(&["a.png", "deep/a.png"]);
    desk.write("coco.json", coco(&["photos/a.png"]));
    desk.run("import desk.fieldmark coco.json").succeeds();
    desk
}

fn picture(path: &Path) -> image::RgbaImage {
    image::open(path).unwrap().to_rgba8()
}

#[test]
fn a_picture_is_drawn_with_and_without_its_objects() {
    let desk = labelled_desk();
    let told = desk.json("render desk.fieldmark --asset photos/a.png -o with.png");
    assert_eq!((&told["width"], &told["height"], &told["num_objects"]), (&40.into(), &30.into(), &2.into()));
    desk.run("render desk.fieldmark --asset photos/a.png -o without.png --no-labels").succeeds();
    let (with, without) = (picture(&desk.path("with.png")), picture(&desk.path("without.png")));
    assert_eq!(with.dimensions(), (40, 30));
    let plain = picture(&desk.path("photos/a.png"));
    assert_eq!(without, plain, "one to one, a picture is drawn to the last bit");
    assert_eq!(with.get_pixel(38, 28), plain.get_pixel(38, 28), "outside of all objects");
    assert_ne!(with.get_pixel(6, 8), plain.get_pixel(6, 8), "inside a box");
}

#[test]
fn a_region_is_drawn_at_the_size_asked_for() {
    let desk = labelled_desk();
    desk.run(
        "render desk.fieldmark --asset photos/a.png -o part.png --region 2,2,10,5 --size 200x100 --no-labels",
    )
    .succeeds();
    let part = picture(&desk.path("part.png"));
    assert_eq!(part.dimensions(), (200, 100));
    desk.run("render desk.fieldmark --asset photos/a.png -o around.png --region -10,-10,20,20").succeeds();
    let around = picture(&desk.path("around.png"));
    assert_ne!(around.get_pixel(2, 2), around.get_pixel(18, 18), "beyond the picture there is none");
}

#[test]
fn what_cannot_be_drawn_is_explained() {
    let desk = labelled_desk();
    desk.run("render desk.fieldmark --asset a.png -o x.png").fails_with("give its path");
    desk.run("render desk.fieldmark --asset zebra.png -o x.png").fails_with("give its path");
    desk.run("render desk.fieldmark --asset photos/a.png -o x.jpg").fails_with(".png");
    desk.run("render desk.fieldmark --asset photos/a.png -o nowhere/x.png")
        .fails_with("could not be written");
    desk.run("render desk.fieldmark --asset photos/a.png -o x.png --size 100000x100000")
        .fails_with("Choose a size");
    std::fs::remove_file(desk.path("photos/a.png")).unwrap();
    desk.run("render desk.fieldmark --asset photos/a.png -o x.png").fails_with("photos/a.png");
    assert!(!desk.path("x.png").exists());
}

#[test]
fn the_canvas_is_measured_by_gesture_and_stage() {
    let desk = Desk::new();
    for kind in ["polygons", "boxes"] {
        let scene = format!("--shapes 60 --kind {kind} --picture 900x700 --view 320x200");
        let measured = desk.json(&format!("bench canvas {scene} --frames 3 --seconds 0.2"));
        let gestures = measured["gestures"].as_array().unwrap();
        assert_eq!(gestures.len(), 8);
        for gesture in gestures {
            let ours = &gesture["ours"];
            assert!(gesture["num_frames"].as_u64().unwrap() >= 1, "{gesture}");
            assert!(
                ours["median"].as_f64().unwrap() > 0.0 && ours["max"].as_f64() >= ours["median"].as_f64()
            );
        }
        let edited = gestures.iter().find(|gesture| gesture["phase"] == "edit").unwrap();
        assert!(edited["uploaded_bytes"].as_u64().unwrap() > 0, "an edit is uploaded");
        let still = gestures.iter().find(|gesture| gesture["phase"] == "still").unwrap();
        assert_eq!(still["uploaded_bytes"].as_u64().unwrap(), 0, "what does not change is not");
        assert_eq!(still["num_frames_not_sharp"], 0);
    }
    desk.run("bench canvas --shapes 5 --seconds 0").fails_with("some time");
}

#[test]
fn the_picture_of_the_canvas_is_read_by_region_as_it_is_looked_at() {
    let desk = Desk::new();
    let scene = "--shapes 20 --picture 60000x60000 --view 320x200 --frames 30 --seconds 2";
    let measured = desk.json(&format!("bench canvas {scene}"));
    let number = |part: &serde_json::Value, name: &str| part[name].as_f64().unwrap();
    let open = &measured["open"];
    assert!(number(open, "tiles_decoded") > 0.0 && number(open, "tiles_uploaded") > 0.0, "{open}");
    assert!(number(open, "decode_ms") > 0.0);
    let zoom_in = measured["gestures"].as_array().unwrap().iter().find(|g| g["phase"] == "zoom_in").unwrap();
    assert!(number(zoom_in, "tiles_decoded") > 0.0 && number(zoom_in, "tiles_uploaded") > 0.0, "{zoom_in}");

    let without = desk.json(&format!("bench canvas {scene} --no-picture"));
    let of_all = |name| {
        let gestures = without["gestures"].as_array().unwrap().iter();
        gestures.chain([&without["open"]]).map(|part| number(part, name)).sum::<f64>()
    };
    assert_eq!([of_all("tiles_decoded"), of_all("tiles_uploaded")], [0.0; 2]);
}
