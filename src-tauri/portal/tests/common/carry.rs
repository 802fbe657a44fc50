//! Packing, carrying and taking back.

use std::{fs, path::Path};

use qalam_desk::{
    error::Error,
    packages::{CarriedRow, ExportedPackage, ImportedReceipts},
};
use qalam_portal::{
    courier::test_portal,
    http::Wire,
    packages::{DeliverWish, ExportWish, deliver, export, import, write_receipts},
};

use super::{
    office::{Office, Room},
    patient,
};

/// A desk that has met the portal once.
pub async fn met(room: &Room, name: &str) -> Office {
    let office = room.desk(name);
    let (_, found) = test_portal(&office.desk, &office.secrets, None, patient(), "portal")
        .await
        .expect("desk");
    found.expect("portal");
    office
}

pub async fn packed(office: &Office, to: &Path) -> Result<ExportedPackage, Error> {
    let wish = ExportWish {
        to: to.to_owned(),
        ..ExportWish::default()
    };
    export(&office.desk, &office.secrets, wish).await
}

pub async fn brought(office: &Office, file: &Path) -> Result<(CarriedRow, Wire), Error> {
    let wish = DeliverWish {
        file: file.to_owned(),
        http: patient(),
        ..DeliverWish::default()
    };
    deliver(&office.desk, &office.secrets, wish).await
}

pub fn taken_back(office: &Office, from: &Office, to: &Path) -> Result<ImportedReceipts, Error> {
    let _ = fs::remove_file(to);
    write_receipts(&from.desk, to)?;
    import(&office.desk, &*office.secrets, to)
}

/// Puts bytes into the portal as a file and hands them in as a package. The problem's code when it is refused.
pub async fn handed_in(room: &Room, bytes: Vec<u8>) -> Result<serde_json::Value, String> {
    use base64::Engine as _;
    use sha2::Digest as _;
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("client");
    let base64 = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    let sha256 = qalam_portal::digest::hex(&sha2::Sha256::digest(&bytes));
    let url = &room.portal.url;
    let token = &room.portal.token;
    let created = client
        .post(format!("{url}/v1/uploads"))
        .bearer_auth(token)
        .header("tus-resumable", "1.0.0")
        .header("upload-length", bytes.len())
        .header("upload-metadata", format!("sha256 {}", base64(&sha256)))
        .send()
        .await
        .expect("created");
    let place = created.headers()["location"]
        .to_str()
        .expect("text")
        .to_owned();
    if !bytes.is_empty() {
        let sent = client
            .patch(place)
            .bearer_auth(token)
            .header("tus-resumable", "1.0.0")
            .header("upload-offset", 0)
            .header("content-type", "application/offset+octet-stream")
            .body(bytes)
            .send()
            .await
            .expect("sent");
        assert_eq!(sent.status(), 204);
    }
    let answer = client
        .post(format!("{url}/v1/packages"))
        .bearer_auth(token)
        .json(&serde_json::json!({"sha256": sha256}))
        .send()
        .await
        .expect("answer");
    let good = answer.status().is_success();
    let value: serde_json::Value = answer.json().await.expect("json");
    if good {
        return Ok(value);
    }
    let kind = value["type"].as_str().expect("type");
    Err(kind.trim_start_matches("urn:qalam:problem:").to_owned())
}
