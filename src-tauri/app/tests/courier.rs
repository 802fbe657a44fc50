//! The other ways to a portal by the command line: in somebody else's bag, and by an editor's hand.

use crate::journey::{add_portal, approved};
use crate::runner::{Desk, Practice};

fn text(desk: &Desk, name: &str) -> String {
    desk.path(name).to_str().unwrap().to_owned()
}

#[test]
fn a_package_travels_and_its_receipts_come_back() {
    let (origin, courier) = (Desk::with_profile(), Desk::with_profile());
    let practice = Practice::start(&courier.path("portal"), &[]);
    add_portal(&origin, &practice);
    add_portal(&courier, &practice);
    let file = text(&origin, "outbox.qalam-courier");
    let nothing = origin.run(&["courier", "export", "--to", &file]);
    assert_eq!(nothing.refused(3), "nothing_to_export");
    let (id, hash) = approved(&origin);
    let packed = origin.run(&["courier", "export", "--to", &file]).done();
    assert_eq!(packed["entries"][0]["release"], hash.as_str());
    assert_eq!(
        origin.run(&["courier", "export", "--to", &file]).refused(3),
        "target_not_empty"
    );

    let missing = courier.run(&["courier", "deliver", &text(&courier, "none")]);
    assert_eq!(missing.refused(2), "path_not_found");
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let altered = courier.file("altered", &bytes);
    assert_eq!(
        courier.run(&["courier", "deliver", &altered]).refused(3),
        "package_altered"
    );
    let kept: Vec<_> = std::fs::read_dir(courier.path("desk/refused"))
        .unwrap()
        .flatten()
        .map(|entry| std::fs::read(entry.path()).unwrap())
        .collect();
    assert_eq!(kept, [bytes], "it can be looked at later");
    let receipts = text(&courier, "receipts.json");
    let none = courier.run(&["courier", "receipts", "--to", &receipts]);
    assert_eq!(none.refused(3), "no_receipts");
    let carried = courier.run(&["courier", "deliver", &file]).done();
    assert_eq!(carried["carried"]["state"], "delivered");
    assert_eq!(carried["carried"]["owner"], "TR");
    courier
        .run(&["courier", "receipts", "--to", &receipts])
        .done();

    assert_eq!(
        courier.run(&["courier", "import", &receipts]).refused(3),
        "receipts_foreign"
    );
    let back = origin.run(&["courier", "import", &receipts]).done();
    assert_eq!(back["delivered"][0]["draft"], id.as_str());
    let outbox = origin.run(&["outbox", "list"]).done();
    assert_eq!(outbox["entries"][0]["state"], "received");
    assert_eq!(outbox["entries"][0]["receipt"]["release"], hash.as_str());
    let listed = origin.run(&["courier", "list"]).done();
    assert_eq!(listed["packages"][0]["entries"][0]["state"], "received");
}

#[test]
fn a_folder_is_handed_over_and_a_person_says_it_arrived() {
    let desk = Desk::with_profile();
    let practice = Practice::start(&desk.path("portal"), &[]);
    add_portal(&desk, &practice);
    let (id, hash) = approved(&desk);
    let to = text(&desk, "hand");
    let written = desk.run(&["handover", "export", "--to", &to]).done();
    assert_eq!(written["items"][0]["release"], hash.as_str());
    assert!(desk.path("hand/index.html").is_file());
    assert_eq!(
        desk.run(&["handover", "export", "--to", &to]).refused(3),
        "target_not_empty"
    );
    let small = desk.run(&[
        "handover",
        "export",
        "--to",
        &text(&desk, "zip"),
        "--max-mb",
        "0",
    ]);
    assert_eq!(small.refused(2), "bad_argument");
    let listed = desk.run(&["handover", "list"]).done();
    let row = &listed["handovers"][0];
    assert!(row["confirmed_at"].is_null());
    let said = desk
        .run(&["handover", "confirm", row["id"].as_str().unwrap()])
        .done();
    assert_eq!(said["handovers"][0]["confirmed_by"], "Sample Focal Point");
    let outbox = desk.run(&["outbox", "list"]).done();
    assert_eq!(
        outbox["entries"][0]["state"], "waiting",
        "a folder is no receipt"
    );
    let taken = desk
        .run(&["handover", "import", &to, "--portal", "training"])
        .done();
    assert_eq!(taken["items"][0]["draft"], id.as_str());
    assert_eq!(taken["items"][0]["receipt"]["release"], hash.as_str());
    std::fs::write(desk.path("hand/index.html"), "other").unwrap();
    let changed = desk.run(&["handover", "import", &to, "--portal", "training"]);
    assert_eq!(changed.refused(3), "handover_damaged");
}
