//! The way to a portal, with accidents on it: answers that are lost, bodies that are cut, requests that are held.

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU32, Ordering},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::{Mutex, mpsc, oneshot, watch},
};

/// A request that waits until the test lets it go.
pub type Held = oneshot::Sender<()>;

#[derive(Default)]
struct Plan {
    /// Answers to writes still to be lost.
    lose: AtomicU32,
    /// Bytes of uploads still to be let through before the cut; negative is no cut.
    cut: AtomicI64,
    /// A part of the head of requests that are held.
    hold: Mutex<Option<(String, mpsc::UnboundedSender<Held>)>>,
    /// A path that is answered with 404.
    hidden: Mutex<Option<String>>,
    /// Method and path of each request that came by.
    asked: Mutex<Vec<String>>,
    /// Uploads that are still to stand still after their first bytes.
    stand: AtomicU32,
    /// The portal had no room for a request.
    turned_away: watch::Sender<bool>,
}

/// A relay in front of a portal.
pub struct Way {
    pub url: String,
    plan: Arc<Plan>,
}

impl Way {
    pub async fn to(url: &str) -> Self {
        let target = url
            .trim_start_matches("http://")
            .trim_end_matches('/')
            .to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("port");
        let address = listener.local_addr().expect("address");
        let plan = Arc::new(Plan {
            cut: AtomicI64::new(-1),
            ..Plan::default()
        });
        let shared = Arc::clone(&plan);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (target, plan) = (target.clone(), Arc::clone(&shared));
                tokio::spawn(async move {
                    if let Ok(portal) = TcpStream::connect(&target).await {
                        relay(client, portal, &plan).await;
                    }
                });
            }
        });
        Self {
            url: format!("http://{address}"),
            plan,
        }
    }

    /// The next `count` writes arrive and their answers do not.
    pub fn lose_answers(&self, count: u32) {
        self.plan.lose.store(count, Ordering::SeqCst);
    }

    pub fn lost_all(&self) -> bool {
        self.plan.lose.load(Ordering::SeqCst) == 0
    }

    /// After so many bytes towards the portal the connection is cut, once.
    pub fn cut_after(&self, bytes: i64) {
        self.plan.cut.store(bytes, Ordering::SeqCst);
    }

    pub fn was_cut(&self) -> bool {
        self.plan.cut.load(Ordering::SeqCst) < 0
    }

    /// Requests whose head begins so are held one by one.
    pub async fn hold(&self, head: &str) -> mpsc::UnboundedReceiver<Held> {
        let (held, holding) = mpsc::unbounded_channel();
        *self.plan.hold.lock().await = Some((head.to_owned(), held));
        holding
    }

    /// Requests for this path find nothing.
    pub async fn hide(&self, path: &str) {
        *self.plan.hidden.lock().await = Some(path.to_owned());
    }

    /// The next `count` uploads stand still after their first bytes, until the portal turned another request away.
    pub fn stand_until_turned_away(&self, count: u32) {
        self.plan.turned_away.send_replace(false);
        self.plan.stand.store(count, Ordering::SeqCst);
    }

    pub fn turned_away(&self) -> bool {
        *self.plan.turned_away.borrow()
    }

    /// Method and path of each request that came by so far, in their order.
    pub async fn asked(&self) -> Vec<String> {
        self.plan.asked.lock().await.clone()
    }
}

async fn relay(client: TcpStream, portal: TcpStream, plan: &Arc<Plan>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_portal, mut to_portal) = portal.into_split();
    let writing = Arc::new(AtomicU32::new(0));
    let (noted, up_plan) = (Arc::clone(&writing), Arc::clone(plan));
    let (refuse, mut refused) = mpsc::unbounded_channel::<()>();
    let up = async move {
        let mut buffer = vec![0_u8; 16 * 1024];
        loop {
            let Ok(count @ 1..) = from_client.read(&mut buffer).await else {
                return;
            };
            let bytes = &buffer[..count];
            let head = String::from_utf8_lossy(&bytes[..count.min(300)]).into_owned();
            let is_head = ["GET ", "PUT ", "POST ", "PATCH ", "HEAD ", "DELETE "]
                .iter()
                .any(|method| head.starts_with(method));
            if is_head {
                let line: Vec<&str> = head.split(' ').take(2).collect();
                up_plan.asked.lock().await.push(line.join(" "));
                let write = head.starts_with("PUT ") || head.starts_with("POST ");
                noted.store(u32::from(write), Ordering::SeqCst);
                let hidden = up_plan.hidden.lock().await.clone();
                if hidden.is_some_and(|path| {
                    head.split(' ').nth(1).is_some_and(|p| p.starts_with(&path))
                }) {
                    let _ = refuse.send(());
                    continue;
                }
                let mut hold = up_plan.hold.lock().await;
                if hold
                    .as_ref()
                    .is_some_and(|(start, _)| head.starts_with(start))
                    && let Some((_, held)) = hold.take()
                {
                    let (go, going) = oneshot::channel();
                    let _ = held.send(go);
                    drop(hold);
                    let _ = going.await;
                }
            } else if up_plan.cut.load(Ordering::SeqCst) >= 0 {
                let count = i64::try_from(count).expect("small");
                if up_plan.cut.fetch_sub(count, Ordering::SeqCst) < count {
                    return;
                }
            }
            if to_portal.write_all(bytes).await.is_err() {
                return;
            }
            if head.starts_with("PATCH ") && one_less(&up_plan.stand) {
                let _ = up_plan.turned_away.subscribe().wait_for(|away| *away).await;
            }
        }
    };
    let down = async move {
        let mut buffer = vec![0_u8; 16 * 1024];
        loop {
            tokio::select! {
                count = from_portal.read(&mut buffer) => {
                    let Ok(count @ 1..) = count else { return };
                    if writing.load(Ordering::SeqCst) == 1 && one_less(&plan.lose) {
                        return;
                    }
                    if buffer.starts_with(b"HTTP/1.1 50") {
                        plan.turned_away.send_replace(true);
                    }
                    if to_client.write_all(&buffer[..count]).await.is_err() {
                        return;
                    }
                }
                Some(()) = refused.recv() => {
                    let answer = b"HTTP/1.1 404 Not Found\r\ncontent-type: text/html\r\ncontent-length: 4\r\n\r\nnone";
                    if to_client.write_all(answer).await.is_err() {
                        return;
                    }
                }
            }
        }
    };
    tokio::select! {
        () = up => {}
        () = down => {}
    }
}

fn one_less(left: &AtomicU32) -> bool {
    left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
        left.checked_sub(1)
    })
    .is_ok()
}
