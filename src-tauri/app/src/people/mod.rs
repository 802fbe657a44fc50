//! The people of one machine: who there is, where their desks are, and who is at the desk now.
//!
//! The folder the program is started with is the machine's and the first person's desk; the desks of
//! the others lie in it under `people/`. `people.json` holds names only, so that the program can ask
//! who somebody is before any desk is open.

mod commands;
mod house;
mod presence;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use qalam_desk::{Code, Error, Result, id, locked};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

pub use commands::{PEOPLE, dispatch};
pub use house::House;

/// Names of the people of a machine.
const FILE_NAME: &str = "people.json";
/// Where the desks of all but the first lie.
const FOLDER: &str = "people";
/// The id of whoever was here first.
pub const FIRST: &str = "first";
/// A longer name is none.
const LONGEST_NAME: usize = 80;
/// More people do not share a PC.
const MOST: usize = 40;

/// The passphrase of a locked desk, for the command line.
pub const PASSPHRASE: &str = "QALAM_DESK_PASSPHRASE";
/// The one it is to have from now on.
pub const NEW_PASSPHRASE: &str = "QALAM_DESK_NEW_PASSPHRASE";

/// One person of the machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// `first`, or a UUIDv7.
    pub id: String,
    /// As it is shown before the desk is open; empty as long as nobody said.
    pub name: String,
}

#[derive(Default, Serialize, Deserialize)]
struct Kept {
    people: Vec<Person>,
}

/// The people of the machine whose folder this is; the first is always there.
///
/// # Errors
/// [`Code::FileUnreadable`] when the list is not as it was written.
pub fn list(machine: &Path) -> Result<Vec<Person>> {
    let path = machine.join(FILE_NAME);
    let mut people = match fs::read(&path) {
        Ok(bytes) => {
            serde_json::from_slice::<Kept>(&bytes)
                .map_err(|error| {
                    Error::new(Code::FileUnreadable)
                        .with("name", path.display())
                        .with("detail", error)
                })?
                .people
        }
        Err(source) if source.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(source) => return Err(Error::io(source, &path)),
    };
    // An id names a folder.
    people.retain(|one| one.id == FIRST || id::parse(&one.id).is_ok());
    if !people.iter().any(|one| one.id == FIRST) {
        people.insert(
            0,
            Person {
                id: FIRST.to_owned(),
                name: String::new(),
            },
        );
    }
    Ok(people)
}

/// Adds a person, whose desk is made when it is first opened.
///
/// # Errors
/// [`Code::BadArgument`] for a name that is empty, taken or too long, and what writing may fail with.
pub fn add(machine: &Path, name: &str) -> Result<Person> {
    let refuse = || Error::new(Code::BadArgument).with("name", "name");
    let name = name.trim();
    let mut people = list(machine)?;
    let taken = people.iter().any(|one| one.name == name);
    if name.is_empty() || name.chars().count() > LONGEST_NAME || taken || people.len() >= MOST {
        return Err(refuse());
    }
    let person = Person {
        id: id::new_id(),
        name: name.to_owned(),
    };
    people.push(person.clone());
    write(machine, people)?;
    Ok(person)
}

/// Notes the name a person gave on their own desk.
///
/// # Errors
/// As [`list`], and what writing may fail with.
pub fn rename(machine: &Path, id: &str, name: &str) -> Result<()> {
    let mut people = list(machine)?;
    // Where nobody shares the PC, there is nothing to note.
    if people.len() < 2 && locked::stage(machine)?.is_none() {
        return Ok(());
    }
    match people.iter_mut().find(|one| one.id == id) {
        Some(one) if one.name != name && !name.trim().is_empty() => one.name = name.to_owned(),
        _ => return Ok(()),
    }
    write(machine, people)
}

/// The desk of a person.
///
/// # Errors
/// [`Code::NotFound`] for an id of nobody here.
pub fn folder(machine: &Path, id: &str) -> Result<PathBuf> {
    if id == FIRST {
        return Ok(machine.to_owned());
    }
    list(machine)?
        .iter()
        .find(|one| one.id == id)
        .map(|one| machine.join(FOLDER).join(&one.id))
        .ok_or_else(|| {
            Error::new(Code::NotFound)
                .with("kind", "person")
                .with("id", id)
        })
}

/// What is put before the names of secrets of the desk in `dir`: nothing for the first person of a
/// machine, whose secrets were there before others were.
pub(crate) fn scope(dir: &Path) -> String {
    let of_others = dir
        .parent()
        .and_then(Path::file_name)
        .is_some_and(|parent| parent == FOLDER);
    match dir.file_name().and_then(|name| name.to_str()) {
        Some(name) if of_others && id::parse(name).is_ok() => format!("{FOLDER}/{name}/"),
        _ => String::new(),
    }
}

fn write(machine: &Path, people: Vec<Person>) -> Result<()> {
    let path = machine.join(FILE_NAME);
    fs::create_dir_all(machine).map_err(|source| Error::io(source, machine))?;
    let early = machine.join("people.new");
    fs::write(&early, serde_json::to_vec_pretty(&Kept { people })?)
        .and_then(|()| fs::File::open(&early)?.sync_all())
        .and_then(|()| fs::rename(&early, &path))
        .map_err(|source| Error::io(source, &path))
}

/// A passphrase as the command line is given one: in the variable, or as the first line of the file
/// that the variable with `_FILE` names.
///
/// # Errors
/// What reading the file may fail with.
pub fn passphrase(variable: &str) -> Result<Option<SecretString>> {
    if let Some(text) = std::env::var(variable).ok().filter(|text| !text.is_empty()) {
        return Ok(Some(text.into()));
    }
    let Some(path) = std::env::var_os(format!("{variable}_FILE")).filter(|path| !path.is_empty())
    else {
        return Ok(None);
    };
    let path = PathBuf::from(path);
    let text = fs::read_to_string(&path).map_err(|source| Error::io(source, &path))?;
    Ok(text
        .lines()
        .next()
        .filter(|line| !line.is_empty())
        .map(|line| line.to_owned().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_listed_by_name_and_each_has_a_folder() {
        let machine = tempfile::tempdir().unwrap();
        let dir = machine.path();
        assert_eq!(list(dir).unwrap().len(), 1);
        // Alone on the machine there is nothing to note.
        rename(dir, FIRST, "Amina").unwrap();
        assert!(!dir.join(FILE_NAME).exists());
        let karim = add(dir, " Karim ").unwrap();
        assert_eq!(karim.name, "Karim");
        for wrong in ["", "  ", "Karim", &"x".repeat(100)] {
            assert_eq!(add(dir, wrong).unwrap_err().code, Code::BadArgument);
        }
        rename(dir, FIRST, "Amina").unwrap();
        let people = list(dir).unwrap();
        assert_eq!(
            people.iter().map(|one| &*one.name).collect::<Vec<_>>(),
            ["Amina", "Karim"]
        );
        let his = folder(dir, &karim.id).unwrap();
        assert_eq!(his, dir.join("people").join(&karim.id));
        assert_eq!(folder(dir, FIRST).unwrap(), dir);
        assert_eq!(folder(dir, "../..").unwrap_err().code, Code::NotFound);
        assert_eq!(scope(dir), "");
        assert_eq!(scope(&his), format!("people/{}/", karim.id));
        // A list somebody wrote by hand leads nowhere else.
        fs::write(
            dir.join(FILE_NAME),
            r#"{"people":[{"id":"../../x","name":"X"}]}"#,
        )
        .unwrap();
        assert_eq!(list(dir).unwrap().len(), 1);
        fs::write(dir.join(FILE_NAME), "no list").unwrap();
        assert_eq!(list(dir).unwrap_err().code, Code::FileUnreadable);
    }
}
