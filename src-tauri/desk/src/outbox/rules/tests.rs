use proptest::prelude::*;

use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn entry(seq: i64) -> EntryFacts {
    EntryFacts {
        seq,
        draft: format!("draft {seq}"),
        portal: "p".into(),
        phase: Phase::Put,
        held: false,
        urgent: false,
        bytes: 1000,
        failures: 0,
        interrupted: 0,
        not_before: None,
        portal_not_before: None,
        files: vec![],
    }
}

fn file(sha256: &str, bytes: u64) -> FileFacts {
    FileFacts {
        sha256: sha256.into(),
        bytes,
        missing: true,
    }
}

#[test]
fn text_before_files_small_before_large() {
    let mut uploading = entry(1);
    uploading.phase = Phase::Files;
    uploading.files = vec![file("large", 9_000_000), file("small", 10)];
    let large_text = EntryFacts {
        bytes: 5000,
        ..entry(2)
    };
    assert_eq!(
        choose(at(0), &[uploading.clone(), large_text.clone(), entry(3)]),
        Choice::Put(3)
    );
    assert_eq!(
        choose(at(0), &[uploading.clone(), large_text]),
        Choice::Put(2)
    );
    assert_eq!(
        choose(at(0), &[uploading]),
        Choice::Upload(1, "small".into())
    );
}

#[test]
fn urgent_overtakes_even_with_a_file() {
    let urgent = EntryFacts {
        urgent: true,
        phase: Phase::Files,
        files: vec![file("a", 10)],
        ..entry(2)
    };
    assert_eq!(
        choose(at(0), &[entry(1), urgent]),
        Choice::Upload(2, "a".into())
    );
}

#[test]
fn a_bad_one_steps_back() {
    let failing = EntryFacts {
        failures: 3,
        bytes: 1,
        ..entry(1)
    };
    assert_eq!(choose(at(0), &[failing, entry(2)]), Choice::Put(2));
    let deadly = EntryFacts {
        interrupted: 2,
        urgent: true,
        ..entry(1)
    };
    assert_eq!(choose(at(0), &[deadly.clone(), entry(2)]), Choice::Put(2));
    assert_eq!(choose(at(0), &[deadly]), Choice::Put(1));
}

#[test]
fn idle_tells_the_earliest_time() {
    let later_one = EntryFacts {
        not_before: Some(at(60)),
        ..entry(1)
    };
    let sooner = EntryFacts {
        not_before: Some(at(10)),
        portal_not_before: Some(at(30)),
        ..entry(2)
    };
    let held = EntryFacts {
        held: true,
        ..entry(3)
    };
    assert_eq!(
        choose(at(0), &[later_one.clone(), sooner.clone(), held]),
        Choice::Idle(Some(at(30)))
    );
    assert_eq!(choose(at(30), &[later_one, sooner]), Choice::Put(2));
    assert_eq!(choose(at(0), &[]), Choice::Idle(None));
}

#[test]
fn an_unanswered_older_release_is_settled_first() {
    let older = EntryFacts {
        draft: "d".into(),
        not_before: Some(at(5)),
        bytes: 9_999,
        ..entry(1)
    };
    let newer = EntryFacts {
        draft: "d".into(),
        ..entry(2)
    };
    assert_eq!(
        choose(at(0), &[older.clone(), newer.clone()]),
        Choice::Idle(Some(at(5)))
    );
    assert_eq!(choose(at(5), &[older, newer.clone()]), Choice::Put(1));
    assert_eq!(choose(at(0), &[newer]), Choice::Put(2));
}

#[test]
fn a_receipt_must_be_ours_and_whole() {
    let ours = "aa";
    let files = vec![("f1".to_owned(), false), ("f2".to_owned(), true)];
    let all = vec!["F1".to_owned(), "f2".to_owned(), "other".to_owned()];
    for (name, missing, receipt, verdict) in [
        (
            "whole",
            vec![],
            Some(("AA", all.as_slice())),
            PutVerdict::Received,
        ),
        (
            "other release",
            vec![],
            Some(("bb", all.as_slice())),
            PutVerdict::ReceiptDiffers,
        ),
        (
            "file left out",
            vec![],
            Some(("aa", all.split_at(1).0)),
            PutVerdict::ReceiptDiffers,
        ),
        (
            "contradiction",
            vec!["f1".to_owned()],
            Some(("aa", all.as_slice())),
            PutVerdict::ReceiptDiffers,
        ),
        ("nothing", vec![], None, PutVerdict::NoReceipt),
        (
            "asks for a stranger",
            vec!["zz".to_owned()],
            None,
            PutVerdict::NoReceipt,
        ),
        (
            "asks for one",
            vec!["f1".to_owned()],
            None,
            PutVerdict::Missing {
                files: vec!["f1".into()],
                again: false,
            },
        ),
        (
            "lost one",
            vec!["f2".to_owned()],
            None,
            PutVerdict::Missing {
                files: vec!["f2".into()],
                again: true,
            },
        ),
    ] {
        assert_eq!(
            judge_put(ours, &files, &missing, receipt),
            verdict,
            "{name}"
        );
    }
}

#[test]
fn what_people_see() {
    for (phase, moving, held, word) in [
        (Phase::Put, false, false, Some("waiting")),
        (Phase::Put, true, false, Some("sending")),
        (Phase::Files, true, true, Some("waiting")),
        (Phase::Received, false, false, Some("received")),
        (Phase::Published, false, false, Some("published")),
        (Phase::Returned, false, false, Some("refused")),
        (Phase::Refused, false, false, Some("refused")),
        (Phase::Conflict, false, false, Some("conflict")),
        (Phase::Superseded, true, false, None),
        (Phase::Withdrawn, false, false, None),
    ] {
        assert_eq!(shown(phase, moving, held), word);
        assert_eq!(Phase::parse(phase.as_str()), Some(phase));
    }
}

proptest! {
    #[test]
    fn pauses_stay_in_their_window(failures in 0_u32..200, random: u64, asked in proptest::option::of(0_u64..200_000)) {
        let ours = pause(failures, random);
        prop_assert!(ours <= PAUSE_CAP);
        let window = PAUSE_BASE.saturating_mul(1 << failures.min(20));
        prop_assert!(ours <= window);
        let with_asked = pause_asked(ours, asked.map(Duration::from_secs));
        prop_assert!(with_asked >= ours && with_asked <= PAUSE_ASKED_CAP.max(PAUSE_CAP));
    }

    #[test]
    fn choice_never_touches_held_or_early(seed in proptest::collection::vec((any::<bool>(), any::<bool>(), 0_i64..100, 0_u64..5, any::<bool>()), 0..12), now in 0_i64..100) {
        let entries: Vec<EntryFacts> = seed.iter().enumerate().map(|(n, (held, urgent, wait, bytes, files))| EntryFacts {
            held: *held,
            urgent: *urgent,
            not_before: Some(at(*wait)),
            bytes: *bytes,
            draft: format!("draft {}", n % 3),
            phase: if *files { Phase::Files } else { Phase::Put },
            files: vec![file("x", *bytes)],
            ..entry(i64::try_from(n).unwrap())
        }).collect();
        match choose(at(now), &entries) {
            Choice::Put(seq) | Choice::Upload(seq, _) => {
                let chosen = &entries[usize::try_from(seq).unwrap()];
                prop_assert!(!chosen.held);
                prop_assert!(chosen.not_before.unwrap() <= at(now));
            }
            Choice::Idle(wake) => {
                if let Some(wake) = wake { prop_assert!(wake > at(now)); }
            }
        }
    }
}
