//! The part of ICU messages our sentences use: `{name}`, `{count, number}`, `{count, plural, …}`
//! and `{kind, select, …}`.
//!
//! Every value is wrapped in U+2068 and U+2069, so that a Latin file name inside an Arabic
//! sentence, or the other way round, stays whole and where it belongs.

use std::collections::BTreeMap;

/// What a message is filled with.
pub type Params = BTreeMap<String, String>;

/// Deeper nesting than any sentence has.
const MAX_DEPTH: usize = 8;

/// The sentence of a message. A value that is missing is a dash; a message that cannot be read is
/// shown as it stands.
#[must_use]
pub fn format(message: &str, lang: &str, params: &Params) -> String {
    let mut out = String::with_capacity(message.len() + 16);
    let filling = Filling { lang, params };
    match filling.text(message, None, &mut out, 0) {
        Some(()) => out,
        None => message.to_owned(),
    }
}

struct Filling<'a> {
    lang: &'a str,
    params: &'a Params,
}

impl Filling<'_> {
    /// Writes `text`; `count` is what `#` stands for.
    fn text(&self, text: &str, count: Option<&str>, out: &mut String, depth: usize) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        let mut rest = text;
        while let Some(at) = rest.find(['{', '\'', '#']) {
            let (before, from) = rest.split_at_checked(at)?;
            out.push_str(before);
            match from.chars().next()? {
                '{' => {
                    let (inside, after) = block(from)?;
                    self.argument(inside, out, depth)?;
                    rest = after;
                }
                '#' => {
                    match count {
                        Some(count) => isolated(count, out),
                        None => out.push('#'),
                    }
                    rest = from.get(1..)?;
                }
                _ => rest = quoted(from, out)?,
            }
        }
        out.push_str(rest);
        Some(())
    }

    fn argument(&self, inside: &str, out: &mut String, depth: usize) -> Option<()> {
        let mut parts = inside.splitn(3, ',');
        let name = parts.next()?.trim();
        let value = self.params.get(name).map_or("—", String::as_str);
        let kind = parts.next().map(str::trim);
        match (kind, parts.next()) {
            (Some("plural"), Some(branches)) => {
                let branch = value
                    .parse()
                    .ok()
                    .and_then(|number: i64| {
                        pick(branches, &format!("={number}"))
                            .or_else(|| pick(branches, category(self.lang, number)))
                    })
                    .or_else(|| pick(branches, "other"))?;
                self.text(branch, Some(value), out, depth + 1)
            }
            (Some("select"), Some(branches)) => {
                let branch = pick(branches, value).or_else(|| pick(branches, "other"))?;
                self.text(branch, None, out, depth + 1)
            }
            _ => {
                isolated(value, out);
                Some(())
            }
        }
    }
}

fn isolated(value: &str, out: &mut String) {
    out.push('\u{2068}');
    out.push_str(value);
    out.push('\u{2069}');
}

/// The inside of the block `from` begins with, and what follows it.
fn block(from: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    for (at, c) in from.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some((from.get(1..at)?, from.get(at + 1..)?));
                }
            }
            _ => {}
        }
    }
    None
}

/// Writes what an apostrophe begins: `''` is one apostrophe, `'{…'` is literal, else it is itself.
fn quoted<'a>(from: &'a str, out: &mut String) -> Option<&'a str> {
    let rest = from.get(1..)?;
    match rest.chars().next() {
        Some('\'') => {
            out.push('\'');
            rest.get(1..)
        }
        Some('{' | '}' | '#') => {
            let end = rest.find('\'').unwrap_or(rest.len());
            out.push_str(rest.get(..end)?);
            Some(rest.get(end + 1..).unwrap_or(""))
        }
        _ => {
            out.push('\'');
            Some(rest)
        }
    }
}

/// The text of the branch `wanted` in `one {…} other {…}`.
fn pick<'a>(branches: &'a str, wanted: &str) -> Option<&'a str> {
    let mut rest = branches.trim_start();
    while !rest.is_empty() {
        let open = rest.find('{')?;
        let (key, from) = rest.split_at_checked(open)?;
        let (inside, after) = block(from)?;
        if key.trim() == wanted {
            return Some(inside);
        }
        rest = after.trim_start();
    }
    None
}

/// The CLDR category of a whole number.
fn category(lang: &str, number: i64) -> &'static str {
    let n = number.unsigned_abs();
    match lang {
        "ar" => match (n, n % 100) {
            (0, _) => "zero",
            (1, _) => "one",
            (2, _) => "two",
            (_, 3..=10) => "few",
            (_, 11..=99) => "many",
            _ => "other",
        },
        "fr" if n < 2 => "one",
        _ if n == 1 => "one",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(message: &str, lang: &str, params: &[(&str, &str)]) -> String {
        let params = params
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        format(message, lang, &params).replace(['\u{2068}', '\u{2069}'], "|")
    }

    #[test]
    fn sentences() {
        let files = "{count, plural, zero {بلا ملفات} one {ملف واحد} two {ملفان} few {# ملفات} many {# ملفًا} other {# ملف}}";
        let cases = [
            (
                said("The file {name} is empty.", "en", &[("name", "a.pdf")]),
                "The file |a.pdf| is empty.",
            ),
            (
                said("L''adresse {url}", "fr", &[("url", "x")]),
                "L'adresse |x|",
            ),
            (said("l'adresse '{url}'", "fr", &[]), "l'adresse {url}"),
            (
                said(
                    "{count, plural, one {# file} other {# files}}",
                    "en",
                    &[("count", "1")],
                ),
                "|1| file",
            ),
            (
                said(
                    "{count, plural, =0 {none} one {# file} other {# files}}",
                    "en",
                    &[("count", "0")],
                ),
                "none",
            ),
            (
                said(
                    "{count, plural, one {# fichier} other {# fichiers}}",
                    "fr",
                    &[("count", "0")],
                ),
                "|0| fichier",
            ),
            (said(files, "ar", &[("count", "2")]), "ملفان"),
            (said(files, "ar", &[("count", "103")]), "|103| ملفات"),
            (said(files, "ar", &[("count", "11")]), "|11| ملفًا"),
            (said(files, "ar", &[("count", "100")]), "|100| ملف"),
            (
                said(
                    "{kind, select, draft {a piece} other {a thing}}",
                    "en",
                    &[("kind", "draft")],
                ),
                "a piece",
            ),
            (said("{missing} is a dash", "en", &[]), "|—| is a dash"),
            (said("broken {", "en", &[]), "broken {"),
            (said("n° # alone", "en", &[]), "n° # alone"),
        ];
        for (found, wanted) in cases {
            assert_eq!(found, wanted);
        }
    }
}
