//! `fieldmark info` and `fieldmark frames` on videos.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::desk::Desk;

/// A desk with `clip.mp4`: 12 frames with a keyframe every 5, of which `turned.mp4` is shown on its side.
fn desk() -> Desk {
    let desk = Desk::new();
    let ffmpeg = |arguments: &str| {
        let mut command = Command::new("ffmpeg");
        command.current_dir(desk.path("")).args(["-v", "error", "-nostdin"]).args(arguments.split(' '));
        assert!(command.status().unwrap().success());
    };
    ffmpeg(
        "-f lavfi -i testsrc2=size=64x48:rate=25 -frames:v 12 -c:v libx264 -g 5 -pix_fmt yuv420p clip.mp4",
    );
    ffmpeg("-i clip.mp4 -c copy -metadata:s:v:0 rotate=90 turned.mp4");
    ffmpeg("-f lavfi -i sine=duration=1 sound.wav");
    desk
}

fn md5s(desk: &Desk, arguments: &str) -> Vec<(u64, String)> {
    let lines = desk.run(arguments).succeeds().out;
    let values = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    values
        .map(|value| (value["index"].as_u64().unwrap(), value["md5"].as_str().unwrap().to_owned()))
        .collect()
}

fn numbers(desk: &Desk, which: &str) -> Vec<u64> {
    md5s(desk, &format!("frames clip.mp4 --hash {which}")).into_iter().map(|(number, _)| number).collect()
}

#[test]
fn info_tells_what_a_video_holds() {
    let desk = desk();
    let told = desk.json("info clip.mp4");
    assert_eq!(told["kind"], "video");
    assert_eq!((&told["num_frames"], &told["longest_gop"]), (&12.into(), &5.into()));
    assert_eq!(told["keyframes"], serde_json::json!([0, 5, 10]));
    assert_eq!((&told["frames_per_second"], &told["has_variable_rate"]), (&25.0.into(), &false.into()));
    assert_eq!(told["streams"][0]["codec"], "h264");
    assert!((told["duration_secs"].as_f64().unwrap() - 0.48).abs() < 1e-6);
    let turned = desk.json("info turned.mp4 --verify");
    assert_eq!(turned["streams"][0]["size"], serde_json::json!({"width": 48, "height": 64}));
    assert_eq!(turned["is_verified"], true);
    assert!(desk.run("info clip.mp4").succeeds().out.contains("12 frames, 25.000 frames a second"));
    let with_sound_only = desk.path("sound.mp4");
    std::fs::rename(desk.path("sound.wav"), &with_sound_only).unwrap();
    desk.run("info sound.mp4").fails_with("no pictures");
}

#[test]
fn hashes_are_those_of_ffmpeg_in_every_order() {
    let desk = desk();
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-noautorotate", "-i"]).arg(desk.path("turned.mp4"));
    let output = command.args(["-fps_mode", "passthrough", "-f", "framemd5", "-"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let truth: Vec<(u64, String)> = (0..)
        .zip(text.lines().filter(|line| !line.starts_with('#')))
        .map(|(number, line)| (number, line.rsplit(", ").next().unwrap().to_owned()))
        .collect();
    assert_eq!(truth.len(), 12);
    for order in ["forward", "backward", "random"] {
        let mut told = md5s(&desk, &format!("frames turned.mp4 --all --hash --order {order}"));
        told.sort();
        assert_eq!(told, truth, "{order}");
    }
}

#[test]
fn frames_are_chosen_by_number_step_and_range() {
    let desk = desk();
    assert_eq!(numbers(&desk, "--index 0,7,-1"), [0, 7, 11]);
    assert_eq!(numbers(&desk, "--every 5"), [0, 5, 10]);
    assert_eq!(numbers(&desk, "--range 9:"), [9, 10, 11]);
    assert_eq!(numbers(&desk, "--range -3:-1 --order backward"), [10, 9]);
    assert_eq!(numbers(&desk, "--range 5:5"), [0; 0]);
    desk.run("frames clip.mp4 --index 12 --hash").fails_with("there is no frame 12; the last is 11");
    desk.run("frames clip.mp4").fails_as_wrong_usage();
    desk.run("frames clip.mp4 --all --every 2").fails_as_wrong_usage();
    desk.run("frames clip.mp4 --every 0").fails_as_wrong_usage();
    desk.run("frames clip.mp4 --range 5").fails_as_wrong_usage();
}

#[test]
fn pictures_are_saved_upright_and_in_the_video_s_colours() {
    let desk = desk();
    let told = desk.json("frames turned.mp4 --index 3,-1 -o stills");
    assert_eq!(told["files"].as_array().unwrap().len(), 2);
    assert_eq!(desk.names_in("stills"), ["turned-000003.png", "turned-000011.png"]);
    let upright = image::open(desk.path("stills/turned-000003.png")).unwrap().to_rgb8();
    assert_eq!(upright.dimensions(), (48, 64));
    desk.run("frames clip.mp4 --index 3 --format jpg -o stills").succeeds();
    let stored = image::open(desk.path("stills/clip-000003.jpg")).unwrap().to_rgb8();
    assert_eq!(stored.dimensions(), (64, 48));
    // FFmpeg writes a rotation by 90° as one against the clock or with it, depending on its version.
    let distance = |turned: image::RgbImage| {
        let pairs = upright.as_raw().iter().zip(turned.as_raw().iter());
        pairs.map(|(a, b)| u64::from(a.abs_diff(*b))).sum::<u64>() / upright.as_raw().len() as u64
    };
    let nearest =
        distance(image::imageops::rotate90(&stored)).min(distance(image::imageops::rotate270(&stored)));
    assert!(nearest < 8, "{nearest}");
}

/// The pictures below a folder by their names.
fn pictures_below(folder: &Path) -> BTreeMap<String, image::RgbImage> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(pictures_below(&path));
        } else if let Ok(picture) = image::open(&path) {
            found.insert(path.file_stem().unwrap().to_str().unwrap().to_owned(), picture.to_rgb8());
        }
    }
    found
}

/// The mean difference of two pictures of one size.
fn difference(a: &image::RgbImage, b: &image::RgbImage) -> f64 {
    let pairs = a.as_raw().iter().zip(b.as_raw());
    pairs.map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>() / a.as_raw().len() as f64
}

#[test]
fn an_export_to_pictures_writes_the_frames_that_it_names() {
    let desk = desk();
    desk.run("new desk.fieldmark clip.mp4 turned.mp4").succeeds();
    for video in ["clip", "turned"] {
        desk.run(&format!("frames {video}.mp4 --all -o truth/{video}")).succeeds();
    }
    for format in ["coco", "yolo-detect"] {
        let export = format!("export desk.fieldmark --format {format} --with-media --frames every:3@2:12");
        let told = desk.json(&format!("{export} out/{format}"));
        assert_eq!(told["summary"]["num_items"], 6, "{told}");
        let written = pictures_below(&desk.path("out").join(format));
        let names =
            ["clip", "turned"].map(|video| [3, 6, 9].map(|n| format!("{video}_frame_{n:06}"))).concat();
        assert_eq!(written.keys().cloned().collect::<Vec<_>>(), names);
        for (name, picture) in &written {
            let (video, number) = name.split_once("_frame_").unwrap();
            let frames = pictures_below(&desk.path("truth").join(video));
            let nearest = frames
                .iter()
                .inspect(|(_, frame)| assert_eq!(frame.dimensions(), picture.dimensions(), "{name}"))
                .min_by(|a, b| difference(a.1, picture).total_cmp(&difference(b.1, picture)))
                .map(|(name, _)| name.as_str());
            assert_eq!(nearest, Some(format!("{video}-{number}").as_str()), "{format}: {name}");
        }
    }
}

#[test]
fn numbered_pictures_are_a_video() {
    let desk = desk();
    desk.run("frames clip.mp4 --all -o stills").succeeds();
    for number in 0..5 {
        std::fs::remove_file(desk.path(&format!("stills/clip-{number:06}.png"))).unwrap();
    }
    let told = desk.json("info stills/clip-%06d.png");
    assert_eq!((&told["kind"], &told["num_frames"]), (&"video".into(), &7.into()));
    desk.run("frames stills/none-%06d.png --all --hash").fails_with("no picture has a name of this pattern");
}

#[test]
fn reading_is_measured() {
    let measured = desk().json("bench video clip.mp4 --frames 3 --jumps 2");
    assert_eq!(measured["num_frames"], 12);
    for stage in ["jump", "bare_decode", "forward", "backward"] {
        assert!(measured[stage]["max"].as_f64().unwrap() > 0.0, "{stage}: {measured}");
    }
}

#[test]
fn a_project_takes_videos_with_their_frames() {
    let desk = desk();
    let made = desk.json("new desk.fieldmark clip.mp4 turned.mp4");
    assert_eq!((&made["num_pictures"], &made["num_videos"]), (&0.into(), &2.into()), "{made}");
    assert!(desk.run("info desk.fieldmark").succeeds().out.contains("2 videos, 0 objects"));
    let again = desk.json("add desk.fieldmark .");
    assert_eq!((&again["num_new"], &again["num_videos"]), (&0.into(), &2.into()), "{again}");
    std::fs::rename(desk.path("clip.mp4"), desk.path("renamed.mp4")).unwrap();
    assert_eq!(desk.json("info desk.fieldmark")["num_missing"], 1);
    desk.json("add desk.fieldmark renamed.mp4");
    let told = desk.json("info desk.fieldmark");
    assert_eq!((&told["num_videos"], &told["num_missing"]), (&2.into(), &0.into()), "it is found again");
}

#[test]
fn numbered_pictures_are_added_as_one_video_and_not_as_pictures() {
    let desk = Desk::new();
    for number in 8..12 {
        desk.write_picture(&format!("run/shot-{number}.png"), 40, 30);
    }
    desk.write_picture("run/other.png", 40, 30);
    let made = desk.json("new desk.fieldmark --sequence run/shot-8.png run");
    assert_eq!((&made["num_pictures"], &made["num_videos"]), (&1.into(), &1.into()), "{made}");
    assert_eq!(desk.json("info run/shot-%d.png")["num_frames"], 4);
    assert_eq!(desk.json("info desk.fieldmark")["num_missing"], 0);
    std::fs::remove_file(desk.path("run/shot-10.png")).unwrap();
    desk.run("add desk.fieldmark --sequence run/shot-%d.png").fails_with("picture 10 is missing");
    std::fs::remove_file(desk.path("run/shot-8.png")).unwrap();
    assert_eq!(desk.json("info desk.fieldmark")["num_missing"], 1);
}

#[test]
fn an_object_is_carried_from_frame_to_frame() {
    let desk = Desk::new();
    let still = "testsrc2=size=160x120:rate=25,trim=end_frame=1,loop=19:1,setpts=N/25/TB";
    let status = Command::new("ffmpeg")
        .current_dir(desk.path(""))
        .args(["-v", "error", "-nostdin", "-f", "lavfi", "-i", still, "-c:v", "ffv1", "still.mkv"])
        .status();
    assert!(status.unwrap().success());
    let feature = r#"{"frame": 2, "bounds": [30, 20, 80, 70], "keyframe": true, "interpolate": true}"#;
    let dive = format!(
        r#"{{"version": 2, "groups": {{}}, "tracks": {{"0": {{"id": 0, "begin": 2, "end": 2,
            "confidencePairs": [["thing", 1]], "attributes": {{}}, "features": [{feature}]}}}}}}"#
    );
    std::fs::write(desk.path("still.json"), dive).unwrap();
    desk.json("new desk.fieldmark still.mkv");
    desk.json("import desk.fieldmark still.json --format dive");
    desk.run("track desk.fieldmark --video still.mkv --frames 1:9").fails_with("no object on frame 1");
    desk.run("track desk.fieldmark --video still.mkv --frames 2:99").fails_with("its last is 19");
    let told = desk.json("track desk.fieldmark --video still.mkv --frames 2:9");
    assert_eq!((&told["tracks"][0]["last_frame"], &told["tracks"][0]["end"]), (&9.into(), &"arrived".into()));
    let id = told["tracks"][0]["id"].as_str().unwrap();
    let told = desk.json(&format!("track desk.fieldmark --video still.mkv --frames 9:12 --track {id}"));
    let end = told["tracks"][0]["end"].as_str().unwrap();
    assert!(end.starts_with("there is no frame to go to"), "it ends on frame 9 now: {end}");
}

#[test]
fn numbered_pictures_that_were_moved_are_found_again_and_others_of_the_same_names_are_not() {
    let desk = Desk::new();
    for number in 1..5 {
        desk.write_picture(&format!("run/shot-{number}.png"), 40, 30);
        desk.write_picture(&format!("other/shot-{number}.png"), 50, 30);
    }
    desk.json("new desk.fieldmark --sequence run/shot-%d.png");
    std::fs::create_dir(desk.path("taken")).unwrap();
    std::fs::rename(desk.path("run"), desk.path("taken/first")).unwrap();
    let told = desk.json("add desk.fieldmark other");
    assert_eq!(told["num_new"], 4, "pictures of their own: {told}");
    assert_eq!(desk.json("info desk.fieldmark")["num_missing"], 1);
    let told = desk.json("add desk.fieldmark taken");
    assert_eq!(told["num_new"], 0, "{told}");
    let told = desk.json("info desk.fieldmark");
    assert_eq!((&told["num_videos"], &told["num_missing"]), (&1.into(), &0.into()), "{told}");
}

#[test]
fn what_is_no_video_is_told_and_left_out() {
    let desk = desk();
    std::fs::rename(desk.path("sound.wav"), desk.path("sound.mp4")).unwrap();
    let whole = std::fs::read(desk.path("clip.mp4")).unwrap();
    std::fs::create_dir(desk.path("odd")).unwrap();
    std::fs::write(desk.path("odd/cut.mp4"), &whole[..whole.len() / 2]).unwrap();
    std::fs::write(desk.path("odd/empty.mkv"), b"").unwrap();
    std::fs::rename(desk.path("sound.mp4"), desk.path("odd/sound.mp4")).unwrap();
    let still = image::RgbaImage::from_pixel(40, 30, image::Rgba([200, 10, 10, 255]));
    for (name, num_frames) in [("still.gif", 1), ("moving.gif", 3)] {
        let file = std::fs::File::create(desk.path("odd").join(name)).unwrap();
        let mut encoder = image::codecs::gif::GifEncoder::new(file);
        (0..num_frames).for_each(|_| encoder.encode_frame(image::Frame::new(still.clone())).unwrap());
    }
    let made = desk.json("new desk.fieldmark odd");
    assert_eq!((&made["num_pictures"], &made["num_videos"]), (&1.into(), &1.into()), "{made}");
    let report = made["report"].to_string();
    for words in ["cut.mp4", "only sound", "the file is empty"] {
        assert!(report.contains(words), "{report}");
    }
}

/// The libraries that the system loads with a program: the entries `DT_NEEDED` of its dynamic section, as ELF has it.
#[cfg(target_os = "linux")]
fn needed_libraries(program: &[u8]) -> Vec<String> {
    let number = |at: usize, num_bytes: usize| {
        program[at..at + num_bytes].iter().rev().fold(0, |number, byte| (number << 8) | *byte as usize)
    };
    let (sections, section_bytes, num_sections) = (number(0x28, 8), number(0x3a, 2), number(0x3c, 2));
    let section = |index: usize| sections + index * section_bytes;
    let is_dynamic = |at: &usize| number(at + 4, 4) == 6;
    let dynamic = (0..num_sections).map(section).find(is_dynamic).expect("a program has a dynamic section");
    let names = number(section(number(dynamic + 0x28, 4)) + 0x18, 8);
    let entries = (0..number(dynamic + 0x20, 8) / 16).map(|index| number(dynamic + 0x18, 8) + index * 16);
    let needed = entries.filter(|entry| number(*entry, 8) == 1).map(|entry| names + number(entry + 8, 8));
    needed
        .map(|at| program[at..].iter().take_while(|byte| **byte != 0).map(|byte| *byte as char).collect())
        .collect()
}

#[cfg(target_os = "linux")]
#[test]
fn the_program_starts_without_loading_any_of_ffmpeg() {
    let needed = needed_libraries(&std::fs::read(env!("CARGO_BIN_EXE_fieldmark")).unwrap());
    assert!(needed.iter().any(|library| library == "libc.so.6"), "{needed:?}");
    let is_of_ffmpeg = |library: &&String| library.starts_with("libav") || library.starts_with("libsw");
    // A function of FFmpeg is used that ffi.rs does not list.
    assert_eq!(needed.iter().find(is_of_ffmpeg), None);
}

#[test]
fn without_ffmpeg_it_says_what_is_missing_and_what_helps() {
    let desk = desk();
    std::fs::create_dir(desk.path("empty")).unwrap();
    let without = |arguments: &[&str]| {
        let mut command = desk.command();
        let output = command.args(arguments).env("FIELDMARK_FFMPEG", desk.path("empty")).output().unwrap();
        [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat()
    };
    let told = without(&["info", "clip.mp4"]);
    assert!(
        told.contains("avutil") && told.contains("install FFmpeg") && told.contains("clip.mp4"),
        "{told}"
    );
    let told = without(&["doctor"]);
    assert!(told.contains("is missing here") && told.contains("To label videos, install FFmpeg"), "{told}");
}

#[cfg(feature = "desktop")]
#[test]
fn a_frame_is_drawn_upright_and_by_its_number() {
    let desk = desk();
    desk.run("new desk.fieldmark clip.mp4 turned.mp4").succeeds();
    desk.run("frames clip.mp4 --index 6,7,8 -o frames").succeeds();
    let mut frames: Vec<_> =
        std::fs::read_dir(desk.path("frames")).unwrap().map(|entry| entry.unwrap().path()).collect();
    frames.sort();
    let frames: Vec<_> = frames.iter().map(|path| image::open(path).unwrap().to_rgb8()).collect();
    let told = desk.json("render desk.fieldmark --asset clip.mp4 --frame 7 -o seven.png");
    assert_eq!((&told["width"], &told["height"], &told["frame"]), (&64.into(), &48.into(), &7.into()));
    let drawn = image::open(desk.path("seven.png")).unwrap().to_rgb8();
    // FFmpeg's scaler places colours between rows more coarsely; of all frames, the right one is the nearest.
    let off: Vec<f64> = frames.iter().map(|frame| difference(&drawn, frame)).collect();
    assert!(off[1] < 8.0 && off[1] < off[0] && off[1] < off[2], "{off:?}");
    let turned = desk.json("render desk.fieldmark --asset turned.mp4 --frame -5 -o turned.png");
    assert_eq!((&turned["width"], &turned["height"], &turned["frame"]), (&48.into(), &64.into(), &7.into()));
    desk.run("render desk.fieldmark --asset clip.mp4 --frame 12 -o x.png").fails_with("no frame 12");
}
