//! `cargo xtask bench link`: the real command line sends to the real practice portal over bad links, beside the
//! programs people would use instead, in one run.
//!
//! `benches/link/badlink` joins two network namespaces by a link of given rate, delay, loss and outages. It needs root,
//! `ip` and Python; where they are missing, the benchmark says so and measures nothing.

mod table;

use self::table::Row;
use crate::desk::{BOTH, Desk, PASSPHRASE, between, noise};
use crate::setup;
use crate::shell::{Outcome, command, has, output, run};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const FOLDER: &str = "out/bench/link";
const PORT: u16 = 8479;
const PEER_PORT: u16 = 8480;
const SEEDS: [u32; 3] = [1, 2, 3];
/// What the contenders besides Qalam come from.
const PEERS: &[&str] = &["iproute2", "python3", "curl", "rclone", "rsync", "procps"];

/// What is sent.
#[derive(Clone, Copy, PartialEq)]
enum Load {
    /// Pieces of text, each of about 5 KB.
    Texts(u32),
    /// One piece with so many files of so many bytes.
    Files(u32, u64),
    /// Nothing: only a look whether there is news.
    Nothing,
}

struct Scene {
    name: &'static str,
    rate: u32,
    round_trip: u32,
    loss: u32,
    outages: &'static str,
    kills: &'static str,
    load: Load,
    /// Percent of the ideal that Qalam must reach.
    goal: Option<f64>,
    /// Percent of the payload that may be sent twice.
    resent: Option<f64>,
}

const SCENES: &[Scene] = &[
    Scene {
        name: "slow",
        rate: 512,
        round_trip: 600,
        loss: 1,
        outages: "",
        kills: "",
        load: Load::Files(1, 4_000_000),
        goal: Some(85.0),
        resent: None,
    },
    Scene {
        name: "lossy",
        rate: 1000,
        round_trip: 300,
        loss: 3,
        outages: "",
        kills: "",
        load: Load::Files(1, 4_000_000),
        goal: Some(85.0),
        resent: None,
    },
    Scene {
        name: "dark",
        rate: 1000,
        round_trip: 300,
        loss: 1,
        outages: "10-30",
        kills: "",
        load: Load::Files(1, 4_000_000),
        goal: Some(75.0),
        resent: Some(3.0),
    },
    Scene {
        name: "killed",
        rate: 1000,
        round_trip: 300,
        loss: 1,
        outages: "",
        kills: "12,25",
        load: Load::Files(1, 4_000_000),
        goal: Some(75.0),
        resent: Some(3.0),
    },
    Scene {
        name: "many",
        rate: 512,
        round_trip: 600,
        loss: 1,
        outages: "",
        kills: "",
        load: Load::Files(100, 40_000),
        goal: Some(85.0),
        resent: None,
    },
    Scene {
        name: "texts",
        rate: 512,
        round_trip: 600,
        loss: 1,
        outages: "",
        kills: "",
        load: Load::Texts(20),
        goal: None,
        resent: None,
    },
    Scene {
        name: "idle",
        rate: 512,
        round_trip: 600,
        loss: 0,
        outages: "",
        kills: "",
        load: Load::Nothing,
        goal: None,
        resent: None,
    },
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    Qalam,
    Curl,
    Rclone,
    Rsync,
    TusChunks,
}

const ALL: [Who; 5] = [
    Who::Qalam,
    Who::Curl,
    Who::Rclone,
    Who::Rsync,
    Who::TusChunks,
];

impl Who {
    fn name(self) -> &'static str {
        match self {
            Self::Qalam => "Qalam",
            Self::Curl => "curl",
            Self::Rclone => "rclone",
            Self::Rsync => "rsync",
            Self::TusChunks => "tus, 256 KiB chunks",
        }
    }
}

/// Runs the scenes named in `args` (all without one) and prints one table, which is kept in `out/bench/link/table.md`.
/// `--qalam` leaves the peers out, `--dev` takes the unoptimised build, `--cli=PATH` one that is there, `--once` takes
/// one seed, `--seeds=4,5,6` others.
pub fn link(args: &[&str]) -> Outcome {
    if let Some(why) = impossible() {
        eprintln!("The link benchmark is left out: {why}.");
        return Ok(());
    }
    setup::packages(PEERS)?;
    let given = args.iter().find_map(|arg| arg.strip_prefix("--cli="));
    let dev = args.contains(&"--dev");
    let built = match (given, dev) {
        (Some(path), _) => path,
        (None, true) => "target/debug/qalam-cli",
        (None, false) => "target/release/qalam-cli",
    };
    if given.is_none() {
        let profile = if dev { "" } else { "--release " };
        run(&mut command(&format!(
            "cargo build {profile}--no-default-features --bin qalam-cli"
        )))?;
    }
    let cli = fs::canonicalize(built).map_err(|e| format!("{built}: {e}"))?;
    let named: Vec<&&str> = args.iter().filter(|arg| !arg.starts_with("--")).collect();
    let seeds = match args.iter().find_map(|arg| arg.strip_prefix("--seeds=")) {
        Some(list) => list
            .split(',')
            .map(|seed| seed.parse().map_err(|e| format!("{seed}: {e}")))
            .collect::<Outcome<Vec<u32>>>()?,
        None if args.contains(&"--once") => SEEDS[..1].to_vec(),
        None => SEEDS.to_vec(),
    };
    let whos = if args.contains(&"--qalam") {
        &ALL[..1]
    } else {
        &ALL[..]
    };
    let folder = Path::new(FOLDER);
    let mut rows = Vec::new();
    for scene in SCENES {
        if !named.is_empty() && !named.iter().any(|name| **name == scene.name) {
            continue;
        }
        let template = folder.join(format!("template-{}", scene.name));
        let _ = fs::remove_dir_all(&template);
        prepare(&cli, scene, &template)?;
        println!("\n{}", title(scene));
        let mut row = Row {
            scene,
            told: Vec::new(),
        };
        for seed in &seeds {
            // Side by side, each on a link of its own: they meet the same moments of this machine.
            let contenders: Vec<(Who, Running)> = whos
                .iter()
                .filter(|who| takes_part(**who, scene))
                .map(|who| Ok((*who, start(&cli, scene, *who, *seed, &template)?)))
                .collect::<Outcome<_>>()?;
            for (who, running) in contenders {
                let told = running.end()?;
                println!("  seed {seed}  {:<20} {}", who.name(), told.line(scene));
                row.told.push((who, *seed, told));
            }
        }
        rows.push(row);
        let _ = fs::remove_dir_all(&template);
    }
    let table = table::write(&rows, whos);
    println!("\n{table}");
    fs::write(folder.join("table.md"), &table).map_err(|e| e.to_string())?;
    let missed: Vec<String> = rows.iter().flat_map(Row::missed).collect();
    if missed.is_empty() {
        return Ok(());
    }
    Err(format!("Goals missed:\n  {}", missed.join("\n  ")))
}

/// Why there can be no bad link on this machine; `None` when there can.
pub fn impossible() -> Option<&'static str> {
    if !cfg!(target_os = "linux") {
        return Some("network namespaces are a thing of Linux");
    }
    if !output(&mut command("id -u")).is_ok_and(|id| id.trim() == "0") {
        return Some("network namespaces need root");
    }
    if !Path::new("/dev/net/tun").exists() {
        return Some("there is no /dev/net/tun");
    }
    if !has("ip netns list") {
        return Some("`ip netns` does not answer");
    }
    None
}

fn title(scene: &Scene) -> String {
    let mut text = format!(
        "{}: {} kbit/s, {} ms, {} % loss",
        scene.name, scene.rate, scene.round_trip, scene.loss
    );
    if !scene.outages.is_empty() {
        text.push_str(&format!(", dark {} s", scene.outages));
    }
    if !scene.kills.is_empty() {
        text.push_str(&format!(", server killed at {} s", scene.kills));
    }
    text.push_str(&match scene.load {
        Load::Files(1, bytes) => format!(", one file of {bytes} bytes"),
        Load::Files(count, bytes) => format!(", {count} files of {bytes} bytes"),
        Load::Texts(count) => format!(", {count} texts"),
        Load::Nothing => ", nothing new".to_owned(),
    });
    text
}

fn takes_part(who: Who, scene: &Scene) -> bool {
    match scene.load {
        Load::Files(..) => true,
        Load::Texts(_) | Load::Nothing => who == Who::Qalam,
    }
}

/// A desk with everything approved, a portal's folder with its token, and the bare files for the peers.
fn prepare(cli: &Path, scene: &Scene, at: &Path) -> Outcome {
    fs::create_dir_all(at.join("files")).map_err(|e| e.to_string())?;
    let at = fs::canonicalize(at).map_err(|e| e.to_string())?;
    let desk = Desk {
        cli: cli.to_owned(),
        at: at.clone(),
    };
    desk.ask(&BOTH)?;
    let token = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    fs::create_dir_all(at.join("portal")).map_err(|e| e.to_string())?;
    fs::write(
        at.join("portal/address.json"),
        format!(r#"{{"url":"http://127.0.0.1:{PORT}","token":"{token}"}}"#),
    )
    .map_err(|e| e.to_string())?;
    let url = format!("http://127.0.0.1:{PORT}");
    // Set up where the portal is near, in a network of its own, as an administrator would before travelling.
    let near = format!(
        "ip link set lo up; {cli} practice --listen 127.0.0.1:{PORT} --data {at}/portal >/dev/null & portal=$!; \
         until (exec 3<>/dev/tcp/127.0.0.1/{PORT}) 2>/dev/null; do sleep 0.1; done; \
         desk() {{ {cli} --json --store {at}/desk --secrets file:{at}/secrets \"$@\"; }}; \
         desk portal add far {url} --kind contract && desk fetch --portal far; done=$?; kill $portal; wait; exit $done",
        cli = cli.display(),
        at = at.display(),
    );
    output(
        command("unshare -n bash -c")
            .arg(near)
            .env("QALAM_PASSPHRASE", PASSPHRASE)
            .env("QALAM_PORTAL_PASSWORD", token)
            .stdin(Stdio::null()),
    )?;
    let (texts, files, bytes) = match scene.load {
        Load::Texts(count) => (count, 0, 0),
        Load::Files(count, bytes) => (1, count, bytes),
        Load::Nothing => (0, 0, 0),
    };
    let body = at.join("body.md");
    for number in 0..texts {
        let paragraph = format!(
            "Sample report {number}. Clinics open each week in the northern districts.\n\n"
        );
        fs::write(&body, paragraph.repeat(60)).map_err(|e| e.to_string())?;
        let title = format!("Sample report number {number} of the ministry");
        let answer = desk.ask(&[
            "draft",
            "new",
            "--type",
            "news",
            "--lang",
            "en",
            "--title",
            &title,
            "--summary",
            "A sample summary of a sample report, long enough to be one for a reader.",
            "--body-file",
            &body.to_string_lossy(),
            "--area",
            "ta1",
            "--field",
            "eventDate=2026-03-12",
            "--field",
            "place=Sample City",
        ])?;
        let draft = between(&answer, "\"id\":\"", "\"").ok_or("no draft id")?;
        let mut paths = Vec::new();
        for one in 0..files {
            let path = at.join(format!("files/report-{one:03}.pdf"));
            noise(&path, u64::from(one) + 1, bytes)?;
            paths.push(path.to_string_lossy().into_owned());
        }
        if !paths.is_empty() {
            let mut args = vec!["attach", &draft];
            args.extend(paths.iter().map(String::as_str));
            desk.ask(&args)?;
        }
        desk.approve(&draft)?;
    }
    Ok(())
}

struct Running {
    child: std::process::Child,
    dir: PathBuf,
    who: Who,
}

fn start(cli: &Path, scene: &Scene, who: Who, seed: u32, template: &Path) -> Outcome<Running> {
    let dir = Path::new(FOLDER).join(format!(
        "{}-{seed}-{}",
        scene.name,
        who.name().split(',').next().unwrap_or_default()
    ));
    let _ = fs::remove_dir_all(&dir);
    run(command("cp -a").arg(template).arg(&dir))?;
    let dir = fs::canonicalize(&dir).map_err(|e| e.to_string())?;
    let at = dir.to_string_lossy();
    let cli = cli.to_string_lossy();
    let tools = fs::canonicalize("benches/link").map_err(|e| e.to_string())?;
    let tools = tools.to_string_lossy();
    let practice = format!("exec {cli} practice --listen 127.0.0.1:{PORT} --data {at}/portal");
    let dav = format!(
        "mkdir -p {at}/sink; exec rclone serve webdav --addr 127.0.0.1:{PEER_PORT} {at}/sink"
    );
    let dav_url = format!("http://127.0.0.1:{PEER_PORT}");
    let daemon = format!(
        "mkdir -p {at}/sink; printf 'use chroot=no\\n[sink]\\npath={at}/sink\\nread only=no\\nuid=0\\ngid=0\\n' > {at}/rsyncd.conf; \
         exec rsync --daemon --no-detach --port={PEER_PORT} --address=127.0.0.1 --config={at}/rsyncd.conf"
    );
    let (server, port, client) = match who {
        Who::Qalam => {
            let verb = if scene.load == Load::Nothing {
                "fetch --portal far"
            } else {
                "send --portal far --until-empty --timeout 600"
            };
            (
                practice,
                PORT,
                format!(
                    "QALAM_PASSPHRASE='{PASSPHRASE}' {cli} --json --store {at}/desk --secrets file:{at}/secrets {verb} > {at}/answer.json"
                ),
            )
        }
        Who::Curl => (
            dav,
            PEER_PORT,
            format!(
                // Side by side it goes on with half a file after a cut; one file alone is begun again. A server that still
                // waits for the bytes of a broken upload answers 423 for a while: a failure to curl only when told so.
                "cd {at}/files; [ $(ls | wc -l) -gt 1 ] && side='--parallel --parallel-max 8'; \
                 curl -sSf $side --retry 99 --retry-all-errors --retry-delay 1 --speed-limit 1 --speed-time 8 \
                 $(for f in *; do echo -T $f {dav_url}/$f; done)"
            ),
        ),
        Who::Rclone => (
            dav,
            PEER_PORT,
            format!(
                "rclone copy --config /dev/null --transfers 8 --retries 99 --low-level-retries 99 --timeout 8s --contimeout 5s \
                 --webdav-url {dav_url} {at}/files :webdav:"
            ),
        ),
        Who::Rsync => (
            daemon,
            PEER_PORT,
            format!(
                "cd {at}/files; until rsync -r --partial --append --timeout=8 --contimeout=5 . rsync://127.0.0.1:{PEER_PORT}/sink; do sleep 1; done"
            ),
        ),
        Who::TusChunks => (
            practice,
            PORT,
            format!("python3 {tools}/tus_chunks.py {at}/portal/address.json {at}/files 262144"),
        ),
    };
    let mut badlink = Command::new("timeout");
    badlink
        .args(["--kill-after=5", "900"])
        .arg(format!("{tools}/badlink"))
        .args(["-r", &scene.rate.to_string()])
        .args(["-t", &scene.round_trip.to_string()])
        .args(["-l", &scene.loss.to_string()])
        .args(["-s", &seed.to_string()])
        .args(["-w", &port.to_string()])
        .args(["-S", &server])
        .args(["-C", &client]);
    if !scene.outages.is_empty() {
        badlink.args(["-o", scene.outages]);
    }
    if !scene.kills.is_empty() {
        badlink.args(["-k", scene.kills]);
    }
    let child = badlink
        .env("BADLINK_SERVER_LOG", dir.join("server.log"))
        .stdout(Stdio::piped())
        .stderr(fs::File::create(dir.join("client.log")).map_err(|e| e.to_string())?)
        .spawn()
        .map_err(|e| format!("badlink did not start: {e}"))?;
    Ok(Running { child, dir, who })
}

impl Running {
    fn end(self) -> Outcome<Told> {
        let out = self.child.wait_with_output().map_err(|e| e.to_string())?;
        let text = String::from_utf8_lossy(&out.stdout).into_owned();
        let wall = between(&text, "wall=", " ")
            .and_then(|wall| wall.parse::<f64>().ok())
            .ok_or_else(|| format!("{} said nothing:\n{text}", self.who.name()))?;
        let answer = fs::read_to_string(self.dir.join("answer.json")).unwrap_or_default();
        let up = text.split("\"up\"").nth(1).unwrap_or_default();
        let down = text.split("\"down\"").nth(1).unwrap_or_default();
        let counted = |part: &str, key: &str| number(part, &format!("\"{key}\": ")).unwrap_or(0.0);
        let told = Told {
            ok: out.status.success() && whole(self.who, &self.dir),
            wall,
            up: counted(up, "by"),
            down: counted(down, "by"),
            requests: number(&answer, "\"requests\":"),
            payload: number(&answer, "\"payload_bytes\":"),
            written: number(&answer, "\"bytes_out\":"),
            read: number(&answer, "\"bytes_in\":"),
        };
        if told.ok && std::env::var_os("QALAM_LOG").is_none() {
            // What failed is left to be looked at.
            let _ = fs::remove_dir_all(&self.dir);
        }
        Ok(told)
    }
}

/// Whether what arrived at a peer's server is what was sent. (Qalam and tus have the portal's word.)
fn whole(who: Who, dir: &Path) -> bool {
    let (sent, sink) = (dir.join("files"), dir.join("sink"));
    matches!(who, Who::Qalam | Who::TusChunks)
        || has(&format!("diff -rq {} {}", sent.display(), sink.display()))
}

/// What a run cost.
struct Told {
    ok: bool,
    wall: f64,
    // Bytes of packets on the link.
    up: f64,
    down: f64,
    requests: Option<f64>,
    payload: Option<f64>,
    written: Option<f64>,
    read: Option<f64>,
}

impl Told {
    fn line(&self, scene: &Scene) -> String {
        let mut text = if self.ok {
            String::new()
        } else {
            "FAILED ".to_owned()
        };
        text.push_str(&format!("{:7.1} s", self.wall));
        if let Some(percent) = self.of_ideal(scene) {
            text.push_str(&format!("  {percent:5.1} % of ideal"));
        }
        text.push_str(&format!("  link {:.0} up, {:.0} down", self.up, self.down));
        if let Some(percent) = self.resent(scene) {
            text.push_str(&format!("  payload sent again {percent:.1} %"));
        }
        if let Some(trips) = self.trips(scene) {
            text.push_str(&format!(
                "  {trips:.2} round trips and {:.0} bytes of overhead each",
                self.overhead(scene)
            ));
        }
        if let (Some(requests), Some(written), Some(read)) =
            (self.requests, self.written, self.read)
        {
            text.push_str(&format!(
                "  {requests:.0} requests, {written:.0} out, {read:.0} in"
            ));
        }
        text
    }

    /// The ideal is the payload at the link's full rate, in the time that the link is there.
    fn of_ideal(&self, scene: &Scene) -> Option<f64> {
        let Load::Files(count, bytes) = scene.load else {
            return None;
        };
        let dark: f64 = scene
            .outages
            .split(',')
            .filter_map(|outage| outage.split_once('-'))
            .filter_map(|(from, to)| Some(to.parse::<f64>().ok()? - from.parse::<f64>().ok()?))
            .sum();
        let ideal = f64::from(count) * bytes as f64 * 8.0 / (f64::from(scene.rate) * 1000.0);
        Some(100.0 * ideal / (self.wall - dark))
    }

    fn resent(&self, scene: &Scene) -> Option<f64> {
        let Load::Files(count, bytes) = scene.load else {
            return None;
        };
        let files = f64::from(count) * bytes as f64;
        Some(100.0 * (self.payload? - files) / files)
    }

    /// Bytes on the link towards the portal, headers of packets and all, as a multiple of the payload.
    fn times(&self, scene: &Scene) -> Option<f64> {
        let Load::Files(count, bytes) = scene.load else {
            return None;
        };
        Some(self.up / (f64::from(count) * bytes as f64))
    }

    /// Bytes on the link in both directions, headers of packets and all.
    fn both_ways(&self) -> f64 {
        self.up + self.down
    }

    fn trips(&self, scene: &Scene) -> Option<f64> {
        let Load::Texts(count) = scene.load else {
            return None;
        };
        Some(self.wall * 1000.0 / f64::from(scene.round_trip) / f64::from(count))
    }

    fn overhead(&self, scene: &Scene) -> f64 {
        let Load::Texts(count) = scene.load else {
            return 0.0;
        };
        (self.up + self.down - self.payload.unwrap_or(0.0)) / f64::from(count)
    }
}

fn number(text: &str, after: &str) -> Option<f64> {
    let rest = text.split(after).nth(1)?;
    let digits: String = rest
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    digits.parse().ok()
}
