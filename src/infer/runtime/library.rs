//! Finding ONNX Runtime's library, and loading it once.

use std::ffi::{CStr, c_char};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use libloading::Library;
use ort::environment::Environment;

use crate::base::libraries::library_file_name;

/// The environment variable that names the library's file.
pub const LIBRARY_VARIABLE: &str = "ORT_DYLIB_PATH";

/// ONNX Runtime, loaded.
pub(super) struct Runtime {
    pub environment: Environment,
    pub version: String,
}

/// A library that was found and can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundLibrary {
    /// Its file, or its name where the system finds it.
    pub path: PathBuf,
    /// Its version.
    pub version: String,
}

/// Why no model can be run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LibraryError {
    /// There is none.
    #[error(
        "ONNX Runtime, which runs models, is not installed: run packaging/setup.sh, or put its library {name} into {}",
        folder.display()
    )]
    Missing {
        /// What its file is called on this system.
        name: String,
        /// Where it would be found.
        folder: PathBuf,
    },
    /// It is older than what this program is made for.
    #[error(
        "ONNX Runtime {version} is too old; version 1.{} or later is needed: run packaging/setup.sh [{}]",
        ort::MINOR_VERSION, path.display()
    )]
    TooOld {
        /// Its version.
        version: String,
        /// Its file.
        path: PathBuf,
    },
    /// It cannot be loaded.
    #[error("ONNX Runtime cannot be loaded: {reason} [{}]", path.display())]
    Broken {
        /// What the system says.
        reason: String,
        /// Its file.
        path: PathBuf,
    },
}

/// Loads the library at the first call; later calls give what the first one gave.
pub(super) fn runtime() -> Result<&'static Runtime, LibraryError> {
    static RUNTIME: OnceLock<Result<Runtime, LibraryError>> = OnceLock::new();
    RUNTIME.get_or_init(load).as_ref().map_err(Clone::clone)
}

fn load() -> Result<Runtime, LibraryError> {
    let found = find_library()?;
    let broken = |reason: String| LibraryError::Broken { reason, path: found.path.clone() };
    let builder = ort::init_from(&found.path).map_err(|error| broken(error.to_string()))?;
    // Nothing is told to anybody, and what the library complains of comes with its errors.
    let environment = builder.with_telemetry(false).build();
    let environment = environment.map_err(|error| broken(error.to_string()))?;
    environment.set_log_level(ort::logging::LogLevel::Fatal);
    Ok(Runtime { environment, version: found.version })
}

/// Finds the library that models are run with: the one that the environment names, one beside the program, the one that
/// setup.sh has fetched, or the system's.
///
/// # Errors
/// When there is none that can be used. One that the environment names is not replaced by another.
pub fn find_library() -> Result<FoundLibrary, LibraryError> {
    if let Some(named) = std::env::var_os(LIBRARY_VARIABLE).filter(|value| !value.is_empty()) {
        return look_at(Path::new(&named));
    }
    let mut refused = None;
    let in_folders = folders().into_iter().flat_map(|folder| libraries_in(&folder));
    let usual = [library_file_name("onnxruntime", None), library_file_name("onnxruntime", Some(1))];
    for path in in_folders.chain(usual.map(PathBuf::from)) {
        match look_at(&path) {
            Ok(found) => return Ok(found),
            // Names that the system does not know are not worth telling.
            Err(LibraryError::Broken { .. }) if !path.is_absolute() => {}
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    Err(refused.unwrap_or_else(|| LibraryError::Missing {
        name: library_file_name("onnxruntime", None),
        folder: library_folder(),
    }))
}

/// Where setup.sh puts the library: a folder `lib` in the user's folder for data.
fn library_folder() -> PathBuf {
    let data = directories::ProjectDirs::from("", "", "fieldmark")
        .map_or_else(std::env::temp_dir, |folders| folders.data_dir().to_owned());
    data.join("lib")
}

fn folders() -> Vec<PathBuf> {
    let program = std::env::current_exe().ok().and_then(|program| Some(program.parent()?.to_owned()));
    let beside = program.into_iter().flat_map(|folder| [folder.join("lib"), folder]);
    beside.chain([library_folder()]).collect()
}

/// The library's files in a folder, the latest version first: `libonnxruntime.so`, `libonnxruntime.so.1.31.1`.
fn libraries_in(folder: &Path) -> Vec<PathBuf> {
    let name = library_file_name("onnxruntime", None);
    let stem = name.split('.').next().unwrap_or_default();
    let is_library = |file: &str| {
        file.strip_prefix(stem).is_some_and(|rest| rest.starts_with('.'))
            && file.contains(std::env::consts::DLL_EXTENSION)
    };
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = entries
        .filter(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(is_library))
        .collect();
    let numbers = |path: &PathBuf| -> Vec<u32> {
        let text = path.to_string_lossy();
        text.rsplit('/').next().unwrap_or_default().split('.').filter_map(|part| part.parse().ok()).collect()
    };
    files.sort_by_key(|path| std::cmp::Reverse(numbers(path)));
    files
}

/// The beginning of ONNX Runtime's table of functions, which is the same in every version.
#[repr(C)]
struct OrtApiBase {
    get_api: unsafe extern "C" fn(u32) -> *const std::ffi::c_void,
    get_version_string: unsafe extern "C" fn() -> *const c_char,
}

/// Asks a library for its version.
fn look_at(path: &Path) -> Result<FoundLibrary, LibraryError> {
    let broken = |reason: &str| LibraryError::Broken { reason: reason.to_owned(), path: path.to_owned() };
    // SAFETY: loading runs the library's initialisers. ONNX Runtime is made to be loaded into any process, and whoever
    // puts another library in its place could as well replace this program.
    let library = unsafe { Library::new(path) }.map_err(|error| broken(&error.to_string()))?;
    // SAFETY: `const OrtApiBase* OrtGetApiBase(void)` is the one entry point of every version of ONNX Runtime. The
    // table is static, and so is the text, which lives as long as the library is loaded.
    let version = unsafe {
        let entry = library.get::<unsafe extern "C" fn() -> *const OrtApiBase>(b"OrtGetApiBase\0");
        let entry = entry.map_err(|_| broken("it is another library"))?;
        let base = entry().as_ref().ok_or_else(|| broken("it has no functions"))?;
        let text = (base.get_version_string)();
        if text.is_null() {
            return Err(broken("it tells no version"));
        }
        CStr::from_ptr(text).to_string_lossy().into_owned()
    };
    match is_new_enough(&version) {
        true => Ok(FoundLibrary { path: path.to_owned(), version }),
        false => Err(LibraryError::TooOld { version, path: path.to_owned() }),
    }
}

fn is_new_enough(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let (major, minor) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    major > 1 || (major == 1 && minor >= ort::MINOR_VERSION)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        let newer = format!("1.{}.0", ort::MINOR_VERSION);
        for (version, is_enough) in [("1.9.0", false), ("1.31.1", true), (newer.as_str(), true), ("x", false)]
        {
            assert_eq!(is_new_enough(version), is_enough, "{version}");
        }
    }

    #[test]
    fn the_latest_of_several_files_comes_first_and_others_do_not_count() {
        let folder = tempfile::tempdir().unwrap();
        let name = library_file_name("onnxruntime", None);
        let files =
            [name.clone(), format!("{name}.1.9.0"), format!("{name}.1.31.1"), "libonnxruntime_x.so".into()];
        for file in &files {
            std::fs::write(folder.path().join(file), b"").unwrap();
        }
        let found = libraries_in(folder.path());
        assert_eq!(found, [2, 1, 0].map(|index: usize| folder.path().join(&files[index])));
    }

    #[test]
    fn a_file_that_is_no_library_is_told_with_its_path() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("libonnxruntime.so");
        std::fs::write(&path, b"not a library").unwrap();
        let text = look_at(&path).unwrap_err().to_string();
        assert!(text.contains("cannot be loaded") && text.contains("libonnxruntime.so"), "{text}");
    }
}
