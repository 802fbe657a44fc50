//! The database file: connections, migrations, and the folder of blobs beside it.

pub mod blobs;
pub(crate) mod checkpoint;
pub(crate) mod container;
pub(crate) mod facts;
pub mod lent;
pub(crate) mod migrate;
pub(crate) mod open;
pub(crate) mod ours;
pub(crate) mod tx;
pub(crate) mod vfs;
pub(crate) mod whole;

pub use tx::{ReadTx, WriteTx};

/// Name of the database inside the desk's folder.
pub const FILE_NAME: &str = "desk.sqlite3";
