//! Runs `qalam-cli` on a desk of its own, with an end to the waiting.

use super::*;

pub struct Said {
    pub exit: i32,
    pub json: Value,
}

impl Said {
    #[track_caller]
    pub fn done(self) -> Value {
        assert_eq!(self.exit, 0, "{}", self.json);
        assert_eq!(self.json["ok"], true, "{}", self.json);
        self.json
    }

    /// The command ended with `exit` and told of `code`, in words and with a next step.
    #[track_caller]
    pub fn told(self, exit: i32, code: &str) -> Value {
        assert_eq!(self.exit, exit, "{}", self.json);
        let problems = self.json["problems"].as_array().unwrap();
        for problem in problems {
            for key in ["message", "next"] {
                assert!(
                    problem[key].as_str().is_some_and(|said| !said.is_empty()),
                    "{key} in {problem}"
                );
            }
        }
        assert!(
            problems.iter().any(|problem| problem["code"] == code),
            "{code} in {}",
            self.json
        );
        self.json
    }
}

/// The user and group that own nothing, on Linux.
const NOBODY: u32 = 65534;

pub struct Desk {
    pub home: tempfile::TempDir,
    pub store: PathBuf,
    /// What runs the commands: the program, behind whatever takes rights away.
    program: Vec<OsString>,
}

impl Desk {
    pub fn new() -> Self {
        Self::begun(tempfile::tempdir().unwrap(), vec![CLI.into()])
    }

    /// A desk whose commands are subject to the rights of files, whoever runs the tests: root may
    /// read and write everything, so for root they run as nobody.
    pub fn of_an_ordinary_user() -> Self {
        if !is_root() {
            return Self::new();
        }
        let home = tempfile::tempdir().unwrap();
        std::os::unix::fs::chown(home.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        // Where the program was built, others may not be allowed to look.
        let program = home.path().join("qalam-cli");
        fs::hard_link(CLI, &program)
            .or_else(|_| fs::copy(CLI, &program).map(drop))
            .unwrap();
        let user = format!("--reuid={NOBODY}");
        let group = format!("--regid={NOBODY}");
        Self::begun(
            home,
            vec![
                "setpriv".into(),
                user.into(),
                group.into(),
                "--clear-groups".into(),
                program.into(),
            ],
        )
    }

    fn begun(home: tempfile::TempDir, program: Vec<OsString>) -> Self {
        let store = home.path().join("desk");
        let desk = Self {
            home,
            store,
            program,
        };
        desk.init().done();
        desk
    }

    pub fn init(&self) -> Said {
        self.run([
            "init", "--owner", "QA", "--name", "Tester", "--role", "both",
        ])
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    pub fn run<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Said {
        self.run_with(&self.store, args, "")
    }

    pub fn run_with<A: AsRef<OsStr>>(
        &self,
        store: &Path,
        args: impl IntoIterator<Item = A>,
        password: &str,
    ) -> Said {
        let secrets = format!("file:{}", self.path("secrets").display());
        let mut child = Command::new(&self.program[0])
            .args(&self.program[1..])
            .args(["--json", "--lang", "en", "--secrets", &secrets, "--store"])
            .arg(store)
            .args(args)
            .env("QALAM_PASSPHRASE", "a passphrase of the tests")
            .env("QALAM_PORTAL_PASSWORD", password)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = child.stdout.take().unwrap();
        let reading = std::thread::spawn(move || {
            let mut text = Vec::new();
            out.read_to_end(&mut text).unwrap();
            text
        });
        let began = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if began.elapsed() > PATIENCE {
                child.kill().unwrap();
                child.wait().unwrap();
                panic!("the command hangs");
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        let text = reading.join().unwrap();
        Said {
            exit: status.code().unwrap_or(-1),
            json: serde_json::from_slice(&text)
                .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&text))),
        }
    }

    pub fn add(&self, path: &Path) -> Said {
        self.run([OsStr::new("publications"), "add".as_ref(), path.as_ref()])
    }

    pub fn draft(&self, more: &[&OsStr]) -> Said {
        let given = [
            "draft", "new", "--type", "news", "--lang", "en", "--title", "A title",
        ];
        self.run(given.iter().map(OsStr::new).chain(more.iter().copied()))
    }

    pub fn body(&self, path: &Path) -> Said {
        self.draft(&["--body-file".as_ref(), path.as_ref()])
    }

    #[track_caller]
    pub fn whole(&self) -> Value {
        let said = self.run(["check"]).done();
        assert_eq!(said["store"]["ok"], true, "{said}");
        said
    }

    pub fn approved(&self) -> String {
        let body = self.file(
            "body.md",
            "The teams of the Sample Ministry of Health came back.\n",
        );
        let made = self
            .run([
                "draft", "new", "--type", "news", "--lang", "en",
                "--title", "Mobile teams reach the northern villages",
                "--summary", "Six mobile teams of the Sample Ministry of Health vaccinated children in forty-two villages.",
                "--body-file", body.to_str().unwrap(), "--area", "ta2",
                "--field", "eventDate=2026-03-12", "--field", "place=Sample City",
            ])
            .done();
        let id = made["draft"]["id"].as_str().unwrap().to_owned();
        self.run(["review", "submit", &id]).done();
        self.run(["review", "approve", &id]).done();
        id
    }
}
