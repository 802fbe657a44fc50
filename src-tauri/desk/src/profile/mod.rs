//! The person this desk belongs to.

pub(crate) mod store;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use crate::change::{Action, Topic};
use crate::db::{ReadTx, facts};
use crate::desk::Desk;
use crate::error::{Code, Error, Result};
use crate::id::new_id;
use crate::vocab;

/// What kind of owner a person writes for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OwnerKind {
    /// A member state.
    State,
    /// An institution.
    Institution,
}

/// What a person may decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Writes and submits.
    Author,
    /// Approves and returns.
    Approver,
    /// Both.
    Both,
}

impl Role {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Author => "author",
            Role::Approver => "approver",
            Role::Both => "both",
        }
    }

    /// Whether this person may approve and return.
    pub const fn may_decide(self) -> bool {
        matches!(self, Role::Approver | Role::Both)
    }
}

/// The person this desk belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Profile {
    /// Id of the person.
    pub person: String,
    /// The state (ISO 3166 alpha-2) or institution (acronym) the person writes for.
    pub owner: String,
    /// Which of the two it is.
    pub owner_kind: OwnerKind,
    /// The person's name as it stands under decisions.
    pub name: String,
    /// What the person may decide.
    pub role: Role,
    /// Language of the interface when the profile was made.
    pub display_lang: String,
}

/// What makes a profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewProfile {
    /// The state (ISO 3166 alpha-2) or institution (acronym).
    pub owner: String,
    /// Which of the two it is; looked up when absent.
    pub owner_kind: Option<OwnerKind>,
    /// The person's name.
    pub name: String,
    /// What the person may decide.
    pub role: Role,
    /// Language of the interface: `en`, `fr` or `ar`.
    pub display_lang: String,
}

/// Who acts, as it is noted beside what was done. Writing needs no profile, so both may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Actor {
    /// Id of the person.
    pub(crate) person: String,
    /// The name at that time.
    pub(crate) name: String,
}

impl Desk {
    /// The person this desk belongs to, once said.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn profile(&self) -> Result<Option<Profile>> {
        self.read(current)
    }

    /// Says or changes who this desk belongs to, and sets the language of the interface with it.
    /// The person stays the same.
    ///
    /// # Errors
    /// [`Code::UnknownOwner`] for a state or institution that is not in the lists,
    /// [`Code::BadArgument`] for an empty name, [`Code::UnknownSetting`] for a language the
    /// interface does not speak.
    pub fn set_profile(&self, new: &NewProfile) -> Result<Profile> {
        let name = new.name.trim();
        if name.is_empty() || name.chars().count() > 200 {
            return Err(Error::new(Code::BadArgument).with("name", "name"));
        }
        if !crate::settings::DISPLAY_LANGS.contains(&new.display_lang.as_str()) {
            return Err(Error::new(Code::UnknownSetting)
                .with("key", "display_lang")
                .with("value", &new.display_lang));
        }
        let (owner, owner_kind) = vocab::find_owner(&new.owner, new.owner_kind)
            .ok_or_else(|| Error::new(Code::UnknownOwner).with("owner", &new.owner))?;
        let profile = self.write(Action::SetProfile, |tx| {
            let person = match current(tx)? {
                Some(known) => known.person,
                None => new_id(),
            };
            let profile = Profile {
                person,
                owner,
                owner_kind,
                name: name.to_owned(),
                role: new.role,
                display_lang: new.display_lang.clone(),
            };
            store::put(tx, &profile)?;
            facts::set(tx, "person", &profile.person)?;
            tx.changed(Topic::Settings, None);
            Ok(profile)
        })?;
        self.set_setting("display_lang", &Value::from(new.display_lang.as_str()))?;
        Ok(profile)
    }

    /// The id of this desk; it stays with the desk wherever the folder goes.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn id(&self) -> Result<String> {
        self.read(|read| Ok(facts::get(read, "desk")?.unwrap_or_default()))
    }

    /// Notes what a new desk needs to know about itself.
    pub(crate) fn first_facts(&self) -> Result<()> {
        if self.read(|read| facts::get(read, "desk"))?.is_some() {
            return Ok(());
        }
        self.write(Action::NoteFact, |tx| {
            if facts::get(tx, "desk")?.is_none() {
                facts::set(tx, "desk", &new_id())?;
                facts::set(tx, "created_at", tx.now())?;
            }
            Ok(())
        })
    }
}

/// The person this desk belongs to.
pub(crate) fn current(read: &ReadTx<'_>) -> Result<Option<Profile>> {
    store::current(read)
}

/// The person this desk belongs to, where there must be one.
///
/// # Errors
/// [`Code::NoProfile`].
pub(crate) fn required(read: &ReadTx<'_>) -> Result<Profile> {
    current(read)?.ok_or_else(|| Error::new(Code::NoProfile))
}

/// Who acts.
pub(crate) fn actor(read: &ReadTx<'_>) -> Result<Actor> {
    Ok(current(read)?
        .map(|profile| Actor {
            person: profile.person,
            name: profile.name,
        })
        .unwrap_or_default())
}
