//! What travels without the wire: packages of couriers, and hand-overs.

use std::path::PathBuf;

use clap::Subcommand;

/// `courier ...`.
#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "their help says it")]
pub enum Courier {
    /// Write what waits for a portal into one sealed file.
    Export {
        /// The new file.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
        /// The portal; else the only one something waits for.
        #[arg(long, value_name = "NAME")]
        portal: Option<String>,
        /// Only this draft; may be given several times.
        #[arg(long = "draft", value_name = "ID")]
        drafts: Vec<String>,
    },
    /// Bring a package to its portal, for whomever it is.
    Deliver {
        /// The package.
        file: PathBuf,
        /// The portal's name here; else the one it is sealed to.
        #[arg(long, value_name = "NAME")]
        portal: Option<String>,
    },
    /// Write the sealed receipts of all delivered packages into one file.
    Receipts {
        /// The new file.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
    /// Take receipts for packages of this desk back.
    Import {
        /// The receipts.
        file: PathBuf,
    },
    /// The packages of this desk, and those taken along for others.
    List,
    /// Read in the keys of a portal that was never reached from here.
    Key {
        /// The file its administrator gave out.
        file: PathBuf,
        /// The portal.
        #[arg(long, value_name = "NAME")]
        portal: String,
    },
}

/// `handover ...`.
#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "their help says it")]
pub enum Handover {
    /// Write approved pieces into a folder for an editor.
    Export {
        /// The new or empty folder.
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
        /// Only this draft; may be given several times.
        #[arg(long = "draft", value_name = "ID")]
        drafts: Vec<String>,
        /// Zips of at most so many MB, for e-mail.
        #[arg(long, value_name = "MB")]
        max_mb: Option<u64>,
    },
    /// Take a hand-over into a portal.
    Import {
        /// The folder.
        from: PathBuf,
        /// The portal.
        #[arg(long, value_name = "NAME")]
        portal: String,
    },
    /// What was handed over, and whether the editor has it.
    List,
    /// Say that the editor has it.
    Confirm {
        id: String,
        /// It was a mistake.
        #[arg(long)]
        undo: bool,
    },
}
