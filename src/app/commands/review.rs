//! Reviewing, and comments.

use super::{COMMAND, CommandInfo, Menu, When, can_edit, has_picture};
use crate::app::review::Walk;
use crate::app::state::AppState;
use crate::model::ReviewState;

const REVIEW: CommandInfo =
    CommandInfo { menu: Menu::Go, when: When::Reviewing, is_enabled: can_review, ..COMMAND };
const COMMENT: CommandInfo = CommandInfo { menu: Menu::Go, is_enabled: has_picture, ..COMMAND };

pub(super) const COMMANDS: &[CommandInfo] = &[
    CommandInfo {
        id: "review.mode",
        name: "Review",
        help: "Goes from object to object, to accept each or return it with a comment; again, it ends.",
        when: When::Always,
        icon: "list-checks",
        begins_group: true,
        shortcut: "F3",
        is_enabled: has_picture,
        is_on: Some(|state| state.view.review.is_on),
        run: AppState::toggle_review,
        ..REVIEW
    },
    CommandInfo {
        id: "review.accept",
        name: "Accept, and on to the next",
        help: "Says that the selected objects, or the frame, are right, and goes on; at the end, to the next picture.",
        icon: "check-circle",
        shortcut: "Y",
        run: |state| state.review_selected(ReviewState::Accepted),
        ..REVIEW
    },
    CommandInfo {
        id: "review.return",
        name: "Return with a comment…",
        help: "Sends the selected objects, or the frame, back to their author: write why, and press Enter.",
        icon: "arrow-u-up-left",
        shortcut: "N",
        run: |state| state.view.review.wants_field = true,
        ..REVIEW
    },
    CommandInfo {
        id: "review.reopen",
        name: "Forget what was said",
        help: "Takes back what was said of the selected objects, or of the frame.",
        icon: "circle-dashed",
        run: |state| state.review_selected(ReviewState::Open),
        ..REVIEW
    },
    CommandInfo {
        id: "review.accept_up_to_here",
        name: "Accept up to this frame",
        help: "Says that this frame and those before it are right, back to the last of which something was said.",
        icon: "checks",
        shortcut: "Shift+Y",
        is_enabled: |state| can_review(state) && state.review_walk() == Walk::Frames,
        run: AppState::accept_up_to_here,
        ..REVIEW
    },
    CommandInfo {
        id: "review.objects",
        name: "Review objects",
        help: "Goes from object to object.",
        when: When::Always,
        icon: "bounding-box",
        is_enabled: has_picture,
        is_on: Some(|state| state.view.review.is_on && state.review_walk() == Walk::Objects),
        run: |state| state.set_review_walk(Walk::Objects),
        ..REVIEW
    },
    CommandInfo {
        id: "review.frames",
        name: "Review frames",
        help: "Goes from frame to frame; what is chosen to be played is accepted or returned as a whole.",
        icon: "film-strip",
        when: When::OnVideo,
        is_enabled: AppState::has_frames,
        is_on: Some(|state| state.view.review.is_on && state.review_walk() == Walk::Frames),
        run: |state| state.set_review_walk(Walk::Frames),
        ..REVIEW
    },
    CommandInfo {
        id: "review.next",
        name: "Next to review",
        help: "Goes to the next object or frame that nobody has said anything about; at the end, to the next picture.",
        icon: "caret-right",
        shortcut: "Alt+Y",
        is_enabled: |state| state.view.review.is_on,
        run: |state| state.step_review(true),
        ..REVIEW
    },
    CommandInfo {
        id: "review.previous",
        name: "Previous to review",
        help: "Goes to the object or frame before that nobody has said anything about.",
        icon: "caret-left",
        shortcut: "Alt+Shift+Y",
        is_enabled: |state| state.view.review.is_on,
        run: |state| state.step_review(false),
        ..REVIEW
    },
    CommandInfo {
        id: "comments.list",
        name: "Comments",
        help: "Lists what was written about the picture or video, in the place of the objects; again, the objects.",
        icon: "chat-circle-text",
        begins_group: true,
        shortcut: "Ctrl+Shift+C",
        is_on: Some(|state| state.view.comments.is_shown),
        run: AppState::toggle_comments,
        ..COMMENT
    },
    CommandInfo {
        id: "comments.write",
        name: "Write a comment…",
        help: "Takes words about the selected object, the frame or the picture, for whoever works on it next.",
        icon: "chat-circle-text",
        shortcut: "Shift+C",
        is_enabled: |state| can_edit(state) && has_picture(state),
        run: AppState::write_comment,
        ..COMMENT
    },
    CommandInfo {
        id: "comments.next",
        name: "Next comment",
        help: "Goes to what the next comment is about that is not settled.",
        icon: "caret-right",
        shortcut: "Alt+C",
        run: |state| state.step_comment(true),
        ..COMMENT
    },
    CommandInfo {
        id: "comments.previous",
        name: "Previous comment",
        help: "Goes to what the comment before is about that is not settled.",
        icon: "caret-left",
        shortcut: "Alt+Shift+C",
        run: |state| state.step_comment(false),
        ..COMMENT
    },
];

fn can_review(state: &AppState) -> bool {
    state.view.review.is_on && can_edit(state)
}
