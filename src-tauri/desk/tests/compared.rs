//! A review beside what a portal shows: as far as the desk knows it, and no further.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test may fail loudly

mod sending;

use std::sync::Arc;

use qalam_content::canonical::hash;
use qalam_content::diff::ChangeKind;
use qalam_content::merge::Side;
use qalam_desk::clock::TestClock;
use qalam_desk::outbox::{Fetched, Holds, Outcome, RemoteState, SettleWith, Step};
use qalam_desk::review::{Against, FileChange, ReviewDiff};
use qalam_desk::{Code, Failure};
use sending::{approve, draft, ready, rewrite, stored};

#[test]
fn a_review_compares_with_what_the_portal_holds_as_far_as_it_is_known() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(TestClock::default());
    let desk = ready(dir.path(), &clock);
    let piece = draft(&desk, "Call", &[b"the first file"], false);
    let diff = || desk.review_diff(&piece, Some("portal")).unwrap();
    let stands = || {
        let diff = diff();
        let one = &diff.portals[0];
        (
            diff.against,
            one.holds,
            one.published,
            one.looked_at.is_some(),
        )
    };
    // Never reached: nothing is claimed.
    assert_eq!(stands(), (Against::Nothing, Holds::Nothing, false, false));
    let first = approve(&desk, &piece);
    let step = desk.outbox_next().unwrap();
    desk.outbox_record(&step, stored("e1", &first, &[], &[hash(b"the first file")]))
        .unwrap();
    assert_eq!(stands(), (Against::Portal, Holds::Ours, false, true));

    // What was approved since is compared with what readers see, not with the last approval.
    rewrite(&desk, &piece, "The second text.");
    approve(&desk, &piece);
    rewrite(&desk, &piece, "The third text.");
    let words = |diff: ReviewDiff, kind: ChangeKind| -> String {
        let body = diff.languages.into_iter().flat_map(|one| one.body);
        body.filter(|change| change.kind == kind)
            .map(|change| change.text)
            .collect()
    };
    let approved = desk.review_diff(&piece, None).unwrap();
    assert_eq!(approved.against, Against::Approved);
    assert_eq!(words(approved, ChangeKind::Removed), "second");
    assert!(words(diff(), ChangeKind::Removed).contains("announcement"));

    // An editor changes it there: nothing to compare with until that text came.
    let seen = |etag: &str, state: &str| RemoteState {
        draft: piece.clone(),
        remote_id: "1".into(),
        etag: etag.into(),
        state: state.into(),
        ..RemoteState::default()
    };
    let record = |state: RemoteState| {
        desk.outbox_record_remote("portal", &[state], None).unwrap();
    };
    record(seen("e2", "published"));
    assert_eq!(stands(), (Against::Nothing, Holds::NotFetched, true, true));
    assert_eq!(words(diff(), ChangeKind::Removed), "");
    let mut theirs: serde_json::Value =
        serde_json::from_slice(&desk.review_release(&first).unwrap().1).unwrap();
    theirs["languages"]["en"]["body"] = "The editor's text.".into();
    theirs["fields"]["organisation"] = "Another".into();
    theirs["attachments"] = serde_json::json!([]);
    loop {
        let step = desk.outbox_next().unwrap();
        match &step {
            Step::Fetch(_) => {
                let fetched = Fetched {
                    etag: "e2".into(),
                    state: "published".into(),
                    content: theirs.to_string(),
                    ..Fetched::default()
                };
                desk.outbox_record(&step, Outcome::Fetched(Box::new(fetched)))
                    .unwrap();
                break;
            }
            Step::Put(_) => {
                let conflict = Failure::new(Code::ChangedOnPortal).with("etag", "e2");
                desk.outbox_record(&step, Outcome::Conflict(conflict))
                    .unwrap();
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(stands(), (Against::Portal, Holds::Theirs, true, true));
    let found = diff();
    assert_eq!(found.fields.len(), 1);
    assert_eq!(found.fields[0].before, "Another");
    assert_eq!(found.files[0].change, FileChange::New);
    assert!(words(found, ChangeKind::Removed).contains("editor"));

    // Settled for theirs, it is still what readers see; a newer one that is not here is not.
    let view = desk.conflicts_open(&piece, None).unwrap();
    let settled = SettleWith::Parts {
        choices: view
            .parts
            .iter()
            .map(|part| (part.key.clone(), Side::Ours))
            .collect(),
    };
    desk.conflicts_settle(&piece, None, &view.seen, &settled)
        .unwrap();
    assert_eq!(stands(), (Against::Portal, Holds::Theirs, true, true));
    record(seen("e3", "published"));
    assert_eq!(stands(), (Against::Nothing, Holds::NotFetched, true, true));
    record(seen("e4", "withdrawn"));
    assert_eq!(stands(), (Against::Nothing, Holds::TakenDown, false, true));
    let unknown = desk.review_diff(&piece, Some("nowhere")).unwrap_err();
    assert_eq!(unknown.code, Code::UnknownPortal);
}
