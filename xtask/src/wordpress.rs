//! `cargo xtask wordpress`: real WordPress sites on this machine, to test against and to look at.
//!
//! Two versions, each as it comes and with the companion plugin: Debian's package on MariaDB, and a second one from the
//! npm package of WordPress builds on SQLite; and one with the plugin on a small host. Everything lives in
//! `out/wordpress`; nothing in /etc or /var is touched and every server listens on the loopback only.

use crate::setup;
use crate::shell::{Outcome, command, has, output, run};
use std::path::{Path, PathBuf};

const FOLDER: &str = "out/wordpress";
pub const SCRIPTS: &str = "xtask/wordpress";
pub const PLUGIN: &str = "assets/wordpress/qalam-companion";
pub const PACKAGES: &[&str] = &[
    "wordpress",
    "wordpress-theme-twentytwentythree",
    "nginx-light",
    "php-fpm",
    "php-cli",
    "php-mysql",
    "php-sqlite3",
    "php-curl",
    "php-xml",
    "php-mbstring",
    "php-intl",
    "php-zip",
    "mariadb-server",
    "curl",
];
/// The npm packages that hold a second WordPress and the plugin that lets it run on SQLite.
const BUILDS: &str = "@wp-playground/wordpress-builds@0.9.19";
const BUILD: &str = "package/src/wordpress/wp-6.5.zip";
const SQLITE: &str = "@wp-playground/cli@3.1.56";
const SQLITE_ZIP: &str = "package/sqlite-database-integration.zip";

/// A site: its name, and what makes it differ.
const SITES: &[(&str, bool, bool)] = &[
    // (name, on SQLite, with the plugin)
    ("debian", false, false),
    ("debian-companion", false, true),
    ("second", true, false),
    ("second-companion", true, true),
    (SMALL, true, true),
];
/// A cheap host: two workers, and a web server that does not wait long for them.
const SMALL: &str = "small-companion";

pub fn wordpress(args: &[&str]) -> Outcome {
    match args {
        [] | ["up"] => {
            for line in up(false)? {
                println!("{line}");
            }
            Ok(())
        }
        ["down"] => down(false),
        ["remove"] => down(true),
        ["status"] => status(),
        _ => Err("cargo xtask wordpress [up|down|remove|status]".into()),
    }
}

/// The conformance suite against all of them. They are left as they were found: up or down.
pub fn test() -> Outcome {
    if !cfg!(target_os = "linux") || !has("dpkg-query --version") {
        eprintln!(
            "WordPress sites are made from Debian packages; without them this step is left out."
        );
        return Ok(());
    }
    let running = SITES.iter().any(|(name, ..)| is_up(name));
    up(true)?;
    let runner = if has("cargo nextest --version") {
        "nextest run --no-fail-fast"
    } else {
        "test --no-fail-fast"
    };
    // The journey ends with the stand-alone verifier.
    run(&mut command(
        "cargo build --quiet --workspace --features serve --bin qalam-verify",
    ))?;
    // Exactly what the other tests build, so that nothing is built twice.
    let outcome = run(command(&format!(
        "cargo {runner} --workspace --features serve --test conformance"
    ))
    .env(
        "QALAM_WORDPRESS_SITES",
        absolute(FOLDER)?.join("sites.json"),
    ));
    if !running {
        down(false)?;
    }
    outcome
}

fn up(reset: bool) -> Outcome<Vec<String>> {
    setup::packages_without(PACKAGES, &["apache2-bin", "libapache2-mod-php"])?;
    std::fs::create_dir_all(FOLDER).map_err(|e| format!("cannot make {FOLDER}: {e}"))?;
    let second = second_version();
    if let Err(why) = &second {
        eprintln!("The second WordPress is left out: {why}");
    }
    let mut told = Vec::new();
    let mut lines = Vec::new();
    for (name, sqlite, companion) in SITES {
        let mut site = command(&format!("bash {SCRIPTS}/up.sh"));
        site.arg(absolute(FOLDER)?.join(name));
        site.args(["--mu-plugin", &format!("{SCRIPTS}/test-site.php")]);
        // Small on purpose: what is longer than each of these limits is among the tests.
        site.args("--upload-max 2M --post-max 3M --body-max 12M".split(' '));
        if *companion {
            site.args(["--plugin", PLUGIN]);
        }
        if *sqlite {
            let Ok((build, plugin)) = &second else {
                continue;
            };
            site.args(["--db", "sqlite", "--source"]).arg(build);
            site.arg("--sqlite-plugin").arg(plugin);
        }
        if *companion && (!*sqlite || *name == SMALL) {
            site.arg("--stream");
        }
        if *name == SMALL {
            site.args(["--workers", "2", "--patience", "2"]);
        }
        if reset {
            site.arg("--reset");
        }
        let site = output(&mut site)?;
        let value = |key: &str| {
            site.split_once(&format!("\"{key}\": \""))
                .and_then(|(_, rest)| rest.split('"').next())
                .unwrap_or_default()
                .to_owned()
        };
        lines.push(format!(
            "{name}: WordPress {} on {}, {}  {}/wp-admin/ (accounts: {FOLDER}/{name}/site.json)",
            value("wp_version"),
            value("db"),
            if *companion {
                "with the plugin"
            } else {
                "stock"
            },
            value("url"),
        ));
        told.push(format!("{{\"name\": \"{name}\", \"site\": {site}}}"));
    }
    let list = format!("[{}]\n", told.join(",\n"));
    std::fs::write(Path::new(FOLDER).join("sites.json"), list)
        .map_err(|e| format!("cannot write {FOLDER}/sites.json: {e}"))?;
    Ok(lines)
}

fn down(remove: bool) -> Outcome {
    for (name, ..) in SITES {
        let folder = Path::new(FOLDER).join(name);
        if folder.exists() {
            let mut site = command(&format!("bash {SCRIPTS}/down.sh"));
            site.arg(&folder);
            if remove {
                site.arg("--remove");
            }
            run(&mut site)?;
        }
    }
    Ok(())
}

fn status() -> Outcome {
    for (name, ..) in SITES {
        let state = if is_up(name) { "up" } else { "down" };
        println!("{name}: {state}");
    }
    Ok(())
}

/// A site is up when its front door answers.
fn is_up(name: &str) -> bool {
    let Ok(site) = std::fs::read_to_string(Path::new(FOLDER).join(name).join("site.json")) else {
        return false;
    };
    let url = site
        .split_once("\"rest_url\": \"")
        .and_then(|(_, rest)| rest.split('"').next());
    url.is_some_and(|url| has(&format!("curl -fsS --noproxy * -m 10 -o /dev/null {url}")))
}

/// The second version's zip and the SQLite plugin's, fetched once.
fn second_version() -> Outcome<(PathBuf, PathBuf)> {
    let parts = Path::new(FOLDER).join("parts");
    std::fs::create_dir_all(&parts).map_err(|e| e.to_string())?;
    let build = fetched(&parts, BUILDS, BUILD)?;
    let plugin = fetched(&parts, SQLITE, SQLITE_ZIP)?;
    Ok((build, plugin))
}

/// One file out of an npm package.
fn fetched(parts: &Path, package: &str, wanted: &str) -> Outcome<PathBuf> {
    let file = parts.join(wanted);
    if file.exists() {
        return Ok(file);
    }
    eprintln!("Fetching {package}");
    let told = output(command("npm pack --silent").arg(package).current_dir(parts))?;
    let archive = told.lines().last().unwrap_or_default().trim().to_owned();
    run(command("tar -xzf")
        .args([&archive, wanted])
        .current_dir(parts))?;
    // Nearly all of it is other versions.
    let _ = std::fs::remove_file(parts.join(&archive));
    Ok(file)
}

fn absolute(path: &str) -> Outcome<PathBuf> {
    Ok(std::env::current_dir()
        .map_err(|e| e.to_string())?
        .join(path))
}
