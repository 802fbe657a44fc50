//! The program that checks packages, run as whoever receives one would.

use std::process::Command;

use crate::{PORTAL, card, key, story};

fn verify(args: &[&str]) -> (i32, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_qalam-verify"))
        .args(args)
        .env("LANG", "en_US.UTF-8")
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .output()
        .unwrap();
    (
        done.status.code().unwrap(),
        String::from_utf8(done.stdout).unwrap(),
    )
}

#[test]
fn it_says_in_three_languages_what_it_checked() {
    let folder = std::env::temp_dir().join(format!("qalam-verify-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let bytes = story().pack();
    let whole = write("whole.qalam", &bytes);
    for (lang, holds) in [
        ("en", "The proof holds."),
        ("fr", "La preuve est valable."),
        ("ar", "الإثبات صحيح."),
    ] {
        let (code, said) = verify(&["--lang", lang, &whole]);
        assert_eq!(code, 0, "{said}");
        assert!(said.contains(holds), "{said}");
        assert!(said.contains(&key(2).public().fingerprint()), "{said}");
        assert!(!said.contains('{') && !said.contains('_'), "{said}");
    }
    let trusted = write("chief.qkey", &card(&key(2), "Sample Officer"));
    assert_eq!(verify(&["--trust", &trusted, &whole]).0, 0);
    let other = write("other.qkey", &card(&key(3), "Sample Officer"));
    assert_eq!(verify(&["--trust", &other, &whole]).0, 3);
    let portal = serde_json::json!({"courier_signing_key": key(PORTAL).public().to_text()});
    let portal = write("portal.json", portal.to_string().as_bytes());
    let said = verify(&["--trust", &portal, &whole]).1;
    assert!(
        !said.contains(&key(PORTAL).public().fingerprint()),
        "{said}"
    );
    assert!(said.contains(&key(2).public().fingerprint()), "{said}");
    let mut altered = bytes;
    let middle = altered.len() / 2;
    altered[middle] ^= 1;
    let altered = write("altered.qalam", &altered);
    let (code, said) = verify(&["--json", &whole, &altered]);
    assert_eq!(code, 3);
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(
        (&said["files"][0]["valid"], &said["files"][1]["valid"]),
        (&true.into(), &false.into())
    );
    assert_eq!(verify(&[&folder.join("none").display().to_string()]).0, 3);
    assert_eq!(verify(&[]).0, 2);
    std::fs::remove_dir_all(&folder).unwrap();
}

/// Every check has its sentence in each language, and needs no value that the check does not give.
#[test]
fn every_check_has_its_sentence() {
    let source = include_str!("../../src/examine.rs");
    let english = include_str!("../../../../ui/locales/en/verify.json");
    let words: std::collections::BTreeMap<String, String> = serde_json::from_str(english).unwrap();
    let told = source.split("Outcome::").skip(1).filter_map(|rest| {
        let rest = rest.split_once(',')?.1.trim_start();
        rest.strip_prefix('"')?.split('"').next()
    });
    let mut seen = 0;
    for code in told {
        assert!(words.contains_key(code), "{code}");
        seen += 1;
    }
    assert!(seen > 15, "{seen}");
}
