//! Writing PDF objects: as short as the format allows.

use std::collections::BTreeSet;

use hayro::hayro_syntax::object::{
    Array, Dict, MaybeRef, Name, Number, ObjRef, Object, ObjectIdentifier, Stream,
};

/// Deepest nesting of arrays and dictionaries that is written; deeper ones are not of a document.
const MAX_DEPTH: usize = 64;

/// Writes a value and notes the objects it points to. `None` when it nests too deeply.
pub(super) fn value(
    out: &mut Vec<u8>,
    object: &MaybeRef<Object<'_>>,
    refs: &mut BTreeSet<ObjectIdentifier>,
    depth: usize,
) -> Option<()> {
    if depth > MAX_DEPTH {
        return None;
    }
    match object {
        MaybeRef::Ref(reference) => {
            refer(out, *reference);
            refs.insert((*reference).into());
        }
        MaybeRef::NotRef(Object::Null(_)) => word(out, b"null"),
        MaybeRef::NotRef(Object::Boolean(true)) => word(out, b"true"),
        MaybeRef::NotRef(Object::Boolean(false)) => word(out, b"false"),
        MaybeRef::NotRef(Object::Number(number)) => self::number(out, *number),
        MaybeRef::NotRef(Object::String(string)) => self::string(out, string.as_bytes()),
        MaybeRef::NotRef(Object::Name(name)) => self::name(out, name),
        MaybeRef::NotRef(Object::Array(array)) => self::array(out, array, refs, depth)?,
        MaybeRef::NotRef(Object::Dict(dict)) => {
            out.extend_from_slice(b"<<");
            entries(out, dict, &[], refs, depth)?;
            out.extend_from_slice(b">>");
        }
        // A stream stands nowhere but at the top.
        MaybeRef::NotRef(Object::Stream(_)) => return None,
    }
    Some(())
}

/// The entries of a dictionary but those named in `without`.
pub(super) fn entries(
    out: &mut Vec<u8>,
    dict: &Dict<'_>,
    without: &[&[u8]],
    refs: &mut BTreeSet<ObjectIdentifier>,
    depth: usize,
) -> Option<()> {
    for (key, entry) in dict.entries() {
        if without.contains(&key.as_ref()) {
            continue;
        }
        name(out, &key);
        value(out, &entry, refs, depth + 1)?;
    }
    Some(())
}

fn array(
    out: &mut Vec<u8>,
    array: &Array<'_>,
    refs: &mut BTreeSet<ObjectIdentifier>,
    depth: usize,
) -> Option<()> {
    out.push(b'[');
    for item in array.raw_iter() {
        value(out, &item, refs, depth + 1)?;
    }
    out.push(b']');
    Some(())
}

/// A blank only where two words would become one.
fn word(out: &mut Vec<u8>, text: &[u8]) {
    if out
        .last()
        .is_some_and(|last| !matches!(last, b'[' | b'<' | b'>' | b']' | b')' | b' ' | b'\n'))
    {
        out.push(b' ');
    }
    out.extend_from_slice(text);
}

fn refer(out: &mut Vec<u8>, reference: ObjRef) {
    let id: ObjectIdentifier = reference.into();
    word(
        out,
        format!("{} {} R", id.obj_number, id.gen_number).as_bytes(),
    );
}

fn number(out: &mut Vec<u8>, number: Number) {
    let value = number.as_f64();
    let text = if value.fract() == 0.0 && value.abs() < 9e15 {
        format!("{}", number.as_i64())
    } else {
        format!("{value}")
    };
    word(out, text.as_bytes());
}

fn name(out: &mut Vec<u8>, name: &Name<'_>) {
    out.push(b'/');
    for byte in name.as_ref() {
        let regular = byte.is_ascii_graphic()
            && !matches!(
                byte,
                b'#' | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
            );
        if regular {
            out.push(*byte);
        } else {
            out.extend_from_slice(format!("#{byte:02X}").as_bytes());
        }
    }
}

fn string(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'(');
    for byte in bytes {
        match byte {
            b'(' | b')' | b'\\' => out.extend_from_slice(&[b'\\', *byte]),
            // A bare carriage return would be read as a line feed.
            b'\r' => out.extend_from_slice(b"\\r"),
            _ => out.push(*byte),
        }
    }
    out.push(b')');
}

/// Filters of a stream by their names, in order; `None` when one cannot be told.
pub(super) fn filters(stream: &Stream<'_>) -> Option<Vec<Vec<u8>>> {
    match stream.dict().get::<Object<'_>>(&b"Filter"[..]) {
        None | Some(Object::Null(_)) => Some(Vec::new()),
        Some(Object::Name(name)) => Some(vec![name.as_ref().to_vec()]),
        Some(Object::Array(names)) => names
            .iter::<Object<'_>>()
            .map(|name| match name {
                Object::Name(name) => Some(name.as_ref().to_vec()),
                _ => None,
            })
            .collect(),
        Some(_) => None,
    }
}
