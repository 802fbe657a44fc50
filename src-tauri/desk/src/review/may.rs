//! Who may do what to a release: one pure function over the facts and the house's rules.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::types::ReleaseState;
use crate::error::Code;
use crate::profile::Role;

pub(crate) use qalam_proof::decision::Act;

/// The rules a ministry sets for its approvals.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct HouseRules {
    /// Four eyes: the key that handed a piece in cannot approve it.
    pub four_eyes: bool,
    /// Content types that two different keys must approve.
    pub two_signatures: Vec<String>,
    /// In an emergency one approver may set these rules aside, with a reason that stays in the trail.
    pub urgent_path: bool,
}

impl HouseRules {
    /// How many keys must approve a piece of this type.
    pub(crate) fn needed(&self, content_type: &str) -> u64 {
        if self.two_signatures.iter().any(|one| one == content_type) {
            2
        } else {
            1
        }
    }
}

/// What somebody wants to do, and how things stand.
#[derive(Clone, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) act: Act,
    pub(crate) role: Role,
    /// State of the release it is about; `None` when there is none in review and none returned.
    pub(crate) state: Option<ReleaseState>,
    /// The key handed this piece in, now or before.
    pub(crate) own: bool,
    /// The key approved this release before.
    pub(crate) signed: bool,
    /// How many other keys approved this release.
    pub(crate) approvals: u64,
    /// How many are needed.
    pub(crate) needed: u64,
    /// The urgent path is asked for.
    pub(crate) urgent: bool,
    /// The note, comment or reason.
    pub(crate) words: &'a str,
}

/// What a yes means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Granted {
    /// The release is decided with it; otherwise a further signature is needed.
    pub(crate) completes: bool,
    /// A rule was set aside, which the statement and the trail must say.
    pub(crate) urgent: bool,
}

/// Whether it may be done, and what a yes means; else the code of the rule against it.
pub(crate) fn may(asked: &Asked<'_>, house: &HouseRules) -> Result<Granted, Code> {
    let plain = Granted {
        completes: true,
        urgent: false,
    };
    let in_review = asked.state == Some(ReleaseState::InReview);
    match asked.act {
        Act::Submit => Ok(plain),
        Act::Withdraw if in_review => Ok(plain),
        Act::Withdraw => Err(Code::NothingToWithdraw),
        Act::Return | Act::Approve if !asked.role.may_decide() => Err(Code::NotApprover),
        Act::Return if asked.words.trim().is_empty() => Err(Code::ReasonNeeded),
        Act::Return if in_review => Ok(plain),
        Act::Return if asked.state == Some(ReleaseState::Approved) => Err(Code::AlreadyApproved),
        Act::Return => Err(Code::NotInReview),
        Act::Approve if !in_review => Err(Code::NotInReview),
        Act::Approve => approve(asked, house),
    }
}

fn approve(asked: &Asked<'_>, house: &HouseRules) -> Result<Granted, Code> {
    let against = if house.four_eyes && asked.own {
        Some(Code::OwnDraft)
    } else if asked.signed {
        Some(Code::AlreadySigned)
    } else {
        None
    };
    let completes = asked.approvals + 1 >= asked.needed && against.is_none();
    if !asked.urgent || completes {
        return match against {
            Some(code) => Err(code),
            None => Ok(Granted {
                completes,
                urgent: false,
            }),
        };
    }
    if !house.urgent_path {
        return Err(against.unwrap_or(Code::UrgentNotAllowed));
    }
    if asked.words.trim().is_empty() {
        return Err(Code::ReasonNeeded);
    }
    Ok(Granted {
        completes: true,
        urgent: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Role, state, own key, signed before, other approvals, needed, urgent, words; four eyes,
    /// urgent path; what comes of it.
    type Case = (
        (Act, Role, Option<ReleaseState>),
        (bool, bool, u64, u64, bool, &'static str),
        (bool, bool),
        Result<(bool, bool), Code>,
    );

    #[test]
    fn the_table_of_the_house() {
        use Act::{Approve, Return, Submit, Withdraw};
        use ReleaseState::{Approved, InReview, Returned, Superseded};
        use Role::{Approver, Author, Both};
        let free = (false, false, 0, 1, false, "");
        let cases: &[Case] = &[
            // Handing in is everybody's, whatever went before.
            (
                (Submit, Author, None),
                free,
                (true, false),
                Ok((true, false)),
            ),
            (
                (Submit, Approver, Some(Returned)),
                free,
                (false, false),
                Ok((true, false)),
            ),
            // Taking back needs something in review.
            (
                (Withdraw, Author, Some(InReview)),
                free,
                (true, true),
                Ok((true, false)),
            ),
            (
                (Withdraw, Author, None),
                free,
                (false, false),
                Err(Code::NothingToWithdraw),
            ),
            (
                (Withdraw, Both, Some(Returned)),
                free,
                (false, false),
                Err(Code::NothingToWithdraw),
            ),
            // Returning is for approvers, with a reason, while nothing is decided.
            (
                (Return, Author, Some(InReview)),
                (false, false, 0, 1, false, "No."),
                (false, false),
                Err(Code::NotApprover),
            ),
            (
                (Return, Approver, Some(InReview)),
                free,
                (false, false),
                Err(Code::ReasonNeeded),
            ),
            (
                (Return, Approver, Some(InReview)),
                (true, false, 0, 1, false, "No."),
                (true, false),
                Ok((true, false)),
            ),
            (
                (Return, Approver, Some(Approved)),
                (false, false, 0, 1, false, "No."),
                (false, false),
                Err(Code::AlreadyApproved),
            ),
            (
                (Return, Both, Some(Returned)),
                (false, false, 0, 1, false, "No."),
                (false, false),
                Err(Code::NotInReview),
            ),
            // Approving is for approvers, and for what is in review.
            (
                (Approve, Author, Some(InReview)),
                free,
                (false, false),
                Err(Code::NotApprover),
            ),
            (
                (Approve, Both, Some(InReview)),
                free,
                (false, false),
                Ok((true, false)),
            ),
            (
                (Approve, Approver, Some(Returned)),
                free,
                (false, false),
                Err(Code::NotInReview),
            ),
            (
                (Approve, Approver, Some(Superseded)),
                free,
                (false, true),
                Err(Code::NotInReview),
            ),
            (
                (Approve, Approver, None),
                free,
                (false, false),
                Err(Code::NotInReview),
            ),
            // Four eyes.
            (
                (Approve, Both, Some(InReview)),
                (true, false, 0, 1, false, ""),
                (false, false),
                Ok((true, false)),
            ),
            (
                (Approve, Both, Some(InReview)),
                (true, false, 0, 1, false, ""),
                (true, false),
                Err(Code::OwnDraft),
            ),
            (
                (Approve, Both, Some(InReview)),
                (true, false, 0, 1, true, "Flood."),
                (true, false),
                Err(Code::OwnDraft),
            ),
            (
                (Approve, Both, Some(InReview)),
                (true, false, 0, 1, true, " "),
                (true, true),
                Err(Code::ReasonNeeded),
            ),
            (
                (Approve, Both, Some(InReview)),
                (true, false, 0, 1, true, "Flood."),
                (true, true),
                Ok((true, true)),
            ),
            // Two signatures are of two keys.
            (
                (Approve, Approver, Some(InReview)),
                (false, false, 0, 2, false, ""),
                (false, false),
                Ok((false, false)),
            ),
            (
                (Approve, Approver, Some(InReview)),
                (false, true, 0, 2, false, ""),
                (false, false),
                Err(Code::AlreadySigned),
            ),
            (
                (Approve, Approver, Some(InReview)),
                (false, false, 1, 2, false, ""),
                (false, false),
                Ok((true, false)),
            ),
            (
                (Approve, Approver, Some(InReview)),
                (false, false, 0, 2, true, "Flood."),
                (false, false),
                Err(Code::UrgentNotAllowed),
            ),
            (
                (Approve, Approver, Some(InReview)),
                (false, false, 0, 2, true, "Flood."),
                (false, true),
                Ok((true, true)),
            ),
            (
                (Approve, Author, Some(InReview)),
                (false, false, 0, 2, true, "Flood."),
                (false, true),
                Err(Code::NotApprover),
            ),
            // Urgent where nothing stands in the way leaves no trace, for no rule was set aside.
            (
                (Approve, Approver, Some(InReview)),
                (false, false, 0, 1, true, ""),
                (true, false),
                Ok((true, false)),
            ),
        ];
        for (number, (who, facts, house, expected)) in cases.iter().enumerate() {
            let (own, signed, approvals, needed, urgent, words) = *facts;
            let asked = Asked {
                act: who.0,
                role: who.1,
                state: who.2,
                own,
                signed,
                approvals,
                needed,
                urgent,
                words,
            };
            let rules = HouseRules {
                four_eyes: house.0,
                two_signatures: Vec::new(),
                urgent_path: house.1,
            };
            let found = may(&asked, &rules).map(|yes| (yes.completes, yes.urgent));
            assert_eq!(found, *expected, "case {number}: {asked:?}");
        }
    }
}
