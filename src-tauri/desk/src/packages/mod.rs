//! Other ways to a portal than this machine's own wire: packages that somebody else takes along,
//! and folders an editor takes over by hand.
//!
//! The desk says what may go, notes that it went, and records what came back. Sealing, carrying and
//! the shape of the files are the portal package's. Whatever goes into a package may also be sent
//! from here at the same time: both ways are repeatable by the draft's id and the release's hash.
//! Making a package counts as an attempt, so that a newer release is not put over one that may be
//! at the portal already without the portal's word on it.

mod answer;
mod store;
pub mod types;

use serde_json::{Map, Value};

pub use types::{
    CarriedRow, CarriedState, CourierList, ExportedPackage, HandoverRow, ImportedReceipts,
    NewPackage, PackageAnswer, PackageEntry, PackageRow, PackedEntry, Parcel, ParcelFile,
    ParcelState, Parcels, Recorded, Word,
};

use crate::change::{Action, Topic};
use crate::desk::Desk;
use crate::error::{Code, Error, Result};
use crate::id::new_id;
use crate::outbox::store::{files, lane};
use crate::outbox::{PortalRow, begin, portals, record, told};
use crate::profile;

/// The member of a portal's capabilities that holds the key packages are sealed to.
pub const COURIER_KEY: &str = "courier_key";
/// The member of a portal's capabilities that holds the key its receipts are signed with.
pub const SIGNING_KEY: &str = "courier_signing_key";

/// The keys of a portal for packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CourierKeys {
    /// What packages are sealed to (an age recipient).
    pub seal: String,
    /// What receipts are verified with (Ed25519, base64).
    pub verify: String,
}

/// The key a portal signs its receipts with, where it does.
pub(crate) fn signing_key(portal: &PortalRow) -> Option<&str> {
    let key = portal.capabilities.get(SIGNING_KEY)?.as_str()?;
    (!key.is_empty()).then_some(key)
}

/// The keys of a portal as they were learned, if they were.
#[must_use]
pub fn courier_keys(portal: &PortalRow) -> Option<CourierKeys> {
    let text = |key: &str| Some(portal.capabilities.get(key)?.as_str()?.to_owned());
    Some(CourierKeys {
        seal: text(COURIER_KEY)?,
        verify: text(SIGNING_KEY)?,
    })
}

impl Desk {
    /// Keeps the keys of a portal for packages.
    ///
    /// # Errors
    /// [`Code::UnknownPortal`].
    pub fn portals_set_courier_keys(&self, name: &str, keys: &CourierKeys) -> Result<()> {
        let known = self.portal(name)?;
        if courier_keys(&known).as_ref() == Some(keys) {
            return Ok(());
        }
        self.write(Action::EditPortal, |tx| {
            let mut members = Map::new();
            members.insert(COURIER_KEY.to_owned(), Value::from(keys.seal.clone()));
            members.insert(SIGNING_KEY.to_owned(), Value::from(keys.verify.clone()));
            store::merge_capabilities(tx, &known.id, &members)?;
            tx.changed(Topic::Portals, None);
            Ok(())
        })
    }

    /// What may go into a package for a portal now: of each draft the newest release that waits, or
    /// only those of the drafts named.
    ///
    /// # Errors
    /// [`Code::UnknownPortal`], [`Code::NoProfile`], [`Code::NothingToExport`].
    pub fn packages_parcels(&self, portal: &str, drafts: &[String]) -> Result<Parcels> {
        self.read(|r| {
            let portal = portals::by_name(r, portal)?;
            let owner = profile::required(r)?.owner;
            let mut rows = store::open_rows(r, &portal.id)?;
            rows.retain(|row| drafts.is_empty() || drafts.contains(&row.draft));
            rows.sort_by_key(|row| (!row.urgent, row.files));
            let mut parcels = Vec::new();
            let mut unfit = Vec::new();
            for row in rows {
                let body_bytes = match begin::body(r, &row.release)? {
                    Ok(body) => body.len() as u64,
                    Err(failure) => {
                        unfit.push((row.draft, failure));
                        continue;
                    }
                };
                let known = lane::load(r, &row.draft, &portal.id)?;
                let all = &known.entries;
                let Some(entry) = all.iter().find(|entry| entry.release == row.release) else {
                    continue;
                };
                let after = all
                    .iter()
                    .filter(|older| older.seq < entry.seq)
                    .map(|older| older.release.clone())
                    .collect();
                let files = files(r, &entry.id)?
                    .into_iter()
                    .map(|file| ParcelFile {
                        path: self.blobs.lend(&file.sha256),
                        sha256: file.sha256,
                        name: file.name,
                        mime: file.mime,
                        bytes: file.bytes,
                    })
                    .collect();
                parcels.push(Parcel {
                    if_match: known.base(),
                    draft: row.draft,
                    title: row.title,
                    release: row.release,
                    body_bytes,
                    after,
                    files,
                });
            }
            if parcels.is_empty() && unfit.is_empty() {
                return Err(Error::new(Code::NothingToExport).with("portal", &portal.name));
            }
            Ok(Parcels {
                portal,
                owner,
                parcels,
                unfit,
            })
        })
    }

    /// The exact body of the put of an approved release.
    ///
    /// # Errors
    /// [`Code::ApprovalRejected`] when no approval covers it, [`Code::BlobDamaged`] when its bytes
    /// are no longer those approved.
    pub fn packages_body(&self, release: &str) -> Result<Vec<u8>> {
        self.read(|r| match begin::body(r, release)? {
            Ok(body) => Ok(body),
            Err(failure) => {
                let code = failure.code.parse().unwrap_or(Code::Internal);
                Err(Error::new(code).with("release", release))
            }
        })
    }

    /// Notes a package that is written whole, before it gets its name. Each of its releases counts
    /// as attempted from now on.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn packages_note(&self, new: &NewPackage) -> Result<()> {
        self.write(Action::NotePackage, |tx| {
            store::insert(tx, new)?;
            for (draft, release) in &new.entries {
                let seen = record::packed(tx, draft, &new.portal, release)?;
                store::insert_entry(tx, &new.id, draft, release, seen)?;
            }
            Ok(())
        })
    }

    /// Forgets a package that did not get its name after all.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn packages_forget(&self, id: &str) -> Result<()> {
        self.write(Action::NotePackage, |tx| {
            store::remove(tx, id)?;
            tx.changed(Topic::Outbox, None);
            Ok(())
        })
    }

    /// The id of the portal a package of this desk was made for and the key its receipts are
    /// verified with.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn packages_portal(&self, id: &str) -> Result<Option<(String, String)>> {
        self.read(|r| store::portal_of(r, id))
    }

    /// Records a portal's answer to a package, as if it had come over this machine's own wire:
    /// received means a receipt with our hash. The same answer again changes nothing.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn packages_record(&self, answer: PackageAnswer) -> Result<Recorded> {
        self.write(Action::RecordPackage, |tx| {
            tx.changed(Topic::Outbox, None);
            answer::record(tx, answer, &self.moment(tx.at()))
        })
    }

    /// The packages of this desk, and those it takes along for others.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn packages_list(&self) -> Result<CourierList> {
        self.read(|r| {
            Ok(CourierList {
                packages: store::packages(r)?,
                carried: store::carried(r)?,
            })
        })
    }

    /// A package that is taken along, by the hash of its file.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn packages_carried(&self, sha256: &str) -> Result<Option<CarriedRow>> {
        self.read(|r| store::one_carried(r, sha256))
    }

    /// Notes where a package that is taken along stands; `receipts` is the portal's sealed answer,
    /// empty while there is none. Receipts once noted stay.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn packages_note_carried(&self, row: &CarriedRow, receipts: &str) -> Result<()> {
        self.write(Action::NoteCarried, |tx| {
            store::set_carried(tx, row, receipts)?;
            tx.changed(Topic::Outbox, None);
            Ok(())
        })
    }

    /// The sealed receipts of all packages taken along, each as the portal gave it.
    ///
    /// # Errors
    /// [`Code::NoReceipts`] when there are none.
    pub fn packages_receipts(&self) -> Result<Vec<String>> {
        let all = self.read(store::receipts)?;
        if all.is_empty() {
            return Err(Error::new(Code::NoReceipts));
        }
        Ok(all.into_values().collect())
    }

    /// The releases a hand-over holds: of the drafts named their approved ones; without names all
    /// approved ones that neither a receipt nor a person says have arrived.
    ///
    /// # Errors
    /// [`Code::NotFound`] for a draft without an approved release, [`Code::NothingToHandOver`].
    pub fn handover_releases(&self, drafts: &[String]) -> Result<Vec<(String, String)>> {
        self.read(|r| {
            let mut releases = Vec::new();
            for draft in drafts {
                let release = crate::outbox::store::approved_release(r, draft)?
                    .ok_or_else(|| Error::not_found("release", draft))?;
                releases.push((draft.clone(), release));
            }
            if drafts.is_empty() {
                releases = store::to_hand_over(r)?;
            }
            if releases.is_empty() {
                return Err(Error::new(Code::NothingToHandOver));
            }
            Ok(releases)
        })
    }

    /// Notes that releases (draft, hash) were written out to `place` for an editor. That is not
    /// their arrival: see [`Desk::handover_confirm`].
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn handover_note(&self, releases: &[(String, String)], place: &str) -> Result<()> {
        self.write(Action::NoteHandover, |tx| {
            for (draft, release) in releases {
                store::note_handover(tx, &new_id(), draft, release, place)?;
                told(tx, draft);
            }
            Ok(())
        })
    }

    /// A person says that the editor has it, or (`has` false) that this was a mistake.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::NoProfile`].
    pub fn handover_confirm(&self, id: &str, has: bool) -> Result<Vec<HandoverRow>> {
        self.write(Action::NoteHandover, |tx| {
            let by = profile::required(tx)?.name;
            let (at, by) = if has {
                (tx.now().to_owned(), by)
            } else {
                (String::new(), String::new())
            };
            if !store::confirm_handover(tx, id, &at, &by)? {
                return Err(Error::not_found("handover", id));
            }
            tx.changed(Topic::Outbox, None);
            tx.changed(Topic::Drafts, None);
            store::handovers(tx)
        })
    }

    /// The hand-overs, newest first.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn handover_list(&self) -> Result<Vec<HandoverRow>> {
        self.read(store::handovers)
    }
}
