//! What a person chose for this desk.

mod store;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use crate::change::{Action, Topic};
use crate::db::ReadTx;
use crate::desk::Desk;
use crate::error::{Code, Error, Result};
use crate::publications::slim::SlimRule;
use crate::review::HouseRules;
use crate::trail;

/// How light or dark the window is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system is.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Which digits numbers and dates are shown in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Numerals {
    /// Those usual in the language of the interface.
    #[default]
    Auto,
    /// 0 to 9.
    Latin,
    /// ٠ to ٩.
    Arabic,
}

/// How connections leave this PC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ProxyMode {
    /// As the system says.
    #[default]
    System,
    /// Without a proxy.
    Direct,
    /// Through the one a person named.
    Manual,
}

/// The proxy a person chose. Its password is among the secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Proxy {
    /// Whose word counts.
    pub mode: ProxyMode,
    /// Where it is: `http://` or `socks5://`, host and port, without a login.
    pub address: String,
    /// The user name it wants; empty when it wants none.
    pub user: String,
}

impl Proxy {
    /// Whether it can be one: an address where it needs one, and no login within.
    fn makes_sense(&self) -> bool {
        if self.mode != ProxyMode::Manual {
            return true;
        }
        let rest = ["http://", "socks5://", "socks5h://"]
            .iter()
            .find_map(|scheme| self.address.strip_prefix(scheme));
        let Some((host, port)) = rest.and_then(|rest| rest.rsplit_once(':')) else {
            return false;
        };
        let plain = |c: char| c.is_alphanumeric() || ".-_[]:".contains(c);
        !host.is_empty() && host.chars().all(plain) && port.parse::<u16>().is_ok()
    }
}

/// The settings of a desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Settings {
    /// Language of the interface: `en`, `fr` or `ar`.
    pub display_lang: String,
    /// How light or dark the window is.
    pub theme: Theme,
    /// Which digits numbers and dates are shown in.
    pub numerals: Numerals,
    /// Words that no dictionary of this PC has are marked while they are written.
    pub spelling: bool,
    /// Sending goes on when the window is closed, where the system shows that it does.
    pub keep_sending: bool,
    /// The system tells when something needs a person.
    pub notices: bool,
    /// A folder in which new files are looked for and offered; `None` for none.
    pub watch_folder: Option<String>,
    /// How connections leave this PC.
    pub proxy: Proxy,
    /// The rules of the house for approvals.
    pub approval: HouseRules,
    /// Which files are made smaller for sending.
    pub slim: SlimRule,
    /// Minutes without a key or a movement after which a desk that is locked, or shared, is left; 0
    /// for never.
    pub lock_after: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            display_lang: "en".to_owned(),
            theme: Theme::default(),
            numerals: Numerals::default(),
            spelling: true,
            keep_sending: false,
            notices: true,
            watch_folder: None,
            proxy: Proxy::default(),
            approval: HouseRules::default(),
            slim: SlimRule::default(),
            lock_after: 10,
        }
    }
}

/// The languages the interface speaks.
pub const DISPLAY_LANGS: &[&str] = &["en", "fr", "ar"];

impl Desk {
    /// The settings as they are.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn settings(&self) -> Result<Settings> {
        self.read(current)
    }

    /// Sets one setting.
    ///
    /// # Errors
    /// [`Code::UnknownSetting`] for a key that does not exist or a value it cannot take.
    pub fn set_setting(&self, key: &str, value: &Value) -> Result<()> {
        apply(&mut Settings::default(), key, value)?;
        self.write(Action::SetSetting, |tx| {
            store::set(tx, key, value)?;
            if key == "approval" {
                let by = crate::profile::current(tx)?;
                trail::note(
                    tx,
                    &trail::Told {
                        act: "rules",
                        person: by.as_ref().map_or("", |by| by.person.as_str()),
                        name: by.as_ref().map_or("", |by| by.name.as_str()),
                        words: &value.to_string(),
                        ..trail::Told::default()
                    },
                )?;
            }
            tx.changed(Topic::Settings, None);
            Ok(())
        })
    }
}

/// The rules of the house for approvals, within a transaction.
pub(crate) fn approval_in(read: &ReadTx<'_>) -> Result<HouseRules> {
    let mut settings = Settings::default();
    for (key, value) in store::all(read)?
        .into_iter()
        .filter(|(key, _)| key == "approval")
    {
        // A value only a newer program knows must not pass for no rules at all.
        apply(&mut settings, &key, &value)?;
    }
    Ok(settings.approval)
}

/// The settings as they are.
pub(crate) fn current(read: &ReadTx<'_>) -> Result<Settings> {
    let mut settings = Settings::default();
    for (key, value) in store::all(read)? {
        // A value only a newer program knows is as good as none.
        let _ = apply(&mut settings, &key, &value);
    }
    Ok(settings)
}

fn apply(settings: &mut Settings, key: &str, value: &Value) -> Result<()> {
    let refuse = || {
        Error::new(Code::UnknownSetting)
            .with("key", key)
            .with("value", value)
    };
    match key {
        "display_lang" => {
            let lang = value.as_str().filter(|lang| DISPLAY_LANGS.contains(lang));
            settings.display_lang = lang.ok_or_else(refuse)?.to_owned();
        }
        "theme" => {
            settings.theme = serde_json::from_value(value.clone()).map_err(|_| refuse())?;
        }
        "numerals" => {
            settings.numerals = serde_json::from_value(value.clone()).map_err(|_| refuse())?;
        }
        "spelling" => settings.spelling = value.as_bool().ok_or_else(refuse)?,
        "keep_sending" => settings.keep_sending = value.as_bool().ok_or_else(refuse)?,
        "notices" => settings.notices = value.as_bool().ok_or_else(refuse)?,
        "watch_folder" => {
            let folder: Option<String> =
                serde_json::from_value(value.clone()).map_err(|_| refuse())?;
            let folder = folder.filter(|folder| !folder.is_empty());
            // What a relative path means depends on where the program was started.
            if folder
                .as_deref()
                .is_some_and(|folder| !std::path::Path::new(folder).is_absolute())
            {
                return Err(refuse());
            }
            settings.watch_folder = folder;
        }
        "proxy" => {
            let proxy: Proxy = serde_json::from_value(value.clone()).map_err(|_| refuse())?;
            if !proxy.makes_sense() {
                return Err(Error::new(Code::BadProxy).with("url", &proxy.address));
            }
            settings.proxy = proxy;
        }
        "approval" => {
            let rules: HouseRules = serde_json::from_value(value.clone()).map_err(|_| refuse())?;
            for one in &rules.two_signatures {
                crate::vocab::check_type(one)?;
            }
            settings.approval = rules;
        }
        "lock_after" => {
            let minutes = value
                .as_u64()
                .and_then(|minutes| u32::try_from(minutes).ok());
            settings.lock_after = minutes
                .filter(|minutes| *minutes <= 480)
                .ok_or_else(refuse)?;
        }
        "slim" => {
            let rule: SlimRule = serde_json::from_value(value.clone()).map_err(|_| refuse())?;
            if !rule.makes_sense() {
                return Err(refuse());
            }
            settings.slim = rule;
        }
        _ => return Err(refuse()),
    }
    Ok(())
}
