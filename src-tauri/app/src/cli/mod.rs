//! `qalam-cli`: the same product without a window. Names, shapes and exit codes are a promise to
//! checks outside the project; more may be added, nothing taken away.

mod answer;
mod args;
mod batch;
mod comments;
mod courier;
mod drafts;
mod export;
mod fields;
mod import;
mod key;
mod outbox;
mod people;
mod portals;
mod practice;
mod proxy;
mod publications;
mod review;
mod send;
#[cfg(feature = "serve")]
mod serve;
mod service;
mod sheet;
mod stats;
mod store;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
#[cfg(feature = "serve")]
use std::sync::Arc;

use clap::Parser;
use clap::error::ErrorKind;
use qalam_desk::profile::NewProfile;
use qalam_desk::search::{Scope, SearchRequest};

use crate::app::App;
use crate::failure::Failure;
#[cfg(feature = "serve")]
use crate::people::House;
use crate::place;
#[cfg(feature = "serve")]
use crate::shell::NoShell;
use crate::text::{Params, Words};
pub use answer::exit_of;
use answer::{Answer, exit};
pub(crate) use answer::{Told, bytes};
use args::{Cli, Command, Init};

/// What a command may answer, or why not.
type Outcome = Result<Answer, Failure>;

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    log_to_stderr();
    run(std::env::args_os().collect())
}

/// Sends what is worth knowing to standard error; `QALAM_LOG` says how much.
pub fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("QALAM_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("error"));
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .without_time()
        .try_init();
}

fn run(args: Vec<OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => return misread(&args, &error),
    };
    let words = cli
        .lang
        .as_deref()
        .and_then(Words::of)
        .unwrap_or_else(Words::of_machine);
    let json = cli.json;
    let answer = obey(cli, words).unwrap_or_else(|failure| {
        if !failure.detail.is_empty() {
            tracing::warn!(code = failure.code, detail = failure.detail, "failed");
        }
        Answer::failed(words, &failure)
    });
    finish(&answer, json)
}

fn finish(answer: &Answer, json: bool) -> ExitCode {
    match answer.write(json) {
        Ok(()) => ExitCode::from(answer.exit_code()),
        // Whoever listened has gone; there is nobody to tell.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::from(answer.exit_code())
        }
        Err(_) => ExitCode::from(exit::PROBLEMS),
    }
}

/// Help and version are answers; anything else is wrong usage, said as JSON where that was asked.
fn misread(args: &[OsString], error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let _ = error.print();
            return ExitCode::from(exit::DONE);
        }
        _ => {}
    }
    if !args.iter().any(|arg| arg == "--json") {
        let _ = error.print();
        return ExitCode::from(exit::USAGE);
    }
    let words = args
        .windows(2)
        .find_map(|pair| match pair {
            [flag, lang] if flag == "--lang" => Words::of(&lang.to_string_lossy()),
            _ => None,
        })
        .unwrap_or_else(Words::of_machine);
    let text = error.to_string();
    let first = text
        .lines()
        .next()
        .unwrap_or_default()
        .trim_start_matches("error: ");
    let params = Params::from([("detail".to_owned(), first.to_owned())]);
    let mut answer = Answer::new().problem(Told {
        code: "usage".to_owned(),
        subject: first.to_owned(),
        message: words.say("cli.usage", &params),
        next: words.plain("cli.usage.next"),
    });
    answer.exit = Some(exit::USAGE);
    finish(&answer, true)
}

fn obey(cli: Cli, words: Words) -> Outcome {
    // What needs no desk of its own comes first.
    let command = match cli.command {
        Command::Wire => return wire(),
        Command::Restore { file, into } => return store::restore(&file, &into, words),
        Command::Practice(practice) => {
            let store = match &practice.data {
                Some(_) => None,
                None => Some(place::store(cli.store)?),
            };
            return practice::run(practice, store);
        }
        other => other,
    };
    let folder = place::store(cli.store)?;
    let secrets = cli.secrets.unwrap_or_default();
    let command = match command {
        Command::Profile(wanted) => return people::profiles(wanted, &folder, words),
        Command::Desk(wanted) => return people::desk(wanted, &folder, secrets, words),
        #[cfg(feature = "serve")]
        Command::Serve { listen, ui } => {
            let house = House::open(&folder, secrets, Arc::new(NoShell))?;
            return serve::run(house, listen, ui);
        }
        other => other,
    };
    let app = App::open_with(&folder, secrets, people::key_of(&folder, words)?)?;
    app.cover_secrets();
    let here = Here { app: &app, words };
    match command {
        Command::Init(init) => here.init(init),
        Command::Import(wanted) => here.import(wanted),
        Command::Draft(wanted) => here.draft(wanted),
        Command::Publications(wanted) => here.publications(wanted, cli.json),
        Command::Attach(wanted) => here.attach(wanted),
        Command::Search(wanted) => here.search(&wanted),
        Command::Key(wanted) => here.key(wanted),
        Command::Review(wanted) => here.review(wanted),
        Command::Portal(wanted) => here.portal(wanted),
        Command::Outbox(wanted) => here.outbox(&wanted),
        Command::Send(wanted) => here.send(&wanted),
        Command::Proxy(wanted) => here.proxy(wanted),
        Command::Service(wanted) => here.service(&wanted),
        Command::Fetch(wanted) => here.fetch(&wanted),
        Command::Courier(wanted) => here.by_courier(wanted),
        Command::Handover(wanted) => here.handover(wanted),
        Command::Check => here.check(),
        Command::Backup { to } => here.backup(&to),
        Command::Rehearse => here.rehearse(),
        Command::Export { to } => here.export(&to),
        Command::Stats => here.stats(),
        Command::Fill { count } => here.fill(count),
        #[cfg(feature = "serve")]
        Command::Serve { .. } => Ok(Answer::said()),
        Command::Profile(_)
        | Command::Desk(_)
        | Command::Wire
        | Command::Restore { .. }
        | Command::Practice(_) => Ok(Answer::said()),
    }
}

fn wire() -> Outcome {
    print(&crate::wire::wire_ts())?;
    Ok(Answer::said())
}

/// Writes text that is not an answer to standard output.
fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|source| qalam_desk::Error::io(source, &PathBuf::from("stdout")).into())
}

/// Where a command runs: on an open desk, in a language.
struct Here<'a> {
    app: &'a App,
    words: Words,
}

impl Here<'_> {
    fn say(&self, key: &str, params: &[(&str, &dyn std::fmt::Display)]) -> String {
        let params = params
            .iter()
            .map(|(key, value)| ((*key).to_owned(), value.to_string()))
            .collect();
        self.words.say(key, &params)
    }

    fn init(&self, wanted: Init) -> Outcome {
        let display_lang = wanted
            .display_lang
            .unwrap_or_else(|| self.words.lang().to_owned());
        let profile = self.app.desk.set_profile(&NewProfile {
            owner: wanted.owner,
            owner_kind: None,
            name: wanted.name,
            role: wanted.role.into(),
            display_lang,
        })?;
        let line = self.say(
            "cli.init",
            &[("name", &profile.name), ("owner", &profile.owner)],
        );
        Ok(Answer::of("owner", &profile.owner)
            .with("person", &profile.person)
            .with("name", &profile.name)
            .with("role", profile.role)
            .with("display_lang", &profile.display_lang)
            .line(line))
    }

    fn search(&self, wanted: &args::Search) -> Outcome {
        let scope = match wanted.scope.as_str() {
            "drafts" => Scope::Drafts,
            "publications" => Scope::Publications,
            _ => Scope::All,
        };
        let found = self.app.desk.search(&SearchRequest {
            query: wanted.query.clone(),
            scope,
            limit: wanted.limit,
            ..SearchRequest::default()
        })?;
        let mut answer = Answer::of("hits", &found.hits).with("took_us", found.took_us);
        for hit in &found.hits {
            let snippet = hit.snippet.replace('\u{1}', "[").replace('\u{2}', "]");
            let inside = match (&hit.file, hit.page) {
                (Some(file), Some(page)) => format!("  ({file}, {page})"),
                (Some(file), None) => format!("  ({file})"),
                (None, _) => String::new(),
            };
            answer = answer.line(format!(
                "{}  {}{inside}\n    {}",
                hit.id,
                hit.title,
                snippet.trim()
            ));
        }
        if found.hits.is_empty() {
            answer = answer.line(self.say("cli.nothing_found", &[]));
        }
        Ok(answer)
    }
}
