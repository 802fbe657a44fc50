//! The contract's examples keep to its schemas, and so does every answer of the practice portal.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod common;

use std::{collections::BTreeSet, fs, path::PathBuf};

use common::{Bench, new_id, release};
use jsonschema::Validator;
use reqwest::{Client, Method, RequestBuilder};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../assets/contract")
}

fn contract() -> Value {
    let text = fs::read_to_string(folder().join("openapi.yaml")).expect("openapi.yaml");
    serde_yaml_ng::from_str(&text).expect("YAML")
}

/// A validator of a schema inside the contract document.
fn validator(contract: &Value, schema: &Value) -> Validator {
    let mut root = schema.clone();
    root["components"] = contract["components"].clone();
    jsonschema::draft202012::new(&root).expect("schema")
}

fn check(contract: &Value, schema: &Value, value: &Value, what: &str) {
    let validator = validator(contract, schema);
    let faults: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{what}: {faults:#?}\n{value:#}");
}

/// Every `{schema, examples}` pair of the contract.
fn media(value: &Value, found: &mut Vec<(Value, Value)>) {
    match value {
        Value::Object(members) => {
            if let (Some(schema), Some(examples)) = (members.get("schema"), members.get("examples"))
            {
                found.push((schema.clone(), examples.clone()));
            }
            members.values().for_each(|member| media(member, found));
        }
        Value::Array(values) => values.iter().for_each(|member| media(member, found)),
        _ => {}
    }
}

#[test]
fn examples_keep_to_their_schemas() {
    let contract = contract();
    let mut pairs = Vec::new();
    media(&contract, &mut pairs);
    let mut used = BTreeSet::new();
    for (schema, examples) in pairs {
        for (name, example) in examples.as_object().expect("examples") {
            let file = example["externalValue"].as_str().expect("externalValue");
            used.insert(file.to_owned());
            let text = fs::read_to_string(folder().join(file)).expect(file);
            let value: Value = serde_json::from_str(&text).expect(file);
            check(&contract, &schema, &value, name);
        }
    }
    let present: BTreeSet<String> = fs::read_dir(folder().join("examples"))
        .expect("examples")
        .map(|entry| {
            format!(
                "examples/{}",
                entry.expect("entry").file_name().to_string_lossy()
            )
        })
        .collect();
    assert_eq!(
        used, present,
        "every example is used, every used one is there"
    );
}

#[test]
fn the_example_release_is_canonical_and_hashes_to_its_approval() {
    let contract = contract();
    let text = fs::read_to_string(folder().join("examples/put.json")).expect("put.json");
    let put: Value = serde_json::from_str(&text).expect("JSON");
    let release = put["release"].as_str().expect("text");
    assert_eq!(
        qalam_content::canonical::hash(release.as_bytes()),
        put["approval"]["release"].as_str().expect("hash")
    );
    let value: Value = serde_json::from_str(release).expect("JSON");
    let schema = json!({"$ref": "#/components/schemas/Release"});
    check(&contract, &schema, &value, "release");
    qalam_content::canonical::Release::from_bytes(release.as_bytes()).expect("canonical");
}

#[test]
fn a_schema_that_must_refuse_refuses() {
    let contract = contract();
    let text = fs::read_to_string(folder().join("examples/stored-missing.json")).expect("example");
    let mut stored: Value = serde_json::from_str(&text).expect("JSON");
    stored["receipt"] = json!({"release": "0".repeat(64), "files": [], "received_at": "2026-11-21T10:00:00Z", "portal": "x"});
    let schema = json!({"$ref": "#/components/schemas/StoredItem"});
    assert!(
        !validator(&contract, &schema).is_valid(&stored),
        "a receipt while files are missing"
    );
}

/// Asks the practice portal and checks the answer against what the contract says of this call and status.
struct Checker {
    contract: Value,
    client: Client,
    bench: Bench,
}

impl Checker {
    fn ask(&self, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).expect("method");
        self.client
            .request(method, format!("{}{path}", self.bench.portal.url))
            .bearer_auth(self.bench.token.expose_secret())
    }

    fn ask_as_stranger(&self, path: &str) -> RequestBuilder {
        self.client
            .get(format!("{}{path}", self.bench.portal.url))
            .bearer_auth("wrong")
    }

    async fn check(&self, request: RequestBuilder, template: &str, wanted: u16) -> Value {
        let request = request.build().expect("request");
        let method = request.method().as_str().to_lowercase();
        let what = format!("{method} {template} {wanted}");
        let answer = self.client.execute(request).await.expect(&what);
        let status = answer.status().as_u16();
        let kind = answer
            .headers()
            .get("content-type")
            .map(|value| value.to_str().expect("text").to_owned());
        let text = answer.text().await.expect("body");
        assert_eq!(status, wanted, "{what}: {text}");
        let pointer = format!("/paths/{}/{method}/responses", template.replace('/', "~1"));
        let responses = self.contract.pointer(&pointer).expect(&what);
        let response = responses
            .get(status.to_string())
            .or_else(|| responses.get("default"))
            .unwrap_or_else(|| panic!("{what} is not in the contract"));
        let response = match response.get("$ref").and_then(Value::as_str) {
            Some(reference) => self
                .contract
                .pointer(reference.trim_start_matches('#'))
                .expect(reference),
            None => response,
        };
        let Some(content) = response.get("content").and_then(Value::as_object) else {
            assert!(text.is_empty(), "{what}: a body the contract does not know");
            return Value::Null;
        };
        if text.is_empty() {
            return Value::Null;
        }
        let kind = kind.unwrap_or_default();
        let media = content
            .get(kind.split(';').next().unwrap_or_default())
            .unwrap_or_else(|| panic!("{what}: {kind} is not in the contract"));
        let value: Value = serde_json::from_str(&text).expect(&what);
        check(&self.contract, &media["schema"], &value, &what);
        value
    }
}

#[tokio::test]
async fn the_practice_portal_answers_as_the_contract_says() {
    let bench = Bench::start("").await;
    let checker = Checker {
        contract: contract(),
        client: Client::builder().no_proxy().build().expect("client"),
        bench,
    };
    let ask = |method: &str, path: &str| checker.ask(method, path);
    checker.check(ask("GET", "/v1?nonce=abc"), "/v1", 200).await;
    checker.check(ask("GET", "/v1/me"), "/v1/me", 200).await;
    checker
        .check(checker.ask_as_stranger("/v1/me"), "/v1/me", 401)
        .await;
    let hand_in = |sha256: &str| ask("POST", "/v1/packages").json(&json!({"sha256": sha256}));
    checker
        .check(hand_in(&"0".repeat(64)), "/v1/packages", 404)
        .await;
    checker.check(hand_in("x"), "/v1/packages", 400).await;
    checker
        .check(
            ask("GET", "/v1/vocabularies/thematic_areas"),
            "/v1/vocabularies/{name}",
            200,
        )
        .await;
    checker
        .check(
            ask("GET", "/v1/vocabularies/none"),
            "/v1/vocabularies/{name}",
            404,
        )
        .await;

    let file = checker.bench.file(1, 4_000);
    let id = new_id();
    let first = release(&id, "عنوان أول", &[&file]);
    let item = format!("/v1/items/{id}");
    let item_t = "/v1/items/{id}";
    let put = |body: &[u8]| {
        ask("PUT", &item)
            .header("content-type", "application/json")
            .body(body.to_vec())
    };
    checker.check(put(&first.body), item_t, 428).await;
    checker
        .check(put(b"{}").header("if-none-match", "*"), item_t, 400)
        .await;
    let mut wrong: Value = serde_json::from_slice(&first.body).expect("JSON");
    wrong["approval"]["release"] = json!("0".repeat(64));
    let wrong = wrong.to_string();
    checker
        .check(
            put(wrong.as_bytes()).header("if-none-match", "*"),
            item_t,
            409,
        )
        .await;
    let mut unproven: Value = serde_json::from_slice(&first.body).expect("JSON");
    unproven["approval"]["signature"] = json!({
        "approvals": [{"payload": "e30=", "payloadType": "application/vnd.qalam.decision+json",
            "signatures": [{"keyid": "0".repeat(64), "sig": ""}]}],
        "keys": [],
    });
    let unproven = unproven.to_string();
    let told = checker
        .check(
            put(unproven.as_bytes()).header("if-none-match", "*"),
            item_t,
            409,
        )
        .await;
    assert_eq!(told["type"], "urn:qalam:problem:approval_invalid");
    let other = release(&new_id(), "غيره", &[]);
    checker
        .check(put(&other.body).header("if-none-match", "*"), item_t, 422)
        .await;
    checker.check(ask("GET", &item), item_t, 404).await;
    let stored = checker
        .check(put(&first.body).header("if-none-match", "*"), item_t, 201)
        .await;
    assert_eq!(stored["missing"], json!([file.sha256]));
    let again = checker
        .check(put(&first.body).header("if-none-match", "*"), item_t, 200)
        .await;
    assert_eq!(stored, again, "the same release again has the same answer");
    let second = release(&id, "عنوان ثان", &[&file]);
    checker
        .check(put(&second.body).header("if-none-match", "*"), item_t, 412)
        .await;

    // The file, in two pieces, the first of them spoiled once.
    let hash = format!("/v1/files/{}", file.sha256);
    checker
        .check(ask("HEAD", &hash), "/v1/files/{sha256}", 404)
        .await;
    let upload_t = "/v1/uploads";
    checker
        .check(ask("POST", "/v1/uploads"), upload_t, 412)
        .await;
    let tus = |builder: RequestBuilder| builder.header("tus-resumable", "1.0.0");
    checker
        .check(tus(ask("OPTIONS", "/v1/uploads")), upload_t, 204)
        .await;
    checker
        .check(tus(ask("POST", "/v1/uploads")), upload_t, 400)
        .await;
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let metadata = |hash: &str, mime: &str| {
        format!(
            "sha256 {},mime {}",
            STANDARD.encode(hash),
            STANDARD.encode(mime)
        )
    };
    let create = |length: u64, mime: &str| {
        tus(ask("POST", "/v1/uploads"))
            .header("upload-length", length)
            .header("upload-metadata", metadata(&file.sha256, mime))
    };
    checker
        .check(create(u64::MAX / 4, "application/pdf"), upload_t, 413)
        .await;
    checker
        .check(create(10, "application/x-msdownload"), upload_t, 415)
        .await;
    let begun = create(file.length, "application/pdf")
        .send()
        .await
        .expect("create");
    assert_eq!(begun.status(), 201);
    assert!(begun.headers().contains_key("upload-expires"));
    let place = begun.headers()["location"]
        .to_str()
        .expect("text")
        .to_owned();
    let place = place
        .strip_prefix(&checker.bench.portal.url)
        .expect("own origin")
        .to_owned();
    let one_t = "/v1/uploads/{upload}";
    let bytes = fs::read(&file.path).expect("file");
    let patch = |offset: usize, bytes: &[u8]| {
        tus(ask("PATCH", &place))
            .header("content-type", "application/offset+octet-stream")
            .header("upload-offset", offset)
            .body(bytes.to_vec())
    };
    checker.check(tus(ask("HEAD", &place)), one_t, 200).await;
    let plain = tus(ask("PATCH", &place))
        .header("content-type", "text/plain")
        .header("upload-offset", 0)
        .body("%PDF-1.7\n");
    checker.check(plain, one_t, 415).await;
    checker.check(patch(7, &bytes[7..]), one_t, 409).await;
    use sha2::Digest as _;
    let sum = |bytes: &[u8]| format!("sha256 {}", STANDARD.encode(sha2::Sha256::digest(bytes)));
    checker
        .check(
            patch(0, &bytes[..1_000]).header("upload-checksum", sum(b"other")),
            one_t,
            460,
        )
        .await;
    checker
        .check(
            patch(0, &bytes[..1_000]).header("upload-checksum", sum(&bytes[..1_000])),
            one_t,
            204,
        )
        .await;
    checker
        .check(ask("HEAD", &hash), "/v1/files/{sha256}", 404)
        .await;
    checker
        .check(patch(1_000, &bytes[1_000..]), one_t, 204)
        .await;
    checker
        .check(ask("HEAD", &hash), "/v1/files/{sha256}", 200)
        .await;
    let done = checker
        .check(put(&first.body).header("if-none-match", "*"), item_t, 200)
        .await;
    assert_eq!(done["receipt"]["release"], json!(first.hash));
    assert_eq!(done["receipt"]["files"], json!([file.sha256]));

    // Bytes that are not the promised ones never count.
    let begun = create(4, "application/pdf").send().await.expect("create");
    let liar = begun.headers()["location"]
        .to_str()
        .expect("text")
        .to_owned();
    let liar = liar
        .strip_prefix(&checker.bench.portal.url)
        .expect("own origin")
        .to_owned();
    let request = tus(ask("PATCH", &liar))
        .header("content-type", "application/offset+octet-stream")
        .header("upload-offset", 0)
        .body("lies");
    checker.check(request, one_t, 460).await;
    checker.check(tus(ask("HEAD", &liar)), one_t, 410).await;
    let begun = create(4, "application/pdf").send().await.expect("create");
    let ended = begun.headers()["location"]
        .to_str()
        .expect("text")
        .to_owned();
    let ended = ended
        .strip_prefix(&checker.bench.portal.url)
        .expect("own origin")
        .to_owned();
    checker.check(tus(ask("DELETE", &ended)), one_t, 204).await;
    checker.check(tus(ask("DELETE", &ended)), one_t, 410).await;

    // What becomes of it.
    let page = checker
        .check(ask("GET", "/v1/items?owner=SN&since="), "/v1/items", 200)
        .await;
    assert_eq!(page["items"].as_array().expect("items").len(), 1);
    checker
        .check(ask("GET", "/v1/items?since=what"), "/v1/items", 400)
        .await;
    let one = checker.check(ask("GET", &item), item_t, 200).await;
    assert_eq!(
        one["content"]["languages"]["ar"]["title"],
        json!("عنوان أول")
    );
    let withdraw = ask("POST", &format!("{item}/withdrawal")).json(&json!({"reason": "Cancelled"}));
    let gone = checker
        .check(withdraw, "/v1/items/{id}/withdrawal", 200)
        .await;
    assert_eq!(gone["state"], json!("withdrawn"));
    let next = page["next"].as_str().expect("cursor");
    let page = checker
        .check(
            ask("GET", &format!("/v1/items?since={next}")),
            "/v1/items",
            200,
        )
        .await;
    assert_eq!(page["items"][0]["comments"][0]["text"], json!("Cancelled"));
}
