//! A WebKitWebDriver of our own, driving the built app in its real webview.

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator, elements::Element};
use qalam_desk::profile::{NewProfile, Role};
use qalam_desk::{Desk, OpenOptions};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// How long a screen may take on a loaded machine before the test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// The app in its window, with a desk of its own. Ends its processes when dropped.
pub struct App {
    pub client: Client,
    driver: Child,
    _home: tempfile::TempDir,
    store: PathBuf,
    words: BTreeMap<String, String>,
    lang: String,
}

impl App {
    /// Starts the app on an empty desk (or on `store`), speaking `lang`.
    pub async fn start(lang: &str, store: Option<&Path>, choose: &[PathBuf]) -> Self {
        Self::start_with(lang, store, choose, &[]).await
    }

    /// The same with more in its environment.
    pub async fn start_with(
        lang: &str,
        store: Option<&Path>,
        choose: &[PathBuf],
        environment: &[(&str, &str)],
    ) -> Self {
        let home = tempfile::tempdir().unwrap();
        let port = free_port();
        let store = store.map_or_else(|| home.path().join("desk"), Path::to_path_buf);
        let chosen = std::env::join_paths(choose).unwrap();
        let driver = Command::new("WebKitWebDriver")
            .args([format!("--port={port}"), "--host=127.0.0.1".into()])
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            // WebKit's driver takes no screenshot of a page drawn without this.
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "0")
            .env("QALAM_STORE", &store)
            // Approving signs, and a machine without a keyring keeps keys in an encrypted file.
            .env("QALAM_PASSPHRASE", "only for this test")
            .env("QALAM_TEST_CHOOSE", chosen)
            .env("LANG", format!("{lang}.UTF-8"))
            .env("XDG_DATA_HOME", home.path().join("data"))
            .env("XDG_CACHE_HOME", home.path().join("cache"))
            .env("XDG_CONFIG_HOME", home.path().join("config"))
            .envs(environment.iter().copied())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("WebKitWebDriver (Debian package webkit2gtk-driver)");
        let mut capabilities = Capabilities::new();
        capabilities.insert(
            "webkitgtk:browserOptions".into(),
            json!({ "binary": env!("CARGO_BIN_EXE_qalam"), "args": [] }),
        );
        let began = Instant::now();
        let client = loop {
            let mut builder =
                ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
            builder.capabilities(capabilities.clone());
            let at = format!("http://127.0.0.1:{port}");
            // Without a display the driver would wait for the window for ever.
            let session = tokio::time::timeout(PATIENCE, builder.connect(&at))
                .await
                .expect("no window within its time: is there a display?");
            match session {
                Ok(client) => break client,
                Err(_) if began.elapsed() < PATIENCE => {
                    tokio::time::sleep(Duration::from_millis(100)).await
                }
                Err(e) => panic!("no session with the window: {e}"),
            }
        };
        let words = words(lang);
        Self {
            client,
            driver,
            _home: home,
            store,
            words,
            lang: lang.to_owned(),
        }
    }

    /// The sentence behind `screen/key` in this app's language.
    pub fn word(&self, key: &str) -> String {
        self.words
            .get(key)
            .unwrap_or_else(|| panic!("no sentence {key} in {}", self.lang))
            .clone()
    }

    /// Waits until a CSS selector is on the page.
    pub async fn css(&self, selector: &str) -> Element {
        self.wait(Locator::Css(selector)).await
    }

    /// Waits for a visible control (button, tab, link, menu entry, option) of this name.
    pub async fn control(&self, name: &str) -> Element {
        let name = quoted(name);
        let path = format!(
            "//*[self::button or self::a or @role='button' or @role='tab' or @role='menuitem' or @role='option' or @role='radio' or @role='row' or self::label]\
             [normalize-space(.)={name} or @aria-label={name} or contains(normalize-space(.), {name})]"
        );
        self.wait(Locator::XPath(&path)).await
    }

    pub async fn press(&self, name: &str) {
        let element = self.control(name).await;
        self.click(&element).await;
    }

    /// A real click, retried while something still moves over the element.
    pub async fn click(&self, element: &Element) {
        let began = Instant::now();
        loop {
            match element.click().await {
                Ok(()) => return,
                Err(e) if began.elapsed() > PATIENCE => panic!("cannot click: {e}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
    }

    /// Waits until this text stands somewhere visible.
    pub async fn text(&self, text: &str) {
        let path = format!(
            "//*[not(self::script) and text()[contains(., {})]]",
            quoted(text)
        );
        self.wait(Locator::XPath(&path)).await;
    }

    /// Types into the first visible field that matches.
    pub async fn type_into(&self, selector: &str, text: &str) {
        let field = self.css(selector).await;
        self.click(&field).await;
        field.send_keys(text).await.unwrap();
    }

    /// Ctrl and a key, as a person presses them.
    pub async fn key(&self, key: &str) {
        let chord = format!("{}{key}{}", '\u{E009}', '\u{E000}');
        self.css("body").await.send_keys(&chord).await.unwrap();
        tokio::time::sleep(Duration::from_millis(300)).await;
    }

    /// Chooses a setting through the same command as the settings screen.
    pub async fn set(&self, key: &str, value: serde_json::Value) {
        let script = "const done = arguments[2]; window.__TAURI_INTERNALS__.invoke('call', { name: 'settings.set', args: { key: arguments[0], value: arguments[1] } }).then(() => done(true), (e) => done(String(e)));";
        let answer = self
            .client
            .execute_async(script, vec![json!(key), value])
            .await
            .unwrap();
        assert_eq!(answer, json!(true), "{key}");
    }

    /// Chooses a theme.
    pub async fn theme(&self, theme: &str) {
        self.set("theme", json!(theme)).await;
        self.until(
            "the theme changed",
            &format!("return document.documentElement.dataset.theme === '{theme}'"),
        )
        .await;
    }

    /// Goes on in the window whose address begins like this.
    pub async fn other_window(&self, begins: &str) {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            for handle in self.client.windows().await.unwrap() {
                self.client.switch_to_window(handle).await.unwrap();
                if self
                    .client
                    .current_url()
                    .await
                    .is_ok_and(|url| url.as_str().starts_with(begins))
                {
                    return;
                }
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("no window at {begins}");
    }

    /// Whether an element is drawn. Asked of the page: the driver's own guess takes the cells of a
    /// table that draws only the rows in sight for hidden ones.
    async fn shows(&self, element: &Element) -> bool {
        let script = "return arguments[0].checkVisibility({ visibilityProperty: true }) && arguments[0].getClientRects().length > 0";
        let element = serde_json::to_value(element).unwrap();
        let answer = self.client.execute(script, vec![element]).await;
        answer.is_ok_and(|answer| answer == json!(true))
    }

    async fn wait(&self, locator: Locator<'_>) -> Element {
        let began = Instant::now();
        loop {
            for element in self.client.find_all(locator).await.unwrap_or_default() {
                if self.shows(&element).await {
                    return element;
                }
            }
            if began.elapsed() > PATIENCE {
                self.shoot("failed").await;
                panic!(
                    "{locator:?} did not appear within {} s; see failed.png in {}",
                    PATIENCE.as_secs(),
                    pictures().display()
                );
            }
            tokio::time::sleep(Duration::from_millis(80)).await;
        }
    }

    /// Waits until a script gives `true`.
    pub async fn until(&self, what: &str, script: &str) {
        let began = Instant::now();
        while self.client.execute(script, vec![]).await.ok() != Some(json!(true)) {
            if began.elapsed() > PATIENCE {
                self.shoot("failed").await;
                panic!("did not happen: {what}");
            }
            tokio::time::sleep(Duration::from_millis(80)).await;
        }
    }

    /// Saves a picture of the window, two frames after the last change and with its fonts there.
    pub async fn shoot(&self, name: &str) {
        let settled = "const done = arguments[arguments.length - 1]; document.fonts.ready.then(() => requestAnimationFrame(() => requestAnimationFrame(() => done(true))));";
        let _ = self.client.execute_async(settled, vec![]).await;
        tokio::time::sleep(Duration::from_millis(250)).await;
        if let Ok(png) = self.client.screenshot().await {
            let folder = pictures();
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join(format!("{name}.png")), png).unwrap();
        }
    }

    /// The app's own process, below the driver's.
    pub fn pid(&self) -> Option<u32> {
        std::fs::read_dir("/proc")
            .unwrap()
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .find(|pid: &u32| {
                let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
                let after_name = stat.rsplit(')').next().unwrap_or_default();
                let mut words = after_name.split_whitespace();
                let dead = words.next() == Some("Z");
                let parent = words.next().and_then(|word| word.parse().ok());
                !dead && parent == Some(self.driver.id()) && stat.contains("(qalam")
            })
    }

    /// Asks the window to close, as the system does when a person signs out.
    pub fn ask_to_close(&self) {
        let pid = self.pid().expect("the app runs").to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .unwrap()
                .success()
        );
    }

    pub async fn close(self) {
        // Dropped, it ends.
        let _ = self.client.clone().close().await;
    }

    /// Ends the driver, and the app: without its driver it would go on, as it does without its window.
    fn end(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        let began = Instant::now();
        while let Some(pid) = program_on(&self.store) {
            // Time for its last words first.
            if began.elapsed() > Duration::from_secs(2) {
                let _ = Command::new("kill").args(["-9", &pid]).status();
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.end();
    }
}

/// A program of ours that still runs on a desk.
fn program_on(store: &Path) -> Option<String> {
    let told = format!("QALAM_STORE={}", store.display());
    let mut all = std::fs::read_dir("/proc").ok()?.flatten();
    all.find_map(|one| {
        let ours = std::fs::read_link(one.path().join("exe"))
            .is_ok_and(|exe| exe == Path::new(env!("CARGO_BIN_EXE_qalam")));
        let environment = std::fs::read(one.path().join("environ")).ok()?;
        let here = environment
            .split(|byte| *byte == 0)
            .any(|pair| pair == told.as_bytes());
        (ours && here).then(|| one.file_name().to_string_lossy().into_owned())
    })
}

/// A desk of a sample officer who writes and approves, in this language.
pub fn desk(at: &Path, lang: &str) -> Desk {
    let desk = Desk::open(at, OpenOptions::default()).unwrap();
    desk.set_profile(&NewProfile {
        owner: "MA".into(),
        owner_kind: None,
        name: "Sample Officer".into(),
        role: Role::Both,
        display_lang: lang.into(),
    })
    .unwrap();
    desk
}

/// Where pictures go: a chosen folder, or the build's own.
pub fn pictures() -> PathBuf {
    std::env::var_os("QALAM_SCREENSHOTS").map_or_else(
        || Path::new(env!("CARGO_TARGET_TMPDIR")).join("screenshots"),
        PathBuf::from,
    )
}

fn words(lang: &str) -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("ui/locales")
        .join(lang);
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let screen = entry
            .path()
            .file_stem()
            .unwrap()
            .to_string_lossy()
            .into_owned();
        let map: BTreeMap<String, String> =
            serde_json::from_slice(&std::fs::read(entry.path()).unwrap()).unwrap();
        all.extend(
            map.into_iter()
                .map(|(key, value)| (format!("{screen}/{key}"), value)),
        );
    }
    all
}

/// An XPath string literal, whatever quotes the text holds.
fn quoted(text: &str) -> String {
    if text.contains('\'') {
        format!("\"{text}\"")
    } else {
        format!("'{text}'")
    }
}

/// A port below those the system gives out by chance, and another one for each process: it is still
/// free when the driver comes to take it.
fn free_port() -> u16 {
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    loop {
        let next = std::process::id() * 8 + GIVEN.fetch_add(1, Ordering::SeqCst);
        let port = 10_000 + u16::try_from(next % 20_000).unwrap();
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
