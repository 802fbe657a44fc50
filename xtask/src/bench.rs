//! Benchmarks: in process with criterion (`benches/desk.rs`), and the whole window from outside,
//! always beside an empty Tauri window in the same run, because machines are noisy and ratios are not.

use crate::shell::{Outcome, command, output, run};
use crate::{import, intake, link, setup, ui};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const STARTS: usize = 10;
const DESK: &str = "out/bench/desk-10000";

pub fn bench(args: &[&str]) -> Outcome {
    let all = args.is_empty();
    if let ["link", rest @ ..] = args {
        return link::link(rest);
    }
    if let ["intake", rest @ ..] = args {
        return intake::bench(rest);
    }
    if args == ["import"] {
        return import::bench();
    }
    if args == ["writing"] {
        return writing();
    }
    ui::build()?;
    for name in ["desk", "proof", "locked"] {
        if all || args.contains(&name) {
            run(&mut command(&format!(
                "cargo bench --no-default-features --bench {name}"
            )))?;
        }
    }
    if all || args.contains(&"window") {
        setup::for_tests()?;
        run(&mut command(
            "cargo build --release --bin qalam --bin qalam-cli --example empty_window",
        ))?;
        if std::env::var_os("DISPLAY").is_none() {
            // The same command again, under a display of its own.
            let me = std::env::current_exe().map_err(|e| e.to_string())?;
            let mut under = command("xvfb-run -a --server-args");
            under
                .arg(crate::test::SCREEN)
                .arg(me)
                .args(["bench", "window"]);
            return run(&mut under);
        }
        window()?;
    }
    if all {
        writing()?;
        intake::bench(&["--peers"])?;
        import::bench()?;
        link::link(&[])?;
    }
    Ok(())
}

/// Long texts in the window: until they are open, and from a key to its letter.
fn writing() -> Outcome {
    setup::for_tests()?;
    ui::build()?;
    let mut under = command("xvfb-run -a --server-args");
    under.arg(crate::test::SCREEN);
    let bench = "dbus-run-session -- cargo bench --features serve --bench window_writing";
    run(under.args(bench.split(' ')))
}

/// Start to interactive and idle memory, alternating with the empty window.
fn window() -> Outcome {
    // A desk of another making is made anew; its window would only say that it cannot be opened.
    let usable = output(&mut command(&format!(
        "target/release/qalam-cli --store {DESK} stats"
    )));
    if usable.is_err() {
        if Path::new(DESK).exists() {
            std::fs::remove_dir_all(DESK).map_err(|e| format!("cannot remove {DESK}: {e}"))?;
        }
        run(&mut command(&format!(
            "target/release/qalam-cli --store {DESK} fill 10000"
        )))?;
    }
    let mut starts = [Vec::new(), Vec::new()];
    let mut memory = [Vec::new(), Vec::new()];
    for round in 0..STARTS {
        for (which, program) in [
            "target/release/examples/empty_window",
            "target/release/qalam",
        ]
        .iter()
        .enumerate()
        {
            let (child, took) = start(program)?;
            if round < 3 {
                std::thread::sleep(Duration::from_secs(6));
                memory[which].push(pss_of_tree(child.id()));
            }
            end(child);
            // The first start of each warms the disk cache and is not counted.
            if round > 0 || STARTS == 1 {
                starts[which].push(took.as_secs_f64() * 1000.0);
            }
        }
    }
    let [empty, qalam] = starts.map(median);
    let [empty_kb, qalam_kb] = memory.map(median);
    println!(
        "start to interactive, median of {}: empty window {empty:.0} ms, Qalam with 10,000 drafts {qalam:.0} ms, ratio {:.2}",
        STARTS - 1,
        qalam / empty
    );
    println!(
        "idle memory (PSS of all processes), median of 3: empty window {:.0} MB, Qalam {:.0} MB, ratio {:.2}",
        empty_kb / 1024.0,
        qalam_kb / 1024.0,
        qalam_kb / empty_kb
    );
    Ok(())
}

fn start(program: &str) -> Outcome<(Child, Duration)> {
    let began = Instant::now();
    let mut child = Command::new(program)
        .env("QALAM_STORE", DESK)
        .env("QALAM_START_MARK", "1")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| format!("{program} did not start: {e}"))?;
    let err = child.stderr.take().ok_or("no standard error")?;
    let mut lines = BufReader::new(err).lines();
    while let Some(Ok(line)) = lines.next() {
        if line.trim() == "ready" {
            let took = began.elapsed();
            std::thread::spawn(move || lines.for_each(drop));
            return Ok((child, took));
        }
    }
    end(child);
    Err(format!("{program} ended without saying ready"))
}

fn end(mut child: Child) {
    let _ = Command::new("kill").arg(child.id().to_string()).status();
    let until = Instant::now() + Duration::from_secs(3);
    while Instant::now() < until {
        if let Ok(Some(_)) = child.try_wait() {
            return;
        }
        std::thread::sleep(Duration::from_millis(30));
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// Proportional set size in kB of a process and everything below it.
fn pss_of_tree(root: u32) -> f64 {
    let table = output(&mut command("ps -e -o pid=,ppid=")).unwrap_or_default();
    let pairs: Vec<(u32, u32)> = table
        .lines()
        .filter_map(|l| {
            let mut words = l.split_whitespace().filter_map(|w| w.parse().ok());
            Some((words.next()?, words.next()?))
        })
        .collect();
    let mut tree = vec![root];
    let mut at = 0;
    while let Some(parent) = tree.get(at).copied() {
        tree.extend(pairs.iter().filter(|(_, p)| *p == parent).map(|(c, _)| *c));
        at += 1;
    }
    tree.iter()
        .filter_map(|pid| std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok())
        .filter_map(|text| {
            let line = text.lines().find(|l| l.starts_with("Pss:"))?.to_owned();
            line.split_whitespace().nth(1)?.parse::<f64>().ok()
        })
        .sum()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
