//! The registers of one thing: last writer wins, and what lost unseen is kept.
//!
//! For each register and actor two maxima are kept: the actor's latest write, and the latest of the actor's
//! writes that some other write named as its base. Maxima do not depend on order or repetition, so neither does
//! anything derived from them. An actor has seen all of its own writes and, by naming a write as base, all
//! earlier ones of that write's actor.

use std::collections::BTreeMap;

use super::{Json, Op, Register, Stamp};

/// A value with the stamp of the op that wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// When and by whom it was written.
    pub stamp: Stamp,
    /// What was written.
    pub value: Json,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Cell {
    /// Each actor's latest write. Nearly always one, so a list beats a map.
    latest: Vec<Write>,
    /// For each actor, the latest of its writes that somebody saw.
    seen: Vec<Stamp>,
}

/// The registers of one thing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Registers {
    cells: BTreeMap<Register, Cell>,
}

impl Registers {
    /// Takes an op into account. Returns whether anything about the register changed.
    pub fn apply(&mut self, op: &Op) -> bool {
        let cell = self.cells.entry(op.register.clone()).or_default();
        let base_is_news = op.base.is_some_and(|base| cell.see(base));
        cell.write(op) || base_is_news
    }

    /// The write that stands: the latest one.
    pub fn get(&self, register: &Register) -> Option<&Write> {
        self.cells.get(register)?.winner()
    }

    /// Every register with the write that stands.
    pub fn iter(&self) -> impl Iterator<Item = (&Register, &Write)> {
        self.cells.iter().filter_map(|(register, cell)| Some((register, cell.winner()?)))
    }

    /// The writes of other actors that lost to the one that stands, without anybody having seen them, and that
    /// say something else.
    pub fn unseen(&self, register: &Register) -> impl Iterator<Item = &Write> {
        self.cells.get(register).into_iter().flat_map(Cell::unseen)
    }

    /// Whether more than one actor wrote any of it.
    pub fn has_several_actors(&self) -> bool {
        let mut actors = self.cells.values().flat_map(|cell| &cell.latest).map(|write| write.stamp.actor);
        actors.next().is_some_and(|first| actors.any(|actor| actor != first))
    }

    /// The latest stamp of all registers.
    pub fn latest_stamp(&self) -> Option<Stamp> {
        self.cells.values().filter_map(Cell::winner).map(|write| write.stamp).max()
    }
}

impl Cell {
    fn winner(&self) -> Option<&Write> {
        self.latest.iter().max_by_key(|write| write.stamp)
    }

    fn see(&mut self, base: Stamp) -> bool {
        match self.seen.iter_mut().find(|seen| seen.actor == base.actor) {
            Some(seen) if *seen >= base => false,
            Some(seen) => {
                *seen = base;
                true
            }
            None => {
                self.seen.push(base);
                // Sorted, so that equal sets of ops give equal cells.
                self.seen.sort_by_key(|seen| seen.actor);
                true
            }
        }
    }

    fn write(&mut self, op: &Op) -> bool {
        let write = Write { stamp: op.stamp, value: op.value.clone() };
        match self.latest.iter_mut().find(|latest| latest.stamp.actor == op.stamp.actor) {
            Some(latest) if latest.stamp >= op.stamp => false,
            Some(latest) => {
                *latest = write;
                true
            }
            None => {
                self.latest.push(write);
                self.latest.sort_by_key(|latest| latest.stamp.actor);
                true
            }
        }
    }

    fn unseen(&self) -> impl Iterator<Item = &Write> {
        let winner = self.winner();
        self.latest.iter().filter(move |write| {
            let is_seen =
                self.seen.iter().any(|seen| seen.actor == write.stamp.actor && *seen >= write.stamp);
            !is_seen
                && winner.is_some_and(|winner| {
                    winner.stamp.actor != write.stamp.actor && winner.value != write.value
                })
        })
    }
}
