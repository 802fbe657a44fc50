//! The main job without a window: the same desk, rules and courier through `qalam-cli`, on real
//! files, each command and its answer printed.

use crate::shell::{Outcome, command};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const FOLDER: &str = "out/demo";
/// Enough to see a folder being worked through, few enough to read along.
const MOST_FILES: usize = 20;

pub fn demo() -> Outcome {
    let cli = built_cli()?;
    if Path::new(FOLDER).exists() {
        std::fs::remove_dir_all(FOLDER).map_err(|e| format!("cannot empty {FOLDER}: {e}"))?;
    }
    std::fs::create_dir_all(FOLDER).map_err(|e| format!("cannot make {FOLDER}: {e}"))?;
    let desk = Desk { cli: cli.clone() };

    say("Say who you are");
    desk.show(&[
        "init",
        "--owner",
        "TR",
        "--name",
        "Sample Focal Point",
        "--role",
        "both",
    ])?;

    say("Start pieces in three languages");
    let mut drafts = Vec::new();
    for (lang, title, summary) in [
        (
            "ar",
            "إطلاق حملة التطعيم ضد الحصبة في ثلاث محافظات",
            "حملة تستمر عشرة أيام لتطعيم ٢٤٠ ألف طفل ضد الحصبة والحصبة الألمانية في ثلاث محافظات.",
        ),
        (
            "fr",
            "Une école de sages-femmes ouvre ses portes",
            "Cent vingt élèves par an, quatorze mois de travaux : la nouvelle école rapproche les soins des familles.",
        ),
        (
            "en",
            "Seven mobile clinics reach the northern districts",
            "Seven mobile clinics with a fixed weekly round now serve districts up to 90 kilometres from a hospital.",
        ),
    ] {
        let body = format!("tests/fixtures/texts/{lang}.md");
        let answer = desk.json(&[
            "draft",
            "new",
            "--type",
            "news",
            "--lang",
            lang,
            "--title",
            title,
            "--summary",
            summary,
            "--body-file",
            &body,
            "--area",
            "ta1",
            "--field",
            "eventDate=2026-03-12",
            "--field",
            "place=Sample City",
        ])?;
        drafts.push(between(&answer, "\"id\":\"", "\"").ok_or("no draft id in the answer")?);
    }

    say("Add a folder of publications");
    let files = real_pdfs();
    let source = Path::new(FOLDER).join("publications");
    std::fs::create_dir_all(&source).map_err(|e| e.to_string())?;
    for file in &files {
        if let Some(name) = file.file_name() {
            std::fs::copy(file, source.join(name))
                .map_err(|e| format!("{}: {e}", file.display()))?;
        }
    }
    println!(
        "({} PDF files, copied from this machine's documentation and the sample newsroom)",
        files.len()
    );
    desk.show(&["publications", "add", &source.to_string_lossy()])?;
    desk.show(&["search", "التطعيم"])?;
    if let (Some(first), Some(file)) = (drafts.first(), files.first()) {
        desk.show(&["attach", first, &file.to_string_lossy()])?;
    }

    say("Ask for review, approve");
    for draft in &drafts {
        desk.show(&["review", "submit", draft])?;
        desk.show(&["review", "approve", draft])?;
    }

    say("Open the practice portal and send");
    let practice = Practice::start(&cli)?;
    desk.with_secret(
        &[
            "portal",
            "add",
            "training",
            &practice.url,
            "--kind",
            "contract",
        ],
        &practice.token,
    )?;
    desk.show(&["send", "--until-empty", "--timeout", "120"])?;
    desk.show(&["outbox", "list"])?;

    say("Look at it on the portal's own pages");
    for page in ["/en/", "/fr/", "/ar/"] {
        let html = get(&practice.url, page)?;
        println!(
            "{}{page}: {} characters, titles:",
            practice.url.trim_end_matches('/'),
            html.chars().count()
        );
        for title in headings(&html) {
            println!("    {title}");
        }
    }
    say("The desk is whole");
    desk.show(&["check"])?;
    println!(
        "\nEverything is in {FOLDER}. The same desk in a window, where there is a display:\n  QALAM_STORE={FOLDER}/store target/release/qalam"
    );
    Ok(())
}

fn built_cli() -> Outcome<PathBuf> {
    let built = Path::new("target/release/qalam-cli");
    if !built.exists() {
        crate::shell::run(&mut command(
            "cargo build --release --no-default-features --bin qalam-cli",
        ))?;
    }
    Ok(built.to_path_buf())
}

struct Desk {
    cli: PathBuf,
}

impl Desk {
    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.cli);
        command
            .args(["--store", &format!("{FOLDER}/store")])
            .args(["--secrets", &format!("file:{FOLDER}/secrets")])
            .env("QALAM_PASSPHRASE", "only for the practice desk")
            .args(args);
        command
    }

    fn show(&self, args: &[&str]) -> Outcome<String> {
        self.finish(args, self.command(args))
    }

    /// The answer as data, for the ids in it.
    fn json(&self, args: &[&str]) -> Outcome<String> {
        self.show(&[&["--json"], args].concat())
    }

    fn with_secret(&self, args: &[&str], secret: &str) -> Outcome<String> {
        let mut command = self.command(args);
        command.env("QALAM_PORTAL_PASSWORD", secret);
        self.finish(args, command)
    }

    fn finish(&self, args: &[&str], mut command: Command) -> Outcome<String> {
        println!("\n$ qalam-cli {}", args.join(" "));
        let answer = command
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .map_err(|e| format!("qalam-cli did not start: {e}"))?;
        let text = String::from_utf8_lossy(&answer.stdout).into_owned();
        let short: String = text.chars().take(900).collect();
        println!(
            "{}{}",
            short.trim_end(),
            if short.len() < text.len() { " …" } else { "" }
        );
        // 1 is "done, with problems": a folder of real files may well hold a damaged one.
        match answer.status.code() {
            Some(0 | 1) => Ok(text),
            _ => Err(format!(
                "qalam-cli {} ended with {}",
                args.join(" "),
                answer.status
            )),
        }
    }
}

struct Practice {
    child: Child,
    url: String,
    token: String,
}

impl Practice {
    fn start(cli: &Path) -> Outcome<Self> {
        let mut child = Command::new(cli)
            .args([
                "practice",
                "--listen",
                "127.0.0.1:0",
                "--data",
                &format!("{FOLDER}/portal"),
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| format!("the practice portal did not start: {e}"))?;
        let out = child
            .stdout
            .take()
            .ok_or("the practice portal has no output")?;
        let mut line = String::new();
        BufReader::new(out)
            .read_line(&mut line)
            .map_err(|e| e.to_string())?;
        let find = |key: &str| between(&line, &format!("\"{key}\":\""), "\"");
        match (find("url"), find("token")) {
            (Some(url), Some(token)) => {
                println!("practice portal at {url}");
                Ok(Self { child, url, token })
            }
            _ => Err(format!("the practice portal answered {line:?}")),
        }
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// PDF files that this machine has, and ours where it has none.
fn real_pdfs() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in [
        "tests/fixtures/pdf",
        "/usr/share/doc",
        "/usr/share",
        "/usr/lib/python3",
    ] {
        collect(Path::new(folder), &mut found, 6);
    }
    found.truncate(MOST_FILES);
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>, depth: u8) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    paths.sort();
    for path in paths {
        if found.len() >= MOST_FILES {
            return;
        }
        if path.is_dir() && !path.is_symlink() && depth > 0 {
            collect(&path, found, depth - 1);
        } else if path
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("pdf"))
            && path.is_file()
        {
            found.push(path);
        }
    }
}

fn get(base: &str, path: &str) -> Outcome<String> {
    let host = base.trim_start_matches("http://").trim_end_matches('/');
    let failed = |e: std::io::Error| format!("{base}{path}: {e}");
    let mut stream = TcpStream::connect(host).map_err(failed)?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n").map_err(failed)?;
    let mut page = Vec::new();
    stream.read_to_end(&mut page).map_err(failed)?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}

fn headings(html: &str) -> Vec<String> {
    html.split("<h2")
        .skip(1)
        .filter_map(|part| between(part, ">", "</h2>"))
        .map(|text| strip_tags(&text))
        .collect()
}

fn strip_tags(html: &str) -> String {
    let mut inside = false;
    html.chars()
        .filter(|c| {
            match c {
                '<' => inside = true,
                '>' => inside = false,
                _ => return !inside,
            }
            false
        })
        .collect::<String>()
        .trim()
        .to_owned()
}

fn between(text: &str, before: &str, after: &str) -> Option<String> {
    let start = text.find(before)? + before.len();
    let rest = text.get(start..)?;
    rest.get(..rest.find(after)?).map(str::to_owned)
}

fn say(what: &str) {
    println!("\n── {what}");
}
