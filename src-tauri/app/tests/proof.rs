//! Keys and approvals by the command line: two desks, a stick between them, and outsiders who check.

use crate::runner::Desk;

fn text(path: &std::path::Path) -> String {
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_request_travels_and_the_decision_comes_back() {
    let (author, chief) = (Desk::with_profile(), Desk::with_profile());
    let rules = author
        .run(&["review", "rules", "--four-eyes", "true"])
        .done();
    assert_eq!(rules["rules"]["four_eyes"], true);
    for (desk, name) in [(&author, "author"), (&chief, "chief")] {
        let made = desk.run(&["key", "new", "--name", name, "--paper"]).done();
        assert_eq!(made["paper"].as_str().unwrap().lines().count(), 4);
        let card = text(&desk.path("card.qkey"));
        desk.run(&["key", "export", name, "--to", &card]).done();
    }
    author
        .run(&["key", "trust", &text(&chief.path("card.qkey"))])
        .done();
    let id = author.ready_piece();
    author.run(&["review", "submit", &id]).done();
    let own = author.run(&["review", "approve", &id]).refused(3);
    assert_eq!(own, "own_draft");
    let request = text(&author.path("request.qalam"));
    author
        .run(&["review", "export", &id, "--to", &request])
        .done();
    let unknown = chief.run(&["review", "import", &request]).refused(3);
    assert_eq!(unknown, "key_untrusted");
    chief.run(&["key", "trust", &request]).done();
    let taken = chief.run(&["review", "import", &request]).done();
    assert_eq!(taken["imported"]["draft"], id.as_str());
    let said = chief
        .run(&[
            "review",
            "approve",
            &id,
            "--key",
            "chief",
            "--comment",
            "Read.",
        ])
        .done();
    assert_eq!(said["approval"]["key"].as_str().unwrap().len(), 64);
    let decision = text(&chief.path("decision.qalam"));
    chief
        .run(&["review", "export", &id, "--to", &decision])
        .done();
    let back = author.run(&["review", "import", &decision]).done();
    assert_eq!(back["release"]["state"], "approved");
    let here = author.run(&["review", "verify", &id]).done();
    assert_eq!(here["valid"], true);
    let trail = author.run(&["review", "trail"]).done();
    let acts: Vec<&str> = trail["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["act"].as_str().unwrap())
        .collect();
    assert_eq!(acts, ["submit", "approve"]);
    assert_eq!(trail["head"]["hash"].as_str().unwrap().len(), 64);

    let proof = text(&author.path("proof.qalam"));
    author
        .run(&["review", "export", &id, "--to", &proof])
        .done();
    assert_eq!(
        author.run(&["review", "verify", &proof]).done()["valid"],
        true
    );
    let mut bytes = std::fs::read(&proof).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 4;
    std::fs::write(&proof, bytes).unwrap();
    let broken = author.run(&["review", "verify", &proof]).refused(3);
    assert_eq!(broken, "proof_broken");
    let refused = author.run(&["review", "import", &proof]).refused(3);
    assert_eq!(refused, "review_package_altered");
    let keys = author.run(&["key", "list"]).done();
    let shown = keys.to_string();
    assert!(!shown.contains("seed") && !shown.contains("private"));
    assert_eq!(keys["keys"].as_array().unwrap().len(), 2);
    author.run(&["check"]).done();
}

#[test]
fn comments_are_written_answered_and_taken_in() {
    let desk = Desk::with_profile();
    let id = desk.ready_piece();
    desk.run(&["review", "submit", &id]).done();
    let said = desk
        .run(&[
            "review",
            "comment",
            &id,
            "--place",
            "title",
            "--quote",
            "northern",
            "--suggest",
            "eastern",
        ])
        .done();
    let comment = said["comment"].as_str().unwrap().to_owned();
    let gone = desk.run(&[
        "review",
        "comment",
        &id,
        "--quote",
        "not there",
        "--words",
        "Why?",
    ]);
    assert_eq!(gone.refused(3), "quote_gone");
    desk.run(&["review", "return", &id, "--reason", "See the comment."])
        .done();
    let found = desk.run(&["review", "comments", &id]).done();
    assert_eq!(
        (&found["open"], found["comments"].as_array().unwrap().len()),
        (&1.into(), 1)
    );
    desk.run(&["review", "answer", &comment, "--accept", "--words", "Yes."])
        .done();
    let found = desk.run(&["review", "comments", &id]).done();
    assert_eq!(found["comments"][0]["state"], "accepted");
    let shown = desk.run(&["draft", "show", &id]).done();
    assert!(shown.to_string().contains("eastern villages"), "{shown}");
}

#[test]
fn many_are_approved_with_one_signature() {
    let desk = Desk::with_profile();
    let ids: Vec<String> = (0..3).map(|_| desk.ready_piece()).collect();
    for id in &ids {
        desk.run(&["review", "submit", id]).done();
    }
    let table = desk.run(&["review", "batch"]).done();
    assert_eq!(table["pieces"].as_array().unwrap().len(), 3);
    assert_eq!(
        desk.run(&["review", "batch", "--approve"]).refused(2),
        "bad_argument"
    );
    let two = [
        "review",
        "batch",
        "--approve",
        &ids[0],
        &ids[1],
        "--comment",
        "Read.",
    ];
    let done = desk.run(&two).done();
    assert_eq!(done["releases"].as_array().unwrap().len(), 2);
    assert_eq!(desk.run(&two).refused(3), "not_in_review");
    let found = desk.run(&["review", "verify", &ids[1]]).done();
    assert!(found["checks"].to_string().contains("together"), "{found}");
    assert_eq!(
        desk.run(&["review", "verify", &ids[2]]).refused(3),
        "proof_broken"
    );
}
