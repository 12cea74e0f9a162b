//! The timeline of a video: drawn, dragged and walked in the window.

use std::collections::BTreeMap;

use eframe::egui::{Event, Key, Modifiers, PointerButton, Pos2, Role, pos2};
use egui_kittest::kittest::Queryable as _;
use fieldmark::edit::{Edit, NotesChange};
use fieldmark::geometry::Rect;
use fieldmark::model::{
    Asset, AssetId, Color, Comment, CommentId, Content, FrameRate, FrameReview, FrameReviewId, Keyframe,
    LabelId, Marker, MarkerId, Object, ObjectId, ReviewState, Shape, Span, Track, VideoFacts,
};
use fieldmark::project::Project;

use crate::window::{Look, Window, add_labels};

/// Puts a video into the project that is on no disk: what there is to see is its timeline.
pub fn add_video(project: &mut Project, num_frames: u32) -> AssetId {
    let facts = VideoFacts::constant(num_frames, FrameRate::new(30, 1).expect("a rate"));
    let asset = Asset::video(AssetId::new(), "crossing.mp4", 640, 360, facts);
    project.commit("Add a video", vec![Edit::add_asset(&asset)]).expect("a video");
    asset.id
}

fn keyframe(frame: u32, outside: bool, occluded: bool) -> (u32, Keyframe) {
    let shape = Shape::from_rect(Rect::from_xywh(f64::from(frame % 400), 80.0, 120.0, 90.0));
    (frame, Keyframe { shape, outside, occluded })
}

fn label(project: &Project, index: usize) -> Option<LabelId> {
    let labels = &project.schema().labels;
    labels.get(index % labels.len().max(1)).map(|label| label.id)
}

pub fn track(project: &Project, index: usize, keyframes: &[(u32, bool, bool)]) -> Object {
    let keyframes: BTreeMap<u32, Keyframe> =
        keyframes.iter().map(|(frame, outside, occluded)| keyframe(*frame, *outside, *occluded)).collect();
    let track = Track { keyframes, ..Track::default() };
    let mut object = Object::new(ObjectId::new(), Content::Track(track), label(project, index));
    object.review = [ReviewState::Open, ReviewState::Accepted, ReviewState::Returned][index % 3];
    object
}

pub fn span(project: &Project, index: usize, start: u32, end: u32, lane: &str) -> Object {
    let span = Span { start, end, lane: lane.to_owned() };
    Object::new(ObjectId::new(), Content::Span(span), label(project, index))
}

/// A minute of a street with some tracks, spans and events.
pub fn street(look: Look) -> Window {
    Window::with_project(look, |project, _| {
        let asset = add_video(project, 1800);
        add_labels(project, &["person", "car", "bicycle", "crossing the street", "red light"]);
        let mut objects = vec![
            track(
                project,
                0,
                &[(60, false, false), (200, false, true), (330, false, false), (700, true, false)],
            ),
            track(
                project,
                1,
                &[(0, false, false), (90, false, false), (180, true, false), (600, false, false)],
            ),
            track(
                project,
                2,
                &[(400, false, false), (460, false, false), (470, false, false), (900, true, false)],
            ),
            track(
                project,
                0,
                &[(1000, false, false), (1100, true, false), (1300, false, true), (1500, true, false)],
            ),
            track(project, 1, &[(1200, false, false)]),
            span(project, 3, 150, 420, ""),
            span(project, 3, 300, 520, ""),
            span(project, 3, 900, 1180, ""),
            span(project, 4, 640, 641, ""),
            span(project, 4, 1400, 1700, ""),
            span(project, 0, 100, 800, "weather"),
        ];
        objects[8].review = ReviewState::Returned;
        let edits = objects.iter().map(|object| Edit::create(asset, object)).collect();
        project.commit("Label a street", edits).expect("objects");
    })
}

pub fn empty(look: Look) -> Window {
    Window::with_project(look, |project, _| {
        add_video(project, 1800);
        add_labels(project, &["person", "car"]);
    })
}

pub fn long_names(look: Look) -> Window {
    Window::with_project(look, |project, _| {
        let asset = add_video(project, 432_000);
        add_labels(project, &["a label whose name goes on and on, because the guideline wants it so", "ok"]);
        let mut edits: Vec<Edit> = (0..40_u32)
            .map(|n| {
                let at = n * 10_000;
                let frames: Vec<_> = (0..60).map(|k| (at + k * 240, k == 59, k % 9 == 4)).collect();
                Edit::create(asset, &track(project, n as usize, &frames))
            })
            .collect();
        edits.extend((0..300_u32).map(|n| {
            Edit::create(
                asset,
                &span(
                    project,
                    n as usize,
                    n * 1_400,
                    n * 1_400 + 1_900,
                    "what the driver is doing at the wheel",
                ),
            )
        }));
        project.commit("Label", edits).expect("objects");
    })
}

/// The window on a timeline that is zoomed to single frames.
pub fn close(look: Look) -> Window {
    let mut window = street(look);
    window.press_control(Role::Button, "Fold Spans, 6");
    window.press_control(Role::ListBoxOption, "bicycle 1, 4 keyframes, returned");
    window.run("timeline.zoom_to_selection");
    for _ in 0..5 {
        window.run("timeline.zoom_in");
    }
    window
}

/// A span under way, a marker, and a review.
pub fn marking(look: Look) -> Window {
    let mut window = street(look);
    window.press(Key::W);
    window.press(Key::J);
    window.press(Key::F3);
    window
}

/// A street with markers, comments and reviewed frames.
pub fn noted(look: Look) -> Window {
    let mut window = street(look);
    let asset = window.harness.state().document().expect("the video's objects").asset();
    let mut changes = Vec::new();
    for (index, (frame, text)) in
        [(240, "lights change"), (760, ""), (1100, "the same cyclist comes back, from the left")]
            .into_iter()
            .enumerate()
    {
        let marker = Marker { frame, text: text.to_owned(), color: Color::for_index(index) };
        changes.push(NotesChange::Marker(MarkerId::new(), Some(marker)));
    }
    let comment = Comment { text: "the wheel is cut off".to_owned(), frame: Some(520), ..Comment::default() };
    changes.push(NotesChange::Comment(CommentId::new(), Some(comment)));
    for (start, end, state) in [(0, 420, ReviewState::Accepted), (420, 610, ReviewState::Returned)] {
        let review = FrameReview { start, end, state, author: None, at_ms: 1 };
        changes.push(NotesChange::Review(FrameReviewId::new(), Some(review)));
    }
    let edits = changes.iter().map(|change| change.edit(asset)).collect();
    window.harness.state_mut().commit("Note", edits);
    window.settle();
    window
}

/// A marker whose card is open.
pub fn naming(look: Look) -> Window {
    let mut window = noted(look);
    window.run("markers.next");
    window.run("markers.name");
    window
}

/// The menu of a track.
pub fn menu(look: Look) -> Window {
    let mut window = noted(look);
    window.press_control(Role::Button, "Fold Spans, 6");
    let at = row(&window, "car 1, 4 keyframes") + eframe::egui::vec2(150.0, 0.0);
    click_with(&mut window, at, PointerButton::Secondary);
    window
}

fn click_with(window: &mut Window, pos: Pos2, button: PointerButton) {
    window.harness.event(Event::PointerMoved(pos));
    for pressed in [true, false] {
        let modifiers = Modifiers::NONE;
        window.harness.event(Event::PointerButton { pos, button, pressed, modifiers });
        window.harness.step();
    }
    window.settle();
}

fn tracks(window: &Window) -> Vec<Vec<u32>> {
    let document = window.harness.state().document().expect("the video's objects");
    let frames = |object: &&Object| match &object.content {
        Content::Track(track) => Some(track.keyframes.keys().copied().collect()),
        _ => None,
    };
    document.objects().iter().filter_map(frames).collect()
}

pub fn spans(window: &Window) -> Vec<(u32, u32)> {
    let document = window.harness.state().document().expect("the video's objects");
    let frames = |object: &&Object| match &object.content {
        Content::Span(span) => Some((span.start, span.end)),
        _ => None,
    };
    document.objects().iter().filter_map(frames).collect()
}

/// Where the rows are: right of the first name, and as high as the name.
fn row(window: &Window, name: &str) -> Pos2 {
    let rect = window.harness.get_by_label_contains(name).rect();
    pos2(rect.right(), rect.center().y)
}

fn drag(window: &mut Window, from: Pos2, to: Pos2) {
    let button = |pos, pressed| Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    let middle = from + (to - from) / 2.0;
    for event in [
        Event::PointerMoved(from),
        button(from, true),
        Event::PointerMoved(middle),
        Event::PointerMoved(to),
        button(to, false),
    ] {
        window.harness.event(event);
        window.harness.step();
    }
    window.settle();
}

#[test]
fn a_video_has_a_timeline_in_place_of_the_filmstrip() {
    let window = street(Look::default());
    assert!(window.shows("Timeline, frame 0 of 1800, 5 tracks, 6 spans"));
    assert!(!window.shows("Filmstrip"));
}

#[test]
fn a_span_is_drawn_along_the_row_of_the_chosen_label() {
    let mut window = empty(Look::default());
    let from = row(&window, "person, 0 spans");
    drag(&mut window, from + eframe::egui::vec2(100.0, 0.0), from + eframe::egui::vec2(200.0, 0.0));
    let drawn = spans(&window);
    assert_eq!(drawn.len(), 1);
    assert!(drawn[0].1 > drawn[0].0 + 50, "{drawn:?}");
    window.run("edit.undo");
    assert_eq!(spans(&window), []);
}

/// Without the spans, so that all tracks are in sight.
fn only_tracks() -> Window {
    let mut window = street(Look::default());
    window.press_control(Role::Button, "Fold Spans, 6");
    window
}

#[test]
fn keyframes_are_dragged_and_deleted() {
    let mut window = only_tracks();
    let before = tracks(&window);
    window.press_control(Role::ListBoxOption, "bicycle 1, 4 keyframes, returned");
    window.run("timeline.zoom_to_selection");
    let from = row(&window, "bicycle 1, 4 keyframes");
    let width = window.harness.get_by_label_contains("Timeline, frame").rect().right() - 8.0 - from.x;
    // Its frames fill nine tenths of the width: its first keyframe stands a twentieth from the left.
    let at = pos2(from.x + width * 0.05 + 1.0, from.y);
    drag(&mut window, at, at + eframe::egui::vec2(30.0, 0.0));
    let moved = tracks(&window);
    assert_ne!(moved, before);
    assert_eq!(moved.iter().flatten().count(), before.iter().flatten().count());
    window.press(Key::Delete);
    assert_eq!(tracks(&window).iter().flatten().count(), before.iter().flatten().count() - 1);
    window.run("edit.undo");
    window.run("edit.undo");
    assert_eq!(tracks(&window), before);
}

#[test]
fn rows_are_folded() {
    let mut window = only_tracks();
    assert!(window.shows("bicycle 1"));
    window.press_control(Role::Button, "Fold Tracks, 5");
    assert!(!window.shows("bicycle 1"));
    window.press_control(Role::Button, "Unfold Tracks, 5");
    assert!(window.shows("bicycle 1"));
}

#[test]
fn a_span_is_begun_and_ended_by_the_same_key() {
    let mut window = empty(Look::default());
    window.press(Key::W);
    assert_eq!(spans(&window), [], "a span that was begun is none yet");
    window.press(Key::W);
    assert_eq!(spans(&window), [(0, 1)]);
    window.press_with(Modifiers::SHIFT, Key::W);
    assert_eq!(spans(&window), [(0, 1), (0, 1)]);
    window.run("edit.undo");
    window.run("edit.undo");
    assert_eq!(spans(&window), []);
}

#[test]
fn spans_of_several_labels_are_under_way_at_once_and_can_be_given_up() {
    let mut window = empty(Look::default());
    window.press(Key::W);
    window.press(Key::Num2);
    window.press(Key::W);
    window.press(Key::Num1);
    window.press(Key::W);
    assert_eq!(spans(&window).len(), 1);
    window.run("spans.give_up");
    window.press(Key::Num2);
    window.press(Key::W);
    assert_eq!(spans(&window).len(), 1, "that of the second label was forgotten, so it begins anew");
}

#[test]
fn the_whole_video_is_tagged_and_untagged() {
    let mut window = empty(Look::default());
    window.run("spans.tag");
    assert_eq!(window.num_objects(), 1);
    window.run("spans.tag");
    assert_eq!(window.num_objects(), 0);
}

#[test]
fn a_marker_is_set_and_removed() {
    let mut window = empty(Look::default());
    let num = |window: &Window| window.harness.state().document().expect("objects").notes().markers.len();
    window.press(Key::J);
    assert_eq!(num(&window), 1);
    window.press(Key::J);
    assert_eq!(num(&window), 0);
}

fn markers(window: &Window) -> Vec<(u32, String)> {
    let document = window.harness.state().document().expect("the video's objects");
    document.notes().markers.values().map(|marker| (marker.frame, marker.text.clone())).collect()
}

#[test]
fn a_marker_is_named_on_its_card_and_removed_by_delete() {
    let mut window = empty(Look::default());
    window.run("markers.name");
    window.type_text("goal");
    window.press(Key::Enter);
    assert_eq!(markers(&window), [(0, "goal".to_owned())]);
    assert!(window.shows("Markers and comments, 1"));
    let lane = row(&window, "Markers and comments, 1");
    let flag = lane + eframe::egui::vec2(2.0, 0.0);
    drag(&mut window, flag, flag);
    window.press(Key::Delete);
    assert_eq!(markers(&window), []);
    window.run("edit.undo");
    assert_eq!(markers(&window), [(0, "goal".to_owned())]);
}

#[test]
fn escape_leaves_the_name_of_a_marker_as_it_was() {
    let mut window = empty(Look::default());
    window.press(Key::J);
    window.run("markers.name");
    window.type_text("goal");
    window.press(Key::Escape);
    assert_eq!(markers(&window), [(0, String::new())]);
    assert!(!window.shows("What the marker stands for"));
}

#[test]
fn each_thing_on_the_timeline_has_a_menu_of_what_can_be_done_with_it() {
    let mut window = only_tracks();
    let at = row(&window, "car 1, 4 keyframes") + eframe::egui::vec2(120.0, 0.0);
    click_with(&mut window, at, PointerButton::Secondary);
    assert_eq!(window.harness.state().selection().len(), 1);
    assert!(window.shows("Go to frame"));
    window.press_control(Role::Button, "Out of sight");
    assert!(tracks(&window).concat().contains(&0), "the command was run on the frame on screen");
}

#[test]
fn an_end_of_a_span_is_set_by_a_key() {
    let mut window = empty(Look::default());
    let from = row(&window, "person, 0 spans");
    drag(&mut window, from + eframe::egui::vec2(100.0, 0.0), from + eframe::egui::vec2(200.0, 0.0));
    let drawn = spans(&window)[0];
    window.press_with(Modifiers::ALT, Key::I);
    assert_eq!(spans(&window), [(0, drawn.1)], "it begins with the frame on screen");
    window.run("timeline.later");
    assert_eq!(spans(&window), [(1, drawn.1 + 1)]);
}
