//! Golden files: every folder `tests/golden/formats/<format>/<case>/` is a test.
//!
//! - `input` (a folder, or the one file that begins with `input`) is imported as `<format>`; `expected.json` is
//!   what must come out, with every line of the report. `sizes.json` gives sizes of pictures by path.
//! - What was imported is exported to the same format again and read back: nothing may be lost but what
//!   preflight says, and what preflight says is in `expected.json`, too.
//!
//! `BLESS=1 cargo test` writes `expected.json` anew; look at the difference before committing it.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use fieldmark::formats::{ExportOptions, preflight, recognise};
use fieldmark::model::Schema;
use fieldmark::pixels::Size;
use serde_json::{Value, json};

use crate::driver::{describe, export_to, format, import_with};

fn subfolders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut folders: Vec<PathBuf> = entries.map(|e| e.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn input_of(case: &Path) -> PathBuf {
    let entries = fs::read_dir(case).unwrap().map(|entry| entry.unwrap().path());
    let begins_so = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().starts_with("input");
    entries.into_iter().find(begins_so).unwrap_or_else(|| panic!("{} has no input", case.display()))
}

fn sizes_of(case: &Path) -> HashMap<String, [u32; 2]> {
    let text = fs::read_to_string(case.join("sizes.json")).unwrap_or_else(|_| "{}".to_owned());
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}/sizes.json: {error}", case.display()))
}

fn run(id: &str, case: &Path) -> Value {
    let input = input_of(case);
    let sizes = sizes_of(case);
    let size = |path: &str| sizes.get(path).map(|&[width, height]| Size::new(width, height));
    let guesses: Vec<&str> = recognise(&input).iter().map(|(format, _)| format.id()).collect();
    let imported = match import_with(format(id), &input, Schema::default(), &size) {
        Ok(imported) => imported,
        Err(error) => {
            let error = error.to_string().replace(&format!("{}/", case.display()), "");
            return json!({"recognised_as": guesses, "error": error});
        }
    };
    let again = tempfile::tempdir().unwrap();
    let mut list = imported.list.clone();
    let check =
        preflight(format(id), &mut list, &again.path().join("out"), &ExportOptions::default()).unwrap();
    export_to(id, &imported.list, &again.path().join("out"), &[]);
    let mut value = describe(&imported.list);
    value["recognised_as"] = json!(guesses);
    value["report"] = json!(imported.report_lines(case));
    value["written_again"] =
        check.findings.iter().map(|f| json!(format!("{} ({})", f.message, f.count))).collect();
    value
}

#[test]
fn every_golden_folder_gives_what_it_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/formats");
    let mut num_cases = 0;
    let mut failures = Vec::new();
    for folder in subfolders(&root) {
        let id = folder.file_name().unwrap().to_string_lossy().into_owned();
        for case in subfolders(&folder) {
            num_cases += 1;
            let found = serde_json::to_string_pretty(&run(&id, &case)).unwrap() + "\n";
            let expected = case.join("expected.json");
            if std::env::var_os("BLESS").is_some() {
                fs::write(&expected, &found).unwrap();
            }
            if fs::read_to_string(&expected).unwrap_or_default() != found {
                failures.push(format!("{}:\n{found}", case.display()));
            }
        }
    }
    assert!(num_cases >= 10, "only {num_cases} cases found");
    assert!(failures.is_empty(), "{} of {num_cases} differ:\n{}", failures.len(), failures.join("\n"));
}
