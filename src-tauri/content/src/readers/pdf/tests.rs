use super::*;

fn value<T: Clone>(found: &Option<Found<T>>) -> Option<T> {
    found.as_ref().map(|found| found.value.clone())
}

fn origin<T>(found: &Option<Found<T>>) -> Option<Origin> {
    found.as_ref().map(|found| found.origin)
}

/// The files the product's own fixtures are printed from are beside them, as HTML.
fn fixture(name: &str) -> Vec<u8> {
    let path = format!(
        "{}/../../tests/fixtures/pdf/{name}",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read(path).unwrap()
}

#[test]
fn arabic_is_in_reading_order() {
    let facts = describe(&fixture("dalil-ar.pdf"));
    assert_eq!(facts.state, State::Readable);
    assert_eq!(
        value(&facts.title).as_deref(),
        Some("دليل الرعاية الصحية الأولية")
    );
    assert_eq!(value(&facts.languages).unwrap(), ["ar"]);
    assert_eq!(
        (value(&facts.pages), value(&facts.year)),
        (Some(3), Some(2025))
    );
    for phrase in [
        "وزارة الصحة (نموذج)",
        "الطبعة الثانية، ٢٠٢٥",
        "ورعاية الأم والطفل ومتابعة الأمراض المزمنة",
        "تُسجَّل كل زيارة في نظام DHIS2 قبل نهاية يوم العمل.",
    ] {
        assert!(facts.text.contains(phrase), "{phrase}");
    }
    assert!(facts.problems.is_empty(), "{:?}", facts.problems);
}

#[test]
fn latin_files_are_described() {
    let report = describe(&fixture("annual-report-en.pdf"));
    assert_eq!(
        value(&report.title).as_deref(),
        Some("Annual Health Report 2025")
    );
    assert_eq!(origin(&report.title), Some(Origin::Info));
    assert_eq!(value(&report.isbn).as_deref(), Some("9783161484100"));
    assert_eq!(value(&report.languages).unwrap(), ["en"]);
    let plan = describe(&fixture("plan-national-fr.pdf"));
    assert_eq!(value(&plan.languages).unwrap(), ["fr"]);
    assert_eq!(value(&plan.year), Some(2026));
    assert!(
        plan.text
            .contains("La malnutrition chronique touche encore 24 % des enfants")
    );
    assert_eq!(plan.text.matches('\u{c}').count(), 2);
}

#[test]
fn a_cut_off_file_is_damaged_and_says_nothing_false() {
    let facts = describe(&fixture("damaged.pdf"));
    assert_eq!(facts.state, State::Damaged);
    assert_eq!(facts.problems[0].code, "damaged");
    assert_eq!(facts.title, None);
}

#[test]
fn what_is_no_pdf_is_damaged() {
    for bytes in [&b""[..], b"%PDF-1.7", b"not a pdf", &[0; 4096]] {
        let facts = describe(bytes);
        assert_eq!(facts.state, State::Damaged);
        assert_eq!(value(&facts.pages), None);
        assert_eq!(facts.problems.len(), 1);
        assert_eq!(thumbnail(bytes, 200), None);
    }
}

#[test]
fn a_locked_file_with_a_damaged_table_is_locked() {
    let locked = made(
        &[
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[]/Count 0>>",
            "<</Filter/Standard/V 1/R 2/P -4/O<00>/U<00>>>",
        ],
        "/Encrypt 3 0 R/ID[<00><00>]",
    );
    let text = String::from_utf8(locked).unwrap();
    // The end is missing, or the objects cannot be found.
    let no_table = text.replace("xref", "xxxx").replace(" obj", " xxx");
    assert_eq!(describe(no_table.as_bytes()).state, State::Encrypted);
    assert_eq!(describe(no_table.as_bytes()).problems[0].code, "encrypted");
    let inside = no_table.replace("/Encrypt 3 0 R", "/Encrypt<</Filter/Standard>>");
    assert_eq!(describe(inside.as_bytes()).state, State::Encrypted);
    for other in ["/EncryptMetadata true", "/Encrypted 3 0 R", "/Encrypt null"] {
        let other = no_table.replace("/Encrypt 3 0 R", other);
        assert_eq!(describe(other.as_bytes()).state, State::Damaged);
    }
}

/// A PDF made of objects, with a table of where they are.
fn made(objects: &[&str], trailer: &str) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", index + 1).as_bytes());
    }
    let start = out.len();
    let count = objects.len() + 1;
    out.extend_from_slice(format!("xref\n0 {count}\n0000000000 65535 f \n").as_bytes());
    for place in places {
        out.extend_from_slice(format!("{place:010} 00000 n \n").as_bytes());
    }
    out.extend_from_slice(
        format!("trailer\n<</Size {count}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n")
            .as_bytes(),
    );
    out
}

fn with_content(content: &str, trailer: &str) -> Vec<u8> {
    let stream = format!(
        "<</Length {}>>\nstream\n{content}\nendstream",
        content.len()
    );
    made(
        &[
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 600]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
            &stream,
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            "<</Title(Microsoft Word - plan_final.doc)/Author(First Office; Second Office)/CreationDate(D:20190304100000Z)>>",
        ],
        trailer,
    )
}

#[test]
fn the_largest_type_stands_in_for_a_junk_title() {
    let pdf = with_content(
        "BT /F 10 Tf 50 560 Td (Sample Ministry of Health) Tj ET BT /F 24 Tf 50 500 Td (National plan) Tj 0 -28 Td (for clean water) Tj ET BT /F 10 Tf 50 440 Td (This plan was made by the sample ministry and says what will be done for water.) Tj ET",
        "/Info 6 0 R",
    );
    let facts = describe(&pdf);
    assert_eq!(
        value(&facts.title).as_deref(),
        Some("National plan for clean water")
    );
    assert_eq!(origin(&facts.title), Some(Origin::FirstPage));
    assert_eq!(
        value(&facts.corporate_author).as_deref(),
        Some("First Office")
    );
    assert_eq!(value(&facts.year), Some(2019));
    assert_eq!(facts.state, State::Readable);
    let png = thumbnail(&pdf, 120).unwrap();
    let picture = crate::readers::picture::describe(&png);
    assert_eq!((picture.width, picture.height), (80, 120));
}

#[test]
fn pages_without_text_are_scanned() {
    let facts = describe(&with_content("0 0 100 100 re f", ""));
    assert_eq!(facts.state, State::Scanned);
    assert_eq!(facts.problems[0].code, "scanned");
    assert_eq!(value(&facts.pages), Some(1));
}

#[test]
fn a_locked_file_is_encrypted() {
    let pdf = made(
        &[
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[]/Count 0>>",
            "<</Filter/Standard/V 1/R 2/Length 40/P -4/O<0000000000000000000000000000000000000000000000000000000000000000>/U<0000000000000000000000000000000000000000000000000000000000000000>>>",
        ],
        "/Encrypt 3 0 R/ID[<00><00>]",
    );
    let facts = describe(&pdf);
    assert_eq!(facts.state, State::Encrypted);
    assert_eq!(facts.problems[0].code, "encrypted");
}

#[test]
fn replacement_text_counts_as_what_it_says() {
    let pdf = with_content(
        "BT /F 12 Tf 50 500 Td /Span <</ActualText<FEFF0635062D0629>>> BDC (xyz) Tj EMC ( is the word for health in the language of this text, as the sample says) Tj ET",
        "",
    );
    assert!(
        describe(&pdf)
            .text
            .starts_with("صحة is the word for health"),
        "{}",
        describe(&pdf).text
    );
}

#[test]
fn columns_are_not_mixed() {
    let mut content = String::new();
    for column in 0..2 {
        for line in 0..4 {
            content.push_str(&format!(
                "BT /F 10 Tf {} {} Td (column {column} line {line} words) Tj ET ",
                40 + column * 200,
                500 - line * 14
            ));
        }
    }
    let text = describe(&with_content(&content, "")).text;
    let first = text.find("column 0 line 3").unwrap();
    assert!(first < text.find("column 1 line 0").unwrap(), "{text}");
}

/// Cutting and changing bytes anywhere must never bring the caller down.
#[test]
fn broken_files_never_panic() {
    let whole = fixture("plan-national-fr.pdf");
    for step in 1..24 {
        let cut = &whole[..whole.len() * step / 24];
        let _ = describe(cut);
        let mut changed = whole.clone();
        for (index, byte) in changed.iter_mut().enumerate() {
            if index % (97 + step) == step {
                *byte = byte.wrapping_add(step as u8);
            }
        }
        let _ = describe(&changed);
        let _ = thumbnail(&changed, 64);
    }
}
