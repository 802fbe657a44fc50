//! Files on drafts.

use std::collections::BTreeMap;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qalam_desk::Code;
use qalam_desk::drafts::{Attachment, AttachmentChange, AttachmentRole, Draft, NewAttachment};
use serde::Deserialize;
use ts_rs::TS;

use crate::app::App;
use crate::failure::Failure;

/// Arguments of `attachments.add`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct AddAttachments {
    draft: String,
    #[ts(optional)]
    publications: Option<Vec<String>>,
    #[ts(optional, type = "Array<string>")]
    paths: Option<Vec<PathBuf>>,
    #[ts(optional)]
    role: Option<AttachmentRole>,
}

/// Arguments of `attachments.add_bytes`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct AddBytes {
    draft: String,
    name: String,
    base64: String,
    role: AttachmentRole,
    #[ts(optional)]
    alt: Option<BTreeMap<String, String>>,
}

/// Arguments of `attachments.set`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct SetAttachment {
    attachment: String,
    #[ts(optional)]
    role: Option<AttachmentRole>,
    #[ts(optional)]
    alt: Option<BTreeMap<String, String>>,
    #[ts(optional)]
    title: Option<String>,
}

/// Arguments of `attachments.remove` and `attachments.put_back`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct OfAttachment {
    attachment: String,
}

pub(super) fn add(app: &App, new: AddAttachments) -> Result<Draft, Failure> {
    for path in new.paths.unwrap_or_default() {
        let file = NewAttachment {
            role: new.role,
            ..NewAttachment::default()
        };
        app.desk.attachments_add_file(&new.draft, &path, file)?;
    }
    let publications = new.publications.unwrap_or_default();
    if publications.is_empty() {
        return Ok(app.desk.drafts_open(&new.draft)?);
    }
    Ok(app
        .desk
        .attachments_add(&new.draft, &publications, new.role)?)
}

pub(super) fn add_bytes(app: &App, new: AddBytes) -> Result<Attachment, Failure> {
    let bytes = STANDARD.decode(new.base64).map_err(|error| {
        Failure::new(Code::BadArgument)
            .with("name", "base64")
            .because(error)
    })?;
    let file = NewAttachment {
        name: new.name,
        role: Some(new.role),
        alt: new.alt.unwrap_or_default(),
        ..NewAttachment::default()
    };
    Ok(app.desk.attachments_add_bytes(&new.draft, &bytes, file)?)
}

pub(super) fn set(app: &App, change: SetAttachment) -> Result<Draft, Failure> {
    let new = AttachmentChange {
        role: change.role,
        alt: change.alt,
        title: change.title,
        position: None,
    };
    Ok(app.desk.attachments_set(&change.attachment, new)?)
}

/// Arguments of `attachments.prepare`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct PrepareAttachments {
    draft: String,
}

pub(super) fn prepare(app: &App, of: PrepareAttachments) -> Result<Draft, Failure> {
    Ok(app.desk.attachments_prepare(&of.draft)?)
}

pub(super) fn remove(app: &App, of: OfAttachment) -> Result<Draft, Failure> {
    Ok(app.desk.attachments_remove(&of.attachment)?)
}

pub(super) fn put_back(app: &App, of: OfAttachment) -> Result<Draft, Failure> {
    Ok(app.desk.attachments_put_back(&of.attachment)?)
}
