//! Bad files, bad stores, bad words and bad portals, through the real `qalam-cli`: the right exit
//! code, a stable problem code with a sentence and a next step, and a desk that stays whole.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr
)]

#[path = "bad_input/hostile.rs"]
mod hostile;
#[path = "bad_input/runner.rs"]
mod runner;

use runner::Desk;
use serde_json::Value;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const CLI: &str = env!("CARGO_BIN_EXE_qalam-cli");
/// A command of these tests that takes longer hangs, on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(600);

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0)
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

fn item<'a>(said: &'a Value, end: &str) -> &'a Value {
    said["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["path"].as_str().unwrap().ends_with(end))
        .unwrap_or_else(|| panic!("{end} in {said}"))
}

#[track_caller]
fn is(said: &Value, end: &str, status: &str, code: &str) {
    let item = item(said, end);
    assert_eq!(item["status"], status, "{item}");
    let codes: Vec<_> = item["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| &p["code"])
        .collect();
    assert!(
        code.is_empty() || codes.iter().any(|c| *c == code),
        "{code} in {item}"
    );
}

/// A PDF that says it is locked with a password.
fn locked() -> String {
    let zeros = "00".repeat(32);
    let parts = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>".to_owned(),
        format!("<</Filter/Standard/V 1/R 2/P -4/O<{zeros}>/U<{zeros}>>>"),
    ];
    let mut pdf = "%PDF-1.4\n".to_owned();
    let mut table = "xref\n0 5\n0000000000 65535 f \n".to_owned();
    for (n, part) in parts.iter().enumerate() {
        table += &format!("{:010} 00000 n \n", pdf.len());
        pdf += &format!("{} 0 obj\n{part}\nendobj\n", n + 1);
    }
    let at = pdf.len();
    pdf + &table
        + &format!(
            "trailer\n<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[<00><00>]>>\nstartxref\n{at}\n%%EOF\n"
        )
}

/// Makes a document of a few hundred kilobytes that unpacks to hundreds of megabytes, where
/// there is a Python to make it with.
fn bomb(at: &Path) -> bool {
    let script = "import sys, zipfile\n\
        with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as z:\n \
        z.writestr('[Content_Types].xml', '<Types/>')\n \
        z.writestr('word/document.xml', b'<w>' + b'a' * 700_000_000)\n";
    Command::new("python3")
        .args(["-c", script])
        .arg(at)
        .status()
        .is_ok_and(|s| s.success())
}

#[test]
fn a_folder_full_of_bad_files() {
    let desk = Desk::of_an_ordinary_user();
    let folder = desk.path("in");
    fs::create_dir(&folder).unwrap();
    let at = |name: &str| folder.join(name);
    fs::write(at("good.txt"), "Words that can be read.").unwrap();
    fs::write(at("empty.pdf"), "").unwrap();
    fs::write(at("unreadable.txt"), "Words nobody may read.").unwrap();
    fs::set_permissions(at("unreadable.txt"), fs::Permissions::from_mode(0o000)).unwrap();
    symlink(".", at("around")).unwrap();
    symlink("itself", at("itself")).unwrap();
    symlink("nowhere", at("dangling.pdf")).unwrap();
    fs::write(at(".hidden.pdf"), "x").unwrap();
    fs::write(at("~$open.docx"), "x").unwrap();
    fs::write(
        at("picture.pdf"),
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0",
    )
    .unwrap();
    fs::write(at("words.pdf"), "Only words, no document.").unwrap();
    fs::write(at("locked.pdf"), locked()).unwrap();
    fs::copy("tests/fixtures/pdf/damaged.pdf", at("damaged.pdf")).unwrap();
    let bombed = bomb(&at("bomb.docx"));
    fs::write(at("a\u{202e}fdp.txt"), "Turned around.").unwrap();
    fs::write(at(&format!("{}.txt", "n".repeat(250))), "A long name.").unwrap();
    fs::write(
        folder.join(OsString::from_vec(b"caf\xe9.txt".to_vec())),
        "No UTF-8 name.",
    )
    .unwrap();
    pipe(&at("pipe.pdf"));
    let _socket = UnixListener::bind(at("socket.pdf")).unwrap();
    let mut deep = folder.clone();
    (0..200).for_each(|_| deep.push("deep"));
    fs::create_dir_all(&deep).unwrap();
    fs::write(deep.join("bottom.txt"), "Far down.").unwrap();

    let said = desk.add(&folder).told(1, "type_mismatch");
    is(&said, "good.txt", "added", "");
    is(&said, "empty.pdf", "skipped", "file_empty");
    is(&said, "unreadable.txt", "failed", "file_unreadable");
    is(&said, "around", "skipped", "link_not_followed");
    is(&said, "itself", "failed", "file_unreadable");
    is(&said, "dangling.pdf", "failed", "file_unreadable");
    is(&said, ".hidden.pdf", "skipped", "file_hidden");
    is(&said, "~$open.docx", "skipped", "file_temporary");
    is(&said, "picture.pdf", "added", "type_mismatch");
    is(&said, "words.pdf", "added", "type_mismatch");
    is(&said, "locked.pdf", "added", "encrypted");
    is(&said, "damaged.pdf", "added", "damaged");
    if bombed {
        is(&said, "bomb.docx", "added", "zip_bomb");
    }
    is(&said, "fdp.txt", "added", "");
    is(&said, "nnn.txt", "added", "");
    is(&said, "caf\u{fffd}.txt", "added", "");
    is(&said, "bottom.txt", "added", "");
    is(&said, "pipe.pdf", "skipped", "not_a_file");
    is(&said, "socket.pdf", "skipped", "not_a_file");
    let tally = &said["tally"];
    let of = |key: &str| tally[key].as_u64().unwrap();
    let parts = ["added", "same_bytes", "same_work", "skipped", "failed"];
    assert_eq!(of("seen"), parts.iter().map(|key| of(key)).sum::<u64>());
    for problem in said["problems"].as_array().unwrap() {
        assert!(
            !problem["message"].as_str().unwrap().contains('—'),
            "{problem}"
        );
    }
    let again = desk.add(&folder);
    assert_eq!(again.json["tally"]["added"], 0, "{}", again.json);
    assert_eq!(again.json["tally"]["same_bytes"], tally["added"]);
    desk.whole();
}

/// The most memory the command on this desk and its workers held at once, in kB, until `over`.
#[cfg(target_os = "linux")]
fn most_memory(desk: &Desk, over: &std::sync::atomic::AtomicBool) -> u64 {
    let store = desk.store.to_str().unwrap();
    let below = |pid: u32| -> Vec<u32> {
        let tasks = fs::read_dir(format!("/proc/{pid}/task"));
        let told = tasks
            .into_iter()
            .flatten()
            .flatten()
            .map(|task| fs::read_to_string(task.path().join("children")).unwrap_or_default());
        let told: String = told.collect::<Vec<_>>().join(" ");
        told.split_whitespace()
            .filter_map(|pid| pid.parse().ok())
            .collect()
    };
    let mut most = 0;
    while !over.load(std::sync::atomic::Ordering::Relaxed) {
        // Other tests of this process start commands of their own.
        let mut all = below(std::process::id());
        all.retain(|pid| {
            fs::read(format!("/proc/{pid}/cmdline"))
                .is_ok_and(|line| String::from_utf8_lossy(&line).contains(store))
        });
        let mut at = 0;
        while let Some(pid) = all.get(at).copied() {
            all.extend(below(pid));
            at += 1;
        }
        let held = |pid: &u32| -> u64 {
            // What several of them share counts once.
            let rollup =
                fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
            let line = rollup.lines().find(|line| line.starts_with("Pss:"));
            line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
                .unwrap_or(0)
        };
        most = most.max(all.iter().map(held).sum());
        std::thread::sleep(Duration::from_millis(20));
    }
    most
}

/// Two hundred of the ugliest files: each has its verdict, and all of it stays small.
#[cfg(target_os = "linux")]
#[test]
fn a_hostile_folder_is_gone_through() {
    let desk = Desk::new();
    let folder = desk.path("hostile");
    fs::create_dir(&folder).unwrap();
    let files = hostile::fill(&folder);
    assert!(files >= 200, "{files}");
    let over = std::sync::atomic::AtomicBool::new(false);
    let began = Instant::now();
    let (said, most) = std::thread::scope(|scope| {
        let watching = scope.spawn(|| most_memory(&desk, &over));
        // A command that hangs must not leave the watcher looking on for ever.
        let said = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| desk.add(&folder)));
        over.store(true, std::sync::atomic::Ordering::Relaxed);
        let most = watching.join().unwrap();
        (
            said.unwrap_or_else(|hung| std::panic::resume_unwind(hung)),
            most,
        )
    });
    let took = began.elapsed();
    eprintln!("{files} hostile files: {took:?}, {most} kB");
    for item in said.json["items"].as_array().unwrap() {
        let stopped = item["problems"].as_array().unwrap().iter().any(|problem| {
            let code = problem["code"].as_str().unwrap();
            code.starts_with("took_too") || code == "reader_failed"
        });
        if stopped {
            eprintln!("{} {}", item["path"], item["problems"][0]["code"]);
        }
    }
    let tally = &said.json["tally"];
    let of = |key: &str| tally[key].as_u64().unwrap();
    assert_eq!(of("seen"), files as u64, "{tally}");
    let parts = ["added", "same_bytes", "same_work", "skipped", "failed"];
    assert_eq!(of("seen"), parts.iter().map(|key| of(key)).sum::<u64>());
    assert!(most < 500_000, "{most} kB");
    is(
        &said.json,
        "five gigabytes.pdf",
        "skipped",
        "file_too_large",
    );
    is(&said.json, "bomb.docx", "added", "zip_bomb");
    is(&said.json, "picture.pdf", "added", "type_mismatch");
    is(&said.json, "fdp.exe", "added", "name_misleading");
    for item in said.json["items"].as_array().unwrap() {
        for problem in item["problems"].as_array().unwrap() {
            for key in ["message", "next"] {
                assert!(
                    problem[key].as_str().is_some_and(|words| !words.is_empty()),
                    "{item}"
                );
            }
        }
    }
    let again = desk.add(&folder);
    assert_eq!(again.json["tally"]["added"], 0);
    desk.whole();
}

#[test]
fn what_is_no_file_is_named_and_nothing_hangs() {
    let desk = Desk::new();
    let id = desk.draft(&[]).done()["draft"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let fifo = desk.path("pipe.md");
    pipe(&fifo);
    for path in [fifo.as_path(), Path::new("/dev/full"), desk.home.path()] {
        let said = desk.body(path).told(2, "not_a_file");
        assert_eq!(said["problems"][0]["subject"], path.to_str().unwrap());
        desk.run([OsStr::new("import"), path.as_ref()])
            .told(2, "not_a_file");
        desk.run([OsStr::new("attach"), id.as_ref(), path.as_ref()])
            .told(2, "not_a_file");
    }
    for path in [fifo.as_path(), Path::new("/dev/zero")] {
        assert_eq!(desk.add(path).json["tally"]["skipped"], 1);
    }
    desk.add(&desk.path("nothing")).told(1, "path_not_found");
    desk.body(&desk.path("nothing")).told(2, "path_not_found");
    desk.whole();
}

#[test]
fn stores_that_cannot_be_used() {
    let desk = Desk::new();
    let check = |store: &Path| desk.run_with(store, ["check"], "");
    let file = desk.file("file", "no folder");
    check(&file).told(2, "not_a_folder");
    check(&file.join("below")).told(2, "not_a_folder");
    assert_eq!(fs::read(&file).unwrap(), b"no folder");
    let random = desk.path("random");
    fs::create_dir(&random).unwrap();
    let bytes: Vec<u8> = (0..50_000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    fs::write(random.join("desk.sqlite3"), &bytes).unwrap();
    check(&random).told(5, "desk_damaged");
    assert_eq!(fs::read(random.join("desk.sqlite3")).unwrap(), bytes);

    let database = desk.store.join("desk.sqlite3");
    let conn = rusqlite::Connection::open(&database).unwrap();
    conn.execute_batch("BEGIN EXCLUSIVE").unwrap();
    desk.init().told(5, "desk_busy");
    conn.execute_batch("ROLLBACK").unwrap();
    let lock = fs::File::open(desk.store.join("lock")).unwrap();
    lock.lock().unwrap();
    check(&desk.store).told(5, "desk_busy");
    lock.unlock().unwrap();
    desk.whole();
    conn.pragma_update(None, "user_version", 99).unwrap();
    drop(conn);
    let before = fs::read(&database).unwrap();
    desk.init().told(5, "desk_newer");
    assert!(fs::read(&database).unwrap() == before);
}

#[test]
fn what_the_system_denies_is_said_with_its_name() {
    let desk = Desk::of_an_ordinary_user();
    let closed = desk.path("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).unwrap();
    let names = |said: Value, what: &Path| {
        let subject = said["problems"][0]["subject"].as_str().unwrap().to_owned();
        assert_eq!(subject, what.to_str().unwrap(), "{said}");
    };
    let store = closed.join("desk");
    names(
        desk.run_with(&store, ["check"], "")
            .told(5, "access_denied"),
        &store,
    );
    let backup = closed.join("b");
    names(
        desk.run([OsStr::new("backup"), "--to".as_ref(), backup.as_ref()])
            .told(5, "access_denied"),
        &backup,
    );
    let secret = desk.file("secret.md", "Nobody may read this.");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o000)).unwrap();
    names(desk.body(&secret).told(5, "access_denied"), &secret);
    assert_eq!(desk.add(&secret).json["tally"]["failed"], 1);
    desk.whole();
    // The desk itself: nothing is written, and what can be read still is.
    fs::set_permissions(
        desk.store.join("desk.sqlite3"),
        fs::Permissions::from_mode(0o000),
    )
    .unwrap();
    desk.run(["check"]).told(5, "access_denied");
}

#[test]
fn backups_and_databases_that_are_none_are_named() {
    let desk = Desk::new();
    let nowhere = desk.path("nowhere");
    let to = nowhere.join("b");
    let said = desk
        .run([OsStr::new("backup"), "--to".as_ref(), to.as_ref()])
        .told(2, "path_not_found");
    assert_eq!(said["problems"][0]["subject"], nowhere.to_str().unwrap());
    let restore = |file: &Path| {
        let into = desk.path("into");
        desk.run([
            OsStr::new("restore"),
            file.as_ref(),
            "--into".as_ref(),
            into.as_ref(),
        ])
    };
    let said = restore(&nowhere).told(2, "path_not_found");
    assert_eq!(said["problems"][0]["subject"], nowhere.to_str().unwrap());
    restore(&desk.file("words", "no backup")).told(5, "not_a_backup");
    let other = desk.path("other");
    fs::create_dir(&other).unwrap();
    let file = other.join("desk.sqlite3");
    let conn = rusqlite::Connection::open(&file).unwrap();
    conn.execute_batch("CREATE TABLE bookmarks (url TEXT);")
        .unwrap();
    drop(conn);
    let before = fs::read(&file).unwrap();
    let said = desk.run_with(&other, ["check"], "").told(5, "not_a_desk");
    assert_eq!(said["problems"][0]["subject"], file.to_str().unwrap());
    assert!(fs::read(&file).unwrap() == before);
}

#[test]
fn a_damaged_file_is_found_and_put_right_by_bringing_it_in_again() {
    let desk = Desk::new();
    let (one, two) = (
        desk.file("one.txt", "The first."),
        desk.file("two.txt", "The second."),
    );
    let mut stored = Vec::new();
    for file in [&one, &two] {
        let said = desk.add(file).done();
        let sha256 = said["items"][0]["sha256"].as_str().unwrap().to_owned();
        stored.push(desk.store.join("blobs").join(&sha256[..2]).join(&sha256));
    }
    let put = |path: &Path, bytes: &str| {
        fs::remove_file(path).unwrap();
        fs::write(path, bytes).unwrap();
    };
    put(&stored[0], "evil");
    fs::remove_file(&stored[1]).unwrap();
    let said = desk.run(["check"]).told(5, "blob_damaged");
    assert_eq!(said["store"]["missing"].as_array().unwrap().len(), 1);
    for file in [&one, &two] {
        assert_eq!(desk.add(file).done()["tally"]["same_bytes"], 1);
    }
    desk.whole();
    // Of the same length, seen when the file is read: under another name.
    put(&stored[0], "The fi?st.");
    desk.run(["check"]).told(5, "blob_damaged");
    desk.add(&desk.file("copy.txt", "The first.")).done();
    desk.whole();
    // And, once it was found, by the very file it came from, untouched.
    put(&stored[1], "The s?cond.");
    desk.run(["check"]).told(5, "blob_damaged");
    assert_eq!(desk.add(&two).done()["tally"]["same_bytes"], 1);
    desk.whole();
}

#[test]
fn words_and_bodies_nobody_meant() {
    let desk = Desk::new();
    desk.body(&desk.file("huge.md", "word ".repeat(2_000_000)))
        .told(3, "file_too_large");
    desk.body(&desk.file("long.md", "word ".repeat(1_000_000)))
        .told(3, "body_too_long");
    desk.body(&desk.file("bytes.md", [0xff_u8, 0xfe, 0, 0x80, 0xc3, 0x28]))
        .told(3, "file_unreadable");
    for (name, text) in [("quotes", "> "), ("lists", "- "), ("brackets", "[")] {
        desk.body(&desk.file(name, format!("{}deep", text.repeat(2000))))
            .done();
    }
    let refused = |more: &[&str], code: &str| {
        let more: Vec<&OsStr> = more.iter().map(OsStr::new).collect();
        desk.draft(&more).told(2, code);
    };
    refused(&["--field", "nosuch=1"], "unknown_field");
    refused(&["--field", "no equals sign"], "bad_argument");
    refused(&["--area", "ta99"], "unknown_area");
    for id in ["abc", "x; drop table draft", "../../etc/passwd"] {
        desk.run(["draft", "show", id]).told(2, "bad_id");
        desk.run(["draft", "edit", id, "--title", "T"])
            .told(2, "bad_id");
    }
    desk.run(["draft", "show", "01a200a9-33e4-763f-bce3-da334d6c875a"])
        .told(2, "not_found");
    desk.run(["search", "\"AND*("]).done();
    desk.run(["search", "NEAR(deep deep) OR col:x ^-"]).done();
    desk.run(["search", "\"*("]).told(3, "empty_query");
    desk.run(["--lang", "xx", "stats"]).told(2, "usage");
    desk.whole();
}

struct Practice(Child, Value);

impl Practice {
    fn start(data: &Path, fault: &str) -> Self {
        let mut child = Command::new(CLI)
            .args([
                "practice",
                "--listen",
                "127.0.0.1:0",
                "--fault",
                fault,
                "--data",
            ])
            .arg(data)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        Self(child, serde_json::from_str(&line).unwrap())
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn portals_that_misbehave_are_named_and_the_others_go_on() {
    let desk = Desk::new();
    let id = desk.approved();
    desk.run(["portal", "add", "bad", "not an address"])
        .told(2, "bad_url");
    for (fault, code, exit) in [
        ("stall*always", "time_over", 4),
        ("captive", "captive_portal", 4),
        ("lie_hash", "receipt_differs", 4),
        ("500", "portal_down", 4),
        ("401", "credentials", 4),
        ("413", "too_large_for_portal", 1),
    ] {
        let practice = Practice::start(&desk.path(fault), fault);
        let url = practice.1["url"].as_str().unwrap();
        let token = practice.1["token"].as_str().unwrap();
        desk.run_with(
            &desk.store,
            ["portal", "add", "bad", url, "--kind", "contract"],
            token,
        );
        // What never answers is given up; everything else is told by itself.
        let most = if code == "time_over" { "4" } else { "120" };
        let said = desk
            .run(["send", "--portal", "bad", "--timeout", most])
            .told(exit, code);
        assert_eq!(
            said["problems"][0]["subject"],
            id.as_str(),
            "{fault}: {said}"
        );
        assert!(
            !said["problems"][0]["message"]
                .as_str()
                .unwrap()
                .starts_with("\u{2068}\u{2069}"),
            "{said}"
        );
        desk.run(["portal", "remove", "bad"]).done();
    }
    desk.run_with(
        &desk.store,
        [
            "portal",
            "add",
            "gone",
            "http://127.0.0.1:1/",
            "--kind",
            "contract",
        ],
        "t",
    )
    .told(1, "portal_not_reached");
    desk.run(["portal", "test", "gone"])
        .told(4, "portal_not_reached");
    let practice = Practice::start(&desk.path("good"), "");
    let url = practice.1["url"].as_str().unwrap();
    let token = practice.1["token"].as_str().unwrap();
    desk.run_with(
        &desk.store,
        ["portal", "add", "good", url, "--kind", "contract"],
        token,
    )
    .done();
    desk.run(["outbox", "add", &id, "--portal", "good"]).done();
    let said = desk.run(["send", "--timeout", "120"]);
    assert!(
        !said.json["delivered"].as_array().unwrap().is_empty(),
        "{}",
        said.json
    );
    desk.whole();
}

struct Mounted(PathBuf);

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

fn mount(at: &Path, options: &str) -> bool {
    let args = ["-t", "tmpfs", "-o", options, "tmpfs"];
    Command::new("mount")
        .args(args)
        .arg(at)
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|s| s.success())
}

#[test]
fn a_full_disk_is_said_and_nothing_acknowledged_is_lost() {
    let mut desk = Desk::new();
    let disk = desk.path("disk");
    fs::create_dir(&disk).unwrap();
    if !is_root() || !mount(&disk, "size=3m") {
        let _ = writeln!(
            std::io::stderr(),
            "skipped: no small disk can be mounted here"
        );
        return;
    }
    let _mounted = Mounted(disk.clone());
    desk.store = disk.join("desk");
    desk.init().done();
    let ballast = disk.join("ballast");
    fs::write(&ballast, vec![7_u8; 1_000_000]).unwrap();
    let body = desk.file("body.md", "word ".repeat(20_000));
    let mut kept = 0;
    let refused = loop {
        let said = desk.body(&body);
        if said.exit != 0 {
            break said;
        }
        kept += 1;
        assert!(kept < 100, "the disk is never full");
    };
    refused.told(5, "disk_full");
    let big = desk.file(
        "big.bin",
        (0..2_000_000_u32)
            .map(|n| (n >> 3) as u8)
            .collect::<Vec<_>>(),
    );
    desk.add(&big).told(5, "disk_full");
    assert_eq!(desk.whole()["store"]["drafts"], kept);
    fs::remove_file(&ballast).unwrap();
    desk.body(&body).done();
    assert_eq!(desk.whole()["store"]["drafts"], kept + 1);
}
