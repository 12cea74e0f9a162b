//! One line of the list of objects.

use eframe::egui::{Align, FontId, Id, Rect, Response, RichText, Role, Sense, Ui, WidgetInfo, vec2};

use super::row::{
    NAME_SIZE, REMARK_SIZE, RowLook, RowSwitch, icon_at, line_of, row_background, take_left, take_right,
    text_in,
};
use crate::app::request::{Request, Requests};
use crate::app::theme::{self, Tokens};
use crate::app::widgets::color32;
use crate::edit::{Edit, ObjectChange, shape_at, tracks};
use crate::model::{AssetId, Content, ContentKind, Flag, Label, Object, Shape, ShapeKind};
use crate::tools::TOOLS;

/// One line of the list of objects.
pub struct ObjectRow<'a> {
    /// The object.
    pub object: &'a Object,
    /// Its label.
    pub label: Option<&'a Label>,
    /// The picture that it is on.
    pub asset: AssetId,
    /// Whether it is selected.
    pub is_selected: bool,
    /// Whether the pointer is on it, here or elsewhere.
    pub is_hovered_elsewhere: bool,
    /// Whether it is not drawn since its label is hidden.
    pub is_of_hidden_label: bool,
    /// Whether the keyboard is on it.
    pub has_cursor: bool,
    /// Whether two people changed it without seeing each other's work.
    pub has_conflict: bool,
    /// Whether the project can be changed.
    pub is_writable: bool,
    /// Of a track, how it is over time.
    pub time: Option<RowTime<'a>>,
}

/// A track, and the frame on screen.
#[derive(Clone, Copy)]
pub struct RowTime<'a> {
    /// The object as it is over time.
    pub object: &'a Object,
    /// The frame.
    pub frame: u32,
}

impl RowTime<'_> {
    fn is_keyframe(&self) -> bool {
        self.object.as_track().is_some_and(|track| track.keyframes.contains_key(&self.frame))
    }

    fn is_in_sight(&self) -> bool {
        self.object.as_track().is_some_and(|track| shape_at(track, self.frame).is_some())
    }
}

/// The width of a switch, and of the icon of a flag, points.
const SWITCH_WIDTH: f32 = 22.0;
const FLAG_WIDTH: f32 = 18.0;

/// The flags that have a switch in the line, from the right: icon, what setting and what clearing it does.
const SWITCHES: [(Flag, &str, &str, &str, &str); 3] = [
    (Flag::Hidden, "eye-slash", "eye", "Hide", "Show"),
    (Flag::Locked, "lock", "lock-open", "Lock", "Unlock"),
    (Flag::Occluded, "circle-half", "circle-half", "Mark as occluded", "Mark as not occluded"),
];

impl ObjectRow<'_> {
    /// Draws it.
    pub fn show(&self, ui: &Ui, rect: Rect, requests: &mut Requests) -> Response {
        let tokens = Tokens::of(ui);
        let id = Id::unique(("object-row", self.object.id));
        let response = ui.interact(rect, id, Sense::CLICK);
        response.widget_info(|| {
            WidgetInfo::selected(Role::ListBoxOption, ui.is_enabled(), self.is_selected, self.spoken())
        });
        let is_hovered = response.contains_pointer();
        let look = RowLook {
            is_selected: self.is_selected,
            is_hovered: is_hovered || self.is_hovered_elsewhere,
            has_cursor: self.has_cursor,
        };
        row_background(ui, rect, look);
        let is_in_sight = self.time.is_none_or(|time| time.is_in_sight());
        let is_shown = !self.object.has(Flag::Hidden) && !self.is_of_hidden_label && is_in_sight;
        let mut rest = rect.shrink2(vec2(8.0, 0.0));
        let mark = take_left(&mut rest, 18.0);
        let square = Rect::from_min_size(mark.left_center() - vec2(0.0, 5.0), vec2(10.0, 10.0));
        let color = self.label.map_or(tokens.text_weak, |label| color32(label.color));
        ui.painter().rect_filled(square, 3.0, if is_shown { color } else { color.gamma_multiply(0.4) });
        let kind = take_left(&mut rest, 22.0);
        icon_at(
            ui,
            kind.left_center() + vec2(7.0, 0.0),
            kind_icon(self.object.kind()),
            15.0,
            tokens.text_weak,
        );

        if let Some(time) = self.time {
            self.keyframe_ui(ui, id, take_left(&mut rest, SWITCH_WIDTH), &time, requests);
        }

        // What the line says at its right makes way for what one can do while the pointer is on it.
        let size = size_text(self.object);
        if is_hovered && self.is_writable {
            self.switches_ui(ui, id, take_right(&mut rest, SWITCH_WIDTH * SWITCHES.len() as f32), requests);
        } else {
            let small = FontId::proportional(REMARK_SIZE);
            let galley = line_of(ui, &size, small, tokens.text_weak, f32::INFINITY);
            let width = galley.size().x.max(SWITCH_WIDTH * SWITCHES.len() as f32);
            let width = width.min(rest.width() / 2.0);
            let place = take_right(&mut rest, width);
            ui.painter().galley(
                place.right_center() - vec2(galley.size().x, galley.size().y / 2.0),
                galley,
                tokens.text_weak,
            );
            self.flags_ui(ui, &mut rest);
        }
        if self.has_conflict {
            icon_at(ui, take_right(&mut rest, FLAG_WIDTH).center(), "warning", 14.0, tokens.warning);
        }
        rest.max.x -= 4.0;
        let name = self.label.map_or("No label", |label| &label.name);
        let color = if is_shown && self.label.is_some() { tokens.text } else { tokens.text_weak };
        let is_cut = text_in(ui, rest, name, FontId::proportional(NAME_SIZE), color, Align::Min);
        if is_cut || self.has_conflict || !self.object.comment.is_empty() {
            return response.on_hover_ui(|ui| self.tooltip_ui(ui, name, &size));
        }
        response
    }

    /// Whether the frame is a keyframe of the track, and the switch for it.
    fn keyframe_ui(&self, ui: &Ui, id: Id, place: Rect, time: &RowTime<'_>, requests: &mut Requests) {
        let is_on = time.is_keyframe();
        let name = if is_on { "Unset keyframe" } else { "Set keyframe" };
        let switch = RowSwitch { id: id.with("keyframe"), icon: "diamond", name, is_on, shows_off: false };
        if switch.show(ui, place).clicked() && self.is_writable {
            let edits = match is_on {
                true => tracks::unset_keyframe(self.asset, time.object, time.frame),
                false => tracks::set_keyframe(self.asset, time.object, time.frame),
            };
            requests.push(Request::Commit { title: name.to_owned(), edits });
        }
    }

    /// The flags that are set.
    fn flags_ui(&self, ui: &Ui, rest: &mut Rect) {
        let color = Tokens::of(ui).text_weak;
        for (_, icon, ..) in SWITCHES.into_iter().filter(|(flag, ..)| self.object.has(*flag)) {
            icon_at(ui, take_right(rest, FLAG_WIDTH).center(), icon, 14.0, color);
        }
    }

    fn switches_ui(&self, ui: &Ui, id: Id, mut place: Rect, requests: &mut Requests) {
        for (flag, on_icon, off_icon, set, clear) in SWITCHES {
            let is_on = self.object.has(flag);
            let title = if is_on { clear } else { set };
            let switch = RowSwitch {
                id: id.with(flag.name()),
                icon: if is_on { on_icon } else { off_icon },
                name: title,
                is_on,
                shows_off: true,
            };
            if switch.show(ui, take_right(&mut place, SWITCH_WIDTH)).clicked() {
                let change = ObjectChange::Flag(flag, !is_on);
                requests.push(Request::Commit {
                    title: title.to_owned(),
                    edits: vec![Edit::change(self.asset, self.object.id, &change)],
                });
            }
        }
    }

    /// What screen readers say.
    fn spoken(&self) -> String {
        let name = self.label.map_or("No label", |label| &label.name);
        let mut text = format!("{name}, {}, {}", self.object.kind().name(), size_text(self.object));
        for flag in &self.object.flags {
            text.push_str(", ");
            text.push_str(flag.name());
        }
        if let Some(time) = self.time {
            let state = match (time.is_in_sight(), time.is_keyframe()) {
                (false, _) => ", out of sight",
                (true, true) => ", keyframe",
                (true, false) => ", between keyframes",
            };
            text.push_str(state);
        }
        if self.has_conflict {
            text.push_str(", conflict");
        }
        text
    }

    fn tooltip_ui(&self, ui: &mut Ui, name: &str, size: &str) {
        let tokens = Tokens::of(ui);
        ui.set_max_width(320.0);
        ui.label(theme::heading(name));
        ui.label(RichText::new(format!("{}  {size}", self.object.kind().name())).color(tokens.text_weak));
        if !self.object.comment.is_empty() {
            ui.label(&self.object.comment);
        }
        if self.has_conflict {
            let text = "Two people changed this without seeing each other's work. The later change stands.";
            ui.label(RichText::new(text).color(tokens.warning));
        }
    }
}

/// The icon of a kind of object: that of the tool that draws it, where there is one.
pub fn kind_icon(kind: ContentKind) -> &'static str {
    let shape = match kind {
        ContentKind::Shape(shape) => shape,
        ContentKind::Track => return "path",
        ContentKind::Span => return "rows",
        ContentKind::Tag => return "tag",
    };
    let tool = TOOLS.iter().find(|tool| tool.draws == Some(shape));
    tool.map_or_else(
        || match shape {
            ShapeKind::Mask => "paint-brush",
            ShapeKind::Skeleton => "person",
            ShapeKind::Cuboid => "cube",
            ShapeKind::Box | ShapeKind::RotatedBox => "rectangle",
            ShapeKind::Ellipse => "circle",
            ShapeKind::Polygon => "polygon",
            ShapeKind::Polyline => "line-segments",
            ShapeKind::Points => "dots-nine",
        },
        |tool| tool.icon,
    )
}

/// How large an object is, in few letters.
fn size_text(object: &Object) -> String {
    match &object.content {
        Content::Shape(Shape::Points(points)) if points.0.len() == 1 => "1 point".to_owned(),
        Content::Shape(Shape::Points(points)) => format!("{} points", points.0.len()),
        Content::Shape(shape) => {
            let bounds = shape.bounds();
            format!("{:.0} × {:.0}", bounds.width(), bounds.height())
        }
        Content::Track(track) => format!("{} keyframes", track.keyframes.len()),
        Content::Span(span) => format!("{} frames", span.end.saturating_sub(span.start)),
        Content::Tag => "Whole file".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::icons::icon;
    use crate::geometry::{Point, Rect as ImageRect};
    use crate::model::ObjectId;
    use crate::model::shape::{PointsShape, SHAPE_KINDS};

    #[test]
    fn every_kind_of_object_has_an_icon() {
        let shapes = SHAPE_KINDS.iter().map(|(kind, _)| ContentKind::Shape(*kind));
        for kind in shapes.chain([ContentKind::Track, ContentKind::Span, ContentKind::Tag]) {
            assert_ne!(icon(kind_icon(kind)), '?', "{}", kind.name());
        }
    }

    #[test]
    fn sizes_are_told_in_few_letters() {
        let text = |shape| size_text(&Object::shape(ObjectId::from_u128(1), shape, None));
        assert_eq!(text(Shape::from_rect(ImageRect::from_xywh(3.0, 4.0, 120.4, 79.6))), "120 × 80");
        let points = |num| Shape::Points(PointsShape(vec![Point::new(1.0, 2.0); num]));
        assert_eq!((text(points(1)), text(points(3))), ("1 point".into(), "3 points".into()));
    }
}
