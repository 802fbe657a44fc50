//! Bytes of a text file to characters.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::problem::{Problem, code};

/// Decodes a text. `declared` is what the text says about itself. The problem names the encoding
/// when it had to be guessed or did not fit.
pub(crate) fn decode(bytes: &[u8], declared: Option<&str>) -> (String, Option<Problem>) {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(length..).unwrap_or_default();
        let (text, had_errors) = encoding.decode_without_bom_handling(rest);
        return (text.into_owned(), had_errors.then(|| unsure(encoding)));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        if looks_like_utf16(bytes) {
            let encoding = utf16_of(bytes);
            return (
                encoding.decode(bytes).0.into_owned(),
                Some(unsure(encoding)),
            );
        }
        return (text.to_owned(), None);
    }
    if looks_like_utf16(bytes) {
        let encoding = utf16_of(bytes);
        return (
            encoding.decode(bytes).0.into_owned(),
            Some(unsure(encoding)),
        );
    }
    if let Some(encoding) = declared.and_then(|label| Encoding::for_label(label.as_bytes()))
        && encoding != UTF_8
    {
        let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
        return (text.into_owned(), had_errors.then(|| unsure(encoding)));
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let encoding = detector.guess(None, Utf8Detection::Allow);
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    (text.into_owned(), Some(unsure(encoding)))
}

fn unsure(encoding: &'static Encoding) -> Problem {
    Problem::new(code::ENCODING_UNSURE, "").with("encoding", encoding.name())
}

/// Every other byte of Latin text in UTF-16 is zero.
fn looks_like_utf16(bytes: &[u8]) -> bool {
    let sample = bytes.get(..1024).unwrap_or(bytes);
    let zeros = sample.iter().filter(|byte| **byte == 0).count();
    sample.len() >= 8 && zeros * 3 > sample.len()
}

fn utf16_of(bytes: &[u8]) -> &'static Encoding {
    let zeros_first = bytes
        .iter()
        .take(1024)
        .step_by(2)
        .filter(|byte| **byte == 0)
        .count();
    let zeros_second = bytes
        .iter()
        .take(1024)
        .skip(1)
        .step_by(2)
        .filter(|byte| **byte == 0)
        .count();
    if zeros_first > zeros_second {
        UTF_16BE
    } else {
        UTF_16LE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_of_office_computers() {
        let arabic = "وزارة الصحة تعلن عن حملة التلقيح في جميع المحافظات";
        let cases: Vec<(Vec<u8>, &str, bool)> = vec![
            (arabic.as_bytes().to_vec(), arabic, false),
            (
                [&[0xEF, 0xBB, 0xBF], arabic.as_bytes()].concat(),
                arabic,
                false,
            ),
            (
                encoding_rs::WINDOWS_1256.encode(arabic).0.into_owned(),
                arabic,
                true,
            ),
            (
                encoding_rs::WINDOWS_1252
                    .encode("Santé publique à l’école")
                    .0
                    .into_owned(),
                "Santé publique à l’école",
                true,
            ),
            (
                [
                    vec![0xFF, 0xFE],
                    arabic.encode_utf16().flat_map(u16::to_le_bytes).collect(),
                ]
                .concat(),
                arabic,
                false,
            ),
            (
                "Health report"
                    .encode_utf16()
                    .flat_map(u16::to_be_bytes)
                    .collect(),
                "Health report",
                true,
            ),
            (Vec::new(), "", false),
        ];
        for (bytes, expected, guessed) in cases {
            let (text, problem) = decode(&bytes, None);
            assert_eq!(text, expected);
            assert_eq!(problem.is_some(), guessed, "{expected}");
        }
    }
}
