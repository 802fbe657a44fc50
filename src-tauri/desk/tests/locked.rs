//! A desk that is locked: nothing in its folder is readable without the key, whatever happened.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test may fail loudly

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use qalam_desk::drafts::{NewAttachment, NewDraft, SaveDraft, Text};
use qalam_desk::locked::{self, Stage};
use qalam_desk::search::SearchRequest;
use qalam_desk::secrets::MemorySecrets;
use qalam_desk::{Code, Desk, OpenOptions};
use secrecy::SecretString;

const WORDS: &[&str] = &["zanzibarquokka", "تطعيمالأطفال", "parcelle-secrete"];

fn passphrase(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}

fn open(dir: &Path, key: Option<locked::DeskKey>) -> qalam_desk::Result<Desk> {
    Desk::open(
        dir,
        OpenOptions {
            secrets: Arc::new(MemorySecrets::default()),
            key,
            ..OpenOptions::default()
        },
    )
}

/// A piece, a picture file and a data file that hold the words.
fn write_something(desk: &Desk, room: &Path) -> (String, String) {
    let draft = desk
        .drafts_create(NewDraft {
            content_type: "news".to_owned(),
            lang: "en".to_owned(),
            ..NewDraft::default()
        })
        .unwrap();
    desk.drafts_save(SaveDraft {
        draft: draft.id.clone(),
        lang: "en".to_owned(),
        base: draft.languages[0].rev.clone(),
        title: Some(format!("About {}", WORDS[0])),
        text: Text::Markdown(format!("{} {}\n", WORDS[1], "word ".repeat(3_000))),
        ..SaveDraft::default()
    })
    .unwrap();
    let file = room.join("figures.csv");
    fs::write(&file, format!("{},1\n", WORDS[2]).repeat(20_000)).unwrap();
    let attachment = desk
        .attachments_add_file(&draft.id, &file, NewAttachment::default())
        .unwrap();
    desk.attachments_read(None, &|| false).unwrap();
    (draft.id, attachment.sha256)
}

/// Files below `dir` that hold one of the words, or whose name is the hash of a file.
fn readable(dir: &Path, sha256: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in walkdir::WalkDir::new(dir) {
        let entry = entry.unwrap();
        let name = entry.path().display().to_string();
        if !entry.file_type().is_file() {
            continue;
        }
        if name.contains(sha256) {
            found.insert(format!("{name} names a file"));
        }
        let bytes = fs::read(entry.path()).unwrap();
        for word in WORDS {
            let utf16: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
            for form in [word.as_bytes(), &utf16] {
                if bytes.windows(form.len()).any(|part| part == form) {
                    found.insert(format!("{name} holds {word}"));
                }
            }
        }
    }
    found
}

fn holds_all(desk: &Desk, draft: &str, sha256: &str) {
    let opened = desk.drafts_open(draft).unwrap();
    assert!(opened.languages[0].title.contains(WORDS[0]));
    let hits = desk
        .search(&SearchRequest {
            query: WORDS[1].to_owned(),
            limit: 5,
            ..SearchRequest::default()
        })
        .unwrap();
    assert_eq!(hits.hits.len(), 1);
    let mut bytes = String::new();
    desk.blobs()
        .open(sha256)
        .unwrap()
        .read_to_string(&mut bytes)
        .unwrap();
    assert_eq!(bytes.lines().count(), 20_000);
    assert!(fs::read_to_string(desk.blob_path(sha256).unwrap()).unwrap() == bytes);
    let report = desk.check().unwrap();
    assert!(report.ok && report.orphans.is_empty(), "{report:?}");
}

#[test]
fn nothing_of_a_locked_desk_is_readable_and_all_of_it_with_the_key() {
    let room = tempfile::tempdir().unwrap();
    let dir = room.path().join("desk");
    let (draft, sha256) = {
        let desk = open(&dir, None).unwrap();
        write_something(&desk, room.path())
    };
    assert!(readable(&dir, &sha256).len() >= 3);
    let (key, lines) = locked::lock(&dir, &passphrase("a long passphrase"), &mut |_| {}).unwrap();
    assert_eq!(readable(&dir, &sha256), BTreeSet::new());
    assert_eq!(open(&dir, None).unwrap_err().code, Code::DeskLocked);
    assert_eq!(locked::stage(&dir).unwrap(), Some(Stage::Locked));

    let desk = open(&dir, Some(key.clone())).unwrap();
    holds_all(&desk, &draft, &sha256);
    // What is written while it is open is sealed at once: pages, the log, new files, their text.
    let (second, other) = write_something(&desk, room.path());
    assert_eq!(other, sha256);
    let big = room.path().join("more.csv");
    fs::write(&big, format!("{};2\n", WORDS[0]).repeat(9_000)).unwrap();
    desk.attachments_add_file(&second, &big, NewAttachment::default())
        .unwrap();
    desk.attachments_read(None, &|| false).unwrap();
    assert_eq!(readable(&dir, &sha256), BTreeSet::new());
    // A backup is sealed too, and opens with the same passphrase.
    let backup = room.path().join("backup");
    desk.backup_to(&backup).unwrap();
    let aside = room.path().join("aside");
    fs::create_dir(&aside).unwrap();
    fs::rename(&backup, aside.join("backup")).unwrap();
    assert_eq!(readable(&aside, &sha256), BTreeSet::new());
    assert!(desk.rehearse(&aside.join("backup")).unwrap().ok);
    let back = room.path().join("back");
    Desk::restore(&aside.join("backup"), &back).unwrap();
    assert_eq!(readable(&back, &sha256), BTreeSet::new());
    let key_of_backup =
        locked::unlock(&back, &passphrase("a long passphrase"), Timestamp::now()).unwrap();
    assert!(
        open(&back, Some(key_of_backup))
            .unwrap()
            .check()
            .unwrap()
            .ok
    );
    // Two programs on one locked desk are normal.
    let beside = open(&dir, Some(key.clone())).unwrap();
    beside.drafts_trash(&second).unwrap();
    assert!(desk.drafts_open(&second).unwrap().trashed);
    drop(beside);
    // Shut, it answers nothing any more, and its next opening finds all of it.
    desk.shut();
    assert!(desk.drafts_open(&draft).is_err());
    assert!(desk.blobs().open(&sha256).is_err());
    drop(desk);
    assert_eq!(readable(&dir, &sha256), BTreeSet::new());
    let by_lines = locked::recover(&dir, &lines).unwrap();
    let desk = open(&dir, Some(by_lines)).unwrap();
    assert!(desk.check().unwrap().ok);
    drop(desk);
    locked::open_for_good(&dir, &key, &mut |_| {}).unwrap();
    holds_all(&open(&dir, None).unwrap(), &draft, &sha256);
}

/// The process dies at every moment in turn; what opens the desk next finishes the work.
#[test]
fn cut_off_at_any_moment_nothing_is_lost() {
    let room = tempfile::tempdir().unwrap();
    let first = room.path().join("first");
    let (draft, sha256) = {
        let desk = open(&first, None).unwrap();
        write_something(&desk, room.path())
    };
    let word = passphrase("a long passphrase");
    for direction in ["lock", "open"] {
        for moment in 0.. {
            let dir = room.path().join(format!("{direction}-{moment}"));
            copy(&first, &dir);
            let key =
                (direction == "open").then(|| locked::lock(&dir, &word, &mut |_| {}).unwrap().0);
            let mut left = moment;
            let mut dies = |_| {
                assert!(left > 0, "the power is gone");
                left -= 1;
            };
            let ended = catch_unwind(AssertUnwindSafe(|| match &key {
                None => locked::lock(&dir, &word, &mut dies).map(drop),
                Some(key) => locked::open_for_good(&dir, key, &mut dies),
            }));
            if let Ok(outcome) = ended {
                outcome.unwrap();
                assert!(moment > 3, "so few moments");
                break;
            }
            let key = locked::unlock(&dir, &word, Timestamp::now()).unwrap();
            assert_eq!(open(&dir, None).unwrap_err().code, Code::DeskLocked);
            let desk = open(&dir, Some(key)).unwrap();
            holds_all(&desk, &draft, &sha256);
            drop(desk);
            let now = locked::stage(&dir).unwrap();
            if direction == "lock" {
                assert_eq!(now, Some(Stage::Locked));
                assert_eq!(readable(&dir, &sha256), BTreeSet::new(), "{moment}");
            } else {
                assert_eq!(now, None);
                open(&dir, None).unwrap();
            }
        }
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.unwrap();
        let target = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target).unwrap();
        } else {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}

/// A power cut keeps some bytes and loses others: whatever was acknowledged is there, sealed or not.
#[test]
fn a_log_cut_at_any_place_opens_to_a_whole_desk() {
    let room = tempfile::tempdir().unwrap();
    let dir = room.path().join("desk");
    drop(open(&dir, None).unwrap());
    let (key, _) = locked::lock(&dir, &passphrase("a long passphrase"), &mut |_| {}).unwrap();
    let desk = open(&dir, Some(key.clone())).unwrap();
    write_something(&desk, room.path());
    let log = fs::read(dir.join("desk.sqlite3-wal")).unwrap();
    assert!(log.len() > 100_000);
    for part in 0..24 {
        let torn = room.path().join(format!("torn-{part}"));
        fs::create_dir_all(torn.join("blobs")).unwrap();
        for name in ["desk.sqlite3", "locked.json"] {
            fs::copy(dir.join(name), torn.join(name)).unwrap();
        }
        let mut rest = log.clone();
        let cut = log.len() * part / 24 + part * 7;
        if part % 2 == 0 {
            rest.truncate(cut);
        } else if let Some(byte) = rest.get_mut(cut) {
            *byte ^= 0x40;
        }
        fs::write(torn.join("desk.sqlite3-wal"), rest).unwrap();
        let opened = open(&torn, Some(key.clone())).unwrap();
        assert_eq!(
            opened.check().unwrap().database,
            Vec::<String>::new(),
            "{part}"
        );
    }
}

#[test]
fn an_altered_page_is_named_and_never_shown() {
    let room = tempfile::tempdir().unwrap();
    let dir = room.path().join("desk");
    {
        let desk = open(&dir, None).unwrap();
        write_something(&desk, room.path());
    }
    let (key, _) = locked::lock(&dir, &passphrase("a long passphrase"), &mut |_| {}).unwrap();
    let path = dir.join("desk.sqlite3");
    let whole = fs::read(&path).unwrap();
    let mut refused = 0;
    for page in (0..whole.len() / 4096).step_by(13) {
        let mut other = whole.clone();
        other[page * 4096 + 1234] ^= 1;
        fs::write(&path, other).unwrap();
        let outcome = open(&dir, Some(key.clone())).and_then(|desk| desk.check());
        match outcome {
            Err(error) => {
                assert_eq!(error.code, Code::DeskDamaged, "{page}: {error}");
                refused += 1;
            }
            Ok(report) => assert!(!report.database.is_empty(), "{page}"),
        }
    }
    assert!(refused > 0);
    // Two pages that changed places are found as well.
    let mut swapped = whole.clone();
    let (one, two) = (4096 * 3, 4096 * 4);
    for n in 0..4096 {
        swapped.swap(one + n, two + n);
    }
    fs::write(&path, swapped).unwrap();
    let outcome = open(&dir, Some(key)).and_then(|desk| desk.check());
    assert!(outcome.map_or(true, |report| !report.database.is_empty()));
}

#[test]
fn passphrases_lines_and_the_pause() {
    let room = tempfile::tempdir().unwrap();
    let dir = room.path().join("desk");
    drop(open(&dir, None).unwrap());
    let now = Timestamp::now();
    let nothing = &mut |_| {};
    assert_eq!(
        locked::lock(&dir, &passphrase("short"), nothing)
            .unwrap_err()
            .code,
        Code::PassphraseShort
    );
    assert_eq!(locked::stage(&dir).unwrap(), None);
    let first = passphrase("the first passphrase");
    {
        let _used = open(&dir, None).unwrap();
        assert_eq!(
            locked::lock(&dir, &first, nothing).unwrap_err().code,
            Code::DeskBusy
        );
    }
    let (key, lines) = locked::lock(&dir, &first, nothing).unwrap();
    assert_eq!(
        locked::lock(&dir, &first, nothing).unwrap_err().code,
        Code::DeskAlreadyLocked
    );
    let second = passphrase("كلمة سر طويلة جدا");
    locked::set_passphrase(&dir, &key, &second).unwrap();
    let wrong = |code: Code, now: Timestamp| {
        assert_eq!(locked::unlock(&dir, &first, now).unwrap_err().code, code);
    };
    for _ in 0..4 {
        wrong(Code::DeskPassphraseWrong, now);
    }
    // Now even the right one has to wait, and waiting helps.
    wrong(Code::UnlockPaused, now);
    assert_eq!(
        locked::unlock(&dir, &second, now).unwrap_err().code,
        Code::UnlockPaused
    );
    let later = now.saturating_add(SignedDuration::from_secs(2)).unwrap();
    locked::unlock(&dir, &second, later).unwrap();
    wrong(Code::DeskPassphraseWrong, now);
    // The lines: misread, of another desk, replaced.
    let misread = lines.replacen(|c: char| c.is_ascii_digit(), "x", 1);
    assert_eq!(
        locked::recover(&dir, &misread).unwrap_err().code,
        Code::PaperIncomplete
    );
    let newer = locked::new_paper(&dir, &key).unwrap();
    assert_eq!(
        locked::recover(&dir, &lines).unwrap_err().code,
        Code::DeskPaperOther
    );
    let by_paper = locked::recover(&dir, &newer).unwrap();
    locked::set_passphrase(&dir, &by_paper, &first).unwrap();
    let key = locked::unlock(&dir, &first, now).unwrap();
    drop(open(&dir, Some(key.clone())).unwrap());
    // A secret covered by one desk's key is nothing to another.
    let cover = key.cover("portal/1", &passphrase("t0ken")).unwrap();
    assert!(locked::is_covered(&cover));
    use secrecy::ExposeSecret;
    assert_eq!(
        key.uncover("portal/1", &cover).unwrap().expose_secret(),
        "t0ken"
    );
    assert!(key.uncover("portal/2", &cover).is_none());
}

#[test]
fn a_sealed_file_in_the_place_of_another_is_no_file_of_the_desk() {
    let room = tempfile::tempdir().unwrap();
    let dir = room.path().join("desk");
    let (draft, first) = {
        let desk = open(&dir, None).unwrap();
        write_something(&desk, room.path())
    };
    let (key, _) = locked::lock(&dir, &passphrase("a long passphrase"), &mut |_| {}).unwrap();
    let desk = open(&dir, Some(key)).unwrap();
    // As long as the first, so nothing but the name tells them apart.
    let other = room.path().join("other.csv");
    fs::write(&other, format!("{},2\n", WORDS[2]).repeat(20_000)).unwrap();
    let second = desk
        .attachments_add_file(&draft, &other, NewAttachment::default())
        .unwrap()
        .sha256;
    let read = |sha256: &str| -> qalam_desk::Result<usize> {
        let mut text = String::new();
        let mut bytes = desk.blobs().open(sha256)?;
        bytes.read_to_string(&mut text).unwrap();
        Ok(text.lines().count())
    };
    assert_eq!(
        (read(&first).unwrap(), read(&second).unwrap()),
        (20_000, 20_000)
    );
    let sealed: Vec<_> = walkdir::WalkDir::new(dir.join("blobs"))
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.is_file())
        .collect();
    assert_eq!(sealed.len(), 2);
    let aside = room.path().join("aside");
    fs::rename(&sealed[0], &aside).unwrap();
    fs::rename(&sealed[1], &sealed[0]).unwrap();
    fs::rename(&aside, &sealed[1]).unwrap();
    for sha256 in [&first, &second] {
        assert_eq!(read(sha256).unwrap_err().code, Code::BlobDamaged);
    }
    let report = desk.check().unwrap();
    assert!(!report.ok, "{report:?}");
}

/// Nothing passes through the disk on the way: no journal, no temporary table.
#[test]
fn a_locked_desk_writes_no_file_but_its_database_log_and_blobs() {
    let room = tempfile::tempdir().unwrap();
    let dir = room.path().join("desk");
    {
        let desk = open(&dir, None).unwrap();
        write_something(&desk, room.path());
    }
    let (mut seen, mut names) = (0, BTreeSet::new());
    let mut look = |_| {
        seen += 1;
        for entry in walkdir::WalkDir::new(&dir).into_iter().flatten() {
            names.insert(entry.file_name().to_string_lossy().into_owned());
        }
    };
    locked::lock(&dir, &passphrase("a long passphrase"), &mut look).unwrap();
    assert!(seen > 3);
    let passing = |name: &&String| name.contains("journal") || name.contains("etilqs");
    assert_eq!(names.iter().find(passing), None);
}
