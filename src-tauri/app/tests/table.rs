//! The table of commands through its one door, and the shapes the screens are built with.

use std::collections::BTreeSet;
use std::path::Path;

use qalam_app::app::App;
use qalam_app::commands::{COMMANDS, dispatch};
use qalam_app::secrets::Wanted;
use qalam_app::wire::wire_ts;
use serde_json::{Value, json};

fn app(folder: &Path) -> App {
    App::open(
        &folder.join("desk"),
        Wanted::File(folder.join("secrets.age")),
    )
    .unwrap()
}

fn call(app: &App, name: &str, args: Value) -> Value {
    dispatch(app, name, args).unwrap_or_else(|failure| panic!("{name}: {failure:?}"))
}

#[test]
fn names_are_unique_and_spelled_alike() {
    let names: BTreeSet<&str> = COMMANDS.iter().map(|command| command.name).collect();
    assert_eq!(names.len(), COMMANDS.len());
    for name in names {
        assert!(
            name.chars()
                .all(|c| c.is_ascii_lowercase() || c == '.' || c == '_'),
            "{name}"
        );
    }
}

/// `cargo xtask types` writes the file.
#[test]
fn the_committed_shapes_are_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/backend/wire.ts");
    let committed = std::fs::read_to_string(path).unwrap();
    assert!(
        committed == wire_ts(),
        "ui/src/backend/wire.ts is not what the Rust types say"
    );
}

#[test]
fn unknown_commands_and_wrong_arguments_are_said() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(folder.path());
    assert_eq!(
        dispatch(&app, "drafts.burn", json!({})).unwrap_err().code,
        "unknown_command"
    );
    assert_eq!(
        dispatch(&app, "drafts.open", json!({})).unwrap_err().code,
        "bad_argument"
    );
    assert_eq!(
        dispatch(&app, "drafts.open", json!({"draft": "x"}))
            .unwrap_err()
            .code,
        "bad_id"
    );
}

#[test]
fn a_piece_through_the_window_s_door() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(folder.path());
    let state = call(&app, "app.state", Value::Null);
    assert!(state["profile"].is_null());
    assert_eq!(state["secrets"], "none");
    call(
        &app,
        "secrets.unlock",
        json!({"passphrase": "only for this test"}),
    );
    let state = call(
        &app,
        "profile.set",
        json!({"owner": "SA", "owner_kind": "state", "name": "Sample", "role": "both", "display_lang": "ar"}),
    );
    assert_eq!(
        (&state["settings"]["display_lang"], &state["secrets"]),
        (&json!("ar"), &json!("file"))
    );
    let draft = call(&app, "sample.create", json!({}));
    let id = draft["id"].as_str().unwrap();
    assert_eq!(draft["primary_lang"], "ar");
    let checked = call(&app, "drafts.check", json!({"draft": id}));
    assert_eq!(checked["ready"], true, "{checked}");
    let document = call(&app, "drafts.document", json!({"draft": id, "lang": "ar"}));
    let saved = call(
        &app,
        "drafts.save",
        json!({
            "draft": id, "lang": "ar", "base": document["rev"], "title": "عنوان آخر للمادة", "summary": draft["languages"][0]["summary"],
            "document": document["document"], "markdown": null, "fields": draft["languages"][0]["fields"],
        }),
    );
    assert_ne!(saved["rev"], document["rev"]);
    let picture = call(
        &app,
        "attachments.add_bytes",
        json!({"draft": id, "name": "dot.png", "role": "picture", "alt": {"ar": "نقطة"},
            "base64": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="}),
    );
    assert_eq!(picture["mime"], "image/png");
    let release = call(&app, "review.submit", json!({"draft": id}));
    let approved = call(
        &app,
        "review.approve",
        json!({"draft": id, "release": release["hash"]}),
    );
    assert_eq!(approved["state"], "approved");
    assert_eq!(
        call(&app, "outbox.list", json!({}))["entries"],
        json!([]),
        "there is no portal yet"
    );
    let found = call(
        &app,
        "search",
        json!({"query": "التطعيم", "in": "all", "limit": 5}),
    );
    assert_eq!(found["hits"][0]["id"], id);
    let stale = dispatch(
        &app,
        "drafts.save",
        json!({"draft": id, "lang": "ar", "base": document["rev"], "title": "ثالث", "summary": "", "document": null, "markdown": "x", "fields": {}}),
    )
    .unwrap_err();
    assert_eq!(stale.code, "conflict");
    assert_eq!(
        serde_json::to_value(&stale).unwrap()["conflict"]["yours"]["title"],
        "ثالث"
    );
    // Without a window there is nothing to show.
    assert!(dispatch(&app, "practice.show", json!({})).is_err());
    let desk = call(&app, "drafts.desk", json!({}));
    assert!(desk["counts"].is_object());
}
