//! Which proxy serves an address: the one given, the one somebody outside of this package knows of, or the one the
//! environment names.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use http::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

use super::connect::is_near;

/// For so long an answer holds: a person may choose another proxy, and a machine wanders between networks.
const HOLDS: Duration = Duration::from_secs(10);

/// What is known of the proxy for an address.
#[derive(Clone, PartialEq, Eq)]
pub enum ProxyChoice {
    /// What the environment or the system's plain settings say.
    Environment,
    /// None.
    Direct,
    /// This one, as an address that may hold a login. Not for logs.
    Through(String),
}

/// Somebody who knows what a person or the system chose. May block: it may ask a keyring or another program.
pub trait FindProxy: Send + Sync {
    /// The proxy for an address.
    fn find(&self, url: &str) -> ProxyChoice;

    /// The address of a script of this network that says which proxy to use, and that nobody here can read.
    fn unread_script(&self) -> Option<String>;
}

/// Somebody who may be asked.
#[derive(Clone)]
pub struct ProxyFinder(pub Arc<dyn FindProxy>);

impl fmt::Debug for ProxyFinder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProxyFinder")
    }
}

type Answers = HashMap<String, (Instant, Option<Intercept>)>;

/// Which proxy serves an address.
#[derive(Clone)]
pub(super) struct Proxies {
    environment: Arc<Matcher>,
    finder: Option<ProxyFinder>,
    answers: Arc<Mutex<Answers>>,
}

impl Proxies {
    /// The one given, else whatever `finder` knows, else the environment's.
    pub(super) fn new(given: Option<&str>, finder: Option<ProxyFinder>) -> Self {
        Self {
            environment: Arc::new(match given {
                Some(proxy) => Matcher::builder().all(proxy).build(),
                None => Matcher::from_system(),
            }),
            finder: finder.filter(|_| given.is_none()),
            answers: Arc::default(),
        }
    }

    /// The proxy for an address; this machine's own portal never has one.
    pub(super) async fn of(&self, target: &Uri) -> Option<Intercept> {
        if is_near(target) {
            return None;
        }
        let Some(ProxyFinder(finder)) = self.finder.clone() else {
            return self.environment.intercept(target);
        };
        // Scripts are asked for hosts; a path is nobody's business.
        let asked = format!(
            "{}://{}/",
            target.scheme_str().unwrap_or("https"),
            target
                .authority()
                .map_or("", |authority| authority.as_str())
        );
        if let Some((at, known)) = self.answers().get(&asked)
            && at.elapsed() < HOLDS
        {
            return known.clone();
        }
        let url = asked.clone();
        let choice = tokio::task::spawn_blocking(move || finder.find(&url)).await;
        let found = match choice {
            Ok(ProxyChoice::Direct) => None,
            Ok(ProxyChoice::Through(proxy)) => {
                Matcher::builder().all(proxy).build().intercept(target)
            }
            Ok(ProxyChoice::Environment) | Err(_) => self.environment.intercept(target),
        };
        let now = Instant::now();
        let mut answers = self.answers();
        answers.retain(|_, (at, _)| at.elapsed() < HOLDS);
        answers.insert(asked, (now, found.clone()));
        found
    }

    /// The script of this network that nobody here can read.
    pub(super) async fn unread_script(&self) -> Option<String> {
        let ProxyFinder(finder) = self.finder.clone()?;
        let script = tokio::task::spawn_blocking(move || finder.unread_script()).await;
        script.ok().flatten()
    }

    fn answers(&self) -> std::sync::MutexGuard<'_, Answers> {
        self.answers.lock().unwrap_or_else(|held| held.into_inner())
    }
}
