//! A queue of ten thousand pieces. How long each takes is measured by `cargo bench --bench desk`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test may fail loudly

mod sending;

use std::collections::BTreeSet;

use qalam_desk::outbox::Step;
use sending::{put, queued, stored};

#[test]
fn a_long_queue_goes_out_piece_by_piece() {
    let folder = tempfile::tempdir().unwrap();
    let desk = queued(folder.path(), 10_000);
    assert_eq!(desk.outbox_counts().unwrap().waiting, 10_000);
    let mut sent = BTreeSet::new();
    for number in 0..30 {
        let step = desk.outbox_next().unwrap();
        let release = put(step.clone()).release;
        desk.outbox_record(&step, stored(&format!("e{number}"), &release, &[], &[]))
            .unwrap();
        assert!(sent.insert(release), "each piece once");
    }
    assert_eq!(desk.outbox_counts().unwrap().waiting, 10_000 - 30);
    desk.outbox_pause(true).unwrap();
    assert!(matches!(desk.outbox_next().unwrap(), Step::Idle { .. }));
}
