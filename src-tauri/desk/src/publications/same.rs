//! Whether two files are the same work in other bytes.

use qalam_content::fold::fold_with_offsets;

/// Titles of fewer letters ("Report") say too little to call two files the same work.
const MIN_LETTERS: usize = 8;

/// The title as lists are sorted and works are compared by: folded words, one blank between.
#[must_use]
pub fn title_key(title: &str) -> String {
    let words: Vec<String> = fold_with_offsets(title)
        .into_iter()
        .map(|token| token.text)
        .collect();
    words.join(" ")
}

/// The key under which a work is known: its title and year. Empty when they say too little: a
/// short title, or no year.
#[must_use]
pub fn work_key(title: &str, year: Option<i32>) -> String {
    let key = title_key(title);
    match year {
        Some(year) if key.chars().filter(|c| c.is_alphanumeric()).count() >= MIN_LETTERS => {
            format!("{key} {year}")
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_meet_where_a_reader_sees_one_work() {
        assert_eq!(
            work_key("التقرير السنوي – الإدارة", Some(2024)),
            work_key("التقرير  السنوى: الاداره", Some(2024))
        );
        assert_ne!(
            work_key("Annual Health Report", Some(2024)),
            work_key("Annual Health Report", Some(2023))
        );
        assert_eq!(work_key("Annual Health Report", None), "");
        assert_eq!(work_key("Report", Some(2024)), "");
    }
}
