//! The checks beside the text.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

use super::registry::{FieldSpec, Registry, Required};
use super::{field, files, versions};
use crate::body;
use crate::problem::Problem;
use crate::readers::facts::Warning;

/// How serious a finding is.
#[derive(Serialize, Deserialize, TS, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The piece cannot be submitted.
    Error,
    /// It can, but somebody should look.
    Warning,
    /// A suggestion.
    Hint,
}

/// One finding. The sentence is in the locales under `finding.<code>`.
#[derive(Serialize, Deserialize, TS, Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Stable snake_case code, one of [`finding`].
    pub code: String,
    /// How serious.
    pub severity: Severity,
    /// Field key: one of the registry (`title`, `summary`, `body`, `thematicAreas` ...), or
    /// `attachments` for a file.
    pub field: String,
    /// The language version meant, if one.
    pub lang: Option<String>,
    /// Values for the sentence.
    pub params: BTreeMap<String, String>,
}

impl Finding {
    pub(super) fn new(code: &str, severity: Severity, field: &str) -> Self {
        Self {
            code: code.to_owned(),
            severity,
            field: field.to_owned(),
            lang: None,
            params: BTreeMap::new(),
        }
    }

    pub(super) fn with(mut self, key: &str, value: impl ToString) -> Self {
        self.params.insert(key.to_owned(), value.to_string());
        self
    }

    pub(super) fn in_lang(mut self, lang: Option<&str>) -> Self {
        self.lang = lang.map(str::to_owned);
        self
    }
}

/// One language version as the checks see it.
#[derive(Clone, Debug)]
pub struct LanguageInput<'a> {
    /// BCP 47 code.
    pub lang: &'a str,
    /// Title.
    pub title: &'a str,
    /// Summary.
    pub summary: &'a str,
    /// Body in Markdown.
    pub body: &'a str,
    /// Localized fields.
    pub fields: &'a Map<String, Value>,
}

/// One attachment as the checks see it.
#[derive(Clone, Debug)]
pub struct AttachmentInput<'a> {
    /// SHA-256 of its bytes.
    pub sha256: &'a str,
    /// File name.
    pub name: &'a str,
    /// Media type.
    pub mime: &'a str,
    /// Length in bytes.
    pub bytes: u64,
    /// `publication`, `picture`, `data`, `supplement` or `cover`.
    pub role: &'a str,
    /// Alternative text by language.
    pub alt: &'a BTreeMap<String, String>,
    /// What reading it found; `None` when it was not read.
    pub reading: Option<&'a FileReading>,
}

/// What reading a file found that matters before it leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileReading {
    /// Its state, by the name it is stored under.
    pub state: String,
    /// What should not leave unseen.
    pub warnings: Vec<Warning>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// A draft that a text links to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Linked {
    /// Approved, so portals get it or have it.
    Leaves,
    /// On this desk and not approved yet: its title.
    Waits(String),
    /// The draft that is checked.
    Itself,
}

/// Everything a check looks at.
#[derive(Clone, Debug)]
pub struct CheckInput<'a> {
    /// Content type id.
    pub content_type: &'a str,
    /// Language of the original.
    pub primary_lang: &'a str,
    /// Thematic areas.
    pub areas: &'a [String],
    /// Fields that are not localized.
    pub fields: &'a Map<String, Value>,
    /// Language versions.
    pub languages: Vec<LanguageInput<'a>>,
    /// Attachments.
    pub attachments: Vec<AttachmentInput<'a>>,
    /// What is known of the drafts the texts link to, by their id; one that is not there is not on
    /// this desk.
    pub linked: BTreeMap<String, Linked>,
    /// Today as ISO date, for limits such as "this year + 1"; `None` leaves them out.
    pub today: Option<&'a str>,
}

/// The codes of findings.
pub mod finding {
    /// The content type is not in the registry. `type`
    pub const UNKNOWN_TYPE: &str = "unknown_type";
    /// There is no version in the language of the original. `lang`
    pub const LANGUAGE_MISSING: &str = "language_missing";
    /// A required field is empty.
    pub const FIELD_MISSING: &str = "field_missing";
    /// A text is shorter than its field asks for. `min`, `length`
    pub const TEXT_TOO_SHORT: &str = "text_too_short";
    /// A text is longer than its field or the portal allows. `max`, `length`
    pub const TEXT_TOO_LONG: &str = "text_too_long";
    /// A value does not have the form its field asks for. `value`
    pub const VALUE_INVALID: &str = "value_invalid";
    /// A value is not in the vocabulary. `value`
    pub const VALUE_UNKNOWN: &str = "value_unknown";
    /// More values than allowed. `max`, `count`
    pub const TOO_MANY_VALUES: &str = "too_many_values";
    /// Fewer values than needed. `min`, `count`
    pub const TOO_FEW_VALUES: &str = "too_few_values";
    /// A number or year lies outside its range. `min`, `max`, `value`
    pub const OUT_OF_RANGE: &str = "out_of_range";
    /// A date lies on the wrong side of another. `other` (field key)
    pub const DATE_ORDER: &str = "date_order";
    /// What the piece announces is over on the day readers see it. `date`, `day` (that day)
    pub const DATE_OVER: &str = "date_over";
    /// A day until which readers may do something has passed when they see it. `date`, `day`
    pub const DEADLINE_PASSED: &str = "deadline_passed";
    /// A picture has no alternative text. `name`
    pub const PICTURE_WITHOUT_ALT: &str = "picture_without_alt";
    /// The text shows a picture that is not among the attachments. `address`
    pub const PICTURE_MISSING: &str = "picture_missing";
    /// The text shows a picture of another site, which readers will only see as a link.
    /// `address`
    pub const PICTURE_REMOTE: &str = "picture_remote";
    /// A file is of a type its place does not take. `name`, `mime`
    pub const FILE_TYPE: &str = "file_type";
    /// A file is larger than its place takes. `name`, `bytes`, `max`
    pub const FILE_TOO_LARGE: &str = "file_too_large";
    /// A file asks for a password. `name`
    pub const FILE_ENCRYPTED: &str = "file_encrypted";
    /// A file is damaged. `name`
    pub const FILE_DAMAGED: &str = "file_damaged";
    /// A file's pages are pictures: nobody finds a word in it. `name`
    pub const FILE_SCANNED: &str = "file_scanned";
    /// A file's Arabic text has no order that can be told: nobody finds a word in it. `name`
    pub const FILE_ORDER: &str = "file_order";
    /// A file has something in it that should not leave unseen: this, followed by the code of the
    /// [`Warning`](crate::readers::facts::Warning). `name`, `place`, `count`
    pub const FILE_HOLDS: &str = "file_holds_";
    /// A heading skips a level. `text`, `from`, `to`
    pub const HEADING_JUMP: &str = "heading_jump";
    /// A heading without text.
    pub const HEADING_EMPTY: &str = "heading_empty";
    /// A link leads nowhere a reader can go. `address`
    pub const LINK_UNUSABLE: &str = "link_unusable";
    /// A link is only part of an address, which meant something where the text came from.
    /// `address`
    pub const LINK_RELATIVE: &str = "link_relative";
    /// A link leads to a draft that is not on this desk, or in the trash. `address`
    pub const LINK_DRAFT_GONE: &str = "link_draft_gone";
    /// A link leads to a draft that no portal can show yet: it was never approved. `title`
    pub const LINK_DRAFT_WAITS: &str = "link_draft_waits";
    /// A link leads to the piece it stands in. `address`
    pub const LINK_DRAFT_SELF: &str = "link_draft_self";
    /// The text seems to be in another language. `found`, `confidence`
    pub const OTHER_LANGUAGE: &str = "other_language";
    /// A paragraph seems to be in another language. `text`, `found`, `confidence`
    pub const PARAGRAPH_LANGUAGE: &str = "paragraph_language";
    /// A question of the template still stands there. `text`
    pub const TEMPLATE_LEFT: &str = "template_left";
    /// The text seems to hold telephone numbers of persons. `count`
    pub const PERSONAL_PHONES: &str = "personal_phone_numbers";
    /// The text seems to hold e-mail addresses of persons. `count`
    pub const PERSONAL_EMAILS: &str = "personal_email_addresses";
    /// The text seems to hold identity numbers. `count`
    pub const PERSONAL_IDENTITIES: &str = "personal_identity_numbers";
    /// The text seems to hold lines about patients. `count`
    pub const PERSONAL_PATIENTS: &str = "personal_patient_list";
    /// Figures of the original are not in a translation. `numbers`, `number` (the first)
    pub const NUMBERS_MISSING: &str = "numbers_missing";
    /// Figures of a translation are not in the original. `numbers`, `number` (the first)
    pub const NUMBERS_ADDED: &str = "numbers_added";
    /// A language version has a body but no summary or title of its own.
    pub const VERSION_INCOMPLETE: &str = "version_incomplete";

    /// Every code above, for the test that each has its sentence.
    pub const ALL: &[&str] = &[
        UNKNOWN_TYPE,
        LANGUAGE_MISSING,
        FIELD_MISSING,
        TEXT_TOO_SHORT,
        TEXT_TOO_LONG,
        VALUE_INVALID,
        VALUE_UNKNOWN,
        TOO_MANY_VALUES,
        TOO_FEW_VALUES,
        OUT_OF_RANGE,
        DATE_ORDER,
        DATE_OVER,
        DEADLINE_PASSED,
        PICTURE_WITHOUT_ALT,
        PICTURE_MISSING,
        PICTURE_REMOTE,
        FILE_TYPE,
        FILE_TOO_LARGE,
        FILE_ENCRYPTED,
        FILE_DAMAGED,
        FILE_SCANNED,
        FILE_ORDER,
        HEADING_JUMP,
        HEADING_EMPTY,
        LINK_UNUSABLE,
        LINK_RELATIVE,
        LINK_DRAFT_GONE,
        LINK_DRAFT_WAITS,
        LINK_DRAFT_SELF,
        OTHER_LANGUAGE,
        PARAGRAPH_LANGUAGE,
        TEMPLATE_LEFT,
        PERSONAL_PHONES,
        PERSONAL_EMAILS,
        PERSONAL_IDENTITIES,
        PERSONAL_PATIENTS,
        NUMBERS_MISSING,
        NUMBERS_ADDED,
        VERSION_INCOMPLETE,
    ];
}

/// All findings about a piece, most serious first, then in the order of the fields. It may be
/// submitted when none is an [`Severity::Error`].
#[must_use]
pub fn check(input: &CheckInput<'_>) -> Vec<Finding> {
    let registry = Registry::builtin();
    if registry.content_type(input.content_type).is_none() {
        return vec![
            Finding::new(finding::UNKNOWN_TYPE, Severity::Error, "type")
                .with("type", input.content_type),
        ];
    }
    let specs = registry.fields(input.content_type);
    let mut found = Vec::new();
    let primary = input
        .languages
        .iter()
        .find(|version| version.lang == input.primary_lang);
    if primary.is_none() {
        found.push(
            Finding::new(
                finding::LANGUAGE_MISSING,
                Severity::Error,
                "primaryLanguage",
            )
            .with("lang", input.primary_lang),
        );
    }
    for spec in &specs {
        match spec.key.as_str() {
            "title" | "summary" | "body" => version_text(spec, input, &mut found),
            "thematicAreas" => areas(spec, input, &mut found),
            _ => value(spec, &specs, input, primary, registry, &mut found),
        }
    }
    for version in &input.languages {
        text(version, input, &mut found);
    }
    past(input, &mut found);
    versions::figures(input, &mut found);
    attachments(&specs, input, &mut found);
    found.sort_by_key(|finding| finding.severity);
    found
}

/// Title, summary and body of every version. The original must be complete; a translation that
/// was begun should be.
fn version_text(spec: &FieldSpec, input: &CheckInput<'_>, found: &mut Vec<Finding>) {
    for version in &input.languages {
        let text = match spec.key.as_str() {
            "title" => version.title,
            "summary" => version.summary,
            _ => version.body,
        };
        let is_primary = version.lang == input.primary_lang;
        if text.trim().is_empty() {
            let needed = matches!(spec.required, Required::Draft | Required::Submit);
            if needed && is_primary {
                found.push(
                    Finding::new(finding::FIELD_MISSING, Severity::Error, &spec.key)
                        .in_lang(Some(version.lang)),
                );
            } else if needed && !version.body.trim().is_empty() {
                found.push(
                    Finding::new(finding::VERSION_INCOMPLETE, Severity::Warning, &spec.key)
                        .in_lang(Some(version.lang)),
                );
            }
        } else {
            field::lengths(spec, text, Some(version.lang), found);
        }
    }
}

fn areas(spec: &FieldSpec, input: &CheckInput<'_>, found: &mut Vec<Finding>) {
    if input.areas.is_empty() {
        found.push(Finding::new(
            finding::FIELD_MISSING,
            Severity::Error,
            &spec.key,
        ));
    } else {
        field::cardinality(spec, input.areas.len(), None, found);
    }
}

/// A field of the field maps.
fn value(
    spec: &FieldSpec,
    specs: &[&FieldSpec],
    input: &CheckInput<'_>,
    primary: Option<&LanguageInput<'_>>,
    registry: &Registry,
    found: &mut Vec<Finding>,
) {
    if spec.localized {
        for version in &input.languages {
            if let Some(value) = version.fields.get(&spec.key)
                && !field::is_empty(value)
            {
                field::value(spec, value, Some(version.lang), input, registry, found);
            }
        }
    } else if let Some(value) = input.fields.get(&spec.key)
        && !field::is_empty(value)
    {
        field::value(spec, value, None, input, registry, found);
    }
    // What a profile gives from the start is there when the piece is frozen.
    let given = spec.required == Required::Draft && spec.auto.is_some();
    let needed = match spec.required {
        Required::Draft | Required::Submit => true,
        Required::Conditional => {
            let condition = spec.rules.required_when.as_deref().unwrap_or_default();
            field::holds(condition, specs, input)
        }
        Required::No => false,
    };
    if needed && !given && !field::filled(spec, input, primary) {
        let lang = spec.localized.then_some(input.primary_lang);
        found.push(Finding::new(finding::FIELD_MISSING, Severity::Error, &spec.key).in_lang(lang));
    }
}

/// The body of one version.
fn text(version: &LanguageInput<'_>, input: &CheckInput<'_>, found: &mut Vec<Finding>) {
    let outline = body::outline(version.body);
    let in_body = |code: &str, severity: Severity| {
        Finding::new(code, severity, "body").in_lang(Some(version.lang))
    };
    let mut level = 0u8;
    for (next, heading) in &outline.headings {
        if heading.is_empty() {
            found.push(in_body(finding::HEADING_EMPTY, Severity::Warning));
        }
        // The first heading may have any level: the title of the piece stands above it.
        if level > 0 && *next > level + 1 {
            found.push(
                in_body(finding::HEADING_JUMP, Severity::Warning)
                    .with("text", heading)
                    .with("from", level)
                    .with("to", next),
            );
        }
        level = *next;
    }
    for picture in &outline.pictures {
        match &picture.sha256 {
            Some(sha256) => {
                let attached = input
                    .attachments
                    .iter()
                    .find(|attachment| attachment.sha256 == sha256);
                if picture.alt.is_empty() {
                    let name = attached.map_or(picture.address.as_str(), |found| found.name);
                    found.push(
                        in_body(finding::PICTURE_WITHOUT_ALT, Severity::Error).with("name", name),
                    );
                }
                if attached.is_none() {
                    found.push(
                        in_body(finding::PICTURE_MISSING, Severity::Error)
                            .with("address", &picture.address),
                    );
                }
            }
            None => found.push(
                in_body(finding::PICTURE_REMOTE, Severity::Warning)
                    .with("address", &picture.address),
            ),
        }
    }
    for id in body::draft_refs(version.body) {
        let finding = match input.linked.get(&id) {
            Some(Linked::Leaves) => continue,
            Some(Linked::Waits(title)) => {
                in_body(finding::LINK_DRAFT_WAITS, Severity::Hint).with("title", title)
            }
            Some(Linked::Itself) => in_body(finding::LINK_DRAFT_SELF, Severity::Hint),
            None => in_body(finding::LINK_DRAFT_GONE, Severity::Warning),
        };
        found.push(finding.with("address", format!("{}{id}", body::DRAFT_ADDRESS)));
    }
    let anchors = body::anchors(outline.headings.iter().map(|(_, words)| words.as_str()));
    for link in &outline.links {
        let within = link
            .strip_prefix('#')
            .is_some_and(|anchor| anchors.iter().any(|known| known == anchor));
        if !within && body::draft_of(link).is_none() && !field::is_followable(link) {
            let code = if field::is_relative(link) {
                finding::LINK_RELATIVE
            } else {
                finding::LINK_UNUSABLE
            };
            found.push(in_body(code, Severity::Warning).with("address", link));
        }
    }
    versions::text(version, input, found);
}

/// Days that have passed when readers see the piece: today, or the day before which it must not be
/// published.
fn past(input: &CheckInput<'_>, found: &mut Vec<Finding>) {
    let Some(today) = input.today else { return };
    let date = |key: &str| input.fields.get(key).and_then(Value::as_str);
    let later = date("publishNotBefore").and_then(|moment| moment.get(..10));
    let day = later.filter(|later| *later > today).unwrap_or(today);
    // A date may be only a year or a month: it has passed when all of it has.
    let passed = |date: &str| day.get(..date.len()).is_some_and(|day| date < day);
    let mut tell = |key: &str, code: &str, severity: Severity| {
        let Some(date) = date(key).filter(|date| passed(date)) else {
            return;
        };
        let finding = Finding::new(code, severity, key);
        found.push(finding.with("date", date).with("day", day));
    };
    match input.content_type {
        "event" | "training" => {
            // What is over may be reported as such, so this is only a hint.
            let last = if date("endDate").is_some() {
                "endDate"
            } else {
                "startDate"
            };
            tell(last, finding::DATE_OVER, Severity::Hint);
            tell(
                "registrationDeadline",
                finding::DEADLINE_PASSED,
                Severity::Warning,
            );
        }
        "announcement" => tell("validUntil", finding::DEADLINE_PASSED, Severity::Warning),
        _ => {}
    }
}

/// Files: alternative texts, types and sizes.
fn attachments(specs: &[&FieldSpec], input: &CheckInput<'_>, found: &mut Vec<Finding>) {
    let shown: std::collections::HashSet<String> = input
        .languages
        .iter()
        .flat_map(|version| body::blob_refs(version.body))
        .collect();
    for attachment in &input.attachments {
        // A picture inside the text has its words there.
        let needs_alt = attachment.role == "cover"
            || (attachment.role == "picture" && !shown.contains(attachment.sha256));
        let has_alt = attachment
            .alt
            .get(input.primary_lang)
            .is_some_and(|alt| !alt.trim().is_empty());
        if needs_alt && !has_alt {
            found.push(
                Finding::new(finding::PICTURE_WITHOUT_ALT, Severity::Error, "attachments")
                    .in_lang(Some(input.primary_lang))
                    .with("name", attachment.name),
            );
        }
        files::risks(attachment, found);
        let Some(spec) = specs
            .iter()
            .find(|spec| field::role_of(&spec.key) == Some(attachment.role))
        else {
            continue;
        };
        if !spec.rules.mime.is_empty()
            && !spec.rules.mime.iter().any(|mime| mime == attachment.mime)
        {
            found.push(
                Finding::new(finding::FILE_TYPE, Severity::Error, "attachments")
                    .with("name", attachment.name)
                    .with("mime", attachment.mime),
            );
        }
        if let Some(max) = spec.rules.max_bytes
            && attachment.bytes > max
        {
            found.push(
                Finding::new(finding::FILE_TOO_LARGE, Severity::Error, "attachments")
                    .with("name", attachment.name)
                    .with("bytes", attachment.bytes)
                    .with("max", max),
            );
        }
    }
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
