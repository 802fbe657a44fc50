//! Freezing, deciding, and what a later edit means.

use qalam_content::canonical::{Release, hash};
use qalam_content::diff::ChangeKind;
use qalam_desk::Code;
use qalam_desk::drafts::{SaveFields, State};
use qalam_desk::profile::Role;
use qalam_desk::review::{Against, ReleaseState};
use serde_json::json;

use crate::{Room, object, rev, write};

#[test]
fn a_release_is_frozen_under_its_hash() {
    let room = Room::ready();
    let draft = room.complete("Un centre ouvre");
    let release = room
        .desk
        .review_submit(&draft.id, " Merci de relire. ")
        .unwrap();
    assert_eq!((release.state, release.number), (ReleaseState::InReview, 1));
    assert_eq!(release.submitted_by, "Sample Person");
    let (row, bytes) = room.desk.review_release(&release.hash).unwrap();
    assert_eq!(row, release);
    assert_eq!(hash(&bytes), release.hash);
    assert_eq!(bytes.len() as u64, release.bytes);
    let frozen = Release::from_bytes(&bytes).unwrap();
    assert_eq!(frozen.owner, "MA");
    assert_eq!(frozen.languages["fr"].body, draft.languages[0].body);
    let opened = room.desk.drafts_open(&draft.id).unwrap();
    assert_eq!(opened.state, State::InReview);
    assert_eq!(opened.release.unwrap().hash, release.hash);
    // Handed in again as it is: the same release.
    let again = room.desk.review_submit(&draft.id, "").unwrap();
    assert_eq!(again, release);
    let trail = room.desk.review_trail(Some(&draft.id)).unwrap();
    assert_eq!(trail.len(), 1);
    assert_eq!(
        (trail[0].act.as_str(), trail[0].words.as_str()),
        ("submit", "Merci de relire.")
    );
}

#[test]
fn an_incomplete_piece_is_not_ready() {
    let room = Room::ready();
    let draft = room.news("Un titre seul");
    let error = room.desk.review_submit(&draft.id, "").unwrap_err();
    assert_eq!(error.code, Code::NotReady);
    assert!(
        error
            .findings
            .iter()
            .any(|finding| finding.field == "summary")
    );
    assert_eq!(
        room.desk.drafts_open(&draft.id).unwrap().state,
        State::Draft
    );
}

#[test]
fn approving_is_for_approvers_and_for_what_is_in_review() {
    let room = Room::ready();
    let draft = room.complete("Un centre ouvre");
    let release = room.desk.review_submit(&draft.id, "").unwrap();
    room.be(Role::Author);
    let approve = |hash: &str| room.desk.review_approve(&draft.id, hash);
    assert_eq!(approve(&release.hash).unwrap_err().code, Code::NotApprover);
    room.be(Role::Approver);
    assert_eq!(
        approve(&"0".repeat(64)).unwrap_err().code,
        Code::NotInReview
    );
    assert_eq!(approve("x").unwrap_err().code, Code::BadHash);
    let approved = approve(&release.hash).unwrap();
    assert_eq!(approved.state, ReleaseState::Approved);
    assert_eq!(approved.decided_by.as_deref(), Some("Sample Person"));
    assert_eq!(approve(&release.hash).unwrap(), approved, "once is enough");
    let said = room.desk.review_approval(&release.hash).unwrap().unwrap();
    assert_eq!(said.role.as_str(), "approver");
    assert_eq!(said.key, room.desk.keys().unwrap().pop().map(|key| key.id));
    assert!(said.signature.unwrap().contains("qalam.decision"));
    let opened = room.desk.drafts_open(&draft.id).unwrap();
    assert!(matches!(opened.state, State::Approved | State::Waiting));
    let refused = room.desk.review_return(&draft.id, "Non.");
    assert_eq!(refused.unwrap_err().code, Code::AlreadyApproved);
}

#[test]
fn a_returned_piece_says_why_until_it_comes_again() {
    let room = Room::ready();
    let draft = room.complete("Un centre ouvre");
    let first = room.desk.review_submit(&draft.id, "").unwrap();
    assert_eq!(
        room.desk.review_return(&draft.id, "  ").unwrap_err().code,
        Code::ReasonNeeded
    );
    let returned = room
        .desk
        .review_return(&draft.id, "Ajoutez la date.")
        .unwrap();
    assert_eq!(returned.state, ReleaseState::Returned);
    write(
        &room.desk,
        &draft.id,
        "fr",
        &rev(&draft, "fr"),
        "Le 20 novembre.",
    )
    .unwrap();
    let opened = room.desk.drafts_open(&draft.id).unwrap();
    assert_eq!(opened.state, State::Returned);
    assert_eq!(opened.return_reason.as_deref(), Some("Ajoutez la date."));
    let second = room.desk.review_submit(&draft.id, "").unwrap();
    assert_eq!(second.number, 2);
    assert_ne!(second.hash, first.hash);
    let approve = room.desk.review_approve(&draft.id, &first.hash);
    assert_eq!(approve.unwrap_err().code, Code::NotInReview);
    let opened = room.desk.drafts_open(&draft.id).unwrap();
    assert_eq!(
        (opened.state, opened.return_reason),
        (State::InReview, None)
    );
    let states: Vec<ReleaseState> = room
        .desk
        .review_releases(&draft.id)
        .unwrap()
        .into_iter()
        .map(|row| row.state)
        .collect();
    assert_eq!(states, [ReleaseState::InReview, ReleaseState::Superseded]);
}

#[test]
fn a_returned_text_may_come_again_unchanged() {
    let room = Room::ready();
    let draft = room.complete("Un centre ouvre");
    let first = room.desk.review_submit(&draft.id, "").unwrap();
    room.desk
        .review_return(&draft.id, "Est-ce exact ?")
        .unwrap();
    let second = room.desk.review_submit(&draft.id, "Oui, vérifié.").unwrap();
    assert_eq!((&second.hash, second.number), (&first.hash, 2));
    assert_eq!(
        (second.state, second.reason),
        (ReleaseState::InReview, None)
    );
    let acts: Vec<String> = room
        .desk
        .review_trail(None)
        .unwrap()
        .into_iter()
        .map(|event| event.act)
        .collect();
    assert_eq!(acts, ["submit", "return", "submit"]);
}

#[test]
fn withdrawing_leaves_what_is_approved() {
    let room = Room::ready();
    let draft = room.complete("Un centre ouvre");
    let refused = room.desk.review_withdraw(&draft.id);
    assert_eq!(refused.unwrap_err().code, Code::NothingToWithdraw);
    room.desk.review_submit(&draft.id, "").unwrap();
    assert_eq!(room.desk.review_withdraw(&draft.id).unwrap(), None);
    assert_eq!(
        room.desk.drafts_open(&draft.id).unwrap().state,
        State::Draft
    );
    let first = room.desk.review_submit(&draft.id, "").unwrap();
    room.desk.review_approve(&draft.id, &first.hash).unwrap();
    write(&room.desk, &draft.id, "fr", &rev(&draft, "fr"), "Suite.").unwrap();
    room.desk.review_submit(&draft.id, "").unwrap();
    let left = room.desk.review_withdraw(&draft.id).unwrap().unwrap();
    assert_eq!(
        (left.hash, left.state),
        (first.hash, ReleaseState::Approved)
    );
}

#[test]
fn a_later_edit_is_never_covered_by_an_old_approval() {
    let room = Room::ready();
    let draft = room.complete("Un centre ouvre");
    let state = || {
        let opened = room.desk.drafts_open(&draft.id).unwrap();
        (opened.state, opened.reason)
    };
    let first = room.desk.review_submit(&draft.id, "").unwrap();
    let base = write(&room.desk, &draft.id, "fr", &rev(&draft, "fr"), "Modifié.").unwrap();
    assert_eq!(base.state, State::InReview);
    assert_eq!(
        state(),
        (State::InReview, Some("edited_since_submitted".to_owned()))
    );
    room.desk.review_approve(&draft.id, &first.hash).unwrap();
    assert_eq!(
        state(),
        (State::Draft, Some("edited_since_approved".to_owned()))
    );
    // Back to the very text that was approved: handing it in finds the approval again.
    write(
        &room.desk,
        &draft.id,
        "fr",
        &base.rev,
        &draft.languages[0].body,
    )
    .unwrap();
    let found = room.desk.review_submit(&draft.id, "").unwrap();
    assert_eq!(
        (found.hash, found.state),
        (first.hash.clone(), ReleaseState::Approved)
    );
    assert!(matches!(state().0, State::Approved | State::Waiting));
    // What is no part of a release changes nothing.
    let opened = room.desk.drafts_open(&draft.id).unwrap();
    room.desk
        .drafts_set_fields(SaveFields {
            draft: draft.id.clone(),
            base: opened.fields_rev,
            urgent: Some(true),
            ..SaveFields::default()
        })
        .unwrap();
    assert!(matches!(state().0, State::Approved | State::Waiting));
}

#[test]
fn notes_inside_the_house_never_leave_it() {
    let room = Room::ready();
    let draft = room.complete("Un centre ouvre");
    let mut fields = draft.fields.clone();
    fields.extend(object(json!({"internalNote": "Appeler le cabinet."})));
    room.desk
        .drafts_set_fields(SaveFields {
            draft: draft.id.clone(),
            base: draft.fields_rev,
            fields: Some(fields),
            ..SaveFields::default()
        })
        .unwrap();
    room.desk
        .drafts_add_language(&draft.id, "en", None)
        .unwrap();
    let release = room.desk.review_submit(&draft.id, "").unwrap();
    let (_, bytes) = room.desk.review_release(&release.hash).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(!text.contains("cabinet"));
    let frozen = Release::from_bytes(text.as_bytes()).unwrap();
    assert_eq!(
        frozen.languages.len(),
        1,
        "an empty language version is no part of it"
    );
}

#[test]
fn the_approver_sees_what_changed_since_the_last_approval() {
    let room = Room::ready();
    let draft = room.complete("Un centre ouvre");
    assert_eq!(
        room.desk.review_diff(&draft.id, None).unwrap().against,
        Against::Nothing
    );
    let first = room.desk.review_submit(&draft.id, "").unwrap();
    room.desk.review_approve(&draft.id, &first.hash).unwrap();
    let opened = room.desk.drafts_open(&draft.id).unwrap();
    let body = "Le centre a ouvert ses grandes portes.\n";
    let base = write(&room.desk, &draft.id, "fr", &rev(&opened, "fr"), body)
        .unwrap()
        .rev;
    room.desk.review_submit(&draft.id, "").unwrap();
    // An edit after the submission is not what the approver decides about.
    write(&room.desk, &draft.id, "fr", &base, "Tout autre chose.").unwrap();
    let diff = room.desk.review_diff(&draft.id, None).unwrap();
    assert_eq!(diff.against, Against::Approved);
    let added: Vec<&str> = diff.languages[0]
        .body
        .iter()
        .filter(|change| change.kind == ChangeKind::Added)
        .map(|change| change.text.trim())
        .collect();
    assert_eq!(added, ["grandes"]);
    assert!(diff.fields.is_empty());
}
