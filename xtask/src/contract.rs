//! `cargo xtask test contract`: the contract document is linted, and the practice portal fuzzed against it.

use crate::shell::{Outcome, command, has, run};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

/// Tools that come from the usual registries live here, once installed.
const TOOLS: &str = "target/contract-tools";
const LINTER: &str = "@redocly/cli@2.77.0";
const FUZZER: &str = "schemathesis==4.32.5";
const CONTRACT: &str = "assets/contract/openapi.yaml";
const PORTAL: &str = "127.0.0.1:8491";
const TOKEN: &str = "fuzz";

pub fn contract() -> Outcome {
    lint()?;
    fuzz()
}

fn lint() -> Outcome {
    let linter = Path::new(TOOLS).join("node_modules/.bin/redocly");
    if !linter.exists() {
        fs::create_dir_all(TOOLS).map_err(|e| e.to_string())?;
        run(&mut command(&format!(
            "npm install --silent --no-fund --no-audit --prefix {TOOLS} {LINTER}"
        )))?;
    }
    run(command(&linter.to_string_lossy())
        .args(["lint", "--config", "xtask/contract/redocly.yaml", CONTRACT])
        .env("REDOCLY_TELEMETRY", "off")
        .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true"))
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
    let address = format!(r#"{{"url":"http://{PORTAL}","token":"{TOKEN}"}}"#);
    fs::write(data.join("portal/address.json"), address).map_err(|e| e.to_string())?;
    let mut portal = start(data)?;
    // The same seed each time: a finding is found again.
    let fuzzed = run(command("timeout 300")
        .arg(fs::canonicalize(&fuzzer).map_err(|e| e.to_string())?)
        .args(["--config-file", "schemathesis.toml", "run"])
        .arg(fs::canonicalize(CONTRACT).map_err(|e| e.to_string())?)
        .args(["--url", &format!("http://{PORTAL}"), "--no-color"])
        .args(["--header", &format!("Authorization: Bearer {TOKEN}")])
        .args(["--max-examples", "30", "--seed", "1"])
        .current_dir("xtask/contract"));
    let _ = portal.kill();
    let _ = portal.wait();
    fuzzed
}

fn start(data: &Path) -> Outcome<Child> {
    let mut portal = command("target/debug/qalam-cli practice --listen")
        .arg(PORTAL)
        .arg("--data")
        .arg(data.join("portal"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| format!("the practice portal did not start: {e}"))?;
    let out = portal.stdout.take().ok_or("no standard output")?;
    // The first line says that it listens.
    let mut line = String::new();
    BufReader::new(out)
        .read_line(&mut line)
        .map_err(|e| e.to_string())?;
    if line.contains("\"url\"") {
        return Ok(portal);
    }
    let _ = portal.kill();
    Err(format!("the practice portal did not start: {line}"))
}
