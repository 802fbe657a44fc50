//! The posts of a piece: how they are found, read and compared.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    Site,
    api::{number, text},
    mark::{Mark, sum},
};
use crate::http::Trouble;

/// Every status, the trash included: an item that an editor threw away must not be made again.
pub(super) const ANY_STATUS: &str = "publish,future,draft,pending,private,trash";
/// What is read of a post.
pub(super) const FIELDS: &str = "id,slug,status,link,modified_gmt,title.raw,content.raw,excerpt.raw,tags,categories,\
    _links.predecessor-version,_links.self";

/// A post of ours as the site holds it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Post {
    pub(super) id: u64,
    pub(super) slug: String,
    pub(super) status: String,
    pub(super) link: String,
    /// When it last changed, by the site's clock, to the second.
    pub(super) modified: String,
    /// Number of the newest revision; 0 when there is none yet.
    pub(super) revision: u64,
    pub(super) title: String,
    pub(super) summary: String,
    pub(super) content: String,
    pub(super) terms: Vec<u64>,
    pub(super) mark: Option<Mark>,
    /// The text without the mark.
    pub(super) text: String,
}

impl Post {
    pub(super) fn read(value: &Value) -> Self {
        let content = text(value, "/content/raw").to_owned();
        let (mark, inner) = match Mark::read(&content) {
            Some((mark, inner)) => (Some(mark), inner),
            None => (None, content.clone()),
        };
        let ids = |key: &str| -> Vec<u64> {
            value
                .get(key)
                .and_then(Value::as_array)
                .map(|ids| ids.iter().filter_map(Value::as_u64).collect())
                .unwrap_or_default()
        };
        let mut terms = ids("tags");
        terms.extend(ids("categories"));
        Self {
            id: number(value, "/id"),
            slug: text(value, "/slug").to_owned(),
            status: text(value, "/status").to_owned(),
            link: text(value, "/link").to_owned(),
            modified: text(value, "/modified_gmt").to_owned(),
            revision: number(value, "/_links/predecessor-version/0/id"),
            title: text(value, "/title/raw").to_owned(),
            summary: text(value, "/excerpt/raw").to_owned(),
            content,
            terms,
            mark,
            text: inner,
        }
    }

    pub(super) fn is_trashed(&self) -> bool {
        self.status == "trash"
    }

    /// The text is the one we wrote: nobody changed a word since.
    pub(super) fn is_unedited(&self) -> bool {
        self.mark
            .as_ref()
            .is_some_and(|mark| mark.sum == sum(&self.title, &self.summary, &self.text))
    }

    /// The release it holds unchanged.
    pub(super) fn release(&self) -> Option<&str> {
        self.is_unedited()
            .then_some(self.mark.as_ref()?.release.as_str())
    }

    /// One value for all that a person could have changed in it.
    pub(super) fn print(&self) -> String {
        sum(&self.title, &self.summary, &self.content)
    }

    /// The language it is in: by its mark, else by its slug.
    fn lang(&self, draft: &str) -> Option<String> {
        if let Some(mark) = &self.mark {
            return (mark.draft == draft).then(|| mark.lang.clone());
        }
        let rest = self.slug.strip_prefix(draft)?.strip_prefix('-')?;
        let rest = rest.strip_suffix("__trashed").unwrap_or(rest);
        Some(rest.to_owned())
    }
}

/// The slug a language version is made with.
pub(super) fn slug(draft: &str, lang: &str) -> String {
    format!("{draft}-{}", lang.to_ascii_lowercase())
}

/// The posts of one piece.
#[derive(Clone, Debug, Default)]
pub(super) struct Posts {
    /// By language; where several are of one language, the one that counts.
    pub(super) by_lang: BTreeMap<String, Post>,
    /// The others: two PCs made the same post at the same moment.
    pub(super) extra: Vec<Post>,
    /// Published ones that the account may no longer change. Lists of what can be changed leave them out without a
    /// word, and whoever took that for "not there" would make them again.
    pub(super) locked: Vec<Locked>,
}

/// A post that can only be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Locked {
    pub(super) id: u64,
    pub(super) link: String,
    pub(super) mark: Mark,
}

impl Locked {
    pub(super) fn read(value: &Value) -> Option<Self> {
        Some(Self {
            id: number(value, "/id"),
            link: text(value, "/link").to_owned(),
            mark: Mark::read(text(value, "/content/rendered"))?.0,
        })
    }
}

impl Posts {
    /// Sorts what was found. Of two posts of one language the one outside the trash counts, then the older one: every
    /// PC chooses alike.
    pub(super) fn of(draft: &str, mut found: Vec<Post>) -> Self {
        found.sort_by_key(|post| (post.is_trashed(), post.id));
        found.dedup_by_key(|post| post.id);
        let mut posts = Self::default();
        for post in found {
            let Some(lang) = post.lang(draft) else {
                continue;
            };
            match posts.by_lang.entry(lang) {
                std::collections::btree_map::Entry::Vacant(place) => {
                    place.insert(post);
                }
                std::collections::btree_map::Entry::Occupied(_) => posts.extra.push(post),
            }
        }
        posts
    }

    /// The post that speaks for the piece.
    pub(super) fn primary(&self) -> Option<&Post> {
        self.by_lang
            .values()
            .find(|post| post.mark.as_ref().is_some_and(|mark| mark.primary))
            .or_else(|| self.by_lang.values().next())
    }

    /// The release all posts hold unchanged.
    pub(super) fn release(&self) -> Option<&str> {
        let first = self.by_lang.values().next()?.release()?;
        self.by_lang
            .values()
            .all(|post| post.release() == Some(first))
            .then_some(first)
    }
}

impl Site {
    /// Everything the site holds of a draft: by slug, and by the mark where an editor changed the slug.
    pub(super) async fn posts(&self, draft: &str, langs: &[&str]) -> Result<Posts, Trouble> {
        let slugs = langs
            .iter()
            .map(|lang| slug(draft, lang))
            .flat_map(|slug| [format!("{slug}__trashed"), slug])
            .collect::<Vec<_>>()
            .join(",");
        let common = [
            ("status", ANY_STATUS),
            ("context", "edit"),
            ("per_page", "100"),
            ("_fields", FIELDS),
        ];
        let by_slug = [&[("slug", slugs.as_str())][..], &common].concat();
        let by_mark = [&[("search", draft)][..], &common].concat();
        let (by_slug, by_mark, published) = tokio::join!(
            self.get("posts", &by_slug),
            self.get("posts", &by_mark),
            self.published(draft, None)
        );
        let found: Vec<Post> = by_slug?
            .list()
            .iter()
            .chain(by_mark?.list())
            .map(Post::read)
            .collect();
        let locked = published?
            .into_iter()
            .filter(|one| one.mark.draft == draft && !found.iter().any(|post| post.id == one.id))
            .collect();
        Ok(Posts {
            locked,
            ..Posts::of(draft, found)
        })
    }

    /// Published posts that hold a word, as any reader may see them.
    pub(super) async fn published(
        &self,
        word: &str,
        after: Option<&str>,
    ) -> Result<Vec<Locked>, Trouble> {
        let mut query = vec![
            ("search", word),
            ("per_page", "100"),
            ("orderby", "modified"),
            ("_fields", "id,link,content.rendered"),
        ];
        if let Some(after) = after {
            query.push(("modified_after", after));
        }
        let reply = self.get("posts", &query).await?;
        Ok(reply.list().iter().filter_map(Locked::read).collect())
    }

    /// One post, read anew.
    pub(super) async fn post_again(&self, id: u64) -> Result<Option<Post>, Trouble> {
        let reply = self
            .find(
                &format!("posts/{id}"),
                &[("context", "edit"), ("_fields", FIELDS)],
            )
            .await?;
        Ok(reply.map(|reply| Post::read(&reply.value)))
    }
}
