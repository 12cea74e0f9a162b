//! Holds the source to the picture of the layers in `src/lib.rs`: no folder uses its own level or one above.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The folders of `src/` by level, the lowest first. A folder may use those on lower levels only.
const LEVELS: [&[&str]; 7] = [
    &["base"],
    &["geometry", "pixels", "model", "edit"],
    &["tools", "render", "media", "infer", "formats", "quality", "store", "protocol"],
    &["sync"],
    &["project"],
    &["app", "server"],
    &["cli"],
];

/// Arrows within a level: the domain is a chain.
const WITHIN_A_LEVEL: [(&str, &str); 3] = [("edit", "model"), ("edit", "geometry"), ("model", "geometry")];

fn level(folder: &str) -> Option<usize> {
    LEVELS.iter().position(|folders| folders.contains(&folder))
}

fn is_allowed(from: &str, to: &str) -> bool {
    let (Some(from_level), Some(to_level)) = (level(from), level(to)) else { return false };
    from == to || to_level < from_level || WITHIN_A_LEVEL.contains(&(from, to))
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every Rust file below a folder.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut entries: Vec<_> =
        std::fs::read_dir(folder).expect("a source folder").map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files
}

/// The folders that a file's code names as `crate::folder` or `crate::{folder, …}`, with the line of each first
/// mention. Words in comments are not code.
fn used_folders(text: &str) -> BTreeMap<String, usize> {
    let code: Vec<&str> = text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect();
    let code = code.join("\n");
    let mut used = BTreeMap::new();
    for (at, path) in code.match_indices("crate::") {
        let line = code[..at].matches('\n').count() + 1;
        for name in first_names(&code[at + path.len()..]) {
            used.entry(name).or_insert(line);
        }
    }
    used
}

/// The first name of a path or, of a group in braces, that of each of its paths.
fn first_names(rest: &str) -> Vec<String> {
    let word = |text: &str| -> String {
        text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let Some(group) = rest.strip_prefix('{') else { return vec![word(rest)] };
    let mut depth = 1;
    let mut paths = vec![String::new()];
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => paths.push(String::new()),
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if c != ',' || depth > 1 {
            paths.last_mut().expect("never empty").push(c);
        }
    }
    paths.iter().map(|path| word(path)).filter(|name| !name.is_empty()).collect()
}

#[test]
fn no_folder_uses_its_own_level_or_one_above() {
    let mut violations = Vec::new();
    for folder in LEVELS.iter().flat_map(|folders| folders.iter()) {
        let path = source().join(folder);
        if !path.is_dir() {
            continue;
        }
        for file in rust_files(&path) {
            let text = std::fs::read_to_string(&file).unwrap();
            for (used, line) in used_folders(&text) {
                if level(&used).is_some() && !is_allowed(folder, &used) {
                    violations.push(format!("{}:{line}: {folder} must not use {used}", file.display()));
                }
            }
        }
    }
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}

#[test]
fn every_folder_is_in_the_picture_and_says_what_it_is() {
    let known: BTreeSet<&str> = LEVELS.iter().flat_map(|folders| folders.iter().copied()).collect();
    let lib = std::fs::read_to_string(source().join("lib.rs")).unwrap();
    for entry in std::fs::read_dir(source()).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_dir() {
            continue;
        }
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(known.contains(name.as_str()), "src/{name} has no level in tests/architecture.rs");
        assert!(lib.contains(&format!("`{name}`")), "src/{name} is not described in src/lib.rs");
        let header = std::fs::read_to_string(path.join("mod.rs")).unwrap();
        assert!(header.starts_with("//! "), "src/{name}/mod.rs has no header");
        assert!(header.contains("**Invariants"), "src/{name}/mod.rs does not say what always holds");
    }
}

#[test]
fn the_scanner_sees_single_and_grouped_paths_and_no_comments() {
    let text = "use crate::model::Label;\n// crate::app is far away\nuse crate::{\n  edit::{Op, Edit},\n  store,\n};\nlet x = crate::base::ids();";
    let used: Vec<_> = used_folders(text).into_iter().collect();
    assert_eq!(used, [("base".into(), 7), ("edit".into(), 3), ("model".into(), 1), ("store".into(), 3)]);
    assert!(is_allowed("app", "store") && is_allowed("edit", "model"));
    assert!(!is_allowed("model", "edit") && !is_allowed("store", "media") && !is_allowed("base", "model"));
}
