//! Making a draft of publications, so that they can be approved and sent.

use serde_json::{Map, Value, json};

use super::{Publication, store};
use crate::change::Action;
use crate::db::ReadTx;
use crate::desk::Desk;
use crate::drafts;
use crate::drafts::{AttachmentRole, Draft, DraftRow, NewDraft};
use crate::error::{Code, Error, Result};

/// The content type of such drafts.
const CONTENT_TYPE: &str = "publication";

impl Desk {
    /// A new draft of type publication with these files attached, described by what the
    /// publications say: the title of the one in the draft's language (else of the first), the
    /// languages of all, and of the other values those on which all agree.
    ///
    /// # Errors
    /// [`Code::BadArgument`] without publications, [`Code::NotFound`], [`Code::BadLanguage`],
    /// [`Code::TooManyAttachments`].
    pub fn publications_bundle(&self, publications: &[String], lang: &str) -> Result<Draft> {
        if publications.is_empty() {
            return Err(Error::new(Code::BadArgument).with("name", "publications"));
        }
        let lang = crate::vocab::language(lang)?;
        self.write(Action::CreateDraft, |tx| {
            let all: Vec<Publication> = publications
                .iter()
                .map(|id| store::get(tx, id))
                .collect::<Result<_>>()?;
            let title = all
                .iter()
                .find(|one| one.languages.first() == Some(&lang))
                .or(all.first())
                .map(|one| one.title.clone())
                .unwrap_or_default();
            let draft = drafts::create_in(
                tx,
                NewDraft {
                    content_type: CONTENT_TYPE.to_owned(),
                    lang: lang.clone(),
                    title,
                    fields: fields_of(&all),
                    ..NewDraft::default()
                },
            )?;
            drafts::attach_publications_in(
                tx,
                &draft,
                publications,
                Some(AttachmentRole::Publication),
            )?;
            drafts::open_in(tx, &draft)
        })
    }
}

/// Rows of these drafts.
pub(super) fn draft_rows(r: &ReadTx<'_>, drafts: &[String]) -> Result<Vec<DraftRow>> {
    drafts::rows_of(r, drafts)
}

fn fields_of(all: &[Publication]) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            fields.insert(key.to_owned(), value);
        }
    };
    let text = |of: &dyn Fn(&Publication) -> &str| {
        agreed(all, |one| {
            Some(of(one).to_owned()).filter(|text| !text.is_empty())
        })
    };
    put(
        "publicationType",
        text(&|one| &one.publication_type).map(Value::from),
    );
    put(
        "corporateAuthor",
        text(&|one| &one.corporate_author).map(|body| json!([body])),
    );
    put(
        "authors",
        agreed(all, |one| {
            Some(one.authors.clone()).filter(|list| !list.is_empty())
        })
        .map(Value::from),
    );
    put("year", agreed(all, |one| one.year).map(Value::from));
    put("languages", union(all, |one| one.languages.clone()));
    put("licence", text(&|one| &one.licence).map(Value::from));
    put("doi", text(&|one| &one.doi).map(Value::from));
    put("issn", text(&|one| &one.issn).map(Value::from));
    put(
        "isbn",
        union(all, |one| {
            Some(one.isbn.clone())
                .filter(|isbn| !isbn.is_empty())
                .into_iter()
                .collect()
        }),
    );
    put("pages", agreed(all, |one| one.pages).map(Value::from));
    fields
}

/// The value all publications that have one agree on.
fn agreed<T: PartialEq>(all: &[Publication], of: impl Fn(&Publication) -> Option<T>) -> Option<T> {
    let mut values = all.iter().filter_map(of);
    let first = values.next()?;
    values.all(|other| other == first).then_some(first)
}

fn union(all: &[Publication], of: impl Fn(&Publication) -> Vec<String>) -> Option<Value> {
    let mut values: Vec<String> = Vec::new();
    for value in all.iter().flat_map(of) {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    (!values.is_empty()).then(|| Value::from(values))
}
