//! Making and opening projects.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;

use super::object_revisions::ObjectRevisions;
use super::undo::UndoStack;
use super::{AssetList, Identity};
use crate::base::clock::{Clock, SystemClock};
use crate::edit::{Document, Fold, StampSource};
use crate::model::{ActorId, AssetId, AssetSource, Label, Schema};
use crate::store::{EXTENSION, Health, Reader, Store, StoreError};

/// Whether a project is to be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenMode {
    /// To be changed; an error where it cannot be.
    Write,
    /// Only looked at; works beside whoever changes it.
    Read,
}

/// The project file, as far as it is open.
pub(super) enum Access {
    Write(Box<Store>),
    Read(Box<Reader>),
}

/// An open project.
pub struct Project {
    pub(super) access: Access,
    pub(super) root: PathBuf,
    pub(super) stamps: StampSource,
    pub(super) labels: Fold<Label>,
    pub(super) schema: Arc<Schema>,
    pub(super) assets: AssetList,
    pub(super) documents: HashMap<AssetId, Document>,
    pub(super) undo: UndoStack,
    pub(super) revision: u64,
    pub(super) object_revisions: ObjectRevisions,
}

impl Project {
    /// Makes a project file and opens it.
    ///
    /// # Errors
    /// When there is such a file already, or the folder cannot be written.
    pub fn create(path: &Path, identity: &Identity) -> anyhow::Result<Self> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("this folder could not be made [{}]", folder.display()))?;
        }
        let store = Store::create(path)?;
        Self::from_access(Access::Write(Box::new(store)), path, identity)
    }

    /// Opens a project file.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn open(path: &Path, mode: OpenMode, identity: &Identity) -> anyhow::Result<Self> {
        let access = match mode {
            OpenMode::Write => Access::Write(Box::new(Store::open(path)?)),
            OpenMode::Read => Access::Read(Box::new(Reader::open(path)?)),
        };
        Self::from_access(access, path, identity)
    }

    /// Opens a project file to be changed or, where that cannot be, to be looked at. The second value says why.
    ///
    /// # Errors
    /// When it cannot even be looked at.
    pub fn open_as_possible(path: &Path, identity: &Identity) -> anyhow::Result<(Self, Option<String>)> {
        match Store::open(path) {
            Ok(store) => Ok((Self::from_access(Access::Write(Box::new(store)), path, identity)?, None)),
            Err(
                error @ (StoreError::ReadOnly { .. } | StoreError::InUse { .. } | StoreError::NoRoom { .. }),
            ) => Ok((Self::open(path, OpenMode::Read, identity)?, Some(error.to_string()))),
            Err(error) => Err(error.into()),
        }
    }

    fn from_access(access: Access, path: &Path, identity: &Identity) -> anyhow::Result<Self> {
        let reader = match &access {
            Access::Write(store) => store.reader(),
            Access::Read(reader) => reader,
        };
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let mut stamps = StampSource::new(clock, identity.actor);
        if let Some(latest) = reader.latest_stamp()? {
            stamps.observe(latest);
        }
        let labels = reader.labels()?;
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        Ok(Self {
            root: absolute.parent().map(Path::to_owned).unwrap_or_default(),
            stamps,
            schema: Arc::new(labels.schema()),
            labels,
            assets: AssetList::new(reader.assets()?),
            documents: HashMap::new(),
            undo: UndoStack::load(reader)?,
            revision: 0,
            object_revisions: ObjectRevisions::default(),
            access,
        })
    }

    /// The project file.
    pub fn path(&self) -> &Path {
        self.reader().path()
    }

    /// What people call the project: the name of its file.
    pub fn name(&self) -> String {
        self.path().file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// The folder that the paths of assets start from.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Who works here.
    pub fn actor(&self) -> ActorId {
        self.stamps.actor()
    }

    /// Whether it can be changed.
    pub fn is_writable(&self) -> bool {
        matches!(self.access, Access::Write(_))
    }

    /// The labels as people see them.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// The assets in order.
    pub fn assets(&self) -> &AssetList {
        &self.assets
    }

    /// Grows with every edit, so that views know when to look again.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Grows when the objects of an asset change. It may grow without that: when very many things changed at once.
    pub fn objects_revision(&self, id: AssetId) -> u64 {
        self.object_revisions.of(id)
    }

    /// The file of an asset; `None` for one that is an address.
    pub fn asset_path(&self, id: AssetId) -> Option<PathBuf> {
        match &self.assets.get(id)?.asset.source {
            AssetSource::Path(path) => Some(self.root.join(path)),
            AssetSource::Url(_) => None,
        }
    }

    /// Reads from this thread.
    pub fn reader(&self) -> &Reader {
        match &self.access {
            Access::Write(store) => store.reader(),
            Access::Read(reader) => reader,
        }
    }

    /// A further reader, for a background job.
    ///
    /// # Errors
    /// When the file cannot be opened again.
    pub fn open_reader(&self) -> Result<Reader, StoreError> {
        match &self.access {
            Access::Write(store) => store.open_reader(),
            Access::Read(reader) => Reader::open(reader.path()),
        }
    }

    /// Whether edits get through to the disk.
    pub fn health(&self) -> Health {
        match &self.access {
            Access::Write(store) => store.health(),
            Access::Read(_) => Health::default(),
        }
    }

    /// Waits until every edit is on disk.
    ///
    /// # Errors
    /// What keeps them from getting there.
    pub fn flush(&self) -> Result<(), StoreError> {
        match &self.access {
            Access::Write(store) => store.flush(),
            Access::Read(_) => Ok(()),
        }
    }

    /// Keeps a value of the project's own, such as where the person was. Not an edit; a project that is only
    /// looked at forgets it.
    pub fn remember(&self, key: &str, value: &str) {
        if let Access::Write(store) = &self.access {
            store.set_setting(key, value);
        }
    }

    /// The objects of an asset, if they are loaded.
    pub fn document(&self, id: AssetId) -> Option<&Document> {
        self.documents.get(&id)
    }

    /// Puts a document in that a background job has read, unless there is one by now.
    pub fn insert_document(&mut self, document: Document) {
        self.documents.entry(document.asset()).or_insert(document);
    }

    /// Forgets loaded documents but those of these assets. They are read again when they are needed.
    pub fn keep_documents(&mut self, ids: &[AssetId]) {
        self.documents.retain(|id, _| ids.contains(id));
    }

    /// Takes the loaded documents out: letting go of large ones takes time, which is better spent elsewhere.
    pub fn take_documents(&mut self) -> impl Send + 'static {
        std::mem::take(&mut self.documents)
    }

    /// Loads the objects of an asset, now. The window loads them in the background instead.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn load_document(&mut self, id: AssetId) -> Result<&Document, StoreError> {
        if !self.documents.contains_key(&id) {
            let document = self.reader().document(id)?;
            self.documents.insert(id, document);
        }
        Ok(&self.documents[&id])
    }

    pub(super) fn store(&self) -> Result<&Store, StoreError> {
        match &self.access {
            Access::Write(store) => Ok(store),
            Access::Read(reader) => Err(StoreError::ReadOnly { path: reader.path().to_owned() }),
        }
    }
}

/// The project file of a folder: `FOLDER/FOLDER.fieldmark`.
pub fn folder_project_path(folder: &Path) -> PathBuf {
    let absolute = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let name = absolute.file_name().map_or_else(|| "project".into(), |name| name.to_string_lossy());
    folder.join(format!("{name}.{EXTENSION}"))
}
