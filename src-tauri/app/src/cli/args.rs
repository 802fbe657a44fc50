//! The command line as it is written. The words here are for administrators and stay English; what
//! the commands answer is in the chosen language.

mod carried;
mod people;
mod proof;
mod publications;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use qalam_desk::profile::Role;

use crate::secrets::Wanted;

pub use carried::{Courier, Handover};
pub use people::{DeskLock, Profile};
pub use proof::{Key, Review, Why};
pub use publications::{Publications, SameWork};

/// Qalam without a window: the same desk, the same rules, the same courier.
#[derive(Debug, Parser)]
#[command(
    name = "qalam-cli",
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
pub struct Cli {
    /// The desk's folder, made if missing [env: QALAM_STORE].
    #[arg(long, global = true, value_name = "DIR")]
    pub store: Option<PathBuf>,
    /// Where passwords are kept: keyring, or file:PATH opened with QALAM_PASSPHRASE.
    #[arg(long, global = true, value_name = "PLACE")]
    pub secrets: Option<Wanted>,
    /// The language of messages.
    #[arg(long, value_name = "LANG", value_parser = ["en", "fr", "ar"])]
    pub lang: Option<String>,
    /// Exactly one JSON document on standard output.
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "their help says it")]
pub enum Command {
    /// Say who this desk belongs to; again to change it.
    Init(Init),
    /// Bring text files in as drafts (.docx, .odt, .html, .md, .txt).
    Import(Import),
    /// Write, list, check and restore drafts.
    #[command(subcommand)]
    Draft(Draft),
    /// Take files in and describe them.
    #[command(subcommand)]
    Publications(Publications),
    /// Put files or publications on a draft.
    Attach(Attach),
    /// Search drafts and publications.
    Search(Search),
    /// Make, list, trust and end the keys that approvals are signed with.
    #[command(subcommand)]
    Key(Key),
    /// Hand in, compare, return, approve.
    #[command(subcommand)]
    Review(Review),
    /// Set up portals.
    #[command(subcommand)]
    Portal(Portal),
    /// See and steer what waits to be sent.
    #[command(subcommand)]
    Outbox(Outbox),
    /// Send what is approved.
    Send(Send),
    /// See and choose how connections leave this machine.
    #[command(subcommand)]
    Proxy(Proxy),
    /// Send from sign-in on, whether the window is open or not.
    #[command(subcommand)]
    Service(Service),
    /// Read states and comments from the portals.
    Fetch(Fetch),
    /// Send in somebody else's bag: sealed packages, and the portal's receipts for them.
    #[command(subcommand)]
    Courier(Courier),
    /// Hand pieces over to an editor as a folder any browser shows.
    #[command(subcommand)]
    Handover(Handover),
    /// Run a practice portal until it is told to end.
    Practice(Practice),
    /// See and add the people of this machine.
    #[command(subcommand)]
    Profile(Profile),
    /// Lock the desk with a passphrase, and take the lock off.
    #[command(subcommand)]
    Desk(DeskLock),
    /// Look the whole store over.
    Check,
    /// Write the whole desk into one file.
    Backup {
        /// The new file.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
    /// Put a backup back into a new folder.
    Restore {
        /// The backup.
        file: PathBuf,
        /// The new folder.
        #[arg(long, value_name = "DIR")]
        into: PathBuf,
    },
    /// Make a backup, put it back in a temporary place, and look it over there.
    Rehearse,
    /// Write everything into a folder that can be read without Qalam.
    Export {
        /// The new or empty folder.
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
    },
    /// Counts, sizes and coverage.
    Stats,
    /// Print the shapes the screens use, as TypeScript.
    #[command(hide = true)]
    Wire,
    /// Fill the desk with sample drafts, for measuring.
    #[command(hide = true)]
    Fill {
        /// How many drafts.
        count: u32,
    },
    /// Serve the screens on loopback HTTP, for tests.
    #[cfg(feature = "serve")]
    #[command(hide = true)]
    Serve {
        /// Where to listen.
        #[arg(long, default_value = "127.0.0.1:0")]
        listen: SocketAddr,
        /// The built screens.
        #[arg(long, value_name = "DIR", default_value = "ui/dist")]
        ui: PathBuf,
    },
}

/// `init`.
#[derive(Debug, Args)]
#[allow(missing_docs, reason = "their help says it")]
pub struct Init {
    /// ISO 3166 alpha-2 of a state, or the acronym of an institution.
    #[arg(long)]
    pub owner: String,
    /// The person's name as it stands under decisions.
    #[arg(long)]
    pub name: String,
    /// What the person may decide.
    #[arg(long, value_enum)]
    pub role: RoleWord,
    /// The language of the screens.
    #[arg(long, value_name = "LANG", value_parser = ["en", "fr", "ar"])]
    pub display_lang: Option<String>,
}

/// A role as it is written.
#[derive(Clone, Copy, Debug, ValueEnum)]
#[allow(missing_docs, reason = "the desk's role says it")]
pub enum RoleWord {
    Author,
    Approver,
    Both,
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::Author => Role::Author,
            RoleWord::Approver => Role::Approver,
            RoleWord::Both => Role::Both,
        }
    }
}

/// `import`.
#[derive(Debug, Args)]
#[allow(missing_docs, reason = "their help says it")]
pub struct Import {
    /// The files.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Their content type.
    #[arg(long = "type", value_name = "TYPE", default_value = "news")]
    pub content_type: String,
    /// Their language, where it is known.
    #[arg(long)]
    pub lang: Option<String>,
    /// The text to take where changes were tracked: with them or before them. Left out, it is the
    /// text with them, and the answer asks.
    #[arg(long, value_name = "accept|reject")]
    pub tracked: Option<TrackedChoice>,
}

/// Which text is taken of one with tracked changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum TrackedChoice {
    /// With the changes.
    Accept,
    /// Before the changes.
    Reject,
}

/// `draft ...`.
#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "their help says it")]
pub enum Draft {
    /// Begin a draft.
    New(DraftNew),
    /// Change a draft; what is not given stays.
    Edit(DraftEdit),
    /// List drafts, latest change first.
    List(DraftList),
    /// A draft with everything in it.
    Show {
        id: String,
        /// One kept revision instead of the whole draft.
        #[arg(long)]
        rev: Option<String>,
    },
    /// The Markdown of one language version.
    Text(OfLanguage),
    /// The sanitised HTML of one language version.
    Render(OfLanguage),
    /// What is missing before review.
    Check { id: String },
    /// The kept revisions of one language version.
    History {
        id: String,
        /// The language; else that of the original.
        #[arg(long)]
        lang: Option<String>,
    },
    /// Make the text of a kept revision the present one again.
    Restore { id: String, rev: String },
    /// Put a draft into the trash.
    Trash { id: String },
    /// Take a draft out of the trash.
    Untrash { id: String },
}

/// A draft and one of its languages.
#[derive(Debug, Args)]
#[allow(missing_docs, reason = "their help says it")]
pub struct OfLanguage {
    /// The draft.
    pub id: String,
    /// The language.
    #[arg(long)]
    pub lang: String,
}

/// `draft new`.
#[derive(Debug, Args)]
#[allow(missing_docs, reason = "their help says it")]
pub struct DraftNew {
    /// The content type: news, event, publication ...
    #[arg(long = "type", value_name = "TYPE")]
    pub content_type: String,
    /// The language of the original.
    #[arg(long)]
    pub lang: String,
    /// The title.
    #[arg(long)]
    pub title: String,
    /// The summary.
    #[arg(long)]
    pub summary: Option<String>,
    /// The body in Markdown; - reads standard input.
    #[arg(long, value_name = "FILE")]
    pub body_file: Option<PathBuf>,
    /// A thematic area; the first is the main one.
    #[arg(long = "area", value_name = "AREA")]
    pub areas: Vec<String>,
    /// A field; the value is JSON where it can be read as such, else text.
    #[arg(long = "field", value_name = "KEY=VALUE")]
    pub fields: Vec<String>,
    /// It overtakes others.
    #[arg(long)]
    pub urgent: bool,
}

/// `draft edit`.
#[derive(Debug, Args)]
#[allow(missing_docs, reason = "their help says it")]
pub struct DraftEdit {
    /// The draft.
    pub id: String,
    /// The revision the change started from; else the present one.
    #[arg(long, value_name = "REV")]
    pub base: Option<String>,
    /// The language, added if the draft does not have it; else that of the original.
    #[arg(long)]
    pub lang: Option<String>,
    /// The title.
    #[arg(long)]
    pub title: Option<String>,
    /// The summary.
    #[arg(long)]
    pub summary: Option<String>,
    /// The body in Markdown; - reads standard input.
    #[arg(long, value_name = "FILE")]
    pub body_file: Option<PathBuf>,
    /// The thematic areas, all of them.
    #[arg(long = "area", value_name = "AREA")]
    pub areas: Vec<String>,
    /// A field; an empty value removes it.
    #[arg(long = "field", value_name = "KEY=VALUE")]
    pub fields: Vec<String>,
    /// Whether it overtakes others.
    #[arg(long, value_name = "BOOL")]
    pub urgent: Option<bool>,
}

/// `draft list`.
#[derive(Debug, Args)]
#[allow(missing_docs, reason = "their help says it")]
pub struct DraftList {
    /// Only in this state.
    #[arg(long)]
    pub state: Option<String>,
    /// Only of this content type.
    #[arg(long = "type", value_name = "TYPE")]
    pub content_type: Option<String>,
    /// Those in the trash.
    #[arg(long)]
    pub trashed: bool,
    /// At most so many.
    #[arg(long, default_value_t = 50)]
    pub limit: u32,
    /// `next` of the page before.
    #[arg(long, value_name = "CURSOR")]
    pub after: Option<String>,
}

/// `attach`.
#[derive(Debug, Args)]
#[allow(missing_docs, reason = "their help says it")]
pub struct Attach {
    /// The draft.
    pub draft: String,
    /// Files, or ids of publications.
    #[arg(required = true, value_name = "FILE|PUBLICATION")]
    pub files: Vec<PathBuf>,
    /// publication, picture, data, supplement or cover; else told from the type.
    #[arg(long)]
    pub role: Option<String>,
    /// Alternative text in the language of the original.
    #[arg(long, value_name = "TEXT")]
    pub alt: Option<String>,
}

/// `search`.
#[derive(Debug, Args)]
#[allow(missing_docs, reason = "their help says it")]
pub struct Search {
    /// What to look for.
    pub query: String,
    /// Where to look.
    #[arg(long = "in", value_parser = ["drafts", "publications", "all"], default_value = "all")]
    pub scope: String,
    /// At most so many.
    #[arg(long, default_value_t = 20)]
    pub limit: u32,
}

/// `portal ...`.
#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "their help says it")]
pub enum Portal {
    /// Add a portal; the password or token comes from QALAM_PORTAL_PASSWORD or standard input.
    Add {
        /// A name of your choice.
        name: String,
        /// Its address.
        url: String,
        /// What it speaks.
        #[arg(long, value_enum, default_value_t = KindWord::Auto)]
        kind: KindWord,
        /// The account's name there.
        #[arg(long)]
        user: Option<String>,
    },
    /// The portals.
    List,
    /// Ask a portal who it is.
    Test { name: String },
    /// Walk the way to a portal step by step and say where it ends.
    Diagnose { name: String },
    /// Remove a portal; receipts stay.
    Remove { name: String },
}

/// A kind of portal as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "the desk's kind says it")]
pub enum KindWord {
    Auto,
    Contract,
    Wordpress,
}

/// `outbox ...`.
#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "their help says it")]
pub enum Outbox {
    /// The entries.
    List,
    /// Send the approved release of a draft to one more portal.
    Add {
        /// The draft.
        draft: String,
        /// The portal.
        #[arg(long, value_name = "NAME")]
        portal: String,
    },
    /// Keep an entry back.
    Hold { id: String },
    /// Let a kept entry go.
    Resume { id: String },
    /// Try an entry again.
    Retry { id: String },
    /// Say yes to the large files of an entry.
    Allow { id: String },
    /// Send an entry now, whatever the wishes about sending say.
    Insist { id: String },
    /// Take an entry out; where the portal may have it, ask for it to be taken down.
    Withdraw {
        id: String,
        /// Why; needed when the portal has to be asked.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Wishes about sending: shown, or changed where options are given.
    Sending(SendingWishes),
}

/// `outbox sending ...`: a value of `none` ends a wish.
#[derive(Debug, clap::Args)]
pub struct SendingWishes {
    /// Bytes that may leave in a day or month.
    #[arg(long, value_name = "BYTES|none")]
    pub budget: Option<String>,
    /// What the budget covers: day or month.
    #[arg(long, value_name = "day|month")]
    pub period: Option<String>,
    /// Hours in which nothing is sent, as 22:00-06:00.
    #[arg(long, value_name = "FROM-TO|none")]
    pub quiet: Option<String>,
    /// Files larger than this wait for a yes.
    #[arg(long, value_name = "BYTES|none")]
    pub ask_above: Option<String>,
    /// Whether the link is paid by volume: yes or no.
    #[arg(long, value_name = "yes|no")]
    pub metered: Option<String>,
    /// What leaves over such a link: text, or up_to_limit.
    #[arg(long, value_name = "text|up_to_limit")]
    pub metered_sends: Option<String>,
}

/// `proxy ...`
#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "their help says it")]
pub enum Proxy {
    /// What is chosen, and what this system knows.
    Show,
    /// As the system says.
    System,
    /// Without a proxy.
    Direct,
    /// Through this one; its password comes from QALAM_PROXY_PASSWORD or standard input.
    Set {
        /// As http://HOST:PORT or socks5://HOST:PORT.
        address: String,
        /// The user name it wants.
        #[arg(long, value_name = "USER")]
        user: Option<String>,
    },
}

/// `service ...`
#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "their help says it")]
pub enum Service {
    /// Set the service up and start it.
    Install,
    /// End it and take it away.
    Remove,
    /// How it stands.
    Status,
}

/// `send`.
#[derive(Debug, Args)]
#[allow(missing_docs, reason = "their help says it")]
pub struct Send {
    /// Only to this portal.
    #[arg(long, value_name = "NAME")]
    pub portal: Option<String>,
    /// Until nothing waits, however often it takes.
    #[arg(long)]
    pub until_empty: bool,
    /// At most so long.
    #[arg(long, value_name = "SECONDS")]
    pub timeout: Option<u64>,
    /// Go on until told to end, sending what comes.
    #[arg(long, conflicts_with = "until_empty")]
    pub watch: bool,
}

/// `fetch`.
#[derive(Debug, Args)]
#[allow(missing_docs, reason = "their help says it")]
pub struct Fetch {
    /// Only from this portal.
    #[arg(long, value_name = "NAME")]
    pub portal: Option<String>,
}

/// `practice`.
#[derive(Debug, Args)]
#[allow(missing_docs, reason = "their help says it")]
pub struct Practice {
    /// Where to listen, on this machine only.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
    /// Its folder; else the one of the desk.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// What is to go wrong: names separated by commas, e.g. stall,cut_mid_body=1000*2.
    #[arg(long, value_name = "SPEC")]
    pub fault: Option<String>,
}
