//! Words as the index knows them, and queries made of them.
//!
//! What a person types is never FTS syntax: it is cut into folded words, each quoted, all of them
//! required, the last one also as a beginning.

use qalam_content::fold::{FoldedToken, fold_with_offsets};

/// At so many words a query stops growing; nobody types more, a pasted page would.
pub const MAX_QUERY_WORDS: usize = 16;

/// Written forms of the Arabic article (after folding), alone and joined to one-letter words, the
/// longer first. A reader who looks for معلم means المعلم and بالمعلم too.
const ARTICLES: [&str; 6] = ["وال", "بال", "فال", "كال", "ال", "لل"];

/// What must remain after the article for the rest to count as a word of its own.
const MIN_LETTERS_AFTER_ARTICLE: usize = 3;

/// The word without its Arabic article, when it has one. It is indexed in the same place as the
/// whole word, so both find it.
#[must_use]
pub fn without_article(word: &str) -> Option<&str> {
    ARTICLES
        .iter()
        .find_map(|article| word.strip_prefix(article))
        .filter(|rest| rest.chars().count() >= MIN_LETTERS_AFTER_ARTICLE)
}

/// A query, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Whole words, folded.
    whole: Vec<String>,
    /// The last word, folded, which may still be in typing.
    beginning: Option<String>,
}

impl Query {
    /// Reads what a person typed. `None` when there is no letter or digit in it.
    #[must_use]
    pub fn read(typed: &str) -> Option<Self> {
        let tokens = fold_with_offsets(typed);
        let still_typing = tokens.len() <= MAX_QUERY_WORDS;
        let mut whole: Vec<String> = tokens
            .into_iter()
            .map(|token| token.text)
            .take(MAX_QUERY_WORDS)
            .collect();
        let beginning = if still_typing { whole.pop() } else { None };
        (beginning.is_some() || !whole.is_empty()).then_some(Self { whole, beginning })
    }

    /// The query in FTS5's language: `"word" "word" "begin"*`.
    #[must_use]
    pub fn to_fts(&self) -> String {
        self.each_to_fts().collect::<Vec<_>>().join(" ")
    }

    /// How many words it has.
    #[must_use]
    pub fn words(&self) -> usize {
        self.whole.len() + usize::from(self.beginning.is_some())
    }

    /// Each word by itself in FTS5's language.
    pub fn each_to_fts(&self) -> impl Iterator<Item = String> + '_ {
        let quoted = |word: &String| format!("\"{}\"", word.replace('"', "\"\""));
        self.whole
            .iter()
            .map(quoted)
            .chain(self.beginning.iter().map(move |word| quoted(word) + "*"))
    }

    /// Any of the words, in FTS5's language.
    #[must_use]
    pub fn to_fts_any(&self) -> String {
        self.each_to_fts().collect::<Vec<_>>().join(" OR ")
    }

    /// Which of the query's words this word of a text answers (its position), if any.
    #[must_use]
    pub fn matched_by(&self, token: &FoldedToken) -> Option<usize> {
        let bare = without_article(&token.text);
        let same = |wanted: &str, found: &str| {
            found == wanted || without_article(wanted).is_some_and(|wanted| found == wanted)
        };
        let begins = |wanted: &str, found: &str| {
            found.starts_with(wanted)
                || without_article(wanted).is_some_and(|wanted| found.starts_with(wanted))
        };
        let answers = |test: &dyn Fn(&str) -> bool| test(&token.text) || bare.is_some_and(test);
        self.whole
            .iter()
            .position(|wanted| answers(&|found| same(wanted, found)))
            .or_else(|| {
                self.beginning
                    .as_deref()
                    .filter(|wanted| answers(&|found| begins(wanted, found)))
                    .map(|_| self.whole.len())
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_is_never_syntax() {
        for (typed, fts) in [
            ("vaccine", "\"vaccine\"*"),
            ("Deux Mots", "\"deux\" \"mots\"*"),
            ("a AND b* OR (c", "\"a\" \"and\" \"b\" \"or\" \"c\"*"),
            ("title:x -y \"z", "\"title\" \"x\" \"y\" \"z\"*"),
            ("إدارة", "\"اداره\"*"),
            ("٢٠٢٦", "\"2026\"*"),
        ] {
            assert_eq!(Query::read(typed).unwrap().to_fts(), fts, "{typed}");
        }
        assert_eq!(Query::read(" -- \" * "), None);
    }

    #[test]
    fn articles() {
        for (word, rest) in [
            ("المعلم", Some("معلم")),
            ("والصحه", Some("صحه")),
            ("للصحه", Some("صحه")),
            ("الم", None),
            ("معلم", None),
        ] {
            assert_eq!(without_article(word), rest, "{word}");
        }
    }

    #[test]
    fn long_queries_are_cut() {
        let query = Query::read(&"word ".repeat(100)).unwrap();
        assert_eq!(query.to_fts().matches("word").count(), MAX_QUERY_WORDS);
    }
}
