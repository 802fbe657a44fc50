//! Proxies by the command line: one entered by hand, and one the desktop answers.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use crate::runner::Desk;

/// A proxy that notes the head of what it is asked and asks for a login in answer.
fn proxy() -> (String, Arc<Mutex<Vec<String>>>) {
    let door = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = door.local_addr().unwrap().to_string();
    let heard: Arc<Mutex<Vec<String>>> = Arc::default();
    let notes = Arc::clone(&heard);
    std::thread::spawn(move || {
        for mut caller in door.incoming().flatten() {
            let mut head = String::new();
            let mut lines = BufReader::new(caller.try_clone().unwrap());
            while lines.read_line(&mut head).is_ok_and(|read| read > 2) {}
            notes.lock().unwrap().push(head);
            let _ = caller.write_all(
                b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            );
        }
    });
    (place, heard)
}

/// A desk with a portal somewhere in the world.
fn desk() -> Desk {
    let desk = Desk::with_profile();
    let add = [
        "portal",
        "add",
        "far",
        "https://portal.example",
        "--kind",
        "contract",
    ];
    // Nobody is there, and it is kept all the same.
    assert_eq!(desk.run_with(&add, &NONE, "token\n").code, 1);
    desk
}

/// No proxy from the environment of whoever runs the tests.
const NONE: [(&str, &str); 6] = [
    ("http_proxy", ""),
    ("https_proxy", ""),
    ("all_proxy", ""),
    ("HTTPS_PROXY", ""),
    ("ALL_PROXY", ""),
    ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere"),
];

fn step(said: &serde_json::Value, name: &str) -> serde_json::Value {
    let steps = said["diagnosis"]["steps"].as_array().unwrap();
    steps
        .iter()
        .find(|step| step["step"] == name)
        .unwrap()
        .clone()
}

#[test]
fn a_proxy_entered_by_hand_gets_its_login_from_the_secrets() {
    let desk = desk();
    let (place, heard) = proxy();
    let chosen = desk
        .run_with(
            &["proxy", "set", &place, "--user", "off ice"],
            &NONE,
            "ge:heim\n",
        )
        .done();
    assert_eq!(chosen["proxy"]["address"], format!("http://{place}"));
    assert_eq!(
        (&chosen["proxy"]["user"], &chosen["has_password"]),
        (&"off ice".into(), &true.into())
    );
    let said = desk.run_with(&["portal", "test", "far"], &NONE, "");
    assert_eq!(said.refused(4), "proxy_login");
    let heads = heard.lock().unwrap().clone();
    assert!(
        heads[0].starts_with("CONNECT portal.example:443 "),
        "{heads:?}"
    );
    // "off ice:ge:heim"
    assert!(heads[0].contains("Basic b2ZmIGljZTpnZTpoZWlt"), "{heads:?}");
    let walk = desk
        .run_with(&["portal", "diagnose", "far"], &NONE, "")
        .json;
    assert_eq!(step(&walk, "proxy")["found"]["proxy"], place.as_str());

    // Another place does not get that password.
    let (other, heard) = proxy();
    let chosen = desk.run_with(&["proxy", "set", &other], &NONE, "").done();
    assert_eq!(chosen["has_password"], false);
    desk.run_with(&["portal", "test", "far"], &NONE, "");
    let heads = heard.lock().unwrap().clone();
    assert!(
        !heads[0].to_lowercase().contains("proxy-authorization"),
        "{heads:?}"
    );

    let asked = heads.len();
    desk.run_with(&["proxy", "direct"], &NONE, "").done();
    desk.run_with(&["portal", "test", "far"], &NONE, "");
    assert_eq!(
        heard.lock().unwrap().len(),
        asked,
        "nobody asks a proxy any more"
    );
    for wrong in ["proxy.example", "http://me:secret@proxy.example:1"] {
        let said = desk.run_with(&["proxy", "set", wrong], &NONE, "");
        assert_eq!(said.refused(2), "bad_proxy");
    }
}

#[cfg(target_os = "linux")]
mod desktop {
    use zbus::blocking::connection::Builder;

    use super::{desk, proxy, step};
    use crate::bus::Bus;

    struct Resolver(String);

    #[zbus::interface(name = "org.freedesktop.portal.ProxyResolver")]
    impl Resolver {
        fn lookup(&self, url: String) -> Vec<String> {
            match url.as_str() {
                "https://portal.example/" | "http://portal.example/" => {
                    vec!["http://".to_owned() + &self.0, "direct://".to_owned()]
                }
                _ => vec!["direct://".to_owned()],
            }
        }
    }

    #[test]
    fn the_desktop_runs_the_network_s_script() {
        let desk = desk();
        let (place, heard) = proxy();
        let bus = Bus::start();
        let _resolver = Builder::address(bus.address.as_str())
            .unwrap()
            .serve_at("/org/freedesktop/portal/desktop", Resolver(place.clone()))
            .unwrap()
            .name("org.freedesktop.portal.Desktop")
            .unwrap()
            .build()
            .unwrap();
        let mut env = super::NONE;
        env[5].1 = &bus.address;
        // The proxy is asked, and wants a login.
        let said = desk.run_with(&["portal", "test", "far"], &env, "");
        assert_eq!(said.refused(4), "proxy_login");
        let walk = desk.run_with(&["portal", "diagnose", "far"], &env, "").json;
        assert_eq!(step(&walk, "proxy")["found"]["proxy"], place.as_str());
        let heads = heard.lock().unwrap().clone();
        assert!(
            heads[0].starts_with("CONNECT portal.example:443 "),
            "{heads:?}"
        );
        let shown = desk.run_with(&["proxy", "show"], &env, "").done();
        assert_eq!(shown["script"], serde_json::Value::Null);
    }

    /// Where nobody runs the script it is named.
    #[test]
    fn a_script_nobody_runs_is_named() {
        use std::os::unix::fs::PermissionsExt;

        let desk = desk();
        let script = "#!/bin/sh\ncase $3 in mode) echo \"'auto'\";; *) echo \"'http://wpad.example/p.pac'\";; esac\n";
        let gsettings = desk.file("bin/gsettings", script);
        std::fs::set_permissions(&gsettings, PermissionsExt::from_mode(0o755)).unwrap();
        let path = format!(
            "{}:{}",
            desk.path("bin").display(),
            std::env::var("PATH").unwrap()
        );
        let env: Vec<_> = super::NONE
            .into_iter()
            .chain([("PATH", path.as_str())])
            .collect();
        let shown = desk.run_with(&["proxy", "show"], &env, "").done();
        assert_eq!(shown["script"], "http://wpad.example/p.pac");
        let walk = desk.run_with(&["portal", "diagnose", "far"], &env, "").json;
        assert_eq!(
            step(&walk, "proxy")["found"]["script"],
            "http://wpad.example/p.pac"
        );
    }
}
