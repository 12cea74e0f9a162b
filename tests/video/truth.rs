//! The torture set, and what FFmpeg says of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The folder with the torture set, made on first use.
pub fn torture() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("torture");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/video/torture.sh");
        let status = Command::new("bash").arg(script).arg(&folder).status().expect("bash can be run");
        assert!(
            status.success(),
            "the torture set cannot be made; packaging/setup.sh --test installs FFmpeg"
        );
        folder
    })
}

/// One of its files.
pub fn file(name: &str) -> PathBuf {
    torture().join(name)
}

/// All files of the torture set with pictures in them, and the numbered pictures.
pub fn videos() -> Vec<PathBuf> {
    let entries = fs::read_dir(torture()).expect("the folder is there").map(|entry| entry.unwrap().path());
    let without_pictures = ["sound-only.mp4", "truncated.mp4"];
    let mut files: Vec<PathBuf> = entries
        .filter(|path| path.is_file() && path.extension().is_some_and(|extension| extension != "truth"))
        .filter(|path| !without_pictures.iter().any(|name| path.ends_with(name)))
        .collect();
    files.push(file("pictures/shot-%04d.png"));
    files.sort();
    files
}

/// MD5 of every frame of a stream, as FFmpeg prints it. Kept beside the file, for it takes a while.
pub fn frame_md5s(video: &Path, stream: usize) -> Vec<String> {
    let kept = PathBuf::from(format!("{}.{stream}.truth", video.display()).replace('%', ""));
    let text = fs::read_to_string(&kept).unwrap_or_else(|_| {
        let mut command = Command::new("ffmpeg");
        command.args(["-v", "quiet", "-nostdin", "-threads", "1", "-noautorotate"]);
        if video.to_string_lossy().contains('%') {
            command.args(["-start_number", "7"]);
        }
        command.arg("-i").arg(video).args(["-map", &format!("0:v:{stream}")]);
        // Pictures of another size than the first are not to be scaled.
        command.args(["-autoscale", "0"]);
        let output = command.args(["-fps_mode", "passthrough", "-f", "framemd5", "-"]).output();
        let text = String::from_utf8(output.expect("ffmpeg can be run").stdout).expect("framemd5 is text");
        // Under its name only once it is whole: other tests may be reading it.
        let writing = kept.with_extension(format!("{:?}", std::thread::current().id()));
        fs::write(&writing, &text).expect("the folder can be written");
        fs::rename(&writing, &kept).expect("the folder can be written");
        text
    });
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.rsplit(", ").next().expect("a line has fields").to_owned()).collect()
}
