//! Comments going along with a decision, and coming in with one.

use qalam_proof::canonical;
use qalam_proof::comments::{COMMENTS_FORMAT, Comments};
use qalam_proof::decision::{Act, Decision};

use super::{changed, store};
use crate::db::{ReadTx, WriteTx};
use crate::error::{Error, Result};

/// What waits at this desk to go with a decision: its hash and its bytes. Whoever hands in or decides
/// gives answers, whoever decides gives comments as well.
pub(in crate::review) fn bundle(
    read: &ReadTx<'_>,
    act: Act,
    draft: &str,
    release: &str,
) -> Result<Option<(String, Vec<u8>)>> {
    let comments = match act {
        Act::Withdraw => return Ok(None),
        Act::Submit => Vec::new(),
        Act::Approve | Act::Return => store::waiting(read, draft)?,
    };
    let answers = store::waiting_answers(read, draft)?;
    if comments.is_empty() && answers.is_empty() {
        return Ok(None);
    }
    let bytes = Comments {
        format: COMMENTS_FORMAT.to_owned(),
        draft: draft.to_owned(),
        release: release.to_owned(),
        comments,
        answers,
    }
    .to_bytes()
    .map_err(|fault| Error::internal(fault.to_string()))?;
    Ok(Some((canonical::hash(&bytes), bytes)))
}

/// Notes that what waited went with a decision; `proof` is the hash of the signed statement, empty
/// for one that nobody signed.
pub(in crate::review) fn give(
    tx: &WriteTx<'_>,
    act: Act,
    draft: &str,
    proof: &str,
    bundle: Option<&(String, Vec<u8>)>,
) -> Result<()> {
    let Some((hash, bytes)) = bundle else {
        return Ok(());
    };
    store::put_document(tx, hash, bytes)?;
    store::give_answers(tx, draft, proof)?;
    if act != Act::Submit {
        store::give(tx, draft, proof)?;
    }
    changed(tx, draft);
    Ok(())
}

/// Takes in what came with a decision that was verified. Comments known here stay as they are.
pub(in crate::review) fn take(
    tx: &WriteTx<'_>,
    decision: &Decision,
    proof: &str,
    documents: &[Vec<u8>],
) -> Result<()> {
    let named = |bytes: &&Vec<u8>| canonical::hash(bytes) == decision.comments;
    let Some(bytes) = documents.iter().find(named) else {
        return Ok(());
    };
    let Ok(read) = Comments::from_bytes(bytes) else {
        return Ok(());
    };
    store::put_document(tx, &decision.comments, bytes)?;
    let from = store::From {
        draft: &decision.draft,
        release: &decision.release,
        name: &decision.name,
        at: &decision.at,
        decision: Some(proof),
    };
    for comment in &read.comments {
        store::put(tx, comment, &from)?;
    }
    for answer in &read.answers {
        store::put_answer(tx, answer, &from)?;
    }
    changed(tx, &decision.draft);
    Ok(())
}
