//! Names of people: split from a list, and found on a first page where it says who wrote it.

use super::tidy_title;
use crate::limits::MAX_AUTHORS;

/// Words that stand before the names of those who wrote.
const BY: [&str; 12] = [
    "by ",
    "author: ",
    "authors: ",
    "written by ",
    "edited by ",
    "par ",
    "auteur : ",
    "auteurs : ",
    "auteur: ",
    "إعداد: ",
    "إعداد ",
    "تأليف: ",
];

/// The names after "by" on a line of its own.
pub(super) fn on_page(page: &str) -> Option<Vec<String>> {
    page.lines().take(40).find_map(|line| {
        let lower = line.to_lowercase();
        let start = BY.iter().find(|by| lower.starts_with(**by))?;
        let rest: String = line.chars().skip(start.chars().count()).collect();
        let names = split(&rest);
        let is_name = |name: &String| {
            let words: Vec<&str> = name.split_whitespace().collect();
            (2..=5).contains(&words.len())
                && name
                    .chars()
                    .all(|c| c.is_alphabetic() || matches!(c, ' ' | '.' | '-' | '\'' | '’' | ','))
                && words.iter().all(|word| {
                    word.chars().next().is_some_and(|c| !c.is_lowercase())
                        || matches!(*word, "de" | "el" | "al" | "bin" | "ben" | "van" | "von")
                })
        };
        (!names.is_empty() && names.len() <= 12 && names.iter().all(is_name)).then_some(names)
    })
}

/// Several authors in one field, separated by semicolons, "and", or commas between full names.
pub(super) fn split(text: &str) -> Vec<String> {
    let text = text
        .replace(" and ", ";")
        .replace(" et ", ";")
        .replace(" & ", ";")
        .replace(['؛', '|', '\n'], ";");
    let parts: Vec<&str> = if text.contains(';') {
        text.split(';').collect()
    } else {
        let by_comma: Vec<&str> = text.split([',', '،']).collect();
        // "Family, Given" is one author; "A B, C D" are two.
        if by_comma
            .iter()
            .all(|part| part.split_whitespace().count() >= 2)
        {
            by_comma
        } else {
            vec![text.as_str()]
        }
    };
    let mut authors: Vec<String> = Vec::new();
    for part in parts {
        let Some(name) = tidy_title(part) else {
            continue;
        };
        if !is_machine(&name) && !authors.contains(&name) && authors.len() < MAX_AUTHORS {
            authors.push(name);
        }
    }
    authors
}

/// Names computers are set up with, and programs that sign for people.
fn is_machine(name: &str) -> bool {
    let lower = name.to_lowercase();
    let machine = [
        "user",
        "admin",
        "administrator",
        "administrateur",
        "utilisateur",
        "owner",
        "author",
        "auteur",
        "unknown",
        "inconnu",
        "hp",
        "dell",
        "lenovo",
        "acer",
        "toshiba",
        "asus",
        "sony",
        "samsung",
        "pc",
        "windows user",
        "microsoft office user",
        "utilisateur windows",
        "utilisateur microsoft office",
        "root",
        "test",
        "guest",
        "default",
        "مستخدم",
        "المستخدم",
        "anonymous",
        "microsoft",
        "python-docx",
        "openpyxl",
        "libreoffice",
        "win7",
        "win10",
        "windows",
        "home",
        "office",
        "office user",
        "pc user",
        "registered user",
        "none",
        "n/a",
        "kullanıcı",
        "pengguna",
        "user1",
        "my computer",
    ];
    machine.contains(&lower.as_str())
        || lower.starts_with("user-")
        || lower.starts_with("desktop-")
        || lower.starts_with("laptop-")
        || lower.contains('\\')
        || lower.contains('@')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authors_are_split_carefully() {
        let cases: [(&str, &[&str]); 7] = [
            ("Family, Given", &["Family, Given"]),
            (
                "First Author; Second Author",
                &["First Author", "Second Author"],
            ),
            (
                "First Author, Second Author",
                &["First Author", "Second Author"],
            ),
            ("Un Auteur et Deux Auteur", &["Un Auteur", "Deux Auteur"]),
            ("user", &[]),
            ("DESKTOP-4F6", &[]),
            ("", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(split(text), expected, "{text}");
        }
    }

    #[test]
    fn names_stand_after_by() {
        let page = "A plan\nby First Author and Second Author\n";
        assert_eq!(
            on_page(page),
            Some(vec!["First Author".to_owned(), "Second Author".to_owned()])
        );
        assert_eq!(on_page("By the end of the year all will be done"), None);
    }
}
