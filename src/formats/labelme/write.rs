//! Writing labelme files: one JSON for each picture, beside its copy or pointing to where it lies.

use std::path::Path;

use super::encode::{Record, file_fields, file_flags, records_of};
use super::records::FileRecord;
use crate::base::report::Report;
use crate::formats::exchange::advance;
use crate::formats::output::Output;
use crate::formats::paths::{clean, file_name, relative, split_extension};
use crate::formats::plan::Place;
use crate::formats::{ExportOptions, ExportPlan, ExportSource, FormatError, Item, Written};
use crate::model::{Asset, AssetSource};

/// The version of labelme that first had all the types of shapes that are written.
const VERSION: &str = "6.0.0";

pub(super) fn write(
    source: &mut dyn ExportSource,
    plan: &ExportPlan,
    options: &ExportOptions<'_>,
    report: &mut Report,
) -> Result<Written, FormatError> {
    let mut output = Output::open(plan.target(), super::ID)?;
    let (mut done, total) = (0, source.num_items());
    source.for_each(&mut |item| {
        done += 1;
        advance(&options.job, done, total)?;
        let Some(place) = plan.place(&item.asset) else { return Ok(()) };
        let name = format!("{}.json", split_extension(&place.path).0);
        let record = file_record(item, place, plan);
        let json = serde_json::to_vec_pretty(&record)
            .map_err(|error| FormatError::io("Writing the file", Path::new(&name))(error.into()))?;
        output.write(&name, &json, report)?;
        if let Some(copier) = options.media {
            output.copy_media(&place.path, &item.asset, copier, report)?;
        }
        Ok(())
    })?;
    let main_file = plan.target().to_owned();
    Ok(Written { files: output.finish()?, main_file })
}

fn file_record(item: &Item, place: &Place, plan: &ExportPlan) -> FileRecord {
    let encoded = records_of(item, plan);
    let flags = file_flags(item, &encoded);
    let shapes = encoded.records.into_iter().filter_map(|(_, record)| match record {
        Record::Shape(shape) => Some(*shape),
        Record::Flag(_) => None,
    });
    let known = |n: u32| (n > 0).then_some(n);
    FileRecord {
        version: VERSION,
        flags,
        shapes: shapes.collect(),
        image_path: image_path(&item.asset, place, plan),
        image_data: None,
        image_height: known(item.asset.height),
        image_width: known(item.asset.width),
        rest: file_fields(item),
    }
}

/// The way from the JSON file to the picture.
fn image_path(asset: &Asset, place: &Place, plan: &ExportPlan) -> String {
    let beside = file_name(&place.path).to_owned();
    let AssetSource::Path(path) = &asset.source else { return beside };
    if plan.has_media() {
        return beside;
    }
    let Some(root) = plan.media_root() else { return file_name(path).to_owned() };
    let json_folder = plan.target().join(&place.path).parent().map(Path::to_owned).unwrap_or_default();
    let absolute = |path: &Path| std::path::absolute(path).ok();
    absolute(&json_folder)
        .zip(absolute(&root.join(path)))
        .and_then(|(from, to)| relative(&from, &to))
        .unwrap_or(beside)
}

/// The path under which the picture is known after reading back.
pub(super) fn path_read_back(asset: &Asset, place: &Place, plan: &ExportPlan) -> String {
    let named = image_path(asset, place, plan);
    let folder = place.path.rfind('/').map_or("", |slash| &place.path[..=slash]);
    clean(&format!("{folder}{named}"))
}
