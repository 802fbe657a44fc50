//! The SQL of copies for sending.

use qalam_content::slim::{NotSlimmed, Report, Wish};
use rusqlite::{OptionalExtension, params};

use super::{SentFile, SlimChoice};
use crate::db::blobs::Blob;
use crate::db::{ReadTx, WriteTx};
use crate::error::{Error, Result};

/// Keeps what a person said about a publication.
pub(crate) fn choose(tx: &WriteTx, publication: &str, choice: SlimChoice) -> Result<()> {
    let changed = tx
        .conn()
        .prepare_cached("UPDATE publication SET slim = ?2, updated_at = ?3 WHERE id = ?1")?
        .execute(params![publication, choice.as_str(), tx.now()])?;
    match changed {
        0 => Err(Error::not_found("publication", publication)),
        _ => Ok(()),
    }
}

/// What a person said about the publication with these bytes; the rule for other files.
pub(crate) fn choice(r: &ReadTx, sha256: &str) -> Result<SlimChoice> {
    let word: Option<String> = r
        .conn()
        .prepare_cached("SELECT slim FROM publication WHERE sha256 = ?1")?
        .query_row([sha256], |row| row.get(0))
        .optional()?;
    Ok(word
        .and_then(|word| SlimChoice::parse(&word))
        .unwrap_or_default())
}

/// Whether what was wished for was tried already.
pub(crate) fn is_made(r: &ReadTx, sha256: &str, wish: &Wish) -> Result<bool> {
    Ok(r.conn()
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM sent_copy WHERE sha256 = ?1 AND wish = ?2)")?
        .query_row([sha256, &wish.key()], |row| row.get(0))?)
}

/// What is sent in the place of a file, when what is wished for was tried.
pub(crate) fn sent(r: &ReadTx, sha256: &str, wish: Option<&Wish>) -> Result<Option<SentFile>> {
    let Some(wish) = wish else { return Ok(None) };
    found(r, "c.sha256 = ?1 AND c.wish = ?2", [sha256, &wish.key()])
}

/// The original of a copy.
pub(crate) fn sent_as(r: &ReadTx, copy: &str) -> Result<Option<SentFile>> {
    found(r, "c.copy = ?1 AND c.sha256 <> ?2", [copy, copy])
}

fn found(r: &ReadTx, which: &str, values: [&str; 2]) -> Result<Option<SentFile>> {
    Ok(r.conn()
        .prepare_cached(&format!(
            "SELECT c.sha256, ifnull(c.copy, c.sha256), c.bytes, c.report, c.why
             FROM sent_copy c WHERE {which} ORDER BY c.at DESC LIMIT 1"
        ))?
        .query_row(values, |row| {
            Ok(SentFile {
                original: row.get(0)?,
                sha256: row.get(1)?,
                bytes: row.get::<_, i64>(2)?.cast_unsigned(),
                report: serde_json::from_str(row.get_ref(3)?.as_str()?).ok(),
                why: serde_json::from_str(row.get_ref(4)?.as_str()?).ok(),
            })
        })
        .optional()?)
}

/// Notes what came of a wish; the hash of the copy it takes the place of, if there was one.
pub(crate) fn note(
    tx: &WriteTx,
    sha256: &str,
    wish: &Wish,
    copy: Option<&Blob>,
    made: &std::result::Result<Report, NotSlimmed>,
) -> Result<Option<String>> {
    let before: Option<String> = tx
        .conn()
        .prepare_cached("SELECT copy FROM sent_copy WHERE sha256 = ?1")?
        .query_row([sha256], |row| row.get(0))
        .optional()?
        .flatten();
    let (report, why) = match made {
        Ok(report) => (serde_json::to_string(report)?, String::new()),
        Err(why) => (String::new(), serde_json::to_string(why)?),
    };
    tx.conn()
        .prepare_cached(
            "INSERT OR REPLACE INTO sent_copy (sha256, wish, copy, bytes, report, why, at)
             SELECT sha256, ?2, ?3, ifnull(?4, bytes), ?5, ?6, ?7 FROM blob WHERE sha256 = ?1",
        )?
        .execute(params![
            sha256,
            wish.key(),
            copy.map(|copy| &copy.sha256),
            copy.map(|copy| copy.bytes.cast_signed()),
            report,
            why,
            tx.now(),
        ])?;
    Ok(before.filter(|before| copy.is_none_or(|copy| copy.sha256 != *before)))
}
