//! Sheets of descriptions, through the desk.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test may fail loudly

use std::path::PathBuf;
use std::sync::Arc;

use proptest::prelude::*;
use qalam_content::sheet::{Sheet, SheetFormat, read};
use qalam_desk::job::IntakeItem;
use qalam_desk::publications::intake::IntakeOptions;
use qalam_desk::publications::likeness::LikeRule;
use qalam_desk::publications::sheet::{RowProblem, RowStatus, SheetReport, Speaker};
use qalam_desk::publications::{Publication, PublicationQuery};
use qalam_desk::{Code, Desk, OpenOptions};
use serde_json::json;

const FILES: [(&str, &str); 4] = [
    (
        "a report.txt",
        "The first sample report about immunization.",
    ),
    ("تقرير.txt", "تقرير الوزارة النموذجية عن الصحة المدرسية."),
    (
        "2023/annual.md",
        "# Annual sample report\n\nMeasles and school health.",
    ),
    (
        "2024/annual.md",
        "# Annual sample report again\n\nMeasles and nutrition.",
    ),
];

struct Desks {
    _store: tempfile::TempDir,
    folder: tempfile::TempDir,
    desk: Arc<Desk>,
}

impl Desks {
    fn new() -> Self {
        let store = tempfile::tempdir().unwrap();
        let desk = Arc::new(Desk::open(store.path(), OpenOptions::default()).unwrap());
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in FILES {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Self {
            _store: store,
            folder,
            desk,
        }
    }

    fn take_in(&self, dry_run: bool) -> Vec<IntakeItem> {
        let options = IntakeOptions {
            dry_run,
            ..IntakeOptions::default()
        };
        let paths: [PathBuf; 1] = [self.folder.path().to_path_buf()];
        self.desk
            .intake_blocking(&paths, options, &mut |_| {})
            .unwrap()
            .items
    }

    fn all(&self) -> Vec<Publication> {
        self.desk
            .publications_list(&PublicationQuery::default())
            .unwrap()
            .publications
    }

    fn named(&self, name: &str) -> Publication {
        self.all()
            .into_iter()
            .find(|row| row.path.ends_with(name))
            .unwrap()
    }
}

fn csv(text: &str) -> Sheet {
    read("sheet.csv", text.as_bytes())
}

fn told(problem: &RowProblem) -> String {
    format!(
        "{} {} {:?}",
        problem.field, problem.problem.code, problem.near
    )
}

fn give(desk: &Desk, sheet: &Sheet) -> Vec<u8> {
    let head = |target: &str| match target {
        "fix" => "What to fix".to_owned(),
        "qalam" => "Qalam".to_owned(),
        other => other.to_owned(),
    };
    desk.sheets_give_back(
        sheet,
        &Vec::new(),
        &[],
        &Speaker {
            lang: "en",
            head: &head,
            problem: &told,
        },
    )
    .unwrap()
}

/// Without the ids only the real run has.
fn without_ids(report: &SheetReport) -> SheetReport {
    let mut report = report.clone();
    for row in &mut report.rows {
        row.publication = None;
    }
    report
}

#[test]
fn rows_find_their_files_and_say_what_is_wrong() {
    let all = Desks::new();
    all.take_in(false);
    let sheet = csv("Fichier;Titre;Année;Langue;Type;Licence\n\
         a report.txt;A better title;2024-03-01;anglais;Rapport anuel;CC BY 4.0\n\
         annual.md;;2023;;;\n\
         2023\\annual.md;Of 2023;2023;ar, fr;;\n\
         تقرير;;45352;klingonais;;\n\
         absent.pdf;x;;;;\n\
         ;y;;;;\n\
         A REPORT.txt;;2020;;;\n");
    let report = all.desk.sheets_try(&sheet, &Vec::new(), &[]).unwrap();
    let lines: Vec<(u32, RowStatus, usize, Vec<String>)> = report
        .rows
        .iter()
        .map(|row| {
            (
                row.line,
                row.status,
                row.changes.len(),
                row.problems.iter().map(told).collect(),
            )
        })
        .collect();
    let one = |text: &str| vec![text.to_owned()];
    assert_eq!(
        lines,
        [
            (
                2,
                RowStatus::ToFix,
                3,
                one("publication_type bad_value [\"annual-report\"]")
            ),
            (3, RowStatus::ToFix, 0, one(" sheet_row_ambiguous []")),
            (4, RowStatus::Changed, 3, vec![]),
            (
                5,
                RowStatus::ToFix,
                0,
                vec![
                    "year bad_value [\"2024\"]".to_owned(),
                    "languages bad_value []".to_owned()
                ]
            ),
            (6, RowStatus::ToFix, 0, one(" sheet_row_unknown []")),
            (7, RowStatus::ToFix, 0, one(" sheet_row_without_key []")),
            (8, RowStatus::ToFix, 0, one(" sheet_row_twice []")),
        ]
    );
    assert_eq!(report.tally.rows, 7);
    assert_eq!(report.tally.cells, 6);
    // Trying wrote nothing; doing writes exactly that.
    assert_eq!(all.named("a report.txt").year, None);
    let (done, edited) = all.desk.sheets_apply(&sheet, &Vec::new(), &[]).unwrap();
    assert_eq!(done, report);
    assert_eq!(edited.cells, report.tally.cells);
    assert!(edited.refused.is_empty());
    let row = all.named("a report.txt");
    assert_eq!(
        (row.title.as_str(), row.year),
        ("A better title", Some(2024))
    );
    assert_eq!(row.licence, "cc-by-4.0");
    assert_eq!(all.named("2023/annual.md").languages, ["ar", "fr"]);
    // All of it can be taken back.
    all.desk.publications_edit(&edited.undo).unwrap();
    assert_eq!(all.named("a report.txt").year, None);
}

#[test]
fn a_year_of_the_hijri_era_is_asked_about() {
    let all = Desks::new();
    all.take_in(false);
    let wrong = |text: &str| {
        let sheet = csv(&format!("File;Year\na report.txt;{text}\n"));
        let report = all.desk.sheets_try(&sheet, &Vec::new(), &[]).unwrap();
        let [row] = report.rows.as_slice() else {
            panic!("{report:?}")
        };
        let after = row.changes.first().map(|change| change.after.clone());
        (after, row.problems.iter().map(told).collect::<Vec<_>>())
    };
    let asked = |near: &str| (None, vec![format!("year bad_value {near}")]);
    for (text, expected) in [
        ("1445 هـ", asked("[\"2023\", \"2024\"]")),
        ("١٤٤٢", asked("[\"2020\", \"2021\"]")),
        ("1429 AH", asked("[\"2008\"]")),
        ("1445 هـ / 2024 م", asked("[\"2024\"]")),
        ("2024 هـ", asked("[]")),
        ("1499", asked("[]")),
        // A whole day is in one year of ours.
        ("20/09/1445 هـ", (Some(json!(2024)), vec![])),
        ("٢٠٢٤ م", (Some(json!(2024)), vec![])),
    ] {
        assert_eq!(wrong(text), expected, "{text}");
    }
}

#[test]
fn the_sheet_comes_back_and_only_what_was_corrected_counts() {
    for workbook in [false, true] {
        let all = Desks::new();
        all.take_in(false);
        let mut sheet = csv("File,Title,Year,Kind\n\
             a report.txt,A better title,soon,Annual report\n\
             تقرير.txt,عنوان أفضل,2022,كتيب\n");
        if workbook {
            sheet.format = SheetFormat::Workbook;
        }
        all.desk.sheets_apply(&sheet, &Vec::new(), &[]).unwrap();
        let bytes = give(&all.desk, &sheet);
        // Somebody goes on working meanwhile.
        let row = all.named("a report.txt");
        all.desk
            .publications_set(
                &row.id,
                json!({"title": "Worked on meanwhile"}).as_object().unwrap(),
            )
            .unwrap();
        assert_eq!(bytes.starts_with(b"PK"), workbook);
        let mut back = read("back", &bytes);
        assert_eq!(back.header.len(), 6);
        assert_eq!(back.rows[0].cells[4], "year bad_value []");
        // Untouched it says nothing, wrong values aside.
        let report = all.desk.sheets_try(&back, &Vec::new(), &[]).unwrap();
        assert_eq!(
            (report.tally.cells, report.tally.to_fix),
            (0, 2),
            "{report:?}"
        );
        back.rows[0].cells[2] = "2024".to_owned();
        back.rows[1].cells[3] = "Survey".to_owned();
        let (report, edited) = all.desk.sheets_apply(&back, &Vec::new(), &[]).unwrap();
        assert_eq!(report.tally.to_fix, 0);
        let changed: Vec<&str> = edited.undo.iter().map(|one| one.field.as_str()).collect();
        assert_eq!(changed, ["publication_type", "year"]);
        let row = all.named("a report.txt");
        assert_eq!(
            (row.title.as_str(), row.year),
            ("Worked on meanwhile", Some(2024))
        );
        assert_eq!(all.named("تقرير.txt").publication_type, "survey");
    }
}

#[test]
fn an_exported_sheet_brings_back_what_was_changed_in_it() {
    let all = Desks::new();
    all.take_in(false);
    for format in [SheetFormat::Csv, SheetFormat::Workbook] {
        let head = |target: &str| target.replace('_', " ");
        let bytes = all
            .desk
            .sheets_export(
                format,
                &Speaker {
                    lang: "ar",
                    head: &head,
                    problem: &told,
                },
            )
            .unwrap();
        let mut sheet = read("export", &bytes);
        assert_eq!(sheet.rows.len(), FILES.len());
        let mapping: Vec<Option<String>> = sheet
            .header
            .iter()
            .map(|head| Some(head.replace(' ', "_")))
            .collect();
        let untouched = all.desk.sheets_try(&sheet, &mapping, &[]).unwrap();
        assert_eq!(untouched.tally.same, 4, "{untouched:?}");
        let languages = mapping
            .iter()
            .position(|one| one.as_deref() == Some("languages"))
            .unwrap();
        // A value that is emptied in the sheet is emptied here.
        let at = sheet
            .rows
            .iter()
            .position(|row| !row.cells[languages].is_empty())
            .unwrap();
        sheet.rows[at].cells[languages].clear();
        let (report, edited) = all.desk.sheets_apply(&sheet, &mapping, &[]).unwrap();
        assert_eq!((report.tally.changed, report.tally.cells), (1, 1));
        assert!(edited.changed[0].languages.is_empty());
        all.desk.publications_edit(&edited.undo).unwrap();
    }
}

#[test]
fn heads_a_person_matched_are_known_the_next_time() {
    let all = Desks::new();
    all.take_in(false);
    let sheet = csv("Aktenzeichen,Titel der Schrift\na report.txt,A better title\n");
    let look = all.desk.sheets_look(&sheet).unwrap();
    assert!(
        look.columns
            .iter()
            .all(|column| column.target.as_deref() != Some("file"))
    );
    assert_eq!(look.columns[0].samples, ["a report.txt"]);
    let mapping = vec![Some("file".to_owned()), Some("title".to_owned())];
    all.desk.sheets_apply(&sheet, &mapping, &[]).unwrap();
    assert_eq!(all.desk.sheets_mapping(&sheet).unwrap(), mapping);
    assert_eq!(all.named("a report.txt").title, "A better title");
}

#[test]
fn a_sheet_without_a_key_changes_nothing_and_says_so() {
    let all = Desks::new();
    all.take_in(false);
    let sheet = csv("Title,Year\nA better title,2024\n");
    let (report, edited) = all.desk.sheets_apply(&sheet, &Vec::new(), &[]).unwrap();
    assert_eq!(report.problems[0].code, "sheet_no_key");
    assert_eq!(edited.cells, 0);
}

fn codes(report: &SheetReport) -> Vec<Vec<&str>> {
    report
        .rows
        .iter()
        .map(|row| {
            row.problems
                .iter()
                .map(|one| one.problem.code.as_str())
                .collect()
        })
        .collect()
}

/// A comma in a text moved its cells: nobody knows which column they belong to.
#[test]
fn a_row_with_more_cells_than_columns_is_left_alone_and_comes_round_whole() {
    for workbook in [false, true] {
        let all = Desks::new();
        all.take_in(false);
        let mut sheet = csv("Publications of the sample ministry,,,\n\
             File,Authors,Title,Year\n\
             a report.txt,Sample, Author,My title,2019\n\
             2024/annual.md,Sample Author,A better title,2020\n");
        if workbook {
            sheet.format = SheetFormat::Workbook;
        }
        let before = all.named("a report.txt");
        let (report, _) = all.desk.sheets_apply(&sheet, &Vec::new(), &[]).unwrap();
        assert_eq!(codes(&report), [vec!["sheet_row_long"], vec![]]);
        assert_eq!(all.named("a report.txt"), before);
        assert_eq!(all.named("2024/annual.md").title, "A better title");
        for _ in 0..2 {
            let back = read("back", &give(&all.desk, &sheet));
            assert_eq!(back.above, sheet.above);
            assert_eq!(back.header[..4], sheet.header[..4]);
            assert_eq!(
                back.rows[0].cells[..4],
                ["a report.txt", "Sample", "Author", "My title"]
            );
            assert_eq!(back.rows[0].surplus, ["2019"]);
            let again = all.desk.sheets_try(&back, &Vec::new(), &[]).unwrap();
            assert_eq!((again.tally.to_fix, again.tally.cells), (1, 0));
            sheet = back;
        }
        // Moved once more by a comma, a word under our own column goes back as well.
        let fix = &mut sheet.rows[0].cells[4];
        *fix = "2020".to_owned();
        let back = read("back", &give(&all.desk, &sheet));
        assert_eq!(back.rows[0].surplus, ["2020", "2019"]);
    }
}

#[test]
fn a_sheet_that_was_not_read_whole_is_not_given_back() {
    let all = Desks::new();
    let sheet = csv(&format!("File,Title\n{}", "a,b\n".repeat(50_001)));
    let spoken = Speaker {
        lang: "en",
        head: &str::to_owned,
        problem: &told,
    };
    let refused = all
        .desk
        .sheets_give_back(&sheet, &Vec::new(), &[], &spoken)
        .unwrap_err();
    assert_eq!(refused.code, Code::SheetCut);
}

/// Titles come from files of anybody; opening the list of them must start nothing.
#[test]
fn titles_that_look_like_formulas_go_out_as_text_and_come_back_as_they_are() {
    let all = Desks::new();
    all.take_in(false);
    let id = all.named("a report.txt").id;
    let column = |name: &str| name.to_owned();
    for title in [
        "=HYPERLINK(\"x\")",
        "-2+3",
        "@SUM(1)",
        "+1+1",
        "'=1+1",
        "'A' title",
    ] {
        let value = json!({ "title": title });
        all.desk
            .publications_set(&id, value.as_object().unwrap())
            .unwrap();
        for format in [SheetFormat::Csv, SheetFormat::Workbook] {
            let bytes = all
                .desk
                .sheets_export(
                    format,
                    &Speaker {
                        lang: "en",
                        head: &column,
                        problem: &told,
                    },
                )
                .unwrap();
            let sheet = read("export", &bytes);
            let mapping: Vec<Option<String>> = sheet.header.iter().cloned().map(Some).collect();
            let report = all.desk.sheets_try(&sheet, &mapping, &[]).unwrap();
            assert_eq!(report.tally.same, 4, "{title}: {report:?}");
            assert!(
                sheet
                    .rows
                    .iter()
                    .any(|row| row.cells.contains(&title.to_owned()))
            );
            // Without what the tag knows it says the same as well.
            let no_tag: Vec<Option<String>> = mapping
                .iter()
                .map(|one| one.clone().filter(|one| one != "qalam"))
                .collect();
            let report = all.desk.sheets_try(&sheet, &no_tag, &[]).unwrap();
            assert!(
                report
                    .rows
                    .iter()
                    .all(|row| row.changes.iter().all(|one| one.field != "title")),
                "{title}"
            );
        }
    }
}

/// A sheet that was given back is used again for other files: its tags are those of the old ones.
#[test]
fn keys_that_lead_to_different_publications_change_nothing() {
    let all = Desks::new();
    all.take_in(false);
    let sheet = csv("File,Title\na report.txt,A better title\n");
    all.desk.sheets_apply(&sheet, &Vec::new(), &[]).unwrap();
    let back = String::from_utf8(give(&all.desk, &sheet)).unwrap();
    let report = all.named("a report.txt");
    let other = all.named("2024/annual.md");
    let keyed = |id: &str, sha256: &str, file: &str| {
        csv(&format!("ID,SHA256,File,Year\n{id},{sha256},{file},1999\n"))
    };
    let absent = "0".repeat(64);
    for (sheet, wanted) in [
        (
            csv(&back.replace("a report.txt,A better title", "2024/annual.md,Another")),
            Err("sheet_row_keys_differ"),
        ),
        (
            keyed(&report.id, &other.sha256, ""),
            Err("sheet_row_keys_differ"),
        ),
        (
            keyed(&report.id, "", "annual.md"),
            Err("sheet_row_keys_differ"),
        ),
        (
            keyed("", &other.sha256, "a report.txt"),
            Err("sheet_row_keys_differ"),
        ),
        // A surer key says which of several files of one name is meant.
        (keyed(&other.id, "", "annual.md"), Ok(&other)),
        // What is known nowhere yields to what is.
        (keyed(&report.id, &absent, "renamed.txt"), Ok(&report)),
        (keyed("17", "", "a report.txt"), Ok(&report)),
    ] {
        let (said, edited) = all.desk.sheets_apply(&sheet, &Vec::new(), &[]).unwrap();
        let ids: Vec<&str> = edited
            .undo
            .iter()
            .map(|one| one.publication.as_str())
            .collect();
        match wanted {
            Ok(meant) => assert_eq!(ids, [meant.id.as_str()], "{said:?}"),
            Err(code) => {
                assert_eq!(codes(&said), [[code]]);
                assert!(ids.is_empty());
                assert_eq!(said.rows[0].publication, None);
            }
        }
        all.desk.publications_edit(&edited.undo).unwrap();
    }
    // The sums of a tag are those of its own publication's cells.
    all.desk.publications_remove(&report.id).unwrap();
    let moved = csv(&back.replace("a report.txt", "2024/annual.md"));
    let (_, edited) = all.desk.sheets_apply(&moved, &Vec::new(), &[]).unwrap();
    assert_eq!(edited.cells, 1);
    assert_eq!(all.named("2024/annual.md").title, "A better title");
}

#[test]
fn a_row_about_a_file_that_was_kept_with_another_says_so() {
    let words = |from: usize, to: usize| -> String {
        (from..to)
            .map(|n| format!("sample{} ", n * n % 7919))
            .collect()
    };
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("a guide.md", words(0, 900)),
        ("b guide.md", format!("{}again", words(0, 900))),
    ] {
        let text = format!("# Sample guideline on malaria\n\n{text}\n");
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let sheet = csv("File,Year\na guide.md,2019\n./b guide.md,2023\n");
    for rule in [LikeRule::Attach, LikeRule::KeepNewest] {
        let store = tempfile::tempdir().unwrap();
        let desk = Desk::open(store.path(), OpenOptions::default()).unwrap();
        let take = |dry_run| {
            let options = IntakeOptions { dry_run, rule };
            let paths = [folder.path().to_path_buf()];
            desk.intake_blocking(&paths, options, &mut |_| {})
                .unwrap()
                .items
        };
        let tried = desk.sheets_try(&sheet, &Vec::new(), &take(true)).unwrap();
        let items = take(false);
        let (done, _) = desk.sheets_apply(&sheet, &Vec::new(), &items).unwrap();
        assert_eq!(without_ids(&tried), without_ids(&done));
        if rule == LikeRule::KeepNewest {
            // Without an order between the two both are here.
            assert_eq!(done.tally.changed, 2, "{done:?}");
            continue;
        }
        assert_eq!(codes(&done), [vec![], vec!["sheet_row_copy"]]);
        let problem = &done.rows[1].problems[0].problem;
        assert_eq!(problem.params["title"], "Sample guideline on malaria");
        assert_eq!(problem.params["value"], "./b guide.md");
        assert!(done.without_row.is_empty(), "{:?}", done.without_row);
        // Without the files of the run, and when they are brought in once more.
        for items in [Vec::new(), take(false)] {
            let again = desk.sheets_try(&sheet, &Vec::new(), &items).unwrap();
            assert_eq!(codes(&again), codes(&done));
            assert_eq!(again.tally.cells, 0);
        }
    }
}

fn a_cell() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("2024".to_owned()),
        Just("٢٠٢٣".to_owned()),
        Just("2024-05-01".to_owned()),
        Just("45352".to_owned()),
        Just("Arabic; French".to_owned()),
        Just("Annual report".to_owned()),
        Just("Rapport anuel".to_owned()),
        Just("CC BY 4.0".to_owned()),
        Just("978-92-4-156481-6".to_owned()),
        "[a-zA-Zا-ي ,;\"0-9]{0,20}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// With a folder that is only about to come in, and with what is here already.
    #[test]
    fn a_trial_says_exactly_what_happens(
        rows in proptest::collection::vec(
            (proptest::sample::select(vec![
                "a report.txt", "A report", "تقرير.txt", "annual.md", "2023/annual.md",
                "2024/annual.md", "absent.pdf", "",
            ]), proptest::collection::vec(a_cell(), 6)), 0..8),
        here_already in any::<bool>(),
    ) {
        let all = Desks::new();
        if here_already {
            all.take_in(false);
        }
        let mut lines = vec![["File", "Title", "Year", "Language", "Kind", "Licence", "ISBN"]
            .map(str::to_owned).to_vec()];
        for (file, cells) in rows {
            lines.push([vec![file.to_owned()], cells].concat());
        }
        let sheet = read("sheet.csv", &qalam_content::sheet::to_csv(&lines, ';'));
        let tried_items = all.take_in(true);
        let tried = all.desk.sheets_try(&sheet, &Vec::new(), &tried_items).unwrap();
        let items = all.take_in(false);
        let (done, edited) = all.desk.sheets_apply(&sheet, &Vec::new(), &items).unwrap();
        prop_assert_eq!(without_ids(&tried), without_ids(&done));
        prop_assert!(edited.refused.is_empty(), "{:?}", edited.refused);
        prop_assert_eq!(edited.cells, done.tally.cells);
        prop_assert_eq!(done.tally.rows, done.tally.changed + done.tally.same + done.tally.to_fix);
        // Done once more it has nothing new to say.
        let (again, _) = all.desk.sheets_apply(&sheet, &Vec::new(), &items).unwrap();
        prop_assert_eq!(again.tally.cells, 0);
    }
}
