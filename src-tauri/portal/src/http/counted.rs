//! A connection that counts what goes over it, and that has no more on its way than it may.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use futures_util::FutureExt as _;
use socket2::SockRef;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    sync::Notify,
};

use super::totals::Totals;

/// `MSG_EOR`, nothing is appended to the packet that these bytes end, and `MSG_NOSIGNAL`.
const APART: i32 = if cfg!(any(target_os = "linux", target_os = "android")) {
    0x4080
} else {
    0
};
/// Bytes given to the system at once.
const MOST_AT_ONCE: usize = 4 * 1024;
/// Sizes of a connection's buffer, once it is not left to the system; Linux takes no smaller one.
const SMALL_BUFFER: usize = 2304;
/// What the packet that a buffer takes beyond its bound counts for (half of it, as the size is doubled), and somewhat
/// less: rounding must not cost a packet.
const ONE_MORE: usize = 1000;
const LARGE_BUFFER: usize = 1024 * 1024;

/// How many bytes a connection may have on their way; shared by all connections of a client.
#[derive(Clone, Debug, Default)]
pub(super) struct HeldBack(Arc<AtomicUsize>);

impl HeldBack {
    /// `None` is what the system can bear.
    pub(super) fn set(&self, bytes: Option<u64>) {
        let bytes = bytes.map_or(0, |bytes| {
            usize::try_from(bytes).unwrap_or(usize::MAX).max(1)
        });
        self.0.store(bytes, Ordering::Relaxed);
    }
}

/// Bytes that a connection has given to the system; goes with the connection to whoever uses it.
#[derive(Clone, Debug, Default)]
pub(super) struct Written(Arc<(AtomicU64, Notify)>);

impl Written {
    /// How many so far.
    pub(super) fn bytes(&self) -> u64 {
        self.0.0.load(Ordering::Relaxed)
    }

    fn add(&self, bytes: usize) {
        let (count, more) = &*self.0;
        count.fetch_add(u64::try_from(bytes).unwrap_or(0), Ordering::Relaxed);
        more.notify_waiters();
    }

    /// Ends when it has written so many.
    pub(super) async fn reach(&self, bytes: u64) {
        loop {
            let more = self.0.1.notified();
            if self.bytes() >= bytes {
                return;
            }
            more.await;
        }
    }
}

/// A connection that counts what goes over it.
pub(super) struct Counted {
    stream: TcpStream,
    totals: Arc<Totals>,
    held_back: HeldBack,
    // What was last told to the system; 0 is its own choice.
    holds: usize,
    // Bytes given to the system at once.
    at_once: usize,
    written: Written,
}

impl Counted {
    /// A connection that counts into `totals` and has no more on its way than `held_back` says.
    pub(super) fn new(stream: TcpStream, totals: Arc<Totals>, held_back: HeldBack) -> Self {
        Self {
            stream,
            totals,
            held_back,
            holds: 0,
            written: Written::default(),
            at_once: MOST_AT_ONCE,
        }
    }

    /// Bytes given to the system so far; goes on counting.
    pub(super) fn written(&self) -> Written {
        self.written.clone()
    }

    /// Whether the other side has not ended it. What it sent unasked (a ticket of TLS) stays unread.
    pub(super) fn stands(&self) -> bool {
        match self.stream.peek(&mut [0]).now_or_never() {
            None => true,
            Some(read) => read.is_ok_and(|bytes| bytes > 0),
        }
    }

    /// The system's buffer of a connection holds what is unsent and what is unacknowledged, so its size bounds both.
    fn hold_back(&mut self) {
        let wanted = self.held_back.0.load(Ordering::Relaxed);
        if wanted == self.holds {
            return;
        }
        // Small changes are not worth a call.
        let small = wanted.abs_diff(self.holds) < self.holds / 8;
        if small && wanted != 0 {
            return;
        }
        self.holds = wanted;
        self.at_once = match wanted {
            0 => MOST_AT_ONCE,
            // Written apart, they are sent apart: whole packets, or the last of each would be a short one. A part of what
            // the buffer takes, so that it is filled to its bound and not beyond.
            some => whole_packets(&self.stream, (some / 8).min(MOST_AT_ONCE)),
        };
        let bytes = match wanted {
            0 => LARGE_BUFFER,
            // Linux takes twice the number, counts its own bookkeeping (2,304 bytes for a packet of 1,448), and takes one
            // packet more while a byte is free.
            bytes if cfg!(target_os = "linux") => (bytes / 5 * 4)
                .saturating_sub(ONE_MORE)
                .clamp(SMALL_BUFFER, LARGE_BUFFER),
            bytes => bytes.clamp(SMALL_BUFFER, LARGE_BUFFER),
        };
        let _ = SockRef::from(&self.stream).set_send_buffer_size(bytes);
    }
}

/// As many whole packets as fit into so many bytes, one at least.
fn whole_packets(stream: &TcpStream, bytes: usize) -> usize {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if let Ok(packet) = SockRef::from(stream).tcp_mss()
        && let Ok(packet) = usize::try_from(packet)
        && packet > 0
    {
        return (bytes / packet).max(1).saturating_mul(packet);
    }
    let _ = stream;
    bytes.max(1)
}

/// Writes so that the size of the buffer holds. Linux appends what is written to the last packet that has not left, up
/// to 64 KiB and whatever the size of the buffer; only what begins a packet is weighed against it.
fn write_apart(
    stream: &TcpStream,
    context: &mut Context<'_>,
    bytes: &[u8],
) -> Poll<io::Result<usize>> {
    loop {
        std::task::ready!(stream.poll_write_ready(context))?;
        let written = stream.try_io(tokio::io::Interest::WRITABLE, || {
            SockRef::from(stream).send_with_flags(bytes, APART)
        });
        match written {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            written => return Poll::Ready(written),
        }
    }
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.totals
            .received(buffer.filled().len().saturating_sub(before));
        polled
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.hold_back();
        // What the system takes at once it holds back; a little suffices to keep a line busy.
        let bytes = bytes.get(..self.at_once).unwrap_or(bytes);
        let polled = match self.holds {
            0 => Pin::new(&mut self.stream).poll_write(context, bytes),
            _ => write_apart(&self.stream, context, bytes),
        };
        if let Poll::Ready(Ok(count)) = polled {
            self.totals.wrote(count);
            self.written.add(count);
        }
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
