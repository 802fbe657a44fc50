//! Storing a release in stock WordPress: look, decide, write what differs, read back.

use std::collections::BTreeMap;

use qalam_content::{body::draft_refs, canonical::Release};
use qalam_desk::error::{Code, Failure};
use serde_json::{Value, json};

use super::{
    Site,
    html::{Rendered, render},
    judge::{Verdict, base, judge},
    posts::{Post, Posts, slug},
    terms::Terms,
};
use crate::{
    contract::wire::{ItemReceipt, ItemState, PutItem, StoredItem},
    http::{Class, Trouble},
};

/// Characters of a difference that are shown.
const SHOWN: usize = 60;

/// Addresses of published pieces, by draft and language.
#[derive(Default)]
struct Others(BTreeMap<String, BTreeMap<String, String>>);

impl Others {
    /// One address of each: in this language, or in the first there is.
    fn in_lang(&self, lang: &str) -> BTreeMap<String, String> {
        let one = |pages: &BTreeMap<String, String>| {
            pages.get(lang).or_else(|| pages.values().next()).cloned()
        };
        self.0
            .iter()
            .filter_map(|(draft, pages)| Some((draft.clone(), one(pages)?)))
            .collect()
    }
}

impl Site {
    /// Stores a release: `body` exactly as the desk made it (the contract's `PUT`), `if_match` the base of the last time.
    ///
    /// # Errors
    /// `changed_on_portal` as a conflict with the present base under `etag`; `portal_changed_text` when what is stored
    /// is not what was sent; what [`crate::http::Class`] says of all others.
    pub async fn put(
        &self,
        draft: &str,
        body: &[u8],
        if_match: Option<&str>,
    ) -> Result<StoredItem, Trouble> {
        let (release, hash) = read(draft, body)?;
        let langs: Vec<&str> = release.languages.keys().map(String::as_str).collect();
        let posts = self.posts(draft, &langs).await?;
        if let Some(locked) = posts.locked.first() {
            return Err(Trouble::refused(
                Failure::new(Code::Rights)
                    .with("url", &locked.link)
                    .detail("published, and the account may not change published posts"),
            ));
        }
        let posts = self.without_doubles(draft, &langs, posts).await?;
        if let Verdict::Differs { edited, gone } = judge(&posts, &hash, if_match) {
            return Err(conflict(&posts, edited, gone));
        }
        let files = self.files(&release).await?;
        let addresses = files
            .iter()
            .map(|(sha256, file)| (sha256.clone(), file.url.clone()))
            .collect();
        self.learn_terms(&release).await?;
        let others = self.others(&release).await?;
        let mut made = false;
        for (lang, version) in &release.languages {
            let pages = others.in_lang(lang);
            let wanted = render(&release, lang, version, &addresses, &pages);
            let known = posts.by_lang.get(lang);
            made |= known.is_none();
            self.write(&release, &hash, lang, &wanted, known).await?;
        }
        for (lang, post) in &posts.by_lang {
            if !release.languages.contains_key(lang) && !post.is_trashed() {
                // Ours, and unchanged or accepted: the judgement above covered it. It can be taken out of the trash.
                self.delete(&format!("posts/{}", post.id), false).await?;
            }
        }
        let mut stored = self.posts(draft, &langs).await?;
        if made {
            stored = self.without_doubles(draft, &langs, stored).await?;
        }
        self.told(&release, &hash, stored, &files).await
    }

    /// The pieces a release links to, as far as readers of the site can see them.
    async fn others(&self, release: &Release) -> Result<Others, Trouble> {
        let langs: Vec<&str> = release.languages.keys().map(String::as_str).collect();
        let mut others = Others::default();
        for version in release.languages.values() {
            for draft in draft_refs(&version.body) {
                if others.0.contains_key(&draft) {
                    continue;
                }
                let posts = self.posts(&draft, &langs).await?;
                let pages = posts
                    .by_lang
                    .into_iter()
                    .filter(|(_, post)| post.status == "publish")
                    .map(|(lang, post)| (lang, post.link))
                    .collect();
                others.0.insert(draft, pages);
            }
        }
        Ok(others)
    }

    /// What to answer, from what was read back last.
    async fn told(
        &self,
        release: &Release,
        hash: &str,
        mut stored: Posts,
        files: &BTreeMap<String, super::media::Held>,
    ) -> Result<StoredItem, Trouble> {
        stored
            .by_lang
            .retain(|lang, post| release.languages.contains_key(lang) || !post.is_trashed());
        let missing: Vec<String> = release_files(release)
            .into_iter()
            .filter(|sha256| !files.contains_key(sha256))
            .collect();
        let primary = stored.primary().ok_or_else(|| {
            Trouble::retry(Failure::new(Code::BadAnswer).with("detail", "the posts are gone again"))
        })?;
        let whole = stored.release() == Some(hash)
            && stored.by_lang.len() == release.languages.len()
            && missing.is_empty();
        let newest = stored.by_lang.values().map(|post| &post.modified).max();
        Ok(StoredItem {
            id: release.draft.clone(),
            etag: base(&stored),
            state: state_of(&stored),
            url: primary.link.clone(),
            receipt: whole.then(|| ItemReceipt {
                release: hash.to_owned(),
                files: release_files(release),
                received_at: format!("{}Z", newest.map_or("", String::as_str)),
                portal: self.name().to_owned(),
                signed: None,
            }),
            missing,
        })
    }

    /// Writes one language version where it differs, and reads it back.
    async fn write(
        &self,
        release: &Release,
        hash: &str,
        lang: &str,
        wanted: &Rendered,
        known: Option<&Post>,
    ) -> Result<(), Trouble> {
        let content = wanted.marked(release, hash, lang);
        let terms = self.terms(release, lang).await?;
        if let Some(known) = known
            && !known.is_trashed()
            && difference(wanted, &content, known).is_none()
            && lost(&terms, known).is_empty()
        {
            return Ok(());
        }
        let mut body = json!({
            "title": wanted.title, "content": content, "excerpt": wanted.summary,
            "tags": terms.tags, "comment_status": "closed", "ping_status": "closed",
        });
        // Without one of ours the site's own category stays.
        if !terms.categories.is_empty() {
            set(&mut body, "categories", json!(terms.categories));
        }
        let route = match known {
            None => {
                set(&mut body, "slug", slug(&release.draft, lang).into());
                set(&mut body, "status", "pending".into());
                "posts".to_owned()
            }
            Some(post) => {
                if matches!(post.status.as_str(), "trash" | "draft") {
                    // Taken out of the trash, or back to the editor's desk after a return.
                    set(&mut body, "status", "pending".into());
                }
                format!("posts/{}", post.id)
            }
        };
        let reply = self
            .post(&route, &[("context", "edit"), ("_fields", "id")], &body)
            .await?;
        let id = super::api::number(&reply.value, "/id");
        let stored = self.post_again(id).await?.ok_or_else(|| {
            Trouble::retry(Failure::new(Code::BadAnswer).with("detail", "the post is gone again"))
        })?;
        if let Some((part, ours, theirs)) = difference(wanted, &content, &stored) {
            return Err(Trouble::refused(
                Failure::new(Code::PortalChangedText)
                    .with("lang", lang)
                    .with("part", part)
                    .with("ours", ours)
                    .with("theirs", theirs)
                    .with("url", &stored.link),
            ));
        }
        let lost = lost(&terms, &stored);
        if !lost.is_empty() {
            // Dropped without a word: the ids we knew are no longer the site's.
            self.forget_terms();
            tracing::warn!(?lost, "terms were dropped");
            return Err(Trouble::retry(
                Failure::new(Code::PortalChangedText)
                    .with("lang", lang)
                    .with("part", "tags")
                    .with("ours", terms.tags.len())
                    .with("theirs", stored.terms.len())
                    .with("url", &stored.link),
            ));
        }
        match known {
            Some(before) => self.nobody_between(before, &stored).await,
            None => Ok(()),
        }
    }

    /// Between our look and our write somebody else may have saved. Their words are not lost: they are the revision
    /// before ours, and a person must know.
    async fn nobody_between(&self, before: &Post, after: &Post) -> Result<(), Trouble> {
        if before.revision == 0 || before.is_trashed() {
            return Ok(());
        }
        let reply = self
            .find(
                &format!("posts/{}/revisions", after.id),
                &[
                    ("context", "edit"),
                    ("per_page", "2"),
                    ("_fields", "id,title.raw,content.raw,excerpt.raw"),
                ],
            )
            .await?;
        let Some(reply) = reply else { return Ok(()) };
        let Some(previous) = reply.list().get(1).map(Post::read) else {
            return Ok(());
        };
        if previous.id == before.revision || previous.print() == before.print() {
            return Ok(());
        }
        Err(conflicting(
            Failure::new(Code::ChangedOnPortal)
                .with("etag", "")
                .with("edited", "true")
                .with("revision", previous.id)
                .with("url", &after.link),
        ))
    }

    /// Two PCs may make the same post at the same moment; WordPress stores both. Each of them keeps the older one and
    /// removes what it or the other made beside it, provided that nobody touched it.
    async fn without_doubles(
        &self,
        draft: &str,
        langs: &[&str],
        posts: Posts,
    ) -> Result<Posts, Trouble> {
        let mut removed = false;
        for extra in &posts.extra {
            if extra.is_unedited() && extra.status == "pending" {
                match self.delete(&format!("posts/{}", extra.id), true).await {
                    Ok(()) => removed = true,
                    Err(trouble) if super::api::is_denied(&trouble) => {}
                    Err(trouble) => return Err(trouble),
                }
            }
        }
        if removed {
            self.posts(draft, langs).await
        } else {
            Ok(posts)
        }
    }
}

/// The release and its hash, out of the contract's body.
pub(super) fn read(draft: &str, body: &[u8]) -> Result<(Release, String), Trouble> {
    let invalid = |detail: &dyn std::fmt::Display| {
        Trouble::refused(Failure::new(Code::Internal).with("detail", detail))
    };
    let put: PutItem = serde_json::from_slice(body).map_err(|source| invalid(&source))?;
    let hash = qalam_content::canonical::hash(put.release.as_bytes());
    if put.approval.release != hash {
        return Err(Trouble::refused(
            Failure::new(Code::ApprovalRejected).with("release", hash),
        ));
    }
    let release: Release = serde_json::from_str(&put.release).map_err(|source| invalid(&source))?;
    if release.draft != draft {
        return Err(invalid(&"another draft"));
    }
    Ok((release, hash))
}

/// SHA-256 of the files of a release, sorted, each once.
pub(super) fn release_files(release: &Release) -> Vec<String> {
    let mut files: Vec<String> = release
        .attachments
        .iter()
        .map(|file| file.sha256.clone())
        .collect();
    files.sort();
    files.dedup();
    files
}

/// Where the piece stands, by the post that speaks for it.
pub(super) fn state_of(posts: &Posts) -> ItemState {
    if posts.by_lang.values().all(Post::is_trashed) {
        return ItemState::Deleted;
    }
    match posts.primary().map(|post| post.status.as_str()) {
        Some("publish" | "future" | "private") => ItemState::Published,
        // Nothing of ours is ever a draft there: an editor took it back.
        Some("draft") => ItemState::Returned,
        Some("trash") => ItemState::Deleted,
        _ => ItemState::Received,
    }
}

fn set(body: &mut Value, key: &str, value: Value) {
    if let Some(members) = body.as_object_mut() {
        members.insert(key.to_owned(), value);
    }
}

/// The first part that is not stored as it was sent, and how both go on from where they part.
fn difference(
    wanted: &Rendered,
    content: &str,
    stored: &Post,
) -> Option<(&'static str, String, String)> {
    [
        ("title", wanted.title.as_str(), stored.title.as_str()),
        ("summary", &wanted.summary, &stored.summary),
        ("body", content, &stored.content),
    ]
    .into_iter()
    .find(|(_, ours, theirs)| ours != theirs)
    .map(|(part, ours, theirs)| {
        let (ours, theirs) = parting(ours, theirs);
        (part, ours, theirs)
    })
}

fn parting(ours: &str, theirs: &str) -> (String, String) {
    let same = ours
        .chars()
        .zip(theirs.chars())
        .take_while(|(one, other)| one == other)
        .count();
    let from = same.saturating_sub(SHOWN / 3);
    let shown = |text: &str| text.chars().skip(from).take(SHOWN).collect();
    (shown(ours), shown(theirs))
}

/// Terms we set that the post does not have.
fn lost(terms: &Terms, stored: &Post) -> Vec<u64> {
    terms
        .tags
        .iter()
        .chain(&terms.categories)
        .filter(|id| !stored.terms.contains(id))
        .copied()
        .collect()
}

fn conflict(posts: &Posts, edited: bool, gone: bool) -> Trouble {
    let mut failure = Failure::new(Code::ChangedOnPortal)
        .with("etag", base(posts))
        .with("edited", edited);
    if gone {
        failure = failure.with("gone", "true");
    }
    if let Some(release) = posts.release() {
        failure = failure.with("release", release);
    }
    if let Some(post) = posts.primary() {
        failure = failure.with("url", &post.link);
    }
    conflicting(failure)
}

fn conflicting(failure: Failure) -> Trouble {
    Trouble {
        class: Class::Conflict,
        ..Trouble::refused(failure)
    }
}
