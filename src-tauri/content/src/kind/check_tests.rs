use super::*;
use serde_json::json;

fn object(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

fn codes(found: &[Finding]) -> Vec<(String, String)> {
    found
        .iter()
        .map(|finding| (finding.code.clone(), finding.field.clone()))
        .collect()
}

struct Piece {
    content_type: &'static str,
    areas: Vec<String>,
    fields: Map<String, Value>,
    localized: Map<String, Value>,
    title: String,
    summary: String,
    body: String,
}

impl Piece {
    fn news() -> Self {
        Self {
            content_type: "news",
            areas: vec!["ta1".to_owned()],
            fields: object(json!({"eventDate": "2026-11-20"})),
            localized: object(json!({"place": "Sample City"})),
            title: "Measles campaign opened".to_owned(),
            summary: "The sample ministry opened a national campaign against measles.".to_owned(),
            body: String::new(),
        }
    }

    fn check(&self) -> Vec<Finding> {
        check(&CheckInput {
            content_type: self.content_type,
            primary_lang: "en",
            areas: &self.areas,
            fields: &self.fields,
            languages: vec![LanguageInput {
                lang: "en",
                title: &self.title,
                summary: &self.summary,
                body: &self.body,
                fields: &self.localized,
            }],
            attachments: Vec::new(),
            linked: BTreeMap::new(),
            today: Some("2026-11-21"),
        })
    }
}

#[test]
fn a_complete_piece_has_no_findings() {
    assert_eq!(Piece::news().check(), []);
}

#[test]
fn what_is_missing_is_named() {
    let mut piece = Piece::news();
    piece.areas.clear();
    piece.fields.clear();
    piece.localized.clear();
    piece.summary.clear();
    let found = piece.check();
    let expected = ["summary", "thematicAreas", "eventDate", "place"];
    assert_eq!(
        codes(&found),
        expected.map(|field| ("field_missing".to_owned(), field.to_owned()))
    );
    assert!(
        found
            .iter()
            .all(|finding| finding.severity == Severity::Error)
    );
}

#[test]
fn values_are_checked() {
    let cases = [
        (
            json!({"eventDate": "2026-13-01"}),
            "value_invalid",
            "eventDate",
        ),
        (
            json!({"eventDate": "2026-02-29"}),
            "value_invalid",
            "eventDate",
        ),
        (
            json!({"eventDate": "2026-11-20", "programmesOfAction": ["P.A.9.1"]}),
            "value_invalid",
            "programmesOfAction",
        ),
        (
            json!({"eventDate": "2026-11-20", "sourceUrl": "www.example.org"}),
            "value_invalid",
            "sourceUrl",
        ),
    ];
    for (fields, code, field) in cases {
        let mut piece = Piece::news();
        piece.fields = object(fields);
        assert_eq!(codes(&piece.check()), [(code.to_owned(), field.to_owned())]);
    }
    let mut piece = Piece::news();
    piece.areas = ["ta1", "ta2", "ta3", "ta4"].map(str::to_owned).to_vec();
    piece.title = "x".repeat(201);
    let found = codes(&piece.check());
    assert!(found.contains(&("too_many_values".to_owned(), "thematicAreas".to_owned())));
    assert!(found.contains(&("text_too_long".to_owned(), "title".to_owned())));
}

#[test]
fn conditions_hold() {
    let mut piece = Piece::news();
    piece.content_type = "event";
    piece.localized.clear();
    piece.fields = object(
        json!({"startDate": "2026-11-20", "endDate": "2026-11-19", "mode": "onsite", "organisers": ["Sample Ministry of Health"]}),
    );
    assert_eq!(
        codes(&piece.check()),
        [
            ("date_order".to_owned(), "endDate".to_owned()),
            ("field_missing".to_owned(), "venue".to_owned()),
            ("date_over".to_owned(), "endDate".to_owned()),
        ]
    );
    piece.fields.insert("mode".to_owned(), json!("online"));
    piece
        .fields
        .insert("endDate".to_owned(), json!("2026-11-21"));
    assert_eq!(piece.check(), []);
    piece.fields.insert("mode".to_owned(), json!("somehow"));
    assert!(codes(&piece.check()).contains(&("value_unknown".to_owned(), "mode".to_owned())));
}

#[test]
fn the_body_is_looked_at() {
    let mut piece = Piece::news();
    piece.body = format!(
        "# A\n\n### C\n\n![](qalam:{}) ![x](https://example.org/x.png) [y](/local) [z](javascript:x)\n",
        "0".repeat(64)
    );
    let found = codes(&piece.check());
    for code in [
        "heading_jump",
        "picture_without_alt",
        "picture_missing",
        "picture_remote",
        "link_unusable",
        "link_relative",
    ] {
        assert!(
            found.contains(&(code.to_owned(), "body".to_owned())),
            "{code}"
        );
    }
    piece.body =
        "أطلقت وزارة الصحة حملة وطنية للتلقيح ضد الحصبة في جميع المحافظات والأقاليم".to_owned();
    assert_eq!(
        codes(&piece.check()),
        [("other_language".to_owned(), "body".to_owned())]
    );
}

#[test]
fn unknown_types_are_said() {
    let mut piece = Piece::news();
    piece.content_type = "poem";
    assert_eq!(
        codes(&piece.check()),
        [("unknown_type".to_owned(), "type".to_owned())]
    );
}

#[test]
fn files_and_covers_are_checked() {
    let piece = Piece::news();
    let alt = BTreeMap::new();
    let file = |role, mime, bytes| AttachmentInput {
        reading: None,
        sha256: "a",
        name: "x",
        mime,
        bytes,
        role,
        alt: &alt,
    };
    let fields = object(
        json!({"publicationType": "report", "year": 2030, "languages": ["en"], "corporateAuthor": ["Sample"], "licence": "cc-by-4.0"}),
    );
    let mut input = CheckInput {
        content_type: "publication",
        primary_lang: "en",
        areas: &piece.areas,
        fields: &fields,
        languages: vec![LanguageInput {
            lang: "en",
            title: &piece.title,
            summary: &piece.summary,
            body: "",
            fields: &piece.localized,
        }],
        attachments: vec![file("cover", "image/gif", 20_000_000)],
        linked: BTreeMap::new(),
        today: Some("2026-11-21"),
    };
    let found = codes(&check(&input));
    for code in ["picture_without_alt", "file_type", "file_too_large"] {
        assert!(
            found.contains(&(code.to_owned(), "attachments".to_owned())),
            "{code} in {found:?}"
        );
    }
    assert!(found.contains(&("field_missing".to_owned(), "files".to_owned())));
    assert!(found.contains(&("out_of_range".to_owned(), "year".to_owned())));
    input.attachments = vec![file("publication", "application/pdf", 1)];
    assert!(!codes(&check(&input)).contains(&("field_missing".to_owned(), "files".to_owned())));
}

#[test]
fn what_stands_in_the_texts_is_compared() {
    let fields = object(json!({}));
    fn version<'a>(
        lang: &'a str,
        body: &'a str,
        fields: &'a Map<String, Value>,
    ) -> LanguageInput<'a> {
        LanguageInput {
            lang,
            title: "Title",
            summary: "",
            body,
            fields,
        }
    }
    let found = |original: &str, translation: &str| -> Vec<(String, String)> {
        check(&CheckInput {
            content_type: "news",
            primary_lang: "en",
            areas: &[],
            fields: &fields,
            languages: vec![
                version("en", original, &fields),
                version("fr", translation, &fields),
            ],
            attachments: Vec::new(),
            linked: BTreeMap::new(),
            today: None,
        })
        .into_iter()
        .filter(|finding| finding.lang.as_deref() == Some("fr") && finding.code.starts_with("num"))
        .map(|finding| {
            (
                finding.code,
                finding.params.get("numbers").cloned().unwrap_or_default(),
            )
        })
        .collect()
    };
    let original =
        "On 12 November 2026 the teams gave 1,250,000 doses in 82 provinces, 94.5 per cent.";
    let same =
        "Le 12/11/2026 les équipes ont donné 1 250 000 doses dans 82 provinces, soit 94,5 %.";
    assert_eq!(found(original, same), []);
    // A Hijri day beside its Gregorian one, and alone, a day off where the moon was seen earlier.
    let opened = "The centre opened on 4 March 2026.";
    for hijri in [
        "افتُتح المركز في 15 رمضان 1447هـ الموافق 4 مارس 2026م.",
        "افتُتح المركز في ١٥ رمضان ١٤٤٧ هـ.",
        "افتُتح المركز في 14 رمضان 1447.",
    ] {
        assert_eq!(found(opened, hijri), [], "{hijri}");
    }
    assert_eq!(
        found(opened, "افتُتح المركز في 20 رمضان 1447هـ.").len(),
        2,
        "another day"
    );
    let other = "Le 12 novembre 2026 les équipes ont donné 1 520 000 doses dans 82 provinces.";
    assert_eq!(
        found(original, other),
        [
            ("numbers_missing".to_owned(), "1250000 · 94.5".to_owned()),
            ("numbers_added".to_owned(), "1520000".to_owned())
        ]
    );
    assert_eq!(
        found(original, ""),
        [],
        "nothing is said of what was not begun"
    );
}

#[test]
fn paragraphs_in_another_language_and_questions_left_are_named() {
    let mut piece = Piece::news();
    let french = "Les équipes ont visité quarante villages en une seule journée et ont vacciné plus de deux mille enfants dans la province.";
    let english = "The teams visited forty villages in a single day and vaccinated more than two thousand children in the province, as the ministry had planned.";
    piece.body = format!(
        "{english}\n\n{english}\n\n{french}\n\n## Background\n\nWhat led to this, in two or three sentences?\n"
    );
    let found = piece.check();
    assert_eq!(
        codes(&found),
        [
            ("paragraph_language".to_owned(), "body".to_owned()),
            ("template_left".to_owned(), "body".to_owned())
        ]
    );
    let text = found[0].params.get("text").unwrap();
    assert!(french.starts_with(text.as_str()) && found[0].params["found"] == "fr");
}

#[test]
fn days_that_have_passed_are_named() {
    let cases = [
        ("event", json!({"startDate": "2026-11-21"}), vec![]),
        (
            "event",
            json!({"startDate": "2026-11-20"}),
            vec![("date_over", "startDate")],
        ),
        (
            "event",
            json!({"startDate": "2026-11-20", "endDate": "2026-11-25"}),
            vec![],
        ),
        (
            "event",
            json!({"startDate": "2026-11-22", "endDate": "2026-11-25", "registrationDeadline": "2026-11-01"}),
            vec![("deadline_passed", "registrationDeadline")],
        ),
        // Before the day on which readers may see it.
        (
            "training",
            json!({"startDate": "2026-11-25", "publishNotBefore": "2026-12-01T08:00:00Z"}),
            vec![("date_over", "startDate")],
        ),
        (
            "announcement",
            json!({"validFrom": "2026-01-01", "validUntil": "2026-11-20"}),
            vec![("deadline_passed", "validUntil")],
        ),
        (
            "announcement",
            json!({"validFrom": "2026-01-01", "validUntil": "2026-11-21"}),
            vec![],
        ),
        (
            "programme",
            json!({"startDate": "2019", "endDate": "2020"}),
            vec![],
        ),
        ("news", json!({"eventDate": "2020-01-01"}), vec![]),
    ];
    for (content_type, fields, expected) in cases {
        let mut piece = Piece::news();
        piece.content_type = content_type;
        piece.fields = object(fields.clone());
        let found: Vec<(String, String)> = piece
            .check()
            .into_iter()
            .filter(|one| one.code == "date_over" || one.code == "deadline_passed")
            .map(|one| (one.code, one.field))
            .collect();
        let expected: Vec<(String, String)> = expected
            .into_iter()
            .map(|(code, field): (&str, &str)| (code.to_owned(), field.to_owned()))
            .collect();
        assert_eq!(found, expected, "{content_type} {fields}");
    }
}
