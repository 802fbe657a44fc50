//! `stats`: counts, sizes and coverage; and `fill`, which makes something to count.

use std::collections::BTreeMap;
use std::path::Path;

use qalam_desk::drafts::{DraftQuery, NewDraft};
use qalam_desk::profile::{NewProfile, Role};
use qalam_desk::publications::PublicationQuery;
use qalam_desk::secrets::Secrets;
use serde_json::{Map, Value, json};

use super::answer::{Answer, bytes};
use super::{Here, Outcome};

/// Rows asked for at once.
const PAGE: u32 = 500;

impl Here<'_> {
    pub(super) fn stats(&self) -> Outcome {
        let desk = &self.app.desk;
        let mut states: BTreeMap<&'static str, u64> = BTreeMap::new();
        let mut coverage: BTreeMap<(String, String, String, String), u64> = BTreeMap::new();
        let mut drafts = 0_u64;
        self.each_draft(|id| {
            let draft = desk.drafts_open(&id)?;
            drafts += 1;
            *states.entry(draft.state.as_str()).or_default() += 1;
            let year = draft.created_at.get(..4).unwrap_or_default();
            // A piece without an area is covered nowhere, and that is worth seeing.
            let nowhere = [String::new()];
            let areas = if draft.areas.is_empty() {
                &nowhere[..]
            } else {
                &draft.areas
            };
            for area in areas {
                for version in &draft.languages {
                    let place = (
                        area.clone(),
                        draft.content_type.clone(),
                        version.lang.clone(),
                        year.to_owned(),
                    );
                    *coverage.entry(place).or_default() += 1;
                }
            }
            Ok(())
        })?;
        let publications = desk
            .publications_list(&PublicationQuery {
                limit: 1,
                ..PublicationQuery::default()
            })?
            .total;
        let outbox = desk.outbox_counts()?;
        let size = size_of(desk.dir());
        let coverage: Vec<Value> = coverage
            .into_iter()
            .map(|((area, kind, lang, year), count)| {
                let area = if area.is_empty() { Value::Null } else { Value::from(area) };
                json!({"area": area, "type": kind, "lang": lang, "year": year.parse::<i32>().ok(), "count": count})
            })
            .collect();
        let secrets = self.app.secrets.kind();
        let line = self.say(
            "cli.stats",
            &[
                ("drafts", &drafts),
                ("publications", &publications),
                ("size", &bytes(size)),
            ],
        );
        Ok(Answer::of(
            "counts",
            json!({
                "drafts": drafts,
                "publications": publications,
                "states": states,
                "outbox": {
                    "waiting": outbox.waiting,
                    "received": outbox.received,
                    "refused": outbox.refused,
                    "conflict": outbox.conflict,
                },
            }),
        )
        .with("bytes", size)
        .with("secrets", secrets)
        .with("store", desk.dir())
        .with("coverage", coverage)
        .line(line))
    }

    /// Calls `look` with the id of every draft that is not in the trash.
    pub(super) fn each_draft(
        &self,
        mut look: impl FnMut(String) -> Result<(), crate::failure::Failure>,
    ) -> Result<(), crate::failure::Failure> {
        let mut after = None;
        loop {
            let page = self.app.desk.drafts_list(&DraftQuery {
                after: after.take(),
                limit: PAGE,
                ..DraftQuery::default()
            })?;
            for row in page.drafts {
                look(row.id)?;
            }
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(()),
            }
        }
    }

    /// Fills the desk with drafts to measure with.
    pub(super) fn fill(&self, count: u32) -> Outcome {
        let desk = &self.app.desk;
        if desk.profile()?.is_none() {
            desk.set_profile(&NewProfile {
                owner: "TR".to_owned(),
                owner_kind: None,
                name: "Sample Focal Point".to_owned(),
                role: Role::Both,
                display_lang: self.words.lang().to_owned(),
            })?;
        }
        let texts = [
            (
                "en",
                "Sample round of vaccination",
                "The teams of the Sample Ministry of Health vaccinated children in mountain villages. ",
            ),
            (
                "fr",
                "Tournée de vaccination d’exemple",
                "Les équipes du Ministère de la Santé d’Exemple ont vacciné des enfants dans les villages. ",
            ),
            (
                "ar",
                "جولة تطعيم نموذجية",
                "طعّمت فرق وزارة الصحة النموذجية الأطفال في القرى الجبلية خلال فصل الربيع. ",
            ),
        ];
        for number in 0..count {
            let Some((lang, title, sentence)) = texts.get(number as usize % texts.len()) else {
                break;
            };
            let mut fields = Map::new();
            fields.insert("eventDate".to_owned(), Value::from("2026-03-12"));
            fields.insert("place".to_owned(), Value::from("Sample City"));
            desk.drafts_create(NewDraft {
                content_type: "news".to_owned(),
                lang: (*lang).to_owned(),
                title: format!("{title} {number}"),
                summary: sentence.repeat(2),
                body: format!("## {title} {number}\n\n{}\n", sentence.repeat(12)),
                fields,
                areas: vec![format!("ta{}", number % 6 + 1)],
                urgent: false,
            })?;
        }
        Ok(Answer::of("drafts", count))
    }
}

/// The bytes of all files below a folder. What vanishes meanwhile counts as nothing.
fn size_of(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(facts) if facts.is_dir() => size_of(&entry.path()),
            Ok(facts) => facts.len(),
            Err(_) => 0,
        })
        .sum()
}
