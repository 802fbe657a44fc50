#![no_main]
//! Any bytes as a review package; and any parts sealed into one with a real key, so that what stands behind the seal
//! is reached. Nothing that is not a release with its hash is ever valid.
use libfuzzer_sys::fuzz_target;
use qalam_proof::canonical;
use qalam_proof::envelope::{Envelope, Statement};
use qalam_proof::examine::{Beforehand, Evidence, examine};
use qalam_proof::key::{Card, SigningKey};
use qalam_proof::package::{PackageHead, Part, PartKind, Purpose, read, write};
use std::io::{Cursor, Read};

const KINDS: [PartKind; 8] = [
    PartKind::Release,
    PartKind::Base,
    PartKind::Key,
    PartKind::Revocation,
    PartKind::Decision,
    PartKind::Trail,
    PartKind::Receipt,
    PartKind::File,
];

fuzz_target!(|bytes: &[u8]| {
    look(bytes, None);
    let Some((first, rest)) = bytes.split_first() else { return };
    let key = SigningKey::from_seed(&[7; 32]);
    let purpose = [Purpose::Review, Purpose::Decision, Purpose::Proof][usize::from(first % 3)];
    let mut bodies = vec![(PartKind::Key, card(&key))];
    for piece in rest.split(|byte| *byte == 0).take(12) {
        let Some((kind, body)) = piece.split_first() else { continue };
        bodies.push((KINDS[usize::from(kind % 8)], body.to_vec()));
    }
    let release = bodies.iter().find(|(kind, _)| *kind == PartKind::Release);
    let release = canonical::hash(release.map_or(&[][..], |(_, body)| body));
    let head = PackageHead {
        purpose,
        id: "0190a5b0-0000-7000-8000-000000000001".to_owned(),
        made_at: String::new(),
        key: key.public().id(),
        draft: "01890000-0000-7000-8000-000000000001".to_owned(),
        release,
        base: String::new(),
        title: String::new(),
        words: String::new(),
        parts: bodies
            .iter()
            .map(|(kind, body)| Part {
                kind: *kind,
                name: String::new(),
                bytes: body.len() as u64,
                sha256: canonical::hash(body),
            })
            .collect(),
    };
    let mut sealed = Vec::new();
    let opened = write(&mut sealed, &head, &key, |number, _| {
        Ok(Box::new(Cursor::new(bodies[number].1.clone())) as Box<dyn Read>)
    });
    if opened.is_ok() {
        look(&sealed, Some(purpose));
    }
});

fn look(bytes: &[u8], purpose: Option<Purpose>) {
    let Ok(package) = read(bytes, |_, _| Ok(())) else { return };
    let Ok(evidence) = Evidence::of(&package) else { return };
    let report = examine(&evidence, &Beforehand::default());
    if report.valid {
        assert_eq!(canonical::hash(&evidence.release), report.release);
        // Nobody signed what the fuzzer made up.
        assert_ne!(purpose, Some(Purpose::Proof));
    }
}

fn card(of: &SigningKey) -> Vec<u8> {
    let card = Card {
        format: Card::FORMAT.to_owned(),
        key: of.public().to_text(),
        label: "1".to_owned(),
        name: "Sample Officer".to_owned(),
        owner: "MA".to_owned(),
        made_at: String::new(),
        recovery: String::new(),
        follows: String::new(),
        sealing: String::new(),
    };
    Envelope::sign(&card, &[of]).and_then(|card| card.to_bytes()).unwrap_or_default()
}
