//! The memory a worker may have.
//!
//! The system enforces it: an allocation beyond the limit fails, and Rust's answer to a failed
//! allocation, as to a stack that is full, is to abort. On Windows there is no such limit of one's
//! own making; there the size caps of `content::limits` and the time limit have to do.
//!
//! What a program has before its first file is not counted: the window's libraries alone bring more
//! than an ordinary file may take.

use std::process::ExitStatus;
use std::sync::OnceLock;

/// What this process had before its first file.
static BEFORE: OnceLock<Before> = OnceLock::new();

#[derive(Default)]
struct Before {
    /// What counts for the limit, in bytes.
    limited: u64,
    /// What it held, in bytes.
    held: u64,
}

fn before() -> &'static Before {
    BEFORE.get_or_init(|| Before {
        limited: statm(if cfg!(target_os = "linux") {
            DATA
        } else {
            SIZE
        }),
        held: statm(RESIDENT),
    })
}

/// Places in `/proc/self/statm`.
const SIZE: usize = 0;
const RESIDENT: usize = 1;
const DATA: usize = 5;

/// A figure of the system about this process, in bytes; 0 where it does not say.
fn statm(place: usize) -> u64 {
    /// Of all systems this is built for.
    const PAGE: u64 = 4096;
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm
        .split_whitespace()
        .nth(place)
        .and_then(|pages| pages.parse::<u64>().ok());
    pages.unwrap_or(0).saturating_mul(PAGE)
}

/// Names a smaller limit in bytes, for a machine with little memory.
#[cfg(unix)]
const VARIABLE: &str = "QALAM_WORKER_MEMORY";

/// Linux counts what was asked for, and not the libraries mapped into the process, as data;
/// elsewhere only the whole of the address space can be bounded.
#[cfg(unix)]
const RESOURCE: rustix::process::Resource = if cfg!(target_os = "linux") {
    rustix::process::Resource::Data
} else {
    rustix::process::Resource::As
};

/// Bounds the memory of this process for good.
#[cfg(unix)]
pub(super) fn bound() {
    use qalam_content::limits::MAX_WORKER_MEMORY;
    use rustix::process::{Rlimit, getrlimit, setrlimit};

    let asked = std::env::var(VARIABLE)
        .ok()
        .and_then(|bytes| bytes.parse().ok())
        .unwrap_or(MAX_WORKER_MEMORY);
    let limit = getrlimit(RESOURCE).maximum.unwrap_or(u64::MAX).min(
        asked
            .min(MAX_WORKER_MEMORY)
            .saturating_add(before().limited),
    );
    let bounded = setrlimit(
        RESOURCE,
        Rlimit {
            current: Some(limit),
            maximum: Some(limit),
        },
    );
    if let Err(error) = bounded {
        tracing::warn!(%error, "the worker's memory has no limit");
    }
}

#[cfg(not(unix))]
pub(super) fn bound() {}

/// Lets the window and the desk go first wherever they want the processor.
#[cfg(unix)]
pub(super) fn stand_back() {
    // Where it cannot be, it is only slower.
    let _ = rustix::process::nice(10);
}

#[cfg(not(unix))]
pub(super) fn stand_back() {}

/// Gives this process so much memory for its next file, within what [`bound`] set.
#[cfg(unix)]
pub(super) fn allow(bytes: u64) {
    use rustix::process::{Rlimit, getrlimit, setrlimit};

    let maximum = getrlimit(RESOURCE).maximum;
    let wanted = bytes.saturating_add(before().limited);
    let current = Some(maximum.unwrap_or(u64::MAX).min(wanted));
    // Where it cannot be set, the bound holds.
    let _ = setrlimit(RESOURCE, Rlimit { current, maximum });
}

#[cfg(not(unix))]
pub(super) fn allow(_: u64) {}

/// The memory this process holds since its first file, in bytes; 0 where the system does not say.
pub(super) fn held() -> u64 {
    statm(RESIDENT).saturating_sub(before().held)
}

/// Whether a process ended as one does that ran out of memory.
pub(super) fn ran_out(status: ExitStatus) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        status.signal() == Some(rustix::process::Signal::ABORT.as_raw())
    }
    #[cfg(not(unix))]
    {
        // STATUS_STACK_BUFFER_OVERRUN, which is how an abort looks on Windows.
        status.code().map(i32::cast_unsigned) == Some(0xC000_0409)
    }
}
