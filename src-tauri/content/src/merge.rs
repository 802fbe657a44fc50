//! Two releases that both started from a third: compared part by part, and put together again.
//!
//! Parts are titles, summaries, fields, thematic areas and the blocks of bodies. Nothing is decided
//! here that a person did not decide: where only one side changed, that side is proposed; where
//! both did, nothing is. Files are shown and not merged: their bytes are not in a release.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use ts_rs::TS;

use crate::body;
use crate::canonical::{Release, ReleaseLanguage};

/// What became of a part since both sides started.
#[derive(Serialize, Deserialize, TS, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Neither side changed it.
    Unchanged,
    /// Only ours did.
    Ours,
    /// Only theirs did.
    Theirs,
    /// Both did, in the same way.
    Both,
    /// Both did, differently.
    Conflict,
}

/// What a part is.
#[derive(Serialize, Deserialize, TS, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum PartKind {
    /// The title of a language version: a text.
    Title,
    /// Its summary: a text.
    Summary,
    /// Some blocks of its body: Markdown.
    Block,
    /// A field: any JSON value, null for none.
    Field,
    /// The thematic areas: a list of ids.
    Areas,
    /// A file: its name, null where it is not attached. For looking at only.
    File,
}

/// One part, as all three sides have it.
#[derive(Serialize, Deserialize, TS, Clone, Debug, PartialEq)]
pub struct Part {
    /// Its name, unique in the list; choices are made under it.
    pub key: String,
    /// What it is.
    pub kind: PartKind,
    /// The language it belongs to; null for what all share.
    pub lang: Option<String>,
    /// Which field it is; empty for anything else.
    pub field: String,
    /// What became of it.
    pub fate: Fate,
    /// What both sides started from; null for nothing.
    #[ts(type = "unknown")]
    pub base: Value,
    /// Ours.
    #[ts(type = "unknown")]
    pub ours: Value,
    /// Theirs.
    #[ts(type = "unknown")]
    pub theirs: Value,
    /// What follows from the three; null in a conflict, and for nothing.
    #[ts(type = "unknown")]
    pub proposal: Value,
}

/// A person's choice for one part.
#[derive(Serialize, Deserialize, TS, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// As ours.
    Ours,
    /// As theirs.
    Theirs,
    /// Ours, then theirs; for blocks of text.
    Both,
}

/// What comes of choices.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    /// Thematic areas.
    pub areas: Vec<String>,
    /// Fields that are the same in every language.
    pub fields: Map<String, Value>,
    /// Language versions.
    pub languages: BTreeMap<String, ReleaseLanguage>,
}

/// Compares two releases part by part. Without a base everything that differs is a conflict.
#[must_use]
pub fn three_way(base: Option<&Release>, ours: &Release, theirs: &Release) -> Vec<Part> {
    let sides = Sides {
        base,
        ours: Some(ours),
        theirs: Some(theirs),
    };
    let mut parts = Vec::new();
    let mut langs = vec![ours.primary_lang.clone()];
    let all = [base, Some(ours), Some(theirs)];
    let others: BTreeSet<&String> = all
        .iter()
        .flatten()
        .flat_map(|release| release.languages.keys())
        .filter(|lang| **lang != ours.primary_lang)
        .collect();
    langs.extend(others.into_iter().cloned());
    for lang in &langs {
        let text = |part: fn(&ReleaseLanguage) -> &String| {
            sides.each(|release| {
                let language = release.languages.get(lang)?;
                Some(Value::from(part(language).as_str()))
            })
        };
        let of = Some(lang.as_str());
        parts.push(part(
            format!("title.{lang}"),
            PartKind::Title,
            of,
            "",
            text(|one| &one.title),
        ));
        parts.push(part(
            format!("summary.{lang}"),
            PartKind::Summary,
            of,
            "",
            text(|one| &one.summary),
        ));
        parts.extend(bodies(&sides, lang));
        parts.extend(fields(&sides, of, |release| {
            release.languages.get(lang).map(|language| &language.fields)
        }));
    }
    parts.push(part(
        "areas".to_owned(),
        PartKind::Areas,
        None,
        "",
        sides.each(|release| Some(Value::from(release.areas.clone()))),
    ));
    parts.extend(fields(&sides, None, |release| Some(&release.fields)));
    parts.extend(files(&sides));
    parts
}

/// Puts the parts together as chosen. What nobody chose is as proposed.
///
/// # Errors
/// The keys of the conflicts nobody decided.
pub fn settle(
    base: Option<&Release>,
    ours: &Release,
    theirs: &Release,
    choices: &BTreeMap<String, Side>,
) -> Result<Merged, Vec<String>> {
    let mut open = Vec::new();
    let mut merged = Merged {
        areas: Vec::new(),
        fields: Map::new(),
        languages: BTreeMap::new(),
    };
    let mut blocks: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for part in three_way(base, ours, theirs) {
        if part.kind == PartKind::File {
            continue;
        }
        let value = match (choices.get(&part.key), part.fate) {
            (Some(Side::Theirs), _) => part.theirs,
            (Some(Side::Both), _) if part.kind == PartKind::Block => {
                Value::from(format!("{}\n\n{}", words(&part.ours), words(&part.theirs)))
            }
            (Some(_), _) => part.ours,
            (None, Fate::Conflict) => {
                open.push(part.key);
                continue;
            }
            (None, _) => part.proposal,
        };
        let language = part.lang.as_ref().map(|lang| {
            merged
                .languages
                .entry(lang.clone())
                .or_insert_with(|| ReleaseLanguage {
                    title: String::new(),
                    summary: String::new(),
                    body: String::new(),
                    fields: Map::new(),
                })
        });
        match (part.kind, language) {
            (PartKind::Title, Some(language)) => language.title = words(&value).to_owned(),
            (PartKind::Summary, Some(language)) => language.summary = words(&value).to_owned(),
            (PartKind::Block, Some(_)) => {
                let lang = part.lang.unwrap_or_default();
                blocks
                    .entry(lang)
                    .or_default()
                    .push(words(&value).to_owned());
            }
            (PartKind::Field, Some(language)) if !value.is_null() => {
                language.fields.insert(part.field, value);
            }
            (PartKind::Field, None) if !value.is_null() => {
                merged.fields.insert(part.field, value);
            }
            (PartKind::Areas, _) => {
                merged.areas = serde_json::from_value(value).unwrap_or_default();
            }
            _ => {}
        }
    }
    if !open.is_empty() {
        return Err(open);
    }
    for (lang, language) in &mut merged.languages {
        let chosen = blocks.remove(lang).unwrap_or_default();
        language.body = joined(&chosen, [ours, theirs].map(|side| side.languages.get(lang)));
    }
    Ok(merged)
}

struct Sides<'a> {
    base: Option<&'a Release>,
    ours: Option<&'a Release>,
    theirs: Option<&'a Release>,
}

impl<'a> Sides<'a> {
    /// A value of each: base, ours, theirs.
    fn each(&self, value: impl Fn(&'a Release) -> Option<Value>) -> [Value; 3] {
        [self.base, self.ours, self.theirs]
            .map(|release| release.and_then(&value).unwrap_or(Value::Null))
    }
}

fn words(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn part(
    key: String,
    kind: PartKind,
    lang: Option<&str>,
    field: &str,
    [base, ours, theirs]: [Value; 3],
) -> Part {
    // An absent text and an empty one are the same.
    let same = |a: &Value, b: &Value| a == b || (is_empty(a) && is_empty(b));
    let fate = match (same(&base, &ours), same(&base, &theirs)) {
        (true, true) => Fate::Unchanged,
        (false, true) => Fate::Ours,
        (true, false) => Fate::Theirs,
        _ if same(&ours, &theirs) => Fate::Both,
        _ => Fate::Conflict,
    };
    let proposal = match fate {
        Fate::Unchanged | Fate::Ours | Fate::Both => ours.clone(),
        Fate::Theirs => theirs.clone(),
        Fate::Conflict => Value::Null,
    };
    Part {
        key,
        kind,
        lang: lang.map(str::to_owned),
        field: field.to_owned(),
        fate,
        base,
        ours,
        theirs,
        proposal,
    }
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(str::is_empty)
}

fn fields<'a>(
    sides: &Sides<'a>,
    lang: Option<&str>,
    of: impl Fn(&'a Release) -> Option<&'a Map<String, Value>>,
) -> Vec<Part> {
    let keys: BTreeSet<&String> = [sides.base, sides.ours, sides.theirs]
        .into_iter()
        .flatten()
        .filter_map(&of)
        .flat_map(Map::keys)
        .collect();
    keys.into_iter()
        .map(|key| {
            let name = match lang {
                Some(lang) => format!("field.{key}.{lang}"),
                None => format!("field.{key}"),
            };
            let values = sides.each(|release| of(release)?.get(key).cloned());
            part(name, PartKind::Field, lang, key, values)
        })
        .collect()
}

fn files(sides: &Sides<'_>) -> Vec<Part> {
    let hashes: BTreeSet<&String> = [sides.base, sides.ours, sides.theirs]
        .into_iter()
        .flatten()
        .flat_map(|release| release.attachments.iter().map(|file| &file.sha256))
        .collect();
    hashes
        .into_iter()
        .map(|sha256| {
            let values = sides.each(|release| {
                let file = release
                    .attachments
                    .iter()
                    .find(|file| file.sha256 == *sha256)?;
                Some(Value::from(file.name.as_str()))
            });
            part(format!("file.{sha256}"), PartKind::File, None, "", values)
        })
        .collect()
}

/// The blocks of a Markdown text, each as Markdown.
fn blocks(markdown: &str) -> Vec<String> {
    if markdown.trim().is_empty() {
        return Vec::new();
    }
    let document = body::to_document(markdown);
    let Some(content) = document.get("content").and_then(Value::as_array) else {
        return vec![markdown.to_owned()];
    };
    let blocks: Option<Vec<String>> = content
        .iter()
        .map(|block| body::to_markdown(&json!({"type": "doc", "content": [block]})).ok())
        .collect();
    // What cannot be taken apart is one block.
    blocks.unwrap_or_else(|| vec![markdown.to_owned()])
}

/// The parts of a body, by the classical three-way rule: where a block of the base stands in both
/// sides, all three meet; what lies between such meetings is one part.
fn bodies(sides: &Sides<'_>, lang: &str) -> Vec<Part> {
    let [base, ours, theirs] = [sides.base, sides.ours, sides.theirs].map(|release| {
        let language = release.and_then(|release| release.languages.get(lang));
        blocks(language.map_or("", |language| language.body.as_str()))
    });
    let (in_ours, in_theirs) = (matches(&base, &ours), matches(&base, &theirs));
    let mut parts = Vec::new();
    let mut add = |values: [&[String]; 3]| {
        if values.iter().all(|side| side.is_empty()) {
            return;
        }
        let key = format!("body.{lang}.{}", parts.len());
        let values = values.map(|side| match side.is_empty() {
            true => Value::Null,
            false => Value::from(joined(side, [None, None])),
        });
        parts.push(part(key, PartKind::Block, Some(lang), "", values));
    };
    let (mut b, mut o, mut t) = (0, 0, 0);
    let slice = |side: &'_ [String], from: usize, to: usize| -> Vec<String> {
        side.get(from..to).unwrap_or_default().to_vec()
    };
    let mut at = 0;
    while at <= base.len() {
        let meeting = match (in_ours.get(&at), in_theirs.get(&at)) {
            (Some(ours_at), Some(theirs_at)) => Some((*ours_at, *theirs_at)),
            _ if at == base.len() => Some((ours.len(), theirs.len())),
            _ => None,
        };
        if let Some((ours_at, theirs_at)) = meeting {
            // What lies before the meeting, then the run of blocks in which all three go along.
            add([
                &slice(&base, b, at),
                &slice(&ours, o, ours_at),
                &slice(&theirs, t, theirs_at),
            ]);
            let mut run = 0;
            while in_ours.get(&(at + run)) == Some(&(ours_at + run))
                && in_theirs.get(&(at + run)) == Some(&(theirs_at + run))
                && at + run < base.len()
            {
                run += 1;
            }
            let same = slice(&base, at, at + run);
            add([&same, &same, &same]);
            (b, o, t) = (at + run, ours_at + run, theirs_at + run);
            at += run.max(1);
        } else {
            at += 1;
        }
    }
    parts
}

/// Places of the blocks of `base` that stand in `other` too, in order.
fn matches(base: &[String], other: &[String]) -> BTreeMap<usize, usize> {
    let mut found = BTreeMap::new();
    for op in capture_diff_slices(Algorithm::Myers, base, other) {
        if let DiffOp::Equal {
            old_index,
            new_index,
            len,
        } = op
        {
            found.extend((0..len).map(|at| (old_index + at, new_index + at)));
        }
    }
    found
}

/// Blocks as one text. When the blocks are exactly those of one side, it is that side's own text,
/// byte for byte.
fn joined(chosen: &[String], sides: [Option<&ReleaseLanguage>; 2]) -> String {
    let chosen: Vec<String> = chosen.iter().flat_map(|one| blocks(one)).collect();
    for side in sides.into_iter().flatten() {
        if blocks(&side.body) == chosen {
            return side.body.clone();
        }
    }
    let nodes: Vec<Value> = chosen
        .iter()
        .flat_map(|block| {
            let document = body::to_document(block);
            document
                .get("content")
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default()
        })
        .collect();
    if nodes.is_empty() {
        return String::new();
    }
    body::to_markdown(&json!({"type": "doc", "content": nodes}))
        .unwrap_or_else(|_| chosen.join("\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canonical::RELEASE_FORMAT;
    use proptest::prelude::*;

    fn release(title: &str, body: &str, year: i64) -> Release {
        Release {
            format: RELEASE_FORMAT.to_owned(),
            draft: "d".to_owned(),
            content_type: "news".to_owned(),
            owner: "XX".to_owned(),
            primary_lang: "fr".to_owned(),
            areas: vec!["ta1".to_owned()],
            fields: json!({ "year": year }).as_object().cloned().unwrap(),
            languages: BTreeMap::from([(
                "fr".to_owned(),
                ReleaseLanguage {
                    title: title.to_owned(),
                    summary: String::new(),
                    body: body.to_owned(),
                    fields: Map::new(),
                },
            )]),
            attachments: vec![],
        }
    }

    fn fates(parts: &[Part]) -> Vec<(&str, Fate)> {
        parts
            .iter()
            .filter(|part| part.fate != Fate::Unchanged)
            .map(|part| (part.key.as_str(), part.fate))
            .collect()
    }

    const BODY: &str = "One.\n\nTwo.\n\nThree.\n\nFour.\n";

    #[test]
    fn each_part_tells_who_changed_it() {
        let base = release("Title", BODY, 2025);
        let ours = release(
            "Title of ours",
            "One.\n\nTwo of ours.\n\nThree.\n\nFour.\n",
            2026,
        );
        let theirs = release(
            "Title",
            "One.\n\nTwo.\n\nThree.\n\nFour of theirs.\n\nFive.\n",
            2024,
        );
        let parts = three_way(Some(&base), &ours, &theirs);
        assert_eq!(
            fates(&parts),
            [
                ("title.fr", Fate::Ours),
                ("body.fr.1", Fate::Ours),
                ("body.fr.3", Fate::Theirs),
                ("field.year", Fate::Conflict),
            ]
        );
        let open = settle(Some(&base), &ours, &theirs, &BTreeMap::new()).unwrap_err();
        assert_eq!(open, ["field.year"]);
        let choices = BTreeMap::from([("field.year".to_owned(), Side::Theirs)]);
        let merged = settle(Some(&base), &ours, &theirs, &choices).unwrap();
        assert_eq!(merged.fields["year"], 2024);
        assert_eq!(merged.languages["fr"].title, "Title of ours");
        assert_eq!(
            merged.languages["fr"].body,
            "One.\n\nTwo of ours.\n\nThree.\n\nFour of theirs.\n\nFive.\n"
        );
    }

    #[test]
    fn a_block_both_changed_waits_for_a_person() {
        let base = release("T", BODY, 1);
        let ours = release("T", "One.\n\nOurs.\n\nThree.\n\nFour.\n", 1);
        let theirs = release("T", "One.\n\nTheirs.\n\nThree.\n\nFour.\n", 1);
        let parts = three_way(Some(&base), &ours, &theirs);
        assert_eq!(fates(&parts), [("body.fr.1", Fate::Conflict)]);
        for (side, expected) in [
            (Side::Ours, "One.\n\nOurs.\n\nThree.\n\nFour.\n"),
            (Side::Theirs, "One.\n\nTheirs.\n\nThree.\n\nFour.\n"),
            (Side::Both, "One.\n\nOurs.\n\nTheirs.\n\nThree.\n\nFour.\n"),
        ] {
            let choices = BTreeMap::from([("body.fr.1".to_owned(), side)]);
            let merged = settle(Some(&base), &ours, &theirs, &choices).unwrap();
            assert_eq!(merged.languages["fr"].body, expected);
        }
        assert_eq!(
            fates(&three_way(None, &ours, &ours))
                .iter()
                .filter(|(_, fate)| *fate == Fate::Conflict)
                .count(),
            0
        );
    }

    proptest! {
        #[test]
        fn whole_sides_come_out_as_they_went_in(
            base in proptest::collection::vec(0_u8..6, 0..7),
            ours in proptest::collection::vec(0_u8..6, 0..7),
            theirs in proptest::collection::vec(0_u8..6, 0..7),
        ) {
            let text = |blocks: &[u8]| blocks.iter().map(|n| format!("Block {n}.\n")).collect::<Vec<_>>().join("\n");
            let [base, ours, theirs] = [&base, &ours, &theirs].map(|blocks| release("T", &text(blocks), 1));
            for (side, wanted) in [(Side::Ours, &ours), (Side::Theirs, &theirs)] {
                let choices = three_way(Some(&base), &ours, &theirs).into_iter().map(|part| (part.key, side)).collect();
                let merged = settle(Some(&base), &ours, &theirs, &choices).unwrap();
                prop_assert_eq!(&merged.languages["fr"].body, &wanted.languages["fr"].body);
            }
            // What only one side changed needs nobody.
            let alone = settle(Some(&base), &ours, &base, &BTreeMap::new()).unwrap();
            prop_assert_eq!(&alone.languages["fr"].body, &ours.languages["fr"].body);
        }
    }
}
