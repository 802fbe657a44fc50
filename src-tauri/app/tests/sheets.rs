//! `publications add --sheet`, its trial, the sheet it gives back, and `export-sheet`.

use serde_json::{Value, json};

use crate::runner::Desk;

fn without_ids(sheet: &Value) -> Value {
    let mut sheet = sheet.clone();
    for row in sheet["rows"].as_array_mut().unwrap() {
        row["publication"] = Value::Null;
    }
    sheet
}

#[test]
fn a_folder_comes_in_with_its_sheet_as_the_trial_said_and_the_sheet_comes_back() {
    let desk = Desk::with_profile();
    desk.file(
        "reports/a.txt",
        "The first sample report about immunization.",
    );
    desk.file(
        "reports/b.txt",
        "تقرير الوزارة النموذجية عن الصحة المدرسية.",
    );
    let folder = desk.path("reports");
    let folder = folder.to_str().unwrap();
    let sheet = desk.file(
        "list.csv",
        "Fichier;Titre;Année;Genre;Notes\na.txt;A better title;2024;Rapport anuel;x\nb.txt;;2023;Enquête;\nc.txt;;2020;;\n",
    );
    let fixes = desk.path("fixes.csv");
    let args = |more: &[&str]| -> Vec<String> {
        [
            "publications",
            "add",
            folder,
            "--sheet",
            &sheet,
            "--fixes",
            fixes.to_str().unwrap(),
        ]
        .iter()
        .chain(more)
        .map(|arg| (*arg).to_owned())
        .collect()
    };
    let run = |more: &[&str]| {
        let args = args(more);
        desk.run(&args.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let tried = run(&["--dry-run"]);
    assert_eq!(tried.code, 1, "{}", tried.json);
    assert_eq!(desk.run(&["publications", "list"]).done()["total"], 0);
    let done = run(&[]).json;
    assert_eq!(
        without_ids(&tried.json["sheet"]),
        without_ids(&done["sheet"])
    );
    assert_eq!(
        done["sheet"]["tally"],
        json!({"rows": 3, "changed": 1, "same": 0, "to_fix": 2, "cells": 4})
    );
    let codes: Vec<&str> = done["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| problem["code"].as_str().unwrap())
        .collect();
    assert!(
        codes.contains(&"bad_value") && codes.contains(&"sheet_row_unknown"),
        "{codes:?}"
    );

    // The sheet that came back, corrected: exactly that changes.
    let back = std::fs::read_to_string(&fixes).unwrap();
    assert!(
        back.contains("What to fix") && back.contains("Annual report"),
        "{back}"
    );
    let corrected = desk.file(
        "corrected.csv",
        back.replace("Rapport anuel", "Rapport annuel"),
    );
    let again = desk
        .run(&["publications", "add", "--sheet", &corrected])
        .json;
    assert_eq!(again["sheet"]["tally"]["cells"], 1);
    assert_eq!(
        again["sheet"]["rows"][0]["changes"][0]["after"],
        "annual-report"
    );

    // What is exported says nothing new when it comes back.
    for name in ["all.csv", "all.xlsx"] {
        let to = desk.path(name);
        let to = to.to_str().unwrap();
        desk.run(&["publications", "export-sheet", "--to", to])
            .done();
        let same = desk.run(&["publications", "add", "--sheet", to]).done();
        assert_eq!(same["sheet"]["tally"]["same"], 2, "{same}");
    }
    assert_eq!(
        desk.run(&[
            "publications",
            "add",
            "--sheet",
            &sheet,
            "--map",
            "Notes=poem"
        ])
        .refused(2),
        "bad_argument"
    );
}

/// A slip in the command line, found before anything is done.
#[test]
fn what_cannot_be_done_with_a_sheet_is_refused_before_the_files_come_in() {
    let desk = Desk::with_profile();
    let file = desk.file("in/a.txt", "The first sample report about immunization.");
    let sheet = desk.file("list.csv", "File,Year\na.txt,2024\n");
    let folder = desk.path("in");
    for (more, code) in [
        (["--map", "nope=title"], "bad_argument"),
        (["--map", "Year=poem"], "bad_argument"),
        (["--fixes", "/nonexistent/fixes.csv"], "path_not_found"),
        (["--fixes", folder.to_str().unwrap()], "not_a_file"),
    ] {
        let args = ["publications", "add", &file, "--sheet", &sheet];
        assert_eq!(desk.run(&[&args[..], &more[..]].concat()).refused(2), code);
        assert_eq!(desk.run(&["publications", "list"]).done()["total"], 0);
    }
    // Looking whether a sheet can be written leaves none behind.
    let fixes = desk.path("fixes.csv");
    let args = ["publications", "add", "--sheet", &sheet, "--map", "x=y"];
    let more = ["--fixes", fixes.to_str().unwrap()];
    desk.run(&[&args[..], &more[..]].concat()).refused(2);
    assert!(!fixes.exists());
}

/// What fails after the files came in is told beside what was done.
#[test]
fn a_sheet_that_is_not_given_back_leaves_the_tally_told() {
    let desk = Desk::with_profile();
    let file = desk.file("a.txt", "The first sample report about immunization.");
    let sheet = desk.file(
        "list.csv",
        format!("File,Year\na.txt,2024\n{}", "b.txt,2024\n".repeat(50_000)),
    );
    let fixes = desk.path("fixes.csv");
    let ran = desk.run(&[
        "publications",
        "add",
        &file,
        "--sheet",
        &sheet,
        "--fixes",
        fixes.to_str().unwrap(),
    ]);
    assert_eq!(ran.code, 3, "{}", ran.json["problems"][0]);
    assert_eq!(ran.json["tally"]["added"], 1);
    assert_eq!(ran.json["sheet"]["tally"]["changed"], 1);
    let problems = ran.json["problems"].as_array().unwrap();
    let last = problems.last().unwrap();
    assert_eq!(last["code"], "sheet_cut");
    assert_ne!(last["next"], "");
    assert!(!fixes.exists());
}
