//! From the document and the tool's draft to the layers that are drawn.
//!
//! The objects at rest lie in layers that are kept, see [`crate::project::scene`]. What stands out (selected, hovered,
//! being changed) is left out there and drawn in one small layer above, which is made each frame, together with the
//! draft. A large selection has kept layers of its own.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use eframe::egui::Color32;

use super::Place;
use super::names::NameCache;
use crate::app::state::AppState;
use crate::app::theme::Tokens;
use crate::geometry::{Vector, ellipse_polygon};
use crate::model::{Flag, Object, ObjectId};
use crate::project::scene::{Look, Painter, Scene, SceneStyle, SceneView, Workers};
use crate::render::{Color, Handle, HandleShape, Layer, Stroke};
use crate::tools::{BandMode, Draft, HandleKind};

/// More objects than this that stand out are drawn like those at rest: in layers that are kept.
const MAX_STANDING_OUT: usize = 400;

/// The layers of the objects on the canvas.
#[derive(Default)]
pub struct SceneCache {
    pub(super) at_rest: Scene,
    /// Their names.
    pub(super) names: NameCache,
    /// Over them, a selection of so many objects that they cannot be drawn one by one.
    selected: Option<Scene>,
}

impl SceneCache {
    /// Whether everything is made as it is to be seen.
    #[cfg(feature = "ui-test")]
    pub fn is_settled(&self) -> bool {
        self.at_rest.is_settled() && self.selected.as_ref().is_none_or(Scene::is_settled)
    }
}

/// Everything over the picture, from back to front.
pub(super) fn layers(state: &mut AppState, place: &Place, draft: &Draft) -> Vec<Arc<Layer>> {
    let mut cache = std::mem::take(&mut state.scene);
    let layers = make_layers(state, place, draft, &mut cache).unwrap_or_default();
    let scenes = std::iter::once(&cache.at_rest).chain(&cache.selected);
    if scenes.into_iter().any(Scene::has_more_to_hand_out) {
        state.ctx.request_repaint();
    }
    state.scene = cache;
    layers
}

fn make_layers(
    state: &AppState,
    place: &Place,
    draft: &Draft,
    cache: &mut SceneCache,
) -> Option<Vec<Arc<Layer>>> {
    let context = state.tool_context()?;
    let (view, objects) = (&state.view, context.objects);
    let project = state.project.as_ref()?;
    let tokens = Tokens::of_theme(state.ctx.theme());
    let style = SceneStyle {
        fill_opacity: state.settings.fill_opacity,
        line_width_px: state.settings.line_width * place.pixels_per_point,
        scale: place.pixels_per_point,
        ..SceneStyle::default()
    };
    let is_large_selection = view.selection.len() > MAX_STANDING_OUT;
    let mut standing_out: BTreeSet<ObjectId> = view.hovered.into_iter().collect();
    if !is_large_selection {
        standing_out.extend(view.selection.iter());
    }
    standing_out.extend(draft.highlighted.iter().take(MAX_STANDING_OUT).copied());
    standing_out.extend(draft.previews.keys().take(MAX_STANDING_OUT).copied());
    let mut layers = Vec::new();
    if view.show_objects {
        let (pool, wake) = (state.work.pool(), state.work.wake());
        let workers = Workers::Pool(&pool, &wake);
        let is_label_shown = |object: &Object| !object.label.is_some_and(|l| view.hidden_labels.contains(&l));
        let at_rest = SceneView {
            objects,
            schema: project.schema(),
            style,
            look: Look::Plain,
            camera: place.camera,
            is_shown: &is_label_shown,
            shown_key: hash_of(&view.hidden_labels),
            left_out: &standing_out,
        };
        layers.extend(cache.at_rest.layers(&at_rest, workers));
        cache.selected.take_if(|_| !is_large_selection);
        if is_large_selection {
            let is_shown = |object: &Object| view.selection.contains(object.id) && is_label_shown(object);
            let selected = SceneView {
                look: Look::Selected,
                is_shown: &is_shown,
                shown_key: hash_of(&(&view.hidden_labels, view.selection.revision())),
                ..at_rest
            };
            layers.extend(cache.selected.get_or_insert_default().layers(&selected, workers));
        }
    }
    let mut above = Layer::new().at_once();
    let painter = Painter::new(project.schema(), style);
    for id in &standing_out {
        let Some(object) = objects.object(*id) else { continue };
        if object.has(Flag::Hidden) || !view.show_objects && !view.selection.contains(*id) {
            continue;
        }
        let look = if view.selection.contains(*id) { Look::Selected } else { Look::Hovered };
        match draft.previews.get(id) {
            Some(shape) => painter.shape(&mut above, shape, object.label, look),
            None => painter.object(&mut above, object, look, objects.in_conflict().contains(id)),
        }
    }
    let pen = Pen { scale: place.pixels_per_point, accent: to_color(tokens.accent) };
    if state.settings.crosshair
        && view.toolbox.tool().info().draws.is_some()
        && draft.circle.is_none()
        && let Some(at) = view.pointer
    {
        let stroke = Stroke::new(1.0, Color([255, 255, 255, 120])).with_halo(1.0, Color([0, 0, 0, 60]));
        above.crosshair(at, &place.camera.visible_rect(), &stroke);
    }
    draw_draft(&mut above, &painter, &pen, draft, 1.0 / place.camera.zoom());
    draw_marks(&mut above, &pen, place.camera.zoom() as f32, draft);
    if !above.is_empty() {
        layers.push(Arc::new(above));
    }
    Some(layers)
}

fn hash_of(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// How drafts and handles are drawn.
struct Pen {
    scale: f32,
    accent: Color,
}

impl Pen {
    fn thin(&self) -> Stroke {
        Stroke::new(self.scale, self.accent).with_halo(self.scale, Color([0, 0, 0, 90]))
    }
}

fn draw_draft(layer: &mut Layer, painter: &Painter<'_>, pen: &Pen, draft: &Draft, px_per_screen_px: f64) {
    for shape in &draft.shapes {
        painter.shape(layer, &shape.shape, shape.label, Look::Selected);
    }
    for shape in &draft.tentative {
        painter.tentative(layer, &shape.shape, shape.label);
    }
    for (from, to) in &draft.rubber {
        layer.line(&[*from, *to], &pen.thin().dashed(5.0 * pen.scale));
    }
    if let Some(band) = &draft.band {
        layer.rect(&band.rect, pen.accent.with_alpha(0.12));
        let stroke = pen.thin();
        let stroke = match band.mode {
            BandMode::Containing => stroke,
            BandMode::Touching => stroke.dashed(5.0 * pen.scale),
        };
        layer.ring(&band.rect.corners(), &stroke);
    }
    if let Some(circle) = &draft.circle {
        // So fine that its edges do not show: a tenth of a pixel on screen.
        let tolerance_px = 0.1 * px_per_screen_px;
        let radii = Vector::new(circle.radius_px, circle.radius_px);
        let stroke = Stroke::new(1.5 * pen.scale, Color::WHITE).with_halo(pen.scale, Color([0, 0, 0, 140]));
        let stroke = if circle.is_dashed { stroke.dashed(4.0 * pen.scale) } else { stroke };
        layer.ring(&ellipse_polygon(circle.center, radii, 0.0, tolerance_px), &stroke);
    }
    for handle in &draft.handles {
        layer.handle(handle.at, &look_of(handle.kind, handle.is_active, pen));
    }
    if let Some(snap) = &draft.snap {
        let mark = Handle {
            shape: HandleShape::Diamond,
            radius_px: 6.0 * pen.scale,
            fill: Color::TRANSPARENT,
            border_px: 2.0 * pen.scale,
            border: Color::rgb(0xff, 0xd1, 0x4a),
        };
        layer.handle(snap.at, &mark);
    }
}

/// Strokes that say what is of an object, and dashed what is not.
fn draw_marks(layer: &mut Layer, pen: &Pen, zoom: f32, draft: &Draft) {
    for mark in &draft.marks {
        let width_px = 2.0 * mark.radius_px as f32 * zoom;
        let color = if mark.is_object { Color::rgb(0x4c, 0xc9, 0x6b) } else { Color::rgb(0xf0, 0x5a, 0x5a) };
        let stroke = Stroke::new(width_px, color.with_alpha(0.75));
        match mark.line[..] {
            [at] => layer.handle(
                at,
                &Handle {
                    shape: HandleShape::Round,
                    radius_px: width_px / 2.0,
                    fill: color.with_alpha(0.75),
                    border_px: 0.0,
                    border: Color::TRANSPARENT,
                },
            ),
            _ if mark.is_object => layer.line(&mark.line, &stroke),
            _ => layer.line(&mark.line, &stroke.dashed(6.0 * pen.scale)),
        }
    }
}

fn look_of(kind: HandleKind, is_active: bool, pen: &Pen) -> Handle {
    let (shape, radius) = match kind {
        HandleKind::Resize(..) => (HandleShape::Square, 4.5),
        HandleKind::Rotate => (HandleShape::Round, 5.5),
        HandleKind::Vertex(_) => (HandleShape::Round, 4.5),
        HandleKind::Midpoint(_) => (HandleShape::Diamond, 4.0),
        HandleKind::Close => (HandleShape::Round, 6.5),
    };
    let is_quiet = matches!(kind, HandleKind::Midpoint(_)) && !is_active;
    let fill = if is_active { pen.accent } else { Color::WHITE };
    Handle {
        shape,
        radius_px: (if is_active { radius + 1.5 } else { radius }) * pen.scale,
        fill: if is_quiet { fill.with_alpha(0.65) } else { fill },
        border_px: 1.5 * pen.scale,
        border: Color::rgb(0x10, 0x2a, 0x4a),
    }
}

fn to_color(color: Color32) -> Color {
    let [red, green, blue, _] = color.to_array();
    Color::rgb(red, green, blue)
}
