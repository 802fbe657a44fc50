//! What passes: the journal while a database is made. It lies in memory and nowhere else, so there is
//! nothing to encipher and nothing to leave behind.

use std::ffi::{c_int, c_void};
use std::ptr;

use rusqlite::ffi;

/// An open file, in the memory SQLite gave.
#[repr(C)]
struct Passing {
    base: ffi::sqlite3_file,
    bytes: *mut Vec<u8>,
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 1,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(with_number),
    xFileSize: Some(size),
    // Nobody else can open it.
    xLock: Some(with_number),
    xUnlock: Some(with_number),
    xCheckReservedLock: Some(not_reserved),
    xFileControl: Some(no_control),
    xSectorSize: Some(nothing),
    xDeviceCharacteristics: Some(nothing),
    xShmMap: None,
    xShmLock: None,
    xShmBarrier: None,
    xShmUnmap: None,
    xFetch: None,
    xUnfetch: None,
};

/// Opens an empty one.
///
/// # Safety
/// `file` is memory that SQLite gave for an open file of our layer.
pub(super) unsafe fn open(
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    // SAFETY: `Passing` is no larger than what an open file of ours and one under it need.
    unsafe {
        let held = file.cast::<Passing>();
        (*held).bytes = Box::into_raw(Box::default());
        (*held).base.pMethods = &raw const METHODS;
        if !out_flags.is_null() {
            *out_flags = flags;
        }
    }
    ffi::SQLITE_OK
}

/// What was written to it.
///
/// # Safety
/// `file` was opened by [`open`] and is not closed; SQLite uses it from one thread at a time.
unsafe fn bytes<'a>(file: *mut ffi::sqlite3_file) -> &'a mut Vec<u8> {
    // SAFETY: as promised.
    unsafe { &mut *(*file.cast::<Passing>()).bytes }
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: made by `Box::into_raw`, and taken back once: without methods it is closed.
    unsafe {
        let held = file.cast::<Passing>();
        let mut bytes = Box::from_raw((*held).bytes);
        zeroize::Zeroize::zeroize(&mut *bytes);
        (*held).bytes = ptr::null_mut();
        (*held).base.pMethods = ptr::null();
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn read(
    file: *mut ffi::sqlite3_file,
    to: *mut c_void,
    amount: c_int,
    offset: ffi::sqlite3_int64,
) -> c_int {
    let (Ok(amount), Ok(offset)) = (usize::try_from(amount), usize::try_from(offset)) else {
        return ffi::SQLITE_IOERR_READ;
    };
    // SAFETY: SQLite gives room for `amount` bytes, and the file is open.
    let (out, bytes) = unsafe {
        (
            std::slice::from_raw_parts_mut(to.cast::<u8>(), amount),
            bytes(file),
        )
    };
    let there = bytes.get(offset..).unwrap_or_default();
    let taken = there.len().min(amount);
    out.fill(0);
    if let (Some(out), Some(there)) = (out.get_mut(..taken), there.get(..taken)) {
        out.copy_from_slice(there);
    }
    if taken == amount {
        ffi::SQLITE_OK
    } else {
        ffi::SQLITE_IOERR_SHORT_READ
    }
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    from: *const c_void,
    amount: c_int,
    offset: ffi::sqlite3_int64,
) -> c_int {
    let (Ok(amount), Ok(offset)) = (usize::try_from(amount), usize::try_from(offset)) else {
        return ffi::SQLITE_IOERR_WRITE;
    };
    // SAFETY: SQLite gives `amount` bytes, and the file is open.
    let (given, bytes) = unsafe {
        (
            std::slice::from_raw_parts(from.cast::<u8>(), amount),
            bytes(file),
        )
    };
    let end = offset.saturating_add(amount);
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    match bytes.get_mut(offset..end) {
        Some(place) => {
            place.copy_from_slice(given);
            ffi::SQLITE_OK
        }
        None => ffi::SQLITE_IOERR_WRITE,
    }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, to: ffi::sqlite3_int64) -> c_int {
    // SAFETY: the file is open.
    let bytes = unsafe { bytes(file) };
    bytes.truncate(usize::try_from(to).unwrap_or_default());
    ffi::SQLITE_OK
}

unsafe extern "C" fn size(file: *mut ffi::sqlite3_file, found: *mut ffi::sqlite3_int64) -> c_int {
    // SAFETY: the file is open, and SQLite gives room for the number.
    unsafe { *found = ffi::sqlite3_int64::try_from(bytes(file).len()).unwrap_or(i64::MAX) };
    ffi::SQLITE_OK
}

unsafe extern "C" fn with_number(_: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    ffi::SQLITE_OK
}

unsafe extern "C" fn nothing(_: *mut ffi::sqlite3_file) -> c_int {
    0
}

unsafe extern "C" fn not_reserved(_: *mut ffi::sqlite3_file, found: *mut c_int) -> c_int {
    // SAFETY: SQLite gives room for the answer.
    unsafe { *found = 0 };
    ffi::SQLITE_OK
}

unsafe extern "C" fn no_control(_: *mut ffi::sqlite3_file, _: c_int, _: *mut c_void) -> c_int {
    ffi::SQLITE_NOTFOUND
}
