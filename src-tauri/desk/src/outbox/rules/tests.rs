use proptest::prelude::*;

use super::*;

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
        (Phase::Withdraw, true, false, Some("waiting")),
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
}
