//! What a portal can check of what a desk sends along.

use qalam_proof::canonical;
use qalam_proof::decision::Act;
use qalam_proof::sent::Sent;
use serde_json::Value;

use crate::{Trail, card, key, release, release_draft};

fn value(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

fn hash() -> String {
    canonical::hash(&release().to_bytes().unwrap())
}

/// Approvals by these keys, each asking for so many.
fn sent(act: Act, by: &[u8], needed: u64, of: &str) -> Sent {
    let mut trail = Trail {
        entries: Vec::new(),
    };
    Sent {
        approvals: by
            .iter()
            .map(|n| value(&trail.say(act, &key(*n), of, needed)))
            .collect(),
        keys: by
            .iter()
            .map(|n| value(&card(&key(*n), "Sample Officer")))
            .collect(),
        trail: Some(trail.head()),
    }
}

#[test]
fn what_a_portal_accepts_and_what_it_does_not() {
    let (right, draft) = (hash(), release_draft());
    let fault = |sent: &Sent| sent.check(&right, &draft).unwrap_err().code;
    let one = sent(Act::Approve, &[2], 1, &right);
    let found = one.check(&right, &draft).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].fingerprint, key(2).public().fingerprint());
    assert_eq!(
        sent(Act::Approve, &[2, 3], 2, &right)
            .check(&right, &draft)
            .unwrap()
            .len(),
        2
    );
    assert_eq!(fault(&sent(Act::Approve, &[], 1, &right)), "not_approved");
    assert_eq!(fault(&sent(Act::Approve, &[2], 2, &right)), "not_approved");
    assert_eq!(
        fault(&sent(Act::Approve, &[2, 2], 2, &right)),
        "not_approved",
        "one key twice"
    );
    assert_eq!(fault(&sent(Act::Submit, &[2], 1, &right)), "not_approved");
    let other = "0".repeat(64);
    assert_eq!(fault(&sent(Act::Approve, &[2], 1, &other)), "not_approved");
    assert_eq!(
        one.check(&right, "another draft").unwrap_err().code,
        "not_approved"
    );
    let mut without = one.clone();
    without.keys.clear();
    assert_eq!(fault(&without), "key_invalid");
    let mut forged = one.clone();
    forged.approvals[0]["signatures"][0]["sig"] =
        sent(Act::Approve, &[3], 1, &right).approvals[0]["signatures"][0]["sig"].clone();
    assert_eq!(fault(&forged), "signature_wrong");
    let mut nothing = one;
    nothing.approvals[0] = Value::Null;
    assert_eq!(fault(&nothing), "envelope_invalid");
}
