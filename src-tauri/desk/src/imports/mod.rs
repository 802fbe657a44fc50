//! Reading foreign files where their worst cannot take the desk along.

pub mod describe;
mod memory;
pub mod sheets;
pub mod worker;

pub use describe::{Described, Description, describe};
