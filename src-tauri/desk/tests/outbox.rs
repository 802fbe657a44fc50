//! The outbox through the desk: what is sent, in which order, and what answers mean.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test may fail loudly

mod sending;

use std::sync::Arc;

use jiff::SignedDuration;
use qalam_content::canonical::hash;
use qalam_desk::clock::TestClock;
use qalam_desk::outbox::engine::{BudgetPeriod, MeteredSends, Sending, waiting};
use qalam_desk::outbox::portals::NewPortal;
use qalam_desk::outbox::{AskingKind, Fetched, LinkState, Outcome, PortalKind, RemoteState, Step};
use qalam_desk::{Code, Failure};
use sending::{add_portal, approve, draft, open, pass_pause, put, ready, refused, retry, rewrite};
use sending::{state, stored, upload};

fn clock() -> Arc<TestClock> {
    Arc::new(TestClock::default())
}

#[test]
fn a_piece_with_files_goes_text_first_and_ends_with_a_receipt() {
    let dir = tempfile::tempdir().unwrap();
    let clock = clock();
    let desk = ready(dir.path(), &clock);
    let piece = draft(
        &desk,
        "Call",
        &[b"a longer file than the other", b"short"],
        false,
    );
    assert!(matches!(
        desk.outbox_next().unwrap(),
        Step::Idle { next_at: None }
    ));
    let release = approve(&desk, &piece);
    assert_eq!(state(&desk, &piece), "waiting");

    let first = desk.outbox_next().unwrap();
    let step = put(first.clone());
    assert_eq!(
        (step.release.as_str(), &step.if_match),
        (release.as_str(), &None)
    );
    assert_eq!(step.portal.name, "portal");
    let body: serde_json::Value = serde_json::from_slice(&step.body).unwrap();
    let text = body["release"].as_str().unwrap();
    assert_eq!(hash(text.as_bytes()), release);
    assert_eq!(body["approval"]["release"], release);
    assert_eq!(body["approval"]["by"], "Sample Officer");
    let signature = &body["approval"]["signature"];
    assert_eq!(signature["approvals"].as_array().unwrap().len(), 1);
    assert_eq!(signature["keys"].as_array().unwrap().len(), 1);

    let files = [hash(b"short"), hash(b"a longer file than the other")];
    desk.outbox_record(&first, stored("e1", &release, &files, &[]))
        .unwrap();
    assert_eq!(state(&desk, &piece), "waiting");

    let small = desk.outbox_next().unwrap();
    let step = upload(small.clone());
    assert_eq!((step.sha256.as_str(), step.length), (files[0].as_str(), 5));
    assert_eq!(std::fs::read(&step.path).unwrap(), b"short");
    assert_eq!(state(&desk, &piece), "sending");
    desk.outbox_record(&small, Outcome::Uploaded).unwrap();

    let large = desk.outbox_next().unwrap();
    let step = upload(large.clone());
    desk.outbox_upload_progress(&step, "https://portal.example/u/1", 7)
        .unwrap();
    desk.outbox_record(&large, retry(Code::ConnectionCut))
        .unwrap();
    desk.outbox_send_now().unwrap();
    let again = desk.outbox_next().unwrap();
    assert_eq!(
        upload(again.clone()).upload_url.as_deref(),
        Some("https://portal.example/u/1")
    );
    let entry = desk.outbox_list().unwrap().entries.remove(0);
    assert_eq!((entry.files_total, entry.files_sent), (2, 1));
    assert_eq!(entry.bytes_total - entry.bytes_sent, 28 - 7);
    desk.outbox_record(&again, Outcome::Uploaded).unwrap();

    let last = desk.outbox_next().unwrap();
    assert_eq!(put(last.clone()).if_match.as_deref(), Some("e1"));
    desk.outbox_record(&last, stored("e1", &release, &[], &files))
        .unwrap();
    assert_eq!(state(&desk, &piece), "received");
    let entry = desk.outbox_list().unwrap().entries.remove(0);
    assert_eq!(entry.bytes_sent, entry.bytes_total);
    assert_eq!(entry.receipt.unwrap().release, release);
    assert_eq!(desk.outbox_receipts(0).unwrap().len(), 1);
    assert!(desk.outbox_receipts(1).unwrap().is_empty());
    assert!(matches!(
        desk.outbox_next().unwrap(),
        Step::Idle { next_at: None }
    ));
    // The same answer once more, late, changes nothing.
    desk.outbox_record(&last, stored("e1", &release, &[], &files))
        .unwrap();
    desk.outbox_record(&last, refused(Code::PortalRefused))
        .unwrap();
    assert_eq!(state(&desk, &piece), "received");
}

#[test]
fn a_success_without_the_right_receipt_is_no_delivery() {
    let dir = tempfile::tempdir().unwrap();
    let clock = clock();
    let desk = ready(dir.path(), &clock);
    let piece = draft(&desk, "Call", &[b"file"], false);
    let release = approve(&desk, &piece);
    let other = "0".repeat(64);
    let file = [hash(b"file")];
    for (answer, code) in [
        (stored("e", &other, &[], &file), "receipt_differs"),
        (stored("e", &release, &[], &[]), "receipt_differs"),
        (stored("e", &release, &["f".repeat(64)], &[]), "bad_answer"),
    ] {
        let step = desk.outbox_next().unwrap();
        assert!(matches!(step, Step::Put(_)), "{step:?}");
        desk.outbox_record(&step, answer).unwrap();
        let entry = desk.outbox_list().unwrap().entries.remove(0);
        assert_eq!(entry.state.as_str(), "waiting");
        assert_eq!(entry.reason.unwrap().code, code);
        assert!(desk.outbox_receipts(0).unwrap().is_empty());
        desk.outbox_send_now().unwrap();
    }
}

#[test]
fn one_bad_entry_does_not_block_the_others() {
    let dir = tempfile::tempdir().unwrap();
    let clock = clock();
    let desk = ready(dir.path(), &clock);
    let bad = draft(&desk, "Bad", &[], true);
    approve(&desk, &bad);
    let good = draft(&desk, "Good", &[], false);
    approve(&desk, &good);
    let step = desk.outbox_next().unwrap();
    assert_eq!(put(step.clone()).draft, bad, "urgent first");
    desk.outbox_record(&step, retry(Code::PortalDown)).unwrap();
    let step = desk.outbox_next().unwrap();
    assert_eq!(put(step.clone()).draft, good);
    desk.outbox_record(&step, refused(Code::TypeRefused))
        .unwrap();
    assert_eq!(state(&desk, &good), "refused");
    // A refused one is tried again only when a person asks.
    clock.advance(SignedDuration::from_hours(2));
    assert_eq!(put(desk.outbox_next().unwrap()).draft, bad);
    let entry = |piece: &str| {
        let entries = desk.outbox_list().unwrap().entries;
        entries
            .into_iter()
            .find(|one| one.draft == piece)
            .unwrap()
            .id
    };
    desk.outbox_hold(&entry(&bad)).unwrap();
    assert!(matches!(desk.outbox_next().unwrap(), Step::Idle { .. }));
    desk.outbox_retry(&entry(&good)).unwrap();
    assert_eq!(put(desk.outbox_next().unwrap()).draft, good);
    // It was tried, so the portal may have it; a portal is not asked without a reason.
    assert_eq!(
        desk.outbox_withdraw(&entry(&good), " ").unwrap_err().code,
        Code::ReasonNeeded
    );
    desk.outbox_withdraw(&entry(&good), "Not for the public yet.")
        .unwrap();
    let step = desk.outbox_next().unwrap();
    match &step {
        Step::Withdraw(asked) => assert_eq!(asked.reason, "Not for the public yet."),
        other => panic!("not a withdrawal: {other:?}"),
    }
    desk.outbox_record(&step, Outcome::Withdrawn).unwrap();
    desk.outbox_resume(&entry(&bad)).unwrap();
    desk.outbox_send_now().unwrap();
    assert_eq!(put(desk.outbox_next().unwrap()).draft, bad);
}

#[test]
fn an_entry_whose_attempts_end_the_program_steps_behind() {
    let dir = tempfile::tempdir().unwrap();
    let clock = clock();
    let mut desk = ready(dir.path(), &clock);
    let deadly = draft(&desk, "A", &[], true);
    approve(&desk, &deadly);
    let harmless = draft(&desk, "Harmless and rather a bit longer", &[], false);
    approve(&desk, &harmless);
    for _ in 0..2 {
        assert_eq!(put(desk.outbox_next().unwrap()).draft, deadly);
        drop(desk);
        desk = open(dir.path(), &clock);
        desk.outbox_send_now().unwrap();
    }
    assert_eq!(put(desk.outbox_next().unwrap()).draft, harmless);
}

#[test]
fn a_failing_way_pauses_the_portal_and_blames_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let clock = clock();
    let desk = ready(dir.path(), &clock);
    assert_eq!(desk.link().unwrap().state, LinkState::Unknown);
    for title in ["One", "Two"] {
        approve(&desk, &draft(&desk, title, &[], false));
    }
    let step = desk.outbox_next().unwrap();
    let failure = Failure::new(Code::NameLookup).with("host", "portal.example");
    desk.outbox_record(
        &step,
        Outcome::Retry(failure, Some(std::time::Duration::from_secs(5))),
    )
    .unwrap();
    let link = desk.link().unwrap();
    assert_eq!(link.state, LinkState::Failing);
    assert_eq!(link.failure.unwrap().code, "name_lookup");
    assert!(matches!(
        desk.outbox_next().unwrap(),
        Step::Idle { next_at: Some(_) }
    ));
    let reasons: Vec<_> = desk
        .outbox_list()
        .unwrap()
        .entries
        .into_iter()
        .map(|entry| entry.reason.unwrap().code)
        .collect();
    assert_eq!(reasons, ["name_lookup", "name_lookup"]);
    assert!(pass_pause(&desk, &clock));
    let step = desk.outbox_next().unwrap();
    let release = put(step.clone()).release;
    desk.outbox_record(&step, stored("e", &release, &[], &[]))
        .unwrap();
    assert_eq!(desk.link().unwrap().state, LinkState::Reached);
    assert!(matches!(desk.outbox_next().unwrap(), Step::Put(_)));
}

#[test]
fn pausing_stops_everything_and_survives() {
    let dir = tempfile::tempdir().unwrap();
    let clock = clock();
    let desk = ready(dir.path(), &clock);
    approve(&desk, &draft(&desk, "One", &[], false));
    desk.outbox_pause(true).unwrap();
    drop(desk);
    let desk = open(dir.path(), &clock);
    assert!(desk.link().unwrap().paused);
    assert!(matches!(
        desk.outbox_next().unwrap(),
        Step::Idle { next_at: None }
    ));
    desk.outbox_pause(false).unwrap();
    assert!(matches!(desk.outbox_next().unwrap(), Step::Put(_)));
}

#[test]
fn a_newer_release_takes_the_place_of_an_unsent_one() {
    let dir = tempfile::tempdir().unwrap();
    let clock = clock();
    let desk = ready(dir.path(), &clock);
    let piece = draft(&desk, "Call", &[], false);
    approve(&desk, &piece);
    rewrite(&desk, &piece, "Corrected before it left.");
    let newer = approve(&desk, &piece);
    assert_eq!(desk.outbox_list().unwrap().entries.len(), 1);
    assert_eq!(put(desk.outbox_next().unwrap()).release, newer);
}

#[test]
fn an_unanswered_release_is_settled_before_the_newer_one() {
    let dir = tempfile::tempdir().unwrap();
    let clock = clock();
    let desk = ready(dir.path(), &clock);
    let piece = draft(&desk, "Call", &[], false);
    let older = approve(&desk, &piece);
    let lost = desk.outbox_next().unwrap();
    desk.outbox_record(&lost, retry(Code::ConnectionCut))
        .unwrap();
    rewrite(&desk, &piece, "Corrected after the answer was lost.");
    let newer = approve(&desk, &piece);
    desk.outbox_send_now().unwrap();
    let step = desk.outbox_next().unwrap();
    assert_eq!(put(step.clone()).release, older);
    // The portal had it all along; now its ETag is known and the newer one replaces it.
    desk.outbox_record(&step, stored("e1", &older, &["0".repeat(64)], &[]))
        .unwrap();
    let step = desk.outbox_next().unwrap();
    let newer_step = put(step.clone());
    assert_eq!(
        (newer_step.release.as_str(), newer_step.if_match.as_deref()),
        (newer.as_str(), Some("e1"))
    );
    desk.outbox_record(&step, stored("e2", &newer, &[], &[]))
        .unwrap();
    assert_eq!(state(&desk, &piece), "received");
    assert!(matches!(
        desk.outbox_next().unwrap(),
        Step::Idle { next_at: None }
    ));
}

#[test]
fn going_back_to_an_earlier_text_sends_it_again() {
    let dir = tempfile::tempdir().unwrap();
    let clock = clock();
    let desk = ready(dir.path(), &clock);
    let piece = draft(&desk, "Call", &[], false);
    let body = desk.drafts_text(&piece, "en").unwrap();
    let first = approve(&desk, &piece);
    let step = desk.outbox_next().unwrap();
    desk.outbox_record(&step, stored("e1", &first, &[], &[]))
        .unwrap();
    rewrite(&desk, &piece, "Another text.");
    let second = approve(&desk, &piece);
    let step = desk.outbox_next().unwrap();
    desk.outbox_record(&step, stored("e2", &second, &[], &[]))
        .unwrap();
    rewrite(&desk, &piece, &body);
    assert_eq!(approve(&desk, &piece), first);
    let step = desk.outbox_next().unwrap();
    assert_eq!(put(step.clone()).release, first);
    assert_eq!(put(step.clone()).if_match.as_deref(), Some("e2"));
    desk.outbox_record(&step, stored("e3", &first, &[], &[]))
        .unwrap();
    assert_eq!(
        desk.outbox_receipts(0).unwrap().last().unwrap().release,
        first
    );
    // Approving what the portal has does nothing.
    approve(&desk, &piece);
    assert!(matches!(
        desk.outbox_next().unwrap(),
        Step::Idle { next_at: None }
    ));
}

#[test]
fn a_conflict_waits_for_a_person() {
    let dir = tempfile::tempdir().unwrap();
    let clock = clock();
    let desk = ready(dir.path(), &clock);
    let piece = draft(&desk, "Call", &[], false);
    let release = approve(&desk, &piece);
    let step = desk.outbox_next().unwrap();
    let conflict = Failure::new(Code::ChangedOnPortal).with("etag", "theirs");
    desk.outbox_record(&step, Outcome::Conflict(conflict))
        .unwrap();
    assert_eq!(state(&desk, &piece), "conflict");
    // What the portal holds is fetched, so that a person can see it.
    let step = desk.outbox_next().unwrap();
    assert!(matches!(step, Step::Fetch(_)), "{step:?}");
    let theirs = Fetched {
        etag: "theirs".into(),
        state: "published".into(),
        content: "{}".into(),
        ..Fetched::default()
    };
    desk.outbox_record(&step, Outcome::Fetched(Box::new(theirs)))
        .unwrap();
    clock.advance(SignedDuration::from_hours(24));
    assert!(matches!(
        desk.outbox_next().unwrap(),
        Step::Idle { next_at: None }
    ));
    let entry = desk.outbox_list().unwrap().entries.remove(0);
    assert_eq!(entry.reason.unwrap().code, "changed_on_portal");
    desk.outbox_retry(&entry.id).unwrap();
    let step = desk.outbox_next().unwrap();
    assert_eq!(put(step.clone()).if_match.as_deref(), Some("theirs"));
    desk.outbox_record(&step, stored("ours", &release, &[], &[]))
        .unwrap();
    assert_eq!(state(&desk, &piece), "received");
}

#[test]
fn what_the_portal_removed_is_sent_anew_or_left() {
    for (said, anew) in [("deleted", true), ("withdrawn", false)] {
        let dir = tempfile::tempdir().unwrap();
        let clock = clock();
        let desk = ready(dir.path(), &clock);
        let piece = draft(&desk, "Call", &[], true);
        let release = approve(&desk, &piece);
        let step = desk.outbox_next().unwrap();
        desk.outbox_record(&step, stored("e1", &release, &[], &[]))
            .unwrap();
        let down = RemoteState {
            draft: piece.clone(),
            etag: "e2".into(),
            release: Some(release.clone()),
            state: said.into(),
            ..RemoteState::default()
        };
        desk.outbox_record_remote("portal", &[down], None).unwrap();
        let entry = desk.outbox_of(&piece).unwrap().remove(0);
        assert!(entry.urgent);
        assert_eq!(entry.reason.unwrap().params["state"], said);
        // Taken down and kept: the same text again would change nothing there.
        match desk.outbox_retry(&entry.id) {
            Ok(()) => assert_eq!(put(desk.outbox_next().unwrap()).if_match, None),
            Err(error) => assert_eq!((error.code, anew), (Code::EntryNotRetryable, false)),
        }
        if !anew {
            desk.outbox_withdraw(&entry.id, "").unwrap();
            assert!(desk.outbox_of(&piece).unwrap().is_empty(), "left as it is");
            let opened = desk.drafts_open(&piece).unwrap();
            assert_eq!(opened.state.as_str(), "approved");
        }
        assert!(
            desk.outbox_of("0190a5b0-0000-7000-8000-000000000000")
                .unwrap()
                .is_empty()
        );
    }
}

#[test]
fn the_portals_own_states_come_back() {
    let dir = tempfile::tempdir().unwrap();
    let clock = clock();
    let desk = ready(dir.path(), &clock);
    let piece = draft(&desk, "Call", &[], false);
    let release = approve(&desk, &piece);
    let step = desk.outbox_next().unwrap();
    desk.outbox_record(&step, stored("e1", &release, &[], &[]))
        .unwrap();
    let seen = RemoteState {
        draft: piece.clone(),
        remote_id: "1".into(),
        etag: "e2".into(),
        release: Some(release.clone()),
        state: "published".into(),
        url: "https://portal.example/1".into(),
        comment: String::new(),
    };
    let stranger = RemoteState {
        draft: "0190a5b0-0000-7000-8000-000000000000".into(),
        ..seen.clone()
    };
    let record = |states: &[RemoteState]| {
        desk.outbox_record_remote("portal", states, Some("c1"))
            .unwrap()
    };
    assert_eq!(record(&[seen.clone(), stranger]), 1);
    assert_eq!(record(std::slice::from_ref(&seen)), 0);
    assert_eq!(desk.portals_cursor("portal").unwrap(), "c1");
    assert_eq!(state(&desk, &piece), "published");
    let returned = RemoteState {
        state: "returned".into(),
        comment: "Please add the date.".into(),
        etag: "e3".into(),
        ..seen.clone()
    };
    assert_eq!(record(&[returned]), 1);
    let entry = desk.outbox_list().unwrap().entries.remove(0);
    assert_eq!(entry.state.as_str(), "refused");
    let reason = entry.reason.unwrap();
    assert_eq!(reason.code, "returned_by_portal");
    assert_eq!(reason.params["comment"], "Please add the date.");
    assert_eq!(
        desk.outbox_retry(&entry.id).unwrap_err().code,
        Code::EntryNotRetryable
    );
    // The portal's marks changed, not the text: the corrected one replaces it without a conflict.
    rewrite(&desk, &piece, "With the date, 21 November.");
    approve(&desk, &piece);
    assert_eq!(
        put(desk.outbox_next().unwrap()).if_match.as_deref(),
        Some("e3")
    );
    // A text that is not ours keeps the base that we know, so the portal will call it a conflict.
    record(&[RemoteState {
        release: None,
        etag: "e4".into(),
        ..seen
    }]);
    desk.outbox_send_now().unwrap();
    assert_eq!(
        put(desk.outbox_next().unwrap()).if_match.as_deref(),
        Some("e3")
    );
}

#[test]
fn a_portal_that_keeps_losing_a_file_is_not_asked_at_full_speed() {
    let dir = tempfile::tempdir().unwrap();
    let clock = clock();
    let desk = ready(dir.path(), &clock);
    let piece = draft(&desk, "Call", &[b"file"], false);
    let release = approve(&desk, &piece);
    let file = [hash(b"file")];
    let mut longest = SignedDuration::ZERO;
    for _ in 0..60 {
        match desk.outbox_next().unwrap() {
            step @ Step::Put(_) => {
                desk.outbox_record(&step, stored("e", &release, &file, &[]))
                    .unwrap();
            }
            step @ Step::Upload(_) => desk.outbox_record(&step, Outcome::Uploaded).unwrap(),
            Step::Withdraw(_) | Step::Fetch(_) => unreachable!(),
            Step::Idle { next_at } => {
                let now = qalam_desk::clock::Clock::now(&*clock);
                let wait = next_at.unwrap().duration_since(now);
                longest = longest.max(wait);
                clock.advance(wait);
            }
        }
    }
    assert!(longest > SignedDuration::from_secs(60), "{longest}");
}

#[test]
fn damaged_or_missing_bytes_never_leave() {
    let dir = tempfile::tempdir().unwrap();
    let clock = clock();
    let desk = ready(dir.path(), &clock);
    let piece = draft(&desk, "Call", &[b"file"], false);
    let release = approve(&desk, &piece);
    let step = desk.outbox_next().unwrap();
    let file = [hash(b"file")];
    desk.outbox_record(&step, stored("e", &release, &file, &[]))
        .unwrap();
    std::fs::remove_file(desk.blob_path(&file[0]).unwrap()).unwrap();
    assert!(matches!(
        desk.outbox_next().unwrap(),
        Step::Idle { next_at: None }
    ));
    let entry = desk.outbox_list().unwrap().entries.remove(0);
    assert_eq!(entry.state.as_str(), "refused");
    assert_eq!(entry.reason.unwrap().code, "blob_missing");
}

#[test]
fn practice_only_while_there_is_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let clock = clock();
    let desk = ready(dir.path(), &clock);
    desk.portals_remove("portal").unwrap();
    let before = draft(&desk, "Before any portal", &[], false);
    approve(&desk, &before);
    assert_eq!(state(&desk, &before), "");
    let practice = desk.portals_set_practice("http://127.0.0.1:4000").unwrap();
    assert_eq!(practice.kind, PortalKind::Practice);
    assert_eq!(state(&desk, &before), "waiting");
    assert_eq!(
        desk.portals_set_practice("http://127.0.0.1:4001/")
            .unwrap()
            .url,
        "http://127.0.0.1:4001"
    );
    assert_eq!(desk.portals_list().unwrap().len(), 1);
    assert_eq!(
        desk.portals_remove("practice").unwrap_err().code,
        Code::PracticePortalStays
    );
    add_portal(&desk, "portal");
    let real = draft(&desk, "For real", &[], false);
    approve(&desk, &real);
    let portals: Vec<_> = desk
        .outbox_list()
        .unwrap()
        .entries
        .into_iter()
        .map(|entry| (entry.draft, entry.portal))
        .collect();
    assert_eq!(
        portals,
        [(real.clone(), "portal".into()), (before, "practice".into())]
    );
    assert_eq!(
        put(desk.outbox_next_for(Some("practice")).unwrap())
            .portal
            .name,
        "practice"
    );
    desk.outbox_add(&real, "practice").unwrap();
    assert_eq!(desk.outbox_counts().unwrap().waiting, 3);
    desk.portals_remove("portal").unwrap();
    assert_eq!(desk.outbox_counts().unwrap().waiting, 2);
    let error = desk
        .portals_add(&NewPortal {
            name: "practice".into(),
            url: "https://x.example".into(),
            kind: PortalKind::Contract,
            user: None,
        })
        .unwrap_err();
    assert_eq!(error.code, Code::PortalExists);
}

/// One piece is worth more than the wishes about sending, and only that one passes them.
#[test]
fn what_a_person_insists_on_passes_every_wish_whole() {
    let dir = tempfile::tempdir().unwrap();
    let clock = clock();
    let desk = ready(dir.path(), &clock);
    let large = vec![7; 5_000];
    let chosen = draft(&desk, "Chosen", &[&large], false);
    let other = draft(&desk, "Other", &[&large, b"x"], false);
    let (first, second) = (approve(&desk, &chosen), approve(&desk, &other));
    let file = hash(&large);
    for release in [&first, &second] {
        let step = desk.outbox_next().unwrap();
        let missing = [file.clone()];
        desk.outbox_record(&step, stored("e", release, &missing, &[]))
            .unwrap();
    }
    let asking = |kind: AskingKind| {
        let all = desk.outbox_asking().unwrap();
        all.into_iter().filter(|one| one.kind == kind).count()
    };
    assert_eq!(asking(AskingKind::Yes), 0);
    let waits = |draft: &str| {
        let entries = desk.outbox_of(draft).unwrap();
        entries[0]
            .waits
            .clone()
            .map(|wait| wait.code)
            .unwrap_or_default()
    };
    let budget = Sending {
        budget_bytes: Some(100),
        budget_period: BudgetPeriod::Month,
        ..Sending::default()
    };
    let asks = Sending {
        ask_above_bytes: Some(1_000),
        ..Sending::default()
    };
    let metered = Sending {
        metered: true,
        metered_sends: MeteredSends::Text,
        ..Sending::default()
    };
    let quiet = Sending {
        quiet_from: Some("00:00".into()),
        quiet_to: Some("23:59".into()),
        ..Sending::default()
    };
    let entry = desk.outbox_entry_of(&first, "portal").unwrap().unwrap();
    for (wishes, code) in [
        (&budget, waiting::BUDGET),
        (&quiet, waiting::QUIET_HOURS),
        (&metered, waiting::METERED),
        (&asks, waiting::FOR_YES),
    ] {
        desk.outbox_set_sending(wishes).unwrap();
        assert_eq!((waits(&chosen), waits(&other)), (code.into(), code.into()));
        assert!(matches!(desk.outbox_next().unwrap(), Step::Idle { .. }));
    }
    assert_eq!(asking(AskingKind::Yes), 2);
    desk.outbox_insist(&entry).unwrap();
    for wishes in [&asks, &metered, &quiet, &budget] {
        desk.outbox_set_sending(wishes).unwrap();
        assert_eq!(waits(&chosen), "");
        let step = desk.outbox_next().unwrap();
        let going = upload(step.clone());
        assert_eq!(
            (going.entry.as_str(), going.allowance),
            (entry.as_str(), None)
        );
        assert!(desk.outbox_may_go_on(&going).unwrap());
        // Begun and left where it stands, as by a courier that is stopped.
        clock.advance(SignedDuration::from_mins(5));
    }
    let step = desk.outbox_next().unwrap();
    desk.outbox_record(&step, Outcome::Uploaded).unwrap();
    let step = desk.outbox_next().unwrap();
    let files = [file];
    desk.outbox_record(&step, stored("e2", &first, &[], &files))
        .unwrap();
    assert_eq!(state(&desk, &chosen), "received");
    assert_eq!(waits(&other), waiting::BUDGET);
    assert!(matches!(desk.outbox_next().unwrap(), Step::Idle { .. }));
    assert_eq!(
        desk.outbox_insist(&entry).unwrap_err().code,
        Code::EntryDelivered
    );
}
