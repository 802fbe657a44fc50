//! Comments and suggestions: on one desk, and there and back in files.

use qalam_desk::Code;
use qalam_desk::drafts::{SaveDraft, Text};
use qalam_desk::profile::Role;
use qalam_desk::review::{CommentRow, CommentState, NewComment, ReleaseState};
use qalam_proof::comments::AnswerAct;
use qalam_proof::package::PartKind;

use crate::carried::Pair;
use crate::{Room, rev, write};

const BODY: &str =
    "Le centre a **ouvert** ses portes.\n\nIl sert trois communes.\n\n- Le jour\n- La nuit\n";

fn on<'a>(draft: &'a str, quote: &'a str, words: &'a str) -> NewComment<'a> {
    NewComment {
        draft,
        lang: "fr",
        place: "body",
        quote,
        words,
        ..NewComment::default()
    }
}

fn body(room: &Room, draft: &str) -> String {
    room.desk.drafts_open(draft).unwrap().languages[0]
        .body
        .clone()
}

fn comments(room: &Room, draft: &str) -> Vec<CommentRow> {
    room.desk.review_comments(draft).unwrap()
}

fn handed_in(room: &Room) -> String {
    let draft = room.complete("Un centre ouvre");
    write(&room.desk, &draft.id, "fr", &rev(&draft, "fr"), BODY).unwrap();
    room.desk.review_submit(&draft.id, "").unwrap();
    draft.id
}

#[test]
fn a_suggestion_becomes_an_edit_and_a_comment_follows_its_words() {
    let room = Room::ready();
    let id = handed_in(&room);
    let suggested = room
        .desk
        .review_comment(&NewComment {
            suggestion: Some("ouvert enfin ses portes"),
            ..on(&id, "ouvert ses portes", "")
        })
        .unwrap();
    let asked = room
        .desk
        .review_comment(&on(&id, "trois communes", "Lesquelles ?"))
        .unwrap();
    let title = room
        .desk
        .review_comment(&NewComment {
            place: "title",
            ..on(&id, "centre", "Où ?")
        })
        .unwrap();
    let aside = room
        .desk
        .review_comment(&on(&id, "La nuit", "Non."))
        .unwrap();
    room.desk.review_uncomment(&aside).unwrap();
    for (new, code) in [
        (on(&id, "quatre communes", "Non."), Code::QuoteGone),
        (on(&id, "communes", " "), Code::BadArgument),
        (
            NewComment {
                place: "foot",
                ..on(&id, "a", "b")
            },
            Code::BadArgument,
        ),
        (
            NewComment {
                lang: "ar",
                ..on(&id, "a", "b")
            },
            Code::LanguageMissing,
        ),
    ] {
        assert_eq!(room.desk.review_comment(&new).unwrap_err().code, code);
    }
    let ready = room.desk.drafts_check(&id).unwrap();
    assert!(
        !ready.findings.iter().any(|one| one.code == "comments_open"),
        "nobody was told yet"
    );
    room.desk
        .review_return(&id, "Voir les commentaires.")
        .unwrap();
    assert_eq!(
        room.desk.review_uncomment(&asked).unwrap_err().code,
        Code::CommentGiven
    );
    let checked = room.desk.drafts_check(&id).unwrap();
    assert!(
        checked.ready,
        "open comments are told and do not stand in the way"
    );
    let open: Vec<(&str, &str)> = (checked.findings.iter())
        .filter(|one| one.code == "comments_open")
        .map(|one| (one.field.as_str(), one.params["count"].as_str()))
        .collect();
    assert_eq!(open, [("body", "2"), ("title", "1")]);
    // An edit elsewhere, then the suggestion.
    let text = BODY.replace("Le centre", "Cette semaine, le centre");
    let draft = room.desk.drafts_open(&id).unwrap();
    write(&room.desk, &id, "fr", &rev(&draft, "fr"), &text).unwrap();
    room.desk
        .review_answer(&suggested, AnswerAct::Accept, "Merci.")
        .unwrap();
    assert_eq!(
        body(&room, &id),
        text.replace("**ouvert** ses portes", "**ouvert enfin ses portes**")
    );
    // Accepted once more, nothing is done twice, neither in the text nor in the answers.
    let accepted = body(&room, &id);
    room.desk
        .review_answer(&suggested, AnswerAct::Accept, "")
        .unwrap();
    assert_eq!(body(&room, &id), accepted);
    assert_eq!(
        comments(&room, &id)
            .iter()
            .find(|one| one.id == suggested)
            .unwrap()
            .answers
            .len(),
        1
    );
    // Words that went are said to be gone.
    let draft = room.desk.drafts_open(&id).unwrap();
    let text = body(&room, &id).replace("trois communes", "le nord");
    write(&room.desk, &id, "fr", &rev(&draft, "fr"), &text).unwrap();
    room.desk
        .drafts_save(SaveDraft {
            draft: id.clone(),
            lang: "fr".to_owned(),
            base: rev(&room.desk.drafts_open(&id).unwrap(), "fr"),
            title: Some("À Ville Exemple un centre ouvre".to_owned()),
            text: Text::Unchanged,
            ..SaveDraft::default()
        })
        .unwrap();
    let found = comments(&room, &id);
    let of = |id: &str| found.iter().find(|one| one.id == id).unwrap();
    assert_eq!(of(&suggested).state, CommentState::Accepted);
    assert!(of(&asked).in_draft.is_none() && of(&asked).in_release.is_some());
    assert_eq!(of(&title).in_draft.as_ref().unwrap().quote, "centre");
    room.desk
        .review_answer(&asked, AnswerAct::Resolve, "")
        .unwrap();
    room.desk
        .review_answer(&title, AnswerAct::Say, "Dans le titre, maintenant.")
        .unwrap();
    room.desk
        .review_answer(&asked, AnswerAct::Reopen, "")
        .unwrap();
    let found = comments(&room, &id);
    assert_eq!(
        found
            .iter()
            .filter(|one| one.state == CommentState::Open)
            .count(),
        2
    );
    let hash = room.desk.review_submit(&id, "").unwrap().hash;
    let found = comments(&room, &id);
    assert!(
        found
            .iter()
            .flat_map(|one| &one.answers)
            .all(|answer| answer.given)
    );
    room.desk.review_approve(&id, &hash).unwrap();
    let found = room.desk.review_verify(&id).unwrap();
    let told = |code: &str| {
        found
            .checks
            .iter()
            .filter(|check| check.code == code)
            .count()
    };
    assert_eq!((found.valid, told("comments")), (true, 1), "{found:?}");
}

#[test]
fn a_suggestion_over_more_than_one_block_is_put_in_by_hand() {
    let room = Room::ready();
    let id = handed_in(&room);
    let comment = room
        .desk
        .review_comment(&NewComment {
            suggestion: Some("Jour et nuit"),
            ..on(&id, "Le jour La nuit", "")
        })
        .unwrap();
    room.desk.review_return(&id, "Voir.").unwrap();
    let refused = room.desk.review_answer(&comment, AnswerAct::Accept, "");
    assert_eq!(refused.unwrap_err().code, Code::SuggestionByHand);
    assert_eq!(comments(&room, &id)[0].state, CommentState::Open);
    room.be(Role::Author);
    let refused = room.desk.review_comment(&on(&id, "nuit", "Non."));
    assert_eq!(refused.unwrap_err().code, Code::NotApprover);
}

#[test]
fn comments_travel_with_the_decision_and_answers_with_the_next_request() {
    let pair = Pair::new();
    let id = handed_in(&pair.author);
    let (to, back) = (pair.file("request.qalam"), pair.file("decision.qalam"));
    pair.author.desk.review_export(&id, &to, "", false).unwrap();
    pair.approver.desk.review_import(&to).unwrap();
    let desk = &pair.approver.desk;
    let comment = desk
        .review_comment(&NewComment {
            suggestion: Some("quatre communes"),
            ..on(&id, "trois communes", "Bab Exemple aussi.")
        })
        .unwrap();
    let refused = desk.review_answer(&comment, AnswerAct::Accept, "");
    assert_eq!(refused.unwrap_err().code, Code::GuestDraft);
    desk.review_return(&id, "Un chiffre.").unwrap();
    let done = desk.review_export(&id, &back, "", false).unwrap();
    assert!(done.bytes < 16_000, "{}", done.bytes);
    let taken = pair.author.desk.review_import(&back).unwrap();
    assert_eq!(taken.release.state, ReleaseState::Returned);
    assert!(pair.author.desk.review_import(&back).unwrap().known);
    let found = comments(&pair.author, &id);
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].id.as_str(), found[0].given),
        (comment.as_str(), true)
    );
    assert_eq!(found[0].words, "Bab Exemple aussi.");
    pair.author
        .desk
        .review_answer(&comment, AnswerAct::Accept, "Merci.")
        .unwrap();
    assert!(body(&pair.author, &id).contains("Il sert quatre communes."));
    let hash = pair.author.desk.review_submit(&id, "").unwrap().hash;
    let again = pair.file("again.qalam");
    pair.author
        .desk
        .review_export(&id, &again, "", false)
        .unwrap();
    desk.review_import(&again).unwrap();
    let found = comments(&pair.approver, &id);
    assert_eq!(found[0].state, CommentState::Accepted);
    assert_eq!(found[0].answers[0].words, "Merci.");
    desk.review_approve(&id, &hash).unwrap();
    let decision = pair.file("approved.qalam");
    desk.review_export(&id, &decision, "", false).unwrap();
    pair.author.desk.review_import(&decision).unwrap();
    // What they wrote to each other is no part of what is given to others.
    let proof = pair.file("proof.qalam");
    pair.author
        .desk
        .review_export(&id, &proof, "", false)
        .unwrap();
    let file = std::fs::File::open(&proof).unwrap();
    let package = qalam_proof::package::read(file, |_, _| Ok(())).unwrap();
    assert_eq!(package.of(PartKind::Comments).count(), 0);
    let found = pair.author.desk.review_verify_file(&proof).unwrap();
    assert!(found.valid, "{found:?}");
    assert!(
        found
            .checks
            .iter()
            .any(|check| check.code == "comments_absent")
    );
}
