//! What is sent in an ordeal: made through the command line, as a person would.

use super::Plan;
use crate::chance::Chance;
use crate::desk::{BOTH, Desk, between, noise};
use crate::shell::{Outcome, output};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// What a text must never say on the portal: it was never approved.
const UNAPPROVED: &str = "Never approved";

/// A piece, and what a portal must hold of it.
pub struct Piece {
    number: u64,
    draft: String,
    /// The release approved last; `None` for a piece nobody approved.
    pub release: Option<String>,
    titles: Vec<(&'static str, String)>,
    files: Vec<PathBuf>,
    changed: bool,
}

impl Piece {
    /// Gives an approved piece newer words and has them approved too. False when it had them already.
    pub fn change(&mut self, desk: &Desk) -> Outcome<bool> {
        if self.changed || self.release.is_none() {
            return Ok(false);
        }
        let title = format!("Sample report number {}, in newer words", self.number);
        desk.ask(&[
            "draft",
            "edit",
            &self.draft,
            "--lang",
            "en",
            "--title",
            &title,
        ])?;
        self.release = Some(desk.approve(&self.draft)?);
        for (lang, known) in &mut self.titles {
            if *lang == "en" {
                known.clone_from(&title);
            }
        }
        self.changed = true;
        Ok(true)
    }
}

/// A desk that knows the portal, with everything approved that is to be sent, and some things that are not.
pub fn prepare(plan: &Plan, desk: &Desk, url: &str, password: &str) -> Outcome<Vec<Piece>> {
    desk.ask(&BOTH)?;
    let mut add = desk.command(&["--json", "portal", "add", "far", url, "--user", "author"]);
    output(add.env("QALAM_PORTAL_PASSWORD", password))?;
    let files = write_files(plan, &desk.at.join("files"))?;
    let mut chance = Chance::new(plan.seed ^ 0xf11e);
    let mut pieces = Vec::new();
    for number in 0..plan.drafts {
        let mine = files.iter().enumerate();
        let mine = mine.filter(|(at, _)| *at as u64 % plan.drafts == number);
        let mut mine: Vec<PathBuf> = mine.map(|(_, path)| path.clone()).collect();
        // Some pieces name a file that another has too: it travels once.
        if chance.below(10) == 0
            && let Some(other) = files.get(chance.below(files.len() as u64) as usize)
            && !mine.contains(other)
        {
            mine.push(other.clone());
        }
        let mut piece = written(desk, number, number % 4 == 1, mine)?;
        if chance.below(20) == 0 {
            desk.ask(&["draft", "edit", &piece.draft, "--urgent", "true"])?;
        }
        piece.release = Some(desk.approve(&piece.draft)?);
        // What is written after the approval stays here.
        if chance.below(10) == 0 {
            let title = format!("{UNAPPROVED}: report {number}");
            desk.ask(&[
                "draft",
                "edit",
                &piece.draft,
                "--lang",
                "en",
                "--title",
                &title,
            ])?;
            piece.changed = true;
        }
        pieces.push(piece);
    }
    for number in plan.drafts..plan.drafts + plan.drafts.div_ceil(10) {
        let piece = written(desk, number, false, Vec::new())?;
        if number % 3 > 0 {
            desk.ask(&["review", "submit", &piece.draft])?;
        }
        if number % 3 > 1 {
            desk.ask(&["review", "return", &piece.draft, "--reason", "Sample"])?;
        }
        pieces.push(piece);
    }
    Ok(pieces)
}

fn written(desk: &Desk, number: u64, arabic: bool, files: Vec<PathBuf>) -> Outcome<Piece> {
    let body = desk.at.join("run/body.md");
    let paragraph =
        format!("Sample report {number}. Clinics open each week in the northern districts.\n\n");
    fs::write(&body, paragraph.repeat(20)).map_err(|e| e.to_string())?;
    let body = body.to_string_lossy();
    let title = format!("Sample report number {number} of the ministry");
    let answer = desk.ask(&[
        "draft",
        "new",
        "--type",
        "news",
        "--lang",
        "en",
        "--title",
        &title,
        "--summary",
        "A sample summary of a sample report, long enough to be one for a reader.",
        "--body-file",
        &body,
        "--area",
        "ta1",
        "--field",
        "eventDate=2026-03-12",
        "--field",
        "place=Sample City",
    ])?;
    let draft = between(&answer, "\"id\":\"", "\"").ok_or("no draft id")?;
    let mut titles = vec![("en", title)];
    if arabic {
        let title = format!("تقرير نموذجي رقم {number}");
        let summary = "ملخص نموذجي لتقرير نموذجي، طويل بما يكفي ليكون ملخصا لقارئ.";
        desk.ask(&[
            "draft",
            "edit",
            &draft,
            "--lang",
            "ar",
            "--title",
            &title,
            "--summary",
            summary,
            "--body-file",
            &body,
        ])?;
        titles.push(("ar", title));
    }
    if !files.is_empty() {
        let paths: Vec<String> = files
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        let mut args = vec!["attach", &draft];
        args.extend(paths.iter().map(String::as_str));
        desk.ask(&args)?;
    }
    Ok(Piece {
        number,
        draft,
        release: None,
        titles,
        files,
        changed: false,
    })
}

/// Few large files and many small ones, together as many bytes as planned.
fn write_files(plan: &Plan, at: &Path) -> Outcome<Vec<PathBuf>> {
    fs::create_dir_all(at).map_err(|e| e.to_string())?;
    let count = plan.drafts + plan.drafts / 5;
    // Every third is small, so that both ways of sending are seen.
    let weight = |number: u64| match number % 3 {
        2 => 0.0,
        _ => 1.0 / (number + 1) as f64,
    };
    let whole: f64 = (0..count).map(weight).sum();
    let mut files = Vec::new();
    for number in 0..count {
        let length = (plan.bytes as f64 * weight(number) / whole) as u64;
        let path = at.join(format!("report-{number:03}.pdf"));
        noise(
            &path,
            plan.seed * 1_000 + number,
            length.max(8_000 + number % 40 * 1_000),
        )?;
        files.push(path);
    }
    Ok(files)
}

/// Bytes of all files that were approved, each counted once.
pub fn bytes(pieces: &[Piece]) -> u64 {
    let mut files: Vec<&PathBuf> = pieces.iter().flat_map(|piece| &piece.files).collect();
    files.sort_unstable();
    files.dedup();
    let length = |path: &PathBuf| fs::metadata(path).map_or(0, |told| told.len());
    files.into_iter().map(length).sum()
}

/// Writes down what the witness is to find: nothing less and nothing more.
pub fn expect(pieces: &[Piece], to: &Path) -> Outcome {
    let mut text = String::new();
    for piece in pieces {
        let Some(release) = &piece.release else {
            continue;
        };
        let titles: Vec<String> = piece
            .titles
            .iter()
            .map(|(lang, title)| format!("{lang}={title}"))
            .collect();
        let files: Vec<String> = piece
            .files
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        let _ = writeln!(
            text,
            "{}\t{release}\t{}\t{}",
            piece.draft,
            titles.join("|"),
            files.join("|")
        );
    }
    fs::write(to, text).map_err(|e| format!("{}: {e}", to.display()))
}
