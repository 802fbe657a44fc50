//! Finding out, once per process and on a thread of its own, whether there is a keyring.

use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use super::KeyringSecrets;

/// The question whether there is a keyring, and its answer.
#[derive(Default)]
pub(super) struct Probe(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    answered: Condvar,
}

#[derive(Default)]
struct State {
    asked: bool,
    answer: Option<Option<KeyringSecrets>>,
    /// Those who did not wait and want to hear of the answer.
    late: Vec<Box<dyn FnOnce() + Send>>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|held| held.into_inner())
    }

    fn answer(&self, found: Option<KeyringSecrets>) {
        let late = {
            let mut state = self.state();
            state.answer = Some(found);
            std::mem::take(&mut state.late)
        };
        self.answered.notify_all();
        for tell in late {
            tell();
        }
    }
}

impl Probe {
    /// The keyring, if there is one; waits for the answer as long as it takes.
    pub(super) fn answer(&self) -> Option<KeyringSecrets> {
        self.ask();
        let waited = self
            .0
            .answered
            .wait_while(self.0.state(), |state| state.answer.is_none());
        waited
            .unwrap_or_else(|held| held.into_inner())
            .answer
            .flatten()
    }

    /// The answer, if it comes in time; else `late` is called when it has come.
    pub(super) fn within(
        &self,
        patience: Duration,
        late: impl FnOnce() + Send + 'static,
    ) -> Option<Option<KeyringSecrets>> {
        self.ask();
        let waited = self
            .0
            .answered
            .wait_timeout_while(self.0.state(), patience, |state| state.answer.is_none());
        let (mut state, _) = waited.unwrap_or_else(|held| held.into_inner());
        // Nobody needs to be told twice.
        if state.answer.is_none() && state.late.is_empty() {
            state.late.push(Box::new(late));
        }
        state.answer
    }

    fn ask(&self) {
        {
            let mut state = self.0.state();
            if state.asked {
                return;
            }
            state.asked = true;
        }
        let shared = Arc::clone(&self.0);
        let started = std::thread::Builder::new()
            .name("keyring".to_owned())
            .spawn(move || shared.answer(KeyringSecrets::probe()));
        if let Err(error) = started {
            tracing::error!(%error, "no thread for the keyring");
            self.0.answer(None);
        }
    }
}
