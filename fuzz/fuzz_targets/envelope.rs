#![no_main]
//! Any bytes as a signed statement, a share of one, comments, a card, the end of a key, an entry of a trail, lines on paper. Whatever is read
//! as canonical is written again as the very same bytes; nothing opens by a key that signed nothing.
use libfuzzer_sys::fuzz_target;
use qalam_proof::canonical::{self, Release};
use qalam_proof::comments::Comments;
use qalam_proof::decision::{Decision, Signed};
use qalam_proof::envelope::Envelope;
use qalam_proof::key::{Card, Revocation, SigningKey};
use qalam_proof::trail::Line;

fuzz_target!(|bytes: &[u8]| {
    let nobody = SigningKey::from_seed(&[9; 32]).public();
    if let Ok(envelope) = Envelope::from_bytes(bytes) {
        assert_eq!(envelope.to_bytes().ok().as_deref(), Some(bytes));
        assert!(envelope.open::<Decision>(&nobody).is_err());
        let _ = envelope.peek::<Decision>();
    }
    if let Ok(signed) = Signed::from_bytes(bytes) {
        assert!(signed.open(&nobody).is_err());
        let _ = signed.peek();
    }
    if let Ok(comments) = Comments::from_bytes(bytes) {
        assert_eq!(comments.to_bytes().ok().as_deref(), Some(bytes));
    }
    if let Ok(card) = Card::from_bytes(bytes) {
        assert!(card.public().is_ok());
        let _ = Revocation::from_bytes(bytes, &card);
    }
    if let Ok(release) = Release::from_bytes(bytes) {
        assert_eq!(release.to_bytes().ok().as_deref(), Some(bytes));
    }
    if let Ok(lines) = canonical::from_bytes::<Vec<Line>>(bytes) {
        assert_eq!(canonical::to_bytes(&lines).ok().as_deref(), Some(bytes));
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(seed) = qalam_proof::paper::read(text)
    {
        assert_eq!(qalam_proof::paper::read(&qalam_proof::paper::write(&seed)), Ok(seed));
    }
});
