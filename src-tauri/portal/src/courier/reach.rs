//! Getting at a portal: its address, its secret, what it says of itself.

use std::{path::PathBuf, sync::Arc};

use qalam_desk::{
    Desk,
    error::{Code, Error as DeskError, Failure},
    outbox::{PortalKind, PortalRow},
    packages::{COURIER_KEY, SIGNING_KEY, courier_keys},
    secrets::Secrets,
};
use secrecy::SecretString;
use serde_json::{Map, Value};

use super::{Courier, blocking, practice_dir};
use crate::{
    contract::{Contract, Habits, Service, wire::Account},
    http::{Http, HttpOptions, Trouble},
    packages,
    practice::Address,
};

/// The name under which a portal's password or token is kept.
#[must_use]
pub fn secret_name(portal: &str) -> String {
    format!("portal/{portal}")
}

/// What is known of a portal since it was last asked.
pub(super) struct Known {
    contract: Contract,
    service: Service,
    url: String,
    pub(super) habits: Habits,
}

/// What a test of a portal found.
#[derive(Clone, Debug)]
pub struct Found {
    /// What it says of itself.
    pub service: Service,
    /// The account.
    pub account: Account,
}

impl Courier {
    /// The adapter, the secret and the service document of a portal, asked for anew when they are not known.
    pub(super) async fn reach(
        &mut self,
        portal: &PortalRow,
    ) -> Result<(Contract, SecretString, Service), Trouble> {
        let (url, token) = locate(portal, &self.secrets, self.practice_dir()).await?;
        if let Some(known) = self.portals.get(&portal.id)
            && known.url == url
        {
            return Ok((known.contract.clone(), token, known.service.clone()));
        }
        let contract = at(&self.http, &url)?;
        let service = contract.probe().await?;
        self.learn_courier_keys(portal, &service).await;
        let known = Known {
            contract: contract.clone(),
            service: service.clone(),
            url,
            habits: Habits::default(),
        };
        self.portals.insert(portal.id.clone(), known);
        Ok((contract, token, service))
    }

    /// Every contact may be the last one for long: the keys a package would need are kept.
    async fn learn_courier_keys(&self, portal: &PortalRow, service: &Service) {
        let Some(keys) = packages::keys_of(service) else {
            return;
        };
        if courier_keys(portal).as_ref() == Some(&keys) {
            return;
        }
        let name = portal.name.clone();
        let kept = self
            .desk(move |desk| desk.portals_set_courier_keys(&name, &keys))
            .await;
        if let Err(error) = kept {
            tracing::warn!(%error, "the portal's keys were not kept");
        }
    }
}

pub(crate) fn at(http: &Http, url: &str) -> Result<Contract, Trouble> {
    Contract::at(http.clone(), url).map_err(|source| {
        Trouble::retry(
            Failure::new(Code::NotAPortal)
                .with("url", url)
                .detail(source),
        )
    })
}

/// Address and secret, at the moment of use.
pub(crate) async fn locate(
    portal: &PortalRow,
    secrets: &Arc<dyn Secrets>,
    practice_dir: PathBuf,
) -> Result<(String, SecretString), Trouble> {
    match portal.kind {
        PortalKind::Practice => {
            let found = tokio::task::spawn_blocking(move || Address::read(&practice_dir))
                .await
                .ok()
                .flatten();
            let address = found.ok_or_else(|| {
                Trouble::retry(Failure::new(Code::PortalNotReached).with("host", &portal.name))
            })?;
            Ok((address.url, SecretString::from(address.token)))
        }
        PortalKind::Contract => {
            let secrets = Arc::clone(secrets);
            let name = secret_name(&portal.id);
            let secret = blocking(move || secrets.get(&name))
                .await
                .map_err(|error| Trouble::retry(Failure::from(&error)))?;
            let secret = secret.ok_or_else(|| {
                Trouble::retry(Failure::new(Code::SecretMissing).with("portal", &portal.name))
            })?;
            Ok((portal.url.clone(), secret))
        }
        PortalKind::Wordpress => Err(Trouble::retry(
            Failure::new(Code::PortalKindNotSupported).with("kind", portal.kind.as_str()),
        )),
    }
}

/// Asks a portal who it is and who we are to it, and notes the answer at the desk. No courier is needed, and none is
/// disturbed.
///
/// # Errors
/// What the desk fails with. A portal that is not reached is no error: the row carries the failure.
pub async fn test_portal(
    desk: &Arc<Desk>,
    secrets: &Arc<dyn Secrets>,
    practice_folder: Option<&PathBuf>,
    http: HttpOptions,
    name: &str,
) -> Result<(PortalRow, Result<Found, Trouble>), DeskError> {
    let (asked, of) = (Arc::clone(desk), name.to_owned());
    let row = blocking(move || asked.portal(&of)).await?;
    let client =
        Http::new(http).map_err(|source| DeskError::new(Code::Internal).because(source))?;
    let dir = practice_dir(desk, practice_folder);
    let found = look(&client, &row, secrets, dir).await;
    let (told, of, kind) = (Arc::clone(desk), name.to_owned(), row.kind);
    let row = match &found {
        Ok(found) => {
            let capabilities = capabilities(found);
            blocking(move || told.portals_set_capabilities(&of, kind, &capabilities)).await?
        }
        Err(trouble) => {
            let failure = trouble.failure.clone();
            blocking(move || told.portals_note_failure(&of, &failure)).await?
        }
    };
    Ok((row, found))
}

async fn look(
    http: &Http,
    portal: &PortalRow,
    secrets: &Arc<dyn Secrets>,
    practice_dir: PathBuf,
) -> Result<Found, Trouble> {
    let (url, token) = locate(portal, secrets, practice_dir).await?;
    let contract = at(http, &url)?;
    let service = contract.probe().await?;
    let account = contract.me(&token).await?;
    if !account.rights.write {
        return Err(Trouble::refused(Failure::new(Code::Rights)));
    }
    Ok(Found { service, account })
}

/// What is kept of a portal's own words.
fn capabilities(found: &Found) -> Map<String, Value> {
    let document = &found.service.document;
    let mut kept = Map::new();
    let mut keep = |key: &str, value: Value| {
        kept.insert(key.to_owned(), value);
    };
    keep("contract", document.contract.clone().into());
    keep("name", document.name.clone().into());
    keep("languages", document.languages.clone().into());
    keep("item_bytes", document.limits.item_bytes.into());
    keep("file_bytes", document.limits.file_bytes.into());
    keep("features", document.features.clone().into());
    keep(
        "upload_extensions",
        document.uploads.extensions.clone().into(),
    );
    keep("resumable", true.into());
    if let Some(keys) = packages::keys_of(&found.service) {
        keep(COURIER_KEY, keys.seal.into());
        keep(SIGNING_KEY, keys.verify.into());
    }
    keep("account", found.account.name.clone().into());
    keep("owner", found.account.owner.clone().into());
    kept
}
