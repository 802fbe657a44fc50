//! A folder of hundreds of files through the real window: whether the tally adds up, how long the
//! page was ever without a frame, without an answer, or without showing what a key did, that the
//! same folder again adds nothing, and that a word inside a file is found. Run by
//! `cargo xtask bench intake --window [FOLDER]`, under a display.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing
)]

#[cfg(target_os = "linux")]
#[allow(dead_code)]
#[path = "../tests/window/driver.rs"]
mod driver;

#[cfg(target_os = "linux")]
fn main() {
    tokio::runtime::Runtime::new().unwrap().block_on(run::run());
}

#[cfg(not(target_os = "linux"))]
fn main() {}

#[cfg(target_os = "linux")]
mod run {
    use super::driver::App;
    use serde_json::{Value, json};
    use std::path::PathBuf;
    use std::time::{Duration, Instant};

    /// The folder that is dropped.
    const FOLDER: &str = "QALAM_BENCH_FOLDER";
    /// A word inside one of its files, in Arabic if there is one.
    const WORD: &str = "QALAM_BENCH_WORD";
    /// Longer than any intake here.
    const PATIENCE: Duration = Duration::from_secs(900);

    /// Notes, from within the page, the longest time without a frame, the longest answer of the
    /// desk, and the longest time from a key to the frame that shows what it did.
    const WATCH: &str = r"
        const seen = { frame: 0, frames: 0, over: 0, gaps: [], answer: 0, answers: [], key: 0, keys: [], end: false };
        window.__seen = seen;
        const began = performance.now();
        let last = began;
        // What came from the desk, and when: a gap names what it fell together with.
        const calls = [];
        const handed = window.fetch;
        window.fetch = async (...asked) => {
            const one = { from: performance.now(), to: Infinity, bytes: 0 };
            const answer = await handed(...asked);
            one.to = performance.now();
            one.bytes = Number(answer.headers.get('content-length') ?? 0);
            const body = asked[1]?.body;
            one.name = typeof body === 'string' ? (JSON.parse(body).name ?? '') : String(asked[0]).slice(0, 60);
            calls.push(one);
            return answer;
        };
        const frame = () => {
            const now = performance.now();
            const gap = now - last;
            last = now;
            seen.frames += 1;
            if (gap > 100) {
                seen.over += 1;
                const during = calls.filter((one) => one.to > now - gap && one.from < now);
                seen.gaps.push({ at: now - began, gap, during });
            }
            while (calls.length > 0 && calls[0].to < now - 3000) calls.shift();
            seen.frame = Math.max(seen.frame, gap);
            if (!seen.end) requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
        const call = (name, args) => window.__TAURI_INTERNALS__.invoke('call', { name, args });
        const pause = (ms) => new Promise((done) => setTimeout(done, ms));
        const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        (async () => {
            while (!seen.end) {
                const from = performance.now();
                await call('publications.list', { limit: 50 });
                const took = performance.now() - from;
                seen.answers.push(took);
                seen.answer = Math.max(seen.answer, took);
                await pause(50);
            }
        })();
        (async () => {
            while (!seen.end) {
                const grid = document.querySelector('[role=grid]');
                if (grid) {
                    const from = performance.now();
                    const key = seen.keys.length % 40 < 20 ? 'ArrowDown' : 'ArrowUp';
                    grid.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
                    await painted();
                    const took = performance.now() - from;
                    seen.keys.push(took);
                    seen.key = Math.max(seen.key, took);
                }
                await pause(120);
            }
        })();
    ";

    async fn call(app: &App, name: &str, args: Value) -> Value {
        let script = "const done = arguments[2]; window.__TAURI_INTERNALS__.invoke('call', { name: arguments[0], args: arguments[1] }).then(done, (e) => done({ failed: e }));";
        let answer = app
            .client
            .execute_async(script, vec![json!(name), args])
            .await
            .unwrap();
        assert!(answer.get("failed").is_none(), "{name}: {answer}");
        answer
    }

    /// What of the jobs is asked for while frames are counted: no list of files crosses to the driver.
    const STATES: &str = "const done = arguments[0]; window.__TAURI_INTERNALS__.invoke('call', { name: 'jobs.list', args: {} }).then(({ jobs }) => done(jobs.map(({ state, tally }) => ({ state, tally }))), (e) => done({ failed: e }));";

    /// Waits for the end of the job after `before` others; gives it.
    async fn finished(app: &App, before: usize) -> Value {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            let jobs = app.client.execute_async(STATES, vec![]).await.unwrap();
            let jobs = jobs.as_array().unwrap().clone();
            if let Some(last) = jobs.get(before)
                && last["state"] != "running"
            {
                return last.clone();
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        panic!("the intake did not end");
    }

    fn tally(job: &Value) -> [u64; 6] {
        [
            "seen",
            "added",
            "same_bytes",
            "same_work",
            "skipped",
            "failed",
        ]
        .map(|name| job["tally"][name].as_u64().unwrap())
    }

    fn at(sorted: &[f64], share: f64) -> f64 {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss
        )]
        let place = ((sorted.len().saturating_sub(1)) as f64 * share) as usize;
        sorted.get(place).copied().unwrap_or(f64::NAN)
    }

    fn sorted(values: &Value) -> Vec<f64> {
        let mut all: Vec<f64> = values
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_f64)
            .collect();
        all.sort_by(f64::total_cmp);
        all
    }

    pub async fn run() {
        let folder = PathBuf::from(std::env::var_os(FOLDER).expect("QALAM_BENCH_FOLDER"));
        let word = std::env::var(WORD).unwrap_or_else(|_| "الصحة".to_owned());
        // As people have it where there is no graphics card: without the detour that pictures of the
        // page need. With pictures asked for, the frames are those of the detour.
        let pictures = std::env::var_os("QALAM_SCREENSHOTS").is_some();
        let plain = [
            ("WEBKIT_DISABLE_DMABUF_RENDERER", "1"),
            ("GDK_GL", "disable"),
        ];
        let environment = if pictures { &plain[..0] } else { &plain[..] };
        let folders = std::slice::from_ref(&folder);
        let app = App::start_with("ar", None, folders, environment).await;
        app.css("main h1").await;
        let profile = json!({"owner": "TR", "owner_kind": "state", "name": "Sample Focal Point", "role": "both", "display_lang": "ar"});
        call(&app, "profile.set", profile).await;
        app.set("display_lang", json!("ar")).await;
        app.client.refresh().await.unwrap();
        app.css("main h1").await;
        app.key("3").await;
        app.control(&app.word("publications/intake.folder")).await;

        app.client.execute(WATCH, vec![]).await.unwrap();
        let began = Instant::now();
        app.press(&app.word("publications/intake.folder")).await;
        let job = finished(&app, 0).await;
        let took = began.elapsed();
        tokio::time::sleep(Duration::from_secs(1)).await;
        let seen = app
            .client
            .execute("window.__seen.end = true; return window.__seen;", vec![])
            .await
            .unwrap();
        let first = tally(&job);
        assert_eq!(
            first[0],
            first[1..].iter().sum::<u64>(),
            "{:?}",
            job["tally"]
        );
        let (answers, keys) = (sorted(&seen["answers"]), sorted(&seen["keys"]));
        println!(
            "{} files in {:.1} s through the window: {} new, {} same bytes, {} left out, {} failed; the tally adds up",
            first[0],
            took.as_secs_f64(),
            first[1],
            first[2],
            first[4],
            first[5]
        );
        println!(
            "meanwhile {} frames: {:.0} ms at most between two, {} gaps over 100 ms",
            seen["frames"],
            seen["frame"].as_f64().unwrap(),
            seen["over"]
        );
        for gap in seen["gaps"].as_array().unwrap() {
            let during: Vec<String> = gap["during"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| {
                    let number = |name: &str| one[name].as_f64().unwrap_or_default();
                    let (from, to) = (number("from"), number("to"));
                    format!(
                        "{} {:.0} ms {:.0} kB",
                        one["name"],
                        to - from,
                        number("bytes") / 1e3
                    )
                })
                .collect();
            println!(
                "  {:.0} ms without a frame at {:.1} s, beside: {}",
                gap["gap"].as_f64().unwrap(),
                gap["at"].as_f64().unwrap() / 1e3,
                during.join(", ")
            );
        }
        println!(
            "{} answers of the desk: {:.1} ms in the middle, {:.1} ms at the 99th of 100, {:.0} ms at most",
            answers.len(),
            at(&answers, 0.5),
            at(&answers, 0.99),
            at(&answers, 1.0)
        );
        println!(
            "{} keys until shown: {:.1} ms in the middle, {:.1} ms at the 99th of 100, {:.0} ms at most",
            keys.len(),
            at(&keys, 0.5),
            at(&keys, 0.99),
            at(&keys, 1.0)
        );
        if pictures {
            app.shoot("intake-done").await;
        }

        call(&app, "publications.intake", json!({"paths": [folder]})).await;
        let again = tally(&finished(&app, 1).await);
        assert_eq!((again[0], again[1]), (first[0], 0), "nothing twice");
        println!(
            "the same folder again: {} seen, {} new, {} same bytes",
            again[0], again[1], again[2]
        );

        let began = Instant::now();
        app.type_into("main input[type=search]", &word).await;
        app.until(
            "the word is found",
            "const rows = Number(document.querySelector('[role=grid]')?.getAttribute('aria-rowcount')); return rows > 1 && rows < 200",
        )
        .await;
        app.css("#found-inside").await;
        let rows = app
            .client
            .execute(
                "return document.querySelector('[role=grid]').getAttribute('aria-rowcount') - 1",
                vec![],
            )
            .await
            .unwrap();
        println!(
            "the word {word} is found in {rows} of them, shown {:.1} s after typing began",
            began.elapsed().as_secs_f64()
        );
        if pictures {
            app.shoot("intake-found").await;
        }
        app.close().await;
    }
}
