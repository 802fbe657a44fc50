//! What must be on the machine beside Rust and Node.

use crate::shell::{Outcome, command, has, output, run};

/// Needed to build and open the window.
const BUILD: &[&str] = &[
    "build-essential",
    "pkg-config",
    "libwebkit2gtk-4.1-dev",
    // Draws the icon beside the clock, when it is there; looked for when the icon is wanted.
    "libayatana-appindicator3-1",
];
/// Needed by the tests that open a real window, a real browser and a real keyring.
const TESTS: &[&str] = &[
    "webkit2gtk-driver",
    "xvfb",
    "xauth",
    "dbus",
    "gnome-keyring",
    "libsecret-tools",
    "chromium",
    "python3-venv",
];

/// Real PDF documents, in several languages, for the demonstration.
const DOCUMENTS: &[&str] = &[
    "debian-faq",
    "debian-policy",
    "developers-reference",
    "developers-reference-fr",
    "maint-guide",
    "maint-guide-fr",
    "groff",
    "debmake-doc",
    "bzip2-doc",
    "fonts-hosny-amiri",
];

/// Makes `cargo xtask run` possible.
pub fn for_run() -> Outcome {
    node()?;
    packages(BUILD)
}

/// Makes `cargo xtask test` possible.
pub fn for_tests() -> Outcome {
    node()?;
    packages(&[BUILD, TESTS].concat())?;
    if has("cargo deny --version") {
        return Ok(());
    }
    run(&mut command("cargo install cargo-deny --locked --quiet"))
}

/// Installs documentation in PDF, where that needs nobody's password.
pub fn for_demo() -> Outcome {
    if !has("dpkg-query --version") {
        return Err("this is not a Debian-like system".into());
    }
    if !is_root() {
        return Err("only root can install packages here".into());
    }
    run(&mut command("apt-get update -qq"))?;
    // Small systems leave documentation out, and have packages installed without it.
    run(command(
        "apt-get install -y -qq --no-install-recommends --reinstall -o Dpkg::Options::=--path-include=/usr/share/doc/*",
    )
    .args(DOCUMENTS)
    .env("DEBIAN_FRONTEND", "noninteractive"))
}

fn is_root() -> bool {
    output(&mut command("id -u")).is_ok_and(|id| id.trim() == "0")
}

fn node() -> Outcome {
    if !has("npm --version") {
        return Err(
            "Node.js 20 or newer with npm is needed; install it and run this again.".into(),
        );
    }
    Ok(())
}

/// Installs Debian packages that are missing.
pub fn packages(wanted: &[&str]) -> Outcome {
    packages_without(wanted, &[])
}

/// Installs what is missing and keeps out what others would bring along, by the beginning of the name.
pub fn packages_without(wanted: &[&str], unwanted: &[&str]) -> Outcome {
    if !cfg!(target_os = "linux") {
        // macOS and Windows bring their webview along.
        return Ok(());
    }
    if !has("dpkg-query --version") {
        if has("pkg-config --exists webkit2gtk-4.1") {
            return Ok(());
        }
        return Err("This is not a Debian-like system. Install the development files of WebKitGTK 4.1 \
             (Fedora: `dnf install webkit2gtk4.1-devel gcc pkgconf`; Arch: `pacman -S webkit2gtk-4.1 base-devel`) \
             and, for the tests, WebKitWebDriver, Xvfb, xauth, dbus, gnome-keyring, secret-tool and Chromium. \
             Then run this again."
            .into());
    }
    let missing: Vec<&str> = wanted.iter().copied().filter(|p| !installed(p)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    eprintln!("Missing on this machine: {}", missing.join(" "));
    let sudo = if is_root() {
        ""
    } else if has("sudo -n true") || has("sudo -v") {
        "sudo "
    } else {
        return Err(format!(
            "These packages must be installed by an administrator:\n  apt-get install {}",
            missing.join(" ")
        ));
    };
    run(&mut command(&format!("{sudo}apt-get update -qq")))?;
    let mut kept_out = String::new();
    for start in unwanted {
        let names = output(command("apt-cache pkgnames").arg(start))?;
        for name in names.lines().filter(|name| !installed(name)) {
            kept_out.push_str(&format!(" {name}-"));
        }
    }
    run(command(&format!(
        "{sudo}apt-get install -y -qq --no-install-recommends {}{kept_out}",
        missing.join(" ")
    ))
    .env("DEBIAN_FRONTEND", "noninteractive"))
}

fn installed(package: &str) -> bool {
    command("dpkg-query -W -f ${Status}")
        .arg(package)
        .stderr(std::process::Stdio::null())
        .output()
        .is_ok_and(|o| String::from_utf8_lossy(&o.stdout).contains("install ok installed"))
}
