//! Opening and making projects in the background: what a path means, and what is done with it.
//!
//! - A project file is opened; where it cannot be changed, it is opened to be looked at.
//! - A folder is a project: `FOLDER/FOLDER.fieldmark`, which is made where it is missing. A folder that holds one
//!   project file of another name, because somebody renamed one of the two, keeps that one.
//! - A picture opens the project of its folder and is shown first.
//! - The sample project is copied into the person's own folder before it is opened for the first time.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::work::Opened;
use crate::base::jobs::JobContext;
use crate::base::report::Report;
use crate::edit::Edit;
use crate::media::{PICTURE_EXTENSIONS, VIDEO_EXTENSIONS, has_extension};
use crate::model::{AssetId, AssetSource};
use crate::project::{Identity, ImportRequest, Project, add_media, config_folder, folder_project_path};
use crate::store::EXTENSION;

/// The labels of the sample, beside its pictures.
const SAMPLE_LABELS: &str = "labels.json";

/// What opening a path is called while it is under way.
pub fn title(path: &Path) -> String {
    format!("Opening {}", path.file_name().unwrap_or(path.as_os_str()).to_string_lossy())
}

/// Opens a project, a folder, a picture or a video.
///
/// # Errors
/// When there is no such thing, when it is none of them, or when the project cannot be opened or made.
pub fn open(path: &Path, identity: &Identity, context: &JobContext) -> anyhow::Result<Opened> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let at = || format!("[{}]", path.display());
    anyhow::ensure!(
        path.exists(),
        "There is no such file or folder; it may have been moved or renamed {}",
        at()
    );
    if path.is_dir() {
        open_folder(&path, identity, context)
    } else if has_extension(&path, &[EXTENSION]) {
        open_project(&path, identity)
    } else if has_extension(&path, PICTURE_EXTENSIONS) || has_extension(&path, VIDEO_EXTENSIONS) {
        open_picture(&path, identity, context)
    } else {
        anyhow::bail!("This is no project, no folder, no picture and no video that Fieldmark reads {}", at())
    }
}

/// Makes a project with labels and media. Where there is one at this path already, the media are added to it.
///
/// # Errors
/// When the file cannot be written or opened, or the work is cancelled.
pub fn create(
    path: &Path,
    labels: &[String],
    media: &[PathBuf],
    identity: &Identity,
    context: &JobContext,
) -> anyhow::Result<Opened> {
    let path = std::path::absolute(path.with_extension(EXTENSION)).unwrap_or_else(|_| path.to_owned());
    if path.exists() {
        let mut opened = open_project(&path, identity)?;
        if opened.read_only_reason.is_none() {
            let (_, report) = add_media(&mut opened.project, media, context)?;
            opened.first = media.first().and_then(|picture| asset_at(&opened.project, picture));
            opened.report = report;
        }
        return Ok(opened);
    }
    make(&path, labels, media, identity, context)
}

/// Opens the person's copy of the sample project, which is made at the first call.
///
/// # Errors
/// When the sample did not come with the program, or cannot be copied or opened.
pub fn open_sample(identity: &Identity, context: &JobContext) -> anyhow::Result<Opened> {
    open_copy(sample_original().as_deref(), &sample_copy(), identity, context)
}

fn open_copy(
    original: Option<&Path>,
    copy: &Path,
    identity: &Identity,
    context: &JobContext,
) -> anyhow::Result<Opened> {
    if !copy.is_dir() {
        let original = original.context(
            "The sample project did not come with this copy of Fieldmark; open a folder of your own instead",
        )?;
        copy_folder(original, copy)?;
    }
    let mut opened = open_folder(copy, identity, context)?;
    let labels = copy.join(SAMPLE_LABELS);
    if opened.is_new && labels.is_file() {
        import(&mut opened.project, labels, context)?;
    }
    // That the labels are kept beside the pictures is of no interest here.
    opened.is_new = false;
    Ok(opened)
}

fn import(project: &mut Project, source: PathBuf, context: &JobContext) -> anyhow::Result<()> {
    let request = ImportRequest { format: None, source, images: None };
    let outcome = project.start_import(request)?.run(context)?;
    project.finish_import(&outcome)?;
    Ok(())
}

fn open_project(path: &Path, identity: &Identity) -> anyhow::Result<Opened> {
    let (project, read_only_reason) = Project::open_as_possible(path, identity)?;
    Ok(Opened { project, read_only_reason, is_new: false, first: None, report: Report::new() })
}

fn open_folder(folder: &Path, identity: &Identity, context: &JobContext) -> anyhow::Result<Opened> {
    match project_in(folder)? {
        Some(path) => open_project(&path, identity),
        None => make(&folder_project_path(folder), &[], &[folder.to_owned()], identity, context),
    }
}

fn open_picture(picture: &Path, identity: &Identity, context: &JobContext) -> anyhow::Result<Opened> {
    let folder = picture.parent().unwrap_or(Path::new("."));
    let mut opened = open_folder(folder, identity, context)?;
    if asset_at(&opened.project, picture).is_none() && opened.read_only_reason.is_none() {
        // It is newer than the last look at the folder.
        let (_, report) = add_media(&mut opened.project, &[picture.to_owned()], context)?;
        opened.report.merge(report);
    }
    opened.first = asset_at(&opened.project, picture);
    Ok(opened)
}

/// The project file of a folder: the one with the folder's name or else the only one.
fn project_in(folder: &Path) -> anyhow::Result<Option<PathBuf>> {
    let usual = folder_project_path(folder);
    if usual.exists() {
        return Ok(Some(usual));
    }
    let entries = std::fs::read_dir(folder).with_context(|| {
        format!("This folder cannot be read; check its permissions [{}]", folder.display())
    })?;
    let mut projects = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| has_extension(path, &[EXTENSION]) && path.is_file());
    let only = projects.next();
    Ok(only.filter(|_| projects.next().is_none()))
}

/// Makes a project. When its media cannot be taken in, or the work is cancelled, nothing is left behind.
fn make(
    path: &Path,
    labels: &[String],
    media: &[PathBuf],
    identity: &Identity,
    context: &JobContext,
) -> anyhow::Result<Opened> {
    let mut project = Project::create(path, identity).with_context(|| {
        format!(
            "No project could be made here; if you may not write to this folder, make one elsewhere with \
             `fieldmark new PROJECT {}`",
            media.first().unwrap_or(&path.to_owned()).display()
        )
    })?;
    match fill(&mut project, labels, media, context) {
        Ok(report) => {
            let first = media.iter().find_map(|place| asset_at(&project, place));
            Ok(Opened { project, read_only_reason: None, is_new: true, first, report })
        }
        Err(error) => {
            drop(project);
            // It holds nothing, and was not there before.
            let _ = std::fs::remove_file(path);
            Err(error)
        }
    }
}

fn fill(
    project: &mut Project,
    labels: &[String],
    media: &[PathBuf],
    context: &JobContext,
) -> anyhow::Result<Report> {
    for name in labels.iter().map(|name| name.trim()).filter(|name| !name.is_empty()) {
        if project.schema().label_named(name).is_none() {
            let label = project.new_label(name);
            project.commit("Add label", vec![Edit::add_label(&label)])?;
        }
    }
    let (_, report) = add_media(project, media, context)?;
    Ok(report)
}

/// The asset whose file is at this path.
fn asset_at(project: &Project, path: &Path) -> Option<AssetId> {
    let absolute = std::path::absolute(path).ok()?;
    // Only the assets of that name are compared as paths: building a path for each of many would take its time.
    let name = absolute.file_name()?.to_str()?;
    let mut named = project.assets().rows().iter().filter(|row| row.asset.file_name() == name);
    let found = named.find(|row| match &row.asset.source {
        AssetSource::Path(source) => project.root().join(source) == absolute,
        AssetSource::Url(_) => false,
    });
    found.map(|row| row.asset.id)
}

/// Where the sample came with the program: beside it, where packages of Linux and macOS put such things, or in the
/// source folder of somebody who builds it.
fn sample_original() -> Option<PathBuf> {
    let program = std::env::current_exe().ok();
    let beside = program.as_deref().and_then(Path::parent).into_iter().flat_map(|folder| {
        ["assets/sample", "../share/fieldmark/sample", "../Resources/sample", "../../assets/sample"]
            .map(|place| folder.join(place))
    });
    let in_source = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/sample");
    beside.chain([in_source]).find(|folder| folder.is_dir())
}

/// Where the person's copy of the sample is.
fn sample_copy() -> PathBuf {
    config_folder().join("sample")
}

/// Copies a folder with everything in it. The copy appears when it is complete.
fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    let temporary = to.with_extension(format!("copy-{}", std::process::id()));
    let copied = copy_files(from, &temporary).and_then(|()| std::fs::rename(&temporary, to));
    if copied.is_err() {
        // The error tells what matters; what is left of a copy does no harm.
        let _ = std::fs::remove_dir_all(&temporary);
    }
    copied.with_context(|| format!("The sample project could not be copied [{}]", to.display()))
}

fn copy_files(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_files(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ActorId;

    fn somebody() -> Identity {
        Identity { actor: ActorId::from_u128(7), name: "somebody".to_owned() }
    }

    fn folder_with(pictures: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (i, name) in pictures.iter().enumerate() {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            image::RgbImage::from_pixel(8 + i as u32, 6, image::Rgb([i as u8, 0, 0])).save(path).unwrap();
        }
        folder
    }

    fn open_at(path: &Path) -> anyhow::Result<Opened> {
        open(path, &somebody(), &JobContext::detached())
    }

    #[test]
    fn a_folder_becomes_a_project_and_is_found_again() {
        let folder = folder_with(&["a.png", "sub/b.png"]);
        let opened = open_at(folder.path()).unwrap();
        assert!(opened.is_new && opened.report.is_empty());
        assert_eq!(opened.project.assets().len(), 2);
        assert_eq!(opened.project.path(), folder_project_path(folder.path()));
        drop(opened);
        let again = open_at(folder.path()).unwrap();
        assert!(!again.is_new);
        assert_eq!(again.project.assets().len(), 2);
    }

    #[test]
    fn a_renamed_folder_keeps_its_project() {
        let folder = folder_with(&["a.png"]);
        let old_name = folder.path().join("before.fieldmark");
        drop(
            create(&old_name, &[], &[folder.path().to_owned()], &somebody(), &JobContext::detached())
                .unwrap(),
        );
        let opened = open_at(folder.path()).unwrap();
        assert_eq!(opened.project.path(), old_name);
        assert!(!opened.is_new);
    }

    #[test]
    fn a_picture_is_shown_first_in_the_project_of_its_folder() {
        let folder = folder_with(&["a.png", "b.png", "sub/b.png"]);
        let opened = open_at(&folder.path().join("b.png")).unwrap();
        let first = opened.first.and_then(|id| opened.project.assets().get(id)).unwrap();
        assert_eq!(first.asset.source.as_str(), "b.png");
        drop(opened);
        // One that came later than the project, which nobody has looked for yet.
        std::fs::copy(folder.path().join("a.png"), folder.path().join("c.png")).unwrap();
        let opened = open_at(&folder.path().join("c.png")).unwrap();
        let first = opened.first.and_then(|id| opened.project.assets().get(id)).unwrap();
        assert_eq!(first.asset.source.as_str(), "c.png");
    }

    #[test]
    fn a_project_is_made_with_labels_and_media_and_grows_when_made_again() {
        let folder = folder_with(&["a.png", "b.png"]);
        let labels = ["cat".to_owned(), " dog ".to_owned(), "cat".to_owned(), String::new()];
        let place = |name: &str| folder.path().join(name);
        let make = |media: &[PathBuf]| {
            create(&place("set.fieldmark"), &labels, media, &somebody(), &JobContext::detached()).unwrap()
        };
        let opened = make(&[place("b.png")]);
        let names: Vec<_> = opened.project.schema().labels.iter().map(|label| label.name.as_str()).collect();
        assert_eq!(names, ["cat", "dog"]);
        assert_eq!((opened.is_new, opened.project.assets().len()), (true, 1));
        drop(opened);
        let opened = make(&[place("a.png")]);
        assert_eq!((opened.is_new, opened.project.assets().len()), (false, 2));
        assert_eq!(opened.first, asset_at(&opened.project, &place("a.png")));
    }

    #[test]
    fn what_cannot_be_opened_says_why_and_leaves_nothing_behind() {
        let folder = folder_with(&["a.png"]);
        std::fs::write(folder.path().join("notes.txt"), "hello").unwrap();
        for (name, expected) in
            [("missing", "no such file"), ("notes.txt", "no project, no folder, no picture and no video")]
        {
            let error = open_at(&folder.path().join(name)).err().unwrap().to_string();
            assert!(error.contains(expected), "{error}");
        }
        assert!(project_in(folder.path()).unwrap().is_none());
    }

    #[test]
    fn a_file_of_pictures_that_is_none_is_reported() {
        let folder = folder_with(&["a.png"]);
        std::fs::write(folder.path().join("broken.jpg"), "this is text").unwrap();
        let opened = open_at(folder.path()).unwrap();
        assert_eq!(opened.project.assets().len(), 1);
        assert_eq!(opened.report.findings().len(), 1);
    }

    #[test]
    fn the_sample_is_copied_with_its_labels_and_its_source_stays_as_it_is() {
        let original = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/sample");
        let target = tempfile::tempdir().unwrap();
        let copy = target.path().join("sample");
        let count = || {
            let opened = open_copy(Some(&original), &copy, &somebody(), &JobContext::detached()).unwrap();
            assert!(!opened.is_new);
            opened.project.reader().counts().unwrap()
        };
        let first = count();
        assert!(first.num_assets > 0 && first.num_objects > 0, "{first:?}");
        assert_eq!(count(), first);
        assert!(project_in(&original).unwrap().is_none());
        let elsewhere = target.path().join("elsewhere");
        let error = open_copy(None, &elsewhere, &somebody(), &JobContext::detached()).err().unwrap();
        assert!(error.to_string().contains("open a folder of your own"));
    }

    #[test]
    fn a_copied_folder_is_complete() {
        let folder = folder_with(&["a.png", "sub/b.png"]);
        let target = tempfile::tempdir().unwrap();
        let copy = target.path().join("sample");
        copy_folder(folder.path(), &copy).unwrap();
        assert!(copy.join("a.png").is_file() && copy.join("sub/b.png").is_file());
        let missing = folder.path().join("missing");
        assert!(copy_folder(&missing, &target.path().join("other")).is_err());
        assert_eq!(std::fs::read_dir(target.path()).unwrap().count(), 1);
    }
}
