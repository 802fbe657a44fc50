//! Failures of the desk: rich inside, one small [`Code`] outside.
//!
//! A code exists only where somebody acts on it: a screen that offers a next step, a command that
//! ends with a certain exit class, a courier that decides to wait. The sentence for a code lives
//! in `ui/locales`; here are only the code and the parameters the sentence needs.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use qalam_content::kind::Finding;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a failing operation of the desk returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Which kind of answer a failure is; decides the exit code of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The caller asked for something that makes no sense (exit 2).
    Usage,
    /// A rule of the trade refused it (exit 3).
    Rule,
    /// The portal was not reached or did not do its part (exit 4).
    Portal,
    /// The store is locked, damaged, full or unreadable (exit 5).
    Store,
    /// Anything else (exit 1).
    Other,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $class:ident;)*) => {
        /// The stable name of a failure, as it crosses to the screens and the command line.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
        pub enum Code {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl Code {
            /// Every code, in the order of their declaration.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The code as it is written in JSON and in the message files.
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text,)* }
            }

            /// Which kind of answer this failure is.
            pub const fn class(self) -> Class {
                match self { $(Code::$name => Class::$class,)* }
            }
        }
    };
}

codes! {
    // What was asked makes no sense.
    /// An argument is missing or has the wrong shape: `name`.
    BadArgument = "bad_argument", Usage;
    /// No command of this name: `name`.
    UnknownCommand = "unknown_command", Usage;
    /// An id that is not a UUIDv7 in lower case: `id`.
    BadId = "bad_id", Usage;
    /// A hash that is not 64 lower-case hex digits: `hash`.
    BadHash = "bad_hash", Usage;
    /// A language tag that is not BCP 47: `lang`.
    BadLanguage = "bad_language", Usage;
    /// A list cursor this desk did not make.
    BadCursor = "bad_cursor", Usage;
    /// A portal address that cannot be used: `url`.
    BadUrl = "bad_url", Usage;
    /// No content type of this name: `type`.
    UnknownType = "unknown_type", Usage;
    /// The content type has no such field: `field`.
    UnknownField = "unknown_field", Usage;
    /// No thematic area of this id: `area`.
    UnknownArea = "unknown_area", Usage;
    /// No setting of this name, or a value it cannot take: `key`.
    UnknownSetting = "unknown_setting", Usage;
    /// No state or institution of this code: `owner`.
    UnknownOwner = "unknown_owner", Usage;
    /// Nothing with this id: `kind`, `id`.
    NotFound = "not_found", Usage;
    /// A path that does not exist or is not a file or folder: `path`.
    PathNotFound = "path_not_found", Usage;
    /// A folder, a pipe or a device where a file is wanted: `path`.
    NotAFile = "not_a_file", Usage;
    /// A file where a folder is wanted: `path`.
    NotAFolder = "not_a_folder", Usage;
    /// No portal of this name: `portal`.
    UnknownPortal = "unknown_portal", Usage;

    // A rule refused it.
    /// The text was changed meanwhile: `draft`, `lang`, and the revisions `yours`, `theirs`, `base`.
    Conflict = "conflict", Rule;
    /// The profile has not been filled in yet.
    NoProfile = "no_profile", Rule;
    /// Errors stand in the way of a review: `count`; the findings travel along.
    NotReady = "not_ready", Rule;
    /// This person's role does not allow it: `role`.
    NotApprover = "not_approver", Rule;
    /// The draft was never handed in, so there is nothing to check, carry or print yet: `draft`.
    NotHandedIn = "not_handed_in", Rule;
    /// The words a comment is about are not in the text any more: `quote`.
    QuoteGone = "quote_gone", Rule;
    /// A suggestion that spans more than words of one block: it is put in by hand.
    SuggestionByHand = "suggestion_by_hand", Rule;
    /// The piece has comments that go with a decision of its own, so it is not approved with others:
    /// `draft`.
    CommentsWaiting = "comments_waiting", Rule;
    /// A package that was sealed to somebody else: `file`.
    SealedForOther = "sealed_for_other", Rule;
    /// The card of a person names nothing a package could be sealed to: `name`.
    KeyCannotSeal = "key_cannot_seal", Rule;
    /// A scan of a signed sheet that is no PDF and no picture: `name`.
    ScanType = "scan_type", Rule;
    /// A sheet of which not all was read, so that what was read is not given back in its place.
    SheetCut = "sheet_cut", Rule;
    /// The comment went with a decision and stays.
    CommentGiven = "comment_given", Rule;
    /// The release is not the one in review: `release`.
    NotInReview = "not_in_review", Rule;
    /// Nothing changed since the release that is already approved: `release`.
    NothingChanged = "nothing_changed", Rule;
    /// There is no release that could be withdrawn.
    NothingToWithdraw = "nothing_to_withdraw", Rule;
    /// The release was already approved and can no longer be returned: `release`.
    AlreadyApproved = "already_approved", Rule;
    /// A reason must be given.
    ReasonNeeded = "reason_needed", Rule;
    /// The draft lies in the trash: `draft`.
    DraftTrashed = "draft_trashed", Rule;
    /// A release of the draft is on its way to a portal: `draft`.
    DraftSending = "draft_sending", Rule;
    /// A release of the draft waits for a decision: `draft`.
    DraftInReview = "draft_in_review", Rule;
    /// The draft already has this language: `lang`.
    LanguageExists = "language_exists", Rule;
    /// The draft does not have this language: `lang`.
    LanguageMissing = "language_missing", Rule;
    /// A title longer than the limit, in characters: `limit`, `length`.
    TitleTooLong = "title_too_long", Rule;
    /// A summary longer than the limit, in characters: `limit`, `length`.
    SummaryTooLong = "summary_too_long", Rule;
    /// A body longer than the limit, in characters: `limit`, `length`.
    BodyTooLong = "body_too_long", Rule;
    /// The fields of a draft exceed the limit in bytes: `limit`, `length`.
    FieldsTooLarge = "fields_too_large", Rule;
    /// The editor's document cannot be understood: `detail`.
    BadDocument = "bad_document", Rule;
    /// A file larger than the limit in bytes: `name`, `limit`, `length`.
    FileTooLarge = "file_too_large", Rule;
    /// An empty file: `name`.
    FileEmpty = "file_empty", Rule;
    /// A file that cannot be read as what it claims to be: `name`.
    FileUnreadable = "file_unreadable", Rule;
    /// The format of a file cannot be imported yet: `name`, `format`.
    FormatNotSupportedYet = "format_not_supported_yet", Rule;
    /// A picture of a kind that cannot be shown: `name`, `mime`.
    PictureNotSupported = "picture_not_supported", Rule;
    /// More attachments than a draft may hold: `limit`.
    TooManyAttachments = "too_many_attachments", Rule;
    /// The picture is still used in the text: `name`, `lang`.
    AttachmentInText = "attachment_in_text", Rule;
    /// The publication is attached to drafts: `count`.
    PublicationAttached = "publication_attached", Rule;
    /// A value a publication cannot take: `field`.
    BadValue = "bad_value", Rule;
    /// The value was changed since the person saw it: `field`, `value` as it is now.
    ValueChanged = "value_changed", Rule;
    /// Another job already works on these files: `job`.
    JobRunning = "job_running", Rule;
    /// No portal is set up yet.
    NoPortal = "no_portal", Rule;
    /// A portal of this name exists already: `portal`.
    PortalExists = "portal_exists", Rule;
    /// The practice portal cannot be removed.
    PracticePortalStays = "practice_portal_stays", Rule;
    /// The entry is being sent and cannot be changed now: `entry`.
    EntrySending = "entry_sending", Rule;
    /// The portal already confirmed the entry: `entry`.
    EntryDelivered = "entry_delivered", Rule;
    /// The entry cannot be sent again as it is: `entry`, `state`.
    EntryNotRetryable = "entry_not_retryable", Rule;
    /// Parts of a conflict on which nobody decided: `count`, `parts`.
    NotDecided = "not_decided", Rule;
    /// The query holds nothing to search for.
    EmptyQuery = "empty_query", Rule;
    /// The secrets are locked; a passphrase is needed.
    SecretsLocked = "secrets_locked", Rule;
    /// The passphrase does not open the secrets.
    WrongPassphrase = "wrong_passphrase", Rule;
    /// The passphrase does not open the desk.
    DeskPassphraseWrong = "desk_passphrase_wrong", Rule;
    /// The lines on paper are those of another desk, or older ones of this.
    DeskPaperOther = "desk_paper_other", Rule;
    /// A passphrase that is soon guessed: `least` characters.
    PassphraseShort = "passphrase_short", Rule;
    /// The desk has no lock.
    DeskNotLocked = "desk_not_locked", Rule;
    /// The desk has a lock already.
    DeskAlreadyLocked = "desk_already_locked", Rule;
    /// There is no place where secrets can be kept.
    NoSecretStore = "no_secret_store", Rule;
    /// The portal needs a password or token and none is kept: `portal`.
    SecretMissing = "secret_missing", Rule;
    /// The place to write to is not empty: `path`.
    TargetNotEmpty = "target_not_empty", Rule;
    /// No proxy can be at this address (`url`).
    BadProxy = "bad_proxy", Usage;
    /// Four eyes: the key that handed the piece in cannot approve it: `draft`, `key`.
    OwnDraft = "own_draft", Rule;
    /// The piece is another desk's, here for a decision only: `draft`.
    GuestDraft = "guest_draft", Rule;
    /// This key approved the release already; another one is needed: `draft`, `key`.
    AlreadySigned = "already_signed", Rule;
    /// The house has no urgent path: `draft`.
    UrgentNotAllowed = "urgent_not_allowed", Rule;
    /// No key of this name: `key`.
    UnknownKey = "unknown_key", Usage;
    /// A key of this name is in use: `key`.
    KeyExists = "key_exists", Rule;
    /// The private half of the key is not where this desk keeps its secrets: `key`.
    KeyGone = "key_gone", Rule;
    /// The key has ended: `key`.
    KeyEnded = "key_ended", Rule;
    /// Bytes that present or end no key, or are not signed by who may say so.
    KeyInvalid = "key_invalid", Rule;
    /// A line of a key on paper was misread: `line`, from 1.
    PaperMisread = "paper_misread", Rule;
    /// Lines of a key on paper are missing, or there are too many.
    PaperIncomplete = "paper_incomplete", Rule;
    /// The lines on paper are not those of this key: `key`.
    PaperOther = "paper_other", Rule;
    /// The key is not trusted on this desk: `name`, `fingerprint`.
    KeyUntrusted = "key_untrusted", Rule;
    /// A package whose contents do not hold together: `file`, `check`.
    ProofBroken = "proof_broken", Rule;
    /// A file that is no review package, or not all of one: `file`.
    ReviewPackageInvalid = "review_package_invalid", Rule;
    /// A review package that is not as it was sealed: `file`.
    ReviewPackageAltered = "review_package_altered", Rule;
    /// It was signed at a time that has not come yet: `name`, `at`.
    SignedAhead = "signed_ahead", Rule;
    /// The audit trail is not as it was written: `entry`, its number and how it shows.
    TrailBroken = "trail_broken", Store;
    /// This system keeps no services for a person, or not for this program.
    ServiceUnavailable = "service_unavailable", Rule;

    // Courier packages and hand-overs.
    /// Nothing approved waits for this portal, or none of what was named does: `portal`.
    NothingToExport = "nothing_to_export", Rule;
    /// The portal's key for packages is not known here, or it takes none: `portal`.
    CourierKeyMissing = "courier_key_missing", Rule;
    /// A file that names no keys of a portal: `file`.
    CourierKeyInvalid = "courier_key_invalid", Rule;
    /// The piece does not fit into the package beside the others: `name`, `limit`.
    PackageFull = "package_full", Rule;
    /// A file that is no courier package: `file`.
    PackageInvalid = "package_invalid", Rule;
    /// A package of a version this program does not know: `file`, `version`.
    PackageVersion = "package_version", Rule;
    /// The end of the package is missing: `file`.
    PackageTruncated = "package_truncated", Rule;
    /// The package is not as it was signed: `file`.
    PackageAltered = "package_altered", Rule;
    /// Other bytes arrived under the name of a package before: `package`.
    PackageReplayed = "package_replayed", Rule;
    /// The portal knows neither the key nor the account of the package: `package`.
    PackageKeyUnknown = "package_key_unknown", Rule;
    /// The package is for another portal: `file`, `url`.
    PackageOtherPortal = "package_other_portal", Rule;
    /// The package or a part of it is larger than the limit: `file`, `limit`.
    PackageTooLarge = "package_too_large", Rule;
    /// A file that holds no receipts: `file`.
    ReceiptsInvalid = "receipts_invalid", Rule;
    /// Receipts of a version this program does not know: `file`, `version`.
    ReceiptsVersion = "receipts_version", Rule;
    /// The receipts are not as the portal signed them: `package`.
    ReceiptsAltered = "receipts_altered", Rule;
    /// The receipts are for other desks: `file`.
    ReceiptsForeign = "receipts_foreign", Rule;
    /// No delivered package waits for its receipts to be taken back.
    NoReceipts = "no_receipts", Rule;
    /// No approved piece is left to hand over.
    NothingToHandOver = "nothing_to_hand_over", Rule;
    /// A folder that is no hand-over: `path`.
    HandoverInvalid = "handover_invalid", Rule;
    /// A file of the hand-over is missing or not as it was written: `path`.
    HandoverDamaged = "handover_damaged", Rule;
    /// A file alone exceeds the size the hand-over was to keep to: `name`, `limit`.
    HandoverFileTooLarge = "handover_file_too_large", Rule;

    // The portal was not reached or refused.
    /// This machine has no link at all.
    NoLink = "no_link", Portal;
    /// A login page of the network answered in the portal's place.
    CaptivePortal = "captive_portal", Portal;
    /// The portal's name could not be looked up: `host`.
    NameLookup = "name_lookup", Portal;
    /// The proxy did not let the request through: `proxy`.
    Proxy = "proxy", Portal;
    /// The proxy wants a login: `proxy`.
    ProxyLogin = "proxy_login", Portal;
    /// The portal's certificate is not trusted: `host`.
    Certificate = "certificate", Portal;
    /// This machine's clock is too far off to judge a certificate by: `host`.
    ClockWrong = "clock_wrong", Portal;
    /// The portal was not reached: `host`.
    PortalNotReached = "portal_not_reached", Portal;
    /// The portal is down or answers with its own failure: `status`.
    PortalDown = "portal_down", Portal;
    /// The portal stopped answering.
    Timeout = "timeout", Portal;
    /// The time somebody gave for sending was over before everything had arrived.
    TimeOver = "time_over", Portal;
    /// The connection broke in the middle.
    ConnectionCut = "connection_cut", Portal;
    /// The portal does not accept the name or password.
    Credentials = "credentials", Portal;
    /// The account may not do this on the portal.
    Rights = "rights", Portal;
    /// The portal does not take files this large: `name`, `limit`.
    TooLargeForPortal = "too_large_for_portal", Portal;
    /// The portal does not take this kind of file: `name`, `mime`.
    TypeRefused = "type_refused", Portal;
    /// The portal asked to come back later: `seconds`.
    TooManyRequests = "too_many_requests", Portal;
    /// The portal confirmed another release than the one sent: `ours`, `theirs`.
    ReceiptDiffers = "receipt_differs", Portal;
    /// The portal was asked to take a piece down and has not done it yet.
    WithdrawalPending = "withdrawal_pending", Portal;
    /// The portal signs its receipts, and what it answered is not what it signed.
    ReceiptUnproven = "receipt_unproven", Portal;
    /// The portal's copy of a file differs from ours: `sha256`.
    FileDiffers = "file_differs", Portal;
    /// The portal lost what it had been sent of a file: `sha256`.
    UploadForgotten = "upload_forgotten", Portal;
    /// The portal did not accept the approval.
    ApprovalRejected = "approval_rejected", Portal;
    /// The portal refused the piece: `detail`.
    PortalRefused = "portal_refused", Portal;
    /// The piece was changed on the portal meanwhile: `etag`.
    ChangedOnPortal = "changed_on_portal", Portal;
    /// What answered is not a portal this program knows: `url`.
    NotAPortal = "not_a_portal", Portal;
    /// The portal's answer could not be understood: `detail`.
    BadAnswer = "bad_answer", Portal;
    /// The portal stored something else than was sent: `lang`, `part`, `ours`, `theirs`, `url`.
    PortalChangedText = "portal_changed_text", Portal;
    /// The WordPress site offers no application passwords, so nobody can log in: `url`.
    AppPasswordsOff = "app_passwords_off", Portal;

    // The store.
    /// The desk was made by a newer version: `version`, `known`.
    DeskNewer = "desk_newer", Store;
    /// Another program works on the desk and did not let go in time.
    DeskBusy = "desk_busy", Store;
    /// The desk is locked and wants its passphrase.
    DeskLocked = "desk_locked", Store;
    /// Too many wrong passphrases one after the other: `seconds` until the next try.
    UnlockPaused = "unlock_paused", Store;
    /// The database is damaged: `detail`.
    DeskDamaged = "desk_damaged", Store;
    /// The disk is full: `file` names what could not be written.
    DiskFull = "disk_full", Store;
    /// The operating system denied access: `file`.
    AccessDenied = "access_denied", Store;
    /// The disk failed while reading or writing: `file`.
    DiskFailed = "disk_failed", Store;
    /// The bytes of a file are gone from the desk: `sha256`.
    BlobMissing = "blob_missing", Store;
    /// The bytes of a file are not what was stored: `sha256`.
    BlobDamaged = "blob_damaged", Store;
    /// The database could not be brought to this version: `version`.
    MigrationFailed = "migration_failed", Store;
    /// A file that is not a backup of a desk: `file`.
    NotABackup = "not_a_backup", Store;
    /// A database of another program stands where the desk's is looked for: `file`.
    NotADesk = "not_a_desk", Store;

    // Neither.
    /// The person or another command cancelled it.
    Cancelled = "cancelled", Other;
    /// Something that must not happen: `detail`.
    Internal = "internal", Other;
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Code {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Code::ALL
            .iter()
            .copied()
            .find(|code| code.as_str() == text)
            .ok_or(())
    }
}

/// The text of one language version at one revision, as shown when two edits met.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LanguageVersionText {
    /// The revision the text has; empty where there is none.
    pub rev: String,
    /// Language of the text (BCP 47).
    pub lang: String,
    /// The title.
    pub title: String,
    /// The summary.
    pub summary: String,
    /// The body in Markdown.
    pub body: String,
}

/// Two edits of one text that both started from the same base.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Conflict {
    /// The text that was to be stored; it is kept in the history.
    pub yours: LanguageVersionText,
    /// The text the desk holds now.
    pub theirs: LanguageVersionText,
    /// The last kept text both came from.
    pub base: LanguageVersionText,
}

/// A failed operation.
#[derive(Debug)]
pub struct Error {
    /// What failed, for whoever acts on it.
    pub code: Code,
    /// What the sentence for the code needs.
    pub params: BTreeMap<String, String>,
    /// The failure below, for logs; never shown as a sentence.
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
    /// Both texts, when the code is [`Code::Conflict`] and the texts are known.
    pub conflict: Option<Box<Conflict>>,
    /// What stands in the way, when the code is [`Code::NotReady`].
    pub findings: Vec<Finding>,
}

impl Error {
    /// A failure with nothing but its code.
    pub fn new(code: Code) -> Self {
        Self {
            code,
            params: BTreeMap::new(),
            source: None,
            conflict: None,
            findings: Vec::new(),
        }
    }

    /// The same failure with one more parameter.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl fmt::Display) -> Self {
        self.params.insert(key.to_owned(), value.to_string());
        self
    }

    /// The same failure with the failure that caused it.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Nothing of this kind has this id.
    pub fn not_found(kind: &str, id: &str) -> Self {
        Self::new(Code::NotFound).with("kind", kind).with("id", id)
    }

    /// A failure of a file operation, naming the file. A full disk and a denied access get codes
    /// of their own because a person can do something about them.
    pub fn io(source: std::io::Error, path: &Path) -> Self {
        use std::io::ErrorKind as Kind;
        let code = match source.kind() {
            Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge => Code::DiskFull,
            Kind::PermissionDenied | Kind::ReadOnlyFilesystem => Code::AccessDenied,
            Kind::NotFound => Code::PathNotFound,
            Kind::IsADirectory => Code::NotAFile,
            Kind::NotADirectory => Code::NotAFolder,
            _ => Code::DiskFailed,
        };
        let key = if code.class() == Class::Usage {
            "path"
        } else {
            "file"
        };
        Self::new(code).with(key, path.display()).because(source)
    }

    /// Opens a file for reading. What is no file is refused before it is opened: opening a pipe
    /// waits for a writer that may never come, and a device may have no end.
    ///
    /// # Errors
    /// [`Code::PathNotFound`], [`Code::NotAFile`], or what the file system may fail with.
    pub fn open_file(path: &Path) -> Result<std::fs::File> {
        let there = std::fs::metadata(path).map_err(|source| Self::io(source, path))?;
        if !there.is_file() {
            return Err(Self::new(Code::NotAFile).with("path", path.display()));
        }
        std::fs::File::open(path).map_err(|source| Self::io(source, path))
    }

    /// Something that must not happen, told for the log.
    pub fn internal(detail: impl fmt::Display) -> Self {
        Self::new(Code::Internal).with("detail", detail)
    }

    /// The technical detail below the code, for logs and diagnostics.
    pub fn detail(&self) -> String {
        match &self.source {
            Some(source) => source.to_string(),
            None => self.params.get("detail").cloned().unwrap_or_default(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        for (key, value) in &self.params {
            write!(f, " {key}={value}")?;
        }
        if let Some(source) = &self.source {
            write!(f, ": {source}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn std::error::Error + 'static))
    }
}

impl From<rusqlite::Error> for Error {
    fn from(source: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Sql;
        let (code, key) = match source.sqlite_error_code() {
            Some(Sql::DatabaseBusy | Sql::DatabaseLocked | Sql::FileLockingProtocolFailed) => {
                (Code::DeskBusy, "")
            }
            Some(Sql::DiskFull) => (Code::DiskFull, "file"),
            Some(Sql::DatabaseCorrupt | Sql::NotADatabase) => (Code::DeskDamaged, "file"),
            Some(Sql::ReadOnly | Sql::PermissionDenied | Sql::CannotOpen) => {
                (Code::AccessDenied, "file")
            }
            // A page of a locked desk that is not as it was sealed.
            Some(Sql::SystemIoFailure) if is_altered(&source) => (Code::DeskDamaged, "file"),
            Some(Sql::SystemIoFailure) => (Code::DiskFailed, "file"),
            _ => (Code::Internal, ""),
        };
        let error = Self::new(code);
        let error = match key {
            "" => error,
            key => error.with(key, crate::db::FILE_NAME),
        };
        if code == Code::Internal || code == Code::DeskDamaged {
            let detail = source.to_string();
            return error.with("detail", detail).because(source);
        }
        error.because(source)
    }
}

fn is_altered(source: &rusqlite::Error) -> bool {
    source
        .sqlite_error()
        .is_some_and(|error| error.extended_code == rusqlite::ffi::SQLITE_IOERR_DATA)
}

impl From<serde_json::Error> for Error {
    fn from(source: serde_json::Error) -> Self {
        let detail = source.to_string();
        Self::internal(detail).because(source)
    }
}

/// A failure that is remembered beside the thing that failed, and shown later.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Failure {
    /// Stable name of the failure; a [`Code`] or a code the portal gave.
    pub code: String,
    /// What the sentence for the code needs.
    pub params: BTreeMap<String, String>,
    /// Technical detail for diagnostics, without secrets.
    pub detail: String,
}

impl Failure {
    /// A failure with this code and nothing else.
    pub fn new(code: Code) -> Self {
        Self {
            code: code.as_str().to_owned(),
            ..Self::default()
        }
    }

    /// The same failure with one more parameter.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl fmt::Display) -> Self {
        self.params.insert(key.to_owned(), cut(value.to_string()));
        self
    }

    /// The same failure with a technical detail.
    #[must_use]
    pub fn detail(mut self, detail: impl fmt::Display) -> Self {
        self.detail = cut(detail.to_string());
        self
    }
}

/// What is remembered beside something that failed is read by people, and may quote what a portal said.
const MOST_SAID: usize = 2_000;

fn cut(mut said: String) -> String {
    if let Some((end, _)) = said.char_indices().nth(MOST_SAID) {
        said.truncate(end);
        said.push('…');
    }
    said
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        Self {
            code: error.code.as_str().to_owned(),
            params: error.params.clone(),
            detail: error.detail(),
        }
    }
}
