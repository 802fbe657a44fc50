//! Caps of the practice portal. Real portals have their own; the service document tells them.

/// Longest body of a `PUT` of an item: all language versions with room to spare.
pub const ITEM_BYTES: u64 = 16 * 1024 * 1024;
/// Longest file.
pub const FILE_BYTES: u64 = 2 * 1024 * 1024 * 1024;
/// Longest body of anything else.
pub const SMALL_BYTES: usize = 64 * 1024;
/// Seconds until an upload nobody continues is forgotten: offices are cut off for days.
pub const UPLOAD_EXPIRES: u64 = 14 * 24 * 3600;
/// Programs are not publications.
pub const REFUSED_TYPES: &[&str] = &[
    "application/vnd.microsoft.portable-executable",
    "application/x-msdownload",
    "application/x-dosexec",
    "application/x-executable",
    "application/x-elf",
    "application/x-mach-binary",
    "application/x-sh",
    "application/x-msi",
];
