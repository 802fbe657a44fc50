//! How a decision stands before anybody takes it: who signed, how many are needed, whether the person
//! at this desk may, and if not, why.

use qalam_proof::decision::Act;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::may::{self, Asked};
use super::{handed_in, proof, read_release, store};
use crate::db::ReadTx;
use crate::desk::Desk;
use crate::drafts::{self, Rendered};
use crate::error::{Code, Error, Failure, Result};
use crate::id;
use crate::keys::{self, KeyRow};
use crate::profile::{self, Role};

/// A signature under an approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Signed {
    /// The name in the statement.
    pub name: String,
    /// What the two of them compare by telephone.
    pub fingerprint: String,
    /// When, by the clock of that desk.
    pub at: String,
    /// The comment, or the reason for the urgent path; may be empty.
    pub words: String,
    /// A rule of the house was set aside.
    pub urgent: bool,
    /// The key is this desk's.
    pub ours: bool,
}

/// How the decision about a draft's newest release stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Standing {
    /// SHA-256 of the release.
    pub release: String,
    /// How many keys must approve.
    #[ts(type = "number")]
    pub needed: u64,
    /// The approvals that count, in order.
    pub signed: Vec<Signed>,
    /// The key an approval at this desk would be signed with; none before the first one is made.
    pub key: Option<KeyRow>,
    /// The rule against an approval by the person at this desk.
    pub refused: Option<Failure>,
    /// The house lets one approver set that rule aside, with a reason.
    pub urgent: bool,
    /// The approval of this person would not be enough: further signatures are needed after it.
    #[ts(type = "number")]
    pub missing: u64,
    /// The piece is another desk's, here for a decision only: the decision travels back in a file.
    pub guest: bool,
}

/// One language of a release, as readers will see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseText {
    /// Title.
    pub title: String,
    /// Summary.
    pub summary: String,
    /// Body.
    pub body: Rendered,
}

impl Desk {
    /// The very text a draft's newest release holds in a language, whatever the draft says by now.
    /// `picture` gives the address of an attached picture.
    ///
    /// # Errors
    /// [`Code::NotHandedIn`] for a draft without a release, [`Code::LanguageMissing`],
    /// [`Code::DeskDamaged`].
    pub fn review_text(
        &self,
        draft: &str,
        lang: &str,
        picture: &dyn Fn(&str) -> Option<String>,
    ) -> Result<ReleaseText> {
        let draft = id::parse(draft)?;
        let release = self.read(|read| {
            let row = handed_in(read, &draft)?;
            read_release(read, &row.hash)
        })?;
        let text = release.languages.get(lang).ok_or_else(|| {
            Error::new(Code::LanguageMissing)
                .with("lang", lang)
                .with("draft", &draft)
        })?;
        Ok(ReleaseText {
            title: text.title.clone(),
            summary: text.summary.clone(),
            body: drafts::rendered_body(&text.body, lang, picture),
        })
    }

    /// How the decision about a draft's newest release stands. Nothing is made or asked for.
    ///
    /// # Errors
    /// [`Code::NotHandedIn`] for a draft without a release; [`Code::DeskDamaged`].
    pub fn review_standing(&self, draft: &str) -> Result<Standing> {
        let draft = id::parse(draft)?;
        self.read(|read| standing(read, &draft))
    }
}

fn standing(read: &ReadTx<'_>, draft: &str) -> Result<Standing> {
    drafts::open_in(read, draft)?;
    let row = handed_in(read, draft)?;
    let house = crate::settings::approval_in(read)?;
    let role = profile::current(read)?.map_or(Role::Author, |by| by.role);
    let approvals = proof::approvals_now(read, &row.hash)?;
    let key = keys::store::all(read)?
        .into_iter()
        .map(|kept| kept.row)
        .rfind(|key| key.ours && key.ended.is_empty());
    let id = key.as_ref().map_or("", |key| key.id.as_str());
    let needed = house.needed(&read_release(read, &row.hash)?.content_type);
    let mut asked = Asked {
        act: Act::Approve,
        role,
        state: Some(row.state),
        own: keys::store::handed_in(read, draft, id)?,
        signed: approvals.iter().any(|(one, _)| one.key == id),
        approvals: approvals.len() as u64,
        needed,
        urgent: false,
        words: "",
    };
    let refused = may::may(&asked, &house).err();
    asked.urgent = true;
    // Whether the urgent path would do is asked with a reason; the person gives the real one.
    asked.words = "-";
    let urgent = may::may(&asked, &house).is_ok_and(|granted| granted.urgent);
    let mut signed = Vec::new();
    for (one, _) in approvals {
        let kept = keys::store::find(read, &one.key)?.map(|kept| kept.row);
        signed.push(Signed {
            name: one.name,
            fingerprint: kept
                .as_ref()
                .map(|row| row.fingerprint.clone())
                .unwrap_or_default(),
            at: one.at,
            words: one.words,
            urgent: one.urgent,
            ours: kept.is_some_and(|row| row.ours),
        });
    }
    Ok(Standing {
        needed,
        missing: needed.saturating_sub(signed.len() as u64 + 1),
        refused: refused.map(|code: Code| Failure::new(code).with("draft", draft)),
        urgent,
        signed,
        key,
        guest: store::is_guest(read, draft)?,
        release: row.hash,
    })
}
