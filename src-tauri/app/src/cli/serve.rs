//! `serve`: the screens in a browser, for tests.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::json;

use super::Outcome;
use super::answer::Answer;
use crate::app::App;
use crate::background::wait_for;

/// Serves until told to end; the first line on standard output says where.
pub(super) fn run(app: App, listen: SocketAddr, pages: PathBuf) -> Outcome {
    let app = Arc::new(app);
    app.background.start(&app)?;
    let served = wait_for(async {
        let server = crate::serve::listen(Arc::clone(&app), listen, pages).await?;
        super::print(&format!(
            "{}\n",
            json!({"ok": true, "problems": [], "url": server.url})
        ))?;
        tokio::select! {
            ended = server.serve() => ended,
            () = super::practice::asked_to_end() => Ok(()),
        }
    })?;
    app.background.stop();
    served?;
    Ok(Answer::said())
}
