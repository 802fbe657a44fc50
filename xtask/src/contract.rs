//! `cargo xtask test contract`: the contract document is linted, and the practice portal fuzzed against it.
//! `cargo xtask test tus`: our uploads go to tus servers of other hands.

use crate::shell::{Outcome, command, has, run};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

/// Tools that come from the usual registries live here, once installed.
const TOOLS: &str = "target/contract-tools";
const LINTER: &str = "@redocly/cli@2.77.0";
const TUS_NODE: &[&str] = &["@tus/server@2.4.5", "@tus/file-store@2.1.1"];
const RUSTUS: &str = "rustus --version 0.5.10 --features hashers";
const FUZZER: &str = "schemathesis==4.32.5";
const CONTRACT: &str = "assets/contract/openapi.yaml";
const SETTINGS: &str = "xtask/contract";
const TOKEN: &str = "fuzz";

pub fn contract() -> Outcome {
    lint()?;
    fuzz()
}

fn lint() -> Outcome {
    let linter = Path::new(TOOLS).join("node_modules/.bin/redocly");
    if !linter.exists() {
        install(&[LINTER])?;
    }
    run(command(&linter.to_string_lossy())
        .args(["lint", "--config", "xtask/contract/redocly.yaml", CONTRACT])
        .env("REDOCLY_TELEMETRY", "off")
        .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true"))
}

fn install(packages: &[&str]) -> Outcome {
    fs::create_dir_all(TOOLS).map_err(|e| e.to_string())?;
    let quietly = "npm install --silent --no-fund --no-audit --prefix";
    run(command(quietly).arg(TOOLS).args(packages))
}

/// Uploads to the tus servers that are here: the one of the protocol's authors always, rustus when it was built.
pub fn tus() -> Outcome {
    let tools = Path::new(TOOLS);
    if !tools.join("node_modules/@tus/server").exists() {
        install(TUS_NODE)?;
    }
    // Node looks for packages beside the script.
    let script = tools.join("tus.mjs");
    fs::copy(Path::new(SETTINGS).join("tus.mjs"), &script).map_err(|e| e.to_string())?;
    let whole = |path: &Path| fs::canonicalize(path).map_err(|e| e.to_string());
    // Exactly what the other tests build, so that nothing is built twice.
    let mut tests = command("cargo test --quiet --workspace --features serve --test tus");
    tests.env("QALAM_TUS_NODE", whole(&script)?);
    let rustus = tools.join("rustus/bin/rustus");
    if rustus.exists() {
        tests.env("QALAM_TUS_RUSTUS", whole(&rustus)?);
    }
    run(&mut tests)
}

/// Builds rustus, which joins parts and keeps nothing of a cut request, and uploads to it too. It takes minutes to
/// build, so nobody waits for it unasked.
pub fn rustus() -> Outcome {
    let place = Path::new(TOOLS).join("rustus");
    if !place.join("bin/rustus").exists() {
        run(command("cargo install --locked --quiet")
            .args(RUSTUS.split_whitespace())
            .arg("--root")
            .arg(&place))?;
    }
    tus()
}

fn fuzz() -> Outcome {
    let place = Path::new(TOOLS).join("python");
    let fuzzer = place.join("bin/schemathesis");
    if !fuzzer.exists() {
        if !has("python3 -m venv --help") {
            return Err("Python 3 with its venv module is needed to fuzz the practice portal (Debian: python3-venv).".into());
        }
        run(command("python3 -m venv").arg(&place))?;
        run(command(&place.join("bin/pip").to_string_lossy()).args(["install", "--quiet", FUZZER]))?;
    }
    run(&mut command(
        "cargo build --quiet --no-default-features --bin qalam-cli",
    ))?;
    let data = Path::new("out/fuzz");
    let _ = fs::remove_dir_all(data);
    fs::create_dir_all(data.join("portal")).map_err(|e| e.to_string())?;
    let data = fs::canonicalize(data).map_err(|e| e.to_string())?;
    // A portal keeps its token from start to start; this one is told it beforehand.
    let address = format!(r#"{{"url":"","token":"{TOKEN}"}}"#);
    fs::write(data.join("portal/address.json"), address).map_err(|e| e.to_string())?;
    let place = fs::canonicalize(&place).map_err(|e| e.to_string())?;
    let (mut portal, url) = start(&data)?;
    let fuzzed = attack(&place, &url, &data);
    let _ = portal.kill();
    let _ = portal.wait();
    fuzzed
}

fn attack(python: &Path, url: &str, data: &Path) -> Outcome {
    run(command(&python.join("bin/python").to_string_lossy())
        .args(["seed.py", url, TOKEN])
        .arg(data)
        .current_dir(SETTINGS))?;
    // The same seed each time: a finding is found again.
    run(command("timeout 120")
        .arg(python.join("bin/schemathesis"))
        .args(["--config-file", "schemathesis.toml", "run"])
        .arg(fs::canonicalize(CONTRACT).map_err(|e| e.to_string())?)
        .args(["--url", url, "--no-color"])
        .args(["--header", &format!("Authorization: Bearer {TOKEN}")])
        .args(["--max-examples", "60", "--seed", "1"])
        .args(["--generation-database", "none"])
        .current_dir(SETTINGS))
}

/// The portal and its address.
fn start(data: &Path) -> Outcome<(Child, String)> {
    let mut portal = command("target/debug/qalam-cli practice --listen 127.0.0.1:0 --data")
        .arg(data.join("portal"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| format!("the practice portal did not start: {e}"))?;
    let out = portal.stdout.take().ok_or("no standard output")?;
    // The first line says where it listens.
    let mut line = String::new();
    BufReader::new(out)
        .read_line(&mut line)
        .map_err(|e| e.to_string())?;
    let url = line
        .split_once(r#""url":""#)
        .and_then(|(_, rest)| rest.split('"').next());
    if let Some(url) = url {
        return Ok((portal, url.to_owned()));
    }
    let _ = portal.kill();
    let _ = portal.wait();
    Err(format!("the practice portal did not start: {line}"))
}
