//! A gate before a portal at which a test sees each text that arrives, and decides when it is let in.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use qalam_portal::{
    http::{Http, HttpOptions},
    practice::Practice,
};
use tokio::{net::TcpListener, sync::watch};

/// Longer than anything takes.
pub const FOR_LONG: Duration = Duration::from_secs(60);

/// What the gate does with texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rule {
    /// Each is let in.
    #[default]
    Open,
    /// Each but the first waits until another is at the gate with it, or until so many came.
    InPairs(usize),
    /// One is served, and who comes meanwhile is turned away with this status. The second one is served until that
    /// happened once, or until so many came.
    OneAtATime(StatusCode, usize),
    /// Each but the first is let in, and gets no answer.
    NoAnswers,
    /// Each but the first waits for ever.
    Shut,
}

/// A text that came.
#[derive(Clone, Debug)]
pub struct Came {
    pub draft: String,
    /// Another was at the gate with it.
    pub company: bool,
    pub turned_away: bool,
    at_the_gate: bool,
}

/// What the gate saw.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub texts: Vec<Came>,
    /// The most that were there at once.
    pub most: usize,
    rule: Rule,
}

impl Seen {
    pub fn there(&self) -> usize {
        self.texts.iter().filter(|one| one.at_the_gate).count()
    }

    pub fn turned_away(&self) -> usize {
        self.texts.iter().filter(|one| one.turned_away).count()
    }
}

pub struct Gate {
    pub url: String,
    inner: Arc<Inner>,
}

struct Inner {
    portal: String,
    ours: String,
    client: reqwest::Client,
    seen: watch::Sender<Seen>,
    // The draft that is refused.
    refused: Mutex<String>,
}

impl Gate {
    pub async fn to(portal: &Practice) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("port");
        let url = format!("http://{}", listener.local_addr().expect("address"));
        // It tells the program how to encrypt, which the other client asks as well.
        Http::new(HttpOptions::default()).expect("client");
        let inner = Arc::new(Inner {
            portal: portal.url.clone(),
            ours: url.clone(),
            client: reqwest::Client::builder()
                .no_proxy()
                .build()
                .expect("client"),
            seen: watch::channel(Seen::default()).0,
            refused: Mutex::default(),
        });
        let app = Router::new().fallback(enter).with_state(Arc::clone(&inner));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, inner }
    }

    /// From now on, as if nothing had come yet.
    pub fn rule(&self, rule: Rule) {
        self.inner.seen.send_modify(|seen| {
            *seen = Seen {
                rule,
                ..Seen::default()
            };
        });
    }

    pub fn refuse(&self, draft: &str) {
        draft.clone_into(&mut self.inner.refused.lock().expect("lock"));
    }

    pub fn seen(&self) -> Seen {
        self.inner.seen.borrow().clone()
    }

    pub async fn until(&self, holds: impl FnMut(&Seen) -> bool) {
        let mut seen = self.inner.seen.subscribe();
        let came = tokio::time::timeout(FOR_LONG, seen.wait_for(holds)).await;
        came.expect("never came").expect("gate");
    }
}

/// A text at the gate, until it is answered or its sender is gone.
struct Guest {
    inner: Arc<Inner>,
    number: usize,
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.inner.seen.send_modify(|seen| {
            if let Some(one) = seen.texts.get_mut(self.number) {
                one.at_the_gate = false;
            }
        });
    }
}

async fn enter(State(inner): State<Arc<Inner>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("body");
    let path = head.uri.path().to_owned();
    let Some(draft) = (head.method == Method::PUT)
        .then(|| path.strip_prefix("/v1/items/"))
        .flatten()
    else {
        return inner.pass(head, body).await;
    };
    let mut number = 0;
    inner.seen.send_modify(|seen| {
        number = seen.texts.len();
        let company = seen.there() > 0;
        for other in seen.texts.iter_mut().filter(|other| other.at_the_gate) {
            other.company = true;
        }
        let turns_away = matches!(seen.rule, Rule::OneAtATime(..)) && company;
        seen.texts.push(Came {
            draft: draft.to_owned(),
            company,
            turned_away: turns_away,
            at_the_gate: true,
        });
        seen.most = seen.most.max(seen.there());
    });
    let _guest = Guest {
        inner: Arc::clone(&inner),
        number,
    };
    let rule = inner.seen.borrow().rule;
    match rule {
        Rule::OneAtATime(status, _) if inner.seen.borrow().texts[number].turned_away => {
            // Without it a portal that counts requests would be left alone for a minute.
            return (status, [(header::RETRY_AFTER, "0")]).into_response();
        }
        Rule::OneAtATime(_, all) if number == 1 => {
            let mut seen = inner.seen.subscribe();
            let holds = |seen: &Seen| seen.turned_away() > 0 || seen.texts.len() >= all;
            seen.wait_for(holds).await.expect("gate");
        }
        Rule::InPairs(all) if number > 0 => {
            let mut seen = inner.seen.subscribe();
            let holds = |seen: &Seen| seen.texts[number].company || seen.texts.len() >= all;
            seen.wait_for(holds).await.expect("gate");
        }
        Rule::Shut if number > 0 => std::future::pending().await,
        _ => {}
    }
    if *inner.refused.lock().expect("lock") == *draft {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    }
    let answer = inner.pass(head, body).await;
    if rule == Rule::NoAnswers && number > 0 {
        std::future::pending::<()>().await;
    }
    answer
}

impl Inner {
    /// The portal's answer, with our address in the place of its own.
    async fn pass(&self, head: axum::http::request::Parts, body: Bytes) -> Response {
        let place = head.uri.path_and_query().map_or("/", |path| path.as_str());
        let mut headers = head.headers;
        headers.remove(header::HOST);
        headers.remove(header::ACCEPT_ENCODING);
        let answer = self
            .client
            .request(head.method, format!("{}{place}", self.portal))
            .headers(headers)
            .body(body)
            .send()
            .await
            .expect("portal");
        let mut response = Response::builder().status(answer.status());
        for (name, value) in answer.headers() {
            let framing = [header::CONTENT_LENGTH, header::TRANSFER_ENCODING];
            if !framing.contains(name) {
                response = response.header(name, value);
            }
        }
        let text = answer.text().await.expect("text");
        let text = text.replace(&self.portal, &self.ours);
        response.body(Body::from(text)).expect("answer")
    }
}
