//! Comments beside a decision: signed with it, or not believed.

use qalam_proof::canonical;
use qalam_proof::comments::{
    Anchor, Answer, AnswerAct, COMMENTS_FORMAT, Comment, Comments, MAX_WORDS, Place,
};
use qalam_proof::decision::Act;
use qalam_proof::examine::{Beforehand, Evidence, Outcome, examine};
use qalam_proof::package::Purpose;
use qalam_proof::trail::Line;

use crate::{Trail, card, key, release, release_draft};

pub fn comments() -> Comments {
    Comments {
        format: COMMENTS_FORMAT.to_owned(),
        draft: release_draft(),
        release: canonical::hash(&release().to_bytes().unwrap()),
        comments: vec![Comment {
            id: "0190a5b0-0000-7000-8000-00000000c001".to_owned(),
            anchor: Anchor {
                lang: "ar".to_owned(),
                place: Place::Title,
                start: 0,
                quote: "حملة".to_owned(),
                before: String::new(),
                after: " \"التلقيح\"".to_owned(),
            },
            words: "Which one?".to_owned(),
            suggestion: Some("حملة ثانية".to_owned()),
        }],
        answers: vec![Answer {
            id: "0190a5b0-0000-7000-8000-00000000c002".to_owned(),
            to: "0190a5b0-0000-7000-8000-00000000c000".to_owned(),
            act: AnswerAct::Resolve,
            words: String::new(),
        }],
    }
}

/// A return with comments beside it.
pub fn returned() -> (Trail, Vec<u8>, Vec<u8>) {
    let bytes = comments().to_bytes().unwrap();
    let mut trail = Trail {
        entries: Vec::new(),
    };
    let hash = comments().release;
    let said = trail.say_beside(Act::Return, &key(2), &hash, 1, &canonical::hash(&bytes));
    (trail, said, bytes)
}

fn checks(with: &[Vec<u8>]) -> (bool, Vec<(String, Outcome)>) {
    let (trail, said, _) = returned();
    let evidence = Evidence {
        release_hash: comments().release,
        release: release().to_bytes().unwrap(),
        decisions: vec![said],
        comments: with.to_vec(),
        cards: vec![card(&key(2), "Sample Officer")],
        trail: trail
            .entries
            .iter()
            .cloned()
            .map(Box::new)
            .map(Line::Open)
            .collect(),
        purpose: Some(Purpose::Decision),
        ..Evidence::default()
    };
    let report = examine(&evidence, &Beforehand::default());
    let about = |check: &qalam_proof::examine::Check| check.code.starts_with("comments");
    let found = report.checks.into_iter().filter(about);
    (
        report.valid,
        found.map(|check| (check.code, check.outcome)).collect(),
    )
}

#[test]
fn comments_are_signed_with_the_decision() {
    let (_, _, right) = returned();
    let told = |code: &str, outcome| vec![(code.to_owned(), outcome)];
    assert_eq!(
        checks(std::slice::from_ref(&right)),
        (true, told("comments", Outcome::Good))
    );
    assert_eq!(checks(&[]), (true, told("comments_absent", Outcome::Note)));
    let mut other = comments();
    other.comments[0].words = "Nothing.".to_owned();
    let other = other.to_bytes().unwrap();
    let (valid, found) = checks(&[other]);
    assert!(!valid);
    assert_eq!(found[1], ("comments_stray".to_owned(), Outcome::Bad));
    assert!(!checks(&[right, b"{}".to_vec()]).0);
}

#[test]
fn what_is_no_comments_is_refused() {
    let read = |change: fn(&mut Comments)| {
        let mut one = comments();
        change(&mut one);
        Comments::from_bytes(&one.to_bytes().unwrap()).is_ok()
    };
    assert!(read(|_| {}));
    assert!(!read(|one| one.format = "qalam-comments/2".to_owned()));
    assert!(!read(|one| one.comments[0].anchor.quote.clear()));
    assert!(!read(
        |one| one.comments[0].words = "a".repeat(MAX_WORDS + 1)
    ));
    assert!(!read(|one| one.comments[0].anchor.before = "a".repeat(33)));
    assert!(!read(|one| one.answers[0].act = AnswerAct::Say));
    assert!(!read(|one| one.answers.push(one.answers[0].clone())));
    assert!(!read(|one| {
        one.comments[0].words.clear();
        one.comments[0].suggestion = None;
    }));
    let spaced = String::from_utf8(comments().to_bytes().unwrap()).unwrap();
    assert!(Comments::from_bytes(spaced.replace(':', ": ").as_bytes()).is_err());
}
