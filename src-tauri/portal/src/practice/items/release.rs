//! Reading a release as a portal must: strictly, and naming the place of each fault.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::contract::wire::ProblemError;

/// What the practice portal needs to know of a release.
pub struct ReadRelease {
    /// Owner of the content.
    pub owner: String,
    /// Content type.
    pub kind: String,
    /// Language it was written in first.
    pub primary_lang: String,
    /// Title in that language.
    pub title: String,
    /// SHA-256 of the files it names.
    pub files: BTreeSet<String>,
}

/// True for 64 lower-case hex digits.
pub fn is_hash(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Reads the release `text` sent for item `id`.
///
/// # Errors
/// All faults found, with pointers into the release.
pub fn read(id: &str, text: &str) -> Result<ReadRelease, Vec<ProblemError>> {
    let mut faults = Faults(Vec::new());
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(source) => {
            faults.add("", &format!("not JSON: {source}"));
            return Err(faults.0);
        }
    };
    if text_at(&value, "/format") != Some("qalam-release/1") {
        faults.add("/format", "must be \"qalam-release/1\"");
    }
    if text_at(&value, "/draft") != Some(id) {
        faults.add("/draft", "must be the id in the address");
    }
    let kind = faults.text(&value, "/type");
    let owner = faults.text(&value, "/owner");
    let primary_lang = faults.text(&value, "/primary_lang");
    let title = match value.pointer("/languages").and_then(Value::as_object) {
        None => {
            faults.add("/languages", "must be an object");
            String::new()
        }
        Some(languages) => {
            for (lang, version) in languages {
                for key in ["title", "summary", "body"] {
                    if !version.get(key).is_some_and(Value::is_string) {
                        faults.add(&format!("/languages/{lang}/{key}"), "must be a string");
                    }
                }
            }
            match languages.get(&primary_lang) {
                Some(version) => version
                    .get("title")
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned(),
                None => {
                    faults.add("/languages", "lacks the primary language");
                    String::new()
                }
            }
        }
    };
    let mut files = BTreeSet::new();
    match value.pointer("/attachments") {
        None => {}
        Some(Value::Array(attachments)) => {
            for (index, attachment) in attachments.iter().enumerate() {
                match attachment.get("sha256").and_then(Value::as_str) {
                    Some(hash) if is_hash(hash) => {
                        files.insert(hash.to_owned());
                    }
                    _ => faults.add(
                        &format!("/attachments/{index}/sha256"),
                        "must be 64 lower-case hex digits",
                    ),
                }
            }
        }
        Some(_) => faults.add("/attachments", "must be an array"),
    }
    if faults.0.is_empty() {
        Ok(ReadRelease {
            owner,
            kind,
            primary_lang,
            title,
            files,
        })
    } else {
        Err(faults.0)
    }
}

fn text_at<'v>(value: &'v Value, pointer: &str) -> Option<&'v str> {
    value.pointer(pointer).and_then(Value::as_str)
}

struct Faults(Vec<ProblemError>);

impl Faults {
    fn add(&mut self, pointer: &str, detail: &str) {
        // Enough to find the bug, not enough to fill a disk.
        if self.0.len() < 20 {
            self.0.push(ProblemError {
                pointer: format!("/release{pointer}"),
                detail: detail.to_owned(),
            });
        }
    }

    fn text(&mut self, value: &Value, pointer: &str) -> String {
        match text_at(value, pointer) {
            Some(text) if !text.is_empty() => text.to_owned(),
            _ => {
                self.add(pointer, "must be a non-empty string");
                String::new()
            }
        }
    }
}
