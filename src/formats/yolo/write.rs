//! Writing YOLO datasets in Ultralytics' layout.

use serde_yaml_ng::{Mapping, Value};

use super::encode::{Choices, lines_of};
use super::{Variant, Yolo};
use crate::base::report::Report;
use crate::formats::exchange::advance;
use crate::formats::output::Output;
use crate::formats::paths::split_extension;
use crate::formats::{ExportOptions, ExportPlan, ExportSource, Format, FormatError, Written};
use crate::model::Label;

/// Writes label files, pictures where asked, and the `data.yaml` last: where it is, all is there.
pub(super) fn write(
    format: &Yolo,
    source: &mut dyn ExportSource,
    plan: &ExportPlan,
    options: &ExportOptions<'_>,
    report: &mut Report,
) -> Result<Written, FormatError> {
    let choices = choices(format, plan);
    let mut output = Output::open(plan.target(), format.id())?;
    let (mut done, total) = (0, source.num_items());
    source.for_each(&mut |item| {
        done += 1;
        advance(&options.job, done, total)?;
        let Some(place) = plan.place(&item.asset) else { return Ok(()) };
        let mut text = String::new();
        for (_, line) in lines_of(item, plan, &choices).records {
            text.push_str(&line.to_text());
            text.push('\n');
        }
        let stem = split_extension(&place.path).0;
        let name = format!("labels/{}.txt", stem.strip_prefix("images/").unwrap_or(stem));
        output.write(&name, text.as_bytes(), report)?;
        if let Some(copier) = options.media {
            output.copy_media(&place.path, &item.asset, copier, report)?;
        }
        Ok(())
    })?;
    for subset in plan.subsets() {
        let folder = output.path(&format!("images/{subset}"));
        std::fs::create_dir_all(&folder).map_err(FormatError::io("Making the folder", &folder))?;
    }
    if options.media.is_none() {
        let message = "The pictures are not copied; trainers look for them in the folder images.";
        report.note(message, output.path("images").display().to_string());
    }
    let yaml = data_yaml(plan, &choices, report);
    output.write("data.yaml", yaml.as_bytes(), report)?;
    let main_file = output.path("data.yaml");
    Ok(Written { files: output.finish()?, main_file })
}

fn data_yaml(plan: &ExportPlan, choices: &Choices, report: &mut Report) -> String {
    let mut yaml = Mapping::new();
    let subsets = plan.subsets();
    let first = subsets.first().map_or("train", String::as_str);
    for needed in ["train", "val"] {
        let folder = if subsets.iter().any(|subset| subset == needed) { needed } else { first };
        if folder != needed {
            let message = format!(
                "No picture is in {needed}, which trainers need; it points to {folder}. Choose a split to have one."
            );
            report.warn(message, "data.yaml");
        }
        yaml.insert(needed.into(), format!("images/{folder}").into());
    }
    for subset in subsets.iter().filter(|subset| !matches!(subset.as_str(), "train" | "val")) {
        yaml.insert(subset.as_str().into(), format!("images/{subset}").into());
    }
    let numbered = |values: Vec<Value>| -> Value {
        values.into_iter().enumerate().map(|(i, value)| (Value::from(i), value)).collect::<Mapping>().into()
    };
    if choices.variant == Variant::Pose {
        yaml.insert("kpt_shape".into(), Value::Sequence(vec![choices.num_joints.into(), 3.into()]));
        if let Some(flipped) = flipped_joints(plan.labels(), choices.num_joints) {
            yaml.insert("flip_idx".into(), flipped.into_iter().map(Value::from).collect());
        }
        yaml.insert("kpt_names".into(), numbered(plan.labels().iter().map(joint_names).collect()));
    }
    let names = plan.labels().iter().map(|label| label.name.as_str().into());
    yaml.insert("names".into(), numbered(names.collect()));
    serde_yaml_ng::to_string(&yaml).unwrap_or_default()
}

fn joint_names(label: &Label) -> Value {
    let joints = label.skeleton.as_ref().map(|skeleton| skeleton.joints.as_slice()).unwrap_or_default();
    joints.iter().map(|joint| Value::from(joint.as_str())).collect()
}

/// For each joint the one that it becomes in a mirrored picture, from names with left and right in them. `None`
/// when labels differ or no name says so: a wrong list would spoil the training.
fn flipped_joints(labels: &[Label], num_joints: usize) -> Option<Vec<usize>> {
    let mut templates = labels.iter().filter_map(|label| Some(&label.skeleton.as_ref()?.joints));
    let joints = templates.next()?;
    if templates.any(|others| others != joints) || joints.len() != num_joints {
        return None;
    }
    let swapped = |name: &str| {
        let name = name.to_lowercase();
        if name.contains("left") { name.replace("left", "right") } else { name.replace("right", "left") }
    };
    let flipped: Option<Vec<usize>> = joints
        .iter()
        .map(|name| joints.iter().position(|other| other.to_lowercase() == swapped(name)))
        .collect();
    flipped.filter(|flipped| flipped.iter().enumerate().any(|(i, &j)| i != j))
}

/// What the settings say.
pub(super) fn choices(format: &Yolo, plan: &ExportPlan) -> Choices {
    let joints = plan.labels().iter().filter_map(|label| Some(label.skeleton.as_ref()?.joints.len()));
    Choices {
        variant: format.variant,
        cuts_holes: plan.setting(format, "holes") != "fill",
        smooths_masks: plan.setting(format, "masks") != "exact",
        num_joints: joints.max().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Color, LabelId, SkeletonTemplate};

    #[test]
    fn joints_are_mirrored_by_their_names() {
        let mut label = Label::new(LabelId::from_u128(1), "person", Color::for_index(0));
        let joints = ["nose", "left_eye", "right_eye"].map(str::to_owned).to_vec();
        label.skeleton = Some(SkeletonTemplate { joints, ..SkeletonTemplate::default() });
        assert_eq!(flipped_joints(&[label.clone()], 3), Some(vec![0, 2, 1]));
        assert_eq!(flipped_joints(&[label], 4), None);
    }
}
