//! `cargo xtask simulate`: sending on bad days, by the million, in an optimised build.

use crate::shell::{Outcome, command, run};

pub fn simulate(args: &[&str]) -> Outcome {
    run(
        command("cargo run --release --quiet --package qalam-desk --example simulate --")
            .args(args),
    )
}
