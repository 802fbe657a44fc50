//! Many cells of the table at once: a pasted range, a fill, a sheet, and taking each of them back.
//!
//! One transaction. A cell that cannot be changed is refused with its reason and does not hold up
//! the others; a failure of the store undoes all. What was done is answered with the edits that
//! take it back, origins included, so that undoing a correction does not leave the machine's value
//! behind as a person's.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use ts_rs::TS;

use super::{PERSON, Publication, store, terms, values};
use crate::change::Action;
use crate::db::WriteTx;
use crate::desk::Desk;
use crate::error::{Code, Error, Failure, Result};
use crate::search::words::Query;

/// The most cells one edit may hold: ten columns of ten thousand rows.
pub const MAX_EDITS: usize = 100_000;

/// Fields whose words are searched: only these need the text of a file to be indexed again.
const SEARCHED: &[&str] = &[
    "title",
    "authors",
    "corporate_author",
    "doi",
    "isbn",
    "issn",
    "numbers",
];

/// One cell to change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct CellEdit {
    /// The publication.
    pub publication: String,
    /// The field, by its name on the wire.
    pub field: String,
    /// The new value; null or an empty text takes the value away.
    #[ts(type = "unknown")]
    pub value: Value,
    /// The value the person saw. Another one in the desk refuses the edit.
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    #[ts(optional, type = "unknown")]
    pub base: Option<Value>,
    /// Where the value came from, when an edit is taken back; a person otherwise. Empty: nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub origin: Option<String>,
}

/// A value that is there, even when it is null.
fn given<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}

/// A cell that stayed as it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct RefusedEdit {
    /// The publication.
    pub publication: String,
    /// The field.
    pub field: String,
    /// What it was to become.
    #[ts(type = "unknown")]
    pub value: Value,
    /// Why not.
    pub failure: Failure,
}

/// What many edits came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct Edited {
    /// The publications as they are now, each once, in the order of the edits.
    pub changed: Vec<Publication>,
    /// How many cells changed.
    pub cells: u32,
    /// The cells that stayed as they were, and why.
    pub refused: Vec<RefusedEdit>,
    /// The edits that take this back.
    pub undo: Vec<CellEdit>,
}

impl Desk {
    /// Changes many cells in one transaction. A cell set to the value it has is passed over.
    ///
    /// # Errors
    /// [`Code::BadArgument`] for more than [`MAX_EDITS`] cells, and what the database may fail
    /// with. Cells that are refused are in the answer.
    pub fn publications_edit(&self, edits: &[CellEdit]) -> Result<Edited> {
        if edits.len() > MAX_EDITS {
            return Err(Error::new(Code::BadArgument)
                .with("name", "edits")
                .with("limit", MAX_EDITS));
        }
        self.write(Action::EditPublication, |tx| edit_in(tx, edits))
    }

    /// The ids of all publications that are found with these words, in titles, authors,
    /// identifiers and the text inside files. Nothing to search for finds nothing.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn publications_find(&self, query: &str) -> Result<Vec<String>> {
        match Query::read(query) {
            Some(query) => self.read(|r| store::found(r, &query)),
            None => Ok(Vec::new()),
        }
    }

    /// These publications, in this order; those that are gone are left out.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn publications_rows(&self, publications: &[String]) -> Result<Vec<Publication>> {
        self.read(|r| {
            let mut rows = Vec::with_capacity(publications.len());
            for id in publications {
                match store::get(r, id) {
                    Ok(row) => rows.push(row),
                    Err(error) if error.code == Code::NotFound => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(rows)
        })
    }
}

/// [`Desk::publications_edit`] inside a transaction.
pub(crate) fn edit_in(tx: &WriteTx<'_>, edits: &[CellEdit]) -> Result<Edited> {
    let mut work: BTreeMap<&str, InWork> = BTreeMap::new();
    let mut order: Vec<&str> = Vec::new();
    let mut done = Edited::default();
    let this_year = values::year_of(tx.at());
    for edit in edits {
        let one = match work.entry(&edit.publication) {
            std::collections::btree_map::Entry::Occupied(held) => held.into_mut(),
            std::collections::btree_map::Entry::Vacant(free) => {
                match store::get(tx, &edit.publication) {
                    Ok(row) => {
                        order.push(&edit.publication);
                        free.insert(InWork::new(row))
                    }
                    Err(error) if error.code == Code::NotFound => {
                        done.refused.push(refused(edit, &error));
                        continue;
                    }
                    Err(error) => return Err(error),
                }
            }
        };
        match one.apply(edit, this_year) {
            Ok(None) => {}
            Ok(Some(back)) => {
                done.cells += 1;
                done.undo.push(back);
            }
            Err(error) => done.refused.push(refused(edit, &error)),
        }
    }
    // Taken back in the opposite order, a cell changed twice ends where it began.
    done.undo.reverse();
    for id in order {
        let Some(one) = work.remove(id).filter(|one| one.changed) else {
            continue;
        };
        store::update(tx, &one.row)?;
        if one.searched {
            crate::search::index_publication(tx, id)?;
        }
        tx.changed_publication(id);
        done.changed.push(store::get(tx, id)?);
    }
    Ok(done)
}

/// A publication while its cells change.
struct InWork {
    row: Publication,
    changed: bool,
    searched: bool,
}

impl InWork {
    fn new(row: Publication) -> Self {
        Self {
            row,
            changed: false,
            searched: false,
        }
    }

    /// Changes one cell; the answer takes it back, `None` when nothing was to be done.
    fn apply(&mut self, edit: &CellEdit, this_year: i32) -> Result<Option<CellEdit>> {
        let field = edit.field.as_str();
        let before = value_of(&self.row, field)
            .ok_or_else(|| Error::new(Code::UnknownField).with("field", field))?;
        if edit.base.as_ref().is_some_and(|base| *base != before) {
            return Err(Error::new(Code::ValueChanged)
                .with("field", field)
                .with("value", shown(&before)));
        }
        let was_from = self.row.origins.get(field).cloned().unwrap_or_default();
        let meant = terms::as_meant(field, &edit.value);
        values::set(&mut self.row, field, &meant, this_year).map_err(|error| {
            if error.code == Code::BadValue {
                error.with("value", shown(&edit.value))
            } else {
                error
            }
        })?;
        let after = value_of(&self.row, field).unwrap_or_default();
        let origin = edit.origin.as_deref().unwrap_or(PERSON);
        if after == before && (edit.origin.is_none() || origin == was_from) {
            return Ok(None);
        }
        if origin.is_empty() {
            self.row.origins.remove(field);
        } else {
            self.row.origins.insert(field.to_owned(), origin.to_owned());
        }
        self.changed = true;
        self.searched |= SEARCHED.contains(&field);
        Ok(Some(CellEdit {
            publication: edit.publication.clone(),
            field: edit.field.clone(),
            value: before,
            base: Some(after),
            origin: Some(was_from),
        }))
    }
}

/// The value of a field that can be changed, as it crosses the wire; `None` for any other name.
#[must_use]
pub fn value_of(row: &Publication, field: &str) -> Option<Value> {
    Some(match field {
        "title" => json!(row.title),
        "authors" => json!(row.authors),
        "corporate_author" => json!(row.corporate_author),
        "year" => json!(row.year),
        "languages" => json!(row.languages),
        "pages" => json!(row.pages),
        "publication_type" => json!(row.publication_type),
        "licence" => json!(row.licence),
        "doi" => json!(row.doi),
        "isbn" => json!(row.isbn),
        "issn" => json!(row.issn),
        "numbers" => json!(row.numbers),
        _ => return None,
    })
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(shown).collect::<Vec<_>>().join("; "),
        other => other.to_string(),
    }
}

fn refused(edit: &CellEdit, error: &Error) -> RefusedEdit {
    RefusedEdit {
        publication: edit.publication.clone(),
        field: edit.field.clone(),
        value: edit.value.clone(),
        failure: Failure::from(error),
    }
}
