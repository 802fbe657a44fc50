//! How long and with how much memory a foreign file may be worked on.

use std::process::Child;
use std::sync::{Mutex, MutexGuard, TryLockError};
use std::time::{Duration, Instant};

/// The longest a file may be worked on, however large. The largest reports take a few seconds.
pub const TIME_LIMIT: Duration = Duration::from_secs(60);
/// The longest the smallest file may be worked on; files made to hang are small ones.
const LEAST_TIME: Duration = Duration::from_secs(10);
/// What each mebibyte adds to that.
const TIME_PER_MIB: Duration = Duration::from_secs(2);
/// So many times as long may pass until it has worked that long: other programs go before it.
const IDLE: u32 = 20;
/// How often a wait looks whether the person cancelled.
pub(super) const LOOK_UP: Duration = Duration::from_millis(40);
/// Problem code: reading was stopped at [`TIME_LIMIT`].
pub const TOOK_TOO_LONG: &str = "took_too_long";
/// Problem code: reading asked for more memory than a worker may have.
pub const TOOK_TOO_MUCH_MEMORY: &str = "took_too_much_memory";
/// Held by whoever's worker has all the memory a worker may have.
static GREEDY: Mutex<()> = Mutex::new(());

/// The longest a file of so many bytes may be worked on.
pub(super) fn time_for(bytes: u64) -> Duration {
    let mebibytes = u32::try_from(bytes >> 20).unwrap_or(u32::MAX);
    LEAST_TIME.saturating_add(TIME_PER_MIB.saturating_mul(mebibytes))
}

/// How long the system has let a worker work, where it can be asked: on a busy machine much less than
/// what passed, since workers stand back.
fn worked(child: &Child) -> Option<Duration> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", child.id())).ok()?;
    // The twelfth and thirteenth word after the name: its own time and the system's, in hundredths.
    let (_, after_name) = stat.rsplit_once(')')?;
    let words = after_name.split_whitespace().skip(11).take(2);
    let hundredths: u64 = words.filter_map(|word| word.parse::<u64>().ok()).sum();
    Some(Duration::from_millis(hundredths.saturating_mul(10)))
}

/// How long a worker may go on.
pub(super) struct Patience {
    limit: Duration,
    began: Instant,
    worked: Duration,
}

impl Patience {
    /// For what `child` begins now.
    pub(super) fn with(child: &Child, limit: Duration) -> Self {
        Self {
            limit,
            began: Instant::now(),
            worked: worked(child).unwrap_or_default(),
        }
    }

    /// Whether it has worked for longer by now.
    pub(super) fn is_over(&self, child: &Child) -> bool {
        match worked(child) {
            Some(now) => {
                now.saturating_sub(self.worked) > self.limit
                    || self.began.elapsed() > self.limit.saturating_mul(IDLE)
            }
            None => self.began.elapsed() > self.limit,
        }
    }
}

/// The right to all the memory a worker may have, once nobody else has it. `None` when cancelled.
pub(super) fn all_memory(cancelled: &dyn Fn() -> bool) -> Option<MutexGuard<'static, ()>> {
    loop {
        match GREEDY.try_lock() {
            Ok(held) => return Some(held),
            Err(TryLockError::Poisoned(held)) => return Some(held.into_inner()),
            Err(TryLockError::WouldBlock) if cancelled() => return None,
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOOK_UP),
        }
    }
}
