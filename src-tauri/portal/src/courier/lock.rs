//! One courier per desk, and what a second one can do instead.

use std::{
    fs::{File, TryLockError},
    path::Path,
    sync::Arc,
    time::Duration,
};

use qalam_desk::{Desk, error::Error as DeskError, outbox::OutboxEntry};

use super::{Error, blocking};

/// The lock, held as long as the courier lives; the system frees it when the program dies.
pub(super) struct DeskLock(#[allow(dead_code, reason = "held, not used")] File);

impl DeskLock {
    pub(super) fn take(dir: &Path) -> Result<Self, Error> {
        let path = dir.join("courier.lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|source| DeskError::io(source, &path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(Error::Busy),
            Err(TryLockError::Error(source)) => Err(DeskError::io(source, &path).into()),
        }
    }
}

/// Watches another program's courier until nothing waits but what a person holds back. True when that came to pass in
/// time.
///
/// # Errors
/// What the desk fails with.
pub async fn wait_until_empty(
    desk: &Arc<Desk>,
    portal: Option<&str>,
    timeout: Option<Duration>,
) -> Result<bool, DeskError> {
    let began = tokio::time::Instant::now();
    loop {
        let asked = Arc::clone(desk);
        let entries = blocking(move || asked.outbox_list()).await?.entries;
        let open = |entry: &OutboxEntry| {
            matches!(entry.state.as_str(), "waiting" | "sending")
                && !entry.held
                && portal.is_none_or(|name| name == entry.portal)
        };
        if !entries.iter().any(open) {
            return Ok(true);
        }
        if timeout.is_some_and(|timeout| began.elapsed() >= timeout) {
            return Ok(false);
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}
