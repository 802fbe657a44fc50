//! One signature under many approvals, each of them proven by itself.

use qalam_proof::batch::{self, Batch, ManifestLine, Share};
use qalam_proof::canonical;
use qalam_proof::decision::{Act, Signed};
use qalam_proof::envelope::Statement as _;
use qalam_proof::sent::Sent;
use serde_json::Value;

use crate::{AT, Trail, card, key, release, release_draft};

fn hash() -> String {
    canonical::hash(&release().to_bytes().unwrap())
}

/// Our release among others, all approved with one signature; ours is the third.
pub fn shares(count: usize) -> Vec<Share> {
    let lines: Vec<ManifestLine> = (0..count)
        .map(|n| ManifestLine {
            draft: if n == 2 {
                release_draft()
            } else {
                format!("draft {n}")
            },
            needed: 1,
            release: if n == 2 {
                hash()
            } else {
                canonical::hash(&[0, u8::try_from(n).unwrap()])
            },
        })
        .collect();
    let trail = Trail {
        entries: Vec::new(),
    };
    let batch = Batch {
        format: Batch::FORMAT.to_owned(),
        root: String::new(),
        count: 0,
        key: key(2).public().id(),
        name: "Sample Officer".to_owned(),
        role: "both".to_owned(),
        owner: "MA".to_owned(),
        at: AT.to_owned(),
        words: "Read.".to_owned(),
        trail: trail.head(),
    };
    batch::sign(batch, &lines, &key(2)).unwrap()
}

#[test]
fn each_release_is_proven_by_itself() {
    let shares = shares(200);
    for (n, share) in shares.iter().enumerate() {
        let bytes = share.to_bytes().unwrap();
        assert!(bytes.len() < 2_500, "small however many: {}", bytes.len());
        let signed = Signed::from_bytes(&bytes).unwrap();
        assert_eq!(signed.signer(), key(2).public().id());
        let said = signed.open(&key(2).public()).unwrap();
        assert_eq!(
            (said.act, said.together, said.urgent),
            (Act::Approve, 200, false)
        );
        assert_eq!(said.release == hash(), n == 2);
        assert!(signed.open(&key(1).public()).is_err());
    }
    let sent = Sent {
        approvals: vec![serde_json::from_slice(&shares[2].to_bytes().unwrap()).unwrap()],
        keys: vec![serde_json::from_slice(&card(&key(2), "Sample Officer")).unwrap()],
        trail: None,
    };
    assert_eq!(sent.check(&hash(), &release_draft()).unwrap().len(), 1);
    assert!(sent.check(&"0".repeat(64), &release_draft()).is_err());
}

#[test]
fn a_share_changed_anywhere_proves_nothing() {
    let shares = shares(7);
    let right: Value = serde_json::from_slice(&shares[2].to_bytes().unwrap()).unwrap();
    let other: Value = serde_json::from_slice(&shares[3].to_bytes().unwrap()).unwrap();
    type Tamper<'a> = &'a dyn Fn(&mut Value);
    let tampered: &[Tamper<'_>] = &[
        &|share| share["index"] = 3.into(),
        &|share| share["index"] = 7.into(),
        &|share| share["index"] = (1_u64 << 53).into(),
        &|share| share["line"] = other["line"].clone(),
        &|share| share["line"]["needed"] = 0.into(),
        &|share| share["line"]["draft"] = "another".into(),
        &|share| share["path"] = other["path"].clone(),
        &|share| share["path"].as_array_mut().unwrap().truncate(2),
        &|share| {
            share["path"]
                .as_array_mut()
                .unwrap()
                .push("00".repeat(32).into())
        },
        &|share| share["path"][0] = "zz".into(),
        &|share| share["path"][0] = "\u{e9}".repeat(32).into(),
    ];
    for (n, tamper) in tampered.iter().enumerate() {
        let mut share = right.clone();
        tamper(&mut share);
        let bytes = canonical::canonicalize(&share).unwrap();
        let opened = Signed::from_bytes(&bytes).and_then(|signed| signed.open(&key(2).public()));
        assert!(opened.is_err(), "case {n}");
    }
    // Any byte of it.
    let bytes = shares[2].to_bytes().unwrap();
    for place in 0..bytes.len() {
        let mut bytes = bytes.clone();
        bytes[place] ^= 1;
        let opened = Signed::from_bytes(&bytes).and_then(|signed| signed.open(&key(2).public()));
        assert!(opened.is_err(), "byte {place}");
    }
}
