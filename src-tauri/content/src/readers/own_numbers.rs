//! Which of the identifiers in a text are of the document itself.

use super::identifiers::{candidates, doi, isbn10, isbn13, issn8};

/// Finds the DOI of the document itself on its first pages: on the first page, or announced there
/// as the way to cite it. Other documents' stand in lists of references, and several different
/// ones tell nothing.
#[must_use]
pub fn own_doi(front: &str) -> Option<String> {
    let first = front.split('\u{c}').next().unwrap_or_default();
    let mut of_first = dois(before_references(first));
    of_first.dedup();
    if let [only] = of_first.as_slice() {
        return Some(only.clone());
    }
    if !of_first.is_empty() {
        return None;
    }
    const CITE: [&str; 8] = [
        "suggested citation",
        "cite this",
        "how to cite",
        "citation suggérée",
        "citer ce",
        "recommended citation",
        "للاقتباس",
        "isbn",
    ];
    front.split('\u{c}').skip(1).find_map(|page| {
        let page = before_references(page);
        let lower = page.to_lowercase();
        let announced = CITE.iter().any(|word| lower.contains(word));
        let mut found = dois(page);
        found.dedup();
        match found.as_slice() {
            [only] if announced => Some(only.clone()),
            _ => None,
        }
    })
}

/// Heads of lists of other works.
const REFERENCES: [&str; 16] = [
    "references",
    "bibliography",
    "works cited",
    "further reading",
    "selected reading",
    "références",
    "références bibliographiques",
    "bibliographie",
    "pour en savoir plus",
    "المراجع",
    "قائمة المراجع",
    "المصادر والمراجع",
    "المراجع والمصادر",
    "kaynakça",
    "kaynaklar",
    "daftar pustaka",
];

/// A page up to its list of references; what stands there is of others.
#[must_use]
pub fn before_references(page: &str) -> &str {
    let mut start = 0;
    for line in page.split_inclusive('\n') {
        let plain = line
            .trim_start_matches(|c: char| !c.is_alphabetic())
            .trim_end_matches(|c: char| c.is_whitespace() || c == ':' || c == '.');
        // Numbered heads, and a word before: "6. References", "List of references".
        let is_head = plain.chars().count() <= 40 && {
            let lower = plain.to_lowercase();
            REFERENCES.iter().any(|head| {
                lower
                    .strip_suffix(head)
                    .is_some_and(|lead| lead.is_empty() || lead.ends_with(' '))
            })
        };
        if is_head {
            return page.get(..start).unwrap_or_default();
        }
        start += line.len();
    }
    page
}

/// A number with a right check digit where it stands in a text.
struct Mention {
    number: String,
    /// What it is called stands before it.
    is_named: bool,
    /// And begins its line.
    is_first: bool,
    /// Nothing else stands on the line.
    is_alone: bool,
}

/// Words before the number of another work.
const OF_OTHERS: [&str; 26] = [
    "companion to",
    "accompanies",
    "see also",
    "available as",
    "available from",
    "available in",
    "available under",
    "replaces",
    "supersedes",
    "translation of",
    "translated from",
    "adapted from",
    "published in",
    "accompagne",
    "complément à",
    "complément de",
    "voir aussi",
    "disponible",
    "remplace",
    "traduction de",
    "traduit de",
    "adapté de",
    "انظر أيضا",
    "متاح",
    "حل محل",
    "مرافق ل",
];

/// The numbers of a page that can be of the document itself, in their order.
fn mentions<'a>(
    page: &'a str,
    length: usize,
    names: &'a [&'a str],
    check: fn(&str) -> Option<String>,
) -> impl Iterator<Item = Mention> + 'a {
    candidates(page, length).filter_map(move |candidate| {
        let number = check(&candidate.digits)?;
        let line_start = candidate
            .before
            .rfind(['\n', '\u{c}'])
            .map_or(0, |at| at + 1);
        let (above, line) = candidate.before.split_at_checked(line_start)?;
        // A line of a text without lines may be the whole text.
        let from = line.char_indices().rev().nth(199).map_or(0, |(at, _)| at);
        let lower = line.get(from..)?.to_lowercase();
        let above = above.trim_end();
        let from = above.char_indices().rev().nth(30).map_or(0, |(at, _)| at);
        let above = above.get(from..)?.to_lowercase();
        let refused = OF_OTHERS
            .iter()
            .any(|word| lower.contains(word) || above.ends_with(word));
        if refused {
            return None;
        }
        let upper = lower.to_uppercase();
        let named_at = names
            .iter()
            .filter_map(|name| upper.rfind(name))
            .max()
            .filter(|at| {
                upper
                    .get(*at..)
                    .is_some_and(|near| near.chars().count() <= 40)
            });
        let lead = upper
            .get(..named_at.unwrap_or_default())
            .unwrap_or_default();
        let is_first = named_at.is_some() && leaves_first(lead);
        let rest = candidate.after.lines().next().unwrap_or_default();
        Some(Mention {
            number,
            is_named: named_at.is_some(),
            is_first,
            is_alone: lower.trim().is_empty() && rest.trim().is_empty(),
        })
    })
}

/// Whether a name behind these letters still begins its line: "e-ISSN", "Print ISBN", "• ISSN".
fn leaves_first(lead: &str) -> bool {
    let lead = lead
        .trim_matches(|c: char| !c.is_alphabetic())
        .to_lowercase();
    lead.is_empty() || ["e", "p"].contains(&lead.as_str()) || FORMS.contains(&lead.as_str())
}

/// Words that say in which form a publication has a number; then several numbers are of one work.
const FORMS: [&str; 9] = [
    "print",
    "pdf",
    "electronic",
    "online",
    "imprimé",
    "électronique",
    "en ligne",
    "مطبوع",
    "لكتروني",
];

fn says_forms(page: &str) -> bool {
    let lower = page.to_lowercase();
    FORMS.iter().any(|form| lower.contains(form))
}

/// Finds the ISBN of the document itself: on its first pages or on its last, outside of lists of
/// references, with how sure it is in per cent. A page with several different ones lists other
/// books, unless it says of each in which form it is of (print, electronic), and then the first is
/// as good as any. Without the word only a number on a line of its own counts, as below bars.
#[must_use]
pub fn own_isbn(front: &str, last_page: &str) -> Option<(String, u8)> {
    const NAMES: [&str; 2] = ["ISBN", "ردمك"];
    front.split('\u{c}').chain([last_page]).find_map(|page| {
        let page = before_references(page);
        let all: Vec<Mention> = mentions(page, 13, &NAMES, isbn13)
            .chain(mentions(page, 10, &NAMES, isbn10).filter(|one| one.is_named))
            .collect();
        let said = page.to_lowercase().matches("isbn").count();
        if said > 2 && !says_forms(page) {
            return None;
        }
        let named = all.iter().find(|one| one.is_named);
        let bare = all.iter().find(|one| one.is_alone);
        named
            .map(|one| (one.number.clone(), if one.is_first { 92 } else { 75 }))
            .or_else(|| bare.map(|one| (one.number.clone(), 60)))
    })
}

/// Finds the ISSN of the series the document is of: on its first pages or on its last, outside of
/// lists of references, with how sure it is in per cent. Different ones on a page are of other
/// journals, unless it says in which form each is of.
#[must_use]
pub fn own_issn(front: &str, last_page: &str) -> Option<(String, u8)> {
    const NAMES: [&str; 2] = ["ISSN", "ردمد"];
    front
        .split('\u{c}')
        .map(|page| (page, 60))
        // In the middle of a line of a last page it is of a list whose head is further up.
        .chain([(last_page, 45)])
        .find_map(|(page, in_line)| {
            let page = before_references(page);
            let all: Vec<Mention> = mentions(page, 8, &NAMES, issn8)
                .filter(|one| one.is_named)
                .collect();
            let first = all.first()?;
            let differ = all.iter().any(|one| one.number != first.number);
            if differ && !says_forms(page) {
                return None;
            }
            let sure = if first.is_first { 90 } else { in_line };
            Some((first.number.clone(), sure))
        })
}

/// All DOIs of a text in their order.
fn dois(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while found.len() < 20 {
        let Some(one) = doi(rest) else { break };
        let Some(at) = rest.to_lowercase().find(&one) else {
            break;
        };
        found.push(one.clone());
        rest = rest.get(at + one.len()..).unwrap_or_default();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_own_doi_counts() {
        let cases = [
            (
                "A paper\nhttps://doi.org/10.1000/own.1\u{c}text",
                Some("10.1000/own.1"),
            ),
            ("A paper\n10.1000/a and 10.1000/b", None),
            ("A paper\u{c}see 10.1000/other", None),
            (
                "A paper\u{c}Suggested citation: x. https://doi.org/10.1000/own.2",
                Some("10.1000/own.2"),
            ),
            ("Letter\nReferences\n10.1000/cited", None),
        ];
        for (front, expected) in cases {
            assert_eq!(own_doi(front).as_deref(), expected, "{front}");
        }
    }

    #[test]
    fn only_the_own_isbn_counts() {
        let own = |sure: u8| Some(("9780306406157".to_owned(), sure));
        let cited = "Paper\nReferences\n1. A book. ISBN 978-0-306-40615-7";
        let last = "Printed by the sample office\nISBN 978-0-306-40615-7";
        let cases = [
            ("Handbook\u{c}ISBN 978-0-306-40615-7 (print)", "", own(92)),
            ("Handbook\nISBN: 0-306-40615-2", "", own(92)),
            ("Handbook\nردمك ٩٧٨-٠-٣٠٦-٤٠٦١٥-٧", "", own(92)),
            ("Handbook\ne-ISBN 978-0-306-40615-7", "", own(92)),
            ("1. Water. 2. Schools. ISBN 978-0-306-40615-7", "", own(75)),
            ("Handbook\n9780306406157\n", "", own(60)),
            (cited, cited, None),
            ("Handbook", last, own(92)),
            ("Companion to ISBN 978-0-306-40615-7 (Handbook)", "", None),
            (
                "Guide\nSee also the handbook, ISBN 978-0-306-40615-7",
                "",
                None,
            ),
            ("Guide\nVoir aussi ISBN 978-0-306-40615-7", "", None),
            ("دليل\nانظر أيضا ISBN 978-0-306-40615-7", "", None),
            ("Guide\nCompanion to\nISBN 978-0-306-40615-7", "", None),
            ("Call centre\nTel 9780306406157", "", None),
        ];
        for (front, last, expected) in cases {
            assert_eq!(own_isbn(front, last), expected, "{front}");
        }
    }

    #[test]
    fn only_the_own_issn_counts() {
        let own = |sure: u8| Some(("0378-5955".to_owned(), sure));
        let cited = "Review\nReferences\n1. The Journal, ISSN 0378-5955, vol 3, 2019.";
        let cases = [
            ("Series 4\nISSN 0378-5955\nWater", "", own(90)),
            ("Sample Journal · ISSN 0378-5955 · 2016", "", own(60)),
            ("Water\u{c}ISSN: 0378-5955", "", own(90)),
            ("Water", "The office\nISSN 0378-5955", own(90)),
            (
                "Water",
                "3. Roe. The Journal, ISSN 0378-5955, 2019.",
                own(45),
            ),
            (cited, cited, None),
            (
                "See 6. REFERENCES:\n6. References\nISSN 0378-5955",
                "",
                None,
            ),
            ("قائمة المراجع\nISSN 0378-5955", "", None),
            ("Available from a journal (ISSN 0378-5955).", "", None),
            ("ISSN 0378-5955\nISSN 2434-561X", "", None),
            (
                "ISSN 0378-5955 (print)\nISSN 2434-561X (online)",
                "",
                own(90),
            ),
        ];
        for (front, last, expected) in cases {
            assert_eq!(own_issn(front, last), expected, "{front}");
        }
    }
}
