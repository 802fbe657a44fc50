//! What a reader and a writer may do; different types, so that a read cannot write.

use std::cell::{Cell, RefCell};
use std::ops::Deref;

use jiff::Timestamp;
use rusqlite::Connection;

use crate::change::{Changes, Topic};
use crate::clock::stamp;

/// A write that changed more publications than this says only that some changed.
const MAX_NAMED: usize = 2_000;

/// A look at the desk as it was at one moment. Only `*/store.rs` and `db/` use its connection.
pub struct ReadTx<'a> {
    conn: &'a Connection,
    at: Timestamp,
    now: String,
}

impl<'a> ReadTx<'a> {
    pub(crate) fn new(conn: &'a Connection, at: Timestamp) -> Self {
        Self {
            conn,
            at,
            now: stamp(at),
        }
    }

    /// The connection, inside a transaction.
    pub(crate) fn conn(&self) -> &'a Connection {
        self.conn
    }

    /// The moment the transaction began.
    pub(crate) fn at(&self) -> Timestamp {
        self.at
    }

    /// The moment the transaction began, as it is stored.
    pub(crate) fn now(&self) -> &str {
        &self.now
    }
}

/// A change of the desk that is made whole or not at all. Everything a [`ReadTx`] can do it can do
/// too.
pub struct WriteTx<'a> {
    read: ReadTx<'a>,
    session: &'a str,
    changes: RefCell<Changes>,
    /// Publications changed that nobody named.
    any_publication: Cell<bool>,
}

impl<'a> WriteTx<'a> {
    pub(crate) fn new(conn: &'a Connection, at: Timestamp, session: &'a str) -> Self {
        Self {
            read: ReadTx::new(conn, at),
            session,
            changes: RefCell::default(),
            any_publication: Cell::new(false),
        }
    }

    /// Says that a region, and a draft in it, is no longer as it was.
    pub(crate) fn changed(&self, topic: Topic, draft: Option<&str>) {
        let mut changes = self.changes.borrow_mut();
        changes.topics.insert(topic);
        if topic == Topic::Publications {
            self.any_publication.set(true);
        }
        if let Some(draft) = draft {
            changes.drafts.insert(draft.to_owned());
        }
    }

    /// Says that one publication is new, gone or no longer as it was.
    pub(crate) fn changed_publication(&self, publication: &str) {
        let mut changes = self.changes.borrow_mut();
        changes.topics.insert(Topic::Publications);
        changes.publications.insert(publication.to_owned());
    }

    /// The run of the program that writes.
    pub(crate) fn session(&self) -> &str {
        self.session
    }

    pub(crate) fn into_changes(self) -> Changes {
        let mut changes = self.changes.into_inner();
        if self.any_publication.get() || changes.publications.len() > MAX_NAMED {
            changes.publications.clear();
        }
        changes
    }
}

impl<'a> Deref for WriteTx<'a> {
    type Target = ReadTx<'a>;

    fn deref(&self) -> &ReadTx<'a> {
        &self.read
    }
}
