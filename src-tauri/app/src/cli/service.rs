//! `service ...`: sending as a service of the person's session.

use super::answer::{Answer, Told};
use super::args::Service as Wanted;
use super::{Here, Outcome};
use crate::service::Sending;

impl Here<'_> {
    pub(super) fn service(&self, wanted: &Wanted) -> Outcome {
        let sending = Sending::of(self.app)?;
        let service = match wanted {
            Wanted::Install => sending.install()?,
            Wanted::Remove => sending.remove()?,
            Wanted::Status => sending.state(),
        };
        let key = match (service.installed, service.running) {
            (true, true) => "cli.service_runs",
            (true, false) => "cli.service_stands",
            (false, _) => "cli.service_none",
        };
        let line = self.say(key, &[("name", &service.name)]);
        let mut answer = Answer::of("service", &service).line(line);
        if service.installed && !service.passphrase_file.is_empty() {
            let path: &dyn std::fmt::Display = &service.passphrase_file;
            answer = answer.problem(Told {
                code: "service_passphrase".to_owned(),
                subject: service.passphrase_file.clone(),
                message: self.say("cli.service_passphrase", &[]),
                next: self.say("cli.service_passphrase.next", &[("path", path)]),
            });
        }
        Ok(answer)
    }
}
