//! The sheet for a signature on paper, read back as any PDF that comes in.

use serde_json::Value;

use crate::runner::Desk;

/// Words as a reader of PDFs finds them: spaces and marks around values aside.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !('\u{2066}'..='\u{2069}').contains(c))
        .collect()
}

#[test]
fn the_sheet_says_the_release_in_three_languages() {
    let desk = Desk::with_profile();
    let id = desk.ready_piece();
    let to = desk.path("sheet.pdf");
    let to = to.to_str().unwrap();
    let refused = desk.run(&["review", "sheet", &id, "--to", to]);
    assert_eq!(refused.json["problems"][0]["code"], "not_handed_in");
    for refused in [
        desk.run(&["review", "verify", &id]),
        desk.run(&["review", "export", &id, "--to", to]),
    ] {
        assert_eq!(refused.json["problems"][0]["code"], "not_handed_in");
    }
    desk.run(&[
        "draft",
        "edit",
        &id,
        "--lang",
        "ar",
        "--title",
        "فرق متنقلة تصل إلى القرى الشمالية لأول مرة",
        "--summary",
        "ست فرق متنقلة (MMR) من وزارة الصحة النموذجية تصل إلى 42 قرية لتلقيح الأطفال.",
        "--body-file",
        &desk.file("ar.md", "عادت الفرق."),
    ])
    .done();
    let release = desk.run(&["review", "submit", &id]).done();
    let hash = release["release"]["hash"].as_str().unwrap().to_owned();
    desk.run(&["review", "approve", &id]).done();
    let heads = [
        ("en", "Sign-off sheet"),
        ("fr", "Fiche de validation"),
        ("ar", "ورقة الاعتماد"),
    ];
    for (lang, head) in heads {
        let to = desk.path(&format!("sheet-{lang}.pdf"));
        let to = to.to_str().unwrap();
        let said = desk
            .run(&["--lang", lang, "review", "sheet", &id, "--to", to])
            .done();
        assert!(said["bytes"].as_u64().unwrap() > 10_000);
        let added = desk.run(&["publications", "add", to]).json;
        let publication = added["items"][0]["id"].as_str().unwrap().to_owned();
        let text = desk.run(&["publications", "text", &publication]).done();
        let text = plain(text["text"].as_str().unwrap_or_default());
        let wanted = [
            head,
            &hash,
            "Mobile teams reach the northern villages",
            "فرق متنقلة تصل إلى القرى الشمالية لأول مرة",
            "(MMR)",
            "Sample Focal Point",
        ];
        for words in wanted {
            assert!(text.contains(&plain(words)), "{lang}: {words} in {text}");
        }
    }
    // What is there already stays as it is.
    let there = desk.path("sheet-en.pdf");
    let there = there.to_str().unwrap();
    let refused = desk.run(&["review", "sheet", &id, "--to", there]);
    assert_eq!(refused.json["problems"][0]["code"], "target_not_empty");
    // Written twice it is the same: a sheet holds no time of its own.
    let again = desk.path("again.pdf");
    let said: Value = desk
        .run(&[
            "--lang",
            "en",
            "review",
            "sheet",
            &id,
            "--to",
            again.to_str().unwrap(),
        ])
        .done();
    assert!(said["ok"].as_bool().unwrap());
    assert_eq!(
        std::fs::read(again).unwrap(),
        std::fs::read(desk.path("sheet-en.pdf")).unwrap()
    );
}
