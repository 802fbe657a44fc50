//! What is accepted, and everything that is not.

use std::collections::{BTreeMap, BTreeSet};

use qalam_proof::canonical;
use qalam_proof::decision::Act;
use qalam_proof::envelope::{Envelope, Statement};
use qalam_proof::examine::{Beforehand, Evidence, Outcome, Report, examine};
use qalam_proof::key::{Ending, Revocation};
use qalam_proof::package::{PartKind, read};

use crate::{AT, PORTAL, Story, key, receipt, release, story};

fn report(bytes: &[u8], beforehand: &Beforehand) -> Report {
    match read(bytes, |_, _| Ok(())) {
        Ok(package) => examine(&Evidence::of(&package).unwrap(), beforehand),
        Err(fault) => Report::unreadable(&fault),
    }
}

fn bad(report: &Report) -> Vec<&str> {
    let bad = |check: &&qalam_proof::examine::Check| check.outcome == Outcome::Bad;
    report
        .checks
        .iter()
        .filter(bad)
        .map(|check| check.code.as_str())
        .collect()
}

fn trusting(keys: &[u8]) -> Beforehand {
    Beforehand {
        trusted: Some(
            keys.iter()
                .map(|n| key(*n).public().id())
                .collect::<BTreeSet<_>>(),
        ),
        ..Beforehand::default()
    }
}

#[test]
fn an_exported_piece_holds() {
    let bytes = story().pack();
    let found = report(&bytes, &trusting(&[2]));
    assert_eq!(bad(&found), Vec::<&str>::new());
    assert!(found.valid);
    for code in [
        "release",
        "files",
        "decision_approve",
        "key_trusted",
        "approved",
        "trail",
        "receipt",
        "receipt_signed",
        "portal_to_compare",
    ] {
        assert!(
            found.checks.iter().any(|check| check.code == code),
            "{code}"
        );
    }
    // Nothing known beforehand: it holds, and says whose fingerprint to compare.
    let found = report(&bytes, &Beforehand::default());
    assert!(found.valid);
    assert!(
        found
            .checks
            .iter()
            .any(|check| check.code == "key_to_compare")
    );
    assert_eq!(bad(&report(&bytes, &trusting(&[1]))), ["key_unknown"]);
    let known = Beforehand {
        portals: BTreeSet::from([key(PORTAL).public().id()]),
        ..Beforehand::default()
    };
    let found = report(&bytes, &known);
    let compare = |check: &qalam_proof::examine::Check| check.code == "portal_to_compare";
    assert!(!found.checks.iter().any(compare));
}

/// Puts another receipt in, and notes it in the trail.
fn with_receipt(story: &mut Story, bytes: Vec<u8>) {
    let hash = story.release.clone();
    story
        .trail
        .note("receive", "", &hash, &canonical::hash(&bytes));
    *story.part(PartKind::Receipt) = bytes;
    *story.part(PartKind::Trail) = canonical::to_bytes(&story.trail.lines()).unwrap();
}

/// Whoever holds the desk and every key of the ministry can write the past anew, chain and decisions
/// with it. What the portal signed is then not in it.
#[test]
fn a_past_that_was_written_anew_shows_by_the_receipt() {
    let before = story();
    let hash = before.release.clone();
    let mut anew = story();
    anew.trail.entries.clear();
    let submitted = anew.trail.say(Act::Submit, &key(3), &hash, 0);
    let approved = anew.trail.say(Act::Approve, &key(2), &hash, 1);
    for (_, name, bytes) in &mut anew.parts {
        match name.as_str() {
            "submit" => bytes.clone_from(&submitted),
            "approve" => bytes.clone_from(&approved),
            _ => {}
        }
    }
    anew.parts.push((
        PartKind::Key,
        "3".to_owned(),
        crate::card(&key(3), "Sample Officer"),
    ));
    let head = anew.trail.head();
    let mut honest = anew.parts.clone();
    with_receipt(&mut anew, before.parts[6].2.clone());
    let found = report(&anew.pack(), &Beforehand::default());
    assert_eq!(bad(&found), ["trail_broken"]);
    // The same with a receipt for what it now says: nothing is wrong.
    anew.trail.entries.truncate(2);
    std::mem::swap(&mut anew.parts, &mut honest);
    with_receipt(&mut anew, receipt(&hash, &head, &key(PORTAL)));
    assert!(report(&anew.pack(), &Beforehand::default()).valid);
}

#[test]
fn a_receipt_counts_as_signed_only_by_the_portal_and_about_this() {
    let edit = |change: fn(&mut serde_json::Value)| {
        let mut value = serde_json::from_slice(&story().parts[6].2).unwrap();
        change(&mut value);
        canonical::canonicalize(&value).unwrap()
    };
    let other = story();
    let cases: [(&str, Vec<u8>, &[&str]); 5] = [
        (
            "another key",
            receipt(&other.release, &other.trail.head(), &key(8)),
            &["receipt_signature_wrong"],
        ),
        (
            "a signature without a key",
            edit(|value| value["key"] = "".into()),
            &["receipt_signature_wrong"],
        ),
        (
            "a key without a signature",
            edit(|value| value["signed"] = "".into()),
            &["receipt_signature_wrong"],
        ),
        (
            "another time than the one signed",
            edit(|value| value["received_at"] = "2020-01-01T00:00:00.000Z".into()),
            &["receipt_signature_wrong"],
        ),
        (
            "a portal that does not sign",
            edit(|value| {
                value["key"] = "".into();
                value["signed"] = "".into();
            }),
            &[],
        ),
    ];
    for (name, bytes, expected) in cases {
        let mut story = story();
        with_receipt(&mut story, bytes);
        let found = report(&story.pack(), &Beforehand::default());
        assert_eq!(bad(&found), expected, "{name}");
    }
}

/// Every bit of every byte counts: none of the altered packages is a package.
#[test]
fn a_package_altered_in_any_byte_never_verifies() {
    let bytes = story().pack();
    let mut altered = bytes.clone();
    for at in 0..bytes.len() {
        for mask in [1_u8, 0x20, 0xff] {
            altered[at] = bytes[at] ^ mask;
            assert!(
                !report(&altered, &Beforehand::default()).valid,
                "byte {at} ^ {mask}"
            );
        }
        altered[at] = bytes[at];
    }
    for end in 0..bytes.len() {
        let fault = read(&bytes[..end], |_, _| Ok(())).unwrap_err();
        assert!(
            ["package_truncated", "package_invalid", "package_altered"].contains(&fault.code),
            "{end}: {fault}"
        );
    }
    let mut longer = bytes;
    longer.push(b'}');
    assert!(!report(&longer, &Beforehand::default()).valid);
}

#[test]
fn what_is_not_a_package_is_named() {
    for (bytes, code) in [
        (&b""[..], "package_truncated"),
        (b"PK\x03\x04 a zip", "package_truncated"),
        (b"hello\n", "package_invalid"),
        (b"qalam-package/2\n{}\n", "package_version"),
        (b"qalam-package/1\n{}\n", "package_invalid"),
    ] {
        assert_eq!(read(bytes, |_, _| Ok(())).unwrap_err().code, code);
    }
    let huge = b"qalam-package/1\n"
        .iter()
        .chain(std::iter::repeat_n(&b'x', 5_000_000));
    let huge: Vec<u8> = huge.copied().collect();
    assert_eq!(
        read(&huge[..], |_, _| Ok(())).unwrap_err().code,
        "package_invalid"
    );
}

/// Whoever has a key of their own can seal anything; what is inside must still hold.
#[test]
fn what_is_sealed_anew_must_still_hold() {
    type Tamper = fn(&mut Story);
    let cases: [(&str, Tamper, &[&str]); 9] = [
        (
            "text",
            |story| *story.part(PartKind::Release) = b"{}".to_vec(),
            &["release_differs"],
        ),
        (
            "another release under the approval",
            |story| {
                let mut other = release();
                other.areas.reverse();
                let bytes = other.to_bytes().unwrap();
                story.release = canonical::hash(&bytes);
                *story.part(PartKind::Release) = bytes;
            },
            &[
                "decision_other_release",
                "decision_other_release",
                "not_approved",
                "receipt_differs",
            ],
        ),
        (
            "a stray file",
            |story| story.part(PartKind::File).push(b' '),
            &["file_stray"],
        ),
        (
            "no approval",
            |story| story.parts.retain(|(_, name, _)| name != "approve"),
            &["not_approved"],
        ),
        (
            "no key",
            |story| story.parts.retain(|(_, name, _)| name != "1"),
            &["key_missing"],
        ),
        (
            "an entry is missing",
            |story| {
                story.trail.entries.remove(1);
                *story.part(PartKind::Trail) = canonical::to_bytes(&story.trail.lines()).unwrap();
            },
            &["trail_broken", "trail_without"],
        ),
        (
            "entries changed places",
            |story| {
                story.trail.entries.swap(0, 1);
                *story.part(PartKind::Trail) = canonical::to_bytes(&story.trail.lines()).unwrap();
            },
            &[
                "trail_broken",
                "trail_broken",
                "trail_broken",
                "trail_broken",
                "trail_broken",
            ],
        ),
        (
            "a receipt nobody noted",
            |story| {
                let text = String::from_utf8(story.part(PartKind::Receipt).clone()).unwrap();
                *story.part(PartKind::Receipt) = text.replace("practice", "elsewhere").into_bytes();
            },
            &["receipt_not_in_trail"],
        ),
        (
            "returned afterwards",
            |story| {
                let hash = story.release.clone();
                let said = story.trail.say(Act::Return, &key(2), &hash, 1);
                story
                    .parts
                    .push((PartKind::Decision, "return".to_owned(), said));
                *story.part(PartKind::Trail) = canonical::to_bytes(&story.trail.lines()).unwrap();
            },
            &["taken_back"],
        ),
    ];
    for (name, tamper, expected) in cases {
        let mut story = story();
        tamper(&mut story);
        let found = report(&story.pack(), &Beforehand::default());
        let mut bad = bad(&found);
        bad.dedup();
        let mut expected = expected.to_vec();
        expected.dedup();
        assert_eq!(bad, expected, "{name}");
    }
}

#[test]
fn two_signatures_are_two_keys() {
    for (second, valid) in [(2, false), (3, true)] {
        let mut story = story();
        let hash = story.release.clone();
        story.parts.retain(|(_, name, _)| name != "approve");
        story.trail.entries.truncate(1);
        for (name, by) in [("approve", 2), ("again", second)] {
            let said = story.trail.say(Act::Approve, &key(by), &hash, 2);
            story
                .parts
                .push((PartKind::Decision, name.to_owned(), said));
        }
        story
            .parts
            .retain(|(kind, _, _)| *kind != PartKind::Receipt);
        story.parts.push((
            PartKind::Key,
            "3".to_owned(),
            crate::card(&key(3), "Sample Officer"),
        ));
        *story.part(PartKind::Trail) = canonical::to_bytes(&story.trail.lines()).unwrap();
        let found = report(&story.pack(), &Beforehand::default());
        assert_eq!(found.valid, valid, "{found:?}");
    }
}

#[test]
fn a_lost_key_vouches_only_for_what_was_known_before() {
    let revoked = |why| {
        let said = Revocation {
            format: Revocation::FORMAT.to_owned(),
            key: key(2).public().id(),
            at: AT.to_owned(),
            why,
        };
        Envelope::sign(&said, &[&key(2)])
            .unwrap()
            .to_bytes()
            .unwrap()
    };
    for (why, noted, bad_codes) in [
        (Ending::Lost, false, vec!["key_ended"]),
        (Ending::Lost, true, vec![]),
        (Ending::Replaced, false, vec![]),
        (Ending::Left, true, vec![]),
    ] {
        let mut story = story();
        story
            .parts
            .push((PartKind::Revocation, "end".to_owned(), revoked(why)));
        if noted {
            story.trail.note("key_end", &key(2).public().id(), "", "");
            *story.part(PartKind::Trail) = canonical::to_bytes(&story.trail.lines()).unwrap();
        }
        let found = report(&story.pack(), &Beforehand::default());
        assert_eq!(bad(&found), bad_codes, "{why:?} {noted}");
    }
    let known = Beforehand {
        ended: BTreeMap::from([(key(2).public().id(), Ending::Lost)]),
        ..Beforehand::default()
    };
    assert_eq!(bad(&report(&story().pack(), &known)), ["key_ended"]);
}

#[test]
fn what_was_signed_tomorrow_is_refused() {
    let beforehand = Beforehand {
        latest: "2026-11-21T23:00:00.000Z".to_owned(),
        ..Beforehand::default()
    };
    let found = report(&story().pack(), &beforehand);
    assert_eq!(bad(&found), ["decision_in_future", "decision_in_future"]);
}
