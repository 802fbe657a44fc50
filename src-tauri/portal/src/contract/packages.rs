//! `/v1/packages`: handing in a courier package whose file was uploaded.

use qalam_desk::error::{Code, Failure};
use secrecy::SecretString;

use super::{Contract, wire::SubmitPackage};
use crate::{
    http::{Ask, Class, Method, Payload, Trouble},
    packages::receipts::{Bundle, FORMAT},
};

/// What the portal says to a package.
#[derive(Clone, Debug, PartialEq)]
pub enum Submitted {
    /// It was read, now or before; the sealed answer.
    Answered(Bundle),
    /// The portal is reading it; to be asked again.
    Reading,
    /// The portal lacks the file.
    Missing,
}

impl Contract {
    /// Hands in a package by the hash of its file. The same package again, from anybody, gets the same answer, whether
    /// or not the portal still has the file.
    ///
    /// # Errors
    /// A refused package by its own code (`package_altered` and the like); all failures of the way.
    pub async fn submit_package(
        &self,
        token: &SecretString,
        sha256: &str,
    ) -> Result<Submitted, Trouble> {
        let body = serde_json::to_vec(&SubmitPackage {
            sha256: sha256.to_owned(),
        })
        .unwrap_or_default();
        let mut ask = Ask::new(Method::POST, self.url("v1/packages")?)
            .header("content-type", "application/json");
        ask.token = Some(token.clone());
        ask.payload = Payload::Bytes(body.into());
        let answer = self.ask(ask).await?;
        if answer.status.as_u16() == 202 && !answer.is_page() {
            return Ok(Submitted::Reading);
        }
        let bundle = self.read::<Bundle>(&answer);
        match bundle {
            Ok(bundle) if bundle.format == FORMAT && bundle.package_sha256 == sha256 => {
                Ok(Submitted::Answered(bundle))
            }
            Ok(_) => Err(Trouble::retry(
                Failure::new(Code::BadAnswer).with("detail", "receipts of another package"),
            )),
            Err(trouble) => named(trouble),
        }
    }
}

/// Problems of packages have the names of our own codes.
fn named(mut trouble: Trouble) -> Result<Submitted, Trouble> {
    let Some(problem) = trouble.problem.as_deref() else {
        return Err(trouble);
    };
    if problem == "package_missing" {
        return Ok(Submitted::Missing);
    }
    if problem.starts_with("package_")
        && let Ok(code) = problem.parse::<Code>()
    {
        let params = std::mem::take(&mut trouble.failure.params);
        trouble.failure = Failure::new(code).detail(&trouble.failure.detail);
        trouble.failure.params = params;
        trouble.class = Class::Refused;
    }
    Err(trouble)
}
