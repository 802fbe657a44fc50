//! The database of a locked desk: SQLite reads and writes through this layer, which seals every page
//! on its way to the system's own file layer and opens it on the way back.
//!
//! - **The database** keeps 40 bytes of each page free (`reserve=40`); there stand the nonce of this
//!   writing of the page and the tag over it. The page's number is covered, so pages cannot be
//!   exchanged.
//! - **The log** (WAL) keeps its shape: each frame's page is sealed like a page of the database, and the
//!   checksum in the frame's head, which SQLite computes over the open page, is covered by a pad of its
//!   own. A frame that does not open during recovery is given as zeros, so that its checksum is wrong
//!   and the log ends there, as after any power cut.
//! - **Everything else** (a journal while a database is made; temporary tables are in memory by
//!   `temp_store`) lies in memory only (`passing.rs`): what is made anew is worth nothing before it is
//!   whole, and a desk in use has its log.
//! - The file beside the log that programs share (`-shm`) holds numbers of pages and no content.
//!
//! All of it sits on SQLite's documented interface for such layers (sqlite.org/vfs.html); locks, shared
//! memory, names and syncing stay the system's.
#![allow(unsafe_code)]

#[macro_use]
mod under;
mod forward;
mod pages;
mod passing;

use std::ffi::{CStr, CString, c_int, c_void};
use std::mem::size_of;
use std::ptr;
use std::sync::RwLock;

use rusqlite::ffi;

use crate::error::{Error, Result};
use crate::locked::cipher::{NONCE, Secret, TAG, random};
use forward::*;
use pages::{FILE_HEAD, PAGE, Pages, What, part_at, shape};
use under::under;

/// Bytes of every page that hold its nonce and tag.
pub(crate) const RESERVE: usize = NONCE + TAG;

/// What every database begins with that is not sealed.
pub(crate) const PLAIN_MARK: &[u8; 16] = b"SQLite format 3\0";

/// The keys while the desk is open; gone from memory when it is locked, whoever still holds a file.
struct Keys {
    base: *mut ffi::sqlite3_vfs,
    pages: RwLock<Option<Pages>>,
}

/// The layer of one open desk. When it is dropped the keys are gone, and whatever connection is still
/// open fails at its next step.
pub(crate) struct Vfs {
    name: CString,
    vfs: *mut ffi::sqlite3_vfs,
    keys: &'static Keys,
}

// SAFETY: what the pointers lead to is never freed, is changed only by SQLite under its own lock (the
// list of layers), and the keys stand behind a lock.
unsafe impl Send for Vfs {}
unsafe impl Sync for Vfs {}
// SAFETY: as above; `base` is the system's layer, which lives as long as the program.
unsafe impl Sync for Keys {}

impl Vfs {
    /// Makes the layer with this key known to SQLite under a name nobody else has.
    ///
    /// # Errors
    /// [`Code::Internal`](crate::Code::Internal) when SQLite has no file layer to stand on.
    pub(crate) fn register(key: &Secret) -> Result<Self> {
        let word: String = random::<12>()?.iter().map(|b| format!("{b:02x}")).collect();
        let name = CString::new(format!("qalam-{word}"))
            .map_err(|_| Error::internal("the name of the file layer"))?;
        // SAFETY: asks for the default layer; SQLite keeps it for ever.
        let base = unsafe {
            ffi::sqlite3_initialize();
            ffi::sqlite3_vfs_find(ptr::null())
        };
        if base.is_null() {
            return Err(Error::internal("SQLite has no file layer"));
        }
        // A few hundred bytes for each unlocking are never given back: a connection that outlives its
        // desk by a moment must find them.
        let keys: &'static Keys = Box::leak(Box::new(Keys {
            base,
            pages: RwLock::new(Some(Pages::new(key))),
        }));
        // SAFETY: `base` is a whole layer; its plain fields are read.
        let (size, longest) = unsafe { ((*base).szOsFile, (*base).mxPathname) };
        let name_for_ever: &'static CStr = Box::leak(name.clone().into_boxed_c_str());
        let vfs = Box::leak(Box::new(ffi::sqlite3_vfs {
            iVersion: 2,
            szOsFile: c_int::try_from(size_of::<Held>()).unwrap_or(c_int::MAX) + size,
            mxPathname: longest,
            pNext: ptr::null_mut(),
            zName: name_for_ever.as_ptr(),
            pAppData: ptr::from_ref(keys).cast_mut().cast(),
            xOpen: Some(open),
            xDelete: Some(delete),
            xAccess: Some(access),
            xFullPathname: Some(full_pathname),
            xDlOpen: None,
            xDlError: None,
            xDlSym: None,
            xDlClose: None,
            xRandomness: Some(randomness),
            xSleep: Some(sleep),
            xCurrentTime: Some(current_time),
            xGetLastError: Some(last_error),
            xCurrentTimeInt64: Some(current_time_int64),
            xSetSystemCall: None,
            xGetSystemCall: None,
            xNextSystemCall: None,
        }));
        // SAFETY: a whole layer that is never freed.
        if unsafe { ffi::sqlite3_vfs_register(vfs, 0) } != ffi::SQLITE_OK {
            return Err(Error::internal("the file layer was not taken"));
        }
        Ok(Self { name, vfs, keys })
    }

    /// Its name, for opening a database with it.
    pub(crate) fn name(&self) -> &CStr {
        &self.name
    }
}

impl Vfs {
    /// Forgets the keys: every connection that is still open fails at its next step.
    pub(crate) fn shut(&self) {
        *self
            .keys
            .pages
            .write()
            .unwrap_or_else(|held| held.into_inner()) = None;
    }
}

impl Drop for Vfs {
    fn drop(&mut self) {
        // SAFETY: registered above, and only once.
        unsafe { ffi::sqlite3_vfs_unregister(self.vfs) };
        self.shut();
    }
}

/// The name of the system's own layer.
pub(crate) fn plain_name() -> String {
    // SAFETY: asks for the default layer; SQLite keeps it, and its name, for ever.
    unsafe {
        ffi::sqlite3_initialize();
        let base = ffi::sqlite3_vfs_find(ptr::null());
        if base.is_null() || (*base).zName.is_null() {
            return String::new();
        }
        CStr::from_ptr((*base).zName).to_string_lossy().into_owned()
    }
}

/// What kind of file was opened.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Database,
    Log,
}

/// An open file: ours first, then that of the system's layer, in the memory SQLite gave.
#[repr(C)]
struct Held {
    base: ffi::sqlite3_file,
    keys: *const Keys,
    kind: Kind,
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    // Without the third version SQLite does not map the file into memory, past us.
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

unsafe extern "C" fn open(
    vfs: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    let kind = if flags & ffi::SQLITE_OPEN_MAIN_DB != 0 {
        Kind::Database
    } else if flags & ffi::SQLITE_OPEN_WAL != 0 {
        Kind::Log
    } else {
        // SAFETY: SQLite gave `szOsFile` bytes at `file`.
        return unsafe { passing::open(file, flags, out_flags) };
    };
    // SAFETY: SQLite gave `szOsFile` bytes at `file`: room for ours and for the one under it.
    unsafe {
        let keys = (*vfs).pAppData.cast::<Keys>();
        let held = file.cast::<Held>();
        (*held).base.pMethods = ptr::null();
        (*held).keys = keys;
        (*held).kind = kind;
        let base = (*keys).base;
        let under = under(file);
        (*under).pMethods = ptr::null();
        let outcome = match (*base).xOpen {
            Some(open) => open(base, name, under, flags, out_flags),
            None => ffi::SQLITE_CANTOPEN,
        };
        if !(*under).pMethods.is_null() {
            // SQLite closes what has methods, even where opening failed.
            (*held).base.pMethods = &raw const METHODS;
        }
        outcome
    }
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    pass!(file, xClose)
}

/// Does to a stretch of an open file, given the keys, the kind of file, length and place; `fails` when
/// the desk was shut, or SQLite asks for what cannot be.
///
/// # Safety
/// `file` was opened by [`open`].
unsafe fn with_pages(
    file: *mut ffi::sqlite3_file,
    amount: c_int,
    offset: ffi::sqlite3_int64,
    fails: c_int,
    act: impl FnOnce(&Pages, Kind, usize, u64) -> c_int,
) -> c_int {
    let (Ok(amount), Ok(offset)) = (usize::try_from(amount), u64::try_from(offset)) else {
        return fails;
    };
    // SAFETY: `open` filled it, and keys are never freed.
    let (keys, kind) = unsafe {
        let held = &*file.cast::<Held>();
        (&*held.keys, held.kind)
    };
    let keys = keys.pages.read().unwrap_or_else(|held| held.into_inner());
    match &*keys {
        Some(pages) => act(pages, kind, amount, offset),
        None => fails,
    }
}

unsafe extern "C" fn read(
    file: *mut ffi::sqlite3_file,
    to: *mut c_void,
    amount: c_int,
    offset: ffi::sqlite3_int64,
) -> c_int {
    let read = |pages: &Pages, kind, amount, offset| {
        // SAFETY: SQLite gives room for `amount` bytes.
        let out = unsafe { std::slice::from_raw_parts_mut(to.cast::<u8>(), amount) };
        read_parts(file, pages, kind, out, offset)
    };
    // SAFETY: opened by `open`.
    unsafe { with_pages(file, amount, offset, ffi::SQLITE_IOERR_READ, read) }
}

fn read_parts(
    file: *mut ffi::sqlite3_file,
    pages: &Pages,
    kind: Kind,
    out: &mut [u8],
    offset: u64,
) -> c_int {
    let amount = out.len();
    let whole_frames = kind == Kind::Log && part_at(kind, offset).what == What::FrameHead;
    let mut bytes = [0_u8; PAGE];
    let mut done = 0;
    while done < amount {
        let at = offset + done as u64;
        let part = part_at(kind, at);
        let within = usize::try_from(at - part.from).unwrap_or(0);
        let taken = (part.length - within).min(amount - done);
        let Some(room) = bytes.get_mut(..part.length) else {
            return ffi::SQLITE_IOERR_READ;
        };
        let outcome = pass!(
            file,
            xRead,
            room.as_mut_ptr().cast(),
            part.length as c_int,
            part.from as i64
        );
        let Some(wanted) = out.get_mut(done..done + taken) else {
            return ffi::SQLITE_IOERR_READ;
        };
        if outcome != ffi::SQLITE_OK {
            if let Some(rest) = out.get_mut(done..) {
                rest.fill(0);
            }
            return outcome;
        }
        if pages.unseal(&part, room) {
            if let Some(found) = room.get(within..within + taken) {
                wanted.copy_from_slice(found);
            }
        } else if part.what == What::Page && part.from == 0 && offset as usize + amount <= FILE_HEAD
        {
            if let Some(found) = shape().get(within..within + taken) {
                wanted.copy_from_slice(found);
            }
        } else if whole_frames {
            wanted.fill(0);
        } else {
            return ffi::SQLITE_IOERR_DATA;
        }
        done += taken;
    }
    zeroize::Zeroize::zeroize(&mut bytes);
    ffi::SQLITE_OK
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    from: *const c_void,
    amount: c_int,
    offset: ffi::sqlite3_int64,
) -> c_int {
    let write = |pages: &Pages, kind, amount, offset| {
        // SAFETY: SQLite gives `amount` bytes.
        let given = unsafe { std::slice::from_raw_parts(from.cast::<u8>(), amount) };
        write_parts(file, pages, kind, given, offset)
    };
    // SAFETY: opened by `open`.
    unsafe { with_pages(file, amount, offset, ffi::SQLITE_IOERR_WRITE, write) }
}

fn write_parts(
    file: *mut ffi::sqlite3_file,
    pages: &Pages,
    kind: Kind,
    given: &[u8],
    offset: u64,
) -> c_int {
    let amount = given.len();
    let mut bytes = [0_u8; PAGE];
    let mut done = 0;
    while done < amount {
        let at = offset + done as u64;
        let part = part_at(kind, at);
        let (Some(room), Some(given)) = (
            bytes.get_mut(..part.length),
            given.get(done..done + part.length),
        ) else {
            return ffi::SQLITE_IOERR_WRITE;
        };
        room.copy_from_slice(given);
        // SQLite writes whole pages and whole heads; anything else is refused rather than guessed at.
        if part.from != at || !pages.seal(&part, room) {
            return ffi::SQLITE_IOERR_WRITE;
        }
        let outcome = pass!(
            file,
            xWrite,
            room.as_ptr().cast(),
            part.length as c_int,
            at as i64
        );
        if outcome != ffi::SQLITE_OK {
            return outcome;
        }
        done += part.length;
    }
    ffi::SQLITE_OK
}
