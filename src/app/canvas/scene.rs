//! From the document and the tool's draft to the layers that are drawn.
//!
//! The objects at rest lie in layers that are made again only when an object, the schema or the style changes.
//! What stands out (selected, hovered, being changed) is left out there and drawn in one small layer above, which
//! is made each frame, together with the draft.

use std::collections::BTreeSet;
use std::sync::Arc;

use eframe::egui::Color32;

use super::Place;
use crate::app::state::AppState;
use crate::app::theme::Tokens;
use crate::model::{Flag, LabelId, ObjectId};
use crate::project::scene::{Look, Painter, Scene, SceneStyle};
use crate::render::{Color, Handle, HandleShape, Layer, Stroke};
use crate::tools::{BandMode, Draft, HandleKind};

/// The layers of the objects at rest, and what they were made of.
#[derive(Default)]
pub struct SceneCache {
    scene: Scene,
    made_of: Option<MadeOf>,
    layers: Vec<Arc<Layer>>,
}

#[derive(PartialEq)]
struct MadeOf {
    asset: crate::model::AssetId,
    revision: u64,
    style: SceneStyle,
    hidden_labels: BTreeSet<LabelId>,
    left_out: BTreeSet<ObjectId>,
}

/// Everything over the picture, from back to front.
pub(super) fn layers(state: &mut AppState, place: &Place) -> Vec<Arc<Layer>> {
    let mut cache = std::mem::take(&mut state.scene);
    let layers = make_layers(state, place, &mut cache).unwrap_or_default();
    state.scene = cache;
    layers
}

fn make_layers(state: &AppState, place: &Place, cache: &mut SceneCache) -> Option<Vec<Arc<Layer>>> {
    let context = state.tool_context()?;
    let project = state.project.as_ref()?;
    let tokens = Tokens::of_theme(state.ctx.theme());
    let style = SceneStyle {
        fill_opacity: state.settings.fill_opacity,
        line_width_px: state.settings.line_width * place.pixels_per_point,
        scale: place.pixels_per_point,
        ..SceneStyle::default()
    };
    let draft = state.view.toolbox.draft(&context);
    let mut standing_out: BTreeSet<ObjectId> = state.view.selection.iter().collect();
    standing_out.extend(state.view.hovered);
    standing_out.extend(draft.highlighted.iter().copied());
    standing_out.extend(draft.previews.keys().copied());
    let mut layers = Vec::new();
    if state.view.show_objects {
        let made_of = MadeOf {
            asset: context.document.asset(),
            revision: project.revision(),
            style,
            hidden_labels: state.view.hidden_labels.clone(),
            left_out: standing_out.clone(),
        };
        if cache.made_of.as_ref() != Some(&made_of) {
            let is_at_rest = |object: &crate::model::Object| {
                let is_label_hidden =
                    object.label.is_some_and(|label| made_of.hidden_labels.contains(&label));
                !is_label_hidden && !made_of.left_out.contains(&object.id)
            };
            cache.layers = cache.scene.layers(context.document, project.schema(), style, 0, is_at_rest);
            cache.made_of = Some(made_of);
        }
        layers.extend(cache.layers.iter().cloned());
    }
    let mut above = Layer::new();
    let painter = Painter::new(project.schema(), style, 0);
    for id in &standing_out {
        let Some(object) = context.document.object(*id) else { continue };
        if object.has(Flag::Hidden) || !state.view.show_objects && !state.view.selection.contains(*id) {
            continue;
        }
        let look = if state.view.selection.contains(*id) { Look::Selected } else { Look::Hovered };
        match draft.previews.get(id) {
            Some(shape) => painter.shape(&mut above, shape, object.label, look),
            None => painter.object(&mut above, object, look),
        }
    }
    let pen = Pen { scale: place.pixels_per_point, accent: to_color(tokens.accent) };
    if state.settings.crosshair
        && state.view.toolbox.tool().info().draws.is_some()
        && let Some(at) = state.view.pointer
    {
        let stroke = Stroke::new(1.0, Color([255, 255, 255, 120])).with_halo(1.0, Color([0, 0, 0, 60]));
        above.crosshair(at, &place.camera.visible_rect(), &stroke);
    }
    draw_draft(&mut above, &painter, &pen, &draft);
    layers.push(Arc::new(above));
    Some(layers)
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

fn draw_draft(layer: &mut Layer, painter: &Painter<'_>, pen: &Pen, draft: &Draft) {
    for shape in &draft.shapes {
        painter.shape(layer, &shape.shape, shape.label, Look::Selected);
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
