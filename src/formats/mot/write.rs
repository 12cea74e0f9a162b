//! Writing MOT folders.

use super::rows::put_rows;
use crate::base::report::Report;
use crate::formats::boxes::box_tracks;
use crate::formats::exchange::advance;
use crate::formats::output::Output;
use crate::formats::paths::file_name;
use crate::formats::sequences::{classes_of, length_of, sequence_name};
use crate::formats::{ExportOptions, ExportPlan, ExportSource, FormatError, Item, Written};

/// Rates are whole numbers in `seqinfo.ini`; this stands where none is known.
const ASSUMED_RATE: f64 = 25.0;

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
        let name = sequence_name(place);
        output.write(&format!("{name}/seqinfo.ini"), seqinfo(item, name).as_bytes(), report)?;
        output.write(&format!("{name}/gt/labels.txt"), classes_of(plan).join("\n").as_bytes(), report)?;
        let rows = format!("{name}/gt/gt.txt");
        let mut file = output.begin(&rows)?;
        for (index, (_, track)) in box_tracks(item, plan, "MOT").records.iter().enumerate() {
            advance(&options.job, done, total)?;
            let mut text = String::new();
            put_rows(&mut text, index + 1, track);
            file.put(text.as_bytes())?;
        }
        output.commit(&rows, file, report)?;
        let Some(copier) = options.media else { return Ok(()) };
        for frame in 0..length_of(item) {
            advance(&options.job, done, total)?;
            let picture = format!("{name}/img1/{:06}.jpg", frame + 1);
            output.write_frame(&picture, &item.asset, frame, copier, report)?;
        }
        Ok(())
    })?;
    Ok(Written { files: output.finish()?, main_file: plan.target().to_owned() })
}

fn seqinfo(item: &Item, name: &str) -> String {
    let rate = item.asset.video.as_ref().map_or(ASSUMED_RATE, |facts| facts.frames_per_second());
    format!(
        "[Sequence]\nname={}\nimDir=img1\nframeRate={}\nseqLength={}\nimWidth={}\nimHeight={}\nimExt=.jpg\n",
        file_name(name),
        rate.round().max(1.0),
        length_of(item),
        item.asset.width,
        item.asset.height
    )
}
