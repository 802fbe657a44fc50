//! What proves an approval, and what checks the proof: releases and their hash, keys, signed
//! statements, the audit trail, packages.
//!
//! Everything here is pure: no clock, no disk, no random source, no network. The formats are
//! specified in ARCHITECTURE.md, so that another program can write and check them;
//! `tests/proof/reproduce.py` is one.

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

pub mod batch;
pub mod canonical;
pub mod comments;
pub mod decision;
pub mod envelope;
pub mod examine;
pub mod fault;
pub mod key;
pub mod package;
pub mod paper;
pub mod receipt;
pub mod sent;
pub mod trail;

pub use fault::Fault;
