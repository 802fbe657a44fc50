//! Fonts for the pages. The webview of Linux draws some Arabic system fonts wrongly; these are drawn right.

/// The bytes of a font file.
pub fn by_name(name: &str) -> Option<&'static [u8]> {
    FONTS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, bytes)| *bytes)
}

const FONTS: &[(&str, &[u8])] = &[
    (
        "vazirmatn.woff2",
        include_bytes!("../../../../assets/fonts/vazirmatn-arabic-400-normal.woff2"),
    ),
    (
        "vazirmatn-bold.woff2",
        include_bytes!("../../../../assets/fonts/vazirmatn-arabic-700-normal.woff2"),
    ),
    (
        "amiri.woff2",
        include_bytes!("../../../../assets/fonts/amiri-arabic-400-normal.woff2"),
    ),
    (
        "amiri-bold.woff2",
        include_bytes!("../../../../assets/fonts/amiri-arabic-700-normal.woff2"),
    ),
    (
        "vazirmatn-latin.woff2",
        include_bytes!("../../../../assets/fonts/vazirmatn-latin-400-normal.woff2"),
    ),
    (
        "vazirmatn-latin-bold.woff2",
        include_bytes!("../../../../assets/fonts/vazirmatn-latin-700-normal.woff2"),
    ),
    (
        "amiri-latin.woff2",
        include_bytes!("../../../../assets/fonts/amiri-latin-400-normal.woff2"),
    ),
    (
        "amiri-latin-bold.woff2",
        include_bytes!("../../../../assets/fonts/amiri-latin-700-normal.woff2"),
    ),
];
