//! Ids of what travels: UUIDv7 in lower case, kept as text.

use crate::error::{Code, Error, Result};

/// A new id. Ids made by one process ascend; nothing may be ordered by them nevertheless.
pub fn new_id() -> String {
    uuid::Uuid::now_v7().hyphenated().to_string()
}

/// The id in `text`, if it is one.
///
/// # Errors
/// [`Code::BadId`] when the text is not a UUID in lower case with hyphens.
pub fn parse(text: &str) -> Result<String> {
    let well_formed = text.len() == 36
        && !text.chars().any(|c| c.is_ascii_uppercase())
        && uuid::Uuid::try_parse(text).is_ok_and(|id| id.get_version_num() == 7);
    if well_formed {
        Ok(text.to_owned())
    } else {
        Err(Error::new(Code::BadId).with("id", text.chars().take(64).collect::<String>()))
    }
}

/// The SHA-256 in `text`, if it is one.
///
/// # Errors
/// [`Code::BadHash`] when the text is not 64 lower-case hex digits.
pub fn parse_hash(text: &str) -> Result<String> {
    let well_formed =
        text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if well_formed {
        Ok(text.to_owned())
    } else {
        Err(Error::new(Code::BadHash).with("hash", text.chars().take(80).collect::<String>()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_made_and_recognised() {
        let id = new_id();
        assert_eq!(parse(&id).unwrap(), id);
        for bad in [
            "",
            "x",
            "0190A5B0-0000-7000-8000-000000000000",
            "0190a5b0-0000-4000-8000-000000000000",
            "0190a5b000007000800000000000000000000",
        ] {
            assert_eq!(parse(bad).unwrap_err().code, Code::BadId, "{bad}");
        }
    }

    #[test]
    fn hashes_are_recognised() {
        assert!(parse_hash(&"a0".repeat(32)).is_ok());
        for bad in [
            "",
            "a0",
            &"A0".repeat(32),
            &"g0".repeat(32),
            "../../etc/passwd",
        ] {
            assert_eq!(parse_hash(bad).unwrap_err().code, Code::BadHash);
        }
    }
}
