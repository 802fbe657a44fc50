//! Documents that become drafts: all of one or nothing, with what they ask.

use std::path::Path;

use qalam_content::body::blob_refs;
use qalam_content::readers::import::TrackedWish;
use qalam_desk::Code;
use qalam_desk::drafts::{BringIn, BroughtIn, Draft, DraftQuery};

use crate::Room;

const LETTER: &str = "letter.docx";

fn letter() -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/word");
    std::fs::read(Path::new(folder).join(LETTER)).unwrap()
}

fn bring(room: &Room, name: &str, bytes: &[u8], tracked: Option<TrackedWish>) -> BroughtIn {
    room.desk
        .drafts_bring_in(&BringIn {
            name,
            bytes,
            content_type: "news",
            lang: None,
            tracked,
        })
        .unwrap()
}

fn body(draft: &Draft) -> &str {
    &draft.languages[0].body
}

/// How many changes a finding tells of, and the words it leads to.
fn question(room: &Room, draft: &str) -> Option<(String, String)> {
    let found = room.desk.drafts_check(draft).unwrap().findings;
    let mut asked = found
        .into_iter()
        .filter(|finding| finding.code == "tracked_changes_open");
    asked.next().map(|finding| {
        let text = finding.params.get("text").cloned().unwrap_or_default();
        (finding.params["count"].clone(), text)
    })
}

/// A PNG that says where it was made.
const WITH_PLACE: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAAFXRFWHRDb21tZW50AHRha2VuIGF0IGhvbWV2YxoJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

#[test]
fn a_document_is_one_change_of_the_desk() {
    let room = Room::ready();
    let heard = room.desk.subscribe();
    let brought = bring(&room, LETTER, &letter(), None);
    let draft = brought.draft.unwrap();
    assert_eq!(heard.try_iter().count(), 1, "draft, pictures and report");
    assert!(room.desk.drafts_brought(&draft.id).unwrap().unwrap().asked);
    for shown in blob_refs(body(&draft)) {
        assert!(draft.attachments.iter().any(|one| one.sha256 == shown));
        assert!(room.desk.blob(&shown).unwrap().is_some());
    }

    // Answering the question is one change as well, and so is making it a translation.
    room.desk
        .drafts_settle_tracked(&draft.id, TrackedWish::Reject)
        .unwrap();
    assert_eq!(heard.try_iter().count(), 1);
    let original = room.complete("Une campagne");
    heard.try_iter().count();
    let joined = room.desk.drafts_join(&draft.id, &original.id).unwrap();
    assert_eq!(heard.try_iter().count(), 1);
    assert_eq!(joined.languages.len(), 2);
    assert_eq!(joined.attachments.len(), draft.attachments.len());
    assert!(room.desk.drafts_open(&draft.id).unwrap().trashed);
}

#[test]
fn what_cannot_come_in_leaves_nothing() {
    let room = Room::ready();
    let refused = room.desk.drafts_bring_in(&BringIn {
        name: LETTER,
        bytes: &letter(),
        content_type: "no_such_type",
        ..BringIn::default()
    });
    assert_eq!(refused.unwrap_err().code, Code::UnknownType);
    let unread = bring(&room, "letter.docx", &letter()[..600], None);
    assert!(unread.draft.is_none());
    assert!(!unread.read.problems.is_empty());
    let drafts = room.desk.drafts_list(&DraftQuery::default()).unwrap();
    assert!(drafts.drafts.is_empty());
    let blobs = std::fs::read_dir(room.dir.path().join("blobs")).unwrap();
    assert_eq!(blobs.count(), 0);

    // A translation that is there already stays, and the other text where it was.
    let draft = bring(&room, LETTER, &letter(), None).draft.unwrap();
    let original = bring(&room, LETTER, &letter(), None).draft.unwrap();
    let refused = room.desk.drafts_join(&draft.id, &original.id).unwrap_err();
    assert_eq!(refused.code, Code::LanguageExists);
    assert!(!room.desk.drafts_open(&draft.id).unwrap().trashed);
}

#[test]
fn a_question_nobody_answered_is_a_finding() {
    let room = Room::ready();
    let draft = bring(&room, LETTER, &letter(), None).draft.unwrap();
    let (count, words) = question(&room, &draft.id).unwrap();
    assert_eq!(count, "2");
    assert_eq!(words, "It reaches thirty districts in all.");
    let before = room
        .desk
        .drafts_settle_tracked(&draft.id, TrackedWish::Reject)
        .unwrap();
    assert_eq!(question(&room, &draft.id), None);
    assert!(body(&before).contains("twenty") && !body(&before).contains("thirty"));
    let after = room
        .desk
        .drafts_settle_tracked(&draft.id, TrackedWish::Accept)
        .unwrap();
    assert!(body(&after).contains("thirty") && !body(&after).contains("twenty"));
    assert_eq!(body(&after), body(&draft));
    // Who said beforehand is not asked.
    let said = bring(&room, LETTER, &letter(), Some(TrackedWish::Accept));
    assert_eq!(question(&room, &said.draft.unwrap().id), None);
}

#[test]
fn the_text_shows_the_pictures_as_they_are_kept() {
    let room = Room::ready();
    let page = format!(
        "<h1>A day of vaccination</h1><p>Words.</p><p><img alt=\"The clinic\" src=\"data:image/png;base64,{WITH_PLACE}\"></p>"
    );
    let draft = bring(&room, "page.html", page.as_bytes(), None)
        .draft
        .unwrap();
    let shown = blob_refs(body(&draft));
    assert_eq!(shown.len(), 1, "{}", body(&draft));
    let kept = std::fs::read(room.desk.blob_path(&shown[0]).unwrap()).unwrap();
    let told = b"taken at home";
    assert!(!kept.windows(told.len()).any(|part| part == told));
    assert_eq!(draft.attachments[0].sha256, shown[0]);
    assert_eq!(draft.attachments[0].alt["en"], "The clinic");
}
