//! Keys, signed decisions, the house's rules, the gate, and a trail nobody can change unseen.

use qalam_desk::Code;
use qalam_desk::outbox::portals::NewPortal;
use qalam_desk::outbox::{PortalKind, Step};
use qalam_desk::profile::Role;
use qalam_desk::review::{ReleaseState, Signing};
use qalam_proof::decision::{Act, Decision};
use qalam_proof::envelope::Envelope;
use qalam_proof::key::{Card, Ending};
use rusqlite::Connection;
use serde_json::json;

use crate::{Room, rev, write};

pub fn house(room: &Room, rules: serde_json::Value) {
    room.desk.set_setting("approval", &rules).unwrap();
}

pub fn portal(room: &Room) {
    room.desk
        .portals_add(&NewPortal {
            name: "sample".to_owned(),
            url: "https://portal.example".to_owned(),
            kind: PortalKind::Contract,
            user: None,
        })
        .unwrap();
}

/// The database past the desk, as somebody with the file could open it.
fn behind(room: &Room) -> Connection {
    Connection::open(room.dir.path().join("desk.sqlite3")).unwrap()
}

pub fn breaks(room: &Room) -> Vec<(u64, &'static str)> {
    let found = room.desk.trail_breaks().unwrap();
    found
        .into_iter()
        .map(|one| (one.seq, one.kind.as_str()))
        .collect()
}

#[test]
fn a_key_is_made_when_it_is_first_needed_and_signs_the_release() {
    let room = Room::ready();
    let draft = room.complete("Un centre ouvre");
    assert!(room.desk.keys().unwrap().is_empty());
    let release = room.desk.review_submit(&draft.id, "Merci.").unwrap();
    room.desk.review_approve(&draft.id, &release.hash).unwrap();
    let keys = room.desk.keys().unwrap();
    assert_eq!(keys.len(), 1);
    assert!(keys[0].ours && !keys[0].trusted_at.is_empty());
    let said = room.desk.review_approval(&release.hash).unwrap().unwrap();
    let envelope = Envelope::from_bytes(said.signature.unwrap().as_bytes()).unwrap();
    let card = Card::from_bytes(&room.desk.key_card("1").unwrap()).unwrap();
    let decision: Decision = envelope.open(&card.public().unwrap()).unwrap();
    assert_eq!(
        (decision.act, decision.release),
        (Act::Approve, release.hash)
    );
    let trail = room.desk.trail(None).unwrap();
    let acts: Vec<&str> = trail
        .entries
        .iter()
        .map(|(entry, _)| entry.act.as_str())
        .collect();
    assert_eq!(acts, ["key_new", "submit", "approve"]);
    assert_eq!(decision.trail.hash, trail.entries[1].1);
    assert_eq!(trail.head.hash, trail.entries[2].1);
    assert_eq!(breaks(&room), []);
}

#[test]
fn four_eyes_are_two_keys() {
    let room = Room::ready();
    house(&room, json!({"four_eyes": true}));
    let draft = room.complete("Un centre ouvre");
    room.desk.key_new("author", false).unwrap();
    let release = room.desk.review_submit(&draft.id, "").unwrap();
    let refused = room.desk.review_approve(&draft.id, &release.hash);
    assert_eq!(refused.unwrap_err().code, Code::OwnDraft);
    let signing = Signing {
        draft: &draft.id,
        release: &release.hash,
        key: Some("chief"),
        words: "Lu.",
        urgent: false,
    };
    assert_eq!(
        room.desk.review_sign(&signing).unwrap_err().code,
        Code::UnknownKey
    );
    room.desk.key_new("chief", false).unwrap();
    assert_eq!(
        room.desk.key_new("chief", false).unwrap_err().code,
        Code::KeyExists
    );
    let row = room.desk.review_sign(&signing).unwrap();
    assert_eq!(row.state, ReleaseState::Approved);
}

#[test]
fn two_signatures_for_chosen_types_and_an_urgent_path_that_leaves_its_trace() {
    let room = Room::ready();
    portal(&room);
    house(&room, json!({"two_signatures": ["news"]}));
    let draft = room.complete("Un centre ouvre");
    let release = room.desk.review_submit(&draft.id, "").unwrap();
    let first = room.desk.review_approve(&draft.id, &release.hash).unwrap();
    assert_eq!(first.state, ReleaseState::InReview);
    assert!(matches!(
        room.desk.outbox_next().unwrap(),
        Step::Idle { .. }
    ));
    let again = room.desk.review_approve(&draft.id, &release.hash);
    assert_eq!(again.unwrap_err().code, Code::AlreadySigned);
    room.desk.key_new("second", false).unwrap();
    let row = room.desk.review_approve(&draft.id, &release.hash).unwrap();
    assert_eq!(row.state, ReleaseState::Approved);
    let Step::Put(put) = room.desk.outbox_next().unwrap() else {
        panic!("nothing leaves");
    };
    let body: serde_json::Value = serde_json::from_slice(&put.body).unwrap();
    assert_eq!(
        body["approval"]["signature"]["approvals"]
            .as_array()
            .unwrap()
            .len(),
        2
    );

    let other = room.complete("Alerte");
    let release = room.desk.review_submit(&other.id, "").unwrap();
    let urgent = |words| {
        room.desk.review_sign(&Signing {
            draft: &other.id,
            release: &release.hash,
            key: None,
            words,
            urgent: true,
        })
    };
    assert_eq!(urgent("Crue.").unwrap_err().code, Code::UrgentNotAllowed);
    house(
        &room,
        json!({"two_signatures": ["news"], "urgent_path": true}),
    );
    assert_eq!(urgent("").unwrap_err().code, Code::ReasonNeeded);
    assert_eq!(urgent("Crue.").unwrap().state, ReleaseState::Approved);
    let trail = room.desk.trail(Some(&other.id)).unwrap();
    assert_eq!(trail.entries.last().unwrap().0.words, "Crue.");
    let rules = room.desk.trail(None).unwrap().entries;
    assert_eq!(
        rules
            .iter()
            .filter(|(entry, _)| entry.act == "rules")
            .count(),
        2
    );
    assert_eq!(breaks(&room), []);
}

#[test]
fn a_newer_release_voids_the_approval_visibly() {
    let room = Room::ready();
    let draft = room.complete("Un centre ouvre");
    let first = room.desk.review_submit(&draft.id, "").unwrap();
    room.desk.review_approve(&draft.id, &first.hash).unwrap();
    write(&room.desk, &draft.id, "fr", &rev(&draft, "fr"), "Autre.").unwrap();
    let second = room.desk.review_submit(&draft.id, "").unwrap();
    room.desk.review_approve(&draft.id, &second.hash).unwrap();
    let trail = room.desk.trail(Some(&draft.id)).unwrap().entries;
    let void = trail.iter().find(|(entry, _)| entry.act == "void").unwrap();
    assert_eq!(
        (&void.0.release, &void.0.words),
        (&first.hash, &second.hash)
    );
}

/// Whatever is done to the rows past the desk: what no trusted key approved does not leave.
#[test]
fn nothing_leaves_that_no_trusted_key_approved() {
    type Tamper = fn(&Connection, &str);
    let cases: &[(&str, Tamper)] = &[
        ("the statement is gone", |db, _| {
            db.execute("DELETE FROM decision WHERE act = 'approve'", [])
                .unwrap();
        }),
        ("the statement is altered", |db, _| {
            db.execute("UPDATE decision SET envelope = CAST(replace(CAST(envelope AS TEXT), 'sig\":\"', 'sig\":\"A') AS BLOB)", []).unwrap();
        }),
        ("the submission passes for an approval", |db, _| {
            db.execute("DELETE FROM decision WHERE act = 'approve'", [])
                .unwrap();
            db.execute("UPDATE decision SET act = 'approve'", [])
                .unwrap();
        }),
        ("the key is another", |db, _| {
            db.execute(
                "UPDATE signing_key SET public = ?1",
                ["qL+WS9xGy7C4PAFZsBAgEQQpKdJeLPbl1g8a0vxKqOA="],
            )
            .unwrap();
        }),
        ("the key is not trusted", |db, _| {
            db.execute("UPDATE signing_key SET trusted_at = ''", [])
                .unwrap();
        }),
        ("the text is another", |db, hash| {
            db.execute("UPDATE release SET canonical = CAST(replace(CAST(canonical AS TEXT), 'centre', 'Centre') AS BLOB) WHERE hash = ?1", [hash]).unwrap();
        }),
    ];
    for (name, tamper) in cases {
        let room = Room::ready();
        portal(&room);
        let draft = room.complete("Un centre ouvre");
        let release = room.desk.review_submit(&draft.id, "").unwrap();
        room.desk.review_approve(&draft.id, &release.hash).unwrap();
        tamper(&behind(&room), &release.hash);
        assert!(
            !matches!(room.desk.outbox_next().unwrap(), Step::Put(_)),
            "{name}"
        );
    }
}

#[test]
fn a_trail_changed_past_the_desk_is_found() {
    let cases: &[(&str, &str)] = &[
        ("UPDATE trail SET words = 'Non.' WHERE seq = 2", "2 altered"),
        ("DELETE FROM trail WHERE seq = 2", "3 unlinked"),
        ("DELETE FROM trail WHERE seq > 2", "3 head_gone"),
        (
            "UPDATE trail SET seq = 99 WHERE seq = 2; UPDATE trail SET seq = 2 WHERE seq = 3; UPDATE trail SET seq = 3 WHERE seq = 99",
            "2 altered",
        ),
        (
            "INSERT INTO trail SELECT 4, hash, prev, desk, act, draft, release, person, name, key, at, words, proof FROM trail WHERE seq = 2",
            "4 altered",
        ),
        (
            "UPDATE decision SET envelope = x'7b7d' WHERE act = 'approve'",
            "0 altered",
        ),
    ];
    for (sql, first) in cases {
        let room = Room::ready();
        let draft = room.complete("Un centre ouvre");
        let release = room.desk.review_submit(&draft.id, "").unwrap();
        room.desk.review_approve(&draft.id, &release.hash).unwrap();
        assert!(room.desk.check().unwrap().ok);
        let db = behind(&room);
        if sql.contains("trail SET")
            || sql.contains("FROM trail WHERE seq =") && sql.starts_with("DELETE")
        {
            assert!(db.execute_batch(sql).is_err(), "the table itself refuses");
        }
        db.execute_batch("DROP TRIGGER trail_stays; DROP TRIGGER trail_remains;")
            .unwrap();
        db.execute_batch(sql).unwrap();
        let report = room.desk.check().unwrap();
        assert!(!report.ok, "{sql}");
        assert!(
            report.trail.iter().any(|line| line == first),
            "{sql}: {:?}",
            report.trail
        );
    }
}

#[test]
fn a_key_is_rotated_ended_and_recovered_from_paper() {
    let room = Room::ready();
    let (first, lines) = room.desk.key_new("chief", true).unwrap();
    let lines = lines.unwrap();
    let other = Room::ready();
    let card = room.desk.key_card("chief").unwrap();
    assert_eq!(other.desk.key_trust(&card).unwrap().id, first.id);
    // The next key is taken over by whoever trusts the one before.
    let (second, _) = room.desk.key_rotate("chief", false).unwrap();
    assert_eq!((&second.follows, &second.label), (&first.id, &first.label));
    let ended = room.desk.keys().unwrap().remove(0);
    assert_eq!(ended.ended, "replaced");
    assert_eq!(
        room.desk.key_end(&first.id, Ending::Left).unwrap_err().code,
        Code::KeyEnded
    );
    let draft = room.complete("Un centre ouvre");
    let release = room.desk.review_submit(&draft.id, "").unwrap();
    let with_old = room.desk.review_sign(&Signing {
        draft: &draft.id,
        release: &release.hash,
        key: Some(&first.id),
        ..Signing::default()
    });
    assert_eq!(with_old.unwrap_err().code, Code::KeyEnded);
    room.desk.review_approve(&draft.id, &release.hash).unwrap();
    // Lost: the paper ends it and appoints the next.
    let wrong = lines.replacen(|c: char| c.is_ascii_digit(), "x", 1);
    assert_eq!(
        room.desk.key_recover("chief", &wrong).unwrap_err().code,
        Code::PaperIncomplete
    );
    let (_, foreign) = room.desk.key_new("other", true).unwrap();
    let refused = room.desk.key_recover("chief", &foreign.unwrap());
    assert_eq!(refused.unwrap_err().code, Code::PaperOther);
    let third = room.desk.key_recover("chief", &lines).unwrap();
    assert_eq!(third.follows, second.id);
    let revocation = room.desk.key_revocation(&second.id).unwrap().unwrap();
    assert_eq!(
        other
            .desk
            .key_take_revocation(&revocation)
            .unwrap_err()
            .code,
        Code::UnknownKey
    );
    other
        .desk
        .key_trust(&room.desk.key_card(&second.id).unwrap())
        .unwrap();
    assert_eq!(
        other.desk.key_take_revocation(&revocation).unwrap().ended,
        "lost"
    );
    assert_eq!(breaks(&room), []);
    assert_eq!(breaks(&other), []);
}

#[test]
fn a_private_half_that_is_gone_is_named() {
    let room = Room::ready();
    room.be(Role::Both);
    let draft = room.complete("Un centre ouvre");
    let release = room.desk.review_submit(&draft.id, "").unwrap();
    let elsewhere = qalam_desk::Desk::open(
        room.dir.path(),
        qalam_desk::OpenOptions {
            secrets: std::sync::Arc::new(qalam_desk::secrets::MemorySecrets::default()),
            ..qalam_desk::OpenOptions::default()
        },
    )
    .unwrap();
    let refused = elsewhere.review_approve(&draft.id, &release.hash);
    assert_eq!(refused.unwrap_err().code, Code::KeyGone);
    assert_eq!(
        elsewhere.drafts_open(&draft.id).unwrap().state,
        qalam_desk::drafts::State::InReview
    );
}
