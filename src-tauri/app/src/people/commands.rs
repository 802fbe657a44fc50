//! The commands about who is at the desk: they work while none is open.

use std::time::Duration;

use qalam_desk::locked;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use super::{House, add, folder, list};
use crate::commands::{Command, Empty, SecretText, run_with};
use crate::failure::Failure;

macro_rules! table {
    ($($name:literal => $act:path,)*) => {
        /// Every command that works while no desk is open.
        pub static PEOPLE: &[Command<House>] = &[$(Command {
            name: $name,
            run: |house, args| run_with($act, house, args),
            shapes: |book| book.command($act),
        },)*];
    };
}

table! {
    "people.state" => state,
    "people.enter" => enter,
    "people.leave" => leave,
    "people.seen" => seen,
    "people.recover" => recover,
    "people.add" => add_person,
    "people.lock" => lock,
    "people.open_for_good" => open_for_good,
    "people.passphrase" => passphrase,
    "people.paper" => paper,
}

/// Runs the command `name`: about people, or of the open desk.
///
/// # Errors
/// [`Code::DeskLocked`](qalam_desk::Code::DeskLocked) while none is open, and as
/// [`crate::commands::dispatch`].
pub fn dispatch(house: &House, name: &str, args: Value) -> Result<Value, Failure> {
    match PEOPLE.iter().find(|command| command.name == name) {
        Some(command) => (command.run)(house, args),
        None => crate::commands::dispatch(&*house.app()?, name, args),
    }
}

/// One person of the machine.
#[derive(Clone, Debug, Serialize, TS)]
pub struct PersonRow {
    id: String,
    /// Empty as long as nobody said.
    name: String,
    /// Their desk wants a passphrase.
    locked: bool,
    /// They are at the desk now.
    here: bool,
}

/// Who there is, and who is here.
#[derive(Clone, Debug, Serialize, TS)]
pub struct PeopleState {
    people: Vec<PersonRow>,
    /// Bytes that are locked or opened, while a desk is.
    #[ts(type = "number")]
    done: u64,
    /// All of them; 0 at other times.
    #[ts(type = "number")]
    total: u64,
}

/// Arguments of `people.enter`.
#[derive(Deserialize, TS)]
pub struct EnterDesk {
    id: String,
    #[ts(optional, type = "string")]
    passphrase: Option<SecretText>,
}

/// Arguments of `people.recover`.
#[derive(Deserialize, TS)]
pub struct RecoverDesk {
    id: String,
    /// The lines on paper.
    lines: String,
    /// The passphrase from now on.
    #[ts(type = "string")]
    passphrase: SecretText,
}

/// Arguments of `people.add`.
#[derive(Deserialize, TS)]
pub struct NewPerson {
    name: String,
}

/// Arguments of `people.lock`, `people.open_for_good` and `people.paper`.
#[derive(Deserialize, TS)]
pub struct WithPassphrase {
    #[ts(type = "string")]
    passphrase: SecretText,
}

/// Arguments of `people.passphrase`.
#[derive(Deserialize, TS)]
pub struct NewPassphrase {
    #[ts(type = "string")]
    old: SecretText,
    #[ts(type = "string")]
    new: SecretText,
}

/// Lines for paper, kept nowhere.
#[derive(Clone, Debug, Serialize, TS)]
pub struct DeskPaper {
    lines: String,
}

fn state(house: &House, _: Empty) -> Result<PeopleState, Failure> {
    let here = house.here();
    let people = list(house.machine())?
        .into_iter()
        .map(|one| {
            let dir = folder(house.machine(), &one.id)?;
            let at = here.as_ref().filter(|(id, _)| *id == one.id);
            // On the open desk the person's own word counts.
            let name = match at {
                Some((_, app)) => app.desk.profile()?.map(|profile| profile.name),
                None => None,
            };
            Ok(PersonRow {
                locked: locked::stage(&dir)?.is_some(),
                here: at.is_some(),
                name: name.unwrap_or(one.name),
                id: one.id,
            })
        })
        .collect::<Result<_, Failure>>()?;
    let turned = house.turned();
    Ok(PeopleState {
        people,
        done: turned.done,
        total: turned.total,
    })
}

fn enter(house: &House, who: EnterDesk) -> Result<PeopleState, Failure> {
    house.enter(&who.id, who.passphrase.as_ref().map(|text| &text.0))?;
    state(house, Empty {})
}

fn leave(house: &House, _: Empty) -> Result<PeopleState, Failure> {
    house.leave();
    state(house, Empty {})
}

/// Arguments of `people.seen`.
#[derive(Deserialize, TS)]
pub struct LastSign {
    /// So many milliseconds ago a key was pressed or the mouse moved.
    #[ts(type = "number")]
    quiet_ms: u64,
    /// They were told to leave and asked something first: the time begins anew.
    anew: bool,
}

/// Whether somebody is still at the desk.
#[derive(Clone, Debug, Serialize, TS)]
pub struct PresenceTold {
    /// False when it is time to leave.
    stays: bool,
}

fn seen(house: &House, sign: LastSign) -> Result<PresenceTold, Failure> {
    let quiet = Duration::from_millis(sign.quiet_ms);
    Ok(PresenceTold {
        stays: house.seen(quiet, sign.anew),
    })
}

fn recover(house: &House, with: RecoverDesk) -> Result<PeopleState, Failure> {
    house.recover(&with.id, &with.lines, &with.passphrase.0)?;
    state(house, Empty {})
}

fn add_person(house: &House, new: NewPerson) -> Result<PeopleState, Failure> {
    add(house.machine(), &new.name)?;
    if let Some((id, app)) = house.here()
        && let Some(profile) = app.desk.profile()?
    {
        super::rename(house.machine(), &id, &profile.name)?;
    }
    state(house, Empty {})
}

fn lock(house: &House, with: WithPassphrase) -> Result<DeskPaper, Failure> {
    let lines = house.lock(&with.passphrase.0)?;
    Ok(DeskPaper { lines })
}

fn open_for_good(house: &House, with: WithPassphrase) -> Result<PeopleState, Failure> {
    house.open_for_good(&with.passphrase.0)?;
    state(house, Empty {})
}

fn passphrase(house: &House, with: NewPassphrase) -> Result<Empty, Failure> {
    let app = house.app()?;
    let dir = app.desk.dir();
    let key = locked::unlock(dir, &with.old.0, jiff::Timestamp::now())?;
    locked::set_passphrase(dir, &key, &with.new.0)?;
    Ok(Empty {})
}

fn paper(house: &House, with: WithPassphrase) -> Result<DeskPaper, Failure> {
    let app = house.app()?;
    let dir = app.desk.dir();
    let key = locked::unlock(dir, &with.passphrase.0, jiff::Timestamp::now())?;
    Ok(DeskPaper {
        lines: locked::new_paper(dir, &key)?,
    })
}
