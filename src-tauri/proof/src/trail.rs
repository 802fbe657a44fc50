//! The audit trail: entries, each of which holds the hash of the one before it.
//!
//! A changed, removed, swapped or inserted entry breaks the chain. A chain that was made anew from
//! some entry on no longer holds the heads that persons and portals signed since.

use serde::{Deserialize, Serialize};

use crate::canonical;
use crate::decision::Head;
use crate::fault::Fault;

/// The value of `format` in an entry.
pub const TRAIL_FORMAT: &str = "qalam-trail/1";
/// The hash before the first entry.
pub const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One entry. Its hash is the SHA-256 of its canonical bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Always [`TRAIL_FORMAT`].
    pub format: String,
    /// The desk whose trail it is.
    pub desk: String,
    /// Its number, from 1, without gaps.
    pub seq: u64,
    /// Hash of the entry before; [`NOTHING`] in the first.
    pub prev: String,
    /// What was done: `submit`, `approve`, `return`, `withdraw`, `void`, `receive`, `sheet`, `key_new`,
    /// `key_trust`, `key_end`, `rules`, `export`.
    pub act: String,
    /// The draft concerned, or empty.
    pub draft: String,
    /// The release concerned, or empty.
    pub release: String,
    /// Id of the person, or empty.
    pub person: String,
    /// The person's name then, or the portal's.
    pub name: String,
    /// Id of the key used or concerned, or empty.
    pub key: String,
    /// When, by the clock of the desk.
    pub at: String,
    /// The note or reason given.
    pub words: String,
    /// SHA-256 of the signed statement or the receipt that belongs to it, or empty.
    pub proof: String,
}

impl Entry {
    /// Its canonical bytes.
    ///
    /// # Errors
    /// `not_canonical` for a number beyond 2^53.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Fault> {
        canonical::to_bytes(self)
    }

    /// Its hash.
    ///
    /// # Errors
    /// As [`Entry::to_bytes`].
    pub fn hash(&self) -> Result<String, Fault> {
        Ok(canonical::hash(&self.to_bytes()?))
    }
}

/// One line of an exported trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Line {
    /// An entry.
    Open(Box<Entry>),
    /// The place of an entry that is about something else, and not shown.
    Closed {
        /// Its number.
        seq: u64,
        /// Its hash.
        hash: String,
    },
}

/// What is wrong with a trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// The number of the entry at which it shows.
    pub seq: u64,
    /// How it shows.
    pub kind: BreakKind,
}

/// How tampering with a trail shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakKind {
    /// An entry is not as it was written: its hash is another.
    Altered,
    /// It does not follow the one before: something was removed, inserted or swapped.
    Unlinked,
    /// It belongs to another desk.
    Foreign,
    /// A head that was signed is not in the trail: what was written since was made anew, or cut off.
    HeadGone,
}

impl BreakKind {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            BreakKind::Altered => "altered",
            BreakKind::Unlinked => "unlinked",
            BreakKind::Foreign => "foreign",
            BreakKind::HeadGone => "head_gone",
        }
    }
}

/// Follows a trail entry by entry.
#[derive(Clone, Debug)]
pub struct Walk {
    desk: String,
    seq: u64,
    hash: String,
    /// Whether the link to the next entry can be known: not at the beginning of a piece.
    linked: bool,
    breaks: Vec<Break>,
    heads: Vec<String>,
    first: u64,
}

impl Walk {
    /// From the first entry of a desk's trail.
    #[must_use]
    pub fn whole(desk: &str) -> Self {
        Self {
            desk: desk.to_owned(),
            seq: 0,
            hash: NOTHING.to_owned(),
            linked: true,
            breaks: Vec::new(),
            heads: vec![NOTHING.to_owned()],
            first: 0,
        }
    }

    /// From somewhere in the middle, where `first` is the number of the first entry seen.
    #[must_use]
    pub fn piece(desk: &str, first: u64) -> Self {
        let mut walk = Self::whole(desk);
        if first > 1 {
            walk.seq = first - 1;
            walk.first = first - 1;
            walk.linked = false;
            walk.heads = vec![String::new()];
        }
        walk
    }

    /// The next entry, with the hash that was kept beside it, where one was.
    pub fn step(&mut self, entry: &Entry, kept: Option<&str>) {
        let hash = entry.hash().unwrap_or_default();
        let seq = entry.seq;
        if kept.is_some_and(|kept| kept != hash) {
            self.note(seq, BreakKind::Altered);
        }
        if entry.desk != self.desk || entry.format != TRAIL_FORMAT {
            self.note(seq, BreakKind::Foreign);
        }
        let linked = !self.linked || entry.prev == self.hash;
        if seq != self.seq + 1 || !linked {
            self.note(seq, BreakKind::Unlinked);
        }
        self.arrive(seq, hash);
    }

    /// A line of an exported trail.
    pub fn line(&mut self, line: &Line) {
        match line {
            Line::Open(entry) => self.step(entry, None),
            Line::Closed { seq, hash } => {
                if *seq != self.seq + 1 {
                    self.note(*seq, BreakKind::Unlinked);
                }
                self.arrive(*seq, hash.clone());
            }
        }
    }

    /// A head that was signed: it must be in the trail. Heads from before a piece are unknown there.
    pub fn expect(&mut self, head: &Head) {
        if head.desk != self.desk || head.seq < self.first {
            return;
        }
        let found = usize::try_from(head.seq - self.first)
            .ok()
            .and_then(|place| self.heads.get(place));
        // Of the place before a piece only the link from its first entry tells.
        let unknown = head.seq == self.first && found.is_some_and(String::is_empty);
        if !unknown && found != Some(&head.hash) {
            self.note(head.seq, BreakKind::HeadGone);
        }
    }

    /// Where the trail stands.
    #[must_use]
    pub fn head(&self) -> Head {
        Head {
            desk: self.desk.clone(),
            seq: self.seq,
            hash: self.hash.clone(),
        }
    }

    /// What is wrong with it.
    #[must_use]
    pub fn breaks(self) -> Vec<Break> {
        self.breaks
    }

    fn arrive(&mut self, seq: u64, hash: String) {
        self.seq = seq;
        self.hash.clone_from(&hash);
        self.heads.push(hash);
        self.linked = true;
    }

    fn note(&mut self, seq: u64, kind: BreakKind) {
        self.breaks.push(Break { seq, kind });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESK: &str = "0190a5b0-0000-7000-8000-00000000d35c";

    fn trail(count: u64) -> Vec<(Entry, String)> {
        let mut prev = NOTHING.to_owned();
        (1..=count)
            .map(|seq| {
                let entry = Entry {
                    format: TRAIL_FORMAT.to_owned(),
                    desk: DESK.to_owned(),
                    seq,
                    prev: prev.clone(),
                    act: "submit".to_owned(),
                    draft: format!("draft {seq}"),
                    release: String::new(),
                    person: String::new(),
                    name: "Sample Officer".to_owned(),
                    key: String::new(),
                    at: "2026-11-22T10:00:00.000Z".to_owned(),
                    words: String::new(),
                    proof: String::new(),
                };
                prev = entry.hash().unwrap();
                (entry, prev.clone())
            })
            .collect()
    }

    fn breaks(entries: &[(Entry, String)], heads: &[Head]) -> Vec<(u64, BreakKind)> {
        let mut walk = Walk::whole(DESK);
        for (entry, hash) in entries {
            walk.step(entry, Some(hash));
        }
        for head in heads {
            walk.expect(head);
        }
        walk.breaks()
            .into_iter()
            .map(|one| (one.seq, one.kind))
            .collect()
    }

    /// A chain made anew, as somebody with the database could.
    fn relink(entries: &mut [(Entry, String)]) {
        let mut prev = NOTHING.to_owned();
        for (number, (entry, hash)) in entries.iter_mut().enumerate() {
            entry.seq = number as u64 + 1;
            entry.prev.clone_from(&prev);
            prev = entry.hash().unwrap();
            hash.clone_from(&prev);
        }
    }

    #[test]
    fn tampering_shows() {
        let whole = trail(6);
        let signed = [Head {
            desk: DESK.to_owned(),
            seq: 4,
            hash: whole[3].1.clone(),
        }];
        assert_eq!(breaks(&whole, &signed), []);
        let mut altered = whole.clone();
        altered[2].0.words = "No.".to_owned();
        assert_eq!(
            breaks(&altered, &signed),
            [(3, BreakKind::Altered), (4, BreakKind::Unlinked)]
        );
        let mut removed = whole.clone();
        removed.remove(2);
        assert_eq!(breaks(&removed, &[])[0], (4, BreakKind::Unlinked));
        let mut swapped = whole.clone();
        swapped.swap(1, 2);
        assert!(!breaks(&swapped, &[]).is_empty());
        let mut inserted = whole.clone();
        inserted.insert(3, whole[0].clone());
        assert!(!breaks(&inserted, &[]).is_empty());
        // Made anew so that the chain is whole again: the signed head tells.
        type Tamper = fn(&mut Vec<(Entry, String)>);
        let tampered: [Tamper; 4] = [
            |entries| drop(entries.remove(2)),
            |entries| entries.swap(1, 2),
            |entries| entries.insert(1, entries[0].clone()),
            |entries| entries[0].0.words = "No.".to_owned(),
        ];
        for tamper in tampered {
            let mut entries = whole.clone();
            tamper(&mut entries);
            relink(&mut entries);
            assert_eq!(breaks(&entries, &[]), []);
            assert_eq!(breaks(&entries, &signed), [(4, BreakKind::HeadGone)]);
        }
        // The end cut off.
        assert_eq!(breaks(&whole[..3], &signed), [(4, BreakKind::HeadGone)]);
    }

    #[test]
    fn a_piece_of_a_trail_is_followed_with_others_closed() {
        let whole = trail(6);
        let lines: Vec<Line> = whole
            .iter()
            .skip(1)
            .map(|(entry, hash)| match entry.seq {
                3 | 4 => Line::Closed {
                    seq: entry.seq,
                    hash: hash.clone(),
                },
                _ => Line::Open(Box::new(entry.clone())),
            })
            .collect();
        let follow = |lines: &[Line]| {
            let mut walk = Walk::piece(DESK, 2);
            for line in lines {
                walk.line(line);
            }
            for place in [0, 3] {
                walk.expect(&Head {
                    desk: DESK.to_owned(),
                    seq: place + 1,
                    hash: whole[usize::try_from(place).unwrap()].1.clone(),
                });
            }
            walk.breaks()
        };
        assert_eq!(follow(&lines), []);
        let mut cut = lines.clone();
        cut.remove(2);
        assert!(!follow(&cut).is_empty());
        let mut other = lines;
        other[2] = Line::Closed {
            seq: 4,
            hash: NOTHING.to_owned(),
        };
        assert!(!follow(&other).is_empty());
    }
}
