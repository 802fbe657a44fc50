//! Finding drafts and publications, through the desk.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test may fail loudly

use qalam_desk::drafts::{NewDraft, SaveDraft, Text};
use qalam_desk::publications::intake::IntakeOptions;
use qalam_desk::search::{HitKind, Scope, SearchRequest};
use qalam_desk::{Code, Desk, OpenOptions};

fn new_draft(desk: &Desk, lang: &str, title: &str, body: &str) -> String {
    desk.drafts_create(NewDraft {
        content_type: "news".into(),
        lang: lang.into(),
        title: title.into(),
        body: body.into(),
        ..NewDraft::default()
    })
    .unwrap()
    .id
}

fn find(desk: &Desk, query: &str, scope: Scope) -> Vec<(HitKind, String, String)> {
    desk.search(&SearchRequest {
        query: query.into(),
        scope,
        ..SearchRequest::default()
    })
    .unwrap()
    .hits
    .into_iter()
    .map(|hit| {
        let snippet = hit.snippet.replace('\u{1}', "[").replace('\u{2}', "]");
        (hit.kind, hit.id, snippet)
    })
    .collect()
}

#[test]
fn readers_find_what_they_mean() {
    let dir = tempfile::tempdir().unwrap();
    let desk = Desk::open(dir.path(), OpenOptions::default()).unwrap();
    let arabic = new_draft(
        &desk,
        "ar",
        "تدريب المُعَلِّمين",
        "تعلن إدارةُ الصحة المدرسية عن المرحلة **الأولى** سنة ٢٠٢٦ لكل معلم.",
    );
    let french = new_draft(
        &desk,
        "fr",
        "Café de la santé",
        "Une rencontre à Rabat en 2025.",
    );
    for (query, id, marked) in [
        ("معلم", &arabic, "[معلم]"),
        ("اداره", &arabic, "[إدارةُ]"),
        ("الاولى", &arabic, "[الأولى]"),
        ("2026", &arabic, "[٢٠٢٦]"),
        ("صحة", &arabic, "[الصحة]"),
        ("المرحله الاولي 2026", &arabic, "[٢٠٢٦]"),
        ("renc", &french, "[rencontre]"),
        ("rabat 2025", &french, "[Rabat]"),
    ] {
        let hits = find(&desk, query, Scope::All);
        assert_eq!(hits.len(), 1, "{query}");
        assert_eq!((&hits[0].1, hits[0].0), (id, HitKind::Draft), "{query}");
        assert!(hits[0].2.contains(marked), "{query}: {}", hits[0].2);
    }
    assert_eq!(find(&desk, "cafe", Scope::Drafts)[0].1, french);
    assert!(find(&desk, "cafe rabat madrid", Scope::All).is_empty());
    assert!(find(&desk, "cafe", Scope::Publications).is_empty());
    let empty = desk.search(&SearchRequest {
        query: " \"* ".into(),
        ..SearchRequest::default()
    });
    assert_eq!(empty.unwrap_err().code, Code::EmptyQuery);
}

#[test]
fn the_index_follows_every_change() {
    let dir = tempfile::tempdir().unwrap();
    let desk = Desk::open(dir.path(), OpenOptions::default()).unwrap();
    let id = new_draft(&desk, "en", "Measles", "Before");
    desk.drafts_add_language(&id, "fr", None).unwrap();
    let opened = desk.drafts_open(&id).unwrap();
    let french = opened
        .languages
        .iter()
        .find(|one| one.lang == "fr")
        .unwrap();
    desk.drafts_save(SaveDraft {
        draft: id.clone(),
        lang: "fr".into(),
        base: french.rev.clone(),
        title: Some("Rougeole".into()),
        text: Text::Markdown("Measles se dit rougeole.".into()),
        ..SaveDraft::default()
    })
    .unwrap();
    assert_eq!(find(&desk, "rougeole", Scope::All).len(), 1);
    // Found in two languages, shown once.
    assert_eq!(find(&desk, "measles", Scope::All).len(), 1);
    let only = |lang: &str| {
        desk.search(&SearchRequest {
            query: "measles".into(),
            lang: Some(lang.into()),
            ..SearchRequest::default()
        })
        .unwrap()
        .hits
    };
    assert_eq!(only("fr")[0].lang.as_deref(), Some("fr"));
    assert!(only("ar").is_empty());
    desk.drafts_trash(&id).unwrap();
    assert!(find(&desk, "measles", Scope::All).is_empty());
    desk.drafts_untrash(&id).unwrap();
    assert_eq!(find(&desk, "measles", Scope::All).len(), 1);
}

#[test]
fn text_inside_files_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let desk = Desk::open(dir.path(), OpenOptions::default()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let filler = "نص نموذجي طويل. ".repeat(5_000);
    let text = format!("{filler} وفي الآخِر حملة التلقيح ضد الحصبة.");
    std::fs::write(folder.path().join("report_7.txt"), text).unwrap();
    desk.intake_blocking(
        &[folder.path().to_path_buf()],
        IntakeOptions::default(),
        &mut |_| {},
    )
    .unwrap();
    let hits = find(&desk, "تلقيح الحصبه", Scope::All);
    assert_eq!(hits[0].0, HitKind::Publication);
    assert!(hits[0].2.contains("[التلقيح] ضد [الحصبة]"), "{}", hits[0].2);
    assert_eq!(find(&desk, "report_7", Scope::Publications).len(), 1);
    desk.publications_remove(&hits[0].1).unwrap();
    assert!(find(&desk, "الحصبه", Scope::All).is_empty());
}

#[test]
fn titles_and_recent_changes_come_first() {
    let dir = tempfile::tempdir().unwrap();
    let desk = Desk::open(dir.path(), OpenOptions::default()).unwrap();
    let body = new_draft(
        &desk,
        "en",
        "Something else",
        "A word on polio and more words.",
    );
    let title = new_draft(&desk, "en", "Polio", "Text.");
    let order: Vec<String> = find(&desk, "polio", Scope::Drafts)
        .into_iter()
        .map(|hit| hit.1)
        .collect();
    assert_eq!(order, [title, body]);
}
