//! Content type, thematic areas and language of a piece as categories and tags.
//!
//! WordPress drops unknown ids without a word, so ids are asked for and never guessed. Authors may make tags and no
//! categories: a category is used where the site has one of that slug.

use std::{collections::BTreeMap, sync::OnceLock};

use qalam_content::{canonical::Release, kind::Registry};
use qalam_desk::error::Code;
use serde_json::{Value, json};

use super::{
    Site,
    api::{is_denied, number, text},
};
use crate::http::Trouble;

const TAGS: &str = "tags";
const CATEGORIES: &str = "categories";

/// Ids to be set on a post.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Terms {
    pub(super) tags: Vec<u64>,
    pub(super) categories: Vec<u64>,
}

/// A word of ours: the end of its address, and its name in the language of the post.
struct Word {
    slug: String,
    name: String,
}

impl Site {
    /// Asks for the terms of all language versions in two requests: each round trip counts on a slow link.
    pub(super) async fn learn_terms(&self, release: &Release) -> Result<(), Trouble> {
        let mut slugs = Vec::new();
        for lang in release.languages.keys() {
            for word in words(release, lang) {
                slugs.extend([plain(&word.slug, lang), word.slug]);
            }
        }
        slugs.sort();
        slugs.dedup();
        slugs.retain(|slug| !self.learnt().terms.contains_key(&(TAGS, slug.clone())));
        if slugs.is_empty() {
            return Ok(());
        }
        let list = slugs.join(",");
        let query = [
            ("slug", list.as_str()),
            ("per_page", "100"),
            ("_fields", "id,slug"),
        ];
        let (tags, categories) = tokio::join!(self.get(TAGS, &query), self.get(CATEGORIES, &query));
        let (tags, categories) = (tags?, categories?);
        let mut learnt = self.learnt();
        for slug in slugs {
            learnt.terms.insert((CATEGORIES, slug), None);
        }
        for (taxonomy, reply) in [(TAGS, &tags), (CATEGORIES, &categories)] {
            for term in reply.list() {
                let key = (taxonomy, text(term, "/slug").to_owned());
                learnt.terms.insert(key, Some(number(term, "/id")));
            }
        }
        Ok(())
    }

    /// The terms of one language version. What the site has none of and lets us make none of is left out.
    pub(super) async fn terms(&self, release: &Release, lang: &str) -> Result<Terms, Trouble> {
        let mut terms = Terms::default();
        for word in words(release, lang) {
            for slug in [&word.slug, &plain(&word.slug, lang)] {
                if let Some(id) = self.known(CATEGORIES, slug).await?
                    && !terms.categories.contains(&id)
                {
                    terms.categories.push(id);
                }
            }
            terms.tags.extend(self.tag(&word).await?);
        }
        terms.tags.sort_unstable();
        terms.tags.dedup();
        Ok(terms)
    }

    /// The tag of a word, made when it is missing.
    async fn tag(&self, word: &Word) -> Result<Option<u64>, Trouble> {
        if let Some(id) = self.known(TAGS, &word.slug).await? {
            return Ok(Some(id));
        }
        let body = json!({"name": word.name, "slug": word.slug});
        let id = match self.post(TAGS, &[], &body).await {
            Ok(reply) => Some(number(&reply.value, "/id")),
            // Made by somebody else since, or the same name under another address.
            Err(trouble) if trouble.problem.as_deref() == Some("term_exists") => trouble
                .failure
                .params
                .get("term_id")
                .and_then(|id| id.parse().ok()),
            Err(trouble) if is_denied(&trouble) => None,
            Err(trouble) if trouble.failure.code == Code::PortalRefused.as_str() => None,
            Err(trouble) => return Err(trouble),
        };
        self.learnt().terms.insert((TAGS, word.slug.clone()), id);
        Ok(id)
    }

    async fn known(&self, taxonomy: &'static str, slug: &str) -> Result<Option<u64>, Trouble> {
        let key = (taxonomy, slug.to_owned());
        if let Some(id) = self.learnt().terms.get(&key).copied() {
            return Ok(id);
        }
        let reply = self
            .get(taxonomy, &[("slug", slug), ("_fields", "id,slug")])
            .await?;
        let id = reply
            .list()
            .iter()
            .find(|term| text(term, "/slug") == slug)
            .map(|term| number(term, "/id"));
        // A missing tag is made next, a missing category stays missing while the program runs.
        if id.is_some() || taxonomy == CATEGORIES {
            self.learnt().terms.insert(key, id);
        }
        Ok(id)
    }

    /// Terms may be removed on the site while the program runs; ids that were dropped are asked for anew.
    pub(super) fn forget_terms(&self) {
        self.learnt().terms.clear();
    }
}

/// What a language version is filed under: content type, areas, language.
fn words(release: &Release, lang: &str) -> Vec<Word> {
    let mut words = vec![kind_word(&release.content_type, lang)];
    words.extend(release.areas.iter().map(|area| area_word(area, lang)));
    words.push(Word {
        slug: format!("lang-{}", lang.to_ascii_lowercase()),
        name: lang.to_owned(),
    });
    words
}

/// English words have plain addresses, those of other languages end in the language.
fn ended(slug: &str, lang: &str) -> String {
    if lang == "en" {
        slug.to_owned()
    } else {
        format!("{slug}-{}", lang.to_ascii_lowercase())
    }
}

fn plain(slug: &str, lang: &str) -> String {
    slug.strip_suffix(&format!("-{}", lang.to_ascii_lowercase()))
        .unwrap_or(slug)
        .to_owned()
}

fn kind_word(id: &str, lang: &str) -> Word {
    let labels = Registry::builtin()
        .content_type(id)
        .map(|kind| &kind.plural);
    let name = labels.and_then(|labels| labels.get(lang).or_else(|| labels.get("en")));
    Word {
        slug: ended(&id.replace('_', "-"), lang),
        name: name.map_or(id, String::as_str).to_owned(),
    }
}

fn area_word(id: &str, lang: &str) -> Word {
    let known = areas().get(id);
    let name = known.and_then(|(_, names)| names.get(lang).or_else(|| names.get("en")));
    Word {
        slug: ended(known.map_or(id, |(slug, _)| slug.as_str()), lang),
        name: name.map_or(id, String::as_str).to_owned(),
    }
}

type Areas = BTreeMap<String, (String, BTreeMap<String, String>)>;

/// Thematic areas by id: address and names.
fn areas() -> &'static Areas {
    static AREAS: OnceLock<Areas> = OnceLock::new();
    AREAS.get_or_init(|| {
        let shipped = include_str!("../../../../assets/vocabularies/thematic_areas.json");
        let file: Value = serde_json::from_str(shipped).unwrap_or_default();
        file.get("thematic_areas")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .map(|area| {
                let names = area
                    .get("name")
                    .and_then(Value::as_object)
                    .into_iter()
                    .flatten()
                    .filter_map(|(lang, name)| Some((lang.clone(), name.as_str()?.to_owned())))
                    .collect();
                (
                    text(area, "/id").to_owned(),
                    (text(area, "/slug").to_owned(), names),
                )
            })
            .collect()
    })
}
