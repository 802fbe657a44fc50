//! The main job in the real window, in three languages, by real clicks and keys.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod background;
#[path = "../bus/mod.rs"]
mod bus;
mod desktop;
mod driver;
mod long;
mod mixed;
mod presence;
mod writing;

use driver::App;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// The folder of our own PDFs, and one more if `QALAM_WINDOW_PDFS` names it.
fn publications() -> Vec<PathBuf> {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pdf");
    let more = std::env::var_os("QALAM_WINDOW_PDFS").map(PathBuf::from);
    [ours].into_iter().chain(more).collect()
}

/// How many of them differ: equal bytes are one publication.
fn different(folders: &[PathBuf]) -> usize {
    let files = folders.iter().flat_map(|folder| folder.read_dir().unwrap());
    let files: BTreeSet<Vec<u8>> = files
        .map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect();
    files.len()
}

/// What is typed: both scripts in one line.
const TYPED: [(&str, &str, &str); 3] = [
    (
        "en",
        "Vaccination day in the north",
        "The ministry وزارة الصحة counted 2,140 doses in DHIS2.",
    ),
    (
        "ar",
        "يوم التطعيم في الشمال",
        "سجّلت الفرق ٢١٤٠ جرعة في نظام DHIS2 في اليوم نفسه.",
    ),
    (
        "fr",
        "Journée de vaccination dans le nord",
        "Le ministère وزارة الصحة a compté 2 140 doses dans DHIS2.",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn the_main_job_in_english() {
    main_job("en").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_main_job_in_arabic() {
    main_job("ar").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_main_job_in_french() {
    main_job("fr").await;
}

/// Words that the disk does not take are not lost by closing: the window asks, and stays when told to.
#[tokio::test(flavor = "multi_thread")]
async fn a_window_with_unsaved_words_asks_before_it_closes() {
    let place = tempfile::tempdir().unwrap();
    let Some(_disk) = SmallDisk::at(place.path()) else {
        eprintln!("skipped: no small disk can be mounted here");
        return;
    };
    let app = App::start("en", Some(&place.path().join("desk")), &[]).await;
    welcome(&app, "en").await;
    let body = app.css(".ProseMirror").await;
    let ballast = place.path().join("ballast");
    fill_up(&ballast);
    app.click(&body).await;
    body.send_keys("These words find no room.").await.unwrap();
    app.text(&app.word("editor/save.goes_on")).await;

    app.ask_to_close();
    app.text(&app.word("editor/leave.unsaved")).await;
    // Longer than a page that does not answer is given.
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(app.pid().is_some(), "it waits for the person");
    app.press(&app.word("editor/leave.stay")).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(app.pid().is_some(), "it stays when told to");

    std::fs::remove_file(&ballast).unwrap();
    app.press(&app.word("editor/save.again")).await;
    let saved = app.word("editor/save.saved");
    app.text(saved.split('{').next().unwrap().trim()).await;
    app.ask_to_close();
    for _ in 0..600 {
        if app.pid().is_none() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("with everything saved it closes");
}

/// A disk of a few megabytes, unmounted when dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn at(place: &Path) -> Option<Self> {
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=48m", "tmpfs"])
            .arg(place)
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        mounted.then(|| Self(place.to_owned()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

fn fill_up(at: &Path) {
    let mut file = std::fs::File::create(at).unwrap();
    for size in [1_000_000, 4_096, 1] {
        while file.write_all(&vec![7; size]).is_ok() {}
    }
}

/// The first run: who are you? It ends with the sample piece open.
async fn welcome(app: &App, lang: &str) {
    app.css("main h1").await;
    app.shoot(&format!("{lang}-welcome")).await;
    app.press(match lang {
        "ar" => "العربية",
        "fr" => "Français",
        _ => "English",
    })
    .await;
    app.type_into(
        "input[role=combobox]",
        if lang == "ar" { "ترك" } else { "Turk" },
    )
    .await;
    let first = app.css("[role=option]").await;
    app.click(&first).await;
    app.press(&app.word("welcome/next")).await;
    app.type_into("form input[type=text]", "Sample Focal Point")
        .await;
    app.press(&app.word("welcome/role.both")).await;
    app.press(&app.word("welcome/open")).await;
    app.css(".ProseMirror").await;
}

async fn main_job(lang: &str) {
    let (_, title, sentence) = TYPED.into_iter().find(|(l, ..)| *l == lang).unwrap();
    let folders = publications();
    let files = different(&folders);
    let app = App::start(lang, None, &folders).await;
    let shot = |name: &str| format!("{lang}-{name}");
    welcome(&app, lang).await;
    // The sample piece is open; the page runs the right way.
    let dir = if lang == "ar" { "rtl" } else { "ltr" };
    app.until(
        "the page has the language's direction",
        &format!("return document.documentElement.dir === '{dir}'"),
    )
    .await;
    app.shoot(&shot("editor")).await;

    // A folder of publications is taken in, and all of them are put into the piece.
    app.key("3").await;
    app.press(&app.word("publications/intake.folder")).await;
    app.text("Annual Health Report 2025").await;
    app.shoot(&shot("publications")).await;
    app.until(
        "the folder is read",
        "return document.querySelector('[role=progressbar]') === null",
    )
    .await;
    app.until(
        "every file has its row",
        &format!(
            "return document.querySelector('[aria-rowcount=\"{}\"]') !== null",
            files + 1
        ),
    )
    .await;
    let all = app.css("[role=columnheader] input").await;
    app.click(&all).await;
    app.press(&app.word("publications/attach")).await;
    let piece = app.css("[role=dialog] [role=option]").await;
    app.click(&piece).await;
    piece.send_keys("\u{E007}").await.unwrap();
    app.until(
        "the question is answered",
        "return document.querySelector('[role=dialog]') === null",
    )
    .await;

    // It goes to review with them.
    app.key("2").await;
    let piece = app.css("[role=option]").await;
    app.click(&piece).await;
    piece.send_keys("\u{E007}").await.unwrap();
    app.css(".ProseMirror").await;
    app.press(&app.word("editor/ask")).await;
    app.shoot(&shot("asking")).await;
    let ask = app.css("form button[type=submit]").await;
    app.click(&ask).await;
    app.text(&app.word("common/state.in_review")).await;

    app.key("4").await;
    app.control(&app.word("review/approve")).await;
    // Before approving, the first pages of its files are seen: they come from the desk, not from the page.
    app.until(
        "a first page is drawn",
        "const seen = [...document.querySelectorAll('img[src*=\"/first-page/\"]')]; \
         return seen.some((one) => one.checkVisibility() && one.naturalWidth > 100)",
    )
    .await;
    app.shoot(&shot("review")).await;
    app.press(&app.word("review/approve")).await;

    // It leaves by itself.
    app.key("5").await;
    app.text(&app.word("common/state.received")).await;
    app.shoot(&shot("outbox")).await;

    // A piece of one's own, both scripts in one line, saved without being asked.
    app.key("n").await;
    let kind = app.css("[role=option]").await;
    app.click(&kind).await;
    app.css(".ProseMirror").await;
    app.shoot(&shot("new-piece")).await;
    let field = app.css("textarea").await;
    field.send_keys(title).await.unwrap();
    let body = app.css(".ProseMirror").await;
    app.click(&body).await;
    body.send_keys(sentence).await.unwrap();
    let saved = app.word("editor/save.saved");
    app.text(saved.split('{').next().unwrap().trim()).await;
    let shown = app.css(".ProseMirror").await.text().await.unwrap();
    assert_eq!(
        shown.trim(),
        sentence,
        "what was typed is what stands there"
    );
    app.shoot(&shot("writing")).await;

    // The desk shows all of it at a glance.
    app.key("1").await;
    app.text(title).await;
    app.text(&app.word("desk/group.arrived")).await;
    app.shoot(&shot("desk")).await;

    for (key, name) in [("2", "drafts"), ("6", "search"), ("7", "settings")] {
        app.key(key).await;
        app.shoot(&shot(name)).await;
    }
    for theme in ["dark"] {
        app.theme(theme).await;
        for (key, name) in [("1", "desk"), ("5", "outbox"), ("3", "publications")] {
            app.key(key).await;
            app.shoot(&shot(&format!("{name}-{theme}"))).await;
        }
    }

    // The result, on the practice portal's own pages, in a window of their own.
    app.key("5").await;
    app.press(&app.word("common/action.show_practice")).await;
    app.other_window("http://127.0.0.1:").await;
    app.shoot(&shot("practice-portal")).await;
    let page = app.css("article, main").await.text().await.unwrap();
    assert!(
        page.chars().count() > 100,
        "the practice portal shows the piece: {page}"
    );
    app.until(
        "the piece is there with all its files",
        &format!(
            "return document.querySelectorAll('ul.files a[href^=\"/files/\"]').length === {files}"
        ),
    )
    .await;
    app.close().await;
}
