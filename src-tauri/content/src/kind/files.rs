//! What people should know of the files of a piece before anything leaves.

use std::collections::BTreeMap;

use super::check::{AttachmentInput, FileReading, Finding, Severity, finding};
use crate::problem::code;
use crate::readers::facts::{PlaceKind, State, Warning};

/// How many places are named.
const NAMED_PLACES: usize = 5;

/// The findings about files, most serious first: what [`super::check`] says of them, by itself.
#[must_use]
pub fn file_findings<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a FileReading)>,
) -> Vec<Finding> {
    let mut found = Vec::new();
    for (name, reading) in files {
        of_file(name, reading, &mut found);
    }
    found.sort_by_key(|finding| finding.severity);
    found
}

pub(super) fn risks(attachment: &AttachmentInput<'_>, found: &mut Vec<Finding>) {
    if let Some(reading) = attachment.reading {
        of_file(attachment.name, reading, found);
    }
}

fn of_file(name: &str, reading: &FileReading, found: &mut Vec<Finding>) {
    let about =
        |code: &str, severity| Finding::new(code, severity, "attachments").with("name", name);
    let state = [
        (State::Encrypted, finding::FILE_ENCRYPTED, Severity::Warning),
        (State::Damaged, finding::FILE_DAMAGED, Severity::Warning),
        (State::Scanned, finding::FILE_SCANNED, Severity::Hint),
    ]
    .into_iter()
    .find(|(state, ..)| state.as_str() == reading.state);
    let undecided = reading
        .problems
        .iter()
        .any(|problem| problem.code == code::ORDER_UNDECIDABLE);
    if undecided {
        found.push(about(finding::FILE_ORDER, Severity::Hint));
    } else if let Some((_, code, severity)) = state {
        found.push(about(code, severity));
    }
    let mut by_code: BTreeMap<&str, Vec<&Warning>> = BTreeMap::new();
    for warning in &reading.warnings {
        by_code.entry(&warning.code).or_default().push(warning);
    }
    for (code, warnings) in by_code {
        // A file that asks for a password says so once.
        if code == crate::readers::facts::warning::PASSWORD
            && reading.state == State::Encrypted.as_str()
        {
            continue;
        }
        let count: u32 = warnings
            .iter()
            .fold(0, |sum, warning| sum.saturating_add(warning.count));
        let whole = format!("{}{code}", finding::FILE_HOLDS);
        found.push(
            about(&whole, Severity::Warning)
                .with("place", places(&warnings))
                .with("count", count),
        );
    }
}

/// The first places, by number or name; empty for a whole file.
fn places(warnings: &[&Warning]) -> String {
    let named: Vec<&str> = warnings
        .iter()
        .filter(|warning| warning.place_kind != PlaceKind::File)
        .map(|warning| warning.place.as_str())
        .collect();
    let mut said = named
        .iter()
        .take(NAMED_PLACES)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    if named.len() > NAMED_PLACES {
        said.push_str(", …");
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Problem;
    use crate::readers::facts::warning;

    fn codes(reading: &FileReading) -> Vec<(String, Severity)> {
        file_findings([("a.pdf", reading)])
            .into_iter()
            .map(|found| (found.code, found.severity))
            .collect()
    }

    #[test]
    fn every_state_is_named_once() {
        for (state, problem, code) in [
            ("encrypted", None, Some(finding::FILE_ENCRYPTED)),
            ("damaged", None, Some(finding::FILE_DAMAGED)),
            ("scanned", None, Some(finding::FILE_SCANNED)),
            (
                "scanned",
                Some(code::ORDER_UNDECIDABLE),
                Some(finding::FILE_ORDER),
            ),
            ("readable", None, None),
            ("other", None, None),
        ] {
            let reading = FileReading {
                state: state.to_owned(),
                warnings: (state == "encrypted")
                    .then(|| Warning::of_file(warning::PASSWORD))
                    .into_iter()
                    .collect(),
                problems: problem
                    .map(|code| Problem::new(code, "a.pdf"))
                    .into_iter()
                    .collect(),
            };
            let found: Vec<String> = codes(&reading).into_iter().map(|(code, _)| code).collect();
            assert_eq!(found, code.into_iter().collect::<Vec<_>>(), "{state}");
        }
    }

    #[test]
    fn what_is_found_in_many_places_is_said_once() {
        let reading = FileReading {
            warnings: (1..=8)
                .map(|page| {
                    Warning::at(warning::PHONE_NUMBERS, PlaceKind::Page, page.to_string(), 3)
                })
                .chain([Warning::of_file(warning::MACROS)])
                .collect(),
            ..FileReading::default()
        };
        let found = file_findings([("a.xlsm", &reading)]);
        let said: Vec<(&str, &str, &str)> = found
            .iter()
            .map(|one| {
                (
                    one.code.as_str(),
                    one.params["place"].as_str(),
                    one.params["count"].as_str(),
                )
            })
            .collect();
        assert_eq!(
            said,
            [
                ("file_holds_macros", "", "1"),
                ("file_holds_phone_numbers", "1, 2, 3, 4, 5, …", "24")
            ]
        );
    }
}
