//! The square code on a sheet: what a telephone reads is the release's hash.

use qrcodegen::{QrCode, QrCodeEcc};

/// A square code.
pub struct Code(QrCode);

impl Code {
    /// The code of a text; none for one that is too long.
    pub fn of(text: &str) -> Option<Self> {
        // Paper is folded, stamped and copied.
        QrCode::encode_text(text, QrCodeEcc::Quartile)
            .ok()
            .map(Self)
    }

    /// How many dots a side has.
    pub fn side(&self) -> u8 {
        u8::try_from(self.0.size()).unwrap_or(u8::MAX)
    }

    /// The dark dots, column and row.
    pub fn dark(&self) -> impl Iterator<Item = (u8, u8)> {
        let side = self.side();
        (0..side)
            .flat_map(move |row| (0..side).map(move |column| (column, row)))
            .filter(|(column, row)| self.0.get_module(i32::from(*column), i32::from(*row)))
    }
}
