//! One signature under many approvals, each of which is proven on its own afterwards.
//!
//! What is signed is the root of a Merkle tree (RFC 6962, section 2.1, with SHA-256) over the lines
//! of a manifest, one line per release. A *share* is the signed statement with one of the lines and
//! the way from it to the root. It is small however many releases were approved together, and says
//! nothing of the others.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::canonical::{self, hex};
use crate::decision::{Act, Decision, Head};
use crate::envelope::{Envelope, Statement};
use crate::fault::{Fault, code};
use crate::key::{PublicKey, SigningKey};

/// Most releases under one signature.
pub const MAX_BATCH: usize = 10_000;

/// One line of a manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestLine {
    /// The draft.
    pub draft: String,
    /// How many approvals the rules of the house asked for.
    pub needed: u64,
    /// SHA-256 of the release.
    pub release: String,
}

/// The signed statement: every release of the manifest is approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// Always [`Batch::FORMAT`].
    pub format: String,
    /// The root over the lines of the manifest.
    pub root: String,
    /// How many lines there are.
    pub count: u64,
    /// Id of the key it is signed with.
    pub key: String,
    /// The person's name.
    pub name: String,
    /// The person's role at the desk.
    pub role: String,
    /// The state or institution the person speaks for.
    pub owner: String,
    /// When, by the clock of the desk. Nothing is decided by it.
    pub at: String,
    /// The comment; may be empty.
    pub words: String,
    /// Where the audit trail of the desk stood.
    pub trail: Head,
}

impl Statement for Batch {
    const TYPE: &'static str = "application/vnd.qalam.batch+json";
    const FORMAT: &'static str = "qalam-batch/1";
    fn format(&self) -> &str {
        &self.format
    }
}

/// A signed batch with one of its lines and the way to the root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The signed statement.
    batch: Envelope,
    /// The place of the line in the manifest, from 0.
    index: u64,
    line: ManifestLine,
    /// The hashes beside the way, from the leaf up.
    path: Vec<String>,
}

type Hash = [u8; 32];

fn leaf(line: &ManifestLine) -> Result<Hash, Fault> {
    let bytes = canonical::to_bytes(line)?;
    Ok(Sha256::new()
        .chain_update([0])
        .chain_update(bytes)
        .finalize()
        .into())
}

fn node(left: &Hash, right: &Hash) -> Hash {
    Sha256::new()
        .chain_update([1])
        .chain_update(left)
        .chain_update(right)
        .finalize()
        .into()
}

/// The largest power of two below `count`, which is at least 2.
const fn split(count: usize) -> usize {
    1 << (usize::BITS - 1 - (count - 1).leading_zeros())
}

/// The root over leaves, and for each of them the hashes beside its way, from the leaf up; `None` for
/// no leaves.
fn tree(leaves: &[Hash]) -> Option<(Hash, Vec<Vec<Hash>>)> {
    match leaves {
        [] => None,
        [one] => Some((*one, vec![Vec::new()])),
        many => {
            let (left, right) = many.split_at_checked(split(many.len()))?;
            let (left, mut ways) = tree(left)?;
            let (right, mut others) = tree(right)?;
            ways.iter_mut().for_each(|way| way.push(right));
            others.iter_mut().for_each(|way| way.push(left));
            ways.append(&mut others);
            Some((node(&left, &right), ways))
        }
    }
}

/// The root that a leaf and the hashes beside its way lead to; `None` when they do not fit.
fn climb(leaf: Hash, index: usize, count: usize, beside: &[Hash]) -> Option<Hash> {
    if count < 2 {
        return (index == 0 && count == 1 && beside.is_empty()).then_some(leaf);
    }
    let (top, below) = beside.split_last()?;
    let middle = split(count);
    if index < middle {
        Some(node(&climb(leaf, index, middle, below)?, top))
    } else {
        let under = climb(leaf, index - middle, count - middle, below)?;
        Some(node(top, &under))
    }
}

fn unhex(text: &str) -> Option<Hash> {
    let mut out = [0; 32];
    let mut digits = text.bytes().map(|digit| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    });
    for byte in &mut out {
        *byte = digits.next()?? << 4 | digits.next()??;
    }
    digits.next().is_none().then_some(out)
}

/// Signs the approval of many releases at once. `batch` says everything but root and count, which
/// are filled in. Gives one share per line, in their order.
///
/// # Errors
/// `not_approved` for no line or more than [`MAX_BATCH`].
pub fn sign(
    mut batch: Batch,
    manifest: &[ManifestLine],
    key: &SigningKey,
) -> Result<Vec<Share>, Fault> {
    let wrong = || Fault::new(code::NOT_APPROVED, "manifest");
    if manifest.len() > MAX_BATCH {
        return Err(wrong());
    }
    let leaves = manifest
        .iter()
        .map(leaf)
        .collect::<Result<Vec<Hash>, _>>()?;
    let (root, ways) = tree(&leaves).ok_or_else(wrong)?;
    batch.root = hex(&root);
    batch.count = leaves.len() as u64;
    let signed = Envelope::sign(&batch, &[key])?;
    Ok(manifest
        .iter()
        .zip(ways)
        .enumerate()
        .map(|(index, (line, way))| Share {
            batch: signed.clone(),
            index: index as u64,
            line: line.clone(),
            path: way.iter().map(|hash| hex(hash)).collect(),
        })
        .collect())
}

impl Share {
    /// The share as it is stored and sent.
    ///
    /// # Errors
    /// `not_canonical` for a place beyond 2^53.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Fault> {
        canonical::to_bytes(self)
    }

    pub(crate) fn signers(&self) -> impl Iterator<Item = &str> {
        self.batch.signers()
    }

    pub(crate) fn open(&self, key: &PublicKey) -> Result<Decision, Fault> {
        self.decision(self.batch.open(key)?)
    }

    pub(crate) fn peek(&self) -> Result<Decision, Fault> {
        self.decision(self.batch.peek()?)
    }

    /// What the batch says about this release, once the line is found to be in its manifest.
    fn decision(&self, batch: Batch) -> Result<Decision, Fault> {
        let wrong = || Fault::new(code::ENVELOPE_INVALID, "manifest");
        let place = |number: u64| usize::try_from(number).map_err(|_| wrong());
        let beside = self
            .path
            .iter()
            .map(|hash| unhex(hash))
            .collect::<Option<Vec<Hash>>>()
            .ok_or_else(wrong)?;
        let (index, count) = (place(self.index)?, place(batch.count)?);
        // Deeper than any tree that is signed: nobody's.
        if index >= count || count > MAX_BATCH {
            return Err(wrong());
        }
        let found = climb(leaf(&self.line)?, index, count, &beside).ok_or_else(wrong)?;
        if hex(&found) != batch.root {
            return Err(wrong());
        }
        Ok(Decision {
            format: Decision::FORMAT.to_owned(),
            release: self.line.release.clone(),
            draft: self.line.draft.clone(),
            act: Act::Approve,
            key: batch.key,
            name: batch.name,
            role: batch.role,
            owner: batch.owner,
            at: batch.at,
            words: batch.words,
            urgent: false,
            needed: self.line.needed,
            trail: batch.trail,
            comments: String::new(),
            together: batch.count,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(count: u8) -> Vec<Hash> {
        (0..count).map(|n| [n; 32]).collect()
    }

    /// The numbers of RFC 6962, section 2.1.3: a tree of seven leaves.
    #[test]
    fn the_tree_has_the_shape_of_the_standard() {
        let d = leaves(7);
        let (top, ways) = tree(&d).unwrap();
        let ef = node(&d[4], &d[5]);
        let (ab, cd) = (node(&d[0], &d[1]), node(&d[2], &d[3]));
        let (abcd, efg) = (node(&ab, &cd), node(&ef, &d[6]));
        assert_eq!(top, node(&abcd, &efg));
        assert_eq!(ways[0], [d[1], cd, efg]);
        assert_eq!(ways[3], [d[2], ab, efg]);
        assert_eq!(ways[4], [d[5], d[6], abcd]);
        assert_eq!(ways[6], [ef, abcd]);
    }

    #[test]
    fn every_leaf_of_every_tree_leads_to_its_root_and_to_no_other() {
        for count in 1..=33_u8 {
            let d = leaves(count);
            let (top, ways) = tree(&d).unwrap();
            let count = usize::from(count);
            for (index, beside) in ways.iter().enumerate() {
                assert_eq!(climb(d[index], index, count, beside), Some(top));
                assert_ne!(climb([99; 32], index, count, beside), Some(top));
                for other in (0..count).filter(|other| *other != index) {
                    assert_ne!(climb(d[index], other, count, beside), Some(top));
                }
                let longer = [beside.as_slice(), &[[7; 32]]].concat();
                assert_ne!(climb(d[index], index, count, &longer), Some(top));
            }
        }
        assert_eq!(tree(&[]), None);
    }
}
