//! Publications.

use std::path::PathBuf;

use qalam_desk::drafts::Draft;
use qalam_desk::publications::bulk::{CellEdit, Edited};
use qalam_desk::publications::slim::{SentPublication, SlimChoice};
use qalam_desk::publications::{
    OpenedPublication, Publication, PublicationPage, PublicationQuery, PublicationSort,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

use super::Empty;
use crate::app::App;
use crate::failure::Failure;

/// Arguments of `publications.choose`.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
pub struct Choose {
    folder: bool,
}

/// Paths on this machine.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Paths {
    /// The paths.
    #[ts(type = "Array<string>")]
    paths: Vec<PathBuf>,
}

/// Arguments of `publications.list`.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(default)]
pub struct ListPublications {
    #[ts(optional)]
    query: Option<String>,
    #[ts(optional)]
    sort: Option<PublicationSort>,
    #[ts(optional)]
    desc: Option<bool>,
    #[ts(optional)]
    missing: Option<bool>,
    #[ts(optional)]
    superseded: Option<bool>,
    #[ts(optional)]
    after: Option<String>,
    limit: u32,
}

/// Arguments of commands about one publication.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct OfPublication {
    pub(super) publication: String,
}

/// Arguments of `publications.set`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct SetPublication {
    publication: String,
    #[ts(type = "Record<string, unknown>")]
    values: Map<String, Value>,
}

/// Arguments of `publications.edit`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct EditPublications {
    /// The cells to change.
    edits: Vec<CellEdit>,
}

/// Publications by their ids.
#[derive(Clone, Debug, Deserialize, Serialize, TS)]
pub struct PublicationIds {
    /// The ids.
    publications: Vec<String>,
}

/// Arguments of `publications.find`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct FindPublications {
    query: String,
}

/// Publications that were asked for by their ids; those that are gone are left out.
#[derive(Clone, Debug, Serialize, TS)]
pub struct PublicationRows {
    /// The publications.
    publications: Vec<Publication>,
}

/// Arguments of `publications.bundle`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct BundlePublications {
    publications: Vec<String>,
    lang: String,
}

pub(super) fn choose(app: &App, what: Choose) -> Result<Paths, Failure> {
    let paths = app.shell.choose(what.folder)?;
    Ok(Paths { paths })
}

pub(super) fn list(app: &App, wanted: ListPublications) -> Result<PublicationPage, Failure> {
    Ok(app.desk.publications_list(&PublicationQuery {
        query: wanted.query,
        sort: wanted.sort.unwrap_or_default(),
        desc: wanted.desc.unwrap_or(false),
        missing: wanted.missing,
        superseded: wanted.superseded,
        after: wanted.after,
        limit: wanted.limit,
    })?)
}

pub(super) fn open(app: &App, of: OfPublication) -> Result<OpenedPublication, Failure> {
    Ok(app.desk.publications_open(&of.publication)?)
}

pub(super) fn set(app: &App, change: SetPublication) -> Result<Publication, Failure> {
    Ok(app
        .desk
        .publications_set(&change.publication, &change.values)?)
}

pub(super) fn describe(app: &App, of: OfPublication) -> Result<Publication, Failure> {
    Ok(app.desk.publications_describe(&of.publication)?)
}

/// Arguments of `publications.slim`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct SlimPublications {
    publications: Vec<String>,
    /// What a person says of them; absent, only the copies are made and told.
    #[ts(optional)]
    choice: Option<SlimChoice>,
}

/// What is to be sent of publications.
#[derive(Clone, Debug, Serialize, TS)]
pub struct SentPublications {
    /// In the order asked for.
    publications: Vec<SentPublication>,
}

pub(super) fn slim(app: &App, of: SlimPublications) -> Result<SentPublications, Failure> {
    let publications = app.desk.publications_slim(&of.publications, of.choice)?;
    Ok(SentPublications { publications })
}

pub(super) fn edit(app: &App, change: EditPublications) -> Result<Edited, Failure> {
    Ok(app.desk.publications_edit(&change.edits)?)
}

pub(super) fn rows(app: &App, of: PublicationIds) -> Result<PublicationRows, Failure> {
    let publications = app.desk.publications_rows(&of.publications)?;
    Ok(PublicationRows { publications })
}

pub(super) fn find(app: &App, wanted: FindPublications) -> Result<PublicationIds, Failure> {
    let publications = app.desk.publications_find(&wanted.query)?;
    Ok(PublicationIds { publications })
}

pub(super) fn remove(app: &App, of: OfPublication) -> Result<Empty, Failure> {
    app.desk.publications_remove(&of.publication)?;
    Ok(Empty {})
}

pub(super) fn bundle(app: &App, of: BundlePublications) -> Result<Draft, Failure> {
    Ok(app.desk.publications_bundle(&of.publications, &of.lang)?)
}
