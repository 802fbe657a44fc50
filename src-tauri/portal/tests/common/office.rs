//! Offices with desks, a portal between them, and a trainer at the editor's desk.

use std::{path::Path, sync::Arc};

use qalam_desk::{
    Desk, OpenOptions,
    clock::Clock,
    drafts::{NewAttachment, NewDraft, SaveDraft, Text},
    outbox::{OutboxEntry, PortalKind, portals::NewPortal},
    profile::{NewProfile, Role},
    secrets::{MemorySecrets, Secrets},
};
use qalam_portal::{
    contract::wire::ItemPage,
    courier::{Courier, CourierOptions, secret_name},
    http::HttpOptions,
    practice::{self, Practice},
};
use secrecy::SecretString;
use serde_json::json;

use super::{file_in, patient, practice_in};

/// A portal, and the folder everything is in.
pub struct Room {
    pub dir: tempfile::TempDir,
    pub portal: Practice,
}

impl Room {
    pub async fn new(faults: &str) -> Self {
        let dir = tempfile::tempdir().expect("folder");
        let options = practice_in(dir.path().join("portal"));
        let portal = practice::start(options).await.expect("portal");
        portal.faults.set(faults).expect("faults");
        Self { dir, portal }
    }

    pub fn desk(&self, name: &str) -> Office {
        Office::open(&self.dir.path().join(name), &self.portal)
    }

    /// What the portal holds, asked past all faults.
    pub async fn held(&self) -> ItemPage {
        let faults = self.portal.faults.spec();
        self.portal.faults.clear();
        let page = reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("client")
            .get(format!("{}/v1/items", self.portal.url))
            .bearer_auth(&self.portal.token)
            .send()
            .await
            .expect("answer")
            .json()
            .await
            .expect("page");
        self.portal.faults.set(&faults).expect("faults");
        page
    }
}

/// A desk with its secrets.
#[derive(Clone)]
pub struct Office {
    pub desk: Arc<Desk>,
    pub secrets: Arc<dyn Secrets>,
    /// How its courier asks.
    pub http: HttpOptions,
}

impl Office {
    pub fn open(dir: &Path, portal: &Practice) -> Self {
        Self::open_at(dir, portal, OpenOptions::default().clock)
    }

    pub fn open_at(dir: &Path, portal: &Practice, clock: Arc<dyn Clock>) -> Self {
        let options = OpenOptions {
            clock,
            ..OpenOptions::default()
        };
        let desk = Arc::new(Desk::open(dir, options).expect("desk"));
        let secrets = MemorySecrets::default();
        let row = match desk.portal("portal") {
            Ok(row) => row,
            Err(_) => {
                desk.set_profile(&NewProfile {
                    owner: "MA".into(),
                    owner_kind: None,
                    name: "Sample Officer".into(),
                    role: Role::Both,
                    display_lang: "ar".into(),
                })
                .expect("profile");
                desk.portals_add(&NewPortal {
                    name: "portal".into(),
                    url: portal.url.clone(),
                    kind: PortalKind::Contract,
                    user: None,
                })
                .expect("portal")
            }
        };
        secrets
            .set(
                &secret_name(&row.id),
                &SecretString::from(portal.token.clone()),
            )
            .expect("secret");
        Self {
            desk,
            secrets: Arc::new(secrets),
            http: patient(),
        }
    }

    pub fn courier(&self) -> Courier {
        let options = CourierOptions {
            http: self.http.clone(),
            ..CourierOptions::default()
        };
        Courier::new(Arc::clone(&self.desk), Arc::clone(&self.secrets), options).expect("courier")
    }

    /// A piece with files, approved. Gives the draft and the release hash.
    pub fn approved(&self, title: &str, files: &[&Path]) -> (String, String) {
        let draft = self
            .desk
            .drafts_create(NewDraft {
                content_type: "announcement".into(),
                lang: "ar".into(),
                title: title.into(),
                summary: "تعلن وزارة الصحة (نموذج) عن دعوة مفتوحة لجميع المهتمين بالصحة العامة."
                    .into(),
                body: format!("{title}: نص تجريبي للإعلان الموجه إلى الجمهور."),
                fields:
                    json!({"kind": "call", "validFrom": "2026-11-21", "organisation": "SESRIC"})
                        .as_object()
                        .expect("object")
                        .clone(),
                areas: vec!["ta1".into()],
                urgent: false,
            })
            .expect("draft")
            .id;
        for file in files {
            self.desk
                .attachments_add_file(
                    &draft,
                    file,
                    NewAttachment {
                        title: "ملحق تجريبي".into(),
                        ..NewAttachment::default()
                    },
                )
                .expect("attachment");
        }
        let hash = self.approve(&draft);
        (draft, hash)
    }

    pub fn approve(&self, draft: &str) -> String {
        let release = self
            .desk
            .review_submit(draft, "")
            .unwrap_or_else(|error| panic!("{error} {:?}", error.findings));
        self.desk
            .review_approve(draft, &release.hash)
            .expect("approved")
            .hash
    }

    pub fn entry(&self, release: &str) -> OutboxEntry {
        self.desk
            .outbox_list()
            .expect("outbox")
            .entries
            .into_iter()
            .find(|entry| entry.release == release)
            .expect("entry")
    }

    pub fn state(&self, release: &str) -> &'static str {
        self.entry(release).state.as_str()
    }

    pub fn reason(&self, release: &str) -> String {
        self.entry(release)
            .reason
            .map(|failure| failure.code)
            .unwrap_or_default()
    }

    /// Sends without waiting out the pauses, at most `rounds` times.
    pub async fn send(&self, rounds: u32) {
        let mut courier = self.courier();
        for _ in 0..rounds {
            if courier.run_once().await.expect("run").empty {
                return;
            }
            self.desk.outbox_send_now().expect("now");
        }
    }
}

pub fn some_file(room: &Room, name: &str, length: usize) -> std::path::PathBuf {
    let path = room.dir.path().join(name);
    let seed = name
        .bytes()
        .fold(7_u64, |sum, byte| sum * 31 + u64::from(byte));
    file_in(&path, seed, length);
    path
}

/// A trainer's browser at the editor's desk.
pub struct Editor {
    client: reqwest::Client,
    base: String,
    cookie: String,
    form_key: String,
}

impl Editor {
    pub async fn enter(portal: &Practice) -> Self {
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("client");
        let answer = client
            .get(portal.editor_url("ar"))
            .send()
            .await
            .expect("login");
        let cookie = answer.headers()["set-cookie"].to_str().expect("text");
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"));
        let cookie = cookie.split(';').next().expect("pair").to_owned();
        let page = client
            .get(format!("{}/editor/ar/", portal.url))
            .header("cookie", &cookie)
            .send()
            .await
            .expect("page")
            .text()
            .await
            .expect("text");
        let form_key = page
            .split("name=\"form_key\" value=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .expect("form key")
            .to_owned();
        Self {
            client,
            base: portal.url.clone(),
            cookie,
            form_key,
        }
    }

    pub async fn decide(&self, draft: &str, fields: &[(&str, &str)]) {
        let mut form = vec![("form_key", self.form_key.as_str())];
        form.extend_from_slice(fields);
        let answer = self
            .client
            .post(format!("{}/editor/ar/items/{draft}", self.base))
            .header("cookie", &self.cookie)
            .form(&form)
            .send()
            .await
            .expect("decision");
        assert_eq!(answer.status(), 303);
    }
}

pub fn rewrite(office: &Office, draft: &str, body: &str) {
    let opened = office.desk.drafts_open(draft).expect("draft");
    let version = opened.languages.first().expect("language");
    office
        .desk
        .drafts_save(SaveDraft {
            draft: draft.into(),
            lang: version.lang.clone(),
            base: version.rev.clone(),
            text: Text::Markdown(body.into()),
            ..SaveDraft::default()
        })
        .expect("saved");
}
