//! When something may leave: the wishes of the person who pays for the link.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::choose::{Class, Kind};
use super::state::Moment;

/// Codes that say why an entry waits.
pub mod waiting {
    /// A person paused all sending.
    pub const PAUSED: &str = "paused";
    /// A person keeps the entry back.
    pub const HELD: &str = "held";
    /// A file is larger than what may leave without being asked.
    pub const FOR_YES: &str = "waiting_for_yes";
    /// The budget of the day or month is used up.
    pub const BUDGET: &str = "waiting_budget";
    /// The hours in which nothing is to be sent.
    pub const QUIET_HOURS: &str = "waiting_quiet_hours";
    /// The link is paid by volume, and files wait for another.
    pub const METERED: &str = "waiting_metered";
    /// An older release of the same piece is settled first.
    pub const OLDER: &str = "waiting_older";
    /// It was tried, and is tried again at the time given.
    pub const NEXT_TRY: &str = "waiting_next_try";
}

/// What a budget covers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum BudgetPeriod {
    /// A day of the place.
    Day,
    /// A month of the place.
    #[default]
    Month,
}

/// What leaves over a metered link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MeteredSends {
    /// Texts only.
    #[default]
    Text,
    /// Texts, and files up to the size above which a person is asked.
    UpToLimit,
}

/// What a person wishes about sending from this desk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Sending {
    /// Bytes that may leave in a period; null is any number.
    #[ts(type = "number | null")]
    pub budget_bytes: Option<u64>,
    /// The period of the budget.
    pub budget_period: BudgetPeriod,
    /// When the hours begin in which nothing is sent, `22:00` by the clock of the place.
    pub quiet_from: Option<String>,
    /// When those hours end.
    pub quiet_to: Option<String>,
    /// A file larger than this waits for a person's yes; null never asks.
    #[ts(type = "number | null")]
    pub ask_above_bytes: Option<u64>,
    /// The link is paid by volume.
    pub metered: bool,
    /// What leaves over such a link.
    pub metered_sends: MeteredSends,
}

/// Bytes that left, by the day of the place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage(pub BTreeMap<Date, u64>);

impl Usage {
    /// Counts bytes that leave now.
    pub fn count(&mut self, now: &Moment, bytes: u64) {
        if bytes > 0 {
            let day = self.0.entry(now.local.date()).or_default();
            *day = day.saturating_add(bytes);
        }
    }

    /// Bytes that left in the present period.
    #[must_use]
    pub fn spent(&self, period: BudgetPeriod, now: &Moment) -> u64 {
        let today = now.local.date();
        match period {
            BudgetPeriod::Day => self.0.get(&today).copied().unwrap_or(0),
            BudgetPeriod::Month => self
                .0
                .range(today.first_of_month()..=today.last_of_month())
                .map(|(_, bytes)| *bytes)
                .sum(),
        }
    }
}

/// Whether something may leave now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gate {
    /// It may, at most so many bytes of it.
    Open(Option<u64>),
    /// It may not, by this code of [`waiting`], until then (`None`: until a person changes it).
    Shut(&'static str, Option<Timestamp>),
}

impl Sending {
    /// Whether a step of this class may be begun now. An urgent text always may; files never pass
    /// a budget, a quiet hour or a metered link on account of being urgent. What a person insists
    /// on passes everything, whole.
    #[must_use]
    pub fn gate(&self, usage: &Usage, class: Class, now: &Moment) -> Gate {
        if class.insisted.0 {
            return Gate::Open(None);
        }
        let is_file = class.kind == Kind::Upload;
        if is_file && self.metered && self.metered_sends == MeteredSends::Text {
            return Gate::Shut(waiting::METERED, None);
        }
        if class.urgent.0 && !is_file {
            return Gate::Open(None);
        }
        let left = self.left(usage, now);
        let quiet_until = self.quiet_until(now);
        let broke_until = (left == Some(0)).then(|| self.period_ends(now));
        match (quiet_until, broke_until) {
            (None, None) => Gate::Open(left.filter(|_| is_file)),
            (Some(quiet), Some(broke)) if quiet > broke => {
                Gate::Shut(waiting::QUIET_HOURS, Some(quiet))
            }
            (_, Some(broke)) => Gate::Shut(waiting::BUDGET, Some(broke)),
            (Some(quiet), None) => Gate::Shut(waiting::QUIET_HOURS, Some(quiet)),
        }
    }

    /// Whether a file of this size waits for a yes.
    #[must_use]
    pub fn asks(&self, bytes: u64, consent: bool) -> bool {
        !consent && self.ask_above_bytes.is_some_and(|limit| bytes > limit)
    }

    /// Bytes left of the budget; `None` without one.
    #[must_use]
    pub fn left(&self, usage: &Usage, now: &Moment) -> Option<u64> {
        let budget = self.budget_bytes?;
        Some(budget.saturating_sub(usage.spent(self.budget_period, now)))
    }

    /// When the present period of the budget is over.
    #[must_use]
    pub fn period_ends(&self, now: &Moment) -> Timestamp {
        let today = now.local.date();
        let last = match self.budget_period {
            BudgetPeriod::Day => today,
            BudgetPeriod::Month => today.last_of_month(),
        };
        let next = last.checked_add(1.day()).unwrap_or(last);
        moved(now, next.to_datetime(Time::midnight()))
    }

    /// The end of the quiet hours, while they last. From 22:00 to 06:00 goes over midnight; hours
    /// that end when they begin are none.
    #[must_use]
    pub fn quiet_until(&self, now: &Moment) -> Option<Timestamp> {
        let from = hour(self.quiet_from.as_deref()?)?;
        let to = hour(self.quiet_to.as_deref()?)?;
        let time = now.local.time();
        let today = now.local.date();
        let inside = if from < to {
            from <= time && time < to
        } else {
            from != to && (time >= from || time < to)
        };
        if !inside {
            return None;
        }
        let day = if time < to {
            today
        } else {
            today.checked_add(1.day()).unwrap_or(today)
        };
        Some(moved(now, day.to_datetime(to)))
    }

    /// The first wish that makes no sense, by the name of its member.
    #[must_use]
    pub fn fault(&self) -> Option<&'static str> {
        let bad = |text: &Option<String>| text.as_deref().is_some_and(|one| hour(one).is_none());
        if bad(&self.quiet_from) || self.quiet_from.is_some() != self.quiet_to.is_some() {
            Some("quiet_from")
        } else if bad(&self.quiet_to) {
            Some("quiet_to")
        } else if self.budget_bytes == Some(0) {
            Some("budget_bytes")
        } else {
            None
        }
    }
}

/// The moment at which the clock of the place shows `local`. A change to or from summer time in
/// between only makes it early or late by that hour; it is looked at again then.
fn moved(now: &Moment, local: jiff::civil::DateTime) -> Timestamp {
    let wait = local
        .duration_since(now.local)
        .max(SignedDuration::from_secs(1));
    now.at.checked_add(wait).unwrap_or(Timestamp::MAX)
}

fn hour(text: &str) -> Option<Time> {
    let (hours, minutes) = text.split_once(':')?;
    if hours.len() != 2 || minutes.len() != 2 {
        return None;
    }
    Time::new(hours.parse().ok()?, minutes.parse().ok()?, 0, 0).ok()
}
