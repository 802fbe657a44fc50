//! Many approvals under one signature.

use qalam_desk::Code;
use qalam_desk::drafts::{SaveDraft, State, Text};
use qalam_desk::profile::Role;
use qalam_desk::review::{BatchSigning, NewComment, ReleaseState, Signing};
use serde_json::json;

use crate::proof::{breaks, house, portal};
use crate::{Room, rev, write};

fn handed_in(room: &Room, title: &str) -> (String, String) {
    let draft = room.complete(title);
    let release = room.desk.review_submit(&draft.id, "").unwrap();
    (draft.id, release.hash)
}

#[test]
fn one_signature_approves_many_and_each_stands_by_itself() {
    let room = Room::ready();
    portal(&room);
    let pieces: Vec<(String, String)> = (0..5)
        .map(|n| handed_in(&room, &format!("Rapport numéro {n}")))
        .collect();
    let signing = BatchSigning {
        pieces: &pieces[..4],
        words: "Lus.",
        ..BatchSigning::default()
    };
    let done = room.desk.review_sign_batch(&signing).unwrap();
    assert!(done.iter().all(|row| row.state == ReleaseState::Approved));
    let left = room.desk.review_batch().unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].draft, pieces[4].0);
    let bag = tempfile::tempdir().unwrap();
    for (n, (draft, _)) in pieces[..4].iter().enumerate() {
        let found = room.desk.review_verify(draft).unwrap();
        assert!(found.valid, "{found:?}");
        assert!(found.checks.iter().any(|check| check.code == "together"));
        let proof = bag.path().join(format!("{n}.qalam"));
        room.desk.review_export(draft, &proof, "", true).unwrap();
        let bytes = std::fs::read(&proof).unwrap();
        assert!(room.desk.review_verify_file(&proof).unwrap().valid);
        // Nothing of the others is in it.
        for (other, hash) in pieces.iter().filter(|(other, _)| other != draft) {
            let text = String::from_utf8_lossy(&bytes);
            assert!(!text.contains(other.as_str()) && !text.contains(hash.as_str()));
        }
    }
    assert_eq!(
        (breaks(&room), room.desk.unproven().unwrap()),
        (vec![], vec![])
    );
    // An edit ends its own approval only.
    let opened = room.desk.drafts_open(&pieces[0].0).unwrap();
    write(
        &room.desk,
        &pieces[0].0,
        "fr",
        &rev(&opened, "fr"),
        "Autre chose.\n",
    )
    .unwrap();
    let hash = room.desk.review_submit(&pieces[0].0, "").unwrap().hash;
    assert_ne!(hash, pieces[0].1);
    assert_eq!(
        room.desk.drafts_open(&pieces[0].0).unwrap().state,
        State::InReview
    );
    assert!(room.desk.review_verify(&pieces[1].0).unwrap().valid);
    room.desk.review_approve(&pieces[0].0, &hash).unwrap();
    assert!(room.desk.unproven().unwrap().is_empty());
}

#[test]
fn all_or_none_and_exceptions_first() {
    let room = Room::ready();
    let first = handed_in(&room, "Sans remarque");
    let second = handed_in(&room, "Avec une remarque");
    room.desk
        .review_comment(&NewComment {
            draft: &second.0,
            lang: "fr",
            place: "title",
            quote: "remarque",
            words: "Laquelle ?",
            ..NewComment::default()
        })
        .unwrap();
    let table = room.desk.review_batch().unwrap();
    assert_eq!(table[0].draft, second.0);
    assert_eq!(
        table[0].refused.as_ref().unwrap().code,
        Code::CommentsWaiting.as_str()
    );
    assert!(table[1].refused.is_none());
    let sign = |pieces: &[(String, String)]| {
        let signing = BatchSigning {
            pieces,
            ..BatchSigning::default()
        };
        room.desk
            .review_sign_batch(&signing)
            .map_err(|error| error.code)
    };
    assert_eq!(
        sign(&[first.clone(), second.clone()]),
        Err(Code::CommentsWaiting)
    );
    assert_eq!(sign(&[]), Err(Code::BadArgument));
    assert_eq!(
        sign(&[first.clone(), first.clone()]),
        Err(Code::BadArgument)
    );
    let other = (first.0.clone(), "0".repeat(64));
    assert_eq!(sign(&[other]), Err(Code::NotInReview));
    assert_eq!(
        room.desk.review_batch().unwrap().len(),
        2,
        "nothing was signed"
    );
    room.be(Role::Author);
    assert_eq!(sign(std::slice::from_ref(&first)), Err(Code::NotApprover));
    room.be(Role::Both);
    house(&room, json!({"four_eyes": true}));
    let table = room.desk.review_batch().unwrap();
    assert!(
        table
            .iter()
            .all(|row| row.refused.as_ref().unwrap().code == Code::OwnDraft.as_str())
    );
    assert_eq!(sign(&[first]), Err(Code::OwnDraft));
}

#[test]
fn a_batch_counts_as_one_of_two_signatures() {
    let room = Room::ready();
    house(&room, json!({"two_signatures": ["news"]}));
    let pieces = vec![handed_in(&room, "Un"), handed_in(&room, "Deux")];
    let signing = BatchSigning {
        pieces: &pieces,
        ..BatchSigning::default()
    };
    assert_eq!(room.desk.review_batch().unwrap()[0].missing, 1);
    let done = room.desk.review_sign_batch(&signing).unwrap();
    assert!(done.iter().all(|row| row.state == ReleaseState::InReview));
    room.desk.key_new("second", false).unwrap();
    let row = room
        .desk
        .review_sign(&Signing {
            draft: &pieces[0].0,
            release: &pieces[0].1,
            ..Signing::default()
        })
        .unwrap();
    assert_eq!(row.state, ReleaseState::Approved);
    let found = room.desk.review_verify(&pieces[0].0).unwrap();
    assert!(found.valid, "{found:?}");
}

#[test]
fn the_table_shows_the_checks_of_what_is_signed_and_not_of_what_was_written_since() {
    let room = Room::ready();
    let clean = handed_in(&room, "Un centre ouvre");
    let gappy = handed_in(&room, "Un autre centre ouvre");
    let codes = |draft: &str| -> Vec<String> {
        let rows = room.desk.review_batch().unwrap();
        let row = rows.iter().find(|row| row.draft == draft).unwrap();
        row.findings.iter().map(|one| one.code.clone()).collect()
    };
    let before = (codes(&clean.0), codes(&gappy.0));
    // Emptied after it was handed in: the release is as it was.
    let opened = room.desk.drafts_open(&clean.0).unwrap();
    room.desk
        .drafts_save(SaveDraft {
            draft: clean.0.clone(),
            lang: "fr".to_owned(),
            base: rev(&opened, "fr"),
            summary: Some(String::new()),
            text: Text::Markdown(String::new()),
            ..SaveDraft::default()
        })
        .unwrap();
    assert!(!room.desk.drafts_check(&clean.0).unwrap().ready);
    // And what is mended since is not mended in what would be signed.
    let opened = room.desk.drafts_open(&gappy.0).unwrap();
    let body = "Voir [l’autre](qalam:draft/0190a5b0-0000-7000-8000-000000000000).\n";
    write(&room.desk, &gappy.0, "fr", &rev(&opened, "fr"), body).unwrap();
    room.desk.review_submit(&gappy.0, "").unwrap();
    let told = codes(&gappy.0);
    assert_ne!(told, before.1);
    let opened = room.desk.drafts_open(&gappy.0).unwrap();
    let good = "Le centre a ouvert ses portes.\n";
    write(&room.desk, &gappy.0, "fr", &rev(&opened, "fr"), good).unwrap();
    assert_eq!((codes(&clean.0), codes(&gappy.0)), (before.0, told));
}
