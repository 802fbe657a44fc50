//! Bytes of the desk for whoever must have a path.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use tempfile::TempPath;

use super::blobs::Blobs;

/// A path to bytes of the desk. A copy made for it is gone when the last clone is.
#[derive(Clone)]
pub struct Lent(Arc<Loan>);

struct Loan {
    /// Whose bytes; none for a path that is what it is.
    of: Option<(Blobs, String)>,
    place: OnceLock<(PathBuf, Option<TempPath>)>,
}

impl From<PathBuf> for Lent {
    fn from(path: PathBuf) -> Self {
        Self(Arc::new(Loan {
            of: None,
            place: OnceLock::from((path, None)),
        }))
    }
}

impl std::ops::Deref for Lent {
    type Target = Path;

    fn deref(&self) -> &Path {
        let (path, _) = self.0.place.get_or_init(|| match &self.0.of {
            Some((blobs, sha256)) => blobs.place_of(sha256),
            None => (PathBuf::new(), None),
        });
        path
    }
}

impl AsRef<Path> for Lent {
    fn as_ref(&self) -> &Path {
        self
    }
}

impl Lent {
    /// The bytes with this hash; nothing is done before the path is asked for.
    pub(super) fn of(blobs: Blobs, sha256: String) -> Self {
        Self(Arc::new(Loan {
            of: Some((blobs, sha256)),
            place: OnceLock::new(),
        }))
    }

    fn name(&self) -> &str {
        self.0.of.as_ref().map_or("", |(_, sha256)| sha256)
    }
}

impl std::fmt::Debug for Lent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Lent").field(&self.name()).finish()
    }
}

impl PartialEq for Lent {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Lent {}
