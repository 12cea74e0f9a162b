//! Where caches lie: in a folder that can be deleted at any time.

use std::path::PathBuf;

/// The environment variable that moves all caches elsewhere.
pub const CACHE_FOLDER_VARIABLE: &str = "FIELDMARK_CACHE_DIR";

/// The folder for caches: from the environment, else the user's cache folder, else one for temporary files. It
/// need not exist yet.
pub fn cache_folder() -> PathBuf {
    let from_environment = std::env::var_os(CACHE_FOLDER_VARIABLE).filter(|value| !value.is_empty());
    from_environment.map(PathBuf::from).unwrap_or_else(|| {
        directories::ProjectDirs::from("", "", "fieldmark").map_or_else(
            || std::env::temp_dir().join("fieldmark-cache"),
            |folders| folders.cache_dir().to_owned(),
        )
    })
}
