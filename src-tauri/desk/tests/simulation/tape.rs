//! Where all chance comes from: a tape of numbers. A seed writes the tape as it is read; a shortened
//! tape tells the same story with less in it. Zero always means that nothing out of the ordinary
//! happens, and so does the end of the tape.

/// A tape being read.
pub struct Tape {
    values: Vec<u32>,
    at: usize,
    random: Option<u64>,
    keep: bool,
}

impl Tape {
    /// A tape that a seed writes without end; kept only when asked.
    pub fn of_seed(seed: u64, keep: bool) -> Self {
        Self {
            values: Vec::new(),
            at: 0,
            random: Some(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5851_F42D_4C95_7F2D),
            keep,
        }
    }

    /// A tape that was kept.
    pub fn of_values(values: &[u32]) -> Self {
        Self {
            values: values.to_vec(),
            at: 0,
            random: None,
            keep: false,
        }
    }

    /// What was read so far.
    pub fn into_values(self) -> Vec<u32> {
        self.values
    }

    fn read(&mut self) -> u32 {
        if let Some(state) = &mut self.random {
            // SplitMix64.
            *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = *state;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            let value = ((z ^ (z >> 31)) >> 32) as u32;
            if self.keep {
                self.values.push(value);
            }
            return value;
        }
        let value = self.values.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        value
    }

    /// A number below `sides`.
    pub fn draw(&mut self, sides: u32) -> u32 {
        // The value itself decides, not its upper bits, so that a smaller value is a smaller draw.
        self.read() % sides.max(1)
    }

    /// True once in so many times.
    pub fn once_in(&mut self, times: u32) -> bool {
        self.draw(times) == times - 1
    }

    /// A number for the jitter of a pause.
    pub fn jitter(&mut self) -> u64 {
        u64::from(self.read())
    }
}

/// The shortest tape found on which `fails` still holds.
pub fn shrink(mut tape: Vec<u32>, fails: impl Fn(&[u32]) -> bool) -> Vec<u32> {
    let mut tries = 0;
    loop {
        let before = tape.clone();
        let mut piece = tape.len();
        while piece > 0 {
            let mut from = 0;
            while from < tape.len() {
                let to = (from + piece).min(tape.len());
                let mut shorter = tape.clone();
                shorter.drain(from..to);
                tries += 1;
                if fails(&shorter) {
                    tape = shorter;
                } else {
                    from += piece;
                }
                if tries > 20_000 {
                    return tape;
                }
            }
            piece /= 2;
        }
        for at in 0..tape.len() {
            for value in [0, 1, 2, 3, tape[at] % 30, tape[at] / 2] {
                if tape[at] <= value {
                    continue;
                }
                let known = std::mem::replace(&mut tape[at], value);
                tries += 1;
                if fails(&tape) {
                    break;
                }
                tape[at] = known;
            }
        }
        while tape.last() == Some(&0) {
            tape.pop();
        }
        if tape == before || tries > 20_000 {
            return tape;
        }
    }
}
