//! The command line through its real program, and the table of commands through its door.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod background;
#[cfg(target_os = "linux")]
#[path = "../../../tests/bus/mod.rs"]
mod bus;
mod cli;
mod courier;
mod duplicates;
mod journey;
mod people;
mod proof;
mod proxy;
mod runner;
#[cfg(feature = "serve")]
mod serve;
mod sheets;
mod signoff;
mod table;
