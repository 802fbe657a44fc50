//! Getting at a portal: its address, its secret, what it says of itself.

use std::{collections::BTreeSet, path::PathBuf, sync::Arc};

use qalam_desk::{
    Desk,
    error::{Code, Error as DeskError, Failure},
    outbox::{PortalKind, PortalRow},
    packages::{COURIER_KEY, SIGNING_KEY, courier_keys},
    secrets::Secrets,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value};

use super::{Courier, blocking, practice_dir};
use crate::{
    contract::{
        Contract, Habits, Service,
        wire::{Account, StoredItem},
    },
    http::{Http, HttpOptions, Trouble, basic},
    packages,
    practice::Address,
    wordpress::{Depth, Site, discover},
};

/// The name under which a portal's password or token is kept.
#[must_use]
pub fn secret_name(portal: &str) -> String {
    format!("portal/{portal}")
}

/// Under this name the service document is kept with a portal's capabilities.
const SERVICE: &str = "service";

/// What is known of a portal since it was last asked.
pub(super) struct Known {
    contract: Contract,
    service: Service,
    pub(super) url: String,
    pub(super) habits: Habits,
    /// Releases whose text is there and some of whose files were not: asked about, not sent again.
    pub(super) begun: BTreeSet<String>,
    /// How an item stands, as the portal said with the last file of it: it is not asked again.
    pub(super) told: Option<Box<StoredItem>>,
    /// It answered to a text: more than one may set out now.
    pub(super) answered: bool,
}

/// What a test of a portal found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The portal's own name.
    pub name: String,
    /// What it can do, as it is kept with the portal.
    pub capabilities: Map<String, Value>,
}

impl Courier {
    /// The adapter, the secret and the service document of a portal, asked for anew when they are not known.
    pub(super) async fn reach(
        &mut self,
        portal: &PortalRow,
    ) -> Result<(Contract, SecretString, Service), Trouble> {
        let (url, token) = match portal.kind {
            PortalKind::Wordpress => below(&self.site(portal).await?)?,
            _ => locate(portal, &self.secrets, self.practice_dir()).await?,
        };
        if let Some(known) = self.portals.get(&portal.id)
            && known.url == url
        {
            return Ok((known.contract.clone(), token, known.service.clone()));
        }
        let contract = at(&self.http, &url)?;
        let service = self.asked_or_remembered(portal, &contract).await?;
        self.learn_courier_keys(portal, &service).await;
        let behaved = self.habits.remove(&portal.id);
        let known = Known {
            contract: contract.clone(),
            service: service.clone(),
            habits: behaved
                .filter(|(at, _)| *at == url)
                .map(|(_, habits)| habits)
                .unwrap_or_default(),
            url,
            begun: BTreeSet::new(),
            told: None,
            answered: false,
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

    /// What a portal says of itself: remembered where nothing went wrong lately, else asked with a nonce, so that
    /// somebody else's answer on the way shows.
    async fn asked_or_remembered(
        &self,
        portal: &PortalRow,
        contract: &Contract,
    ) -> Result<Service, Trouble> {
        let now = self.desk.clock().now();
        let remembered = portal
            .capabilities
            .get(SERVICE)
            .filter(|_| portal.last_failure.is_none() && !self.serving)
            .and_then(|written| contract.remembered(written, now));
        if let Some(service) = remembered {
            return Ok(service);
        }
        let service = contract.probe().await?;
        let mut known = portal.capabilities.clone();
        known.insert(SERVICE.to_owned(), service.to_remember(contract, now));
        let (name, kind) = (portal.name.clone(), portal.kind);
        let kept = self
            .desk(move |desk| desk.portals_set_capabilities(&name, kind, &known))
            .await;
        if let Err(error) = kept {
            tracing::warn!(%error, "what the portal said is not kept");
        }
        Ok(service)
    }

    /// The site of a portal that is stock WordPress; `None`: it speaks the contract.
    pub(super) async fn stock(&mut self, portal: &PortalRow) -> Result<Option<Site>, Trouble> {
        if portal.kind != PortalKind::Wordpress {
            return Ok(None);
        }
        let site = self.site(portal).await?;
        Ok((site.depth() == Depth::Stock).then_some(site))
    }

    async fn site(&mut self, portal: &PortalRow) -> Result<Site, Trouble> {
        let (url, password) = locate(portal, &self.secrets, self.practice_dir()).await?;
        let user = portal.user.as_deref().unwrap_or_default();
        if let Some((known, site)) = self.sites.get(&portal.id)
            && *known == url
            && site.token().expose_secret() == basic(user, &password).expose_secret()
        {
            return Ok(site.clone());
        }
        let site = Site::connect(&self.http, &url, user, &password).await?;
        // With the plugin gone the same pieces would be made a second time, as posts. That is for a person to decide,
        // by testing the portal again.
        let companion = portal.capabilities.get("depth").and_then(Value::as_str)
            == Some(Depth::Companion.as_str());
        if companion && site.depth() != Depth::Companion {
            return Err(Trouble::retry(
                Failure::new(Code::NotAPortal)
                    .with("url", &portal.url)
                    .detail("the companion plugin does not answer"),
            ));
        }
        self.sites.insert(portal.id.clone(), (url, site.clone()));
        Ok(site)
    }
}

/// Where the companion's contract is, and the credentials for it.
fn below(site: &Site) -> Result<(String, SecretString), Trouble> {
    let url = site
        .companion_url()
        .ok_or_else(|| Trouble::retry(Failure::new(Code::NotAPortal).with("url", site.name())))?;
    Ok((url.to_string(), site.token().clone()))
}

/// What speaks at an address, asked without an account.
///
/// # Errors
/// `not_a_portal` when nothing known does, and all failures of the way.
pub async fn guess_kind(http: HttpOptions, url: &str) -> Result<PortalKind, Trouble> {
    let http = Http::new(http)
        .map_err(|source| Trouble::retry(Failure::new(Code::Internal).with("detail", source)))?;
    let trouble = match at(&http, url)?.probe().await {
        Ok(_) => return Ok(PortalKind::Contract),
        Err(trouble) => trouble,
    };
    // Something answered, only not as the contract does.
    if trouble.status.is_some() || trouble.failure.code == Code::NotAPortal.as_str() {
        return match discover(&http, url).await {
            Ok(_) => Ok(PortalKind::Wordpress),
            Err(_) => Err(trouble),
        };
    }
    Err(trouble)
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
        PortalKind::Contract | PortalKind::Wordpress => {
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
            let capabilities = found.capabilities.clone();
            blocking(move || told.portals_set_capabilities(&of, kind, &capabilities)).await?
        }
        Err(trouble) => {
            let failure = trouble.failure.clone();
            blocking(move || told.portals_note_failure(&of, &failure)).await?
        }
    };
    Ok((row, found))
}

/// Asks a portal who it is and who we are to it.
pub(super) async fn look(
    http: &Http,
    portal: &PortalRow,
    secrets: &Arc<dyn Secrets>,
    practice_dir: PathBuf,
) -> Result<Found, Trouble> {
    let (url, token) = locate(portal, secrets, practice_dir).await?;
    if portal.kind != PortalKind::Wordpress {
        return look_at_contract(http, &url, &token).await;
    }
    let user = portal.user.as_deref().unwrap_or_default();
    let site = Site::connect(http, &url, user, &token).await?;
    let mut found = match site.depth() {
        Depth::Companion => {
            let (url, token) = below(&site)?;
            look_at_contract(http, &url, &token).await?
        }
        Depth::Stock => Found {
            name: site.name().to_owned(),
            capabilities: Map::new(),
        },
    };
    let stock = site.depth() == Depth::Stock;
    let account = site.account();
    for (key, value) in [
        ("depth", site.depth().as_str().into()),
        ("name", site.name().into()),
        ("account", account.name.clone().into()),
        ("roles", account.roles.clone().into()),
        ("resumable", (!stock).into()),
        ("comments", (!stock).into()),
        (
            "receipts",
            if stock { "read_back" } else { "portal" }.into(),
        ),
        ("limits", site.limits().into()),
    ] {
        found.capabilities.insert(key.to_owned(), value);
    }
    Ok(found)
}

async fn look_at_contract(http: &Http, url: &str, token: &SecretString) -> Result<Found, Trouble> {
    let contract = at(http, url)?;
    let service = contract.probe().await?;
    let account = contract.me(token).await?;
    if !account.rights.write {
        return Err(Trouble::refused(Failure::new(Code::Rights)));
    }
    Ok(Found {
        name: service.document.name.clone(),
        capabilities: capabilities(&service, &account),
    })
}

/// What is kept of a portal's own words.
fn capabilities(service: &Service, account: &Account) -> Map<String, Value> {
    let document = &service.document;
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
    if let Some(keys) = packages::keys_of(service) {
        keep(COURIER_KEY, keys.seal.into());
        keep(SIGNING_KEY, keys.verify.into());
    }
    keep("account", account.name.clone().into());
    keep("owner", account.owner.clone().into());
    kept
}
