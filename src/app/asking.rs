//! What the tool asks of the picture on the canvas, answered in the background.
//!
//! The latest question holds: when the tool asks something else, or nothing any more, or another picture is shown, the job
//! that works on the answer is called off.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::messages::Tone;
use super::state::AppState;
use super::work::CanvasPicture;
use crate::base::jobs::{Job, Priority};
use crate::project::{Seen, Sight};
use crate::tools::{Answer, Question};

/// Tiles of the resolution on screen are waited for; after this time coarser ones do.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is being worked out for the tool.
#[derive(Default)]
pub struct Asking {
    asked: Option<Asked>,
    seen: Arc<Seen>,
}

struct Asked {
    question: Question,
    /// Which picture and frame it is about, and how they are shown.
    picture: u64,
    since: Instant,
    /// `None` while pixels are missing.
    job: Option<Job<Option<Answer>>>,
}

impl Asking {
    /// Whether nothing is being worked out.
    #[cfg(feature = "ui-test")]
    pub fn is_settled(&self) -> bool {
        self.asked.is_none()
    }
}

impl AppState {
    /// Whether an answer that the tool waits for is late enough to say so.
    pub fn is_thinking(&self) -> bool {
        self.asking.asked.as_ref().is_some_and(|asked| asked.since.elapsed() > Duration::from_millis(300))
    }

    /// Begins with what the tool asks, and hands it what was found.
    pub(super) fn poll_question(&mut self) {
        let question = self.tool_context().and_then(|context| self.view.toolbox.question(&context));
        let Some(question) = question else {
            self.asking.asked = None;
            return;
        };
        let picture = self.picture_as_shown();
        let is_same = |asked: &Asked| asked.question == question && asked.picture == picture;
        let mut asked = self.asking.asked.take().filter(is_same).unwrap_or_else(|| Asked {
            question,
            picture,
            since: Instant::now(),
            job: None,
        });
        let Some(job) = &asked.job else {
            asked.job = self.start_answering(&asked);
            // Also looks again for tiles, and says in time that it takes long.
            self.ctx.request_repaint_after(Duration::from_millis(100));
            self.asking.asked = Some(asked);
            return;
        };
        let Some(result) = job.poll() else {
            self.ctx.request_repaint_after(Duration::from_millis(100));
            self.asking.asked = Some(asked);
            return;
        };
        let reason = match result {
            Ok(Some(answer)) => return self.take_answer(&asked.question, answer),
            Ok(None) => "there was not enough memory".to_owned(),
            Err(error) => error.to_string(),
        };
        self.view.toolbox.cancel();
        self.messages.add(Tone::Error, format!("That could not be worked out: {reason}."));
    }

    fn take_answer(&mut self, question: &Question, answer: Answer) {
        // Taken out, since the tool's context borrows everything else.
        let mut toolbox = std::mem::take(&mut self.view.toolbox);
        let response = self.tool_context().map(|context| toolbox.answer(question, answer, &context));
        self.view.toolbox = toolbox;
        if let Some(response) = response {
            self.take_response(response);
        }
        self.ctx.request_repaint();
    }

    fn start_answering(&mut self, asked: &Asked) -> Option<Job<Option<Answer>>> {
        let sight = self.sight(&asked.question, asked.since.elapsed() > PATIENCE)?;
        let (question, picture, seen) =
            (asked.question.clone(), asked.picture, Arc::clone(&self.asking.seen));
        Some(self.work.submit(Priority::Now, move |context| sight.answer(&question, picture, &seen, context)))
    }

    /// The pixels that a question is about, as far as they are there.
    fn sight(&mut self, question: &Question, may_be_coarse: bool) -> Option<Sight> {
        match self.canvas_picture()? {
            CanvasPicture::Ready { picture, .. } => {
                let window = self.view.levels.window(self.canvas_values().as_deref());
                Sight::of_tiles(&*picture, question, (window, self.view.display.color_map), may_be_coarse)
            }
            CanvasPicture::Frame { picture, .. } => Some(Sight::of_frame(&picture.frame, picture.turn)),
            CanvasPicture::BadFrame { .. } | CanvasPicture::Loading(_) | CanvasPicture::Failed(_) => None,
        }
    }

    /// A number that is another one when other pixels are on the canvas.
    fn picture_as_shown(&mut self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.view.asset, self.view.frame, self.view.display.color_map).hash(&mut hasher);
        if let Some(CanvasPicture::Ready { picture, .. }) = self.canvas_picture() {
            picture.revision().hash(&mut hasher);
        }
        if let Some(window) = self.view.levels.window(self.canvas_values().as_deref()) {
            [window.low, window.high, window.gamma].map(f32::to_bits).hash(&mut hasher);
        }
        hasher.finish()
    }
}
