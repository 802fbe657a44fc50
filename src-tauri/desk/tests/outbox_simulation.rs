//! Sending on bad days, by the hundred thousand: see `simulation`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test may fail loudly

#[path = "simulation/both.rs"]
mod both;
mod sending;
mod simulation;

use both::Both;
use simulation::kept::KEPT;
use simulation::tape::Tape;
use simulation::world::{Shape, World};
use simulation::{run, run_seed, shrunk};

#[test]
fn any_bad_day_ends_well() {
    let runs: u64 = std::env::var("QALAM_SEEDS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(20_000);
    for seed in 1..=runs {
        if let Err(fault) = run_seed(seed) {
            let tape = shrunk(seed).map(|(_, tape)| tape);
            panic!("seed {seed}: {fault:?}; shortest tape {tape:?}");
        }
    }
}

#[test]
fn the_same_seed_is_the_same_day() {
    for seed in 1..=200 {
        assert_eq!(run_seed(seed), run_seed(seed), "seed {seed}");
    }
}

#[test]
fn what_once_went_wrong_stays_right() {
    for (what, tape) in KEPT {
        let end = run(&mut Tape::of_values(tape));
        assert!(end.is_ok(), "{what}: {end:?}");
    }
}

/// The desk with its database decides as the engine alone does, step by step.
#[test]
fn the_desk_does_as_the_engine_does() {
    let runs: u64 = std::env::var("QALAM_DESK_SEEDS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(25);
    for seed in 1..=runs {
        let mut tape = Tape::of_seed(seed.wrapping_mul(7919), false);
        let shape = Shape {
            desks: 1,
            bags: seed % 2 == 0,
            beside: seed % 3 != 0,
            portals: 1 + usize::from(tape.once_in(3)),
            drafts: 1 + tape.draw(3) as usize,
            shared: true,
        };
        let end = World::new(&mut tape, &shape, Both::new).run();
        assert!(end.is_ok(), "seed {seed}: {end:?}");
    }
}
