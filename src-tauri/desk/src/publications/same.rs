//! Titles as lists are sorted and works are compared by.

use qalam_content::fold::fold_with_offsets;

/// The folded words of a title, one blank between.
#[must_use]
pub fn title_key(title: &str) -> String {
    let words: Vec<String> = fold_with_offsets(title)
        .into_iter()
        .map(|token| token.text)
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_meet_where_a_reader_sees_one_title() {
        assert_eq!(
            title_key("التقرير السنوي – الإدارة"),
            title_key("التقرير  السنوى: الاداره")
        );
        assert_ne!(
            title_key("Annual Health Report"),
            title_key("Annual Report")
        );
    }
}
