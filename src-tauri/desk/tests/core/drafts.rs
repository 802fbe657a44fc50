//! Writing, listing, history, languages, trash.

use qalam_content::diff::ChangeKind;
use qalam_content::lang::Direction;
use qalam_desk::drafts::{DraftQuery, LangState, NewDraft, SaveDraft, SaveFields, State, Text};
use qalam_desk::{Code, Topic};
use serde_json::json;

use crate::{Room, object, rev, write};

#[test]
fn a_draft_is_made_saved_and_opened() {
    let room = Room::ready();
    let changes = room.desk.subscribe();
    let draft = room.news("  Un   nouveau\ncentre ");
    assert_eq!(draft.languages[0].title, "Un nouveau centre");
    assert_eq!(draft.state, State::Draft);
    assert_eq!(draft.languages[0].by, "Sample Person");
    let heard = changes.try_recv().unwrap();
    assert!(heard.topics.contains(&Topic::Drafts) && heard.drafts.contains(&draft.id));

    let document = json!({"type": "doc", "content": [
        {"type": "paragraph", "content": [{"type": "text", "text": "Deux mots"}]}
    ]});
    let saved = room
        .desk
        .drafts_save(SaveDraft {
            draft: draft.id.clone(),
            lang: "fr".to_owned(),
            base: rev(&draft, "fr"),
            summary: Some("Résumé".to_owned()),
            text: Text::Document(document.clone()),
            fields: Some(object(json!({"keywords": ["santé"], "place": ""}))),
            ..SaveDraft::default()
        })
        .unwrap();
    assert_eq!(saved.words, 2);
    let opened = room.desk.drafts_open(&draft.id).unwrap();
    let text = &opened.languages[0];
    assert_eq!(text.rev, saved.rev);
    assert_eq!(text.body.trim(), "Deux mots");
    assert_eq!(text.title, "Un nouveau centre", "what was not given stays");
    assert_eq!(text.fields, object(json!({"keywords": ["santé"]})));
    let (rev, shown) = room.desk.drafts_document(&draft.id, "fr").unwrap();
    assert_eq!(rev, saved.rev);
    assert_eq!(shown, document);
    let rendered = room.desk.drafts_render(&draft.id, "fr", &|_| None).unwrap();
    assert!(rendered.html.contains("Deux mots"));
    assert_eq!(rendered.dir, Direction::Ltr);
}

#[test]
fn what_makes_no_sense_is_refused_and_nothing_is_stored() {
    let room = Room::ready();
    let new = |content_type: &str, lang: &str, fields| {
        room.desk
            .drafts_create(NewDraft {
                content_type: content_type.to_owned(),
                lang: lang.to_owned(),
                fields: object(fields),
                ..NewDraft::default()
            })
            .unwrap_err()
            .code
    };
    assert_eq!(new("poem", "ar", json!({})), Code::UnknownType);
    assert_eq!(new("news", "arabic", json!({})), Code::BadLanguage);
    assert_eq!(new("news", "ar", json!({"colour": 1})), Code::UnknownField);
    assert_eq!(room.desk.drafts_open("x").unwrap_err().code, Code::BadId);
    let nobody = qalam_desk::id::new_id();
    assert_eq!(
        room.desk.drafts_open(&nobody).unwrap_err().code,
        Code::NotFound
    );
    let draft = room.news("Un titre");
    let save = |lang: &str, text| {
        room.desk
            .drafts_save(SaveDraft {
                draft: draft.id.clone(),
                lang: lang.to_owned(),
                base: rev(&draft, "fr"),
                text,
                ..SaveDraft::default()
            })
            .unwrap_err()
            .code
    };
    assert_eq!(save("en", Text::Unchanged), Code::LanguageMissing);
    assert_eq!(
        save("fr", Text::Document(json!({"type": "poem"}))),
        Code::BadDocument
    );
    assert_eq!(
        save("fr", Text::Markdown("x".repeat(2_000_001))),
        Code::BodyTooLong
    );
    assert_eq!(
        room.desk
            .drafts_list(&DraftQuery::default())
            .unwrap()
            .drafts
            .len(),
        1
    );
}

#[test]
fn first_values_follow_from_profile_and_day() {
    let room = Room::ready();
    let of = |content_type: &str| {
        room.desk
            .drafts_create(NewDraft {
                content_type: content_type.to_owned(),
                lang: "ar".to_owned(),
                ..NewDraft::default()
            })
            .unwrap()
            .fields
    };
    assert_eq!(of("news")["country"], "MA");
    assert_eq!(of("announcement")["validFrom"], "2026-11-21");
    assert_eq!(of("event")["eventStatus"], "scheduled");
}

#[test]
fn a_burst_of_writing_is_one_revision_and_a_release_keeps_its_own() {
    let room = Room::ready();
    let draft = room.complete("Un centre ouvre");
    let count = || room.desk.drafts_history(&draft.id, None).unwrap().len();
    let mut base = rev(&draft, "fr");
    let started = count();
    for number in 0..10 {
        room.wait(5);
        base = write(
            &room.desk,
            &draft.id,
            "fr",
            &base,
            &format!("Texte {number}."),
        )
        .unwrap()
        .rev;
    }
    assert_eq!(count(), started + 1);
    room.wait(120);
    base = write(&room.desk, &draft.id, "fr", &base, "Plus tard.")
        .unwrap()
        .rev;
    assert_eq!(count(), started + 2);
    room.desk.review_submit(&draft.id, "").unwrap();
    let submitted = base.clone();
    base = write(&room.desk, &draft.id, "fr", &base, "Après la remise.")
        .unwrap()
        .rev;
    assert_eq!(count(), started + 3);
    let history = room.desk.drafts_history(&draft.id, Some("fr")).unwrap();
    assert_eq!(history[0].rev, base);
    assert_eq!(
        history[1].rev, submitted,
        "what was submitted stays as it was"
    );
    // Another program is another hand.
    let other = room.again();
    write(&other, &draft.id, "fr", &base, "D'ailleurs.").unwrap();
    assert_eq!(count(), started + 4);
}

#[test]
fn going_back_is_a_new_revision() {
    let room = Room::ready();
    let draft = room.complete("Un centre ouvre");
    let first = rev(&draft, "fr");
    room.wait(600);
    let second = write(&room.desk, &draft.id, "fr", &first, "Autre chose.")
        .unwrap()
        .rev;
    let back = room.desk.drafts_restore(&draft.id, &first).unwrap();
    assert_eq!(back.languages[0].body, draft.languages[0].body);
    assert_ne!(rev(&back, "fr"), first);
    let revs: Vec<String> = room
        .desk
        .drafts_history(&draft.id, None)
        .unwrap()
        .into_iter()
        .map(|row| row.rev)
        .collect();
    assert_eq!(revs, [rev(&back, "fr"), second, first.clone()]);
    let other = room.news("Autre");
    assert_eq!(
        room.desk
            .drafts_restore(&other.id, &first)
            .unwrap_err()
            .code,
        Code::NotFound
    );
}

#[test]
fn translations_know_when_their_original_changed() {
    let room = Room::ready();
    let draft = room.complete("Un centre ouvre");
    let marks = || {
        let page = room.desk.drafts_list(&DraftQuery::default()).unwrap();
        page.drafts[0]
            .languages
            .iter()
            .map(|mark| mark.state)
            .collect::<Vec<_>>()
    };
    assert_eq!(marks(), [LangState::Full]);
    let opened = room
        .desk
        .drafts_add_language(&draft.id, "AR", Some("fr"))
        .unwrap();
    assert_eq!(marks(), [LangState::Full, LangState::Full]);
    assert_eq!(opened.languages[1].lang, "ar");
    let base = write(&room.desk, &draft.id, "fr", &rev(&opened, "fr"), "Changé.")
        .unwrap()
        .rev;
    assert_eq!(marks(), [LangState::Full, LangState::Outdated]);
    let change = room.desk.drafts_source(&draft.id, "ar").unwrap().unwrap();
    assert_eq!(change.rev, rev(&draft, "fr"));
    let words = |kind| -> String {
        let runs = change.diff.body.iter().filter(|run| run.kind == kind);
        runs.map(|run| run.text.as_str()).collect()
    };
    assert!(words(ChangeKind::Added).contains("Changé"));
    // Mending a word does not say that the translation follows.
    write(&room.desk, &draft.id, "ar", &rev(&opened, "ar"), "نص جديد").unwrap();
    assert_eq!(marks(), [LangState::Full, LangState::Outdated]);
    room.desk.drafts_follow(&draft.id, "ar").unwrap();
    assert_eq!(marks(), [LangState::Full, LangState::Full]);
    assert_eq!(room.desk.drafts_source(&draft.id, "ar").unwrap(), None);
    // White space asks nothing of a translator, also within the same burst.
    let base = write(&room.desk, &draft.id, "fr", &base, "Changé.\n\n")
        .unwrap()
        .rev;
    assert_eq!(marks(), [LangState::Full, LangState::Full]);
    let base = write(&room.desk, &draft.id, "fr", &base, "Changé encore.")
        .unwrap()
        .rev;
    assert_eq!(marks(), [LangState::Full, LangState::Outdated]);
    // Back to what was translated: nothing is left to do.
    write(&room.desk, &draft.id, "fr", &base, "Changé.").unwrap();
    assert_eq!(marks(), [LangState::Full, LangState::Full]);
    let again = room.desk.drafts_add_language(&draft.id, "ar", None);
    assert_eq!(again.unwrap_err().code, Code::LanguageExists);
    room.desk
        .drafts_add_language(&draft.id, "en", None)
        .unwrap();
    assert_eq!(marks().last(), Some(&LangState::Partial));
}

#[test]
fn a_translation_begun_later_follows_what_the_original_says_then() {
    let room = Room::ready();
    let draft = room.complete("Un centre ouvre");
    let opened = room
        .desk
        .drafts_add_language(&draft.id, "ar", None)
        .unwrap();
    write(&room.desk, &draft.id, "fr", &rev(&opened, "fr"), "Changé.").unwrap();
    assert!(room.desk.drafts_source(&draft.id, "ar").unwrap().is_some());
    write(&room.desk, &draft.id, "ar", &rev(&opened, "ar"), "نص").unwrap();
    assert_eq!(room.desk.drafts_source(&draft.id, "ar").unwrap(), None);
    assert_eq!(room.desk.drafts_source(&draft.id, "fr").unwrap(), None);
}

#[test]
fn any_two_revisions_are_compared_and_what_was_handed_in_is_named() {
    let room = Room::ready();
    let draft = room.complete("Un centre ouvre");
    let first = rev(&draft, "fr");
    room.wait(600);
    room.desk.review_submit(&draft.id, "").unwrap();
    room.desk.review_withdraw(&draft.id).unwrap();
    let second = write(&room.desk, &draft.id, "fr", &first, "Un **autre** texte.")
        .unwrap()
        .rev;
    let diff = room
        .desk
        .drafts_compare(&draft.id, &first, &second)
        .unwrap();
    let new: String = diff
        .body
        .iter()
        .filter(|run| run.kind != ChangeKind::Removed)
        .map(|run| run.text.as_str())
        .collect();
    assert_eq!((diff.lang.as_str(), new.trim()), ("fr", "Un autre texte."));
    let handed: Vec<bool> = room
        .desk
        .drafts_history(&draft.id, None)
        .unwrap()
        .iter()
        .map(|row| row.handed_at.is_some())
        .collect();
    assert_eq!(handed, [false, true]);
    let other = room.news("Autre");
    let refused = room
        .desk
        .drafts_compare(&draft.id, &first, &rev(&other, "fr"))
        .unwrap_err();
    assert_eq!(refused.code, Code::NotFound);
}

#[test]
fn fields_have_a_base_of_their_own() {
    let room = Room::ready();
    let draft = room.news("Un titre");
    let save = |base: &str, areas: &[&str]| {
        room.desk.drafts_set_fields(SaveFields {
            draft: draft.id.clone(),
            base: base.to_owned(),
            areas: Some(areas.iter().map(|area| (*area).to_owned()).collect()),
            ..SaveFields::default()
        })
    };
    let saved = save(&draft.fields_rev, &["ta2", "ta1"]).unwrap();
    assert_ne!(saved.fields_rev, draft.fields_rev);
    assert_eq!(
        save(&draft.fields_rev, &["ta3"]).unwrap_err().code,
        Code::Conflict
    );
    let same = save(&draft.fields_rev, &["ta2", "ta1"]).unwrap();
    assert_eq!(
        same.fields_rev, saved.fields_rev,
        "a repeated save does nothing"
    );
    assert_eq!(
        save(&saved.fields_rev, &["ta9"]).unwrap_err().code,
        Code::UnknownArea
    );
    let opened = room.desk.drafts_open(&draft.id).unwrap();
    assert_eq!(opened.areas, ["ta2", "ta1"]);
    assert_eq!(opened.fields, draft.fields);
}

#[test]
fn lists_are_paged_by_latest_change() {
    let room = Room::ready();
    let drafts: Vec<_> = (0..7)
        .map(|number| room.news(&format!("Titre {number}")))
        .collect();
    // A change moves the oldest to the front.
    write(
        &room.desk,
        &drafts[0].id,
        "fr",
        &rev(&drafts[0], "fr"),
        "Neuf.",
    )
    .unwrap();
    let mut query = DraftQuery {
        limit: 3,
        ..DraftQuery::default()
    };
    let mut titles = Vec::new();
    loop {
        let page = room.desk.drafts_list(&query).unwrap();
        titles.extend(page.drafts.into_iter().map(|row| row.title));
        match page.next {
            Some(next) => query.after = Some(next),
            None => break,
        }
    }
    let order: Vec<String> = [0, 6, 5, 4, 3, 2, 1]
        .map(|number| format!("Titre {number}"))
        .into();
    assert_eq!(titles, order);
    query.after = Some("abc".to_owned());
    assert_eq!(
        room.desk.drafts_list(&query).unwrap_err().code,
        Code::BadCursor
    );
}

#[test]
fn lists_are_narrowed_by_state_type_and_words() {
    let room = Room::ready();
    let sent = room.complete("Le centre de vaccination ouvre");
    room.news("Une campagne contre le paludisme");
    room.desk.review_submit(&sent.id, "").unwrap();
    let titles = |query: DraftQuery| -> Vec<String> {
        let page = room.desk.drafts_list(&query).unwrap();
        assert_eq!(page.next, None);
        page.drafts.into_iter().map(|row| row.title).collect()
    };
    for state in State::ALL {
        let found = titles(DraftQuery {
            state: Some(*state),
            ..DraftQuery::default()
        });
        let expected = usize::from(matches!(state, State::Draft | State::InReview));
        assert_eq!(found.len(), expected, "{state:?}");
    }
    let words = |query: &str| {
        titles(DraftQuery {
            query: Some(query.to_owned()),
            ..DraftQuery::default()
        })
    };
    assert_eq!(words("vaccin"), ["Le centre de vaccination ouvre"]);
    assert_eq!(words("PALUDISME"), ["Une campagne contre le paludisme"]);
    assert!(words("tuberculose").is_empty());
    let typed = DraftQuery {
        content_type: Some("event".to_owned()),
        ..DraftQuery::default()
    };
    assert!(titles(typed).is_empty());
}

#[test]
fn the_desk_has_its_groups() {
    let room = Room::ready();
    room.news("En travail");
    let returned = room.complete("À reprendre demain");
    let asked = room.complete("À décider demain");
    for draft in [&returned, &asked] {
        room.desk.review_submit(&draft.id, "").unwrap();
    }
    room.desk.review_return(&returned.id, "Trop long.").unwrap();
    let view = room.desk.drafts_desk().unwrap();
    let count = |view: &qalam_desk::drafts::DeskView| {
        (
            view.needs_you.len() as u64,
            view.in_work.len() as u64,
            view.waiting.len() as u64,
            view.arrived.len() as u64,
        )
    };
    assert_eq!(count(&view), (2, 1, 0, 0));
    let reason = view.needs_you.iter().find_map(|row| row.reason.clone());
    assert_eq!(reason.as_deref(), Some("Trop long."));
    // For an author a release in review is somebody else's turn.
    room.be(qalam_desk::profile::Role::Author);
    let view = room.desk.drafts_desk().unwrap();
    assert_eq!(count(&view), (1, 1, 1, 0));
    let counts = view.counts;
    assert_eq!(
        (
            counts.needs_you,
            counts.in_work,
            counts.waiting,
            counts.arrived
        ),
        count(&view)
    );
}

#[test]
fn the_trash_keeps_everything() {
    let room = Room::ready();
    let draft = room.complete("Un centre ouvre");
    room.desk.drafts_trash(&draft.id).unwrap();
    room.desk.drafts_trash(&draft.id).unwrap();
    let list = |trashed| {
        let query = DraftQuery {
            trashed,
            ..DraftQuery::default()
        };
        room.desk.drafts_list(&query).unwrap().drafts.len()
    };
    assert_eq!((list(false), list(true)), (0, 1));
    let refused = write(&room.desk, &draft.id, "fr", &rev(&draft, "fr"), "Non.");
    assert_eq!(refused.unwrap_err().code, Code::DraftTrashed);
    room.desk.drafts_untrash(&draft.id).unwrap();
    let back = room.desk.drafts_open(&draft.id).unwrap();
    assert_eq!(back.languages, draft.languages);
    room.desk.review_submit(&draft.id, "").unwrap();
    let refused = room.desk.drafts_trash(&draft.id);
    assert_eq!(refused.unwrap_err().code, Code::DraftInReview);
}

#[test]
fn writing_needs_no_profile() {
    let room = Room::new();
    let draft = room.news("Sans nom");
    assert_eq!(draft.languages[0].by, "");
    assert!(draft.fields.get("country").is_none());
    assert_eq!(
        room.desk.review_submit(&draft.id, "").unwrap_err().code,
        Code::NoProfile
    );
}
