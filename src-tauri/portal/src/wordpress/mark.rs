//! The mark at the end of a post: which draft, language and release it is, and a sum over what we wrote.
//!
//! It is an HTML comment, which WordPress keeps for every role. With the sum anybody can tell whether a person changed
//! the post since, without knowing what was sent: a lost answer, another PC or a lost desk change nothing.

use crate::digest::hex;
use sha2::{Digest as _, Sha256};

/// How a mark begins. Searching a site for it finds our posts.
pub const POST: &str = "qalam:item";
/// How the mark of a file begins.
pub const FILE: &str = "qalam:file";

/// The mark of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The draft.
    pub draft: String,
    /// Language of the post.
    pub lang: String,
    /// SHA-256 of the release.
    pub release: String,
    /// The desk's language of the original, so that one post speaks for the piece.
    pub primary: bool,
    /// Sum over title, summary and text without the mark.
    pub sum: String,
}

/// The sum over what a post says.
#[must_use]
pub fn sum(title: &str, summary: &str, text: &str) -> String {
    let mut hash = Sha256::new();
    for part in [title, summary, text] {
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    let mut sum = hex(&hash.finalize());
    sum.truncate(32);
    sum
}

impl Mark {
    /// The mark as it stands in a post.
    #[must_use]
    pub fn write(&self) -> String {
        format!(
            "<!-- {POST} draft={} lang={} release={} primary={} sum={} -->",
            self.draft,
            self.lang,
            self.release,
            u8::from(self.primary),
            self.sum
        )
    }

    /// The last mark in a text, and the text without it.
    #[must_use]
    pub fn read(content: &str) -> Option<(Self, String)> {
        let start = content.rfind(&format!("<!-- {POST} "))?;
        let (before, rest) = content.split_at_checked(start)?;
        let (inside, after) = rest.split_once("-->")?;
        let value = |key: &str| value_of(inside, key);
        let mark = Self {
            draft: value("draft")?,
            lang: value("lang")?,
            release: value("release")?,
            primary: value("primary")? == "1",
            sum: value("sum")?,
        };
        Some((mark, format!("{}{}", before.trim_end(), after.trim())))
    }
}

/// The mark of a file, kept in its description.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileMark {
    /// SHA-256 of the bytes that were sent.
    pub sha256: String,
    /// How many.
    pub bytes: u64,
    /// What the web server said of the file when it was read back and had this hash; empty before that. While it says
    /// the same, the file need not be downloaded again.
    pub seen: String,
}

impl FileMark {
    /// The mark as it stands in a description.
    #[must_use]
    pub fn write(&self) -> String {
        format!(
            "<!-- {FILE} sha256={} bytes={} seen={} -->",
            self.sha256, self.bytes, self.seen
        )
    }

    /// The mark in a description.
    #[must_use]
    pub fn read(description: &str) -> Option<Self> {
        let (_, rest) = description.split_once(&format!("<!-- {FILE} "))?;
        let (inside, _) = rest.split_once("-->")?;
        Some(Self {
            sha256: value_of(inside, "sha256")?,
            bytes: value_of(inside, "bytes")?.parse().ok()?,
            seen: value_of(inside, "seen").unwrap_or_default(),
        })
    }
}

fn value_of(inside: &str, key: &str) -> Option<String> {
    inside
        .split_whitespace()
        .find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_survives_a_text_around_it() {
        let mark = Mark {
            draft: "01890000-0000-7000-8000-000000000001".into(),
            lang: "ar".into(),
            release: "ab".repeat(32),
            primary: true,
            sum: sum("ع", "م", "<p>x</p>"),
        };
        let content = format!("<p>x</p>\n{}", mark.write());
        assert_eq!(
            Mark::read(&content),
            Some((mark.clone(), "<p>x</p>".to_owned()))
        );
        let more = format!("{content}\n<p>an editor's line</p>");
        assert_eq!(
            Mark::read(&more).expect("mark").1,
            "<p>x</p><p>an editor's line</p>"
        );
        assert_eq!(Mark::read("<p>x</p>"), None);
        assert_ne!(sum("a", "bc", ""), sum("ab", "c", ""));
    }

    #[test]
    fn a_file_says_when_it_was_seen() {
        for seen in ["", "65a-1f"] {
            let mark = FileMark {
                sha256: "cd".repeat(32),
                bytes: 7,
                seen: seen.into(),
            };
            assert_eq!(FileMark::read(&mark.write()), Some(mark));
        }
    }
}
