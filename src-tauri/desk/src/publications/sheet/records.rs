//! The publications a sheet can be about, found by id, by fingerprint or by the name of a file.

use std::collections::{BTreeMap, BTreeSet};

use qalam_content::fold::fold;

use super::super::{MAX_PAGE, Publication, PublicationQuery, store};
use crate::db::ReadTx;
use crate::error::Result;
use crate::job::{IntakeItem, IntakeStatus};

/// Publications of the desk, and those that files of a run would become.
pub(super) struct Records {
    pub(super) rows: Vec<Publication>,
    by_id: BTreeMap<String, usize>,
    by_hash: BTreeMap<String, usize>,
    /// Folded file name to every record of that name and the folded path it has there.
    by_name: BTreeMap<String, Vec<(usize, String)>>,
    /// The same for the files of the run: where both know a name, the run is meant.
    of_run: BTreeMap<String, Vec<(usize, String)>>,
}

/// What a key led to.
pub(super) enum Found {
    One(usize),
    None,
    Several(usize),
}

impl Records {
    /// All publications. `items` that are not among them yet count as what they would become.
    pub(super) fn load(r: &ReadTx<'_>, items: &[IntakeItem]) -> Result<Self> {
        let mut rows: Vec<Publication> = Vec::new();
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
                break;
            }
        }
        let known: BTreeSet<String> = rows.iter().map(|row| row.sha256.clone()).collect();
        rows.extend(
            items
                .iter()
                .filter(|item| item.status == IntakeStatus::Added)
                .filter(|item| {
                    item.sha256
                        .as_ref()
                        .is_some_and(|hash| !known.contains(hash))
                })
                .filter_map(imagined),
        );
        let mut records = Self {
            by_id: BTreeMap::new(),
            by_hash: BTreeMap::new(),
            by_name: BTreeMap::new(),
            of_run: BTreeMap::new(),
            rows: Vec::new(),
        };
        for (at, row) in rows.iter().enumerate() {
            records.by_id.insert(row.id.clone(), at);
            records.by_hash.insert(row.sha256.clone(), at);
            for name in names(&row.name, &row.path) {
                records
                    .by_name
                    .entry(name)
                    .or_default()
                    .push((at, path_key(&row.path)));
            }
        }
        for item in items {
            let Some(at) = item
                .sha256
                .as_ref()
                .and_then(|hash| records.by_hash.get(hash))
                .copied()
            else {
                continue;
            };
            for name in names("", &item.path) {
                records
                    .of_run
                    .entry(name)
                    .or_default()
                    .push((at, path_key(&item.path)));
            }
        }
        records.rows = rows;
        Ok(records)
    }

    pub(super) fn with_id(&self, id: &str) -> Found {
        self.by_id
            .get(id.trim().to_lowercase().as_str())
            .map_or(Found::None, |at| Found::One(*at))
    }

    pub(super) fn with_hash(&self, hash: &str) -> Found {
        self.by_hash
            .get(hash.trim().to_lowercase().as_str())
            .map_or(Found::None, |at| Found::One(*at))
    }

    /// By a file's name, with as much of its folder before it as the sheet gives, with or without
    /// its ending.
    pub(super) fn with_file(&self, file: &str) -> Found {
        let wanted = path_key(file);
        let name = wanted.rsplit('/').next().unwrap_or(&wanted);
        for known in [&self.of_run, &self.by_name] {
            let found: BTreeSet<usize> = known
                .get(name)
                .into_iter()
                .flatten()
                .filter(|(_, path)| ends_with_path(path, &wanted))
                .map(|(at, _)| *at)
                .collect();
            match (found.len(), found.first()) {
                (0, _) => {}
                (1, Some(at)) => return Found::One(*at),
                (count, _) => return Found::Several(count),
            }
        }
        Found::None
    }
}

/// A path as it is compared: folded, with one kind of slash.
fn path_key(path: &str) -> String {
    fold(&path.trim().replace('\\', "/"))
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
    let folders = folders.trim_start_matches("./").trim_start_matches('/');
    folders.is_empty() || at == folders || at.ends_with(&format!("/{folders}"))
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
