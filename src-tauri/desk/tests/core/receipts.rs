//! Receipts that a portal signs: none other counts, and they vouch for the trail.

use qalam_desk::outbox::{Outcome, PutStep, Receipt, Step};
use qalam_desk::packages::CourierKeys;
use qalam_proof::canonical;
use qalam_proof::decision::Head;
use qalam_proof::envelope::{Envelope, Statement as _};
use qalam_proof::key::SigningKey;
use qalam_proof::receipt::Stored;
use serde_json::Value;

use crate::Room;
use crate::proof::{breaks, portal};

fn key(n: u8) -> SigningKey {
    SigningKey::from_seed(&[n; 32])
}

/// A piece on its way to a portal that signs with the key 9.
fn on_its_way() -> (Room, String, PutStep) {
    let room = Room::ready();
    portal(&room);
    let keys = CourierKeys {
        seal: "age1sample".to_owned(),
        verify: key(9).public().to_text(),
    };
    room.desk.portals_set_courier_keys("sample", &keys).unwrap();
    let draft = room.complete("Un centre ouvre").id;
    let release = room.desk.review_submit(&draft, "").unwrap();
    room.desk.review_approve(&draft, &release.hash).unwrap();
    let Step::Put(put) = room.desk.outbox_next().unwrap() else {
        panic!("not a put")
    };
    (room, draft, put)
}

/// Where the trail stood, as the desk told the portal.
fn told(put: &PutStep) -> Head {
    let body: Value = serde_json::from_slice(&put.body).unwrap();
    serde_json::from_value(body["approval"]["signature"]["trail"].clone()).unwrap()
}

fn said(put: &PutStep, trail: Option<Head>) -> Stored {
    Stored {
        format: Stored::FORMAT.to_owned(),
        portal: "Sample Portal".to_owned(),
        draft: put.draft.clone(),
        release: put.release.clone(),
        files: Vec::new(),
        received_at: "2026-11-22T10:00:00.000Z".to_owned(),
        trail,
    }
}

fn signed(said: &Stored, by: &SigningKey) -> String {
    let bytes = Envelope::sign(said, &[by]).unwrap().to_bytes().unwrap();
    String::from_utf8(bytes).unwrap()
}

fn answer(room: &Room, put: &PutStep, signed: String) {
    let outcome = Outcome::Stored {
        etag: "1".to_owned(),
        remote_id: "7".to_owned(),
        url: "https://portal.example/7".to_owned(),
        missing: Vec::new(),
        receipt: Some(Receipt {
            release: put.release.clone(),
            received_at: "2020-01-01T00:00:00.000Z".to_owned(),
            portal: "Sample Portal".to_owned(),
            signed,
            ..Receipt::default()
        }),
    };
    room.desk
        .outbox_record(&Step::Put(put.clone()), outcome)
        .unwrap();
}

fn codes(room: &Room, draft: &str) -> (bool, Vec<String>) {
    let found = room.desk.review_verify(draft).unwrap();
    let codes = found.checks.into_iter().map(|check| check.code).collect();
    (found.valid, codes)
}

#[test]
fn the_head_of_the_trail_goes_along_and_comes_back_signed() {
    let (room, draft, put) = on_its_way();
    let head = told(&put);
    assert_eq!(head, room.desk.trail(None).unwrap().head);
    answer(&room, &put, signed(&said(&put, Some(head)), &key(9)));
    let entry = room.desk.outbox_list().unwrap().entries.remove(0);
    assert_eq!(entry.state.as_str(), "received");
    // The time is the one that was signed.
    let receipt = entry.receipt.unwrap();
    assert_eq!(receipt.received_at, "2026-11-22T10:00:00.000Z");
    let (valid, codes) = codes(&room, &draft);
    assert!(valid, "{codes:?}");
    assert!(codes.iter().any(|code| code == "receipt_signed"));
    assert!(!codes.iter().any(|code| code == "portal_to_compare"));
    assert_eq!(breaks(&room), []);
}

#[test]
fn what_the_portal_did_not_sign_is_no_receipt() {
    let (room, draft, put) = on_its_way();
    let mut other = said(&put, None);
    other.draft = "01890000-0000-7000-8000-000000000001".to_owned();
    let mut files = said(&put, None);
    files.files.push(canonical::hash(b"more"));
    for signed in [
        String::new(),
        "{}".to_owned(),
        signed(&said(&put, None), &key(8)),
        signed(&other, &key(9)),
        signed(&files, &key(9)),
    ] {
        answer(&room, &put, signed);
        let entry = room.desk.outbox_list().unwrap().entries.remove(0);
        assert_ne!(entry.state.as_str(), "received");
        assert_eq!(entry.reason.unwrap().code.as_str(), "receipt_unproven");
        assert!(entry.receipt.is_none());
        room.desk.outbox_retry(&entry.id).unwrap();
        assert!(matches!(room.desk.outbox_next().unwrap(), Step::Put(_)));
    }
    answer(&room, &put, signed(&said(&put, None), &key(9)));
    assert!(codes(&room, &draft).0);
}

#[test]
fn a_past_other_than_the_portal_vouched_for_is_found() {
    let (room, draft, put) = on_its_way();
    let mut head = told(&put);
    head.hash = "ab".repeat(32);
    answer(
        &room,
        &put,
        signed(&said(&put, Some(head.clone())), &key(9)),
    );
    assert_eq!(breaks(&room), [(head.seq, "head_gone")]);
    assert!(!codes(&room, &draft).0);
}
