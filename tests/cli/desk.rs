//! A folder to work in, and the program.

use std::fmt::Display;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::{Value, json};

/// A folder of its own, with settings and caches of its own.
pub struct Desk {
    folder: tempfile::TempDir,
}

/// How the program ended, and what it said.
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Desk {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A desk with `desk.fieldmark`, which has the pictures of the folder `photos`.
    pub fn with_project(pictures: &[&str]) -> Self {
        let desk = Self::new();
        for name in pictures {
            desk.write_picture(&format!("photos/{name}"), 40, 30);
        }
        desk.run("new desk.fieldmark photos").succeeds();
        desk
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl Display) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content.to_string()).unwrap();
        path
    }

    pub fn write_picture(&self, name: &str, width: u32, height: u32) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let shade = name.bytes().fold(7u8, |a, b| a.wrapping_mul(31).wrapping_add(b));
        image::RgbImage::from_pixel(width, height, image::Rgb([shade, 100, 50])).save(path).unwrap();
    }

    /// The names in a folder, sorted.
    pub fn names_in(&self, name: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.path(name)).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The program, ready to be started in the folder.
    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fieldmark"));
        command
            .current_dir(self.folder.path())
            .env("FIELDMARK_CONFIG_DIR", self.path(".settings"))
            .env("FIELDMARK_CACHE_DIR", self.path(".caches"));
        command
    }

    /// Runs the program with these arguments, parted by blanks.
    pub fn run(&self, arguments: &str) -> Ended {
        self.run_with(&arguments.split_whitespace().collect::<Vec<_>>())
    }

    pub fn run_with(&self, arguments: &[&str]) -> Ended {
        let Output { status, stdout, stderr } = self.command().args(arguments).output().unwrap();
        let ended = Ended {
            code: status.code(),
            out: String::from_utf8(stdout).unwrap(),
            err: String::from_utf8(stderr).unwrap(),
        };
        assert!(!ended.err.contains("panicked"), "{arguments:?}: {}", ended.err);
        ended
    }

    /// Runs a command with `--json`, and gives its object back.
    pub fn json(&self, arguments: &str) -> Value {
        self.run(&format!("{arguments} --json")).succeeds().json()
    }

    /// What `info` says of the project.
    pub fn info(&self) -> Value {
        self.json("info desk.fieldmark")
    }

    pub fn read_json(&self, name: &str) -> Value {
        serde_json::from_str(&std::fs::read_to_string(self.path(name)).unwrap()).unwrap()
    }
}

impl Ended {
    #[track_caller]
    pub fn succeeds(self) -> Self {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.err);
        self
    }

    /// Ends with 1 and a message that has these words.
    #[track_caller]
    pub fn fails_with(self, words: &str) -> Self {
        assert_eq!(self.code, Some(1), "{}{}", self.out, self.err);
        assert!(self.err.contains(words), "{}", self.err);
        self
    }

    /// Ends with 2: the arguments make no sense.
    #[track_caller]
    pub fn fails_as_wrong_usage(self) -> Self {
        assert_eq!(self.code, Some(2), "{}{}", self.out, self.err);
        assert_eq!(self.out, "");
        assert!(!self.err.is_empty());
        self
    }

    /// The one JSON object on standard output.
    #[track_caller]
    pub fn json(&self) -> Value {
        assert_eq!(self.out.lines().count(), 1, "{}", self.out);
        let value: Value = serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}", self.out));
        assert!(value.is_object());
        value
    }
}

/// A COCO file in which each picture has a box and a polygon.
pub fn coco(pictures: &[&str]) -> Value {
    let mut images = Vec::new();
    let mut annotations = Vec::new();
    for (id, name) in (1..).zip(pictures) {
        images.push(json!({"id": id, "file_name": name, "width": 40, "height": 30}));
        let x = f64::from(id) + 1.0 / 3.0;
        annotations.push(json!({
            "id": 2 * id, "image_id": id, "category_id": 1, "bbox": [x, 2.7, 10.1, 11.0], "area": 111.1, "iscrowd": 0,
        }));
        annotations.push(json!({
            "id": 2 * id + 1, "image_id": id, "category_id": 2, "bbox": [5, 6, 20, 15], "area": 150, "iscrowd": 0,
            "segmentation": [[5, 6, 25, 6, 25, 21]],
        }));
    }
    let categories = json!([{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}]);
    json!({"images": images, "annotations": annotations, "categories": categories})
}
