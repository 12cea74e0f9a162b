//! The cheapest cut between two terminals in a graph whose nodes have up to eight neighbours.
//!
//! Boykov and Kolmogorov, *An Experimental Comparison of Min-Cut/Max-Flow Algorithms for Energy Minimization in Vision*
//! (PAMI 2004): two search trees grow from the terminals until they touch, flow is pushed along the way found, and what
//! that cut off is adopted again or set free. Trees are kept from one way to the next; nodes know roughly how far from
//! their terminal they are, so that adoption keeps ways short (section 3.2.3 there, with time stamps).

use std::collections::VecDeque;

/// Neighbours of a node, by direction; the reverse of direction `d` is `7 - d`.
pub(super) const NUM_ARCS: usize = 8;
/// No neighbour there.
pub(super) const NOBODY: u32 = u32::MAX;

/// Arcs of a parent are directions; these are none.
const TO_TERMINAL: u8 = 8;
const FREE: u8 = 9;
const ORPHAN: u8 = 10;

/// A graph, and what is left of its capacities.
pub(super) struct Graph {
    neighbors: Vec<[u32; NUM_ARCS]>,
    capacities: Vec<[i32; NUM_ARCS]>,
    /// Left from the source, or to the sink where it is negative.
    terminals: Vec<i32>,
    parents: Vec<u8>,
    is_sink_tree: Vec<bool>,
    stamps: Vec<u32>,
    distances: Vec<u32>,
    active: VecDeque<u32>,
    is_active: Vec<bool>,
    orphans: VecDeque<u32>,
    now: u32,
}

/// Where the two trees touch: a node of the source's tree, and the arc to one of the sink's.
struct Meeting {
    from: usize,
    arc: usize,
}

impl Graph {
    /// A graph of the nodes with these neighbours, without any capacity. A neighbour in direction `d` has the node as its
    /// neighbour in direction `7 - d`.
    pub fn new(neighbors: Vec<[u32; NUM_ARCS]>) -> Self {
        let num_nodes = neighbors.len();
        Self {
            neighbors,
            capacities: vec![[0; NUM_ARCS]; num_nodes],
            terminals: vec![0; num_nodes],
            parents: vec![FREE; num_nodes],
            is_sink_tree: vec![false; num_nodes],
            stamps: vec![0; num_nodes],
            distances: vec![0; num_nodes],
            active: VecDeque::new(),
            is_active: vec![false; num_nodes],
            orphans: VecDeque::new(),
            now: 0,
        }
    }

    /// Says what it costs to have the node on the sink's side, and what on the source's.
    pub fn set_terminals(&mut self, node: usize, from_source: i32, to_sink: i32) {
        self.terminals[node] = from_source - to_sink;
    }

    /// Says what it costs to part a node from its neighbour, in one direction: that of the neighbour is its own.
    pub fn set_capacity(&mut self, node: usize, arc: usize, capacity: i32) {
        self.capacities[node][arc] = capacity;
    }

    /// Whether each node is on the source's side of the cheapest cut. `None` when it is not wanted any more.
    pub fn cut(mut self, is_cancelled: &dyn Fn() -> bool) -> Option<Vec<bool>> {
        for node in 0..self.terminals.len() {
            if self.terminals[node] != 0 {
                self.is_sink_tree[node] = self.terminals[node] < 0;
                self.parents[node] = TO_TERMINAL;
                self.distances[node] = 1;
                self.activate(node);
            }
        }
        let mut current = None;
        while let Some(node) = current.take().or_else(|| self.next_active()) {
            self.now += 1;
            if self.now.is_multiple_of(4096) && is_cancelled() {
                return None;
            }
            if let Some(meeting) = self.grow(node) {
                self.augment(&meeting);
                self.adopt();
                // It may touch the other tree elsewhere, too.
                current = Some(node).filter(|node| self.parents[*node] != FREE);
            }
        }
        let is_source = |(parent, is_sink): (&u8, &bool)| *parent != FREE && !is_sink;
        Some(self.parents.iter().zip(&self.is_sink_tree).map(is_source).collect())
    }

    fn activate(&mut self, node: usize) {
        if !std::mem::replace(&mut self.is_active[node], true) {
            self.active.push_back(node as u32);
        }
    }

    fn next_active(&mut self) -> Option<usize> {
        while let Some(node) = self.active.pop_front() {
            self.is_active[node as usize] = false;
            if self.parents[node as usize] != FREE {
                return Some(node as usize);
            }
        }
        None
    }

    fn neighbor(&self, node: usize, arc: usize) -> Option<usize> {
        Some(self.neighbors[node][arc]).filter(|to| *to != NOBODY).map(|to| to as usize)
    }

    /// What is left towards the sink between a node and its neighbour, whichever tree the node is in: from the node in the
    /// source's, to it in the sink's.
    fn left_outwards(&self, node: usize, arc: usize, to: usize) -> i32 {
        if self.is_sink_tree[node] { self.capacities[to][7 - arc] } else { self.capacities[node][arc] }
    }

    /// Takes free neighbours into the tree, until one of the other tree is met.
    fn grow(&mut self, node: usize) -> Option<Meeting> {
        for arc in 0..NUM_ARCS {
            let Some(to) = self.neighbor(node, arc) else { continue };
            if self.left_outwards(node, arc, to) <= 0 {
                continue;
            }
            let is_sink = self.is_sink_tree[node];
            if self.parents[to] == FREE {
                self.is_sink_tree[to] = is_sink;
                self.hang(to, 7 - arc, node);
                self.activate(to);
            } else if self.is_sink_tree[to] != is_sink {
                return Some(if is_sink {
                    Meeting { from: to, arc: 7 - arc }
                } else {
                    Meeting { from: node, arc }
                });
            } else if self.stamps[to] <= self.stamps[node] && self.distances[to] > self.distances[node] {
                // The way over this node is shorter.
                self.hang(to, 7 - arc, node);
            }
        }
        None
    }

    fn hang(&mut self, node: usize, arc: usize, parent: usize) {
        self.parents[node] = arc as u8;
        self.stamps[node] = self.stamps[parent];
        self.distances[node] = self.distances[parent] + 1;
    }

    /// Pushes as much as the way through a meeting holds. What it cut off is an orphan.
    fn augment(&mut self, meeting: &Meeting) {
        let to = self.neighbors[meeting.from][meeting.arc] as usize;
        let mut amount = self.capacities[meeting.from][meeting.arc];
        for start in [meeting.from, to] {
            let mut node = start;
            while self.parents[node] < TO_TERMINAL {
                let arc = usize::from(self.parents[node]);
                let parent = self.neighbors[node][arc] as usize;
                // Towards the source the flow comes from the parent, towards the sink it goes there.
                let left = match self.is_sink_tree[node] {
                    true => self.capacities[node][arc],
                    false => self.capacities[parent][7 - arc],
                };
                amount = amount.min(left);
                node = parent;
            }
            amount = amount.min(self.terminals[node].abs());
        }
        self.capacities[meeting.from][meeting.arc] -= amount;
        self.capacities[to][7 - meeting.arc] += amount;
        for start in [meeting.from, to] {
            let mut node = start;
            while self.parents[node] < TO_TERMINAL {
                let arc = usize::from(self.parents[node]);
                let parent = self.neighbors[node][arc] as usize;
                let by = if self.is_sink_tree[node] { amount } else { -amount };
                self.capacities[node][arc] -= by;
                self.capacities[parent][7 - arc] += by;
                let left = match self.is_sink_tree[node] {
                    true => self.capacities[node][arc],
                    false => self.capacities[parent][7 - arc],
                };
                if left == 0 {
                    self.orphan_first(node);
                }
                node = parent;
            }
            self.terminals[node] -= if self.is_sink_tree[node] { -amount } else { amount };
            if self.terminals[node] == 0 {
                self.orphan_first(node);
            }
        }
    }

    fn orphan_first(&mut self, node: usize) {
        self.parents[node] = ORPHAN;
        self.orphans.push_front(node as u32);
    }

    /// Finds new parents for orphans, or sets them free.
    fn adopt(&mut self) {
        while let Some(node) = self.orphans.pop_front() {
            let node = node as usize;
            let is_sink = self.is_sink_tree[node];
            let mut best: Option<(u32, usize)> = None;
            for arc in 0..NUM_ARCS {
                let Some(to) = self.neighbor(node, arc) else { continue };
                if self.is_sink_tree[to] != is_sink || self.parents[to] == FREE {
                    continue;
                }
                if self.left_outwards(to, 7 - arc, node) > 0
                    && let Some(distance) = self.distance_to_terminal(to)
                    && best.is_none_or(|(shortest, _)| distance < shortest)
                {
                    best = Some((distance, arc));
                }
            }
            match best {
                Some((distance, arc)) => {
                    self.parents[node] = arc as u8;
                    self.stamps[node] = self.now;
                    self.distances[node] = distance + 1;
                }
                None => self.set_free(node),
            }
        }
    }

    /// How far a node is from its terminal; `None` when it hangs on an orphan. Nodes on the way learn it.
    fn distance_to_terminal(&mut self, start: usize) -> Option<u32> {
        let (mut node, mut distance) = (start, 0);
        loop {
            if self.stamps[node] == self.now {
                distance += self.distances[node];
                break;
            }
            distance += 1;
            match self.parents[node] {
                TO_TERMINAL => {
                    self.stamps[node] = self.now;
                    self.distances[node] = 1;
                    break;
                }
                ORPHAN | FREE => return None,
                arc => node = self.neighbors[node][usize::from(arc)] as usize,
            }
        }
        let (mut node, mut left) = (start, distance);
        while self.stamps[node] != self.now {
            self.stamps[node] = self.now;
            self.distances[node] = left;
            left -= 1;
            node = self.neighbors[node][usize::from(self.parents[node])] as usize;
        }
        Some(distance)
    }

    fn set_free(&mut self, node: usize) {
        self.parents[node] = FREE;
        for arc in 0..NUM_ARCS {
            let Some(to) = self.neighbor(node, arc) else { continue };
            if self.is_sink_tree[to] != self.is_sink_tree[node] || self.parents[to] == FREE {
                continue;
            }
            if self.left_outwards(to, 7 - arc, node) > 0 {
                self.activate(to);
            }
            if self.parents[to] == 7 - arc as u8 {
                self.parents[to] = ORPHAN;
                self.orphans.push_back(to as u32);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STEPS: [(i32, i32); 8] = [(-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1)];

    fn grid(width: i32, height: i32) -> Vec<[u32; NUM_ARCS]> {
        let neighbor = |x: i32, y: i32| {
            ((0..width).contains(&x) && (0..height).contains(&y)).then(|| (y * width + x) as u32)
        };
        (0..width * height)
            .map(|i| STEPS.map(|(dx, dy)| neighbor(i % width + dx, i / width + dy).unwrap_or(NOBODY)))
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn no_other_cut_is_cheaper(
            (width, height) in (1..5i32, 1..4i32),
            terminals in prop::collection::vec((0..12i32, 0..12i32), 12),
            capacities in prop::collection::vec(0..6i32, 96),
        ) {
            let neighbors = grid(width, height);
            let num_nodes = neighbors.len();
            prop_assume!(num_nodes <= 12);
            let capacity = |node: usize, arc: usize| capacities[node * 8 + arc];
            let price = |is_source: &dyn Fn(usize) -> bool| {
                let mut price = 0;
                for node in 0..num_nodes {
                    price += if is_source(node) { terminals[node].1 } else { terminals[node].0 };
                    for arc in (0..8).filter(|arc| neighbors[node][*arc] != NOBODY) {
                        if is_source(node) && !is_source(neighbors[node][arc] as usize) {
                            price += capacity(node, arc);
                        }
                    }
                }
                price
            };
            let mut graph = Graph::new(neighbors.clone());
            for node in 0..num_nodes {
                graph.set_terminals(node, terminals[node].0, terminals[node].1);
                for arc in (0..8).filter(|arc| neighbors[node][*arc] != NOBODY) {
                    graph.set_capacity(node, arc, capacity(node, arc));
                }
            }
            let cut = graph.cut(&|| false).unwrap();
            let best = (0..1_u32 << num_nodes).map(|set| price(&|node| set >> node & 1 == 1)).min().unwrap();
            prop_assert_eq!(price(&|node| cut[node]), best);
        }
    }
}
