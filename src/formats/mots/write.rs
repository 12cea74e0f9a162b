//! Writing MOTS.

use std::fmt::Write;

use super::frames::{IDS_PER_CLASS, MaskFrames};
use super::{Mots, classes_of};
use crate::base::report::Report;
use crate::formats::coco::text_from_runs;
use crate::formats::exchange::advance;
use crate::formats::output::Output;
use crate::formats::sequences::sequence_name;
use crate::formats::{ExportOptions, ExportPlan, ExportSource, Format, FormatError, Item, Written};
use crate::geometry::Mask;
use crate::pixels::Size;

pub(super) fn write(
    kind: Mots,
    source: &mut dyn ExportSource,
    plan: &ExportPlan,
    options: &ExportOptions<'_>,
    report: &mut Report,
) -> Result<Written, FormatError> {
    let mut output = Output::open(plan.target(), kind.id())?;
    let classes = classes_of(plan).join("\n");
    if kind == Mots::Text {
        output.write("instances_txt/labels.txt", classes.as_bytes(), report)?;
    }
    let (mut done, total) = (0, source.num_items());
    source.for_each(&mut |item| {
        done += 1;
        advance(&options.job, done, total)?;
        let Some(place) = plan.place(&item.asset) else { return Ok(()) };
        let name = sequence_name(place);
        let frames = MaskFrames::new(item, plan);
        match kind {
            Mots::Text => write_text(item, &frames, name, &mut output, options, report)?,
            Mots::Png => {
                output.write(&format!("{name}/instances/labels.txt"), classes.as_bytes(), report)?;
                write_pictures(item, &frames, name, &mut output, options, report)?;
            }
        }
        let Some(copier) = options.media else { return Ok(()) };
        for frame in 0..frames.len() {
            advance(&options.job, done, total)?;
            let picture = match kind {
                Mots::Text => format!("images/{name}/{frame:06}.png"),
                Mots::Png => format!("{name}/images/{frame:06}.jpg"),
            };
            output.write_frame(&picture, &item.asset, frame, copier, report)?;
        }
        Ok(())
    })?;
    Ok(Written { files: output.finish()?, main_file: plan.target().to_owned() })
}

fn write_text(
    item: &Item,
    frames: &MaskFrames,
    name: &str,
    output: &mut Output,
    options: &ExportOptions<'_>,
    report: &mut Report,
) -> Result<(), FormatError> {
    let path = format!("instances_txt/{name}.txt");
    let mut file = output.begin(&path)?;
    let (width, height) = (item.asset.width, item.asset.height);
    for frame in 0..frames.len() {
        advance(&options.job, 0, 0)?;
        let mut rows = String::new();
        for (id, mask) in frames.on_frame(frame) {
            let text = text_from_runs(&mask.to_column_major_runs(width, height));
            let class = id / IDS_PER_CLASS;
            let _ = writeln!(rows, "{frame} {id} {class} {height} {width} {text}");
        }
        file.put(rows.as_bytes())?;
    }
    output.commit(&path, file, report)
}

fn write_pictures(
    item: &Item,
    frames: &MaskFrames,
    name: &str,
    output: &mut Output,
    options: &ExportOptions<'_>,
    report: &mut Report,
) -> Result<(), FormatError> {
    let size = Size::new(item.asset.width, item.asset.height);
    for frame in 0..frames.len() {
        advance(&options.job, 0, 0)?;
        let masks = frames.on_frame(frame);
        if !masks.is_empty() {
            let path = format!("{name}/instances/{frame:06}.png");
            output.write(&path, &picture_of(&masks, size), report)?;
        }
    }
    Ok(())
}

/// A grey picture of 16 bits with the id of the mask at each pixel.
fn picture_of(masks: &[(usize, Mask)], size: Size) -> Vec<u8> {
    let width = size.width as usize;
    let mut pixels = vec![0_u8; width * size.height as usize * 2];
    for (id, mask) in masks {
        let bytes = u16::try_from(*id).unwrap_or(u16::MAX).to_be_bytes();
        for (y, start, end) in mask.iter_spans() {
            for x in start..end {
                let at = (y as usize * width + x as usize) * 2;
                pixels[at..at + 2].copy_from_slice(&bytes);
            }
        }
    }
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, size.width, size.height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Sixteen);
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&pixels));
    written.expect("writing to memory does not fail, and the pixels are as many as the header says");
    png
}
