//! One window per desk: a second start shows the window that is there already.
//!
//! The first holds a lock on a file in the desk's folder and listens on the loopback address; where
//! and with which word stands in a file beside it that only the person can read. The system frees
//! the lock when the program dies, so a stale address harms nobody.

use std::fs::{File, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use qalam_desk::{Code, Error, Result};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

const LOCK: &str = "window.lock";
const ADDRESS: &str = "window.json";
/// How long a program that is just starting or ending is waited for.
const PATIENCE: Duration = Duration::from_secs(8);
/// How long one question may take.
const ANSWER: Duration = Duration::from_secs(3);
/// A longer question is none of ours.
const LONGEST: u64 = 64 * 1024;
/// What the first answers.
const HERE: &str = "here\n";

/// Shows the window, with the file that the second start was given; false when it is just going away,
/// and the caller is to try again.
type Show = Box<dyn Fn(Option<PathBuf>) -> bool + Send + Sync>;

/// Where the first window of a desk listens.
#[derive(Serialize, Deserialize)]
struct Address {
    port: u16,
    word: String,
}

/// What stands behind the entrance.
pub enum Entrance {
    /// Nobody was there: this program is the first.
    First(First),
    /// Another program of this desk has shown its window.
    Shown,
}

/// The place of the first window; held as long as the program runs.
pub struct First {
    _lock: File,
    show: Arc<OnceLock<Show>>,
}

impl First {
    /// From now on a second start calls `show`, which says whether it does: a window that is just
    /// going away does not, and the second start asks again or takes its place.
    pub fn when_called(&self, show: impl Fn(Option<PathBuf>) -> bool + Send + Sync + 'static) {
        let _ = self.show.set(Box::new(show));
    }
}

/// Takes the place of the first window of the desk in `dir`, or has the first show itself, and what it
/// was given with it.
///
/// # Errors
/// [`Code::DeskBusy`] when the other program does not answer, and what the disk fails with.
pub fn enter(dir: &Path, given: Option<&Path>) -> Result<Entrance, Failure> {
    let path = dir.join(LOCK);
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|source| Error::io(source, &path))?;
    let began = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Entrance::First(listen(dir, file)?)),
            Err(TryLockError::Error(source)) => return Err(Error::io(source, &path).into()),
            Err(TryLockError::WouldBlock) => {}
        }
        if ask(dir, given).is_ok() {
            return Ok(Entrance::Shown);
        }
        if began.elapsed() > PATIENCE {
            return Err(Failure::new(Code::DeskBusy).because("the other window does not answer"));
        }
        std::thread::sleep(Duration::from_millis(150));
    }
}

/// Whether a program with a window has this desk open.
#[must_use]
pub fn window_is_there(dir: &Path) -> bool {
    File::open(dir.join(LOCK))
        .is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

fn listen(dir: &Path, lock: File) -> Result<First, Failure> {
    let show: Arc<OnceLock<Show>> = Arc::default();
    let first = First {
        _lock: lock,
        show: Arc::clone(&show),
    };
    let begun = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|door| {
        let address = Address {
            port: door.local_addr()?.port(),
            word: word()?,
        };
        write(dir, &address)?;
        std::thread::Builder::new()
            .name("entrance".to_owned())
            .spawn(move || {
                for caller in door.incoming().flatten() {
                    if let Err(error) = answer(caller, &address.word, &show) {
                        tracing::debug!(%error, "a call at the entrance");
                    }
                }
            })?;
        Ok(())
    });
    if let Err(error) = begun {
        // The window works without; a second start then says that it is busy.
        tracing::warn!(%error, "nobody listens at the entrance");
    }
    Ok(first)
}

fn word() -> io::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Writes the address so that only its owner can read it: a temporary file is born that way.
fn write(dir: &Path, address: &Address) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(dir)?;
    serde_json::to_writer(&mut file, address)?;
    file.persist(dir.join(ADDRESS))
        .map_err(|failed| failed.error)?;
    Ok(())
}

fn answer(mut caller: TcpStream, word: &str, show: &OnceLock<Show>) -> io::Result<()> {
    caller.set_read_timeout(Some(ANSWER))?;
    let mut said = String::new();
    BufReader::new(Read::take(&caller, LONGEST)).read_line(&mut said)?;
    let said = said.trim_end();
    let (own, file) = said
        .split_once(' ')
        .map_or((said, None), |(own, file)| (own, Some(file)));
    if own != word {
        return Ok(());
    }
    let file = file.and_then(|file| serde_json::from_str(file).ok());
    // Called while the window is still being made: it shows itself by itself.
    if show.get().is_some_and(|show| !show(file)) {
        return Ok(());
    }
    caller.write_all(HERE.as_bytes())
}

fn ask(dir: &Path, file: Option<&Path>) -> io::Result<()> {
    let address: Address = serde_json::from_slice(&std::fs::read(dir.join(ADDRESS))?)?;
    let at = SocketAddr::from((Ipv4Addr::LOCALHOST, address.port));
    let mut caller = TcpStream::connect_timeout(&at, ANSWER)?;
    caller.set_read_timeout(Some(ANSWER))?;
    let mut asked = address.word;
    if let Some(file) = file {
        asked.push(' ');
        asked.push_str(&serde_json::to_string(&file.to_string_lossy())?);
    }
    asked.push('\n');
    caller.write_all(asked.as_bytes())?;
    let mut said = String::new();
    BufReader::new(Read::take(&caller, LONGEST)).read_line(&mut said)?;
    if said == HERE {
        Ok(())
    } else {
        Err(io::Error::other("somebody else answered"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[test]
    fn the_second_shows_the_first_and_whoever_follows_a_dead_one_is_first() {
        let dir = tempfile::tempdir().unwrap();
        assert!(!window_is_there(dir.path()));
        let Ok(Entrance::First(first)) = enter(dir.path(), None) else {
            panic!("nobody was there");
        };
        let shown = Arc::new(AtomicU32::new(0));
        let counting = Arc::clone(&shown);
        // The first call meets a window that is going away.
        let (given, handed) = (
            Arc::new(Mutex::new(Vec::new())),
            Path::new("/media/stick/a b.qalam"),
        );
        let keeping = Arc::clone(&given);
        first.when_called(move |file| {
            keeping.lock().unwrap().extend(file);
            counting.fetch_add(1, Ordering::Relaxed) > 0
        });
        assert!(window_is_there(dir.path()));
        assert!(matches!(enter(dir.path(), None), Ok(Entrance::Shown)));
        assert!(given.lock().unwrap().is_empty());
        assert!(matches!(
            enter(dir.path(), Some(handed)),
            Ok(Entrance::Shown)
        ));
        assert_eq!(*given.lock().unwrap(), [handed]);
        assert_eq!(shown.load(Ordering::Relaxed), 3);
        // Who does not know the word is not heard.
        let port =
            serde_json::from_slice::<Address>(&std::fs::read(dir.path().join(ADDRESS)).unwrap())
                .unwrap()
                .port;
        let mut stranger = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        stranger.write_all(b"guess\n").unwrap();
        let mut said = String::new();
        stranger.read_to_string(&mut said).unwrap();
        assert_eq!((said.as_str(), shown.load(Ordering::Relaxed)), ("", 3));
        drop(first);
        assert!(!window_is_there(dir.path()));
        assert!(matches!(enter(dir.path(), None), Ok(Entrance::First(_))));
    }
}
