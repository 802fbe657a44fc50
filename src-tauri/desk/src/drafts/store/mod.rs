//! The SQL of drafts and their language versions.

pub(super) mod attachments;
pub(super) mod brought;
pub(super) mod list;
pub(in crate::drafts) mod readings;
mod revisions;

pub(super) use revisions::{
    Kept, NewText, base_text, history, insert_revision, kept_aside, replace_revision, revision,
    revision_at,
};
pub(crate) use revisions::{note_handed, pin, pin_all};

use rusqlite::{OptionalExtension, Row, params};
use serde_json::{Map, Value};

use crate::db::{ReadTx, WriteTx, facts};
use crate::drafts::rules::{Completeness, mark};
use crate::drafts::state::{Delivery, Facts, Pending, standing};
use crate::drafts::types::{LangMark, LangState, LanguageVersion, Progress};
use crate::error::{Error, Result};
use crate::outbox::ReceiptRow;
use crate::outbox::rules::Phase;
use crate::review::ReleaseState;

/// A draft without its texts, and the facts its state is computed from.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) id: String,
    pub(crate) content_type: String,
    pub(crate) primary_lang: String,
    pub(crate) changed: i64,
    /// The counter at the last change a release would show.
    pub(crate) content: i64,
    pub(crate) urgent: bool,
    pub(crate) trashed: bool,
    pub(crate) updated_at: String,
    /// Hash of the approved release; empty without one.
    pub(crate) approved: String,
    /// Facts without the deliveries.
    pub(crate) facts: Facts,
}

/// The columns of a [`Head`]; `d` is the draft, `p` its release in review or returned, `a` its
/// approved one.
pub(in crate::drafts) const HEAD: &str =
    "d.id, d.type, d.primary_lang, d.changed, d.content, d.urgent,
    d.trashed_at <> '', d.updated_at, p.state, p.reason, d.content > p.content,
    ifnull(a.hash, ''), d.content > a.content";
/// What those columns come from.
pub(in crate::drafts) const HEAD_JOINS: &str =
    "LEFT JOIN release p ON p.draft = d.id AND p.state IN ('in_review', 'returned')
     LEFT JOIN release a ON a.draft = d.id AND a.state = 'approved'";

pub(in crate::drafts) fn read_head(row: &Row<'_>) -> rusqlite::Result<Head> {
    let pending = match row.get_ref(8)?.as_str_or_null()? {
        Some(state) => Some(Pending {
            state: ReleaseState::parse(state),
            reason: row.get(9)?,
            edited: row.get::<_, Option<bool>>(10)?.unwrap_or(false),
        }),
        None => None,
    };
    Ok(Head {
        id: row.get(0)?,
        content_type: row.get(1)?,
        primary_lang: row.get(2)?,
        changed: row.get(3)?,
        content: row.get(4)?,
        urgent: row.get(5)?,
        trashed: row.get(6)?,
        updated_at: row.get(7)?,
        approved: row.get(11)?,
        facts: Facts {
            pending,
            edited_since_approved: row.get(12)?,
            deliveries: Vec::new(),
        },
    })
}

/// The head of a draft with its deliveries; `None` when there is no such draft.
pub(crate) fn head(read: &ReadTx<'_>, draft: &str) -> Result<Option<Head>> {
    let found = read
        .conn()
        .prepare_cached(&format!(
            "SELECT {HEAD} FROM draft d {HEAD_JOINS} WHERE d.id = ?1"
        ))?
        .query_row([draft], read_head)
        .optional()?;
    found.map(|head| with_deliveries(read, head)).transpose()
}

/// Adds how far the approved release got, when that matters.
pub(in crate::drafts) fn with_deliveries(read: &ReadTx<'_>, mut head: Head) -> Result<Head> {
    if !head.approved.is_empty() && head.facts.pending.is_none() {
        head.facts.deliveries = deliveries(read, &head.approved)?;
    }
    Ok(head)
}

fn deliveries(read: &ReadTx<'_>, release: &str) -> Result<Vec<Delivery>> {
    let mut rows = read.conn().prepare_cached(
        "SELECT o.phase, o.held,
                o.attempt_at <> ''
                  OR EXISTS (SELECT 1 FROM outbox_file f WHERE f.entry = o.id
                             AND (f.uploaded OR f.upload_offset > 0)),
                (SELECT count(*) FROM outbox_file f WHERE f.entry = o.id),
                (SELECT count(*) FROM outbox_file f WHERE f.entry = o.id AND NOT f.missing),
                CASE WHEN o.failure = '' THEN '' ELSE o.failure ->> '$.code' END
         FROM outbox o WHERE o.release = ?1",
    )?;
    let rows = rows.query_map([release], |row| {
        let phase: String = row.get(0)?;
        let total: u32 = row.get(3)?;
        let there: u32 = row.get(4)?;
        Ok(Delivery {
            // An unknown word comes from a newer program; a person should look.
            phase: Phase::parse(&phase).unwrap_or(Phase::Conflict),
            held: row.get(1)?,
            moving: row.get(2)?,
            files: Progress {
                // Before the first answer nothing is known to be missing, and nothing is there.
                done: if phase == Phase::Put.as_str() {
                    0
                } else {
                    there
                },
                total,
            },
            failure: row.get::<_, Option<String>>(5)?.unwrap_or_default(),
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The head of a draft.
///
/// # Errors
/// [`crate::Code::NotFound`].
pub(crate) fn required_head(read: &ReadTx<'_>, draft: &str) -> Result<Head> {
    head(read, draft)?.ok_or_else(|| Error::not_found("draft", draft))
}

/// A new draft, without texts.
pub(in crate::drafts) struct NewHead<'a> {
    pub(in crate::drafts) id: &'a str,
    pub(in crate::drafts) content_type: &'a str,
    pub(in crate::drafts) primary_lang: &'a str,
    pub(in crate::drafts) urgent: bool,
    pub(in crate::drafts) fields_rev: &'a str,
    pub(in crate::drafts) fields: &'a Map<String, Value>,
    pub(in crate::drafts) areas: &'a [String],
}

/// Stores a new draft.
pub(in crate::drafts) fn insert_draft(tx: &WriteTx<'_>, new: &NewHead<'_>) -> Result<()> {
    let changed = facts::count_change(tx)?;
    tx.conn()
        .prepare_cached(
            "INSERT INTO draft (id, type, primary_lang, changed, content, urgent, trashed_at, place,
                                created_at, updated_at, fields_rev, areas, fields)
             VALUES (?1, ?2, ?3, ?4, ?4, ?5, '', ?10, ?6, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            new.id,
            new.content_type,
            new.primary_lang,
            changed,
            new.urgent,
            tx.now(),
            new.fields_rev,
            serde_json::to_string(new.areas)?,
            serde_json::to_string(new.fields)?,
            standing(&Facts::default()).state.as_str(),
        ])?;
    Ok(())
}

/// Notes that a draft changed, and whether a release of it would now be another one.
pub(crate) fn touch(tx: &WriteTx<'_>, draft: &str, content: bool) -> Result<()> {
    let changed = facts::count_change(tx)?;
    tx.conn()
        .prepare_cached(
            "UPDATE draft SET changed = ?2, updated_at = ?3,
                              content = CASE WHEN ?4 THEN ?2 ELSE content END
             WHERE id = ?1",
        )?
        .execute(params![draft, changed, tx.now(), content])?;
    Ok(())
}

/// The fields of a draft that are the same in every language.
pub(in crate::drafts) struct FieldsRow {
    pub(in crate::drafts) rev: String,
    pub(in crate::drafts) fields: Map<String, Value>,
    pub(in crate::drafts) areas: Vec<String>,
    pub(in crate::drafts) created_at: String,
}

pub(in crate::drafts) fn fields(read: &ReadTx<'_>, draft: &str) -> Result<FieldsRow> {
    let (rev, fields, areas, created_at) = read
        .conn()
        .prepare_cached("SELECT fields_rev, fields, areas, created_at FROM draft WHERE id = ?1")?
        .query_row([draft], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, String>(2)?,
                row.get::<_, String>(3)?,
            ))
        })?;
    Ok(FieldsRow {
        rev,
        fields: serde_json::from_str(&fields)?,
        areas: serde_json::from_str(&areas)?,
        created_at,
    })
}

pub(in crate::drafts) fn set_fields(
    tx: &WriteTx<'_>,
    draft: &str,
    rev: &str,
    fields: &Map<String, Value>,
    areas: &[String],
    urgent: bool,
) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "UPDATE draft SET fields_rev = ?2, fields = ?3, areas = ?4, urgent = ?5 WHERE id = ?1",
        )?
        .execute(params![
            draft,
            rev,
            serde_json::to_string(fields)?,
            serde_json::to_string(areas)?,
            urgent
        ])?;
    Ok(())
}

pub(in crate::drafts) fn set_trashed(tx: &WriteTx<'_>, draft: &str, trashed: bool) -> Result<()> {
    let at = if trashed { tx.now() } else { "" };
    tx.conn()
        .prepare_cached("UPDATE draft SET trashed_at = ?2 WHERE id = ?1")?
        .execute([draft, at])?;
    Ok(())
}

/// A language version and its newest revision.
pub(in crate::drafts) struct VersionRow {
    pub(in crate::drafts) head: i64,
    pub(in crate::drafts) source: Option<i64>,
    pub(in crate::drafts) person: String,
    pub(in crate::drafts) session: String,
    pub(in crate::drafts) pinned: bool,
    pub(in crate::drafts) burst_at: String,
    pub(in crate::drafts) text: LanguageVersion,
}

const VERSION: &str = "v.head, v.source, r.person, r.session, r.pinned, r.burst_at,
    v.lang, r.id, r.title, r.summary, r.body, r.fields, r.words, r.saved_at, r.person_name";

fn read_version(row: &Row<'_>) -> rusqlite::Result<VersionRow> {
    Ok(VersionRow {
        head: row.get(0)?,
        source: row.get(1)?,
        person: row.get(2)?,
        session: row.get(3)?,
        pinned: row.get(4)?,
        burst_at: row.get(5)?,
        text: LanguageVersion {
            lang: row.get(6)?,
            rev: row.get(7)?,
            title: row.get(8)?,
            summary: row.get(9)?,
            body: row.get(10)?,
            fields: json_map(&row.get::<_, String>(11)?),
            words: row.get(12)?,
            saved_at: row.get(13)?,
            by: row.get(14)?,
        },
    })
}

/// The fields in a stored text. What this program wrote can be read; anything else counts as none.
pub(in crate::drafts) fn json_map(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).unwrap_or_default()
}

/// One language version of a draft.
pub(in crate::drafts) fn version(
    read: &ReadTx<'_>,
    draft: &str,
    lang: &str,
) -> Result<Option<VersionRow>> {
    Ok(read
        .conn()
        .prepare_cached(&format!(
            "SELECT {VERSION} FROM language_version v JOIN revision r ON r.seq = v.head
             WHERE v.draft = ?1 AND v.lang = ?2"
        ))?
        .query_row([draft, lang], read_version)
        .optional()?)
}

/// All language versions of a draft, the original first, then in the order they were added.
pub(crate) fn versions(
    read: &ReadTx<'_>,
    draft: &str,
    primary_lang: &str,
) -> Result<Vec<LanguageVersion>> {
    let mut rows = read.conn().prepare_cached(&format!(
        "SELECT {VERSION} FROM language_version v JOIN revision r ON r.seq = v.head
         WHERE v.draft = ?1 ORDER BY v.lang <> ?2, v.seq"
    ))?;
    let rows = rows.query_map([draft, primary_lang], |row| Ok(read_version(row)?.text))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Whether a portal is known to hold a draft.
pub(in crate::drafts) fn is_on_a_portal(read: &ReadTx<'_>, draft: &str) -> Result<bool> {
    Ok(read
        .conn()
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM mirror WHERE draft = ?1 AND remote_id <> '')",
        )?
        .query_row([draft], |row| row.get(0))?)
}

/// What a list shows of the languages of a draft.
pub(in crate::drafts) struct Languages {
    pub(in crate::drafts) title: String,
    pub(in crate::drafts) summary: String,
    pub(in crate::drafts) marks: Vec<LangMark>,
}

/// Title, beginning of the summary, and marks, without reading a body.
pub(in crate::drafts) fn languages(
    read: &ReadTx<'_>,
    draft: &str,
    primary_lang: &str,
) -> Result<Languages> {
    let mut rows = read.conn().prepare_cached(
        "SELECT v.lang, r.title, substr(r.summary, 1, 160), r.words > 0, r.sense, s.sense
         FROM language_version v JOIN revision r ON r.seq = v.head
         LEFT JOIN revision s ON s.seq = v.source
         WHERE v.draft = ?1 ORDER BY v.lang <> ?2, v.seq",
    )?;
    let mut rows = rows.query([draft, primary_lang])?;
    let mut found = Languages {
        title: String::new(),
        summary: String::new(),
        marks: Vec::new(),
    };
    let (mut original, mut original_has_body) = (None, false);
    while let Some(row) = rows.next()? {
        let lang: String = row.get(0)?;
        let title: String = row.get(1)?;
        let summary: String = row.get(2)?;
        let has_body: bool = row.get(3)?;
        let sense: String = row.get(4)?;
        let source: Option<String> = row.get(5)?;
        if lang == primary_lang {
            original = Some(sense);
            original_has_body = has_body;
        }
        let state: LangState = mark(Completeness {
            has_title: !title.is_empty(),
            has_summary: !summary.is_empty(),
            has_body,
            original_has_body,
            source_changed: lang != primary_lang && source.is_some() && source != original,
        });
        if lang == primary_lang {
            found.title = title;
            found.summary = summary;
        }
        found.marks.push(LangMark { lang, state });
    }
    Ok(found)
}

/// Adds a language version.
pub(in crate::drafts) fn insert_version(
    tx: &WriteTx<'_>,
    draft: &str,
    lang: &str,
    head: i64,
    source: Option<i64>,
) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO language_version (draft, lang, head, source) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![draft, lang, head, source])?;
    Ok(())
}

/// Makes a revision the present text of a language version.
pub(in crate::drafts) fn set_head(
    tx: &WriteTx<'_>,
    draft: &str,
    lang: &str,
    head: i64,
) -> Result<()> {
    tx.conn()
        .prepare_cached("UPDATE language_version SET head = ?3 WHERE draft = ?1 AND lang = ?2")?
        .execute(params![draft, lang, head])?;
    Ok(())
}

/// Has a translation follow the present revision of the original, which stays as it is from now on.
pub(in crate::drafts) fn follow(
    tx: &WriteTx<'_>,
    draft: &str,
    lang: &str,
    primary_lang: &str,
) -> Result<()> {
    let Some(original) = head_of(tx, draft, primary_lang)? else {
        return Ok(());
    };
    set_source(tx, draft, lang, original)?;
    pin(tx, original)
}

/// Notes which revision of the original a translation follows.
fn set_source(tx: &WriteTx<'_>, draft: &str, lang: &str, source: i64) -> Result<()> {
    tx.conn()
        .prepare_cached("UPDATE language_version SET source = ?3 WHERE draft = ?1 AND lang = ?2")?
        .execute(params![draft, lang, source])?;
    Ok(())
}

/// The newest revision of a language version, by its `seq`.
pub(in crate::drafts) fn head_of(
    read: &ReadTx<'_>,
    draft: &str,
    lang: &str,
) -> Result<Option<i64>> {
    Ok(read
        .conn()
        .prepare_cached("SELECT head FROM language_version WHERE draft = ?1 AND lang = ?2")?
        .query_row([draft, lang], |row| row.get(0))
        .optional()?)
}

/// The newest receipt for any release of a draft.
pub(in crate::drafts) fn last_receipt(
    read: &ReadTx<'_>,
    draft: &str,
) -> Result<Option<ReceiptRow>> {
    Ok(read
        .conn()
        .prepare_cached(
            "SELECT r.draft, r.release, p.name, r.remote_id, r.url, r.received_at, r.files
             FROM receipt r JOIN portal p ON p.id = r.portal
             WHERE r.draft = ?1 ORDER BY r.seq DESC LIMIT 1",
        )?
        .query_row([draft], |row| {
            Ok(ReceiptRow {
                draft: row.get(0)?,
                release: row.get(1)?,
                portal: row.get(2)?,
                remote_id: row.get(3)?,
                url: row.get(4)?,
                received_at: row.get(5)?,
                files: serde_json::from_str(&row.get::<_, String>(6)?).unwrap_or_default(),
            })
        })
        .optional()?)
}

/// Whether a release of the draft may be on its way at this moment or at the next.
pub(in crate::drafts) fn is_leaving(read: &ReadTx<'_>, draft: &str) -> Result<bool> {
    Ok(read
        .conn()
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM outbox
             WHERE draft = ?1 AND phase IN ('put', 'files', 'withdraw'))",
        )?
        .query_row([draft], |row| row.get(0))?)
}
