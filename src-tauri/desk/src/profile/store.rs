//! The SQL of persons.

use rusqlite::OptionalExtension;

use super::{OwnerKind, Profile, Role};
use crate::db::{ReadTx, WriteTx};
use crate::error::Result;

/// The person the facts name.
pub(super) fn current(read: &ReadTx<'_>) -> Result<Option<Profile>> {
    Ok(read
        .conn()
        .prepare_cached(
            "SELECT p.id, p.owner, p.owner_kind, p.name, p.role, p.display_lang
             FROM fact f JOIN person p ON p.id = f.value WHERE f.key = 'person'",
        )?
        .query_row([], |row| {
            Ok(Profile {
                person: row.get(0)?,
                owner: row.get(1)?,
                owner_kind: match row.get_ref(2)?.as_str()? {
                    "institution" => OwnerKind::Institution,
                    _ => OwnerKind::State,
                },
                name: row.get(3)?,
                role: match row.get_ref(4)?.as_str()? {
                    "approver" => Role::Approver,
                    "both" => Role::Both,
                    _ => Role::Author,
                },
                display_lang: row.get(5)?,
            })
        })
        .optional()?)
}

/// Keeps a person.
pub(super) fn put(tx: &WriteTx<'_>, profile: &Profile) -> Result<()> {
    let kind = match profile.owner_kind {
        OwnerKind::State => "state",
        OwnerKind::Institution => "institution",
    };
    tx.conn()
        .prepare_cached(
            "INSERT INTO person
               (id, owner, owner_kind, name, role, display_lang, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)
             ON CONFLICT (id) DO UPDATE SET owner = excluded.owner,
               owner_kind = excluded.owner_kind, name = excluded.name, role = excluded.role,
               display_lang = excluded.display_lang, updated_at = excluded.updated_at",
        )?
        .execute((
            &profile.person,
            &profile.owner,
            kind,
            &profile.name,
            profile.role.as_str(),
            &profile.display_lang,
            tx.now(),
        ))?;
    Ok(())
}
