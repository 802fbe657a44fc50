//! Lists and tables in which Arabic and Latin lines meet, as the real webview draws them: in the editor and in a review.

use qalam_desk::drafts::NewDraft;
use serde_json::json;

use crate::driver::{self, App};

const BODY: &str = "\
## Vaccination التطعيم

The ministry وزارة الصحة counted **2,140 doses** in DHIS2. سجّلت الفرق ٢١٤٠ جرعة في نظام DHIS2.

- first one
- المراكز الأولية
- third one

1. المراكز الأولية
2. second in English

- [x] تم
- [ ] open

| المحافظة | Doses |
| --- | ---: |
| الشمال | 2140 |
| North region | 12 |
";

/// Whether each line of a list has its bullet, number or box at the side of the list (a box and no bullet as well), and
/// nothing sticks out of the page.
const STANDS: &str = r"
    const list = [...document.querySelectorAll('.piece')].find((one) => one.querySelector('ol') && one.checkVisibility());
    const bullet = (item) => getComputedStyle(item, '::before').content;
    const item = (selector, nth) => list.querySelectorAll(`${selector} > li`)[nth];
    const left = (item) => {
        const box = item.querySelector('input').getBoundingClientRect();
        const words = document.createRange();
        const texts = document.createTreeWalker(item, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()?.data.trim() === '');
        words.selectNodeContents(texts.currentNode);
        return words.getBoundingClientRect().right <= box.left + 1;
    };
    const boxes = [...list.querySelectorAll('li:has(> input)')];
    const page = list.closest('main') ?? document.body;
    return {
        other: [bullet(item('ul', 1)) === 'none', bullet(item('ol', 1)) === 'none'],
        same: [bullet(item('ul', 0)), bullet(item('ol', 0))],
        boxes: boxes.map((item) => left(item) && bullet(item) === 'none'),
        wide: [...page.querySelectorAll('*')].filter((one) => ['auto', 'scroll'].includes(getComputedStyle(one).overflowX) && one.scrollWidth > one.clientWidth + 1).length,
    };
";

fn desk(at: &std::path::Path, lang: &str) {
    let desk = driver::desk(at, lang);
    desk.drafts_create(NewDraft {
        content_type: "news".into(),
        lang: lang.into(),
        title: "Mixed page صفحة".into(),
        summary: "A summary: what happened, where, and why it matters.".into(),
        areas: vec!["ta1".into()],
        fields: serde_json::from_value(
            json!({ "eventDate": "2026-03-12", "place": "Sample City" }),
        )
        .unwrap(),
        body: BODY.into(),
        ..NewDraft::default()
    })
    .unwrap();
}

async fn stands(app: &App, place: &str) {
    let found = app.client.execute(STANDS, vec![]).await.unwrap();
    let right = json!({ "other": [false, false], "same": ["none", "none"], "boxes": [true, true], "wide": 0 });
    assert_eq!(found, right, "{place}");
}

async fn lines_stand_at_the_side_of_their_list(lang: &str) {
    let place = tempfile::tempdir().unwrap();
    let store = place.path().join("desk");
    desk(&store, lang);
    let app = App::start(lang, Some(&store), &[]).await;
    app.css("main h1").await;
    app.key("2").await;
    let piece = app.css("[role=option]").await;
    app.click(&piece).await;
    piece.send_keys("\u{E007}").await.unwrap();
    app.css(".ProseMirror table").await;
    stands(&app, "editor").await;
    let down =
        "[...document.querySelectorAll('.piece table')].at(-1).scrollIntoView({ block: 'end' })";
    for theme in ["light", "dark"] {
        app.theme(theme).await;
        app.client.execute(down, vec![]).await.unwrap();
        app.shoot(&format!("{lang}-mixed-editor-{theme}")).await;
    }
    app.press(&app.word("editor/ask")).await;
    let ask = app.css("form button[type=submit]").await;
    app.click(&ask).await;
    app.text(&app.word("common/state.in_review")).await;
    app.key("4").await;
    app.control(&app.word("review/approve")).await;
    app.css(".piece table").await;
    stands(&app, "review").await;
    for theme in ["light", "dark"] {
        app.theme(theme).await;
        app.client.execute(down, vec![]).await.unwrap();
        app.shoot(&format!("{lang}-mixed-review-{theme}")).await;
    }
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_stand_at_the_side_of_their_list_in_english() {
    lines_stand_at_the_side_of_their_list("en").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_stand_at_the_side_of_their_list_in_arabic() {
    lines_stand_at_the_side_of_their_list("ar").await;
}
