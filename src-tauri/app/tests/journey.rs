//! The main job by the command line: write, approve, send, receive.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::runner::{Desk, Practice};

pub fn add_portal(desk: &Desk, practice: &Practice) {
    let added = desk
        .run_with(
            &[
                "portal",
                "add",
                "training",
                &practice.url,
                "--kind",
                "contract",
            ],
            &[],
            &format!("{}\n", practice.token),
        )
        .done();
    assert_eq!(added["portal"]["name"], "training");
    assert_eq!(added["portal"]["kind"], "contract");
    assert!(added["portal"]["capabilities"].is_object());
}

pub fn approved(desk: &Desk) -> (String, String) {
    let id = desk.ready_piece();
    let submitted = desk.run(&["review", "submit", &id]).done();
    let hash = submitted["release"]["hash"].as_str().unwrap().to_owned();
    let diff = desk.run(&["review", "diff", &id]).done();
    assert_eq!(diff["diff"]["against"], "nothing");
    let said = desk.run(&["review", "approve", &id]).done();
    assert_eq!(said["approval"]["release"], hash.as_str());
    for key in ["key", "at", "signature"] {
        assert!(said["approval"].get(key).is_some(), "{key}");
    }
    (id, hash)
}

#[test]
fn what_is_approved_arrives_once_with_its_hash() {
    let desk = Desk::with_profile();
    let practice = Practice::start(&desk.path("portal"), &[]);
    add_portal(&desk, &practice);
    let (id, hash) = approved(&desk);
    let waiting = desk.run(&["outbox", "list"]).done();
    let entry = &waiting["entries"][0];
    for key in [
        "id",
        "draft",
        "release",
        "portal",
        "state",
        "attempts",
        "next_attempt_at",
        "reason",
        "bytes_total",
        "bytes_sent",
    ] {
        assert!(entry.get(key).is_some(), "{key}");
    }
    assert_eq!(entry["state"], "waiting");
    let sent = desk
        .run(&["send", "--until-empty", "--timeout", "60"])
        .done();
    let delivered = &sent["delivered"][0];
    assert_eq!(
        (delivered["draft"].as_str(), delivered["release"].as_str()),
        (Some(&*id), Some(&*hash))
    );
    assert_eq!(delivered["receipt"]["release"], hash.as_str());
    assert!(delivered["url"].is_string() && delivered["remote_id"].is_string());
    for key in [
        "requests",
        "bytes_out",
        "bytes_in",
        "payload_bytes",
        "resumed_bytes",
        "seconds",
    ] {
        assert!(sent["wire"][key].is_number(), "{key}");
    }
    let again = desk
        .run(&["send", "--until-empty", "--timeout", "60"])
        .done();
    assert_eq!(again["delivered"].as_array().unwrap().len(), 0);
    assert_eq!(
        desk.run(&["draft", "show", &id]).done()["draft"]["state"],
        "received"
    );
    desk.run(&["fetch"]).done();
    desk.run(&["portal", "test", "training"]).done();
    assert_eq!(practice.end(), Some(0));
}

#[test]
fn a_portal_that_is_gone_is_exit_4_and_nothing_is_lost() {
    let desk = Desk::with_profile();
    let practice = Practice::start(&desk.path("portal"), &[]);
    add_portal(&desk, &practice);
    let (id, _) = approved(&desk);
    assert_eq!(practice.end(), Some(0));
    let said = desk.run(&["send", "--until-empty", "--timeout", "3"]);
    assert_eq!(said.json["waiting"].as_array().unwrap().len(), 1);
    assert_eq!(said.json["problems"][0]["subject"], id.as_str());
    assert_eq!(said.code, 4, "{}", said.json);
    assert_eq!(desk.run(&["portal", "test", "training"]).code, 4);
    desk.run(&["check"]).done();
}

#[test]
fn a_wrong_password_is_named() {
    let desk = Desk::with_profile();
    let practice = Practice::start(&desk.path("portal"), &[]);
    let said = desk.run_with(
        &[
            "portal",
            "add",
            "training",
            &practice.url,
            "--kind",
            "contract",
        ],
        &[("QALAM_PORTAL_PASSWORD", "wrong")],
        "",
    );
    assert_eq!(said.code, 1);
    assert_eq!(said.json["problems"][0]["code"], "credentials");
    assert!(!said.json.to_string().contains("wrong"));
    assert_eq!(desk.run(&["portal", "remove", "training"]).code, 0);
}

#[test]
fn a_portal_removed_and_added_again_gets_what_waited() {
    let desk = Desk::with_profile();
    let practice = Practice::start(&desk.path("portal"), &[]);
    add_portal(&desk, &practice);
    approved(&desk);
    assert_eq!(desk.run(&["portal", "remove", "training"]).code, 0);
    assert!(
        desk.run(&["send", "--until-empty"]).done()["delivered"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    add_portal(&desk, &practice);
    let sent = desk
        .run(&["send", "--until-empty", "--timeout", "60"])
        .done();
    assert_eq!(sent["delivered"].as_array().unwrap().len(), 1, "{sent}");
}

#[test]
fn files_arrive_over_a_portal_that_misbehaves() {
    let desk = Desk::with_profile();
    let faults = "cut_mid_body=100000*2,answer_lost*1";
    let practice = Practice::start(&desk.path("portal"), &["--fault", faults]);
    add_portal(&desk, &practice);
    let id = desk.ready_piece();
    let file = desk.file("table.csv", "area,count\n".repeat(40_000));
    desk.run(&["attach", &id, &file, "--role", "data"]).done();
    desk.run(&["review", "submit", &id]).done();
    desk.run(&["review", "approve", &id]).done();
    let sent = desk
        .run(&["send", "--until-empty", "--timeout", "90"])
        .done();
    assert_eq!(
        sent["delivered"][0]["receipt"]["files"]
            .as_array()
            .unwrap()
            .len(),
        1,
        "{sent}"
    );
    assert!(sent["wire"]["bytes_out"].as_u64().unwrap() > 400_000);
}

#[test]
fn an_approved_piece_can_be_held_returned_and_taken_out() {
    let desk = Desk::with_profile();
    let practice = Practice::start(&desk.path("portal"), &[]);
    add_portal(&desk, &practice);
    let (_, _) = approved(&desk);
    let entry = desk.run(&["outbox", "list"]).done()["entries"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let held = desk.run(&["outbox", "hold", &entry]).done();
    assert_eq!(held["entries"][0]["held"], true);
    let sent = desk
        .run(&["send", "--until-empty", "--timeout", "20"])
        .done();
    assert_eq!(sent["delivered"].as_array().unwrap().len(), 0);
    desk.run(&["outbox", "resume", &entry]).done();
    desk.run(&["outbox", "withdraw", &entry]).done();
    let other = desk.ready_piece();
    desk.run(&["review", "submit", &other]).done();
    let returned = desk
        .run(&[
            "review",
            "return",
            &other,
            "--reason",
            "The date is missing",
        ])
        .done();
    assert_eq!(returned["release"]["state"], "returned");
    assert_eq!(
        desk.run(&["draft", "show", &other]).done()["draft"]["return_reason"],
        "The date is missing"
    );
}

#[test]
fn a_killed_send_goes_on_at_the_next() {
    let desk = Desk::with_profile();
    let practice = Practice::start(&desk.path("portal"), &["--fault", "stall*1"]);
    add_portal(&desk, &practice);
    approved(&desk);
    let mut child = desk
        .command()
        .args(["--json", "send", "--until-empty"])
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    // Killed while the portal keeps it waiting for an answer.
    let began = Instant::now();
    while desk.run(&["outbox", "list"]).done()["entries"][0]["state"] != "sending" {
        assert!(began.elapsed() < Duration::from_secs(60), "it is not sent");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    desk.run(&["check"]).done();
    let sent = desk
        .run(&["send", "--until-empty", "--timeout", "60"])
        .done();
    assert_eq!(sent["delivered"].as_array().unwrap().len(), 1, "{sent}");
}

#[test]
fn the_way_to_a_portal_is_told_step_by_step() {
    let desk = Desk::with_profile();
    let practice = Practice::start(&desk.path("portal"), &[]);
    add_portal(&desk, &practice);
    let looked = desk.run(&["portal", "diagnose", "training"]).done();
    let state = |looked: &Value, name: &str| {
        let steps = looked["diagnosis"]["steps"].as_array().unwrap().clone();
        let mut named = steps.into_iter().filter(|step| step["step"] == name);
        named.next().unwrap()["state"].clone()
    };
    for step in [
        "address",
        "lookup",
        "connection",
        "portal",
        "login",
        "clock",
    ] {
        assert_eq!(state(&looked, step), "done", "{step} in {looked}");
    }
    practice.end();
    let looked = desk.run(&["portal", "diagnose", "training"]);
    // It looked, and something is wrong: that is done, with problems.
    assert_eq!(state(&looked.json, "connection"), "failed");
    assert_eq!(state(&looked.json, "portal"), "skipped");
    assert_eq!(looked.json["problems"][0]["code"], "portal_not_reached");
    assert_eq!(looked.code, 1, "{}", looked.json);
}
