//! Names, shapes and exit codes of the command line, as promised.

use serde_json::{Value, json};

use crate::runner::Desk;

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

fn has(value: &Value, wanted: &[&str]) {
    let found = keys(value);
    for key in wanted {
        assert!(found.contains(key), "{key} in {value}");
    }
}

#[test]
fn init_again_changes_the_profile_and_keeps_the_person() {
    let desk = Desk::new();
    let first = desk
        .run(&["init", "--owner", "tr", "--name", "A", "--role", "author"])
        .done();
    assert_eq!(first["owner"], "TR");
    let again = desk
        .run(&[
            "init",
            "--owner",
            "SESRIC",
            "--name",
            "B",
            "--role",
            "both",
            "--display-lang",
            "ar",
        ])
        .done();
    assert_eq!(again["owner"], "SESRIC");
    assert_eq!(again["person"], first["person"]);
}

#[test]
fn wrong_usage_is_exit_2_and_still_json() {
    let desk = Desk::new();
    assert_eq!(desk.run(&["draft", "mangle"]).refused(2), "usage");
    assert_eq!(
        desk.run(&["init", "--owner", "XX", "--name", "A", "--role", "both"])
            .refused(2),
        "unknown_owner"
    );
    assert_eq!(desk.run(&["draft", "show", "17"]).refused(2), "bad_id");
    assert_eq!(
        desk.run(&["draft", "show", "01990000-0000-7000-8000-000000000000"])
            .refused(2),
        "not_found"
    );
    assert_eq!(
        desk.run(&["draft", "list", "--state", "lost"]).refused(2),
        "bad_argument"
    );
    let plain = desk.command().args(["draft", "mangle"]).output().unwrap();
    assert_eq!(plain.status.code(), Some(2));
    assert!(plain.stdout.is_empty());
}

#[test]
fn a_draft_from_new_to_trash() {
    let desk = Desk::with_profile();
    let id = desk.ready_piece();
    let shown = desk.run(&["draft", "show", &id]).done();
    let draft = &shown["draft"];
    assert_eq!(
        (&draft["type"], &draft["state"], &draft["areas"]),
        (&json!("news"), &json!("draft"), &json!(["ta2"]))
    );
    assert_eq!(draft["fields"]["eventDate"], "2026-03-12");
    assert_eq!(draft["languages"][0]["fields"]["place"], "Sample City");
    let rev = draft["languages"][0]["rev"].as_str().unwrap().to_owned();

    let text = desk.run(&["draft", "text", &id, "--lang", "en"]).done();
    assert!(text["markdown"].as_str().unwrap().contains("**back**"));
    let html = desk.run(&["draft", "render", &id, "--lang", "en"]).done();
    assert!(
        html["html"]
            .as_str()
            .unwrap()
            .contains("<strong>back</strong>")
    );

    let checked = desk.run(&["draft", "check", &id]).done();
    assert_eq!(checked["ready"], true, "{checked}");

    let edited = desk
        .run(&[
            "draft",
            "edit",
            &id,
            "--base",
            &rev,
            "--title",
            "A new title for the piece",
        ])
        .done();
    assert_eq!(
        edited["draft"]["languages"][0]["title"],
        "A new title for the piece"
    );
    // Without a base the change is made to what is there now.
    desk.run(&[
        "draft",
        "edit",
        &id,
        "--area",
        "ta1",
        "--field",
        "eventDate=2026-03-13",
        "--urgent",
        "true",
    ])
    .done();
    let arabic = desk
        .run(&[
            "draft",
            "edit",
            &id,
            "--lang",
            "ar",
            "--title",
            "عنوان المادة بالعربية",
        ])
        .done();
    assert_eq!(arabic["draft"]["languages"][1]["lang"], "ar");

    let history = desk.run(&["draft", "history", &id, "--lang", "en"]).done();
    has(&history["revisions"][0], &["rev", "at", "by", "words"]);
    let listed = desk
        .run(&["draft", "list", "--type", "news", "--limit", "10"])
        .done();
    assert_eq!(listed["drafts"][0]["id"], id.as_str());
    assert!(listed["next"].is_null());

    desk.run(&["draft", "trash", &id]).done();
    assert_eq!(desk.run(&["draft", "list"]).done()["drafts"], json!([]));
    desk.run(&["draft", "untrash", &id]).done();
    assert_eq!(
        desk.run(&["draft", "list"]).done()["drafts"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn a_stale_base_is_exit_3_with_both_texts() {
    let desk = Desk::with_profile();
    let id = desk.ready_piece();
    let shown = desk.run(&["draft", "show", &id]).done();
    let base = shown["draft"]["languages"][0]["rev"]
        .as_str()
        .unwrap()
        .to_owned();
    desk.run(&[
        "draft",
        "edit",
        &id,
        "--base",
        &base,
        "--title",
        "The title of the first hand",
    ])
    .done();
    let said = desk.run(&[
        "draft",
        "edit",
        &id,
        "--base",
        &base,
        "--title",
        "The title of the second hand",
    ]);
    let conflict = said.json["conflict"].clone();
    assert_eq!(said.refused(3), "conflict");
    assert_eq!(conflict["yours"]["title"], "The title of the second hand");
    assert_eq!(conflict["theirs"]["title"], "The title of the first hand");
    has(&conflict, &["yours", "theirs", "base"]);
}

#[test]
fn an_older_text_comes_back() {
    let desk = Desk::with_profile();
    let id = desk.ready_piece();
    let first = desk.run(&["draft", "history", &id]).done()["revisions"][0]["rev"]
        .as_str()
        .unwrap()
        .to_owned();
    desk.run(&[
        "draft",
        "edit",
        &id,
        "--title",
        "Something else entirely here",
    ])
    .done();
    let restored = desk.run(&["draft", "restore", &id, &first]).done();
    assert_eq!(
        restored["draft"]["languages"][0]["title"],
        "Mobile teams reach the northern villages"
    );
}

#[test]
fn a_draft_that_is_not_ready_is_refused_by_rule() {
    let desk = Desk::with_profile();
    let made = desk
        .run(&[
            "draft",
            "new",
            "--type",
            "news",
            "--lang",
            "fr",
            "--title",
            "Un titre sans rien",
        ])
        .done();
    let id = made["draft"]["id"].as_str().unwrap();
    let checked = desk.run(&["--lang", "fr", "draft", "check", id]);
    let checked = if checked.code == 0 {
        checked.json
    } else {
        panic!("{}", checked.json)
    };
    assert_eq!(checked["ready"], false);
    has(
        &checked["findings"][0],
        &["code", "severity", "field", "lang", "message", "next"],
    );
    assert!(
        !checked["findings"][0]["message"]
            .as_str()
            .unwrap()
            .is_empty()
    );
    assert_eq!(desk.run(&["review", "submit", id]).refused(3), "not_ready");
    assert_eq!(
        desk.run(&["review", "approve", id]).refused(3),
        "not_in_review"
    );
}

#[test]
fn messages_come_in_the_chosen_language() {
    let desk = Desk::new();
    let said = desk.run(&["--lang", "ar", "portal", "test", "nowhere"]);
    let message = said.json["problems"][0]["message"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        message.chars().any(|c| ('\u{600}'..'\u{6ff}').contains(&c)),
        "{message}"
    );
    assert!(message.contains("\u{2068}nowhere\u{2069}"), "{message}");
    assert_eq!(said.refused(2), "unknown_portal");
}

#[test]
fn texts_are_imported_with_a_report() {
    let desk = Desk::with_profile();
    let markdown = desk.file("piece.md", "# Six mobile teams return\n\nThe teams of the Sample Ministry of Health returned from the mountains on Thursday.\n");
    let word = desk.file("piece.docx", b"PK\x03\x04 not really");
    let said = desk
        .run(&["import", &markdown, "--type", "news", "--lang", "en"])
        .done();
    let draft = &said["drafts"][0];
    has(
        draft,
        &[
            "id",
            "type",
            "lang",
            "title",
            "dateline",
            "source",
            "byline",
            "attachments",
            "report",
            "same_story_as",
        ],
    );
    has(&draft["report"], &["kept", "changed", "dropped"]);
    assert_eq!(draft["title"], "Six mobile teams return");
    assert!(draft["same_story_as"].is_null());
    let both = desk.run(&["import", &markdown, &word, "--lang", "en"]);
    assert_eq!(both.code, 1, "{}", both.json);
    assert_eq!(both.json["ok"], true);
    assert_eq!(both.json["drafts"].as_array().unwrap().len(), 1);
    assert_eq!(both.json["problems"][0]["subject"], word.as_str());
    assert_eq!(desk.run(&["import", &word]).code, 3);
    assert_eq!(
        desk.run(&["import", "/nowhere/at/all.md"]).refused(2),
        "path_not_found"
    );
}

#[test]
fn a_document_that_wants_too_much_is_refused_by_name_and_leaves_nothing() {
    let desk = Desk::with_profile();
    let long = "The teams of the Sample Ministry of Health came **back**.\n\n".repeat(20_000);
    let long = desk.file("long.md", long);
    // The worker is the program itself, with less memory than this document takes.
    for memory in ["600000", "8000000"] {
        let said = desk.run_with(&["import", &long], &[("QALAM_WORKER_MEMORY", memory)], "");
        assert_eq!(said.code, 3, "{}", said.json);
        let code = &said.json["problems"][0]["code"];
        assert_eq!(code, "document_too_much_memory", "{memory}");
    }
    let there = desk.run(&["draft", "list"]).done();
    assert!(there["drafts"].as_array().unwrap().is_empty());
    assert_eq!(desk.run(&["import", &long]).code, 0);
}

#[test]
fn a_desk_nobody_was_named_for_takes_documents_in_as_it_makes_drafts() {
    let desk = Desk::new();
    let made = desk
        .run(&[
            "draft", "new", "--type", "news", "--lang", "en", "--title", "First",
        ])
        .done();
    let text = desk.file(
        "piece.md",
        "# Second\n\nThe teams of the Sample Ministry returned.\n",
    );
    let brought = desk.run(&["import", &text, "--lang", "en"]).done();
    let id = brought["drafts"][0]["id"].as_str().unwrap();
    let shown = desk.run(&["draft", "show", id]).done();
    assert_eq!(shown["draft"]["fields"], made["draft"]["fields"]);
    for draft in [id, made["draft"]["id"].as_str().unwrap()] {
        let refused = desk.run(&["review", "submit", draft]).refused(3);
        assert!(
            ["not_ready", "no_profile"].contains(&refused.as_str()),
            "{refused}"
        );
    }
}

#[test]
fn word_files_are_imported_whole() {
    let desk = Desk::with_profile();
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/word");
    for name in ["letter.docx", "letter.odt"] {
        let file = format!("{fixtures}/{name}");
        let said = desk.run(&["import", &file]);
        assert_eq!(said.code, 1, "{}", said.json);
        assert_eq!(said.json["problems"][0]["code"], "tracked_changes");
        let draft = &said.json["drafts"][0];
        assert_eq!(draft["title"], "Sample measles campaign");
        assert_eq!(draft["lang"], "en");
        assert_eq!(draft["attachments"].as_array().unwrap().len(), 1);
        assert_eq!(draft["report"]["tracked"]["insertions"], 1);
        assert_eq!(
            draft["report"]["comments"][0]["text"],
            "Is this number final?"
        );
        let id = draft["id"].as_str().unwrap();
        let text = desk.run(&["draft", "text", id, "--lang", "en"]).done();
        assert!(
            text["markdown"]
                .as_str()
                .unwrap()
                .contains("thirty districts")
        );
        let before = desk.run(&["import", &file, "--tracked", "reject"]).done();
        let id = before["drafts"][0]["id"].as_str().unwrap().to_owned();
        let text = desk.run(&["draft", "text", &id, "--lang", "en"]).done();
        assert!(
            text["markdown"]
                .as_str()
                .unwrap()
                .contains("twenty districts")
        );
    }
}

#[test]
fn a_translation_is_offered_and_never_made_unasked() {
    let desk = Desk::with_profile();
    let english = desk.file("en.txt", "Campaign reaches every province\n\nRabat, 12 November 2026 (Sample Agency) – The Sample Ministry of Health of Morocco and the World Health Organization vaccinated 1,250,000 children in 82 provinces, the ministry said. It is the largest campaign of the year and lasted 14 days.\n\nPhoto: Sample Studio\n");
    let french = desk.file("fr.txt", "La campagne atteint chaque province\n\nRabat, le 12 novembre 2026 (Agence exemple) – Le ministère de la Santé (exemple) du Maroc et l’Organisation mondiale de la Santé ont vacciné 1 250 000 enfants dans 82 provinces, a indiqué le ministère. C’est la plus grande campagne de l’année et elle a duré 14 jours.\n");
    let other = desk.file("other.txt", "Un hôpital ouvre en montagne\n\nIfrane, le 3 mars 2025 – Un hôpital de 340 lits a ouvert dans une ville de montagne, le troisième de la région selon le directeur de la santé.\n");
    let first = desk.run(&["import", &english]).done()["drafts"][0].clone();
    assert_eq!(first["source"], "Sample Agency");
    assert_eq!(first["photo_credit"], "Sample Studio");
    assert_eq!(first["dateline"]["date"], "2026-11-12");
    assert!(first["same_story_as"].is_null());
    let second = desk.run(&["import", &french]).done()["drafts"][0].clone();
    assert_eq!(second["same_story_as"], first["id"]);
    assert!(second["confidence"]["same_story_as"].as_u64().unwrap() >= 55);
    assert_ne!(second["id"], first["id"]);
    let third = desk.run(&["import", &other]).done()["drafts"][0].clone();
    assert!(third["same_story_as"].is_null(), "{third}");
}

#[test]
fn publications_are_added_once_and_found() {
    let desk = Desk::with_profile();
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/pdf");
    let dry = desk.run(&["publications", "add", fixtures, "--dry-run"]);
    assert!(matches!(dry.code, 0 | 1));
    assert_eq!(desk.run(&["publications", "list"]).done()["total"], 0);
    let added = desk.run(&["publications", "add", fixtures]);
    assert!(matches!(added.code, 0 | 1), "{}", added.json);
    assert_eq!(added.json["ok"], true);
    let tally = &added.json["tally"];
    let count = |key: &str| tally[key].as_u64().unwrap();
    assert_eq!(
        count("seen"),
        ["added", "same_bytes", "same_work", "skipped", "failed"]
            .map(count)
            .iter()
            .sum::<u64>()
    );
    assert!(count("added") >= 3, "{tally}");
    assert_eq!(dry.json["tally"], *tally, "a dry run says what will happen");
    let item = &added.json["items"][0];
    has(
        item,
        &[
            "path",
            "status",
            "id",
            "sha256",
            "bytes",
            "mime",
            "title",
            "authors",
            "year",
            "languages",
            "pages",
            "doi",
            "isbn",
            "issn",
            "text_chars",
            "thumbnail",
            "problems",
        ],
    );
    let again = desk.run(&["publications", "add", fixtures]).json;
    assert_eq!(again["tally"]["added"], 0);
    let list = desk.run(&["publications", "list"]).done();
    assert_eq!(list["total"].as_u64().unwrap(), count("added"));
    let id = list["publications"][0]["id"].as_str().unwrap().to_owned();
    let set = desk
        .run(&[
            "publications",
            "set",
            &id,
            "year=2024",
            "title=A title by hand",
        ])
        .done();
    assert_eq!(
        (&set["publication"]["year"], &set["publication"]["title"]),
        (&json!(2024), &json!("A title by hand"))
    );
    desk.run(&["publications", "show", &id]).done();
    desk.run(&["publications", "text", &id]).done();
    let found = desk
        .run(&["search", "title by hand", "--in", "publications"])
        .done();
    assert_eq!(found["hits"][0]["id"], id.as_str());
    has(
        &found["hits"][0],
        &["kind", "id", "title", "snippet", "lang"],
    );
    assert!(found["took_us"].is_u64());
    let draft = desk.ready_piece();
    let attached = desk
        .run(&[
            "attach",
            &draft,
            &id,
            "--role",
            "publication",
            "--alt",
            "The first page",
        ])
        .done();
    assert_eq!(attached["attachments"][0]["publication"], id.as_str());
    let file = desk.file("table.csv", "area,count\nta1,3\n");
    let attached = desk
        .run(&["attach", &draft, &file, "--role", "data"])
        .done();
    assert_eq!(attached["attachments"].as_array().unwrap().len(), 2);
    // The same command again finishes the work; here there is nothing left to do.
    let again = desk
        .run(&["attach", &draft, &file, "--role", "data"])
        .done();
    assert_eq!(again["attachments"].as_array().unwrap().len(), 2);
    let nowhere = desk.run(&["publications", "add", "/nowhere/at/all"]);
    assert_eq!(
        (nowhere.code, &nowhere.json["tally"]["failed"]),
        (1, &json!(1)),
        "{}",
        nowhere.json
    );
}

#[test]
fn the_store_is_looked_over_backed_up_and_put_back() {
    let desk = Desk::with_profile();
    let id = desk.ready_piece();
    let file = desk.file("data.csv", "a,b\n1,2\n");
    desk.run(&["attach", &id, &file, "--role", "data"]).done();
    let checked = desk.run(&["check"]).done();
    has(
        &checked["store"],
        &["ok", "drafts", "blobs", "orphans", "missing", "bad_hashes"],
    );
    assert_eq!(
        (
            &checked["store"]["ok"],
            &checked["store"]["drafts"],
            &checked["store"]["blobs"]
        ),
        (&json!(true), &json!(1), &json!(1))
    );
    let backup = desk.path("desk.backup");
    let to = backup.to_str().unwrap();
    desk.run(&["backup", "--to", to]).done();
    assert_eq!(
        desk.run(&["backup", "--to", to]).refused(3),
        "target_not_empty"
    );
    desk.run(&["rehearse"]).done();
    let other = desk.path("other");
    let into = other.to_str().unwrap();
    desk.run(&["restore", to, "--into", into]).done();
    assert_eq!(
        desk.run(&["restore", to, "--into", into]).refused(3),
        "target_not_empty"
    );
    let listed = desk
        .command()
        .args(["--json", "--store", into, "draft", "list"])
        .output();
    assert!(listed.is_ok());
    let stats = desk.run(&["stats"]).done();
    assert_eq!(stats["secrets"], "file");
    assert_eq!(
        stats["coverage"],
        json!([{"area": "ta2", "type": "news", "lang": "en", "year": stats["coverage"][0]["year"], "count": 1}])
    );
    let out = desk.path("export");
    desk.run(&["export", "--to", out.to_str().unwrap()]).done();
    assert!(out.join("drafts").join(&id).join("en.md").is_file());
    assert!(
        out.join("drafts")
            .join(&id)
            .join("files/data.csv")
            .is_file()
    );
    // Somebody damages a stored file.
    let sha = desk.run(&["draft", "show", &id]).done()["draft"]["attachments"][0]["sha256"]
        .as_str()
        .unwrap()
        .to_owned();
    let blob = desk.path("desk").join("blobs").join(&sha[..2]).join(&sha);
    let _ = std::process::Command::new("chmod")
        .args(["u+w", blob.to_str().unwrap()])
        .status();
    std::fs::write(&blob, "other bytes").unwrap();
    let damaged = desk.run(&["check"]);
    assert_eq!(damaged.json["store"]["bad_hashes"], json!([sha]));
    assert_eq!(damaged.refused(5), "blob_damaged");
}

#[test]
fn a_store_of_a_newer_version_is_exit_5() {
    let desk = Desk::with_profile();
    let database = desk.path("desk/desk.sqlite3");
    // SQLite keeps user_version at byte 60 of the file; the WAL is empty after a clean close.
    let mut bytes = std::fs::read(&database).unwrap();
    bytes[60..64].copy_from_slice(&9_999_u32.to_be_bytes());
    std::fs::write(&database, bytes).unwrap();
    assert_eq!(desk.run(&["draft", "list"]).refused(5), "desk_newer");
}
