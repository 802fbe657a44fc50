//! The address of the network's script, as each system keeps it.

use std::process::{Command, Stdio};

/// The script this system was told to use.
pub(super) fn of_system() -> Option<String> {
    if cfg!(windows) {
        const KEY: &str = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Internet Settings";
        return of_registry(&said("reg", &["query", KEY, "/v", "AutoConfigURL"])?);
    }
    if cfg!(target_os = "macos") {
        return of_scutil(&said("scutil", &["--proxy"])?);
    }
    let setting = |name| said("gsettings", &["get", "org.gnome.system.proxy", name]);
    if setting("mode")?.trim() != "'auto'" {
        return None;
    }
    of_gsettings(&setting("autoconfig-url")?)
}

fn said(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    output.status.success().then_some(text)
}

fn of_registry(text: &str) -> Option<String> {
    let line = text.lines().find(|line| line.contains("AutoConfigURL"))?;
    address(line.split_once("REG_SZ")?.1)
}

fn of_scutil(text: &str) -> Option<String> {
    let value = |name: &str| {
        let line = text.lines().find(|line| line.trim().starts_with(name))?;
        Some(line.split_once(" : ")?.1.trim().to_owned())
    };
    if value("ProxyAutoConfigEnable")? != "1" {
        return None;
    }
    address(&value("ProxyAutoConfigURLString")?)
}

fn of_gsettings(text: &str) -> Option<String> {
    address(text.trim().trim_matches('\''))
}

fn address(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.chars().take(500).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_system_says_it_in_its_own_way() {
        let script = Some("http://wpad.example/proxy.pac".to_owned());
        let registry = "\r\nHKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings\r\n    AutoConfigURL    REG_SZ    http://wpad.example/proxy.pac\r\n\r\n";
        assert_eq!(of_registry(registry), script);
        assert_eq!(
            of_registry("ERROR: The system was unable to find the key"),
            None
        );
        let scutil = "<dictionary> {\n  ProxyAutoConfigEnable : 1\n  ProxyAutoConfigURLString : http://wpad.example/proxy.pac\n}\n";
        assert_eq!(of_scutil(scutil), script);
        assert_eq!(of_scutil(&scutil.replace("Enable : 1", "Enable : 0")), None);
        assert_eq!(of_gsettings("'http://wpad.example/proxy.pac'\n"), script);
        assert_eq!(of_gsettings("''\n"), None);
    }
}
