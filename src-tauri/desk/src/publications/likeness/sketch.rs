//! How much of two texts is the same, from a few numbers kept with each.
//!
//! A sketch is a one-permutation MinHash over runs of [`RUN`] folded words (Li, Owen, Zhang 2012,
//! with the rotation of Shrivastava and Li 2014 for empty bins): the share of equal numbers is an
//! estimate of the share of equal runs, within some six per cent.

use qalam_content::fold::fold;

/// Numbers in a sketch.
pub const SIZE: usize = 64;
/// Words in one run.
const RUN: usize = 5;
/// A text of fewer words says too little.
const MIN_WORDS: usize = 40;
/// Numbers that make one key by which likely equals are found: with sixteen keys of four, texts of
/// which eight tenths are the same are practically always found, and of which three tenths are,
/// rarely.
const PER_KEY: usize = 4;

const SEED: u64 = 0x9E37_79B9_7F4A_7C15;

/// The sketch of a text; empty when the text is too short to compare.
#[must_use]
pub fn sketch(text: &str) -> Vec<u32> {
    let mut bins = [None::<u32>; SIZE];
    let mut run = [0_u64; RUN];
    let mut words = 0_usize;
    let mut word = None::<u64>;
    for c in fold(text).chars().chain([' ']) {
        if c.is_alphanumeric() {
            word = Some(mix(word.unwrap_or(SEED) ^ u64::from(u32::from(c))));
            continue;
        }
        let Some(ended) = word.take() else { continue };
        run.rotate_left(1);
        if let Some(last) = run.last_mut() {
            *last = ended;
        }
        words += 1;
        if words < RUN {
            continue;
        }
        let hash = run.iter().fold(SEED, |all, one| mix(all ^ one));
        let place = usize::try_from(hash >> 58).unwrap_or(0);
        let value = u32::try_from(hash & 0xFFFF_FFFF).unwrap_or(0);
        if let Some(bin) = bins.get_mut(place) {
            *bin = Some(bin.map_or(value, |least| least.min(value)));
        }
    }
    if words < MIN_WORDS {
        return Vec::new();
    }
    // An empty bin takes the value of the next full one, changed by how far that was.
    (0..SIZE)
        .map(|place| {
            (0..SIZE)
                .find_map(|far| {
                    let value = (*bins.get((place + far) % SIZE)?)?;
                    Some(value.wrapping_add(u32::try_from(far).ok()?.wrapping_mul(0x9E37_79B9)))
                })
                .unwrap_or(0)
        })
        .collect()
}

/// How much of two texts is the same, from 0 to 1; `None` when one of them has no sketch.
#[must_use]
pub fn alike(a: &[u32], b: &[u32]) -> Option<f32> {
    if a.len() != SIZE || b.len() != SIZE {
        return None;
    }
    let equal = a.iter().zip(b).filter(|(a, b)| a == b).count();
    Some(f32::from(u16::try_from(equal).unwrap_or(0)) / f32::from(u16::try_from(SIZE).unwrap_or(1)))
}

/// The keys under which texts like this one are found.
pub(super) fn keys(sketch: &[u32]) -> impl Iterator<Item = u64> {
    sketch.chunks(PER_KEY).enumerate().map(|(place, part)| {
        let place = u64::try_from(place).unwrap_or(0);
        part.iter()
            .fold(mix(SEED ^ place), |all, one| mix(all ^ u64::from(*one)))
    })
}

/// Sixteen bits in, all bits out: the finaliser of MurmurHash3.
pub(super) const fn mix(mut value: u64) -> u64 {
    value ^= value >> 33;
    value = value.wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    value ^= value >> 33;
    value = value.wrapping_mul(0xC4CE_B9FE_1A85_EC53);
    value ^ (value >> 33)
}

/// The sketch as bytes.
pub(super) fn to_bytes(sketch: &[u32]) -> Vec<u8> {
    sketch.iter().flat_map(|one| one.to_le_bytes()).collect()
}

/// The sketch of these bytes.
pub(super) fn of_bytes(bytes: &[u8]) -> Vec<u32> {
    bytes
        .chunks_exact(4)
        .filter_map(|four| Some(u32::from_le_bytes(four.try_into().ok()?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(words: std::ops::Range<u32>) -> String {
        words
            .map(|n| format!("word{} ", mix(u64::from(n)) % 5_000))
            .collect()
    }

    #[test]
    fn the_share_of_equal_text_is_estimated() {
        let whole = sketch(&text(0..2_000));
        for (other, least, most) in [
            (text(0..2_000), 1.0, 1.0),
            (text(0..2_000).to_uppercase(), 1.0, 1.0),
            // Nine tenths of all runs.
            (text(0..1_800), 0.75, 0.99),
            // A third of all runs.
            (text(1_000..3_000), 0.15, 0.55),
            (text(5_000..7_000), 0.0, 0.1),
        ] {
            let found = alike(&whole, &sketch(&other)).unwrap();
            assert!(
                (least..=most).contains(&found),
                "{found} in {least}..={most}"
            );
        }
        assert!(sketch("too short to say anything").is_empty());
        assert_eq!(alike(&whole, &[]), None);
    }

    #[test]
    fn letters_readers_take_for_the_same_are_the_same() {
        let one = "أطلقت وزارة الصحة حملةً وطنيةً للتلقيح ".repeat(10);
        let other = "اطلقت وزاره الصحه حمله وطنيه للتلقيح ".repeat(10);
        assert_eq!(alike(&sketch(&one), &sketch(&other)), Some(1.0));
    }

    proptest! {
        #[test]
        fn any_text_has_a_sketch_or_none(text in ".{0,400}") {
            let made = sketch(&text);
            prop_assert!(made.is_empty() || made.len() == SIZE);
            prop_assert_eq!(&of_bytes(&to_bytes(&made)), &made);
            if !made.is_empty() {
                prop_assert_eq!(alike(&made, &made), Some(1.0));
                prop_assert_eq!(keys(&made).count(), SIZE / PER_KEY);
            }
        }
    }
}
