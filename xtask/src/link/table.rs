//! The figures of all runs in one table: a row for each link, a column for each contender.

use super::{ALL, Load, Scene, Told, Who, title};
use std::fmt::Write as _;

/// The runs of one scene, in the order of their seeds.
pub struct Row<'s> {
    pub scene: &'s Scene,
    pub told: Vec<(Who, u32, Told)>,
}

impl Row<'_> {
    fn of(&self, who: Who) -> impl Iterator<Item = (u32, &Told)> {
        self.told
            .iter()
            .filter(move |(one, ..)| *one == who)
            .map(|(_, seed, told)| (*seed, told))
    }

    /// Goals that were not reached, one sentence each.
    pub fn missed(&self) -> Vec<String> {
        let scene = self.scene;
        let mut missed = Vec::new();
        let mut miss = |seed: u32, what: String| {
            missed.push(format!("{}, seed {seed}: {what}", scene.name));
        };
        for (seed, told) in self.of(Who::Qalam) {
            if !told.ok {
                miss(seed, "not delivered".to_owned());
                continue;
            }
            let reached = told.of_ideal(scene);
            if let (Some(goal), Some(reached)) = (scene.goal, reached)
                && reached < goal
            {
                let what = format!("{reached:.1} % of the ideal, wanted {goal:.0} %");
                miss(seed, what);
            }
            for who in ALL.into_iter().filter(|who| *who != Who::Qalam) {
                let theirs = self.of(who).find(|(other, _)| *other == seed);
                let theirs = theirs.filter(|(_, told)| told.ok);
                let theirs = theirs.and_then(|(_, told)| told.of_ideal(scene));
                if let (Some(reached), Some(theirs)) = (reached, theirs)
                    && theirs >= reached
                {
                    miss(seed, format!("{} was no slower", who.name()));
                }
            }
            if let (Some(most), Some(resent)) = (scene.resent, told.resent(scene))
                && resent > most
            {
                let what = format!("{resent:.1} % sent again, at most {most:.0} %");
                miss(seed, what);
            }
            if let Some(trips) = told.trips(scene)
                && (trips > 1.5 || told.overhead(scene) > 2048.0)
            {
                let overhead = told.overhead(scene);
                let what = format!("{trips:.2} round trips, {overhead:.0} bytes of overhead");
                miss(seed, what);
            }
            if scene.load == Load::Nothing && told.both_ways() > 1024.0 {
                miss(seed, format!("{:.0} bytes", told.both_ways()));
            }
        }
        missed
    }

    fn cell(&self, who: Who) -> String {
        let runs: Vec<&Told> = self.of(who).map(|(_, told)| told).collect();
        if runs.is_empty() {
            return "–".to_owned();
        }
        let scene = self.scene;
        let failed = runs.iter().filter(|told| !told.ok).count();
        let each = |value: &dyn Fn(&Told) -> Option<f64>, digits: usize| -> Option<String> {
            let values: Vec<f64> = runs.iter().filter_map(|told| value(told)).collect();
            (!values.is_empty()).then(|| spread(&values, digits))
        };
        let mut text = match scene.load {
            Load::Files(..) => each(&|told| told.of_ideal(scene), 1)
                .map(|percent| format!("{percent} %"))
                .unwrap_or_default(),
            Load::Texts(_) => format!(
                "{} round trips, {} bytes over",
                each(&|told| told.trips(scene), 2).unwrap_or_default(),
                each(&|told| Some(told.overhead(scene)), 0).unwrap_or_default(),
            ),
            // A request takes one round trip, and connecting before it another.
            Load::Nothing => format!(
                "{} bytes on the link, {} s",
                each(&|told| Some(told.both_ways()), 0).unwrap_or_default(),
                each(&|told| Some(told.wall), 1).unwrap_or_default(),
            ),
        };
        if scene.resent.is_some() {
            match each(&|told| told.resent(scene), 1) {
                Some(again) => write!(text, "; sent again {again} %").unwrap_or_default(),
                None => {
                    let times = each(&|told| told.times(scene), 2).unwrap_or_default();
                    write!(text, "; on the link {times} ×").unwrap_or_default();
                }
            }
        }
        if failed > 0 {
            write!(text, "; {failed} of {} FAILED", runs.len()).unwrap_or_default();
        }
        text
    }
}

/// The median, and all values in the order of their seeds when there are several.
fn spread(values: &[f64], digits: usize) -> String {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let median = sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN);
    if values.len() < 2 || sorted.first() == sorted.last() {
        return format!("{median:.digits$}");
    }
    let all: Vec<String> = values.iter().map(|one| format!("{one:.digits$}")).collect();
    format!("**{median:.digits$}** ({})", all.join(" / "))
}

/// All of it in Markdown.
pub fn write(rows: &[Row<'_>], whos: &[Who]) -> String {
    let mut text = String::from(
        "Share of the ideal time (payload at the link's full rate while the link is there): median, and each seed.\n\n| link | goal |",
    );
    for who in whos {
        let _ = write!(text, " {} |", who.name());
    }
    text.push_str("\n|---|---|");
    text.push_str(&"---|".repeat(whos.len()));
    for row in rows {
        let goal = match (row.scene.goal, row.scene.load) {
            (Some(goal), _) => format!("{goal:.0} %, ahead of all"),
            (None, Load::Texts(_)) => "1.5 round trips, 2,048 bytes".to_owned(),
            (None, _) => "1,024 bytes".to_owned(),
        };
        let _ = write!(text, "\n| {} | {goal} |", title(row.scene));
        for who in whos {
            let _ = write!(text, " {} |", row.cell(*who));
        }
    }
    text.push('\n');
    text
}
