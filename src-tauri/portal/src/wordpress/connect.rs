//! Finding a WordPress at an address, and who we are to it.

use std::sync::{Arc, Mutex};

use qalam_desk::error::{Code, Failure};
use secrecy::SecretString;
use serde_json::Value;

use super::{
    Account, Depth, Site,
    api::{exchange, text},
};
use crate::http::{Answer, Ask, Http, Method, Trouble, Url, basic, trouble_of};

/// The relation under which a site names its API.
const API: &str = "rel=\"https://api.w.org/\"";
/// The namespace of the companion plugin.
const COMPANION: &str = "qalam";

/// What a site said of itself before anybody logged in.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The site's name.
    pub name: String,
    /// Root of the API, with a slash at its end; without pretty links the page that takes `rest_route`.
    pub root: Url,
    /// The API is reached through `rest_route`.
    pub plain_links: bool,
    /// The companion plugin is switched on.
    pub companion: bool,
    /// Application passwords can be used. They need https (or a site that says it is local).
    pub passwords: bool,
}

impl Answered {
    /// How deep the site goes with us. Without pretty links the companion has no address.
    #[must_use]
    pub fn depth(&self) -> Depth {
        if self.companion && !self.plain_links {
            Depth::Companion
        } else {
            Depth::Stock
        }
    }

    /// The address of a route with a query.
    pub(super) fn route(&self, route: &str, query: &[(&str, &str)]) -> Result<Url, Trouble> {
        let mut url = if self.plain_links {
            let mut url = self.root.clone();
            url.query_pairs_mut()
                .append_pair("rest_route", &format!("/{route}"));
            url
        } else {
            self.root
                .join(route)
                .map_err(|source| Trouble::retry(Failure::new(Code::NotAPortal).detail(source)))?
        };
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }
}

/// Looks for a WordPress at `url`.
///
/// # Errors
/// `not_a_portal` when something else answers, and all failures of the way.
pub async fn discover(http: &Http, url: &str) -> Result<Answered, Trouble> {
    let not_one = || Trouble::retry(Failure::new(Code::NotAPortal).with("url", url));
    let base = Url::parse(&format!("{}/", url.trim().trim_end_matches('/')))
        .ok()
        .filter(|base| matches!(base.scheme(), "http" | "https") && base.username().is_empty())
        .ok_or_else(not_one)?;
    let mut pretty = base.clone();
    if !pretty.path().ends_with("/wp-json/") {
        pretty = base.join("wp-json/").map_err(|_| not_one())?;
    }
    let first = ask_root(http, &pretty, false).await?;
    let trouble = match first {
        Ok(answered) => return Ok(answered),
        Err(trouble) => trouble,
    };
    if let Ok(answered) = ask_root(http, &base, true).await? {
        return Ok(answered);
    }
    // The API may live elsewhere on the same host: the front page names it.
    let page = http
        .send(Ask::new(Method::HEAD, base.clone()), Arc::default())
        .await?;
    if let Some(named) = named_root(&page, &base) {
        let plain = named.query().is_some();
        if let Ok(answered) = ask_root(http, &named, plain).await? {
            return Ok(answered);
        }
    }
    Err(trouble)
}

/// Asks one place for the root document. The inner failure means that there is none.
async fn ask_root(
    http: &Http,
    root: &Url,
    plain_links: bool,
) -> Result<Result<Answered, Trouble>, Trouble> {
    let mut answered = Answered {
        name: String::new(),
        root: root.clone(),
        plain_links,
        companion: false,
        passwords: false,
    };
    answered.root.set_query(None);
    let url = answered.route("", &[("_fields", "name,namespaces,authentication")])?;
    let answer = http
        .send(Ask::new(Method::GET, url), Arc::default())
        .await?;
    if !answer.status.is_success() || answer.is_page() {
        return Ok(Err(named(trouble_of(&answer, true), root)));
    }
    let value: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let spaces: Vec<&str> = value
        .get("namespaces")
        .and_then(Value::as_array)
        .map(|spaces| spaces.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    if !spaces.contains(&"wp/v2") {
        return Ok(Err(Trouble::retry(
            Failure::new(Code::NotAPortal).with("url", root),
        )));
    }
    answered.name = html_text(text(&value, "/name"));
    answered.companion = spaces.contains(&COMPANION);
    answered.passwords = value
        .pointer("/authentication/application-passwords")
        .is_some();
    Ok(Ok(answered))
}

fn named(mut trouble: Trouble, root: &Url) -> Trouble {
    trouble.failure = trouble
        .failure
        .with("url", root)
        .with("host", root.host_str().unwrap_or_default());
    trouble
}

/// The API root of a `Link` header, on the same origin only.
fn named_root(answer: &Answer, base: &Url) -> Option<Url> {
    let links = answer.header("link")?;
    let target = links
        .split(',')
        .find(|link| link.contains(API))?
        .split(['<', '>'])
        .nth(1)?;
    let url = base.join(target).ok()?;
    (url.origin() == base.origin()).then_some(url)
}

/// WordPress gives the site's name as HTML.
fn html_text(html: &str) -> String {
    html.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#039;", "'")
        .replace("&amp;", "&")
}

impl Site {
    /// Connects: finds the site, logs in, reads what the account may do.
    ///
    /// # Errors
    /// `app_passwords_off`, `credentials`, `rights` when the account may not write at all, `not_a_portal`, and all
    /// failures of the way.
    pub async fn connect(
        http: &Http,
        url: &str,
        user: &str,
        password: &SecretString,
    ) -> Result<Self, Trouble> {
        let answered = discover(http, url).await?;
        let token = basic(user, password);
        let mut ask = Ask::new(
            Method::GET,
            answered.route(
                "wp/v2/users/me",
                &[
                    ("context", "edit"),
                    ("_fields", "id,name,roles,capabilities"),
                ],
            )?,
        );
        ask.token = Some(token.clone());
        let me = match exchange(http, &answered, ask, &Arc::default()).await {
            // Every login fails there, whatever is typed: that is what has to be said.
            Err(trouble) if trouble.status == Some(401) && !answered.passwords => {
                return Err(Trouble::retry(
                    Failure::new(Code::AppPasswordsOff).with("url", &answered.root),
                ));
            }
            other => other?.value,
        };
        let words = |value: Option<&Value>| -> Vec<String> {
            value
                .and_then(Value::as_array)
                .map(|words| {
                    words
                        .iter()
                        .filter_map(Value::as_str)
                        .map(str::to_owned)
                        .collect()
                })
                .unwrap_or_default()
        };
        let can = me
            .get("capabilities")
            .and_then(Value::as_object)
            .map(|all| {
                all.iter()
                    .filter(|(_, held)| held.as_bool() == Some(true))
                    .map(|(name, _)| name.clone())
                    .collect()
            })
            .unwrap_or_default();
        let account = Account {
            id: me.get("id").and_then(Value::as_u64).unwrap_or_default(),
            name: text(&me, "/name").to_owned(),
            roles: words(me.get("roles")),
            can,
        };
        if !account.may("edit_posts") {
            return Err(Trouble::refused(Failure::new(Code::Rights)));
        }
        Ok(Self {
            http: http.clone(),
            answered,
            token,
            account,
            learnt: Arc::new(Mutex::default()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(plain_links: bool) -> Answered {
        let root = if plain_links {
            "https://x.example/"
        } else {
            "https://x.example/wp-json/"
        };
        Answered {
            name: String::new(),
            root: Url::parse(root).expect("url"),
            plain_links,
            companion: true,
            passwords: true,
        }
    }

    #[test]
    fn routes_with_and_without_pretty_links() {
        let query = [("slug", "a,b"), ("status", "any")];
        assert_eq!(
            answered(false)
                .route("wp/v2/posts", &query)
                .expect("url")
                .as_str(),
            "https://x.example/wp-json/wp/v2/posts?slug=a%2Cb&status=any"
        );
        assert_eq!(
            answered(true)
                .route("wp/v2/posts", &query)
                .expect("url")
                .as_str(),
            "https://x.example/?rest_route=%2Fwp%2Fv2%2Fposts&slug=a%2Cb&status=any"
        );
        assert_eq!(answered(true).depth(), Depth::Stock);
        assert_eq!(answered(false).depth(), Depth::Companion);
    }
}
