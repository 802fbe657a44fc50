//! The frozen form of a piece and its canonical bytes. They stand in the package `proof`, so that the
//! program that checks proofs needs nothing else of ours.

pub use qalam_proof::canonical::*;
