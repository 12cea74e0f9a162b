//! Which pages of a file are smaller versions of the first.
//!
//! Writers say so in different ways. libvips and GDAL mark such pages as reduced, in the chain of pages or below
//! the first one. Scanners of slides (SVS and others) mark nothing: there, pages that are tiled like the first and
//! smaller by a power of two are versions of it; thumbnails are not tiled, and labels have other proportions.

use std::collections::HashSet;

use super::Fault;
use super::directory::{Directory, read_start};
use super::file::TiffFile;
use super::page::Page;
use crate::pixels::{Pyramid, Size};

/// Pages that are looked at. Stacks can have many thousands, but versions stand in front.
const MAX_PAGES: usize = 64;

const IS_REDUCED: u64 = 1;
const IS_MASK: u64 = 4;

/// The first page, with level 0, and its smaller versions in rising order.
pub(super) fn read_pages(file: &mut TiffFile) -> Result<Vec<(u32, Page)>, Fault> {
    let (is_big, first_offset) = read_start(file)?;
    let directory = Directory::read(file, is_big, first_offset)?;
    let mut next_offset = directory.next_offset;
    let first = Page::new(file, directory)?;
    first.check_file_size(file)?;

    let mut seen = HashSet::from([first_offset, 0]);
    let mut others = Vec::new();
    for offset in first.sub_directories(file) {
        if seen.insert(offset)
            && let Ok(directory) = Directory::read(file, is_big, offset)
        {
            others.push((true, directory));
        }
    }
    while others.len() < MAX_PAGES && seen.insert(next_offset) {
        // What comes behind a damaged directory is lost, and not the picture.
        let Ok(directory) = Directory::read(file, is_big, next_offset) else { break };
        next_offset = directory.next_offset;
        others.push((false, directory));
    }

    let is_slide = first.description(file).starts_with("Aperio");
    let mut levels = vec![(0, first)];
    for (is_below, directory) in others {
        // Pages of kinds that cannot be decoded are none of ours.
        let Ok(page) = Page::new(file, directory) else { continue };
        let kind = page.subfile_type(file);
        let is_marked = (is_below || kind & IS_REDUCED != 0) && (page.is_tiled || !is_slide);
        let is_like_first = page.is_tiled && levels[0].1.is_tiled;
        let is_version = kind & IS_MASK == 0 && (is_marked || is_like_first);
        if is_version
            && page.format() == levels[0].1.format()
            && let Some(level) = level_of(levels[0].1.size, page.size)
            && levels.iter().all(|(other, _)| *other != level)
        {
            levels.push((level, page));
        }
    }
    levels.sort_by_key(|(level, _)| *level);
    Ok(levels)
}

/// Which level of a picture has this size, give or take a pixel: writers round up or down, some at each step.
fn level_of(picture: Size, size: Size) -> Option<u32> {
    let pyramid = Pyramid::new(picture);
    let is_near = |a: u32, b: u32| a.abs_diff(b) <= 1;
    (1..pyramid.num_levels()).find(|level| {
        let exact = pyramid.level_size(*level);
        // Of the smallest, a pixel is too much of a difference to tell one from the next.
        let is_clear = exact.width.max(exact.height) >= 8;
        is_clear && is_near(exact.width, size.width) && is_near(exact.height, size.height)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_recognised_however_they_were_rounded() {
        let picture = Size::new(1001, 777);
        let level = |width, height| level_of(picture, Size::new(width, height));
        assert_eq!(level(501, 389), Some(1));
        assert_eq!(level(500, 388), Some(1));
        assert_eq!(level(250, 194), Some(2));
        assert_eq!(level(62, 48), Some(4));
        assert_eq!(level(1001, 777), None);
        assert_eq!(level(334, 259), None, "a third");
        assert_eq!(level(500, 500), None, "other proportions");
    }
}
