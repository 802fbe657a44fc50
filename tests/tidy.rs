//! The house rules as tests: what a reviewer would otherwise have to notice each time.
//! Each failure names the file, the line and the rule.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below `folder` with one of the endings, sorted, without what is generated or fetched.
fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    fn walk(at: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
        let Ok(entries) = std::fs::read_dir(at) else {
            return;
        };
        for path in entries.flatten().map(|e| e.path()) {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                if ![
                    "node_modules",
                    "dist",
                    "target",
                    "gen",
                    "out",
                    ".git",
                    ".schemathesis",
                ]
                .contains(&name.as_str())
                {
                    walk(&path, endings, found);
                }
            } else if endings.iter().any(|e| name.ends_with(e)) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), endings, &mut found);
    found.sort();
    found
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .display()
        .to_string()
        .replace('\\', "/")
}

/// The code of a Rust file without its unit tests and comments.
fn code_lines(text: &str) -> Vec<(usize, &str)> {
    text.lines()
        .enumerate()
        .take_while(|(_, line)| !line.starts_with("#[cfg(test)]"))
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(n, line)| (n + 1, line))
        .collect()
}

fn none(rule: &str, found: Vec<String>) {
    assert!(found.is_empty(), "{rule}:\n  {}", found.join("\n  "));
}

#[test]
fn packages_use_only_what_stands_to_their_left() {
    let order = ["proof", "content", "desk", "portal"];
    let mut wrong = Vec::new();
    for (place, name) in order.iter().enumerate() {
        let manifest = read(&root().join(format!("src-tauri/{name}/Cargo.toml")));
        for right in &order[place..] {
            if manifest
                .lines()
                .any(|l| l.starts_with(&format!("qalam-{right}")))
            {
                wrong.push(format!("{name} uses {right}"));
            }
        }
        for foreign in ["tauri", "keyring"] {
            if manifest.lines().any(|l| l.starts_with(foreign)) {
                wrong.push(format!("{name} uses {foreign}; it belongs to app"));
            }
        }
        if *name != "portal" {
            for wire in ["reqwest", "axum", "tokio", "hyper"] {
                if manifest.lines().any(|l| l.starts_with(wire)) {
                    wrong.push(format!("{name} uses {wire}; the wire belongs to portal"));
                }
            }
        }
        if ["proof", "content"].contains(name) && manifest.contains("rusqlite") {
            wrong.push(format!("{name} uses rusqlite"));
        }
        if !manifest.contains("[lints]\nworkspace = true") {
            wrong.push(format!("{name} does not take the workspace's lints"));
        }
    }
    none("Packages use only what stands to their left", wrong);
}

#[test]
fn sql_lives_in_store_and_db_only() {
    let mut wrong = Vec::new();
    for file in files("src-tauri", &[".rs"]) {
        let name = shown(&file);
        if name.ends_with("/store.rs")
            || name.contains("/store/")
            || name.contains("/db/")
            || name.contains("/tests/")
        {
            continue;
        }
        for (n, line) in code_lines(&read(&file)) {
            // FTS5 hands out its interface through a statement; there is no other way to get it.
            if line.contains("SELECT fts5(?1)") {
                continue;
            }
            let sql = [
                "SELECT ",
                "INSERT ",
                "UPDATE ",
                "DELETE FROM",
                "CREATE TABLE",
                "PRAGMA ",
            ]
            .iter()
            .any(|word| line.contains(&format!("\"{word}")) || line.trim_start().starts_with(word));
            if sql {
                wrong.push(format!("{name}:{n}: {}", line.trim()));
            }
        }
    }
    none("SQL belongs to a store.rs or to db/", wrong);
}

#[test]
fn tauri_stays_in_the_app() {
    let wrong = files("src-tauri", &[".rs"])
        .iter()
        .filter(|f| !shown(f).starts_with("src-tauri/app/"))
        .flat_map(|f| {
            let text = read(f);
            code_lines(&text)
                .into_iter()
                .filter(|(_, l)| l.contains("tauri::"))
                .map(|(n, _)| format!("{}:{n}", shown(f)))
                .collect::<Vec<_>>()
        })
        .collect();
    none("Tauri is used in src-tauri/app only", wrong);
}

#[test]
fn the_ui_reaches_rust_through_backend_only() {
    let wrong = files("ui/src", &[".ts", ".tsx"])
        .iter()
        .filter(|f| !shown(f).starts_with("ui/src/backend/"))
        .flat_map(|f| {
            let text = read(f);
            text.lines()
                .enumerate()
                .filter(|(_, l)| {
                    l.contains("@tauri-apps")
                        || l.contains("__TAURI")
                        || l.replace("refetch(", "").contains("fetch(")
                        || l.contains("EventSource(")
                })
                .map(|(n, _)| format!("{}:{}", shown(f), n + 1))
                .collect::<Vec<_>>()
        })
        .collect();
    none("Only ui/src/backend talks to Rust", wrong);
}

#[test]
fn screens_do_not_import_each_other_and_parts_know_no_screen() {
    let mut wrong = Vec::new();
    for file in files("ui/src", &[".ts", ".tsx"]) {
        let name = shown(&file);
        let own = name
            .strip_prefix("ui/src/screens/")
            .and_then(|rest| rest.split('/').next())
            .map(str::to_owned);
        for (n, line) in read(&file).lines().enumerate() {
            if !line.contains("from ") || !line.contains("screens/") && !line.contains("../") {
                continue;
            }
            if name.starts_with("ui/src/parts/") && line.contains("screens/") {
                wrong.push(format!("{name}:{}: a part imports a screen", n + 1));
            }
            if name.starts_with("ui/src/editor/")
                && (line.contains("screens/") || line.contains("\"react"))
            {
                wrong.push(format!(
                    "{name}:{}: the editor knows neither screens nor React",
                    n + 1
                ));
            }
            if let Some(own) = &own {
                let target = line
                    .split_once("screens/")
                    .and_then(|(_, rest)| rest.split(['/', '"']).next());
                if target.is_some_and(|t| t != own) {
                    wrong.push(format!(
                        "{name}:{}: screens do not import each other",
                        n + 1
                    ));
                }
            }
        }
    }
    none("The layers of the UI", wrong);
}

/// Attributes whose text a person sees or hears.
const SPOKEN: &[&str] = &[
    "aria-label=\"",
    "title=\"",
    "placeholder=\"",
    "alt=\"",
    "label=\"",
    "description=\"",
];

#[test]
fn no_sentence_sits_in_a_component() {
    let mut wrong = Vec::new();
    for file in files("ui/src", &[".tsx"]) {
        let text = read(&file);
        if shown(&file).contains(".test.") {
            continue;
        }
        for (n, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.starts_with("//") || line.starts_with('*') || line.starts_with("/*") {
                continue;
            }
            let spoken = SPOKEN.iter().any(|attribute| {
                line.find(attribute).is_some_and(|at| {
                    let rest = &line[at + attribute.len()..];
                    let value = rest.split('"').next().unwrap_or("");
                    value.contains(' ') && value.chars().any(char::is_alphabetic)
                })
            });
            // Text between two tags on one line: >words words</
            let between_tags = line.split("</").next().is_some_and(|head| {
                line.contains("</")
                    && head.rsplit_once('>').is_some_and(|(before, words)| {
                        !before.ends_with('=')
                            && !words.contains(['{', '}', '(', ';'])
                            && words.split_whitespace().count() > 1
                            && words.chars().filter(|c| c.is_alphabetic()).count() > 3
                    })
            });
            if spoken || between_tags {
                wrong.push(format!("{}:{}: {line}", shown(&file), n + 1));
            }
        }
    }
    none("Sentences live in ui/locales", wrong);
}

fn locale(lang: &str) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for file in files(&format!("ui/locales/{lang}"), &[".json"]) {
        let screen = file.file_stem().unwrap().to_string_lossy().into_owned();
        let map: BTreeMap<String, String> =
            serde_json::from_str(&read(&file)).unwrap_or_else(|e| panic!("{}: {e}", shown(&file)));
        for (key, value) in map {
            assert!(!value.trim().is_empty(), "{}: {key} is empty", shown(&file));
            all.insert(format!("{screen}/{key}"), value);
        }
    }
    all
}

#[test]
fn the_three_languages_have_the_same_keys() {
    let english = locale("en");
    assert!(english.len() > 100, "the locales were not found");
    for lang in ["fr", "ar"] {
        let other = locale(lang);
        let missing: Vec<_> = english
            .keys()
            .filter(|k| !other.contains_key(*k))
            .cloned()
            .collect();
        let extra: Vec<_> = other
            .keys()
            .filter(|k| !english.contains_key(*k))
            .cloned()
            .collect();
        none(&format!("Keys missing in {lang}"), missing);
        none(&format!("Keys only in {lang}"), extra);
    }
}

#[test]
fn every_error_code_speaks_in_three_languages() {
    let codes: BTreeSet<&str> = qalam_desk::Code::ALL.iter().map(|c| c.as_str()).collect();
    assert!(codes.len() > 20, "the list of codes is short");
    for lang in ["en", "fr", "ar"] {
        let words = locale(lang);
        let mut wrong = Vec::new();
        for code in &codes {
            for key in [format!("errors/{code}"), format!("errors/{code}.next")] {
                if !words.contains_key(&key) {
                    wrong.push(key);
                }
            }
        }
        none(&format!("Codes without a sentence in {lang}"), wrong);
    }
}

#[test]
fn styles_are_logical_and_colours_are_tokens() {
    let physical = [
        "margin-left",
        "margin-right",
        "padding-left",
        "padding-right",
        "border-left",
        "border-right",
        "text-align: left",
        "text-align: right",
        "float: left",
        "float: right",
    ];
    let mut wrong = Vec::new();
    for file in files("ui/src", &[".css"]) {
        let name = shown(&file);
        for (n, line) in read(&file).lines().enumerate() {
            let line = line.trim();
            // A column alignment that a person chose is physical, in every direction of writing.
            let chosen = name.ends_with("editor.module.css") && line.starts_with("text-align");
            if chosen {
                continue;
            }
            if physical.iter().any(|p| line.starts_with(p))
                || line.starts_with("left:")
                || line.starts_with("right:")
            {
                wrong.push(format!("{name}:{}: {line}", n + 1));
            }
            let colour = line.contains("oklch(") || line.contains("rgb(") || line.contains(": #");
            if colour && !name.contains("/style/") {
                wrong.push(format!("{name}:{}: a colour outside the tokens", n + 1));
            }
        }
    }
    none("Logical properties, colours from tokens", wrong);
}

#[test]
fn files_hold_one_idea() {
    let wrong = files("src-tauri", &[".rs"])
        .into_iter()
        .chain(files("ui/src", &[".ts", ".tsx"]))
        .chain(files("xtask", &[".rs"]))
        .filter(|f| !shown(f).ends_with("backend/wire.ts"))
        .map(|f| (read(&f).lines().count(), f))
        .filter(|(lines, _)| *lines > 700)
        .map(|(lines, f)| format!("{}: {lines} lines", shown(&f)))
        .collect();
    none("A file past 700 lines holds more than one idea", wrong);
}

#[test]
fn the_project_speaks_only_of_itself() {
    // Written in halves so that this file does not find itself.
    let foreign = [
        ["../sha", "red/"].concat(),
        ["/wo", "rk/main"].concat(),
        ["bash_", "jobs"].concat(),
    ];
    let mut wrong = Vec::new();
    for ending in [
        ".rs", ".ts", ".tsx", ".md", ".json", ".yaml", ".toml", ".sql", ".css", ".mjs", ".sh",
        ".html",
    ] {
        for file in files("", &[ending]) {
            let text = read(&file);
            for word in &foreign {
                if let Some(n) = text.lines().position(|l| l.contains(word.as_str())) {
                    wrong.push(format!("{}:{}: {word}", shown(&file), n + 1));
                }
            }
        }
    }
    none("Words that mean nothing to a stranger", wrong);
}
