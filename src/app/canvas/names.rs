//! The names of labels at their objects, as far as there is room for them.
//!
//! What may bear a name is looked up by place, once for some way around the view; which names are shown is worked
//! out in each frame by [`place_names`].

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use eframe::egui::{self, Color32, FontId, Galley, Ui, vec2};

use super::Place;
use crate::app::state::AppState;
use crate::app::widgets::{self, color32};
use crate::base::cpu_time::CpuBudget;
use crate::edit::{Objects, Revision};
use crate::geometry::{Point, Rect};
use crate::model::{Flag, LabelId, Object, ObjectId};
use crate::project::scene::{NameSpot, NameTag, Scene, place_names};
use crate::tools::Draft;

/// More names than this at once would hide the picture.
const MAX_NAMES: usize = 250;
/// A name may stick out beyond its object by this factor; smaller objects bear none, unless they stand out.
const MAX_NAME_WIDTH: f64 = 1.6;
/// Names are hardly ever narrower, points.
const MIN_NAME_WIDTH: f64 = 20.0;
/// Where more objects than this are around the view, only the largest of each part of the scene are looked at.
const MAX_AROUND: usize = 3000;
/// Names are placed for at most so many objects, the largest.
const MAX_TAGS: usize = 600;
/// More selected objects than this do not all bear their names.
const MAX_FORCED: usize = 40;
/// Objects are looked up so far around the view, in its sizes.
const MARGIN: f64 = 0.25;
/// And anew after zooming by this factor.
const ZOOM_STEP: f64 = 1.2;

/// So many frames at most show the names of what was looked up for another view.
const MAX_PUT_OFF: u32 = 8;

/// What is remembered from frame to frame.
#[derive(Default)]
pub struct NameCache {
    of: Option<(Revision, bool)>,
    /// The part of the picture that the objects were looked up in, and the zoom.
    around: Option<(Rect, f64)>,
    /// Objects that may bear names, the largest first.
    spots: Vec<NameSpot>,
    shown: HashSet<ObjectId>,
    /// How many frames in a row had no time to look objects up.
    num_put_off: u32,
}

impl NameCache {
    /// Whether other objects may bear names than those that are known.
    fn is_due(&self, place: &Place, objects: &Objects, scene: &Scene) -> bool {
        let (view, zoom) = (place.camera.visible_rect(), place.camera.zoom());
        let is_near = |(around, then): (Rect, f64)| {
            around.contains_rect(&view) && (1.0 / ZOOM_STEP..=ZOOM_STEP).contains(&(zoom / then))
        };
        self.of != Some((objects.revision(), scene.is_settled())) || !self.around.is_some_and(is_near)
    }

    /// Looks objects up by place; where there are many, among those that the scene names.
    fn look_up(&mut self, place: &Place, state: &AppState, objects: &Objects) {
        let (view, zoom, scene) = (place.camera.visible_rect(), place.camera.zoom(), &state.scene.at_rest);
        let of = Some((objects.revision(), scene.is_settled()));
        let around = view.expanded(MARGIN * view.width().max(view.height()));
        let min_width =
            MIN_NAME_WIDTH * f64::from(place.pixels_per_point) / (zoom * MAX_NAME_WIDTH * ZOOM_STEP);
        let is_large = |spot: &NameSpot| spot.bounds.width() >= min_width && spot.bounds.intersects(&around);
        let hits = &state.view.hits;
        let near: Vec<ObjectId> = hits.within(&around).take(MAX_AROUND + 1).collect();
        let mut spots: Vec<NameSpot> = if near.len() <= MAX_AROUND {
            let spot = |id: ObjectId| Some(NameSpot { id, bounds: hits.bounds(id)? });
            near.into_iter().filter_map(spot).filter(is_large).collect()
        } else {
            scene.name_spots().filter(|spot| is_large(spot)).copied().collect()
        };
        spots.sort_unstable_by_key(|spot| std::cmp::Reverse((spot.size_key(), spot.id)));
        spots.truncate(MAX_TAGS);
        (self.of, self.around, self.spots) = (of, Some((around, zoom)), spots);
        self.num_put_off = 0;
    }
}

/// A name laid out.
struct Name {
    galley: Arc<Galley>,
    color: Color32,
}

/// Looks up which objects may bear names. Where the frame has no time left for that, what is known serves once more.
pub(super) fn look_up(place: &Place, state: &mut AppState, time: &CpuBudget) {
    if !state.settings.show_names || !state.view.show_objects {
        return;
    }
    let mut cache = std::mem::take(&mut state.scene.names);
    if let Some(objects) =
        state.objects().filter(|objects| cache.is_due(place, objects, &state.scene.at_rest))
    {
        if time.is_spent() && cache.num_put_off < MAX_PUT_OFF {
            cache.num_put_off += 1;
            state.ctx.request_repaint();
        } else {
            cache.look_up(place, state, objects);
        }
    }
    state.scene.names = cache;
}

/// Draws the names.
pub(super) fn names_ui(ui: &Ui, place: &Place, state: &mut AppState, draft: &Draft) {
    let mut cache = std::mem::take(&mut state.scene.names);
    draw(ui, place, state, draft, &mut cache);
    state.scene.names = cache;
}

fn draw(ui: &Ui, place: &Place, state: &AppState, draft: &Draft, cache: &mut NameCache) {
    let (Some(project), Some(objects)) = (&state.project, state.objects()) else { return };
    if !state.settings.show_names || !state.view.show_objects {
        return;
    }
    let painter = ui.painter().with_clip_rect(place.rect);
    let mut names: HashMap<LabelId, Option<Name>> = HashMap::new();
    let mut name_of = |id: LabelId| {
        let name = names.entry(id).or_insert_with(|| {
            let label = project.schema().label(id)?;
            let color = color32(label.color);
            let text = widgets::middle_cut(&label.name, 28);
            let galley = painter.layout_no_wrap(text, FontId::proportional(11.5), readable_on(color));
            Some(Name { galley, color })
        });
        name.as_ref().map(|name| (Arc::clone(&name.galley), name.color))
    };
    let selection = &state.view.selection;
    let mut forced: HashSet<ObjectId> = selection.iter().take(MAX_FORCED).collect();
    forced.extend(state.view.hovered);
    forced.extend(draft.highlighted.iter().take(1).copied());
    let is_shown = |object: &&Object| {
        let is_label_hidden = object.label.is_some_and(|label| state.view.hidden_labels.contains(&label));
        !object.has(Flag::Hidden) && !is_label_hidden
    };
    let ids = cache.spots.iter().map(|spot| spot.id).filter(|id| !forced.contains(id));
    let mut tags: Vec<NameTag> = Vec::new();
    let mut drawn: Vec<(Arc<Galley>, Color32, egui::Pos2)> = Vec::new();
    for id in forced.iter().copied().chain(ids) {
        let is_forced = forced.contains(&id);
        let Some(object) = objects.object(id).filter(is_shown) else { continue };
        // What is being moved bears its name where it is.
        let bounds = draft.previews.get(&id).map(crate::model::Shape::bounds).or_else(|| object.bounds());
        let Some(bounds) = bounds.filter(|bounds| place.camera.visible_rect().intersects(bounds)) else {
            continue;
        };
        let Some((galley, color)) = object.label.and_then(&mut name_of) else { continue };
        let size = galley.size() + vec2(8.0, 2.0);
        let on_screen = bounds.width() * place.camera.zoom() / f64::from(place.pixels_per_point);
        if !is_forced && f64::from(size.x) > on_screen * MAX_NAME_WIDTH {
            continue;
        }
        let corner = place.points_from_image(bounds.min);
        let top_left = egui::pos2(corner.x, corner.y - size.y - 2.0).max(place.rect.min);
        let (x, y) = (f64::from(top_left.x), f64::from(top_left.y));
        let rect =
            Rect::from_corners(Point::new(x, y), Point::new(x + f64::from(size.x), y + f64::from(size.y)));
        tags.push(NameTag { id, rect, size: bounds.width() + bounds.height(), is_forced });
        drawn.push((galley, color, top_left));
    }
    let shown = place_names(&tags, &cache.shown, MAX_NAMES);
    cache.shown = shown.iter().map(|i| tags[*i].id).collect();
    // The most important ones last, over the others.
    for i in shown.into_iter().rev() {
        let (galley, color, top_left) = &drawn[i];
        let rect = egui::Rect::from_min_size(*top_left, galley.size() + vec2(8.0, 2.0));
        painter.rect_filled(rect, 3.0, *color);
        painter.galley(*top_left + vec2(4.0, 1.0), Arc::clone(galley), Color32::BLACK);
    }
}

/// Black or white, whichever can be read on the colour.
fn readable_on(color: Color32) -> Color32 {
    let [red, green, blue, _] = color.to_array().map(f32::from);
    if 0.299 * red + 0.587 * green + 0.114 * blue > 140.0 { Color32::BLACK } else { Color32::WHITE }
}
