//! What became of the files of a piece: which of one release stands for which of the other.

use qalam_content::canonical::{Release, ReleaseAttachment};

use super::types::{FileChange, FileDiff, ReleaseFile};
use crate::publications::likeness::work_words;
use crate::publications::same::title_key;

/// The role of the one picture a piece is shown with.
const COVER: &str = "cover";

/// File by file: those of the release as it is, in its order, then those that are gone.
pub(super) fn compare(before: Option<&Release>, after: &Release) -> Vec<FileDiff> {
    let before: &[ReleaseAttachment] = before.map_or(&[], |release| &release.attachments);
    pair(before, &after.attachments)
        .into_iter()
        .filter_map(|(old, new)| {
            let change = match (old, new) {
                (None, None) => return None,
                (None, Some(_)) => FileChange::New,
                (Some(_), None) => FileChange::Removed,
                (Some(old), Some(new)) if old == new => FileChange::Same,
                (Some(old), Some(new)) if old.sha256 == new.sha256 => FileChange::Described,
                (Some(_), Some(_)) => FileChange::Replaced,
            };
            Some(FileDiff {
                name: new.or(old)?.name.clone(),
                change,
                before: old.map(ReleaseFile::of),
                after: new.map(ReleaseFile::of),
            })
        })
        .collect()
}

impl ReleaseFile {
    fn of(file: &ReleaseAttachment) -> Self {
        Self {
            sha256: file.sha256.clone(),
            name: file.name.clone(),
            title: file.title.clone(),
            mime: file.mime.clone(),
            bytes: file.bytes,
            pages: None,
            here: false,
        }
    }
}

type Pair<'a> = (Option<&'a ReleaseAttachment>, Option<&'a ReleaseAttachment>);

/// Pairs each file with the one it stands for, the surest first: the same bytes, the same name, the
/// same role with a like title, the one cover. Each file is in one pair; what is left is new or gone.
fn pair<'a>(before: &'a [ReleaseAttachment], after: &'a [ReleaseAttachment]) -> Vec<Pair<'a>> {
    let old: Vec<Known<'a>> = before.iter().map(Known::new).collect();
    let new: Vec<Known<'a>> = after.iter().map(Known::new).collect();
    let mut partner: Vec<Option<usize>> = vec![None; new.len()];
    let mut taken = vec![false; old.len()];
    for stands_for in SUREST_FIRST {
        for (one, partner) in new.iter().zip(&mut partner) {
            if partner.is_some() {
                continue;
            }
            let found = old
                .iter()
                .zip(&mut taken)
                .enumerate()
                .find(|(_, (other, taken))| !**taken && stands_for(other, one));
            if let Some((at, (_, taken))) = found {
                *taken = true;
                *partner = Some(at);
            }
        }
    }
    let still = new.iter().zip(&partner).map(|(one, partner)| {
        let other = partner.and_then(|at| before.get(at));
        (other, Some(one.file))
    });
    let gone = old.iter().zip(&taken).filter(|(_, taken)| !**taken);
    still
        .chain(gone.map(|(other, _)| (Some(other.file), None)))
        .collect()
}

/// A file with what it is known by.
struct Known<'a> {
    file: &'a ReleaseAttachment,
    /// The folded words of its name.
    name: String,
    /// What its title and its name call the work, without year, edition and state; none is empty.
    works: Vec<String>,
}

impl<'a> Known<'a> {
    fn new(file: &'a ReleaseAttachment) -> Self {
        let stem = match file.name.rsplit_once('.') {
            Some((stem, _)) if !stem.is_empty() => stem,
            _ => &file.name,
        };
        Self {
            file,
            name: title_key(&file.name),
            works: [file.title.as_str(), stem]
                .into_iter()
                .map(work_words)
                .filter(|words| !words.is_empty())
                .collect(),
        }
    }
}

type StandsFor = fn(&Known<'_>, &Known<'_>) -> bool;

/// When one file stands for another.
const SUREST_FIRST: [StandsFor; 5] = [
    |old, new| old.file.sha256 == new.file.sha256 && old.file.name == new.file.name,
    |old, new| old.file.sha256 == new.file.sha256,
    |old, new| !new.name.is_empty() && old.name == new.name,
    |old, new| {
        old.file.role == new.file.role && old.works.iter().any(|work| new.works.contains(work))
    },
    |old, new| old.file.role == COVER && new.file.role == COVER,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// `name`, or `name|role`, or `name|role|title`; the bytes are what is said behind `=`, else the
    /// name.
    fn file(said: &str) -> ReleaseAttachment {
        let (said, bytes) = said.split_once('=').unwrap_or((said, said));
        let mut parts = said.split('|');
        let mut part = |or: &str| parts.next().unwrap_or(or).to_owned();
        ReleaseAttachment {
            name: part(""),
            role: part("supplement"),
            title: part(""),
            sha256: format!("hash of {bytes}"),
            mime: "application/pdf".to_owned(),
            bytes: 1,
            alt: BTreeMap::new(),
        }
    }

    #[test]
    fn each_file_stands_for_at_most_one_other() {
        type Case<'a> = (&'a [&'a str], &'a [&'a str], &'a [&'a str]);
        let cases: &[Case<'_>] = &[
            (&[], &[], &[]),
            (&[], &["a.pdf"], &["- > a.pdf"]),
            (&["a.pdf"], &[], &["a.pdf > -"]),
            (&["a.pdf"], &["a.pdf"], &["a.pdf > a.pdf"]),
            // The same bytes under another name are the same file.
            (&["a.pdf=1"], &["b.pdf=1"], &["a.pdf > b.pdf"]),
            // Twice the same bytes: the name tells which is which, and none counts twice.
            (
                &["b.pdf=1", "a.pdf=1"],
                &["a.pdf=1"],
                &["a.pdf > a.pdf", "b.pdf > -"],
            ),
            (
                &["a.pdf=1"],
                &["a.pdf=1", "b.pdf=1"],
                &["a.pdf > a.pdf", "- > b.pdf"],
            ),
            // Bytes go before names: two files that changed names are still themselves.
            (
                &["a.pdf=1", "b.pdf=2"],
                &["a.pdf=2", "b.pdf=1"],
                &["b.pdf > a.pdf", "a.pdf > b.pdf"],
            ),
            // The same name, however it is written.
            (
                &["Plan_National.PDF=1"],
                &["plan national.pdf=2"],
                &["Plan_National.PDF > plan national.pdf"],
            ),
            (
                &["الخطة الوطنيّة.pdf=1"],
                &["الخطه الوطنية.pdf=2"],
                &["الخطة الوطنيّة.pdf > الخطه الوطنية.pdf"],
            ),
            // Another state, edition or year of the same work, in the same role.
            (
                &["plan_draft.docx|supplement=1"],
                &["plan_final2.pdf|supplement=2"],
                &["plan_draft.docx > plan_final2.pdf"],
            ),
            (
                &["scan01.pdf|publication|Malaria guide, 1st edition"],
                &["out.pdf|publication|Malaria guide, 2nd edition"],
                &["scan01.pdf > out.pdf"],
            ),
            (
                &["scan01.pdf|publication|Malaria guide"],
                &["malaria-guide-v3.pdf|publication"],
                &["scan01.pdf > malaria-guide-v3.pdf"],
            ),
            // In another role, or with nothing but a year, it is another file.
            (
                &["plan_v1.pdf|supplement"],
                &["plan_v2.pdf|data"],
                &["- > plan_v2.pdf", "plan_v1.pdf > -"],
            ),
            (
                &["2023.pdf"],
                &["2024.pdf"],
                &["- > 2024.pdf", "2023.pdf > -"],
            ),
            (
                &["IMG_0001.jpg|picture"],
                &["IMG_0002.jpg|picture"],
                &["- > IMG_0002.jpg", "IMG_0001.jpg > -"],
            ),
            // A piece has one cover.
            (
                &["sea.jpg|cover"],
                &["hills.png|cover"],
                &["sea.jpg > hills.png"],
            ),
            // The surer pair first, whatever the order; one old file replaces no two.
            (
                &["report 2023.pdf=1"],
                &["report 2024.pdf=2", "report 2023.pdf=3"],
                &["- > report 2024.pdf", "report 2023.pdf > report 2023.pdf"],
            ),
            (
                &["report 2022.pdf", "report 2023.pdf"],
                &["report 2024.pdf"],
                &["report 2022.pdf > report 2024.pdf", "report 2023.pdf > -"],
            ),
        ];
        for (before, after, expected) in cases {
            let before: Vec<_> = before.iter().map(|said| file(said)).collect();
            let after: Vec<_> = after.iter().map(|said| file(said)).collect();
            let name = |file: Option<&ReleaseAttachment>| {
                file.map_or("-".to_owned(), |file| file.name.clone())
            };
            let found: Vec<String> = pair(&before, &after)
                .into_iter()
                .map(|(old, new)| format!("{} > {}", name(old), name(new)))
                .collect();
            assert_eq!(found, *expected, "{before:?} {after:?}");
        }
    }
}
