//! Where lists look for a draft.
//!
//! A desk of ten thousand drafts cannot ask each where it stands. So every draft carries a *place*:
//! the state [`super::state`] computed when one of its facts last changed, in an index, with a
//! counter for each. Triggers of the database mark a draft whose facts change, whoever changes
//! them; the door for writes computes the place of the marked ones before it commits. A place only
//! leads a list to its drafts: what is shown is computed from the facts again.

use super::state::standing;
use super::store::{self, list as places};
use crate::change::Action;
use crate::db::WriteTx;
use crate::desk::Desk;
use crate::error::Result;

/// Computes the place of every marked draft; the last thing done before a commit.
///
/// # Errors
/// What the database may fail with.
pub(crate) fn settle(tx: &WriteTx<'_>) -> Result<()> {
    let marked = places::unplaced(tx)?;
    for draft in &marked {
        if let Some(head) = store::head(tx, draft)? {
            places::set_place(tx, draft, standing(&head.facts).state)?;
        }
    }
    if marked.is_empty() {
        return Ok(());
    }
    places::forget_unplaced(tx)
}

impl Desk {
    /// Gives a place to what another program marked and did not get to.
    ///
    /// # Errors
    /// What the database may fail with.
    pub(crate) fn settle_places(&self) -> Result<()> {
        if self.read(places::unplaced)?.is_empty() {
            return Ok(());
        }
        self.write(Action::Reindex, |_| Ok(()))
    }

    /// Compares every place and every counter with what the facts say, and puts right what
    /// differs. Gives how many were wrong.
    ///
    /// # Errors
    /// What the database may fail with.
    pub(crate) fn heal_places(&self) -> Result<u64> {
        self.write(Action::Reindex, |tx| {
            settle(tx)?;
            let mut wrong = 0;
            for (draft, place) in places::places(tx)? {
                let Some(head) = store::head(tx, &draft)? else {
                    continue;
                };
                let state = standing(&head.facts).state;
                if state.as_str() != place {
                    places::set_place(tx, &draft, state)?;
                    wrong += 1;
                }
            }
            Ok(wrong + places::recount(tx)?)
        })
    }
}
