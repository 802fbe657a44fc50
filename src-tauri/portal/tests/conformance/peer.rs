//! A portal to be tested: a desk's way to it, its editor's hands, and a look at what it holds.

use std::{fs, sync::Arc};

use qalam_desk::{
    Desk, OpenOptions,
    drafts::{NewAttachment, NewDraft, SaveDraft, Text},
    outbox::{PortalKind, portals::NewPortal},
    profile::{NewProfile, Role},
    secrets::{MemorySecrets, Secrets},
};
use qalam_portal::{
    contract::Contract,
    courier::secret_name,
    http::Http,
    practice::{self, Practice, PracticeOptions},
    wordpress,
};
use reqwest::{Method, StatusCode};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::{
    common::{
        office::{Editor, Office, rewrite},
        patient,
    },
    way::Way,
};

/// Where the list of sites is.
const SITES: &str = "QALAM_WORDPRESS_SITES";

/// A portal.
pub struct Peer {
    pub dir: tempfile::TempDir,
    pub way: Way,
    pub inner: Inner,
}

/// What it is.
pub enum Inner {
    Practice(Practice),
    Site(Site),
}

/// A WordPress site.
pub struct Site {
    pub name: String,
    pub url: String,
    pub companion: bool,
    users: Value,
    client: reqwest::Client,
}

/// A post or item as the portal holds it.
#[derive(Debug)]
pub struct Copy {
    pub id: String,
    pub lang: String,
    pub status: String,
    pub title: String,
    pub text: String,
}

impl Site {
    pub fn named(name: &str) -> Option<Self> {
        let Some(list) = std::env::var_os(SITES) else {
            eprintln!("left out: {SITES} is not set (cargo xtask test wordpress)");
            return None;
        };
        let _ = rustls::crypto::ring::default_provider().install_default();
        let list: Value = serde_json::from_slice(&fs::read(list).expect("sites")).expect("sites");
        let site = list
            .as_array()
            .expect("list")
            .iter()
            .find(|site| site["name"] == name)
            .map(|site| site["site"].clone());
        let Some(site) = site else {
            eprintln!("left out: no site {name}");
            return None;
        };
        Some(Self {
            name: name.to_owned(),
            url: site["url"].as_str().expect("url").to_owned(),
            companion: site["plugin"] != "",
            users: site["users"].clone(),
            client: reqwest::Client::builder()
                .no_proxy()
                .build()
                .expect("client"),
        })
    }

    pub fn password(&self, login: &str) -> &str {
        self.users
            .as_array()
            .expect("users")
            .iter()
            .find(|user| user["login"] == login)
            .and_then(|user| user["app_password"].as_str())
            .expect("password")
    }

    /// Asks below `/wp-json`.
    pub async fn ask(
        &self,
        login: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> (StatusCode, Value) {
        let mut ask = self
            .client
            .request(method, format!("{}/wp-json/{path}", self.url))
            .basic_auth(login, Some(self.password(login)));
        if let Some(body) = body {
            ask = ask
                .header("content-type", "application/json")
                .body(body.to_string());
        }
        let answer = ask.send().await.expect("answer");
        let status = answer.status();
        (
            status,
            serde_json::from_slice(&answer.bytes().await.expect("body")).unwrap_or_default(),
        )
    }

    /// The route of a draft's posts: ours with the plugin, the site's own without.
    pub fn route(&self) -> &'static str {
        if self.companion {
            "wp/v2/qalam-announcement"
        } else {
            "wp/v2/posts"
        }
    }

    pub async fn copies(&self, draft: &str) -> Vec<Copy> {
        let mut found = Vec::new();
        for query in [
            format!("search={draft}"),
            format!(
                "slug={draft}-ar,{draft}-fr,{draft}-en,{draft}-ar__trashed,{draft}-fr__trashed,{draft}-en__trashed"
            ),
        ] {
            let path = format!(
                "{}?{query}&status=publish,future,draft,pending,private,trash&context=edit&per_page=100",
                self.route()
            );
            let (status, list) = self.ask("editor", Method::GET, &path, None).await;
            assert_eq!(status, 200, "{list}");
            for post in list.as_array().expect("list") {
                let text = |pointer: &str| {
                    post.pointer(pointer)
                        .and_then(Value::as_str)
                        .unwrap_or_default()
                        .to_owned()
                };
                // A piece that links to this one names it as well.
                let marked = format!("qalam:item draft={draft}");
                if !text("/slug").starts_with(draft) && !text("/content/raw").contains(&marked) {
                    continue;
                }
                let id = post["id"].to_string();
                if found.iter().any(|copy: &Copy| copy.id == id) {
                    continue;
                }
                let lang = if self.companion {
                    text("/meta/qalam_lang")
                } else {
                    text("/content/raw")
                        .split_once(" lang=")
                        .map(|_| {
                            let raw = text("/content/raw");
                            let mark = raw.rsplit("qalam:item").next().unwrap_or_default();
                            mark.split(" lang=")
                                .nth(1)
                                .and_then(|rest| rest.split(' ').next())
                                .unwrap_or_default()
                                .to_owned()
                        })
                        .unwrap_or_default()
                };
                found.push(Copy {
                    id,
                    lang,
                    status: text("/status"),
                    title: text("/title/raw"),
                    text: text("/content/raw"),
                });
            }
        }
        found
    }

    pub async fn edit(&self, id: &str, change: Value) {
        let (status, body) = self
            .ask(
                "editor",
                Method::POST,
                &format!("{}/{id}", self.route()),
                Some(change),
            )
            .await;
        assert_eq!(status, 200, "{body}");
    }
}

impl Peer {
    /// The practice portal, or the site of this name; `None` where there is none.
    pub async fn open(site: Option<&str>) -> Option<Self> {
        let dir = tempfile::tempdir().expect("folder");
        let (url, inner) = match site {
            None => {
                let options = PracticeOptions::in_dir(dir.path().join("portal"));
                let portal = practice::start(options).await.expect("portal");
                (portal.url.clone(), Inner::Practice(portal))
            }
            Some(name) => {
                let site = Site::named(name)?;
                (site.url.clone(), Inner::Site(site))
            }
        };
        Some(Self {
            way: Way::to(&url).await,
            dir,
            inner,
        })
    }

    /// The address a person would type.
    pub fn url(&self) -> &str {
        match &self.inner {
            Inner::Practice(portal) => &portal.url,
            Inner::Site(_) => &self.way.url,
        }
    }

    /// The site, for cases that are WordPress's own.
    pub fn site(&self) -> &Site {
        match &self.inner {
            Inner::Site(site) => site,
            Inner::Practice(_) => panic!("no site"),
        }
    }

    pub fn office(&self, name: &str) -> Office {
        self.office_of(name, "author", None)
    }

    pub fn office_of(&self, name: &str, login: &str, password: Option<&str>) -> Office {
        let desk = Desk::open(&self.dir.path().join(name), OpenOptions::default()).expect("desk");
        let desk = Arc::new(desk);
        let secrets = MemorySecrets::default();
        let (kind, url, secret, user) = match &self.inner {
            // Its addresses are absolute, and it has accidents of its own.
            Inner::Practice(portal) => (
                PortalKind::Contract,
                portal.url.clone(),
                portal.token.clone(),
                None,
            ),
            Inner::Site(site) => (
                PortalKind::Wordpress,
                self.way.url.clone(),
                site.password(login).to_owned(),
                Some(login.to_owned()),
            ),
        };
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
                    url,
                    kind,
                    user,
                })
                .expect("portal")
            }
        };
        let secret = password.map_or(secret, str::to_owned);
        secrets
            .set(&secret_name(&row.id), &SecretString::from(secret))
            .expect("secret");
        Office {
            desk,
            secrets: Arc::new(secrets),
            http: patient(),
        }
    }

    /// The portal spoken to in the contract's own words; `None` on a site as it comes.
    pub async fn contract(&self) -> Option<(Contract, SecretString)> {
        let http = Http::new(patient()).expect("client");
        let (url, token) = match &self.inner {
            Inner::Practice(portal) => {
                (portal.url.clone(), SecretString::from(portal.token.clone()))
            }
            Inner::Site(site) => {
                let password = SecretString::from(site.password("author").to_owned());
                let found = wordpress::Site::connect(&http, &self.way.url, "author", &password)
                    .await
                    .expect("connected");
                (found.companion_url()?.to_string(), found.token().clone())
            }
        };
        Some((Contract::at(http, &url).expect("address"), token))
    }

    pub async fn copies(&self, draft: &str) -> Vec<Copy> {
        match &self.inner {
            Inner::Site(site) => site.copies(draft).await,
            Inner::Practice(portal) => {
                let client = reqwest::Client::builder()
                    .no_proxy()
                    .build()
                    .expect("client");
                let get = |path: String| {
                    client
                        .get(format!("{}{path}", portal.url))
                        .bearer_auth(&portal.token)
                        .send()
                };
                let page: Value = get("/v1/items".into())
                    .await
                    .expect("page")
                    .json()
                    .await
                    .expect("page");
                let count = page["items"]
                    .as_array()
                    .expect("items")
                    .iter()
                    .filter(|item| item["id"] == draft)
                    .count();
                assert!(count <= 1);
                if count == 0 {
                    return Vec::new();
                }
                let item: Value = get(format!("/v1/items/{draft}"))
                    .await
                    .expect("item")
                    .json()
                    .await
                    .expect("item");
                item["content"]["languages"]
                    .as_object()
                    .expect("languages")
                    .iter()
                    .map(|(lang, version)| Copy {
                        id: draft.to_owned(),
                        lang: lang.clone(),
                        status: item["state"].as_str().unwrap_or_default().to_owned(),
                        title: version["title"].as_str().unwrap_or_default().to_owned(),
                        text: version["body"].as_str().unwrap_or_default().to_owned(),
                    })
                    .collect()
            }
        }
    }

    /// Exactly one copy of each language, and no other.
    pub async fn once(&self, draft: &str, langs: &[&str]) -> Vec<Copy> {
        let mut copies = self.copies(draft).await;
        copies.sort_by(|a, b| a.lang.cmp(&b.lang));
        let held: Vec<&str> = copies.iter().map(|copy| copy.lang.as_str()).collect();
        assert_eq!(held, langs, "{copies:?}");
        copies
    }

    /// The page of a piece as anybody reads it; `None` while it is not there for readers.
    pub async fn page(&self, draft: &str, lang: &str) -> Option<String> {
        let address = match &self.inner {
            Inner::Practice(_) => format!("/{lang}/items/{draft}"),
            Inner::Site(site) => {
                let copies = site.copies(draft).await;
                let copy = copies.iter().find(|copy| copy.lang == lang)?;
                let path = format!("{}/{}?_fields=link&context=edit", site.route(), copy.id);
                let (status, post) = site.ask("editor", Method::GET, &path, None).await;
                assert_eq!(status, 200, "{post}");
                post["link"].as_str().expect("link").to_owned()
            }
        };
        let (status, page) = self.follow(&address).await;
        (status == StatusCode::OK).then_some(page)
    }

    /// What is at an address of the portal, for somebody who did not log in.
    pub async fn follow(&self, address: &str) -> (StatusCode, String) {
        let base = match &self.inner {
            Inner::Practice(portal) => &portal.url,
            Inner::Site(site) => &site.url,
        };
        let client = reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("client");
        let address = match address.strip_prefix('/') {
            Some(path) => format!("{base}/{path}"),
            None => address.to_owned(),
        };
        let answer = client.get(address).send().await.expect("answer");
        (answer.status(), answer.text().await.expect("page"))
    }

    pub async fn publish(&self, draft: &str) {
        match &self.inner {
            Inner::Practice(portal) => {
                let editor = Editor::enter(portal).await;
                editor.decide(draft, &[("action", "publish")]).await;
            }
            Inner::Site(site) => {
                for copy in site.copies(draft).await {
                    site.edit(&copy.id, json!({"status": "publish"})).await;
                }
            }
        }
    }

    /// Gives a piece back; only where the portal has a way to say why is there a comment.
    pub async fn give_back(&self, draft: &str, comment: &str) {
        match &self.inner {
            Inner::Practice(portal) => {
                let editor = Editor::enter(portal).await;
                editor
                    .decide(draft, &[("action", "return"), ("text", comment)])
                    .await;
            }
            Inner::Site(site) if site.companion => {
                let body = json!({"action": "return", "text": comment});
                let path = format!("qalam/v1/items/{draft}/decision");
                let (status, answer) = site.ask("editor", Method::POST, &path, Some(body)).await;
                assert_eq!(status, 200, "{answer}");
            }
            Inner::Site(site) => {
                for copy in site.copies(draft).await {
                    site.edit(&copy.id, json!({"status": "draft"})).await;
                }
            }
        }
    }

    /// An editor changes the Arabic title.
    pub async fn retitle(&self, draft: &str, title: &str) {
        match &self.inner {
            Inner::Practice(portal) => {
                let editor = Editor::enter(portal).await;
                editor
                    .decide(
                        draft,
                        &[("action", "title"), ("lang", "ar"), ("text", title)],
                    )
                    .await;
            }
            Inner::Site(site) => {
                for copy in site.copies(draft).await {
                    if copy.lang == "ar" {
                        site.edit(&copy.id, json!({"title": title})).await;
                    }
                }
            }
        }
    }
}

/// A piece in three languages with a given text, approved. Gives the draft and the release.
pub fn piece(
    office: &Office,
    title: &str,
    body: &str,
    files: &[&std::path::Path],
) -> (String, String) {
    let desk = &office.desk;
    let draft = desk
        .drafts_create(NewDraft {
            content_type: "announcement".into(),
            lang: "ar".into(),
            title: title.into(),
            summary: "تعلن وزارة الصحة (نموذج) عن دعوة مفتوحة لجميع المهتمين بالصحة العامة.".into(),
            body: body.into(),
            fields: json!({"kind": "call", "validFrom": "2026-11-21", "organisation": "SESRIC"})
                .as_object()
                .expect("object")
                .clone(),
            areas: vec!["ta1".into()],
            urgent: false,
        })
        .expect("draft")
        .id;
    for (lang, title, summary, text) in [
        (
            "fr",
            "Un appel ouvert à tous",
            "Le ministère de la santé (exemple) lance un appel ouvert à toutes les équipes de santé publique.",
            "Les équipes de santé publique peuvent répondre à cet appel jusqu'à la fin du mois.",
        ),
        (
            "en",
            "An open call <for> everybody & all",
            "The Ministry of Health (sample) calls on everybody who works in public health to take part in it.",
            "Everybody who works in public health may answer this call until the end of the month.",
        ),
    ] {
        desk.drafts_add_language(&draft, lang, None)
            .expect("language");
        let opened = desk.drafts_open(&draft).expect("draft");
        let version = opened
            .languages
            .iter()
            .find(|version| version.lang == lang)
            .expect("version");
        desk.drafts_save(SaveDraft {
            draft: draft.clone(),
            lang: lang.into(),
            base: version.rev.clone(),
            title: Some(title.into()),
            summary: Some(summary.into()),
            text: Text::Markdown(text.into()),
            ..SaveDraft::default()
        })
        .expect("saved");
    }
    for file in files {
        let new = NewAttachment {
            title: "ملحق تجريبي".into(),
            alt: ["ar", "fr", "en"]
                .map(|lang| (lang.to_owned(), "A sample file".to_owned()))
                .into(),
            ..NewAttachment::default()
        };
        desk.attachments_add_file(&draft, file, new)
            .expect("attachment");
    }
    let release = office.approve(&draft);
    (draft, release)
}

/// The same piece with another Arabic text, approved.
pub fn again(office: &Office, draft: &str, body: &str) -> String {
    rewrite(office, draft, body);
    office.approve(draft)
}
