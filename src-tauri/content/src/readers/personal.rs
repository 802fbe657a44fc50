//! Patterns of data about people: telephone and identity numbers, e-mail addresses, lists of
//! patients. What an office prints about itself (its switchboard, its info@ address) is no such
//! thing, and one number in a report of a hundred pages is not worth a question.

mod identities;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use regex::Regex;

use super::facts::{PlaceKind, Warning, warning};
use crate::fold::fold_with_offsets;
use crate::limits::MAX_WARNINGS;

/// Addresses that belong to an office.
const OFFICES: [&str; 26] = [
    "info",
    "contact",
    "office",
    "admin",
    "webmaster",
    "support",
    "press",
    "media",
    "publications",
    "library",
    "health",
    "sante",
    "secretariat",
    "mail",
    "email",
    "help",
    "service",
    "registry",
    "bookorders",
    "permissions",
    "noreply",
    "no-reply",
    "editor",
    "copyright",
    "example",
    "name",
];

/// Telephone numbers on one page from which on they are a list of people.
const MANY_PHONES: usize = 4;
/// Addresses on one page from which on they are a list of people.
const MANY_ADDRESSES: usize = 4;
/// Rows with a name, a number and an age or a diagnosis from which on they are a list.
const MANY_ROWS: usize = 4;

fn email() -> Option<&'static Regex> {
    static EMAIL: OnceLock<Option<Regex>> = OnceLock::new();
    EMAIL
        .get_or_init(|| {
            Regex::new(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}").ok()
        })
        .as_ref()
}

/// Words that stand over the columns of a list of patients, folded.
const PATIENT_WORDS: [&str; 21] = [
    "patient",
    "patients",
    "malade",
    "malades",
    "مريض",
    "المريض",
    "المرضي",
    "hasta",
    "pasien",
    "diagnosis",
    "diagnostic",
    "diagnose",
    "التشخيص",
    "tani",
    "symptoms",
    "symptomes",
    "الاعراض",
    "admission",
    "الدخول",
    "hospitalisation",
    "الخروج",
];
/// Parts of these words as they are written; a page without any of them is not looked at line by
/// line.
const PATIENT_SIGNS: [&str; 20] = [
    "atient",
    "ATIENT",
    "alade",
    "ALADE",
    "ريض",
    "مرضى",
    "asta",
    "ASTA",
    "asien",
    "iagnos",
    "IAGNOS",
    "شخيص",
    "anı",
    "ympt",
    "YMPT",
    "أعراض",
    "dmission",
    "DMISSION",
    "ospitalis",
    "دخول",
];
/// Words for what is asked of a person, folded.
const PERSON_WORDS: [&str; 28] = [
    "name",
    "nom",
    "prenom",
    "surname",
    "الاسم",
    "اسم",
    "isim",
    "adi",
    "soyadi",
    "nama",
    "age",
    "العمر",
    "السن",
    "yas",
    "umur",
    "sex",
    "sexe",
    "gender",
    "الجنس",
    "cinsiyet",
    "dob",
    "birth",
    "naissance",
    "الميلاد",
    "phone",
    "telephone",
    "الهاتف",
    "address",
];

/// A run of digits with single separators between them.
struct Number<'t> {
    text: &'t str,
    digits: usize,
    international: bool,
}

/// All runs of at least nine digits in a text.
fn numbers(text: &str) -> Vec<Number<'_>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if !byte.is_ascii_digit() {
            at += 1;
            continue;
        }
        let start = at;
        let (mut digits, mut end) = (0usize, at);
        while let Some(byte) = bytes.get(at) {
            if byte.is_ascii_digit() {
                digits += 1;
                at += 1;
                end = at;
            } else if matches!(byte, b' ' | b'-' | b'.' | b'(' | b')') && at - end < 2 {
                at += 1;
            } else {
                break;
            }
        }
        at = at.max(end).max(start + 1);
        if digits >= 9
            && let Some(number) = text.get(start..end)
        {
            let before = start.checked_sub(1).and_then(|at| bytes.get(at));
            found.push(Number {
                text: number,
                digits,
                international: before == Some(&b'+') || number.starts_with("00"),
            });
        }
    }
    found
}

impl Number<'_> {
    /// Mobile numbers begin with 05 to 09 nearly everywhere; others are given with their country.
    fn is_phone(&self) -> bool {
        let groups = self
            .text
            .split(|c: char| !c.is_ascii_digit())
            .filter(|group| !group.is_empty())
            .count();
        let national = self.text.starts_with('0')
            && self
                .text
                .as_bytes()
                .get(1)
                .is_some_and(|second| (b'5'..=b'9').contains(second))
            && (9..=11).contains(&self.digits)
            && groups <= 5;
        (self.international && (9..=15).contains(&self.digits) && groups <= 7) || national
    }

    fn is_identity(&self) -> bool {
        (10..=18).contains(&self.digits) && !self.text.starts_with("978")
    }

    fn key(&self) -> String {
        self.text.chars().filter(char::is_ascii_digit).collect()
    }
}

/// Looks through pages (or sheets: `places` says what each is) for data about people.
pub(crate) fn find<'t>(pages: impl Iterator<Item = (PlaceKind, String, &'t str)>) -> Vec<Warning> {
    let mut found = Vec::new();
    // An address or number that stands on many pages is the office's own.
    let mut repeated: BTreeMap<String, u32> = BTreeMap::new();
    let mut per_page: Vec<(PlaceKind, String, &'static str, BTreeSet<String>)> = Vec::new();
    for (kind, place, page) in pages {
        if memchr::memchr(b'@', page.as_bytes()).is_some()
            && let Some(email) = email()
        {
            let addresses: BTreeSet<String> = email
                .find_iter(page)
                .map(|found| found.as_str().to_lowercase())
                .filter(|address| is_of_a_person(address))
                .collect();
            if !addresses.is_empty() {
                per_page.push((kind, place.clone(), warning::EMAIL_ADDRESSES, addresses));
            }
        }
        let western = western(page);
        let numbers = numbers(&western);
        if !numbers.is_empty() {
            let phones: BTreeSet<String> = numbers
                .iter()
                .filter(|number| number.is_phone())
                .map(Number::key)
                .collect();
            if !phones.is_empty() {
                per_page.push((kind, place.clone(), warning::PHONE_NUMBERS, phones));
            }
        }
        if numbers.iter().any(Number::is_identity) || identities::has_long_number(&western) {
            let identities = identities::count(&western);
            if identities > 0 {
                found.push(Warning::at(
                    warning::IDENTITY_NUMBERS,
                    kind,
                    place.clone(),
                    identities,
                ));
            }
        }
        if PATIENT_SIGNS
            .iter()
            .any(|sign| memchr::memmem::find(page.as_bytes(), sign.as_bytes()).is_some())
        {
            let rows = patient_rows(&western);
            if rows > 0 {
                found.push(Warning::at(warning::PATIENT_LIST, kind, place, rows));
            }
        }
        if found.len() >= MAX_WARNINGS {
            break;
        }
    }
    for (.., values) in &per_page {
        for value in values {
            *repeated.entry(value.clone()).or_insert(0) += 1;
        }
    }
    for (kind, place, code, values) in per_page {
        let own = values
            .iter()
            .filter(|value| repeated.get(*value).is_none_or(|times| *times <= 2))
            .count();
        let many = if code == warning::PHONE_NUMBERS {
            MANY_PHONES
        } else {
            MANY_ADDRESSES
        };
        if own >= many && found.len() < MAX_WARNINGS {
            let own = u32::try_from(own).unwrap_or(u32::MAX);
            found.push(Warning::at(code, kind, place, own));
        }
    }
    found
}

/// Arabic-Indic digits as ASCII ones, so that one search finds both.
fn western(text: &str) -> std::borrow::Cow<'_, str> {
    let is_other = |c: char| matches!(c, '\u{0660}'..='\u{0669}' | '\u{06F0}'..='\u{06F9}');
    if text.is_ascii() || !text.contains(is_other) {
        return text.into();
    }
    text.chars()
        .map(|c| match c {
            '\u{0660}'..='\u{0669}' => char::from_digit(c as u32 - 0x0660, 10).unwrap_or(c),
            '\u{06F0}'..='\u{06F9}' => char::from_digit(c as u32 - 0x06F0, 10).unwrap_or(c),
            _ => c,
        })
        .collect::<String>()
        .into()
}

fn is_of_a_person(address: &str) -> bool {
    let Some((local, domain)) = address.split_once('@') else {
        return false;
    };
    let office = OFFICES.iter().any(|office| local.starts_with(office));
    !office && !domain.starts_with("example.") && !domain.ends_with(".example")
}

fn ends_sentence(line: &str) -> bool {
    line.trim_end().ends_with(['.', '!', '?', '؟', '۔'])
}

/// Rows under a heading that asks for people and for what they have.
fn patient_rows(page: &str) -> u32 {
    let mut rows = 0usize;
    let mut since_heading: Option<usize> = None;
    for line in page.lines() {
        let short = line.len() <= 600;
        let words: Vec<String> = if short {
            fold_with_offsets(line)
                .into_iter()
                .map(|word| word.text)
                .collect()
        } else {
            Vec::new()
        };
        let has = |list: &[&str]| {
            words
                .iter()
                .filter(|word| list.contains(&word.as_str()))
                .count()
        };
        if words.len() <= 24 && has(&PATIENT_WORDS) >= 1 && has(&PERSON_WORDS) >= 2 {
            since_heading = Some(0);
            continue;
        }
        let Some(lines) = since_heading else { continue };
        if lines > 80 {
            since_heading = None;
            continue;
        }
        since_heading = Some(lines + 1);
        let names = line
            .split(|c: char| !c.is_alphabetic() && c != '\'' && c != '-')
            .filter(|word| {
                let mut chars = word.chars();
                let first = chars.next();
                word.chars().count() >= 3 && first.is_some_and(|c| !c.is_lowercase())
            })
            .count();
        let numbers = line
            .split(|c: char| !c.is_ascii_digit())
            .filter(|number| !number.is_empty())
            .count();
        if names >= 2 && numbers >= 1 {
            rows += 1;
        }
    }
    if rows >= MANY_ROWS {
        u32::try_from(rows).unwrap_or(u32::MAX)
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(page: &str) -> Vec<String> {
        find(std::iter::once((PlaceKind::Page, "1".to_owned(), page)))
            .into_iter()
            .map(|warning| warning.code)
            .collect()
    }

    #[test]
    fn a_list_of_patients_needs_no_second_number_and_a_law_is_no_number() {
        let rows = "Aaa Bbb | 31 | M | Cholera\n".repeat(5);
        let list = format!("Name | Age | Sex | Diagnosis\n{rows}");
        assert!(codes(&list).contains(&warning::PATIENT_LIST.to_owned()));
        let cells = list.replace(" | ", "\t");
        assert!(codes(&cells).contains(&warning::PATIENT_LIST.to_owned()));
        let law = "The national ID card law of the country was passed in the spring of this year.\n\
            Call the hotline 0800123456 at any time of the day.\n\
            The centre took 1200000000 calls.\n";
        assert!(!codes(law).contains(&warning::IDENTITY_NUMBERS.to_owned()));
    }

    #[test]
    fn numbers_of_papers_are_noticed() {
        for page in [
            "Passport No. AB1234567",
            "Numéro de passeport : 01AB23456, passeport n° 12345678",
            "CIN : BE123456",
            "جواز السفر رقم ١٢٣٤٥٦٧٨",
            "Name Passport\nFirst Person AB1234567\n",
            "Nom CIN Province\nPersonne BE123456 Exemple\n",
            "CNIC District\n4210112345678 Sample\n4210112345679 Sample\n4210112345670 Sample\n",
            "National ID\nName\nFirst Person 1990123456\n",
            "رقم الهوية:\n1990123456\n",
        ] {
            assert_eq!(codes(page), ["identity_numbers"], "{page}");
        }
        for page in [
            "The national ID card law\nHotline 0800123456\n1200000000 calls were taken\n",
            "A passport is asked of all 1234567 travellers.",
        ] {
            assert_eq!(codes(page), Vec::<String>::new(), "{page}");
        }
    }

    #[test]
    fn lists_of_people_are_noticed() {
        let patients = "No Patient name Age Sex Diagnosis\n1 First Person 34 F Measles\n2 Second Person 7 M Measles\n3 Third Person 19 F Rubella\n4 Fourth Person 52 M Measles\n";
        assert_eq!(codes(patients), ["patient_list"]);
        let arabic = "الاسم العمر الجنس التشخيص\nفلان الفلاني ٣٤ ١٢/٣/٢٠٢٠ حصبة\nفلان الثاني ٣٤ ١٢/٣/٢٠٢٠ حصبة\nفلان الثالث ٣٤ ١٢/٣/٢٠٢٠ حصبة\nفلان الرابع ٣٤ ١٢/٣/٢٠٢٠ حصبة\n";
        assert_eq!(codes(arabic), ["patient_list"]);
        assert_eq!(
            codes("National ID: 1990 1234 5678 90\n"),
            ["identity_numbers"]
        );
        let phones = "+212 612-345-678\n+212 612-345-679\n+212 612-345-670\n+212 612-345-671\n";
        assert_eq!(codes(phones), ["phone_numbers"]);
        let addresses = "a.one@moh.test b.two@moh.test c.three@moh.test d.four@moh.test";
        assert_eq!(codes(addresses), ["email_addresses"]);
    }

    #[test]
    fn what_offices_print_is_no_warning() {
        for page in [
            "Contact: info@moh.test, tel. +212 537 000 000",
            "ISBN 978-0-306-40615-7",
            "In 2019 the number of cases was 120345 and 2345 patients were treated.",
            "Table 1. Cases by age and sex\n0-4 120 130\n5-9 80 90\n",
        ] {
            assert_eq!(codes(page), Vec::<String>::new(), "{page}");
        }
    }
}
