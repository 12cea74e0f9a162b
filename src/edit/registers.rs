//! The registers of one thing: last writer wins, and what lost unseen is kept.
//!
//! For each register and actor two maxima are kept: the actor's latest write, and the latest of the actor's
//! writes that some other write named as its base. Maxima do not depend on order or repetition, so neither does
//! anything derived from them. An actor has seen all of its own writes and, by naming a write as base, all
//! earlier ones of that write's actor.
//!
//! A document can hold a million things, nearly all of them with the one write that made them. So both are plain
//! lists without room to spare: what a map, or a list for each register, sets aside would be most of the memory.

use super::{Json, Op, Register, Stamp};
use crate::model::ActorId;

/// A value with the stamp of the op that wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// When and by whom it was written.
    pub stamp: Stamp,
    /// What was written.
    pub value: Json,
}

/// The registers of one thing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Registers {
    /// Each actor's latest write of each register, by register and actor.
    latest: Vec<(Register, Write)>,
    /// For each register and actor, the latest of its writes that somebody saw, by register and actor.
    seen: Vec<(Register, Stamp)>,
}

impl Registers {
    /// Takes an op into account. Returns whether anything about the register changed.
    pub fn apply(&mut self, op: &Op) -> bool {
        let base_is_news = op.base.is_some_and(|base| self.see(&op.register, base));
        self.write(op) || base_is_news
    }

    /// The write that stands: the latest one.
    pub fn get(&self, register: &Register) -> Option<&Write> {
        winner(self.writes_of(register))
    }

    /// Every register with the write that stands.
    pub fn iter(&self) -> impl Iterator<Item = (&Register, &Write)> {
        let of_one_register = self.latest.chunk_by(|(a, _), (b, _)| a == b);
        of_one_register.filter_map(|writes| Some((&writes.first()?.0, winner(writes)?)))
    }

    /// The writes of other actors that lost to the one that stands, without anybody having seen them, and that
    /// say something else.
    pub fn unseen(&self, register: &Register) -> impl Iterator<Item = &Write> {
        let writes = self.writes_of(register);
        let winner = winner(writes);
        let seen = part_of(&self.seen, register);
        writes.iter().map(|(_, write)| write).filter(move |write| {
            let is_seen =
                seen.iter().any(|(_, seen)| seen.actor == write.stamp.actor && *seen >= write.stamp);
            !is_seen
                && winner.is_some_and(|winner| {
                    winner.stamp.actor != write.stamp.actor && winner.value != write.value
                })
        })
    }

    /// Whether more than one actor wrote any of it.
    pub fn has_several_actors(&self) -> bool {
        let mut actors = self.latest.iter().map(|(_, write)| write.stamp.actor);
        actors.next().is_some_and(|first| actors.any(|actor| actor != first))
    }

    /// The latest stamp of all registers.
    pub fn latest_stamp(&self) -> Option<Stamp> {
        self.latest.iter().map(|(_, write)| write.stamp).max()
    }

    fn writes_of(&self, register: &Register) -> &[(Register, Write)] {
        part_of(&self.latest, register)
    }

    fn see(&mut self, register: &Register, base: Stamp) -> bool {
        match place_of(&self.seen, register, base.actor, |seen| seen.actor) {
            Ok(at) if self.seen[at].1 >= base => false,
            Ok(at) => {
                self.seen[at].1 = base;
                true
            }
            Err(at) => {
                insert(&mut self.seen, at, (register.clone(), base));
                true
            }
        }
    }

    fn write(&mut self, op: &Op) -> bool {
        let place = place_of(&self.latest, &op.register, op.stamp.actor, |write| write.stamp.actor);
        if place.is_ok_and(|at| self.latest[at].1.stamp >= op.stamp) {
            return false;
        }
        let write = Write { stamp: op.stamp, value: op.value.clone() };
        match place {
            Ok(at) => self.latest[at].1 = write,
            Err(at) => insert(&mut self.latest, at, (op.register.clone(), write)),
        }
        true
    }
}

fn winner(writes: &[(Register, Write)]) -> Option<&Write> {
    writes.iter().map(|(_, write)| write).max_by_key(|write| write.stamp)
}

/// What of a sorted list is about one register.
fn part_of<'a, T>(list: &'a [(Register, T)], register: &Register) -> &'a [(Register, T)] {
    let start = list.partition_point(|(other, _)| other < register);
    let num = list[start..].partition_point(|(other, _)| other == register);
    &list[start..start + num]
}

/// Where the entry of a register and an actor is, or belongs.
fn place_of<T>(
    list: &[(Register, T)],
    register: &Register,
    actor: ActorId,
    actor_of: impl Fn(&T) -> ActorId,
) -> Result<usize, usize> {
    list.binary_search_by(|(other, entry)| other.cmp(register).then_with(|| actor_of(entry).cmp(&actor)))
}

/// Without room to spare for more.
fn insert<T>(list: &mut Vec<T>, at: usize, entry: T) {
    list.reserve_exact(1);
    list.insert(at, entry);
}
