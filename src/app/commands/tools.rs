//! One command for each tool, made from the list of tools, and switches for all of them.

use std::sync::LazyLock;

use super::{COMMAND, CommandInfo, Menu, has_picture};
use crate::app::state::AppState;
use crate::tools::{MAX_BRUSH_RADIUS_PX, TOOLS};

const TOOL: CommandInfo = CommandInfo { menu: Menu::Tools, is_enabled: has_picture, ..COMMAND };

/// The functions of the tool with a fixed place in the list: a command holds plain functions, which cannot
/// remember which tool they are for.
macro_rules! tool_functions {
    ($($index:literal)*) => {
        [$((
            (|state| state.view.toolbox.tool().info().id == TOOLS[$index].id) as fn(&AppState) -> bool,
            (|state| state.choose_tool(TOOLS[$index].id)) as fn(&mut AppState),
        ),)*]
    };
}

/// Whether a tool is chosen, and choosing it.
type ToolFunctions = (fn(&AppState) -> bool, fn(&mut AppState));

const FUNCTIONS: [ToolFunctions; TOOLS.len()] = tool_functions!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);

static COMMANDS: LazyLock<Vec<CommandInfo>> = LazyLock::new(|| {
    let mut commands: Vec<CommandInfo> = TOOLS
        .iter()
        .zip(FUNCTIONS)
        .map(|(tool, (is_on, run))| CommandInfo {
            id: tool.id,
            name: tool.name,
            help: tool.help,
            icon: tool.icon,
            shortcut: tool.shortcut,
            // Those that look at the picture are a group of their own.
            begins_group: tool.id == "scissors",
            is_on: Some(is_on),
            run,
            ..TOOL
        })
        .collect();
    commands.push(CommandInfo {
        id: "tools.last",
        name: "Tool used last",
        help: "Chooses the drawing tool that was used last; while something is drawn, finishes it.",
        icon: "arrow-counter-clockwise",
        begins_group: true,
        shortcut: "N",
        run: AppState::choose_last_tool,
        ..TOOL
    });
    commands.push(CommandInfo {
        id: "tools.stay",
        name: "Stay in tool",
        help: "Keeps a drawing tool chosen after it has made an object.",
        icon: "push-pin",
        begins_group: true,
        is_enabled: |_| true,
        is_on: Some(|state| state.settings.tools.stay_in_tool),
        run: |state| {
            let mut settings = state.settings.clone();
            settings.tools.stay_in_tool = !settings.tools.stay_in_tool;
            state.set_settings(settings);
        },
        ..TOOL
    });
    commands.push(CommandInfo {
        id: "tools.snap",
        name: "Snap",
        help: "Lets points snap to vertices and edges of other objects; hold Ctrl to suspend it.",
        icon: "magnet-straight",
        shortcut: "S",
        is_enabled: |_| true,
        is_on: Some(|state| state.settings.tools.snap),
        run: |state| {
            let mut settings = state.settings.clone();
            settings.tools.snap = !settings.tools.snap;
            state.set_settings(settings);
        },
        ..TOOL
    });
    commands.push(CommandInfo {
        id: "tools.brush_smaller",
        name: "Smaller brush",
        help: "Makes the brush and the eraser smaller.",
        icon: "minus",
        shortcut: "[",
        begins_group: true,
        run: |state| resize_brush(state, 1.0 / BRUSH_STEP),
        ..TOOL
    });
    commands.push(CommandInfo {
        id: "tools.brush_larger",
        name: "Larger brush",
        help: "Makes the brush and the eraser larger. Alt and the wheel do the same.",
        icon: "plus",
        shortcut: "]",
        run: |state| resize_brush(state, BRUSH_STEP),
        ..TOOL
    });
    commands
});

/// How much larger each step makes the brush.
pub const BRUSH_STEP: f64 = 1.25;

/// Makes the brush larger by a factor, to whole pixels across once it is large enough for that.
pub fn resize_brush(state: &mut AppState, by: f64) {
    let old = state.settings.tools.brush_radius_px * 2.0;
    let new = (old * by).round();
    // A small brush grows by a pixel at least.
    let new = if new == old { old + (by - 1.0).signum() } else { new };
    let mut settings = state.settings.clone();
    settings.tools.brush_radius_px = new.clamp(1.0, 2.0 * MAX_BRUSH_RADIUS_PX) / 2.0;
    state.set_settings(settings);
}

pub(super) fn commands() -> &'static [CommandInfo] {
    &COMMANDS
}
