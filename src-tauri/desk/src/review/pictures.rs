//! The first pages of files that are looked at before somebody signs.
//!
//! A publication's picture was made when it came in. Of any other file one is drawn when somebody
//! looks, by the worker that reads files, and remembered as long as the desk is open: few files are
//! looked at, and nothing of them lies about.

use std::collections::VecDeque;
use std::io::Read;

use super::store;
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::id::{self, new_id};
use crate::imports::describer::Describer;
use crate::publications::{self, slim};

/// How many drawn pictures are remembered; together they are a few megabytes.
const REMEMBERED: usize = 48;

/// The pictures drawn last, by the hash of the file; `None` of one that has none.
#[derive(Debug, Default)]
pub(crate) struct Drawn(VecDeque<(String, Option<Vec<u8>>)>);

impl Drawn {
    fn find(&self, sha256: &str) -> Option<&Option<Vec<u8>>> {
        let found = self.0.iter().find(|(known, _)| known == sha256);
        found.map(|(_, picture)| picture)
    }

    fn keep(&mut self, sha256: &str, picture: Option<&Vec<u8>>) {
        if self.0.len() >= REMEMBERED {
            self.0.pop_front();
        }
        self.0.push_back((sha256.to_owned(), picture.cloned()));
    }
}

impl Desk {
    /// A small picture (PNG) of the first page of a file of a draft or a release. May take as long
    /// as reading the file.
    ///
    /// # Errors
    /// [`Code::NotFound`](crate::Code::NotFound) when nothing has these bytes or nothing can be
    /// drawn of them, [`Code::BlobMissing`](crate::Code::BlobMissing),
    /// [`Code::BadHash`](crate::Code::BadHash).
    pub fn first_page(&self, sha256: &str) -> Result<Vec<u8>> {
        let sha256 = id::parse_hash(sha256)?;
        let none = || Error::not_found("picture", &sha256);
        let (publication, name) = self.read(|read| {
            // A copy for sending shows what its original shows.
            let original = slim::store::sent_as(read, &sha256)?.map(|made| made.original);
            let mut publication = publications::store::pictured(read, &sha256)?;
            if let (None, Some(original)) = (&publication, &original) {
                publication = publications::store::pictured(read, original)?;
            }
            Ok((publication, store::file_name(read, &sha256)?))
        })?;
        if let Some(publication) = publication {
            let mut png = Vec::new();
            let read = self
                .thumbnail(&publication)
                .and_then(|mut file| file.read_to_end(&mut png));
            if read.is_ok() {
                return Ok(png);
            }
        }
        let name = name.ok_or_else(none)?;
        // Held while drawing: a screen that asks for many pictures has one worker, not many.
        let mut drawn = self.drawn.lock().unwrap_or_else(|held| held.into_inner());
        if let Some(known) = drawn.find(&sha256) {
            return known.clone().ok_or_else(none);
        }
        drop(self.blobs.open(&sha256)?);
        let mut describer = Describer::new(self.tmp().join(format!("first-page-{}", new_id())));
        let picture = describer
            .describe(&name, &self.blobs.lend(&sha256), &|| false)
            .and_then(|described| described.thumbnail);
        drawn.keep(&sha256, picture.as_ref());
        picture.ok_or_else(none)
    }
}
