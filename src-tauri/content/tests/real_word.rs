//! Documents that Microsoft Word wrote become what `read.json` says, and the report tells what did not stay as it was.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test may fail loudly

use std::path::Path;

use qalam_content::readers::import::{TrackedWish, import_with};
use serde_json::{Value, json};

#[test]
fn what_word_wrote_is_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/word/real");
    let expected = std::fs::read(folder.join("read.json")).unwrap();
    let expected: Value = serde_json::from_slice(&expected).unwrap();
    let expected = expected.as_object().unwrap();
    assert_eq!(expected.len(), 21);
    for (name, wanted) in expected {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let read = import_with(name, &bytes, None, TrackedWish::Accept);
        let comments = read.report.comments.iter();
        let comments: Vec<Value> = comments
            .map(|comment| json!({ "text": comment.text, "at": comment.place.words }))
            .collect();
        let problems = read.problems.iter().map(|problem| &problem.code);
        let found = json!({
            "markdown": read.markdown,
            "kept": read.report.kept,
            "changed": read.report.changed,
            "dropped": read.report.dropped,
            "comments": comments,
            "problems": problems.collect::<Vec<_>>(),
        });
        assert_eq!(&found, wanted, "{name}");
    }
}
