//! Reading the file of a publication again, as after a reader learned something.

use qalam_content::problem::Problem;
use serde_json::{Value, json};

use super::walk::code;
use super::{PERSON, Publication, likeness, store, values};
use crate::change::Action;
use crate::desk::Desk;
use crate::error::Result;
use crate::id::new_id;
use crate::imports::describer::Describer;
use crate::imports::{Described, Description};

/// What was learnt of a publication when it came in, and not from its bytes.
const NOT_OF_THE_FILE: &[&str] = &[
    code::NAME_MISLEADING,
    code::MAYBE_SAME_WORK,
    code::NEWER_EDITION,
    code::OLDER_EDITION,
    code::ON_PORTAL,
];

impl Desk {
    /// Reads the file of a publication again and takes over what is found. What a person said
    /// stays, and so does a value of before that is not found any more.
    ///
    /// # Errors
    /// [`Code::NotFound`](crate::Code::NotFound), [`Code::BlobMissing`](crate::Code::BlobMissing)
    /// when its bytes are gone.
    pub fn publications_describe(&self, publication: &str) -> Result<Publication> {
        let known = self.publication(publication)?;
        drop(self.blobs.open(&known.sha256)?);
        let mut describer = Describer::new(self.tmp().join(format!("again-{}.png", new_id())));
        let described = describer
            .describe(&known.name, &self.blobs.lend(&known.sha256), &|| false)
            .unwrap_or_default();
        let row = self.write(Action::EditPublication, |tx| {
            // Corrections made while the file was read count.
            let mut row = store::get(tx, publication)?;
            take_over(&mut row, &described, values::year_of(tx.at()));
            store::reread(tx, &row, &described.description.text)?;
            likeness::store::sketch_again(tx, publication, &described.description.sketch)?;
            store::update(tx, &row)?;
            crate::search::index_publication(tx, publication)?;
            tx.changed_publication(publication);
            store::get(tx, publication)
        })?;
        if let Some(png) = described.thumbnail {
            // A small picture that cannot be written leaves the one of before.
            let _ = self
                .access()
                .write_small(&self.thumbnail_path(publication), &png);
        }
        crate::search::index_waiting(self, &|| false)?;
        Ok(row)
    }
}

/// Puts what was found into a publication; a person's values stay.
fn take_over(row: &mut Publication, described: &Described, this_year: i32) {
    let Description {
        mime,
        state,
        text,
        warnings,
        problems,
        ..
    } = &described.description;
    mime.clone_into(&mut row.mime);
    state.clone_into(&mut row.state);
    row.text_chars = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    row.has_thumbnail |= described.thumbnail.is_some();
    warnings.clone_into(&mut row.warnings);
    row.problems
        .retain(|one: &Problem| NOT_OF_THE_FILE.contains(&one.code.as_str()));
    row.problems.splice(0..0, problems.iter().cloned());
    // Of values a person gave the record shows the person; what it keeps is what is found.
    row.sources.retain(|_, from| from != PERSON);
    let found = &described.description;
    for (field, value) in values_of(found) {
        row.sources
            .extend(found.sources.get_key_value(field).map(owned));
        row.confidence
            .extend(found.confidence.get_key_value(field).map(owned));
        let of_person = row.origins.get(field).is_some_and(|from| from == PERSON);
        if of_person || !found.origins.contains_key(field) {
            continue;
        }
        // A value the desk would not take from a person is not taken from a file.
        if values::set(row, field, &value, this_year).is_ok() {
            row.origins
                .extend(found.origins.get_key_value(field).map(owned));
        }
    }
}

fn owned<T: Clone>((field, value): (&String, &T)) -> (String, T) {
    (field.clone(), value.clone())
}

fn values_of(found: &Description) -> [(&'static str, Value); 10] {
    [
        ("title", json!(found.title)),
        ("authors", json!(found.authors)),
        ("corporate_author", json!(found.corporate_author)),
        ("year", json!(found.year)),
        ("languages", json!(found.languages)),
        ("pages", json!(found.pages)),
        ("doi", json!(found.doi)),
        ("isbn", json!(found.isbn)),
        ("issn", json!(found.issn)),
        ("numbers", json!(found.numbers)),
    ]
}
