//! How long a search takes in a large desk. Run by hand:
//! `cargo test --release -p qalam-desk --test search_scale -- --ignored --nocapture`
#![allow(clippy::unwrap_used, clippy::print_stdout)] // a measurement

use qalam_desk::publications::intake::IntakeOptions;
use qalam_desk::search::SearchRequest;
use qalam_desk::{Desk, OpenOptions};

#[test]
#[ignore = "a measurement"]
fn a_large_desk() {
    let store = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let words = "الصحة المدرسية حملة التلقيح ضد الحصبة وزارة نموذجية تقرير سنوي health report plan";
    let words: Vec<&str> = words.split(' ').collect();
    for number in 0..3_000_usize {
        let mut text = format!("Sample {number}\n");
        for step in 0..400 {
            let at = (number * 7 + step * (number % 5 + 1)) % words.len();
            text.push_str(words.get(at).copied().unwrap_or_default());
            text.push(' ');
        }
        std::fs::write(folder.path().join(format!("{number}.txt")), text).unwrap();
    }
    let desk = Desk::open(store.path(), OpenOptions::default()).unwrap();
    let began = std::time::Instant::now();
    desk.intake_blocking(
        &[folder.path().to_path_buf()],
        IntakeOptions::default(),
        &mut |_| {},
    )
    .unwrap();
    println!("intake of 3000: {:?}", began.elapsed());
    for query in ["2999", "الصحة", "تلقيح حصبة", "rep", "س"] {
        let request = SearchRequest {
            query: query.into(),
            limit: 20,
            ..SearchRequest::default()
        };
        desk.search(&request).unwrap();
        let found = desk.search(&request).unwrap();
        println!("{query}: {} hits in {} us", found.hits.len(), found.took_us);
    }
}
