//! `fieldmark formats`: the exchange formats.

use serde_json::json;

use super::console::Console;
use crate::formats::{FORMATS, FormatInfo};

/// List the exchange formats, what each can keep, and its settings
#[derive(clap::Args)]
pub(super) struct Args {}

impl Args {
    pub fn run(self, console: &Console) -> anyhow::Result<()> {
        let formats: Vec<FormatInfo> = FORMATS.iter().map(|format| FormatInfo::of(*format)).collect();
        console.result(&json!({"formats": formats}), || {
            formats.iter().map(text).collect::<Vec<_>>().join("\n\n")
        })
    }
}

fn text(format: &FormatInfo) -> String {
    let keeps: Vec<String> = format.keeps.iter().map(ToString::to_string).collect();
    let mut lines = vec![
        format!("{:14} {}", format.id, format.title),
        format!("               {}", format.help),
        format!("               keeps: {}", keeps.join(", ")),
    ];
    for setting in format.settings {
        lines.push(format!("               --set {}=… {}:", setting.id, setting.title));
        let values = setting.values.iter().enumerate().map(|(index, (value, does))| {
            let usual = if index == 0 { " (the usual one)" } else { "" };
            format!("                 {value:10} {does}{usual}")
        });
        lines.extend(values);
    }
    lines.join("\n")
}
