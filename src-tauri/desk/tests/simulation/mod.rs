//! The simulation of sending: what happens on any bad day, told by a tape of numbers.
//!
//! Invariants: it ends; nothing approved is lost; nothing unapproved leaves; nothing arrives twice;
//! what is called received is what the portal holds; nobody's text is replaced without a person's
//! yes; nothing leaves against the wishes about sending; what was withdrawn is taken down; texts
//! that travel beside one another set out in their turn, and none is blamed for another; the same
//! seed is the same run.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    missing_docs
)]

pub mod bags;
mod beside;
mod exchange;
pub mod kept;
pub mod outbox;
mod people;
pub mod portal;
pub mod tape;
pub mod world;

use outbox::Pure;
use tape::Tape;
use world::{End, Fault, Shape, World};

/// One run of the engine alone.
pub fn run(tape: &mut Tape) -> End {
    play(tape, false)
}

/// The same, with all that happens written to the error output.
pub fn tell(values: &[u32]) -> End {
    play(&mut Tape::of_values(values), true)
}

fn play(tape: &mut Tape, told: bool) -> End {
    // One draw for all of it, so that the tapes from before there were packages, and before texts travelled beside one
    // another, tell what they told.
    let kind = tape.draw(16);
    let shape = Shape {
        desks: if kind % 4 == 3 { 2 } else { 1 },
        bags: kind % 8 >= 4,
        beside: kind >= 8,
        portals: if tape.once_in(4) { 2 } else { 1 },
        drafts: 1 + tape.draw(3) as usize,
        shared: tape.once_in(2),
    };
    let mut world = World::new(tape, &shape, Pure::new);
    world.told = told;
    world.run()
}

/// One run of a seed.
pub fn run_seed(seed: u64) -> End {
    run(&mut Tape::of_seed(seed, false))
}

/// The shortest tape that fails as the seed does.
pub fn shrunk(seed: u64) -> Option<(Fault, Vec<u32>)> {
    let mut tape = Tape::of_seed(seed, true);
    let fault = run(&mut tape).err()?;
    let short = tape::shrink(tape.into_values(), |values| {
        run(&mut Tape::of_values(values)) == Err(fault)
    });
    Some((fault, short))
}
