//! What the hands do on the canvas: inputs for the tool, and where the camera looks.

use crate::app::commands::CommandId;
use crate::app::keymap::Now;
use crate::app::messages::Tone;
use crate::app::settings::Settings;
use crate::app::state::AppState;
use crate::app::view::Page;
use crate::edit::tracks;
use crate::geometry::Rect;
use crate::model::{Object, ObjectId};
use crate::pixels::Size;
use crate::project::Project;
use crate::render::Camera;
use crate::tools::{Input, Key, Modifiers, Response, ToolContext};

impl AppState {
    /// What is going on, as far as it decides whose a key is.
    pub fn now(&self) -> Now {
        Now { is_video: self.is_video(), is_reviewing: self.view.review.is_on }
    }

    /// The keys that run a command now, as they stand on the keyboard; empty when there are none.
    pub fn keys_text(&self, command: CommandId) -> String {
        self.keymap.text(command, self.now())
    }

    /// Chooses the drawing tool that was used last; what is being drawn is finished.
    pub fn choose_last_tool(&mut self) {
        if self.view.toolbox.tool().is_idle() {
            self.choose_tool(self.view.last_tool);
        } else {
            self.tool_key(Key::Enter);
        }
    }

    /// Chooses a tool.
    pub fn choose_tool(&mut self, id: &'static str) {
        self.view.toolbox.choose(id);
        if !["select", "pan"].contains(&id) {
            self.view.last_tool = id;
        }
        self.view.page = Page::Canvas;
    }

    /// What tools see; `None` while no picture, or not its objects, are there.
    pub fn tool_context(&self) -> Option<ToolContext<'_>> {
        let project = self.project.as_ref()?;
        let picture = self.picture_size()?;
        let whole = Rect::from_xywh(0.0, 0.0, f64::from(picture.width), f64::from(picture.height));
        Some(ToolContext {
            objects: self.objects()?,
            schema: project.schema(),
            hits: &self.view.hits,
            selection: &self.view.selection,
            label: self.view.label,
            hidden_labels: &self.view.hidden_labels,
            picture,
            view: self.view.camera.visible_rect().intersection(&whole).unwrap_or(Rect::EMPTY),
            px_per_screen_px: f64::from(self.ctx.pixels_per_point()) / self.view.camera.zoom(),
            author: project.actor(),
            settings: &self.settings.tools,
        })
    }

    /// Gives a key to the tool. Returns whether it meant something to it.
    pub fn tool_key(&mut self, key: Key) -> bool {
        self.tool_input(&Input::Key { key, modifiers: Modifiers::NONE })
    }

    /// Gives an input to the tool and does what it wants done. Returns whether the input meant something to it.
    pub fn tool_input(&mut self, input: &Input) -> bool {
        if self.is_holding_edits() {
            if matches!(input, Input::PointerDown { .. } | Input::Key { .. }) {
                self.tell_edits_wait();
            }
            return false;
        }
        if matches!(input, Input::PointerDown { .. }) {
            // Whoever works on the picture no longer means keyframes on the timeline.
            self.view.timeline.keyframes.clear();
        }
        // Taken out, since the tool's context borrows everything else.
        let mut toolbox = std::mem::take(&mut self.view.toolbox);
        let response = self.tool_context().map(|context| toolbox.handle(input, &context));
        self.view.toolbox = toolbox;
        let Some(response) = response else { return false };
        let is_consumed = self.take_response(response);
        // What it wants to know is begun with at once.
        self.poll_question();
        is_consumed
    }

    /// Does what the tool wants done. Returns whether what it answers to meant something to it.
    pub(in crate::app) fn take_response(&mut self, response: Response) -> bool {
        let Response { consumed, gesture, selection, pan, next_tool: _, settings, notice } = response;
        if let Some(gesture) = gesture {
            if self.project.as_ref().is_some_and(Project::is_writable) {
                self.commit(gesture.title, gesture.edits);
            } else {
                self.messages
                    .add(Tone::Warning, "This project can only be looked at, so nothing was changed.");
            }
        }
        if let Some(selection) = selection {
            self.view.selection = selection;
        }
        if let Some(by) = pan {
            let zoom = self.view.camera.zoom();
            self.view.camera = self.view.camera.pan_by(by.x * zoom, by.y * zoom);
            self.view.is_fitted = false;
        }
        if let Some(tools) = settings {
            self.set_settings(Settings { tools, ..self.settings.clone() });
        }
        if let Some(notice) = notice {
            self.messages.add(Tone::Info, notice);
        }
        consumed
    }

    /// Notes the size of the canvas, physical pixels, and fits the picture where that is due.
    pub fn set_viewport(&mut self, viewport: Size) {
        if self.view.viewport != viewport {
            self.view.viewport = viewport;
            self.view.camera = self.view.camera.with_viewport(viewport);
        }
        if self.view.is_fitted
            && let Some(size) = self.picture_size()
        {
            self.view.camera = Camera::fit(size, viewport, 24.0 * f64::from(self.ctx.pixels_per_point()));
        }
    }

    /// Goes to the nearest frame of the video on which an object can be seen, unless it can be on this one.
    pub(super) fn go_to_frame_of(&mut self, object: ObjectId) {
        let frame = self.view.frame;
        let Some(object) = self.document().filter(|_| self.is_video()).and_then(|d| d.object(object)) else {
            return;
        };
        let stretches = match (object.as_track(), object.as_span()) {
            (Some(track), _) => tracks::stretches(track),
            (None, Some(span)) => vec![(span.start, Some(span.end))],
            (None, None) => return,
        };
        let nearest = stretches.into_iter().map(|(start, end)| {
            let last = end.map_or(u32::MAX, |end| end.saturating_sub(1)).max(start);
            frame.clamp(start, last)
        });
        if let Some(to) = nearest.min_by_key(|to| to.abs_diff(frame)).filter(|to| *to != frame) {
            self.go_to_frame(to);
        }
    }

    /// Brings an object into view, unless it is.
    pub fn reveal(&mut self, object: ObjectId) {
        self.go_to_frame_of(object);
        let Some(bounds) = self.objects().and_then(|objects| objects.object(object)).and_then(Object::bounds)
        else {
            return;
        };
        if !self.view.camera.visible_rect().contains_rect(&bounds) {
            self.view.camera = Camera::fit_rect(&bounds, self.view.viewport, 120.0);
            self.view.is_fitted = false;
        }
    }

    /// Where a point of the picture lies in the window, points.
    #[cfg(feature = "ui-test")]
    pub fn points_from_image(&self, p: crate::geometry::Point) -> eframe::egui::Pos2 {
        let screen = self.view.camera.aligned().screen_from_image(p);
        let by = eframe::egui::vec2(screen.x as f32, screen.y as f32) / self.ctx.pixels_per_point();
        self.view.canvas_origin + by
    }
}
