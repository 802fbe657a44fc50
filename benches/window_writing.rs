//! Long texts in the real window: how long until a piece is open and painted, and how long from a
//! key to the frame that shows its letter, beside a bare editable element with the same text in the same
//! window. Run by `cargo xtask bench writing`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing
)]

#[cfg(target_os = "linux")]
#[allow(dead_code)]
#[path = "../tests/window/driver.rs"]
mod driver;

#[cfg(target_os = "linux")]
fn main() {
    tokio::runtime::Runtime::new().unwrap().block_on(run::run());
}

#[cfg(not(target_os = "linux"))]
fn main() {}

#[cfg(target_os = "linux")]
mod run {
    use super::driver::App;
    use qalam_desk::drafts::NewDraft;
    use serde_json::Value;
    use std::path::Path;

    /// Lengths of the texts, in characters.
    const LENGTHS: [usize; 3] = [2_000, 50_000, 200_000];
    /// Keys typed into each.
    const KEYS: usize = 60;
    /// The same text in an editable element with nothing around it and no script: what the webview itself takes.
    const BARE: &str = r"
        const body = document.querySelector('.ProseMirror');
        const bare = document.createElement('div');
        for (const name of ['class', 'dir', 'lang']) bare.setAttribute(name, body.getAttribute(name));
        bare.contentEditable = 'true';
        bare.innerHTML = body.innerHTML;
        const place = document.createElement('div');
        place.style.cssText = 'height: 700px; overflow: auto; contain: strict';
        place.append(bare);
        document.body.replaceChildren(place);
    ";

    /// What a text is made of: both scripts, headings, lists, emphasis, a table.
    const PART: &str = "## Vaccination التطعيم\n\nThe ministry وزارة الصحة counted **2,140 doses** in DHIS2, see [the plan](https://example.org/plan). سجّلت الفرق ٢١٤٠ جرعة في نظام DHIS2 في اليوم نفسه، وقالت *الوزارة* إن الحملة تستمر.\n\n- first one\n- المراكز الأولية\n\n| المحافظة | Doses |\n| --- | --- |\n| الشمال | 2140 |\n\n";
    const ENTER: char = '\u{E007}';

    /// Notes when Enter was pressed on a piece, when the window was full of its text, and when all of it was drawn:
    /// of a long one the rest follows in quiet moments.
    const OPENING: &str = r"
        const seen = { from: 0, took: 0, whole: 0 };
        window.__opening = seen;
        const length = arguments[0];
        addEventListener('keydown', (event) => { if (event.key === 'Enter') seen.from = event.timeStamp; }, true);
        const look = () => {
            const body = seen.from > 0 && document.querySelector('.ProseMirror');
            // The signs of Markdown are not among what is shown.
            const shown = body ? body.textContent.length : 0;
            const below = body && [...body.children].findLast((block) => !('undrawn' in block.dataset));
            if (!seen.shown && shown > 0 && (shown > length / 2 || below.getBoundingClientRect().bottom > innerHeight)) {
                seen.shown = true;
                requestAnimationFrame(() => setTimeout(() => { seen.took = performance.now() - seen.from; }));
            }
            if (shown > length / 2 && !body.querySelector('[data-undrawn]')) seen.whole = performance.now() - seen.from;
            else requestAnimationFrame(look);
        };
        look();
    ";

    /// Notes the time from each key to the frame after what it did.
    const KEYED: &str = r"
        window.__keys = [];
        const body = document.querySelector('.ProseMirror');
        body.addEventListener('keydown', (event) => {
            const from = event.timeStamp;
            requestAnimationFrame(() => setTimeout(() => window.__keys.push(performance.now() - from)));
        }, true);
    ";

    /// A text of so many characters.
    fn text(length: usize) -> String {
        PART.repeat(length / PART.chars().count() + 1)
            .chars()
            .take(length)
            .collect()
    }

    fn desk(at: &Path) {
        let desk = super::driver::desk(at, "ar");
        for length in LENGTHS {
            desk.drafts_create(NewDraft {
                content_type: "news".into(),
                lang: "ar".into(),
                title: title(length),
                body: text(length),
                ..NewDraft::default()
            })
            .unwrap();
        }
    }

    fn title(length: usize) -> String {
        format!("نص من {length} حرفا")
    }

    pub async fn run() {
        let place = tempfile::tempdir().unwrap();
        let store = place.path().join("desk");
        desk(&store);
        // As people have it where there is no graphics card.
        let plain = [
            ("WEBKIT_DISABLE_DMABUF_RENDERER", "1"),
            ("GDK_GL", "disable"),
        ];
        for length in LENGTHS {
            let app = App::start_with("ar", Some(&store), &[], &plain).await;
            app.css("main h1").await;
            app.key("2").await;
            let piece = app.control(&title(length)).await;
            app.client
                .execute(OPENING, vec![length.into()])
                .await
                .unwrap();
            app.click(&piece).await;
            piece.send_keys(&ENTER.to_string()).await.unwrap();
            app.until("the text is there", "return window.__opening.took > 0")
                .await;
            app.until("all is drawn", "return window.__opening.whole > 0")
                .await;
            let whole = number(&app, "return window.__opening.whole").await;
            let took = number(&app, "return window.__opening.took").await;

            let ours = typed(&app, length).await;
            app.client.execute(BARE, vec![]).await.unwrap();
            let bare = typed(&app, length).await;
            let at = |keys: &[f64], share: usize| keys[(keys.len() - 1) * share / 100];
            println!(
                "{length:>7} characters: open and painted {took:.0} ms after Enter, all of it drawn after {whole:.0}; {KEYS} keys until shown: {:.1} ms in the middle, {:.1} ms at the 95th of 100, {:.1} ms at most; in a bare editable element {:.1}, {:.1} and {:.1} ms",
                at(&ours, 50),
                at(&ours, 95),
                at(&ours, 100),
                at(&bare, 50),
                at(&bare, 95),
                at(&bare, 100),
            );
            app.close().await;
        }
    }

    /// Milliseconds from each key to the frame with its letter, sorted: in a paragraph in the middle.
    async fn typed(app: &App, length: usize) -> Vec<f64> {
        app.client.execute(KEYED, vec![]).await.unwrap();
        let nth = length / 2 / PART.chars().count() + 1;
        let paragraph = app
            .css(&format!(".ProseMirror > p:nth-of-type({nth})"))
            .await;
        app.click(&paragraph).await;
        let body = app.css(".ProseMirror").await;
        for index in 0..KEYS {
            let key = if index % 8 == 7 { " " } else { "ن" };
            body.send_keys(key).await.unwrap();
        }
        let done = format!("return window.__keys.length >= {KEYS}");
        app.until("every key is shown", &done).await;
        let script = "return window.__keys";
        let keys = app.client.execute(script, vec![]).await.unwrap();
        let keys = keys.as_array().unwrap().iter();
        let mut keys: Vec<f64> = keys.filter_map(Value::as_f64).collect();
        keys.sort_by(f64::total_cmp);
        keys
    }

    async fn number(app: &App, script: &str) -> f64 {
        let value = app.client.execute(script, vec![]).await.unwrap();
        value.as_f64().unwrap()
    }
}
