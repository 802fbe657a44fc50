//! `practice`: a practice portal of its own until somebody ends it.

use std::path::PathBuf;

use qalam_desk::Code;
use qalam_portal::practice::{self, Faults, PracticeOptions};
use serde_json::json;

use super::Outcome;
use super::answer::Answer;
use super::args::Practice as Wanted;
use crate::background::wait_for;
use crate::failure::Failure;

/// Serves until told to end. The first line on standard output is where, and with which token; it
/// is the answer, so nothing follows it.
pub(super) fn run(wanted: Wanted, store: Option<PathBuf>) -> Outcome {
    let dir = match (wanted.data, store) {
        (Some(dir), _) => dir,
        (None, Some(store)) => store.join("practice"),
        (None, None) => return Err(Failure::new(Code::BadArgument).with("name", "data")),
    };
    let faults: Faults = wanted
        .fault
        .as_deref()
        .unwrap_or_default()
        .parse()
        .map_err(|error| {
            Failure::new(Code::BadArgument)
                .with("name", "fault")
                .because(error)
        })?;
    wait_for(async {
        let mut portal = practice::start(PracticeOptions {
            listen: wanted.listen,
            faults,
            ..PracticeOptions::in_dir(dir)
        })
        .await
        .map_err(failed)?;
        let line = json!({
            "ok": true,
            "problems": [],
            "url": portal.url,
            "token": portal.token,
        });
        super::print(&format!("{line}\n"))?;
        tokio::select! {
            () = asked_to_end() => portal.stop().await,
            () = portal.ended() => {
                return Err(Failure::new(Code::Internal).because("the portal ended by itself"));
            }
        }
        Ok(())
    })??;
    Ok(Answer::said())
}

fn failed(error: practice::Error) -> Failure {
    match error {
        practice::Error::Taken => Failure::new(Code::DeskBusy),
        practice::Error::NotLoopback(address) => {
            Failure::new(Code::BadArgument).with("name", format!("--listen {address}"))
        }
        practice::Error::Io(source) => Failure::new(Code::BadArgument)
            .with("name", "--listen")
            .because(source),
        other => Failure::new(Code::Internal).because(other),
    }
}

/// Returns when the person or the system asks this program to end.
pub(super) async fn asked_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminated.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
