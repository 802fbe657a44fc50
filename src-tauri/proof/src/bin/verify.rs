//! `qalam-verify`: checks a package, and says what it checked in English, French or Arabic.
//!
//! It needs no desk, no network and nothing but the file: whoever receives a piece can check who
//! approved it without trusting the program that made it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;
use std::process::ExitCode;

use qalam_proof::Fault;
use qalam_proof::examine::{Beforehand, Check, Evidence, Outcome, Report, examine};
use qalam_proof::key::{Card, PublicKey};
use qalam_proof::package;

/// Everything holds.
const HOLDS: u8 = 0;
/// Wrong usage.
const USAGE: u8 = 2;
/// It does not hold.
const REFUSED: u8 = 3;

const WORDS: [(&str, &str); 3] = [
    ("en", include_str!("../../../../ui/locales/en/verify.json")),
    ("fr", include_str!("../../../../ui/locales/fr/verify.json")),
    ("ar", include_str!("../../../../ui/locales/ar/verify.json")),
];

type Words = BTreeMap<String, String>;

#[derive(Default)]
struct Asked {
    lang: Option<String>,
    json: bool,
    help: bool,
    trust: Vec<String>,
    files: Vec<String>,
}

fn main() -> ExitCode {
    let asked = asked(std::env::args().skip(1));
    let lang = asked.as_ref().ok().and_then(|asked| asked.lang.clone());
    let words = words(lang.as_deref());
    let mut out = io::stdout().lock();
    let code = match asked {
        Ok(asked) if !asked.help && !asked.files.is_empty() => run(&asked, &words, &mut out),
        Ok(asked) if asked.help => say(
            &mut out,
            &sentence(&words, "usage", &BTreeMap::new()),
            HOLDS,
        ),
        _ => say(
            &mut io::stderr().lock(),
            &sentence(&words, "usage", &BTreeMap::new()),
            USAGE,
        ),
    };
    ExitCode::from(code)
}

fn asked(mut args: impl Iterator<Item = String>) -> Result<Asked, ()> {
    let mut asked = Asked::default();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--lang" => asked.lang = Some(args.next().ok_or(())?),
            "--trust" => asked.trust.push(args.next().ok_or(())?),
            "--json" => asked.json = true,
            "--help" | "-h" => asked.help = true,
            flag if flag.starts_with("--") => return Err(()),
            _ => asked.files.push(arg),
        }
    }
    Ok(asked)
}

/// The words of the language asked for, else of the machine, else English.
fn words(lang: Option<&str>) -> Words {
    let machine = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    let wanted = lang.map(str::to_owned).or(machine).unwrap_or_default();
    let primary = wanted.split(['-', '_', '.']).next().unwrap_or_default();
    let text = WORDS
        .iter()
        .find(|(lang, _)| *lang == primary)
        .or(WORDS.first())
        .map_or("{}", |(_, text)| *text);
    serde_json::from_str(text).unwrap_or_default()
}

fn sentence(words: &Words, key: &str, params: &BTreeMap<String, String>) -> String {
    let mut text = words.get(key).cloned().unwrap_or_else(|| key.to_owned());
    for (name, value) in params {
        // What is a word of ours has one in each language; what people wrote stays as it is.
        let value = match name.as_str() {
            "act" | "why" => words.get(&format!("{name}.{value}")).unwrap_or(value),
            _ => value,
        };
        // A name in another script must not turn the sentence around; nor may it move the cursor.
        let value: String = value.chars().filter(|c| !c.is_control()).collect();
        text = text.replace(&format!("{{{name}}}"), &format!("\u{2068}{value}\u{2069}"));
    }
    text
}

fn say(out: &mut impl io::Write, text: &str, code: u8) -> u8 {
    // Whoever listened may have gone; the exit code tells all the same.
    let _ = writeln!(out, "{text}");
    code
}

fn run(asked: &Asked, words: &Words, out: &mut impl io::Write) -> u8 {
    let mut beforehand = Beforehand::default();
    if !asked.trust.is_empty() {
        let mut trusted = BTreeSet::new();
        for file in &asked.trust {
            match trusted_key(file) {
                Ok(Trusted::Person(key)) => drop(trusted.insert(key)),
                Ok(Trusted::Portal(key)) => drop(beforehand.portals.insert(key)),
                Err(fault) => {
                    return tell(
                        asked,
                        words,
                        out,
                        &[(file.clone(), Report::unreadable(&fault))],
                    );
                }
            }
        }
        // Whoever brings a portal's key only still has the persons' to compare.
        beforehand.trusted = (!trusted.is_empty()).then_some(trusted);
    }
    let reports: Vec<(String, Report)> = asked
        .files
        .iter()
        .map(|file| {
            let report =
                check(file, &beforehand).unwrap_or_else(|fault| Report::unreadable(&fault));
            (file.clone(), report)
        })
        .collect();
    tell(asked, words, out, &reports)
}

fn tell(
    asked: &Asked,
    words: &Words,
    out: &mut impl io::Write,
    reports: &[(String, Report)],
) -> u8 {
    let valid = reports.iter().all(|(_, report)| report.valid);
    let code = if valid { HOLDS } else { REFUSED };
    if asked.json {
        let files: Vec<serde_json::Value> = reports
            .iter()
            .map(|(file, report)| {
                let checks: Vec<serde_json::Value> = report
                    .checks
                    .iter()
                    .map(|check| {
                        serde_json::json!({
                            "code": check.code,
                            "outcome": check.outcome,
                            "params": check.params,
                            "message": sentence(words, &check.code, &check.params),
                        })
                    })
                    .collect();
                serde_json::json!({
                    "file": file, "valid": report.valid, "release": report.release, "checks": checks,
                })
            })
            .collect();
        return say(
            out,
            &serde_json::json!({"ok": valid, "files": files}).to_string(),
            code,
        );
    }
    for (file, report) in reports {
        say(out, file, code);
        for check in &report.checks {
            say(
                out,
                &format!(
                    "  {} {}",
                    sign(check),
                    sentence(words, &check.code, &check.params)
                ),
                code,
            );
        }
        let key = if report.valid { "valid" } else { "invalid" };
        say(out, &sentence(words, key, &BTreeMap::new()), code);
    }
    code
}

const fn sign(check: &Check) -> char {
    match check.outcome {
        Outcome::Good => '✓',
        Outcome::Note => '•',
        Outcome::Bad => '✗',
    }
}

fn check(file: &str, beforehand: &Beforehand) -> Result<Report, Fault> {
    let source = File::open(file).map_err(unreadable)?;
    // Bytes of files are hashed while they are read; nothing is kept.
    let package = package::read(source, |_, _| Ok(()))?;
    Ok(examine(&Evidence::of(&package)?, beforehand))
}

/// Whose key a file holds: a person's card, or what a portal says of itself.
enum Trusted {
    Person(String),
    Portal(String),
}

fn trusted_key(file: &str) -> Result<Trusted, Fault> {
    let bytes = std::fs::read(file).map_err(unreadable)?;
    let portal: Option<String> = serde_json::from_slice::<serde_json::Value>(&bytes)
        .ok()
        .and_then(|said| Some(said.get("courier_signing_key")?.as_str()?.to_owned()));
    Ok(match portal {
        Some(key) => Trusted::Portal(PublicKey::from_text(&key)?.id()),
        None => Trusted::Person(Card::from_bytes(&bytes)?.public()?.id()),
    })
}

fn unreadable(error: io::Error) -> Fault {
    Fault::new(qalam_proof::fault::code::UNREADABLE, "").because(error)
}
