//! Every cap in one place.
//!
//! A cap protects an old office computer from a hostile or absurd file. Reaching one is never
//! silent: the reader that stops early says so in a [`crate::problem::Problem`].

/// Largest file taken into the desk, in bytes (500 MiB): above the largest scanned report seen.
pub const MAX_FILE_BYTES: u64 = 500 * 1024 * 1024;
/// Largest file that is parsed for its description, in bytes (200 MiB). Larger ones are stored
/// and described by name only.
pub const MAX_PARSE_BYTES: usize = 200 * 1024 * 1024;
/// Most memory a process that describes files may have, in bytes (256 MiB). What asks for more is
/// stored undescribed. Only one process has so much at a time.
pub const MAX_WORKER_MEMORY: u64 = 256 * 1024 * 1024;
/// What is enough for nearly every file, in bytes (128 MiB). Two processes, one of which has all it
/// may have, and the desk stay below 500 MB together.
pub const ORDINARY_WORKER_MEMORY: u64 = 128 * 1024 * 1024;
/// Files of more bytes are known to need more (24 MiB): they are held in memory as a whole.
pub const MAX_ORDINARY_BYTES: u64 = 24 * 1024 * 1024;
/// Largest text document brought in as a draft, in bytes (8 MiB).
pub const MAX_IMPORT_BYTES: usize = 8 * 1024 * 1024;
/// Longest body in characters. A 500-page report is about 1.5 million.
pub const MAX_BODY_CHARS: usize = 2_000_000;
/// Deepest nesting of blocks or marks in a body; beyond it the source is kept as an opaque block.
pub const MAX_DOC_DEPTH: usize = 40;
/// Most nodes in an editor document.
pub const MAX_DOC_NODES: usize = 400_000;
/// Most columns in a table of a body.
pub const MAX_TABLE_COLUMNS: usize = 200;
/// Most cells a table may grow to when short rows are filled up.
pub const MAX_TABLE_CELLS: usize = 100_000;
/// Most pages whose text is read from a PDF. The page count itself is always the true one.
pub const MAX_PDF_PAGES: usize = 3_000;
/// Most glyphs looked at on one PDF page; posters made of text art have more.
pub const MAX_PAGE_GLYPHS: usize = 200_000;
/// Most operators looked at on one PDF page; maps drawn line by line have a few million.
pub const MAX_PAGE_OPERATORS: usize = 20_000_000;
/// Most operators of a PDF page that is drawn as a thumbnail; drawing them takes about a second.
pub const MAX_DRAWN_OPERATORS: usize = 500_000;
/// Most pixels of pictures on a PDF page that is drawn as a thumbnail (120 megapixels).
pub const MAX_DRAWN_PIXELS: u64 = 120_000_000;
/// Most bytes of content of one PDF page, when it comes in parts (256 MiB).
pub const MAX_PAGE_BYTES: usize = 256 * 1024 * 1024;
/// Most characters of text kept from one file for search.
pub const MAX_TEXT_CHARS: usize = 4_000_000;
/// Largest picture that is decoded, in pixels (60 megapixels).
pub const MAX_PICTURE_PIXELS: u64 = 60_000_000;
/// Most memory a picture decoder may ask for, in bytes (400 MiB).
pub const MAX_PICTURE_ALLOC: u64 = 400 * 1024 * 1024;
/// Largest picture accepted as an attachment, in bytes (10 MiB).
pub const MAX_PICTURE_BYTES: u64 = 10 * 1024 * 1024;
/// Largest edge of a thumbnail in pixels, whatever the caller asks for.
pub const MAX_THUMBNAIL_EDGE: u32 = 1_024;
/// Most entries in an office container; a real document has a few hundred.
pub const MAX_ZIP_ENTRIES: usize = 20_000;
/// Most bytes one entry of an office container may unpack to (64 MiB).
pub const MAX_ZIP_ENTRY_BYTES: u64 = 64 * 1024 * 1024;
/// Most bytes all entries read from one office container may unpack to together (192 MiB).
pub const MAX_ZIP_TOTAL_BYTES: u64 = 192 * 1024 * 1024;
/// Highest believable compression ratio of an entry larger than a mebibyte.
pub const MAX_ZIP_RATIO: u64 = 200;
/// Deepest nesting of XML elements.
pub const MAX_XML_DEPTH: usize = 256;
/// Most nodes of an XML part that is read as a tree; a book of a thousand pages has two million.
pub const MAX_XML_NODES: usize = 3_000_000;
/// Largest word processor document brought in as a draft, in bytes (100 MiB): it holds pictures.
pub const MAX_DOCUMENT_BYTES: usize = 100 * 1024 * 1024;
/// Most pictures a document brings along: as many files as a draft can have.
pub const MAX_IMPORT_PICTURES: usize = 100;
/// Most places named in the report of an import; all are counted.
pub const MAX_REPORT_PLACES: usize = 500;
/// Most words compared one by one; a longer text is compared in paragraphs.
pub const MAX_DIFF_WORDS: usize = 60_000;
/// Longest file name shown or kept, in characters.
pub const MAX_NAME_CHARS: usize = 255;
/// Longest title kept from a foreign file, in characters.
pub const MAX_TITLE_CHARS: usize = 300;
/// Most authors kept from a foreign file.
pub const MAX_AUTHORS: usize = 50;
/// Characters of the beginning of a publication in which identifiers and years are looked for.
pub const IDENTIFIER_WINDOW_CHARS: usize = 20_000;
/// The latest year believed of a file that does not say when it was made. Nothing here knows what
/// day it is; plans name years far ahead.
pub const LATEST_YEAR: i32 = 2035;
/// Most document numbers kept of one file.
pub const MAX_NUMBERS: usize = 5;
/// Most headings kept of one file.
pub const MAX_HEADINGS: usize = 200;
/// Most warnings kept of one file; what is found beyond is counted in the last.
pub const MAX_WARNINGS: usize = 200;
/// Most objects of a PDF that are looked through for scripts and files inside.
pub const MAX_PDF_OBJECTS: usize = 300_000;
/// Largest PDF document that is packed again, in bytes (100 MiB): old and new stand side by side.
pub const MAX_SLIM_BYTES: usize = 100 * 1024 * 1024;
/// Smallest file of which a smaller copy is made unasked, in bytes (256 KiB).
pub const LEAST_SLIMMED_BYTES: u64 = 256 * 1024;
/// Largest sheet that is read, in bytes (64 MiB).
pub const MAX_SHEET_BYTES: usize = 64 * 1024 * 1024;
/// Most rows read from a sheet.
pub const MAX_SHEET_ROWS: usize = 50_000;
/// Most columns read from a sheet.
pub const MAX_SHEET_COLUMNS: usize = 256;
/// Longest text of a cell, in characters: what Excel holds in one.
pub const MAX_CELL_CHARS: usize = 32_767;
