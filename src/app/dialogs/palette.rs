//! The command palette: finds commands, then labels, then pictures by name.

use eframe::egui::{self, Key, Modifiers, RichText, ScrollArea, Ui};

use super::controls::{key_caps, row_ui, search_field};
use super::fuzzy;
use super::window::{self, FirstFocus};
use crate::app::commands::{CommandId, CommandInfo, commands};
use crate::app::request::{Request, Requests};
use crate::app::state::AppState;
use crate::app::theme::{self, Tokens};
use crate::app::widgets::{middle_cut, swatch};
use crate::model::{AssetId, LabelId};
use crate::project::Project;

const WIDTH: f32 = 640.0;
/// How many pictures are listed.
const MAX_PICTURES: usize = 20;
/// How many labels are listed.
const MAX_LABELS: usize = 12;
/// How many pictures are looked at in one frame.
const PICTURES_PER_FRAME: usize = 50_000;
/// How many rows Page Up and Page Down go.
const ROWS_PER_PAGE: usize = 8;

/// What one can choose.
#[derive(Clone, Copy)]
enum Entry {
    Command(&'static CommandInfo),
    Label(LabelId),
    Picture(AssetId),
}

/// The palette.
#[derive(Default)]
pub struct Palette {
    query: String,
    chosen: usize,
    must_scroll: bool,
    pictures: PictureSearch,
    focus: FirstFocus,
}

impl Palette {
    /// Draws it; returns whether it stays open.
    pub fn show(&mut self, ctx: &egui::Context, state: &AppState, requests: &mut Requests) -> bool {
        let mut is_done = false;
        let stays = window::show_at_top(ctx, "palette", "Find a command", WIDTH, |ui| {
            is_done = self.contents_ui(ui, state, requests);
        });
        stays && !is_done
    }

    fn contents_ui(&mut self, ui: &mut Ui, state: &AppState, requests: &mut Requests) -> bool {
        let keys = Keys::take(ui);
        let field = search_field(ui, "Find a command, a label or a picture", &mut self.query);
        self.focus.give(&field);
        if field.changed() {
            self.chosen = 0;
            self.must_scroll = true;
        }
        let entries = self.entries(ui, state);
        self.walk(&keys, entries.len());
        ui.add_space(4.0);
        let mut clicked = None;
        ScrollArea::vertical().max_height(ui.available_height().min(440.0)).auto_shrink([false, true]).show(
            ui,
            |ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                let mut title = "";
                for (i, entry) in entries.iter().enumerate() {
                    if title != entry.title() {
                        title = entry.title();
                        title_ui(ui, title);
                    }
                    let response = entry_ui(ui, *entry, state, i == self.chosen);
                    if i == self.chosen && self.must_scroll {
                        response.scroll_to_me(None);
                    }
                    if response.clicked() {
                        clicked = Some(*entry);
                    }
                }
                if entries.is_empty() {
                    nothing_ui(ui, self.pictures.is_searching());
                }
            },
        );
        self.must_scroll = false;
        let chosen = clicked.or_else(|| entries.get(self.chosen).copied().filter(|_| keys.enter));
        chosen.is_some_and(|entry| choose(entry, state, requests))
    }

    fn walk(&mut self, keys: &Keys, num_entries: usize) {
        let last = num_entries.saturating_sub(1);
        let before = self.chosen;
        self.chosen = match keys.by {
            // At the ends, single steps go around.
            1 if self.chosen >= last => 0,
            -1 if self.chosen == 0 => last,
            by => self.chosen.saturating_add_signed(by).min(last),
        };
        self.must_scroll |= self.chosen != before;
    }

    fn entries(&mut self, ui: &Ui, state: &AppState) -> Vec<Entry> {
        let query = self.query.trim().to_lowercase();
        let mut entries: Vec<Entry> = found_commands(&query, state).into_iter().map(Entry::Command).collect();
        let Some(project) = state.project.as_ref().filter(|_| !query.is_empty()) else { return entries };
        entries.extend(found_labels(&query, project).into_iter().map(Entry::Label));
        if self.pictures.go_on(&query, project) {
            ui.ctx().request_repaint();
        }
        entries.extend(self.pictures.found.iter().copied().map(Entry::Picture));
        entries
    }
}

/// The keys that walk through the list. Taken before the text field sees them.
struct Keys {
    by: isize,
    enter: bool,
}

impl Keys {
    fn take(ui: &Ui) -> Self {
        ui.input_mut(|input| {
            let mut pressed = |key| input.consume_key(Modifiers::NONE, key);
            let page = ROWS_PER_PAGE as isize;
            let steps =
                [(Key::ArrowDown, 1), (Key::ArrowUp, -1), (Key::PageDown, page), (Key::PageUp, -page)];
            let by = steps.into_iter().filter(|(key, _)| pressed(*key)).map(|(_, by)| by).sum();
            Self { by, enter: pressed(Key::Enter) }
        })
    }
}

impl Entry {
    fn title(self) -> &'static str {
        match self {
            Self::Command(_) => "Commands",
            Self::Label(_) => "Labels",
            Self::Picture(_) => "Pictures",
        }
    }
}

/// The commands that fit, the best first: those used last before all others, while nothing is typed.
fn found_commands(query: &str, state: &AppState) -> Vec<&'static CommandInfo> {
    let recent = &state.settings.recent_commands;
    let recency = |id: CommandId| recent.iter().position(|other| other == id).unwrap_or(recent.len());
    let mut found: Vec<(i32, usize, &CommandInfo)> = commands()
        .filter(|command| command.id != "help.palette")
        .filter_map(|command| Some((command_score(query, command)?, recency(command.id), command)))
        .collect();
    if found.is_empty() {
        // Perhaps it is called something else, and the help says so.
        found.extend(commands().filter(|c| fuzzy::contains(c.help, query)).map(|command| (0, 0, command)));
    }
    found.sort_by_key(|(score, recency, _)| (-score, *recency));
    found.into_iter().map(|(.., command)| command).collect()
}

fn command_score(query: &str, command: &CommandInfo) -> Option<i32> {
    let by_name = fuzzy::score(query, command.name);
    let by_menu =
        || fuzzy::score(query, &format!("{} {}", command.menu.name(), command.name)).map(|s| s - 10);
    by_name.or_else(by_menu)
}

fn found_labels(query: &str, project: &Project) -> Vec<LabelId> {
    // Who types "choose label" wants to see them all.
    let score = |name: &str| {
        fuzzy::score(query, name).or_else(|| fuzzy::score(query, &format!("Choose label {name}")))
    };
    let labels = &project.schema().labels;
    let mut found: Vec<_> = labels.iter().filter_map(|label| Some((score(&label.name)?, label.id))).collect();
    found.sort_by_key(|(score, _)| -score);
    found.into_iter().take(MAX_LABELS).map(|(_, id)| id).collect()
}

/// A look through the names of pictures that goes on from frame to frame and ends when there is enough.
#[derive(Default)]
struct PictureSearch {
    query: String,
    revision: u64,
    next: usize,
    num_rows: usize,
    found: Vec<AssetId>,
}

impl PictureSearch {
    fn is_searching(&self) -> bool {
        self.next < self.num_rows && self.found.len() < MAX_PICTURES
    }

    /// Looks at some more pictures. Returns whether there are further ones to be looked at.
    fn go_on(&mut self, query: &str, project: &Project) -> bool {
        let assets = project.assets();
        if self.query != query || self.revision != assets.revision() {
            *self = Self { query: query.to_owned(), revision: assets.revision(), ..Self::default() };
        }
        self.num_rows = assets.len();
        let end = self.next.saturating_add(PICTURES_PER_FRAME).min(self.num_rows);
        while self.next < end && self.found.len() < MAX_PICTURES {
            let asset = &assets.rows()[self.next].asset;
            if fuzzy::contains(asset.source.as_str(), query) {
                self.found.push(asset.id);
            }
            self.next += 1;
        }
        self.is_searching()
    }
}

fn title_ui(ui: &mut Ui, title: &str) {
    let tokens = Tokens::of(ui);
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        ui.add_space(8.0);
        ui.label(RichText::new(title).small().color(tokens.text_weak));
    });
    ui.add_space(2.0);
}

fn nothing_ui(ui: &mut Ui, is_searching: bool) {
    let text = if is_searching {
        "Searching…"
    } else {
        "Nothing of that name. Try another word, or fewer letters."
    };
    ui.add_space(12.0);
    ui.vertical_centered(|ui| ui.label(RichText::new(text).color(Tokens::of(ui).text_weak)));
    ui.add_space(12.0);
}

fn entry_ui(ui: &mut Ui, entry: Entry, state: &AppState, is_chosen: bool) -> egui::Response {
    match entry {
        Entry::Command(command) => command_ui(ui, command, state, is_chosen),
        Entry::Label(id) => {
            let label = state.project.as_ref().and_then(|project| project.schema().label(id));
            let name = label.map_or("", |label| label.name.as_str());
            row_ui(ui, &format!("Choose label {name}"), is_chosen, true, |ui| {
                if let Some(label) = label {
                    swatch(ui, label.color);
                }
                ui.add(egui::Label::new(format!("Choose label {name}")).truncate());
            })
        }
        Entry::Picture(id) => {
            let row = state.project.as_ref().and_then(|project| project.assets().get(id));
            let path = row.map_or("", |row| row.asset.source.as_str());
            row_ui(ui, path, is_chosen, true, |ui| {
                ui.label(theme::icon_text("image").color(Tokens::of(ui).text_weak));
                ui.label(middle_cut(path, 80));
            })
        }
    }
}

fn command_ui(ui: &mut Ui, command: &CommandInfo, state: &AppState, is_chosen: bool) -> egui::Response {
    let tokens = Tokens::of(ui);
    let is_enabled = (command.is_enabled)(state);
    let is_on = command.is_on.is_some_and(|is_on| is_on(state));
    row_ui(ui, command.name, is_chosen, is_enabled, |ui| {
        let (icon, color) = if is_on { ("check", tokens.accent) } else { (command.icon, tokens.text_weak) };
        let symbol = if icon.is_empty() { RichText::new(" ") } else { theme::icon_text(icon).color(color) };
        ui.add_sized([20.0, 20.0], egui::Label::new(symbol));
        ui.label(command.name);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let mut keys = state.keymap.all_texts(command.id);
            keys.truncate(2);
            keys.reverse();
            key_caps(ui, &keys);
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                ui.add(
                    egui::Label::new(RichText::new(command.help).small().color(tokens.text_weak)).truncate(),
                );
            });
        });
    })
}

/// Asks for what was chosen. Returns whether the palette is done.
fn choose(entry: Entry, state: &AppState, requests: &mut Requests) -> bool {
    match entry {
        Entry::Command(command) => {
            if !(command.is_enabled)(state) {
                return false;
            }
            let mut settings = state.settings.clone();
            settings.remember_command(command.id);
            requests.push(Request::SetSettings(Box::new(settings)));
            requests.run(command.id);
        }
        Entry::Label(id) => requests.push(Request::ChooseLabel(Some(id))),
        Entry::Picture(id) => requests.push(Request::ShowAsset(id)),
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(query: &str) -> &'static str {
        let score = |command: &&CommandInfo| command_score(query, command);
        commands().filter(|c| score(c).is_some()).max_by_key(score).map_or("nothing", |command| command.id)
    }

    #[test]
    fn commands_are_found_by_what_people_type() {
        for (query, id) in [
            ("export", "file.export"),
            ("gallery", "view.gallery"),
            ("zoom in", "view.zoom_in"),
            ("undo", "edit.undo"),
            ("next unf", "go.next_todo"),
            ("polygon", "polygon"),
        ] {
            assert_eq!(best(query), id, "{query}");
        }
        assert_eq!(best("qqqq"), "nothing");
    }
}
