//! What a piece of content is, and how it is read from and written to foreign formats.
//!
//! Bytes in, values and problems out. Nothing here knows a clock, a disk, a database or a
//! network, so every function gives the same answer for the same input. Foreign bytes never
//! fail and never lie: a reader returns what it could read together with
//! [`problem::Problem`]s, within the caps of [`limits`].

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::print_stdout
    )
)]

pub mod anchor;
pub mod body;
pub mod canonical;
pub mod day;
pub mod diff;
pub mod fold;
pub mod kind;
pub mod lang;
pub mod limits;
pub mod merge;
pub mod problem;
pub mod readers;
pub mod sheet;
pub mod slim;
pub mod sniff;
