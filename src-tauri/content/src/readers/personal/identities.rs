//! Numbers of identity cards, passports and insurances, by the words that stand before or above
//! them.

use std::sync::OnceLock;

use regex::Regex;

use super::{PERSON_WORDS, ends_sentence, numbers};
use crate::fold;

/// Words that announce a number of identity, insurance or a passport.
fn identity_word() -> Option<&'static Regex> {
    static WORD: OnceLock<Option<Regex>> = OnceLock::new();
    WORD.get_or_init(|| {
        Regex::new(r"(?i)(national id|identity (?:card|no|number)|id (?:no|number)|passport (?:no|number)|\bNIN\b|\bCNIC\b|\bNIK\b|\bCIN\b|T\.?C\.? kimlik|n° (?:de )?(?:carte|sécurité sociale|passeport)|numéro d[’']identité|الرقم الوطني|رقم الهوية|الرقم القومي|رقم البطاقة|بطاقة التعريف|رقم الجواز|kimlik no|شناسنامه|کد ملی|شناختی کارڈ)").ok()
    })
    .as_ref()
}

/// Words for papers whose numbers are shorter or begin with letters: passports, identity cards.
const PAPERS: &str = r"\bpassports?\b|\bpasseports?\b|\bpasaport\b|\bpaspor\b|جواز(?:ات)? (?:ال)?سفر|رقم الجواز|\bCINE?\b|\bCNIE?\b|بطاقة التعريف|\bid(?:entity)? card\b|carte (?:nationale )?d[’']identité";

/// Such a word; the same with a number of such a paper behind it; and the number alone, as it
/// stands in a column.
struct Papers {
    word: Regex,
    with_number: Regex,
    number: Regex,
}

fn papers() -> Option<&'static Papers> {
    static ALL: OnceLock<Option<Papers>> = OnceLock::new();
    ALL.get_or_init(|| {
        // A number of digits alone follows at once; with letters it is one some words later too.
        let signs = r"(?i:[\s:.#|()°º/-]|no|n°|nº|number|numéro|num|رقم)*";
        Some(Papers {
            word: Regex::new(&format!("(?i:{PAPERS})")).ok()?,
            with_number: Regex::new(&format!(
                r"(?i:{PAPERS})(?:\P{{Nd}}{{0,40}}?\b[A-Z]{{1,2}}[ -]?\d{{5,8}}\b|{signs}\d{{7,9}}\b)"
            ))
            .ok()?,
            number: Regex::new(r"\b[A-Z]{1,2}\d{5,8}\b|(?:^|[\s|])\d{7,9}(?:$|[\s|])").ok()?,
        })
    })
    .as_ref()
}

/// Whether five digits stand side by side, as in the shortest numbers of papers.
pub(super) fn has_long_number(page: &str) -> bool {
    page.as_bytes()
        .windows(5)
        .any(|five| five.iter().all(u8::is_ascii_digit))
}

/// What the lines below a word for an identity number are.
#[derive(Clone, Copy)]
enum Under {
    /// Text.
    Nothing,
    /// Rows of a table, so many more at most.
    Head(usize),
    /// Perhaps a list; so many rows of it were seen.
    Label(u32),
}

/// Lines below the head of a table that are looked at.
const MOST_ROWS: usize = 60;
/// Words of a line that is the label of what stands below, and of a row there.
const LABEL_WORDS: usize = 6;
const ROW_WORDS: usize = 8;
/// Rows under a label from which on they are a list.
const LIST_ROWS: u32 = 3;

/// Numbers with a word for an identity number before them on their line, or under one.
pub(super) fn count(page: &str) -> u32 {
    let (Some(word), Some(papers)) = (identity_word(), papers()) else {
        return 0;
    };
    if !word.is_match(page) && !papers.word.is_match(page) {
        return 0;
    }
    let mut count = 0u32;
    let mut under = Under::Nothing;
    let mut of_papers = false;
    for line in page.lines().filter(|line| !line.trim().is_empty()) {
        let announced = word.is_match(line);
        let paper = papers.word.is_match(line);
        if announced || paper {
            count = count.saturating_add(on_line(line, announced, papers));
            under = below(line, under);
            of_papers = paper;
            continue;
        }
        let all = numbers(line);
        let mut here = all.iter().filter(|number| number.is_identity()).count();
        under = match under {
            Under::Nothing => Under::Nothing,
            Under::Head(0) => Under::Nothing,
            Under::Head(left) => {
                if of_papers {
                    here = here.max(papers.number.find_iter(line).count());
                }
                count = count.saturating_add(u32::try_from(here).unwrap_or(0));
                Under::Head(left - 1)
            }
            // The columns of a head may stand on lines of their own.
            Under::Label(_) if here == 0 && is_head(line) && words_in(line) <= LABEL_WORDS => {
                Under::Head(MOST_ROWS)
            }
            Under::Label(rows) => {
                here = all
                    .iter()
                    .filter(|number| number.is_identity() && !number.is_phone())
                    .count();
                if of_papers && here == 0 {
                    here = papers.number.find_iter(line).count();
                }
                let words = words_in(line);
                if here == 0 || words > ROW_WORDS {
                    Under::Nothing
                } else {
                    let rows = rows + 1;
                    // Nothing but a number is what the label says.
                    count = match (words, rows) {
                        (0, _) => count.saturating_add(1),
                        (_, LIST_ROWS) => count.saturating_add(LIST_ROWS),
                        (_, rows) if rows > LIST_ROWS => count.saturating_add(1),
                        _ => count,
                    };
                    Under::Label(rows)
                }
            }
        };
    }
    count
}

/// Numbers on a line that has a word for them.
fn on_line(line: &str, announced: bool, papers: &Papers) -> u32 {
    let is_sentence = words_in(line) > 2 * LABEL_WORDS;
    let ids = numbers(line)
        .iter()
        .filter(|number| announced && number.is_identity() && !(is_sentence && number.is_phone()))
        .count();
    let of_papers = papers.with_number.find_iter(line).count();
    u32::try_from(ids.max(of_papers)).unwrap_or(0)
}

/// What stands below a line with a word for an identity number.
fn below(line: &str, was: Under) -> Under {
    if is_head(line) {
        return Under::Head(MOST_ROWS);
    }
    match was {
        // A row that has the word once more.
        Under::Head(left) if left > 0 => Under::Head(left - 1),
        _ if words_in(line) <= LABEL_WORDS && !ends_sentence(line) => Under::Label(0),
        _ => Under::Nothing,
    }
}

/// Whether a line looks like the head of a table about people.
fn is_head(line: &str) -> bool {
    let mut persons = 0;
    let mut words = 0;
    fold::for_each_token(line, |word| {
        words += 1;
        persons += usize::from(PERSON_WORDS.contains(&word.text.as_str()));
    });
    persons >= 1 && words <= 24 && !ends_sentence(line)
}

fn words_in(line: &str) -> usize {
    line.split(|c: char| !c.is_alphabetic())
        .filter(|word| word.chars().nth(1).is_some())
        .count()
}
