//! Bringing a package to its portal, for whomever it is.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use qalam_desk::{
    Desk,
    error::{Code, Error, Failure, Result},
    outbox::PortalRow,
    packages::{CarriedRow, CarriedState, courier_keys},
    secrets::Secrets,
};
use secrecy::SecretString;
use tokio::sync::watch;

use super::{
    MIME,
    format::{self, Sound},
    keys_of, told,
};
use crate::{
    contract::{Contract, FileToSend, Habits, Service, Submitted, UploadEnd, UploadStart},
    courier::{blocking, practice_dir, reach},
    http::{Class, Http, HttpOptions, Trouble, Wire},
};

/// Which package goes where.
#[derive(Clone, Debug, Default)]
pub struct DeliverWish {
    /// The package.
    pub file: PathBuf,
    /// The portal's name on this desk; `None` is the one the package is sealed to.
    pub portal: Option<String>,
    /// The practice portal's folder; `None` is `practice` in the desk's folder.
    pub practice_dir: Option<PathBuf>,
    /// Patience of the client.
    pub http: HttpOptions,
}

/// How often the portal is asked again while it reads a package.
const ASK_AGAIN: Duration = Duration::from_secs(1);
/// How often an upload begins anew because the portal forgot it.
const FRESH_STARTS: u32 = 3;

/// Brings a package to its portal and keeps the sealed receipts. Interrupted, the same call goes on where it stopped; a
/// package that arrived already, by whomever, gives its receipts without a byte of it being sent.
///
/// # Errors
/// What is wrong with the file before anything is sent; [`Code::PackageOtherPortal`] when none of this desk's portals is
/// the one it is sealed to; the portal's refusal by its code; failures of the way, after which it is to be tried again.
pub async fn deliver(
    desk: &Arc<Desk>,
    secrets: &Arc<dyn Secrets>,
    wish: DeliverWish,
) -> Result<(CarriedRow, Wire)> {
    let (asked, path, named) = (Arc::clone(desk), wish.file.clone(), wish.portal.clone());
    let (sound, portals, known) = blocking(move || {
        if !path.is_file() {
            drop(Error::open_file(&path)?);
        }
        let sound = format::inspect(&path, u64::MAX).map_err(|fault| told(fault, &path))?;
        let portals = candidates(&asked, &sound, named.as_deref(), &path)?;
        let known = asked.packages_carried(&sound.sha256)?;
        Ok((sound, portals, known))
    })
    .await?;
    let http = Http::new(wish.http.clone())
        .map_err(|source| Error::new(Code::Internal).because(source))?;
    let mut last = None;
    for portal in portals {
        let row = CarriedRow {
            sha256: sound.sha256.clone(),
            package: sound.head.package.clone(),
            portal: portal.name.clone(),
            owner: sound.head.owner.clone(),
            entries: u32::try_from(sound.head.entries.len()).unwrap_or(u32::MAX),
            bytes: sound.bytes,
            state: CarriedState::UnderWay,
            reason: None,
            at: String::new(),
            upload_url: known
                .as_ref()
                .filter(|known| known.portal == portal.name)
                .and_then(|known| known.upload_url.clone()),
        };
        let dir = practice_dir(desk, wish.practice_dir.as_ref());
        let trip = Trip {
            desk,
            path: &wish.file,
            sound: &sound,
            row,
        };
        match trip.go(&http, secrets, &portal, dir).await {
            Ok(row) => return Ok((row, http.totals().now())),
            Err(error) if error.code == Code::PackageOtherPortal => last = Some(error),
            Err(error) => return Err(error),
        }
    }
    Err(last.unwrap_or_else(|| other_portal(&sound, &wish.file)))
}

fn other_portal(sound: &Sound, path: &Path) -> Error {
    Error::new(Code::PackageOtherPortal)
        .with("file", path.display())
        .with("url", &sound.head.portal)
}

/// The portals of this desk that may be the right one: by key, else by address, else those whose key is not known yet.
fn candidates(
    desk: &Desk,
    sound: &Sound,
    named: Option<&str>,
    path: &Path,
) -> Result<Vec<PortalRow>> {
    if let Some(name) = named {
        return Ok(vec![desk.portal(name)?]);
    }
    let all = desk.portals_list()?;
    if all.is_empty() {
        return Err(Error::new(Code::NoPortal));
    }
    let key = |row: &PortalRow| courier_keys(row).map(|keys| keys.seal);
    let mut found: Vec<PortalRow> = all
        .into_iter()
        .filter(|row| {
            row.url == sound.head.portal || key(row).is_none_or(|key| key == sound.head.seal_key)
        })
        .collect();
    found.sort_by_key(|row| {
        (
            key(row).as_deref() != Some(sound.head.seal_key.as_str()),
            row.url != sound.head.portal,
        )
    });
    if found.is_empty() {
        return Err(other_portal(sound, path));
    }
    Ok(found)
}

/// One package on its way to one portal.
struct Trip<'a> {
    desk: &'a Arc<Desk>,
    path: &'a Path,
    sound: &'a Sound,
    row: CarriedRow,
}

impl Trip<'_> {
    async fn go(
        mut self,
        http: &Http,
        secrets: &Arc<dyn Secrets>,
        portal: &PortalRow,
        practice: PathBuf,
    ) -> Result<CarriedRow> {
        let (contract, token, service) = match self.reach(http, secrets, portal, practice).await {
            Ok(reached) => reached,
            Err(trouble) => return self.failed(trouble).await,
        };
        let keys = keys_of(&service);
        if keys.as_ref().map(|keys| keys.seal.as_str()) != Some(self.sound.head.seal_key.as_str()) {
            return Err(other_portal(self.sound, self.path));
        }
        if let Some(keys) = keys {
            let (desk, name) = (Arc::clone(self.desk), portal.name.clone());
            blocking(move || desk.portals_set_courier_keys(&name, &keys)).await?;
        }
        self.note("").await?;
        match self.carry(&contract, &token, &service).await {
            Ok(bundle) => {
                self.row.state = CarriedState::Delivered;
                self.row.reason = None;
                self.row.upload_url = None;
                self.note(&bundle).await?;
                let (desk, sha256) = (Arc::clone(self.desk), self.row.sha256.clone());
                let noted = blocking(move || desk.packages_carried(&sha256)).await?;
                Ok(noted.unwrap_or(self.row))
            }
            Err(trouble) => self.failed(trouble).await,
        }
    }

    async fn reach(
        &self,
        http: &Http,
        secrets: &Arc<dyn Secrets>,
        portal: &PortalRow,
        practice: PathBuf,
    ) -> std::result::Result<(Contract, SecretString, Service), Trouble> {
        let (url, token) = reach::locate(portal, secrets, practice).await?;
        let contract = reach::at(http, &url)?;
        let service = contract.probe().await?;
        Ok((contract, token, service))
    }

    /// The portal's sealed answer, as JSON.
    async fn carry(
        &mut self,
        contract: &Contract,
        token: &SecretString,
        service: &Service,
    ) -> std::result::Result<String, Trouble> {
        let sha256 = self.sound.sha256.clone();
        let mut uploads = 0_u32;
        loop {
            match contract.submit_package(token, &sha256).await? {
                Submitted::Answered(bundle) => {
                    return serde_json::to_string(&bundle).map_err(|error| {
                        Trouble::retry(Failure::new(Code::Internal).detail(error))
                    });
                }
                Submitted::Reading => tokio::time::sleep(ASK_AGAIN).await,
                // The portal swallowed it more often than it forgot uploads: not for ever.
                Submitted::Missing if uploads > FRESH_STARTS => {
                    return Err(Trouble::retry(
                        Failure::new(Code::BadAnswer).with("detail", "the package is not there"),
                    ));
                }
                Submitted::Missing => {
                    uploads += 1;
                    self.upload(contract, token, service).await?;
                }
            }
        }
    }

    async fn upload(
        &mut self,
        contract: &Contract,
        token: &SecretString,
        service: &Service,
    ) -> std::result::Result<(), Trouble> {
        let file = FileToSend {
            sha256: self.sound.sha256.clone(),
            path: self.path.to_owned().into(),
            length: self.sound.bytes,
            mime: MIME.to_owned(),
            name: format!("{}.qalam-courier", self.sound.head.package),
        };
        let start = UploadStart {
            noted: self.row.upload_url.take(),
            wanted: false,
            item: None,
        };
        let (notes, noted) = watch::channel(None);
        let writing = tokio::spawn(keep_place(Arc::clone(self.desk), self.row.clone(), noted));
        let mut note = |url: &str, _: u64| {
            notes.send_if_modified(|kept: &mut Option<String>| {
                let new = kept.as_deref() != Some(url);
                if new {
                    *kept = Some(url.to_owned());
                }
                new
            });
        };
        let end = contract
            .upload(
                token,
                service,
                &file,
                start,
                &mut Habits::default(),
                &mut note,
            )
            .await;
        self.row.upload_url = notes.borrow().clone();
        drop(notes);
        let _ = writing.await;
        match end {
            UploadEnd::Uploaded(_) => Ok(()),
            // Asked for again, it is missing, and begins anew.
            UploadEnd::Gone => {
                self.row.upload_url = None;
                Ok(())
            }
            UploadEnd::Trouble(trouble) => Err(trouble),
        }
    }

    async fn failed(mut self, trouble: Trouble) -> Result<CarriedRow> {
        self.row.state = match trouble.class {
            Class::Retry(_) => CarriedState::UnderWay,
            Class::Refused | Class::Conflict => CarriedState::Refused,
        };
        self.row.reason = Some(trouble.failure.clone());
        self.note("").await?;
        let code = trouble.failure.code.parse().unwrap_or(Code::PortalRefused);
        let mut error = Error::new(code).because(trouble.failure.detail);
        error.params = trouble.failure.params;
        let known = [
            ("file", self.path.display().to_string()),
            ("package", self.sound.head.package.clone()),
            ("url", self.sound.head.portal.clone()),
        ];
        for (key, value) in known {
            error.params.entry(key.to_owned()).or_insert(value);
        }
        Err(error)
    }

    async fn note(&self, receipts: &str) -> Result<()> {
        let (desk, row, receipts) = (Arc::clone(self.desk), self.row.clone(), receipts.to_owned());
        blocking(move || desk.packages_note_carried(&row, &receipts)).await
    }
}

/// Writes down where the upload is as soon as that is known, so that a killed program goes on there.
async fn keep_place(
    desk: Arc<Desk>,
    mut row: CarriedRow,
    mut noted: watch::Receiver<Option<String>>,
) {
    while noted.changed().await.is_ok() {
        row.upload_url = noted.borrow_and_update().clone();
        let (desk, row) = (Arc::clone(&desk), row.clone());
        if let Err(error) = blocking(move || desk.packages_note_carried(&row, "")).await {
            tracing::warn!(%error, "the place of an upload was not written down");
        }
    }
}
