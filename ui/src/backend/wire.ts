// The shapes that cross between the window and the desk. Written by `cargo xtask types` from the Rust types;
// not edited by hand.

/** UUIDv7 in lower case. */
export type Id = string;
/** RFC 3339 in UTC, with milliseconds. */
export type Time = string;
/** BCP 47. */
export type Lang = string;
/** No arguments, or nothing to say. */
export type Empty = Record<string, never>;

/** Arguments of `attachments.add`. */
export type AddAttachments = { draft: string, publications?: Array<string>, paths?: Array<string>, role?: AttachmentRole, };

/** Arguments of `attachments.add_bytes`. */
export type AddBytes = { draft: string, name: string, base64: string, role: AttachmentRole, alt?: { [key in string]: string }, };

/** Arguments of `drafts.add_language`. */
export type AddLanguage = { draft: string, lang: string, copy_from?: string, };

/** Arguments of `portals.add`. */
export type AddPortal = { name: string, url: string,
/** Absent: what speaks at the address is found out. */
kind?: PortalKind, user?: string, secret?: string, };

/** What came of adopting a piece. */
export type Adopted = {
  /** The draft. */
  draft: Draft;
  /** Files of the piece whose bytes are not on this desk; the draft is without them. */
  left_out: Array<string>;
};

/** What a piece is compared with. */
export type Against = "nothing" | "approved" | "portal";

/** Arguments of `review.answer`. */
export type AnswerComment = { comment: string,
/** `say`, `accept`, `resolve` or `reopen`. */
act: string,
/** What is said; may be empty when something is done. */
words: string, };

/** An answer to a comment. */
export type AnswerRow = {
  /** Its id. */
  id: string;
  /** `say`, `accept`, `resolve` or `reopen`. */
  act: string;
  /** What was said; may be empty. */
  words: string;
  /** The name of who answered. */
  by: string;
  /** When, by the clock of that desk. */
  at: string;
  /** It went with a decision; before that it is known here only. */
  given: boolean;
};

/** What every screen needs to know. */
export type AppState = {
  /** Version of the program. */
  version: string;
  /** The desk's folder. */
  store: string;
  /** The person, once said. */
  profile: Profile | null;
  /** What the person chose. */
  settings: Settings;
  /** The desk is sealed on the disk and wants a passphrase. */
  locked: boolean;
  /** What kind of place holds passwords and tokens. */
  secrets: SecretsKind;
  /** Address of the practice portal, while it runs. */
  practice_url: string | null;
  /** Whether the portal is reached. */
  link: Link;
  /** How much there is to do. */
  counts: Counts;
};

/** Arguments of `review.approve`. */
export type Approve = { draft: string, release: string,
/** Label or id of the key; the newest of this desk when absent. */
key?: string,
/** A comment; the reason, on the urgent path. */
words?: string,
/** Set four eyes or a second signature aside. */
urgent?: boolean, };

/** Arguments of `review.approve_batch`. */
export type ApproveBatch = { pieces: Array<BatchPiece>,
/** Label or id of the key; the newest of this desk when absent. */
key?: string,
/** A comment. */
words?: string, };

/** How words can stand in a body. */
export type Aspect = "heading" | "list" | "block" | "direction" | "emphasis" | "link" | "picture";

/** Arguments of `review.attach_sheet`. */
export type AttachSheet = { draft: string,
/** The scan. */
path: string, };

/** A file on a draft. */
export type Attachment = {
  /** Its id. */
  id: string;
  /** The draft it hangs on. */
  draft: string;
  /** The publication it came from, if it did. */
  publication: string | null;
  /** SHA-256 of its bytes. */
  sha256: string;
  /** Its file name. */
  name: string;
  /** The true type of its bytes. */
  mime: string;
  /** How many bytes it has. */
  bytes: number;
  /** In what role it is there. */
  role: AttachmentRole;
  /** Alternative text by language. */
  alt: { [key in string]: string };
  /** Title shown to readers; may be empty. */
  title: string;
  /** Its place in the order, from 0. */
  position: number;
  /** What is sent in its place; `None` when it is sent itself, or that is not decided yet: it is when the draft is submitted. */
  sent?: SentFile;
  /** What reading it found; `None` until it was read. */
  read?: AttachmentRead;
};

/** What reading a file on a draft found. */
export type AttachmentRead = {
  /** `readable`, `scanned`, `encrypted`, `damaged` or `other`. */
  state: string;
  /** Number of pages, slides or sheets. */
  pages: number | null;
  /** What a person should know before it leaves, most serious first. */
  findings: Array<Finding>;
};

/** In what role a file hangs on a draft. */
export type AttachmentRole = "publication" | "picture" | "data" | "supplement" | "cover";

/** What was approved together. */
export type BatchApproved = {
  /** The releases, in the order they were named. */
  releases: Array<ReleaseRow>;
};

/** One piece to be approved with others. */
export type BatchPiece = { draft: string,
/** SHA-256 of the release in review. */
release: string, };

/** A piece in review, with what somebody should know before approving it together with others. */
export type BatchRow = {
  /** The draft. */
  draft: string;
  /** SHA-256 of the release in review. */
  release: string;
  /** Title in the original language. */
  title: string;
  /** Language of the original. */
  lang: string;
  /** The languages it is written in. */
  languages: Array<string>;
  /** Content type. */
  type: string;
  /** How many files it has. */
  files: number;
  /** The name of who handed it in. */
  submitted_by: string;
  /** When. */
  created_at: string;
  /** An earlier text of it was approved. */
  before: boolean;
  /** Why it cannot be approved here and now; null when it can. */
  refused: Failure | null;
  /** What is to be known: checks that were waived, warnings about files, what is missing or open. */
  findings: Array<Finding>;
  /** So many further signatures are needed after this one. */
  missing: number;
};

/** Everything in review, exceptions first. */
export type BatchTable = { rows: Array<BatchRow>, };

/** Arguments of `drafts.bring_in`. */
export type BringInFile = { path: string, type: string, lang?: string, };

/** What became of the file a draft was made from. */
export type Brought = {
  /** Name of the file. */
  name: string;
  /** Language of the version it became. */
  lang: string;
  /** What was kept, changed and left out. */
  report: ImportReport;
  /** A draft it may be a translation of. */
  same_story: SameStory | null;
  /** Which text is taken where changes were tracked. */
  taken: TrackedWish;
  /** Nobody has said yet which text is wanted. */
  asked: boolean;
};

/** What became of a file that was brought in. */
export type BroughtInFile = {
  /** The draft; null when nothing could be read. */
  draft: string | null;
  /** Why, and what there is to know. */
  problems: Array<Problem>;
  /** The language is a guess. */
  lang_unsure: boolean;
};

/** What became of the file of a draft; null when it was made otherwise. */
export type BroughtOfDraft = {
  /** The report with its questions. */
  brought: Brought | null;
};

/** What a budget covers. */
export type BudgetPeriod = "day" | "month";

/** Arguments of `publications.bundle`. */
export type BundlePublications = { publications: Array<string>, lang: string, };

/** What a command answers when it did not succeed. */
export type CallFailure = {
  /** Stable name of the failure. */
  code: string;
  /** What the sentence for the code needs. */
  params: { [key in string]: string };
  /** Technical detail, without secrets; may be empty. */
  detail: string;
  /** Both texts of a save that met a newer one; only with the code `conflict`. */
  conflict?: Conflict;
  /** What stands in the way of a review; only with the code `not_ready`. */
  findings?: Array<Finding>;
};

/** A decision in a package. */
export type Carried = {
  /** `approve` or `return`. */
  act: string;
  /** The name in the statement. */
  name: string;
  /** When, by the clock of that desk. */
  at: string;
  /** The comment or reason; may be empty. */
  words: string;
};

/** A package this desk takes to a portal for somebody else (or for itself). */
export type CarriedRow = {
  /** SHA-256 of the file. */
  sha256: string;
  /** The package's id. */
  package: string;
  /** The portal's name on this desk. */
  portal: string;
  /** Whose it is. */
  owner: string;
  /** How many pieces it says it holds. */
  entries: number;
  /** Its length in bytes. */
  bytes: number;
  /** Where it stands. */
  state: CarriedState;
  /** Why it was refused, or why it is not there yet. */
  reason: Failure | null;
  /** When it came to this state. */
  at: string;
};

/** Where a package of somebody else stands. */
export type CarriedState = "under_way" | "delivered" | "refused";

/** One cell to change. */
export type CellEdit = {
  /** The publication. */
  publication: string;
  /** The field, by its name on the wire. */
  field: string;
  /** The new value; null or an empty text takes the value away. */
  value: unknown;
  /** The value the person saw. Another one in the desk refuses the edit. */
  base?: unknown;
  /** Where the value came from, when an edit is taken back; a person otherwise. Empty: nowhere. */
  origin?: string;
};

/** One value a row changes. */
export type CellReport = {
  /** The field. */
  field: string;
  /** What the desk says. */
  before: unknown;
  /** What the row says. */
  after: unknown;
};

/** A run of words with one fate. All `same` and `removed` runs together are the old text, all `same` and `added` runs the new one. */
export type Change = {
  /** The fate. */
  kind: ChangeKind;
  /** The text with its spaces. */
  text: string;
  /** For a `same` run of a body: what changed about how it stands there. Absent when nothing did. */
  notes?: Array<Note>;
};

/** Whether a run of words stayed, came or went. */
export type ChangeKind = "same" | "added" | "removed";

/** What one write changed. */
export type Changes = {
  /** The regions that are no longer as they were. */
  topics: Array<Topic>;
  /** The drafts concerned; empty with [`Topic::Drafts`] means any draft. */
  drafts: Array<string>;
  /** The publications concerned; empty with [`Topic::Publications`] means any. */
  publications: Array<string>;
};

/** What the checks beside the text say. */
export type Checked = {
  /** What was found, the most serious first. */
  findings: Array<Finding>;
  /** Nothing stands in the way of a review. */
  ready: boolean;
};

/** Arguments of `publications.choose`. */
export type Choose = { folder: boolean, };

/** Where a new file is to be written. */
export type ChosenPlace = {
  /** The path; null when nothing was chosen. */
  path: string | null;
};

/** What a page says when its window is about to close. */
export type ClosingAnswer = "heard" | "kept" | "stay";

/** The comments on a draft. */
export type CommentList = {
  /** In the order they were written. */
  comments: Array<CommentRow>;
};

/** A comment on words of a text, with its answers. */
export type CommentRow = {
  /** Its id. */
  id: string;
  /** SHA-256 of the release it was written about. */
  release: string;
  /** The language version. */
  lang: string;
  /** `title`, `summary` or `body`. */
  place: string;
  /** The words it is about, as they were. */
  quote: string;
  /** What is said about them; may be empty beside a suggestion. */
  words: string;
  /** What should stand there instead. */
  suggestion: string | null;
  /** The name of who wrote it. */
  by: string;
  /** When, by the clock of that desk. */
  at: string;
  /** It went with a decision; before that it is known here only, and can be taken away. */
  given: boolean;
  /** How it stands. */
  state: CommentState;
  /** The answers, in order. */
  answers: Array<AnswerRow>;
  /** Where its words stand in the draft as it is now; null when they are gone. */
  in_draft: CommentStanding | null;
  /** Where they stand in the newest release; null when they are gone. */
  in_release: CommentStanding | null;
};

/** Where the words of a comment stand in a text as it is now. */
export type CommentStanding = {
  /** The words as they stand there. */
  quote: string;
  /** How many times they stand there before, compared by letters and digits alone. */
  nth: number;
  /** Where they begin, in bytes, for ordering. */
  at: number;
};

/** How a comment stands. */
export type CommentState = "open" | "accepted" | "resolved";

/** A comment that was written. */
export type CommentWritten = { comment: string, };

/** Arguments of `drafts.compare`: two kept revisions of one language version. */
export type CompareRevisions = { draft: string, from: string, to: string, };

/** Arguments of `handover.confirm`. */
export type ConfirmArgs = {
  /** The hand-over. */
  id: string;
  /** The editor has it; false takes that back. */
  has: boolean;
};

/** Two edits of one text that both started from the same base. */
export type Conflict = {
  /** The text that was to be stored; it is kept in the history. */
  yours: LanguageVersionText;
  /** The text the desk holds now. */
  theirs: LanguageVersionText;
  /** The last kept text both came from. */
  base: LanguageVersionText;
};

/** A piece whose text on a portal is not ours. */
export type ConflictView = {
  /** The draft. */
  draft: string;
  /** The portal's name. */
  portal: string;
  /** What was compared; settling names it, so that nothing is decided about another text. */
  seen: string;
  /** The portal's word for its state. */
  state: string;
  /** Where readers find it; may be empty. */
  url: string;
  /** What the portal's editor wrote; may be empty. */
  comment: string;
  /** Only the portal's text changed: nothing of ours is in question. */
  theirs_only: boolean;
  /** What both started from is known; without it everything that differs is in question. */
  has_base: boolean;
  /** The parts, with what became of each. */
  parts: Array<Part>;
  /** For the texts among the parts that differ, by key: word by word. */
  marks: { [key in string]: Marks };
};

/** How much there is to do, in pieces. */
export type Counts = {
  /** Waiting for this person. */
  needs_you: number;
  /** Waiting to be sent, or on their way. */
  waiting: number;
  /** Confirmed by a portal. */
  received: number;
};

/** Packages of this desk, and those it takes along for others. */
export type CourierList = {
  /** Of this desk, newest first. */
  packages: Array<PackageRow>;
  /** Of others, newest first. */
  carried: Array<CarriedRow>;
};

/** Arguments of `drafts.create`. */
export type CreateDraft = { type: string, lang: string, title?: string,
/** Begin with the questions a piece of this type answers. */
template?: boolean, };

/** Arguments of `publications.decline_offered`. */
export type DeclineOffered = {
  /** These; all when empty. */
  paths: Array<string>;
};

/** Arguments of `courier.deliver`. */
export type DeliverArgs = {
  /** The package. */
  file: string;
  /** The portal; else the one it is sealed to. */
  portal?: string;
};

/** How many drafts are in each group of the desk. */
export type DeskCounts = {
  /** Returned, refused, in conflict, or waiting for this person's decision. */
  needs_you: number;
  /** In work. */
  in_work: number;
  /** Waiting for somebody else or for a portal. */
  waiting: number;
  /** Received or published. */
  arrived: number;
};

/** Lines for paper, kept nowhere. */
export type DeskPaper = { lines: string, };

/** The desk as one looks at it in the morning: groups of at most 50 rows. */
export type DeskView = {
  /** Returned, refused, in conflict, or waiting for this person's decision. */
  needs_you: Array<DraftRow>;
  /** In work. */
  in_work: Array<DraftRow>;
  /** Waiting for somebody else or for a portal. */
  waiting: Array<DraftRow>;
  /** Received or published. */
  arrived: Array<DraftRow>;
  /** How many there are in each group. */
  counts: DeskCounts;
};

/** The whole way. */
export type Diagnosis = {
  /** The portal's name at the desk. */
  portal: string;
  /** Where it is. */
  url: string;
  /** When it was tried (RFC 3339 UTC, this machine's clock). */
  at: string;
  /** In the order of the way. */
  steps: Array<DiagnosisStep>;
};

/** One step on the way to a portal. */
export type DiagnosisStep = {
  /** Which. */
  step: "address" | "proxy" | "lookup" | "connection" | "tls" | "portal" | "login" | "clock" | "rate";
  /** What became of it. */
  state: StepState;
  /** How long it took, in milliseconds. */
  millis: number | null;
  /** What was found: `addresses`, `address`, `proxy`, `script` (of the network, unread), `issuer` (of the certificate), `name`, `seconds` (our clock less the portal's), `bytes_per_second`. */
  found: { [key in string]: string };
  /** Why it failed. */
  failure: Failure | null;
};

/** Arguments of `review.diff`. */
export type DiffOf = { draft: string,
/** The portal whose text it is compared with; the release approved last when absent. */
portal?: string, };

/** Writing direction of a block or a language. */
export type Direction = "ltr" | "rtl";

/** A draft with everything in it. */
export type Draft = {
  /** Its id. */
  id: string;
  /** Its content type. */
  type: string;
  /** The language of the original. */
  primary_lang: string;
  /** Where it stands. */
  state: State;
  /** Why it stands there: a code, or the words of whoever returned it. */
  reason: string | null;
  /** It overtakes others. */
  urgent: boolean;
  /** When it was made. */
  created_at: string;
  /** When it was last changed. */
  updated_at: string;
  /** It lies in the trash. */
  trashed: boolean;
  /** The base of the next change of fields, areas and urgency. */
  fields_rev: string;
  /** The fields that are the same in every language. */
  fields: Record<string, unknown>;
  /** Thematic areas, the main one first. */
  areas: Array<string>;
  /** Its language versions, the original first. */
  languages: Array<LanguageVersion>;
  /** How complete each of them is, in the same order. */
  marks: Array<LangMark>;
  /** Its files, in order. */
  attachments: Array<Attachment>;
  /** The newest release of it. */
  release: ReleaseRow | null;
  /** Why it was returned, while it is. */
  return_reason: string | null;
  /** The newest receipt of a portal for any of its releases. */
  last_delivery: ReceiptRow | null;
};

/** One page of a list of drafts. */
export type DraftPage = {
  /** The drafts, latest change first. */
  drafts: Array<DraftRow>;
  /** Where the next page begins; `None` at the end. */
  next: string | null;
};

/** A draft in a list. */
export type DraftRow = {
  /** Its id. */
  id: string;
  /** Its content type. */
  type: string;
  /** The language of the original. */
  lang: string;
  /** The title in that language. */
  title: string;
  /** The first 160 characters of the summary in that language. */
  summary: string;
  /** Its languages, the original first. */
  languages: Array<LangMark>;
  /** Where it stands. */
  state: State;
  /** While it is sent: files done and needed. */
  progress: Progress | null;
  /** When it was last changed. */
  updated_at: string;
  /** It overtakes others. */
  urgent: boolean;
  /** Why it stands there: a code, or the words of whoever returned it. */
  reason: string | null;
  /** In a list narrowed by words: the name of the file on it that has them, when none of its texts does. */
  found_in: string | null;
};

/** One kept revision. */
export type EarlierText = {
  /** The text, as it is stored. */
  text: LanguageVersion;
  /** The text, as readers would see it. */
  rendered: RenderedText;
};

/** Arguments of `publications.edit`. */
export type EditPublications = {
  /** The cells to change. */
  edits: Array<CellEdit>;
};

/** What many edits came to. */
export type Edited = {
  /** The publications as they are now, each once, in the order of the edits. */
  changed: Array<Publication>;
  /** How many cells changed. */
  cells: number;
  /** The cells that stayed as they were, and why. */
  refused: Array<RefusedEdit>;
  /** The edits that take this back. */
  undo: Array<CellEdit>;
};

/** The editor's document of one language version. */
export type EditorDocument = {
  /** The revision it is; the base of the next save. */
  rev: string;
  /** The document. */
  document: unknown;
};

/** Arguments of `keys.end`. */
export type EndKey = { key: string,
/** It is lost, or in other hands; else the person left. */
lost: boolean, };

/** Arguments of `people.enter`. */
export type EnterDesk = { id: string, passphrase?: string, };

/** How far one draft is at each portal. */
export type Entries = {
  /** The entries, open ones first. */
  entries: Array<OutboxEntry>;
};

/** What is still to be sent and how long it will take, by what was measured; waiting for a time or a person is not in it. */
export type Estimate = {
  /** Bytes that still have to leave. */
  bytes_left: number;
  /** What the link did lately; null while it is not known. */
  bytes_per_second: number | null;
  /** Seconds of sending; null while it is not known. */
  seconds: number | null;
};

/** Arguments of `courier.export`. */
export type ExportArgs = {
  /** The new file. */
  to: string;
  /** The portal; else the only one something waits for. */
  portal?: string;
  /** Only these drafts. */
  drafts?: Array<string>;
};

/** Arguments of `keys.export`: the card; of a key that ended, the statement that it did. */
export type ExportKey = { key: string, to: string, };

/** Arguments of `review.export`. */
export type ExportReview = { draft: string, to: string, words: string, files: boolean,
/** Id of the key of the only person who may open it; anybody when absent. */
reader?: string, };

/** Arguments of `sheets.export`. */
export type ExportSheet = {
  /** Where to write it. */
  to: string;
};

/** A package that was written. */
export type Exported = {
  /** `review`, `decision` or `proof`. */
  purpose: string;
  /** The draft. */
  draft: string;
  /** SHA-256 of the release. */
  release: string;
  /** Length of the file. */
  bytes: number;
  /** Names of files that are in it by their hash only. */
  absent: Array<string>;
};

/** A package that was written. */
export type ExportedPackage = {
  /** Its id. */
  id: string;
  /** The portal's name. */
  portal: string;
  /** The file. */
  file: string;
  /** SHA-256 of the file. */
  sha256: string;
  /** Its length in bytes. */
  bytes: number;
  /** What is in it. */
  entries: Array<PackedEntry>;
  /** What was left out, and why. */
  left: Array<PackedEntry>;
};

/** A failure that is remembered beside the thing that failed, and shown later. */
export type Failure = {
  /** Stable name of the failure; a [`Code`] or a code the portal gave. */
  code: string;
  /** What the sentence for the code needs. */
  params: { [key in string]: string };
  /** Technical detail for diagnostics, without secrets. */
  detail: string;
};

/** What became of a part since both sides started. */
export type Fate = "unchanged" | "ours" | "theirs" | "both" | "conflict";

/** A field that changed. */
export type FieldDiff = {
  /** Key of the field; `areas` and, for a localized one, `<key>.<lang>` included. */
  key: string;
  /** Its value before; null when it had none. */
  before: unknown;
  /** Its value now; null when it has none. */
  after: unknown;
};

/** What a change of the fields answers. */
export type FieldsSaved = {
  /** The base of the next change. */
  fields_rev: string;
  /** When it was saved. */
  at: string;
  /** Where the piece stands now. */
  state: State;
};

/** What became of a file. */
export type FileChange = "new" | "removed" | "replaced" | "described" | "same";

/** A file and what became of it. Each file of either release is in one of these. */
export type FileDiff = {
  /** Its name, the newer one. */
  name: string;
  /** What became of it. */
  change: FileChange;
  /** The file as it was; `None` of a new one. */
  before: ReleaseFile | null;
  /** The file as it is; `None` of one that was removed. */
  after: ReleaseFile | null;
};

/** Arguments of `publications.find_inside`. */
export type FindInside = { publication: string, query: string, limit: number, };

/** Arguments of `publications.find`. */
export type FindPublications = { query: string, };

/** One finding. The sentence is in the locales under `finding.<code>`. */
export type Finding = {
  /** Stable snake_case code, one of [`finding`]. */
  code: string;
  /** How serious. */
  severity: Severity;
  /** Field key: one of the registry (`title`, `summary`, `body`, `thematicAreas` ...), or `attachments` for a file. */
  field: string;
  /** The language version meant, if one. */
  lang: string | null;
  /** Values for the sentence. */
  params: { [key in string]: string };
};

/** What a search gave. */
export type Found = {
  /** The hits, best and most recent first. */
  hits: Array<Hit>;
  /** How long it took, in microseconds. */
  took_us: number;
};

/** A page of a publication that answers a query. */
export type FoundPage = {
  /** Its number; `None` in a file without pages. */
  page: number | null;
  /** Why it was found, marked as in [`Hit::snippet`]. */
  snippet: string;
};

/** Where in a publication words were found. */
export type FoundPages = {
  /** The first of them, in the order of the file. */
  pages: Array<FoundPage>;
  /** How many there are. */
  total: number;
};

/** Arguments of `sheets.give_back`. */
export type GiveBack = {
  /** The sheet. */
  file: string;
  /** What each column means. */
  mapping: Array<string | null>;
  /** Where to write it. */
  to: string;
};

/** A hand-over that was written. */
export type Handed = {
  /** The folder. */
  to: string;
  /** The pieces in it. */
  items: Array<HandedItem>;
  /** The zips; empty for a plain folder. */
  parts: Array<HandoverPart>;
  /** Files that alone exceed the size of a part. */
  problems: Array<Failure>;
};

/** A piece in a hand-over. */
export type HandedItem = {
  /** The draft. */
  draft: string;
  /** SHA-256 of the release. */
  release: string;
  /** Its title in its original language. */
  title: string;
};

/** Arguments of `handover.export`. */
export type HandoverArgs = {
  /** The new or empty folder; with `name`, any folder. */
  to: string;
  /** A new folder of this name within it takes the hand-over. */
  name?: string;
  /** Only these drafts. */
  drafts?: Array<string>;
  /** Zips of at most so many MB in place of a folder. */
  max_mb?: number;
};

/** A zip of a hand-over. */
export type HandoverPart = {
  /** Where it is. */
  file: string;
  /** Its length in bytes. */
  bytes: number;
};

/** A release that was written out for an editor to take over by hand. */
export type HandoverRow = {
  /** Its id. */
  id: string;
  /** The draft. */
  draft: string;
  /** The draft's present title in its original language. */
  title: string;
  /** SHA-256 of the release. */
  release: string;
  /** The folder it was written to last. */
  place: string;
  /** When. */
  made_at: string;
  /** When a person said that the editor has it; nothing else counts as arrived. */
  confirmed_at: string | null;
  /** Who said so. */
  confirmed_by: string | null;
};

/** The hand-overs. */
export type Handovers = {
  /** Newest first. */
  handovers: Array<HandoverRow>;
};

/** One thing found. */
export type Hit = {
  /** What it is. */
  kind: HitKind;
  /** Its id. */
  id: string;
  /** Its title. */
  title: string;
  /** Why it was found, with `\u{1}` before and `\u{2}` after each matching word. */
  snippet: string;
  /** The language it was found in, when one is known. */
  lang: string | null;
  /** The page of the file the snippet is from, when it has pages. */
  page: number | null;
  /** The name of the file on the draft that the snippet is from; `None` when it is from a text of the draft, or the hit is a publication. */
  file: string | null;
};

/** What kind of thing was found. */
export type HitKind = "draft" | "publication";

/** What a portal holds of a piece. */
export type Holds = "nothing" | "taken_down" | "ours" | "theirs" | "not_fetched";

/** The rules a ministry sets for its approvals. */
export type HouseRules = {
  /** Four eyes: the key that handed a piece in cannot approve it. */
  four_eyes: boolean;
  /** Content types that two different keys must approve. */
  two_signatures: Array<string>;
  /** In an emergency one approver may set these rules aside, with a reason that stays in the trail. */
  urgent_path: boolean;
};

/** A remark that somebody made on the margin of a document. Remarks never enter the text. */
export type ImportComment = {
  /** Who made it, as written in the file. */
  author: string;
  /** When, as written in the file, or empty. */
  at: string;
  /** What it says. */
  text: string;
  /** Whether it was marked as settled. */
  resolved: boolean;
  /** Where it stands; its words are those it is about. */
  place: ImportPlace;
};

/** What became of a part. */
export type ImportFate = "changed" | "dropped";

/** One part that did not come in as it was. */
export type ImportNote = {
  /** What became of it. */
  fate: ImportFate;
  /** What it is, one of the words in the counts. */
  what: string;
  /** Where it was. */
  place: ImportPlace;
};

/** Where in a document something was. */
export type ImportPlace = {
  /** Number of the paragraph, from 1; 0 for what belongs to the document as a whole. */
  paragraph: number;
  /** The heading above it, or empty. */
  heading: string;
  /** A few of the words there, or empty. */
  words: string;
};

/** Arguments of `courier.import`. */
export type ImportReceipts = {
  /** The receipts. */
  file: string;
};

/** What became of the parts of an imported document: counts by kind of part (`heading`, `list`, `table`, `picture`, `link`, `script` ...), and where the parts are that did not come in as they were. */
export type ImportReport = {
  /** Parts kept as they were, for example `{"heading": 3}`. */
  kept: { [key in string]: number };
  /** Parts kept in another form. */
  changed: { [key in string]: number };
  /** Parts left out. */
  dropped: { [key in string]: number };
  /** Where parts were changed or left out, in order, up to a cap. */
  places: Array<ImportNote>;
  /** Remarks on the margin, in order. */
  comments: Array<ImportComment>;
  /** Tracked changes, if there are any. */
  tracked: TrackedChanges | null;
};

/** A package that was taken in. */
export type Imported = {
  /** `review` or `decision`. */
  purpose: string;
  /** The draft. */
  draft: string;
  /** Title in the original language. */
  title: string;
  /** The release, as it now stands here. */
  release: ReleaseRow;
  /** The name on the key it was sealed with. */
  by: string;
  /** What was said with it. */
  words: string;
  /** Names of files that are not here. */
  absent: Array<string>;
  /** Nothing was new: it had been taken in before. */
  known: boolean;
};

/** What taking receipts back gave. */
export type ImportedReceipts = {
  /** The pieces of this desk in them, as they now stand. */
  entries: Array<PackageEntry>;
  /** Answers to packages of this desk. */
  packages: number;
  /** Answers to packages of other desks; only those can read them. */
  foreign: number;
  /** Pieces in them that this desk does not know. */
  unknown: number;
  /** Answers that were not as the portal signed them; nothing of them was taken over. */
  problems: Array<Failure>;
};

/** One file of an intake and what became of it. */
export type IntakeItem = {
  /** Where it came from. */
  path: string;
  /** How it ended. */
  status: IntakeStatus;
  /** The publication: the new one, or the one that has the same bytes. */
  id: string | null;
  /** SHA-256 of the bytes, once they were read. */
  sha256: string | null;
  /** Size in bytes. */
  bytes: number;
  /** The true type. */
  mime: string | null;
  /** The title found. */
  title: string;
  /** The authors found. */
  authors: Array<string>;
  /** The responsible body found; empty without one. */
  corporate_author: string;
  /** The year of publication found. */
  year: number | null;
  /** The languages of the text (BCP 47). */
  languages: Array<string>;
  /** Number of pages. */
  pages: number | null;
  /** DOI found. */
  doi: string | null;
  /** ISBN found. */
  isbn: string | null;
  /** ISSN found. */
  issn: string | null;
  /** Characters of text that can be searched. */
  text_chars: number;
  /** Whether a thumbnail was made. */
  thumbnail: boolean;
  /** What a person should know about it. */
  problems: Array<Problem>;
};

/** How one file ended. */
export type IntakeStatus = "added" | "same_bytes" | "same_work" | "skipped" | "failed";

/** A job as people see it. */
export type Job = {
  /** Its id. */
  id: string;
  /** What it does. */
  kind: JobKind;
  /** Where it stands. */
  state: JobState;
  /** It only finds out what would happen; nothing is stored. */
  dry_run: boolean;
  /** When it began (RFC 3339). */
  started_at: string;
  /** The numbers so far. */
  tally: Tally;
  /** How many files there are, once the folders were walked through. */
  total: number | null;
  /** Bytes of the files that are finished, whatever became of them. */
  bytes_done: number;
  /** Bytes of all files, once the folders were walked through. */
  bytes_total: number | null;
  /** How fast it is, measured over the last moments of work; `None` until it was measured. */
  bytes_per_second: number | null;
  /** As above, in files. */
  files_per_minute: number | null;
  /** How long the rest will take at that rate, in seconds; `None` until it was measured. */
  seconds_left: number | null;
  /** The file in work. */
  current: string | null;
  /** How many files have problems. */
  troubled: number;
  /** Files with problems, and the last ones finished. */
  items: Array<IntakeItem>;
  /** What concerns the job as a whole. */
  problems: Array<Problem>;
};

/** What a job does. */
export type JobKind = "intake";

/** Where a job stands. */
export type JobState = "running" | "paused" | "done" | "cancelled" | "failed";

/** The jobs of this run of the program. */
export type Jobs = {
  /** Oldest first. */
  jobs: Array<Job>;
};

/** Arguments of `drafts.join`. */
export type JoinDrafts = { draft: string, into: string, };

/** Arguments of `courier.key`. */
export type KeyArgs = {
  /** The portal. */
  portal: string;
  /** The file its administrator gave out. */
  file: string;
};

/** The keys this desk knows. */
export type KeyList = { keys: Array<KeyRow>, };

/** A key without its private half. */
export type KeyRow = {
  /** SHA-256 of the public key. */
  id: string;
  /** What the person calls it. */
  label: string;
  /** The person's name. */
  name: string;
  /** The state or institution the person writes for. */
  owner: string;
  /** The public key in base64. */
  public: string;
  /** What two persons compare by telephone. */
  fingerprint: string;
  /** The public half, in base64, of the key on paper that may end this one; empty without one. */
  recovery: string;
  /** Id of the key it takes the place of; may be empty. */
  follows: string;
  /** Its private half is this desk's. */
  ours: boolean;
  /** Since when it is trusted; empty when it is not. */
  trusted_at: string;
  /** Why it ended: `replaced`, `left` or `lost`; empty while it holds. */
  ended: string;
  /** When this desk learned of it. */
  added_at: string;
  /** A package can be sealed to this person alone. */
  seals: boolean;
};

/** A language of a draft and how complete it is. */
export type LangMark = {
  /** The language (BCP 47). */
  lang: string;
  /** How complete it is. */
  state: LangState;
};

/** How complete a language version is. */
export type LangState = "full" | "outdated" | "partial";

/** How one language version changed, word by word. */
export type LanguageDiff = {
  /** The language. */
  lang: string;
  /** The title. */
  title: Array<Change>;
  /** The summary. */
  summary: Array<Change>;
  /** The body as readers see it: words, and what changed about how they stand there. Blocks are apart by an empty line; list signs and boxes are part of the text. */
  body: Array<Change>;
};

/** One language version with its text. */
export type LanguageVersion = {
  /** The language (BCP 47). */
  lang: string;
  /** The revision this text is; the base of the next save. */
  rev: string;
  /** The title. */
  title: string;
  /** The summary. */
  summary: string;
  /** The body in Markdown. */
  body: string;
  /** The fields that differ by language. */
  fields: Record<string, unknown>;
  /** Words in the body. */
  words: number;
  /** When it was saved. */
  saved_at: string;
  /** The name of who saved it; empty before there was a profile. */
  by: string;
};

/** The text of one language version at one revision, as shown when two edits met. */
export type LanguageVersionText = {
  /** The revision the text has; empty where there is none. */
  rev: string;
  /** Language of the text (BCP 47). */
  lang: string;
  /** The title. */
  title: string;
  /** The summary. */
  summary: string;
  /** The body in Markdown. */
  body: string;
};

/** Arguments of `people.seen`. */
export type LastSign = {
  /** So many milliseconds ago a key was pressed or the mouse moved. */
  quiet_ms: number;
  /** They were told to leave and asked something first: the time begins anew. */
  anew: boolean;
};

/** What is done about a likely duplicate. */
export type LikeRule = "ask" | "keep_both" | "keep_newest" | "attach";

/** A publication that is probably the same work as another one, or as a piece on a portal. */
export type Likeness = {
  /** Its number, by which it is decided. */
  seq: number;
  /** The publication that came later. */
  publication: string;
  /** Its title. */
  publication_title: string;
  /** The publication that was here first. */
  other: string | null;
  /** The portal that has it, when it is about a piece there. */
  portal: string | null;
  /** The id of the piece on that portal. */
  piece: string | null;
  /** Title of the other publication or of the piece. */
  other_title: string;
  /** What the two are to each other. */
  kind: LikenessKind;
  /** Why they are taken for the same. */
  reasons: Array<LikenessReason>;
  /** How much of the text is the same, in per cent; `None` when one has no text. */
  alike: number | null;
  /** The rule a person decided by, once one did. */
  settled: string | null;
};

/** What two works are to each other. */
export type LikenessKind = "same_work" | "newer_edition" | "older_edition" | "on_portal";

/** One page of undecided likenesses. */
export type LikenessPage = {
  /** Oldest first. */
  likenesses: Array<Likeness>;
  /** Where the next page begins, unless this is the last. */
  next: number | null;
  /** How many are undecided in all. */
  total: number;
};

/** Why two works are taken for the same. */
export type LikenessReason = "doi" | "isbn" | "title" | "year" | "text" | "bytes";

/** The state of the link. */
export type Link = {
  /** Whether the portal is reached. */
  state: LinkState;
  /** Why not. */
  failure: Failure | null;
  /** When a portal last answered. */
  at: string | null;
  /** Sending is paused by a person. */
  paused: boolean;
};

/** Whether the portal is reached, as the last real exchange showed. */
export type LinkState = "unknown" | "reached" | "failing";

/** Arguments of `drafts.list`. */
export type ListDrafts = { state?: State, type?: string, query?: string, trashed?: boolean, after?: string, limit: number, };

/** Arguments of `jobs.list`. */
export type ListJobs = {
  /** With their files: those with problems, and the last ones finished. */
  items?: boolean;
};

/** Arguments of `publications.likenesses`. */
export type ListLikenesses = { after?: number, limit: number, };

/** Arguments of `publications.list`. */
export type ListPublications = { query?: string, sort?: PublicationSort, desc?: boolean, missing?: boolean, superseded?: boolean, after?: string, limit: number, };

/** What is in a review package, and what taking it in would change. */
export type Look = {
  /** `review`, `decision` or `proof`. */
  purpose: string;
  /** The draft. */
  draft: string;
  /** Title in the original language. */
  title: string;
  /** Languages it is written in. */
  languages: Array<string>;
  /** The name on the key it was sealed with. */
  by: string;
  /** What the two persons compare by telephone. */
  fingerprint: string;
  /** That key is trusted here. */
  trusted: boolean;
  /** When it was made. */
  made_at: string;
  /** What was said with it. */
  words: string;
  /** The decisions in it. */
  decisions: Array<Carried>;
  /** How the release stands here now; none when it is not here. */
  here: ReleaseState | null;
  /** How it would stand; none when it would be refused. */
  after: ReleaseState | null;
  /** Taking it in would change nothing: it was before. */
  known: boolean;
  /** Another release of the piece is in review here and would be set aside. */
  sets_aside: boolean;
  /** Names of files that are not in it. */
  absent: Array<string>;
  /** Why it would be refused. */
  refused: Failure | null;
  /** What was checked. */
  checks: Verification;
};

/** A key that was made. */
export type MadeKey = { key: KeyRow,
/** The lines of the recovery key, to be written down now: they are kept nowhere. */
paper: string | null, };

/** How both sides of a text differ from what they started from; without that, from each other. */
export type Marks = {
  /** Ours, against the base; against itself without one. */
  ours: Array<Change>;
  /** Theirs, against the base; against ours without one. */
  theirs: Array<Change>;
};

/** What leaves over a metered link. */
export type MeteredSends = "text" | "up_to_limit";

/** Arguments of `keys.create`. */
export type NewKey = { label: string,
/** Also make a recovery key. */
paper: boolean, };

/** Arguments of `people.passphrase`. */
export type NewPassphrase = { old: string, new: string, };

/** Arguments of `people.add`. */
export type NewPerson = { name: string, };

/** Why there is no smaller copy. */
export type NotSlimmed = "unreadable" | "encrypted" | "signed" | "too_large" | "no_gain" | "differs" | "gave_up";

/** One thing that changed about words that stayed. */
export type Note = {
  /** What changed. */
  what: Aspect;
  /** How it was; empty for as usual. */
  before: string;
  /** How it is; empty for as usual. */
  after: string;
};

/** Which digits numbers and dates are shown in. */
export type Numerals = "auto" | "latin" | "arabic";

/** Arguments of `attachments.remove` and `attachments.put_back`. */
export type OfAttachment = { attachment: string, };

/** One comment. */
export type OfComment = { comment: string, };

/** Arguments of `conflicts.open`. */
export type OfConflict = { draft: string, portal?: string, };

/** Arguments of commands about one draft. */
export type OfDraft = { draft: string, };

/** Arguments of commands about one entry. */
export type OfEntry = { entry: string, };

/** A job that was begun, or is meant. */
export type OfJob = {
  /** Its id. */
  job: string;
};

/** Arguments of commands about one language version. */
export type OfLanguage = { draft: string, lang: string, };

/** A package on this PC. */
export type OfPackage = { path: string, };

/** Arguments of commands about one portal. */
export type OfPortal = { name: string, };

/** Arguments of commands about one publication. */
export type OfPublication = { publication: string, };

/** Arguments of `remote.list`. */
export type OfRemote = { portal?: string, };

/** Arguments of commands about one kept revision. */
export type OfRevision = { draft: string, rev: string, };

/** Arguments of `sheets.look`. */
export type OfSheet = {
  /** The sheet. */
  file: string;
};

/** What the watched folder has to offer. */
export type Offered = {
  /** The folder; `None` while none is watched. */
  folder: string | null;
  /** Whether it could be reached at the last look; `None` before the first. */
  reached: boolean | null;
  /** The first new files, in the order of their names. */
  files: Array<OfferedFile>;
  /** How many new files there are. */
  total: number;
};

/** A new file in the watched folder. */
export type OfferedFile = {
  /** Where it is. */
  path: string;
  /** Its name. */
  name: string;
  /** Its size in bytes. */
  bytes: number;
};

/** How a portal stands to a piece. */
export type OnPortal = {
  /** The portal's name. */
  portal: string;
  /** What it holds. */
  holds: Holds;
  /** Readers see it there. */
  published: boolean;
  /** When the desk last heard of the portal; `None` when it never did. */
  looked_at: string | null;
};

/** A file that somebody opened with this program. */
export type OpenedFile = {
  /** Its path; null when none waits to be shown. */
  path: string | null;
};

/** A publication with the beginning of its text and the drafts it is attached to. */
export type OpenedPublication = {
  /** The publication. */
  publication: Publication;
  /** The first [`SHOWN_TEXT_CHARS`] characters of its text. */
  text: string;
  /** The drafts it is attached to. */
  drafts: Array<DraftRow>;
  /** What is sent in its place, once that was tried. */
  sent?: SentFile;
  /** Further files of the same work. */
  copies: Array<PublicationCopy>;
  /** What it is like, decided or not. */
  likenesses: Array<Likeness>;
};

/** The outbox and the state of the link. */
export type Outbox = {
  /** The entries. */
  entries: Array<OutboxEntry>;
  /** Whether the portal is reached. */
  link: Link;
  /** All that is left to send and is not kept back, and how long that takes. */
  estimate: Estimate;
  /** Wishes about sending. */
  sending: SendingView;
};

/** An approved release on its way to one portal. */
export type OutboxEntry = {
  /** Its id. */
  id: string;
  /** The draft. */
  draft: string;
  /** The draft's present title in its original language. */
  title: string;
  /** SHA-256 of the release. */
  release: string;
  /** The portal's name. */
  portal: string;
  /** `waiting`, `sending`, `received`, `published`, `refused` or `conflict`. */
  state: State;
  /** A person keeps it back. */
  held: boolean;
  /** Attempts so far. */
  attempts: number;
  /** When it is tried again, while it waits. */
  next_attempt_at: string | null;
  /** Why it waits, was refused or is in conflict. */
  reason: Failure | null;
  /** Bytes of its text and files. */
  bytes_total: number;
  /** Bytes the portal has. */
  bytes_sent: number;
  /** Its files. */
  files_total: number;
  /** Files the portal has. */
  files_sent: number;
  /** The portal's receipt. */
  receipt: ReceiptRow | null;
  /** Why it does not leave at this moment, while it is open. */
  waits: Wait | null;
  /** What is left of it, and how long that takes. */
  estimate: Estimate;
  /** The portal is being asked to take it down. */
  withdrawing: boolean;
  /** The portal holds a text that is not ours, and it is here to be looked at. */
  theirs: boolean;
  /** It overtakes others. */
  urgent: boolean;
};

/** What kind of owner a person writes for. */
export type OwnerKind = "state" | "institution";

/** A piece in a package. */
export type PackageEntry = {
  /** The draft. */
  draft: string;
  /** Its present title in its original language. */
  title: string;
  /** SHA-256 of the release. */
  release: string;
  /** What became of it. */
  state: ParcelState;
  /** Why it was refused or is in conflict. */
  reason: Failure | null;
};

/** A package of this desk. */
export type PackageRow = {
  /** Its id. */
  id: string;
  /** The portal's name. */
  portal: string;
  /** The file it was written to. */
  file: string;
  /** SHA-256 of the file. */
  sha256: string;
  /** Its length in bytes. */
  bytes: number;
  /** When it was made. */
  created_at: string;
  /** When its receipts came. */
  answered_at: string | null;
  /** What is in it. */
  entries: Array<PackageEntry>;
};

/** A piece that was, or was not, put into a package. */
export type PackedEntry = {
  /** The draft. */
  draft: string;
  /** Its present title in its original language. */
  title: string;
  /** SHA-256 of the release; empty when none may leave. */
  release: string;
  /** Bytes of its text and files. */
  bytes: number;
  /** Why it was left out. */
  reason: Failure | null;
};

/** What became of a piece that went into a package. */
export type ParcelState = "travelling" | "received" | "incomplete" | "refused" | "conflict" | "overtaken" | "outdated";

/** One part, as all three sides have it. */
export type Part = {
  /** Its name, unique in the list; choices are made under it. */
  key: string;
  /** What it is. */
  kind: PartKind;
  /** The language it belongs to; null for what all share. */
  lang: string | null;
  /** Which field it is; empty for anything else. */
  field: string;
  /** What became of it. */
  fate: Fate;
  /** What both sides started from; null for nothing. */
  base: unknown;
  /** Ours. */
  ours: unknown;
  /** Theirs. */
  theirs: unknown;
  /** What follows from the three; null in a conflict, and for nothing. */
  proposal: unknown;
};

/** What a part is. */
export type PartKind = "title" | "summary" | "block" | "field" | "areas" | "file";

/** Paths on this machine. */
export type Paths = {
  /** The paths. */
  paths: Array<string>;
};

/** Arguments of `outbox.pause`. */
export type Pause = { paused: boolean, };

/** Who there is, and who is here. */
export type PeopleState = { people: Array<PersonRow>,
/** Bytes that are locked or opened, while a desk is. */
done: number,
/** All of them; 0 at other times. */
total: number, };

/** One person of the machine. */
export type PersonRow = { id: string,
/** Empty as long as nobody said. */
name: string,
/** Their desk wants a passphrase. */
locked: boolean,
/** They are at the desk now. */
here: boolean, };

/** What kind of place a warning is about. */
export type PlaceKind = "file" | "page" | "sheet" | "part";

/** What kind of portal a destination is. */
export type PortalKind = "practice" | "contract" | "wordpress";

/** A destination. Its password or token is in the secrets, under its id. */
export type PortalRow = {
  /** Its id. */
  id: string;
  /** Its name, chosen by a person. */
  name: string;
  /** Its kind. */
  kind: PortalKind;
  /** Its address, without a slash at the end. */
  url: string;
  /** The account's name there. */
  user: string | null;
  /** What it said it can do. */
  capabilities: Record<string, unknown>;
  /** When it last answered. */
  last_contact: string | null;
  /** Why it was not reached, while it is not. */
  last_failure: Failure | null;
};

/** The portals. */
export type Portals = {
  /** In the order they were added. */
  portals: Array<PortalRow>;
};

/** Arguments of `attachments.prepare`. */
export type PrepareAttachments = { draft: string, };

/** Whether somebody is still at the desk. */
export type PresenceTold = {
  /** False when it is time to leave. */
  stays: boolean;
};

/** A piece as it would become. */
export type Preview = {
  /** Its languages, the original first. */
  languages: Array<PreviewedLanguage>;
};

/** Arguments of `conflicts.preview`. */
export type PreviewConflict = { draft: string, portal?: string,
/** Choices by the key of the part. What is not named is as proposed. */
choices: { [key in string]: Side }, };

/** One language of a piece as it would become. */
export type PreviewedLanguage = {
  /** The language. */
  lang: string;
  /** The title. */
  title: string;
  /** The summary. */
  summary: string;
  /** The body. */
  body: RenderedText;
};

/** One finding about a piece of content or a foreign file. */
export type Problem = {
  /** Stable snake_case code, one of the constants of [`code`]. */
  code: string;
  /** What it is about: a file name, a field key, a page ("page 3"), or empty. */
  subject: string;
  /** Values for the sentence in the locales. */
  params: { [key in string]: string };
};

/** The person this desk belongs to. */
export type Profile = {
  /** Id of the person. */
  person: string;
  /** The state (ISO 3166 alpha-2) or institution (acronym) the person writes for. */
  owner: string;
  /** Which of the two it is. */
  owner_kind: OwnerKind;
  /** The person's name as it stands under decisions. */
  name: string;
  /** What the person may decide. */
  role: Role;
  /** Language of the interface when the profile was made. */
  display_lang: string;
};

/** How much of something is done. */
export type Progress = {
  /** Files the portal has. */
  done: number;
  /** Files it needs. */
  total: number;
};

/** One thing that was checked. */
export type ProofCheck = {
  /** What was checked and how it came out: the key of its sentence. */
  code: string;
  /** `good`, `note` or `bad`. */
  outcome: string;
  /** What the sentence needs. */
  params: { [key in string]: string };
};

/** The proxy a person chose. Its password is among the secrets. */
export type Proxy = {
  /** Whose word counts. */
  mode: ProxyMode;
  /** Where it is: `http://` or `socks5://`, host and port, without a login. */
  address: string;
  /** The user name it wants; empty when it wants none. */
  user: string;
};

/** How connections leave this PC. */
export type ProxyMode = "system" | "direct" | "manual";

/** How connections leave this PC, and what is known about it. */
export type ProxyView = {
  /** What the person chose. */
  proxy: Proxy;
  /** A password is kept for it. */
  has_password: boolean;
  /** The script of this network that says which proxy to use, where nobody here can read it. */
  script: string | null;
};

/** A file with its description. */
export type Publication = {
  /** Its id. */
  id: string;
  /** SHA-256 of its bytes. */
  sha256: string;
  /** Its file name. */
  name: string;
  /** Where it came from. */
  path: string;
  /** Its size in bytes. */
  bytes: number;
  /** Its true type. */
  mime: string;
  /** `readable`, `scanned`, `encrypted`, `damaged` or `other`. */
  state: 'readable' | 'scanned' | 'encrypted' | 'damaged' | 'other';
  /** Its title. */
  title: string;
  /** Its authors, in order. */
  authors: Array<string>;
  /** The body responsible for it. */
  corporate_author: string;
  /** Year of publication. */
  year: number | null;
  /** Languages of its text (BCP 47). */
  languages: Array<string>;
  /** Number of pages. */
  pages: number | null;
  /** Its type, a code of the vocabulary `publicationType`, or empty. */
  publication_type: string;
  /** Its licence, or empty. */
  licence: string;
  /** DOI, or empty. */
  doi: string;
  /** ISBN, or empty. */
  isbn: string;
  /** ISSN, or empty. */
  issn: string;
  /** Document numbers (`WHO/EMC/97.1`), in the order they were found. */
  numbers: Array<string>;
  /** Characters of text that can be searched. */
  text_chars: number;
  /** Whether there is a thumbnail. */
  has_thumbnail: boolean;
  /** When it came in. */
  added_at: string;
  /** When its description changed last. */
  updated_at: string;
  /** Where a value came from: field to `file`, `first_page`, `name` or `person`. */
  origins: Record<string, 'file' | 'first_page' | 'name' | 'person'>;
  /** Where a value came from, exactly: field to a name of [`Origin`](qalam_content::readers::facts::Origin), or `person`. */
  sources: Record<string, 'info' | 'xmp' | 'properties' | 'exif' | 'first_page' | 'text' | 'counted' | 'name' | 'person'>;
  /** How sure a value is that the program found, in per cent ([`Found`](qalam_content::readers::facts::Found)): under 50 somebody should look before it is sent. A value a person gave has none. */
  confidence: { [key in string]: number };
  /** What a person should know before the file leaves the desk. */
  warnings: Array<Warning>;
  /** Whether a smaller copy of it is sent. */
  slim: SlimChoice;
  /** What a person should know about it. */
  problems: Array<Problem>;
  /** To how many drafts it is attached. */
  attached_to: number;
  /** The newer edition that counts instead of it. */
  superseded_by: string | null;
  /** How many further files of the same work are kept with it. */
  copies: number;
  /** How many undecided questions there are whether it is the same work as another. */
  open_likenesses: number;
};

/** A further file of a publication. */
export type PublicationCopy = {
  /** SHA-256 of its bytes. */
  sha256: string;
  /** Its file name. */
  name: string;
  /** Where it came from. */
  path: string;
  /** Its size in bytes. */
  bytes: number;
  /** Its true type. */
  mime: string;
  /** The title found in it. */
  title: string;
  /** The year found in it. */
  year: number | null;
  /** When it came in. */
  added_at: string;
};

/** Publications by their ids. */
export type PublicationIds = {
  /** The ids. */
  publications: Array<string>;
};

/** One page of the list. */
export type PublicationPage = {
  /** The rows. */
  publications: Array<Publication>;
  /** The cursor of the next page, unless this is the last. */
  next: string | null;
  /** How many there are on all pages together. */
  total: number;
};

/** Publications that were asked for by their ids; those that are gone are left out. */
export type PublicationRows = {
  /** The publications. */
  publications: Array<Publication>;
};

/** What a list of publications is sorted by. */
export type PublicationSort = "added" | "title" | "year" | "name" | "bytes" | "publication_type";

/** A portal's statement of what it stored. */
export type ReceiptRow = {
  /** The draft. */
  draft: string;
  /** SHA-256 of the release the portal holds. */
  release: string;
  /** The portal's name. */
  portal: string;
  /** What the portal calls the piece. */
  remote_id: string;
  /** Where readers find it; may be empty. */
  url: string;
  /** When the portal received it. */
  received_at: string;
  /** SHA-256 of the files it holds with it. */
  files: Array<string>;
};

/** Arguments of `people.recover`. */
export type RecoverDesk = { id: string,
/** The lines on paper. */
lines: string,
/** The passphrase from now on. */
passphrase: string, };

/** Arguments of `keys.recover`. */
export type RecoverKey = { key: string,
/** The lines on paper. */
lines: string, };

/** A cell that stayed as it was. */
export type RefusedEdit = {
  /** The publication. */
  publication: string;
  /** The field. */
  field: string;
  /** What it was to become. */
  value: unknown;
  /** Why not. */
  failure: Failure;
};

/** A file as a release names it. */
export type ReleaseFile = {
  /** SHA-256 of its bytes. */
  sha256: string;
  /** Its name. */
  name: string;
  /** Its title; may be empty. */
  title: string;
  /** Its type. */
  mime: string;
  /** Length in bytes. */
  bytes: number;
  /** Number of pages, slides or sheets, once it was read. */
  pages: number | null;
  /** Its bytes are on this desk, so that its first page can be shown. */
  here: boolean;
};

/** A release without its bytes. */
export type ReleaseRow = {
  /** SHA-256 of its canonical bytes. */
  hash: string;
  /** The draft it froze. */
  draft: string;
  /** Which submission of the draft it is, from 1. */
  number: number;
  /** When it was frozen. */
  created_at: string;
  /** What became of it. */
  state: ReleaseState;
  /** The name of who submitted it. */
  submitted_by: string;
  /** The name of who decided. */
  decided_by: string | null;
  /** When it was decided. */
  decided_at: string | null;
  /** Why it was returned. */
  reason: string | null;
  /** Length of the canonical bytes. */
  bytes: number;
};

/** One language of a release, as readers will see it. */
export type ReleaseShown = { title: string, summary: string, body: RenderedText, };

/** What became of a release. */
export type ReleaseState = "in_review" | "approved" | "returned" | "superseded";

/** Pieces on portals that this desk does not have. */
export type Remote = {
  /** Newest first, portal by portal. */
  items: Array<RemoteRow>;
};

/** Arguments of `remote.adopt`. */
export type RemoteItem = { portal: string, item: string, };

/** Arguments of `remote.fetch`. */
export type RemoteItems = { portal: string, items: Array<string>, };

/** A piece on a portal that this desk does not have. */
export type RemoteRow = {
  /** The portal's name. */
  portal: string;
  /** Its id there. */
  item: string;
  /** The title in the original language. */
  title: string;
  /** Content type. */
  type: string;
  /** State or institution it belongs to. */
  owner: string;
  /** The portal's word for its state. */
  state: string;
  /** Where readers find it; may be empty. */
  url: string;
  /** When it changed last, by the portal's clock. */
  updated_at: string;
  /** Its text was asked for and comes with the next connection. */
  wanted: boolean;
  /** Its text is here. */
  here: boolean;
};

/** One language version as readers will see it. */
export type RenderedText = {
  /** Sanitised HTML of the body; pictures are `qalam:<sha256>`. */
  html: string;
  /** The direction of the language. */
  dir: Direction;
};

/** What was done to a file. */
export type Report = {
  /** Bytes before. */
  before: number;
  /** Bytes after. */
  after: number;
  /** Whether every pixel and letter is the same as before. */
  lossless: boolean;
  /** Whether hidden properties (place, camera, time) are left out. */
  cleaned: boolean;
  /** Width and height before, for pictures. */
  size_before: [number, number] | null;
  /** Width and height after, for pictures. */
  size_after: [number, number] | null;
};

/** What changed since the release approved last, or since what a portal holds. */
export type ReviewDiff = {
  /** What it is compared with; nothing when what was asked for is not known here. */
  against: Against;
  /** The portal that was asked for by name. */
  portal: string | null;
  /** The portals that can be asked for, with what each holds. */
  portals: Array<OnPortal>;
  /** Language by language, the original first. */
  languages: Array<LanguageDiff>;
  /** File by file. */
  files: Array<FileDiff>;
  /** The fields that changed. */
  fields: Array<FieldDiff>;
  /** What people should know of the files before they leave, most serious first. */
  warnings: Array<Finding>;
};

/** One step in the life of a draft's releases. */
export type ReviewEvent = {
  /** Its number in the audit trail. */
  seq: number;
  /** Hash of the entry. */
  hash: string;
  /** The draft. */
  draft: string;
  /** SHA-256 of the release. */
  release: string;
  /** `submit`, `approve`, `return`, `withdraw`, `void` or `receive`. */
  act: string;
  /** Who did it. */
  by: string;
  /** Id of the key it was signed with; may be empty. */
  key: string;
  /** When. */
  at: string;
  /** The note or reason given; may be empty. */
  words: string;
  /** SHA-256 of the signed statement or receipt; may be empty. */
  proof: string;
};

/** One kept revision in a history. */
export type RevisionRow = {
  /** Its id. */
  rev: string;
  /** When it was saved. */
  at: string;
  /** Who saved it. */
  by: string;
  /** Words in the body. */
  words: number;
  /** The title then. */
  title: string;
  /** It is the present text. */
  current: boolean;
  /** It met another text when it was saved and was kept beside it: it was never the present one. */
  aside: boolean;
  /** When it was last handed in for review, if it was. */
  handed_at: string | null;
};

/** The history of one language version. */
export type Revisions = {
  /** The kept revisions, newest first. */
  revisions: Array<RevisionRow>;
};

/** What a person may decide. */
export type Role = "author" | "approver" | "both";

/** Arguments of `keys.rotate`. */
export type RotateKey = { key: string,
/** Also make a new recovery key. */
paper: boolean, };

/** One thing to put right. */
export type RowProblem = {
  /** The field concerned; empty for the row. */
  field: string;
  /** What is wrong. */
  problem: Problem;
  /** What was perhaps meant: codes of the field's list, or years. */
  near: Array<string>;
};

/** What becomes of a row. */
export type RowReport = {
  /** Its number in the file. */
  line: number;
  /** The publication; `None` without one, or while its file is only about to come in. */
  publication: string | null;
  /** SHA-256 of the file it is about. */
  sha256: string | null;
  /** Its title, or what the row calls it. */
  name: string;
  /** How it ends. */
  status: RowStatus;
  /** What it changes. */
  changes: Array<CellReport>;
  /** What is to be put right. */
  problems: Array<RowProblem>;
};

/** How a row ends. */
export type RowStatus = "changed" | "same" | "to_fix";

/** A draft in another language that tells the same story. */
export type SameStory = {
  /** The other draft. */
  draft: string;
  /** The language of its original. */
  lang: string;
  /** Its title. */
  title: string;
  /** What both have, and how sure that is. */
  shared: Sameness;
};

/** How far two stories are the same. */
export type Sameness = {
  /** How sure, in per cent. */
  confidence: number;
  /** Dates both have (ISO 8601). */
  dates: Array<string>;
  /** Numbers both have. */
  numbers: Array<string>;
  /** Countries and organisations both name, by id. */
  names: Array<string>;
};

/** Arguments of `files.save_as`. */
export type SaveAs = {
  /** The name proposed. */
  name: string;
};

/** Arguments of `drafts.save`. The body comes as the editor's document or as Markdown; null in both leaves it as it is. */
export type SaveText = { draft: string, lang: string, base: string, title: string, summary: string, document: unknown, markdown: string | null, fields: Record<string, unknown>, };

/** What a save answers. */
export type Saved = {
  /** The revision the text has now; the base of the next save. */
  rev: string;
  /** Words in the body. */
  words: number;
  /** When it was saved. */
  at: string;
  /** Where the piece stands now. */
  state: State;
};

/** What the page says to a window that is about to close. */
export type SayClosing = {
  /** Whether it may. */
  answer: ClosingAnswer;
};

/** Where to look. */
export type Scope = "drafts" | "publications" | "all";

/** Arguments of `search`. */
export type Search = { query: string, in: Scope, limit: number, };

/** What kind of place holds the secrets. */
export type SecretsKind = "keyring" | "file" | "locked" | "none";

/** Arguments of `review.return`. */
export type SendBack = { draft: string, reason: string, };

/** What a person wishes about sending from this desk. */
export type Sending = {
  /** Bytes that may leave in a period; null is any number. */
  budget_bytes: number | null;
  /** The period of the budget. */
  budget_period: BudgetPeriod;
  /** When the hours begin in which nothing is sent, `22:00` by the clock of the place. */
  quiet_from: string | null;
  /** When those hours end. */
  quiet_to: string | null;
  /** A file larger than this waits for a person's yes; null never asks. */
  ask_above_bytes: number | null;
  /** The link is paid by volume. */
  metered: boolean;
  /** What leaves over such a link. */
  metered_sends: MeteredSends;
};

/** Wishes about sending, and how the budget stands. */
export type SendingView = {
  /** The wishes. */
  settings: Sending;
  /** Bytes that left in the present period of the budget. */
  spent_bytes: number;
  /** Bytes left of the budget; null without one. */
  left_bytes: number | null;
  /** When the present period is over. */
  period_ends: string;
  /** Until when nothing is sent for the hour's sake; null when it may be. */
  quiet_until: string | null;
};

/** What is sent in the place of a file. */
export type SentFile = {
  /** SHA-256 of the file as it came. */
  original: string;
  /** SHA-256 of what is sent: of the copy, or of the file itself. */
  sha256: string;
  /** Bytes of what is sent. */
  bytes: number;
  /** What was done and saved; `None` when the file goes as it is. */
  report: Report | null;
  /** Why the file goes as it is. */
  why: NotSlimmed | null;
};

/** What is to be sent of a publication, as far as it is known. */
export type SentPublication = {
  /** The publication. */
  publication: string;
  /** What a person said. */
  choice: SlimChoice;
  /** What is sent; `None` when the file itself is and nothing was wished for. */
  sent: SentFile | null;
};

/** What is to be sent of publications. */
export type SentPublications = {
  /** In the order asked for. */
  publications: Array<SentPublication>;
};

/** How the service of a desk stands. */
export type Service = {
  /** Whether this system can have one. */
  possible: boolean;
  /** It is set up. */
  installed: boolean;
  /** It runs now. */
  running: boolean;
  /** What keeps it. */
  system: System;
  /** Its name there. */
  name: string;
  /** The file that describes it; empty where there is none. */
  path: string;
  /** A file that may hold `QALAM_PASSPHRASE=…` for it; empty where passwords need none. */
  passphrase_file: string;
};

/** Arguments of `attachments.set`. */
export type SetAttachment = { attachment: string, role?: AttachmentRole, alt?: { [key in string]: string }, title?: string, };

/** Arguments of `drafts.set_fields`. */
export type SetFields = { draft: string, base: string, fields: Record<string, unknown>, areas: Array<string>, urgent: boolean, };

/** Arguments of `profile.set`. */
export type SetProfile = { owner: string, owner_kind: OwnerKind, name: string, role: Role, display_lang: string, };

/** Arguments of `proxy.set`. */
export type SetProxy = { proxy: Proxy,
/** Absent: the one that is kept, as long as address and user stay. */
password?: string, };

/** Arguments of `publications.set`. */
export type SetPublication = { publication: string, values: Record<string, unknown>, };

/** Arguments of `settings.set`. */
export type SetSetting = { key: string, value: unknown, };

/** The settings of a desk. */
export type Settings = {
  /** Language of the interface: `en`, `fr` or `ar`. */
  display_lang: string;
  /** How light or dark the window is. */
  theme: Theme;
  /** Which digits numbers and dates are shown in. */
  numerals: Numerals;
  /** Words that no dictionary of this PC has are marked while they are written. */
  spelling: boolean;
  /** Sending goes on when the window is closed, where the system shows that it does. */
  keep_sending: boolean;
  /** The system tells when something needs a person. */
  notices: boolean;
  /** A folder in which new files are looked for and offered; `None` for none. */
  watch_folder: string | null;
  /** How connections leave this PC. */
  proxy: Proxy;
  /** The rules of the house for approvals. */
  approval: HouseRules;
  /** Which files are made smaller for sending. */
  slim: SlimRule;
  /** Minutes without a key or a movement after which a desk that is locked, or shared, is left; 0 for never. */
  lock_after: number;
};

/** Arguments of `conflicts.settle`. */
export type Settle = { draft: string, portal?: string,
/** What `conflicts.open` said was compared. */
seen: string, how: SettleWith, };

/** Arguments of `publications.settle`. */
export type SettleLikenesses = {
  /** By this rule. */
  rule: LikeRule;
  /** These; all undecided ones when empty. */
  likenesses: Array<number>;
  /** Only says what would become of them. */
  preview: boolean;
};

/** How one likeness was decided. */
export type SettleOutcome = "kept_both" | "superseded" | "attached" | "undecided" | "held" | "already_settled";

/** What a decision did, or in a preview would do. */
export type SettleRow = {
  /** The likeness as it was before. */
  likeness: Likeness;
  /** What became of it. */
  outcome: SettleOutcome;
};

/** Arguments of `drafts.settle_tracked`. */
export type SettleTracked = { draft: string, wish: TrackedWish, };

/** How a conflict is settled. */
export type SettleWith = { "with": "ours" } | { "with": "parts",
/** Choices by the key of the part. What is not named is as proposed. */
choices: { [key in string]: Side }, };

/** What a rule did to several likenesses, or in a preview would do. */
export type Settled = {
  /** One by one, in the order asked for. */
  rows: Array<SettleRow>;
};

/** How serious a finding is. */
export type Severity = "error" | "warning" | "hint";

/** A column and what it is taken to mean. */
export type SheetColumn = {
  /** Its head, as written. */
  header: string;
  /** A few of its values. */
  samples: Array<string>;
  /** What it means: a field, `file`, `id`, `sha256`, `fix`, `qalam`; `None` for nothing. */
  target: string | null;
};

/** What a sheet came to, and how it is taken back. */
export type SheetDone = {
  /** What happened. */
  report: SheetReport;
  /** The edits that take it back. */
  undo: Array<CellEdit>;
};

/** The kinds of files sheets come in. */
export type SheetFormat = "csv" | "workbook";

/** The scans of signed sheets of a draft. */
export type SheetList = {
  /** Oldest first. */
  sheets: Array<SignedSheet>;
};

/** A sheet before anything is done with it. */
export type SheetLook = {
  /** What kind of file it is. */
  format: SheetFormat;
  /** How many rows it has. */
  rows: number;
  /** Its columns. */
  columns: Array<SheetColumn>;
  /** What a person should know about it. */
  problems: Array<Problem>;
};

/** What a sheet comes to, tried or done. */
export type SheetReport = {
  /** The numbers. */
  tally: SheetTally;
  /** Every row, in order. */
  rows: Array<RowReport>;
  /** Files of the folder that no row is about. */
  without_row: Array<string>;
  /** What a person should know about the sheet as a whole. */
  problems: Array<Problem>;
};

/** How rows end. `rows` is the sum of the next three, always. */
export type SheetTally = {
  /** Rows. */
  rows: number;
  /** Rows that are taken over. */
  changed: number;
  /** Rows that say what the desk says. */
  same: number;
  /** Rows with something to put right. */
  to_fix: number;
  /** Values that change. */
  cells: number;
};

/** Arguments of `sheets.try` and `sheets.apply`. */
export type SheetWish = {
  /** The sheet. */
  file: string;
  /** What each column means; columns beyond its end mean what was proposed. */
  mapping: Array<string | null>;
};

/** A sheet that was written. */
export type SheetWritten = {
  /** Length of the file. */
  bytes: number;
};

/** Arguments of `practice.show`. */
export type ShowPractice = { path?: string, };

/** Arguments of `app.opened_shown`. */
export type ShownFile = { path: string, };

/** A person's choice for one part. */
export type Side = "ours" | "theirs" | "both";

/** A signature under an approval. */
export type Signed = {
  /** The name in the statement. */
  name: string;
  /** What the two of them compare by telephone. */
  fingerprint: string;
  /** When, by the clock of that desk. */
  at: string;
  /** The comment, or the reason for the urgent path; may be empty. */
  words: string;
  /** A rule of the house was set aside. */
  urgent: boolean;
  /** The key is this desk's. */
  ours: boolean;
};

/** A scan of a signed sheet. */
export type SignedSheet = {
  /** SHA-256 of the release it was signed for. */
  release: string;
  /** SHA-256 of its bytes; the audit trail holds it. */
  sha256: string;
  /** The name of the file. */
  name: string;
  /** Its true type. */
  mime: string;
  /** Its length. */
  bytes: number;
  /** Who attached it. */
  by: string;
  /** When. */
  at: string;
};

/** How the original changed since a translation was made; null when it did not. */
export type SinceTranslated = { change: SourceChange | null, };

/** What a person says about one publication. */
export type SlimChoice = "rule" | "always" | "never";

/** Arguments of `publications.slim`. */
export type SlimPublications = { publications: Array<string>,
/** What a person says of them; absent, only the copies are made and told. */
choice?: SlimChoice, };

/** Which files are made smaller for sending, unless a person says otherwise of one. */
export type SlimRule = {
  /** PDF documents, without losing anything. */
  pdf: boolean;
  /** Pictures. */
  pictures: boolean;
  /** The longest edge a picture keeps, in pixels (320 to 16384). */
  max_edge: number;
  /** JPEG quality of pictures, in per cent (30 to 100). */
  quality: number;
};

/** How the original changed since a translation was made from it. */
export type SourceChange = {
  /** The revision of the original that the translation follows. */
  rev: string;
  /** When that revision was saved. */
  at: string;
  /** What changed since, word by word, in the language of the original. */
  diff: LanguageDiff;
};

/** How the decision about a draft's newest release stands. */
export type Standing = {
  /** SHA-256 of the release. */
  release: string;
  /** How many keys must approve. */
  needed: number;
  /** The approvals that count, in order. */
  signed: Array<Signed>;
  /** The key an approval at this desk would be signed with; none before the first one is made. */
  key: KeyRow | null;
  /** The rule against an approval by the person at this desk. */
  refused: Failure | null;
  /** The house lets one approver set that rule aside, with a reason. */
  urgent: boolean;
  /** The approval of this person would not be enough: further signatures are needed after it. */
  missing: number;
  /** The piece is another desk's, here for a decision only: the decision travels back in a file. */
  guest: boolean;
};

/** Where a piece stands, as people see it. Computed from facts in one place ([`super::state`]) and stored nowhere. */
export type State = "draft" | "in_review" | "returned" | "approved" | "waiting" | "sending" | "received" | "published" | "refused" | "conflict";

/** What became of a step. */
export type StepState = "done" | "failed" | "skipped";

/** Arguments of `review.submit`. */
export type Submit = { draft: string, note?: string, };

/** What keeps services here. */
export type System = "systemd" | "launchd" | "tasks";

/** Arguments of `publications.intake`. */
export type TakeIn = {
  /** Files and folders. */
  paths: Array<string>;
  /** What is done about likely duplicates; without it both are kept and the question stays open. */
  rule?: LikeRule;
  /** Only finds out what would happen. */
  dry_run?: boolean;
};

/** Arguments of `publications.take_offered`. */
export type TakeOffered = {
  /** These; all when empty. */
  paths: Array<string>;
  /** What is done about likely duplicates. */
  rule?: LikeRule;
};

/** Arguments of `handover.import`. */
export type TakeOverArgs = {
  /** The folder. */
  from: string;
  /** The portal that takes it. */
  portal: string;
};

/** What became of a hand-over at a portal. */
export type TakenOver = {
  /** So many pieces are there. */
  arrived: number;
  /** Why others are not. */
  problems: Array<Failure>;
};

/** How files ended. `seen` is the sum of the others, always. */
export type Tally = {
  /** Files that were looked at to the end. */
  seen: number;
  /** New publications. */
  added: number;
  /** Files whose bytes the desk already has as a publication. */
  same_bytes: number;
  /** Files left out because the same work is already there. */
  same_work: number;
  /** Files that are no publications: hidden, temporary, empty, too large. */
  skipped: number;
  /** Files that could not be read or stored. */
  failed: number;
};

/** How light or dark the window is. */
export type Theme = "system" | "light" | "dark";

/** A region of the desk that a screen may show. */
export type Topic = "drafts" | "publications" | "review" | "outbox" | "portals" | "settings" | "jobs" | "link" | "opened";

/** One tracked change. */
export type TrackedChange = {
  /** Its kind. */
  kind: TrackedKind;
  /** Who made it, as written in the file. */
  author: string;
  /** When, as written in the file, or empty. */
  at: string;
  /** Where; its words are those put in or taken out. */
  place: ImportPlace;
};

/** The tracked changes of a document: a question for a person. Until it is answered, the text is the one that `taken` names. */
export type TrackedChanges = {
  /** Insertions. */
  insertions: number;
  /** Deletions. */
  deletions: number;
  /** Text moved. */
  moves: number;
  /** Changes of looks only. */
  formatting: number;
  /** Which text was taken. */
  taken: TrackedWish;
  /** The changes in order, up to a cap. */
  changes: Array<TrackedChange>;
};

/** How text was changed under the eyes of the program that wrote the file. */
export type TrackedKind = "insertion" | "deletion" | "move" | "formatting";

/** Which text is taken where changes were tracked. */
export type TrackedWish = "accept" | "reject";

/** Arguments of `review.trail`. */
export type TrailOf = { draft?: string, };

/** The audit trail. */
export type TrailRead = {
  /** The entries, in order. */
  entries: Array<ReviewEvent>;
  /** Hash of the last entry of the whole trail. */
  head: string;
};

/** Arguments of `keys.trust`: a card, a package, or a statement that a key ended. */
export type TrustFile = { path: string, };

/** Arguments of `secrets.unlock`. */
export type Unlock = { passphrase: string, };

/** What came of checking a proof. */
export type Verification = {
  /** Nothing is bad. */
  valid: boolean;
  /** SHA-256 of the release. */
  release: string;
  /** What was checked, in order. */
  checks: Array<ProofCheck>;
};

/** Why an entry waits. */
export type Wait = {
  /** `paused`, `held`, `waiting_for_yes`, `waiting_budget`, `waiting_quiet_hours`, `waiting_metered`, `waiting_older` or `waiting_next_try`. */
  code: string;
  /** Until when; null until somebody changes it. */
  until: string | null;
};

/** Something a person should know before a file leaves the desk. It carries a code; the sentence is in the interface's locales under `warning.<code>`. */
export type Warning = {
  /** Stable snake_case code, one of [`warning::ALL`]. */
  code: string;
  /** What kind of place it is about. */
  place_kind: PlaceKind;
  /** The page number, sheet or part; empty for the whole file. */
  place: string;
  /** How many were found there, at least 1. */
  count: number;
};

/** Arguments of `people.lock`, `people.open_for_good` and `people.paper`. */
export type WithPassphrase = { passphrase: string, };

/** Arguments of `outbox.withdraw`. */
export type WithdrawEntry = { entry: string,
/** Why; needed when the portal has to be asked to take the piece down. */
reason?: string, };

/** What can go on without the window here. */
export type WithoutWindow = {
  /** The desktop shows an icon of the program, so sending may go on when the window is closed. */
  tray: boolean;
  /** The service that sends; null where this system has no place for one. */
  service: Service | null;
};

/** Arguments of `review.comment`. */
export type WriteComment = { draft: string, lang: string,
/** `title`, `summary` or `body`. */
place: string,
/** The marked words, as the page shows them. */
quote: string,
/** What the page shows before them. */
before: string,
/** What is said; may be empty beside a suggestion. */
words: string,
/** What should stand there instead. */
suggestion?: string, };

/** Arguments of `courier.receipts`. */
export type WriteReceipts = {
  /** The new file. */
  to: string;
};

/** Arguments of `review.sheet`. */
export type WriteSheet = { draft: string,
/** Language of its words. */
lang: string, to: string, };

/** What `courier.receipts` wrote. */
export type WrittenReceipts = {
  /** Receipts of so many packages. */
  packages: number;
};

/** Every command: what it is given and what it answers. */
export interface Commands {
  'app.state': { args: Empty; result: AppState };
  'app.closing': { args: SayClosing; result: Empty };
  'app.quit': { args: Empty; result: Empty };
  'app.opened': { args: Empty; result: OpenedFile };
  'app.opened_shown': { args: ShownFile; result: Empty };
  'background.state': { args: Empty; result: WithoutWindow };
  'background.install_service': { args: Empty; result: WithoutWindow };
  'background.remove_service': { args: Empty; result: WithoutWindow };
  'profile.set': { args: SetProfile; result: AppState };
  'settings.set': { args: SetSetting; result: AppState };
  'secrets.unlock': { args: Unlock; result: AppState };
  'drafts.create': { args: CreateDraft; result: Draft };
  'drafts.open': { args: OfDraft; result: Draft };
  'drafts.list': { args: ListDrafts; result: DraftPage };
  'drafts.desk': { args: Empty; result: DeskView };
  'drafts.save': { args: SaveText; result: Saved };
  'drafts.set_fields': { args: SetFields; result: FieldsSaved };
  'drafts.document': { args: OfLanguage; result: EditorDocument };
  'drafts.add_language': { args: AddLanguage; result: Draft };
  'drafts.check': { args: OfDraft; result: Checked };
  'drafts.history': { args: OfLanguage; result: Revisions };
  'drafts.revision': { args: OfRevision; result: EarlierText };
  'drafts.restore': { args: OfRevision; result: Draft };
  'drafts.compare': { args: CompareRevisions; result: LanguageDiff };
  'drafts.source': { args: OfLanguage; result: SinceTranslated };
  'drafts.follow': { args: OfLanguage; result: Empty };
  'drafts.trash': { args: OfDraft; result: Empty };
  'drafts.untrash': { args: OfDraft; result: Empty };
  'drafts.render': { args: OfLanguage; result: RenderedText };
  'drafts.bring_in': { args: BringInFile; result: BroughtInFile };
  'drafts.brought': { args: OfDraft; result: BroughtOfDraft };
  'drafts.settle_tracked': { args: SettleTracked; result: Draft };
  'drafts.join': { args: JoinDrafts; result: Draft };
  'attachments.add': { args: AddAttachments; result: Draft };
  'attachments.add_bytes': { args: AddBytes; result: Attachment };
  'attachments.set': { args: SetAttachment; result: Draft };
  'attachments.remove': { args: OfAttachment; result: Draft };
  'attachments.put_back': { args: OfAttachment; result: Draft };
  'attachments.prepare': { args: PrepareAttachments; result: Draft };
  'publications.choose': { args: Choose; result: Paths };
  'publications.intake': { args: TakeIn; result: OfJob };
  'publications.likenesses': { args: ListLikenesses; result: LikenessPage };
  'publications.settle': { args: SettleLikenesses; result: Settled };
  'publications.reinstate': { args: OfPublication; result: Empty };
  'publications.find_inside': { args: FindInside; result: FoundPages };
  'publications.offered': { args: Empty; result: Offered };
  'publications.look': { args: Empty; result: Offered };
  'publications.take_offered': { args: TakeOffered; result: OfJob };
  'publications.decline_offered': { args: DeclineOffered; result: Empty };
  'jobs.list': { args: ListJobs; result: Jobs };
  'jobs.cancel': { args: OfJob; result: Empty };
  'jobs.pause': { args: OfJob; result: Job };
  'jobs.resume': { args: OfJob; result: Job };
  'publications.list': { args: ListPublications; result: PublicationPage };
  'publications.open': { args: OfPublication; result: OpenedPublication };
  'publications.set': { args: SetPublication; result: Publication };
  'publications.describe': { args: OfPublication; result: Publication };
  'publications.slim': { args: SlimPublications; result: SentPublications };
  'publications.edit': { args: EditPublications; result: Edited };
  'publications.rows': { args: PublicationIds; result: PublicationRows };
  'publications.find': { args: FindPublications; result: PublicationIds };
  'publications.remove': { args: OfPublication; result: Empty };
  'publications.bundle': { args: BundlePublications; result: Draft };
  'sheets.look': { args: OfSheet; result: SheetLook };
  'sheets.try': { args: SheetWish; result: SheetReport };
  'sheets.apply': { args: SheetWish; result: SheetDone };
  'sheets.give_back': { args: GiveBack; result: Empty };
  'sheets.export': { args: ExportSheet; result: Empty };
  'review.submit': { args: Submit; result: ReleaseRow };
  'review.approve': { args: Approve; result: ReleaseRow };
  'review.return': { args: SendBack; result: ReleaseRow };
  'review.withdraw': { args: OfDraft; result: ReleaseRow | null };
  'review.diff': { args: DiffOf; result: ReviewDiff };
  'review.trail': { args: TrailOf; result: TrailRead };
  'review.verify': { args: OfDraft; result: Verification };
  'review.verify_file': { args: OfPackage; result: Verification };
  'review.export': { args: ExportReview; result: Exported };
  'review.sheet': { args: WriteSheet; result: SheetWritten };
  'review.attach_sheet': { args: AttachSheet; result: SignedSheet };
  'review.sheets': { args: OfDraft; result: SheetList };
  'review.import': { args: OfPackage; result: Imported };
  'review.look': { args: OfPackage; result: Look };
  'review.standing': { args: OfDraft; result: Standing };
  'review.text': { args: OfLanguage; result: ReleaseShown };
  'review.batch': { args: Empty; result: BatchTable };
  'review.approve_batch': { args: ApproveBatch; result: BatchApproved };
  'review.comments': { args: OfDraft; result: CommentList };
  'review.comment': { args: WriteComment; result: CommentWritten };
  'review.uncomment': { args: OfComment; result: Empty };
  'review.answer': { args: AnswerComment; result: Empty };
  'keys.list': { args: Empty; result: KeyList };
  'keys.create': { args: NewKey; result: MadeKey };
  'keys.export': { args: ExportKey; result: Empty };
  'keys.look': { args: TrustFile; result: KeyRow };
  'keys.trust': { args: TrustFile; result: KeyRow };
  'keys.rotate': { args: RotateKey; result: MadeKey };
  'keys.end': { args: EndKey; result: KeyRow };
  'keys.recover': { args: RecoverKey; result: KeyRow };
  'outbox.list': { args: Empty; result: Outbox };
  'outbox.of': { args: OfDraft; result: Entries };
  'outbox.hold': { args: OfEntry; result: Empty };
  'outbox.resume': { args: OfEntry; result: Empty };
  'outbox.retry': { args: OfEntry; result: Empty };
  'outbox.allow': { args: OfEntry; result: Empty };
  'outbox.insist': { args: OfEntry; result: Empty };
  'outbox.withdraw': { args: WithdrawEntry; result: Empty };
  'outbox.sending': { args: Empty; result: SendingView };
  'outbox.set_sending': { args: Sending; result: SendingView };
  'conflicts.open': { args: OfConflict; result: ConflictView };
  'conflicts.preview': { args: PreviewConflict; result: Preview };
  'conflicts.settle': { args: Settle; result: Draft };
  'remote.list': { args: OfRemote; result: Remote };
  'remote.fetch': { args: RemoteItems; result: Empty };
  'remote.adopt': { args: RemoteItem; result: Adopted };
  'outbox.send_now': { args: Empty; result: Empty };
  'outbox.pause': { args: Pause; result: Empty };
  'files.save_as': { args: SaveAs; result: ChosenPlace };
  'courier.list': { args: Empty; result: CourierList };
  'courier.export': { args: ExportArgs; result: ExportedPackage };
  'courier.deliver': { args: DeliverArgs; result: CarriedRow };
  'courier.receipts': { args: WriteReceipts; result: WrittenReceipts };
  'courier.import': { args: ImportReceipts; result: ImportedReceipts };
  'courier.key': { args: KeyArgs; result: Empty };
  'handover.export': { args: HandoverArgs; result: Handed };
  'handover.import': { args: TakeOverArgs; result: TakenOver };
  'handover.list': { args: Empty; result: Handovers };
  'handover.confirm': { args: ConfirmArgs; result: Handovers };
  'portals.list': { args: Empty; result: Portals };
  'portals.add': { args: AddPortal; result: PortalRow };
  'portals.test': { args: OfPortal; result: PortalRow };
  'portals.diagnose': { args: OfPortal; result: Diagnosis };
  'portals.remove': { args: OfPortal; result: Empty };
  'proxy.state': { args: Empty; result: ProxyView };
  'proxy.set': { args: SetProxy; result: ProxyView };
  'search': { args: Search; result: Found };
  'practice.show': { args: ShowPractice; result: Empty };
  'sample.create': { args: Empty; result: Draft };
  'people.state': { args: Empty; result: PeopleState };
  'people.enter': { args: EnterDesk; result: PeopleState };
  'people.leave': { args: Empty; result: PeopleState };
  'people.seen': { args: LastSign; result: PresenceTold };
  'people.recover': { args: RecoverDesk; result: PeopleState };
  'people.add': { args: NewPerson; result: PeopleState };
  'people.lock': { args: WithPassphrase; result: DeskPaper };
  'people.open_for_good': { args: WithPassphrase; result: PeopleState };
  'people.passphrase': { args: NewPassphrase; result: Empty };
  'people.paper': { args: WithPassphrase; result: DeskPaper };
}
