use proptest::prelude::*;

use super::*;

fn cells(sheet: &Sheet) -> Vec<Vec<&str>> {
    sheet
        .rows
        .iter()
        .map(|row| row.cells.iter().map(String::as_str).collect())
        .collect()
}

fn codes(sheet: &Sheet) -> Vec<&str> {
    sheet
        .problems
        .iter()
        .map(|problem| problem.code.as_str())
        .collect()
}

#[test]
fn any_delimiter_and_any_encoding_of_office_computers() {
    let utf16 = |text: &str, bom: bool| -> Vec<u8> {
        let mut bytes = if bom { vec![0xFF, 0xFE] } else { Vec::new() };
        bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        bytes
    };
    let french = "Fichier;Titre;Année\r\na.pdf;\"Santé; l’école\";2024\r\n";
    let arabic = "الملف,العنوان,السنة\nأ.pdf,التقرير السنوي للصحة,2024\n";
    let fr = vec![vec!["a.pdf", "Santé; l’école", "2024"]];
    let ar = vec![vec!["أ.pdf", "التقرير السنوي للصحة", "2024"]];
    for (bytes, expected, delimiter) in [
        (french.as_bytes().to_vec(), &fr, ';'),
        ([&[0xEF, 0xBB, 0xBF], french.as_bytes()].concat(), &fr, ';'),
        (
            encoding_rs::WINDOWS_1252.encode(french).0.into_owned(),
            &fr,
            ';',
        ),
        (
            utf16(&french.replace(';', "\t").replace("é\t l", "é; l"), true),
            &fr,
            '\t',
        ),
        (arabic.as_bytes().to_vec(), &ar, ','),
        (
            encoding_rs::WINDOWS_1256.encode(arabic).0.into_owned(),
            &ar,
            ',',
        ),
        (utf16(arabic, true), &ar, ','),
        (
            format!("sep=|\r\n{}", arabic.replace(',', "|")).into_bytes(),
            &ar,
            '|',
        ),
    ] {
        let sheet = read("sheet.csv", &bytes);
        assert_eq!(&cells(&sheet), expected, "{sheet:?}");
        assert_eq!(sheet.delimiter, delimiter);
    }
}

#[test]
fn lines_of_another_encoding_pasted_into_a_file_are_read_and_told() {
    let mut bytes = "file,title\na.pdf,تقرير الصحة\nb.pdf,تقرير آخر\nc.pdf,"
        .as_bytes()
        .to_vec();
    bytes.extend_from_slice(
        &encoding_rs::WINDOWS_1256
            .encode("وزارة الصحة تعلن عن حملة\n")
            .0,
    );
    let sheet = read("sheet.csv", &bytes);
    assert_eq!(cells(&sheet)[0], ["a.pdf", "تقرير الصحة"]);
    assert_eq!(cells(&sheet)[2], ["c.pdf", "وزارة الصحة تعلن عن حملة"]);
    assert_eq!(codes(&sheet), [code::SHEET_ENCODINGS]);
}

#[test]
fn a_guessed_encoding_is_told_of_the_sheet_by_its_name() {
    for (text, encoding) in [
        ("fichier;titre\na.pdf;Santé\n", encoding_rs::WINDOWS_1252),
        ("file;title\na.pdf;صحة\n", encoding_rs::WINDOWS_1256),
    ] {
        let sheet = read("liste.csv", &encoding.encode(text).0);
        assert_eq!(cells(&sheet)[0][1], text.rsplit(';').next().unwrap().trim());
        assert_eq!(codes(&sheet), [code::ENCODING_UNSURE]);
        assert_eq!(sheet.problems[0].subject, "liste.csv");
    }
}

#[test]
fn a_quote_that_is_never_closed_costs_one_line() {
    let sheet = read(
        "sheet.csv",
        b"file,title,year\na.pdf,\"never closed,2024\nb.pdf,Another,2023\n",
    );
    assert_eq!(sheet.rows.len(), 2);
    assert_eq!(cells(&sheet)[1], ["b.pdf", "Another", "2023"]);
    assert_eq!(codes(&sheet), [code::SHEET_QUOTE_OPEN]);
    assert_eq!(sheet.rows[0].problems[0].params["line"], "2");
}

#[test]
fn ragged_rows_titles_above_and_cells_of_several_lines() {
    let sheet = read(
        "sheet.csv",
        "Publications of the Sample Ministry,,\n\nFile,Title,Year\na.pdf,\"Two\nlines \"\"quoted\"\"\",2024,extra\nb.pdf\n,,\n"
            .as_bytes(),
    );
    assert_eq!(sheet.header, ["File", "Title", "Year"]);
    assert_eq!(
        cells(&sheet),
        [
            vec!["a.pdf", "Two\nlines \"quoted\"", "2024"],
            vec!["b.pdf", "", ""]
        ]
    );
    assert_eq!(sheet.rows[0].line, 4);
    assert_eq!(sheet.rows[0].problems[0].code, code::SHEET_ROW_LONG);
    assert_eq!(sheet.rows[0].surplus, ["extra"]);
    assert_eq!(
        sheet.above,
        [["Publications of the Sample Ministry".to_owned()]]
    );
    assert!(sheet.rows[1].surplus.is_empty());
    assert_eq!(sheet.rows[1].line, 6);
}

#[test]
fn heads_are_understood_in_three_languages() {
    let propose_all = |header: &[&str]| {
        let header: Vec<String> = header.iter().map(|&head| head.to_owned()).collect();
        propose(&header, &|_| None)
    };
    let some = |targets: &[&str]| -> Vec<Option<String>> {
        targets
            .iter()
            .map(|target| (!target.is_empty()).then(|| (*target).to_owned()))
            .collect()
    };
    assert_eq!(
        propose_all(&[
            "File name",
            "TITLE",
            "Author(s)",
            "Year of publication",
            "Notes"
        ]),
        some(&["file", "title", "authors", "year", ""])
    );
    assert_eq!(
        propose_all(&[
            "Nom du fichier",
            "Titre",
            "Année",
            "Langue(s)",
            "Type de document"
        ]),
        some(&["file", "title", "year", "languages", "publication_type"])
    );
    assert_eq!(
        propose_all(&[
            "اسم الملف",
            "العنوان",
            "سنه النشر",
            "اللغه",
            "الجهة المسؤولة"
        ]),
        some(&["file", "title", "year", "languages", "corporate_author"])
    );
    // Each meaning once, and what a person said holds.
    assert_eq!(propose_all(&["Title", "Titre"]), some(&["title", ""]));
    let remembered = |head: &str| match head {
        "notes" => Some("title".to_owned()),
        "title" => Some(String::new()),
        _ => None,
    };
    let header = ["Title".to_owned(), "Notes".to_owned()];
    assert_eq!(propose(&header, &remembered), some(&["", "title"]));
}

#[test]
fn a_workbook_written_here_is_read_here() {
    let rows = vec![
        vec!["File".to_owned(), "Title".to_owned(), "Year".to_owned()],
        vec![
            "a.pdf".to_owned(),
            "Less < more & \"so\"".to_owned(),
            "2024".to_owned(),
        ],
        vec![
            "ب.pdf".to_owned(),
            "عنوان\nفي سطرين".to_owned(),
            "007".to_owned(),
        ],
    ];
    let bytes = to_xlsx(&rows, 0, &[true, false], true).unwrap();
    let sheet = read("sheet.xlsx", &bytes);
    assert_eq!(sheet.format, SheetFormat::Workbook);
    assert_eq!(sheet.header, rows[0]);
    assert_eq!(cells(&sheet), [rows[1].clone(), rows[2].clone()]);
    assert!(sheet.problems.is_empty(), "{:?}", sheet.problems);
}

/// What a spreadsheet program would work out when it opens the sheet, and what it would not.
#[test]
fn no_text_is_written_as_a_formula() {
    for (cell, written) in [
        ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
        ("=CMD|' /C calc'!A0", "'=CMD|' /C calc'!A0"),
        ("+1+1", "'+1+1"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\u{200F}=1+1", "'\u{200F}=1+1"),
        ("\t=1+1", "'\t=1+1"),
        ("＝1+1", "'＝1+1"),
        ("'=1+1", "''=1+1"),
        ("- a list", "'- a list"),
        ("+966 11 000 0000", "'+966 11 000 0000"),
        ("-5", "-5"),
        ("-5.25", "-5.25"),
        ("-5,25", "-5,25"),
        ("+966110000000", "+966110000000"),
        ("'quoted' title", "'quoted' title"),
        ("2019-2023", "2019-2023"),
        ("a=b", "a=b"),
    ] {
        let row = |one: &str, two: &str| vec![one.to_owned(), two.to_owned()];
        let rows = [row("File", "Title"), row("a.pdf", cell)];
        let bytes = to_csv(&rows, ';');
        assert_eq!(
            String::from_utf8(bytes.clone()).unwrap(),
            format!("\u{FEFF}File;Title\r\na.pdf;{written}\r\n")
        );
        let clean = clean(cell);
        assert_eq!(cells(&read("sheet.csv", &bytes)), [["a.pdf", &clean]]);
        let book = to_xlsx(&rows, 0, &[], false).unwrap();
        assert_eq!(cells(&read("sheet.xlsx", &book)), [["a.pdf", &clean]]);
    }
}

#[test]
fn what_is_no_sheet_says_so() {
    for (bytes, wanted) in [
        (b"".to_vec(), code::EMPTY),
        (b"PK\x03\x04nonsense".to_vec(), code::DAMAGED),
        (vec![0xD0, 0xCF, 0x11, 0xE0, 1, 2, 3], code::DAMAGED),
    ] {
        let sheet = read("sheet.xlsx", &bytes);
        assert!(sheet.rows.is_empty());
        assert_eq!(codes(&sheet), [wanted]);
    }
}

#[test]
fn many_rows_and_columns_are_cut_and_told() {
    let text = format!("file,title\n{}", "a,b\n".repeat(MAX_SHEET_ROWS + 40));
    let sheet = read("sheet.csv", text.as_bytes());
    assert_eq!(sheet.rows.len(), MAX_SHEET_ROWS);
    assert_eq!(codes(&sheet), [code::SHEET_CUT]);
    assert!(!sheet.is_whole());
    // Blank lines between them do not hide that there are more.
    let text = format!("file,title\n{}", "a,b\n\n".repeat(MAX_SHEET_ROWS + 1));
    let sheet = read("sheet.csv", text.as_bytes());
    assert_eq!(
        (sheet.rows.len(), codes(&sheet)),
        (MAX_SHEET_ROWS, vec![code::SHEET_CUT])
    );
    let text = format!("file,title\n{}", "a,b\n\n".repeat(MAX_SHEET_ROWS));
    assert!(read("sheet.csv", text.as_bytes()).is_whole());
    let wide = read(
        "sheet.csv",
        format!("file{}\na.pdf\n", ",x".repeat(5000)).as_bytes(),
    );
    assert_eq!(wide.header.len(), MAX_SHEET_COLUMNS);
    assert_eq!(codes(&wide), [code::SHEET_CUT]);
    // A row is no longer than its header because only a part of both is kept.
    let text = |cells: usize| format!("file{0}\na.pdf{0}\n", ",x".repeat(cells));
    let row = |cells: usize| read("sheet.csv", text(cells).as_bytes()).rows.remove(0);
    for cells in [MAX_SHEET_COLUMNS, MAX_SHEET_COLUMNS + 5] {
        assert!(row(cells).problems.is_empty());
    }
    let row = format!("file\na.pdf{}\n", ",x".repeat(MAX_SHEET_COLUMNS + 5));
    assert!(!read("sheet.csv", row.as_bytes()).is_whole());
}

/// Texts with the signs that mean something to a sheet.
fn a_cell() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zé\u{0627}-\u{0637};,|\" \n]{0,12}",
        "['=+@\t\r \u{200F}0-9.,a-c-]{0,8}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_give_a_sheet_within_its_bounds(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let sheet = read("any.csv", &bytes);
        prop_assert!(sheet.rows.iter().all(|row| row.cells.len() == sheet.header.len()));
        prop_assert!(sheet.header.len() <= MAX_SHEET_COLUMNS);
    }

    #[test]
    fn what_is_written_as_csv_is_read_again(
        rows in proptest::collection::vec(
            proptest::collection::vec(a_cell(), 3), 1..12),
        delimiter in prop_oneof![Just(','), Just(';'), Just('\t')],
    ) {
        let mut all = vec![vec!["File".to_owned(), "Title".to_owned(), "Year".to_owned()]];
        all.extend(rows);
        let sheet = read("sheet.csv", format!(
            "sep={delimiter}\r\n{}",
            String::from_utf8(to_csv(&all, delimiter)).unwrap().trim_start_matches('\u{FEFF}')
        ).as_bytes());
        let kept: Vec<Vec<String>> = all.iter().skip(1)
            .map(|row| row.iter().map(|cell| clean(cell)).collect::<Vec<_>>())
            .filter(|row| row.iter().any(|cell| !cell.is_empty())).collect();
        let found: Vec<Vec<String>> = sheet.rows.iter().map(|row| row.cells.clone()).collect();
        prop_assert_eq!(&found, &kept);
        let book = read("sheet.xlsx", &to_xlsx(&all, 0, &[], false).unwrap());
        let found: Vec<Vec<String>> = book.rows.iter().map(|row| row.cells.clone()).collect();
        prop_assert_eq!(found, kept);
    }
}
