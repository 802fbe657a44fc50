-- The practice portal's own store. Nothing of the desk is in here; a learner may delete the whole folder.

-- One counter that only grows; each change of an item takes the next number, which is the cursor of the change feed.
CREATE TABLE change_counter (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    value INTEGER NOT NULL
) STRICT;
INSERT INTO change_counter (one, value) VALUES (1, 0);

-- What the portal holds per draft. `revision` counts content changes (releases and the editor's), `release_revision`
-- is the one the newest release made; they differ when the editor changed the content afterwards.
CREATE TABLE items (
    id TEXT PRIMARY KEY NOT NULL,
    owner TEXT NOT NULL,
    type TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('incomplete','received','published','returned','withdrawn','deleted')),
    revision INTEGER NOT NULL,
    etag TEXT NOT NULL,
    release TEXT NOT NULL,
    release_revision INTEGER NOT NULL,
    release_etag TEXT NOT NULL,
    title TEXT NOT NULL,
    primary_lang TEXT NOT NULL,
    content TEXT NOT NULL,
    received_at TEXT,
    change INTEGER NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;

-- Every release ever stored, byte for byte, with the approval that came with it.
CREATE TABLE releases (
    item TEXT NOT NULL REFERENCES items (id),
    hash TEXT NOT NULL,
    body TEXT NOT NULL,
    approval TEXT NOT NULL,
    stored_at TEXT NOT NULL,
    PRIMARY KEY (item, hash)
) STRICT, WITHOUT ROWID;

-- Files the newest release of an item names.
CREATE TABLE item_files (
    item TEXT NOT NULL REFERENCES items (id),
    sha256 TEXT NOT NULL,
    PRIMARY KEY (item, sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX item_files_by_hash ON item_files (sha256);

-- Files held, verified whole; the bytes are in files/ab/<sha256>. The file is there before the row.
CREATE TABLE files (
    sha256 TEXT PRIMARY KEY NOT NULL,
    bytes INTEGER NOT NULL,
    mime TEXT NOT NULL,
    name TEXT NOT NULL,
    stored_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Uploads under way. `received` bytes of parts/<id> are durable; what the part file holds beyond counts only while the
-- machine has not been restarted. `part` = 1: a part to be joined with others; it has no hash of its own.
CREATE TABLE uploads (
    id TEXT PRIMARY KEY NOT NULL,
    sha256 TEXT NOT NULL,
    mime TEXT NOT NULL,
    name TEXT NOT NULL,
    length INTEGER NOT NULL,
    received INTEGER NOT NULL,
    part INTEGER NOT NULL CHECK (part IN (0, 1)),
    state TEXT NOT NULL CHECK (state IN ('open','done','gone')),
    expires_at TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The editor's remarks.
CREATE TABLE comments (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    item TEXT NOT NULL REFERENCES items (id),
    at TEXT NOT NULL,
    by TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
