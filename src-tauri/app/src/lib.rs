//! The app: the desk's commands for a window, for the command line and for tests.
//!
//! No rule of the trade lives here. A command converts, calls the desk once, and converts back.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

pub mod app;
pub mod background;
pub mod cli;
pub mod commands;
pub mod entrance;
pub mod events;
pub mod failure;
#[cfg(any(feature = "window", feature = "serve"))]
mod files;
mod keys;
pub mod notices;
mod packages;
pub mod people;
pub mod place;
mod portals;
pub mod proxy;
pub mod secrets;
#[cfg(feature = "serve")]
pub mod serve;
pub mod service;
mod sheets;
pub mod shell;
mod signoff;
pub mod text;
#[cfg(feature = "window")]
pub mod window;
pub mod wire;
