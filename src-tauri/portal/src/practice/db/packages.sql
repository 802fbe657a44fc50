-- Keys desks sign their packages with, each proven once by the account's token inside a package.
CREATE TABLE courier_keys (
    key TEXT PRIMARY KEY NOT NULL,
    account TEXT NOT NULL,
    registered_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Packages that were handed in, by the hash of their file. `receipts` is the sealed answer (JSON), '' for a refused one;
-- `problem` is the code of the refusal, '' otherwise. The file of a refused one is kept, to be looked into; that of
-- another goes when its answer is written down.
CREATE TABLE packages (
    sha256 TEXT PRIMARY KEY NOT NULL,
    package TEXT NOT NULL,
    key TEXT NOT NULL,
    receipts TEXT NOT NULL,
    problem TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX packages_by_id ON packages (package);
