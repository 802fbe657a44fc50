//! The main job without a window: the same desk, rules and courier through `qalam-cli`, on twenty
//! real documents and three texts, each command and its answer printed.

use crate::desk::{Desk, between};
use crate::documents;
use crate::shell::{Outcome, command};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

const FOLDER: &str = "out/demo";
/// Enough to see a folder being worked through, few enough to read along.
const DOCUMENTS: usize = 20;
/// How much of an answer is printed, in characters.
const SHORT: usize = 900;

pub fn demo() -> Outcome {
    demo_with(built_cli()?)
}

/// The same with a program that is built already.
pub fn demo_with(cli: PathBuf) -> Outcome {
    if Path::new(FOLDER).exists() {
        std::fs::remove_dir_all(FOLDER).map_err(|e| format!("cannot empty {FOLDER}: {e}"))?;
    }
    std::fs::create_dir_all(FOLDER).map_err(|e| format!("cannot make {FOLDER}: {e}"))?;
    let desk = Shown(Desk {
        cli: cli.clone(),
        at: PathBuf::from(FOLDER),
    });
    let began = Instant::now();

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
    let source = Path::new(FOLDER).join("publications");
    let count = documents::gather(DOCUMENTS, &source)?;
    println!("({count} PDF files, copied from this machine's documentation)");
    let source = source.to_string_lossy();
    desk.show(&["publications", "add", &source])?;
    desk.show_all(&["publications", "list", "--limit", "20"])?;
    // The same folder once more: nothing comes in twice.
    let again = desk.json(&["publications", "add", &source])?;
    let publications = all_between(&again, "\"id\":\"", "\"");
    desk.show(&["search", "التطعيم"])?;
    desk.show(&["search", "package"])?;
    for (number, draft) in drafts.iter().enumerate() {
        let mine = publications
            .iter()
            .skip(number)
            .step_by(drafts.len())
            .map(String::as_str);
        let attach: Vec<&str> = ["attach", draft].into_iter().chain(mine).collect();
        desk.show(&attach)?;
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
        "\n{count} documents and {} texts went from the desk to the portal in {:.0} seconds.",
        drafts.len(),
        began.elapsed().as_secs_f64()
    );
    println!(
        "\nEverything is in {FOLDER}. The same desk in a window, where there is a display:\n  QALAM_STORE={FOLDER}/desk target/release/qalam"
    );
    Ok(())
}

fn built_cli() -> Outcome<PathBuf> {
    crate::shell::run(&mut command(
        "cargo build --release --quiet --no-default-features --bin qalam-cli",
    ))?;
    Ok(PathBuf::from("target/release/qalam-cli"))
}

/// A desk whose commands and answers are printed.
struct Shown(Desk);

impl Shown {
    fn show(&self, args: &[&str]) -> Outcome<String> {
        self.finish(args, self.0.command(args), SHORT)
    }

    fn show_all(&self, args: &[&str]) -> Outcome<String> {
        self.finish(args, self.0.command(args), usize::MAX)
    }

    /// The answer as data, for the ids in it.
    fn json(&self, args: &[&str]) -> Outcome<String> {
        self.show(&[&["--json"], args].concat())
    }

    fn with_secret(&self, args: &[&str], secret: &str) -> Outcome<String> {
        let mut command = self.0.command(args);
        command.env("QALAM_PORTAL_PASSWORD", secret);
        self.finish(args, command, SHORT)
    }

    fn finish(&self, args: &[&str], mut command: Command, most: usize) -> Outcome<String> {
        println!("\n$ qalam-cli {}", args.join(" "));
        let answer = command
            .stderr(Stdio::null())
            .output()
            .map_err(|e| format!("qalam-cli did not start: {e}"))?;
        let text = String::from_utf8_lossy(&answer.stdout).into_owned();
        let short: String = text.chars().take(most).collect();
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

fn all_between(text: &str, before: &str, after: &str) -> Vec<String> {
    text.split(before)
        .skip(1)
        .filter_map(|rest| Some(rest.get(..rest.find(after)?)?.to_owned()))
        .collect()
}

fn say(what: &str) {
    println!("\n── {what}");
}
