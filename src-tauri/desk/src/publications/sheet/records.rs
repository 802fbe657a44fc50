//! The publications a sheet can be about, found by id, by fingerprint or by the name of a file.

use std::collections::{BTreeMap, BTreeSet};

use qalam_content::fold::fold;

use super::super::likeness;
use super::super::{MAX_PAGE, Publication, PublicationQuery, store};
use crate::db::ReadTx;
use crate::error::Result;
use crate::job::{IntakeItem, IntakeStatus};

/// Publications of the desk, and those that files of a run would become.
pub(super) struct Records {
    pub(super) rows: Vec<Publication>,
    /// Files that are here, or are about to come, as further files of a publication.
    pub(super) copies: Vec<Copied>,
    by_id: BTreeMap<String, usize>,
    by_hash: BTreeMap<String, Target>,
    /// Folded file name to every target of that name and the folded path it has there.
    by_name: Names,
    /// The same for the files of the run: where both know a name, the run is meant.
    of_run: Names,
}

type Names = BTreeMap<String, Vec<(Target, String)>>;

/// A file that is the same work as a publication and was kept with it, or left out for it.
pub(super) struct Copied {
    /// The place of that publication, unless it is only about to come in.
    pub(super) of: Option<usize>,
    /// The title of that publication.
    pub(super) title: String,
    /// SHA-256 of the file.
    pub(super) sha256: String,
}

/// What a key leads to: a place in the rows or in the copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    Record(usize),
    Copied(usize),
}

impl Records {
    /// All publications. `items` that are not among them yet count as what they would become.
    pub(super) fn load(r: &ReadTx<'_>, items: &[IntakeItem]) -> Result<Self> {
        let mut records = Self {
            rows: every(r)?,
            copies: Vec::new(),
            by_id: BTreeMap::new(),
            by_hash: BTreeMap::new(),
            by_name: Names::new(),
            of_run: Names::new(),
        };
        let known: BTreeSet<&str> = records.rows.iter().map(|row| row.sha256.as_str()).collect();
        let coming: Vec<Publication> = items
            .iter()
            .filter(|item| item.status == IntakeStatus::Added)
            .filter(|item| {
                item.sha256
                    .as_ref()
                    .is_some_and(|hash| !known.contains(hash.as_str()))
            })
            .filter_map(imagined)
            .collect();
        records.rows.extend(coming);
        for (at, row) in records.rows.iter().enumerate() {
            if !row.id.is_empty() {
                records.by_id.insert(row.id.clone(), at);
            }
            let target = Target::Record(at);
            records.by_hash.insert(row.sha256.clone(), target);
            note(&mut records.by_name, target, &row.name, &row.path);
        }
        records.note_copies(r)?;
        for item in items {
            if let Some(target) = records.of_item(item) {
                note(&mut records.of_run, target, "", &item.path);
            }
        }
        Ok(records)
    }

    /// The further files that publications have already.
    fn note_copies(&mut self, r: &ReadTx<'_>) -> Result<()> {
        for at in 0..self.rows.len() {
            let Some(row) = self.rows.get(at).filter(|row| row.copies > 0) else {
                continue;
            };
            let title = row.title.clone();
            for copy in likeness::store::copies(r, &row.id)? {
                let target = self.copied(Some(at), title.clone(), &copy.sha256);
                note(&mut self.by_name, target, &copy.name, &copy.path);
            }
        }
        Ok(())
    }

    /// What became, or would become, of a file of the run.
    fn of_item(&mut self, item: &IntakeItem) -> Option<Target> {
        let hash = item.sha256.as_ref()?;
        if let Some(known) = self.by_hash.get(hash) {
            return Some(*known);
        }
        if !matches!(
            item.status,
            IntakeStatus::SameWork | IntakeStatus::SameBytes
        ) {
            return None;
        }
        let of = item.id.as_ref().and_then(|id| self.by_id.get(id)).copied();
        // In a trial the publication may only be about to come in; its title is told even then.
        let title = item
            .problems
            .iter()
            .filter(|problem| problem.params.contains_key("publication"))
            .find_map(|problem| problem.params.get("title"))
            .or_else(|| Some(&self.rows.get(of?)?.title))
            .cloned()
            .unwrap_or_default();
        Some(self.copied(of, title, hash))
    }

    fn copied(&mut self, of: Option<usize>, title: String, sha256: &str) -> Target {
        let target = Target::Copied(self.copies.len());
        self.copies.push(Copied {
            of,
            title,
            sha256: sha256.to_owned(),
        });
        *self.by_hash.entry(sha256.to_owned()).or_insert(target)
    }

    /// Whether two targets are one publication and what belongs to it.
    pub(super) fn together(&self, one: Target, other: Target) -> bool {
        let record = |target| match target {
            Target::Record(at) => Some(at),
            Target::Copied(at) => self.copies.get(at).and_then(|copy| copy.of),
        };
        one == other || record(one).is_some_and(|at| record(other) == Some(at))
    }

    /// The title of what a key leads to.
    pub(super) fn title(&self, target: Target) -> &str {
        match target {
            Target::Record(at) => self.rows.get(at).map_or("", |row| row.title.as_str()),
            Target::Copied(at) => self.copies.get(at).map_or("", |copy| copy.title.as_str()),
        }
    }

    pub(super) fn with_id(&self, id: &str) -> BTreeSet<Target> {
        let at = self.by_id.get(id.trim().to_lowercase().as_str());
        at.map(|at| Target::Record(*at)).into_iter().collect()
    }

    pub(super) fn with_hash(&self, hash: &str) -> BTreeSet<Target> {
        let target = self.by_hash.get(hash.trim().to_lowercase().as_str());
        target.copied().into_iter().collect()
    }

    /// By a file's name, with as much of its folder before it as the sheet gives, with or without
    /// its ending.
    pub(super) fn with_file(&self, file: &str) -> BTreeSet<Target> {
        let wanted = path_key(file);
        let name = wanted.rsplit('/').next().unwrap_or(&wanted);
        [&self.of_run, &self.by_name]
            .into_iter()
            .map(|known| {
                known
                    .get(name)
                    .into_iter()
                    .flatten()
                    .filter(|(_, path)| ends_with_path(path, &wanted))
                    .map(|(target, _)| *target)
                    .collect::<BTreeSet<_>>()
            })
            .find(|found| !found.is_empty())
            .unwrap_or_default()
    }
}

/// All publications of the desk.
fn every(r: &ReadTx<'_>) -> Result<Vec<Publication>> {
    let mut rows = Vec::new();
    let mut after = None;
    loop {
        let page = store::page(
            r,
            &PublicationQuery {
                limit: MAX_PAGE,
                after,
                ..PublicationQuery::default()
            },
            None,
        )?;
        rows.extend(page.publications);
        after = page.next;
        if after.is_none() {
            return Ok(rows);
        }
    }
}

fn note(known: &mut Names, target: Target, name: &str, path: &str) {
    for name in names(name, path) {
        known
            .entry(name)
            .or_default()
            .push((target, path_key(path)));
    }
}

/// A path as it is compared: folded, with one kind of slash and without the steps that lead
/// nowhere, such as a `./` at its head.
fn path_key(path: &str) -> String {
    let folded = fold(&path.trim().replace('\\', "/"));
    let mut parts: Vec<&str> = Vec::new();
    for part in folded.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Under which names a file is known: with its ending and without.
fn names(name: &str, path: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for one in [path_key(name), path_key(path)] {
        let last = one.rsplit('/').next().unwrap_or_default().to_owned();
        if last.is_empty() {
            continue;
        }
        if let Some((stem, _)) = last.rsplit_once('.')
            && !stem.is_empty()
        {
            names.insert(stem.to_owned());
        }
        names.insert(last);
    }
    names
}

/// Whether a path ends with what the sheet gives of it, whole folders counted.
fn ends_with_path(path: &str, wanted: &str) -> bool {
    let Some((folders, _)) = wanted.rsplit_once('/') else {
        return true;
    };
    let Some((at, _)) = path.rsplit_once('/') else {
        return false;
    };
    at == folders || at.ends_with(&format!("/{folders}"))
}

/// What a file that would come in would be.
fn imagined(item: &IntakeItem) -> Option<Publication> {
    let name = item
        .path
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or_default()
        .to_owned();
    // Whatever the intake learns to say of a file counts here by itself.
    let mut said = serde_json::to_value(item).ok()?;
    let said = said.as_object_mut()?;
    for (field, blank) in serde_json::to_value(blank()).ok()?.as_object()? {
        if said.get(field).is_none_or(serde_json::Value::is_null) {
            said.insert(field.clone(), blank.clone());
        }
    }
    said.insert("name".to_owned(), name.into());
    serde_json::from_value(serde_json::Value::Object(std::mem::take(said))).ok()
}

fn blank() -> serde_json::Value {
    serde_json::json!({
        "id": "", "sha256": "", "name": "", "path": "", "bytes": 0, "mime": "", "state": "readable",
        "title": "", "authors": [], "corporate_author": "", "year": null, "languages": [],
        "pages": null, "publication_type": "", "licence": "", "doi": "", "isbn": "", "issn": "",
        "text_chars": 0, "has_thumbnail": false, "added_at": "", "updated_at": "", "origins": {},
        "problems": [], "attached_to": 0, "superseded_by": null, "copies": 0, "open_likenesses": 0
    })
}

#[cfg(test)]
mod tests {
    use super::super::give::COLUMNS;
    use super::*;

    /// What no reader finds in a file: a person says it.
    const SAID_BY_PEOPLE: &[&str] = &["publication_type", "licence"];

    #[test]
    fn whatever_a_reader_finds_for_a_column_a_trial_knows() {
        let told = serde_json::to_value(IntakeItem::bare("a.pdf".to_owned(), IntakeStatus::Added))
            .unwrap();
        for column in COLUMNS {
            assert_eq!(
                told.get(column).is_some(),
                !SAID_BY_PEOPLE.contains(column),
                "{column}"
            );
        }
        let item = IntakeItem {
            corporate_author: "Sample Ministry of Health".to_owned(),
            ..IntakeItem::bare("in/a.pdf".to_owned(), IntakeStatus::Added)
        };
        let record = imagined(&item).unwrap();
        assert_eq!(record.corporate_author, item.corporate_author);
        assert_eq!(record.name, "a.pdf");
    }

    #[test]
    fn a_path_is_known_however_it_is_written() {
        for (path, wanted, same) in [
            ("/in/a.pdf", "./a.pdf", true),
            ("/in/a.pdf", ".\\in\\a.pdf", true),
            ("/in/a.pdf", "././in/./a.pdf", true),
            ("/in/a.pdf", "../in/a.pdf", true),
            ("/in/a.pdf", "x/../in/a.pdf", true),
            ("/in/a.pdf", "/in/a.pdf", true),
            ("./in/a.pdf", "in//a.pdf", true),
            ("/in/a.pdf", "n/a.pdf", false),
            ("a.pdf", "in/a.pdf", false),
        ] {
            let wanted = path_key(wanted);
            assert_eq!(ends_with_path(&path_key(path), &wanted), same, "{wanted}");
        }
    }
}
