//! What is inside the files on drafts: read by the worker that reads publications, once for all
//! drafts that have the same bytes.
//!
//! A file that was attached on its own is described like one that came in as a publication, so that
//! what should not leave unseen is named before it leaves, and its words are found. A publication's
//! reading is the publication's; nothing is read twice.

use std::sync::atomic::Ordering;

use qalam_content::kind::{FileReading, Finding, file_findings};
use qalam_content::readers::facts::warning;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::store::readings as rows;
use crate::change::{Action, Topic};
use crate::db::ReadTx;
use crate::desk::Desk;
use crate::error::Result;
use crate::id::{self, new_id};
use crate::imports::describer::Describer;
use crate::publications::{self, pages, slim};
use crate::search::INDEX_BYTES;

/// What reading a file on a draft found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AttachmentRead {
    /// `readable`, `scanned`, `encrypted`, `damaged` or `other`.
    pub state: String,
    /// Number of pages, slides or sheets.
    pub pages: Option<u32>,
    /// What a person should know before it leaves, most serious first.
    pub findings: Vec<Finding>,
}

impl AttachmentRead {
    pub(super) fn new(name: &str, reading: &FileReading, pages: Option<u32>) -> Self {
        Self {
            state: reading.state.clone(),
            pages,
            findings: file_findings([(name, reading)]),
        }
    }
}

impl Desk {
    /// Reads the files on drafts that nobody read yet: those of one draft, or of all, the latest
    /// first. Gives how many were read. Takes as long as the files take; it ends early once
    /// `stopped`, and what is left is read the next time.
    ///
    /// # Errors
    /// [`Code::BadId`](crate::Code::BadId), or what the database may fail with.
    pub fn attachments_read(&self, draft: Option<&str>, stopped: &dyn Fn() -> bool) -> Result<u32> {
        let draft = draft.map(id::parse).transpose()?;
        let last = self.read(rows::last_attachment)?;
        if draft.is_none() && self.files_read.load(Ordering::Relaxed) == last {
            return Ok(0);
        }
        let waiting = self.read(|r| rows::waiting(r, draft.as_deref()))?;
        let mut describer = Describer::new(self.tmp().join(format!("reading-{}", new_id())));
        let mut count = 0;
        for file in waiting {
            if stopped() {
                return Ok(count);
            }
            if draft.is_none() {
                // Whoever hands a draft in goes before those who read ahead.
                std::thread::sleep(crate::search::BREATH);
            }
            // Two who read at once would read the same file; of different files nobody waits for all.
            let _reading = self.reading.lock().unwrap_or_else(|held| held.into_inner());
            if self.read(|r| rows::is_whole(r, &file.sha256))? {
                continue;
            }
            // Lost bytes are told elsewhere, and may come back.
            if !self.blobs.stands(&file.sha256, file.bytes) {
                continue;
            }
            let path = self.blobs.lend(&file.sha256);
            let Some(described) = describer.describe(&file.name, &path, stopped) else {
                return Ok(count);
            };
            self.keep_reading(&file.sha256, &described.description)?;
            count += 1;
        }
        if draft.is_none() {
            self.files_read.store(last, Ordering::Relaxed);
        }
        Ok(count)
    }

    /// Stores a description: the facts first, then the text in short transactions, so that nobody
    /// waits long for the write lock.
    fn keep_reading(&self, sha256: &str, description: &crate::imports::Description) -> Result<()> {
        let seq = self.write(Action::ReadFile, |tx| {
            // Its last draft may have let it go meanwhile.
            if self.blobs.find(tx, sha256)?.is_none() {
                return Ok(None);
            }
            rows::begin(tx, sha256, description).map(Some)
        })?;
        let Some(seq) = seq else { return Ok(()) };
        let mut pieces = pages::cut(&description.text).into_iter().peekable();
        loop {
            let more = self.write(Action::ReadFile, |tx| {
                if !rows::is_there(tx, seq)? {
                    return Ok(false);
                }
                let mut left = INDEX_BYTES;
                while let Some((place, piece)) = pieces.next_if(|_| left > 0) {
                    left = left.saturating_sub(piece.text.len().max(1));
                    rows::put_page(tx, seq, place, &piece)?;
                }
                if pieces.peek().is_some() {
                    return Ok(true);
                }
                rows::end(tx, seq)?;
                for draft in rows::drafts_with(tx, sha256)? {
                    tx.changed(Topic::Drafts, Some(&draft));
                }
                Ok(false)
            })?;
            if !more {
                return Ok(());
            }
            std::thread::sleep(crate::search::BREATH);
        }
    }
}

/// What reading these bytes found, with their number of pages: as a publication, as a file on a
/// draft, or, of a copy for sending, what its original holds and it still does.
///
/// # Errors
/// What the database may fail with.
pub(crate) fn reading(
    read: &ReadTx<'_>,
    sha256: &str,
) -> Result<Option<(FileReading, Option<u32>)>> {
    let of_bytes = |sha256: &str| match publications::store::reading(read, sha256)? {
        Some(found) => Ok(Some(found)),
        None => rows::find(read, sha256),
    };
    if let Some(found) = of_bytes(sha256)? {
        return Ok(Some(found));
    }
    let Some(made) = slim::store::sent_as(read, sha256)? else {
        return Ok(None);
    };
    let mut found = of_bytes(&made.original)?;
    if let Some((reading, _)) = &mut found
        && made.report.is_some_and(|report| report.cleaned)
    {
        reading.warnings.retain(|one| one.code != warning::POSITION);
    }
    Ok(found)
}
