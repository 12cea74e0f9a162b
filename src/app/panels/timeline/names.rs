//! The names at the left of the rows.

use eframe::egui::{Align, FontId, Id, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::Scene;
use super::rows::{label_color, review_icon};
use crate::app::panels::row::{
    NAME_SIZE, REMARK_SIZE, RowLook, RowSwitch, icon_at, row_background, take_left, take_right, text_in,
};
use crate::app::request::{Request, Requests};
use crate::app::theme;
use crate::app::timeline::TimelineRequest;
use crate::app::wording::{count_of, thousands};
use crate::edit::{Edit, ObjectChange};
use crate::model::{Flag, LabelId, ReviewState};
use crate::tools::Selection;
use crate::tools::timeline::{Arrangement, Lane, LaneRow, Section, TierId};

/// The width of a switch, points.
const SWITCH_WIDTH: f32 = 22.0;

/// Draws the names of the rows in sight.
pub fn names_ui(ui: &mut Ui, scene: &Scene, place: Rect, requests: &mut Requests) {
    let clip = ui.clip_rect();
    ui.set_clip_rect(clip.intersect(place));
    let top = scene.ctx.scroll_y;
    for row in scene.ctx.lanes.rows_between(top, top + f64::from(place.height())) {
        let at = pos2(place.left(), scene.y(row.y));
        let rect = Rect::from_min_size(at, vec2(place.width(), row.height as f32));
        match &row.row {
            LaneRow::Section(section) => section_ui(ui, scene, *section, rect, requests),
            LaneRow::Track(object) => {
                if let Some(lane) = scene.ctx.lanes.track(*object) {
                    TrackName { scene, lane }.show(ui, rect, requests);
                }
            }
            LaneRow::Tier { id, tier, row: 0 } => tier_ui(ui, scene, id, *tier, rect, requests),
            LaneRow::Tier { .. } => {}
        }
    }
    ui.set_clip_rect(clip);
    let line = place.with_min_x(place.right() - 1.0);
    ui.painter().rect_filled(line, 0.0, scene.tokens.line);
}

fn section_ui(ui: &Ui, scene: &Scene, section: Section, rect: Rect, requests: &mut Requests) {
    let (arrangement, lanes) = (&scene.state.view.timeline.arrangement, scene.ctx.lanes);
    let is_folded = arrangement.folded.contains(&section);
    let (name, count) = match section {
        Section::Spans => ("Spans", thousands(lanes.num_spans())),
        Section::Tracks if lanes.num_tracks_shown() < lanes.num_tracks() => (
            "Tracks",
            format!("{} of {}", thousands(lanes.num_tracks_shown()), thousands(lanes.num_tracks())),
        ),
        Section::Tracks => ("Tracks", thousands(lanes.num_tracks())),
    };
    let id = Id::unique(("timeline-section", section));
    let response = ui.interact(rect, id, Sense::CLICK);
    let verb = if is_folded { "Unfold" } else { "Fold" };
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{verb} {name}, {count}")));
    ui.painter().rect_filled(rect.with_max_y(rect.bottom() - 1.0), 0.0, scene.tokens.raised);
    let mut rest = rect.shrink2(vec2(8.0, 0.0));
    fold_icon(ui, &mut rest, is_folded, scene);
    let number = take_right(&mut rest, 7.0 * count.len() as f32 + 6.0);
    let font = FontId::proportional(REMARK_SIZE);
    text_in(ui, number, &count, font, scene.tokens.text_weak, Align::Max);
    let font = FontId::new(12.0, theme::semibold());
    text_in(ui, rest, name, font, scene.tokens.text, Align::Min);
    if response.clicked() {
        let mut changed = arrangement.clone();
        toggle(&mut changed.folded, section);
        arrange(requests, changed);
    }
}

fn fold_icon(ui: &Ui, rest: &mut Rect, is_folded: bool, scene: &Scene) {
    let name = if is_folded { "caret-right" } else { "caret-down" };
    let place = take_left(rest, 16.0);
    icon_at(ui, place.left_center() + vec2(5.0, 0.0), name, 11.0, scene.tokens.text_weak);
}

fn toggle<T: Ord>(set: &mut std::collections::BTreeSet<T>, value: T) {
    if !set.remove(&value) {
        set.insert(value);
    }
}

fn arrange(requests: &mut Requests, arrangement: Arrangement) {
    requests.push(Request::Timeline(TimelineRequest::Arrange(arrangement)));
}

fn label_name(scene: &Scene, label: Option<LabelId>) -> String {
    let schema = scene.state.project.as_ref().map(|project| project.schema());
    let label = schema.zip(label).and_then(|(schema, label)| schema.label(label));
    label.map_or_else(|| "No label".to_owned(), |label| label.name.clone())
}

fn tier_ui(ui: &Ui, scene: &Scene, id: &TierId, tier: Option<usize>, rect: Rect, requests: &mut Requests) {
    let tier = tier.and_then(|tier| scene.ctx.lanes.tiers().get(tier));
    let name = match id {
        TierId::Label(label) => label_name(scene, *label),
        TierId::Named(name) => name.clone(),
    };
    let count = tier.map_or(0, |tier| tier.num_spans());
    let is_folded = scene.ctx.folded_tiers.contains(id);
    let can_fold = tier.is_some_and(|tier| tier.rows.len() > 1);
    let response = ui.interact(rect, Id::unique(("timeline-tier", id.clone())), Sense::CLICK);
    let spoken = format!("{name}, {}", count_of(count, "span"));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, can_fold, &spoken));
    let look = RowLook { is_hovered: can_fold && response.contains_pointer(), ..RowLook::default() };
    row_background(ui, rect, look);
    let mut rest = rect.shrink2(vec2(8.0, 0.0));
    match can_fold {
        true => fold_icon(ui, &mut rest, is_folded, scene),
        false => drop(take_left(&mut rest, 16.0)),
    }
    let mark = take_left(&mut rest, 16.0);
    match id {
        TierId::Label(label) => {
            let square = Rect::from_min_size(mark.left_center() - vec2(0.0, 5.0), vec2(10.0, 10.0));
            ui.painter().rect_filled(square, 3.0, label_color(scene, *label));
        }
        TierId::Named(_) => {
            icon_at(ui, mark.left_center() + vec2(5.0, 0.0), "rows", 12.0, scene.tokens.text_weak);
        }
    }
    let is_begun = matches!(id, TierId::Label(Some(label)) if scene.state.begun_spans().any(|(begun, _)| begun == *label));
    if is_begun {
        let color = scene.tokens.error;
        icon_at(ui, take_right(&mut rest, 18.0).center(), "record", 13.0, color);
    }
    if count > 0 {
        let number = take_right(&mut rest, 40.0);
        let font = FontId::proportional(REMARK_SIZE);
        text_in(ui, number, &thousands(count), font, scene.tokens.text_weak, Align::Max);
    }
    let color = if count > 0 { scene.tokens.text } else { scene.tokens.text_weak };
    let is_cut = text_in(ui, rest, &name, FontId::proportional(NAME_SIZE), color, Align::Min);
    if response.clicked() && can_fold {
        let mut changed = scene.state.view.timeline.arrangement.clone();
        toggle(&mut changed.folded_tiers, id.clone());
        arrange(requests, changed);
    }
    if is_cut {
        response.on_hover_text(name);
    }
}

/// The name of a track.
struct TrackName<'a> {
    scene: &'a Scene<'a>,
    lane: &'a Lane,
}

impl TrackName<'_> {
    fn show(&self, ui: &Ui, rect: Rect, requests: &mut Requests) {
        let Self { scene, lane } = self;
        let tokens = &scene.tokens;
        let id = Id::unique(("timeline-track", lane.object));
        let response = ui.interact(rect, id, Sense::CLICK);
        let is_selected = scene.ctx.selection.contains(lane.object);
        response.widget_info(|| {
            WidgetInfo::selected(Role::ListBoxOption, ui.is_enabled(), is_selected, self.spoken())
        });
        let is_hovered = response.contains_pointer();
        row_background(ui, rect, RowLook { is_selected, is_hovered, has_cursor: false });
        let mut rest = rect.shrink2(vec2(8.0, 0.0));
        take_left(&mut rest, 16.0);
        let mark = take_left(&mut rest, 16.0);
        let square = Rect::from_min_size(mark.left_center() - vec2(0.0, 5.0), vec2(10.0, 10.0));
        let color = label_color(scene, lane.label);
        ui.painter().rect_filled(square, 3.0, if lane.is_hidden { color.gamma_multiply(0.4) } else { color });
        self.switches_ui(ui, id, &mut rest, is_hovered, requests);
        if let Some(icon) = review_icon(lane.review) {
            let color = if lane.review.is_right() { tokens.success } else { tokens.warning };
            icon_at(ui, take_right(&mut rest, 18.0).center(), icon, 14.0, color);
        }
        let name = label_name(scene, lane.label);
        let ink = if lane.is_hidden || lane.label.is_none() { tokens.text_weak } else { tokens.text };
        let number = take_right(&mut rest, 30.0);
        let font = FontId::proportional(REMARK_SIZE);
        text_in(ui, number, &format!("#{}", lane.number), font, tokens.text_weak, Align::Max);
        let is_cut = text_in(ui, rest, &name, FontId::proportional(NAME_SIZE), ink, Align::Min);
        if response.clicked() {
            let modifiers = ui.input(|input| input.modifiers);
            let mut selection = scene.ctx.selection.clone();
            match modifiers.command || modifiers.shift {
                true => selection.toggle(lane.object),
                false => selection = Selection::of(lane.object),
            }
            requests.push(Request::Select(selection));
        }
        if response.hovered() {
            requests.push(Request::Hover(Some(lane.object)));
        } else if scene.state.view.hovered == Some(lane.object) && !ui.rect_contains_pointer(scene.lanes) {
            requests.push(Request::Hover(None));
        }
        if is_cut {
            response.on_hover_text(format!("{name} #{}", lane.number));
        }
    }

    /// Hiding and locking: to be seen while set, and to be pressed while the pointer is on the row.
    fn switches_ui(&self, ui: &Ui, id: Id, rest: &mut Rect, is_hovered: bool, requests: &mut Requests) {
        let Self { scene, lane } = self;
        let switches = [
            (Flag::Hidden, lane.is_hidden, "eye-slash", "eye", "Hide", "Show"),
            (Flag::Locked, lane.is_locked, "lock", "lock-open", "Lock", "Unlock"),
        ];
        for (flag, is_on, on_icon, off_icon, set, clear) in switches {
            let is_offered = is_hovered && scene.ctx.can_edit;
            if !(is_on || is_offered) {
                continue;
            }
            let title = if is_on { clear } else { set };
            let icon = if is_on { on_icon } else { off_icon };
            let switch = RowSwitch { id: id.with(flag.name()), icon, name: title, is_on, shows_off: true };
            let response = switch.show(ui, take_right(rest, SWITCH_WIDTH));
            if response.clicked() && scene.ctx.can_edit {
                let change = ObjectChange::Flag(flag, !is_on);
                requests.push(Request::Commit {
                    title: title.to_owned(),
                    edits: vec![Edit::change(scene.ctx.objects.asset(), lane.object, &change)],
                });
            }
        }
    }

    /// What screen readers say.
    fn spoken(&self) -> String {
        let Self { scene, lane } = self;
        let mut text = format!(
            "{} {}, {}",
            label_name(scene, lane.label),
            lane.number,
            count_of(lane.lane.keyframes.len(), "keyframe")
        );
        for (is_so, word) in [
            (lane.is_hidden, "hidden"),
            (lane.is_locked, "locked"),
            (lane.review == ReviewState::Accepted, "accepted"),
            (lane.review == ReviewState::Corrected, "corrected"),
            (lane.review == ReviewState::Returned, "returned"),
        ] {
            if is_so {
                text.push_str(", ");
                text.push_str(word);
            }
        }
        text
    }
}
