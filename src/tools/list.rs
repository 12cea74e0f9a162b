//! All tools.

use super::{
    ToolInfo, bbox, brush, cell_brush, cutout, ellipse, pan, points, polygon, polyline, rotated_box,
    scissors, select, similar, slice, wand,
};

/// Every tool, in the order of the toolbar.
pub static TOOLS: [&ToolInfo; 16] = [
    &select::INFO,
    &pan::INFO,
    &bbox::INFO,
    &rotated_box::INFO,
    &ellipse::INFO,
    &polygon::INFO,
    &polyline::INFO,
    &points::INFO,
    &brush::BRUSH,
    &brush::ERASER,
    &slice::INFO,
    &scissors::INFO,
    &cutout::INFO,
    &wand::INFO,
    &cell_brush::INFO,
    &similar::INFO,
];

/// The tool with this id.
pub fn tool_info(id: &str) -> Option<&'static ToolInfo> {
    TOOLS.into_iter().find(|info| info.id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_names_shortcuts_and_icons_are_unique_and_each_tool_is_the_one_it_says() {
        let parts: [fn(&ToolInfo) -> &'static str; 4] =
            [|info| info.id, |info| info.name, |info| info.shortcut, |info| info.icon];
        for part in parts {
            assert_eq!(TOOLS.into_iter().map(part).collect::<HashSet<_>>().len(), TOOLS.len());
        }
        for info in TOOLS {
            let tool = (info.new)();
            assert_eq!(tool.info().id, info.id);
            assert_eq!(tool.state(), format!("{}.idle", info.id));
            assert!(tool.is_idle());
            assert!(info.help.ends_with('.'), "{}", info.help);
        }
    }
}
