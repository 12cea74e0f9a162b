//! Files that are no videos, or hardly: a clear message, never a hang, never a panic.

use std::fs;
use std::path::Path;

use fieldmark::base::jobs::JobContext;
use fieldmark::media::MediaError;
use fieldmark::media::video::{OpenOptions, Video, first_frame, open_video};

use super::truth::file;

fn open(path: &Path) -> Result<Video, MediaError> {
    open_video(path, &OpenOptions::default(), &JobContext::detached())
}

#[test]
fn what_is_no_video_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mp4");
    let refusal = |content: &[u8]| {
        fs::write(&path, content).unwrap();
        open(&path).expect_err("it is no video")
    };
    assert!(matches!(refusal(b""), MediaError::Empty { .. }));
    assert!(matches!(refusal(b"hello"), MediaError::NotAVideo { .. }));
    assert!(matches!(refusal(&[0; 100_000]), MediaError::NotAVideo { .. }));
    assert!(
        matches!(open(&file("truncated.mp4")), Err(MediaError::NotAVideo { .. })),
        "its index is missing"
    );
    assert!(matches!(open(&file("sound-only.mp4")), Err(MediaError::NoPictures { .. })));
    assert!(matches!(open(folder.path()), Err(MediaError::Read { .. })));
    let options = OpenOptions { stream: Some(7), ..OpenOptions::default() };
    let missing = open_video(&file("h264.mp4"), &options, &JobContext::detached());
    assert!(matches!(missing, Err(MediaError::NoPictures { .. })));
}

#[test]
fn a_file_names_no_other_file() {
    let folder = tempfile::tempdir().unwrap();
    let secret = file("h264.ts");
    let list = folder.path().join("list.mp4");
    for content in [
        format!(
            "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nhttp://127.0.0.1:1/a.ts\n{}\n",
            secret.display()
        ),
        format!("ffconcat version 1.0\nfile {}\n", secret.display()),
    ] {
        fs::write(&list, content).unwrap();
        assert!(open(&list).is_err());
    }
}

#[test]
fn names_that_look_like_addresses_or_are_not_unicode_are_names() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["tcp:1.mp4", "-i.mp4", "50%d.mp4", "Übung ✓.mp4"] {
        let path = folder.path().join(name);
        fs::copy(file("h264.mp4"), &path).unwrap();
        assert_eq!(open(&path).unwrap().index().num_frames(), 100, "{name}");
    }
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::ffi::OsStrExt as _;
        let path = folder.path().join(std::ffi::OsStr::from_bytes(b"\xff\xfe.mp4"));
        fs::copy(file("h264.mp4"), &path).unwrap();
        assert_eq!(open(&path).unwrap().index().num_frames(), 100);
    }
}

#[test]
fn files_cut_anywhere_open_or_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["h264.mp4", "h264.mkv", "h264.ts", "mpeg4.avi", "animated.gif", "prores.mov"] {
        let content = fs::read(file(name)).unwrap();
        for part in 1..8 {
            let path = folder.path().join(name);
            fs::write(&path, &content[..content.len() * part / 8]).unwrap();
            let Ok(video) = open(&path) else { continue };
            let last = video.index().num_frames() - 1;
            let mut reader = video.reader(2);
            for number in [last, 0, last / 2] {
                reader
                    .read(number, &|| true, None)
                    .unwrap_or_else(|error| panic!("{name}, {part}/8: {error}"));
            }
        }
    }
}

#[test]
fn a_video_that_grows_is_read_as_far_as_it_is_known_and_one_that_changes_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("growing.ts");
    let content = fs::read(file("h264.ts")).unwrap();
    fs::write(&path, &content[..content.len() / 2]).unwrap();
    let video = open(&path).unwrap();
    let last = video.index().num_frames() - 2;
    fs::write(&path, &content).unwrap();
    assert!(open(&path).unwrap().index().num_frames() > video.index().num_frames());
    assert!(video.reader(1).read(last - 4, &|| true, None).is_ok());
    fs::copy(file("mpeg2.ts"), &path).unwrap();
    assert!(matches!(video.reader(1).read(last, &|| true, None), Err(MediaError::Changed { .. })));
    assert!(matches!(
        video.reader(1).read(9999, &|| true, None),
        Err(MediaError::NoSuchFrame { number: 9999, .. })
    ));
}

#[test]
fn what_nobody_wants_is_not_decoded() {
    let cancelled = JobContext::detached();
    let video = open(&file("h264-long-gop.mp4")).unwrap();
    let mut reader = video.reader(1);
    assert!(matches!(reader.read(50, &|| false, None), Err(MediaError::Cancelled)));
    assert!(reader.read(50, &|| true, None).is_ok(), "the reader can be asked again");
    assert!(first_frame(&file("h264-long-gop.mp4"), None, &cancelled).is_ok());
}
