//! Coming back: which of our posts changed since the last look.
//!
//! The cursor is the site's own newest `modified_gmt` and how many posts of ours it had. The time has one second of
//! resolution, so the last second is read again; what is known already is no news to the desk. WordPress lists no
//! deletions: when there are fewer posts than there should be, those that are gone are looked for.

use std::collections::BTreeSet;

use super::{
    Site,
    api::text,
    judge::base,
    mark::POST,
    posts::{ANY_STATUS, FIELDS, Post},
    put::state_of,
};
use crate::{
    contract::wire::{ItemPage, ItemState, RemoteItem},
    http::Trouble,
};

const PER_PAGE: u32 = 100;

struct Cursor {
    modified: String,
    count: u64,
}

impl Cursor {
    fn read(cursor: &str) -> Option<Self> {
        let (modified, count) = cursor.split_once(';')?;
        Some(Self {
            modified: modified.to_owned(),
            count: count.parse().ok()?,
        })
    }

    fn write(&self) -> String {
        format!("{};{}", self.modified, self.count)
    }
}

impl Site {
    /// Pieces changed since a cursor, and those of `known` (drafts the site held) that are gone.
    ///
    /// # Errors
    /// All failures of the way; `bad_answer`.
    pub async fn changes(
        &self,
        since: Option<&str>,
        known: &[String],
    ) -> Result<ItemPage, Trouble> {
        let cursor = since.and_then(Cursor::read);
        let after = cursor
            .as_ref()
            .and_then(|cursor| second_before(&cursor.modified));
        let page = PER_PAGE.to_string();
        let mut query = vec![
            ("search", POST),
            ("status", ANY_STATUS),
            ("context", "edit"),
            ("orderby", "modified"),
            ("order", "asc"),
            ("per_page", page.as_str()),
            ("_fields", FIELDS),
        ];
        if let Some(after) = &after {
            query.push(("modified_after", after));
        }
        let reply = self.get("posts", &query).await?;
        let posts: Vec<Post> = reply.list().iter().map(Post::read).collect();
        let mut drafts: BTreeSet<String> = posts
            .iter()
            .filter_map(|post| Some(post.mark.as_ref()?.draft.clone()))
            .collect();
        let total = reply.total().unwrap_or_default();
        let told = u64::try_from(posts.len()).unwrap_or(u64::MAX);
        if total > told && told < u64::from(PER_PAGE) {
            // Some may only be read: published, by an account that may not change published posts.
            let published = self.published(POST, after.as_deref()).await?;
            drafts.extend(published.into_iter().map(|one| one.mark.draft));
        }
        let mut items = Vec::new();
        for draft in &drafts {
            items.extend(self.item(draft).await?);
        }
        let newest = posts.last().map(|post| post.modified.clone());
        let before = cursor.as_ref().map(|cursor| cursor.modified.clone());
        let more = total > told && newest != before;
        let count = self.count().await?;
        // Posts made meanwhile could hide a deletion in the count, so a look is taken whenever it moved.
        let moved = cursor.is_none_or(|cursor| count != cursor.count);
        if moved && !known.is_empty() {
            items.extend(self.gone(known, &drafts).await?);
        }
        let next = Cursor {
            modified: newest.or(before).unwrap_or_default(),
            count,
        };
        Ok(ItemPage {
            items,
            next: next.write(),
            more,
            odd: Vec::new(),
        })
    }

    /// How many posts of ours there are.
    async fn count(&self) -> Result<u64, Trouble> {
        let reply = self
            .get(
                "posts",
                &[
                    ("search", POST),
                    ("status", ANY_STATUS),
                    ("context", "edit"),
                    ("per_page", "1"),
                    ("_fields", "id"),
                ],
            )
            .await?;
        Ok(reply.total().unwrap_or_default())
    }

    /// Drafts among `known` of which the site has nothing left.
    async fn gone(
        &self,
        known: &[String],
        seen: &BTreeSet<String>,
    ) -> Result<Vec<RemoteItem>, Trouble> {
        let mut here = seen.clone();
        let page = PER_PAGE.to_string();
        for number in 1_u32.. {
            let number = number.to_string();
            let reply = self
                .get(
                    "posts",
                    &[
                        ("search", POST),
                        ("status", ANY_STATUS),
                        ("context", "edit"),
                        ("per_page", &page),
                        ("page", &number),
                        ("_fields", "slug"),
                    ],
                )
                .await?;
            // A slug is the draft's id and a language; an editor may have changed it.
            here.extend(
                reply
                    .list()
                    .iter()
                    .filter_map(|post| text(post, "/slug").get(..36).map(str::to_owned)),
            );
            if reply.list().len() < usize::try_from(PER_PAGE).unwrap_or(usize::MAX) {
                break;
            }
            let total = reply.total().unwrap_or_default();
            if number.parse().unwrap_or(u64::MAX) * u64::from(PER_PAGE) >= total {
                break;
            }
        }
        let mut gone = Vec::new();
        for draft in known.iter().filter(|draft| !here.contains(*draft)) {
            if self.item(draft).await?.is_none() {
                gone.push(remote(draft, ItemState::Deleted));
            }
        }
        Ok(gone)
    }

    /// What the site holds of a draft.
    pub(crate) async fn item(&self, draft: &str) -> Result<Option<RemoteItem>, Trouble> {
        let posts = self.posts(draft, &[]).await?;
        let locked = posts
            .locked
            .iter()
            .find(|one| one.mark.primary)
            .or(posts.locked.first());
        if let Some(locked) = locked {
            // Whether an editor changed a word cannot be told from what readers see.
            let mut item = remote(draft, ItemState::Published);
            item.release = locked.mark.release.clone();
            item.url = locked.link.clone();
            return Ok(Some(item));
        }
        let Some(primary) = posts.primary() else {
            return Ok(None);
        };
        let mut item = remote(draft, state_of(&posts));
        item.etag = base(&posts);
        item.edited = posts.release().is_none();
        item.release = posts.release().unwrap_or_default().to_owned();
        item.title = primary.title.clone();
        item.url = primary.link.clone();
        item.updated_at = format!("{}Z", primary.modified);
        Ok(Some(item))
    }
}

fn remote(draft: &str, state: ItemState) -> RemoteItem {
    RemoteItem {
        id: draft.to_owned(),
        owner: String::new(),
        kind: String::new(),
        state,
        etag: String::new(),
        release: String::new(),
        edited: false,
        title: String::new(),
        url: String::new(),
        updated_at: String::new(),
        missing: Vec::new(),
        receipt: None,
        comments: Vec::new(),
        content: None,
    }
}

/// One second earlier, in the form WordPress writes times. The clock is the site's.
fn second_before(modified: &str) -> Option<String> {
    let at: jiff::civil::DateTime = modified.parse().ok()?;
    let before = at.checked_sub(jiff::Span::new().seconds(1)).ok()?;
    Some(before.strftime("%Y-%m-%dT%H:%M:%S").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_go_both_ways() {
        let cursor = Cursor::read("2026-11-21T10:00:00;57").expect("cursor");
        assert_eq!(
            (cursor.modified.as_str(), cursor.count),
            ("2026-11-21T10:00:00", 57)
        );
        assert_eq!(cursor.write(), "2026-11-21T10:00:00;57");
        assert!(Cursor::read("17").is_none());
        assert_eq!(
            second_before("2026-11-21T00:00:00").as_deref(),
            Some("2026-11-20T23:59:59")
        );
    }
}
