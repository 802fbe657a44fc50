//! Names of files as they are kept and shown: readable, harmless and possible on every system.

use std::path::{Path, PathBuf};

use qalam_content::limits::MAX_NAME_CHARS;
use unicode_normalization::UnicodeNormalization;

/// Names Windows keeps for devices, whatever the extension.
const RESERVED: &[&str] = &["con", "prn", "aux", "nul", "conin$", "conout$"];

/// A name, made fit to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CleanName {
    /// The name.
    pub(crate) name: String,
    /// It held characters that make it look like another one.
    pub(crate) misleading: bool,
}

/// The name of a file as it is kept: composed (NFC), without characters that turn its direction
/// around or stand for nothing, without those Windows refuses, and not longer than the cap.
pub(crate) fn clean(name: &str) -> CleanName {
    let misleading = name.chars().any(turns_around);
    let tidy: String = name
        .chars()
        .filter(|c| !turns_around(*c) && !matches!(c, '\u{FEFF}' | '\u{200B}' | '\u{2060}'))
        .map(|c| match c {
            '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*' => '_',
            c if c.is_control() => '_',
            c => c,
        })
        .nfc()
        .collect();
    let end = |c: char| c == '.' || c.is_whitespace();
    let mut name = shorten(tidy.trim().trim_end_matches(end));
    name.truncate(name.trim_end_matches(end).len());
    let device = name
        .split('.')
        .next()
        .unwrap_or_default()
        .trim()
        .to_lowercase();
    let numbered = |kind: &str| {
        device
            .strip_prefix(kind)
            .is_some_and(|rest| matches!(rest.as_bytes(), [b'0'..=b'9']))
    };
    if RESERVED.contains(&device.as_str()) || numbered("com") || numbered("lpt") {
        name.insert(0, '_');
    }
    if name.is_empty() {
        name.push('_');
    }
    CleanName { name, misleading }
}

/// Overrides, embeddings and isolates of direction: in a name they serve to hide its ending. Plain
/// marks are used in honest names.
const fn turns_around(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Cut in the middle, so that the ending stays.
fn shorten(name: &str) -> String {
    let chars = name.chars().count();
    // One is kept for the sign before a reserved name.
    let most = MAX_NAME_CHARS - 1;
    if chars <= most {
        return name.to_owned();
    }
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending)
        .filter(|ending| ending.chars().count() <= 10)
        .map(|ending| format!(".{ending}"))
        .unwrap_or_default();
    let head: String = name.chars().take(most - ending.chars().count()).collect();
    head + &ending
}

/// A path as text that names this path and no other: as it is where it is Unicode, escaped and in
/// quotes where it is not.
pub(crate) fn path_key(path: &Path) -> String {
    path.to_str()
        .map_or_else(|| format!("{path:?}"), str::to_owned)
}

/// A path as it is noted in the database; `None` where this system cannot say it.
pub(crate) fn note_path(path: &Path) -> Option<String> {
    if let Some(text) = path.to_str() {
        return Some(text.to_owned());
    }
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        let bytes = path.as_os_str().as_bytes();
        Some(format!("{BYTES}{}", qalam_content::canonical::hex(bytes)))
    }
    #[cfg(not(unix))]
    None
}

/// Begins a noted path that is not Unicode; no absolute path begins like this.
#[cfg(unix)]
const BYTES: &str = "bytes:";

/// The path that was noted like this.
pub(crate) fn noted_path(noted: &str) -> PathBuf {
    #[cfg(unix)]
    if let Some(hex) = noted.strip_prefix(BYTES) {
        use std::os::unix::ffi::OsStringExt;
        let digits: Vec<u32> = hex.chars().filter_map(|c| c.to_digit(16)).collect();
        let bytes = digits
            .chunks_exact(2)
            .filter_map(|pair| u8::try_from(pair.iter().fold(0, |all, one| all * 16 + one)).ok())
            .collect();
        return PathBuf::from(std::ffi::OsString::from_vec(bytes));
    }
    PathBuf::from(noted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_become_harmless() {
        let long = format!("{}.pdf", "n".repeat(400));
        for (name, kept) in [
            ("report.pdf", "report.pdf"),
            ("a\u{202e}fdp.exe", "afdp.exe"),
            ("CON.pdf", "_CON.pdf"),
            ("lpt1", "_lpt1"),
            ("con text.pdf", "con text.pdf"),
            ("a:b?.pdf", "a_b_.pdf"),
            ("ending dot. ", "ending dot"),
            ("e\u{301}tude.pdf", "étude.pdf"),
            ("تقرير\u{200f}.pdf", "تقرير\u{200f}.pdf"),
            ("می\u{200c}خواهم.pdf", "می\u{200c}خواهم.pdf"),
            ("\u{202e}", "_"),
            ("line\nbreak", "line_break"),
        ] {
            assert_eq!(clean(name).name, kept, "{name}");
        }
        assert!(clean("a\u{202e}fdp.exe").misleading && !clean("تقرير\u{200f}.pdf").misleading);
        let cut = clean(&long).name;
        assert!(cut.ends_with("n.pdf") && cut.chars().count() < MAX_NAME_CHARS);
    }

    proptest! {
        #[test]
        fn whatever_the_name_is(name in "\\PC{0,300}|[\\x00-\\x7f]{0,40}|[. ]{0,4}(con|aux|com1)[. ]{0,4}") {
            let once = clean(&name);
            prop_assert!(!once.name.is_empty());
            prop_assert!(once.name.chars().count() <= MAX_NAME_CHARS);
            let refused = once.name.contains(['/', '\\', '\0', '\u{202e}']);
            prop_assert!(!refused);
            prop_assert!(!once.name.ends_with(['.', ' ']));
            // Clean already: kept again under the same name.
            prop_assert_eq!(&clean(&once.name).name, &once.name);
        }

        #[cfg(unix)]
        #[test]
        fn every_path_is_noted_and_found_again(bytes in proptest::collection::vec(1_u8..=255, 1..60)) {
            use std::os::unix::ffi::OsStringExt;
            let path = Path::new("/").join(PathBuf::from(std::ffi::OsString::from_vec(bytes)));
            prop_assert_eq!(noted_path(&note_path(&path).unwrap()), path);
        }

        #[cfg(unix)]
        #[test]
        fn two_paths_have_two_keys(
            one in proptest::collection::vec(1_u8..=255, 1..6),
            other in proptest::collection::vec(1_u8..=255, 1..6),
        ) {
            use std::os::unix::ffi::OsStringExt;
            let path = |bytes: &Vec<u8>| PathBuf::from(std::ffi::OsString::from_vec([b"/", bytes.as_slice()].concat()));
            prop_assert_eq!(one == other, path_key(&path(&one)) == path_key(&path(&other)));
        }
    }
}
