//! `profile` and `desk`.

use clap::Subcommand;

/// `profile ...`.
#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "their help says it")]
pub enum Profile {
    /// List the people of this machine and the folders of their desks.
    List,
    /// Add a person, with a desk of their own.
    Add {
        /// As the person is called.
        name: String,
    },
}

/// `desk ...`: passphrases come in QALAM_DESK_PASSPHRASE and QALAM_DESK_NEW_PASSPHRASE, or as the first
/// line of the files that the same names with _FILE give; else they are asked for at the terminal.
#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "their help says it")]
pub enum DeskLock {
    /// Say whether the desk is locked.
    State,
    /// Seal everything in the folder under a passphrase; prints the lines for paper.
    Lock,
    /// Take the lock off: everything is as it was before.
    Unlock,
    /// Give the desk another passphrase.
    Passphrase,
    /// Make new lines for paper; older ones are worth nothing then.
    Paper,
    /// Give the desk another passphrase with the lines on paper, from standard input.
    Recover,
}
