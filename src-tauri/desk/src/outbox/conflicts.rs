//! Two texts of one piece, here and on a portal: shown side by side with what both started from,
//! and settled by a person. And pieces of a portal that become drafts of this desk.

use std::collections::BTreeMap;

use qalam_content::canonical::{self, Release};
use qalam_content::diff::{self, Change};
use qalam_content::merge::{self, Fate, Merged, Part, PartKind, Side};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

use super::engine::{Comparison, Lane, compare};
use super::store::{self, lane, mirror, sent};
use super::types::PortalRow;
use super::{on_lane, portals, told};
use crate::change::{Action, Topic};
use crate::db::ReadTx;
use crate::desk::Desk;
use crate::drafts::{self, Draft, Rendered, SaveDraft, SaveFields, Text};
use crate::error::{Code, Error, Result};
use crate::id::{self, new_id};
use crate::{profile, review};

/// A piece whose text on a portal is not ours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct ConflictView {
    /// The draft.
    pub draft: String,
    /// The portal's name.
    pub portal: String,
    /// What was compared; settling names it, so that nothing is decided about another text.
    pub seen: String,
    /// The portal's word for its state.
    pub state: String,
    /// Where readers find it; may be empty.
    pub url: String,
    /// What the portal's editor wrote; may be empty.
    pub comment: String,
    /// Only the portal's text changed: nothing of ours is in question.
    pub theirs_only: bool,
    /// What both started from is known; without it everything that differs is in question.
    pub has_base: bool,
    /// The parts, with what became of each.
    pub parts: Vec<Part>,
    /// For the texts among the parts that differ, by key: word by word.
    pub marks: BTreeMap<String, Marks>,
}

/// How both sides of a text differ from what they started from; without that, from each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Marks {
    /// Ours, against the base; against itself without one.
    pub ours: Vec<Change>,
    /// Theirs, against the base; against ours without one.
    pub theirs: Vec<Change>,
}

/// A language as it would become by choices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Previewed {
    /// The language.
    pub lang: String,
    /// The title.
    pub title: String,
    /// The summary.
    pub summary: String,
    /// The body, as readers would see it.
    pub body: Rendered,
}

/// How a conflict is settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case", tag = "with")]
pub enum SettleWith {
    /// Our approved release replaces the portal's text.
    Ours,
    /// The parts are put together; the draft has to be reviewed again.
    Parts {
        /// Choices by the key of the part. What is not named is as proposed.
        choices: BTreeMap<String, Side>,
    },
}

/// What came of adopting a piece.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Adopted {
    /// The draft.
    pub draft: Draft,
    /// Files of the piece whose bytes are not on this desk; the draft is without them.
    pub left_out: Vec<String>,
}

struct Three {
    lane: Lane,
    portal: PortalRow,
    base: Option<Release>,
    ours: Release,
    theirs: Release,
    seen: String,
}

impl Desk {
    /// The piece as it is here and on a portal, part by part. Of several portals the first that has
    /// another text speaks, or the one named.
    ///
    /// # Errors
    /// [`Code::NotFound`] when no portal's text is here; [`Code::BadAnswer`] when it cannot be
    /// read; [`Code::UnknownPortal`].
    pub fn conflicts_open(&self, draft: &str, portal: Option<&str>) -> Result<ConflictView> {
        let draft = id::parse(draft)?;
        let three = self.read(|r| three(r, &draft, portal))?;
        let mirror = three.lane.mirror.clone().unwrap_or_default();
        let name = |release: &Release| release.to_bytes().map(|bytes| canonical::hash(&bytes)).ok();
        let base = three.base.as_ref().and_then(name);
        let stands = compare(
            base.as_deref(),
            name(&three.ours).as_deref(),
            name(&three.theirs).as_deref(),
        );
        let parts = merge::three_way(three.base.as_ref(), &three.ours, &three.theirs);
        Ok(ConflictView {
            draft,
            marks: marks(&parts, three.base.is_some()),
            portal: three.portal.name,
            seen: three.seen,
            state: mirror.state,
            url: mirror.url,
            comment: mirror.comment,
            theirs_only: stands == Comparison::TheirsNewer,
            has_base: three.base.is_some(),
            parts,
        })
    }

    /// The languages as they would become by these choices, the original first. Nothing is kept.
    /// `picture` gives the address of a stored picture for its hash.
    ///
    /// # Errors
    /// As [`Desk::conflicts_open`]; [`Code::NotDecided`] naming the parts nobody chose a side for.
    pub fn conflicts_preview(
        &self,
        draft: &str,
        portal: Option<&str>,
        choices: &BTreeMap<String, Side>,
        picture: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Vec<Previewed>> {
        let draft = id::parse(draft)?;
        let three = self.read(|r| three(r, &draft, portal))?;
        let merged = put_together(&three, choices)?;
        let mut languages: Vec<Previewed> = merged
            .languages
            .into_iter()
            .map(|(lang, text)| Previewed {
                body: drafts::rendered_body(&text.body, &lang, picture),
                title: text.title,
                summary: text.summary,
                lang,
            })
            .collect();
        languages.sort_by_key(|one| one.lang != three.ours.primary_lang);
        Ok(languages)
    }

    /// Settles what [`Desk::conflicts_open`] showed. Nothing is overwritten: our texts stay in the
    /// history of the draft, the portal's text is kept as what both start from.
    ///
    /// # Errors
    /// [`Code::Conflict`] when either text is no longer the one that was seen;
    /// [`Code::NotDecided`] naming the parts nobody chose a side for; as saving a draft.
    pub fn conflicts_settle(
        &self,
        draft: &str,
        portal: Option<&str>,
        seen: &str,
        how: &SettleWith,
    ) -> Result<Draft> {
        let draft = id::parse(draft)?;
        let three = self.read(|r| three(r, &draft, portal))?;
        if three.seen != seen {
            return Err(Error::new(Code::Conflict)
                .with("draft", &draft)
                .with("base", seen)
                .with("theirs", &three.seen));
        }
        if let SettleWith::Parts { choices } = how {
            let merged = put_together(&three, choices)?;
            // What stands now stays in the history, whatever else is typed in this hour. Should
            // the program end on the way, the conflict is still open, and nothing is lost.
            self.write(Action::EditDraft, |tx| drafts::store::pin_all(tx, &draft))?;
            self.apply(&draft, &merged)?;
        }
        self.write(Action::RetryEntry, |tx| {
            let theirs = mirror::text(tx, &three.portal.id, &draft, mirror::THEIRS)?;
            on_lane(tx, &draft, &three.portal.id, |lane| {
                match how {
                    SettleWith::Ours => lane.keep_ours(),
                    SettleWith::Parts { .. } => lane.accept_theirs(),
                }
                Ok(())
            })?;
            if let Some(theirs) = theirs {
                mirror::keep_text(tx, &three.portal.id, &draft, mirror::BASE, &theirs)?;
                mirror::forget_text(tx, &three.portal.id, &draft, mirror::THEIRS)?;
            }
            store::wake_portal(tx, &three.portal.id)?;
            told(tx, &draft);
            Ok(())
        })?;
        self.drafts_open(&draft)
    }

    /// Makes a draft of a piece this desk does not have, under the portal's id where that can be
    /// one of ours.
    ///
    /// # Errors
    /// [`Code::NotFound`] when its text is not here yet ([`Desk::remote_fetch`] asks for it);
    /// [`Code::BadAnswer`] when it cannot be read; as making a draft.
    pub fn remote_adopt(&self, portal: &str, item: &str) -> Result<Adopted> {
        let (draft, left_out) = self.write(Action::CreateDraft, |tx| {
            let portal = portals::by_name(tx, portal)?;
            if mirror::knows_draft(tx, item)? {
                return Ok((item.to_owned(), Vec::new()));
            }
            let text = mirror::text(tx, &portal.id, item, mirror::THEIRS)?
                .ok_or_else(|| Error::not_found("remote", item))?;
            let release = read(&text.content)?;
            let draft = id::parse(item).unwrap_or_else(|_| new_id());
            let left_out = drafts::adopt_in(tx, &self.blobs, &draft, &release)?;
            if draft != item {
                mirror::rename(tx, &portal.id, item, &draft)?;
            }
            mirror::keep_text(tx, &portal.id, &draft, mirror::BASE, &text)?;
            mirror::forget_text(tx, &portal.id, &draft, mirror::THEIRS)?;
            let before = lane::load(tx, &draft, &portal.id)?;
            let mut after = before.clone();
            after.adopt();
            lane::save(tx, &before, &after, &sent::wishes(tx)?, false)?;
            tx.changed(Topic::Outbox, Some(&draft));
            Ok((draft, left_out))
        })?;
        Ok(Adopted {
            draft: self.drafts_open(&draft)?,
            left_out,
        })
    }

    /// Writes the parts put together into the draft, as a person's edit.
    fn apply(&self, draft: &str, merged: &Merged) -> Result<()> {
        let opened = self.drafts_open(draft)?;
        let fields = replaced(&opened.content_type, &opened.fields, &merged.fields);
        self.drafts_set_fields(SaveFields {
            draft: draft.to_owned(),
            base: opened.fields_rev.clone(),
            fields: Some(fields),
            areas: Some(merged.areas.clone()),
            urgent: None,
        })?;
        for (lang, text) in &merged.languages {
            let known = opened.languages.iter().find(|one| one.lang == *lang);
            let known = match known {
                Some(known) => known.clone(),
                None => self
                    .drafts_add_language(draft, lang, None)?
                    .languages
                    .into_iter()
                    .find(|one| one.lang == *lang)
                    .ok_or_else(|| Error::new(Code::LanguageMissing).with("lang", lang))?,
            };
            self.drafts_save(SaveDraft {
                draft: draft.to_owned(),
                lang: lang.clone(),
                base: known.rev.clone(),
                title: Some(text.title.clone()),
                summary: Some(text.summary.clone()),
                text: Text::Markdown(text.body.clone()),
                fields: Some(replaced(&opened.content_type, &known.fields, &text.fields)),
                follows: true,
            })?;
        }
        Ok(())
    }
}

/// Fields as they will be: what a release shows is as merged, what never leaves the desk stays.
fn replaced(
    kind: &str,
    known: &Map<String, Value>,
    merged: &Map<String, Value>,
) -> Map<String, Value> {
    let mut sendable = known.clone();
    qalam_content::kind::Registry::builtin().retain_sendable(kind, &mut sendable);
    let mut fields: Map<String, Value> = known
        .iter()
        .filter(|(key, _)| !sendable.contains_key(*key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    fields.extend(merged.clone());
    fields
}

fn put_together(three: &Three, choices: &BTreeMap<String, Side>) -> Result<Merged> {
    merge::settle(three.base.as_ref(), &three.ours, &three.theirs, choices).map_err(|open| {
        Error::new(Code::NotDecided)
            .with("count", open.len())
            .with("parts", open.join(" "))
    })
}

fn marks(parts: &[Part], has_base: bool) -> BTreeMap<String, Marks> {
    let differing = parts.iter().filter(|part| part.fate != Fate::Unchanged);
    differing
        .filter_map(|part| {
            let compare = match part.kind {
                PartKind::Title | PartKind::Summary => diff::words,
                PartKind::Block => diff::bodies,
                PartKind::Field | PartKind::Areas | PartKind::File => return None,
            };
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let ours = text(&part.ours);
            let base = if has_base {
                text(&part.base)
            } else {
                ours.clone()
            };
            let marks = Marks {
                ours: compare(&base, &ours),
                theirs: compare(&base, &text(&part.theirs)),
            };
            Some((part.key.clone(), marks))
        })
        .collect()
}

fn three(r: &ReadTx<'_>, draft: &str, portal: Option<&str>) -> Result<Three> {
    let none = || Error::not_found("conflict", draft);
    let portal = match portal {
        Some(name) => portals::by_name(r, name)?.id,
        None => mirror::portals_with_theirs(r, draft)?
            .into_iter()
            .next()
            .ok_or_else(none)?,
    };
    let lane = lane::load(r, draft, &portal)?;
    let kept = mirror::text(r, &portal, draft, mirror::THEIRS)?.ok_or_else(none)?;
    let opened = drafts::open_in(r, draft)?;
    let owner = profile::current(r)?.map(|by| by.owner).unwrap_or_default();
    // The draft as it stands: the approved release, and what was written since.
    let ours = review::rules::freeze(&opened, &owner);
    let name = ours
        .to_bytes()
        .map(|bytes| canonical::hash(&bytes))
        .unwrap_or_default();
    let base_release = lane
        .mirror
        .as_ref()
        .map(|mirror| mirror.base_release.clone())
        .unwrap_or_default();
    let base = if base_release.is_empty() {
        match mirror::text(r, &portal, draft, mirror::BASE)? {
            Some(text) => Some(read(&text.content)?),
            None => None,
        }
    } else {
        Release::from_bytes(&review::canonical_of(r, &base_release)?).ok()
    };
    Ok(Three {
        portal: portals::by_id(r, &portal)?,
        seen: format!("{name} {}", kept.etag),
        theirs: read(&kept.content)?,
        lane,
        base,
        ours,
    })
}

/// A portal's text in the form of a release. Members we do not know are passed over.
pub(super) fn read(content: &str) -> Result<Release> {
    serde_json::from_str(content).map_err(|source| {
        Error::new(Code::BadAnswer)
            .with("detail", "content")
            .because(source)
    })
}
