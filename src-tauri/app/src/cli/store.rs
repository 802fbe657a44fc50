//! `check`, `backup`, `restore`, `rehearse`.

use std::path::Path;

use qalam_desk::backup::StoreReport;
use qalam_desk::{Code, Desk, OpenOptions, id};

use super::answer::{Answer, Told, bytes, exit};
use super::{Here, Outcome};
use crate::failure::Failure;
use crate::text::Words;

impl Here<'_> {
    pub(super) fn check(&self) -> Outcome {
        Ok(reported(self.words, &self.app.desk.check()?))
    }

    pub(super) fn backup(&self, to: &Path) -> Outcome {
        self.app.desk.backup_to(to)?;
        let size = std::fs::metadata(to)
            .map(|facts| facts.len())
            .unwrap_or_default();
        Ok(Answer::of("file", to).with("bytes", size).line(self.say(
            "cli.backed_up",
            &[("path", &to.display()), ("size", &bytes(size))],
        )))
    }

    pub(super) fn rehearse(&self) -> Outcome {
        let file = self.app.desk.tmp().join(format!("{}.backup", id::new_id()));
        self.app.desk.backup_to(&file)?;
        let report = self.app.desk.rehearse(&file);
        let _ = std::fs::remove_file(&file);
        Ok(reported(self.words, &report?))
    }
}

/// Puts a backup into a new folder and looks the result over.
pub(super) fn restore(file: &Path, into: &Path, words: Words) -> Outcome {
    Desk::restore(file, into)?;
    let report = Desk::open(into, OpenOptions::default())?.check()?;
    Ok(reported(words, &report).with("into", into))
}

/// What looking a store over found. A damaged one is said as such by the exit code.
fn reported(words: Words, report: &StoreReport) -> Answer {
    let mut answer = Answer::of("store", report);
    let mut damaged = |code, key: &str, of: &[String]| {
        for what in of {
            let failure = Failure::new(code).with(key, what);
            answer.problems.push(Told::failure(words, &failure));
        }
    };
    damaged(Code::DeskDamaged, "detail", &report.database);
    damaged(Code::TrailBroken, "entry", &report.trail);
    damaged(Code::ApprovalRejected, "release", &report.unproven);
    damaged(Code::BlobMissing, "sha256", &report.missing);
    damaged(Code::BlobDamaged, "sha256", &report.bad_hashes);
    if !report.ok {
        answer.exit = Some(exit::STORE);
    }
    let params = [
        ("drafts".to_owned(), report.drafts.to_string()),
        ("publications".to_owned(), report.publications.to_string()),
        ("blobs".to_owned(), report.blobs.to_string()),
    ];
    let key = if report.ok {
        "cli.store_whole"
    } else {
        "cli.store_damaged"
    };
    answer.line(words.say(key, &params.into()))
}
