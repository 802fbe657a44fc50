//! Approvals and the keys they are signed with.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

/// `review ...`.
#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "their help says it")]
pub enum Review {
    /// Freeze a draft and hand it in.
    Submit {
        id: String,
        /// A word to the approver.
        #[arg(long)]
        note: Option<String>,
    },
    /// What changed since the release approved last.
    Diff {
        id: String,
        /// Since what this portal shows instead, as far as it is known here.
        #[arg(long, value_name = "NAME")]
        portal: Option<String>,
    },
    /// Send the release in review back to its author.
    Return {
        id: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Approve the release in review.
    Approve {
        id: String,
        /// Only if the release in review is this one.
        #[arg(long, value_name = "HASH")]
        release: Option<String>,
        /// The key to sign with; else the newest of this desk.
        #[arg(long, value_name = "NAME")]
        key: Option<String>,
        /// A comment, or the reason for the urgent path.
        #[arg(long)]
        comment: Option<String>,
        /// Set four eyes or a second signature aside, where the house allows it.
        #[arg(long)]
        urgent: bool,
    },
    /// What awaits approval, exceptions first; with --approve one signature under many.
    Batch {
        /// Only these drafts.
        ids: Vec<String>,
        /// Approve them: those named, or with --all everything that may be approved.
        #[arg(long)]
        approve: bool,
        /// Everything that may be approved and has no remarks.
        #[arg(long, conflicts_with = "ids")]
        all: bool,
        /// The key to sign with; else the newest of this desk.
        #[arg(long, value_name = "NAME")]
        key: Option<String>,
        /// A comment.
        #[arg(long)]
        comment: Option<String>,
    },
    /// Take the release in review back.
    Withdraw { id: String },
    /// The comments on a draft, with where their words stand now.
    Comments { id: String },
    /// Comment on words of the release in review; it goes with the next decision.
    Comment {
        id: String,
        /// The language version; else the original.
        #[arg(long)]
        lang: Option<String>,
        /// The part of it.
        #[arg(long, value_enum, default_value_t = Part::Body)]
        place: Part,
        /// The words meant.
        #[arg(long)]
        quote: String,
        /// What stands before them, where they stand more than once.
        #[arg(long, default_value = "")]
        before: String,
        /// What is said about them.
        #[arg(long, default_value = "")]
        words: String,
        /// What should stand there instead.
        #[arg(long)]
        suggest: Option<String>,
    },
    /// Answer a comment.
    Answer {
        /// Id of the comment.
        comment: String,
        /// What is said.
        #[arg(long, default_value = "")]
        words: String,
        /// Take its suggestion into the text.
        #[arg(long, conflicts_with_all = ["resolve", "reopen"])]
        accept: bool,
        /// Settle it.
        #[arg(long, conflicts_with = "reopen")]
        resolve: bool,
        /// Open it again.
        #[arg(long)]
        reopen: bool,
    },
    /// Who did what to which release.
    Trail {
        /// Only of this draft.
        id: Option<String>,
    },
    /// Write a review package: a request, the decision back, or a proof.
    Export {
        id: String,
        /// The new file.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
        /// A word to whoever opens it.
        #[arg(long)]
        note: Option<String>,
        /// Only this person can open it: the id of a key trusted here.
        #[arg(long, value_name = "KEY")]
        seal_to: Option<String>,
        /// Attached files by their hash only.
        #[arg(long)]
        without_files: bool,
    },
    /// Write the sheet for a signature on paper, in the language of --lang.
    Sheet {
        id: String,
        /// The new file.
        #[arg(long, value_name = "FILE.pdf")]
        to: PathBuf,
    },
    /// Attach a scan of the signed sheet to the newest release.
    AttachSheet {
        id: String,
        /// A PDF or a picture.
        file: PathBuf,
    },
    /// Take a review package in: a request, or the decision back.
    Import { file: PathBuf },
    /// Check a package, or what this desk has of a draft: text, files, signatures, trail, receipts.
    Verify {
        #[arg(value_name = "FILE|ID")]
        what: String,
    },
    /// See or set the rules of the house for approvals.
    Rules {
        /// Whoever hands a piece in cannot approve it.
        #[arg(long, value_name = "BOOL")]
        four_eyes: Option<bool>,
        /// Content types that two keys must approve, separated by commas; empty for none.
        #[arg(long, value_name = "TYPES")]
        two_signatures: Option<String>,
        /// One approver may set the rules aside with a reason.
        #[arg(long, value_name = "BOOL")]
        urgent_path: Option<bool>,
    },
}

/// A part of a text.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Part {
    /// Its title.
    Title,
    /// Its summary.
    Summary,
    /// Its body.
    Body,
}

impl Part {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Part::Title => "title",
            Part::Summary => "summary",
            Part::Body => "body",
        }
    }
}

/// `key ...`.
#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "their help says it")]
pub enum Key {
    /// Make a key.
    New {
        /// What it is called on this desk.
        #[arg(long)]
        name: String,
        /// Also make a recovery key: lines to write down, kept nowhere.
        #[arg(long)]
        paper: bool,
    },
    /// The keys this desk knows.
    List,
    /// Write the card of a key, for others to trust.
    Export {
        name: String,
        /// The new file.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
    /// Trust the key of a card or of the sender of a package, or learn that a key ended.
    Trust { file: PathBuf },
    /// Put a new key in the place of one.
    Rotate {
        name: String,
        /// Also make a new recovery key: lines to write down, kept nowhere.
        #[arg(long)]
        paper: bool,
    },
    /// End a key.
    Revoke {
        name: String,
        /// Why.
        #[arg(long, value_enum, default_value_t = Why::Left)]
        why: Why,
        /// Where to write the statement that others are given.
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// End a lost key by the lines on paper (standard input), and make the next one.
    Recover { name: String },
}

/// Why a key ends.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Why {
    /// The person no longer approves.
    Left,
    /// It is lost, or in other hands.
    Lost,
}
