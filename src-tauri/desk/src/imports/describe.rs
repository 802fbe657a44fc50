//! What a file says about itself, in the words of a publication.

use std::collections::BTreeMap;

use qalam_content::problem::Problem;
use qalam_content::readers::facts::{Found, Origin, Warning};
use qalam_content::readers::{self, Reading};
use serde::{Deserialize, Serialize};

use crate::publications::likeness::sketch::sketch;

/// The longer edge of a thumbnail, in pixels.
pub const THUMBNAIL_PX: u32 = 320;

/// A description of a file. It never fails: what could not be learnt is absent, and the problems
/// say why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// The true type.
    pub mime: String,
    /// `readable`, `scanned`, `encrypted`, `damaged` or `other`.
    pub state: String,
    /// The title; of the file name when nothing better is known.
    pub title: String,
    /// Authors in order.
    pub authors: Vec<String>,
    /// The body responsible for it.
    #[serde(default)]
    pub corporate_author: Option<String>,
    /// Year of publication.
    pub year: Option<i32>,
    /// Number of pages, slides or sheets.
    pub pages: Option<u32>,
    /// Languages of the text (BCP 47), most used first.
    pub languages: Vec<String>,
    /// DOI.
    pub doi: Option<String>,
    /// ISBN.
    pub isbn: Option<String>,
    /// ISSN.
    pub issn: Option<String>,
    /// Document numbers.
    #[serde(default)]
    pub numbers: Vec<String>,
    /// The text, for search; pages, slides and sheets are separated by form feeds.
    pub text: String,
    /// Where a value came from: field to `file`, `first_page` or `name`.
    pub origins: BTreeMap<String, String>,
    /// Where a value came from, exactly: field to a name of [`Origin`].
    #[serde(default)]
    pub sources: BTreeMap<String, String>,
    /// How sure a value is, in per cent; see [`Found`].
    #[serde(default)]
    pub confidence: BTreeMap<String, u8>,
    /// What a person should know before the file leaves the desk.
    #[serde(default)]
    pub warnings: Vec<Warning>,
    /// What a person should know.
    pub problems: Vec<Problem>,
    /// How its text compares with others' ([`crate::publications::likeness::sketch`]).
    pub sketch: Vec<u32>,
}

/// A description and a small picture of the first page (PNG).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Described {
    /// The description.
    pub description: Description,
    /// The picture, when one could be drawn.
    pub thumbnail: Option<Vec<u8>>,
}

/// Describes a file. `name` is its file name, without folder.
#[must_use]
pub fn describe(name: &str, bytes: &[u8]) -> Described {
    describe_owned(name, bytes.to_vec())
}

/// Like [`describe`], for a caller that does not need the bytes any more: large files are not held
/// twice.
#[must_use]
pub fn describe_owned(name: &str, bytes: Vec<u8>) -> Described {
    let Reading {
        sniffed,
        facts,
        thumbnail,
    } = readers::describe(name, bytes, Some(THUMBNAIL_PX));
    let mut description = Description {
        mime: sniffed.mime,
        state: facts.state.as_str().to_owned(),
        sketch: sketch(&facts.text),
        text: facts.text,
        warnings: facts.warnings,
        problems: facts.problems,
        ..Description::default()
    };
    description.title = description.take("title", facts.title).unwrap_or_default();
    description.authors = description
        .take("authors", facts.authors)
        .unwrap_or_default();
    description.corporate_author = description.take("corporate_author", facts.corporate_author);
    description.year = description.take("year", facts.year);
    description.pages = description.take("pages", facts.pages);
    description.languages = description
        .take("languages", facts.languages)
        .unwrap_or_default();
    description.doi = description.take("doi", facts.doi);
    description.isbn = description.take("isbn", facts.isbn);
    description.issn = description.take("issn", facts.issn);
    for number in facts.numbers {
        let number = description.take("numbers", Some(number));
        description.numbers.extend(number);
    }
    Described {
        description,
        thumbnail,
    }
}

impl Description {
    /// The value alone; where it came from and how sure it is go into the maps.
    fn take<T>(&mut self, field: &str, found: Option<Found<T>>) -> Option<T> {
        let found = found?;
        let coarse = match found.origin {
            Origin::Name => "name",
            Origin::FirstPage | Origin::Text => "first_page",
            Origin::Info | Origin::Xmp | Origin::Properties | Origin::Exif | Origin::Counted => {
                "file"
            }
        };
        self.origins.insert(field.to_owned(), coarse.to_owned());
        self.sources
            .insert(field.to_owned(), found.origin.as_str().to_owned());
        self.confidence.insert(field.to_owned(), found.confidence);
        Some(found.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_says_where_it_came_from_and_how_sure_it_is() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../tests/fixtures/pdf/annual-report-en.pdf"
        );
        let described = describe("annual-report-en.pdf", &std::fs::read(path).unwrap());
        let description = described.description;
        for field in ["title", "year", "pages", "languages", "isbn"] {
            assert!(description.origins.contains_key(field), "{field}");
            assert!(description.sources.contains_key(field), "{field}");
            assert!(description.confidence[field] > 50, "{field}");
        }
        assert!(described.thumbnail.is_some());
    }

    #[test]
    fn anything_gets_a_title_and_a_type() {
        let described = describe("odd_name.bin", &[0, 1, 2, 3]);
        assert_eq!(described.description.title, "odd name");
        assert_eq!(described.description.origins["title"], "name");
        assert_eq!(described.description.state, "other");
    }
}
