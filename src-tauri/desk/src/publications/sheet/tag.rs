//! The column by which a sheet is known when it comes back: the publication of the row, and a short
//! sum over each cell that the desk has taken notice of. A cell whose sum still fits was not
//! touched since, and says nothing new.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

/// What stands in the column for one row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tag {
    /// The publication.
    pub(super) publication: String,
    /// Field to the sum of its cell.
    sums: BTreeMap<String, String>,
}

impl Tag {
    pub(super) fn of(publication: &str) -> Self {
        Self {
            publication: publication.to_owned(),
            sums: BTreeMap::new(),
        }
    }

    /// Reads what was written; anything else is no tag.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let publication = crate::id::parse(words.next()?).ok()?;
        let mut tag = Self::of(&publication);
        for word in words {
            let (field, sum) = word.split_once(':')?;
            tag.sums.insert(field.to_owned(), sum.to_owned());
        }
        Some(tag)
    }

    /// Takes notice of a cell.
    pub(super) fn note(&mut self, field: &str, cell: &str) {
        self.sums.insert(field.to_owned(), sum(field, cell));
    }

    /// Whether a cell is as it was when notice was taken of it.
    pub(super) fn untouched(&self, field: &str, cell: &str) -> bool {
        self.sums
            .get(field)
            .is_some_and(|noted| *noted == sum(field, cell))
    }

    /// Whether there was something in the cell when notice was taken of it.
    pub(super) fn had(&self, field: &str) -> bool {
        self.sums
            .get(field)
            .is_some_and(|noted| *noted != sum(field, ""))
    }

    pub(super) fn text(&self) -> String {
        let mut text = self.publication.clone();
        for (field, sum) in &self.sums {
            text.push_str(&format!(" {field}:{sum}"));
        }
        text
    }
}

fn sum(field: &str, cell: &str) -> String {
    // A spreadsheet may write the same cell with other ends of lines.
    let cell = cell.replace('\r', "");
    let digest = Sha256::digest(format!("{field}\0{}", cell.trim()).as_bytes());
    digest
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_knows_what_was_touched() {
        let mut tag = Tag::of("01940000-0000-7000-8000-000000000001");
        tag.note("title", "A title");
        tag.note("year", "");
        let read = Tag::read(&tag.text()).unwrap();
        assert_eq!(read, tag);
        assert!(read.untouched("title", " A title "));
        assert!(!read.untouched("title", "Another"));
        assert!(!read.untouched("doi", ""));
        assert!(read.had("title") && !read.had("year"));
        assert_eq!(Tag::read("nonsense"), None);
        assert_eq!(Tag::read(""), None);
    }
}
