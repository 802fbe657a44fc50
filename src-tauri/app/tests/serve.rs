//! The development door: only this machine, only with the token, only true pictures.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use crate::runner::Desk;

struct Served {
    child: Child,
    host: String,
    token: String,
}

impl Served {
    fn start(desk: &Desk) -> Self {
        let pages = desk.path("pages");
        std::fs::create_dir_all(&pages).unwrap();
        std::fs::write(
            pages.join("index.html"),
            "<!doctype html><title>pages</title>",
        )
        .unwrap();
        std::fs::write(desk.path("outside.html"), "not to be served").unwrap();
        let mut child = desk
            .command()
            .args(["serve", "--listen", "127.0.0.1:0", "--ui"])
            .arg(&pages)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        let url = said["url"].as_str().unwrap();
        let (address, token) = url.split_once("/#token=").unwrap();
        Self {
            child,
            host: address.strip_prefix("http://").unwrap().to_owned(),
            token: token.to_owned(),
        }
    }

    /// The status and the body of an answer.
    fn ask(&self, request: &str, headers: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        let host = if headers.contains("Host:") {
            String::new()
        } else {
            format!("Host: {}\r\n", self.host)
        };
        let length = body.len();
        write!(stream, "{request} HTTP/1.1\r\n{host}{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        let body = answer.split_once("\r\n\r\n").unwrap().1.to_owned();
        (status, body)
    }

    fn call(&self, name: &str, args: &Value) -> (u16, Value) {
        let headers = format!("Authorization: Bearer {}\r\n", self.token);
        let (status, body) = self.ask(&format!("POST /call/{name}"), &headers, &args.to_string());
        (status, serde_json::from_str(&body).unwrap())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn only_with_the_token_and_only_from_here() {
    let desk = Desk::with_profile();
    let served = Served::start(&desk);
    assert_eq!(served.ask("GET /", "", "").0, 200);
    assert_eq!(served.ask("GET /", "Host: evil.example\r\n", "").0, 403);
    assert_eq!(served.ask("GET /../outside.html", "", "").0, 404);
    assert_eq!(served.ask("POST /call/app.state", "", "{}").0, 401);
    assert_eq!(served.ask("GET /events", "", "").0, 401);
    assert_eq!(
        served
            .ask("POST /call/app.state", "Authorization: Bearer x\r\n", "{}")
            .0,
        401
    );
    let (status, state) = served.call("app.state", &json!({}));
    assert_eq!((status, &state["profile"]["owner"]), (200, &json!("TR")));
    let (status, failure) = served.call("drafts.open", &json!({"draft": "x"}));
    assert_eq!((status, &failure["code"]), (422, &json!("bad_id")));
}

#[test]
fn only_true_pictures_are_shown() {
    let desk = Desk::with_profile();
    let id = desk.ready_piece();
    let page = desk.file("page.png", "<!doctype html><script>alert(1)</script>");
    let attached = desk.run(&["attach", &id, &page, "--role", "data"]).done();
    let lying = attached["attachments"][0]["sha256"]
        .as_str()
        .unwrap()
        .to_owned();
    let served = Served::start(&desk);
    let (_, picture) = served.call(
        "attachments.add_bytes",
        &json!({"draft": id, "name": "dot.png", "role": "picture",
            "base64": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="}),
    );
    let cookie = format!("Cookie: other=1; qalam_token={}\r\n", served.token);
    let shown = |sha256: &str| served.ask(&format!("GET /blob/{sha256}"), &cookie, "");
    let (status, bytes) = shown(picture["sha256"].as_str().unwrap());
    assert_eq!(status, 200);
    assert!(bytes.contains("PNG"));
    assert_eq!(shown(&lying).0, 404);
    assert_eq!(shown(&"0".repeat(64)).0, 404);
    assert_eq!(shown("../desk.sqlite3").0, 404);
}
