//! Two desks that never meet: a request one way, the decision back, in files.

use std::path::PathBuf;

use qalam_desk::Code;
use qalam_desk::drafts::State;
use qalam_desk::outbox::Step;
use qalam_desk::profile::Role;
use qalam_desk::review::{ReleaseState, Signing};
use serde_json::json;

use crate::proof::{breaks, house, portal};
use crate::{Room, rev, write};

/// An author's desk and an approver's, each trusting the other's key.
pub struct Pair {
    pub author: Room,
    pub approver: Room,
    bag: tempfile::TempDir,
}

impl Pair {
    pub fn new() -> Self {
        let (author, approver) = (Room::ready(), Room::ready());
        author.be(Role::Author);
        approver.be(Role::Approver);
        author.desk.key_new("author", false).unwrap();
        approver.desk.key_new("chief", false).unwrap();
        let card = author.desk.key_card("author").unwrap();
        approver.desk.key_trust(&card).unwrap();
        let card = approver.desk.key_card("chief").unwrap();
        author.desk.key_trust(&card).unwrap();
        portal(&author);
        Self {
            author,
            approver,
            bag: tempfile::tempdir().unwrap(),
        }
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.bag.path().join(name)
    }

    /// A piece handed in and on its way to the approver.
    fn asked(&self) -> (String, String, PathBuf) {
        let draft = self.author.complete("Un centre ouvre");
        let release = self.author.desk.review_submit(&draft.id, "").unwrap();
        let file = self.file("request.qalam");
        let done = self
            .author
            .desk
            .review_export(&draft.id, &file, "À relire.", true);
        assert_eq!(done.unwrap().purpose, "review");
        (draft.id, release.hash, file)
    }
}

#[test]
fn an_approver_who_is_never_online_approves_with_a_file() {
    let pair = Pair::new();
    house(&pair.author, json!({"four_eyes": true}));
    let (draft, hash, request) = pair.asked();
    let taken = pair.approver.desk.review_import(&request).unwrap();
    assert_eq!((&taken.draft, &taken.release.hash), (&draft, &hash));
    assert_eq!((taken.words.as_str(), taken.known), ("À relire.", false));
    assert_eq!(
        pair.approver.desk.drafts_open(&draft).unwrap().state,
        State::InReview
    );
    assert!(
        pair.approver.desk.review_import(&request).unwrap().known,
        "the same again"
    );
    pair.approver
        .desk
        .review_sign(&Signing {
            draft: &draft,
            release: &hash,
            words: "Lu et approuvé.",
            ..Signing::default()
        })
        .unwrap();
    let step = pair.approver.desk.outbox_next().unwrap();
    assert!(
        matches!(step, Step::Idle { .. }),
        "it leaves from where it is from"
    );
    let decision = pair.file("decision.qalam");
    let done = pair
        .approver
        .desk
        .review_export(&draft, &decision, "", true)
        .unwrap();
    assert_eq!(done.purpose, "decision");
    assert!(
        done.bytes < 16_000,
        "small enough for an e-mail: {}",
        done.bytes
    );
    let back = pair.author.desk.review_import(&decision).unwrap();
    assert_eq!(back.release.state, ReleaseState::Approved);
    assert!(matches!(
        pair.author.desk.outbox_next().unwrap(),
        Step::Put(_)
    ));
    assert!(
        pair.author.desk.review_import(&decision).unwrap().known,
        "replayed"
    );
    let proof = pair.file("proof.qalam");
    let done = pair
        .author
        .desk
        .review_export(&draft, &proof, "", true)
        .unwrap();
    assert_eq!(done.purpose, "proof");
    for desk in [&pair.author.desk, &pair.approver.desk] {
        let found = desk.review_verify_file(&proof).unwrap();
        assert!(found.valid, "{found:?}");
    }
    let found = pair.author.desk.review_verify(&draft).unwrap();
    assert!(found.valid, "{found:?}");
    assert_eq!(
        (breaks(&pair.author), breaks(&pair.approver)),
        (vec![], vec![])
    );
}

#[test]
fn a_return_comes_back_and_the_corrected_piece_goes_again() {
    let pair = Pair::new();
    let (draft, _, request) = pair.asked();
    pair.approver.desk.review_import(&request).unwrap();
    pair.approver
        .desk
        .review_return(&draft, "La date manque.")
        .unwrap();
    let decision = pair.file("decision.qalam");
    pair.approver
        .desk
        .review_export(&draft, &decision, "", true)
        .unwrap();
    let back = pair.author.desk.review_import(&decision).unwrap();
    assert_eq!(back.release.reason.as_deref(), Some("La date manque."));
    let opened = pair.author.desk.drafts_open(&draft).unwrap();
    write(
        &pair.author.desk,
        &draft,
        "fr",
        &rev(&opened, "fr"),
        "Le 20 novembre.",
    )
    .unwrap();
    let second = pair.author.desk.review_submit(&draft, "").unwrap();
    let request = pair.file("second.qalam");
    pair.author
        .desk
        .review_export(&draft, &request, "", true)
        .unwrap();
    assert_eq!(
        pair.approver
            .desk
            .review_import(&request)
            .unwrap()
            .release
            .hash,
        second.hash
    );
    // What is looked at is what would be signed; and it is not changed here.
    let guest = pair.approver.desk.drafts_open(&draft).unwrap();
    assert_eq!(guest.languages[0].body.trim(), "Le 20 novembre.");
    let shown = pair.approver.desk.review_text(&draft, "fr", &|_| None);
    assert!(shown.unwrap().body.html.contains("Le 20 novembre."));
    let changed = write(
        &pair.approver.desk,
        &draft,
        "fr",
        &rev(&guest, "fr"),
        "Autre.",
    );
    assert_eq!(changed.unwrap_err().code, Code::GuestDraft);
    let own = pair.approver.desk.review_submit(&draft, "").unwrap_err();
    assert_eq!(own.code, Code::GuestDraft);
    // The first decision, come late: it is about what is no longer asked.
    let late = pair.author.desk.review_import(&decision).unwrap();
    assert!(late.known);
    pair.approver
        .desk
        .review_approve(&draft, &second.hash)
        .unwrap();
    let decision = pair.file("approved.qalam");
    pair.approver
        .desk
        .review_export(&draft, &decision, "", true)
        .unwrap();
    let back = pair.author.desk.review_import(&decision).unwrap();
    assert_eq!(back.release.state, ReleaseState::Approved);
    assert_eq!(
        (breaks(&pair.author), breaks(&pair.approver)),
        (vec![], vec![])
    );
}

#[test]
fn what_is_shown_before_signing_is_the_release_whatever_the_draft_says_by_now() {
    let pair = Pair::new();
    let (draft, hash, _) = pair.asked();
    let opened = pair.author.desk.drafts_open(&draft).unwrap();
    let (desk, rev) = (&pair.author.desk, rev(&opened, "fr"));
    write(desk, &draft, "fr", &rev, "Tout autre chose.").unwrap();
    let shown = desk.review_text(&draft, "fr", &|_| None).unwrap();
    assert!(shown.body.html.contains("Le centre a ouvert ses portes."));
    assert_eq!(desk.review_standing(&draft).unwrap().release, hash);
}

#[test]
fn what_does_not_hold_is_named_and_changes_nothing() {
    let pair = Pair::new();
    let (draft, hash, request) = pair.asked();
    let stranger = Room::ready();
    let refused = stranger.desk.review_import(&request).unwrap_err();
    assert_eq!(refused.code, Code::KeyUntrusted);
    assert_eq!(refused.params["fingerprint"].len(), 47);
    // Its card can be trusted once the fingerprint was compared.
    let card = stranger.desk.package_card(&request).unwrap();
    stranger.desk.key_trust(&card).unwrap();
    stranger.desk.review_import(&request).unwrap();

    let bytes = std::fs::read(&request).unwrap();
    let altered = pair.file("altered.qalam");
    for at in (0..bytes.len()).step_by(97) {
        let mut copy = bytes.clone();
        copy[at] ^= 1;
        std::fs::write(&altered, &copy).unwrap();
        assert!(
            pair.approver.desk.review_import(&altered).is_err(),
            "byte {at}"
        );
    }
    std::fs::write(&altered, &bytes[..bytes.len() / 2]).unwrap();
    let refused = pair.approver.desk.review_import(&altered).unwrap_err();
    assert_eq!(refused.code, Code::ReviewPackageInvalid);
    assert!(pair.approver.desk.drafts_open(&draft).is_err());

    // Approved by a key the author's desk does not trust.
    stranger.desk.review_approve(&draft, &hash).unwrap();
    let decision = pair.file("stranger.qalam");
    stranger
        .desk
        .review_export(&draft, &decision, "", true)
        .unwrap();
    let refused = pair.author.desk.review_import(&decision).unwrap_err();
    assert_eq!(refused.code, Code::KeyUntrusted);
    // Signed by a key that was lost since.
    pair.approver.desk.review_import(&request).unwrap();
    pair.approver.desk.review_approve(&draft, &hash).unwrap();
    let decision = pair.file("lost.qalam");
    pair.approver
        .desk
        .review_export(&draft, &decision, "", true)
        .unwrap();
    pair.approver
        .desk
        .key_end("chief", qalam_proof::key::Ending::Lost)
        .unwrap();
    let end = pair.approver.desk.key_revocation("chief").unwrap().unwrap();
    pair.author.desk.key_take_revocation(&end).unwrap();
    let refused = pair.author.desk.review_import(&decision).unwrap_err();
    assert_eq!(refused.code, Code::KeyEnded);
    let opened = pair.author.desk.drafts_open(&draft).unwrap();
    assert_eq!(opened.state, State::InReview);
    // Over a file that is there nothing is written.
    let taken = pair.author.desk.review_export(&draft, &request, "", true);
    assert_eq!(taken.unwrap_err().code, Code::TargetNotEmpty);
    assert_eq!(std::fs::read(&request).unwrap(), bytes);
}

#[test]
fn a_look_tells_what_taking_in_would_change_and_changes_nothing() {
    let pair = Pair::new();
    let (draft, hash, request) = pair.asked();
    let look = || pair.approver.desk.review_look(&request).unwrap();
    let first = look();
    assert_eq!((first.purpose.as_str(), &first.draft), ("review", &draft));
    assert_eq!((first.trusted, first.here), (true, None));
    assert_eq!(first.after, Some(ReleaseState::InReview));
    assert_eq!(first.words, "À relire.");
    assert!(!first.known && first.refused.is_none() && first.checks.valid);
    assert_eq!(look(), first, "the first look left nothing");
    assert!(pair.approver.desk.drafts_open(&draft).is_err());
    pair.approver.desk.review_import(&request).unwrap();
    assert!(look().known);

    let signed = pair.approver.desk.review_approve(&draft, &hash);
    assert_eq!(signed.unwrap().state, ReleaseState::Approved);
    let decision = pair.file("decision.qalam");
    let exported = pair
        .approver
        .desk
        .review_export(&draft, &decision, "", true);
    assert_eq!(exported.unwrap().purpose, "decision");
    let told = pair.author.desk.review_look(&decision).unwrap();
    assert_eq!(told.here, Some(ReleaseState::InReview));
    assert_eq!(told.after, Some(ReleaseState::Approved));
    let acts: Vec<&str> = told.decisions.iter().map(|one| one.act.as_str()).collect();
    assert_eq!(acts, ["approve"]);
    assert_eq!(breaks(&pair.author), vec![], "the trail did not grow");
    let step = pair.author.desk.outbox_next().unwrap();
    assert!(matches!(step, Step::Idle { .. }), "nothing was approved");
}

#[test]
fn a_look_names_a_stranger_with_the_digits_to_compare_and_a_file_that_is_none() {
    let pair = Pair::new();
    let (_, _, request) = pair.asked();
    let stranger = Room::ready();
    let told = stranger.desk.review_look(&request).unwrap();
    assert!(!told.trusted);
    assert_eq!(told.fingerprint.split(' ').count(), 8);
    let refused = told.refused.unwrap();
    assert_eq!(refused.code, Code::KeyUntrusted.as_str());
    let altered = pair.file("altered.qalam");
    let mut bytes = std::fs::read(&request).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&altered, bytes).unwrap();
    let told = stranger.desk.review_look(&altered).unwrap();
    assert!(told.purpose.is_empty() && told.refused.is_some() && !told.checks.valid);
}

#[test]
fn how_a_decision_stands_is_told_before_it_is_taken() {
    let pair = Pair::new();
    let (draft, _, request) = pair.asked();
    let own = pair.author.desk.review_standing(&draft).unwrap();
    assert_eq!(
        own.refused.map(|refused| refused.code).as_deref(),
        Some("not_approver")
    );
    pair.author.be(Role::Both);
    house(
        &pair.author,
        json!({"four_eyes": true, "two_signatures": ["news"], "urgent_path": true}),
    );
    let own = pair.author.desk.review_standing(&draft).unwrap();
    assert_eq!(
        own.refused.map(|refused| refused.code).as_deref(),
        Some("own_draft")
    );
    assert_eq!((own.needed, own.urgent, own.guest), (2, true, false));
    pair.approver.desk.review_import(&request).unwrap();
    let guest = pair.approver.desk.review_standing(&draft).unwrap();
    assert!(guest.guest && guest.refused.is_none() && guest.signed.is_empty());
    assert_eq!(guest.key.unwrap().label, "chief");
}

#[test]
fn the_end_of_a_key_is_looked_at_before_it_is_taken() {
    let pair = Pair::new();
    let card = pair.author.desk.key_card("author").unwrap();
    let stranger = Room::ready();
    let row = stranger.desk.key_look(&card).unwrap();
    assert!(row.trusted_at.is_empty() && !row.ours);
    assert!(stranger.desk.keys().unwrap().is_empty(), "only looked at");
    let old = pair.author.desk.keys().unwrap().remove(0);
    let (new, lines) = pair.author.desk.key_rotate("author", true).unwrap();
    assert_eq!(new.follows, old.id);
    let end = pair.author.desk.key_revocation(&old.id).unwrap().unwrap();
    let told = pair.approver.desk.key_look_at_end(&end).unwrap();
    assert_eq!(told.ended, "replaced");
    let kept = pair.approver.desk.keys().unwrap();
    let kept = kept.iter().find(|key| key.id == old.id).unwrap();
    assert_eq!(kept.ended, "", "only looked at");
    let next = pair
        .author
        .desk
        .key_recover("author", &lines.unwrap())
        .unwrap();
    assert_eq!(next.follows, new.id, "the new paper is of the new key");
}

#[test]
fn a_sealed_request_opens_by_itself_for_whom_it_is_and_for_nobody_else() {
    let pair = Pair::new();
    let draft = pair.author.complete("Un centre ouvre");
    pair.author.desk.review_submit(&draft.id, "").unwrap();
    let to = pair.file("sealed.qalam");
    let keys = pair.author.desk.keys().unwrap();
    let chief = keys.iter().find(|key| !key.ours).unwrap();
    assert!(chief.seals);
    let desk = &pair.author.desk;
    desk.review_export_sealed(&draft.id, &to, "À relire.", true, Some(&chief.id))
        .unwrap();
    let bytes = std::fs::read(&to).unwrap();
    let clear = |words: &str| {
        bytes
            .windows(words.len())
            .any(|part| part == words.as_bytes())
    };
    assert!(bytes.starts_with(b"age-encryption.org/v1\n"));
    assert!(!clear("Un centre ouvre") && !clear(&draft.id));
    let stranger = Room::ready();
    stranger.desk.key_new("other", false).unwrap();
    let look = stranger.desk.review_look(&to).unwrap();
    assert_eq!(look.refused.unwrap().code, "sealed_for_other");
    for refused in [
        stranger.desk.review_import(&to).map(|_| ()),
        stranger.desk.review_verify_file(&to).map(|_| ()),
        stranger.desk.package_card(&to).map(|_| ()),
    ] {
        assert_eq!(refused.unwrap_err().code, Code::SealedForOther);
    }
    // Whoever sealed it can still look into it.
    assert!(pair.author.desk.review_verify_file(&to).is_ok());
    // Any byte of it, or its end: refused, and nothing is taken.
    let altered = pair.file("altered.qalam");
    for place in (0..bytes.len()).step_by(37) {
        let mut bytes = bytes.clone();
        bytes[place] ^= 1;
        std::fs::write(&altered, &bytes).unwrap();
        assert!(
            pair.approver.desk.review_import(&altered).is_err(),
            "byte {place}"
        );
        std::fs::write(&altered, &bytes[..place]).unwrap();
        assert!(
            pair.approver.desk.review_import(&altered).is_err(),
            "cut at {place}"
        );
    }
    let taken = pair.approver.desk.review_import(&to).unwrap();
    assert_eq!(
        (taken.draft.as_str(), taken.words.as_str()),
        (draft.id.as_str(), "À relire.")
    );
    let unknown = desk.review_export_sealed(&draft.id, &altered, "", true, Some("nobody"));
    assert_eq!(unknown.unwrap_err().code, Code::UnknownKey);
}

#[test]
fn a_scan_of_the_signed_sheet_belongs_to_the_proof() {
    let room = Room::ready();
    let draft = room.complete("Un centre ouvre");
    let bag = tempfile::tempdir().unwrap();
    let scan = bag.path().join("signed.pdf");
    std::fs::write(&scan, b"%PDF-1.4\na signed sheet\n%%EOF\n").unwrap();
    let early = room.desk.review_attach_sheet(&draft.id, &scan);
    assert_eq!(early.unwrap_err().code, Code::NotHandedIn);
    let release = room.desk.review_submit(&draft.id, "").unwrap();
    room.desk.review_approve(&draft.id, &release.hash).unwrap();
    let words = bag.path().join("signed.txt");
    std::fs::write(&words, "Signed.").unwrap();
    let refused = room.desk.review_attach_sheet(&draft.id, &words);
    assert_eq!(refused.unwrap_err().code, Code::ScanType);
    let sheet = room.desk.review_attach_sheet(&draft.id, &scan).unwrap();
    assert_eq!(
        room.desk.review_attach_sheet(&draft.id, &scan).unwrap(),
        sheet
    );
    let kept = room.desk.review_sheets(&draft.id).unwrap();
    assert_eq!(kept, std::slice::from_ref(&sheet));
    let proof = bag.path().join("proof.qalam");
    room.desk
        .review_export(&draft.id, &proof, "", true)
        .unwrap();
    for found in [
        room.desk.review_verify(&draft.id).unwrap(),
        room.desk.review_verify_file(&proof).unwrap(),
    ] {
        assert!(found.valid, "{found:?}");
        assert!(found.checks.iter().any(|check| check.code == "sheet"));
    }
    assert_eq!(breaks(&room), []);
    std::fs::remove_file(room.desk.blobs().path(&sheet.sha256)).unwrap();
    let found = room.desk.review_verify(&draft.id).unwrap();
    assert!(
        found
            .checks
            .iter()
            .any(|check| check.code == "sheet_absent"),
        "{found:?}"
    );
}
