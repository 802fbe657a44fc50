//! The engine of the outbox: what to send next, and what every answer means, as plain values.
//!
//! Nothing here reads a clock, a database, a random source or a network; a moment and a random
//! number are handed in. A [`Lane`] is all that is known of one draft at one portal; every
//! transition takes a lane (and the [`Way`] to its portal) and changes it in place. The desk loads
//! a lane, lets a transition happen and saves it in one transaction; the simulation of the tests
//! keeps lanes in memory ([`OutboxState`]) and runs the same code millions of times.

mod act;
mod bag;
mod begin;
mod choose;
mod compare;
mod gate;
mod rate;
mod record;
pub mod remote;
mod state;
mod upload;
mod whole;

pub use act::{NewEntry, Refusal};
pub use begin::{Order, OrderKind};
pub use choose::{Class, Kind, Outlook, Rank, class_of_fetch, fetch_outlook, outlook};
pub use compare::{Comparison, compare};
pub use gate::{BudgetPeriod, Gate, MeteredSends, Sending, Usage, waiting};
pub use rate::{Estimate, Rate};
pub use record::{Effects, Kept, NewReceipt};
pub use state::{Entry, File, Lane, Mirror, Moment, Reach, Way};
pub use upload::UploadMark;
pub use whole::{Next, OutboxState};

#[cfg(test)]
mod tests;
