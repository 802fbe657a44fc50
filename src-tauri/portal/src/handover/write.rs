//! Writing a hand-over.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::{self, Write as _},
    path::Path,
};

use qalam_content::canonical::Release;
use qalam_desk::{
    Desk,
    clock::stamp,
    error::{Code, Error, Failure, Result},
};
use sha2::{Digest as _, Sha256};

use super::{
    FORMAT, HandoverDone, HandoverWish, MANIFEST, Manifest, ManifestFile, ManifestItem, SUMS,
    page::{self, Piece},
    parts::{self, Entry},
    words::plain,
};
use crate::{
    contract::wire::{Approval, PutItem},
    digest::hex,
    practice::site::words::{Lang, owner_name},
};

/// The longest name made of a title or of somebody else's file name, in characters: a folder deep on a Windows disk
/// still has to take it.
const MAX_NAME_CHARS: usize = 60;

/// Writes a hand-over and notes that it was made, which is not its arrival.
///
/// # Errors
/// [`Code::TargetNotEmpty`], [`Code::NothingToHandOver`], [`Code::NotFound`] for a draft without an approved release, and
/// what desk and disk fail with. What was begun in the folder is removed again.
pub fn export(desk: &Desk, wish: &HandoverWish) -> Result<HandoverDone> {
    let releases = desk.handover_releases(&wish.drafts)?;
    let to = &wish.to;
    make_empty(to)?;
    let written = match wish.part_bytes {
        None => folder(desk, &releases, to, None).map(|(items, _)| (items, Vec::new(), Vec::new())),
        Some(most) => zips(desk, &releases, to, most),
    };
    let (items, parts, problems) = match written {
        Ok(written) => written,
        Err(error) => {
            // Half a hand-over must not be mistaken for one.
            empty_again(to);
            return Err(error);
        }
    };
    desk.handover_note(&releases, &to.display().to_string())?;
    Ok(HandoverDone {
        to: to.clone(),
        items: items
            .into_iter()
            .map(|item| (item.draft, item.release, item.title))
            .collect(),
        parts,
        problems,
    })
}

type Zips = (
    Vec<ManifestItem>,
    Vec<(std::path::PathBuf, u64)>,
    Vec<Failure>,
);

fn zips(desk: &Desk, releases: &[(String, String)], to: &Path, most: u64) -> Result<Zips> {
    let work = tempfile::tempdir_in(desk.tmp()).map_err(|source| Error::io(source, to))?;
    let place = work.path().join("handover");
    fs::create_dir(&place).map_err(|source| Error::io(source, &place))?;
    let (items, entries) = folder(desk, releases, &place, Some(most))?;
    let (files, first): (Vec<Entry>, Vec<Entry>) = entries
        .into_iter()
        .partition(|(path, _)| path.contains("/files/"));
    let problems = files
        .iter()
        .filter(|(_, bytes)| *bytes > most)
        .map(|(path, _)| {
            Failure::new(Code::HandoverFileTooLarge)
                .with("name", path.rsplit('/').next().unwrap_or(path))
                .with("limit", most)
        })
        .collect();
    let shares = parts::share_out(&first, &files, most);
    let written = parts::write(&place, &shares, to).map_err(|source| Error::io(source, to))?;
    Ok((items, written, problems))
}

/// Writes the folder; every file in it with its length.
fn folder(
    desk: &Desk,
    releases: &[(String, String)],
    to: &Path,
    part_bytes: Option<u64>,
) -> Result<(Vec<ManifestItem>, Vec<Entry>)> {
    let mut out = Folder {
        to,
        sums: Vec::new(),
    };
    let owner = desk.profile()?.map_or_else(String::new, |one| one.owner);
    let mut written = Vec::new();
    for (number, (draft, hash)) in releases.iter().enumerate() {
        written.push(piece(desk, &mut out, number + 1, draft, hash)?);
    }
    // The original first: where a piece has no page in a language, a link leads to that.
    let others = written
        .iter()
        .map(|(item, release, ..)| {
            let mut langs = vec![release.primary_lang.clone()];
            langs.extend(release.languages.keys().cloned());
            (item.draft.clone(), (item.folder.clone(), langs))
        })
        .collect();
    let mut pieces = Vec::new();
    for (item, release, approval, names) in written {
        let piece = Piece {
            item: &item,
            release: &release,
            approval: &approval,
            names: &names,
            others: &others,
        };
        pages(&mut out, &piece)?;
        pieces.push((item, release));
    }
    let parts = part_bytes.map_or(1, |most| expected_parts(&out.sums, most));
    out.write("index.html", page::index(&owner, parts, &pieces).as_bytes())?;
    for lang in Lang::ALL {
        out.write(
            &format!("note-{}.txt", lang.code()),
            note(lang, &owner, parts).as_bytes(),
        )?;
    }
    let items: Vec<ManifestItem> = pieces.into_iter().map(|(item, _)| item).collect();
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        owner,
        made_at: stamp(desk.clock().now()),
        items: items.clone(),
    };
    out.write(MANIFEST, &serde_json::to_vec_pretty(&manifest)?)?;
    let mut sums = String::new();
    for (path, _, sha256) in &out.sums {
        sums.push_str(&format!("{sha256}  {path}\n"));
    }
    out.write(SUMS, sums.as_bytes())?;
    let entries = out
        .sums
        .into_iter()
        .map(|(path, bytes, _)| (path, bytes))
        .collect();
    Ok((items, entries))
}

/// How many parts there will be, told before the last small files are written.
fn expected_parts(sums: &[(String, u64, String)], most: u64) -> usize {
    let (files, first): (Vec<Entry>, Vec<Entry>) = sums
        .iter()
        .map(|(path, bytes, _)| (path.clone(), *bytes))
        .partition(|(path, _)| path.contains("/files/"));
    // Index, notes, manifest and sums are still to come.
    let first: Vec<Entry> = first
        .into_iter()
        .chain([("index.html".to_owned(), 64 * 1024)])
        .collect();
    parts::share_out(&first, &files, most).len()
}

/// A piece whose files are written, and what its pages need: the names of its files by hash.
type Written = (ManifestItem, Release, Approval, BTreeMap<String, String>);

fn piece(
    desk: &Desk,
    out: &mut Folder<'_>,
    number: usize,
    draft: &str,
    hash: &str,
) -> Result<Written> {
    let damaged = || Error::new(Code::BlobDamaged).with("sha256", hash);
    let put: PutItem = serde_json::from_slice(&desk.packages_body(hash)?)?;
    let release = Release::from_bytes(put.release.as_bytes()).map_err(|_| damaged())?;
    let title = release
        .languages
        .get(&release.primary_lang)
        .map_or_else(String::new, |version| version.title.clone());
    let name = readable(&title, &mut BTreeSet::new());
    let mut item = ManifestItem {
        draft: draft.to_owned(),
        release: hash.to_owned(),
        folder: format!("{number:02}-{name}"),
        title,
        files: Vec::new(),
    };
    let mut names = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for attachment in &release.attachments {
        if names.contains_key(&attachment.sha256) {
            continue;
        }
        let name = readable(&attachment.name, &mut taken);
        let path = format!("{}/files/{name}", item.folder);
        let mut bytes = desk.blobs().open(&attachment.sha256)?;
        if out.copy(&path, &mut bytes)? != attachment.sha256 {
            return Err(Error::new(Code::BlobDamaged).with("sha256", &attachment.sha256));
        }
        item.files.push(ManifestFile {
            sha256: attachment.sha256.clone(),
            path,
        });
        names.insert(attachment.sha256.clone(), name);
    }
    out.write(
        &format!("{}/release.json", item.folder),
        put.release.as_bytes(),
    )?;
    out.write(
        &format!("{}/approval.json", item.folder),
        &serde_json::to_vec_pretty(&put.approval)?,
    )?;
    Ok((item, release, put.approval, names))
}

fn pages(out: &mut Folder<'_>, piece: &Piece<'_>) -> Result<()> {
    for (code, version) in &piece.release.languages {
        let path = format!("{}/{code}.html", piece.item.folder);
        out.write(&path, page::item(piece, code, version).as_bytes())?;
    }
    Ok(())
}

/// The word to the editor. The mark at its beginning tells old editors of text that it is UTF-8.
fn note(lang: Lang, owner: &str, parts: usize) -> String {
    let count = parts.to_string();
    let mut lines = vec![
        plain(lang, "title", &[("owner", owner_name(lang, owner))]),
        String::new(),
        plain(lang, "intro", &[("owner", owner_name(lang, owner))]),
        plain(lang, "note.open", &[]),
        plain(lang, "note.take", &[]),
    ];
    if parts > 1 {
        lines.push(plain(lang, "note.parts", &[("count", &count)]));
    }
    lines.push(plain(lang, "note.portal", &[]));
    lines.push(plain(lang, "note.answer", &[]));
    format!("\u{feff}{}\r\n", lines.join("\r\n"))
}

/// The folder being written, and what is in it: path, length, hash.
struct Folder<'a> {
    to: &'a Path,
    sums: Vec<(String, u64, String)>,
}

impl Folder<'_> {
    fn write(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        self.copy(path, &mut &*bytes).map(|_| ())
    }

    fn copy(&mut self, path: &str, from: &mut dyn io::Read) -> Result<String> {
        let place = self.to.join(path);
        let failed = |source| Error::io(source, &place);
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let mut file = File::create_new(&place).map_err(failed)?;
        let mut hash = Sha256::new();
        let mut buffer = vec![0_u8; 64 * 1024];
        let mut length = 0_u64;
        loop {
            let count = from.read(&mut buffer).map_err(failed)?;
            if count == 0 {
                break;
            }
            let chunk = buffer.get(..count).unwrap_or_default();
            hash.update(chunk);
            file.write_all(chunk).map_err(failed)?;
            length = length.saturating_add(count as u64);
        }
        file.sync_all().map_err(failed)?;
        let sha256 = hex(&hash.finalize());
        self.sums.push((path.to_owned(), length, sha256.clone()));
        Ok(sha256)
    }
}

fn make_empty(folder: &Path) -> Result<()> {
    let failed = |source| Error::io(source, folder);
    fs::create_dir_all(folder).map_err(failed)?;
    if fs::read_dir(folder).map_err(failed)?.next().is_some() {
        return Err(Error::new(Code::TargetNotEmpty).with("path", folder.display()));
    }
    Ok(())
}

/// Removes what this run wrote into a folder that was empty when it began.
fn empty_again(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let _ = if path.is_dir() {
            fs::remove_dir_all(&path)
        } else {
            fs::remove_file(&path)
        };
    }
}

/// A name any system takes, and no other one in `taken`.
fn readable(name: &str, taken: &mut BTreeSet<String>) -> String {
    let clean = |c: char| {
        let unsafe_anywhere = c.is_control() || "/\\:*?\"<>|%#".contains(c);
        // Marks that turn the direction of writing would turn the name around.
        let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if unsafe_anywhere || turns { '_' } else { c }
    };
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if ending.chars().count() <= 8 && !stem.is_empty() => {
            (stem, format!(".{ending}"))
        }
        _ => (name, String::new()),
    };
    let stem: String = stem.chars().map(clean).take(MAX_NAME_CHARS).collect();
    let ending: String = ending.chars().map(clean).collect();
    let stem = match stem.trim_matches(['.', ' ']) {
        "" => "_",
        stem => stem,
    };
    let ending = ending.trim_end_matches(['.', ' ']);
    let mut wanted = format!("{stem}{ending}");
    let mut number = 1;
    while !taken.insert(wanted.to_lowercase()) {
        number += 1;
        wanted = format!("{stem} ({number}){ending}");
    }
    wanted
}
