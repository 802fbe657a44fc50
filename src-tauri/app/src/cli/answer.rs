//! What a command line command answers: one JSON document, or lines for people.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use qalam_content::kind::{Finding, Registry};
use qalam_content::problem::Problem;
use qalam_desk::{Class, Code};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::text::{Params, Words};

/// The exit codes, as promised.
pub mod exit {
    /// Everything was done.
    pub const DONE: u8 = 0;
    /// Done, with problems; or something unexpected.
    pub const PROBLEMS: u8 = 1;
    /// The command makes no sense as written.
    pub const USAGE: u8 = 2;
    /// A rule refused it.
    pub const RULE: u8 = 3;
    /// The portal was not reached or did not do its part.
    pub const PORTAL: u8 = 4;
    /// The store is locked, damaged or full.
    pub const STORE: u8 = 5;
}

/// The exit code of a failure.
#[must_use]
pub fn exit_of(class: Class) -> u8 {
    match class {
        Class::Usage => exit::USAGE,
        Class::Rule => exit::RULE,
        Class::Portal => exit::PORTAL,
        Class::Store => exit::STORE,
        Class::Other => exit::PROBLEMS,
    }
}

/// Codes whose numbers are sizes in bytes.
const SIZES: &[&str] = &[
    "file_too_large",
    "fields_too_large",
    "too_large_for_portal",
    "package_full",
    "package_too_large",
    "handover_file_too_large",
    "problem.too_large",
];
/// The parameters that say what a failure is about, the most telling first.
const SUBJECTS: &[&str] = &[
    "path", "file", "name", "portal", "draft", "entry", "field", "area", "type", "lang", "owner",
    "url", "host", "id", "key", "release", "sha256", "hash",
];

/// A problem in words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Told {
    /// The stable code.
    pub code: String,
    /// What it is about; may be empty.
    pub subject: String,
    /// What happened.
    pub message: String,
    /// What to do; may be empty.
    pub next: String,
}

impl Told {
    /// A code with its sentences; `family` is `finding.`, `problem.` or nothing.
    #[must_use]
    pub fn new(words: Words, family: &str, code: &str, subject: &str, params: &Params) -> Self {
        let mut params = params.clone();
        params
            .entry("code".to_owned())
            .or_insert_with(|| code.to_owned());
        params
            .entry("name".to_owned())
            .or_insert_with(|| subject.to_owned());
        let of_family = format!("{family}{code}");
        // What is wrong with a value is said by the field it was meant for.
        let of_field = params
            .get("field")
            .map(|field| format!("{code}_{field}"))
            .unwrap_or_default();
        let key = [of_field.as_str(), of_family.as_str(), code]
            .into_iter()
            .find(|key| words.find(key, &params).is_some())
            .unwrap_or("unexpected");
        // A sentence names a field as the screens do.
        if let Some(field) = params.get_mut("field")
            && let Some(label) = Registry::builtin().field_label(field, words.lang())
        {
            label.clone_into(field);
        }
        if SIZES.contains(&key) {
            for name in ["limit", "length", "max", "bytes"] {
                if let Some(size) = params.get(name).and_then(|size| size.parse().ok()) {
                    params.insert(name.to_owned(), bytes(size));
                }
            }
        }
        Self {
            code: code.to_owned(),
            subject: subject.to_owned(),
            message: words.say(key, &params),
            // Where the screens say "in the settings", the command line names the command.
            next: words
                .find(&format!("cli.next.{key}"), &params)
                .or_else(|| words.find(&format!("{key}.next"), &params))
                .unwrap_or_default(),
        }
    }

    /// A failure with its sentences.
    #[must_use]
    pub fn failure(words: Words, failure: &Failure) -> Self {
        Self::new(
            words,
            "",
            &failure.code,
            &subject(&failure.params),
            &failure.params,
        )
    }

    /// A finding about foreign bytes with its sentences; `about` is the file it was found in.
    #[must_use]
    pub fn problem(words: Words, about: &str, problem: &Problem) -> Self {
        let subject = match (about, problem.subject.as_str()) {
            ("", subject) => subject,
            (about, _) => about,
        };
        Self::new(words, "problem.", &problem.code, subject, &problem.params)
    }
}

fn subject(params: &BTreeMap<String, String>) -> String {
    SUBJECTS
        .iter()
        .find_map(|key| params.get(*key))
        .cloned()
        .unwrap_or_default()
}

/// A size for people.
#[must_use]
pub fn bytes(size: u64) -> String {
    let units = ["B", "kB", "MB", "GB"];
    let mut rest = size;
    let mut tenths = 0;
    let mut unit = 0;
    while rest >= 1000 && unit + 1 < units.len() {
        tenths = rest % 1000 / 100;
        rest /= 1000;
        unit += 1;
    }
    let unit = units.get(unit).copied().unwrap_or_default();
    if tenths == 0 {
        format!("{rest} {unit}")
    } else {
        format!("{rest}.{tenths} {unit}")
    }
}

/// A finding of the checks with its sentences.
#[derive(Debug, Serialize)]
pub struct FindingTold {
    code: String,
    severity: Value,
    field: String,
    lang: Option<String>,
    params: Params,
    message: String,
    next: String,
    /// What the field is called.
    #[serde(skip)]
    label: String,
}

impl FindingTold {
    /// The finding in words.
    #[must_use]
    pub fn new(words: Words, finding: &Finding) -> Self {
        let mut params = finding.params.clone();
        params
            .entry("field".to_owned())
            .or_insert_with(|| finding.field.clone());
        if let Some(lang) = &finding.lang {
            params
                .entry("lang".to_owned())
                .or_insert_with(|| lang.clone());
        }
        let told = Told::new(words, "finding.", &finding.code, &finding.field, &params);
        Self {
            code: told.code,
            severity: value(finding.severity),
            field: finding.field.clone(),
            lang: finding.lang.clone(),
            params: finding.params.clone(),
            message: told.message,
            next: told.next,
            label: Registry::builtin()
                .field_label(&finding.field, words.lang())
                .unwrap_or(&finding.field)
                .to_owned(),
        }
    }
}

impl FindingTold {
    /// The finding as a line for people.
    #[must_use]
    pub fn line(&self) -> String {
        match &self.lang {
            Some(lang) => format!("- [{}, {lang}] {}", self.label, self.message),
            None => format!("- [{}] {}", self.label, self.message),
        }
    }
}

/// What a command answers.
#[derive(Debug, Default)]
pub struct Answer {
    body: Map<String, Value>,
    lines: Vec<String>,
    /// What a person should know.
    pub problems: Vec<Told>,
    /// The exit code, where it does not follow from the problems.
    pub exit: Option<u8>,
    /// The answer was said while the command ran.
    said: bool,
}

impl Answer {
    /// Nothing to say.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The answer of a command that has already written what it had to say.
    #[must_use]
    pub fn said() -> Self {
        Self {
            said: true,
            ..Self::default()
        }
    }

    /// An answer with one value.
    #[must_use]
    pub fn of(key: &str, content: impl Serialize) -> Self {
        Self::new().with(key, content)
    }

    /// The same answer with one more value.
    #[must_use]
    pub fn with(mut self, key: &str, content: impl Serialize) -> Self {
        self.body.insert(key.to_owned(), value(content));
        self
    }

    /// The same answer with one more line for people.
    #[must_use]
    pub fn line(mut self, text: impl Into<String>) -> Self {
        self.lines.push(text.into());
        self
    }

    /// The same answer with one more problem.
    #[must_use]
    pub fn problem(mut self, told: Told) -> Self {
        self.problems.push(told);
        self
    }

    /// A failed command.
    #[must_use]
    pub fn failed(words: Words, failure: &Failure) -> Self {
        let mut answer = Self::new().problem(Told::failure(words, failure));
        answer.exit = Some(exit_of(failure.class()));
        if let Some(conflict) = &failure.conflict {
            answer = answer.with("conflict", conflict);
        }
        if failure.code == Code::NotReady.as_str() {
            let findings: Vec<FindingTold> = failure
                .findings
                .iter()
                .map(|finding| FindingTold::new(words, finding))
                .collect();
            answer.lines.extend(findings.iter().map(FindingTold::line));
            answer = answer.with("findings", findings);
        }
        answer
    }

    /// The exit code.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self.exit {
            Some(code) => code,
            None if self.problems.is_empty() => exit::DONE,
            None => exit::PROBLEMS,
        }
    }

    /// Writes the answer: one JSON document, or lines. Problems for people go to standard error.
    ///
    /// # Errors
    /// What standard output may fail with.
    pub fn write(&self, json: bool) -> io::Result<()> {
        if self.said {
            return Ok(());
        }
        let mut out = io::stdout().lock();
        if json {
            serde_json::to_writer(&mut out, &self.document())?;
            writeln!(out)?;
            return out.flush();
        }
        for line in &self.lines {
            writeln!(out, "{}", shown(line))?;
        }
        out.flush()?;
        let mut err = io::stderr().lock();
        for problem in &self.problems {
            match problem.subject.as_str() {
                subject if subject.is_empty() || problem.message.contains(subject) => {
                    writeln!(err, "{}", shown(&problem.message))?;
                }
                subject => writeln!(err, "{}: {}", shown(subject), shown(&problem.message))?,
            }
            if !problem.next.is_empty() {
                writeln!(err, "  {}", shown(&problem.next))?;
            }
        }
        err.flush()
    }

    /// The JSON document: `ok` and `problems` first. Done with problems is done.
    #[must_use]
    pub fn document(&self) -> Value {
        let mut document = Map::new();
        let ok = matches!(self.exit_code(), exit::DONE | exit::PROBLEMS) && !self.is_unexpected();
        document.insert("ok".to_owned(), Value::Bool(ok));
        document.insert("problems".to_owned(), value(&self.problems));
        for (key, content) in &self.body {
            document.insert(key.clone(), content.clone());
        }
        Value::Object(document)
    }

    /// An inner failure also ends with 1, but nothing was done.
    fn is_unexpected(&self) -> bool {
        self.exit == Some(exit::PROBLEMS)
    }
}

/// A line as a terminal may have it: names, comments and titles come from outside, and nothing in them may move the
/// cursor, colour the screen or turn what follows around. JSON stays as it is; its text escapes such characters.
fn shown(line: &str) -> Cow<'_, str> {
    let acts = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{202a}' | '\u{202b}' | '\u{202d}' | '\u{202e}')
    };
    match line.contains(acts) {
        true => line.replace(acts, "\u{fffd}").into(),
        false => line.into(),
    }
}

/// Anything as JSON. Our shapes have text keys only, so this does not fail.
pub fn value(content: impl Serialize) -> Value {
    serde_json::to_value(content).unwrap_or(Value::Null)
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn nothing_from_outside_acts_on_a_terminal() {
        for (line, wanted) in [
            ("plain, \u{2068}ملف.pdf\u{2069}\n\tnext", None),
            ("a\u{1b}[2Jb", Some("a\u{fffd}[2Jb")),
            (
                "over\rwritten\u{7}\u{9b}31m",
                Some("over\u{fffd}written\u{fffd}\u{fffd}31m"),
            ),
            ("report\u{202e}fdp.exe", Some("report\u{fffd}fdp.exe")),
        ] {
            assert_eq!(shown(line), wanted.unwrap_or(line));
        }
    }
}
