// The shapes that cross between the window and the desk. Generated from the Rust types; not edited by hand.

export type Id = string;
/** RFC 3339 in UTC, with milliseconds. */
export type Time = string;
/** BCP 47. */
export type Lang = string;
export type State = 'draft' | 'in_review' | 'returned' | 'approved' | 'waiting' | 'sending' | 'received' | 'published' | 'refused' | 'conflict';
export interface Problem { code: string; subject: string; params: Record<string, string> }
export interface Profile { person: Id; owner: string; owner_kind: 'state' | 'institution'; name: string; role: 'author' | 'approver' | 'both'; display_lang: Lang }
export interface LangMark { lang: Lang; state: 'full' | 'outdated' | 'partial' }
export interface DraftRow { id: Id; type: string; lang: Lang; title: string; summary: string; languages: LangMark[]; state: State; progress: { done: number; total: number } | null; updated_at: Time; urgent: boolean; reason: string | null }
export interface LanguageVersion { lang: Lang; rev: Id; title: string; summary: string; body: string; fields: Record<string, unknown>; words: number; saved_at: Time; by: string }
export interface Attachment { id: Id; draft: Id; publication: Id | null; sha256: string; name: string; mime: string; bytes: number; role: 'publication' | 'picture' | 'data' | 'supplement' | 'cover'; alt: Record<Lang, string>; title: string; position: number }
export interface Draft { id: Id; type: string; primary_lang: Lang; state: State; urgent: boolean; created_at: Time; updated_at: Time; trashed: boolean; fields_rev: Id; fields: Record<string, unknown>; areas: string[]; languages: LanguageVersion[]; attachments: Attachment[]; release: ReleaseRow | null; return_reason: string | null; last_delivery: ReceiptRow | null }
export type PublicationState = 'readable' | 'scanned' | 'encrypted' | 'damaged' | 'other';
export type Origin = 'file' | 'first_page' | 'name' | 'person';
export interface Publication { id: Id; sha256: string; name: string; path: string; bytes: number; mime: string; state: PublicationState; title: string; authors: string[]; corporate_author: string; year: number | null; languages: Lang[]; pages: number | null; publication_type: string; licence: string; doi: string; isbn: string; issn: string; text_chars: number; has_thumbnail: boolean; added_at: Time; updated_at: Time; origins: Record<string, Origin>; problems: Problem[]; attached_to: number }
export interface Tally { seen: number; added: number; same_bytes: number; same_work: number; skipped: number; failed: number }
export interface IntakeItem { name: string; outcome: 'added' | 'same_bytes' | 'same_work' | 'skipped' | 'failed'; publication: Id | null; problems: Problem[] }
export interface Job { id: Id; kind: 'intake'; state: 'running' | 'done' | 'cancelled' | 'failed'; started_at: Time; tally: Tally; total: number | null; bytes_done: number; current: string | null; items: IntakeItem[]; problems: Problem[] }
export interface ReleaseRow { hash: string; draft: Id; number: number; created_at: Time; state: 'in_review' | 'approved' | 'returned' | 'superseded'; submitted_by: string; decided_by: string | null; decided_at: Time | null; reason: string | null; bytes: number }
export interface Failure { code: string; params: Record<string, string>; detail: string }
export interface ReceiptRow { draft: Id; release: string; portal: string; remote_id: string; url: string; received_at: Time; files: number }
export interface OutboxEntry { id: Id; draft: Id; title: string; release: string; portal: string; state: 'waiting' | 'sending' | 'received' | 'published' | 'refused' | 'conflict'; held: boolean; attempts: number; next_attempt_at: Time | null; reason: Failure | null; bytes_total: number; bytes_sent: number; files_total: number; files_sent: number; receipt: ReceiptRow | null }
export interface Finding { code: string; severity: 'error' | 'warning' | 'hint'; field: string; lang: Lang | null; params: Record<string, string> }
export interface Hit { kind: 'draft' | 'publication'; id: Id; title: string; snippet: string; lang: Lang | null }
export interface PortalRow { id: Id; name: string; kind: 'practice' | 'contract' | 'wordpress'; url: string; user: string | null; capabilities: Record<string, unknown>; last_contact: Time | null; last_failure: Failure | null }
export interface Link { state: 'unknown' | 'reached' | 'failing'; failure: Failure | null; at: Time | null; paused: boolean }
export interface Saved { rev: Id; words: number; at: Time; state: State }
export interface Settings { display_lang: Lang; theme: 'system' | 'light' | 'dark'; numerals: 'latn' | 'arab' }
export interface AppState { version: string; store: string; profile: Profile | null; settings: Settings; secrets: 'keyring' | 'file' | 'locked' | 'none'; practice_url: string | null; link: Link; counts: { needs_you: number; waiting: number; received: number } }
export interface Change { kind: 'same' | 'added' | 'removed'; text: string }
export interface LanguageDiff { lang: Lang; title: Change[]; summary: Change[]; body: Change[] }
export interface FileDiff { name: string; change: 'new' | 'removed' | 'same' }
export interface FieldDiff { key: string; before: unknown; after: unknown }
export interface Diff { against: 'nothing' | 'approved'; languages: LanguageDiff[]; files: FileDiff[]; fields: FieldDiff[] }
export interface DeskGroups { needs_you: DraftRow[]; in_work: DraftRow[]; waiting: DraftRow[]; arrived: DraftRow[]; counts: Record<string, number> }
export interface RevisionRow { rev: Id; at: Time; by: string; words: number; title: string }
export interface ConflictText { rev: Id; title: string; summary: string; body: string }
export interface Conflict { yours: ConflictText; theirs: ConflictText; base: ConflictText | null }
export interface CallFailure { code: string; params: Record<string, string>; detail: string; conflict?: Conflict | null }
export interface Changes { topics: Topic[]; drafts: Id[] }
export type Topic = 'drafts' | 'publications' | 'review' | 'outbox' | 'portals' | 'settings' | 'jobs' | 'link';
export type Empty = Record<string, never>;

export interface Commands {
  'app.flushed': { args: Empty; result: Empty };
  'app.state': { args: Empty; result: AppState };
  'profile.set': { args: { owner: string; owner_kind: 'state' | 'institution'; name: string; role: Profile['role']; display_lang: Lang }; result: AppState };
  'settings.set': { args: { key: string; value: string }; result: AppState };
  'secrets.unlock': { args: { passphrase: string }; result: AppState };
  'drafts.create': { args: { type: string; lang: Lang; title?: string }; result: Draft };
  'drafts.open': { args: { draft: Id }; result: Draft };
  'drafts.list': { args: { state?: State; type?: string; query?: string; trashed?: boolean; after?: string; limit: number }; result: { drafts: DraftRow[]; next: string | null } };
  'drafts.desk': { args: Empty; result: DeskGroups };
  'drafts.save': { args: { draft: Id; lang: Lang; base: Id; title: string; summary: string; document: unknown; markdown: string | null; fields: Record<string, unknown> }; result: Saved };
  'drafts.set_fields': { args: { draft: Id; base: Id; fields: Record<string, unknown>; areas: string[]; urgent: boolean }; result: { fields_rev: Id; at: Time; state: State } };
  'drafts.document': { args: { draft: Id; lang: Lang }; result: { rev: Id; document: unknown } };
  'drafts.add_language': { args: { draft: Id; lang: Lang; copy_from?: Lang }; result: Draft };
  'drafts.check': { args: { draft: Id }; result: { findings: Finding[]; ready: boolean } };
  'drafts.history': { args: { draft: Id; lang: Lang }; result: { revisions: RevisionRow[] } };
  'drafts.restore': { args: { draft: Id; rev: Id }; result: Draft };
  'drafts.trash': { args: { draft: Id }; result: Empty };
  'drafts.untrash': { args: { draft: Id }; result: Empty };
  'drafts.render': { args: { draft: Id; lang: Lang }; result: { html: string; dir: 'ltr' | 'rtl' } };
  'attachments.add': { args: { draft: Id; publications?: Id[]; paths?: string[]; role?: Attachment['role'] }; result: Draft };
  'attachments.add_bytes': { args: { draft: Id; name: string; base64: string; role: Attachment['role']; alt?: Record<Lang, string> }; result: Attachment };
  'attachments.set': { args: { attachment: Id; role?: Attachment['role']; alt?: Record<Lang, string>; title?: string }; result: Draft };
  'attachments.remove': { args: { attachment: Id }; result: Draft };
  'publications.choose': { args: { folder: boolean }; result: { paths: string[] } };
  'publications.intake': { args: { paths: string[] }; result: { job: Id } };
  'jobs.list': { args: Empty; result: { jobs: Job[] } };
  'jobs.cancel': { args: { job: Id }; result: Empty };
  'publications.list': { args: { query?: string; sort?: string; desc?: boolean; missing?: boolean; after?: string; limit: number }; result: { publications: Publication[]; next: string | null; total: number } };
  'publications.open': { args: { publication: Id }; result: { publication: Publication; text: string; drafts: DraftRow[] } };
  'publications.set': { args: { publication: Id; values: Record<string, unknown> }; result: Publication };
  'publications.remove': { args: { publication: Id }; result: Empty };
  'publications.bundle': { args: { publications: Id[]; lang: Lang }; result: Draft };
  'review.submit': { args: { draft: Id; note?: string }; result: ReleaseRow };
  'review.approve': { args: { draft: Id; release: string }; result: ReleaseRow };
  'review.return': { args: { draft: Id; reason: string }; result: ReleaseRow };
  'review.withdraw': { args: { draft: Id }; result: ReleaseRow | null };
  'review.diff': { args: { draft: Id }; result: Diff };
  'outbox.list': { args: Empty; result: { entries: OutboxEntry[]; link: Link } };
  'outbox.hold': { args: { entry: Id }; result: Empty };
  'outbox.resume': { args: { entry: Id }; result: Empty };
  'outbox.retry': { args: { entry: Id }; result: Empty };
  'outbox.withdraw': { args: { entry: Id }; result: Empty };
  'outbox.send_now': { args: Empty; result: Empty };
  'outbox.pause': { args: { paused: boolean }; result: Empty };
  'portals.list': { args: Empty; result: { portals: PortalRow[] } };
  'portals.add': { args: { name: string; url: string; kind: PortalRow['kind']; user?: string; secret?: string }; result: PortalRow };
  'portals.test': { args: { name: string }; result: PortalRow };
  'portals.remove': { args: { name: string }; result: Empty };
  'search': { args: { query: string; in: 'drafts' | 'publications' | 'all'; limit: number }; result: { hits: Hit[]; took_us: number } };
  'practice.show': { args: { path?: string }; result: Empty };
  'sample.create': { args: Empty; result: Draft };
}
