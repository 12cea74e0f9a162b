//! Reviewing.

use super::{COMMAND, CommandInfo, Menu, has_picture};
use crate::app::state::AppState;
use crate::model::ReviewState;

const REVIEW: CommandInfo = CommandInfo { menu: Menu::Go, is_enabled: can_review, ..COMMAND };

pub(super) const COMMANDS: &[CommandInfo] = &[
    CommandInfo {
        id: "review.mode",
        name: "Review",
        help: "Goes from object to object, to accept each or return it with a comment; again, it ends.",
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
        help: "Says that the selected objects are right, and goes on to the next one.",
        icon: "check-circle",
        shortcut: "Y",
        run: |state| state.review_selected(ReviewState::Accepted),
        ..REVIEW
    },
    CommandInfo {
        id: "review.return",
        name: "Return with a comment…",
        help: "Sends the selected objects back to their author: write why, and press Enter.",
        icon: "arrow-u-up-left",
        shortcut: "N",
        run: |state| state.view.review.wants_field = true,
        ..REVIEW
    },
    CommandInfo {
        id: "review.reopen",
        name: "Forget what was said",
        help: "Takes back that the selected objects were accepted or returned.",
        icon: "circle-dashed",
        run: |state| state.review_selected(ReviewState::Open),
        ..REVIEW
    },
    CommandInfo {
        id: "review.next",
        name: "Next object to review",
        help: "Goes to the next object that nobody has said anything about.",
        icon: "caret-right",
        shortcut: "Alt+Y",
        is_enabled: |state| state.view.review.is_on,
        run: |state| state.step_review(true),
        ..REVIEW
    },
    CommandInfo {
        id: "review.previous",
        name: "Previous object to review",
        help: "Goes to the object before that nobody has said anything about.",
        icon: "caret-left",
        shortcut: "Alt+Shift+Y",
        is_enabled: |state| state.view.review.is_on,
        run: |state| state.step_review(false),
        ..REVIEW
    },
];

fn can_review(state: &AppState) -> bool {
    state.view.review.is_on && super::can_edit_selection(state)
}
