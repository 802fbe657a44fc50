//! Several people on one machine, and locked desks, through the command line.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::runner::Desk;

const WORDS: &[&str] = &["quokkazanzibar", "سرالوزارة"];
const PASSPHRASE: &str = "QALAM_DESK_PASSPHRASE";
const NEW_PASSPHRASE: &str = "QALAM_DESK_NEW_PASSPHRASE";

/// The command line on another desk than the room's own.
fn at(desk: &Desk, store: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qalam-cli"));
    command
        .arg("--store")
        .arg(store)
        .arg("--secrets")
        .arg(format!("file:{}", desk.path("secrets.age").display()))
        .env("QALAM_PASSPHRASE", "only for this test")
        .env("LANG", "en_US.UTF-8")
        .env_remove("LC_ALL")
        .stdin(Stdio::null());
    command
}

/// Runs a command with passphrases; its exit code and its JSON.
fn run(desk: &Desk, store: &Path, given: &[(&str, &str)], args: &[&str]) -> (i32, Value) {
    let mut command = at(desk, store);
    command.arg("--json").args(args);
    for (name, value) in given {
        command.env(name, value);
    }
    let output = command.output().unwrap();
    let told = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}: {}", String::from_utf8_lossy(&output.stderr));
    });
    (output.status.code().unwrap(), told)
}

fn done(desk: &Desk, store: &Path, given: &[(&str, &str)], args: &[&str]) -> Value {
    let (code, told) = run(desk, store, given, args);
    assert_eq!(code, 0, "{args:?}: {told}");
    told
}

/// Files below `dir` that hold one of the words.
fn readable(dir: &Path, without: Option<&Path>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut left = vec![dir.to_owned()];
    while let Some(folder) = left.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if Some(&*path) == without {
                continue;
            }
            if path.is_dir() {
                left.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            let holds = |word: &&str| {
                bytes
                    .windows(word.len())
                    .any(|part| part == word.as_bytes())
            };
            if WORDS.iter().any(holds) {
                found.insert(path.display().to_string());
            }
        }
    }
    found
}

fn write_something(desk: &Desk, store: &Path, given: &[(&str, &str)]) -> String {
    done(
        desk,
        store,
        given,
        &["init", "--owner", "TR", "--name", "Amina", "--role", "both"],
    );
    let file = desk.path("figures.csv");
    std::fs::write(&file, format!("{},1\n", WORDS[0]).repeat(5_000)).unwrap();
    let draft = done(
        desk,
        store,
        given,
        &[
            "draft", "new", "--type", "news", "--lang", "ar", "--title", WORDS[1],
        ],
    )["draft"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    done(
        desk,
        store,
        given,
        &["attach", &draft, &file.display().to_string()],
    );
    std::fs::remove_file(&file).unwrap();
    draft
}

#[test]
fn a_desk_is_locked_used_and_opened_for_good() {
    let desk = Desk::new();
    let store = desk.path("locked");
    let draft = write_something(&desk, &store, &[]);
    done(&desk, &store, &[], &["key", "new", "--name", "first"]);
    assert!(!readable(&store, None).is_empty());
    let right = [(PASSPHRASE, "four ordinary words here")];
    let (code, told) = run(&desk, &store, &[], &["desk", "lock"]);
    assert_eq!(
        (code, &told["problems"][0]["code"]),
        (2, &"bad_argument".into())
    );
    let (code, told) = run(&desk, &store, &[(PASSPHRASE, "short")], &["desk", "lock"]);
    assert_eq!(
        (code, &told["problems"][0]["code"]),
        (3, &"passphrase_short".into())
    );

    let locked = done(&desk, &store, &right, &["desk", "lock"]);
    assert_eq!(locked["locked"], true);
    let paper = locked["paper"].as_str().unwrap().to_owned();
    assert_eq!(paper.trim().lines().count(), 4);
    assert_eq!(readable(&store, None), BTreeSet::new());
    assert_eq!(done(&desk, &store, &[], &["desk", "state"])["locked"], true);
    let people = done(&desk, &store, &[], &["profile", "list"]);
    assert_eq!(people["people"][0]["name"], "Amina");

    // Without the passphrase nothing; with it everything, as promised for any desk.
    for args in [
        &["draft", "list"] as &[&str],
        &["search", WORDS[0]],
        &["check"],
        &["stats"],
    ] {
        let (code, told) = run(&desk, &store, &[], args);
        assert_eq!(
            (code, &told["problems"][0]["code"]),
            (5, &"desk_locked".into())
        );
    }
    let (code, told) = run(
        &desk,
        &store,
        &[(PASSPHRASE, "four other words here")],
        &["check"],
    );
    assert_eq!(
        (code, &told["problems"][0]["code"]),
        (3, &"desk_passphrase_wrong".into())
    );
    let shown = done(&desk, &store, &right, &["draft", "show", &draft]);
    assert!(shown.to_string().contains(WORDS[1]));
    assert_eq!(done(&desk, &store, &right, &["check"])["store"]["ok"], true);
    let hits = done(&desk, &store, &right, &["search", WORDS[1]]);
    assert_eq!(hits["hits"].as_array().unwrap().len(), 1);
    done(&desk, &store, &right, &["key", "new", "--name", "second"]);
    done(&desk, &store, &right, &["rehearse"]);
    let out = desk.path("everything");
    done(
        &desk,
        &store,
        &right,
        &["export", "--to", &out.display().to_string()],
    );
    assert!(
        !readable(&out, None).is_empty(),
        "an export is readable without Qalam"
    );
    assert_eq!(readable(&store, None), BTreeSet::new());

    // A file with the passphrase, another passphrase, and the lines on paper.
    let file = desk.path("passphrase");
    std::fs::write(&file, "four ordinary words here\n").unwrap();
    let by_file = [("QALAM_DESK_PASSPHRASE_FILE", file.to_str().unwrap())];
    done(&desk, &store, &by_file, &["draft", "list"]);
    let change = [right[0], (NEW_PASSPHRASE, "five new ordinary words here")];
    done(&desk, &store, &change, &["desk", "passphrase"]);
    assert_eq!(run(&desk, &store, &right, &["draft", "list"]).0, 3);
    let new = [(PASSPHRASE, "five new ordinary words here")];
    done(&desk, &store, &new, &["draft", "list"]);
    let mut command = at(&desk, &store);
    command.args(["--json", "desk", "recover"]);
    command.env(NEW_PASSPHRASE, "after the paper was found");
    command.stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::null()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), paper.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    let found = [(PASSPHRASE, "after the paper was found")];
    done(&desk, &store, &found, &["desk", "unlock"]);
    assert!(!readable(&store, None).is_empty());
    assert_eq!(done(&desk, &store, &[], &["check"])["store"]["ok"], true);
    // The keys made before, while and after are all there to sign with.
    assert_eq!(
        done(&desk, &store, &[], &["key", "list"])["keys"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn people_have_desks_keys_and_secrets_of_their_own() {
    let desk = Desk::new();
    let machine = desk.path("machine");
    write_something(&desk, &machine, &[]);
    let people = done(&desk, &machine, &[], &["profile", "add", "Karim"]);
    let karim = people["people"][1].clone();
    assert_eq!(
        (&karim["name"], &karim["locked"]),
        (&"Karim".into(), &false.into())
    );
    let his = Path::new(karim["store"].as_str().unwrap()).to_owned();
    let (code, _) = run(&desk, &machine, &[], &["profile", "add", "Karim"]);
    assert_eq!(code, 2);
    done(
        &desk,
        &his,
        &[],
        &["init", "--owner", "TR", "--name", "Karim", "--role", "both"],
    );
    // Nothing of one is on the other's desk.
    let drafts = done(&desk, &his, &[], &["draft", "list"]);
    assert_eq!(drafts["drafts"].as_array().unwrap().len(), 0);
    assert_eq!(
        done(&desk, &his, &[], &["search", WORDS[0]])["hits"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
    done(&desk, &machine, &[], &["key", "new", "--name", "hers"]);
    assert_eq!(
        done(&desk, &his, &[], &["key", "list"])["keys"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
    // One is locked, the other is not: only the locked one wants a word.
    done(
        &desk,
        &machine,
        &[(PASSPHRASE, "four ordinary words here")],
        &["desk", "lock"],
    );
    assert_eq!(readable(&machine, None), BTreeSet::new());
    done(&desk, &his, &[], &["draft", "list"]);
    let people = done(&desk, &machine, &[], &["profile", "list"]);
    assert_eq!(people["people"][0]["locked"], true);
}

/// Runs a command at a terminal of its own, typing each answer when its question is there. Everything
/// that was shown, and whether it went well.
#[cfg(target_os = "linux")]
fn at_a_terminal(
    desk: &Desk,
    store: &Path,
    args: &[&str],
    answers: &[(&str, &str)],
) -> (bool, String) {
    use std::io::{Read, Write};

    let quoted: Vec<String> = std::iter::once(env!("CARGO_BIN_EXE_qalam-cli"))
        .chain(["--store", store.to_str().unwrap(), "--secrets"])
        .map(str::to_owned)
        .chain([format!("file:{}", desk.path("secrets.age").display())])
        .chain(args.iter().map(|arg| (*arg).to_owned()))
        .map(|word| format!("'{word}'"))
        .collect();
    let mut child = Command::new("script")
        .args([
            "-qec",
            &format!("tty; exec {}", quoted.join(" ")),
            "/dev/null",
        ])
        .env("QALAM_PASSPHRASE", "only for this test")
        .env("LANG", "en_US.UTF-8")
        .env_remove("LC_ALL")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut keys, mut screen) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut shown = String::new();
    let mut from = 0;
    for (question, answer) in answers {
        while !shown[from..].contains(question) {
            let mut bytes = [0; 256];
            let count = screen.read(&mut bytes).unwrap();
            assert!(count > 0, "{question} was not asked: {shown}");
            shown.push_str(&String::from_utf8_lossy(&bytes[..count]));
        }
        from = shown.len();
        // It asks, and from the next moment on shows nothing of what is typed.
        let terminal = shown.lines().next().unwrap().trim();
        let is_silent = || {
            let state = Command::new("stty").args(["-F", terminal, "-a"]).output();
            let state = String::from_utf8_lossy(&state.unwrap().stdout).into_owned();
            state.split_whitespace().any(|word| word == "-echo")
        };
        while !answer.is_empty() && !is_silent() {
            std::thread::yield_now();
        }
        writeln!(keys, "{answer}").unwrap();
    }
    screen.read_to_string(&mut shown).unwrap();
    drop(keys);
    (child.wait().unwrap().success(), shown)
}

#[cfg(target_os = "linux")]
#[test]
fn a_passphrase_is_asked_at_the_terminal_and_never_shown() {
    let desk = Desk::new();
    let store = desk.path("machine");
    write_something(&desk, &store, &[]);
    let (first, second) = ("four ordinary words here", "five new ordinary words here");
    let lock = [
        ("New passphrase of the desk:", first),
        ("Once more:", "four ordinary wrods here"),
        ("not the same", ""),
    ];
    // A slip of the finger locks nobody out.
    let (_, shown) = at_a_terminal(&desk, &store, &["desk", "lock"], &lock);
    assert!(!shown.contains("ordinary"), "{shown}");
    assert_eq!(
        done(&desk, &store, &[], &["desk", "state"])["locked"],
        false
    );
    let lock = [
        ("New passphrase of the desk:", first),
        ("Once more:", first),
    ];
    let (well, shown) = at_a_terminal(&desk, &store, &["desk", "lock"], &lock);
    assert!(well && !shown.contains("ordinary"), "{shown}");
    assert_eq!(done(&desk, &store, &[], &["desk", "state"])["locked"], true);
    let (well, _) = at_a_terminal(
        &desk,
        &store,
        &["draft", "list"],
        &[("Passphrase of the desk:", "some other words here")],
    );
    assert!(!well);
    let change = [
        ("Passphrase of the desk:", first),
        ("New passphrase of the desk:", second),
        ("Once more:", second),
    ];
    assert!(at_a_terminal(&desk, &store, &["desk", "passphrase"], &change).0);
    let unlock = [("Passphrase of the desk:", second)];
    let (well, shown) = at_a_terminal(&desk, &store, &["desk", "unlock"], &unlock);
    assert!(well && !shown.contains("ordinary"), "{shown}");
    assert_eq!(done(&desk, &store, &[], &["check"])["store"]["ok"], true);
}

/// What lies in a folder, as far as names and lengths tell.
#[cfg(unix)]
fn listing(dir: &Path) -> BTreeSet<(std::path::PathBuf, u64)> {
    let mut found = BTreeSet::new();
    let mut left = vec![dir.to_owned()];
    while let Some(folder) = left.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(facts) if facts.is_dir() => left.push(entry.path()),
                Ok(facts) => drop(found.insert((entry.path(), facts.len()))),
                Err(_) => {}
            }
        }
    }
    found
}

/// Kills the command line with SIGKILL once the folder has changed so many times. How often it was seen
/// to change, and whether the process was still at work.
#[cfg(unix)]
fn killed_after(
    desk: &Desk,
    store: &Path,
    given: &[(&str, &str)],
    args: &[&str],
    changes: u64,
) -> (u64, bool) {
    let mut command = at(desk, store);
    command.args(args).envs(given.iter().copied());
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (mut before, mut seen) = (listing(store), 0);
    while seen < changes {
        if child.try_wait().unwrap().is_some() {
            return (seen, false);
        }
        let now = listing(store);
        if now != before {
            before = now;
            seen += 1;
        }
    }
    child.kill().unwrap();
    // Killed, and not ended by itself in the last moment.
    (seen, child.wait().unwrap().code().is_none())
}

#[cfg(unix)]
#[test]
fn a_desk_killed_while_it_is_locked_or_unlocked_is_whole_and_either() {
    const ROUNDS: u64 = 12;
    let desk = Desk::new();
    let store = desk.path("machine");
    let draft = write_something(&desk, &store, &[]);
    for number in 0..5 {
        let file = desk.path(&format!("{number}.csv"));
        std::fs::write(&file, format!("{};{number}\n", WORDS[0]).repeat(20_000)).unwrap();
        done(
            &desk,
            &store,
            &[],
            &["attach", &draft, &file.display().to_string()],
        );
        std::fs::remove_file(&file).unwrap();
    }
    done(&desk, &store, &[], &["key", "new", "--name", "hers"]);
    let right = [(PASSPHRASE, "four ordinary words here")];
    let (mut dice, mut most, mut hits) = (0x51A7_0005_u64, [24, 24], [0_u32, 0]);
    for round in 0..ROUNDS {
        let was_locked = done(&desk, &store, &[], &["desk", "state"])["locked"] == true;
        let way = usize::from(was_locked);
        dice = dice
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let moment = (dice >> 33) % most[way] + 1;
        let word = ["lock", "unlock"][way];
        let (seen, hit) = killed_after(&desk, &store, &right, &["desk", word], moment);
        if hit {
            hits[way] += 1;
        } else {
            // It has fewer moments than that.
            most[way] = seen.max(2);
        }
        let told = format!(
            "round {round}: {word} killed at change {seen} of {}",
            most[way]
        );
        // Whoever opens it next with the passphrase finishes the work, and finds everything.
        let report = done(&desk, &store, &right, &["check"]);
        assert_eq!(report["store"]["blobs"], 6, "{told}: {report}");
        assert_eq!(report["store"]["ok"], true, "{told}: {report}");
        assert_eq!(
            report["store"]["orphans"],
            serde_json::json!([]),
            "{told}: {report}"
        );
        let is_locked = done(&desk, &store, &[], &["desk", "state"])["locked"] == true;
        if is_locked {
            assert_eq!(readable(&store, None), BTreeSet::new(), "{told}");
        }
        // The private key can still be reached, whatever covers it.
        done(&desk, &store, &right, &["key", "rotate", "hers"]);
    }
    let shown = done(&desk, &store, &right, &["draft", "show", &draft]);
    assert!(shown.to_string().contains(WORDS[1]), "{shown}");
    let often = hits.iter().sum::<u32>() >= 4 && hits.iter().all(|hit| *hit > 0);
    assert!(often, "hardly killed: {hits:?}");
}
