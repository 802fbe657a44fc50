//! Taking receipts along, and taking them back.

use std::{
    io::{self, Write as _},
    path::Path,
};

use qalam_desk::{
    Desk,
    error::{Code, Error, Failure, Result},
    packages::{ImportedReceipts, PackageAnswer, Word, courier_keys},
    secrets::Secrets,
};

use super::{
    keys::DeskKeys,
    read_small,
    receipts::{
        Answers, Bundle, Bundles, FAMILY, FORMAT, ItemAnswer, Unusable, is_signed_by, unseal,
    },
};
use crate::{contract::wire::ProblemBody, http::trouble_of_problem};

/// No file of receipts is longer.
const MAX_FILE: u64 = 512 * 1024 * 1024;

/// Writes the sealed receipts of all packages this desk took along into the new file `to`. Gives their number.
///
/// # Errors
/// [`Code::NoReceipts`], [`Code::TargetNotEmpty`], and what the disk fails with.
pub fn write_receipts(desk: &Desk, to: &Path) -> Result<usize> {
    let bundles = desk
        .packages_receipts()?
        .iter()
        .map(|text| serde_json::from_str(text))
        .collect::<std::result::Result<Vec<Bundle>, _>>()?;
    let count = bundles.len();
    let text = serde_json::to_vec(&Bundles {
        format: FORMAT.to_owned(),
        bundles,
    })?;
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::AlreadyExists => Error::new(Code::TargetNotEmpty).with("path", to.display()),
        _ => Error::io(source, to),
    };
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut early =
        tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).map_err(failed)?;
    early
        .write_all(&text)
        .and_then(|()| early.as_file().sync_all())
        .map_err(failed)?;
    early
        .persist_noclobber(to)
        .map_err(|refused| failed(refused.error))?;
    Ok(count)
}

/// Takes receipts back: what the portal says of this desk's packages goes to the outbox. Receipts of other desks are
/// passed over; damaged ones are named and nothing of them is believed. The same file again changes nothing.
///
/// # Errors
/// [`Code::ReceiptsInvalid`], [`Code::ReceiptsVersion`]; [`Code::ReceiptsForeign`] when all are for other desks;
/// [`Code::ReceiptsAltered`] when none could be used; what desk and secrets fail with.
pub fn import(desk: &Desk, secrets: &dyn Secrets, file: &Path) -> Result<ImportedReceipts> {
    let mut bundles = read(file)?;
    // The answer to an older package would make that to a newer one doubtful, as nobody can tell then which of the two
    // came to the portal last.
    let newest_first = desk.packages_list()?.packages;
    bundles.bundles.sort_by_key(|bundle| {
        let mut packages = newest_first.iter();
        packages
            .position(|package| package.id == bundle.package)
            .unwrap_or(usize::MAX)
    });
    let keys = DeskKeys::of(desk, secrets)?;
    let mut imported = ImportedReceipts::default();
    for bundle in &bundles.bundles {
        let answers = match unseal(bundle, &keys.identity) {
            Ok(answers) => answers,
            Err(Unusable::Foreign) if desk.packages_portal(&bundle.package)?.is_none() => {
                imported.foreign += 1;
                continue;
            }
            Err(Unusable::Foreign) => {
                imported
                    .problems
                    .push(altered(bundle).detail("sealed bytes"));
                continue;
            }
            Err(Unusable::Altered(detail)) => {
                imported.problems.push(altered(bundle).detail(detail));
                continue;
            }
        };
        let Some(portal) = signer(desk, bundle)? else {
            imported.problems.push(altered(bundle).detail("signature"));
            continue;
        };
        let recorded = desk.packages_record(answer_of(answers, portal))?;
        imported.packages += 1;
        imported.unknown = imported.unknown.saturating_add(recorded.unknown);
        imported.entries.extend(recorded.entries);
    }
    if imported.packages == 0 {
        if let Some(problem) = imported.problems.first() {
            let mut error = Error::new(Code::ReceiptsAltered).because(problem.detail.clone());
            error.params.clone_from(&problem.params);
            return Err(error);
        }
        return Err(Error::new(Code::ReceiptsForeign).with("file", file.display()));
    }
    Ok(imported)
}

fn altered(bundle: &Bundle) -> Failure {
    let package: String = bundle.package.chars().take(64).collect();
    Failure::new(Code::ReceiptsAltered).with("package", package)
}

fn read(file: &Path) -> Result<Bundles> {
    let invalid = || Error::new(Code::ReceiptsInvalid).with("file", file.display());
    let text = read_small(file, MAX_FILE)?.ok_or_else(invalid)?;
    let value: serde_json::Value = serde_json::from_slice(&text).map_err(|_| invalid())?;
    let format = value
        .get("format")
        .and_then(serde_json::Value::as_str)
        .unwrap_or_default();
    if format != FORMAT {
        return Err(match format.strip_prefix(FAMILY) {
            Some(version) => Error::new(Code::ReceiptsVersion)
                .with("file", file.display())
                .with("version", version.chars().take(20).collect::<String>()),
            None => invalid(),
        });
    }
    serde_json::from_value(value).map_err(|_| invalid())
}

/// The id here of the portal that signed an answer: the one the package was made for, by the key it had then or has now;
/// for a package this desk does not remember (its backup is older) any portal whose key fits.
fn signer(desk: &Desk, bundle: &Bundle) -> Result<Option<String>> {
    let made_for = desk.packages_portal(&bundle.package)?;
    if let Some((portal, verify)) = &made_for
        && is_signed_by(bundle, verify)
    {
        return Ok(Some(portal.clone()));
    }
    Ok(desk
        .portals_list()?
        .into_iter()
        .filter(|row| {
            made_for
                .as_ref()
                .is_none_or(|(portal, _)| *portal == row.id)
        })
        .find(|row| courier_keys(row).is_some_and(|keys| is_signed_by(bundle, &keys.verify)))
        .map(|row| row.id))
}

fn answer_of(answers: Answers, portal: String) -> PackageAnswer {
    PackageAnswer {
        package: answers.package,
        portal,
        words: answers
            .items
            .into_iter()
            .map(|item| {
                let (draft, release) = (item.draft.clone(), item.release.clone());
                (draft, release, word(item))
            })
            .collect(),
    }
}

fn word(item: ItemAnswer) -> Word {
    if let Some(stored) = item.stored {
        return Word::Stored {
            etag: stored.etag,
            remote_id: stored.id,
            url: stored.url,
            missing: stored.missing,
            receipt: stored.receipt.map(Into::into),
        };
    }
    refusal(&item.problem.unwrap_or_else(ProblemBody::nothing))
}

/// A problem in an answer means what it would have meant on the wire.
fn refusal(problem: &ProblemBody) -> Word {
    let trouble = trouble_of_problem(problem);
    match trouble.class {
        crate::http::Class::Conflict => Word::Conflict(trouble.failure),
        _ => Word::Refused(trouble.failure),
    }
}
