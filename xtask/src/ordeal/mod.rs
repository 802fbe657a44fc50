//! `cargo xtask ordeal`: pieces and files sent by the real command line into a real WordPress over a bad link, while the
//! link goes dark and both ends are killed at random moments. Then the WordPress is asked over its own REST what it
//! holds (`xtask/ordeal/witness.py`, which shares no line with Qalam): exactly what was approved, once, unaltered.
//!
//! Needs what the link benchmark and `cargo xtask wordpress` need: Linux, root, network namespaces, Debian packages.

mod pieces;

use self::pieces::Piece;
use crate::chance::Chance;
use crate::desk::{Desk, PASSPHRASE, between};
use crate::link::impossible;
use crate::shell::{Outcome, command, has, output, run};
use crate::{setup, wordpress};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const FOLDER: &str = "out/ordeal";
/// Nobody waits longer, in seconds.
const PATIENCE: u64 = 4 * 3600;

/// How hard it is to be.
pub struct Plan {
    pub drafts: u64,
    pub bytes: u64,
    pub seed: u64,
    rate: u64,
    round_trip: u64,
    loss: String,
    /// What seconds between blows are multiplied with.
    calm: f64,
}

/// What a run that everybody can wait for is made of.
const SMALL: Plan = Plan {
    drafts: 12,
    bytes: 6_000_000,
    seed: 1,
    rate: 20_000,
    round_trip: 60,
    loss: String::new(),
    calm: 1.0,
};

impl Plan {
    fn read(args: &[&str]) -> Outcome<Self> {
        let small = args.first() == Some(&"small");
        let mut plan = match small {
            true => SMALL,
            false => Self {
                drafts: 200,
                bytes: 2_000_000_000,
                rate: 40_000,
                calm: 4.0,
                ..SMALL
            },
        };
        plan.loss.push_str("0.5");
        let mut rest = args.iter().skip(usize::from(small));
        while let Some(name) = rest.next() {
            let value = rest.next().ok_or("cargo xtask ordeal [small] [--drafts N] [--bytes N] [--seed S] [--rate KBIT] [--rtt MS] [--loss PERCENT] [--calm FACTOR] [--cli PATH]")?;
            let number = || {
                value
                    .parse::<u64>()
                    .map_err(|e| format!("{name} {value}: {e}"))
            };
            match *name {
                "--drafts" => plan.drafts = number()?,
                "--bytes" => plan.bytes = number()?,
                "--seed" => plan.seed = number()?,
                "--rate" => plan.rate = number()?,
                "--rtt" => plan.round_trip = number()?,
                "--loss" => plan.loss = (*value).to_owned(),
                "--calm" => {
                    plan.calm = value.parse().map_err(|e| format!("{name} {value}: {e}"))?;
                }
                "--cli" => {}
                _ => return Err(format!("{name}: not known")),
            }
        }
        Ok(plan)
    }

    /// When the link is dark, as `badlink` wants to be told.
    fn outages(&self) -> String {
        let mut chance = Chance::new(self.seed ^ 0xdead);
        let mut at = 0.0;
        let mut told = Vec::new();
        while at < PATIENCE as f64 {
            at += chance.seconds(5.0, 15.0) * self.calm;
            let until = at + chance.seconds(1.0, 4.0) * self.calm.min(3.0);
            told.push(format!("{at:.1}-{until:.1}"));
            at = until;
        }
        told.join(",")
    }
}

pub fn ordeal(args: &[&str]) -> Outcome {
    if let Some(why) = impossible() {
        eprintln!("The ordeal is left out: {why}.");
        return Ok(());
    }
    if !has("dpkg-query --version") {
        eprintln!("The ordeal is left out: its WordPress is made from Debian packages.");
        return Ok(());
    }
    let plan = Plan::read(args)?;
    setup::packages_without(wordpress::PACKAGES, &["apache2-bin", "libapache2-mod-php"])?;
    setup::packages(&["iproute2", "python3", "procps"])?;
    let given = args.iter().position(|arg| *arg == "--cli");
    let cli = match given.and_then(|at| args.get(at + 1)) {
        Some(path) => PathBuf::from(path),
        None => {
            run(&mut command(
                "cargo build --release --no-default-features --bin qalam-cli",
            ))?;
            PathBuf::from("target/release/qalam-cli")
        }
    };
    let cli = fs::canonicalize(&cli).map_err(|e| format!("{}: {e}", cli.display()))?;
    let at = Path::new(FOLDER);
    for old in ["desk", "files", "run"] {
        let _ = fs::remove_dir_all(at.join(old));
    }
    let _ = fs::remove_file(at.join("secrets"));
    fs::create_dir_all(at.join("run")).map_err(|e| e.to_string())?;
    let at = fs::canonicalize(at).map_err(|e| e.to_string())?;
    let site = Site::new(&at);
    let outcome = through(&plan, cli, &site, &at);
    let stopped = site.down();
    outcome.and(stopped)
}

fn through(plan: &Plan, cli: PathBuf, site: &Site, at: &Path) -> Outcome {
    let told = site.up(&["--reset"])?;
    let url = between(&told, "\"url\": \"", "\"").ok_or("no address of the site")?;
    let password = told
        .split("\"login\": \"author\"")
        .nth(1)
        .and_then(|rest| between(rest, "\"app_password\": \"", "\""))
        .ok_or("no account at the site")?;
    let desk = Desk {
        cli,
        at: at.to_owned(),
    };
    let mut pieces = pieces::prepare(plan, &desk, &url, &password)?;
    site.down()?;

    let mut running = Running::start(plan, &desk, site, &url)?;
    let began = Instant::now();
    let suffered = suffer(plan, &desk, site, &mut running, &mut pieces);
    let took = began.elapsed();
    running.end();
    site.down()?;
    let suffered = suffered?;
    let link = fs::read_to_string(at.join("run/badlink.log")).unwrap_or_default();
    let counted = link
        .split_once("\"up\": {")
        .and_then(|(_, rest)| between(rest, "\"by\": ", ","))
        .and_then(|bytes| bytes.parse::<f64>().ok());

    pieces::expect(&pieces, &at.join("run/expected.tsv"))?;
    let checked = desk.ask(&["check"])?;
    let peak = suffered.peak_kb / 1024;
    println!(
        "\nSeed {}: {} pieces approved ({} of them twice), {} never; {} bytes of files. {} kbit/s, {} ms, {} % loss.",
        plan.seed,
        pieces
            .iter()
            .filter(|piece| piece.release.is_some())
            .count(),
        suffered.again,
        pieces
            .iter()
            .filter(|piece| piece.release.is_none())
            .count(),
        pieces::bytes(&pieces),
        plan.rate,
        plan.round_trip,
        plan.loss,
    );
    println!(
        "{:.0} s; client killed {} times, parts of the server {} times, link dark {:.0} s in all; {} bytes on the link{}; the client's memory was {peak} MB at most.",
        took.as_secs_f64(),
        suffered.clients,
        suffered.servers,
        dark(&plan.outages(), took.as_secs_f64()),
        counted.unwrap_or(0.0),
        counted.map_or(String::new(), |bytes| format!(
            " ({:.2} times the files)",
            bytes / pieces::bytes(&pieces).max(1) as f64
        )),
    );
    if !checked.contains("\"ok\":true") {
        return Err(format!("the desk is not whole: {checked}"));
    }
    site.up(&[])?;
    run(command("python3 xtask/ordeal/witness.py")
        .arg(at.join("wordpress/site.json"))
        .arg(at.join("run/expected.tsv")))
}

fn dark(outages: &str, until: f64) -> f64 {
    outages
        .split(',')
        .filter_map(|outage| outage.split_once('-'))
        .filter_map(|(from, to)| Some((from.parse::<f64>().ok()?, to.parse::<f64>().ok()?)))
        .map(|(from, to)| (to.min(until) - from.min(until)).max(0.0))
        .sum()
}

/// The WordPress of the ordeal.
struct Site {
    dir: PathBuf,
    options: Vec<String>,
}

impl Site {
    fn new(at: &Path) -> Self {
        let plugin = fs::canonicalize(wordpress::PLUGIN).unwrap_or_default();
        let options = [
            "--stream",
            "--durable",
            "--body-max",
            "3000M",
            "--workers",
            "8",
            "--plugin",
        ];
        let options = options.iter().map(|one| (*one).to_owned());
        Self {
            dir: at.join("wordpress"),
            options: options.chain([plugin.display().to_string()]).collect(),
        }
    }

    fn up(&self, more: &[&str]) -> Outcome<String> {
        let mut up = command(&format!("bash {}/up.sh", wordpress::SCRIPTS));
        output(up.arg(&self.dir).args(&self.options).args(more))
    }

    fn down(&self) -> Outcome {
        let mut down = command(&format!("bash {}/down.sh", wordpress::SCRIPTS));
        output(down.arg(&self.dir)).map(|_| ())
    }

    /// Kills one part of it, or all of it; says how many processes that were.
    fn kill(&self, which: u64) -> usize {
        let sockets = fs::read_to_string(self.dir.join("settings/run")).unwrap_or_default();
        let sockets = Path::new(sockets.trim());
        let pid = |part: &str| {
            let pid = fs::read_to_string(sockets.join(format!("{part}.pid"))).ok()?;
            pid.trim().parse::<u32>().ok()
        };
        let mut dead: Vec<u32> = Vec::new();
        let (web, php, database) = match which % 5 {
            0 => (true, false, false),
            1 | 2 => (false, true, false),
            3 => (false, false, true),
            _ => (true, true, true),
        };
        dead.extend(pid("nginx").filter(|_| web));
        if let Some(master) = pid("fpm").filter(|_| php) {
            dead.push(master);
            let children = output(&mut command(&format!("pgrep -P {master}"))).unwrap_or_default();
            dead.extend(children.lines().filter_map(|pid| pid.parse::<u32>().ok()));
        }
        dead.extend(pid("db").filter(|_| database));
        for pid in &dead {
            kill(*pid);
        }
        dead.len()
    }
}

fn kill(pid: u32) {
    let _ = command(&format!("kill -9 {pid}"))
        .stderr(Stdio::null())
        .status();
}

/// Both ends on their link.
struct Running {
    badlink: Child,
    at: PathBuf,
}

impl Running {
    fn start(plan: &Plan, desk: &Desk, site: &Site, url: &str) -> Outcome<Self> {
        let at = desk.at.join("run");
        let shown = at.display();
        let port = url.rsplit(':').next().unwrap_or_default();
        let guard = fs::canonicalize("xtask/ordeal/guard.sh").map_err(|e| e.to_string())?;
        let server = format!(
            "exec bash {} {} {}",
            guard.display(),
            site.dir.display(),
            site.options.join(" ")
        );
        // Sends until nothing waits any more after everything was said; whoever is killed begins again.
        let client = format!(
            "while :; do told=no; [ -e {shown}/told ] && told=yes; \
             QALAM_PASSPHRASE='{PASSPHRASE}' {cli} --json --store {desk}/desk --secrets file:{desk}/secrets \
               send --portal far --until-empty --timeout 900 > {shown}/answer.json & \
             echo $! > {shown}/client.pid; wait $!; rc=$?; rm -f {shown}/client.pid; echo $rc >> {shown}/ends; \
             if [ $told = yes ] && grep -q '\"waiting\":\\[\\]' {shown}/answer.json; then exit 0; fi; sleep 1; done",
            cli = desk.cli.display(),
            desk = desk.at.display(),
        );
        let log = |name: &str| fs::File::create(at.join(name)).map_err(|e| e.to_string());
        let badlink = Command::new("benches/link/badlink")
            .args(["-r", &plan.rate.to_string()])
            .args(["-t", &plan.round_trip.to_string()])
            .args(["-l", &plan.loss])
            .args(["-s", &plan.seed.to_string()])
            .args(["-o", &plan.outages()])
            .args(["-w", port])
            .args(["-S", &server])
            .args(["-C", &client])
            .env("BADLINK_SERVER_LOG", at.join("server.log"))
            .stdin(Stdio::null())
            .stdout(log("badlink.log")?)
            .stderr(log("client.log")?)
            .spawn()
            .map_err(|e| format!("badlink did not start: {e}"))?;
        Ok(Self { badlink, at })
    }

    /// The client at work, if there is one just now.
    fn client(&self) -> Option<u32> {
        let pid = fs::read_to_string(self.at.join("client.pid")).ok()?;
        pid.trim().parse().ok()
    }

    fn ended(&mut self) -> bool {
        !matches!(self.badlink.try_wait(), Ok(None))
    }

    fn end(&mut self) {
        if !self.ended() {
            // It clears up after itself.
            let _ = command(&format!("kill -TERM {}", self.badlink.id())).status();
            if let Some(client) = self.client() {
                kill(client);
            }
        }
        let _ = self.badlink.wait();
    }
}

/// What happened meanwhile.
#[derive(Default)]
struct Suffered {
    clients: u32,
    servers: u32,
    again: u32,
    // The most memory a client ever had, in kB.
    peak_kb: u64,
}

/// Kills, and approves newer words, until everything is there.
fn suffer(
    plan: &Plan,
    desk: &Desk,
    site: &Site,
    running: &mut Running,
    pieces: &mut [Piece],
) -> Outcome<Suffered> {
    let mut chance = Chance::new(plan.seed);
    let mut suffered = Suffered::default();
    let began = Instant::now();
    let calm = plan.calm;
    let now = || began.elapsed().as_secs_f64();
    let mut next_client = chance.seconds(3.0, 8.0) * calm;
    let mut next_server = chance.seconds(4.0, 12.0) * calm;
    let mut next_words = chance.seconds(1.0, 3.0) * calm;
    let mut next_line = 15.0;
    // A tenth of the pieces gets newer words while the older are on their way.
    let mut to_change = plan.drafts.div_ceil(10);
    let told = running.at.join("told");
    loop {
        std::thread::sleep(Duration::from_millis(100));
        if running.ended() {
            return Ok(suffered);
        }
        if began.elapsed().as_secs() > PATIENCE {
            return Err("it took too long".into());
        }
        if let Some(client) = running.client() {
            suffered.peak_kb = suffered.peak_kb.max(peak(client));
            if now() > next_client {
                kill(client);
                suffered.clients += 1;
                next_client = now() + chance.seconds(3.0, 10.0) * calm;
            }
        }
        if now() > next_server {
            if site.kill(chance.next() >> 7) > 0 {
                suffered.servers += 1;
            }
            next_server = now() + chance.seconds(5.0, 15.0) * calm;
        }
        if now() > next_words && to_change > 0 {
            let which = chance.below(plan.drafts);
            if let Some(piece) = pieces.get_mut(usize::try_from(which).unwrap_or(0)) {
                suffered.again += u32::from(piece.change(desk)?);
            }
            to_change -= 1;
            next_words = now() + chance.seconds(1.0, 3.0) * calm;
        }
        if to_change == 0 && !told.exists() {
            fs::write(&told, "").map_err(|e| e.to_string())?;
        }
        if now() > next_line {
            let outbox = desk.ask(&["outbox", "list"]).unwrap_or_default();
            let received = outbox.matches("\"state\":\"received\"").count();
            eprintln!(
                "{:5.0} s: {received} received, client killed {} times, server {} times",
                now(),
                suffered.clients,
                suffered.servers
            );
            next_line = now() + 15.0;
        }
    }
}

/// The most memory a process had so far, in kB.
fn peak(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or(0)
}
