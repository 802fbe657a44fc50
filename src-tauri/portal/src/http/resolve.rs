//! Name lookup whose failure can be told from all others, and the question whether there is any way out at all.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// The system's resolver.
pub struct Lookup;

/// A name that was not found, or not looked up at all.
#[derive(Debug, thiserror::Error)]
#[error("name lookup failed")]
pub struct LookupFailed(#[source] std::io::Error);

impl Resolve for Lookup {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0))
                .await
                .map_err(LookupFailed)?;
            let addresses: Vec<SocketAddr> = found.collect();
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// True when the machine has a way to anywhere. Nothing is sent: connecting a datagram socket only asks the routes.
/// The addresses are reserved for documentation.
pub fn has_way_out() -> bool {
    let v4 = || {
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
        socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9))
    };
    let v6 = || {
        let socket = UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0))?;
        socket.connect((Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1), 9))
    };
    v4().is_ok() || v6().is_ok()
}
