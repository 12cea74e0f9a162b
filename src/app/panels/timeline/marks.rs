//! What lanes are drawn with: many small marks in one mesh.

use eframe::egui::{Color32, Mesh, Pos2, Rect, Shape, Ui, pos2};

/// Marks that are drawn at once.
#[derive(Default)]
pub struct Marks(Mesh);

/// How far apart the stripes of a hatching are, points.
const HATCH_STEP: f32 = 6.0;

impl Marks {
    /// A rectangle.
    pub fn rect(&mut self, rect: Rect, color: Color32) {
        if rect.is_positive() {
            self.0.add_colored_rect(rect, color);
        }
    }

    /// An upright line, one point wide unless told otherwise.
    pub fn line(&mut self, x: f32, top: f32, bottom: f32, width: f32, color: Color32) {
        let half = width / 2.0;
        self.rect(Rect::from_min_max(pos2(x - half, top), pos2(x + half, bottom)), color);
    }

    /// The border of a rectangle, on its inside.
    pub fn frame(&mut self, rect: Rect, width: f32, color: Color32) {
        self.rect(rect.with_max_y(rect.top() + width), color);
        self.rect(rect.with_min_y(rect.bottom() - width), color);
        self.rect(rect.with_max_x(rect.left() + width), color);
        self.rect(rect.with_min_x(rect.right() - width), color);
    }

    /// Stripes that lean over, within a rectangle.
    pub fn hatch(&mut self, rect: Rect, color: Color32) {
        let height = rect.height();
        let mut x = rect.left() - height;
        while x < rect.right() {
            // A stripe is cut off where it leaves the rectangle; its slope is one.
            let (from, to) = (x.max(rect.left()), (x + height).min(rect.right()));
            if to > from {
                let (low, high) = (rect.bottom() - (from - x), rect.bottom() - (to - x));
                let width = 1.2;
                self.quad(
                    [pos2(from, low), pos2(from + width, low), pos2(to + width, high), pos2(to, high)],
                    color,
                );
            }
            x += HATCH_STEP;
        }
    }

    /// A diamond around a point, with a soft border.
    pub fn diamond(&mut self, center: Pos2, radius: f32, color: Color32) {
        let corners = |radius: f32| {
            [(0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)]
                .map(|(x, y)| pos2(center.x + x * radius, center.y + y * radius))
        };
        let (inner, outer) = (corners(radius - 0.5), corners(radius + 0.7));
        self.quad(inner, color);
        let first = self.0.vertices.len() as u32;
        inner.iter().for_each(|at| self.0.colored_vertex(*at, color));
        outer.iter().for_each(|at| self.0.colored_vertex(*at, Color32::TRANSPARENT));
        for side in 0..4 {
            let next = (side + 1) % 4;
            self.0.add_triangle(first + side, first + next, first + 4 + side);
            self.0.add_triangle(first + next, first + 4 + next, first + 4 + side);
        }
    }

    /// A triangle that points down.
    pub fn pointer(&mut self, tip: Pos2, radius: f32, color: Color32) {
        let first = self.0.vertices.len() as u32;
        self.0.colored_vertex(pos2(tip.x - radius, tip.y - radius), color);
        self.0.colored_vertex(pos2(tip.x + radius, tip.y - radius), color);
        self.0.colored_vertex(tip, color);
        self.0.add_triangle(first, first + 1, first + 2);
    }

    fn quad(&mut self, corners: [Pos2; 4], color: Color32) {
        let first = self.0.vertices.len() as u32;
        corners.iter().for_each(|at| self.0.colored_vertex(*at, color));
        self.0.add_triangle(first, first + 1, first + 2);
        self.0.add_triangle(first, first + 2, first + 3);
    }

    /// Draws them within a rectangle.
    pub fn paint(self, ui: &Ui, clip: Rect) {
        if !self.0.is_empty() {
            ui.painter().with_clip_rect(clip).add(Shape::mesh(self.0));
        }
    }
}
