//! A hand-over in zips that fit into an e-mail.

use std::{
    fs::File,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// What a zip adds to each file, names included, in bytes; more than it ever is.
const PER_FILE: u64 = 1_024;

/// A file of the folder: path within it, length.
pub(super) type Entry = (String, u64);

/// Shares the files out: those that must be together (`first`) in part one, the others in order wherever they fit.
/// A file larger than a part gets one of its own.
pub(super) fn share_out(first: &[Entry], others: &[Entry], most: u64) -> Vec<Vec<String>> {
    let cost = |bytes: u64| bytes.saturating_add(PER_FILE);
    let mut parts: Vec<(u64, Vec<String>)> = vec![(
        first.iter().map(|(_, bytes)| cost(*bytes)).sum(),
        first.iter().map(|(path, _)| path.clone()).collect(),
    )];
    for (path, bytes) in others {
        let fitting = parts
            .iter_mut()
            .find(|(filled, _)| filled.saturating_add(cost(*bytes)) <= most);
        match fitting {
            Some((filled, paths)) => {
                *filled = filled.saturating_add(cost(*bytes));
                paths.push(path.clone());
            }
            None => parts.push((cost(*bytes), vec![path.clone()])),
        }
    }
    parts.into_iter().map(|(_, paths)| paths).collect()
}

/// Writes the zips of a folder into `to`; each with its length.
pub(super) fn write(
    folder: &Path,
    parts: &[Vec<String>],
    to: &Path,
) -> io::Result<Vec<(PathBuf, u64)>> {
    let count = parts.len();
    let mut written = Vec::new();
    for (number, paths) in parts.iter().enumerate() {
        let place = to.join(format!("handover-{}-of-{count}.zip", number + 1));
        let mut zip = ZipWriter::new(File::create_new(&place)?);
        for path in paths {
            // What editors attach is packed already; pages and texts are not.
            let text = path.ends_with(".html") || path.ends_with(".json") || path.ends_with(".txt");
            let method = if text {
                CompressionMethod::Deflated
            } else {
                CompressionMethod::Stored
            };
            let options = SimpleFileOptions::default()
                .compression_method(method)
                .large_file(true);
            zip.start_file(path, options).map_err(io::Error::other)?;
            io::copy(&mut File::open(folder.join(path))?, &mut zip)?;
        }
        let mut file = zip.finish().map_err(io::Error::other)?;
        file.flush()?;
        file.sync_all()?;
        written.push((place, file.metadata()?.len()));
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_keep_to_their_size_where_files_let_them() {
        let entry = |name: &str, bytes: u64| (name.to_owned(), bytes);
        let parts = share_out(
            &[entry("index.html", 1_000)],
            &[
                entry("a", 9_000),
                entry("b", 30_000),
                entry("c", 9_000),
                entry("d", 500),
            ],
            20_000,
        );
        assert_eq!(parts, [vec!["index.html", "a", "d"], vec!["b"], vec!["c"]]);
    }
}
