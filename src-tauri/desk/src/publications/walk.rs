//! Which files a drop means, and which of them are no publications.

use std::collections::BTreeSet;
use std::fs::Metadata;
use std::path::{Path, PathBuf};

use qalam_content::limits::MAX_FILE_BYTES;
use qalam_content::problem::Problem;
use walkdir::WalkDir;

use crate::job::IntakeStatus;

/// Problem codes of an intake; the sentences are in the interface's locales.
pub mod code {
    /// There is nothing at the path.
    pub const PATH_NOT_FOUND: &str = "path_not_found";
    /// The file or folder cannot be read; `detail`.
    pub const FILE_UNREADABLE: &str = "file_unreadable";
    /// The file is larger than `max` bytes.
    pub const FILE_TOO_LARGE: &str = "file_too_large";
    /// The file is empty.
    pub const FILE_EMPTY: &str = "file_empty";
    /// A hidden file.
    pub const FILE_HIDDEN: &str = "file_hidden";
    /// A temporary or system file another program leaves behind.
    pub const FILE_TEMPORARY: &str = "file_temporary";
    /// A link to a folder; folders are followed only where they are.
    pub const LINK_NOT_FOLLOWED: &str = "link_not_followed";
    /// Neither a file nor a folder.
    pub const NOT_A_FILE: &str = "not_a_file";
    /// The file was being written while it was read.
    pub const FILE_CHANGING: &str = "file_changing";
    /// The file was there a moment ago and is gone.
    pub const FILE_GONE: &str = "file_gone";
    /// The folder that was dropped cannot be reached any more.
    pub const FOLDER_GONE: &str = "folder_gone";
    /// The name holds signs that make its ending look like another one.
    pub const NAME_MISLEADING: &str = "name_misleading";
    /// Probably the same work as publication `publication`, titled `title`.
    pub const MAYBE_SAME_WORK: &str = "maybe_same_work";
    /// Probably a newer edition of publication `publication`, titled `title`.
    pub const NEWER_EDITION: &str = "newer_edition";
    /// Probably an older edition of publication `publication`, titled `title`.
    pub const OLDER_EDITION: &str = "older_edition";
    /// A portal has a piece titled `title` that is about it, or the file itself.
    pub const ON_PORTAL: &str = "on_portal";
    /// The desk could not store the file; `code`, `detail`.
    pub const NOT_STORED: &str = "not_stored";
    /// The job stopped because the desk itself failed; `code`, `detail`.
    pub const INTAKE_STOPPED: &str = "intake_stopped";

    /// Every code above, and those of the worker, for the test that each has its sentence.
    pub const ALL: &[&str] = &[
        PATH_NOT_FOUND,
        FILE_UNREADABLE,
        FILE_TOO_LARGE,
        FILE_EMPTY,
        FILE_HIDDEN,
        FILE_TEMPORARY,
        LINK_NOT_FOLLOWED,
        NOT_A_FILE,
        FILE_CHANGING,
        FILE_GONE,
        FOLDER_GONE,
        NAME_MISLEADING,
        MAYBE_SAME_WORK,
        NEWER_EDITION,
        OLDER_EDITION,
        ON_PORTAL,
        NOT_STORED,
        INTAKE_STOPPED,
        crate::imports::bounds::TOOK_TOO_LONG,
        crate::imports::bounds::TOOK_TOO_MUCH_MEMORY,
    ];
}

/// One path found by walking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundPath {
    /// Where it is, absolute.
    pub path: PathBuf,
    /// The dropped path it was found under.
    pub root: PathBuf,
    /// Its size then, in bytes; 0 for what is not looked at.
    pub bytes: u64,
    /// Why it is not taken in; `None` for a file to look at.
    pub left_out: Option<(IntakeStatus, Problem)>,
}

/// The file name of a path, for people.
#[must_use]
pub fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}

/// All files the paths mean, folders walked in the order of names, each file once. Stops early
/// when `cancelled`.
#[must_use]
pub fn walk(paths: &[PathBuf], cancelled: &dyn Fn() -> bool) -> Vec<FoundPath> {
    let mut known: BTreeSet<PathBuf> = BTreeSet::new();
    let mut found = Vec::new();
    for root in paths {
        let root = std::path::absolute(root).unwrap_or_else(|_| root.clone());
        if !root.exists() {
            if known.insert(root.clone()) {
                let problem =
                    Problem::new(code::PATH_NOT_FOUND, name_of(&root)).with("path", root.display());
                found.push(FoundPath {
                    path: root.clone(),
                    root,
                    bytes: 0,
                    left_out: Some((IntakeStatus::Failed, problem)),
                });
            }
            continue;
        }
        // Links inside a folder are not followed, so there are no loops and nothing outside of
        // what was dropped comes in; the dropped path itself may be a link.
        for entry in WalkDir::new(&root).follow_links(false).sort_by_file_name() {
            if cancelled() {
                return found;
            }
            let one = match entry {
                Ok(entry) if entry.file_type().is_dir() => continue,
                Ok(entry) => {
                    let below = entry
                        .path()
                        .strip_prefix(&root)
                        .map_or_else(|_| PathBuf::new(), Path::to_path_buf);
                    let (bytes, left_out) = match left_out(&entry, &below) {
                        Ok(bytes) => (bytes, None),
                        Err(why) => (0, Some(*why)),
                    };
                    FoundPath {
                        left_out,
                        bytes,
                        root: root.clone(),
                        path: entry.into_path(),
                    }
                }
                Err(error) => {
                    let path = error.path().unwrap_or(&root).to_path_buf();
                    let problem =
                        Problem::new(code::FILE_UNREADABLE, name_of(&path)).with("detail", &error);
                    FoundPath {
                        path,
                        root: root.clone(),
                        bytes: 0,
                        left_out: Some((IntakeStatus::Failed, problem)),
                    }
                }
            };
            if known.insert(one.path.clone()) {
                found.push(one);
            }
        }
    }
    found
}

/// Why a file is not looked at.
type LeftOut = Box<(IntakeStatus, Problem)>;

/// What the directory entry alone says: the size, or why it is left out. `below`: the path inside
/// the dropped folder; empty for a file dropped by itself, which may well be hidden: the person
/// chose it.
fn left_out(entry: &walkdir::DirEntry, below: &Path) -> Result<u64, LeftOut> {
    let name = name_of(entry.path());
    let skip = |code: &str| {
        Err(Box::new((
            IntakeStatus::Skipped,
            Problem::new(code, name.clone()),
        )))
    };
    if is_temporary(&name) {
        return skip(code::FILE_TEMPORARY);
    }
    let hidden = below
        .components()
        .any(|part| part.as_os_str().to_string_lossy().starts_with('.'));
    if hidden {
        return skip(code::FILE_HIDDEN);
    }
    let metadata = match std::fs::metadata(entry.path()) {
        Ok(metadata) => metadata,
        Err(error) => {
            let problem = Problem::new(code::FILE_UNREADABLE, name).with("detail", &error);
            return Err(Box::new((IntakeStatus::Failed, problem)));
        }
    };
    if !below.as_os_str().is_empty() && has_hidden_attribute(&metadata) {
        return skip(code::FILE_HIDDEN);
    }
    // What a link of a dropped folder leads to may lie anywhere; one dropped by itself was chosen.
    if metadata.is_dir() || (entry.path_is_symlink() && !below.as_os_str().is_empty()) {
        return skip(code::LINK_NOT_FOLLOWED);
    }
    if !metadata.is_file() {
        return skip(code::NOT_A_FILE);
    }
    if metadata.len() == 0 {
        return skip(code::FILE_EMPTY);
    }
    if metadata.len() > MAX_FILE_BYTES {
        let problem = Problem::new(code::FILE_TOO_LARGE, name)
            .with("max", MAX_FILE_BYTES)
            .with("length", metadata.len());
        return Err(Box::new((IntakeStatus::Skipped, problem)));
    }
    Ok(metadata.len())
}

#[cfg(windows)]
fn has_hidden_attribute(metadata: &Metadata) -> bool {
    use std::os::windows::fs::MetadataExt;
    /// FILE_ATTRIBUTE_HIDDEN or FILE_ATTRIBUTE_SYSTEM.
    const HIDDEN_OR_SYSTEM: u32 = 0x2 | 0x4;
    metadata.file_attributes() & HIDDEN_OR_SYSTEM != 0
}

#[cfg(not(windows))]
fn has_hidden_attribute(_metadata: &Metadata) -> bool {
    false
}

/// Files that office programs, browsers and systems leave beside the real ones.
fn is_temporary(name: &str) -> bool {
    let lower = name.to_lowercase();
    name.starts_with("~$")
        || name.starts_with(".~lock.")
        || name.ends_with('~')
        || matches!(lower.as_str(), "thumbs.db" | "desktop.ini" | "ehthumbs.db")
        || [
            ".tmp",
            ".temp",
            ".part",
            ".partial",
            ".crdownload",
            ".download",
            ".swp",
        ]
        .iter()
        .any(|ending| lower.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(found: &[FoundPath]) -> Vec<(String, Option<String>)> {
        found
            .iter()
            .map(|one| {
                (
                    name_of(&one.path),
                    one.left_out
                        .as_ref()
                        .map(|(status, problem)| format!("{} {}", status.as_str(), problem.code)),
                )
            })
            .collect()
    }

    #[test]
    fn a_folder_is_walked_in_order_and_everything_is_accounted_for() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::create_dir_all(root.join("b/.git")).unwrap();
        for (name, content) in [
            ("c.pdf", "c"),
            ("a.pdf", "a"),
            ("b/inner.pdf", "i"),
            ("b/.git/config", "x"),
            (".hidden", "x"),
            ("~$report.docx", "x"),
            ("empty.pdf", ""),
            ("Thumbs.db", "x"),
        ] {
            std::fs::write(root.join(name), content).unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(root, root.join("loop")).unwrap();
        let found = walk(
            &[
                root.to_path_buf(),
                root.join("c.pdf"),
                root.join("absent.pdf"),
            ],
            &|| false,
        );
        let skipped = |name: &str, code: &str| (name.to_owned(), Some(format!("skipped {code}")));
        let mut expected = vec![
            skipped(".hidden", "file_hidden"),
            skipped("Thumbs.db", "file_temporary"),
            ("a.pdf".to_owned(), None),
            skipped("config", "file_hidden"),
            ("inner.pdf".to_owned(), None),
            ("c.pdf".to_owned(), None),
            skipped("empty.pdf", "file_empty"),
        ];
        #[cfg(unix)]
        expected.push(skipped("loop", "link_not_followed"));
        expected.push(skipped("~$report.docx", "file_temporary"));
        expected.push((
            "absent.pdf".to_owned(),
            Some("failed path_not_found".to_owned()),
        ));
        assert_eq!(names(&found), expected);
    }

    #[test]
    fn a_hidden_file_that_was_chosen_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".chosen.pdf");
        std::fs::write(&path, "x").unwrap();
        assert_eq!(
            names(&walk(&[path], &|| false)),
            [(".chosen.pdf".to_owned(), None)]
        );
    }

    #[test]
    fn walking_stops_when_cancelled() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a"), "x").unwrap();
        assert!(walk(&[folder.path().to_path_buf()], &|| true).is_empty());
    }
}
