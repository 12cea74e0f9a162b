//! How tools work.

use eframe::egui::{CollapsingHeader, DragValue, Grid, Ui, vec2};

use crate::app::dialogs::controls::{choice_ui, section_ui, switch_ui, weak_ui};
use crate::app::settings::Settings;
use crate::tools::{RightClick, ToolSettings};

/// Draws the page.
pub fn tools_ui(ui: &mut Ui, settings: &mut Settings) {
    let tools = &mut settings.tools;
    section_ui(ui, "Drawing");
    switch_ui(
        ui,
        &mut tools.stay_in_tool,
        "Stay in the tool",
        "A drawing tool stays chosen after it has made an object. Otherwise Select comes back.",
    );
    switch_ui(
        ui,
        &mut tools.snap,
        "Snap",
        "Points snap to vertices and edges of other objects. Hold Ctrl to suspend it.",
    );
    switch_ui(
        ui,
        &mut tools.keep_inside,
        "Keep objects inside the picture",
        "When they are moved or changed. What is drawn anew always stays inside.",
    );
    section_ui(ui, "Areas found by scissors, cut out, wand and cell brush");
    let choices = [(false, "Become polygons"), (true, "Become masks, where the label allows them")];
    choice_ui(ui, "What areas become", &mut tools.found_areas_are_masks, &choices);
    switch_ui(
        ui,
        &mut tools.wand_is_contiguous,
        "The wand selects only what hangs together",
        "Otherwise everything of that colour in view.",
    );
    section_ui(ui, "Right button while drawing a polygon or a line");
    let choices =
        [(RightClick::TakesBack, "Takes the last point back"), (RightClick::OpensMenu, "Opens the menu")];
    choice_ui(ui, "Right button while drawing", &mut tools.right_click, &choices);
    ui.add_space(12.0);
    CollapsingHeader::new("Reach of the pointer").show_unindented(ui, |ui| {
        weak_ui(
            ui,
            "Distances on the screen, the same at every zoom. Larger ones help with a touch screen or a pen.",
        );
        ui.add_space(4.0);
        Grid::new("distances").num_columns(2).spacing(vec2(24.0, 6.0)).show(ui, |ui| distances_ui(ui, tools));
    });
}

fn distances_ui(ui: &mut Ui, tools: &mut ToolSettings) {
    let rows: [(&str, &mut f64, f64); 8] = [
        ("An outline or a point is hit within", &mut tools.hit_distance_screen_px, 1.0),
        ("A handle or a vertex is hit within", &mut tools.handle_distance_screen_px, 2.0),
        ("A click closes a polygon within", &mut tools.close_distance_screen_px, 2.0),
        ("Points snap within", &mut tools.snap_distance_screen_px, 1.0),
        ("A drag begins after", &mut tools.drag_threshold_screen_px, 0.0),
        ("Freehand points are apart by", &mut tools.freehand_spacing_screen_px, 1.0),
        ("A freehand line may deviate by", &mut tools.freehand_tolerance_screen_px, 0.0),
        ("Boxes are ignored when smaller than", &mut tools.min_size_screen_px, 0.0),
    ];
    for (name, value, min) in rows {
        let label = ui.label(name);
        let field = DragValue::new(value).range(min..=40.0).speed(0.1).max_decimals(1).suffix(" px");
        ui.add(field).labelled_by(label.id).accessible_name(name);
        ui.end_row();
    }
}
