//! `publications`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

/// What is done about likely duplicates.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum SameWork {
    /// Keep both and leave the question open.
    Ask,
    /// Keep both; they are different works.
    KeepBoth,
    /// The newer edition counts.
    KeepNewest,
    /// Keep the newcomer as a further file of the one that was here first.
    Attach,
}

/// `publications ...`.
#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "their help says it")]
pub enum Publications {
    /// Take files and folders in.
    Add {
        /// Files and folders.
        #[arg(required_unless_present = "sheet", value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Only say what would happen.
        #[arg(long)]
        dry_run: bool,
        /// What is done with a file that is probably the same work as a publication.
        #[arg(long, value_enum, default_value_t = SameWork::Ask)]
        same_work: SameWork,
        /// A sheet (.csv, .xlsx, .ods) that describes them, or publications that are here.
        #[arg(long, value_name = "FILE")]
        sheet: Option<PathBuf>,
        /// What a column of the sheet means: a field, file, id, sha256, or nothing.
        #[arg(long = "map", value_name = "COLUMN=FIELD", requires = "sheet")]
        maps: Vec<String>,
        /// Where to write the sheet with what to fix in it.
        #[arg(long, value_name = "FILE", requires = "sheet")]
        fixes: Option<PathBuf>,
    },
    /// Write all publications into a sheet (.csv or .xlsx) that can come back.
    ExportSheet {
        /// The file to write.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
    /// Likely duplicates that nobody has decided about, or decide about them.
    Alike {
        /// The numbers of those to decide; all without any.
        #[arg(value_name = "NUMBER")]
        numbers: Vec<i64>,
        /// Decide by this rule.
        #[arg(long, value_enum, value_name = "RULE")]
        settle: Option<SameWork>,
        /// Only say what would happen.
        #[arg(long, requires = "settle")]
        dry_run: bool,
    },
    /// The pages of a publication that have these words.
    Find {
        id: String,
        /// What to look for.
        query: String,
        /// At most so many.
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// List publications.
    List {
        /// Only those with these words.
        #[arg(long)]
        query: Option<String>,
        /// At most so many.
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// `next` of the page before.
        #[arg(long, value_name = "CURSOR")]
        after: Option<String>,
    },
    /// A publication with everything known of it.
    Show { id: String },
    /// Read the files of publications again; what a person said of them stays.
    Describe {
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
    /// Say whether smaller copies are sent, and see what they save.
    Slim {
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
        /// As the setting says, always, or never.
        #[arg(long, value_name = "rule|always|never")]
        choice: Option<String>,
    },
    /// Correct what is known of a publication.
    Set {
        id: String,
        /// Fields and their values.
        #[arg(required = true, value_name = "KEY=VALUE")]
        values: Vec<String>,
    },
    /// The text inside a publication.
    Text { id: String },
}
