//! Reading foreign files where their worst cannot take the desk along.

mod alone;
pub mod bounds;
pub mod describe;
pub mod describer;
pub mod documents;
mod memory;
pub mod sheets;
pub mod worker;

pub use describe::{Described, Description, describe};
