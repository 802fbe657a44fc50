//! Connections made before they are needed: many requests that begin at once then do not wait for theirs.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use http::Uri;
use hyper_util::rt::TokioIo;
use tokio::{sync::Notify, time::Instant};

use super::connect::Line;

/// A server closes what stays silent; long before, nobody counts on it.
const KEPT: Duration = Duration::from_secs(10);

/// Connections nobody uses yet; clones share them.
#[derive(Clone, Default)]
pub(super) struct Spares(Arc<Kept>);

#[derive(Default)]
struct Kept {
    lines: Mutex<Vec<Spare>>,
    // A call to those who wait for one.
    came: Notify,
}

struct Spare {
    to: String,
    made: Instant,
    line: TokioIo<Line>,
}

impl Spares {
    /// Keeps a connection until it is taken or too old, and then is done.
    pub(super) async fn keep(&self, target: &Uri, line: TokioIo<Line>) {
        let spare = Spare {
            to: origin(target),
            made: Instant::now(),
            line,
        };
        self.lock().push(spare);
        self.0.came.notify_waiters();
        tokio::time::sleep(KEPT).await;
        self.lock().retain(Spare::stands);
    }

    /// One that still stands, if there is any.
    pub(super) fn take(&self, target: &Uri) -> Option<TokioIo<Line>> {
        let to = origin(target);
        let mut spares = self.lock();
        spares.retain(Spare::stands);
        let at = spares.iter().position(|spare| spare.to == to)?;
        Some(spares.swap_remove(at).line)
    }

    /// The next one that comes. Never ends when none does.
    pub(super) async fn next(&self, target: &Uri) -> TokioIo<Line> {
        loop {
            let came = self.0.came.notified();
            if let Some(line) = self.take(target) {
                return line;
            }
            came.await;
        }
    }

    /// Ends all of them.
    pub(super) fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Spare>> {
        self.0.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Spare {
    fn stands(&self) -> bool {
        self.made.elapsed() < KEPT && self.line.inner().stands()
    }
}

fn origin(target: &Uri) -> String {
    format!(
        "{}://{}",
        target.scheme_str().unwrap_or_default(),
        target.authority().map_or("", http::uri::Authority::as_str)
    )
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::{TcpListener, TcpStream},
        sync::oneshot,
    };

    use super::*;
    use crate::http::{
        connect::{ConnectFailed, Connector},
        counted::HeldBack,
        proxy::Proxies,
    };

    /// A portal that says which of its connections this is, in the order they came, and gives back what it is told.
    async fn portal() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("port");
        let address = listener.local_addr().expect("address");
        tokio::spawn(async move {
            for number in 0_u8.. {
                let (mut stream, _) = listener.accept().await.expect("connection");
                tokio::spawn(async move {
                    stream.write_all(&[number]).await.expect("number");
                    let (mut reader, mut writer) = stream.split();
                    let _ = tokio::io::copy(&mut reader, &mut writer).await;
                });
            }
        });
        address
    }

    /// A SOCKS proxy to `portal` for one connection: tells when it was asked, and connects once it is told to.
    async fn gate(portal: SocketAddr) -> (Connector, oneshot::Receiver<()>, oneshot::Sender<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("port");
        let address = listener.local_addr().expect("address");
        let (came, asked) = oneshot::channel();
        let (open, opened) = oneshot::channel();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("connection");
            let mut greeting = [0; 2];
            stream.read_exact(&mut greeting).await.expect("greeting");
            let mut methods = vec![0; greeting[1].into()];
            stream.read_exact(&mut methods).await.expect("methods");
            stream.write_all(&[5, 0]).await.expect("no login");
            let mut wish = [0; 5];
            stream.read_exact(&mut wish).await.expect("wish");
            let mut name = vec![0; usize::from(wish[4]) + 2];
            stream.read_exact(&mut name).await.expect("name and port");
            came.send(()).expect("waited for");
            if opened.await.is_err() {
                return;
            }
            let mut inner = TcpStream::connect(portal).await.expect("portal");
            let yes = [5, 0, 0, 1, 0, 0, 0, 0, 0, 0];
            stream.write_all(&yes).await.expect("connected");
            let _ = tokio::io::copy_bidirectional(&mut stream, &mut inner).await;
        });
        (connector(Some(address)), asked, open)
    }

    fn connector(proxy: Option<SocketAddr>) -> Connector {
        let proxy = proxy.map(|address| format!("socks5://{address}"));
        Connector::new(
            Proxies::new(proxy.as_deref(), None),
            Duration::from_secs(60),
            Arc::default(),
            HeldBack::default(),
        )
        .expect("connector")
    }

    /// The number of a connection, after some bytes went there and came back.
    async fn number(line: TokioIo<Line>) -> u8 {
        let mut line = line.into_inner();
        let number = line.read_u8().await.expect("number");
        line.write_all(b"bytes").await.expect("bytes");
        let mut back = [0; 5];
        line.read_exact(&mut back).await.expect("bytes back");
        assert_eq!(&back, b"bytes");
        number
    }

    fn far() -> Uri {
        Uri::from_static("http://portal.example/")
    }

    /// A connection straight to the portal.
    async fn made_ahead(portal: SocketAddr) -> TokioIo<Line> {
        let target = format!("http://{portal}/").parse().expect("address");
        connector(None).connect(target).await.expect("spare")
    }

    /// A connection of its own that waits at the gate, and the place of those made ahead.
    struct Race {
        portal: SocketAddr,
        spares: Spares,
        own: tokio::task::JoinHandle<Result<TokioIo<Line>, ConnectFailed>>,
        open: oneshot::Sender<()>,
    }

    async fn race() -> Race {
        let portal = portal().await;
        let (connector, asked, open) = gate(portal).await;
        let spares = connector.spares().clone();
        let own = tokio::spawn(connector.first_of_all(far()));
        asked.await.expect("its own is on its way");
        Race {
            portal,
            spares,
            own,
            open,
        }
    }

    /// One made ahead is there.
    async fn comes(spares: &Spares, portal: SocketAddr) {
        let spare = made_ahead(portal).await;
        let keeper = spares.clone();
        tokio::spawn(async move { keeper.keep(&far(), spare).await });
    }

    #[tokio::test]
    async fn one_made_ahead_is_taken_when_it_comes_first_and_the_other_is_kept() {
        let race = race().await;
        comes(&race.spares, race.portal).await;
        let first = race.own.await.expect("race").expect("connection");
        assert_eq!(number(first).await, 0, "the one made ahead");
        assert!(race.spares.take(&far()).is_none(), "it is given once");
        race.open.send(()).expect("the proxy waits");
        assert_eq!(number(race.spares.next(&far()).await).await, 1, "its own");
    }

    #[tokio::test]
    async fn one_made_ahead_that_comes_later_stays_for_others() {
        let race = race().await;
        race.open.send(()).expect("the proxy waits");
        let first = race.own.await.expect("race").expect("connection");
        assert_eq!(number(first).await, 0, "its own");
        comes(&race.spares, race.portal).await;
        assert_eq!(number(race.spares.next(&far()).await).await, 1);
    }

    #[tokio::test]
    async fn a_connection_of_its_own_that_fails_costs_the_one_made_ahead_nothing() {
        let race = race().await;
        comes(&race.spares, race.portal).await;
        let first = race.own.await.expect("race").expect("connection");
        drop(race.open);
        assert_eq!(number(first).await, 0);
        race.spares.clear();
        assert!(race.spares.take(&far()).is_none());
    }
}
