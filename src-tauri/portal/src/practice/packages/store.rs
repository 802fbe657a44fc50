//! The SQL of packages and of the keys they are signed with.

use rusqlite::{OptionalExtension, params};

use crate::practice::{Error, db::Db};

/// A package as noted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// SHA-256 of its file.
    pub sha256: String,
    /// Its id; empty when it could not be read.
    pub package: String,
    /// The key it was signed with; empty when it could not be read.
    pub key: String,
    /// The sealed answer; empty for a refused one.
    pub receipts: String,
    /// The code of the refusal; empty otherwise.
    pub problem: String,
}

/// The sealed answer to the package with this file, if it was given.
pub fn answered(db: &Db, sha256: &str) -> Result<Option<String>, Error> {
    Ok(db
        .lock()
        .query_row(
            "SELECT receipts FROM packages WHERE sha256 = ?1 AND receipts <> ''",
            params![sha256],
            |row| row.get(0),
        )
        .optional()?)
}

/// Whether a package of this id arrived in another file.
pub fn other_bytes(db: &Db, package: &str, sha256: &str) -> Result<bool, Error> {
    Ok(db.lock().query_row(
        "SELECT EXISTS (SELECT 1 FROM packages
                        WHERE package = ?1 AND sha256 <> ?2 AND receipts <> '')",
        params![package, sha256],
        |row| row.get(0),
    )?)
}

/// Notes what became of a package; an answer once given stays.
pub fn note(db: &Db, noted: &Noted, at: &str) -> Result<(), Error> {
    db.lock().execute(
        "INSERT INTO packages (sha256, package, key, receipts, problem, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (sha256) DO UPDATE SET package = excluded.package, key = excluded.key,
            receipts = excluded.receipts, problem = excluded.problem, at = excluded.at
         WHERE packages.receipts = ''",
        params![
            noted.sha256,
            noted.package,
            noted.key,
            noted.receipts,
            noted.problem,
            at
        ],
    )?;
    Ok(())
}

/// The account a key was proven for.
pub fn account(db: &Db, key: &str) -> Result<Option<String>, Error> {
    Ok(db
        .lock()
        .query_row(
            "SELECT account FROM courier_keys WHERE key = ?1",
            params![key],
            |row| row.get(0),
        )
        .optional()?)
}

/// Notes a key as proven for an account.
pub fn register(db: &Db, key: &str, account: &str, at: &str) -> Result<(), Error> {
    db.lock().execute(
        "INSERT INTO courier_keys (key, account, registered_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (key) DO NOTHING",
        params![key, account, at],
    )?;
    Ok(())
}

/// Forgets that a file is held, unless an item names it. True when the bytes may go.
pub fn forget_file(db: &Db, sha256: &str) -> Result<bool, Error> {
    let connection = db.lock();
    connection.execute(
        "DELETE FROM files WHERE sha256 = ?1
            AND NOT EXISTS (SELECT 1 FROM item_files WHERE sha256 = ?1)",
        params![sha256],
    )?;
    let held: bool = connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM files WHERE sha256 = ?1)",
        params![sha256],
        |row| row.get(0),
    )?;
    Ok(!held)
}
