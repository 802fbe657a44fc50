//! `serve`: the screens in a browser, for tests.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::json;

use super::Outcome;
use super::answer::Answer;
use crate::background::wait_for;
use crate::people::House;

/// Serves until told to end; the first line on standard output says where.
pub(super) fn run(house: House, listen: SocketAddr, pages: PathBuf) -> Outcome {
    let house = Arc::new(house);
    house.when_entered(|app| {
        if let Err(failure) = app.background.start(app) {
            tracing::error!(?failure, "no work in the background");
        }
    });
    let served = wait_for(async {
        let server = crate::serve::listen(Arc::clone(&house), listen, pages).await?;
        super::print(&format!(
            "{}\n",
            json!({"ok": true, "problems": [], "url": server.url})
        ))?;
        tokio::select! {
            ended = server.serve() => ended,
            () = super::practice::asked_to_end() => Ok(()),
        }
    })?;
    house.leave();
    served?;
    Ok(Answer::said())
}
