//! The engine and a real desk with its database, side by side: whatever the world does to one it
//! does to the other, and both must decide the same. The engine alone is what millions of runs
//! drive; this shows that the desk does as the engine does.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use qalam_content::canonical::hash;
use qalam_desk::clock::Clock;
use qalam_desk::drafts::SaveFields;
use qalam_desk::outbox::engine::{Effects, Moment, Next, Order, OrderKind, OutboxState, Sending};
use qalam_desk::outbox::{Fetched, Outcome, Receipt, RemoteState, Step};
use qalam_desk::packages::{NewPackage, PackageAnswer, Word};
use qalam_desk::{Code, Desk, OpenOptions};
use tempfile::TempDir;

use crate::sending;
use crate::simulation::bags::Parcel;
use crate::simulation::outbox::{Deed, Outbox, Pure, draft_name};
use crate::simulation::portal::{file_bytes, file_name};

/// A clock that says what the world says, its chance included.
#[derive(Debug)]
struct WorldClock(Mutex<(Timestamp, u64)>);

impl Clock for WorldClock {
    fn now(&self) -> Timestamp {
        self.0.lock().unwrap().0
    }

    fn zone(&self) -> TimeZone {
        TimeZone::UTC
    }

    fn jitter(&self) -> u64 {
        self.0.lock().unwrap().1
    }
}

/// Both of them.
pub struct Both {
    pure: Pure,
    desk: Option<Desk>,
    clock: Arc<WorldClock>,
    dir: TempDir,
    /// Names of the world and what the desk calls them, both ways.
    names: BTreeMap<String, String>,
    /// What was handed out last: a step, and the texts beside it.
    steps: Vec<(Order, Step)>,
    /// Steps in which both decided the same.
    pub agreed: u64,
}

fn bytes_of(file: usize) -> Vec<u8> {
    let mut bytes = format!("{file:040}").into_bytes();
    bytes.resize(usize::try_from(file_bytes(file)).unwrap(), b'.');
    bytes
}

impl Both {
    pub fn new(portals: &[String]) -> Self {
        let place = ["/dev/shm", "/tmp"]
            .into_iter()
            .find(|place| std::path::Path::new(place).is_dir());
        let dir = match place {
            Some(place) => TempDir::new_in(place).unwrap(),
            None => TempDir::new().unwrap(),
        };
        let clock = Arc::new(WorldClock(Mutex::new((
            Timestamp::from_second(1_795_255_200).unwrap(),
            0,
        ))));
        let desk = open(&dir, &clock);
        sending::profile(&desk);
        let mut names = BTreeMap::new();
        for name in portals {
            sending::add_portal(&desk, name);
            names.insert(name.clone(), name.clone());
        }
        for file in 0..4 {
            names.insert(hash(&bytes_of(file)), file_name(file));
            names.insert(file_name(file), hash(&bytes_of(file)));
        }
        Self {
            pure: Pure::new(portals),
            desk: Some(desk),
            clock,
            dir,
            names,
            steps: Vec::new(),
            agreed: 0,
        }
    }

    fn at(&self, now: &Moment) -> &Desk {
        *self.clock.0.lock().unwrap() = (now.at, now.random);
        self.desk.as_ref().unwrap()
    }

    fn name(&self, of: &str) -> String {
        self.names.get(of).cloned().unwrap_or_else(|| of.to_owned())
    }

    /// An outcome in the desk's names.
    fn for_desk(&self, outcome: Outcome) -> Outcome {
        let list = |list: Vec<String>| list.iter().map(|one| self.name(one)).collect();
        match outcome {
            Outcome::Stored {
                etag,
                remote_id,
                url,
                missing,
                receipt,
            } => Outcome::Stored {
                etag,
                remote_id,
                url,
                missing: list(missing),
                receipt: receipt.map(|receipt| Receipt {
                    release: self.name(&receipt.release),
                    files: list(receipt.files),
                    ..receipt
                }),
            },
            Outcome::Fetched(fetched) => Outcome::Fetched(Box::new(Fetched {
                release: fetched.release.as_ref().map(|release| self.name(release)),
                ..*fetched
            })),
            other => other,
        }
    }

    fn step_of(&self, order: &Order) -> Step {
        let known = self.steps.iter().find(|(known, _)| known == order);
        known.unwrap().1.clone()
    }

    fn entry(&self, draft: &str, portal: &str) -> Option<String> {
        let desk = self.desk.as_ref().unwrap();
        let lane = self
            .pure
            .state
            .lanes
            .iter()
            .find(|lane| lane.draft == draft && lane.portal == portal)?;
        let release = self.name(&lane.entries.last()?.release);
        desk.outbox_entry_of(&release, portal).unwrap()
    }

    fn compare(&self, pure: &Next, step: &Step) {
        let told = |entry: &str, draft: &str, release: &str, portal: &str, what: String| {
            let _ = entry;
            format!("{draft} {release} {portal} {what}")
        };
        let ours = match pure {
            Next::Idle(at) => format!("idle {at:?}"),
            Next::Do(order) => {
                let what = match &order.kind {
                    OrderKind::Put(if_match) => format!("put {if_match:?}"),
                    OrderKind::Upload {
                        sha256,
                        upload_url,
                        allowance,
                    } => {
                        format!("upload {} {upload_url:?} {allowance:?}", self.name(sha256))
                    }
                    OrderKind::Withdraw(reason) => format!("withdraw {reason}"),
                    OrderKind::Fetch => "fetch".to_owned(),
                };
                told(
                    "",
                    &self.name(&order.draft),
                    &self.name(&order.release),
                    &order.portal,
                    what,
                )
            }
        };
        let theirs = match step {
            Step::Idle { next_at } => format!("idle {next_at:?}"),
            Step::Put(step) => told(
                &step.entry,
                &step.draft,
                &step.release,
                &step.portal.name,
                format!("put {:?}", step.if_match),
            ),
            Step::Upload(step) => told(
                &step.entry,
                &step.draft,
                &step.release,
                &step.portal.name,
                format!(
                    "upload {} {:?} {:?}",
                    step.sha256, step.upload_url, step.allowance
                ),
            ),
            Step::Withdraw(step) => told(
                &step.entry,
                &step.draft,
                &step.release,
                &step.portal.name,
                format!("withdraw {}", step.reason),
            ),
            Step::Fetch(step) => told("", &step.draft, "", &step.portal.name, "fetch".to_owned()),
        };
        assert_eq!(ours, theirs, "the engine and the desk decide differently");
    }

    /// What the engine and the desk show of every open entry.
    fn compare_states(&self) {
        let shown: BTreeMap<(String, String), String> = self
            .desk
            .as_ref()
            .unwrap()
            .outbox_list()
            .unwrap()
            .entries
            .into_iter()
            .map(|entry| {
                (
                    (entry.release, entry.portal),
                    format!("{} {}", entry.held, entry.attempts),
                )
            })
            .collect();
        for lane in &self.pure.state.lanes {
            for entry in lane.entries.iter().filter(|entry| entry.phase.is_open()) {
                let key = (self.name(&entry.release), lane.portal.clone());
                assert_eq!(
                    shown.get(&key),
                    Some(&format!("{} {}", entry.held, entry.attempts)),
                    "{key:?}"
                );
            }
        }
    }
}

fn open(dir: &TempDir, clock: &Arc<WorldClock>) -> Desk {
    let options = OpenOptions {
        clock: clock.clone(),
        busy_timeout: Duration::from_secs(10),
        ..OpenOptions::default()
    };
    Desk::open(dir.path(), options).unwrap()
}

impl Outbox for Both {
    fn state(&self) -> &OutboxState {
        self.pure.state()
    }

    fn next(&mut self, now: &Moment) -> Next {
        let step = self.at(now).outbox_next().unwrap();
        let next = self.pure.next(now);
        self.compare(&next, &step);
        self.compare_states();
        self.agreed += 1;
        self.steps.clear();
        if let Next::Do(order) = &next {
            self.steps.push((order.clone(), step));
        }
        next
    }

    fn beside(&mut self, portal: &str, under_way: &[String], now: &Moment) -> Option<Order> {
        let drafts: Vec<String> = under_way.iter().map(|draft| self.name(draft)).collect();
        let desk = self.at(now);
        let portal_id = desk.portal(portal).unwrap().id;
        let step = desk.outbox_text_beside(&portal_id, &drafts, None).unwrap();
        let order = self.pure.beside(portal, under_way, now);
        match (&order, step) {
            (None, None) => {}
            (Some(order), Some(step)) => {
                let step = Step::Put(step);
                self.compare(&Next::Do(order.clone()), &step);
                self.steps.push((order.clone(), step));
            }
            (order, step) => panic!("the engine lets {order:?} set out, the desk {step:?}"),
        }
        self.compare_states();
        self.agreed += 1;
        order
    }

    fn record(&mut self, order: &Order, outcome: Outcome, now: &Moment) -> Effects {
        let theirs = self.for_desk(outcome.clone());
        let step = self.step_of(order);
        self.at(now).outbox_record(&step, theirs).unwrap();
        self.pure.record(order, outcome, now)
    }

    fn moved(&mut self, order: &Order, url: &str, offset: u64, now: &Moment) {
        if let Step::Upload(step) = self.step_of(order) {
            self.at(now)
                .outbox_upload_progress(&step, url, offset)
                .unwrap();
        }
        self.pure.moved(order, url, offset, now);
    }

    fn remote(&mut self, draft: &str, portal: &str, seen: RemoteState, now: &Moment) {
        let theirs = RemoteState {
            draft: self.name(draft),
            release: seen.release.as_ref().map(|release| self.name(release)),
            ..seen.clone()
        };
        self.at(now)
            .outbox_record_remote(portal, &[theirs], None)
            .unwrap();
        self.pure.remote(draft, portal, seen, now);
    }

    fn approve(&mut self, draft: usize, release: &str, text: u32, files: &[usize], now: &Moment) {
        let name = draft_name(draft);
        let desk = self.at(now);
        let id = match self.names.get(&name) {
            Some(id) => id.clone(),
            None => {
                let bytes: Vec<Vec<u8>> = files.iter().map(|file| bytes_of(*file)).collect();
                let slices: Vec<&[u8]> = bytes.iter().map(Vec::as_slice).collect();
                sending::draft(desk, &format!("Sample {draft}"), &slices, false)
            }
        };
        // Longer texts for higher numbers, as in the engine's own world.
        let body = format!(
            "Text {text} of this sample. {}",
            "Word. ".repeat(50 * text as usize)
        );
        sending::rewrite(desk, &id, &body);
        let hash = sending::approve(desk, &id);
        let bytes = desk.review_release(&hash).unwrap().0.bytes;
        self.names.insert(name.clone(), id.clone());
        self.names.insert(id, name);
        self.names.insert(release.to_owned(), hash.clone());
        self.names.insert(hash, release.to_owned());
        self.pure.sizes = Some(bytes);
        self.pure.approve(draft, release, text, files, now);
    }

    fn deed(&mut self, draft: &str, portal: &str, deed: Deed, now: &Moment) {
        if let Some(entry) = self.entry(draft, portal) {
            let desk = self.at(now);
            // What is not allowed is refused by both; a difference shows in the next step.
            let _ = match deed {
                Deed::Hold => desk.outbox_hold(&entry),
                Deed::Resume => desk.outbox_resume(&entry),
                Deed::Allow => desk.outbox_allow(&entry),
                Deed::Insist => desk.outbox_insist(&entry),
                Deed::Retry => desk.outbox_retry(&entry),
                Deed::Withdraw => desk.outbox_withdraw(&entry, "why not"),
            };
        }
        self.pure.deed(draft, portal, deed, now);
    }

    fn pack(&mut self, package: &str, portal: &str, now: &Moment) -> Vec<Parcel> {
        let ours = self.pure.pack(package, portal, now);
        let desk = self.at(now);
        let theirs = match desk.packages_parcels(portal, &[]) {
            Ok(parcels) => parcels,
            Err(error) => {
                assert_eq!(error.code, Code::NothingToExport);
                assert!(ours.is_empty(), "the desk packs nothing: {ours:?}");
                return ours;
            }
        };
        assert!(theirs.unfit.is_empty());
        let mut packed: Vec<String> = theirs
            .parcels
            .iter()
            .map(|one| {
                let after: Vec<String> = one.after.iter().map(|one| self.name(one)).collect();
                let (draft, release) = (self.name(&one.draft), self.name(&one.release));
                format!("{draft} {release} {:?} {after:?}", one.if_match)
            })
            .collect();
        packed.sort();
        let mut wanted: Vec<String> = ours
            .iter()
            .map(|one| {
                let draft = draft_name(one.draft);
                format!("{draft} {} {:?} {:?}", one.release, one.if_match, one.after)
            })
            .collect();
        wanted.sort();
        assert_eq!(packed, wanted, "the engine and the desk pack differently");
        desk.packages_note(&NewPackage {
            id: package.to_owned(),
            portal: theirs.portal.id,
            file: format!("{package}.qalam"),
            sha256: hash(package.as_bytes()),
            bytes: 1,
            verify: String::new(),
            entries: theirs
                .parcels
                .into_iter()
                .map(|one| (one.draft, one.release))
                .collect(),
        })
        .unwrap();
        ours
    }

    fn unpack(
        &mut self,
        package: &str,
        portal: &str,
        words: Vec<(String, String, Outcome)>,
        now: &Moment,
    ) -> Vec<String> {
        let theirs = words
            .iter()
            .map(|(draft, release, outcome)| {
                let word = match self.for_desk(outcome.clone()) {
                    Outcome::Stored {
                        etag,
                        remote_id,
                        url,
                        missing,
                        receipt,
                    } => Word::Stored {
                        etag,
                        remote_id,
                        url,
                        missing,
                        receipt,
                    },
                    Outcome::Conflict(failure) => {
                        let release = failure.params.get("release").map(|one| self.name(one));
                        Word::Conflict(match release {
                            Some(release) => failure.with("release", release),
                            None => failure,
                        })
                    }
                    Outcome::Refused(failure) => Word::Refused(failure),
                    other => panic!("{other:?}"),
                };
                (self.name(draft), self.name(release), word)
            })
            .collect();
        let desk = self.at(now);
        let portal_id = desk.portal(portal).unwrap().id;
        desk.packages_record(PackageAnswer {
            package: package.to_owned(),
            portal: portal_id,
            words: theirs,
        })
        .unwrap();
        let received = self.pure.unpack(package, portal, words, now);
        self.compare_states();
        received
    }

    fn pause(&mut self, paused: bool, now: &Moment) {
        self.at(now).outbox_pause(paused).unwrap();
        self.pure.pause(paused, now);
    }

    fn wake(&mut self, now: &Moment) {
        self.at(now).outbox_send_now().unwrap();
        self.pure.wake(now);
    }

    fn wish(&mut self, wishes: &Sending, now: &Moment) {
        self.at(now).outbox_set_sending(wishes).unwrap();
        self.pure.wish(wishes, now);
    }

    fn urgent(&mut self, draft: usize, urgent: bool, now: &Moment) {
        if let Some(id) = self.names.get(&draft_name(draft)).cloned() {
            let desk = self.at(now);
            let base = desk.drafts_open(&id).unwrap().fields_rev;
            desk.drafts_set_fields(SaveFields {
                draft: id,
                base,
                urgent: Some(urgent),
                ..SaveFields::default()
            })
            .unwrap();
        }
        self.pure.urgent(draft, urgent, now);
    }

    fn killed(&mut self) {
        self.desk = None;
        self.desk = Some(open(&self.dir, &self.clock));
    }
}
