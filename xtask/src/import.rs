//! `cargo xtask bench import`: our import of word processor documents beside `pandoc -f docx -t gfm` on
//! the same files, by time and by a list of features. The documents are made by `xtask/import`, and
//! once more through LibreOffice.

use crate::setup;
use crate::shell::{Outcome, command, run};
use std::path::Path;

const PLACE: &str = "out/bench/import";
/// The peer, and who writes documents of another making.
const PEERS: &[&str] = &[
    "pandoc",
    "libreoffice-writer-nogui",
    "libreoffice-math-nogui",
    "python3",
];

pub fn bench() -> Outcome {
    setup::packages(PEERS)?;
    run(&mut command(
        "cargo build --release -p qalam-content --example import",
    ))?;
    run(&mut command(
        "cargo build --release --no-default-features --bin qalam-cli",
    ))?;
    if Path::new(PLACE).exists() {
        std::fs::remove_dir_all(PLACE).map_err(|e| format!("cannot remove {PLACE}: {e}"))?;
    }
    std::fs::create_dir_all(PLACE).map_err(|e| format!("cannot make {PLACE}: {e}"))?;
    run(command("python3 -B xtask/import/compare.py").args([
        "target/release/examples/import",
        PLACE,
        "target/release/qalam-cli",
    ]))
}
