//! Keys of persons: a card that presents one, a statement that ends one.
//!
//! A card is signed with the key it presents. A card that follows an older key is signed with that
//! one too, or with its recovery key, so that whoever trusts the old key can take the new one over
//! without a second telephone call. A revocation is signed with the key it ends or with its recovery
//! key.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, Signer as _, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::canonical::hex;
use crate::envelope::{Envelope, Statement};
use crate::fault::{Fault, code};

/// Length of a key, public or private, in bytes.
pub const KEY_BYTES: usize = 32;

/// The public half of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Reads a key.
    ///
    /// # Errors
    /// `key_invalid`, also for the few points with which anything verifies.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Fault> {
        let invalid = || Fault::new(code::KEY_INVALID, "");
        let bytes: [u8; KEY_BYTES] = bytes.try_into().map_err(|_| invalid())?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| invalid())?;
        if key.is_weak() {
            return Err(invalid());
        }
        Ok(Self(key))
    }

    /// Reads a key in base64.
    ///
    /// # Errors
    /// `key_invalid`.
    pub fn from_text(text: &str) -> Result<Self, Fault> {
        let bytes = STANDARD
            .decode(text)
            .map_err(|_| Fault::new(code::KEY_INVALID, ""))?;
        Self::from_bytes(&bytes)
    }

    /// The key in base64.
    #[must_use]
    pub fn to_text(&self) -> String {
        STANDARD.encode(self.0.as_bytes())
    }

    /// Its 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; KEY_BYTES] {
        self.0.as_bytes()
    }

    /// What the key is called in statements: the SHA-256 of its bytes in lower-case hex.
    #[must_use]
    pub fn id(&self) -> String {
        hex(&Sha256::digest(self.0.as_bytes()))
    }

    /// What two persons compare on the telephone: eight groups of five digits, 128 bits.
    ///
    /// Digits, and not a list of words: the two may work in different languages, and digits are the
    /// same group in each of them, are read aloud in each of them, and are on every keyboard.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut hasher = Sha256::new();
        hasher.update(b"qalam-key/1 fingerprint\0");
        hasher.update(self.0.as_bytes());
        let groups: Vec<String> = hasher
            .finalize()
            .chunks_exact(2)
            .take(8)
            .map(|pair| match pair {
                [high, low] => format!("{:05}", u16::from_be_bytes([*high, *low])),
                _ => String::new(),
            })
            .collect();
        groups.join(" ")
    }

    /// Whether `signature` is this key's over `bytes`; strictly, so that no second signature can be
    /// made out of a first one.
    #[must_use]
    pub fn verifies(&self, bytes: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.0.verify_strict(bytes, &signature).is_ok())
    }
}

/// Both halves of a key. The private half is wiped from memory when it is dropped.
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// The key of these 32 random bytes.
    #[must_use]
    pub fn from_seed(seed: &[u8; KEY_BYTES]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// The 32 bytes the key was made of; whoever has them is the person.
    #[must_use]
    pub fn seed(&self) -> [u8; KEY_BYTES] {
        self.0.to_bytes()
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Signs bytes.
    #[must_use]
    pub fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.0.sign(bytes).to_bytes()
    }
}

/// Presents a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Always [`Card::FORMAT`].
    pub format: String,
    /// The key in base64.
    pub key: String,
    /// What the person calls the key.
    pub label: String,
    /// The person's name.
    pub name: String,
    /// The state (ISO 3166 alpha-2) or institution (acronym) the person writes for.
    pub owner: String,
    /// When the key was made. Nothing is decided by it.
    pub made_at: String,
    /// The public half, in base64, of the key on paper that may end this key or appoint the next;
    /// empty when there is none.
    pub recovery: String,
    /// Id of the key this one takes the place of; empty for a first key.
    pub follows: String,
    /// What packages for this person alone are sealed to, an age recipient (`age1...`). Not written
    /// when empty, so cards from before there was this are spelled as they were.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sealing: String,
}

impl Statement for Card {
    const TYPE: &'static str = "application/vnd.qalam.key+json";
    const FORMAT: &'static str = "qalam-key/1";
    fn format(&self) -> &str {
        &self.format
    }
}

impl Card {
    /// The key it presents.
    ///
    /// # Errors
    /// `key_invalid`.
    pub fn public(&self) -> Result<PublicKey, Fault> {
        PublicKey::from_text(&self.key)
    }

    /// Reads a card from the envelope it travels in, which the key itself must have signed.
    ///
    /// # Errors
    /// `envelope_invalid`, `key_invalid`, `signature_wrong`.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Fault> {
        let envelope = Envelope::from_bytes(bytes)?;
        let card: Self = envelope.peek()?;
        let key = card.public()?;
        if !card.recovery.is_empty() && PublicKey::from_text(&card.recovery)? == key {
            return Err(Fault::new(code::KEY_INVALID, "recovery"));
        }
        envelope.open(&key)
    }

    /// Whether the envelope this card came in makes it the heir of `older`: signed by that key, or by
    /// its recovery key.
    #[must_use]
    pub fn succeeds(&self, envelope: &Envelope, older: &Card) -> bool {
        older
            .public()
            .is_ok_and(|key| key.id() == self.follows && by_owner(envelope, &key, older))
    }
}

fn by_owner(envelope: &Envelope, key: &PublicKey, card: &Card) -> bool {
    envelope.signed_by(key).is_ok()
        || PublicKey::from_text(&card.recovery)
            .is_ok_and(|recovery| envelope.signed_by(&recovery).is_ok())
}

/// Why a key ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Another took its place in good order: what it signed stays signed.
    Replaced,
    /// The person no longer approves: what it signed stays signed.
    Left,
    /// It is lost, or in other hands: nothing counts that was not known before.
    Lost,
}

impl Ending {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Ending::Replaced => "replaced",
            Ending::Left => "left",
            Ending::Lost => "lost",
        }
    }
}

/// Ends a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    /// Always [`Revocation::FORMAT`].
    pub format: String,
    /// Id of the key that ends.
    pub key: String,
    /// When it was said. Nothing is decided by it.
    pub at: String,
    /// Why.
    pub why: Ending,
}

impl Statement for Revocation {
    const TYPE: &'static str = "application/vnd.qalam.revocation+json";
    const FORMAT: &'static str = "qalam-revocation/1";
    fn format(&self) -> &str {
        &self.format
    }
}

impl Revocation {
    /// Reads a revocation of the key that `card` presents, signed with it or with its recovery key.
    ///
    /// # Errors
    /// `envelope_invalid`, `signature_wrong`.
    pub fn from_bytes(bytes: &[u8], card: &Card) -> Result<Self, Fault> {
        let envelope = Envelope::from_bytes(bytes)?;
        let revocation: Self = envelope.peek()?;
        let key = card.public()?;
        if revocation.key == key.id() && by_owner(&envelope, &key, card) {
            Ok(revocation)
        } else {
            Err(Fault::new(code::SIGNATURE_WRONG, &revocation.key))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(n: u8) -> SigningKey {
        SigningKey::from_seed(&[n; 32])
    }

    fn card(of: &SigningKey, recovery: Option<&SigningKey>, follows: &str) -> Card {
        Card {
            format: Card::FORMAT.to_owned(),
            key: of.public().to_text(),
            label: "chief".to_owned(),
            name: "Sample Officer".to_owned(),
            owner: "MA".to_owned(),
            made_at: "2026-11-22T10:00:00.000Z".to_owned(),
            recovery: recovery
                .map(|key| key.public().to_text())
                .unwrap_or_default(),
            follows: follows.to_owned(),
            sealing: String::new(),
        }
    }

    #[test]
    fn a_card_is_signed_by_the_key_it_presents() {
        let envelope = Envelope::sign(&card(&key(1), None, ""), &[&key(1)]).unwrap();
        let bytes = envelope.to_bytes().unwrap();
        assert_eq!(Card::from_bytes(&bytes).unwrap(), card(&key(1), None, ""));
        let forged = Envelope::sign(&card(&key(1), None, ""), &[&key(2)]).unwrap();
        let fault = Card::from_bytes(&forged.to_bytes().unwrap()).unwrap_err();
        assert_eq!(fault.code, "signature_wrong");
        for at in 0..bytes.len() {
            let mut altered = bytes.clone();
            altered[at] ^= 1;
            assert!(Card::from_bytes(&altered).is_err(), "byte {at}");
        }
    }

    #[test]
    fn the_next_key_is_appointed_by_the_old_one_or_by_the_one_on_paper() {
        let (old, new, paper, other) = (key(1), key(2), key(3), key(4));
        let older = card(&old, Some(&paper), "");
        let newer = card(&new, Some(&paper), &old.public().id());
        for (signers, heir) in [
            (vec![&new, &old], true),
            (vec![&new, &paper], true),
            (vec![&new], false),
            (vec![&new, &other], false),
        ] {
            let envelope = Envelope::sign(&newer, &signers).unwrap();
            assert_eq!(newer.succeeds(&envelope, &older), heir);
        }
        let unnamed = card(&new, None, "");
        let envelope = Envelope::sign(&unnamed, &[&new, &old]).unwrap();
        assert!(!unnamed.succeeds(&envelope, &older));
    }

    #[test]
    fn a_key_ends_by_its_own_word_or_by_paper() {
        let (own, paper, other) = (key(1), key(3), key(4));
        let card = card(&own, Some(&paper), "");
        let end = Revocation {
            format: Revocation::FORMAT.to_owned(),
            key: own.public().id(),
            at: "2026-11-22T10:00:00.000Z".to_owned(),
            why: Ending::Lost,
        };
        for (signer, good) in [(&own, true), (&paper, true), (&other, false)] {
            let bytes = Envelope::sign(&end, &[signer]).unwrap().to_bytes().unwrap();
            assert_eq!(Revocation::from_bytes(&bytes, &card).is_ok(), good);
        }
    }

    #[test]
    fn fingerprints_are_eight_groups_of_five_digits() {
        let fingerprint = key(1).public().fingerprint();
        let groups: Vec<&str> = fingerprint.split(' ').collect();
        assert_eq!(groups.len(), 8);
        assert!(
            groups
                .iter()
                .all(|group| group.len() == 5 && group.parse::<u16>().is_ok())
        );
        assert_ne!(fingerprint, key(2).public().fingerprint());
    }

    #[test]
    fn a_key_with_which_anything_verifies_is_none() {
        let mut identity = [0_u8; 32];
        identity[0] = 1;
        assert!(PublicKey::from_bytes(&identity).is_err());
        assert!(PublicKey::from_bytes(&[0; 31]).is_err());
    }
}
