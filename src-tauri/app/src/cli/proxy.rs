//! `proxy ...`: how connections leave this machine.

use qalam_desk::settings::{Proxy, ProxyMode};

use super::answer::Answer;
use super::args::Proxy as Wanted;
use super::portals::secret;
use super::{Here, Outcome};
use crate::commands::proxy::view;
use crate::proxy::choose;

/// The variable holding the password of a proxy.
const PASSWORD: &str = "QALAM_PROXY_PASSWORD";

impl Here<'_> {
    pub(super) fn proxy(&self, wanted: Wanted) -> Outcome {
        let kept = self.app.desk.settings()?.proxy;
        match wanted {
            Wanted::Show => {}
            Wanted::System => self.mode(kept, ProxyMode::System)?,
            Wanted::Direct => self.mode(kept, ProxyMode::Direct)?,
            Wanted::Set { address, user } => {
                let proxy = Proxy {
                    mode: ProxyMode::Manual,
                    address,
                    user: user.unwrap_or_default(),
                };
                let password = match proxy.user.as_str() {
                    "" => None,
                    _ => secret(PASSWORD)?,
                };
                choose(self.app, &proxy, password.as_ref())?;
            }
        }
        let view = view(self.app)?;
        let line = match view.proxy.mode {
            ProxyMode::System => self.say("cli.proxy_system", &[]),
            ProxyMode::Direct => self.say("cli.proxy_direct", &[]),
            ProxyMode::Manual => self.say("cli.proxy_manual", &[("address", &view.proxy.address)]),
        };
        let mut answer = Answer::of("proxy", &view.proxy)
            .with("has_password", view.has_password)
            .with("script", &view.script)
            .line(line);
        if let Some(script) = view.script.filter(|_| view.proxy.mode == ProxyMode::System) {
            answer = answer.line(self.say("cli.proxy_script", &[("script", &script)]));
        }
        Ok(answer)
    }

    fn mode(&self, kept: Proxy, mode: ProxyMode) -> Result<(), crate::failure::Failure> {
        choose(self.app, &Proxy { mode, ..kept }, None)
    }
}
