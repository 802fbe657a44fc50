//! Real PDF files for the demonstration: the documentation this machine has.

use crate::setup;
use crate::shell::{Outcome, command};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// Where programs put their documentation, and how deep it is looked for.
const FOLDERS: [&str; 3] = [
    "/usr/share/doc",
    "/usr/share/developers-reference",
    "/usr/local/share/doc",
];
const DEPTH: u8 = 6;
/// Made for the tests; only where the machine has too few of its own.
const OURS: &str = "tests/fixtures/pdf";

/// Puts up to `wanted` different PDF files into the folder `into`, and says how many there are.
/// Where the machine has too few, packages with documentation are installed if that is possible.
pub fn gather(wanted: usize, into: &Path) -> Outcome<usize> {
    let mut found = on_this_machine();
    if found.len() < wanted
        && let Err(why) = setup::for_demo()
    {
        println!("(no more documentation could be installed: {why})");
    }
    if found.len() < wanted {
        found = on_this_machine();
    }
    std::fs::create_dir_all(into).map_err(|e| format!("cannot make {}: {e}", into.display()))?;
    let mut taken = 0;
    let mut known = BTreeSet::new();
    let mut names = BTreeSet::new();
    for path in turn_by_turn(found) {
        if taken == wanted {
            break;
        }
        let Some(bytes) = read(&path) else { continue };
        // The same document under two names is one.
        if !bytes.starts_with(b"%PDF-") || !known.insert(bytes.clone()) {
            continue;
        }
        std::fs::write(into.join(free_name(&path, &mut names)), bytes)
            .map_err(|e| format!("{}: {e}", path.display()))?;
        taken += 1;
    }
    if taken < wanted {
        println!(
            "(this machine has {taken} real PDF files, not {wanted}; the samples of the tests come with them)"
        );
        let mut ours = Vec::new();
        collect(Path::new(OURS), 0, &mut ours);
        for path in ours.iter().take(wanted - taken) {
            std::fs::copy(path, into.join(free_name(path, &mut names)))
                .map_err(|e| format!("{}: {e}", path.display()))?;
            taken += 1;
        }
    }
    Ok(taken)
}

fn on_this_machine() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in FOLDERS {
        collect(Path::new(folder), DEPTH, &mut found);
    }
    found
}

fn collect(folder: &Path, depth: u8, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    paths.sort();
    for path in paths {
        let name = path.to_string_lossy().to_lowercase();
        if path.is_dir() && !path.is_symlink() && depth > 0 {
            collect(&path, depth - 1, found);
        } else if (name.ends_with(".pdf") || name.ends_with(".pdf.gz")) && path.is_file() {
            found.push(path);
        }
    }
}

/// One of each folder, then the second of each: different works before languages of one.
fn turn_by_turn(found: Vec<PathBuf>) -> Vec<PathBuf> {
    let mut turns: BTreeMap<(usize, PathBuf), PathBuf> = BTreeMap::new();
    let mut seen: BTreeMap<PathBuf, usize> = BTreeMap::new();
    for path in found {
        let folder = path.parent().unwrap_or(&path).to_owned();
        let turn = seen.entry(folder).or_default();
        turns.insert((*turn, path.clone()), path);
        *turn += 1;
    }
    turns.into_values().collect()
}

/// The bytes of a file; Debian packs its documents.
fn read(path: &Path) -> Option<Vec<u8>> {
    if path.extension().is_some_and(|e| e != "gz") {
        return std::fs::read(path).ok();
    }
    let unpacked = command("gzip -dc")
        .arg(path)
        .stderr(Stdio::null())
        .output()
        .ok()?;
    unpacked.status.success().then_some(unpacked.stdout)
}

fn free_name(path: &Path, names: &mut BTreeSet<String>) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.trim_end_matches(".gz").trim_end_matches(".pdf");
    let mut free = format!("{stem}.pdf");
    let mut number = 2;
    while !names.insert(free.clone()) {
        free = format!("{stem}-{number}.pdf");
        number += 1;
    }
    free
}
