//! What a person does all day, as an endless list that two processes agree on without talking: from the number of
//! ops in a project file follow its objects and its whole undo history.

use fieldmark::edit::{Edit, ObjectChange};

use crate::desk::{Boxes, NUM_ASSETS, asset_of, box_at, draw, object_id};

/// What is done at one step.
pub enum Deed {
    Edit { title: String, edits: Vec<Edit> },
    Undo,
    Redo,
}

/// One object before and after a deed, by the x of its box.
#[derive(Clone)]
struct Change {
    object: u64,
    before: Option<f64>,
    after: Option<f64>,
}

/// An entry of the undo history.
#[derive(Clone)]
struct Entry {
    title: String,
    changes: Vec<Change>,
}

/// Where in the list we are, and how the project looks there.
#[derive(Clone)]
pub struct Plan {
    /// The number of steps taken.
    pub num_steps: u64,
    /// The number of ops in the log.
    pub num_ops: u64,
    /// Everything that is drawn.
    pub boxes: Boxes,
    done: Vec<Entry>,
    undone: Vec<Entry>,
    next_object: u64,
}

impl Plan {
    /// The beginning: pictures without objects.
    pub fn new() -> Self {
        Self {
            num_steps: 0,
            num_ops: NUM_ASSETS,
            boxes: Boxes::new(),
            done: vec![],
            undone: vec![],
            next_object: 0,
        }
    }

    /// Goes on to where the log has this many ops. Every deed is in the log whole, or this fails.
    pub fn advance_to(&mut self, num_ops: u64) {
        while self.num_ops < num_ops {
            self.take_step();
        }
        assert_eq!(self.num_ops, num_ops, "the file ends within step {}", self.num_steps);
    }

    /// The titles that undo shows, the next one first.
    pub fn done_titles(&self) -> Vec<String> {
        self.done.iter().rev().map(|entry| entry.title.clone()).collect()
    }

    /// The titles that redo shows, the next one first.
    pub fn undone_titles(&self) -> Vec<String> {
        self.undone.iter().rev().map(|entry| entry.title.clone()).collect()
    }

    /// The objects after everything undone was done again.
    pub fn boxes_after_redo(&self) -> Boxes {
        let mut plan = self.clone();
        while !plan.undone.is_empty() {
            plan.redo();
        }
        plan.boxes
    }

    /// Takes one step.
    pub fn take_step(&mut self) -> Deed {
        let dice = mixed(self.num_steps);
        self.num_steps += 1;
        match dice % 10 {
            0 | 1 if !self.done.is_empty() => self.undo(),
            2 if !self.undone.is_empty() => self.redo(),
            3 | 4 => self.edit(dice, &[Kind::Move]),
            5 => self.edit(dice, &[Kind::Delete]),
            6 => self.edit(dice, &[Kind::Move, Kind::Draw, Kind::Draw]),
            _ => self.edit(dice, &[Kind::Draw]),
        }
    }

    fn edit(&mut self, dice: u64, kinds: &[Kind]) -> Deed {
        let mut changes = Vec::new();
        for kind in kinds {
            // One of the latest, so that finding it takes no time in a long list.
            let chosen = self.boxes.iter().rev().nth((dice >> 8) as usize % 16).map(|(n, x)| (*n, *x));
            let change = match (kind, chosen) {
                (Kind::Move, Some((object, x))) => {
                    Change { object, before: Some(x), after: Some(x + 1.0 + (dice >> 16 & 7) as f64) }
                }
                (Kind::Delete, Some((object, x))) => Change { object, before: Some(x), after: None },
                (Kind::Draw, _) | (_, None) => {
                    self.next_object += 1;
                    Change { object: self.next_object, before: None, after: Some((dice >> 16 & 255) as f64) }
                }
            };
            changes.push(change);
        }
        let edits = changes.iter().map(Change::edit).collect();
        let entry = Entry { title: format!("Step {}", self.num_steps), changes };
        self.apply(&entry, |change| change.after);
        let title = entry.title.clone();
        self.undone.clear();
        self.done.push(entry);
        Deed::Edit { title, edits }
    }

    fn undo(&mut self) -> Deed {
        let entry = self.done.pop().expect("asked before");
        self.apply(&entry, |change| change.before);
        self.undone.push(entry);
        Deed::Undo
    }

    fn redo(&mut self) -> Deed {
        let entry = self.undone.pop().expect("asked before");
        self.apply(&entry, |change| change.after);
        self.done.push(entry);
        Deed::Redo
    }

    fn apply(&mut self, entry: &Entry, value: impl Fn(&Change) -> Option<f64>) {
        for change in &entry.changes {
            self.num_ops += 1;
            match value(change) {
                Some(x) => self.boxes.insert(change.object, x),
                None => self.boxes.remove(&change.object),
            };
        }
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Draw,
    Move,
    Delete,
}

impl Change {
    fn edit(&self) -> Edit {
        let (asset, id) = (asset_of(self.object), object_id(self.object));
        match (self.before, self.after) {
            (None, Some(x)) => draw(self.object, x),
            (Some(_), Some(x)) => Edit::change(asset, id, &ObjectChange::Shape(box_at(x))),
            (_, None) => Edit::delete(asset, id),
        }
    }
}

/// A number that looks random and always is the same: SplitMix64 (Steele, Lea, Flood 2014).
pub fn mixed(n: u64) -> u64 {
    let mut z = n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The seed of this run. It is printed, and `FIELDMARK_SEED` sets it, so that a failure can be had again.
pub fn seed() -> u64 {
    let seed = std::env::var("FIELDMARK_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    println!("FIELDMARK_SEED={seed}");
    seed
}
