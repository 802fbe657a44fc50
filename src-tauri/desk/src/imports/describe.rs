//! What a file says about itself, in the words of a publication.

use std::collections::BTreeMap;

use qalam_content::limits::{MAX_PARSE_BYTES, MAX_TEXT_CHARS, MAX_TITLE_CHARS};
use qalam_content::problem::{Problem, code};
use qalam_content::readers::{self, pdf};
use qalam_content::sniff::{Family, Sniffed, sniff};
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
    /// Year of publication.
    pub year: Option<i32>,
    /// Number of pages or slides.
    pub pages: Option<u32>,
    /// Languages of the text (BCP 47), most used first.
    pub languages: Vec<String>,
    /// DOI.
    pub doi: Option<String>,
    /// ISBN.
    pub isbn: Option<String>,
    /// ISSN.
    pub issn: Option<String>,
    /// The text, for search.
    pub text: String,
    /// Where a value came from: field to `file`, `first_page` or `name`.
    pub origins: BTreeMap<String, String>,
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
    let head = bytes.get(..4096.min(bytes.len())).unwrap_or(bytes);
    let sniffed = sniff(head, Some(bytes), name);
    let too_large = bytes.len() > MAX_PARSE_BYTES;
    let mut described = if too_large {
        let mut only_named = Described::default();
        only_named.description.state = "other".to_owned();
        only_named
            .description
            .problems
            .push(Problem::new(code::TOO_LARGE, name).with("max", MAX_PARSE_BYTES));
        only_named
    } else {
        read(name, bytes, &sniffed)
    };
    finish(name, &sniffed, &mut described.description);
    described
}

fn read(name: &str, bytes: &[u8], sniffed: &Sniffed) -> Described {
    match sniffed.family {
        Family::Pdf => of_pdf(bytes),
        Family::Office => of_office(bytes),
        Family::Picture => {
            let facts = readers::picture::describe(bytes);
            Described {
                description: Description {
                    state: "other".to_owned(),
                    problems: facts.problems,
                    ..Description::default()
                },
                thumbnail: readers::picture::thumbnail(bytes, THUMBNAIL_PX),
            }
        }
        Family::Text => of_text(name, &sniffed.mime, bytes),
        Family::Other => Described {
            description: Description {
                state: "other".to_owned(),
                ..Description::default()
            },
            thumbnail: None,
        },
    }
}

fn of_pdf(bytes: &[u8]) -> Described {
    let facts = pdf::describe(bytes);
    let mut origins = BTreeMap::new();
    if let Some(origin) = facts.title_origin {
        let origin = match origin {
            pdf::TitleOrigin::FirstPage => "first_page",
            pdf::TitleOrigin::File => "file",
        };
        origins.insert("title".to_owned(), origin.to_owned());
    }
    let (state, drawable) = match facts.state {
        pdf::PdfState::Readable => ("readable", true),
        pdf::PdfState::Scanned => ("scanned", true),
        pdf::PdfState::Encrypted => ("encrypted", false),
        pdf::PdfState::Damaged => ("damaged", false),
    };
    Described {
        description: Description {
            state: state.to_owned(),
            title: facts.title.unwrap_or_default(),
            authors: facts.authors,
            year: facts.year,
            pages: facts.pages,
            languages: facts.languages,
            doi: facts.doi,
            isbn: facts.isbn,
            issn: facts.issn,
            text: facts.text,
            origins,
            problems: facts.problems,
            ..Description::default()
        },
        thumbnail: drawable
            .then(|| pdf::thumbnail(bytes, THUMBNAIL_PX))
            .flatten(),
    }
}

fn of_office(bytes: &[u8]) -> Described {
    let facts = readers::office::describe(bytes);
    let state = if facts.encrypted {
        "encrypted"
    } else if facts.readable {
        "readable"
    } else {
        "damaged"
    };
    Described {
        description: Description {
            state: state.to_owned(),
            title: facts.title.unwrap_or_default(),
            authors: facts.authors,
            year: facts.year,
            pages: facts.pages,
            languages: facts.languages,
            text: facts.text,
            problems: facts.problems,
            ..Description::default()
        },
        thumbnail: None,
    }
}

fn of_text(name: &str, mime: &str, bytes: &[u8]) -> Described {
    if !matches!(mime, "text/plain" | "text/markdown" | "text/html") {
        return Described {
            description: Description {
                state: "readable".to_owned(),
                text: String::from_utf8_lossy(bytes).into_owned(),
                ..Description::default()
            },
            thumbnail: None,
        };
    }
    let imported = readers::import(name, bytes, None);
    let title = imported.title.unwrap_or_default();
    let body = qalam_content::body::plain_text(&imported.markdown);
    Described {
        description: Description {
            state: "readable".to_owned(),
            text: if title.is_empty() {
                body
            } else {
                format!("{title}\n{body}")
            },
            title,
            authors: imported.byline.into_iter().collect(),
            languages: imported.lang.into_iter().collect(),
            problems: imported.problems,
            ..Description::default()
        },
        thumbnail: None,
    }
}

/// What holds for every kind: the type, a title at any price, origins, caps.
fn finish(name: &str, sniffed: &Sniffed, description: &mut Description) {
    description.mime.clone_from(&sniffed.mime);
    if sniffed.lying {
        let told = description
            .problems
            .iter()
            .any(|problem| problem.code == code::TYPE_MISMATCH);
        if !told {
            let claimed = name.rsplit_once('.').map_or("", |(_, extension)| extension);
            description.problems.push(
                Problem::new(code::TYPE_MISMATCH, name)
                    .with("claimed", claimed)
                    .with("found", &sniffed.mime),
            );
        }
    }
    for problem in &mut description.problems {
        // Every problem names its file; a reader of bytes alone does not know the name.
        if problem.subject.is_empty() {
            name.clone_into(&mut problem.subject);
        }
    }
    description.title = one_line(&description.title, MAX_TITLE_CHARS);
    if description.title.is_empty() {
        description.title = title_of_name(name);
        description
            .origins
            .insert("title".to_owned(), "name".to_owned());
    }
    let found = [
        ("title", true),
        ("authors", !description.authors.is_empty()),
        ("year", description.year.is_some()),
        ("pages", description.pages.is_some()),
        ("languages", !description.languages.is_empty()),
        ("doi", description.doi.is_some()),
        ("isbn", description.isbn.is_some()),
        ("issn", description.issn.is_some()),
    ];
    for (field, present) in found {
        if present && !description.origins.contains_key(field) {
            description
                .origins
                .insert(field.to_owned(), "file".to_owned());
        }
    }
    if let Some((cut, _)) = description.text.char_indices().nth(MAX_TEXT_CHARS) {
        description.text.truncate(cut);
    }
    description.sketch = sketch(&description.text);
}

/// A file name as a title: without extension, `_` and runs of `-` read as blanks.
fn title_of_name(name: &str) -> String {
    let stem = match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && extension.chars().count() <= 5 => stem,
        _ => name,
    };
    let spaced: String = stem
        .chars()
        .map(|character| if character == '_' { ' ' } else { character })
        .collect();
    one_line(&spaced, MAX_TITLE_CHARS)
}

fn one_line(text: &str, max_chars: usize) -> String {
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    joined
        .chars()
        .filter(|character| !character.is_control())
        .take(max_chars)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_titles() {
        for (name, title) in [
            ("annual_report_2024.pdf", "annual report 2024"),
            ("final_FINAL2.pdf", "final FINAL2"),
            ("تقرير_سنوي.pdf", "تقرير سنوي"),
            (".pdf", ".pdf"),
            ("no extension", "no extension"),
            ("v1.2 draft of everything", "v1.2 draft of everything"),
        ] {
            assert_eq!(title_of_name(name), title);
        }
    }

    #[test]
    fn anything_gets_a_title_and_a_type() {
        let described = describe("odd_name.bin", &[0, 1, 2, 3]);
        assert_eq!(described.description.title, "odd name");
        assert_eq!(
            described
                .description
                .origins
                .get("title")
                .map(String::as_str),
            Some("name")
        );
        assert!(!described.description.mime.is_empty());
        assert_eq!(described.description.state, "other");
    }
}
