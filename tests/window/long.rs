//! A long text is open before all of it is drawn: nobody must be able to tell.

use std::path::Path;

use fantoccini::elements::Element;
use qalam_desk::drafts::NewDraft;
use serde_json::{Value, json};

use crate::driver::{self, App};

const PART: &str = "## Vaccination التطعيم\n\nThe ministry وزارة الصحة counted **2,140 doses** in DHIS2. سجّلت الفرق ٢١٤٠ جرعة في نظام DHIS2 في اليوم نفسه.\n\n- first one\n- المراكز الأولية\n\n| المحافظة | Doses |\n| --- | --- |\n| الشمال | 2140 |\n\n";
const PARTS: usize = 300;
const TYPED: &str = "آخر الكلام";

/// Keeps every moment from being quiet, so that only what somebody does has more drawn.
const BUSY: &str = "window.busy = setInterval(() => document.querySelector('.ProseMirror') \
    ?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Shift' })), 50)";
/// How the text stands in its window.
const STANDS: &str = r"
    const body = document.querySelector('.ProseMirror');
    let roll = body;
    while (!(roll.scrollHeight > roll.clientHeight + 5 && /auto|scroll/.test(getComputedStyle(roll).overflowY))) roll = roll.parentElement;
    const go = arguments[0];
    if (go !== null) roll.scrollTop = go * roll.scrollHeight;
    const done = arguments[arguments.length - 1];
    requestAnimationFrame(() => requestAnimationFrame(() => {
        const box = roll.getBoundingClientRect();
        const seen = document.elementFromPoint(body.getBoundingClientRect().left + 40, (box.top + box.bottom) / 2);
        const block = seen?.closest('.ProseMirror > *');
        done({ tall: roll.scrollHeight, undrawn: body.querySelectorAll(':scope > [data-undrawn]').length,
            blank: !block || 'undrawn' in block.dataset });
    }));
";

async fn stands(app: &App, go: Value) -> Value {
    app.client.execute_async(STANDS, vec![go]).await.unwrap()
}

async fn ask(app: &App, script: &str) -> Value {
    app.client.execute(script, vec![]).await.unwrap()
}

/// Waits until what was typed is on the disk.
async fn saved(app: &App) {
    let script = "return document.querySelector('[data-save]').dataset.save === 'saved'";
    app.until("it is saved", script).await;
}

/// The window with the desk's only text open in it, in a moment that is not quiet.
async fn opened(store: &Path) -> (App, Element) {
    let app = App::start("ar", Some(store), &[]).await;
    app.css("main h1").await;
    app.key("2").await;
    let piece = app.css("[role=option]").await;
    app.client.execute(BUSY, vec![]).await.unwrap();
    app.click(&piece).await;
    piece.send_keys("\u{E007}").await.unwrap();
    let body = app.css(".ProseMirror").await;
    (app, body)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_text_is_whole_wherever_somebody_goes() {
    let place = tempfile::tempdir().unwrap();
    let store = place.path().join("desk");
    let desk = driver::desk(&store, "ar");
    let draft = desk
        .drafts_create(NewDraft {
            content_type: "news".into(),
            lang: "ar".into(),
            title: "نص طويل".into(),
            body: format!("{}the end\n", PART.repeat(PARTS)),
            ..NewDraft::default()
        })
        .unwrap();
    let (_, written) = desk.drafts_document(&draft.id, "ar").unwrap();
    drop(desk);
    let (app, body) = opened(&store).await;

    let top = stands(&app, json!(null)).await;
    assert!(top["undrawn"].as_u64().unwrap() > 600, "{top}");
    app.shoot("ar-long-top").await;
    let middle = stands(&app, json!(0.5)).await;
    assert_eq!(middle["blank"], false, "what is scrolled to is drawn");
    let still = middle["undrawn"].as_u64().unwrap();
    assert!(still > 100 && still < 700, "{middle}");
    app.shoot("ar-long-middle").await;

    // By the keyboard to its end, where something is written.
    ask(&app, "document.querySelector('.ProseMirror').focus()").await;
    body.send_keys("\u{E009}\u{E010}\u{E000}").await.unwrap();
    body.send_keys(TYPED).await.unwrap();
    let end = format!(
        "const body = document.querySelector('.ProseMirror'); return body.lastElementChild.textContent === 'the end{TYPED}' && getSelection().focusNode.data === body.lastElementChild.textContent"
    );
    app.until("what is typed stands at the end", &end).await;
    let bottom = stands(&app, json!(null)).await;
    assert_eq!(bottom["undrawn"], 0);
    let (before, after) = (top["tall"].as_f64(), bottom["tall"].as_f64());
    let share = before.unwrap() / after.unwrap();
    assert!(share > 0.8 && share < 1.25, "the scroll bar lied: {share}");
    app.shoot("ar-long-end").await;
    saved(&app).await;
    app.close().await;

    // Opened anew, and all of it taken at once.
    let (app, body) = opened(&store).await;
    assert_ne!(stands(&app, json!(null)).await["undrawn"], 0);
    ask(&app, "document.querySelector('.ProseMirror').focus(); document.addEventListener('copy', (event) => { window.copied = event.clipboardData.getData('text/plain'); })").await;
    body.send_keys("\u{E009}ac\u{E000}").await.unwrap();
    app.until(
        "all is copied",
        &format!("return window.copied?.split('DHIS2').length === 2 * {PARTS} + 1 && window.copied.trim().endsWith('the end{TYPED}')"),
    )
    .await;
    body.send_keys("\u{E003}").await.unwrap();
    app.until(
        "all is deleted",
        "return document.querySelector('.ProseMirror').textContent === ''",
    )
    .await;
    body.send_keys("\u{E009}z\u{E000}").await.unwrap();
    app.until(
        "all is back",
        &format!("return document.querySelector('.ProseMirror').textContent.endsWith('the end{TYPED}') && document.querySelectorAll('.ProseMirror > h2').length === {PARTS}"),
    )
    .await;
    body.send_keys("\u{E009}\u{E010}\u{E000}").await.unwrap();
    body.send_keys(".").await.unwrap();
    app.until(
        "the last key is there",
        &format!("return document.querySelector('.ProseMirror').lastElementChild.textContent === 'the end{TYPED}.'"),
    )
    .await;
    saved(&app).await;
    app.close().await;

    let desk = qalam_desk::Desk::open(&store, qalam_desk::OpenOptions::default()).unwrap();
    let (_, kept) = desk.drafts_document(&draft.id, "ar").unwrap();
    let mut right = written;
    *right["content"]
        .as_array_mut()
        .unwrap()
        .last_mut()
        .unwrap()
        .pointer_mut("/content/0/text")
        .unwrap() = format!("the end{TYPED}.").into();
    assert!(kept == right, "what is kept is not what was written");
}
