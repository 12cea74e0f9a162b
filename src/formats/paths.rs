//! Paths as formats write them: text with `/`, relative to some folder.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

/// Extensions of pictures, lower case, the most common first.
pub(super) const PICTURE_EXTENSIONS: [&str; 16] = [
    "jpg", "jpeg", "png", "bmp", "webp", "tif", "tiff", "gif", "jfif", "heic", "heif", "avif", "dng", "mpo",
    "pfm", "jp2",
];

/// Extensions of videos, lower case, the most common first.
pub(super) const VIDEO_EXTENSIONS: [&str; 16] = [
    "mp4", "mov", "avi", "mkv", "webm", "m4v", "mpg", "mpeg", "ts", "mts", "m2ts", "wmv", "flv", "ogv",
    "3gp", "gif",
];

/// The path of a video by the names that a file has for it, best first, in a folder: the first that there is, also with
/// an extension that the name lacks; else that of the first name.
pub(super) fn video_path(folder: &str, names: &[&str], is_there: &dyn Fn(&str) -> bool) -> String {
    let within = |name: &str| clean(&format!("{folder}{}{name}", if folder.is_empty() { "" } else { "/" }));
    let names = || names.iter().filter(|name| !name.is_empty());
    let as_named = names().map(|name| within(name));
    let extended =
        names().flat_map(|name| VIDEO_EXTENSIONS.map(|extension| within(&format!("{name}.{extension}"))));
    let found = as_named.chain(extended).find(|path| is_there(path));
    found.or_else(|| names().next().map(|name| within(name))).unwrap_or_else(|| "video".to_owned())
}

/// Whether the name ends like that of a picture.
pub(super) fn is_picture(path: &Path) -> bool {
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    extension.is_some_and(|e| PICTURE_EXTENSIONS.contains(&e.as_str()))
}

/// The path with `/` between its parts, without empty and `.` parts, and `a/../` taken out. What leads out of
/// the folder (`../`, an absolute path, an address) stays.
pub(super) fn clean(path: &str) -> String {
    if path.contains("://") {
        return path.to_owned();
    }
    let text = path.replace('\\', "/");
    let mut parts: Vec<&str> = Vec::new();
    for part in text.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." && parts.last().is_some_and(|last| *last != "..") {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    let root = if text.starts_with('/') { "/" } else { "" };
    format!("{root}{}", parts.join("/"))
}

/// A relative path for a copy inside an export: parts that lead out of the folder are gone, and characters that
/// some file system forbids are `_`. Absolute paths and addresses keep their last part only.
pub(super) fn inside(path: &str) -> String {
    let cleaned = clean(path);
    let is_drive = cleaned.get(1..3) == Some(":/");
    let relative = if cleaned.contains("://") || cleaned.starts_with('/') || is_drive {
        cleaned.split(['?', '#']).next().and_then(|p| p.rsplit('/').next()).unwrap_or_default()
    } else {
        &cleaned
    };
    let allowed = |c: char| if c.is_control() || "<>:\"|?*\\".contains(c) { '_' } else { c };
    let parts = relative.split('/').filter(|part| !part.is_empty() && *part != "..");
    let joined: Vec<String> = parts.map(|part| part.chars().map(allowed).collect()).collect();
    if joined.is_empty() { "picture".to_owned() } else { joined.join("/") }
}

/// The path without its extension, and the extension without its dot, empty when there is none.
pub(super) fn split_extension(path: &str) -> (&str, &str) {
    let name_at = path.rfind('/').map_or(0, |slash| slash + 1);
    match path[name_at..].rfind('.') {
        Some(dot) if dot > 0 => (&path[..name_at + dot], &path[name_at + dot + 1..]),
        _ => (path, ""),
    }
}

/// The last part of the path.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The way from a folder to a file: `None` when they have no root in common.
pub(super) fn relative(from_folder: &Path, to: &Path) -> Option<String> {
    let (from, to) = (normal(from_folder), normal(to));
    let (mut a, mut b) = (from.components().peekable(), to.components().peekable());
    while a.peek().is_some() && a.peek() == b.peek() {
        a.next();
        b.next();
    }
    if a.clone().any(|part| !matches!(part, Component::Normal(_)))
        || b.clone().any(|part| !matches!(part, Component::Normal(_)))
    {
        return None;
    }
    let mut parts: Vec<String> = a.map(|_| "..".to_owned()).collect();
    parts.extend(b.map(|part| part.as_os_str().to_string_lossy().into_owned()));
    Some(parts.join("/"))
}

/// The path without `.` and `..` parts, as far as the text goes.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(normal.components().next_back(), Some(Component::Normal(_))) => {
                normal.pop();
            }
            _ => normal.push(part),
        }
    }
    normal
}

/// Names given out so far, told apart as file systems that ignore case would.
#[derive(Default)]
pub(super) struct NamesTaken {
    taken: HashSet<String>,
}

impl NamesTaken {
    /// The path, with a number added to its stem where its key is taken already. The key is what the function
    /// makes of a path: the path itself, or its stem where files of different extensions get in each other's way.
    pub fn take(&mut self, path: &str, key: impl Fn(&str) -> &str) -> String {
        let (stem, extension) = split_extension(path);
        let dot = if extension.is_empty() { "" } else { "." };
        let mut number = 1;
        loop {
            let number_text = if number == 1 { String::new() } else { format!("_{number}") };
            let name = format!("{stem}{number_text}{dot}{extension}");
            if self.taken.insert(key(&name).to_lowercase()) {
                return name;
            }
            number += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleans_what_other_systems_write() {
        assert_eq!(clean(r"..\images\a.jpg"), "../images/a.jpg");
        assert_eq!(clean("./a//b/../c.png"), "a/c.png");
        assert_eq!(clean("/data/./a.jpg"), "/data/a.jpg");
        assert_eq!(clean("https://x.org//a.jpg"), "https://x.org//a.jpg");
    }

    #[test]
    fn no_export_leaves_its_folder() {
        assert_eq!(inside("../../etc/passwd"), "etc/passwd");
        assert_eq!(inside("/data/a.jpg"), "a.jpg");
        assert_eq!(inside(r"C:\data\a.jpg"), "a.jpg");
        assert_eq!(inside("https://x.org/p/a.jpg?size=3"), "a.jpg");
        assert_eq!(inside("a:b/c.jpg"), "a_b/c.jpg");
        assert_eq!(inside(".."), "picture");
    }

    #[test]
    fn names_that_collide_get_numbers() {
        let mut names = NamesTaken::default();
        let stem = |path: &str| -> String { split_extension(path).0.to_owned() };
        assert_eq!(stem("a/b.c/d"), "a/b.c/d");
        assert_eq!(names.take("a/x.jpg", |p| split_extension(p).0), "a/x.jpg");
        assert_eq!(names.take("a/X.png", |p| split_extension(p).0), "a/X_2.png");
        assert_eq!(names.take("x.png", |p| split_extension(p).0), "x.png");
    }

    #[test]
    fn finds_the_way_between_folders() {
        let way = |from: &str, to: &str| relative(Path::new(from), Path::new(to));
        assert_eq!(way("/a/out/x", "/a/pictures/1.jpg").as_deref(), Some("../../pictures/1.jpg"));
        assert_eq!(way("/a", "/a/1.jpg").as_deref(), Some("1.jpg"));
        assert_eq!(way("a/./b", "a/c/../1.jpg").as_deref(), Some("../1.jpg"));
        assert_eq!(way("a", "/b"), None);
    }
}
