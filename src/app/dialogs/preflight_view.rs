//! What an export would drop, round or convert, for people.

use eframe::egui::{self, CollapsingHeader, Label, RichText, Ui, vec2};

use super::controls::{card_ui, notice_ui};
use crate::app::theme::{self, Tokens};
use crate::app::wording::{count_of, thousands};
use crate::base::report::Severity;
use crate::formats::{Change, Preflight, PreflightFinding};

/// Severities, the worst first.
const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Note];

/// Draws a preflight: first what matters most.
pub fn preflight_ui(ui: &mut Ui, preflight: &Preflight) {
    let tokens = Tokens::of(ui);
    if preflight.is_lossless() {
        return card_ui(ui, |ui| {
            let text = if preflight.num_objects == 0 {
                "There are no objects yet; everything else comes back as it is.".to_owned()
            } else {
                format!(
                    "Nothing is lost: {} on {} will come back exactly as {}.",
                    preflight.written.objects(&count_of),
                    preflight.written.media(&count_of),
                    if preflight.num_objects == 1 { "it is" } else { "they are" },
                )
            };
            notice_ui(ui, "check-circle", tokens.success, &text);
        });
    }
    counts_ui(ui, preflight);
    ui.add_space(4.0);
    for severity in SEVERITIES {
        for (i, finding) in preflight.findings.iter().enumerate().filter(|(_, f)| f.severity == severity) {
            ui.push_id(i, |ui| finding_ui(ui, finding));
        }
    }
}

/// How many objects are kept, changed, left out.
fn counts_ui(ui: &mut Ui, preflight: &Preflight) {
    let tokens = Tokens::of(ui);
    let counts = [
        (preflight.num_kept, "as they are", tokens.success),
        (preflight.num_changed, "changed", tokens.warning),
        (preflight.num_left_out, "left out", tokens.error),
    ];
    card_ui(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(6.0, 4.0);
            ui.label(format!("Of {}:", count_of(preflight.num_objects, "object")));
            for (num, what, color) in counts {
                let color = if num == 0 { tokens.text_weak } else { color };
                let number = RichText::new(thousands(num))
                    .font(egui::FontId::new(15.0, theme::semibold()))
                    .color(color);
                ui.label(number);
                ui.label(what);
                ui.add_space(8.0);
            }
        });
    });
}

fn finding_ui(ui: &mut Ui, finding: &PreflightFinding) {
    let tokens = Tokens::of(ui);
    let (icon, color) = match finding.severity {
        Severity::Error => ("x-circle", tokens.error),
        Severity::Warning => ("warning", tokens.warning),
        Severity::Note => ("info", tokens.text_weak),
    };
    ui.horizontal_top(|ui| {
        ui.label(theme::icon_text(icon).color(color));
        ui.vertical(|ui| {
            ui.add(Label::new(&finding.message).wrap());
            let title = RichText::new(times(finding)).small().color(tokens.text_weak);
            if finding.examples.is_empty() {
                ui.label(title);
            } else {
                CollapsingHeader::new(title).id_salt("examples").show(ui, |ui| examples_ui(ui, finding));
            }
        });
    });
}

fn examples_ui(ui: &mut Ui, finding: &PreflightFinding) {
    let color = Tokens::of(ui).text_weak;
    for example in &finding.examples {
        ui.add(Label::new(RichText::new(example).small().color(color)).wrap());
    }
    let num_more = finding.count.saturating_sub(finding.examples.len() as u64);
    if num_more > 0 {
        ui.label(RichText::new(format!("and {} more", thousands(num_more))).small().color(color));
    }
}

/// How often, and how far.
fn times(finding: &PreflightFinding) -> String {
    let times = match finding.count {
        1 => "once".to_owned(),
        num => format!("{} times", thousands(num)),
    };
    match finding.largest {
        Some(largest) if matches!(finding.change, Change::Reshaped) => {
            format!("{times}, by {largest:.1} square px at most")
        }
        Some(largest) => format!("{times}, by {largest:.2} px at most"),
        None => times,
    }
}
