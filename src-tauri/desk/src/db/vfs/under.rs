//! The system's file and layer under ours.

use std::mem::size_of;

use rusqlite::ffi;

use super::Held;

/// The system's file behind ours.
///
/// # Safety
/// `file` was opened by [`open`].
pub(super) unsafe fn under(file: *mut ffi::sqlite3_file) -> *mut ffi::sqlite3_file {
    // SAFETY: SQLite gave `szOsFile` bytes, ours and then the other's.
    unsafe { file.cast::<u8>().add(size_of::<Held>()).cast() }
}

/// Calls a method of the system's file.
macro_rules! pass {
    ($file:expr, $method:ident $(, $arg:expr)*) => {{
        // SAFETY: the file was opened by `open`, so the one under it is whole.
        unsafe {
            let under = $crate::db::vfs::under::under($file);
            match (*(*under).pMethods).$method {
                Some(method) => method(under $(, $arg)*),
                None => ffi::SQLITE_NOTFOUND,
            }
        }
    }};
}

/// Calls a method of the system's layer.
macro_rules! layer {
    ($vfs:expr, $method:ident, $otherwise:expr $(, $arg:expr)*) => {{
        // SAFETY: the layer is ours, so what it carries is a `Keys`, and `base` is a whole layer.
        unsafe {
            let base = (*(*$vfs).pAppData.cast::<Keys>()).base;
            match (*base).$method {
                Some(method) => method(base $(, $arg)*),
                None => $otherwise,
            }
        }
    }};
}
