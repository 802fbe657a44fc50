//! `cargo xtask bench intake [--peers] [FOLDER]`: taking in 300 real PDF files, beside what others
//! need for the same work on the same machine: text of every page, a picture of the first, the
//! SHA-256, an index of the words. `--window`: a mixed folder through the real window instead.

use crate::setup;
use crate::shell::{Outcome, command, output, run};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const PLACE: &str = "out/bench/intake";
const FILES: usize = 300;
/// Reports, not leaflets: with these bounds 300 files have about 140 MB and 14,000 pages.
const MIN_BYTES: u64 = 20_000;
const MIN_PAGES: u32 = 5;
/// Debian packages of documentation in many languages; unpacked, not installed.
const DOCUMENTS: &[&str] = &[
    "r-doc-pdf",
    "texlive-games",
    "texlive-humanities-doc",
    "texlive-lang-arabic",
    "texlive-lang-french",
    "texlive-lang-other",
    "texlive-lang-portuguese",
    "texlive-latex-recommended-doc",
    "texlive-science-doc",
];
const MEASURE: &str = "target/release/examples/measure";
const PEER: &str = "\
import hashlib, os, sqlite3, sys
import pymupdf
folder, out = sys.argv[1], sys.argv[2]
db = sqlite3.connect(os.path.join(out, 'index.db'))
db.execute('create virtual table pages using fts5(name, page, text)')
pages = 0
for name in sorted(os.listdir(folder)):
    path = os.path.join(folder, name)
    data = open(path, 'rb').read()
    digest = hashlib.sha256(data).hexdigest()
    try:
        document = pymupdf.open(stream=data, filetype='pdf')
        for number, page in enumerate(document):
            if number == 0:
                scale = 320 / max(page.rect.width, page.rect.height)
                page.get_pixmap(matrix=pymupdf.Matrix(scale, scale)).save(os.path.join(out, digest + '.png'))
            db.execute('insert into pages values (?, ?, ?)', (name, number, page.get_text()))
            pages += 1
    except Exception as error:
        print(name, error, file=sys.stderr)
    db.commit()
print('pages', pages)
";
const POPPLER: &str = "pdfinfo \"$0\" > \"$1/$$.info\"; pdftotext \"$0\" \"$1/$$.txt\"; \
pdftoppm -f 1 -l 1 -scale-to 320 -png \"$0\" \"$1/$$\"; sha256sum \"$0\" > \"$1/$$.sum\"";

pub fn bench(args: &[&str]) -> Outcome {
    let peers = args.contains(&"--peers");
    if args.contains(&"--window") {
        let given = args.iter().find(|arg| !arg.starts_with("--"));
        return through_the_window(given.copied());
    }
    run(&mut command(
        "cargo build --release --quiet -p qalam-desk --example measure",
    ))?;
    let given = args.iter().find(|arg| !arg.starts_with("--"));
    let folder = match given {
        Some(folder) => PathBuf::from(folder),
        None => documents()?,
    };
    let files = count(&folder)?;
    println!("{files} files in {}", folder.display());

    let store = fresh("desk")?;
    let mut ours = Command::new(MEASURE);
    ours.arg("intake").arg(&store).arg(&folder);
    let (numbers, seen) = watched(&mut ours)?;
    let number = |name: &str| numbers.get(name).copied().unwrap_or(f64::NAN);
    let wall = number("wall_ms") / 1000.0;
    println!(
        "Qalam: {wall:.1} s, {:.0} of {files} added; desk process {:.0} MB at most, largest worker {:.0} MB, all together {:.0} MB",
        number("added"),
        number("peak_kb") / 1024.0,
        seen.largest_child / 1024.0,
        seen.together / 1024.0,
    );
    println!(
        "meanwhile the window's questions took {:.1} ms in the middle, {:.1} ms at the 99th of 100, {:.1} ms at most; its saves {:.1}, {:.1} and {:.1} ms",
        number("read_p50_us") / 1000.0,
        number("read_p99_us") / 1000.0,
        number("read_max_us") / 1000.0,
        number("write_p50_us") / 1000.0,
        number("write_p99_us") / 1000.0,
        number("write_max_us") / 1000.0,
    );
    let store = fresh("cancel-desk")?;
    let mut stopped = Command::new(MEASURE);
    stopped.arg("cancel").arg(&store).arg(&folder);
    let (numbers, _) = watched(&mut stopped)?;
    println!(
        "stopped at 20 moments: ended after {:.0} ms at most",
        numbers.get("cancel_max_us").copied().unwrap_or(f64::NAN) / 1000.0
    );
    if peers {
        let python = pymupdf()?;
        let out = fresh("pymupdf")?;
        let (took, seen) = timed(
            Command::new(python)
                .args(["-c", PEER])
                .arg(&folder)
                .arg(&out),
        )?;
        println!(
            "PyMuPDF, one process: {took:.1} s, {:.0} MB; Qalam needs {:.2} of its time",
            seen.together / 1024.0,
            wall / took
        );
        setup::packages(&["poppler-utils"])?;
        let out = fresh("poppler")?;
        let (took, seen) = timed(command("sh -c").arg(format!(
            "find {} -type f -print0 | xargs -0 -P2 -I@ sh -c '{POPPLER}' @ {} 2> /dev/null",
            folder.display(),
            out.display()
        )))?;
        println!(
            "pdfinfo, pdftotext, pdftoppm, sha256sum, two at a time: {took:.1} s, {:.0} MB; Qalam needs {:.2} of their time",
            seen.together / 1024.0,
            wall / took
        );
    }
    copying()?;
    growth()
}

/// How many files the mixed folder has.
const MIXED: usize = 500;
/// Where programs leave pages, notes and pictures of every kind.
const OTHERS: &[&str] = &[
    "/usr/share/doc",
    "/usr/share/pixmaps",
    "/usr/share/icons",
    "/usr/lib",
];
/// What is taken from there.
const KINDS: &[&str] = &[
    "html", "md", "txt", "odt", "docx", "xlsx", "ods", "pptx", "odp", "png", "jpg",
];

/// 500 mixed files through the window, under a display of its own.
fn through_the_window(given: Option<&str>) -> Outcome {
    setup::for_tests()?;
    crate::ui::build()?;
    let folder = match given {
        Some(folder) => PathBuf::from(folder),
        None => mixed()?,
    };
    let folder = folder
        .canonicalize()
        .map_err(|e| format!("{}: {e}", folder.display()))?;
    println!("{} files in {}", count(&folder)?, folder.display());
    let mut under = command("xvfb-run -a --server-args");
    under
        .arg(crate::test::SCREEN)
        .args("dbus-run-session -- cargo bench --features serve --bench window_intake".split(' '));
    run(under.env("QALAM_BENCH_FOLDER", folder))
}

/// The documents, the samples of every kind, and what else this machine has, until there are 500.
fn mixed() -> Outcome<PathBuf> {
    let documents = documents()?;
    let into = fresh("mixed")?;
    let mut sources: Vec<PathBuf> = Vec::new();
    let mut known = std::collections::BTreeSet::new();
    for place in [&documents, &PathBuf::from("tests/fixtures")] {
        sources.extend(files_below(place, None)?);
    }
    for place in OTHERS {
        sources.extend(files_below(Path::new(place), Some(KINDS))?);
    }
    let mut taken = 0;
    for path in sources {
        let Ok(bytes) = std::fs::read(&path) else {
            continue;
        };
        if bytes.len() < 1_000 || taken == MIXED || !known.insert(bytes.clone()) {
            continue;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let target = into.join(format!("{taken:03} {name}"));
        std::fs::write(&target, bytes).map_err(|e| format!("{}: {e}", target.display()))?;
        taken += 1;
    }
    Ok(into)
}

/// Files below a folder, with one of the endings if they are given, in the order of their paths; of
/// those with an ending not more than 60 of one kind, so that none fills the folder alone.
fn files_below(place: &Path, kinds: Option<&[&str]>) -> Outcome<Vec<PathBuf>> {
    if !place.is_dir() {
        return Ok(Vec::new());
    }
    let listed = output(
        command("find")
            .arg(place)
            .args(["-xdev", "-type", "f", "-size", "-4000k"]),
    )?;
    let mut all: Vec<PathBuf> = listed.lines().map(PathBuf::from).collect();
    all.sort();
    let Some(kinds) = kinds else { return Ok(all) };
    let mut many: BTreeMap<String, usize> = BTreeMap::new();
    all.retain(|path| {
        let kind = path
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .to_lowercase();
        let so_far = many.entry(kind.clone()).or_default();
        *so_far += 1;
        kinds.contains(&kind.as_str()) && *so_far <= 60
    });
    Ok(all)
}

/// What nothing can be learnt from is only copied; beside it the same by `cp` and `fsync`.
fn copying() -> Outcome {
    let folder = fresh("opaque")?;
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    for number in 0..FILES {
        let mut bytes = Vec::with_capacity(480_000);
        while bytes.len() < 480_000 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            bytes.extend_from_slice(&state.to_le_bytes());
        }
        let path = folder.join(format!("{number:03}.bin"));
        std::fs::write(&path, bytes).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    let store = fresh("copy-desk")?;
    let to = fresh("copied")?;
    let mut copy = Command::new(MEASURE);
    copy.arg("copy").arg(store).arg(folder).arg(to);
    let (numbers, _) = watched(&mut copy)?;
    let number = |name: &str| numbers.get(name).copied().unwrap_or(f64::NAN);
    println!(
        "{FILES} files of 480 kB that cannot be read: taken in in {:.2} s, cp and fsync {:.2} s, ratio {:.2}",
        number("intake_ms") / 1000.0,
        number("cp_ms") / 1000.0,
        number("intake_ms") / number("cp_ms")
    );
    Ok(())
}

/// Whether the ten-thousandth costs what the hundredth did.
fn growth() -> Outcome {
    let store = fresh("growth-desk")?;
    let folder = fresh("growth")?;
    let mut many = Command::new(MEASURE);
    many.arg("growth").arg(store).arg(folder).arg("10000");
    let (numbers, _) = watched(&mut many)?;
    let each = |to: usize| {
        numbers
            .get(&format!("to_{to}_us_each"))
            .copied()
            .unwrap_or(f64::NAN)
            / 1000.0
    };
    println!(
        "one of 10,000 notes: {:.2} ms among the first 500, {:.2} ms around the 5,000th, {:.2} ms among the last 500, ratio {:.2}",
        each(500),
        each(5_000),
        each(10_000),
        each(10_000) / each(500)
    );
    Ok(())
}

fn fresh(name: &str) -> Outcome<PathBuf> {
    let path = Path::new(PLACE).join(name);
    let failed = |e: std::io::Error| format!("{}: {e}", path.display());
    if path.exists() {
        std::fs::remove_dir_all(&path).map_err(failed)?;
    }
    std::fs::create_dir_all(&path).map_err(failed)?;
    Ok(path)
}

fn count(folder: &Path) -> Outcome<usize> {
    std::fs::read_dir(folder)
        .map(Iterator::count)
        .map_err(|e| format!("{}: {e}", folder.display()))
}

/// The documents of packages, chosen by their hash: the same on every machine with the same
/// packages.
fn documents() -> Outcome<PathBuf> {
    let chosen = Path::new(PLACE).join("documents");
    if chosen.is_dir() && count(&chosen)? == FILES {
        return Ok(chosen);
    }
    setup::packages(&["poppler-utils"])?;
    let unpacked = fresh("packages")?;
    for package in DOCUMENTS {
        run(command("apt-get download -qq")
            .arg(package)
            .current_dir(&unpacked))?;
    }
    for entry in std::fs::read_dir(&unpacked)
        .map_err(|e| e.to_string())?
        .flatten()
    {
        run(command("dpkg-deb -x")
            .arg(entry.path())
            .arg(unpacked.join("x")))?;
    }
    let listed = output(command("find").arg(unpacked.join("x")).args([
        "-name",
        "*.pdf",
        "-size",
        &format!("+{MIN_BYTES}c"),
        "-exec",
        "sha256sum",
        "{}",
        "+",
    ]))?;
    let by_hash: BTreeMap<&str, &str> = listed.lines().filter_map(|l| l.split_once("  ")).collect();
    let chosen = fresh("documents")?;
    let mut taken = 0;
    for (hash, path) in by_hash {
        if taken == FILES {
            break;
        }
        if pages(path) < MIN_PAGES {
            continue;
        }
        let name = Path::new(path)
            .file_name()
            .unwrap_or_default()
            .to_string_lossy();
        let target = chosen.join(format!("{}-{name}", hash.get(..6).unwrap_or(hash)));
        std::fs::copy(path, &target).map_err(|e| format!("{path}: {e}"))?;
        taken += 1;
    }
    std::fs::remove_dir_all(&unpacked).map_err(|e| e.to_string())?;
    Ok(chosen)
}

fn pages(path: &str) -> u32 {
    let told = command("pdfinfo").arg(path).stderr(Stdio::null()).output();
    let told = told
        .map(|out| String::from_utf8_lossy(&out.stdout).into_owned())
        .unwrap_or_default();
    told.lines()
        .find_map(|line| line.strip_prefix("Pages:")?.trim().parse().ok())
        .unwrap_or(0)
}

/// A Python with PyMuPDF in it.
fn pymupdf() -> Outcome<PathBuf> {
    let place = std::env::current_dir()
        .map_err(|e| e.to_string())?
        .join(PLACE)
        .join("venv");
    let python = place.join("bin/python");
    if !python.exists() {
        setup::packages(&["python3-venv"])?;
        run(command("python3 -m venv").arg(&place))?;
        run(Command::new(place.join("bin/pip")).args(["install", "--quiet", "pymupdf"]))?;
    }
    Ok(python)
}

/// The most memory held, in kB.
#[derive(Default)]
struct Seen {
    /// By one process below the first.
    largest_child: f64,
    /// By all of them at once.
    together: f64,
}

/// Runs to the end, looking at its memory; gives the numbers it printed.
fn watched(of: &mut Command) -> Outcome<(BTreeMap<String, f64>, Seen)> {
    let mut child = of
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| format!("did not start: {e}"))?;
    let out = child.stdout.take().ok_or("no output")?;
    let reading = std::thread::spawn(move || std::io::read_to_string(out).unwrap_or_default());
    let seen = watch(&mut child)?;
    let said = reading.join().unwrap_or_default();
    let numbers = said
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(name, value)| Some((name.to_owned(), value.parse().ok()?)))
        .collect();
    Ok((numbers, seen))
}

fn timed(of: &mut Command) -> Outcome<(f64, Seen)> {
    let began = Instant::now();
    let mut child = of
        .stdout(Stdio::null())
        .spawn()
        .map_err(|e| format!("did not start: {e}"))?;
    let seen = watch(&mut child)?;
    Ok((began.elapsed().as_secs_f64(), seen))
}

fn watch(child: &mut Child) -> Outcome<Seen> {
    let mut seen = Seen::default();
    loop {
        if let Some(status) = child.try_wait().map_err(|e| e.to_string())? {
            return match status.success() {
                true => Ok(seen),
                false => Err(format!("ended with {status}")),
            };
        }
        let mut together = 0.0;
        for pid in below(child.id()) {
            let kb = |key| memory(pid, key).unwrap_or(0.0);
            together += kb("VmRSS:");
            if pid != child.id() {
                seen.largest_child = seen.largest_child.max(kb("VmHWM:"));
            }
        }
        seen.together = seen.together.max(together);
        std::thread::sleep(Duration::from_millis(25));
    }
}

/// A process and all it started.
fn below(root: u32) -> Vec<u32> {
    let mut all = vec![root];
    let mut at = 0;
    while let Some(pid) = all.get(at).copied() {
        let tasks = std::fs::read_dir(format!("/proc/{pid}/task"));
        for task in tasks.into_iter().flatten().flatten() {
            let children =
                std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
            all.extend(
                children
                    .split_whitespace()
                    .filter_map(|pid| pid.parse::<u32>().ok()),
            );
        }
        at += 1;
    }
    all
}

fn memory(pid: u32, key: &str) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with(key))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
