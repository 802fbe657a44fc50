//! What goes to the system as it is: locks, shared memory, names, syncing.

use std::ffi::{c_char, c_int, c_void};

use rusqlite::ffi;

use super::Keys;
use super::under::under;

pub(super) unsafe extern "C" fn truncate(
    file: *mut ffi::sqlite3_file,
    size: ffi::sqlite3_int64,
) -> c_int {
    pass!(file, xTruncate, size)
}

pub(super) unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    pass!(file, xSync, flags)
}

pub(super) unsafe extern "C" fn file_size(
    file: *mut ffi::sqlite3_file,
    size: *mut ffi::sqlite3_int64,
) -> c_int {
    pass!(file, xFileSize, size)
}

pub(super) unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    pass!(file, xLock, level)
}

pub(super) unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    pass!(file, xUnlock, level)
}

pub(super) unsafe extern "C" fn check_reserved_lock(
    file: *mut ffi::sqlite3_file,
    found: *mut c_int,
) -> c_int {
    pass!(file, xCheckReservedLock, found)
}

pub(super) unsafe extern "C" fn file_control(
    file: *mut ffi::sqlite3_file,
    what: c_int,
    arg: *mut c_void,
) -> c_int {
    pass!(file, xFileControl, what, arg)
}

pub(super) unsafe extern "C" fn sector_size(file: *mut ffi::sqlite3_file) -> c_int {
    pass!(file, xSectorSize)
}

/// Only what holds for sealed pages too: a page is written whole, so nothing beside it changes.
pub(super) unsafe extern "C" fn device_characteristics(file: *mut ffi::sqlite3_file) -> c_int {
    let known = pass!(file, xDeviceCharacteristics);
    (known & ffi::SQLITE_IOCAP_UNDELETABLE_WHEN_OPEN) | ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE
}

pub(super) unsafe extern "C" fn shm_map(
    file: *mut ffi::sqlite3_file,
    page: c_int,
    size: c_int,
    extend: c_int,
    found: *mut *mut c_void,
) -> c_int {
    pass!(file, xShmMap, page, size, extend, found)
}

pub(super) unsafe extern "C" fn shm_lock(
    file: *mut ffi::sqlite3_file,
    from: c_int,
    count: c_int,
    flags: c_int,
) -> c_int {
    pass!(file, xShmLock, from, count, flags)
}

pub(super) unsafe extern "C" fn shm_barrier(file: *mut ffi::sqlite3_file) {
    // SAFETY: opened by `open`.
    unsafe {
        let under = under(file);
        if let Some(barrier) = (*(*under).pMethods).xShmBarrier {
            barrier(under);
        }
    }
}

pub(super) unsafe extern "C" fn shm_unmap(file: *mut ffi::sqlite3_file, delete: c_int) -> c_int {
    pass!(file, xShmUnmap, delete)
}

pub(super) unsafe extern "C" fn delete(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    sync_folder: c_int,
) -> c_int {
    match layer!(vfs, xDelete, ffi::SQLITE_IOERR_DELETE, name, sync_folder) {
        // A journal that lay in memory was never on the disk.
        ffi::SQLITE_IOERR_DELETE_NOENT => ffi::SQLITE_OK,
        outcome => outcome,
    }
}

pub(super) unsafe extern "C" fn access(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    flags: c_int,
    found: *mut c_int,
) -> c_int {
    layer!(vfs, xAccess, ffi::SQLITE_IOERR_ACCESS, name, flags, found)
}

pub(super) unsafe extern "C" fn full_pathname(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    room: c_int,
    to: *mut c_char,
) -> c_int {
    layer!(vfs, xFullPathname, ffi::SQLITE_CANTOPEN, name, room, to)
}

pub(super) unsafe extern "C" fn randomness(
    vfs: *mut ffi::sqlite3_vfs,
    bytes: c_int,
    to: *mut c_char,
) -> c_int {
    layer!(vfs, xRandomness, 0, bytes, to)
}

pub(super) unsafe extern "C" fn sleep(vfs: *mut ffi::sqlite3_vfs, microseconds: c_int) -> c_int {
    layer!(vfs, xSleep, 0, microseconds)
}

pub(super) unsafe extern "C" fn current_time(vfs: *mut ffi::sqlite3_vfs, now: *mut f64) -> c_int {
    layer!(vfs, xCurrentTime, ffi::SQLITE_ERROR, now)
}

pub(super) unsafe extern "C" fn current_time_int64(
    vfs: *mut ffi::sqlite3_vfs,
    now: *mut ffi::sqlite3_int64,
) -> c_int {
    layer!(vfs, xCurrentTimeInt64, ffi::SQLITE_ERROR, now)
}

pub(super) unsafe extern "C" fn last_error(
    vfs: *mut ffi::sqlite3_vfs,
    room: c_int,
    to: *mut c_char,
) -> c_int {
    layer!(vfs, xGetLastError, 0, room, to)
}
