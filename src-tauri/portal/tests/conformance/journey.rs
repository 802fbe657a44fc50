//! Twenty pieces of two desks, reviewed by somebody who is never online, delivered to every portal there is, and proven
//! by the stand-alone verifier on a system that has nothing else.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use qalam_desk::{
    Code, Desk, OpenOptions,
    drafts::{NewAttachment, NewDraft},
    outbox::{PortalKind, portals::NewPortal},
    profile::{NewProfile, Role},
    review::{CommentState, NewComment, ReleaseState, Signing},
};
use qalam_portal::courier::secret_name;
use qalam_proof::comments::AnswerAct;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::{
    common::{office::Office, patient},
    peer::{Peer, Site},
};

const PIECES: usize = 20;
const SITE: &str = "debian-companion";

/// Title, summary, body with words to be corrected, those words, and what should stand there.
const TEXTS: [(&str, &str, &str, &str, &str, &str); 3] = [
    (
        "ar",
        "دعوة مفتوحة إلى فرق الصحة العامة",
        "تعلن وزارة الصحة (نموذج) عن دعوة مفتوحة لجميع المهتمين بالصحة العامة في كل المحافظات.",
        "تدعو الوزارة فرق الصحة العامة إلى المشاركة.\n\nيُغلق باب المشاركة في **30 نوفمبر**.\n",
        "30 نوفمبر",
        "15 ديسمبر",
    ),
    (
        "fr",
        "Un appel ouvert aux équipes de santé publique",
        "Le ministère de la santé (exemple) lance un appel ouvert à toutes les équipes de santé publique.",
        "Les équipes de toutes les régions peuvent répondre.\n\nL’appel se termine le **30 novembre**.\n",
        "30 novembre",
        "15 décembre",
    ),
    (
        "en",
        "An open call to public health teams",
        "The Ministry of Health (sample) calls on everybody who works in public health to take part in it.",
        "Teams of every region may answer this call.\n\nThe call closes on **30 November**.\n",
        "30 November",
        "15 December",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn twenty_pieces_are_reviewed_by_stick_delivered_and_proven() {
    let peer = Peer::open(None).await.expect("practice portal");
    let site = Site::named(SITE);
    let offices = ["first", "second"].map(|name| office(&peer, name, site.as_ref()));
    let chief = approver(&peer, &offices);
    let bag = tempfile::tempdir().expect("bag");

    let mut pieces = Vec::new();
    for number in 0..PIECES {
        let office = &offices[number % 2];
        let draft = piece(&office.desk, number);
        let release = reviewed(&office.desk, &chief, &draft, number, bag.path());
        pieces.push((office, draft, release));
    }
    for office in &offices {
        office.send(60).await;
    }

    let verifier = Verifier::new();
    let mut portals = vec!["portal"];
    portals.extend(site.as_ref().map(|_| "wordpress"));
    for (number, (office, draft, release)) in pieces.iter().enumerate() {
        let receipts = office.desk.outbox_receipts(0).expect("receipts");
        let mut held: Vec<&str> = receipts
            .iter()
            .filter(|one| one.draft == *draft && one.release == *release)
            .map(|one| one.portal.as_str())
            .collect();
        held.sort_unstable();
        assert_eq!(held, portals, "piece {number}");
        let (lang, _, _, _, _, corrected) = TEXTS[number % TEXTS.len()];
        let copies = peer.once(draft, &[lang]).await;
        assert!(copies[0].text.contains(corrected), "{}", copies[0].text);
        if let Some(site) = &site {
            let copies = site.copies(draft).await;
            assert_eq!(copies.len(), 1, "{copies:?}");
            assert!(copies[0].text.contains(corrected), "{}", copies[0].text);
        }
        let proof = bag.path().join(format!("{number}-proof.qalam"));
        let done = office.desk.review_export(draft, &proof, "", true);
        assert_eq!(done.expect("proof").purpose, "proof");
        verifier.accepts(&proof, release, &portals);
        verifier.refuses_what_was_tampered_with(&proof, number);
    }
    for office in &offices {
        assert!(office.desk.check().expect("check").ok);
    }
    assert!(chief.check().expect("check").ok);
}

/// An author's desk with its way to every portal; nobody approves what they wrote.
fn office(peer: &Peer, name: &str, site: Option<&Site>) -> Office {
    let office = peer.office(name);
    be(&office.desk, Role::Author, name);
    office
        .desk
        .set_setting("approval", &json!({"four_eyes": true}))
        .expect("rules");
    if let Some(site) = site {
        let row = office
            .desk
            .portals_add(&NewPortal {
                name: "wordpress".into(),
                url: site.url.clone(),
                kind: PortalKind::Wordpress,
                user: Some("author".into()),
            })
            .expect("portal");
        let secret = SecretString::from(site.password("author").to_owned());
        office
            .secrets
            .set(&secret_name(&row.id), &secret)
            .expect("secret");
    }
    Office {
        http: patient(),
        ..office
    }
}

/// The desk of somebody in another building: no portal, no network, keys compared beforehand.
fn approver(peer: &Peer, offices: &[Office]) -> Desk {
    let chief = Desk::open(&peer.dir.path().join("chief"), OpenOptions::default()).expect("desk");
    be(&chief, Role::Approver, "chief");
    chief.key_new("chief", false).expect("key");
    let card = chief.key_card("chief").expect("card");
    for (office, name) in offices.iter().zip(["first", "second"]) {
        office.desk.key_new(name, false).expect("key");
        let theirs = office.desk.key_card(name).expect("card");
        chief.key_trust(&theirs).expect("trusted");
        office.desk.key_trust(&card).expect("trusted");
    }
    chief
}

fn be(desk: &Desk, role: Role, name: &str) {
    desk.set_profile(&NewProfile {
        owner: "MA".into(),
        owner_kind: None,
        name: format!("Sample {name}"),
        role,
        display_lang: "ar".into(),
    })
    .expect("profile");
}

fn piece(desk: &Desk, number: usize) -> String {
    let (lang, title, summary, body, _, _) = TEXTS[number % TEXTS.len()];
    let draft = desk
        .drafts_create(NewDraft {
            content_type: "announcement".into(),
            lang: lang.into(),
            title: format!("{title} ({})", number + 1),
            summary: summary.into(),
            body: body.into(),
            fields: json!({"kind": "call", "validFrom": "2026-11-21", "organisation": "SESRIC"})
                .as_object()
                .expect("object")
                .clone(),
            areas: vec![format!("ta{}", number % 5 + 1)],
            urgent: number.is_multiple_of(7),
        })
        .expect("draft")
        .id;
    // Every other piece has a real document with it.
    let documents = ["guide-eau.pdf", "taqrir.pdf", "circular.docx"];
    if number % 2 == 1 {
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../tests/fixtures/labelled")
            .join(documents[number / 2 % documents.len()]);
        let new = NewAttachment {
            title: "Sample document".into(),
            ..NewAttachment::default()
        };
        desk.attachments_add_file(&draft, &file, new)
            .expect("attached");
    }
    draft
}

/// Asked, returned with a suggestion, corrected, asked again, approved: each step a file in a bag. Gives the release.
fn reviewed(author: &Desk, chief: &Desk, draft: &str, number: usize, bag: &Path) -> String {
    let (lang, _, _, _, words, instead) = TEXTS[number % TEXTS.len()];
    let carried = |from: &Desk, to: &Desk, name: &str| {
        let file = bag.join(format!("{number}-{name}.qalam"));
        from.review_export(draft, &file, "", true).expect(name);
        to.review_import(&file).expect(name)
    };
    let submit = || {
        let done = author.review_submit(draft, "");
        done.unwrap_or_else(|error| panic!("{error} {:?}", error.findings))
            .hash
    };
    let first = submit();
    let own = author.review_approve(draft, &first).expect_err("own");
    assert_eq!(own.code, Code::NotApprover);
    carried(author, chief, "request");
    chief
        .review_comment(&NewComment {
            draft,
            lang,
            place: "body",
            quote: words,
            suggestion: Some(instead),
            ..NewComment::default()
        })
        .expect("comment");
    chief.review_return(draft, "The day.").expect("returned");
    let back = carried(chief, author, "returned");
    assert_eq!(back.release.state, ReleaseState::Returned);

    let comment = author.review_comments(draft).expect("comments").remove(0);
    author
        .review_answer(&comment.id, AnswerAct::Accept, "")
        .expect("taken in");
    let comments = author.review_comments(draft).expect("comments");
    assert_eq!(comments[0].state, CommentState::Accepted);
    let second = submit();
    assert_ne!(first, second);
    carried(author, chief, "corrected");
    chief
        .review_sign(&Signing {
            draft,
            release: &second,
            words: "Read.",
            ..Signing::default()
        })
        .expect("signed");
    let back = carried(chief, author, "approved");
    assert_eq!(back.release.state, ReleaseState::Approved);
    assert!(author.review_verify(draft).expect("verified").valid);
    second
}

/// `qalam-verify`, alone: copied into a folder with nothing else, without an environment, and where the system lets us,
/// without a network.
struct Verifier {
    room: tempfile::TempDir,
    cut_off: bool,
}

impl Verifier {
    fn new() -> Self {
        let name = format!("qalam-verify{}", std::env::consts::EXE_SUFFIX);
        let here = std::env::current_exe().expect("test");
        let built = here.ancestors().nth(2).expect("target").join(&name);
        let room = tempfile::tempdir().expect("room");
        fs::copy(&built, room.path().join(&name))
            .unwrap_or_else(|_| panic!("{} is not built", built.display()));
        let cut_off = Command::new("unshare")
            .args(["-rn", "true"])
            .status()
            .is_ok_and(|status| status.success());
        if !cut_off {
            eprintln!("the verifier runs with a network: this system does not let it be without");
        }
        Self { room, cut_off }
    }

    /// Its exit code, and what it says of each file.
    fn run(&self, files: &[PathBuf]) -> (i32, Vec<Value>) {
        let program = self.room.path().join("qalam-verify");
        let mut command = if self.cut_off {
            // By its whole path: there is no PATH inside.
            let found = ["/usr/bin/unshare", "/bin/unshare"].map(Path::new);
            let unshare = found.into_iter().find(|path| path.exists());
            let mut command = Command::new(unshare.unwrap_or(Path::new("unshare")));
            command.arg("-rn").arg(&program);
            command
        } else {
            Command::new(&program)
        };
        let done = command
            .env_clear()
            .current_dir(self.room.path())
            .arg("--json")
            .args(
                files
                    .iter()
                    .map(|file| file.file_name().unwrap_or(OsStr::new(""))),
            )
            .output()
            .expect("verifier");
        let said: Value = serde_json::from_slice(&done.stdout).unwrap_or_else(|_| {
            panic!("{}", String::from_utf8_lossy(&done.stderr).into_owned());
        });
        let each = said["files"].as_array().expect("files").clone();
        assert_eq!(each.len(), files.len());
        (done.status.code().expect("code"), each)
    }

    /// Puts bytes beside the verifier.
    fn lay(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.room.path().join(name);
        fs::write(&path, bytes).expect("laid");
        path
    }

    fn accepts(&self, proof: &Path, release: &str, portals: &[&str]) {
        let laid = self.lay("proof.qalam", &fs::read(proof).expect("proof"));
        let (code, said) = self.run(&[laid]);
        assert_eq!((code, &said[0]["valid"]), (0, &json!(true)), "{said:?}");
        assert_eq!(said[0]["release"], release);
        let checks = said[0]["checks"].as_array().expect("checks");
        let mut receipts: Vec<&str> = checks
            .iter()
            .filter(|check| check["code"] == "receipt")
            .map(|check| check["params"]["portal"].as_str().expect("portal"))
            .collect();
        receipts.sort_unstable();
        assert_eq!(receipts, portals, "{checks:?}");
        for code in [
            "release",
            "decision_approve",
            "approved",
            "trail",
            "receipt_signed",
        ] {
            let good = |check: &Value| check["outcome"] == "good" && check["code"] == code;
            assert!(checks.iter().any(good), "{code} in {checks:?}");
        }
    }

    /// One bit anywhere, a byte more or less, the end cut off, two halves changed over.
    fn refuses_what_was_tampered_with(&self, proof: &Path, number: usize) {
        let whole = fs::read(proof).expect("proof");
        let mut copies: Vec<Vec<u8>> = (0..12)
            .map(|part| {
                let mut copy = whole.clone();
                // Other places in every piece.
                let at = (whole.len() * part / 12 + 131 * number + 7 * part) % whole.len();
                copy[at] ^= 1 << ((number + part) % 8);
                copy
            })
            .collect();
        copies.push(whole[..whole.len() - 1].to_vec());
        copies.push(whole[..whole.len() / 2].to_vec());
        copies.push([&whole[..], b"\n"].concat());
        let (front, back) = whole.split_at(whole.len() / 2);
        copies.push([back, front].concat());
        let laid: Vec<PathBuf> = copies
            .iter()
            .enumerate()
            .map(|(copy, bytes)| self.lay(&format!("tampered-{copy}.qalam"), bytes))
            .collect();
        let (code, said) = self.run(&laid);
        assert_eq!(code, 3);
        for (copy, one) in said.iter().enumerate() {
            assert_eq!(one["valid"], false, "piece {number}, copy {copy}: {one}");
        }
    }
}
