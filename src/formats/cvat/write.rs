//! Writing CVAT files.

use super::encode::{GroupNumbers, image_records, tracks_of};
use super::meta::put_labels;
use crate::base::report::Report;
use crate::formats::exchange::advance;
use crate::formats::output::{AtomicFile, Output};
use crate::formats::paths::{file_name, split_extension};
use crate::formats::plan::Place;
use crate::formats::xml::escaped;
use crate::formats::{ExportOptions, ExportPlan, ExportSource, FormatError, Item, Written};
use crate::model::{Asset, AssetKind};

/// One file for each video, beside its copy.
pub(super) fn write_videos(
    source: &mut dyn ExportSource,
    plan: &ExportPlan,
    options: &ExportOptions<'_>,
    report: &mut Report,
) -> Result<Written, FormatError> {
    let mut output = Output::open(plan.target(), super::VIDEO_ID)?;
    let (mut done, total) = (0, source.num_items());
    source.for_each(&mut |item| {
        done += 1;
        advance(&options.job, done, total)?;
        let Some(place) = plan.place(&item.asset) else { return Ok(()) };
        let name = format!("{}.xml", split_extension(&place.path).0);
        let mut file = output.begin(&name)?;
        write_video(item, place, plan, options, &mut file)?;
        output.commit(&name, file, report)?;
        match options.media {
            Some(copier) => output.copy_media(&place.path, &item.asset, copier, report),
            None => Ok(()),
        }
    })?;
    Ok(Written { files: output.finish()?, main_file: plan.target().to_owned() })
}

fn write_video(
    item: &Item,
    place: &Place,
    plan: &ExportPlan,
    options: &ExportOptions<'_>,
    file: &mut AtomicFile,
) -> Result<(), FormatError> {
    let subset = plan.subset_of(place);
    file.put(head_of(plan, file_name(&place.path), subset, Some(&item.asset)).as_bytes())?;
    let is_whole = plan.setting(&super::CvatVideo, "frames") != "keyframes";
    for (id, (_, record)) in tracks_of(item, plan, &mut GroupNumbers::default()).records.iter().enumerate() {
        advance(&options.job, 0, 0)?;
        let last = record.last_keyframe() + 1;
        let end = item.asset.video.as_ref().map_or(last, |facts| facts.num_frames.max(last));
        record.write(id, is_whole.then_some(end), &mut |text| file.put(text.as_bytes()))?;
    }
    file.put(b"</annotations>\n")
}

/// The head of a file, with its labels.
pub(super) fn head_of(plan: &ExportPlan, name: &str, subset: Option<&str>, video: Option<&Asset>) -> String {
    let mode = if video.is_some() { "interpolation" } else { "annotation" };
    let size = video.and_then(|asset| asset.video.as_ref()).map_or(0, |facts| facts.num_frames);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<annotations>\n  <version>1.1</version>\n  <meta>\n    <task>\n      \
         <name>{}</name>\n      <size>{size}</size>\n      <mode>{mode}</mode>\n      <subset>{}</subset>\n",
        escaped(name),
        escaped(subset.unwrap_or_default()),
    );
    if size > 0 {
        out += &format!("      <start_frame>0</start_frame>\n      <stop_frame>{}</stop_frame>\n", size - 1);
    }
    put_labels(&mut out, plan.labels());
    if let Some(asset) = video.filter(|asset| asset.width > 0 && asset.height > 0) {
        let (width, height) = (asset.width, asset.height);
        out += &format!(
            "      <original_size>\n        <width>{width}</width>\n        <height>{height}</height>\n      \
             </original_size>\n"
        );
    }
    out += "    </task>\n";
    if video.is_some_and(|asset| asset.kind == AssetKind::Video) {
        out += &format!("    <source>{}</source>\n", escaped(name));
    }
    out + "  </meta>\n"
}

/// One file for each subset, and the pictures in `images/`.
pub(super) fn write_images(
    source: &mut dyn ExportSource,
    plan: &ExportPlan,
    options: &ExportOptions<'_>,
    report: &mut Report,
) -> Result<Written, FormatError> {
    let mut output = Output::open(plan.target(), super::IMAGES_ID)?;
    let mut files = Vec::new();
    for subset in plan.subsets().iter().map(|name| Some(name.as_str())).chain([None]) {
        if subset.is_none() && !plan.has_pictures_without_subset() && !plan.subsets().is_empty() {
            continue;
        }
        let name = format!("{}.xml", subset.unwrap_or("annotations"));
        let mut file = output.begin(&name)?;
        file.put(head_of(plan, subset.unwrap_or("annotations"), subset, None).as_bytes())?;
        files.push((name, file, GroupNumbers::default(), 0_u64));
    }
    let (mut done, total) = (0, source.num_items());
    source.for_each(&mut |item| {
        done += 1;
        advance(&options.job, done, total)?;
        let Some(place) = plan.place(&item.asset) else { return Ok(()) };
        let index = place.subset.unwrap_or(plan.subsets().len()).min(files.len() - 1);
        let (_, file, groups, id) = &mut files[index];
        let (width, height) = (item.asset.width, item.asset.height);
        let name = escaped(&place.path);
        file.put(
            format!("  <image id=\"{id}\" name=\"{name}\" width=\"{width}\" height=\"{height}\">\n")
                .as_bytes(),
        )?;
        *id += 1;
        for (_, record) in image_records(item, plan, groups).records {
            file.put(record.text().as_bytes())?;
        }
        file.put(b"  </image>\n")?;
        match options.media {
            Some(copier) => output.copy_media(&format!("images/{}", place.path), &item.asset, copier, report),
            None => Ok(()),
        }
    })?;
    let main_file = output.path(&files[0].0);
    for (name, mut file, ..) in files {
        file.put(b"</annotations>\n")?;
        output.commit(&name, file, report)?;
    }
    Ok(Written { files: output.finish()?, main_file })
}
