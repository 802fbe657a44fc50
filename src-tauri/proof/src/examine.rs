//! Examining a proof: one pure look at a release and what belongs to it, told check by check.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::canonical::{self, Release};
use crate::comments::Comments;
use crate::decision::{Act, Decision, Head, Signed};
use crate::envelope::Envelope;
use crate::fault::{Fault, code};
use crate::key::{Card, Ending, PublicKey, Revocation};
use crate::package::{Package, PartKind, Purpose};
use crate::receipt::{Receipt, Stored};
use crate::trail::{Line, Walk};

/// What there is to examine.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// The hash the release should have.
    pub release_hash: String,
    /// The canonical bytes of the release.
    pub release: Vec<u8>,
    /// Files whose bytes are here: SHA-256 as computed now, by SHA-256 as named.
    pub files: BTreeMap<String, String>,
    /// Signed decisions.
    pub decisions: Vec<Vec<u8>>,
    /// Comments that decisions name.
    pub comments: Vec<Vec<u8>>,
    /// Scans of sheets signed by hand, by the SHA-256 of their bytes as computed now; their names.
    pub sheets: BTreeMap<String, String>,
    /// Cards of keys.
    pub cards: Vec<Vec<u8>>,
    /// Ends of keys.
    pub revocations: Vec<Vec<u8>>,
    /// The trail, or the piece of it that concerns the draft.
    pub trail: Vec<Line>,
    /// Receipts.
    pub receipts: Vec<Vec<u8>>,
    /// What it is all for; a proof when nothing is said.
    pub purpose: Option<Purpose>,
}

/// What the one who examines knows beforehand.
#[derive(Clone, Debug, Default)]
pub struct Beforehand {
    /// Ids of the keys trusted; `None` when nothing is known and people must compare fingerprints.
    pub trusted: Option<BTreeSet<String>>,
    /// Keys known to have ended.
    pub ended: BTreeMap<String, Ending>,
    /// Ids of the portals' keys known; the others are told, for people to compare.
    pub portals: BTreeSet<String>,
    /// A time after which nothing can have been signed yet (RFC 3339 UTC); empty to leave it.
    pub latest: String,
}

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// As it should be.
    Good,
    /// Something to know.
    Note,
    /// Not as it should be: the proof does not hold.
    Bad,
}

/// One thing that was checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What was checked, and how it came out: the key of its sentence.
    pub code: String,
    /// How it came out.
    pub outcome: Outcome,
    /// What the sentence needs.
    pub params: BTreeMap<String, String>,
}

/// What came of the examination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Nothing is bad.
    pub valid: bool,
    /// SHA-256 of the release.
    pub release: String,
    /// What was checked, in order.
    pub checks: Vec<Check>,
}

impl Report {
    /// The report on bytes that could not be read at all.
    #[must_use]
    pub fn unreadable(fault: &Fault) -> Self {
        let mut seen = Seen::default();
        seen.tell(Outcome::Bad, fault.code, &[("subject", &fault.subject)]);
        Self {
            valid: false,
            release: String::new(),
            checks: seen.checks,
        }
    }
}

impl Evidence {
    /// What a package holds; its seal was verified when it was read. The second value names the
    /// files whose bytes are in it.
    ///
    /// # Errors
    /// `package_invalid` for parts that cannot be read.
    pub fn of(package: &Package) -> Result<Self, Fault> {
        let invalid = |what: &str| Fault::new(code::PACKAGE_INVALID, what);
        let all = |kind| package.of(kind).map(<[u8]>::to_vec).collect::<Vec<_>>();
        let mut releases = package.of(PartKind::Release);
        let release = releases.next().unwrap_or_default().to_vec();
        if releases.next().is_some() {
            return Err(invalid("release"));
        }
        let mut trail = Vec::new();
        for part in package.of(PartKind::Trail) {
            let lines: Vec<Line> = canonical::from_bytes(part).map_err(|_| invalid("trail"))?;
            trail.extend(lines);
        }
        Ok(Self {
            release_hash: package.head.release.clone(),
            release,
            files: package
                .parts
                .iter()
                .filter(|(part, _)| part.kind == PartKind::File)
                .map(|(part, _)| (part.sha256.clone(), part.sha256.clone()))
                .collect(),
            decisions: all(PartKind::Decision),
            comments: all(PartKind::Comments),
            sheets: package
                .parts
                .iter()
                .filter(|(part, _)| part.kind == PartKind::Sheet)
                .map(|(part, bytes)| (canonical::hash(bytes), part.name.clone()))
                .collect(),
            cards: all(PartKind::Key),
            revocations: all(PartKind::Revocation),
            trail,
            receipts: all(PartKind::Receipt),
            purpose: Some(package.head.purpose),
        })
    }
}

/// Examines.
#[must_use]
pub fn examine(evidence: &Evidence, beforehand: &Beforehand) -> Report {
    let mut seen = Seen::default();
    let release = seen.release(evidence);
    if let Some(release) = &release {
        seen.files(release, evidence);
    }
    let keys = seen.keys(evidence);
    let order = order_of(&evidence.trail);
    let decisions = seen.decisions(evidence, release.as_ref(), &keys, &order, beforehand);
    match evidence.purpose {
        Some(Purpose::Review) => seen.tell(Outcome::Note, "undecided", &[]),
        // Whether it is enough is for the desk the piece is from.
        Some(Purpose::Decision) => seen.remarks(&decisions),
        Some(Purpose::Proof) | None => {
            seen.verdict(&decisions, &order);
            seen.remarks(&decisions);
        }
    }
    seen.comments(evidence, &decisions);
    seen.sheets(evidence);
    let receipts = receipts_of(evidence);
    seen.trail(evidence, &decisions, &receipts, &order);
    if let Some(release) = &release {
        seen.receipts(release, &receipts, &order, evidence, beforehand);
    }
    Report {
        valid: seen
            .checks
            .iter()
            .all(|check| check.outcome != Outcome::Bad),
        release: evidence.release_hash.clone(),
        checks: seen.checks,
    }
}

/// What a signer is known by.
struct Known {
    card: Card,
    ended: Option<Ending>,
}

/// A decision that was verified, and the hash of its envelope.
struct Verified {
    decision: Decision,
    proof: String,
}

/// Where in the trail the proofs and the ends of keys stand.
#[derive(Default)]
struct Order {
    proofs: BTreeMap<String, u64>,
    ends: BTreeMap<String, u64>,
}

fn order_of(trail: &[Line]) -> Order {
    let mut order = Order::default();
    for line in trail {
        let Line::Open(entry) = line else { continue };
        if !entry.proof.is_empty() {
            order.proofs.entry(entry.proof.clone()).or_insert(entry.seq);
        }
        if entry.act == "key_end" {
            order.ends.entry(entry.key.clone()).or_insert(entry.seq);
        }
    }
    order
}

#[derive(Default)]
struct Seen {
    checks: Vec<Check>,
}

impl Seen {
    fn tell(&mut self, outcome: Outcome, code: &str, params: &[(&str, &dyn std::fmt::Display)]) {
        self.checks.push(Check {
            code: code.to_owned(),
            outcome,
            params: params
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.to_string()))
                .collect(),
        });
    }

    fn release(&mut self, evidence: &Evidence) -> Option<Release> {
        let hash = canonical::hash(&evidence.release);
        if hash != evidence.release_hash {
            self.tell(
                Outcome::Bad,
                "release_differs",
                &[("hash", &evidence.release_hash)],
            );
            return None;
        }
        match Release::from_bytes(&evidence.release) {
            Ok(release) => {
                let title = release
                    .languages
                    .get(&release.primary_lang)
                    .map(|text| text.title.clone())
                    .unwrap_or_default();
                let languages: Vec<&str> = release.languages.keys().map(String::as_str).collect();
                self.tell(
                    Outcome::Good,
                    "release",
                    &[
                        ("hash", &hash),
                        ("title", &title),
                        ("languages", &languages.join(", ")),
                    ],
                );
                Some(release)
            }
            Err(_) => {
                self.tell(Outcome::Bad, "release_invalid", &[("hash", &hash)]);
                None
            }
        }
    }

    fn files(&mut self, release: &Release, evidence: &Evidence) {
        let mut good = 0;
        for file in &release.attachments {
            match evidence.files.get(&file.sha256) {
                Some(found) if *found == file.sha256 => good += 1,
                Some(_) => self.tell(Outcome::Bad, "file_differs", &[("name", &file.name)]),
                None => self.tell(
                    Outcome::Note,
                    "file_absent",
                    &[("name", &file.name), ("hash", &file.sha256)],
                ),
            }
        }
        self.tell(
            Outcome::Good,
            "files",
            &[("count", &good), ("of", &release.attachments.len())],
        );
        let named: BTreeSet<&String> = release
            .attachments
            .iter()
            .map(|file| &file.sha256)
            .collect();
        for stray in evidence.files.keys().filter(|hash| !named.contains(hash)) {
            self.tell(Outcome::Bad, "file_stray", &[("hash", stray)]);
        }
    }

    fn keys(&mut self, evidence: &Evidence) -> BTreeMap<String, Known> {
        let mut keys = BTreeMap::new();
        for bytes in &evidence.cards {
            let card = Card::from_bytes(bytes);
            match card.and_then(|card| Ok((card.public()?.id(), card))) {
                Ok((id, card)) => {
                    keys.insert(id, Known { card, ended: None });
                }
                Err(_) => self.tell(Outcome::Bad, "key_invalid", &[]),
            }
        }
        for bytes in &evidence.revocations {
            let said: Result<Revocation, Fault> =
                Envelope::from_bytes(bytes).and_then(|envelope| envelope.peek());
            let known = said.ok().and_then(|said| keys.get_mut(&said.key));
            match known.map(|known| (Revocation::from_bytes(bytes, &known.card), known)) {
                Some((Ok(revocation), known)) => known.ended = Some(revocation.why),
                _ => self.tell(Outcome::Bad, "revocation_invalid", &[]),
            }
        }
        keys
    }

    fn decisions(
        &mut self,
        evidence: &Evidence,
        release: Option<&Release>,
        keys: &BTreeMap<String, Known>,
        order: &Order,
        beforehand: &Beforehand,
    ) -> Vec<Verified> {
        let mut verified = Vec::new();
        let mut told: BTreeSet<String> = BTreeSet::new();
        for bytes in &evidence.decisions {
            let signed = Signed::from_bytes(bytes);
            let said = signed.as_ref().map_err(Clone::clone).and_then(Signed::peek);
            let (Ok(signed), Ok(said)) = (signed, said) else {
                self.tell(Outcome::Bad, "decision_invalid", &[]);
                continue;
            };
            let who: [(&str, &dyn std::fmt::Display); 3] = [
                ("name", &said.name),
                ("at", &said.at),
                ("act", &said.act.as_str()),
            ];
            let known = keys.get(&said.key);
            let key = known.and_then(|known| known.card.public().ok());
            let (Some(known), Some(key)) = (known, key) else {
                self.tell(Outcome::Bad, "key_missing", &who);
                continue;
            };
            let Ok(decision) = signed.open(&key) else {
                self.tell(Outcome::Bad, "signature_wrong", &who);
                continue;
            };
            let other = release.is_some_and(|release| release.draft != decision.draft);
            if decision.release != evidence.release_hash || other {
                self.tell(Outcome::Bad, "decision_other_release", &who);
                continue;
            }
            if known.card.name != decision.name || known.card.owner != decision.owner {
                self.tell(
                    Outcome::Note,
                    "decision_other_name",
                    &[("name", &decision.name), ("card", &known.card.name)],
                );
            }
            self.tell(
                Outcome::Good,
                &format!("decision_{}", decision.act.as_str()),
                &who,
            );
            if decision.together > 1 {
                let count: (&str, &dyn std::fmt::Display) = ("count", &decision.together);
                self.tell(
                    Outcome::Note,
                    "together",
                    &[("name", &decision.name), count],
                );
            }
            if !beforehand.latest.is_empty() && decision.at > beforehand.latest {
                self.tell(Outcome::Bad, "decision_in_future", &who);
            }
            let proof = canonical::hash(bytes);
            if told.insert(decision.key.clone()) {
                self.trust(&decision, &key.fingerprint(), beforehand);
            }
            let ended = known
                .ended
                .or_else(|| beforehand.ended.get(&decision.key).copied());
            if let Some(ended) = ended {
                self.ended(&decision, &proof, ended, order);
            }
            verified.push(Verified { decision, proof });
        }
        verified
    }

    /// Who handed something in needs no trust; who decided does.
    fn trust(&mut self, decision: &Decision, fingerprint: &str, beforehand: &Beforehand) {
        let params: [(&str, &dyn std::fmt::Display); 2] =
            [("name", &decision.name), ("fingerprint", &fingerprint)];
        let decides = matches!(decision.act, Act::Approve | Act::Return);
        match &beforehand.trusted {
            Some(trusted) if trusted.contains(&decision.key) => {
                self.tell(Outcome::Good, "key_trusted", &params);
            }
            Some(_) if decides => self.tell(Outcome::Bad, "key_unknown", &params),
            _ => self.tell(Outcome::Note, "key_to_compare", &params),
        }
    }

    /// A key that ended vouches for what the trail knew before its end.
    fn ended(&mut self, decision: &Decision, proof: &str, ended: Ending, order: &Order) {
        let params: [(&str, &dyn std::fmt::Display); 2] =
            [("name", &decision.name), ("why", &ended.as_str())];
        let signed = order.proofs.get(proof);
        match (signed, order.ends.get(&decision.key)) {
            (Some(signed), Some(end)) if signed < end => {
                self.tell(Outcome::Note, "key_ended_later", &params);
            }
            (_, None) if ended != Ending::Lost => {
                self.tell(Outcome::Note, "key_ended_unordered", &params);
            }
            _ => self.tell(Outcome::Bad, "key_ended", &params),
        }
    }

    fn verdict(&mut self, decisions: &[Verified], order: &Order) {
        let of = |act: Act| decisions.iter().filter(move |one| one.decision.act == act);
        let approvers: BTreeSet<&String> = of(Act::Approve).map(|one| &one.decision.key).collect();
        let needed = of(Act::Approve)
            .map(|one| one.decision.needed)
            .max()
            .unwrap_or(1)
            .max(1);
        let count = approvers.len() as u64;
        // The urgent path sets the number aside, and is told below with its reason.
        let urgent = of(Act::Approve).any(|one| one.decision.urgent);
        let outcome = if count >= needed || urgent {
            Outcome::Good
        } else {
            Outcome::Bad
        };
        let word = if outcome == Outcome::Good {
            "approved"
        } else {
            "not_approved"
        };
        self.tell(outcome, word, &[("count", &count), ("needed", &needed)]);
        let place = |one: &Verified| order.proofs.get(&one.proof).copied().unwrap_or_default();
        let last_approved = of(Act::Approve).map(place).max().unwrap_or_default();
        for one in of(Act::Return).chain(of(Act::Withdraw)) {
            if place(one) > last_approved {
                let act = one.decision.act.as_str();
                self.tell(
                    Outcome::Bad,
                    "taken_back",
                    &[("act", &act), ("name", &one.decision.name)],
                );
            }
        }
    }

    /// Scans of signed sheets: the trail says which belong to this release.
    fn sheets(&mut self, evidence: &Evidence) {
        let mut noted = BTreeSet::new();
        for line in &evidence.trail {
            let Line::Open(entry) = line else { continue };
            if entry.act != "sheet" || entry.release != evidence.release_hash {
                continue;
            }
            noted.insert(&entry.proof);
            let params: [(&str, &dyn std::fmt::Display); 3] = [
                ("name", &entry.name),
                ("at", &entry.at),
                ("hash", &entry.proof),
            ];
            if evidence.sheets.contains_key(&entry.proof) {
                self.tell(Outcome::Good, "sheet", &params);
            } else {
                self.tell(Outcome::Note, "sheet_absent", &params);
            }
        }
        for (hash, name) in &evidence.sheets {
            if !noted.contains(hash) {
                self.tell(Outcome::Bad, "sheet_stray", &[("name", name)]);
            }
        }
    }

    /// What was written beside the decisions: signed with them, or not to be believed.
    fn comments(&mut self, evidence: &Evidence, decisions: &[Verified]) {
        let mut here: BTreeMap<String, &[u8]> = evidence
            .comments
            .iter()
            .map(|bytes| (canonical::hash(bytes), bytes.as_slice()))
            .collect();
        let mut seen = BTreeSet::new();
        for one in decisions.iter().map(|one| &one.decision) {
            if one.comments.is_empty() || !seen.insert(&one.comments) {
                continue;
            }
            let Some(bytes) = here.remove(&one.comments) else {
                self.tell(Outcome::Note, "comments_absent", &[("name", &one.name)]);
                continue;
            };
            match Comments::from_bytes(bytes) {
                Ok(read) if read.release == one.release && read.draft == one.draft => {
                    let count = read.comments.len() + read.answers.len();
                    let params: [(&str, &dyn std::fmt::Display); 2] =
                        [("name", &one.name), ("count", &count)];
                    self.tell(Outcome::Good, "comments", &params);
                }
                _ => self.tell(Outcome::Bad, "comments_invalid", &[("name", &one.name)]),
            }
        }
        if !here.is_empty() {
            self.tell(Outcome::Bad, "comments_stray", &[]);
        }
    }

    /// What was set aside, and is to be known.
    fn remarks(&mut self, decisions: &[Verified]) {
        let of = |act: Act| decisions.iter().filter(move |one| one.decision.act == act);
        let approvers: BTreeSet<&String> = of(Act::Approve).map(|one| &one.decision.key).collect();
        for one in of(Act::Submit).filter(|one| approvers.contains(&one.decision.key)) {
            self.tell(Outcome::Note, "same_key", &[("name", &one.decision.name)]);
        }
        for one in of(Act::Approve).filter(|one| one.decision.urgent) {
            self.tell(
                Outcome::Note,
                "urgent",
                &[("name", &one.decision.name), ("words", &one.decision.words)],
            );
        }
    }

    fn trail(
        &mut self,
        evidence: &Evidence,
        decisions: &[Verified],
        receipts: &[Noted],
        order: &Order,
    ) {
        let Some(first) = evidence.trail.first() else {
            self.tell(Outcome::Note, "trail_absent", &[]);
            return;
        };
        let desk = evidence.trail.iter().find_map(|line| match line {
            Line::Open(entry) => Some(entry.desk.clone()),
            Line::Closed { .. } => None,
        });
        let number = match first {
            Line::Open(entry) => entry.seq,
            Line::Closed { seq, .. } => *seq,
        };
        let mut walk = Walk::piece(&desk.unwrap_or_default(), number);
        for line in &evidence.trail {
            walk.line(line);
        }
        for one in decisions {
            walk.expect(&one.decision.trail);
        }
        for head in receipts.iter().filter_map(Noted::head) {
            walk.expect(head);
        }
        let head: Head = walk.head();
        let breaks = walk.breaks();
        for one in &breaks {
            self.tell(
                Outcome::Bad,
                "trail_broken",
                &[("seq", &one.seq), ("kind", &one.kind.as_str())],
            );
        }
        for one in decisions
            .iter()
            .filter(|one| !order.proofs.contains_key(&one.proof))
        {
            self.tell(
                Outcome::Bad,
                "trail_without",
                &[
                    ("name", &one.decision.name),
                    ("act", &one.decision.act.as_str()),
                ],
            );
        }
        if breaks.is_empty() {
            self.tell(
                Outcome::Good,
                "trail",
                &[("count", &evidence.trail.len()), ("head", &head.hash)],
            );
        }
    }

    fn receipts(
        &mut self,
        release: &Release,
        receipts: &[Noted],
        order: &Order,
        evidence: &Evidence,
        beforehand: &Beforehand,
    ) {
        for noted in receipts {
            let Some(receipt) = &noted.receipt else {
                self.tell(Outcome::Bad, "receipt_invalid", &[]);
                continue;
            };
            let params: [(&str, &dyn std::fmt::Display); 3] = [
                ("portal", &receipt.portal),
                ("at", &receipt.received_at),
                ("url", &receipt.url),
            ];
            let files: BTreeSet<&String> = release
                .attachments
                .iter()
                .map(|file| &file.sha256)
                .collect();
            let stored: BTreeSet<&String> = receipt.files.iter().collect();
            let same = receipt.format == Receipt::FORMAT
                && receipt.release == evidence.release_hash
                && receipt.draft == release.draft
                && files.is_subset(&stored);
            if !same {
                self.tell(Outcome::Bad, "receipt_differs", &params);
            } else if !order.proofs.contains_key(&noted.proof) {
                self.tell(Outcome::Bad, "receipt_not_in_trail", &params);
            } else {
                self.tell(Outcome::Good, "receipt", &params);
                self.signed_receipt(receipt, &noted.signed, beforehand);
            }
        }
    }

    fn signed_receipt(
        &mut self,
        receipt: &Receipt,
        signed: &Result<Option<(Stored, PublicKey)>, Fault>,
        beforehand: &Beforehand,
    ) {
        let portal: (&str, &dyn std::fmt::Display) = ("portal", &receipt.portal);
        match signed {
            Ok(Some((stored, key))) => {
                self.tell(Outcome::Good, "receipt_signed", &[portal]);
                if !beforehand.portals.contains(&key.id()) {
                    let fingerprint = key.fingerprint();
                    let params = [portal, ("fingerprint", &fingerprint)];
                    self.tell(Outcome::Note, "portal_to_compare", &params);
                }
                if stored.trail.is_none() {
                    self.tell(Outcome::Note, "receipt_without_trail", &[portal]);
                }
            }
            Ok(None) => self.tell(Outcome::Note, "receipt_unsigned", &[portal]),
            Err(_) => self.tell(Outcome::Bad, "receipt_signature_wrong", &[portal]),
        }
    }
}

/// A receipt as read, its hash, and what the portal signed of it.
struct Noted {
    receipt: Option<Receipt>,
    proof: String,
    signed: Result<Option<(Stored, PublicKey)>, Fault>,
}

impl Noted {
    /// Where the desk's trail stood, as the portal vouches.
    fn head(&self) -> Option<&Head> {
        let (stored, _) = self.signed.as_ref().ok()?.as_ref()?;
        stored.trail.as_ref()
    }
}

fn receipts_of(evidence: &Evidence) -> Vec<Noted> {
    evidence
        .receipts
        .iter()
        .map(|bytes| {
            let receipt = canonical::from_bytes::<Receipt>(bytes).ok();
            Noted {
                signed: receipt.as_ref().map_or(Ok(None), Receipt::statement),
                proof: canonical::hash(bytes),
                receipt,
            }
        })
        .collect()
}
