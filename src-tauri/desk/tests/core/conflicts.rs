//! A text that was changed meanwhile is never overwritten.

use std::collections::BTreeMap;

use proptest::prelude::*;
use qalam_desk::Code;

use crate::{Room, rev, write};

#[test]
fn a_stale_save_gets_all_three_texts() {
    let room = Room::ready();
    let draft = room.complete("Un centre ouvre");
    let base = rev(&draft, "fr");
    room.wait(600);
    let other = room.again();
    let theirs = write(&other, &draft.id, "fr", &base, "Leur texte.").unwrap();
    let error = write(&room.desk, &draft.id, "fr", &base, "Mon texte.").unwrap_err();
    assert_eq!(error.code, Code::Conflict);
    assert_eq!(error.params["theirs"], theirs.rev);
    assert_eq!(error.params["base"], base);
    let conflict = error.conflict.unwrap();
    assert_eq!(conflict.yours.body, "Mon texte.");
    assert_eq!(conflict.theirs.body, "Leur texte.");
    assert_eq!(conflict.base.body, draft.languages[0].body);
    let kept = room.desk.drafts_text(&draft.id, "fr").unwrap();
    assert_eq!(kept, "Leur texte.");
    // With their text as base the person's decision is stored.
    write(&room.desk, &draft.id, "fr", &theirs.rev, "Nos deux textes.").unwrap();
}

#[test]
fn a_base_taken_up_by_a_burst_gives_the_last_kept_text_before_it() {
    let room = Room::ready();
    let draft = room.complete("Un centre ouvre");
    room.wait(600);
    let one = write(&room.desk, &draft.id, "fr", &rev(&draft, "fr"), "Un.")
        .unwrap()
        .rev;
    // Somebody else opens the text now, in the middle of the burst.
    let stale = one.clone();
    write(&room.desk, &draft.id, "fr", &one, "Un deux.").unwrap();
    let error = write(&room.again(), &draft.id, "fr", &stale, "Trois.").unwrap_err();
    let conflict = error.conflict.unwrap();
    assert_eq!(conflict.base.body, draft.languages[0].body);
    assert_eq!(conflict.theirs.body, "Un deux.");
}

#[test]
fn both_texts_of_a_conflict_stay_in_the_history() {
    let room = Room::ready();
    let draft = room.complete("Un centre ouvre");
    // One session, one burst: two windows on one text.
    let base = rev(&draft, "fr");
    let theirs = write(&room.desk, &draft.id, "fr", &base, "Leur texte.").unwrap();
    let error = write(&room.desk, &draft.id, "fr", &base, "Mon texte.").unwrap_err();
    let yours = error.conflict.unwrap().yours.rev;
    assert_eq!(error.params["yours"], yours);
    // The person goes on from the other text, in the same burst, and saves again and again.
    let next = write(&room.desk, &draft.id, "fr", &theirs.rev, "Suite.").unwrap();
    write(&room.desk, &draft.id, "fr", &next.rev, "Suite et fin.").unwrap();
    let text = |rev: &str| room.desk.drafts_revision(&draft.id, rev).unwrap().body;
    assert_eq!(text(&theirs.rev), "Leur texte.");
    assert_eq!(text(&yours), "Mon texte.");
    let history = room.desk.drafts_history(&draft.id, None).unwrap();
    let marked = |mark: fn(&qalam_desk::drafts::RevisionRow) -> bool| -> Vec<String> {
        let rows = history.iter().filter(|row| mark(row));
        rows.map(|row| text(&row.rev)).collect()
    };
    assert_eq!(marked(|row| row.current), ["Suite et fin."]);
    assert_eq!(marked(|row| row.aside), ["Mon texte."]);
    assert_eq!(history.len(), 4);
    // The same text that meets again is kept once, and never the base of another.
    let again = write(&room.desk, &draft.id, "fr", &base, "Mon texte.").unwrap_err();
    let conflict = again.conflict.unwrap();
    assert_eq!(conflict.yours.rev, yours);
    assert_eq!(conflict.base.body, draft.languages[0].body);
    let restored = room.desk.drafts_restore(&draft.id, &yours).unwrap();
    assert_eq!(restored.languages[0].body, "Mon texte.");
    assert_eq!(room.desk.drafts_history(&draft.id, None).unwrap().len(), 5);
}

#[test]
fn an_earlier_text_can_be_looked_at() {
    let room = Room::ready();
    let draft = room.complete("Un centre ouvre");
    let base = rev(&draft, "fr");
    room.wait(600);
    write(&room.desk, &draft.id, "fr", &base, "Autre chose.").unwrap();
    let earlier = room.desk.drafts_revision(&draft.id, &base).unwrap();
    assert_eq!(earlier, draft.languages[0]);
    let other = room.news("Un titre");
    let missing = room.desk.drafts_revision(&other.id, &base);
    assert_eq!(missing.unwrap_err().code, Code::NotFound);
}

#[test]
fn a_repeated_save_is_no_conflict() {
    let room = Room::ready();
    let draft = room.news("Un titre");
    let base = rev(&draft, "fr");
    let saved = write(&room.desk, &draft.id, "fr", &base, "Texte.").unwrap();
    let again = write(&room.desk, &draft.id, "fr", &base, "Texte.").unwrap();
    assert_eq!(saved.rev, again.rev);
}

/// One step of two people on one text.
#[derive(Clone, Debug)]
enum Step {
    /// This person reads the present text.
    Read(bool),
    /// This person saves a text on what was read last.
    Save(bool, u8),
    /// Time goes by, in seconds.
    Wait(u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        any::<bool>().prop_map(Step::Read),
        (any::<bool>(), any::<u8>()).prop_map(|(who, text)| Step::Save(who, text)),
        any::<u8>().prop_map(Step::Wait),
    ];
    proptest::collection::vec(step, 1..30)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever two people do, a save succeeds exactly when the text is still the one it started
    /// from (or already is what it would make it), and a refused one changes nothing.
    #[test]
    fn no_save_overwrites_what_it_has_not_seen(steps in steps()) {
        let room = Room::ready();
        let other = room.again();
        let draft = room.news("Un titre").id;
        let opened = room.desk.drafts_open(&draft).unwrap();
        let mut present = (rev(&opened, "fr"), opened.languages[0].body.clone());
        let mut seen = BTreeMap::from([(false, present.0.clone()), (true, present.0.clone())]);
        for step in steps {
            match step {
                Step::Wait(seconds) => room.wait(i64::from(seconds)),
                Step::Read(who) => {
                    seen.insert(who, present.0.clone());
                }
                Step::Save(who, text) => {
                    let desk = if who { &other } else { &room.desk };
                    let body = format!("Texte {text}.");
                    let outcome = write(desk, &draft, "fr", &seen[&who], &body);
                    if body == present.1 {
                        prop_assert_eq!(outcome.unwrap().rev, present.0.clone());
                    } else if seen[&who] == present.0 {
                        let saved = outcome.unwrap();
                        prop_assert_ne!(&saved.rev, &present.0);
                        present = (saved.rev, body);
                        seen.insert(who, present.0.clone());
                    } else {
                        let error = outcome.unwrap_err();
                        prop_assert_eq!(error.code, Code::Conflict);
                        let conflict = error.conflict.unwrap();
                        prop_assert_eq!(&conflict.theirs.rev, &present.0);
                        prop_assert_eq!(&conflict.theirs.body, &present.1);
                    }
                    let kept = desk.drafts_open(&draft).unwrap();
                    prop_assert_eq!(rev(&kept, "fr"), present.0.clone());
                    prop_assert_eq!(&kept.languages[0].body, &present.1);
                }
            }
        }
    }
}
