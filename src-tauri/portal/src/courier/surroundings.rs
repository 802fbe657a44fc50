//! What happens to the machine under a courier that stays: it sleeps and wakes, its links come and go.
//!
//! Both are reasons to ask the portals at once, whatever pause is running.

use std::net::{IpAddr, UdpSocket};

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

/// The clock on the wall stops for nobody, the steady one while the machine sleeps. So much apart means that it slept,
/// or that somebody set the clock, which certificates may have waited for.
const APART: SignedDuration = SignedDuration::from_secs(20);
/// Documentation addresses (RFC 5737, RFC 3849): nobody has them, and the way to them is the way to everywhere.
const ANYWHERE: [(&str, &str); 2] = [("0.0.0.0:0", "192.0.2.1:9"), ("[::]:0", "[2001:db8::1]:9")];

/// The addresses from which this machine speaks to the world, one for each family that has a way out. Nothing is sent:
/// the system only chooses.
#[must_use]
pub fn addresses_here() -> Vec<IpAddr> {
    let from = |(any, far): (&str, &str)| {
        let socket = UdpSocket::bind(any).ok()?;
        socket.connect(far).ok()?;
        Some(socket.local_addr().ok()?.ip())
    };
    ANYWHERE.into_iter().filter_map(from).collect()
}

/// What was seen last.
#[derive(Debug, Default)]
pub(super) struct Surroundings {
    seen: Option<Seen>,
    overslept: bool,
}

#[derive(Debug)]
struct Seen {
    steady: Instant,
    wall: Timestamp,
    here: Vec<IpAddr>,
}

impl Surroundings {
    /// A short pause took far too long: where the steady clock runs on in sleep, this is how waking shows.
    pub(super) fn overslept(&mut self) {
        self.overslept = true;
    }

    /// Whether the machine woke, or speaks to the world from elsewhere than at the last look. A link that went is no
    /// news: there is nothing to ask until it is back.
    pub(super) fn changed(&mut self, steady: Instant, wall: Timestamp, here: Vec<IpAddr>) -> bool {
        let woke = std::mem::take(&mut self.overslept);
        let now = Seen { steady, wall, here };
        let news = self.seen.as_ref().is_some_and(|before| {
            let ran = SignedDuration::try_from(now.steady.duration_since(before.steady));
            let apart = now.wall.duration_since(before.wall) - ran.unwrap_or(SignedDuration::ZERO);
            let moved = now.here != before.here && !now.here.is_empty();
            woke || apart.abs() > APART || moved
        });
        self.seen = Some(now);
        news
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn waking_and_other_links_are_news_and_time_is_not() {
        let office: Vec<IpAddr> = vec![[192, 168, 1, 5].into()];
        let phone: Vec<IpAddr> = vec![[10, 0, 0, 7].into()];
        let both = [office.clone(), vec![std::net::Ipv6Addr::LOCALHOST.into()]].concat();
        // Seconds on the steady clock and on the wall, the addresses, and whether that is news.
        let cases: &[(u64, i64, &[IpAddr], bool)] = &[
            (0, 0, &office, false),
            (4, 4, &office, false),
            // A long upload: both clocks ran.
            (1_800, 1_800, &office, false),
            // A night with the lid closed.
            (1_804, 30_000, &office, true),
            (1_808, 30_004, &office, false),
            // The clock is set back by a year.
            (1_812, -31_000_000, &office, true),
            (1_816, -30_999_996, &[], false),
            (1_820, -30_999_992, &office, true),
            (1_824, -30_999_988, &phone, true),
            (1_828, -30_999_984, &phone, false),
            (1_832, -30_999_980, &both, true),
        ];
        let (start, epoch) = (Instant::now(), Timestamp::UNIX_EPOCH);
        let mut surroundings = Surroundings::default();
        for (steady, wall, here, news) in cases {
            let steady = start + Duration::from_secs(*steady);
            let wall = epoch + SignedDuration::from_secs(*wall);
            let found = surroundings.changed(steady, wall, here.to_vec());
            assert_eq!(found, *news, "{steady:?} {wall} {here:?}");
        }
        surroundings.overslept();
        let (steady, wall) = (start + Duration::from_secs(1_836), epoch);
        assert!(surroundings.changed(steady, wall, both.clone()));
    }
}
