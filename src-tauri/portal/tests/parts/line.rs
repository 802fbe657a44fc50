//! A line to a portal on which a test says what happens to requests and answers.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::{Mutex, OwnedMutexGuard},
};

/// A line to the portal over which, while it is dumb, requests arrive and no answer comes back.
pub struct Line {
    pub url: String,
    pub dumb: Arc<AtomicBool>,
    /// Uploads whose beginning reached the portal.
    pub begun: Arc<AtomicUsize>,
    /// Once so many bytes went to the portal, one connection stands still; 0 for none.
    pub one_stops_at: Arc<AtomicUsize>,
    /// Once so many bytes went to the portal, no answer to a part comes back before somebody asks for the whole; 0 for
    /// never.
    pub answers_stop_at: Arc<AtomicUsize>,
    /// The portal has one worker: while it serves one request, all others wait in silence.
    pub one_worker: Arc<AtomicBool>,
}

impl Line {
    pub async fn to(portal: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("port");
        let ours = listener.local_addr().expect("address").to_string();
        let theirs = portal.strip_prefix("http://").expect("http").to_owned();
        let line = Self {
            url: format!("http://{ours}"),
            dumb: Arc::default(),
            begun: Arc::default(),
            one_stops_at: Arc::default(),
            answers_stop_at: Arc::default(),
            one_worker: Arc::default(),
        };
        let (dumb, begun) = (Arc::clone(&line.dumb), Arc::clone(&line.begun));
        let stops = Arc::clone(&line.one_stops_at);
        let held = Arc::clone(&line.answers_stop_at);
        let sent = Arc::<AtomicUsize>::default();
        let one_worker = Arc::clone(&line.one_worker);
        let worker = Arc::<Mutex<()>>::default();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let far = TcpStream::connect(&theirs).await.expect("portal");
                let (mut near_in, mut near_out) = near.into_split();
                let (mut far_in, mut far_out) = far.into_split();
                // Each side knows the other by its own port; both have five digits.
                let (out, back) = (
                    (ours.clone(), theirs.clone()),
                    (theirs.clone(), ours.clone()),
                );
                let (dumb, begun) = (Arc::clone(&dumb), Arc::clone(&begun));
                let (stops, sent) = (Arc::clone(&stops), Arc::clone(&sent));
                let (held, came) = (Arc::clone(&held), Arc::clone(&sent));
                let joins = Arc::clone(&held);
                let (one_worker, worker) = (Arc::clone(&one_worker), Arc::clone(&worker));
                // The worker, while this connection has it: until its answer comes or it ends.
                let served = Arc::<Mutex<Option<OwnedMutexGuard<()>>>>::default();
                let answered = Arc::clone(&served);
                tokio::spawn(async move {
                    let mut bytes = vec![0; 64 * 1024];
                    while let Ok(count @ 1..) = near_in.read(&mut bytes).await {
                        let before = sent.fetch_add(count, Ordering::SeqCst);
                        let limit = stops.load(Ordering::SeqCst);
                        let mine = limit > 0
                            && before > limit
                            && stops
                                .compare_exchange(limit, 0, Ordering::SeqCst, Ordering::SeqCst)
                                .is_ok();
                        if mine {
                            std::future::pending::<()>().await;
                        }
                        if one_worker.load(Ordering::SeqCst) {
                            let mut serves = served.lock().await;
                            if serves.is_none() {
                                *serves = Some(Arc::clone(&worker).lock_owned().await);
                            }
                        }
                        let said = renamed(&bytes[..count], &out);
                        // What comes back packed has no address that could be changed.
                        let said = renamed(&said, &unpacked());
                        begun.fetch_add(beginnings(&said), Ordering::SeqCst);
                        if holds(&said, b"upload-concat: final;") {
                            joins.store(0, Ordering::SeqCst);
                        }
                        if far_out.write_all(&said).await.is_err() {
                            break;
                        }
                    }
                    served.lock().await.take();
                });
                tokio::spawn(async move {
                    let mut bytes = vec![0; 64 * 1024];
                    while let Ok(count @ 1..) = far_in.read(&mut bytes).await {
                        let said = renamed(&bytes[..count], &back);
                        answered.lock().await.take();
                        let limit = held.load(Ordering::SeqCst);
                        if limit > 0
                            && came.load(Ordering::SeqCst) > limit
                            && said.starts_with(b"HTTP/1.1 204")
                        {
                            while held.load(Ordering::SeqCst) > 0 {
                                tokio::task::yield_now().await;
                            }
                        }
                        if !dumb.load(Ordering::SeqCst) && near_out.write_all(&said).await.is_err()
                        {
                            return;
                        }
                    }
                });
            }
        });
        line
    }
}

fn unpacked() -> (String, String) {
    ("accept-encoding".to_owned(), "except-encoding".to_owned())
}

fn renamed(bytes: &[u8], (from, to): &(String, String)) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = bytes.to_vec();
    for at in 0..bytes.len().saturating_sub(from.len() - 1) {
        if bytes[at..].starts_with(from.as_bytes()) {
            bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
        }
    }
    bytes
}

fn beginnings(bytes: &[u8]) -> usize {
    let mark = b"POST /v1/uploads";
    let all = bytes.windows(mark.len());
    all.filter(|one| *one == mark).count()
}

fn holds(bytes: &[u8], mark: &[u8]) -> bool {
    bytes.windows(mark.len()).any(|one| one == mark)
}
