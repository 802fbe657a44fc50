//! PDF documents packed again: what nothing points to is left out, streams are compressed as far
//! as deflate goes, and objects are put together in compressed bundles (ISO 32000-1, 7.5.7).
//! Pictures and fonts stay as they are, byte for byte once unpacked. What comes out is read again
//! and compared object by object; if anything differs there is no copy.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use hayro::hayro_syntax::object::{Dict, MaybeRef, Object, ObjectIdentifier, Stream};
use hayro::hayro_syntax::{LoadPdfError, Pdf};

use super::pdf_write::{entries, filters, value};
use super::{NotSlimmed, Slimmed, is_worth_it, report};
use crate::limits::{MAX_PDF_OBJECTS, MAX_SLIM_BYTES};

/// Objects in one bundle; readers unpack a whole bundle to get at one.
const BUNDLE: usize = 200;
/// Most bytes all streams may unpack to while they are packed again (1 GiB, one at a time).
const MAX_UNPACKED: usize = 1 << 30;

/// A smaller copy of a PDF document that shows the same.
///
/// # Errors
/// Why there is none, see [`NotSlimmed`].
pub fn pdf(bytes: &[u8]) -> Result<Slimmed, NotSlimmed> {
    if bytes.len() > MAX_SLIM_BYTES {
        return Err(NotSlimmed::TooLarge);
    }
    catch_unwind(AssertUnwindSafe(|| smaller(bytes))).unwrap_or(Err(NotSlimmed::Unreadable))
}

fn smaller(bytes: &[u8]) -> Result<Slimmed, NotSlimmed> {
    let holds = |sign: &[u8]| memchr::memmem::find(bytes, sign).is_some();
    if holds(b"/Encrypt ") || holds(b"/Encrypt<<") {
        return Err(NotSlimmed::Encrypted);
    }
    if holds(b"/ByteRange") {
        return Err(NotSlimmed::Signed);
    }
    let before = load(bytes.to_vec())?;
    let packed = packed(&before, info_of(bytes)).ok_or(NotSlimmed::Unreadable)?;
    if !is_worth_it(bytes.len(), packed.len()) {
        return Err(NotSlimmed::NoGain);
    }
    let after = load(packed.clone())?;
    if !is_the_same(&before, &after) {
        return Err(NotSlimmed::Differs);
    }
    let report = report(bytes.len(), packed.len(), true);
    Ok(Slimmed {
        bytes: packed,
        report,
    })
}

fn load(bytes: Vec<u8>) -> Result<Pdf, NotSlimmed> {
    match Pdf::new(Arc::new(bytes)) {
        Ok(pdf) => Ok(pdf),
        Err(LoadPdfError::Decryption(_)) => Err(NotSlimmed::Encrypted),
        Err(LoadPdfError::Invalid) => Err(NotSlimmed::Unreadable),
    }
}

/// The information dictionary, as the last trailer names it.
fn info_of(bytes: &[u8]) -> Option<ObjectIdentifier> {
    let at = memchr::memmem::rfind(bytes, b"/Info")?;
    let rest = bytes.get(at + 5..at + 40.min(bytes.len() - at))?;
    let text = String::from_utf8_lossy(rest);
    let mut words = text.split_whitespace();
    let number = words.next()?.parse().ok()?;
    let generation = words.next()?.parse().ok()?;
    words
        .next()?
        .starts_with('R')
        .then(|| ObjectIdentifier::new(number, generation))
}

/// An object as it is written.
enum Written {
    /// Without the words around it.
    Plain(Vec<u8>),
    /// Dictionary and data.
    Stream(Vec<u8>),
}

/// The whole file; `None` when something in it cannot be written.
fn packed(pdf: &Pdf, info: Option<ObjectIdentifier>) -> Option<Vec<u8>> {
    let root = pdf.xref().root_id();
    let objects = reachable(pdf, root, info)?;
    let mut out = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
    // Place of each object: in the file, or in a bundle.
    let mut places: BTreeMap<u32, (u8, usize, usize)> = BTreeMap::new();
    let mut bundled: Vec<(u32, Vec<u8>)> = Vec::new();
    let mut highest = 0;
    for (id, written) in objects {
        highest = highest.max(id.obj_number);
        match written {
            Written::Plain(bytes) if id.gen_number == 0 => bundled.push((id.obj_number, bytes)),
            Written::Plain(bytes) | Written::Stream(bytes) => {
                places.insert(
                    id.obj_number,
                    (1, out.len(), usize::try_from(id.gen_number).ok()?),
                );
                whole(&mut out, id.obj_number, id.gen_number, &bytes);
            }
        }
    }
    for bundle in bundled.chunks(BUNDLE) {
        highest += 1;
        let (mut head, mut body) = (Vec::new(), Vec::new());
        for (index, (number, bytes)) in bundle.iter().enumerate() {
            head.extend_from_slice(format!("{number} {} ", body.len()).as_bytes());
            body.extend_from_slice(bytes);
            body.push(b'\n');
            places.insert(*number, (2, usize::try_from(highest).ok()?, index));
        }
        let first = head.len();
        head.append(&mut body);
        let data = deflated(&head)?;
        let mut bytes = format!(
            "<</Type/ObjStm/N {}/First {first}/Filter/FlateDecode/Length {}>>\nstream\n",
            bundle.len(),
            data.len()
        )
        .into_bytes();
        bytes.extend_from_slice(&data);
        bytes.extend_from_slice(b"\nendstream");
        places.insert(highest, (1, out.len(), 0));
        whole(&mut out, highest, 0, &bytes);
    }
    let table = highest + 1;
    let start = out.len();
    places.insert(table, (1, start, 0));
    let data = deflated(&rows(&places))?;
    let info = info
        .filter(|info| places.contains_key(&info.obj_number))
        .map(|info| format!("/Info {} {} R", info.obj_number, info.gen_number))
        .unwrap_or_default();
    let mut bytes = format!(
        "<</Type/XRef/Size {}/W[1 5 2]/Index[{}]/Root {} {} R{info}/Filter/FlateDecode/Length {}>>\nstream\n",
        table + 1,
        index(&places),
        root.obj_number,
        root.gen_number,
        data.len()
    )
    .into_bytes();
    bytes.extend_from_slice(&data);
    bytes.extend_from_slice(b"\nendstream");
    whole(&mut out, table, 0, &bytes);
    out.extend_from_slice(format!("startxref\n{start}\n%%EOF\n").as_bytes());
    Some(out)
}

fn whole(out: &mut Vec<u8>, number: u32, generation: i32, bytes: &[u8]) {
    out.extend_from_slice(format!("{number} {generation} obj\n").as_bytes());
    out.extend_from_slice(bytes);
    out.extend_from_slice(b"\nendobj\n");
}

fn rows(places: &BTreeMap<u32, (u8, usize, usize)>) -> Vec<u8> {
    let mut rows = Vec::with_capacity(places.len() * 8);
    for (kind, place, more) in places.values() {
        rows.push(*kind);
        rows.extend(place.to_be_bytes().iter().rev().take(5).rev());
        rows.extend(more.to_be_bytes().iter().rev().take(2).rev());
    }
    rows
}

/// Runs of neighbouring numbers: first and count.
fn index(places: &BTreeMap<u32, (u8, usize, usize)>) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for number in places.keys() {
        match runs.last_mut() {
            Some((first, count)) if first.checked_add(*count) == Some(*number) => *count += 1,
            _ => runs.push((*number, 1)),
        }
    }
    runs.iter()
        .map(|(first, count)| format!("{first} {count}"))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Everything that can be reached from the catalog and the information dictionary.
fn reachable(
    pdf: &Pdf,
    root: ObjectIdentifier,
    info: Option<ObjectIdentifier>,
) -> Option<BTreeMap<ObjectIdentifier, Written>> {
    let mut found: BTreeMap<ObjectIdentifier, Written> = BTreeMap::new();
    let mut waiting: Vec<ObjectIdentifier> = [Some(root), info].into_iter().flatten().collect();
    let mut seen: BTreeSet<ObjectIdentifier> = waiting.iter().copied().collect();
    let mut unpacked = 0usize;
    while let Some(id) = waiting.pop() {
        if found.len() > MAX_PDF_OBJECTS {
            return None;
        }
        // A reference to nothing is null, and stays one.
        let Some(object) = pdf.xref().get::<Object<'_>>(id) else {
            continue;
        };
        let mut refs = BTreeSet::new();
        let written = match object {
            Object::Stream(stream) => {
                Written::Stream(rewritten(&stream, &mut refs, &mut unpacked)?)
            }
            other => {
                let mut bytes = Vec::new();
                value(&mut bytes, &MaybeRef::NotRef(other), &mut refs, 0)?;
                Written::Plain(bytes)
            }
        };
        found.insert(id, written);
        for id in refs {
            if seen.insert(id) {
                waiting.push(id);
            }
        }
    }
    Some(found)
}

/// A stream with its data packed as well as deflate can, or as it was.
fn rewritten(
    stream: &Stream<'_>,
    refs: &mut BTreeSet<ObjectIdentifier>,
    unpacked: &mut usize,
) -> Option<Vec<u8>> {
    let raw = stream.raw_data();
    let dict = stream.dict();
    let is_plain = filters(stream)?.iter().all(|filter| {
        matches!(
            filter.as_slice(),
            b"FlateDecode"
                | b"LZWDecode"
                | b"ASCII85Decode"
                | b"ASCIIHexDecode"
                | b"RunLengthDecode"
        )
    });
    // Data of pictures with a predictor packs better as it is than without it.
    let predicted = dict.contains_key(&b"DecodeParms"[..]);
    let again = if is_plain && !predicted && *unpacked < MAX_UNPACKED {
        stream.decoded_data().ok().and_then(|data| {
            *unpacked = unpacked.saturating_add(data.len());
            deflated(&data).filter(|packed| packed.len() + 16 < raw.len())
        })
    } else {
        None
    };
    let mut bytes = b"<<".to_vec();
    match again {
        Some(data) => {
            let without: [&[u8]; 3] = [b"Length", b"Filter", b"DecodeParms"];
            entries(&mut bytes, dict, &without, refs, 0)?;
            bytes.extend_from_slice(
                format!("/Filter/FlateDecode/Length {}>>\nstream\n", data.len()).as_bytes(),
            );
            bytes.extend_from_slice(&data);
        }
        None => {
            entries(&mut bytes, dict, &[b"Length"], refs, 0)?;
            bytes.extend_from_slice(format!("/Length {}>>\nstream\n", raw.len()).as_bytes());
            bytes.extend_from_slice(&raw);
        }
    }
    bytes.extend_from_slice(b"\nendstream");
    Some(bytes)
}

fn deflated(data: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).ok()?;
    encoder.finish().ok()
}

/// Whether two files hold the same objects under the same numbers as far as they can be reached,
/// with the same data once unpacked.
fn is_the_same(before: &Pdf, after: &Pdf) -> bool {
    if before.pages().len() != after.pages().len()
        || before.xref().root_id() != after.xref().root_id()
        || before.metadata() != after.metadata()
    {
        return false;
    }
    let mut waiting = vec![before.xref().root_id()];
    let mut seen: BTreeSet<ObjectIdentifier> = waiting.iter().copied().collect();
    while let Some(id) = waiting.pop() {
        let one = before.xref().get::<Object<'_>>(id);
        let other = after.xref().get::<Object<'_>>(id);
        let mut refs = BTreeSet::new();
        let same = match (one, other) {
            (None | Some(Object::Null(_)), None | Some(Object::Null(_))) => true,
            (Some(Object::Stream(one)), Some(Object::Stream(other))) => {
                same_data(&one, &other)
                    && text_of_dict(one.dict(), &mut refs) == text_of_dict(other.dict(), &mut refs)
            }
            (Some(one), Some(other)) => {
                let (mut first, mut second) = (Vec::new(), Vec::new());
                value(&mut first, &MaybeRef::NotRef(one), &mut refs, 0).is_some()
                    && value(&mut second, &MaybeRef::NotRef(other), &mut refs, 0).is_some()
                    && first == second
            }
            _ => false,
        };
        if !same {
            return false;
        }
        for id in refs {
            if seen.insert(id) {
                waiting.push(id);
            }
        }
    }
    true
}

fn text_of_dict(dict: &Dict<'_>, refs: &mut BTreeSet<ObjectIdentifier>) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    let without: [&[u8]; 3] = [b"Length", b"Filter", b"DecodeParms"];
    entries(&mut text, dict, &without, refs, 0)?;
    Some(text)
}

fn same_data(one: &Stream<'_>, other: &Stream<'_>) -> bool {
    if filters(one) == filters(other) && one.raw_data() == other.raw_data() {
        return true;
    }
    match (one.decoded_data(), other.decoded_data()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}
