//! Sending without any window, from sign-in to sign-out: `qalam-cli send --watch` as a service of
//! the person's own session. Nothing of it needs an administrator.
//!
//! What a system needs to be told is worked out as a plain value ([`Plan`]) and then done, so that
//! it can be looked at for every system on any.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use qalam_content::canonical;
use qalam_desk::secrets::{Secrets, SecretsKind};
use qalam_desk::{Code, Error};
use serde::Serialize;
use ts_rs::TS;

use crate::app::App;
use crate::failure::Failure;
use crate::place;
use crate::secrets::Wanted;

/// What keeps services here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum System {
    /// systemd's own instance of the person.
    Systemd,
    /// launchd's agents of the person.
    Launchd,
    /// A task that begins when the person signs in to Windows.
    Tasks,
}

impl System {
    /// The one of this machine.
    #[must_use]
    pub const fn of_machine() -> Self {
        if cfg!(windows) {
            Self::Tasks
        } else if cfg!(target_os = "macos") {
            Self::Launchd
        } else {
            Self::Systemd
        }
    }
}

/// How the service of a desk stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Service {
    /// Whether this system can have one.
    pub possible: bool,
    /// It is set up.
    pub installed: bool,
    /// It runs now.
    pub running: bool,
    /// What keeps it.
    pub system: System,
    /// Its name there.
    pub name: String,
    /// The file that describes it; empty where there is none.
    pub path: String,
    /// A file that may hold `QALAM_PASSPHRASE=…` for it; empty where passwords need none.
    pub passphrase_file: String,
}

/// What a service is for.
#[derive(Clone, Debug)]
pub struct Sending {
    /// The desk's folder, absolute.
    pub store: PathBuf,
    /// Where its passwords are.
    pub secrets: Wanted,
    /// They are in a file that a passphrase opens.
    pub locked: bool,
    /// The program that sends.
    pub program: PathBuf,
}

/// What is to be told to a system.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Plan {
    name: String,
    /// The file that describes the service, and what stands in it.
    file: Option<(PathBuf, String)>,
    install: Vec<Vec<String>>,
    remove: Vec<Vec<String>>,
    /// Succeeds while it is set up, where no file says so.
    asked: Option<Vec<String>>,
    /// Succeeds while it runs.
    runs: Vec<String>,
}

impl Sending {
    /// The service of an open desk, by the `qalam-cli` beside this program.
    ///
    /// # Errors
    /// [`Code::ServiceUnavailable`] where that program has no lasting place.
    pub fn of(app: &App) -> Result<Self, Failure> {
        let unavailable = |why: &str| Failure::new(Code::ServiceUnavailable).because(why);
        // An AppImage is another folder at every start.
        if std::env::var_os("APPIMAGE").is_some() {
            return Err(unavailable("the program has no lasting place"));
        }
        let this = std::env::current_exe().map_err(|error| unavailable(&error.to_string()))?;
        let program = this.with_file_name(format!("qalam-cli{}", std::env::consts::EXE_SUFFIX));
        if !program.is_file() {
            return Err(unavailable("qalam-cli is not beside this program"));
        }
        let absolute =
            |path: &Path| std::path::absolute(path).map_err(|source| Error::io(source, path));
        let secrets = match app.secrets.wanted() {
            Wanted::File(path) => Wanted::File(absolute(path)?),
            other => other.clone(),
        };
        Ok(Self {
            store: absolute(app.desk.dir())?,
            secrets,
            locked: app.secrets.kind() != SecretsKind::Keyring,
            program,
        })
    }

    /// How it stands.
    #[must_use]
    pub fn state(&self) -> Service {
        let system = System::of_machine();
        let plan = self.plan(system, &home());
        let installed = match (&plan.file, &plan.asked) {
            (Some((path, _)), _) => path.is_file(),
            (None, Some(asked)) => tell(asked).is_ok(),
            (None, None) => false,
        };
        let answers = match system {
            System::Systemd => tell(&words(&["systemctl", "--user", "show-environment"])).is_ok(),
            System::Launchd | System::Tasks => true,
        };
        Service {
            possible: answers,
            installed,
            running: installed && tell(&plan.runs).is_ok(),
            system,
            name: plan.name,
            path: plan
                .file
                .map(|(path, _)| path.display().to_string())
                .unwrap_or_default(),
            passphrase_file: match self.locked {
                true => self.passphrase_file().display().to_string(),
                false => String::new(),
            },
        }
    }

    /// Sets it up and starts it. Again: as it would be now.
    ///
    /// # Errors
    /// [`Code::ServiceUnavailable`] where the system has no place for one.
    pub fn install(&self) -> Result<Service, Failure> {
        let plan = self.plan(System::of_machine(), &home());
        if !self.state().possible {
            return Err(Failure::new(Code::ServiceUnavailable).because("nothing keeps services"));
        }
        if let Some((path, text)) = &plan.file {
            let io = |source| Error::io(source, path);
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder).map_err(io)?;
            }
            std::fs::write(path, text).map_err(io)?;
        }
        for command in &plan.install {
            tell(command).map_err(|why| Failure::new(Code::ServiceUnavailable).because(why))?;
        }
        Ok(self.state())
    }

    /// Ends it and takes it away. What it was sending goes on wherever a courier runs next.
    ///
    /// # Errors
    /// What the disk fails with.
    pub fn remove(&self) -> Result<Service, Failure> {
        let plan = self.plan(System::of_machine(), &home());
        let mut said = Ok(());
        for command in &plan.remove {
            said = said.and(tell(command));
        }
        if let Some((path, _)) = &plan.file
            && let Err(source) = std::fs::remove_file(path)
            && source.kind() != std::io::ErrorKind::NotFound
        {
            return Err(Error::io(source, path).into());
        }
        if let Err(why) = said {
            // A system that never heard of it has nothing to take away.
            tracing::info!(why, "removing the service");
        }
        if System::of_machine() == System::Systemd {
            let _ = tell(&words(&["systemctl", "--user", "daemon-reload"]));
        }
        Ok(self.state())
    }

    fn passphrase_file(&self) -> PathBuf {
        self.store.join("service.env")
    }

    /// The command the service runs.
    fn command(&self) -> Vec<String> {
        let mut command = words(&[
            &self.program.display().to_string(),
            "--store",
            &self.store.display().to_string(),
        ]);
        match &self.secrets {
            Wanted::Best => {}
            Wanted::Keyring => command.extend(words(&["--secrets", "keyring"])),
            Wanted::File(path) => {
                let place = format!("file:{}", path.display());
                command.extend(words(&["--secrets", &place]));
            }
        }
        command.extend(words(&["send", "--watch"]));
        command
    }

    /// One service for the desk of the platform's own place, others by a mark of theirs.
    fn mark(&self) -> String {
        if place::usual().is_some_and(|usual| usual == self.store) {
            return String::new();
        }
        let hash = canonical::hash(self.store.as_os_str().as_encoded_bytes());
        format!("-{}", hash.chars().take(8).collect::<String>())
    }

    fn plan(&self, system: System, home: &Path) -> Plan {
        match system {
            System::Systemd => self.systemd(home),
            System::Launchd => self.launchd(home),
            System::Tasks => self.tasks(),
        }
    }

    fn systemd(&self, home: &Path) -> Plan {
        let name = format!("qalam-send{}.service", self.mark());
        let folder = std::env::var_os("XDG_CONFIG_HOME")
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
            .unwrap_or_else(|| home.join(".config"));
        let quoted = |text: &str| {
            let text = text
                .replace('\\', "\\\\")
                .replace('"', "\\\"")
                .replace('%', "%%")
                .replace('$', "$$");
            format!("\"{text}\"")
        };
        let command: Vec<String> = self.command().iter().map(|word| quoted(word)).collect();
        let passphrase = if self.locked {
            let path = self.passphrase_file().display().to_string();
            format!("EnvironmentFile=-{}\n", path.replace('%', "%%"))
        } else {
            String::new()
        };
        let text = format!(
            "# Written by `qalam-cli service install`; `qalam-cli service remove` takes it away.\n\
             [Unit]\nDescription=Qalam sends what is approved\n\n\
             [Service]\nExecStart={}\n{passphrase}Restart=on-failure\nRestartSec=30\n\
             KillSignal=SIGTERM\nTimeoutStopSec=15\nNoNewPrivileges=yes\n\n\
             [Install]\nWantedBy=default.target\n",
            command.join(" ")
        );
        let user = |rest: &[&str]| words(&[&["systemctl", "--user"], rest].concat());
        Plan {
            file: Some((folder.join("systemd/user").join(&name), text)),
            install: vec![
                user(&["daemon-reload"]),
                user(&["enable", &name]),
                user(&["restart", &name]),
            ],
            remove: vec![user(&["disable", "--now", &name])],
            asked: None,
            runs: user(&["is-active", "--quiet", &name]),
            name,
        }
    }

    fn launchd(&self, home: &Path) -> Plan {
        let name = format!("{}.send{}", place::IDENTIFIER, self.mark());
        let path = home
            .join("Library/LaunchAgents")
            .join(format!("{name}.plist"));
        let escaped = |text: &str| {
            text.replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
        };
        let command: String = self
            .command()
            .iter()
            .map(|word| format!("<string>{}</string>", escaped(word)))
            .collect();
        let text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \
             \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
             <plist version=\"1.0\"><dict>\n<key>Label</key><string>{name}</string>\n\
             <key>ProgramArguments</key><array>{command}</array>\n\
             <key>RunAtLoad</key><true/>\n\
             <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>\n\
             <key>ProcessType</key><string>Background</string>\n</dict></plist>\n"
        );
        let at = path.display().to_string();
        Plan {
            install: vec![words(&["launchctl", "load", "-w", &at])],
            remove: vec![words(&["launchctl", "unload", "-w", &at])],
            asked: None,
            runs: words(&["launchctl", "list", &name]),
            file: Some((path, text)),
            name,
        }
    }

    fn tasks(&self) -> Plan {
        let name = format!("Qalam\\send{}", self.mark());
        // As Windows reads a command: each word within quotes, and a backslash before one doubled.
        let command: Vec<String> = self
            .command()
            .iter()
            .map(|word| {
                let doubled = word.trim_end_matches('\\').len();
                let (text, end) = word.split_at_checked(doubled).unwrap_or((word, ""));
                format!("\"{text}{end}{end}\"")
            })
            .collect();
        Plan {
            file: None,
            install: vec![
                words(&[
                    "schtasks",
                    "/Create",
                    "/F",
                    "/SC",
                    "ONLOGON",
                    "/RL",
                    "LIMITED",
                    "/TN",
                    &name,
                    "/TR",
                    &command.join(" "),
                ]),
                words(&["schtasks", "/Run", "/TN", &name]),
            ],
            remove: vec![
                words(&["schtasks", "/End", "/TN", &name]),
                words(&["schtasks", "/Delete", "/F", "/TN", &name]),
            ],
            asked: Some(words(&["schtasks", "/Query", "/TN", &name])),
            runs: words(&["schtasks", "/Query", "/TN", &name]),
            name,
        }
    }
}

fn words(of: &[&str]) -> Vec<String> {
    of.iter().map(|word| (*word).to_owned()).collect()
}

fn home() -> PathBuf {
    let name = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
    std::env::var_os(name)
        .map(PathBuf::from)
        .unwrap_or_default()
}

/// Runs a command of the system; what it complained of when it fails.
fn tell(command: &[String]) -> Result<(), String> {
    let [program, rest @ ..] = command else {
        return Ok(());
    };
    let said = Command::new(program)
        .args(rest)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{program}: {error}"))?;
    if said.status.success() {
        return Ok(());
    }
    let complaint = String::from_utf8_lossy(&said.stderr);
    Err(format!("{}: {}", command.join(" "), complaint.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sending(store: &str, secrets: Wanted) -> Sending {
        Sending {
            store: store.into(),
            locked: matches!(secrets, Wanted::File(_)),
            secrets,
            program: "/opt/My Programs/qalam-cli".into(),
        }
    }

    #[test]
    fn a_unit_names_its_command_as_systemd_reads_it() {
        let plan =
            sending("/srv/100% \"desk\" $x", Wanted::Keyring).systemd(Path::new("/home/one"));
        let (path, text) = plan.file.unwrap();
        assert!(path.ends_with(format!("systemd/user/{}", plan.name)));
        assert!(plan.name.starts_with("qalam-send-"), "{}", plan.name);
        assert!(
            text.contains(
                "ExecStart=\"/opt/My Programs/qalam-cli\" \"--store\" \
             \"/srv/100%% \\\"desk\\\" $$x\" \"--secrets\" \"keyring\" \"send\" \"--watch\"\n"
            ),
            "{text}"
        );
        assert!(!text.contains("EnvironmentFile"));
        let locked = sending("/srv/desk", Wanted::File("/srv/secrets".into()));
        let (_, text) = locked.systemd(Path::new("/home/one")).file.unwrap();
        assert!(
            text.contains("\"file:/srv/secrets\"")
                && text.contains("EnvironmentFile=-/srv/desk/service.env")
        );
        assert_ne!(locked.mark(), sending("/srv/other", Wanted::Keyring).mark());
    }

    #[test]
    fn the_other_systems_are_told_the_same() {
        let desk = sending("/Users/one/A & B", Wanted::Keyring);
        let plan = desk.launchd(Path::new("/Users/one"));
        let (path, text) = plan.file.unwrap();
        assert!(path.starts_with("/Users/one/Library/LaunchAgents"));
        assert!(
            text.contains("<string>/Users/one/A &amp; B</string>")
                && text.contains("<string>--watch</string>")
        );
        let plan = sending("D:\\desk\\", Wanted::Keyring).tasks();
        let command = plan.install[0].last().unwrap();
        assert!(
            command.contains("\"--store\" \"D:\\desk\\\\\""),
            "{command}"
        );
        assert!(plan.remove.iter().flatten().any(|word| word == "/Delete"));
    }
}
