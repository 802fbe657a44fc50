//! How a file is cut into parts, and how that is written down between runs. Pure.

use crate::http::Url;
use serde::{Deserialize, Serialize};

/// The shortest part: below it the round trips of a part cost more than it brings.
const SHORTEST: u64 = 32 * 1024;
/// When no more than so many of the shortest are left, they are half as long: while the last parts go, ever fewer streams
/// share the line, and none fills it alone.
const LAST: u64 = 6;
/// Each new part is this fraction of what is left, so that the streams end together.
const SHARE: u64 = 16;
/// The first parts are short enough to travel along with their beginning, so that bytes move a round trip earlier, and
/// each a little shorter than the one before, so that they do not all end at once. No later part does: until its
/// beginning is answered it has no address, and a cut would cost all of it.
const OPENING: [u64; 6] = [64, 58, 52, 46, 40, 34];
/// So many parts are begun before their turn, so that no stream waits a round trip for its next one.
const WAITING: usize = 2;
/// A file is cut into no more parts than can be named in one header.
const MOST: u64 = 512;

/// A stretch of the file with an upload of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where it is uploaded to, once that began.
    pub url: Option<Url>,
    /// First byte in the file.
    pub from: u64,
    /// Byte after the last.
    pub to: u64,
    /// Bytes of it the portal is known to hold.
    pub held: u64,
    /// Somebody works on it.
    pub busy: bool,
    /// It is one of the first, and short enough to travel along with its beginning.
    pub opening: bool,
    /// All its bytes are with the system, and only the answer is awaited.
    pub left: bool,
    /// Another stream sends it as well.
    pub doubled: bool,
}

impl Part {
    /// Bytes of it.
    pub fn length(&self) -> u64 {
        self.to.saturating_sub(self.from)
    }

    /// All its bytes are there.
    pub fn whole(&self) -> bool {
        self.url.is_some() && self.held >= self.length()
    }
}

/// The parts of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The file's length.
    pub length: u64,
    /// In the order of the file. What follows the last is not given out yet.
    pub parts: Vec<Part>,
    /// The parts are uploads of their own that are joined in the end; otherwise there is one, the whole file.
    pub joined: bool,
}

/// A plan as it is written down: `[address, from, to, held]` for each part.
#[derive(Serialize, Deserialize)]
struct Written {
    parts: Vec<(String, u64, u64, u64)>,
}

impl Plan {
    /// The whole file as one upload.
    pub fn whole(length: u64, url: Option<Url>) -> Self {
        Self {
            length,
            parts: vec![Part {
                url,
                from: 0,
                to: length,
                held: 0,
                busy: false,
                opening: false,
                left: false,
                doubled: false,
            }],
            joined: false,
        }
    }

    /// Parts to be joined, none given out yet.
    pub fn joined(length: u64) -> Self {
        Self {
            length,
            parts: Vec::new(),
            joined: true,
        }
    }

    /// Reads what [`Plan::write`] wrote: the address of a single upload, or the parts. `None` for anything else, and
    /// for addresses that are not at `base`.
    pub fn read(text: &str, length: u64, base: &Url) -> Option<Self> {
        let ours = |place: &str| {
            let url = base.join(place).ok()?;
            (url.origin() == base.origin()).then_some(url)
        };
        if !text.starts_with('{') {
            return Some(Self::whole(length, Some(ours(text)?)));
        }
        let written: Written = serde_json::from_str(text).ok()?;
        let mut plan = Self::joined(length);
        for (place, from, to, held) in written.parts {
            let gapless = from == plan.given_out() && from < to && to <= length;
            if !gapless || held > to.saturating_sub(from) {
                return None;
            }
            // A part that was never begun has no address.
            let url = match place.as_str() {
                "" => None,
                place => Some(ours(place)?),
            };
            let held = if url.is_some() { held } else { 0 };
            plan.parts.push(Part {
                url,
                from,
                to,
                held,
                busy: false,
                opening: false,
                left: false,
                doubled: false,
            });
        }
        Some(plan)
    }

    /// The plan in one line.
    pub fn write(&self, base: &Url) -> String {
        if !self.joined {
            let url = self.parts.first().and_then(|part| part.url.as_ref());
            return url.map(ToString::to_string).unwrap_or_default();
        }
        // Paths suffice, and are half as long.
        let short = |url: &Url| match url.origin() == base.origin() {
            true => url.path().to_owned(),
            false => url.to_string(),
        };
        let written = Written {
            parts: self
                .parts
                .iter()
                .map(|part| {
                    let place = part.url.as_ref().map(short).unwrap_or_default();
                    (place, part.from, part.to, part.held)
                })
                .collect(),
        };
        serde_json::to_string(&written).unwrap_or_default()
    }

    /// Takes a part to work on: one left by somebody, else a new one. `None` when all are given out.
    pub fn take(&mut self) -> Option<usize> {
        let open = self
            .parts
            .iter()
            .position(|part| !part.busy && !part.whole());
        let index = match open {
            Some(index) => index,
            None => self.cut()?,
        };
        self.parts.get_mut(index)?.busy = true;
        Some(index)
    }

    /// Gives out a part whose upload is to be begun before its turn. `None` when enough of them wait already, and while
    /// the first ones go, which travel along with their beginning.
    pub fn ahead(&mut self) -> Option<usize> {
        let waits = |part: &&Part| !part.busy && !part.whole();
        if self.parts.len() < OPENING.len() || self.parts.iter().filter(waits).count() >= WAITING {
            return None;
        }
        let index = self.cut()?;
        self.parts.get_mut(index)?.busy = true;
        Some(index)
    }

    fn cut(&mut self) -> Option<usize> {
        let from = self.given_out();
        let left = self.length.saturating_sub(from);
        if left == 0 || !self.joined {
            return None;
        }
        let shortest = match SHORTEST.max(self.length / MOST) {
            shortest if left <= shortest.saturating_mul(LAST) => shortest / 2,
            shortest => shortest,
        };
        let mut size = (left / SHARE).max(shortest);
        let opening = OPENING.get(self.parts.len());
        if let Some(opening) = opening {
            size = size.min(opening.saturating_mul(1024));
        }
        if left.saturating_sub(size) < shortest / 2 {
            size = left;
        }
        self.parts.push(Part {
            url: None,
            from,
            to: from.saturating_add(size),
            held: 0,
            busy: false,
            opening: opening.is_some(),
            left: false,
            doubled: false,
        });
        Some(self.parts.len().saturating_sub(1))
    }

    fn given_out(&self) -> u64 {
        self.parts.last().map_or(0, |part| part.to)
    }

    /// Where the parts are, in their order.
    pub fn addresses(&self) -> Vec<Url> {
        let urls = self.parts.iter().filter_map(|part| part.url.clone());
        urls.collect()
    }

    /// Nothing is left to be given out.
    pub fn exhausted(&self) -> bool {
        self.given_out() == self.length
    }

    /// Parts whose last bytes are on their way.
    pub fn ending(&self) -> u32 {
        let ending = self.parts.iter().filter(|part| part.left && !part.whole());
        u32::try_from(ending.count()).unwrap_or(u32::MAX)
    }

    /// Everything is given out and there, or on its way.
    pub fn left(&self) -> bool {
        self.exhausted()
            && self
                .parts
                .iter()
                .all(|part| part.whole() || (part.left && part.url.is_some()))
    }

    /// Everything is given out and there.
    pub fn complete(&self) -> bool {
        self.exhausted() && self.parts.iter().all(Part::whole)
    }

    /// Bytes the portal is known to hold.
    pub fn held(&self) -> u64 {
        self.parts.iter().map(|part| part.held).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Url {
        Url::parse("https://portal.example/").expect("address")
    }

    fn cut_up(length: u64) -> Plan {
        let mut plan = Plan::joined(length);
        while let Some(index) = plan.take() {
            let name = format!("/v1/uploads/5d1e9d1c-34a5-4f7c-9d55-5b0f8d0f{index:04}");
            plan.parts[index].url = Some(base().join(&name).expect("address"));
            plan.parts[index].held = plan.parts[index].length();
        }
        plan
    }

    #[test]
    fn parts_cover_the_file_and_can_be_named_in_a_header() {
        for length in [1, 70_000, 600_000, 4_000_000, 33_000_000, 2_147_483_648] {
            let plan = cut_up(length);
            assert!(plan.complete(), "{length}");
            assert_eq!(plan.held(), length);
            let mut at = 0;
            for part in &plan.parts {
                assert_eq!(part.from, at, "no gap, no overlap");
                at = part.to;
            }
            let named: usize = plan
                .parts
                .iter()
                .filter_map(|part| part.url.as_ref())
                .map(|url| url.path().len() + 1)
                .sum();
            assert!(named < 6_000, "{length}: {} parts", plan.parts.len());
        }
    }

    #[test]
    fn a_plan_is_read_back_as_written() {
        let mut plan = cut_up(900_000);
        plan.parts[2].held = 7;
        let text = plan.write(&base());
        let mut read = Plan::read(&text, 900_000, &base()).expect("read");
        for part in &mut plan.parts {
            part.busy = false;
            part.opening = false;
            part.left = false;
            part.doubled = false;
        }
        assert_eq!(read, plan);
        assert_eq!(read.take(), Some(2), "what was left is taken up first");
        let one = Plan::read("https://portal.example/v1/uploads/1", 5, &base()).expect("read");
        assert_eq!(one.write(&base()), "https://portal.example/v1/uploads/1");
    }

    #[test]
    fn parts_are_begun_ahead_once_the_opening_is_on_its_way() {
        let mut plan = Plan::joined(4_000_000);
        let opened = OPENING.len();
        for index in 0..opened {
            assert_eq!(plan.ahead(), None, "the streams begin");
            assert_eq!(plan.take(), Some(index));
            assert!(plan.parts[index].opening);
        }
        assert_eq!(plan.ahead(), Some(opened));
        assert!(!plan.parts[opened].opening);
        assert_eq!(
            plan.take(),
            Some(opened + 1),
            "others go on while it is begun"
        );
        plan.parts[opened].busy = false;
        for waiting in 1..WAITING {
            assert_eq!(plan.ahead(), Some(opened + 1 + waiting));
            plan.parts[opened + 1 + waiting].busy = false;
        }
        assert_eq!(plan.ahead(), None, "enough wait");
        assert_eq!(plan.take(), Some(opened));
    }

    #[test]
    fn parts_have_left_when_all_have_an_address_and_none_has_bytes_to_send() {
        let mut plan = cut_up(900_000);
        assert!(plan.left(), "all are there");
        assert_eq!(plan.addresses().len(), plan.parts.len());
        plan.parts[3].held = 7;
        assert!(!plan.left());
        assert_eq!(plan.ending(), 0);
        plan.parts[3].left = true;
        assert_eq!(plan.ending(), 1);
        assert!(plan.left(), "only its answer is awaited");
        plan.parts[3].url = None;
        assert!(!plan.left(), "nobody knows where it is");
        let mut begun = Plan::joined(900_000);
        assert_eq!(begun.take(), Some(0));
        begun.parts[0].left = true;
        assert!(!begun.left(), "more are to come");
    }

    #[test]
    fn what_was_not_written_by_us_is_not_trusted() {
        for text in [
            "https://evil.example/v1/uploads/1",
            r#"{"parts":[["//evil.example/1",0,5,0]]}"#,
            r#"{"parts":[["/1",0,5,9]]}"#,
            r#"{"parts":[["/1",3,5,0]]}"#,
            r#"{"parts":[["/1",0,900,0]]}"#,
            r#"{"parts":"#,
        ] {
            assert_eq!(Plan::read(text, 5, &base()), None, "{text}");
        }
    }
}
