//! A process is killed while edits pour in.

use std::collections::VecDeque;
use std::path::Path;

use fieldmark::store::Ticket;

use crate::desk::{boxes_of, create, look_at, open, redo_all, undo_all};
use crate::plan::{Deed, Plan, mixed, seed};
use crate::worker::{self, Worker};

const NUM_KILLS: u64 = 200;

/// After this many kills the project is opened to be written, too, which empties its log.
const KILLS_PER_REOPENING: u64 = 10;

/// Not a test of its own: the process that is killed. Says "begin", then the number of each step that is on disk.
#[test]
fn worker_that_edits() {
    let Some(path) = worker::project() else { return };
    worker::say("begin");
    let mut project = open(&path);
    let mut plan = Plan::new();
    plan.advance_to(project.reader().counts().unwrap().num_ops);
    let mut waiting: VecDeque<(u64, Ticket)> = VecDeque::new();
    loop {
        match plan.take_step() {
            Deed::Edit { title, edits } => {
                let ticket = project.commit(title, edits).unwrap().unwrap();
                waiting.push_back((plan.num_steps, ticket));
            }
            // Acknowledged by the next edit: what is queued later is written later.
            Deed::Undo => assert!(project.undo().unwrap().is_some()),
            Deed::Redo => assert!(project.redo().unwrap().is_some()),
        }
        // Sometimes many are under way at once, sometimes none.
        let num_under_way = mixed(plan.num_steps / 16) as usize % 8;
        while waiting.len() > num_under_way {
            let (step, ticket) = waiting.pop_front().unwrap();
            assert!(ticket.wait());
            worker::say(step);
        }
    }
}

#[test]
fn nothing_acknowledged_is_lost_and_the_history_is_whole_after_200_kills() {
    let seed = seed();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.fieldmark");
    drop(create(&path));
    let mut plan = Plan::new();
    let mut num_unfinished = 0;
    for kill in 0..NUM_KILLS {
        let num_steps_before = plan.num_steps;
        let acknowledged = work_and_be_killed(&path, 1 + mixed(seed ^ (kill << 32)) % 12);
        let mut project = look_at(&path);
        plan.advance_to(project.reader().counts().unwrap().num_ops);
        let acknowledged = acknowledged.unwrap_or(num_steps_before);
        assert!(plan.num_steps >= acknowledged, "kill {kill}: {acknowledged} is lost, {}", plan.num_steps);
        num_unfinished += u64::from(plan.num_steps > acknowledged);
        assert_eq!(boxes_of(&mut project), plan.boxes, "kill {kill}");
        if kill % KILLS_PER_REOPENING == 0 {
            drop(project);
            project = open(&path);
            assert_eq!(boxes_of(&mut project), plan.boxes, "kill {kill}");
        }
        assert_eq!(project.next_undo(), plan.done_titles().first().map(String::as_str), "kill {kill}");
        assert_eq!(project.next_redo(), plan.undone_titles().first().map(String::as_str), "kill {kill}");
    }
    println!("{NUM_KILLS} kills, {} steps, {} ops in the log", plan.num_steps, plan.num_ops);
    println!("{num_unfinished} kills came between the disk and its acknowledgement");
    walk_the_history(&path, &plan);
}

/// Lets a worker edit, and kills it when it has said some lines. Returns the last step that it acknowledged.
fn work_and_be_killed(path: &Path, num_lines: u64) -> Option<u64> {
    let mut worker = Worker::start("kill::worker_that_edits", path);
    let mut lines: Vec<String> = (0..num_lines).map(|_| worker.hear()).collect();
    lines.extend(worker.kill());
    lines.iter().filter_map(|line| line.parse().ok()).max()
}

/// Back to the first step and forth to the last, each through a restart.
fn walk_the_history(path: &Path, plan: &Plan) {
    let mut project = open(path);
    assert_eq!(undo_all(&mut project), plan.done_titles(), "every step in the file is undone, once");
    assert_eq!(project.next_undo(), None);
    assert!(boxes_of(&mut project).is_empty());
    drop(project);

    let mut project = open(path);
    assert!(boxes_of(&mut project).is_empty());
    let mut expected: Vec<String> = plan.done_titles();
    expected.reverse();
    expected.extend(plan.undone_titles());
    assert_eq!(redo_all(&mut project), expected);
    drop(project);
    assert_eq!(boxes_of(&mut look_at(path)), plan.boxes_after_redo());
}
