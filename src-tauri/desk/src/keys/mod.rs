//! Keys of persons: those of this desk, whose private halves lie among the secrets, and those of
//! others, which a person trusted after comparing fingerprints.

mod sealing;
pub(crate) mod store;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use qalam_proof::Fault;
use qalam_proof::envelope::{Envelope, Statement};
use qalam_proof::fault::code;
use qalam_proof::key::{Card, Ending, KEY_BYTES, PublicKey, Revocation, SigningKey};
use qalam_proof::paper;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::change::{Action, Topic};
use crate::db::{ReadTx, WriteTx};
use crate::desk::Desk;
use crate::error::{Code, Error, Result};
use crate::profile::{self, Profile};
use crate::trail::{self, Told};

/// Longest label of a key, in characters.
const MAX_LABEL: usize = 60;
/// What the first key of a person is called.
const FIRST_LABEL: &str = "1";

/// A key without its private half.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KeyRow {
    /// SHA-256 of the public key.
    pub id: String,
    /// What the person calls it.
    pub label: String,
    /// The person's name.
    pub name: String,
    /// The state or institution the person writes for.
    pub owner: String,
    /// The public key in base64.
    pub public: String,
    /// What two persons compare by telephone.
    pub fingerprint: String,
    /// The public half, in base64, of the key on paper that may end this one; empty without one.
    pub recovery: String,
    /// Id of the key it takes the place of; may be empty.
    pub follows: String,
    /// Its private half is this desk's.
    pub ours: bool,
    /// Since when it is trusted; empty when it is not.
    pub trusted_at: String,
    /// Why it ended: `replaced`, `left` or `lost`; empty while it holds.
    pub ended: String,
    /// When this desk learned of it.
    pub added_at: String,
    /// A package can be sealed to this person alone.
    pub seals: bool,
}

impl KeyRow {
    pub(crate) fn with_fingerprint(mut self) -> Self {
        self.fingerprint = PublicKey::from_text(&self.public)
            .map(|key| key.fingerprint())
            .unwrap_or_default();
        self
    }
}

/// Who signs, ready to do it.
pub(crate) struct Signer {
    pub(crate) key: SigningKey,
    pub(crate) id: String,
}

impl Desk {
    /// Makes a key. `paper` asks for a recovery key as well, whose lines are the second answer: they
    /// are to be printed or written down, and are kept nowhere.
    ///
    /// # Errors
    /// [`Code::NoProfile`], [`Code::KeyExists`], [`Code::BadArgument`], and what the secrets fail
    /// with.
    pub fn key_new(&self, label: &str, paper: bool) -> Result<(KeyRow, Option<String>)> {
        let label = tidy_label(label)?;
        let recovery = paper.then(new_key).transpose()?;
        let row = self.make(&label, recovery.as_ref(), None)?;
        Ok((row, recovery.map(|key| paper::write(&key.seed()))))
    }

    /// The keys this desk knows, in the order it learned of them.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn keys(&self) -> Result<Vec<KeyRow>> {
        let kept = self.read(store::all)?;
        Ok(kept.into_iter().map(|kept| kept.row).collect())
    }

    /// The card of a key, named by label or id, as it is given to others.
    ///
    /// # Errors
    /// [`Code::UnknownKey`].
    pub fn key_card(&self, key: &str) -> Result<Vec<u8>> {
        self.read(|read| Ok(named(read, key)?.card))
    }

    /// Trusts the key a card presents: to be called once a person compared its fingerprint.
    ///
    /// # Errors
    /// [`Code::KeyInvalid`], [`Code::KeyEnded`].
    pub fn key_trust(&self, card: &[u8]) -> Result<KeyRow> {
        let (read_card, _) = read_card(card)?;
        self.write(Action::EditKey, |tx| {
            let by = profile::current(tx)?;
            learn(tx, &read_card, card, true, by.as_ref())?;
            kept(tx, &read_card)
        })
    }

    /// What a card presents, as this desk would keep it; with what is known of that key here.
    ///
    /// # Errors
    /// [`Code::KeyInvalid`].
    pub fn key_look(&self, card: &[u8]) -> Result<KeyRow> {
        let (card, _) = read_card(card)?;
        let id = card.public().map_err(invalid)?.id();
        let known = self.read(|read| store::find(read, &id))?;
        Ok(known.map_or_else(|| row_of(&card, &id, false, ""), |kept| kept.row))
    }

    /// Puts a new key in the place of one of this desk: whoever trusts the old one can take over the
    /// new one by its card. What the old one signed stays signed. `paper` makes a new recovery key
    /// with it, whose lines are the second answer; else the one before stays.
    ///
    /// # Errors
    /// [`Code::UnknownKey`], [`Code::KeyEnded`], [`Code::KeyGone`].
    pub fn key_rotate(&self, key: &str, paper: bool) -> Result<(KeyRow, Option<String>)> {
        let old = self.signer(Some(key))?;
        let row = self.read(|read| named(read, &old.id))?.row;
        let fresh = paper.then(new_key).transpose()?;
        let recovery = fresh
            .as_ref()
            .map_or(row.recovery, |key| key.public().to_text());
        let new = self.make_next(&row.label, &recovery, &old.id, &old.key)?;
        self.end(&old.id, Ending::Replaced, &old.key)?;
        // The private half serves nobody any more.
        self.secrets.delete(&secret_name(&old.id))?;
        Ok((new, fresh.map(|key| paper::write(&key.seed()))))
    }

    /// Ends a key of this desk.
    ///
    /// # Errors
    /// As [`Desk::key_rotate`].
    pub fn key_end(&self, key: &str, why: Ending) -> Result<KeyRow> {
        let signer = self.signer(Some(key))?;
        let row = self.end(&signer.id, why, &signer.key)?;
        self.secrets.delete(&secret_name(&signer.id))?;
        Ok(row)
    }

    /// Ends a lost key with the lines on paper, and makes the next one in its place.
    ///
    /// # Errors
    /// [`Code::PaperMisread`] with the line, [`Code::PaperIncomplete`], [`Code::PaperOther`] when the lines are of another key,
    /// [`Code::UnknownKey`].
    pub fn key_recover(&self, key: &str, lines: &str) -> Result<KeyRow> {
        let seed = paper::read(lines).map_err(misread)?;
        let paper = SigningKey::from_seed(&seed);
        let lost = self.read(|read| named(read, key))?.row;
        if lost.recovery != paper.public().to_text() {
            return Err(Error::new(Code::PaperOther).with("key", &lost.label));
        }
        let new = self.make_next(&lost.label, &lost.recovery, &lost.id, &paper)?;
        if lost.ended.is_empty() {
            self.end(&lost.id, Ending::Lost, &paper)?;
        }
        Ok(new)
    }

    /// The statement that a key ended, as it is given to others.
    ///
    /// # Errors
    /// [`Code::UnknownKey`].
    pub fn key_revocation(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let kept = self.read(|read| named(read, key))?;
        Ok((!kept.revocation.is_empty()).then_some(kept.revocation))
    }

    /// The key a statement is about, as it will be once the statement is taken.
    ///
    /// # Errors
    /// As [`Desk::key_take_revocation`].
    pub fn key_look_at_end(&self, revocation: &[u8]) -> Result<KeyRow> {
        self.rehearse_write(|tx| {
            let id = take_revocation(tx, revocation)?;
            Ok(named(tx, &id)?.row)
        })
    }

    /// Takes a statement that somebody's key ended.
    ///
    /// # Errors
    /// [`Code::KeyInvalid`], [`Code::UnknownKey`].
    pub fn key_take_revocation(&self, revocation: &[u8]) -> Result<KeyRow> {
        self.write(Action::EditKey, |tx| {
            let id = take_revocation(tx, revocation)?;
            Ok(named(tx, &id)?.row)
        })
    }

    /// The key to sign with: the one named, else the newest of this desk, else a first one made now.
    ///
    /// # Errors
    /// [`Code::UnknownKey`], [`Code::KeyEnded`]; [`Code::KeyGone`] when its private half is not
    /// among the secrets; what the secrets fail with.
    pub(crate) fn signer(&self, key: Option<&str>) -> Result<Signer> {
        let found = self.read(|read| match key {
            Some(key) => named(read, key).map(Some),
            None => Ok(store::all(read)?
                .into_iter()
                .rfind(|kept| kept.row.ours && kept.row.ended.is_empty())),
        })?;
        let row = match found {
            Some(kept) => kept.row,
            None => self.make(FIRST_LABEL, None, None)?,
        };
        if !row.ended.is_empty() {
            return Err(Error::new(Code::KeyEnded).with("key", &row.label));
        }
        let gone = || Error::new(Code::KeyGone).with("key", &row.label);
        let secret = self.secrets.get(&secret_name(&row.id))?.ok_or_else(gone)?;
        let seed: [u8; KEY_BYTES] = STANDARD
            .decode(secret.expose_secret())
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(gone)?;
        let key = SigningKey::from_seed(&seed);
        // What lies there may be of another desk: it must be the key it is called.
        if key.public().id() != row.id {
            return Err(gone());
        }
        Ok(Signer { key, id: row.id })
    }

    fn make_next(
        &self,
        label: &str,
        recovery: &str,
        follows: &str,
        appointed_by: &SigningKey,
    ) -> Result<KeyRow> {
        self.make_with(label, recovery, follows, Some(appointed_by))
    }

    fn make(
        &self,
        label: &str,
        recovery: Option<&SigningKey>,
        appointed_by: Option<&SigningKey>,
    ) -> Result<KeyRow> {
        let recovery = recovery
            .map(|key| key.public().to_text())
            .unwrap_or_default();
        self.make_with(label, &recovery, "", appointed_by)
    }

    fn make_with(
        &self,
        label: &str,
        recovery: &str,
        follows: &str,
        appointed_by: Option<&SigningKey>,
    ) -> Result<KeyRow> {
        self.read(|read| {
            profile::required(read)?;
            refuse_label(read, label, follows)
        })?;
        let key = new_key()?;
        let id = key.public().id();
        // The secret is there before the row is: a killed program leaves a secret nobody asks for.
        self.secrets.set(
            &secret_name(&id),
            &SecretString::from(STANDARD.encode(key.seed())),
        )?;
        let made = self.write(Action::EditKey, |tx| {
            refuse_label(tx, label, follows)?;
            let by = profile::required(tx)?;
            let card = Card {
                format: Card::FORMAT.to_owned(),
                key: key.public().to_text(),
                label: label.to_owned(),
                name: by.name.clone(),
                owner: by.owner.clone(),
                made_at: tx.now().to_owned(),
                recovery: recovery.to_owned(),
                follows: follows.to_owned(),
                sealing: sealing::identity(&key)?.to_public().to_string(),
            };
            let signers: Vec<&SigningKey> = std::iter::once(&key).chain(appointed_by).collect();
            let envelope = Envelope::sign(&card, &signers)
                .and_then(|envelope| envelope.to_bytes())
                .map_err(internal)?;
            let row = row_of(&card, &id, true, tx.now());
            store::insert(tx, &row, &envelope)?;
            trail::note(
                tx,
                &Told {
                    act: "key_new",
                    person: &by.person,
                    name: &by.name,
                    key: &id,
                    words: label,
                    proof: &qalam_proof::canonical::hash(&envelope),
                    ..Told::default()
                },
            )?;
            tx.changed(Topic::Settings, None);
            Ok(row)
        });
        if made.is_err() {
            let _ = self.secrets.delete(&secret_name(&id));
        }
        made
    }

    fn end(&self, id: &str, why: Ending, by: &SigningKey) -> Result<KeyRow> {
        self.write(Action::EditKey, |tx| {
            let revocation = Revocation {
                format: Revocation::FORMAT.to_owned(),
                key: id.to_owned(),
                at: tx.now().to_owned(),
                why,
            };
            let bytes = Envelope::sign(&revocation, &[by])
                .and_then(|envelope| envelope.to_bytes())
                .map_err(internal)?;
            take_revocation(tx, &bytes)?;
            Ok(named(tx, id)?.row)
        })
    }
}

/// Learns of a key. It is trusted when a person says so, or when a trusted key appointed it.
pub(crate) fn learn(
    tx: &WriteTx<'_>,
    card: &Card,
    bytes: &[u8],
    trusted: bool,
    by: Option<&Profile>,
) -> Result<()> {
    let id = card.public().map_err(invalid)?.id();
    let known = store::find(tx, &id)?;
    if let Some(known) = &known {
        if trusted && !known.row.ended.is_empty() {
            return Err(Error::new(Code::KeyEnded).with("key", &known.row.label));
        }
        if !known.row.trusted_at.is_empty() || !trusted {
            return Ok(());
        }
    }
    let heir = match store::find(tx, &card.follows)? {
        Some(older) if !older.row.trusted_at.is_empty() => {
            let older = Card::from_bytes(&older.card).map_err(invalid)?;
            Envelope::from_bytes(bytes).is_ok_and(|envelope| card.succeeds(&envelope, &older))
        }
        _ => false,
    };
    let mut row = row_of(card, &id, false, "");
    if trusted || heir {
        row.trusted_at = tx.now().to_owned();
    }
    store::insert(tx, &row, bytes)?;
    if !row.trusted_at.is_empty() {
        trail::note(
            tx,
            &Told {
                act: "key_trust",
                person: by.map_or("", |by| by.person.as_str()),
                name: by.map_or("", |by| by.name.as_str()),
                key: &id,
                words: &card.name,
                proof: &qalam_proof::canonical::hash(bytes),
                ..Told::default()
            },
        )?;
    }
    tx.changed(Topic::Settings, None);
    Ok(())
}

/// Notes that a key ended; gives its id.
pub(crate) fn take_revocation(tx: &WriteTx<'_>, bytes: &[u8]) -> Result<String> {
    let said: Revocation = Envelope::from_bytes(bytes)
        .and_then(|envelope| envelope.peek())
        .map_err(invalid)?;
    let kept = named(tx, &said.key)?;
    let card = Card::from_bytes(&kept.card).map_err(invalid)?;
    let revocation = Revocation::from_bytes(bytes, &card).map_err(invalid)?;
    if kept.row.ended == Ending::Lost.as_str() || kept.row.ended == revocation.why.as_str() {
        return Ok(said.key);
    }
    store::end(tx, &said.key, revocation.why.as_str(), bytes)?;
    trail::note(
        tx,
        &Told {
            act: "key_end",
            name: &card.name,
            key: &said.key,
            words: revocation.why.as_str(),
            proof: &qalam_proof::canonical::hash(bytes),
            ..Told::default()
        },
    )?;
    tx.changed(Topic::Settings, None);
    Ok(said.key)
}

/// A card, and the envelope it came in.
pub(crate) fn read_card(bytes: &[u8]) -> Result<(Card, Envelope)> {
    let card = Card::from_bytes(bytes).map_err(invalid)?;
    let envelope = Envelope::from_bytes(bytes).map_err(invalid)?;
    Ok((card, envelope))
}

fn row_of(card: &Card, id: &str, ours: bool, trusted_at: &str) -> KeyRow {
    KeyRow {
        id: id.to_owned(),
        label: card.label.clone(),
        name: card.name.clone(),
        owner: card.owner.clone(),
        public: card.key.clone(),
        fingerprint: String::new(),
        recovery: card.recovery.clone(),
        follows: card.follows.clone(),
        ours,
        trusted_at: trusted_at.to_owned(),
        ended: String::new(),
        added_at: trusted_at.to_owned(),
        seals: !card.sealing.is_empty(),
    }
    .with_fingerprint()
}

fn kept(read: &ReadTx<'_>, card: &Card) -> Result<KeyRow> {
    Ok(named(read, &card.public().map_err(invalid)?.id())?.row)
}

/// A key by its id, or one of this desk by its label, the newest first.
fn named(read: &ReadTx<'_>, name: &str) -> Result<store::Kept> {
    if let Some(kept) = store::find(read, name)? {
        return Ok(kept);
    }
    store::all(read)?
        .into_iter()
        .rfind(|kept| kept.row.ours && kept.row.label == name)
        .ok_or_else(|| Error::new(Code::UnknownKey).with("key", name))
}

/// Two keys of this desk that hold have two labels; the next key keeps that of the one before.
fn refuse_label(read: &ReadTx<'_>, label: &str, follows: &str) -> Result<()> {
    let taken = store::all(read)?.into_iter().any(|kept| {
        let row = kept.row;
        row.ours && row.ended.is_empty() && row.label == label && row.id != follows
    });
    if taken {
        return Err(Error::new(Code::KeyExists).with("key", label));
    }
    Ok(())
}

fn tidy_label(label: &str) -> Result<String> {
    let label = label.trim();
    let fits = (1..=MAX_LABEL).contains(&label.chars().count());
    if fits && !label.chars().any(char::is_control) {
        Ok(label.to_owned())
    } else {
        Err(Error::new(Code::BadArgument).with("name", "name"))
    }
}

fn new_key() -> Result<SigningKey> {
    let mut seed = [0_u8; KEY_BYTES];
    getrandom::fill(&mut seed).map_err(|source| Error::internal(source.to_string()))?;
    Ok(SigningKey::from_seed(&seed))
}

impl Desk {
    /// The names under which the private halves of this desk's own keys are kept.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn secret_names(&self) -> Result<Vec<String>> {
        let keys = self.keys()?;
        let own = keys.iter().filter(|key| key.ours);
        Ok(own.map(|key| secret_name(&key.id)).collect())
    }
}

fn secret_name(id: &str) -> String {
    format!("key/{id}")
}

pub(crate) fn misread(fault: Fault) -> Error {
    if fault.code == code::PAPER_LINE {
        Error::new(Code::PaperMisread).with("line", fault.subject)
    } else {
        Error::new(Code::PaperIncomplete)
    }
}

pub(crate) fn invalid(fault: Fault) -> Error {
    Error::new(Code::KeyInvalid).with("detail", fault)
}

fn internal(fault: Fault) -> Error {
    Error::internal(fault.to_string())
}
