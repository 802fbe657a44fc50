//! May what a site holds be replaced? Decided purely, by what the posts say, never by a clock.
//!
//! The base of a piece is a line `wp1;ar=12.45.<print>;fr=13.0.<print>` (language, post, newest revision, print of the
//! content; a post in the trash has `!` before its print). It plays the part that an ETag has at other portals. Only
//! post and print decide: publishing a post or setting its category makes no conflict. The revision tells later whether
//! somebody saved in the moment between our look and our write.

use std::collections::BTreeMap;

use super::posts::{Post, Posts};

const HEAD: &str = "wp1";

/// What the answer to "may we write?" is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Yes, also where nothing is there yet.
    Write,
    /// No: somebody else's words are there.
    Differs {
        /// An editor changed our text, as against another release of it.
        edited: bool,
        /// It lies in the trash.
        gone: bool,
    },
}

/// The base of what is there now; empty when nothing is.
pub(super) fn base(posts: &Posts) -> String {
    if posts.by_lang.is_empty() {
        return String::new();
    }
    let mut line = HEAD.to_owned();
    for (lang, post) in &posts.by_lang {
        let trash = if post.is_trashed() { "!" } else { "" };
        line.push_str(&format!(
            ";{lang}={}.{}.{trash}{}",
            post.id,
            post.revision,
            post.print()
        ));
    }
    line
}

/// Language → (post, print) of a base.
fn read(base: &str) -> BTreeMap<&str, (&str, &str)> {
    base.split(';')
        .skip(1)
        .filter_map(|part| {
            let (lang, rest) = part.split_once('=')?;
            let (post, rest) = rest.split_once('.')?;
            let (_, print) = rest.split_once('.')?;
            Some((lang, (post, print)))
        })
        .collect()
}

/// `release`: the one to be written. `if_match`: the base a write may replace.
pub(super) fn judge(posts: &Posts, release: &str, if_match: Option<&str>) -> Verdict {
    let known = if_match.map(read).unwrap_or_default();
    let mut edited = false;
    let mut gone = false;
    let mut free = true;
    for (lang, post) in &posts.by_lang {
        if may_replace(post, lang, release, &known) {
            continue;
        }
        free = false;
        gone |= post.is_trashed();
        edited |= !post.is_unedited();
    }
    if free {
        Verdict::Write
    } else {
        Verdict::Differs { edited, gone }
    }
}

fn may_replace(
    post: &Post,
    lang: &str,
    release: &str,
    known: &BTreeMap<&str, (&str, &str)>,
) -> bool {
    // Ours already: an earlier attempt whose answer was lost, or one that ended half-way.
    if post.release() == Some(release) && !post.is_trashed() {
        return true;
    }
    known.get(lang).is_some_and(|(id, print)| {
        let (trashed, print) = match print.strip_prefix('!') {
            Some(print) => (true, print),
            None => (false, *print),
        };
        *id == post.id.to_string() && trashed == post.is_trashed() && print == post.print()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wordpress::mark::{Mark, sum};

    const DRAFT: &str = "01890000-0000-7000-8000-000000000001";

    fn post(id: u64, lang: &str, release: &str, text: &str) -> Post {
        let mark = Mark {
            draft: DRAFT.into(),
            lang: lang.into(),
            release: release.into(),
            primary: lang == "ar",
            sum: sum("t", "s", text),
        };
        let content = format!("{text}\n{}", mark.write());
        Post {
            id,
            slug: format!("{DRAFT}-{lang}"),
            status: "pending".into(),
            link: String::new(),
            modified: String::new(),
            revision: 5,
            title: "t".into(),
            summary: "s".into(),
            content,
            terms: Vec::new(),
            mark: Some(mark),
            text: text.into(),
        }
    }

    fn edited(mut post: Post) -> Post {
        post.title = "an editor's title".into();
        post
    }

    fn trashed(mut post: Post) -> Post {
        post.status = "trash".into();
        post
    }

    fn posts(list: &[Post]) -> Posts {
        Posts::of(DRAFT, list.to_vec())
    }

    #[test]
    fn only_what_we_know_is_replaced() {
        let (one, two) = ("r1", "r2");
        let ours = posts(&[post(1, "ar", one, "a"), post(2, "fr", one, "b")]);
        let base_one = base(&ours);
        let half = posts(&[post(1, "ar", two, "c"), post(2, "fr", one, "b")]);
        let theirs = posts(&[edited(post(1, "ar", one, "a")), post(2, "fr", one, "b")]);
        let thrown = posts(&[trashed(post(1, "ar", one, "a"))]);
        let differs = |edited, gone| Verdict::Differs { edited, gone };
        for (what, held, release, base, wanted) in [
            ("nothing there", &posts(&[]), two, None, Verdict::Write),
            (
                "nothing there any more",
                &posts(&[]),
                two,
                Some(base_one.as_str()),
                Verdict::Write,
            ),
            ("the same again", &ours, one, None, Verdict::Write),
            (
                "a newer one over ours",
                &ours,
                two,
                Some(&base_one),
                Verdict::Write,
            ),
            (
                "a newer one without a base",
                &ours,
                two,
                None,
                differs(false, false),
            ),
            (
                "ended half-way",
                &half,
                two,
                Some(&base_one),
                Verdict::Write,
            ),
            (
                "edited meanwhile",
                &theirs,
                two,
                Some(&base_one),
                differs(true, false),
            ),
            (
                "edited, the same again",
                &theirs,
                one,
                Some(&base_one),
                differs(true, false),
            ),
            (
                "edited and accepted",
                &theirs,
                two,
                Some(&base(&theirs)),
                Verdict::Write,
            ),
            (
                "thrown away",
                &thrown,
                one,
                Some(&base_one),
                differs(false, true),
            ),
            (
                "thrown away and accepted",
                &thrown,
                one,
                Some(&base(&thrown)),
                Verdict::Write,
            ),
        ] {
            assert_eq!(judge(held, release, base), wanted, "{what}");
        }
    }

    #[test]
    fn publishing_is_no_conflict_and_of_two_the_older_counts() {
        let before = posts(&[post(1, "ar", "r1", "a")]);
        let mut after = post(1, "ar", "r1", "a");
        after.status = "publish".into();
        after.modified = "2026-01-01T00:00:00".into();
        after.revision = 9;
        assert_eq!(
            judge(&posts(&[after]), "r2", Some(&base(&before))),
            Verdict::Write
        );
        let two = posts(&[
            post(9, "ar", "r1", "a"),
            post(3, "ar", "r1", "a"),
            trashed(post(1, "ar", "r1", "a")),
        ]);
        assert_eq!(two.by_lang.get("ar").map(|post| post.id), Some(3));
        assert_eq!(two.extra.len(), 2);
    }
}
