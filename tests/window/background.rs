//! With the window closed: the icon, the second start, one word of the system, and the way out.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use qalam_desk::drafts::NewDraft;
use qalam_desk::outbox::portals::NewPortal;
use qalam_desk::outbox::{Outcome, PortalKind, Step};
use qalam_desk::{Code, Desk, Failure};
use serde_json::json;

use crate::bus::{NOTICE, Word, plain};
use crate::desktop::{Desktop, has_window, press_close, until};

/// A desk with one approved piece for a portal nobody answers at, and the setting chosen.
fn desk(at: &Path, keep_sending: bool) -> (Desk, String) {
    let desk = crate::driver::desk(at, "ar");
    desk.set_setting("keep_sending", &json!(keep_sending))
        .unwrap();
    desk.portals_add(&NewPortal {
        name: "Sample Portal".into(),
        url: "http://127.0.0.1:9/".into(),
        kind: PortalKind::Contract,
        user: None,
    })
    .unwrap();
    let draft = approved(&desk, "Safe water <week>");
    (desk, draft)
}

fn approved(desk: &Desk, title: &str) -> String {
    let draft = desk
        .drafts_create(NewDraft {
            content_type: "announcement".into(),
            lang: "en".into(),
            title: title.into(),
            summary: "Sample Ministry of Health announces something to everyone.".into(),
            body: "The text of a sample announcement for the public.".into(),
            fields: json!({"kind": "call", "validFrom": "2026-11-21", "organisation": "SESRIC"})
                .as_object()
                .unwrap()
                .clone(),
            areas: vec!["ta1".into()],
            urgent: false,
        })
        .unwrap()
        .id;
    let release = desk.review_submit(&draft, "").unwrap();
    desk.review_approve(&draft, &release.hash).unwrap();
    draft
}

fn start(store: &Path, bus: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_qalam"))
        .env("QALAM_STORE", store)
        .env("DBUS_SESSION_BUS_ADDRESS", bus)
        .env("LANG", "ar.UTF-8")
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap()
}

struct Program(Child);

impl Program {
    fn ended(&mut self) -> bool {
        self.0.try_wait().unwrap().is_some()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Whether somebody sends for the desk: a courier of another program cannot begin.
fn somebody_sends(store: &Path) -> bool {
    std::fs::File::open(store.join("courier.lock"))
        .is_ok_and(|file| file.try_lock_shared().is_err())
}

#[test]
fn sending_goes_on_without_the_window_until_somebody_quits() {
    let place = tempfile::tempdir().unwrap();
    let store = place.path().join("desk");
    let desktop = Desktop::start(true);
    let (desk, draft) = desk(&store, true);
    let mut program = Program(start(&store, &desktop.bus.address));
    let pid = program.0.id();
    until("the window", || has_window(pid));
    until("the icon", || desktop.icons().len() == 1);
    until("the courier", || somebody_sends(&store));

    press_close(pid);
    until("the window is closed", || !has_window(pid));
    std::thread::sleep(Duration::from_secs(2));
    assert!(!program.ended(), "the program goes on");
    assert!(somebody_sends(&store), "and sends");
    until("the icon says what waits", || {
        let menu = desktop.menu();
        menu.iter()
            .any(|(_, said)| said == "مادة واحدة تنتظر الإرسال")
    });

    // What goes on is told once, in the person's language, and the notice leads to the window.
    until("a refusal is recorded", || refuse(&desk));
    // The portal has no password here, which is another word for the person.
    let refusals = || -> Vec<_> {
        let shown = desktop.shown().into_iter();
        shown.filter(|one| one.title == "مادة تحتاج إليك").collect()
    };
    until("a notice", || !refusals().is_empty());
    let notice = refusals().remove(0);
    assert_eq!(
        plain(&notice.text),
        "«Safe water &lt;week&gt;»: رفضتها Sample Portal."
    );
    assert_eq!(notice.actions.len(), 2);
    desktop.click_notice();
    until("the window is back", || has_window(pid));

    // A second start shows the window there is, and ends.
    press_close(pid);
    until("the window is closed again", || !has_window(pid));
    let began = Instant::now();
    let mut second = Program(start(&store, &desktop.bus.address));
    until("the second program ends", || second.ended());
    let ended = second.0.wait().unwrap();
    assert!(ended.success(), "{ended}");
    eprintln!("the second start took {} ms", began.elapsed().as_millis());
    until("the first shows its window", || has_window(pid));

    // A piece that was decided on and refused again is news; the same notice is used for it. The
    // word about another piece shows that the decision was seen before.
    let entry = desk.outbox_of(&draft).unwrap().remove(0).id;
    desk.outbox_retry(&entry).unwrap();
    desk.outbox_hold(&entry).unwrap();
    press_close(pid);
    until("closed", || !has_window(pid));
    approved(&desk, "Clean hands");
    until("another piece is refused", || refuse(&desk));
    until("a notice of it", || refusals().len() == 2);
    desk.outbox_resume(&entry).unwrap();
    until("another refusal", || refuse(&desk));
    until("another notice", || refusals().len() == 3);
    // Each in the place of the one before, which may have been taken back while nothing was to be decided.
    let mut stands = 0;
    for word in desktop.told() {
        match word {
            Word::Show(notice) => {
                assert_eq!(notice.replaces, stands, "in the place of the one before");
                stands = NOTICE;
            }
            Word::TakeBack(_) => stands = 0,
        }
    }

    desktop.choose("إنهاء قلم");
    until("it ends when told to", || program.ended());
    assert!(!somebody_sends(&store));
}

/// The portal's word that it refuses the piece, as a courier would record it. False while the courier
/// of the program has it in its hands.
fn refuse(desk: &Desk) -> bool {
    desk.outbox_send_now().unwrap();
    let Step::Put(put) = desk.outbox_next().unwrap() else {
        return false;
    };
    let release = put.release.clone();
    let refusal = Outcome::Refused(Failure::new(Code::PortalRefused));
    desk.outbox_record(&Step::Put(put), refusal).unwrap();
    let entries = desk.outbox_list().unwrap().entries;
    let entry = entries.iter().find(|one| one.release == release);
    entry.is_some_and(|one| one.state.as_str() == "refused")
}

#[test]
fn without_a_place_for_an_icon_sending_ends_with_the_window() {
    let place = tempfile::tempdir().unwrap();
    let store = place.path().join("desk");
    let desktop = Desktop::start(false);
    let _desk = desk(&store, true);
    let mut program = Program(start(&store, &desktop.bus.address));
    let pid = program.0.id();
    until("the window", || has_window(pid));
    until("the courier", || somebody_sends(&store));
    press_close(pid);
    until("the program ends with its window", || program.ended());
    assert!(!somebody_sends(&store));
}
