//! Both ends of the wire: the courier, the adapters, and the practice portal.
//!
//! The desk decides what to send next and records what came back; this package does it in between. It never opens the
//! desk's database, and the desk never learns that there is a network.
#![cfg_attr(
    test,
    allow(
        clippy::expect_used,
        clippy::unwrap_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

pub mod contract;
pub mod courier;
pub mod digest;
pub mod handover;
pub mod http;
pub mod packages;
pub mod practice;
pub mod wordpress;
