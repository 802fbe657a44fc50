-- The desk's database, as all migrations together leave it. A test keeps this file true.
--
-- Rules: every table is STRICT; times are RFC 3339 UTC texts with milliseconds and are never what
-- anything is ordered by; ids that travel are UUIDv7 texts; `seq` numbers are local, grow for ever
-- and are never reused; JSON columns hold exactly the JSON named; an absent text is '', an absent
-- number or reference is NULL. A column never changes its meaning: a new meaning is a new column.

-- Marks the file as a desk's ("Qlmd"); see db/ours.rs.
PRAGMA application_id = 1366060388;

-- Single facts about this desk that are neither settings nor nouns: `desk` (its id), `created_at`,
-- `person` (id of the person of the profile), `fold_version` (of the search index), `paused`
-- (sending is paused, '1').
CREATE TABLE fact (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What a person chose for this desk; `value` is JSON. The keys are those of settings.rs.
CREATE TABLE setting (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Counters: `change`, which every change of a draft moves on (`draft.changed`, the order of all
-- lists), and `drafts_<place>`, how many drafts outside the trash lists find in each place.
CREATE TABLE counter (
  name TEXT NOT NULL PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- People who work or worked on this desk. `owner` is the state (ISO 3166 alpha-2) or institution
-- (acronym) they write for; `owner_kind` is 'state' or 'institution'; `role` is 'author',
-- 'approver' or 'both'.
CREATE TABLE person (
  id TEXT NOT NULL PRIMARY KEY,
  owner TEXT NOT NULL,
  owner_kind TEXT NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  display_lang TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Bytes stored once under blobs/<2 digits>/<sha256>. The file is there before the row is, and the
-- row is gone before the file is. `mime` is the true type found in the bytes.
CREATE TABLE blob (
  sha256 TEXT NOT NULL PRIMARY KEY,
  bytes INTEGER NOT NULL,
  mime TEXT NOT NULL,
  added_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One piece of content in work. `fields` (JSON object) are those that are the same in every
-- language, `areas` (JSON array) the thematic areas in their order, `fields_rev` the id that a
-- change of either (or of `urgent`) must name as its base. `changed` is the counter at the last
-- change of any kind; `content` the counter at the last change that a release would show.
-- `trashed_at` is '' unless the draft lies in the trash. `place` is where lists look for the draft:
-- the state its facts gave when one of them last changed (see `unplaced`). It leads a search and is
-- never shown; what is shown is computed from the facts again.
CREATE TABLE draft (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  primary_lang TEXT NOT NULL,
  changed INTEGER NOT NULL,
  content INTEGER NOT NULL,
  urgent INTEGER NOT NULL,
  trashed_at TEXT NOT NULL,
  place TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  fields_rev TEXT NOT NULL,
  areas TEXT NOT NULL,
  fields TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX draft_by_change ON draft (changed) WHERE trashed_at = '';
CREATE UNIQUE INDEX draft_in_trash ON draft (changed) WHERE trashed_at <> '';
CREATE INDEX draft_by_place ON draft (place, changed) WHERE trashed_at = '';

-- Drafts one of whose facts changed since their `place` was computed. The triggers below fill it,
-- whoever writes; the door for writes empties it before each commit.
CREATE TABLE unplaced (
  draft TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- How many drafts outside the trash have each place: the counters `drafts_<place>`.
CREATE TRIGGER draft_counted AFTER INSERT ON draft WHEN NEW.trashed_at = '' BEGIN
  INSERT INTO counter (name, value) VALUES ('drafts_' || NEW.place, 1)
    ON CONFLICT (name) DO UPDATE SET value = value + 1;
END;
CREATE TRIGGER draft_moved AFTER UPDATE OF place, trashed_at ON draft
WHEN OLD.place <> NEW.place OR (OLD.trashed_at = '') <> (NEW.trashed_at = '') BEGIN
  UPDATE counter SET value = value - 1
    WHERE name = 'drafts_' || OLD.place AND OLD.trashed_at = '';
  INSERT INTO counter (name, value) SELECT 'drafts_' || NEW.place, 1 WHERE NEW.trashed_at = ''
    ON CONFLICT (name) DO UPDATE SET value = value + 1;
END;
CREATE TRIGGER draft_uncounted AFTER DELETE ON draft WHEN OLD.trashed_at = '' BEGIN
  UPDATE counter SET value = value - 1 WHERE name = 'drafts_' || OLD.place;
END;
-- A draft without a release is in work, whatever its text is.
CREATE TRIGGER draft_edited AFTER UPDATE OF content ON draft
WHEN EXISTS (SELECT 1 FROM release WHERE draft = NEW.id) BEGIN
  INSERT INTO unplaced (draft) VALUES (NEW.id) ON CONFLICT DO NOTHING;
END;

-- A saved state of one language version; immutable, except that saves of one person within one
-- burst of writing become one revision as long as nothing refers to them (`pinned` = 0): then the
-- row takes the new text and a new `id`. `pinned` = 1 once a release, a translation or a restored
-- revision refers to the row. `fields` (JSON object) are the localized ones. `burst_at` is when
-- the burst began, `saved_at` when the text was stored. `words` counts the body. `session` names
-- the run of the program that wrote it. `aside` = 1 is a text that met another one when it was
-- saved: kept in the history, never the present text of its own accord. `sense` is a hash over title,
-- summary and body whatever white space is in them: a translation follows its original when the
-- sense is the one it was made from. `handed_at` is when the text was last handed in for review, ''
-- when it never was. The body stands last, so that lists read none of it.
CREATE TABLE revision (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  draft TEXT NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
  lang TEXT NOT NULL,
  person TEXT NOT NULL,
  person_name TEXT NOT NULL,
  session TEXT NOT NULL,
  pinned INTEGER NOT NULL,
  aside INTEGER NOT NULL,
  burst_at TEXT NOT NULL,
  saved_at TEXT NOT NULL,
  words INTEGER NOT NULL,
  sense TEXT NOT NULL,
  handed_at TEXT NOT NULL,
  title TEXT NOT NULL,
  summary TEXT NOT NULL,
  fields TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX revision_of_version ON revision (draft, lang, seq);

-- A language version: which revision is its present text (`head`), and for a translation which
-- revision of the original it follows (`source`). `seq` is also the rowid in
-- `draft_search`.
CREATE TABLE language_version (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  draft TEXT NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
  lang TEXT NOT NULL,
  head INTEGER NOT NULL REFERENCES revision (seq),
  source INTEGER REFERENCES revision (seq),
  UNIQUE (draft, lang)
) STRICT;
CREATE INDEX language_version_head ON language_version (head);
CREATE INDEX language_version_source ON language_version (source);

-- A file with its description, usable on its own or attached to drafts. `path` is where it came
-- from; `state` is 'readable', 'scanned', 'encrypted', 'damaged' or 'other'; `authors`,
-- `languages` (JSON arrays), `origins` (JSON object field -> 'file' | 'first_page' | 'name' |
-- 'person') and `problems` (JSON array of problems). `title_key` is the folded title lists are
-- sorted by. `numbers` (JSON array) are document numbers; `sources` and `confidence` (JSON objects)
-- say of each value the program found where exactly it came from and how sure it is, whatever a
-- person said since; `warnings` (JSON array) what should not leave unseen.
-- `slim` is 'rule', 'always' or 'never': whether a smaller copy of it is sent.
CREATE TABLE publication (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  sha256 TEXT NOT NULL UNIQUE REFERENCES blob (sha256),
  name TEXT NOT NULL,
  path TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  mime TEXT NOT NULL,
  state TEXT NOT NULL,
  title TEXT NOT NULL,
  title_key TEXT NOT NULL,
  authors TEXT NOT NULL,
  corporate_author TEXT NOT NULL,
  year INTEGER,
  languages TEXT NOT NULL,
  pages INTEGER,
  publication_type TEXT NOT NULL,
  licence TEXT NOT NULL,
  doi TEXT NOT NULL,
  isbn TEXT NOT NULL,
  issn TEXT NOT NULL,
  text_chars INTEGER NOT NULL,
  has_thumbnail INTEGER NOT NULL,
  added_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  origins TEXT NOT NULL,
  problems TEXT NOT NULL,
  numbers TEXT NOT NULL,
  sources TEXT NOT NULL,
  confidence TEXT NOT NULL,
  warnings TEXT NOT NULL,
  slim TEXT NOT NULL
) STRICT;
CREATE INDEX publication_by_title ON publication (title_key, seq);
CREATE INDEX publication_by_year ON publication (year, seq);
CREATE INDEX publication_by_name ON publication (name, seq);

-- The text read out of a publication, in reading order, page by page; kept apart so that lists stay
-- small. `id` is publication.seq * 65536 + the place of the piece, from 1; `page` is the number of
-- the page, NULL in a file without pages, whose text is cut into pieces. Blank pages have no row.
CREATE TABLE publication_page (
  id INTEGER PRIMARY KEY,
  page INTEGER,
  text TEXT NOT NULL
) STRICT;
CREATE TRIGGER publication_pages_gone AFTER DELETE ON publication BEGIN
  DELETE FROM publication_page WHERE id BETWEEN OLD.seq * 65536 AND OLD.seq * 65536 + 65535;
  DELETE FROM work_sign WHERE publication = OLD.seq;
END;

-- Pages that search does not know yet: those of `publication` (its seq) after `done` (an id of
-- publication_page). They are indexed in pieces, so that nobody waits long for the write lock.
CREATE TABLE unindexed (
  publication INTEGER PRIMARY KEY,
  done INTEGER NOT NULL
) STRICT;

-- By what a work is recognised: `key` is a number made of an identifier, a title or a part of
-- `sketch` (publications/likeness); `publication` is its seq. Different works may share a key.
CREATE TABLE work_sign (
  key INTEGER NOT NULL,
  publication INTEGER NOT NULL,
  PRIMARY KEY (key, publication)
) STRICT, WITHOUT ROWID;
CREATE INDEX work_sign_of_publication ON work_sign (publication);

-- How a publication's text compares with others': 64 numbers of 4 bytes, little endian.
CREATE TABLE work_sketch (
  publication TEXT NOT NULL PRIMARY KEY REFERENCES publication (id) ON DELETE CASCADE,
  sketch BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Further files of the same work, kept with a publication by a person's word: another format, an
-- older edition. Their bytes count as those of the publication.
CREATE TABLE publication_copy (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  publication TEXT NOT NULL REFERENCES publication (id) ON DELETE CASCADE,
  sha256 TEXT NOT NULL UNIQUE REFERENCES blob (sha256),
  name TEXT NOT NULL,
  path TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  mime TEXT NOT NULL,
  title TEXT NOT NULL,
  year INTEGER,
  added_at TEXT NOT NULL
) STRICT;
CREATE INDEX publication_copy_of ON publication_copy (publication, seq);

-- The copy of a file that is sent in its place: `sha256` names the original, `wish` says what was
-- wished for it, `copy` names the copy; NULL when there is none, and `why` says why. `report` (JSON)
-- says what was done; '' without a copy.
CREATE TABLE sent_copy (
  sha256 TEXT NOT NULL PRIMARY KEY REFERENCES blob (sha256),
  wish TEXT NOT NULL,
  copy TEXT REFERENCES blob (sha256),
  bytes INTEGER NOT NULL,
  report TEXT NOT NULL,
  why TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sent_copy_of ON sent_copy (copy) WHERE copy IS NOT NULL;

-- A publication of which a newer edition is here, `newer`; it stays, out of the way.
CREATE TABLE superseded (
  publication TEXT NOT NULL PRIMARY KEY REFERENCES publication (id) ON DELETE CASCADE,
  newer TEXT NOT NULL REFERENCES publication (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX superseded_by ON superseded (newer);

-- A publication that is probably the same work as another one (`other`) or as a piece a portal has
-- (`portal`, `piece`); the texts not meant are ''. `kind` is 'same_work', 'newer_edition' (the
-- publication is newer than the other), 'older_edition' or 'on_portal'; `reasons` a JSON array of
-- 'doi', 'isbn', 'title', 'year', 'text', 'bytes'; `alike` how much of the text is the same, in per
-- cent. `settled` is '' until a person decided, then the rule chosen.
CREATE TABLE likeness (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  publication TEXT NOT NULL REFERENCES publication (id) ON DELETE CASCADE,
  other TEXT NOT NULL,
  portal TEXT NOT NULL,
  piece TEXT NOT NULL,
  title TEXT NOT NULL,
  kind TEXT NOT NULL,
  reasons TEXT NOT NULL,
  alike INTEGER,
  settled TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT;
CREATE INDEX likeness_of ON likeness (publication);
CREATE INDEX likeness_with ON likeness (other) WHERE other <> '';
CREATE INDEX likeness_open ON likeness (seq) WHERE settled = '';

-- A blob in a role on a draft. `role` is 'publication', 'picture', 'data', 'supplement' or
-- 'cover'; `alt` (JSON object) the alternative text by language; `position` the order, from 0.
-- `publication` is set when the file came from the publications.
CREATE TABLE attachment (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  draft TEXT NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
  publication TEXT REFERENCES publication (id),
  sha256 TEXT NOT NULL REFERENCES blob (sha256),
  name TEXT NOT NULL,
  mime TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  role TEXT NOT NULL,
  alt TEXT NOT NULL,
  title TEXT NOT NULL,
  position INTEGER NOT NULL,
  added_at TEXT NOT NULL
) STRICT;
CREATE INDEX attachment_of_draft ON attachment (draft, position, seq);
CREATE INDEX attachment_of_publication ON attachment (publication) WHERE publication IS NOT NULL;
CREATE INDEX attachment_of_blob ON attachment (sha256);

-- What a worker read out of a file that is on a draft and no publication; of its bytes, so that they
-- are read once however many drafts they are on, and gone with them. The columns are those of
-- `publication`. `whole` = 0 while its pages are being stored: what a killed program left is read
-- again.
CREATE TABLE file_reading (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  sha256 TEXT NOT NULL UNIQUE REFERENCES blob (sha256) ON DELETE CASCADE,
  mime TEXT NOT NULL,
  state TEXT NOT NULL,
  pages INTEGER,
  languages TEXT NOT NULL,
  problems TEXT NOT NULL,
  warnings TEXT NOT NULL,
  whole INTEGER NOT NULL
) STRICT;

-- The text read out of such a file; `id` is file_reading.seq * 65536 + the place of the piece, as in
-- publication_page.
CREATE TABLE file_page (
  id INTEGER PRIMARY KEY,
  page INTEGER,
  text TEXT NOT NULL
) STRICT;
CREATE TRIGGER file_pages_gone AFTER DELETE ON file_reading BEGIN
  DELETE FROM file_search WHERE rowid BETWEEN OLD.seq * 65536 AND OLD.seq * 65536 + 65535;
  DELETE FROM file_page WHERE id BETWEEN OLD.seq * 65536 AND OLD.seq * 65536 + 65535;
END;

-- A file a person took off a draft and may put back while the program runs (`session`);
-- `attachment` (JSON) is the row as it was. Until then its bytes stay.
CREATE TABLE detached (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  draft TEXT NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
  sha256 TEXT NOT NULL REFERENCES blob (sha256),
  session TEXT NOT NULL,
  attachment TEXT NOT NULL
) STRICT;
CREATE INDEX detached_of_blob ON detached (sha256);

-- The frozen form of a draft. `hash` is the SHA-256 of `canonical`, exactly the bytes that are
-- reviewed, approved and sent. `number` counts the submissions of the draft (a release submitted
-- again takes a new number). `content` is the draft's `content` when it was frozen: the draft was
-- edited since when its own is greater. `state` is 'in_review', 'approved', 'returned' or
-- 'superseded'; of one draft at most one is approved and at most one other in review or returned.
-- `submitted_by` and `decided_by` are names as they were then; `reason` belongs to a return.
CREATE TABLE release (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  hash TEXT NOT NULL UNIQUE,
  draft TEXT NOT NULL REFERENCES draft (id),
  number INTEGER NOT NULL,
  content INTEGER NOT NULL,
  state TEXT NOT NULL,
  created_at TEXT NOT NULL,
  submitter TEXT NOT NULL,
  submitted_by TEXT NOT NULL,
  note TEXT NOT NULL,
  decided_by TEXT NOT NULL,
  decided_at TEXT NOT NULL,
  reason TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  canonical BLOB NOT NULL,
  UNIQUE (draft, number)
) STRICT;
CREATE UNIQUE INDEX release_pending ON release (draft) WHERE state IN ('in_review', 'returned');
CREATE UNIQUE INDEX release_approved ON release (draft) WHERE state = 'approved';
CREATE TRIGGER release_made AFTER INSERT ON release BEGIN
  INSERT INTO unplaced (draft) VALUES (NEW.draft) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER release_decided AFTER UPDATE OF state, content ON release BEGIN
  INSERT INTO unplaced (draft) VALUES (NEW.draft) ON CONFLICT DO NOTHING;
END;

-- The files a release names, in their order; keeps their blobs from being swept. `original` is the
-- file of which `sha256` is a copy for sending, or the same.
CREATE TABLE release_file (
  release TEXT NOT NULL REFERENCES release (hash),
  position INTEGER NOT NULL,
  sha256 TEXT NOT NULL REFERENCES blob (sha256),
  original TEXT NOT NULL REFERENCES blob (sha256),
  name TEXT NOT NULL,
  mime TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (release, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX release_file_blob ON release_file (sha256);
CREATE INDEX release_file_original ON release_file (original);

-- Who approved a release last, so that it counts as approved. `signature` is the hash of the signed
-- statement (`decision`).
CREATE TABLE approval (
  release TEXT NOT NULL PRIMARY KEY REFERENCES release (hash),
  person TEXT NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  at TEXT NOT NULL,
  signature TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A person's key as its card presents it (`card`, a signed envelope). `ours` = 1 when the private
-- half is among the secrets of this desk, as `key/<id>`. `trusted_at` is '' until a person said that
-- it is whose it says. `ended` is '' or 'replaced', 'left', 'lost', as `revocation` (an envelope,
-- empty bytes else) says.
CREATE TABLE signing_key (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  label TEXT NOT NULL,
  name TEXT NOT NULL,
  owner TEXT NOT NULL,
  public TEXT NOT NULL,
  recovery TEXT NOT NULL,
  follows TEXT NOT NULL,
  ours INTEGER NOT NULL,
  trusted_at TEXT NOT NULL,
  ended TEXT NOT NULL,
  added_at TEXT NOT NULL,
  card BLOB NOT NULL,
  revocation BLOB NOT NULL
) STRICT;

-- What was signed about a release: `act` is 'submit', 'approve', 'return' or 'withdraw', `hash` the
-- SHA-256 of `envelope`, `key` the id of the key (ARCHITECTURE.md, "Proof").
CREATE TABLE decision (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  hash TEXT NOT NULL UNIQUE,
  release TEXT NOT NULL REFERENCES release (hash),
  act TEXT NOT NULL,
  key TEXT NOT NULL,
  envelope BLOB NOT NULL
) STRICT;
CREATE INDEX decision_of_release ON decision (release, seq);

-- What somebody wrote about words of a release's text (`review/comments`). `quote` are the words, `start`
-- where they began (in code points), `ahead` and `behind` what stood around them: by these they are found
-- in the text as it is now. `suggests` = 1 when `suggestion` should stand there instead. `given` = 0 as
-- long as it is known here only; then it went with a decision, or came with one, whose hash is
-- `decision` ('' when nobody signed it).
CREATE TABLE comment (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  draft TEXT NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
  release TEXT NOT NULL,
  lang TEXT NOT NULL,
  place TEXT NOT NULL,
  start INTEGER NOT NULL,
  quote TEXT NOT NULL,
  ahead TEXT NOT NULL,
  behind TEXT NOT NULL,
  words TEXT NOT NULL,
  suggests INTEGER NOT NULL,
  suggestion TEXT NOT NULL,
  name TEXT NOT NULL,
  at TEXT NOT NULL,
  given INTEGER NOT NULL,
  decision TEXT NOT NULL
) STRICT;
CREATE INDEX comment_of_draft ON comment (draft, seq);

-- Answers to comments, which may have stayed on another desk. `act` is 'say', 'accept', 'resolve' or
-- 'reopen'; `given` and `decision` as in `comment`.
CREATE TABLE comment_answer (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  comment TEXT NOT NULL,
  draft TEXT NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
  act TEXT NOT NULL,
  words TEXT NOT NULL,
  name TEXT NOT NULL,
  at TEXT NOT NULL,
  given INTEGER NOT NULL,
  decision TEXT NOT NULL
) STRICT;
CREATE INDEX comment_answer_of_draft ON comment_answer (draft, seq);

-- Scans of sheets that were signed by hand for a release; the trail holds their hash.
CREATE TABLE signed_sheet (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  release TEXT NOT NULL REFERENCES release (hash),
  sha256 TEXT NOT NULL REFERENCES blob (sha256),
  name TEXT NOT NULL,
  mime TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  by TEXT NOT NULL,
  at TEXT NOT NULL,
  UNIQUE (release, sha256)
) STRICT;
CREATE INDEX signed_sheet_blob ON signed_sheet (sha256);

-- The very bytes of comments that a signed decision names by their hash.
CREATE TABLE comments_document (
  sha256 TEXT NOT NULL PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Drafts of other desks, here for a decision only: they never leave from here. `package` is the id of
-- the last package taken in, `key` the one it was sealed with.
CREATE TABLE guest (
  draft TEXT NOT NULL PRIMARY KEY REFERENCES draft (id) ON DELETE CASCADE,
  package TEXT NOT NULL,
  key TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The audit trail: who did what, in order, each entry holding the hash of the one before (`prev`).
-- `act` is 'submit', 'approve', 'return', 'withdraw', 'void' (an approved release gave way to a newer
-- one), 'receive' (a portal's receipt), 'key_new', 'key_trust', 'key_end' or 'rules'; `words` the note
-- or reason given; `proof` the SHA-256 of the statement or receipt it is about. Never changed.
CREATE TABLE trail (
  seq INTEGER PRIMARY KEY,
  hash TEXT NOT NULL,
  prev TEXT NOT NULL,
  desk TEXT NOT NULL,
  act TEXT NOT NULL,
  draft TEXT NOT NULL,
  release TEXT NOT NULL,
  person TEXT NOT NULL,
  name TEXT NOT NULL,
  key TEXT NOT NULL,
  at TEXT NOT NULL,
  words TEXT NOT NULL,
  proof TEXT NOT NULL
) STRICT;
CREATE INDEX trail_of_draft ON trail (draft, seq);
CREATE INDEX trail_of_release ON trail (release, seq) WHERE release <> '';
CREATE INDEX trail_of_proof ON trail (proof) WHERE proof <> '';
CREATE TRIGGER trail_stays BEFORE UPDATE ON trail BEGIN
  SELECT RAISE(ABORT, 'the trail is never changed');
END;
CREATE TRIGGER trail_remains BEFORE DELETE ON trail BEGIN
  SELECT RAISE(ABORT, 'the trail is never changed');
END;

-- A destination. `kind` is 'practice', 'contract' or 'wordpress'; `user` is '' without an account
-- name; secrets are never here. `capabilities` is the JSON of its service document. `cursor` is
-- where the portal's list of changes was last read to. `last_failure` is JSON or ''. Nothing goes
-- to it before `not_before` ('' is now); `failures` counts failures of the way in a row. A removed
-- portal keeps its row for the receipts that name it; `removed_at` is '' otherwise. `rate_bytes`
-- took `rate_millis` lately: how fast the way is (outbox/engine/rate.rs).
CREATE TABLE portal (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  url TEXT NOT NULL,
  user TEXT NOT NULL,
  capabilities TEXT NOT NULL,
  cursor TEXT NOT NULL,
  last_contact TEXT NOT NULL,
  last_failure TEXT NOT NULL,
  failures INTEGER NOT NULL,
  not_before TEXT NOT NULL,
  added_at TEXT NOT NULL,
  removed_at TEXT NOT NULL,
  rate_bytes INTEGER NOT NULL DEFAULT 0,
  rate_millis INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX portal_by_name ON portal (name) WHERE removed_at = '';

-- An approved release on its way to one portal. `phase` is one of outbox/rules.rs. `held`: a person
-- keeps it back; `consent`: a person said yes to its large files; `insisted`: a person wants it sent
-- whatever the wishes about sending say. `attempts` counts all attempts,
-- `failures` those in a row since the last progress, `interrupted` those in a row whose outcome was
-- never recorded. `reach` is 0 while no attempt can have reached the portal, 1 while the first that
-- may have is unanswered, 2 afterwards. `attempt_at` is when the attempt under way began, '' when
-- none is; `moved_at` when it was last known how many bytes had left. Not tried before `not_before`
-- ('' is now). `failure` is the JSON of the last one or ''. `reason` is why a person wants it taken
-- down. `bytes_left` is what still has to leave.
--
-- The columns from `turn` to `insisted` are the entry's place in the queue, worked out by outbox/engine/choose.rs
-- whenever the entry is written, so that the next step is found by index: `turn` = 1 for the entry
-- of a draft and portal that goes next and waits for nothing but a time; `deadly`, `calm` (not
-- urgent), `kind` and `insisted` are its class, `next_bytes` the size of its next step.
CREATE TABLE outbox (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  draft TEXT NOT NULL REFERENCES draft (id),
  release TEXT NOT NULL REFERENCES release (hash),
  portal TEXT NOT NULL REFERENCES portal (id),
  phase TEXT NOT NULL,
  held INTEGER NOT NULL,
  consent INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  interrupted INTEGER NOT NULL,
  reach INTEGER NOT NULL,
  attempt_at TEXT NOT NULL,
  moved_at TEXT NOT NULL,
  not_before TEXT NOT NULL,
  failure TEXT NOT NULL,
  reason TEXT NOT NULL,
  bytes_left INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  turn INTEGER NOT NULL,
  deadly INTEGER NOT NULL,
  calm INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  next_bytes INTEGER NOT NULL,
  insisted INTEGER NOT NULL,
  UNIQUE (release, portal)
) STRICT;
CREATE INDEX outbox_of_draft ON outbox (draft, seq);
CREATE INDEX outbox_by_phase ON outbox (phase, seq);
CREATE TRIGGER outbox_entered AFTER INSERT ON outbox BEGIN
  INSERT INTO unplaced (draft) VALUES (NEW.draft) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER outbox_advanced AFTER UPDATE OF phase, held, attempt_at ON outbox
WHEN OLD.phase <> NEW.phase OR OLD.held <> NEW.held
  OR (OLD.attempt_at = '') <> (NEW.attempt_at = '') BEGIN
  INSERT INTO unplaced (draft) VALUES (NEW.draft) ON CONFLICT DO NOTHING;
END;
CREATE INDEX outbox_open ON outbox (portal, held, bytes_left) WHERE phase IN ('put', 'files', 'withdraw');
CREATE INDEX outbox_ready ON outbox (portal, deadly, calm, kind, insisted, failures, next_bytes, seq)
  WHERE turn = 1 AND not_before = '';
CREATE INDEX outbox_asleep ON outbox (portal, calm, kind, insisted, not_before) WHERE turn = 1 AND not_before <> '';
CREATE INDEX outbox_wakes ON outbox (not_before) WHERE turn = 1 AND not_before <> '';
CREATE INDEX outbox_attempted ON outbox (attempt_at) WHERE attempt_at <> '';

-- Bytes that left this desk, by the day of the place (`2026-11-21`); budgets are counted by it.
CREATE TABLE sent (
  day TEXT NOT NULL PRIMARY KEY,
  bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The files of an entry: `missing` = 1 while the portal said it lacks it and it was not uploaded
-- since; `uploaded` = 1 once it was; `upload_url` and `upload_offset` (bytes the portal holds) let
-- a cut upload go on.
CREATE TABLE outbox_file (
  entry TEXT NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
  sha256 TEXT NOT NULL REFERENCES blob (sha256),
  name TEXT NOT NULL,
  mime TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  missing INTEGER NOT NULL,
  uploaded INTEGER NOT NULL,
  upload_url TEXT NOT NULL,
  upload_offset INTEGER NOT NULL,
  PRIMARY KEY (entry, sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_file_blob ON outbox_file (sha256);
CREATE TRIGGER outbox_file_begun AFTER UPDATE OF uploaded, upload_offset ON outbox_file
WHEN (OLD.uploaded OR OLD.upload_offset > 0) <> (NEW.uploaded OR NEW.upload_offset > 0) BEGIN
  INSERT INTO unplaced (draft) SELECT draft FROM outbox WHERE id = NEW.entry
    ON CONFLICT DO NOTHING;
END;

-- The portal's statement of what it stored. One per release and portal. `files` is a JSON array of
-- hashes, `record` the receipt as the trail's proof names it (canonical JSON).
CREATE TABLE receipt (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  draft TEXT NOT NULL REFERENCES draft (id),
  release TEXT NOT NULL REFERENCES release (hash),
  portal TEXT NOT NULL REFERENCES portal (id),
  remote_id TEXT NOT NULL,
  url TEXT NOT NULL,
  received_at TEXT NOT NULL,
  files TEXT NOT NULL,
  record TEXT NOT NULL,
  UNIQUE (release, portal)
) STRICT;
CREATE INDEX receipt_of_draft ON receipt (draft, seq);

-- Our last knowledge of what a portal holds for a draft: base for change and conflict decisions.
-- `draft` may be one this desk does not have: a piece of its owner it could adopt. `release` is the
-- hash the portal holds ('' when unknown or not ours), `state` the portal's own word, `comment` what
-- its editor wrote, `seen_at` when we learned it. `etag` is the one last seen, `base` the one our
-- next put may replace: of a state we know or a person accepted, '' when none is. `base_release` is
-- the release of ours it held last. `theirs` is the ETag of the portal's own text kept in
-- `remote_text`, '' when none is; `wanted` = 1 while that text is to be fetched, after so many
-- `failures` not before `not_before`. `news` counts what was learned of what stands there. `title`,
-- `type`, `owner` and `updated_at` are what the portal's list told.
CREATE TABLE mirror (
  portal TEXT NOT NULL REFERENCES portal (id) ON DELETE CASCADE,
  draft TEXT NOT NULL,
  remote_id TEXT NOT NULL,
  url TEXT NOT NULL,
  etag TEXT NOT NULL,
  base TEXT NOT NULL,
  release TEXT NOT NULL,
  state TEXT NOT NULL,
  comment TEXT NOT NULL,
  seen_at TEXT NOT NULL,
  base_release TEXT NOT NULL,
  theirs TEXT NOT NULL,
  wanted INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  not_before TEXT NOT NULL,
  news INTEGER NOT NULL,
  title TEXT NOT NULL,
  type TEXT NOT NULL,
  owner TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (portal, draft)
) STRICT, WITHOUT ROWID;
CREATE INDEX mirror_of_draft ON mirror (draft);
CREATE INDEX mirror_wanted ON mirror (portal, failures, draft) WHERE wanted = 1;

-- Texts of a portal, in the form of a release (JSON): `part` is 'theirs' for what it holds now, and
-- 'base' for what both sides started from when that is no release of this desk.
CREATE TABLE remote_text (
  portal TEXT NOT NULL REFERENCES portal (id) ON DELETE CASCADE,
  draft TEXT NOT NULL,
  part TEXT NOT NULL,
  etag TEXT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (portal, draft, part)
) STRICT;

-- A courier package of this desk: approved releases in one sealed file that somebody else takes to
-- a portal. `file` is the name it was written under, `sha256` the hash of the whole file, `verify`
-- the key the portal then signed its receipts with. `answered_at` is '' until its receipts came.
CREATE TABLE package (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  portal TEXT NOT NULL REFERENCES portal (id),
  file TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  verify TEXT NOT NULL,
  created_at TEXT NOT NULL,
  answered_at TEXT NOT NULL
) STRICT;

-- What is in a package. `state` is 'travelling', 'received', 'incomplete' (the portal has the text
-- and misses files), 'refused', 'conflict', 'overtaken' (a newer release had arrived before) or
-- 'outdated' (the portal told something else since); `seen` is the `news` of the mirror when it was
-- packed; `failure` is JSON or ''.
CREATE TABLE package_entry (
  package TEXT NOT NULL REFERENCES package (id) ON DELETE CASCADE,
  draft TEXT NOT NULL REFERENCES draft (id),
  release TEXT NOT NULL REFERENCES release (hash),
  seen INTEGER NOT NULL,
  state TEXT NOT NULL,
  failure TEXT NOT NULL,
  PRIMARY KEY (package, draft)
) STRICT, WITHOUT ROWID;
CREATE INDEX package_entry_of_draft ON package_entry (draft);

-- Packages this desk takes to a portal for others; it cannot read them. `owner` and `entries` are
-- what their open head says, `portal` the name of the portal here. `state` is 'under_way',
-- 'delivered' or 'refused'; `upload_url` is where an upload goes on. `receipts` is the portal's
-- sealed answer (JSON) for the desk it came from, '' until there is one; `failure` is JSON or ''.
CREATE TABLE carried (
  sha256 TEXT NOT NULL PRIMARY KEY,
  package TEXT NOT NULL,
  portal TEXT NOT NULL,
  owner TEXT NOT NULL,
  entries INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  state TEXT NOT NULL,
  upload_url TEXT NOT NULL,
  receipts TEXT NOT NULL,
  failure TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Releases that were written into a folder for an editor to take over by hand. `place` is where.
-- `confirmed_at` and `confirmed_by` are '' until a person says that the editor has it; nothing else
-- counts as arrived.
CREATE TABLE handover (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  draft TEXT NOT NULL REFERENCES draft (id),
  release TEXT NOT NULL UNIQUE REFERENCES release (hash),
  place TEXT NOT NULL,
  made_at TEXT NOT NULL,
  confirmed_at TEXT NOT NULL,
  confirmed_by TEXT NOT NULL
) STRICT;
CREATE INDEX handover_of_draft ON handover (draft);

-- The journal of intakes: each file that was finished, so that the same drop after a killed run
-- goes on instead of starting again. A file is the same when path, size and time of change are.
-- `status` is one of job.rs; `publication` is '' when none came of it; `problems` a JSON array.
CREATE TABLE intake (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  path TEXT NOT NULL UNIQUE,
  bytes INTEGER NOT NULL,
  modified TEXT NOT NULL,
  status TEXT NOT NULL,
  publication TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  problems TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT;

-- Drops that have not come to their end: what was dropped (`paths`, a JSON array), so that a killed
-- program's intake goes on at the next start. `session` is the run of the program that works on it,
-- `rule` what is done with likely duplicates; `paused` = 1 while a person holds it. The row goes when
-- the intake ends or a person cancels it.
CREATE TABLE intake_drop (
  id TEXT NOT NULL PRIMARY KEY,
  session TEXT NOT NULL,
  paths TEXT NOT NULL,
  rule TEXT NOT NULL,
  paused INTEGER NOT NULL,
  at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Files of the watched folder that a person does not want to be offered again, as they were then.
CREATE TABLE watch_declined (
  path TEXT NOT NULL PRIMARY KEY,
  bytes INTEGER NOT NULL,
  modified TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What became of the file a draft was made from: `name` of the file, `lang` of the version it became,
-- `report` (JSON, as the reader gave it), `story` (JSON: another draft that tells the same, or ''). Where
-- changes were tracked, `taken` is 'accept' or 'reject', `other` the text that was not taken, and `asked`
-- = 1 until a person has said which is wanted.
CREATE TABLE brought_in (
  draft TEXT NOT NULL PRIMARY KEY REFERENCES draft (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  lang TEXT NOT NULL,
  report TEXT NOT NULL,
  story TEXT NOT NULL,
  taken TEXT NOT NULL,
  other TEXT NOT NULL,
  asked INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Full text of the present language versions; rowid is language_version.seq. The tokenizer is ours
-- (search/tokenizer.rs) and must be known to every connection that touches these tables. The index
-- holds no text of its own and no index of prefixes: it is written with every burst of typing, and
-- there are few enough drafts to find beginnings of words without.
CREATE VIRTUAL TABLE draft_search USING fts5(title, summary, body, content = '', contentless_delete = 1, tokenize = 'qalam');

-- Full text of publications, a row for each page: rowid is the id of publication_page, and
-- publication.seq * 65536 for the row with title and authors. Holds only the index.
CREATE VIRTUAL TABLE publication_search USING fts5(title, authors, text, content = '', contentless_delete = 1, tokenize = 'qalam', prefix = '2 3');

-- Full text of files on drafts, a row for each page: rowid is the id of file_page. Holds only the
-- index.
CREATE VIRTUAL TABLE file_search USING fts5(text, content = '', contentless_delete = 1, tokenize = 'qalam', prefix = '2 3');
