//! Sending that nobody watches: one courier per desk, the service, and what a person insists on.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::journey::{add_portal, approved};
use crate::runner::{Desk, Practice};

/// `send --watch`, ended when dropped.
struct Watch(Child);

impl Watch {
    fn start(desk: &Desk) -> Self {
        let child = desk
            .command()
            .args(["--json", "send", "--watch"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Self(child.unwrap())
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn until(what: &str, mut found: impl FnMut() -> bool) {
    let began = Instant::now();
    while !found() {
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "did not happen: {what}"
        );
        std::thread::sleep(Duration::from_millis(150));
    }
}

fn sends(desk: &Desk) -> bool {
    std::fs::File::open(desk.path("desk/courier.lock"))
        .is_ok_and(|file| file.try_lock_shared().is_err())
}

fn state(desk: &Desk, draft: &str) -> String {
    let outbox = desk.run(&["outbox", "list"]).done();
    let entries = outbox["entries"].as_array().unwrap();
    let entry = entries
        .iter()
        .find(|entry| entry["draft"] == draft)
        .unwrap();
    entry["state"].as_str().unwrap().to_owned()
}

#[test]
fn one_of_two_watching_programs_sends_and_the_other_takes_over() {
    let desk = Desk::with_profile();
    let practice = Practice::start(&desk.path("portal"), &[]);
    add_portal(&desk, &practice);
    let first = Watch::start(&desk);
    until("the first sends", || sends(&desk));
    let mut second = Watch::start(&desk);
    let (one, _) = approved(&desk);
    until("it arrives", || state(&desk, &one) == "received");
    // Longer than the pause after which the second asks again.
    std::thread::sleep(Duration::from_secs(4));
    assert!(
        second.0.try_wait().unwrap().is_none(),
        "the second waits for its turn"
    );
    // Killed, so nothing is handed over in order.
    drop(first);
    let (two, _) = approved(&desk);
    until("the second sends", || state(&desk, &two) == "received");
    assert!(second.0.try_wait().unwrap().is_none());
    drop(second);
    until("nobody sends", || !sends(&desk));
    let all = desk.run(&["outbox", "list"]).done();
    for entry in all["entries"].as_array().unwrap() {
        assert_eq!(entry["attempts"], 1, "each was sent once: {entry}");
    }
}

#[test]
fn what_a_person_insists_on_leaves_in_spite_of_the_wishes() {
    let desk = Desk::with_profile();
    let practice = Practice::start(&desk.path("portal"), &[]);
    add_portal(&desk, &practice);
    let (draft, _) = approved(&desk);
    // From an hour ago until in two hours, whatever hour it is.
    let hour = |hours: i64| {
        let then = jiff::Zoned::now() + jiff::SignedDuration::from_hours(hours);
        then.strftime("%H:00").to_string()
    };
    let quiet = format!("{}-{}", hour(-1), hour(2));
    desk.run(&["outbox", "sending", "--quiet", &quiet]).done();
    let sent = desk.run(&["send"]);
    assert_eq!(sent.json["delivered"].as_array().unwrap().len(), 0);
    let entry = desk.run(&["outbox", "list"]).done()["entries"][0].clone();
    assert_eq!(entry["waits"]["code"], "waiting_quiet_hours");
    let id = entry["id"].as_str().unwrap();
    desk.run(&["outbox", "insist", id]).done();
    assert_eq!(
        desk.run(&["send"]).json["delivered"][0]["draft"],
        draft.as_str()
    );
    assert_eq!(
        desk.run(&["outbox", "insist", id]).refused(3),
        "entry_delivered"
    );
}

/// The system is told in its own words; a stand-in notes what it hears.
#[cfg(target_os = "linux")]
#[test]
fn the_service_is_set_up_and_taken_away() {
    use std::os::unix::fs::PermissionsExt;

    let desk = Desk::with_profile();
    let heard = desk.path("heard");
    let script = format!(
        "#!/bin/sh\necho \"$@\" >> {0}\ncase \"$*\" in *is-active*) grep -q restart {0};; esac\n",
        heard.display()
    );
    let systemctl = desk.file("bin/systemctl", script);
    std::fs::set_permissions(&systemctl, PermissionsExt::from_mode(0o755)).unwrap();
    let path = format!(
        "{}:{}",
        desk.path("bin").display(),
        std::env::var("PATH").unwrap()
    );
    let config = desk.path("config").display().to_string();
    let env = [
        ("PATH", path.as_str()),
        ("XDG_CONFIG_HOME", config.as_str()),
    ];
    let service = |verb: &str| desk.run_with(&["service", verb], &env, "");

    let before = service("status").done()["service"].clone();
    assert_eq!(
        (&before["installed"], &before["running"]),
        (&false.into(), &false.into())
    );
    assert_eq!(
        (&before["possible"], &before["system"]),
        (&true.into(), &"systemd".into())
    );
    // The passwords of this desk are in a file, and the service has to be told how to open it.
    let there = service("install");
    assert_eq!(there.code, 1);
    assert_eq!(there.json["problems"][0]["code"], "service_passphrase");
    let there = &there.json["service"];
    assert_eq!(
        (&there["installed"], &there["running"]),
        (&true.into(), &true.into())
    );
    let unit = there["path"].as_str().unwrap();
    assert!(unit.starts_with(&config), "{unit}");
    let text = std::fs::read_to_string(unit).unwrap();
    let store = desk.path("desk").display().to_string();
    assert!(text.contains(&format!("\"--store\" \"{store}\"")), "{text}");
    assert!(text.contains("\"send\" \"--watch\""), "{text}");
    let passphrases = desk.path("desk/service.env").display().to_string();
    assert_eq!(there["passphrase_file"], passphrases.as_str());
    assert!(
        text.contains(&format!("EnvironmentFile=-{passphrases}\n")),
        "{text}"
    );
    // A real systemd reads it without a complaint, where there is one.
    let verified = std::process::Command::new("systemd-analyze")
        .args(["--user", "verify", unit])
        .output();
    if let Ok(said) = verified {
        let complaint = String::from_utf8_lossy(&said.stderr);
        assert!(!complaint.contains(".service:"), "{complaint}");
    }

    let gone = service("remove").done()["service"].clone();
    assert_eq!(gone["installed"], false);
    assert!(!std::path::Path::new(unit).exists());
    let told = std::fs::read_to_string(&heard).unwrap();
    let name = gone["name"].as_str().unwrap();
    for line in [
        "--user daemon-reload".to_owned(),
        format!("--user enable {name}"),
        format!("--user restart {name}"),
        format!("--user disable --now {name}"),
    ] {
        assert!(told.contains(&line), "{line} in {told}");
    }

    // Without anything that keeps services, that is said.
    let nothing = desk.path("nothing").display().to_string();
    let env = [
        ("PATH", nothing.as_str()),
        ("XDG_CONFIG_HOME", config.as_str()),
    ];
    let said = desk.run_with(&["service", "install"], &env, "");
    assert_eq!(said.refused(3), "service_unavailable");
}

/// On a session bus of its own, with a small server of notifications.
#[cfg(target_os = "linux")]
mod told {
    use std::process::Stdio;
    use std::time::Duration;

    use zbus::blocking::connection::Builder;

    use super::{Watch, until};
    use crate::bus::{Bus, NOTICE, Notifications, Word, plain};
    use crate::journey::{add_portal, approved};
    use crate::runner::{Desk, Practice};

    /// What the portal wants of a person is told once, however often it is tried, and taken back when it is settled.
    #[test]
    fn a_watching_service_tells_what_needs_a_person() {
        let desk = Desk::with_profile();
        let bus = Bus::start();
        let server = Notifications::that_can(&["body"]);
        let _connection = Builder::address(bus.address.as_str())
            .unwrap()
            .serve_at(Notifications::PATH, server.clone())
            .unwrap()
            .name(Notifications::NAME)
            .unwrap()
            .build()
            .unwrap();
        let practice = Practice::start(&desk.path("portal"), &[]);
        add_portal(&desk, &practice);
        drop(practice);
        let strict = Practice::start(&desk.path("portal"), &["--fault", "413"]);
        let child = desk
            .command()
            .args(["--json", "send", "--watch"])
            .env("DBUS_SESSION_BUS_ADDRESS", &bus.address)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let _watch = Watch(child.unwrap());
        until("it sends", || super::sends(&desk));
        let (piece, _) = approved(&desk);
        until("something is told", || !server.told().is_empty());
        let told = server.told();
        let Word::Show(shown) = &told[0] else {
            panic!("{told:?}");
        };
        assert_eq!(
            (shown.replaces, shown.title.as_str()),
            (0, "A piece needs you")
        );
        let said = plain(&shown.text);
        assert!(
            said.contains("training refused") && said.contains("Mobile teams"),
            "{said}"
        );
        // The same once more is no news.
        let outbox = desk.run(&["outbox", "list"]).done();
        let entry = outbox["entries"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(super::state(&desk, &piece), "refused");
        std::thread::sleep(Duration::from_secs(5));
        assert_eq!(server.told().len(), 1, "{:?}", server.told());
        drop(strict);
        let _kind = Practice::start(&desk.path("portal"), &[]);
        desk.run(&["outbox", "retry", &entry]).done();
        until("it arrives", || super::state(&desk, &piece) == "received");
        until("the word goes", || {
            server.told().contains(&Word::TakeBack(NOTICE))
        });
        assert_eq!(server.told().len(), 2, "{:?}", server.told());
    }
}
