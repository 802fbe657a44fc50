//! Brings a database to the present schema, with a backup before each step.

use std::fs;
use std::path::Path;

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

use crate::error::{Code, Error, Result};

/// Every migration, in order; the position (from 1) is the `user_version` it leaves.
const STEPS: &[&str] = &[include_str!("migrations/0001_desk.sql")];

/// The version this program knows.
pub(crate) const VERSION: u32 = 1;

/// The version of a database; 0 for a new one.
pub(crate) fn version_of(conn: &Connection) -> Result<u32> {
    Ok(conn.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Refuses a database made by a newer program.
///
/// # Errors
/// [`Code::DeskNewer`].
pub(crate) fn refuse_newer(version: u32) -> Result<()> {
    if version > VERSION {
        return Err(Error::new(Code::DeskNewer)
            .with("version", version)
            .with("known", VERSION));
    }
    Ok(())
}

/// Runs the missing steps. The caller holds the exclusive lock of the desk.
///
/// # Errors
/// [`Code::DeskNewer`], [`Code::MigrationFailed`], or what writing a backup may fail with.
pub(crate) fn run(conn: &mut Connection, backups: &Path) -> Result<()> {
    run_steps(conn, backups, STEPS)
}

fn run_steps(conn: &mut Connection, backups: &Path, steps: &[&str]) -> Result<()> {
    let migrations = Migrations::new(steps.iter().map(|sql| M::up(sql)).collect());
    let from = version_of(conn)? as usize;
    for target in from + 1..=steps.len() {
        if target > 1 {
            back_up(conn, backups, target)?;
        }
        migrations.to_version(conn, target).map_err(|source| {
            Error::new(Code::MigrationFailed)
                .with("version", target)
                .with("detail", &source)
                .because(source)
        })?;
    }
    Ok(())
}

fn back_up(conn: &Connection, backups: &Path, target: usize) -> Result<()> {
    fs::create_dir_all(backups).map_err(|source| Error::io(source, backups))?;
    let path = backups.join(format!("before-{target:04}.sqlite3"));
    // A half-made one of an interrupted run is worth nothing; the database is still unchanged.
    match fs::remove_file(&path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            return Err(Error::io(source, &path));
        }
        _ => {}
    }
    super::whole::vacuum_into(conn, &path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_the_number_of_steps() {
        assert_eq!(VERSION as usize, STEPS.len());
    }

    #[test]
    fn a_backup_is_made_before_each_step_but_the_first() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.sqlite3");
        let mut conn = Connection::open(&path).unwrap();
        let one = "CREATE TABLE one (a TEXT NOT NULL) STRICT; INSERT INTO one VALUES ('kept');";
        let two = "ALTER TABLE one ADD COLUMN b TEXT NOT NULL DEFAULT '';";
        let backups = dir.path().join("backups");
        run_steps(&mut conn, &backups, &[one]).unwrap();
        assert!(!backups.exists());
        // A half-written backup of a killed run does not stand in the way.
        fs::create_dir_all(&backups).unwrap();
        fs::write(backups.join("before-0002.sqlite3"), b"half").unwrap();
        run_steps(&mut conn, &backups, &[one, two]).unwrap();
        assert_eq!(version_of(&conn).unwrap(), 2);
        let old = Connection::open(backups.join("before-0002.sqlite3")).unwrap();
        assert_eq!(version_of(&old).unwrap(), 1);
        let kept: String = old
            .query_row("SELECT a FROM one", [], |row| row.get(0))
            .unwrap();
        assert_eq!(kept, "kept");
        assert!(old.prepare("SELECT b FROM one").is_err());
    }

    #[test]
    fn a_failing_step_leaves_the_database_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let mut conn = Connection::open(dir.path().join("x.sqlite3")).unwrap();
        let one = "CREATE TABLE one (a TEXT NOT NULL) STRICT;";
        run_steps(&mut conn, dir.path(), &[one]).unwrap();
        let broken = "CREATE TABLE two (a TEXT NOT NULL) STRICT; CREATE TABLE one (a TEXT);";
        let error = run_steps(&mut conn, dir.path(), &[one, broken]).unwrap_err();
        assert_eq!(error.code, Code::MigrationFailed);
        assert_eq!(version_of(&conn).unwrap(), 1);
        assert!(conn.prepare("SELECT a FROM two").is_err());
    }
}
