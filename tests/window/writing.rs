//! Writing by real keys in the real webview, where Arabic and Latin meet.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::json;

use crate::driver::App;
use crate::welcome;

const ENTER: char = '\u{E007}';
const LEFT: char = '\u{E012}';
const RIGHT: char = '\u{E014}';
const HOME: char = '\u{E011}';
const END: char = '\u{E010}';
const SHIFT: char = '\u{E008}';
const CONTROL: char = '\u{E009}';
const TAB: char = '\u{E004}';
const BACKSPACE: char = '\u{E003}';
const RELEASED: char = '\u{E000}';

/// A new piece in Arabic with the keyboard in its text.
async fn new_piece(app: &App) {
    app.key("n").await;
    let kind = app.css("[role=option]").await;
    app.click(&kind).await;
    app.css(".ProseMirror").await;
    app.until(
        "the new piece is open",
        "return document.querySelector('textarea')?.value === ''",
    )
    .await;
    let body = app.css(".ProseMirror").await;
    app.click(&body).await;
}

async fn keys(app: &App, keys: &str) {
    let place = app.client.active_element().await.unwrap();
    place.send_keys(keys).await.unwrap();
}

async fn ask(app: &App, script: &str) -> serde_json::Value {
    app.client.execute(script, vec![]).await.unwrap()
}

/// The text before the cursor in its block, and the selected words.
async fn cursor(app: &App) -> (String, String) {
    let script = "const s = getSelection(); const block = s.focusNode.parentElement.closest('p,h2,li,td,th') ?? s.focusNode; \
        const range = document.createRange(); range.setStart(block, 0); range.setEnd(s.focusNode, s.focusOffset); \
        return [range.toString(), s.toString()]";
    let found = ask(app, script).await;
    let text = |index: usize| found[index].as_str().unwrap().to_owned();
    (text(0), text(1))
}

async fn saved(app: &App) {
    let saved = app.word("editor/save.saved");
    app.text(saved.split('{').next().unwrap().trim()).await;
}

/// Everything a page of an office holds is typed, and the program killed: it is all there again.
#[tokio::test(flavor = "multi_thread")]
async fn a_mixed_page_survives_a_kill() {
    let place = tempfile::tempdir().unwrap();
    let store = place.path().join("desk");
    let app = App::start("ar", Some(&store), &[]).await;
    welcome(&app, "ar").await;
    new_piece(&app).await;
    let lines = [
        "أعلنت وزارة الصحة في نظام DHIS2 عن ٢١٤٠ جرعة.",
        "The ministry وزارة الصحة counted 2,140 doses.",
        "Le ministère a compté 2 140 doses à Rabat.",
    ];
    for line in lines {
        keys(&app, &format!("{line}{ENTER}")).await;
    }
    keys(&app, &format!("- المراكز الأولية{ENTER}WHO{ENTER}{ENTER}")).await;
    // A link by the keyboard: the place for its address opens, and gives the keyboard back.
    keys(&app, &format!("{CONTROL}{SHIFT}k{RELEASED}")).await;
    app.css("[role=dialog] input").await;
    keys(&app, &format!("https://health.example/report{ENTER}")).await;
    app.until(
        "the text has the keyboard again",
        "return document.activeElement.classList.contains('ProseMirror')",
    )
    .await;
    keys(&app, &format!("{END}{ENTER}")).await;
    app.press(&app.word("editor/bar.table")).await;
    app.press(&app.word("editor/table.insert")).await;
    app.until(
        "the cursor is in the table",
        "return document.activeElement.classList.contains('ProseMirror') && getSelection().focusNode.parentElement.closest('th') !== null",
    )
    .await;
    keys(
        &app,
        &format!("المحافظة{TAB}Doses{TAB}عام ٢٠٢٦{TAB}الشمال{TAB}2140"),
    )
    .await;
    saved(&app).await;
    app.shoot("ar-mixed-page").await;
    let page = ask(&app, WRITTEN).await;
    assert_eq!(page["paragraphs"][0], lines[0]);
    assert_eq!(page["paragraphs"][1], lines[1]);
    assert_eq!(page["paragraphs"][2], lines[2]);
    assert_eq!(page["items"], json!(["المراكز الأولية", "WHO"]));
    assert_eq!(page["link"], "https://health.example/report");
    assert_eq!(page["cells"][1], "Doses");
    assert_eq!(page["cells"][4], "2140");
    assert_eq!(page["directions"], json!(["rtl", "ltr", "ltr"]));

    let pid = app.pid().expect("the app runs").to_string();
    assert!(
        Command::new("kill")
            .args(["-9", &pid])
            .status()
            .unwrap()
            .success()
    );
    drop(app);

    let again = reopened(&store).await;
    assert_eq!(
        ask(&again, WRITTEN).await,
        page,
        "nothing is lost and nothing is added"
    );
    again.close().await;
}

const WRITTEN: &str = "const body = document.querySelector('.ProseMirror'); const all = (s) => [...body.querySelectorAll(s)]; \
    const own = all(':scope > p').slice(0, 3); \
    return { paragraphs: own.map((p) => p.textContent), directions: own.map((p) => p.dir), \
      items: all('li').map((li) => li.textContent), link: body.querySelector('a')?.getAttribute('href'), \
      cells: all('th, td').map((cell) => cell.textContent) }";

/// The desk after the kill, with the newest piece open.
async fn reopened(store: &Path) -> App {
    let app = App::start("ar", Some(store), &[]).await;
    app.css("h1").await;
    app.key("2").await;
    let piece = app.css("[role=option]").await;
    app.click(&piece).await;
    piece.send_keys(&ENTER.to_string()).await.unwrap();
    app.css(".ProseMirror table").await;
    app
}

/// Walks a line from its beginning to its end by one arrow, and rests at every place on the way.
async fn walk(app: &App, line: &str, onward: char) {
    keys(app, &HOME.to_string()).await;
    assert_eq!(cursor(app).await.0, "", "Home is the beginning of: {line}");
    let letters = line.chars().count();
    let mut seen = vec![0];
    // At a border between scripts the cursor may rest twice: once for each side of it.
    for _ in 0..letters + 8 {
        keys(app, &onward.to_string()).await;
        seen.push(cursor(app).await.0.chars().count());
        if seen.last() == Some(&letters) {
            break;
        }
    }
    assert_eq!(seen.last(), Some(&letters), "{line}: {seen:?}");
    for place in 0..=letters {
        assert!(
            seen.contains(&place),
            "{line}: {place} is never reached: {seen:?}"
        );
    }
    keys(app, &END.to_string()).await;
    assert_eq!(cursor(app).await.0, line, "End is the end of: {line}");
}

/// The arrows walk a line of two scripts from end to end, what is typed stands where the cursor is, and Shift selects
/// whole letters on both sides of a border between scripts.
#[tokio::test(flavor = "multi_thread")]
async fn arrows_walk_lines_of_two_scripts() {
    let app = App::start("ar", None, &[]).await;
    welcome(&app, "ar").await;
    new_piece(&app).await;
    for (line, onward) in [
        ("سجل DHIS2 اليوم", LEFT),
        ("The وزارة counted", RIGHT),
        ("عدد ٢١٤٠ dose", LEFT),
    ] {
        keys(&app, line).await;
        walk(&app, line, onward).await;
        // A word typed in the middle stands there, whatever runs around it.
        keys(&app, &HOME.to_string()).await;
        keys(&app, &onward.to_string().repeat(2)).await;
        let (before, _) = cursor(&app).await;
        keys(&app, "٧").await;
        let text = ask(
            &app,
            "return getSelection().focusNode.parentElement.closest('p').textContent",
        )
        .await;
        let rest = line.strip_prefix(before.as_str()).unwrap();
        assert_eq!(text, format!("{before}٧{rest}"));
        keys(&app, &format!("{HOME}{SHIFT}{END}{RELEASED}")).await;
        assert_eq!(
            cursor(&app).await.1,
            format!("{before}٧{rest}"),
            "Shift+End selects the line"
        );
        keys(&app, &format!("{END}{ENTER}")).await;
    }
    // What is found is selected letter by letter, marks included.
    keys(&app, "قالت الصِّحَّةُ").await;
    keys(&app, &format!("{CONTROL}f{RELEASED}")).await;
    app.css("search input").await;
    keys(&app, "الصحه").await;
    app.until(
        "it is found",
        "return document.querySelector('search [role=status]').textContent.trim() !== ''",
    )
    .await;
    keys(&app, "\u{E00C}").await;
    app.until(
        "the text has the keyboard again",
        "return document.activeElement.classList.contains('ProseMirror')",
    )
    .await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(cursor(&app).await.1, "الصِّحَّةُ");
    app.close().await;
}

/// What runs by itself in a line (an address, a telephone number, names in a list) is walked, selected, changed and
/// deleted by the same keys as the words around it: the cursor is never caught at its edges.
#[tokio::test(flavor = "multi_thread")]
async fn arrows_walk_through_what_runs_by_itself() {
    let app = App::start("ar", None, &[]).await;
    welcome(&app, "ar").await;
    new_piece(&app).await;
    for (line, onward, inside) in [
        (
            "راسلوا info@health.example، أو زورونا",
            LEFT,
            vec!["info@health.example"],
        ),
        (
            "هاتف +90 312 123 45 67 للمكتب",
            LEFT,
            vec!["+90 312 123 45 67"],
        ),
        ("شركاؤنا WHO، UNICEF وغيرهم", LEFT, vec!["WHO", "UNICEF"]),
        ("Follow #صحة_للجميع today", RIGHT, vec!["#صحة_للجميع"]),
        ("By وزارة الصحة, 2025, in print", RIGHT, vec!["وزارة الصحة"]),
    ] {
        keys(&app, line).await;
        let alone = ask(&app, ALONE).await;
        assert_eq!(alone, json!(inside), "{line}");
        walk(&app, line, onward).await;

        // Shift with the arrow takes it letter by letter, and in the end all of it; nothing comes behind the line.
        let letters = line.chars().count();
        let arrows = onward.to_string().repeat(letters + 8);
        keys(&app, &format!("{HOME}{SHIFT}{arrows}{RELEASED}")).await;
        assert_eq!(cursor(&app).await.1, line);

        // Before its first letter, in its middle and behind its last one: what is typed stands there and goes again.
        let first = inside[0];
        let (before, _) = line.split_once(first).unwrap();
        let begin = before.chars().count();
        let length = first.chars().count();
        for place in [begin, begin + length / 2, begin + length] {
            go(&app, line, onward, place).await;
            let (before, _) = cursor(&app).await;
            let rest = line.strip_prefix(before.as_str()).unwrap();
            keys(&app, "٧").await;
            assert_eq!(written(&app).await, format!("{before}٧{rest}"));
            assert_eq!(
                cursor(&app).await.0,
                format!("{before}٧"),
                "behind what was typed"
            );
            keys(&app, &BACKSPACE.to_string()).await;
            assert_eq!(written(&app).await, line, "{place}");
            assert_eq!(cursor(&app).await.0, before, "{place}");
        }

        // Word by word to its end and back: no word twice, none left out.
        keys(&app, &HOME.to_string()).await;
        let mut places = vec![0];
        for _ in 0..line.split(' ').count() * 4 {
            keys(&app, &format!("{CONTROL}{onward}{RELEASED}")).await;
            places.push(cursor(&app).await.0.chars().count());
            if places.last() == Some(&letters) {
                break;
            }
        }
        assert_eq!(places.last(), Some(&letters), "{line}: {places:?}");
        keys(&app, &format!("{END}{ENTER}")).await;
    }
    app.shoot("ar-isolates").await;
    app.close().await;
}

/// Puts the cursor behind so many letters, by the arrow.
async fn go(app: &App, line: &str, onward: char, place: usize) {
    keys(app, &HOME.to_string()).await;
    for _ in 0..line.chars().count() + 8 {
        if cursor(app).await.0.chars().count() == place {
            return;
        }
        keys(app, &onward.to_string()).await;
    }
    panic!("{place} is never reached in: {line}");
}

async fn written(app: &App) -> String {
    let script = "const at = getSelection().focusNode; return (at instanceof Element ? at : at.parentElement).closest('p').textContent";
    ask(app, script).await.as_str().unwrap().to_owned()
}

/// What runs by itself in the line the cursor is in.
const ALONE: &str = "const at = getSelection().focusNode; const block = (at instanceof Element ? at : at.parentElement).closest('p'); \
    return [...block.querySelectorAll('bdi')].map((one) => one.textContent)";
