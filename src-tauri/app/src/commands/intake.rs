//! Taking files in: jobs, likely duplicates, the watched folder.

use std::path::PathBuf;

use qalam_desk::job::Job;
use qalam_desk::publications::intake::IntakeOptions;
use qalam_desk::publications::likeness::{LikeRule, LikenessPage, Settled};
use qalam_desk::publications::watch::Offered;
use qalam_desk::search::FoundPages;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Empty;
use super::publications::OfPublication;
use crate::app::App;
use crate::failure::Failure;

/// Arguments of `publications.intake`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct TakeIn {
    /// Files and folders.
    #[ts(type = "Array<string>")]
    paths: Vec<PathBuf>,
    /// What is done about likely duplicates; without it both are kept and the question stays open.
    #[ts(optional)]
    rule: Option<LikeRule>,
    /// Only finds out what would happen.
    #[ts(optional)]
    dry_run: Option<bool>,
}

/// A job that was begun, or is meant.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct OfJob {
    /// Its id.
    job: String,
}

/// Arguments of `jobs.list`.
#[derive(Clone, Debug, Default, Deserialize, TS)]
pub struct ListJobs {
    /// With their files: those with problems, and the last ones finished.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    items: bool,
}

/// The jobs of this run of the program.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Jobs {
    /// Oldest first.
    jobs: Vec<Job>,
}

/// Arguments of `publications.likenesses`.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(default)]
pub struct ListLikenesses {
    #[ts(optional, type = "number")]
    after: Option<i64>,
    limit: u32,
}

/// Arguments of `publications.settle`.
#[derive(Clone, Debug, Deserialize, TS)]
#[ts(rename = "SettleLikenesses")]
pub struct Settle {
    /// By this rule.
    rule: LikeRule,
    /// These; all undecided ones when empty.
    #[ts(type = "Array<number>")]
    likenesses: Vec<i64>,
    /// Only says what would become of them.
    preview: bool,
}

/// Arguments of `publications.find_inside`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct FindInside {
    publication: String,
    query: String,
    #[serde(default)]
    limit: u32,
}

/// Arguments of `publications.take_offered`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct TakeOffered {
    /// These; all when empty.
    #[ts(type = "Array<string>")]
    paths: Vec<PathBuf>,
    /// What is done about likely duplicates.
    #[ts(optional)]
    rule: Option<LikeRule>,
}

/// Arguments of `publications.decline_offered`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct DeclineOffered {
    /// These; all when empty.
    #[ts(type = "Array<string>")]
    paths: Vec<PathBuf>,
}

pub(super) fn take_in(app: &App, wanted: TakeIn) -> Result<OfJob, Failure> {
    let options = IntakeOptions {
        dry_run: wanted.dry_run.unwrap_or(false),
        rule: wanted.rule.unwrap_or_default(),
    };
    let job = app.desk.intake(wanted.paths, options)?;
    Ok(OfJob { job })
}

pub(super) fn jobs(app: &App, wanted: ListJobs) -> Result<Jobs, Failure> {
    let jobs = match wanted.items {
        true => app.desk.jobs_list(),
        false => app.desk.jobs_brief(),
    };
    Ok(Jobs { jobs })
}

pub(super) fn cancel(app: &App, of: OfJob) -> Result<Empty, Failure> {
    app.desk.jobs_cancel(&of.job)?;
    Ok(Empty {})
}

pub(super) fn pause(app: &App, of: OfJob) -> Result<Job, Failure> {
    Ok(app.desk.jobs_pause(&of.job)?)
}

pub(super) fn resume(app: &App, of: OfJob) -> Result<Job, Failure> {
    Ok(app.desk.jobs_resume(&of.job)?)
}

pub(super) fn likenesses(app: &App, wanted: ListLikenesses) -> Result<LikenessPage, Failure> {
    Ok(app
        .desk
        .publications_likenesses(wanted.after, wanted.limit)?)
}

pub(super) fn settle(app: &App, by: Settle) -> Result<Settled, Failure> {
    Ok(app
        .desk
        .publications_settle(by.rule, &by.likenesses, by.preview)?)
}

pub(super) fn reinstate(app: &App, of: OfPublication) -> Result<Empty, Failure> {
    app.desk.publications_reinstate(&of.publication)?;
    Ok(Empty {})
}

pub(super) fn find_inside(app: &App, wanted: FindInside) -> Result<FoundPages, Failure> {
    Ok(app
        .desk
        .search_inside(&wanted.publication, &wanted.query, wanted.limit)?)
}

pub(super) fn offered(app: &App, _: Empty) -> Result<Offered, Failure> {
    Ok(app.desk.publications_offered()?)
}

/// Looks into the watched folder at once, and tells what it has.
pub(super) fn look(app: &App, _: Empty) -> Result<Offered, Failure> {
    app.desk.publications_look()?;
    Ok(app.desk.publications_offered()?)
}

pub(super) fn take_offered(app: &App, wanted: TakeOffered) -> Result<OfJob, Failure> {
    let rule = wanted.rule.unwrap_or_default();
    let job = app.desk.publications_take_offered(&wanted.paths, rule)?;
    Ok(OfJob { job })
}

pub(super) fn decline_offered(app: &App, declined: DeclineOffered) -> Result<Empty, Failure> {
    app.desk.publications_decline_offered(&declined.paths)?;
    Ok(Empty {})
}
