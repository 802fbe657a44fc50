//! Likely duplicates and the words inside files, on the command line and through the table.

use qalam_app::app::App;
use qalam_app::commands::dispatch;
use qalam_app::secrets::Wanted;
use serde_json::{Value, json};

use crate::runner::Desk;

/// A report, and the same saved once more.
fn reports(desk: &Desk) -> String {
    let fixture = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/pdf/annual-report-en.pdf"
    );
    let folder = desk.home.path().join("in");
    std::fs::create_dir(&folder).unwrap();
    let mut bytes = std::fs::read(fixture).unwrap();
    std::fs::write(folder.join("a.pdf"), &bytes).unwrap();
    bytes.extend_from_slice(b"\n% saved once more\n");
    std::fs::write(folder.join("b.pdf"), &bytes).unwrap();
    folder.to_str().unwrap().to_owned()
}

#[test]
fn a_rule_said_before_is_a_rule_said_afterwards() {
    let desk = Desk::with_profile();
    let folder = reports(&desk);
    let add = |more: &[&str]| {
        let mut line = vec!["publications", "add", folder.as_str()];
        line.extend_from_slice(more);
        desk.run(&line).json
    };
    let dry = add(&["--same-work", "attach", "--dry-run"]);
    assert_eq!(
        (&dry["tally"]["added"], &dry["tally"]["same_work"]),
        (&json!(1), &json!(1))
    );
    let added = add(&[]);
    assert_eq!(added["tally"]["added"], 2);
    let second = &added["items"][1]["problems"][0];
    assert_eq!(second["code"], "maybe_same_work");
    let open = desk.run(&["publications", "alike"]).done();
    assert_eq!(open["total"], 1);
    let number = open["likenesses"][0]["seq"].to_string();
    let preview = desk
        .run(&[
            "publications",
            "alike",
            &number,
            "--settle",
            "attach",
            "--dry-run",
        ])
        .done();
    assert_eq!(preview["settled"][0]["outcome"], "attached");
    assert_eq!(desk.run(&["publications", "list"]).done()["total"], 2);
    let settled = desk
        .run(&["publications", "alike", &number, "--settle", "attach"])
        .done();
    assert_eq!(settled["settled"], preview["settled"]);
    let list = desk.run(&["publications", "list"]).done();
    assert_eq!(list["total"], 1);
    assert_eq!(list["publications"][0]["copies"], 1);
    assert_eq!(add(&[])["tally"]["same_bytes"], 2);

    let id = list["publications"][0]["id"].as_str().unwrap().to_owned();
    let inside = desk.run(&["publications", "find", &id, "health"]).done();
    assert!(inside["pages"][0]["page"].is_number(), "{inside}");
    let hits = desk
        .run(&["search", "health", "--in", "publications"])
        .done();
    assert_eq!(hits["hits"][0]["page"], inside["pages"][0]["page"]);
}

#[test]
fn the_window_asks_watches_and_decides() {
    let desk = Desk::new();
    let folder = reports(&desk);
    let app = App::open(
        &desk.home.path().join("desk"),
        Wanted::File(desk.home.path().join("secrets.age")),
    )
    .unwrap();
    let call = |name: &str, args: Value| {
        dispatch(&app, name, args).unwrap_or_else(|failure| panic!("{name}: {failure:?}"))
    };
    let finished = |job: &Value| loop {
        let jobs = call("jobs.list", json!({}));
        let jobs = jobs["jobs"].as_array().unwrap().clone();
        let found = jobs.into_iter().find(|one| one["id"] == *job).unwrap();
        if found["state"] != "running" {
            return found;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    };
    let preview = call(
        "publications.intake",
        json!({"paths": [folder], "dry_run": true, "rule": "keep_newest"}),
    );
    let preview = finished(&preview["job"]);
    assert_eq!(
        (&preview["dry_run"], &preview["tally"]["added"]),
        (&json!(true), &json!(2))
    );

    call(
        "settings.set",
        json!({"key": "watch_folder", "value": folder}),
    );
    assert_eq!(
        call("publications.look", json!({}))["total"],
        0,
        "seen once"
    );
    let offered = call("publications.look", json!({}));
    assert_eq!(
        (&offered["total"], &offered["reached"]),
        (&json!(2), &json!(true))
    );
    let first = offered["files"][0]["path"].clone();
    call("publications.decline_offered", json!({"paths": [first]}));
    let job = call("publications.take_offered", json!({"paths": []}));
    assert_eq!(finished(&job["job"])["tally"]["added"], 1);
    let job = call("publications.intake", json!({"paths": [folder]}));
    for name in ["jobs.pause", "jobs.resume"] {
        call(name, json!({"job": job["job"]}));
    }
    finished(&job["job"]);
    let open = call("publications.likenesses", json!({"limit": 10}));
    let likeness = &open["likenesses"][0];
    assert_eq!(likeness["kind"], "same_work");
    let settled = call(
        "publications.settle",
        json!({"rule": "keep_both", "likenesses": [likeness["seq"]], "preview": false}),
    );
    assert_eq!(settled["rows"][0]["outcome"], "kept_both");
    assert_eq!(
        call("publications.likenesses", json!({"limit": 10}))["total"],
        0
    );
    call(
        "publications.reinstate",
        json!({"publication": likeness["publication"]}),
    );
    let found = call(
        "publications.find_inside",
        json!({"publication": likeness["publication"], "query": "health"}),
    );
    assert!(found["total"].as_u64().unwrap() > 0);
}
