//! Who works here.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::model::ActorId;

/// The person at this computer, as projects know them. One file in the user's configuration folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The id under which this installation writes.
    pub actor: ActorId,
    /// What others see.
    #[serde(default)]
    pub name: String,
}

/// Names another configuration folder: for tests, and for several identities on one computer.
pub const CONFIG_FOLDER_VARIABLE: &str = "FIELDMARK_CONFIG_DIR";

impl Identity {
    /// The person at this computer, made at the first call.
    ///
    /// # Errors
    /// When the configuration folder cannot be read or written.
    pub fn load() -> anyhow::Result<Self> {
        Self::load_from(&config_folder())
    }

    fn load_from(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join("identity.toml");
        match std::fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text).with_context(|| {
                format!("this file does not say who you are; correct or delete it [{}]", path.display())
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let identity = Self { actor: ActorId::new(), name: user_name() };
                std::fs::create_dir_all(folder)
                    .and_then(|()| std::fs::write(&path, toml::to_string(&identity).unwrap_or_default()))
                    .with_context(|| format!("your settings could not be saved [{}]", path.display()))?;
                Ok(identity)
            }
            Err(error) => {
                Err(error).with_context(|| format!("your settings could not be read [{}]", path.display()))
            }
        }
    }
}

/// The folder of this user's settings.
pub fn config_folder() -> PathBuf {
    if let Some(folder) = std::env::var_os(CONFIG_FOLDER_VARIABLE) {
        return folder.into();
    }
    directories::ProjectDirs::from("", "", "fieldmark")
        .map_or_else(|| PathBuf::from(".fieldmark"), |dirs| dirs.config_dir().to_owned())
}

fn user_name() -> String {
    ["USER", "USERNAME"].iter().find_map(|name| std::env::var(name).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_person_is_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let first = Identity::load_from(folder.path()).unwrap();
        assert_eq!(Identity::load_from(folder.path()).unwrap(), first);
        std::fs::write(folder.path().join("identity.toml"), "actor = 7").unwrap();
        let error = Identity::load_from(folder.path()).unwrap_err();
        assert!(error.to_string().contains("correct or delete it"));
    }
}
