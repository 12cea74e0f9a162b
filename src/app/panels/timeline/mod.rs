//! The timeline of a video, below the canvas: a ruler, and a row for each track and each tier of spans.
//!
//! What lies where, and what the pointer does, comes from [`crate::tools::timeline`]. Here it is drawn: `ruler` at the
//! top; below it `notes`, `pictures` and `sound`, as far as there are any; then the `rows`, `names` at their left,
//! `header` above those. A marker is named on a card (`naming`), and each thing has a `menu`. All marks of a frame are a
//! handful of meshes (`marks`), and only what is in sight is made.

mod header;
mod input;
mod marks;
mod menu;
mod names;
mod naming;
mod notes;
mod overlay;
mod pictures;
mod rows;
mod ruler;
mod sound;

use eframe::egui::{FontId, Rect, Ui, pos2};

use super::list_keys::list_stop;
use crate::app::request::{Request, Requests};
use crate::app::state::AppState;
use crate::app::theme::Tokens;
use crate::app::timeline::TimelineRequest;
use crate::app::wording::thousands;
use crate::model::VideoFacts;
use crate::tools::timeline::{RULER_HEIGHT, TimelineContext, TimelineDraft, timecode};

/// The least height of the panel, points.
pub const MIN_HEIGHT: f32 = 92.0;

/// The width of the names, points; less in narrow windows.
const NAMES_WIDTH: f32 = 196.0;
/// The width of the bar that scrolls the rows, points.
const BAR_WIDTH: f32 = 8.0;

/// What everything in the panel is drawn from.
struct Scene<'a> {
    state: &'a AppState,
    ctx: TimelineContext<'a>,
    draft: TimelineDraft,
    facts: &'a VideoFacts,
    tokens: Tokens,
    /// The ruler and the rows, without the names.
    lanes: Rect,
}

impl Scene<'_> {
    /// A place along the panel in the window.
    fn x(&self, x: f64) -> f32 {
        self.lanes.left() + x as f32
    }

    /// A height counted from the first row on, in the window.
    fn y(&self, lane_y: f64) -> f32 {
        self.lanes.top() + self.ctx.panel_y(lane_y) as f32
    }

    /// A frame and its time.
    fn place_of(&self, frame: u32) -> String {
        format!("{}  ·  {}", thousands(frame), timecode(self.facts.seconds(frame), 2))
    }

    /// Where rows are.
    fn rows(&self) -> Rect {
        self.lanes.with_min_y(self.lanes.top() + self.ctx.rows_y as f32)
    }
}

/// Draws the panel.
pub fn timeline_ui(ui: &mut Ui, state: &AppState, requests: &mut Requests) {
    let whole = ui.available_rect_before_wrap();
    ui.allocate_rect(whole, eframe::egui::Sense::hover());
    let names_width = NAMES_WIDTH.min(whole.width() * 0.3);
    let lanes = Rect::from_min_max(pos2(whole.left() + names_width, whole.top()), whole.right_bottom());
    let lanes = lanes.with_max_x(lanes.right() - BAR_WIDTH);
    let (Some(ctx), Some(facts)) = (state.timeline_context(), state.video_facts()) else {
        return wait_ui(ui, whole);
    };
    let size = (f64::from(lanes.width()), f64::from(lanes.height()));
    // What changes with the size is drawn with it in this very frame.
    let axis = ctx.axis.with_width(size.0);
    requests.push(Request::Timeline(TimelineRequest::Resize { width: size.0, height: size.1 }));
    let ctx = TimelineContext { axis: &axis, ..ctx };
    let draft = state.view.timeline.tool.draft(&ctx);
    let scene = Scene { state, ctx, draft, facts, tokens: Tokens::of(ui), lanes };
    let response = input::input_ui(ui, &scene, requests);
    keyboard_ui(ui, &scene, whole, requests);
    rows::rows_ui(ui, &scene);
    let names = whole.with_max_x(lanes.left());
    let head = state.view.timeline.head;
    if head.has_notes {
        notes::notes_ui(ui, &scene, names);
    }
    if head.has_pictures {
        pictures::pictures_ui(ui, &scene, names);
    }
    if head.has_sound {
        sound::sound_ui(ui, &scene, names);
    }
    ruler::ruler_ui(ui, &scene);
    overlay::overlay_ui(ui, &scene);
    names::names_ui(ui, &scene, names.with_min_y(scene.rows().top()), requests);
    header::header_ui(ui, &scene, names.with_max_y(names.top() + RULER_HEIGHT as f32), requests);
    let bar = scene.rows().with_min_x(lanes.right()).with_max_x(whole.right());
    scroll_bar_ui(ui, &scene, bar, requests);
    naming::naming_ui(ui, &scene, requests);
    menu::menu_ui(&response, &scene, requests);
}

/// While the objects of the video are being loaded.
fn wait_ui(ui: &Ui, whole: Rect) {
    let text = "The timeline is there in a moment.";
    let color = Tokens::of(ui).text_weak;
    ui.painter().text(
        whole.center(),
        eframe::egui::Align2::CENTER_CENTER,
        text,
        FontId::proportional(13.0),
        color,
    );
}

fn keyboard_ui(ui: &Ui, scene: &Scene, whole: Rect, requests: &mut Requests) {
    let lanes = scene.ctx.lanes;
    let name = format!(
        "Timeline, frame {} of {}, {} tracks, {} spans. Left and right go from keyframe to keyframe, up and down from row to row; with Shift they select.",
        scene.ctx.playhead,
        scene.facts.num_frames,
        lanes.num_tracks(),
        lanes.num_spans()
    );
    if list_stop(ui, eframe::egui::Id::unique("timeline-keys"), whole, &name) {
        for input in input::keys(ui) {
            requests.push(Request::Timeline(TimelineRequest::Input(input)));
        }
    }
}

/// A thin bar at the right, where there are more rows than fit.
fn scroll_bar_ui(ui: &Ui, scene: &Scene, place: Rect, requests: &mut Requests) {
    let (all, seen) = (scene.ctx.lanes.height() as f32, place.height());
    if all <= seen {
        return;
    }
    let response = ui.interact(place, eframe::egui::Id::unique("timeline-bar"), eframe::egui::Sense::drag());
    let length = (seen * seen / all).max(18.0);
    let way = seen - length;
    let top = place.top() + way * (scene.ctx.scroll_y as f32 / (all - seen));
    let thumb = Rect::from_min_max(pos2(place.left() + 2.0, top), pos2(place.right() - 2.0, top + length));
    let is_held = response.dragged() || response.hovered();
    let color = if is_held { scene.tokens.text_weak } else { scene.tokens.pressed };
    ui.painter().rect_filled(thumb, 2.0, color);
    if response.dragged() && way > 0.0 {
        let by = response.drag_delta().y * (all - seen) / way;
        requests.push(Request::Timeline(TimelineRequest::Scroll(f64::from(by))));
    }
}
