//! What must be on the machine beside Rust and Node.

use crate::shell::{Outcome, command, has, output, run};

/// Needed to build and open the window.
const BUILD: &[&str] = &["build-essential", "pkg-config", "libwebkit2gtk-4.1-dev"];
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
    let sudo = if output(&mut command("id -u")).is_ok_and(|id| id.trim() == "0") {
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
    run(command(&format!(
        "{sudo}apt-get install -y -qq --no-install-recommends {}",
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
