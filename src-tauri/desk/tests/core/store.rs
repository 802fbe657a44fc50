//! The database file itself: schema, versions, locks, backups, what a crash leaves.

use std::fs;

use qalam_desk::db::FILE_NAME;
use qalam_desk::drafts::{DraftQuery, NewAttachment};
use qalam_desk::{Code, Desk, OpenOptions};
use rusqlite::Connection;

use crate::{Room, open, rev, write};

/// What SQLite knows of a schema, without its own tables and with spaces made equal.
fn schema(conn: &Connection) -> Vec<String> {
    let mut rows = conn
        .prepare(
            "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
             ORDER BY type, name",
        )
        .unwrap();
    let rows = rows.query_map([], |row| row.get::<_, String>(0)).unwrap();
    rows.map(|sql| {
        sql.unwrap()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    })
    .collect()
}

#[test]
fn schema_sql_is_what_the_migrations_make() {
    let room = Room::new();
    let migrated = Connection::open(room.dir.path().join(FILE_NAME)).unwrap();
    let written = Connection::open_in_memory().unwrap();
    qalam_desk::search::register(&written).unwrap();
    written
        .execute_batch(include_str!("../../src/db/schema.sql"))
        .unwrap();
    assert_eq!(schema(&migrated), schema(&written));
}

#[test]
fn every_table_is_strict_or_an_index_of_words() {
    let room = Room::new();
    let conn = Connection::open(room.dir.path().join(FILE_NAME)).unwrap();
    let mut rows = conn
        .prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict AND name NOT LIKE 'sqlite_%'")
        .unwrap();
    let loose: Vec<String> = rows
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert!(loose.is_empty(), "{loose:?}");
}

#[test]
fn a_newer_desk_is_refused_and_left_alone() {
    let Room { dir, clock, desk } = Room::new();
    drop(desk);
    let conn = Connection::open(dir.path().join(FILE_NAME)).unwrap();
    conn.pragma_update(None, "user_version", 99).unwrap();
    drop(conn);
    let error = open(dir.path(), &clock).unwrap_err();
    assert_eq!(error.code, Code::DeskNewer);
    assert_eq!(error.params["version"], "99");
    assert!(
        fs::read_dir(dir.path().join("backups"))
            .unwrap()
            .next()
            .is_none()
    );
}

#[test]
fn a_desk_that_is_no_database_is_damaged() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(
        dir.path().join(FILE_NAME),
        "not a database at all, but long enough".repeat(40),
    )
    .unwrap();
    let error = Desk::open(dir.path(), OpenOptions::default()).unwrap_err();
    assert_eq!(error.code, Code::DeskDamaged);
}

#[test]
fn two_programs_share_a_desk_and_notice_each_other() {
    let room = Room::ready();
    let other = room.again();
    let seen = room.desk.data_version().unwrap();
    let draft = room.news("Ici");
    assert_eq!(
        room.desk.data_version().unwrap(),
        seen,
        "our own writes are no news"
    );
    write(&other, &draft.id, "fr", &rev(&draft, "fr"), "Là.").unwrap();
    assert_ne!(room.desk.data_version().unwrap(), seen);
    assert_eq!(room.desk.drafts_text(&draft.id, "fr").unwrap(), "Là.");
}

#[test]
fn a_desk_left_leaves_no_sign_though_somebody_still_holds_it() {
    let room = Room::new();
    let signs = || fs::read_dir(room.dir.path().join("tmp")).unwrap().count();
    assert_eq!(signs(), 2);
    room.desk.leave();
    assert_eq!(signs(), 0);
    room.desk.leave();
}

#[test]
fn a_closed_desk_leaves_no_sign_and_a_dead_program_is_cleared_up() {
    let room = Room::new();
    let tmp = room.dir.path().join("tmp");
    let signs = || fs::read_dir(&tmp).unwrap().count();
    assert_eq!(signs(), 2, "its sign and its folder");
    // What a killed program leaves: a sign nobody holds, and half a file.
    fs::write(tmp.join("dead.open"), "").unwrap();
    fs::create_dir(tmp.join("dead")).unwrap();
    fs::write(tmp.join("dead").join("half"), "half").unwrap();
    let other = room.again();
    assert_eq!(signs(), 4, "the dead one is gone, two live");
    drop(other);
    let Room { dir, desk, .. } = room;
    drop(desk);
    assert_eq!(fs::read_dir(dir.path().join("tmp")).unwrap().count(), 0);
}

#[test]
fn an_unclean_end_has_the_database_looked_over() {
    let Room { dir, clock, desk } = Room::ready();
    for number in 0..200 {
        desk.drafts_create(qalam_desk::drafts::NewDraft {
            content_type: "news".to_owned(),
            lang: "fr".to_owned(),
            title: format!("Titre {number}"),
            body: "Des mots. ".repeat(200),
            ..Default::default()
        })
        .unwrap();
    }
    drop(desk);
    let path = dir.path().join(FILE_NAME);
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xAA);
    fs::write(&path, bytes).unwrap();
    fs::write(dir.path().join("tmp").join("dead.open"), "").unwrap();
    for _ in 0..2 {
        // As long as it is damaged, every opening says so.
        let error = open(dir.path(), &clock).unwrap_err();
        assert_eq!(error.code, Code::DeskDamaged);
    }
}

#[test]
fn a_backup_comes_back_whole() {
    let room = Room::ready();
    let draft = room.complete("Un centre ouvre");
    let big: Vec<u8> = (0..9_000_000_u32)
        .map(|number| (number % 251) as u8)
        .collect();
    let named = |name: &str| NewAttachment {
        name: name.to_owned(),
        ..NewAttachment::default()
    };
    room.desk
        .attachments_add_bytes(&draft.id, &big, named("grand.bin"))
        .unwrap();
    room.desk
        .attachments_add_bytes(&draft.id, b"petit", named("petit.txt"))
        .unwrap();
    let file = room.dir.path().join("sauvegarde.qalam-backup");
    room.desk.backup_to(&file).unwrap();
    assert_eq!(
        room.desk.backup_to(&file).unwrap_err().code,
        Code::TargetNotEmpty
    );
    let report = room.desk.rehearse(&file).unwrap();
    assert!(report.ok, "{report:?}");
    assert_eq!((report.drafts, report.blobs), (1, 2));
    let into = tempfile::tempdir().unwrap();
    Desk::restore(&file, into.path()).unwrap();
    let back = open(into.path(), &room.clock).unwrap();
    assert_eq!(
        back.drafts_open(&draft.id).unwrap(),
        room.desk.drafts_open(&draft.id).unwrap()
    );
    assert!(back.check().unwrap().ok);
    assert_eq!(
        Desk::restore(&file, into.path()).unwrap_err().code,
        Code::TargetNotEmpty
    );
    // Words are found in it.
    let query = DraftQuery {
        query: Some("centre".to_owned()),
        ..DraftQuery::default()
    };
    assert_eq!(back.drafts_list(&query).unwrap().drafts.len(), 1);
}

#[test]
fn what_is_no_backup_is_not_restored() {
    let room = Room::ready();
    let into = room.dir.path().join("neu");
    for (name, bytes) in [("text", &b"some text"[..]), ("empty", b"")] {
        let file = room.dir.path().join(name);
        fs::write(&file, bytes).unwrap();
        assert_eq!(
            Desk::restore(&file, &into).unwrap_err().code,
            Code::NotABackup,
            "{name}"
        );
    }
    let missing = room.dir.path().join("missing");
    let error = Desk::restore(&missing, &into).unwrap_err();
    assert_eq!(error.code, Code::PathNotFound);
    assert_eq!(error.params["path"], missing.display().to_string());
    // The database alone is no backup either: it has no blobs.
    let database = room.dir.path().join(FILE_NAME);
    assert_eq!(
        Desk::restore(&database, &into).unwrap_err().code,
        Code::NotABackup
    );
    assert!(!into.exists());
}

#[test]
fn a_backup_with_other_bytes_is_refused() {
    let room = Room::ready();
    let draft = room.news("Un titre");
    let named = NewAttachment {
        name: "x.txt".to_owned(),
        ..NewAttachment::default()
    };
    room.desk
        .attachments_add_bytes(&draft.id, b"honest", named)
        .unwrap();
    let file = room.dir.path().join("b");
    room.desk.backup_to(&file).unwrap();
    let conn = Connection::open(&file).unwrap();
    let changed = conn
        .execute(
            "UPDATE piece SET bytes = x'00' WHERE part <> ?1",
            [FILE_NAME],
        )
        .unwrap();
    assert_eq!(changed, 1);
    drop(conn);
    let into = room.dir.path().join("neu");
    assert_eq!(
        Desk::restore(&file, &into).unwrap_err().code,
        Code::BlobDamaged
    );
    assert!(
        !into.join(FILE_NAME).exists(),
        "what is not whole is no desk"
    );
}

#[test]
fn looking_the_desk_over_finds_what_is_wrong_with_the_blobs() {
    let room = Room::ready();
    let draft = room.news("Un titre");
    let add = |bytes: &[u8]| {
        let named = NewAttachment {
            name: "x.txt".to_owned(),
            ..NewAttachment::default()
        };
        room.desk
            .attachments_add_bytes(&draft.id, bytes, named)
            .unwrap()
            .sha256
    };
    let (gone, bad) = (add(b"gone"), add(b"bad"));
    fs::remove_file(room.desk.blob_path(&gone).unwrap()).unwrap();
    fs::write(room.desk.blob_path(&bad).unwrap(), "other").unwrap();
    let orphan = "ab".repeat(32);
    let path = room.desk.blob_path(&orphan).unwrap();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, "left over").unwrap();
    let report = room.desk.check().unwrap();
    assert!(!report.ok);
    assert_eq!(
        (report.missing, report.bad_hashes),
        (vec![gone.clone()], vec![bad.clone()])
    );
    assert_eq!(report.orphans, [orphan]);
    assert!(report.database.is_empty());
    assert_eq!(room.desk.sweep().unwrap(), 1);
    assert!(!path.exists());
    // Attaching the same bytes again heals both.
    assert_eq!((add(b"gone"), add(b"bad")), (gone, bad));
}

#[test]
fn a_backup_that_cannot_be_written_names_what_is_missing() {
    let room = Room::ready();
    let folder = room.dir.path().join("nowhere");
    let error = room.desk.backup_to(&folder.join("b")).unwrap_err();
    assert_eq!(error.code, Code::PathNotFound);
    assert_eq!(error.params["path"], folder.display().to_string());
}

#[test]
fn the_database_of_another_program_is_refused_and_left_alone() {
    for (name, sql) in [
        ("marked", "PRAGMA application_id = 7; CREATE TABLE x (a);"),
        ("plain", "CREATE TABLE draft (a); CREATE TABLE release (a);"),
        ("versioned", "CREATE TABLE x (a); PRAGMA user_version = 1;"),
        ("newer", "CREATE TABLE x (a); PRAGMA user_version = 99;"),
        ("log", "PRAGMA journal_mode = WAL; CREATE TABLE x (a);"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE_NAME);
        let foreign = Connection::open(&path).unwrap();
        foreign.execute_batch(sql).unwrap();
        drop(foreign);
        let before = fs::read(&path).unwrap();
        let error = Desk::open(dir.path(), OpenOptions::default()).unwrap_err();
        assert_eq!(error.code, Code::NotADesk, "{name}");
        assert_eq!(error.params["file"], path.display().to_string());
        assert!(fs::read(&path).unwrap() == before, "{name}");
        assert!(!dir.path().join("blobs").exists(), "{name}");
    }
}

#[test]
fn a_desk_made_before_the_mark_is_ours_and_gets_it() {
    let Room { dir, clock, desk } = Room::ready();
    drop(desk);
    let path = dir.path().join(FILE_NAME);
    let mark = || -> i64 {
        let conn = Connection::open(&path).unwrap();
        conn.query_row("PRAGMA application_id", [], |row| row.get(0))
            .unwrap()
    };
    let ours = mark();
    assert_ne!(ours, 0);
    Connection::open(&path)
        .unwrap()
        .pragma_update(None, "application_id", 0)
        .unwrap();
    assert_eq!(mark(), 0);
    drop(open(dir.path(), &clock).unwrap());
    assert_eq!(mark(), ours);
    // An empty file is a desk that was never begun.
    let fresh = tempfile::tempdir().unwrap();
    fs::write(fresh.path().join(FILE_NAME), b"").unwrap();
    open(fresh.path(), &clock).unwrap();
}
