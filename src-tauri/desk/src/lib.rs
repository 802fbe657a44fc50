//! The whole product without a window or a wire.
//!
//! A [`Desk`] owns a folder: the database, the blobs, and nothing else writes there. It decides
//! what to send next and records what came back, as plain values; it never talks to a network.
//! Every call blocks. Reads and writes go through one door each (`Desk::read`, `Desk::write`);
//! SQL stands only in `*/store.rs` and `db/`.

// A test that meets the unexpected should end at once.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice
    )
)]

pub mod backup;
pub mod change;
pub mod clock;
pub mod db;
mod desk;
pub mod drafts;
pub mod error;
pub mod id;
pub mod imports;
pub mod job;
pub mod keys;
pub mod locked;
pub mod outbox;
pub mod packages;
pub mod passphrase;
pub mod profile;
pub mod publications;
pub mod review;
pub mod search;
pub mod secrets;
pub mod settings;
pub mod trail;
pub mod vocab;

pub use change::{Changes, Topic};
pub use desk::{Desk, OpenOptions};
pub use error::{Class, Code, Conflict, Error, Failure, LanguageVersionText, Result};
