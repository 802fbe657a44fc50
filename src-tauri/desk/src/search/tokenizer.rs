//! The full-text tokenizer `qalam`: our folding, inside SQLite.
//!
//! SQLite's own tokenizers cannot find Arabic the way a reader writes it, so the index is cut into
//! words by [`qalam_content::fold`], the same function that folds a query. Each token carries the
//! byte offsets of the *original* text.
//!
//! This is the one file of the package that speaks C. The rules it keeps:
//! - no panic crosses into SQLite: every callback runs inside [`catch_unwind`];
//! - no pointer given by SQLite is kept after the callback returns;
//! - the tokenizer has no state, so the instance pointer is a marker and is never read.
#![allow(unsafe_code)] // fts5 tokenizers can only be registered through its C interface

use std::ffi::{CStr, c_char, c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use qalam_content::fold::fold_with_offsets;
use rusqlite::{Connection, ffi};

use super::words::without_article;

/// Name of the tokenizer in `CREATE VIRTUAL TABLE … USING fts5(…, tokenize = 'qalam')`.
pub const NAME: &str = "qalam";

const NAME_C: &CStr = c"qalam";

/// The text is folded in pieces of about this many bytes, so that indexing a book does not hold
/// all its words in memory at once.
const PIECE_BYTES: usize = 64 * 1024;

type TokenFn =
    unsafe extern "C" fn(*mut c_void, c_int, *const c_char, c_int, c_int, c_int) -> c_int;

/// Makes the tokenizer known to this connection. Needed on every connection that touches a table
/// of the search index, before the first such statement.
///
/// # Errors
/// SQLite's own failure, or `SQLITE_ERROR` when this SQLite was built without FTS5.
pub fn register(connection: &Connection) -> rusqlite::Result<()> {
    // SAFETY: the handle is used only inside this function, while `connection` is borrowed.
    let db = unsafe { connection.handle() };
    let api = fts5_api(db)?;
    let mut callbacks = ffi::fts5_tokenizer {
        xCreate: Some(create),
        xDelete: Some(delete),
        xTokenize: Some(tokenize),
    };
    // SAFETY: `api` came from FTS5 for this very connection; FTS5 copies the struct and the name.
    let code = unsafe {
        match (*api).xCreateTokenizer {
            Some(create_tokenizer) => create_tokenizer(
                api,
                NAME_C.as_ptr(),
                ptr::null_mut(),
                &raw mut callbacks,
                None,
            ),
            None => ffi::SQLITE_ERROR,
        }
    };
    if code == ffi::SQLITE_OK {
        Ok(())
    } else {
        Err(failure(code))
    }
}

fn failure(code: c_int) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(code), None)
}

/// Fetches the FTS5 interface as its documentation prescribes: `SELECT fts5(?1)` with a typed
/// pointer bound, which FTS5 fills in.
fn fts5_api(db: *mut ffi::sqlite3) -> rusqlite::Result<*mut ffi::fts5_api> {
    let mut api: *mut ffi::fts5_api = ptr::null_mut();
    let mut statement: *mut ffi::sqlite3_stmt = ptr::null_mut();
    // SAFETY: `db` is an open connection; the strings are NUL-terminated constants; `api` outlives
    // the statement, which is finalised on every path.
    let code = unsafe {
        let prepared = ffi::sqlite3_prepare_v2(
            db,
            c"SELECT fts5(?1)".as_ptr(),
            -1,
            &raw mut statement,
            ptr::null_mut(),
        );
        if prepared == ffi::SQLITE_OK {
            ffi::sqlite3_bind_pointer(
                statement,
                1,
                (&raw mut api).cast::<c_void>(),
                c"fts5_api_ptr".as_ptr(),
                None,
            );
            ffi::sqlite3_step(statement);
            ffi::sqlite3_finalize(statement)
        } else {
            prepared
        }
    };
    if code != ffi::SQLITE_OK {
        return Err(failure(code));
    }
    if api.is_null() {
        return Err(failure(ffi::SQLITE_ERROR));
    }
    Ok(api)
}

unsafe extern "C" fn create(
    _user: *mut c_void,
    _arguments: *mut *const c_char,
    _count: c_int,
    out: *mut *mut ffi::Fts5Tokenizer,
) -> c_int {
    if out.is_null() {
        return ffi::SQLITE_MISUSE;
    }
    // SAFETY: `out` is FTS5's own slot. FTS5 only asks that the instance is not null; it is never
    // read here or by FTS5.
    unsafe { *out = ptr::NonNull::<ffi::Fts5Tokenizer>::dangling().as_ptr() };
    ffi::SQLITE_OK
}

unsafe extern "C" fn delete(_instance: *mut ffi::Fts5Tokenizer) {}

unsafe extern "C" fn tokenize(
    _instance: *mut ffi::Fts5Tokenizer,
    context: *mut c_void,
    _flags: c_int,
    text: *const c_char,
    length: c_int,
    token: Option<TokenFn>,
) -> c_int {
    let Some(token) = token else {
        return ffi::SQLITE_MISUSE;
    };
    let Ok(length) = usize::try_from(length) else {
        return ffi::SQLITE_MISUSE;
    };
    if text.is_null() || length == 0 {
        return ffi::SQLITE_OK;
    }
    // SAFETY: FTS5 promises `length` readable bytes at `text` for the length of this call.
    let bytes = unsafe { std::slice::from_raw_parts(text.cast::<u8>(), length) };
    let walked = catch_unwind(AssertUnwindSafe(|| {
        each_token(bytes, |word, start, end| {
            let (Ok(size), Ok(start), Ok(end)) = (
                c_int::try_from(word.len()),
                c_int::try_from(start),
                c_int::try_from(end),
            ) else {
                return ffi::SQLITE_TOOBIG;
            };
            // SAFETY: `token` and `context` belong to this call; FTS5 copies the bytes of the word.
            let code = unsafe { token(context, 0, word.as_ptr().cast(), size, start, end) };
            let Some(bare) = without_article(word).filter(|_| code == ffi::SQLITE_OK) else {
                return code;
            };
            let Ok(size) = c_int::try_from(bare.len()) else {
                return ffi::SQLITE_TOOBIG;
            };
            // In a text it stands at the same place, in a query it is a synonym.
            // SAFETY: as above.
            unsafe {
                token(
                    context,
                    ffi::FTS5_TOKEN_COLOCATED,
                    bare.as_ptr().cast(),
                    size,
                    start,
                    end,
                )
            }
        })
    }));
    // A panic in folding must not unwind into C; the statement fails instead.
    walked.unwrap_or(ffi::SQLITE_ERROR)
}

/// Calls `give(word, start, end)` for every folded word, in order, until it answers something
/// other than `SQLITE_OK`; answers what it answered. Bytes that are not UTF-8 separate words.
fn each_token(bytes: &[u8], mut give: impl FnMut(&str, usize, usize) -> c_int) -> c_int {
    let mut base = 0_usize;
    for chunk in bytes.utf8_chunks() {
        let mut rest = chunk.valid();
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(piece_end(rest));
            for word in fold_with_offsets(piece) {
                let code = give(&word.text, base + word.start, base + word.end);
                if code != ffi::SQLITE_OK {
                    return code;
                }
            }
            base += piece.len();
            rest = after;
        }
        base += chunk.invalid().len();
    }
    ffi::SQLITE_OK
}

/// Where to cut: after the first white space beyond [`PIECE_BYTES`], never inside a word.
fn piece_end(text: &str) -> usize {
    if text.len() <= PIECE_BYTES {
        return text.len();
    }
    text.char_indices()
        .skip_while(|(at, _)| *at < PIECE_BYTES)
        .find(|(_, character)| character.is_whitespace())
        .map_or(text.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        register(&connection).unwrap();
        connection
            .execute_batch(
                "CREATE VIRTUAL TABLE t USING fts5(x, tokenize = 'qalam', prefix = '2 3')",
            )
            .unwrap();
        connection
    }

    fn finds(text: &str, query: &str) -> bool {
        let connection = memory();
        connection
            .execute("INSERT INTO t(x) VALUES (?1)", [text])
            .unwrap();
        connection
            .query_row("SELECT count(*) FROM t WHERE t MATCH ?1", [query], |row| {
                row.get::<_, i64>(0)
            })
            .unwrap()
            == 1
    }

    #[test]
    fn folding_finds_what_a_reader_means() {
        for (text, query) in [
            ("دليل كل معلم", "معلم"),
            ("مُعَلِّمٌ جديد", "معلم"),
            ("معلم", "\"مُعَلِّم\""),
            ("إدارة الصحة", "اداره"),
            ("المرحلة الأولى", "الاولى"),
            ("سنة ٢٠٢٦", "2026"),
            ("Le café", "cafe"),
            ("CAFE", "\"café\""),
            ("vaccination", "vacc*"),
            ("دليل المعلم", "معلم"),
            ("دليل معلم", "المعلم"),
            ("بالمعلم", "معل*"),
        ] {
            assert!(finds(text, query), "{query} not found in {text}");
        }
        assert!(!finds("vaccination", "vacc"));
    }

    #[test]
    fn snippets_mark_the_original_letters() {
        let connection = memory();
        connection
            .execute("INSERT INTO t(x) VALUES ('وزارة الصحة: إدارةُ التمنيع')", [])
            .unwrap();
        let marked: String = connection
            .query_row(
                "SELECT highlight(t, 0, '[', ']') FROM t WHERE t MATCH 'اداره'",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert!(marked.contains("[إدارة"), "{marked}");
    }

    #[test]
    fn offsets_go_on_over_pieces_and_broken_bytes() {
        let mut text = "كلمة ".repeat(20_000).into_bytes();
        text.push(0xff);
        text.extend_from_slice("آخر".as_bytes());
        let mut last = None;
        let mut count = 0;
        each_token(&text, |word, start, end| {
            assert_eq!(
                fold_with_offsets(std::str::from_utf8(&text[start..end]).unwrap())[0].text,
                word
            );
            last = Some((start, end));
            count += 1;
            ffi::SQLITE_OK
        });
        assert_eq!(count, 20_001);
        assert_eq!(last, Some((text.len() - "آخر".len(), text.len())));
    }

    #[test]
    fn every_connection_may_register_twice() {
        let connection = memory();
        register(&connection).unwrap();
    }
}
