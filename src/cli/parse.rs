//! Values of arguments.

use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::formats::{FORMATS, format_by_id};
use crate::geometry::Rect;
use crate::pixels::Size;
use crate::project::folder_project_path;
use crate::store::EXTENSION;

/// The id of a format.
pub(super) fn format_id() -> impl TypedValueParser<Value = &'static str> {
    let ids = PossibleValuesParser::new(FORMATS.iter().map(|format| format.id()));
    ids.map(|id| format_by_id(&id).map_or("", |format| format.id()))
}

/// `WIDTHxHEIGHT`.
pub(super) fn size(text: &str) -> Result<Size, String> {
    let sides =
        text.split_once(['x', '×']).and_then(|(w, h)| Some((w.trim().parse().ok()?, h.trim().parse().ok()?)));
    match sides {
        Some((width, height)) if width > 0 && height > 0 => Ok(Size::new(width, height)),
        _ => Err("write width and height in pixels, for example 1280x720".to_owned()),
    }
}

/// `X,Y,WIDTH,HEIGHT`.
pub(super) fn region(text: &str) -> Result<Rect, String> {
    let numbers: Vec<f64> = text.split(',').filter_map(|part| part.trim().parse().ok()).collect();
    match numbers[..] {
        [x, y, width, height]
            if text.split(',').count() == 4
                && numbers.iter().all(|number| number.is_finite())
                && width > 0.0
                && height > 0.0 =>
        {
            Ok(Rect::from_xywh(x, y, width, height))
        }
        _ => Err("write left, top, width and height in pixels of the picture, for example 100,50,640,480"
            .to_owned()),
    }
}

/// `NAME=VALUE`.
pub(super) fn setting(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err("write the name and the value of a setting, for example masks=rle".to_owned()),
    }
}

/// The project that a path means: the file itself, or that of a folder. The extension may be left out.
pub(super) fn project_path(path: &Path) -> PathBuf {
    if path.is_dir() {
        return folder_project_path(path);
    }
    if path.extension().is_none() && !path.exists() {
        return path.with_extension(EXTENSION);
    }
    path.to_owned()
}

/// Refuses a place that does not exist, before anything is done.
pub(super) fn check_exists(places: &[PathBuf]) -> anyhow::Result<()> {
    for place in places {
        anyhow::ensure!(
            place.exists(),
            "there is no such file or folder; check the path [{}]",
            place.display()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_regions_are_read_and_nonsense_is_refused() {
        assert_eq!(size("1280x720"), Ok(Size::new(1280, 720)));
        for text in ["", "12", "0x5", "-3x4", "axb", "5x5x5"] {
            assert!(size(text).is_err(), "{text}");
        }
        assert_eq!(region("1, 2.5, 30,40"), Ok(Rect::from_xywh(1.0, 2.5, 30.0, 40.0)));
        for text in ["", "1,2,3", "1,2,0,4", "1,2,3,4,5", "1,2,nan,4", "1,x,2,3,4"] {
            assert!(region(text).is_err(), "{text}");
        }
        assert_eq!(setting("a=b"), Ok(("a".to_owned(), "b".to_owned())));
        assert!(setting("a").is_err());
    }
}
