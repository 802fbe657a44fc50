//! The one place that computes where a piece stands.
//!
//! The facts are: which release waits for a decision or was returned, which one is approved,
//! whether the draft was edited since, and how far the approved one got at each portal. Nothing
//! stores the answer.

use super::types::{Progress, State};
use crate::outbox::rules::{Phase, changed_there, shown};
use crate::review::ReleaseState;

/// Reason: the release in review is older than the text.
pub const EDITED_SINCE_SUBMITTED: &str = "edited_since_submitted";
/// Reason: the approved release, not yet at any portal, is older than the text.
pub const EDITED_SINCE_APPROVED: &str = "edited_since_approved";
/// Reason: what a portal holds is older than the text.
pub const EDITED_SINCE_RECEIVED: &str = "edited_since_received";

/// What is known about one draft.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    /// The release that waits for a decision or was returned, and whether the draft was edited
    /// since it was frozen.
    pub(crate) pending: Option<Pending>,
    /// Whether the draft was edited since its approved release was frozen; `None` without one.
    pub(crate) edited_since_approved: Option<bool>,
    /// How far the approved release got, portal by portal.
    pub(crate) deliveries: Vec<Delivery>,
}

/// A release that waits for a decision or was returned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pending {
    /// In review or returned.
    pub(crate) state: ReleaseState,
    /// The draft was edited since it was frozen.
    pub(crate) edited: bool,
    /// Why it was returned.
    pub(crate) reason: String,
}

/// How far the approved release got at one portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Delivery {
    /// Where it stands.
    pub(crate) phase: Phase,
    /// A person holds it back.
    pub(crate) held: bool,
    /// An attempt is under way, or part of it is already there.
    pub(crate) moving: bool,
    /// Files the portal has and needs.
    pub(crate) files: Progress,
    /// Code of the last failure; empty without one.
    pub(crate) failure: String,
}

/// Where a piece stands and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) state: State,
    pub(crate) reason: Option<String>,
    pub(crate) progress: Option<Progress>,
}

/// Where the piece stands.
///
/// A release under decision comes first, because somebody has to act on it. Then the text itself:
/// edited since it was approved, it is in no release and a draft again, whatever became of the
/// older text. Only then how far the approved release got; of several portals the one that needs
/// a person most speaks for all, and a piece is published when every portal publishes it.
pub(crate) fn standing(facts: &Facts) -> Standing {
    let because = |state, reason: &str| Standing {
        state,
        reason: (!reason.is_empty()).then(|| reason.to_owned()),
        progress: None,
    };
    if let Some(pending) = &facts.pending {
        return match pending.state {
            ReleaseState::Returned => because(State::Returned, &pending.reason),
            _ if pending.edited => because(State::InReview, EDITED_SINCE_SUBMITTED),
            _ => because(State::InReview, ""),
        };
    }
    let Some(edited) = facts.edited_since_approved else {
        return because(State::Draft, "");
    };
    if edited {
        let arrived = facts.deliveries.iter().any(|one| {
            matches!(
                one.phase,
                Phase::Received | Phase::Published | Phase::Returned
            )
        });
        return because(
            State::Draft,
            if arrived {
                EDITED_SINCE_RECEIVED
            } else {
                EDITED_SINCE_APPROVED
            },
        );
    }
    delivered(&facts.deliveries).unwrap_or_else(|| because(State::Approved, ""))
}

fn delivered(deliveries: &[Delivery]) -> Option<Standing> {
    let speaker = deliveries
        .iter()
        .filter_map(|one| Some((state_of(one)?, one)))
        .max_by_key(|(state, _)| weight(*state));
    let (state, delivery) = speaker?;
    Some(Standing {
        state,
        reason: (!delivery.failure.is_empty()
            && !matches!(state, State::Received | State::Published))
        .then(|| delivery.failure.clone()),
        progress: (state == State::Sending).then_some(delivery.files),
    })
}

fn state_of(delivery: &Delivery) -> Option<State> {
    if changed_there(delivery.phase, &delivery.failure) {
        return Some(State::Conflict);
    }
    State::parse(shown(delivery.phase, delivery.moving, delivery.held)?)
}

/// How much a portal's state needs somebody's attention.
const fn weight(state: State) -> u8 {
    match state {
        State::Conflict => 6,
        State::Refused => 5,
        State::Sending => 4,
        State::Waiting => 3,
        State::Received => 2,
        State::Published => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery(phase: Phase, moving: bool) -> Delivery {
        Delivery {
            phase,
            held: false,
            moving,
            files: Progress { done: 1, total: 3 },
            failure: String::new(),
        }
    }

    fn pending(state: ReleaseState, edited: bool) -> Option<Pending> {
        Some(Pending {
            state,
            edited,
            reason: "too long".to_owned(),
        })
    }

    #[test]
    fn facts_give_states() {
        use Phase::{Conflict, Files, Published, Put, Received, Refused, Superseded, Withdrawn};
        type Row<'a> = (
            Option<Pending>,
            Option<bool>,
            &'a [(Phase, bool)],
            State,
            Option<&'a str>,
        );
        let rows: &[Row<'_>] = &[
            (None, None, &[], State::Draft, None),
            (
                pending(ReleaseState::InReview, false),
                None,
                &[],
                State::InReview,
                None,
            ),
            (
                pending(ReleaseState::InReview, true),
                Some(true),
                &[(Received, false)],
                State::InReview,
                Some(EDITED_SINCE_SUBMITTED),
            ),
            (
                pending(ReleaseState::Returned, true),
                None,
                &[],
                State::Returned,
                Some("too long"),
            ),
            (None, Some(false), &[], State::Approved, None),
            (
                None,
                Some(false),
                &[(Withdrawn, false)],
                State::Approved,
                None,
            ),
            (
                None,
                Some(false),
                &[(Superseded, false), (Put, false)],
                State::Waiting,
                None,
            ),
            (None, Some(false), &[(Put, true)], State::Sending, None),
            (
                None,
                Some(false),
                &[(Files, true), (Received, false)],
                State::Sending,
                None,
            ),
            (
                None,
                Some(false),
                &[(Received, false), (Published, false)],
                State::Received,
                None,
            ),
            (
                None,
                Some(false),
                &[(Published, false)],
                State::Published,
                None,
            ),
            (
                None,
                Some(false),
                &[(Put, false), (Refused, false)],
                State::Refused,
                None,
            ),
            (
                None,
                Some(false),
                &[(Conflict, false), (Refused, false)],
                State::Conflict,
                None,
            ),
            (
                None,
                Some(true),
                &[(Put, false)],
                State::Draft,
                Some(EDITED_SINCE_APPROVED),
            ),
            (
                None,
                Some(true),
                &[(Received, false)],
                State::Draft,
                Some(EDITED_SINCE_RECEIVED),
            ),
        ];
        for (pending, edited, deliveries, state, reason) in rows {
            let facts = Facts {
                pending: pending.clone(),
                edited_since_approved: *edited,
                deliveries: deliveries
                    .iter()
                    .map(|(phase, moving)| delivery(*phase, *moving))
                    .collect(),
            };
            let found = standing(&facts);
            assert_eq!(
                (found.state, found.reason.as_deref()),
                (*state, *reason),
                "{facts:?}"
            );
            assert_eq!(found.progress.is_some(), *state == State::Sending);
        }
    }

    #[test]
    fn a_text_changed_on_the_portal_needs_a_person() {
        let mut changed = delivery(Phase::Published, false);
        changed.failure = "changed_on_portal".to_owned();
        let facts = Facts {
            edited_since_approved: Some(false),
            deliveries: vec![delivery(Phase::Received, false), changed],
            ..Facts::default()
        };
        let found = standing(&facts);
        assert_eq!(
            (found.state, found.reason.as_deref()),
            (State::Conflict, Some("changed_on_portal"))
        );
    }

    #[test]
    fn a_held_entry_waits() {
        let mut held = delivery(Phase::Files, true);
        held.held = true;
        let facts = Facts {
            edited_since_approved: Some(false),
            deliveries: vec![held],
            ..Facts::default()
        };
        assert_eq!(standing(&facts).state, State::Waiting);
    }
}
