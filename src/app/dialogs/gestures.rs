//! What the mouse and the keys of tools do: the part of the help sheet that is in no table of commands.

use crate::app::settings::{Settings, WheelAction};
use crate::tools::RightClick;

/// One gesture: what the hand does, and what comes of it.
pub struct Gesture {
    /// What the hand does.
    pub hand: &'static str,
    /// What comes of it.
    pub effect: &'static str,
}

/// Gestures of one purpose.
pub struct GestureGroup {
    /// What they are for.
    pub title: &'static str,
    /// The gestures.
    pub gestures: Vec<Gesture>,
}

/// Every gesture, as the person has set things.
pub fn gesture_groups(settings: &Settings) -> Vec<GestureGroup> {
    let group = |title, gestures: &[(&'static str, &'static str)]| GestureGroup {
        title,
        gestures: gestures.iter().map(|&(hand, effect)| Gesture { hand, effect }).collect(),
    };
    let (plain_wheel, wheel_with_ctrl) = match settings.wheel {
        WheelAction::Zoom => ("Zoom to the pointer", "Scroll"),
        WheelAction::Scroll => ("Scroll", "Zoom to the pointer"),
    };
    let right_click = match settings.tools.right_click {
        RightClick::TakesBack => "Take the last point back",
        RightClick::OpensMenu => "Open the menu",
    };
    vec![
        group(
            "Look around",
            &[
                ("Wheel", plain_wheel),
                ("Ctrl + wheel", wheel_with_ctrl),
                ("Shift + wheel", "Scroll sideways"),
                ("Pinch", "Zoom"),
                ("Two fingers", "Scroll"),
                ("Middle button, drag", "Pan"),
                ("Hold Space, drag", "Pan in any tool"),
            ],
        ),
        group(
            "Paint and erase",
            &[
                ("Drag", "Paint on the selected mask or polygon, or a new one"),
                ("Ctrl + drag", "Begin a new one"),
                ("Alt + drag", "Erase, or paint with the eraser"),
                ("Shift + click", "Straight line from the end of the last stroke"),
                ("Alt + wheel", "Size of the brush"),
            ],
        ),
        group(
            "Select",
            &[
                ("Click", "Select the smallest object there"),
                ("Click again", "Select the next one below"),
                ("Shift or Ctrl + click", "Add or take away"),
                ("Drag to the right", "Select what lies within"),
                ("Drag to the left", "Select what is touched, too"),
                ("Shift + drag", "Add what the band takes"),
                ("Ctrl + drag", "Take it away"),
                ("Arrow keys", "Move by 1 px; with Shift by 10"),
                ("Delete", "Delete; with Shift also locked ones"),
                ("Esc", "Select nothing"),
            ],
        ),
        group(
            "Draw without a mouse",
            &[
                ("Arrow keys", "Show and move a pointer, while nothing is selected"),
                ("Shift + arrow", "Move it far; with Ctrl by one pixel"),
                ("Space", "Click there"),
                ("Shift + Space", "Hold the button, or let it go: drags"),
                ("Enter", "Click or, while drawing, finish"),
                ("Esc", "Take the pointer away"),
            ],
        ),
        group(
            "Change shapes",
            &[
                ("Drag an object", "Move it; Shift keeps it straight"),
                ("Drag a handle", "Resize; Shift keeps proportions"),
                ("Alt + drag a handle", "Resize about the centre"),
                ("Drag the round handle", "Turn; Shift in steps"),
                ("Drag a vertex", "Move it"),
                ("Click between vertices", "Insert a vertex"),
                ("Alt + click an edge", "Insert a vertex just there"),
                ("Alt + click a vertex", "Delete it"),
            ],
        ),
        group(
            "Draw boxes and ellipses",
            &[
                ("Drag", "From corner to corner"),
                ("Click twice", "The same, without dragging"),
                ("Shift", "Square or circle"),
                ("Alt", "From the centre"),
            ],
        ),
        group(
            "Draw polygons and lines",
            &[
                ("Click", "Place a point"),
                ("Drag", "Draw freehand"),
                ("Enter or double click", "Finish"),
                ("Click the first point", "Close a polygon"),
                ("Backspace or Ctrl+Z", "Take the last point back"),
                ("Right click", right_click),
                ("Shift", "Straight and at steps of an angle"),
                ("Hold Ctrl", "Do not snap, do not close"),
                ("Esc", "Give up what is being drawn"),
            ],
        ),
    ]
}
