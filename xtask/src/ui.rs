//! The web front end: its packages, its build, its types.

use crate::shell::{Outcome, command, output, run, run_in};
use std::path::Path;
use std::time::SystemTime;

/// Installs the locked packages when the lock file is newer than what is there.
pub fn packages() -> Outcome {
    let lock = changed(Path::new("ui/package-lock.json"));
    let have = changed(Path::new("ui/node_modules/.package-lock.json"));
    if have >= lock && have.is_some() {
        return Ok(());
    }
    run_in("ui", "npm ci --no-audit --no-fund")
}

/// Builds `ui/dist` when a source is newer than the last build.
pub fn build() -> Outcome {
    let built = changed(Path::new("ui/dist/index.html"));
    let newest = [
        "ui/src",
        "ui/locales",
        "ui/index.html",
        "ui/vite.config.ts",
        "ui/package-lock.json",
        "assets/vocabularies",
    ]
    .iter()
    .filter_map(|p| newest(Path::new(p)))
    .max();
    if built.is_some() && built > newest {
        return Ok(());
    }
    packages()?;
    run_in("ui", "npm run --silent build")
}

/// Writes `ui/src/backend/wire.ts` from the Rust types, so that both sides agree or do not build.
pub fn write_types() -> Outcome {
    build_placeholder()?;
    let text = output(&mut command(
        "cargo run --quiet --no-default-features --bin qalam-cli -- wire",
    ))?;
    std::fs::write("ui/src/backend/wire.ts", text)
        .map_err(|e| format!("cannot write ui/src/backend/wire.ts: {e}"))
}

/// Cargo builds the window from `ui/dist`; a fresh clone has none yet.
pub fn build_placeholder() -> Outcome {
    if Path::new("ui/dist/index.html").exists() {
        return Ok(());
    }
    packages()?;
    run(command("npm run --silent build").current_dir("ui"))
}

fn changed(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|m| m.modified()).ok()
}

fn newest(path: &Path) -> Option<SystemTime> {
    if !path.is_dir() {
        return changed(path);
    }
    std::fs::read_dir(path)
        .ok()?
        .flatten()
        .filter_map(|entry| newest(&entry.path()))
        .max()
}
