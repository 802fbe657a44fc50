//! `export`: everything in a folder that can be read without Qalam: Markdown, HTML, JSON, and the
//! files under their own names.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use qalam_desk::drafts::Draft;
use qalam_desk::publications::PublicationQuery;
use qalam_desk::{Code, Error};
use serde::Serialize;

use super::answer::Answer;
use super::{Here, Outcome};
use crate::failure::Failure;

/// The longest file name we make of somebody else's, in characters.
const MAX_NAME_CHARS: usize = 120;

impl Here<'_> {
    pub(super) fn export(&self, to: &Path) -> Outcome {
        let desk = &self.app.desk;
        make_empty(to)?;
        let mut drafts = 0_u64;
        self.each_draft(|id| {
            let draft = desk.drafts_open(&id)?;
            self.export_draft(&draft, &to.join("drafts").join(&id))?;
            drafts += 1;
            Ok(())
        })?;
        let publications = self.export_publications(&to.join("publications"))?;
        let line = self.say(
            "cli.exported",
            &[
                ("drafts", &drafts),
                ("publications", &publications),
                ("path", &to.display()),
            ],
        );
        Ok(Answer::of("to", to)
            .with("drafts", drafts)
            .with("publications", publications)
            .line(line))
    }

    fn export_draft(&self, draft: &Draft, folder: &Path) -> Result<(), Failure> {
        let desk = &self.app.desk;
        make(folder)?;
        write_json(&folder.join("draft.json"), draft)?;
        let mut taken = BTreeSet::new();
        let mut files = Vec::new();
        for attachment in &draft.attachments {
            let name = readable(&attachment.name, &mut taken);
            let place = folder.join("files");
            make(&place)?;
            let bytes = desk.blob_path(&attachment.sha256)?;
            copy(&bytes, &place.join(&name))?;
            files.push((attachment.sha256.clone(), format!("files/{name}")));
        }
        let address = |sha256: &str| {
            files
                .iter()
                .find(|(known, _)| known == sha256)
                .map(|(_, path)| path.clone())
        };
        for version in &draft.languages {
            let rendered = desk.drafts_render(&draft.id, &version.lang, &address)?;
            let head = format!("# {}\n\n{}\n\n", version.title, version.summary);
            write(
                &folder.join(format!("{}.md", version.lang)),
                &(head + &version.body),
            )?;
            let page = format!(
                "<!doctype html>\n<html lang=\"{lang}\" dir=\"{dir}\">\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<h1>{title}</h1>\n<p>{summary}</p>\n{body}</html>\n",
                lang = escape(&version.lang),
                dir = rendered.dir.as_str(),
                title = escape(&version.title),
                summary = escape(&version.summary),
                body = rendered.html,
            );
            write(&folder.join(format!("{}.html", version.lang)), &page)?;
        }
        Ok(())
    }

    fn export_publications(&self, folder: &Path) -> Result<u64, Failure> {
        let desk = &self.app.desk;
        let mut taken = BTreeSet::new();
        let mut all = Vec::new();
        let mut after = None;
        loop {
            let page = desk.publications_list(&PublicationQuery {
                after: after.take(),
                limit: 500,
                ..PublicationQuery::default()
            })?;
            for row in page.publications {
                make(folder)?;
                let name = readable(&row.name, &mut taken);
                let bytes = desk.blob_path(&row.sha256)?;
                copy(&bytes, &folder.join(&name))?;
                let mut told = super::answer::value(&row);
                if let Some(fields) = told.as_object_mut() {
                    fields.insert("exported_as".to_owned(), name.into());
                }
                all.push(told);
            }
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        if !all.is_empty() {
            write_json(&folder.join("publications.json"), &all)?;
        }
        Ok(all.len() as u64)
    }
}

fn make_empty(folder: &Path) -> Result<(), Failure> {
    make(folder)?;
    let mut entries = fs::read_dir(folder).map_err(|source| Error::io(source, folder))?;
    if entries.next().is_some() {
        return Err(Failure::new(Code::TargetNotEmpty).with("path", folder.display()));
    }
    Ok(())
}

fn make(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|source| Error::io(source, folder).into())
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|source| Error::io(source, path).into())
}

fn write_json(path: &Path, content: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(content).map_err(Error::from)?;
    write(path, &(text + "\n"))
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::copy(from, to)
        .map(|_| ())
        .map_err(|source| Error::io(source, from).into())
}

/// A file name any system takes, and no other file of this folder has.
fn readable(name: &str, taken: &mut BTreeSet<String>) -> String {
    let clean: String = name
        .chars()
        .map(|c| {
            if c.is_control() || "/\\:*?\"<>|".contains(c) {
                '_'
            } else {
                c
            }
        })
        .take(MAX_NAME_CHARS)
        .collect();
    let clean = clean.trim_matches(['.', ' ']).to_owned();
    let clean = if clean.is_empty() {
        "file".to_owned()
    } else {
        clean
    };
    let mut wanted = clean.clone();
    let mut number = 1;
    while !taken.insert(wanted.to_lowercase()) {
        number += 1;
        wanted = match clean.rsplit_once('.') {
            Some((stem, extension)) => format!("{stem} ({number}).{extension}"),
            None => format!("{clean} ({number})"),
        };
    }
    wanted
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
