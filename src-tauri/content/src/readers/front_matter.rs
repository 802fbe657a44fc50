//! The head of a Markdown file that other programs put there, in YAML: `title: …` between two rules.

/// Longest head, in bytes; what is longer is text.
const MAX_HEAD: usize = 8_192;

/// One entry of a head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HeadEntry {
    /// Its name, as written.
    pub(super) key: String,
    /// What it says, in one line; may be empty.
    pub(super) words: String,
}

/// The entries of the head, and the text after it. What only looks like a head, a text between two
/// rules, is text: there are no entries then.
pub(super) fn front_matter(text: &str) -> (Vec<HeadEntry>, &str) {
    let text = text.trim_start_matches('\u{feff}');
    split(text).unwrap_or((Vec::new(), text))
}

fn split(text: &str) -> Option<(Vec<HeadEntry>, &str)> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next()?;
    if first.trim_end() != "---" {
        return None;
    }
    let mut entries = Vec::new();
    let mut length = first.len();
    for line in lines {
        length += line.len();
        if length > MAX_HEAD {
            return None;
        }
        let shown = line.trim_end();
        if shown == "---" {
            let rest = text.get(length..)?;
            return (!entries.is_empty()).then_some((entries, rest));
        }
        take_line(shown, &mut entries)?;
    }
    None
}

/// Reads a line into the entries. `None` for one that no head has.
fn take_line(line: &str, entries: &mut Vec<HeadEntry>) -> Option<()> {
    if line.starts_with('#') {
        return Some(());
    }
    if line.starts_with([' ', '\t']) || line.starts_with("- ") {
        let entry = entries.last_mut()?;
        let more = line.trim();
        if !more.is_empty() {
            if !entry.words.is_empty() {
                entry.words.push(' ');
            }
            entry.words.push_str(more);
        }
        return Some(());
    }
    let (key, words) = line.split_once(':')?;
    let mut letters = key.chars();
    let is_key = letters
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && letters.all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    if !is_key || !(words.is_empty() || words.starts_with([' ', '\t'])) {
        return None;
    }
    let words = match words.trim() {
        // The words follow on lines of their own.
        ">" | ">-" | ">+" | "|" | "|-" | "|+" => "",
        words => words,
    };
    entries.push(HeadEntry {
        key: key.to_owned(),
        words: words.trim_matches(['"', '\'']).trim().to_owned(),
    });
    Some(())
}

#[cfg(test)]
mod tests {
    use super::front_matter;

    #[test]
    fn a_text_between_two_rules_is_no_head() {
        let cases = [
            // The whole, its entries, the text after them.
            ("---\ntitle: \"A plan\"\n---\nText", "title=A plan", "Text"),
            (
                "\u{feff}---  \r\ntitle: 'A'\r\ntags:\r\n- health\r\n  - schools\r\n# ours\r\n---\r\nText",
                "title=A|tags=- health - schools",
                "Text",
            ),
            (
                "---\nsummary: >\n  two\n  lines\n_x-1:\n---",
                "summary=two lines|_x-1=",
                "",
            ),
            ("---\n---\nText", "", "---\n---\nText"),
            ("---\n# ours\n---\nText", "", "---\n# ours\n---\nText"),
            ("---\na: b\n\nc: d\n---\n", "", "---\na: b\n\nc: d\n---\n"),
            (
                "---\nPress release: for Monday\n---\n",
                "",
                "---\nPress release: for Monday\n---\n",
            ),
            (
                "---\nAt 10:30 all meet\n---\n",
                "",
                "---\nAt 10:30 all meet\n---\n",
            ),
            (
                "---\nhttp://x.example\n---\n",
                "",
                "---\nhttp://x.example\n---\n",
            ),
            ("---\n  indented\n---\n", "", "---\n  indented\n---\n"),
            ("---\na: b\nNo end\n", "", "---\na: b\nNo end\n"),
            ("a: b\n---\n", "", "a: b\n---\n"),
        ];
        for (text, wanted, wanted_rest) in cases {
            let (entries, rest) = front_matter(text);
            let found: Vec<String> = entries
                .iter()
                .map(|entry| format!("{}={}", entry.key, entry.words))
                .collect();
            assert_eq!(
                (found.join("|").as_str(), rest),
                (wanted, wanted_rest),
                "{text}"
            );
        }
        let long = format!("---\na: {}\n---\n", "x".repeat(9_000));
        assert!(front_matter(&long).0.is_empty());
    }
}
