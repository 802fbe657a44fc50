//! The audit trail: who did what, in order, each entry holding the hash of the one before.
//!
//! Entries are added in the transaction of what they tell, and never changed: the table refuses it,
//! and whoever goes past the table is found by the hashes and by the heads in signed statements.

pub(crate) mod store;

use qalam_proof::canonical;
use qalam_proof::decision::{Head, Signed};
use qalam_proof::receipt::Receipt;
use qalam_proof::trail::{Break, BreakKind, Entry, NOTHING, TRAIL_FORMAT, Walk};

use crate::db::{ReadTx, WriteTx, facts};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::keys;

/// What an entry tells; what is empty does not apply.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Told<'a> {
    pub(crate) act: &'a str,
    pub(crate) draft: &'a str,
    pub(crate) release: &'a str,
    pub(crate) person: &'a str,
    pub(crate) name: &'a str,
    pub(crate) key: &'a str,
    pub(crate) words: &'a str,
    pub(crate) proof: &'a str,
}

/// The trail with its head.
#[derive(Clone, Debug)]
pub struct Trail {
    /// The entries asked for, with their hashes, in order.
    pub entries: Vec<(Entry, String)>,
    /// Where the whole trail stands.
    pub head: Head,
}

impl Desk {
    /// The audit trail: of one draft, or whole.
    ///
    /// # Errors
    /// [`crate::Code::BadId`].
    pub fn trail(&self, draft: Option<&str>) -> Result<Trail> {
        let draft = draft.map(crate::id::parse).transpose()?;
        self.read(|read| {
            Ok(Trail {
                entries: store::entries(read, draft.as_deref())?,
                head: head(read)?,
            })
        })
    }

    /// What is wrong with the audit trail; nothing when it is as it was written.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn trail_breaks(&self) -> Result<Vec<Break>> {
        self.read(breaks)
    }
}

/// Where the trail stands.
pub(crate) fn head(read: &ReadTx<'_>) -> Result<Head> {
    let (seq, hash) = store::last(read)?.unwrap_or((0, NOTHING.to_owned()));
    Ok(Head {
        desk: facts::get(read, "desk")?.unwrap_or_default(),
        seq,
        hash,
    })
}

/// Adds an entry.
pub(crate) fn note(tx: &WriteTx<'_>, told: &Told<'_>) -> Result<()> {
    let head = head(tx)?;
    let entry = Entry {
        format: TRAIL_FORMAT.to_owned(),
        desk: head.desk,
        seq: head.seq + 1,
        prev: head.hash,
        act: told.act.to_owned(),
        draft: told.draft.to_owned(),
        release: told.release.to_owned(),
        person: told.person.to_owned(),
        name: told.name.to_owned(),
        key: told.key.to_owned(),
        at: tx.now().to_owned(),
        words: told.words.to_owned(),
        proof: told.proof.to_owned(),
    };
    let hash = entry
        .hash()
        .map_err(|fault| Error::internal(fault.to_string()))?;
    store::insert(tx, &entry, &hash)
}

/// Walks the whole trail, and looks for every head that persons and portals signed and every statement that is kept.
pub(crate) fn breaks(read: &ReadTx<'_>) -> Result<Vec<Break>> {
    let desk = facts::get(read, "desk")?.unwrap_or_default();
    let mut walk = Walk::whole(&desk);
    let mut proofs = std::collections::BTreeSet::new();
    for (entry, hash) in store::entries(read, None)? {
        walk.step(&entry, Some(&hash));
        proofs.insert(entry.proof);
    }
    let mut lost = Vec::new();
    for (hash, envelope) in keys::store::decisions(read, None)? {
        let said = Signed::from_bytes(&envelope).and_then(|signed| signed.peek());
        let Ok(said) = said else {
            lost.push(Break {
                seq: 0,
                kind: BreakKind::Altered,
            });
            continue;
        };
        if !proofs.contains(&hash) {
            lost.push(Break {
                seq: said.trail.seq + 1,
                kind: BreakKind::HeadGone,
            });
        }
        walk.expect(&said.trail);
    }
    for record in store::receipts(read)? {
        let signed = canonical::from_bytes::<Receipt>(record.as_bytes())
            .and_then(|receipt| receipt.statement());
        match signed {
            Ok(Some((stored, _))) => {
                if let Some(head) = &stored.trail {
                    walk.expect(head);
                }
            }
            Ok(None) => {}
            Err(_) => lost.push(Break {
                seq: 0,
                kind: BreakKind::Altered,
            }),
        }
    }
    let mut breaks = walk.breaks();
    breaks.extend(lost);
    Ok(breaks)
}
