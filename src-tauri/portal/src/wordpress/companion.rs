//! What a site with the companion plugin gets beyond the contract: the rendered text beside the release.
//!
//! The release and its approval go as at any portal of the contract, byte for byte. A WordPress has no Markdown engine,
//! so the desk's own rendering travels along; addresses of files stand in it as [`placeholder`]s, which the plugin
//! replaces as the files come in.

use std::collections::BTreeMap;

use qalam_content::body::draft_refs;
use serde_json::{Map, Value};

use super::{
    html::render,
    put::{read, release_files},
};
use crate::http::Trouble;

/// Stands in a text for the address of a file. The name can never exist (RFC 2606).
#[must_use]
pub fn placeholder(sha256: &str) -> String {
    format!("https://qalam.invalid/{sha256}")
}

/// Stands in a text for the page of another piece; the plugin finds the page whenever the text is shown.
fn page_of(draft: &str) -> String {
    format!("https://qalam.invalid/draft/{draft}")
}

/// The contract's body with the rendering of each language version added.
///
/// # Errors
/// When the body is not the contract's.
pub fn with_rendering(draft: &str, body: &[u8]) -> Result<Vec<u8>, Trouble> {
    let (release, _) = read(draft, body)?;
    let files: BTreeMap<String, String> = release_files(&release)
        .into_iter()
        .map(|sha256| {
            let address = placeholder(&sha256);
            (sha256, address)
        })
        .collect();
    let rendered: Map<String, Value> = release
        .languages
        .iter()
        .map(|(lang, version)| {
            let pages = draft_refs(&version.body)
                .into_iter()
                .map(|draft| (draft.clone(), page_of(&draft)))
                .collect();
            let text = render(&release, lang, version, &files, &pages).text;
            (lang.clone(), Value::from(text))
        })
        .collect();
    let mut put: Map<String, Value> = serde_json::from_slice(body).unwrap_or_default();
    put.insert("rendered".to_owned(), Value::Object(rendered));
    Ok(serde_json::to_vec(&put).unwrap_or_default())
}
