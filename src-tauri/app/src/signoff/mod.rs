//! The sheet for a signature on paper: what is to be decided, and a code that says which text it is.
//!
//! Everything on it is read from the frozen release itself, so the paper and the release cannot
//! differ. A code at its foot holds the release's hash: whoever has the paper later finds the piece.

mod code;
mod page;

use std::path::Path;

use qalam_content::canonical::{Release, ReleaseAttachment};
use qalam_content::kind::Registry;
use qalam_content::lang::{Direction, direction_of_lang};
use qalam_desk::review::{ReleaseRow, Signed};
use qalam_desk::{Code as Refusal, Error, vocab};
use serde_json::Value;

use crate::app::App;
use crate::cli::bytes;
use crate::failure::Failure;
use crate::keys::write_new;
use crate::text::{Params, Words};

use code::Code;
use page::{Setting, Style, WIDTH};

/// What the code says before the hash.
const CODE: &str = "qalam-release/1:";
/// The code, in points: read from a copy of a copy.
const CODE_SIDE: f32 = 104.0;
/// Where the second column begins.
const SECOND: f32 = 120.0;
/// Between parts.
const GAP: f32 = 14.0;

/// Writes the sheet of a draft's newest release to a new file; gives its length.
///
/// # Errors
/// [`Refusal::NotHandedIn`], [`Refusal::TargetNotEmpty`], [`Refusal::DeskDamaged`], and what writing
/// fails with.
pub(crate) fn write(app: &App, draft: &str, words: Words, to: &Path) -> Result<u64, Failure> {
    let row = app
        .desk
        .drafts_open(draft)?
        .release
        .ok_or_else(|| Error::new(Refusal::NotHandedIn).with("draft", draft))?;
    let (row, canonical) = app.desk.review_release(&row.hash)?;
    let release = Release::from_bytes(&canonical)
        .map_err(|fault| Error::new(Refusal::DeskDamaged).because(fault))?;
    let signed = app.desk.review_standing(draft)?.signed;
    let sheet = Sheet {
        row: &row,
        release: &release,
        signed: &signed,
        words,
    };
    let pdf = sheet.pdf().map_err(Error::internal)?;
    write_new(to, &pdf)?;
    Ok(pdf.len() as u64)
}

/// What a sheet says.
struct Sheet<'a> {
    row: &'a ReleaseRow,
    release: &'a Release,
    signed: &'a [Signed],
    words: Words,
}

impl Sheet<'_> {
    fn pdf(&self) -> Result<Vec<u8>, String> {
        let rtl = is_rtl(self.words.lang());
        let mut page = Setting::new(rtl)?;
        self.head(&mut page, rtl);
        self.texts(&mut page, rtl);
        self.files(&mut page, rtl);
        self.fingerprint(&mut page, rtl)?;
        self.decision(&mut page, rtl);
        let title = self
            .release
            .languages
            .get(&self.release.primary_lang)
            .map_or("", |text| &text.title);
        let short = self.row.hash.get(..8).unwrap_or_default();
        page.finish(title, self.words.lang(), &|number, count| {
            self.say(
                "foot",
                &[
                    ("short", short),
                    ("number", &number.to_string()),
                    ("count", &count.to_string()),
                ],
            )
        })
    }

    fn head(&self, page: &mut Setting, rtl: bool) {
        page.paragraph(&self.say("title", &[]), Style::of(20.0).bold().rtl(rtl));
        page.paragraph(&self.say("text", &[]), Style::of(9.5).quiet().rtl(rtl));
        page.space(GAP);
        let handed_in = self.say(
            "by",
            &[
                ("name", &self.row.submitted_by),
                ("time", &time(&self.row.created_at)),
            ],
        );
        for (label, value) in [
            ("owner", self.owner()),
            ("type", self.type_name()),
            ("handed_in", handed_in),
        ] {
            page.beside(&[
                (
                    &self.say(label, &[]),
                    Style::of(10.0).quiet().rtl(rtl),
                    0.0..SECOND - 8.0,
                ),
                (&value, Style::of(10.0).rtl(rtl), SECOND..WIDTH),
            ]);
        }
    }

    /// Title and summary in every language, the original's first.
    fn texts(&self, page: &mut Setting, rtl: bool) {
        let first = &self.release.primary_lang;
        let mut langs: Vec<&String> = self.release.languages.keys().collect();
        langs.sort_by_key(|lang| *lang != first);
        for lang in langs {
            let Some(text) = self.release.languages.get(lang) else {
                continue;
            };
            let own = is_rtl(lang);
            page.space(GAP);
            let title = Style::of(14.0).bold().rtl(own);
            let height = page.height(&text.title, title, WIDTH) + 40.0;
            page.keep(height);
            page.rule(0.0..WIDTH);
            page.space(GAP / 2.0);
            let name = self.language(lang);
            page.paragraph(&name, Style::of(9.0).quiet().rtl(rtl));
            page.paragraph(&text.title, title);
            if !text.summary.is_empty() {
                page.space(3.0);
                page.paragraph(&text.summary, Style::of(11.0).rtl(own));
            }
        }
    }

    fn files(&self, page: &mut Setting, rtl: bool) {
        let files = &self.release.attachments;
        page.space(GAP);
        page.keep(60.0);
        page.rule(0.0..WIDTH);
        page.space(GAP / 2.0);
        let count = files.len().to_string();
        page.paragraph(
            &self.say("files", &[("count", &count)]),
            Style::of(11.0).bold().rtl(rtl),
        );
        for file in files {
            page.space(4.0);
            page.keep(42.0);
            page.paragraph(&self.file(file), Style::of(10.0).rtl(rtl));
            page.paragraph(&grouped(&file.sha256), Style::of(8.0).quiet().rtl(false));
        }
    }

    fn file(&self, file: &ReleaseAttachment) -> String {
        let size = bytes(file.bytes);
        if file.title.is_empty() {
            return self.say("file", &[("name", &file.name), ("size", &size)]);
        }
        let values = [
            ("title", file.title.as_str()),
            ("name", &file.name),
            ("size", &size),
        ];
        self.say("file_titled", &values)
    }

    fn fingerprint(&self, page: &mut Setting, rtl: bool) -> Result<(), String> {
        page.space(GAP);
        page.keep(CODE_SIDE + GAP);
        page.rule(0.0..WIDTH);
        page.space(GAP / 2.0);
        let code = Code::of(&format!("{CODE}{}", self.row.hash)).ok_or("code")?;
        let (top, text) = (page.place(), 0.0..WIDTH - CODE_SIDE - 24.0);
        page.code(code, WIDTH - CODE_SIDE, CODE_SIDE);
        page.column(
            &self.say("fingerprint", &[]),
            Style::of(11.0).bold().rtl(rtl),
            text.clone(),
        );
        page.column(
            &grouped(&self.row.hash),
            Style::of(10.0).rtl(false),
            text.clone(),
        );
        page.space(4.0);
        page.column(
            &self.say("fingerprint_text", &[]),
            Style::of(9.0).quiet().rtl(rtl),
            text,
        );
        page.down_to(top + CODE_SIDE);
        Ok(())
    }

    /// Who signed already, and the place for a hand.
    fn decision(&self, page: &mut Setting, rtl: bool) {
        page.space(GAP);
        page.keep(190.0);
        page.rule(0.0..WIDTH);
        page.space(GAP / 2.0);
        page.paragraph(&self.say("decision", &[]), Style::of(11.0).bold().rtl(rtl));
        for one in self.signed {
            let at = time(&one.at);
            let values = [
                ("name", one.name.as_str()),
                ("time", &at),
                ("fingerprint", &one.fingerprint),
            ];
            page.paragraph(&self.say("signed", &values), Style::of(9.0).rtl(rtl));
        }
        for choice in ["approve", "return"] {
            page.space(8.0);
            page.square(0.0, 11.0);
            page.column(
                &self.say(choice, &[]),
                Style::of(10.5).rtl(rtl),
                20.0..WIDTH,
            );
        }
        page.space(20.0);
        page.rule(20.0..WIDTH);
        page.space(GAP);
        let (half, gap) = (WIDTH / 2.0, 16.0);
        for (left, right) in [("name", "position"), ("date", "signature")] {
            page.space(26.0);
            page.rule(0.0..half - gap);
            page.rule(half + gap..WIDTH);
            page.space(2.0);
            let style = Style::of(8.5).quiet().rtl(rtl);
            page.beside(&[
                (&self.say(left, &[]), style, 0.0..half - gap),
                (&self.say(right, &[]), style, half + gap..WIDTH),
            ]);
        }
    }

    fn say(&self, key: &str, values: &[(&str, &str)]) -> String {
        let params: Params = values
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        self.words.say(&format!("signoff.{key}"), &params)
    }

    fn owner(&self) -> String {
        let code = &self.release.owner;
        let found = vocab::owners()
            .iter()
            .find(|owner| owner.code.eq_ignore_ascii_case(code));
        let name = found.map(|owner| match self.words.lang() {
            "fr" => &owner.name_fr,
            "ar" => &owner.name_ar,
            _ => &owner.name_en,
        });
        name.filter(|name| !name.is_empty()).unwrap_or(code).clone()
    }

    fn type_name(&self) -> String {
        let id = &self.release.content_type;
        let found = Registry::builtin().content_type(id);
        let name = found.and_then(|found| found.name.get(self.words.lang()));
        name.unwrap_or(id).clone()
    }

    fn language(&self, lang: &str) -> String {
        let list: Value = vocab::text("languages")
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default();
        let primary = lang.split('-').next().unwrap_or(lang);
        list.get("languages")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .find(|one| one.get("id").and_then(Value::as_str) == Some(primary))
            .and_then(|one| one.get("name")?.get(self.words.lang())?.as_str())
            .unwrap_or(lang)
            .to_owned()
    }
}

fn is_rtl(lang: &str) -> bool {
    direction_of_lang(lang) == Direction::Rtl
}

/// Day and minute; whoever signs on paper needs no seconds.
fn time(at: &str) -> String {
    at.get(..16).unwrap_or(at).replace('T', " ")
}

/// A hash in groups that an eye can follow.
fn grouped(hash: &str) -> String {
    let letters: Vec<char> = hash.chars().collect();
    let groups: Vec<String> = letters
        .chunks(8)
        .map(|group| group.iter().collect())
        .collect();
    groups.join(" ")
}
