//! Letters of symbol fonts, and raised and lowered signs, as characters of their own.

/// The character a sign of a symbol font shows; `None` where it is not known.
///
/// Source: the encodings of the fonts Symbol (Adobe) and Wingdings (Microsoft), the signs that
/// office documents use.
pub(in super::super) fn symbol(font: &str, code: u32) -> Option<char> {
    let code = code & 0xFF;
    let font = font.to_ascii_lowercase();
    let table: &[(u32, char)] = if font.starts_with("wingdings 2") {
        &[
            (0x50, '✓'),
            (0x4F, '✗'),
            (0x52, '☑'),
            (0x51, '☒'),
            (0xA3, '☐'),
            (0x97, '•'),
        ]
    } else if font.starts_with("wingdings 3") {
        &[
            (0x22, '↑'),
            (0x23, '↓'),
            (0x21, '→'),
            (0x20, '←'),
            (0x7D, '▶'),
        ]
    } else if font.starts_with("wingdings") {
        &[
            (0x21, '✏'),
            (0x28, '☎'),
            (0x29, '✆'),
            (0x2A, '✉'),
            (0x4A, '☺'),
            (0x4C, '☹'),
            (0x6C, '●'),
            (0x6E, '■'),
            (0x6F, '☐'),
            (0x71, '❑'),
            (0x75, '◆'),
            (0x76, '❖'),
            (0x9F, '•'),
            (0xA7, '▪'),
            (0xA8, '☐'),
            (0xB6, '✰'),
            (0xD8, '➢'),
            (0xDF, '←'),
            (0xE0, '→'),
            (0xE1, '↑'),
            (0xE2, '↓'),
            (0xE8, '➔'),
            (0xF0, '⇨'),
            (0xFB, '✗'),
            (0xFC, '✓'),
            (0xFD, '☒'),
            (0xFE, '☑'),
        ]
    } else if font.starts_with("symbol") {
        &[
            (0x44, 'Δ'),
            (0x46, 'Φ'),
            (0x47, 'Γ'),
            (0x4C, 'Λ'),
            (0x50, 'Π'),
            (0x51, 'Θ'),
            (0x53, 'Σ'),
            (0x57, 'Ω'),
            (0x59, 'Ψ'),
            (0x61, 'α'),
            (0x62, 'β'),
            (0x63, 'χ'),
            (0x64, 'δ'),
            (0x65, 'ε'),
            (0x66, 'φ'),
            (0x67, 'γ'),
            (0x68, 'η'),
            (0x69, 'ι'),
            (0x6B, 'κ'),
            (0x6C, 'λ'),
            (0x6D, 'μ'),
            (0x6E, 'ν'),
            (0x70, 'π'),
            (0x71, 'θ'),
            (0x72, 'ρ'),
            (0x73, 'σ'),
            (0x74, 'τ'),
            (0x77, 'ω'),
            (0x78, 'ξ'),
            (0x79, 'ψ'),
            (0x7A, 'ζ'),
            (0xA3, '≤'),
            (0xA5, '∞'),
            (0xAB, '↔'),
            (0xAC, '←'),
            (0xAD, '↑'),
            (0xAE, '→'),
            (0xAF, '↓'),
            (0xB0, '°'),
            (0xB1, '±'),
            (0xB2, '″'),
            (0xB3, '≥'),
            (0xB4, '×'),
            (0xB6, '∂'),
            (0xB7, '•'),
            (0xB8, '÷'),
            (0xB9, '≠'),
            (0xBB, '≈'),
            (0xBC, '…'),
            (0xC5, '⊕'),
            (0xC7, '∩'),
            (0xC8, '∪'),
            (0xCE, '∈'),
            (0xD6, '√'),
            (0xDE, '⇒'),
            (0xE5, '∑'),
            (0xF2, '∫'),
        ]
    } else {
        &[]
    };
    table
        .iter()
        .find(|(known, _)| *known == code)
        .map(|(_, c)| *c)
        .or_else(|| {
            // Letters, digits and signs stand in Symbol where they stand everywhere.
            (font.starts_with("symbol") && (0x20..0x40).contains(&code))
                .then(|| char::from_u32(code))
                .flatten()
        })
}

/// Whether raised letters end an ordinal number, which is read as well in the line.
pub(in crate::readers) fn is_ordinal(text: &str) -> bool {
    matches!(
        text.trim(),
        "er" | "re" | "ère" | "e" | "ème" | "nd" | "nde" | "st" | "th" | "rd" | "o" | "os" | "a"
    )
}

/// Digits and signs as raised characters, when all have one.
pub(in crate::readers) fn raised(text: &str) -> Option<String> {
    mapped(
        text,
        &[
            ('0', '⁰'),
            ('1', '¹'),
            ('2', '²'),
            ('3', '³'),
            ('4', '⁴'),
            ('5', '⁵'),
            ('6', '⁶'),
            ('7', '⁷'),
            ('8', '⁸'),
            ('9', '⁹'),
            ('+', '⁺'),
            ('-', '⁻'),
            ('−', '⁻'),
            ('(', '⁽'),
            (')', '⁾'),
        ],
    )
}

/// Digits and signs as lowered characters, when all have one.
pub(in crate::readers) fn lowered(text: &str) -> Option<String> {
    mapped(
        text,
        &[
            ('0', '₀'),
            ('1', '₁'),
            ('2', '₂'),
            ('3', '₃'),
            ('4', '₄'),
            ('5', '₅'),
            ('6', '₆'),
            ('7', '₇'),
            ('8', '₈'),
            ('9', '₉'),
            ('+', '₊'),
            ('-', '₋'),
            ('−', '₋'),
            ('(', '₍'),
            (')', '₎'),
        ],
    )
}

fn mapped(text: &str, table: &[(char, char)]) -> Option<String> {
    (!text.is_empty() && text.chars().count() <= 8)
        .then(|| {
            text.chars()
                .map(|c| table.iter().find(|(from, _)| *from == c).map(|(_, to)| *to))
                .collect()
        })
        .flatten()
}
