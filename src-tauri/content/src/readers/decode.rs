//! Bytes of a text file to characters.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_8859_6, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1256};

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
    let encoding = guess(bytes);
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    (text.into_owned(), Some(unsure(encoding)))
}

/// The likeliest encoding of bytes that are not UTF-8. The detector weighs letters that follow each
/// other, and of an Arabic word or two it takes bytes for letters of Hungarian or Greek; but what
/// decodes to whole Arabic words and nothing else is Arabic.
pub(crate) fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guessed = detector.guess(None, Utf8Detection::Deny);
    let sample = bytes.get(..JUDGED_BYTES).unwrap_or(bytes);
    let is_arabic_in =
        |encoding: &'static Encoding| is_arabic(&encoding.decode_without_bom_handling(sample).0);
    let told = guessed == WINDOWS_1256 || (guessed == ISO_8859_6 && is_arabic_in(guessed));
    if !told && is_arabic_in(WINDOWS_1256) {
        WINDOWS_1256
    } else {
        guessed
    }
}

/// So much of a text tells whether its letters form Arabic words.
const JUDGED_BYTES: usize = 64 * 1024;

/// Whether the Arabic letters of a text form words of their own, as Arabic is written: hardly ever
/// glued to other letters, and each where it can stand in a word.
fn is_arabic(text: &str) -> bool {
    let (mut letters, mut words, mut odd) = (0, 0, 0);
    for word in text.split(|c: char| !c.is_alphabetic()) {
        if !word.chars().any(|c| matches!(c, '\u{600}'..='\u{6ff}')) {
            continue;
        }
        let count = word.chars().count();
        if !is_arabic_word(word) {
            odd += 1;
        } else if count > 1 {
            words += 1;
            letters += count;
        }
    }
    letters >= 3 && odd * 10 <= words
}

/// Whether a run of letters can be an Arabic word, as far as single letters tell.
fn is_arabic_word(word: &str) -> bool {
    let mut letters = word
        .chars()
        .filter(|c| !matches!(c, '\u{64b}'..='\u{652}'))
        .peekable();
    let mut before = None;
    while let Some(letter) = letters.next() {
        let stands = match letter {
            'ة' | 'ى' => before.is_some() && letters.peek().is_none(),
            'ؤ' | 'ئ' | 'ء' => before.is_some(),
            // The mark of the Hijri era; elsewhere it only stretches a word.
            'ـ' => before.is_some(),
            _ => matches!(letter, '\u{621}'..='\u{64a}'),
        };
        if !stands {
            return false;
        }
        before = Some(letter);
    }
    before.is_some()
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

    #[test]
    fn a_word_or_two_of_arabic_are_arabic() {
        for (text, encoding) in [
            ("file,title\na.pdf,صحة\n", "windows-1256"),
            ("file,title\na.pdf,دليل\n", "windows-1256"),
            ("file,title\na.pdf,تقرير سنوي\n", "windows-1256"),
            ("file,title\na.pdf,اللقاح\nb.pdf,Santé\n", "windows-1256"),
            ("a.pdf;1445 هـ;مستشفى\n", "windows-1256"),
            ("fichier;titre\na.pdf;Été\n", "windows-1252"),
            ("fichier;titre\na.pdf;ÉTÉ À LA MER\n", "windows-1252"),
            ("fichier;titre\na.pdf;Santé à l’école\n", "windows-1252"),
            ("dosya;başlık\na.pdf;ÜÇ İŞ SAĞLIĞI\n", "windows-1254"),
            (
                "dosya;başlık\na.pdf;Sağlık Bakanlığı çalışması\n",
                "windows-1254",
            ),
            ("файл;название\na.pdf;Здоровье\n", "windows-1251"),
            ("ФАЙЛ;НАЗВАНИЕ;ГОД\na.pdf;ЗДОРОВЬЕ\n", "windows-1251"),
            (
                "skedar;titull\na.pdf;Shëndetësia në shkollë\n",
                "windows-1252",
            ),
        ] {
            let label = Encoding::for_label(encoding.as_bytes()).unwrap();
            let bytes = label.encode(text).0;
            assert_eq!(label.decode(&bytes).0, text);
            assert_eq!(decode(&bytes, None).0, text, "{:?}", guess(&bytes));
        }
    }
}
