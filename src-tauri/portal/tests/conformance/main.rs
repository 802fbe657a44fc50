//! One list of cases for every kind of portal. What a portal declares it can do is proven; what it declares it cannot is
//! shown to be stated, and to do no harm.
//!
//! The practice portal runs in process. WordPress sites are named by `QALAM_WORDPRESS_SITES` (`cargo xtask test
//! wordpress` brings them up and sets it); without it their cases say so and pass.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod cases;
#[path = "../common/mod.rs"]
mod common;
mod journey;
mod peer;
mod plugin;
mod traps;
mod uploads;
mod way;

macro_rules! portals {
    ($($name:ident = $site:expr;)*) => {$(
        mod $name {
            portals!(@cases $site; declares_what_it_can delivers_every_language delivers_files_whole
                tells_with_the_last_file says_the_same_again survives_lost_answers makes_one_of_many
                settles_cut_uploads takes_a_newer_release tells_of_changes brings_decisions_back minds_the_trash
                names_wrong_credentials names_what_it_refuses keeps_the_text leads_to_other_pieces takes_back);
        }
    )*};
    (@cases $site:expr; $($case:ident)*) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $case() {
            if let Some(peer) = crate::peer::Peer::open($site).await {
                crate::cases::$case(&peer).await;
            }
        }
    )*};
}

portals! {
    practice = None;
    stock = Some("debian");
    companion = Some("debian-companion");
    stock_on_sqlite = Some("second");
    companion_on_sqlite = Some("second-companion");
}
