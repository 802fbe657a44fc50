//! The document between Markdown and JSON: typed, comparable, in one normal form.

use crate::lang::Direction;

/// A block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Block {
    Paragraph {
        dir: Option<Direction>,
        inlines: Vec<Inline>,
    },
    Heading {
        dir: Option<Direction>,
        level: u8,
        inlines: Vec<Inline>,
    },
    Quote {
        dir: Option<Direction>,
        blocks: Vec<Block>,
    },
    List {
        dir: Option<Direction>,
        /// First number of an ordered list; `None` for bullets.
        start: Option<u32>,
        /// No blank lines between the items.
        tight: bool,
        items: Vec<Item>,
    },
    Code {
        info: String,
        text: String,
    },
    Rule,
    Table {
        dir: Option<Direction>,
        aligns: Vec<Align>,
        /// Every row has as many cells as there are alignments; the first row is the header.
        rows: Vec<Vec<Vec<Inline>>>,
    },
    /// A table that Markdown's own cannot hold (see `grid`).
    Grid {
        dir: Option<Direction>,
        /// Each row holds the cells that begin in it.
        rows: Vec<Vec<Cell>>,
    },
    Footnote {
        label: String,
        blocks: Vec<Block>,
    },
    /// Source kept verbatim.
    Opaque {
        source: String,
    },
}

impl Block {
    /// An empty paragraph, which stands for an empty place.
    pub(crate) fn empty() -> Self {
        Self::Paragraph {
            dir: None,
            inlines: Vec::new(),
        }
    }

    /// The direction override, if the block can have one.
    pub(crate) fn dir(&self) -> Option<Direction> {
        match self {
            Self::Paragraph { dir, .. }
            | Self::Heading { dir, .. }
            | Self::Quote { dir, .. }
            | Self::List { dir, .. }
            | Self::Table { dir, .. }
            | Self::Grid { dir, .. } => *dir,
            Self::Code { .. } | Self::Rule | Self::Footnote { .. } | Self::Opaque { .. } => None,
        }
    }

    /// Sets the direction override where there is none yet and the block can have one.
    pub(crate) fn set_dir(&mut self, direction: Direction) {
        match self {
            Self::Paragraph { dir, .. }
            | Self::Heading { dir, .. }
            | Self::Quote { dir, .. }
            | Self::List { dir, .. }
            | Self::Table { dir, .. }
            | Self::Grid { dir, .. } => {
                dir.get_or_insert(direction);
            }
            Self::Code { .. } | Self::Rule | Self::Footnote { .. } | Self::Opaque { .. } => {}
        }
    }
}

/// One entry of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    /// The box of a task, if it has one.
    pub(crate) checked: Option<bool>,
    pub(crate) blocks: Vec<Block>,
}

/// A cell of a table that may have merged ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cell<T = Vec<Inline>> {
    pub(crate) header: bool,
    /// How many columns it covers; at least one.
    pub(crate) columns: usize,
    /// How many rows it covers; at least one.
    pub(crate) rows: usize,
    pub(crate) align: Align,
    pub(crate) content: T,
}

impl<T: Default> Default for Cell<T> {
    fn default() -> Self {
        Self {
            header: false,
            columns: 1,
            rows: 1,
            align: Align::None,
            content: T::default(),
        }
    }
}

impl<T> Cell<T> {
    /// The same cell with other content.
    pub(crate) fn map<U>(self, content: impl FnOnce(T) -> U) -> Cell<U> {
        Cell {
            header: self.header,
            columns: self.columns,
            rows: self.rows,
            align: self.align,
            content: content(self.content),
        }
    }
}

/// Alignment of a table column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Align {
    #[default]
    None,
    Left,
    Center,
    Right,
}

/// A piece of a line with its marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Inline {
    pub(crate) kind: InlineKind,
    pub(crate) marks: Marks,
}

/// What stands in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum InlineKind {
    Text(String),
    HardBreak,
    Image {
        src: String,
        alt: String,
        title: String,
    },
    FootnoteReference(String),
    /// Source kept verbatim.
    Opaque(String),
}

/// The marks of a piece.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    pub(crate) link: Option<Link>,
    pub(crate) strong: bool,
    pub(crate) em: bool,
    pub(crate) strike: bool,
    pub(crate) code: bool,
}

/// Where a link leads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) href: String,
    pub(crate) title: String,
}

/// The marks that nest around text, outermost first where nothing else decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Link,
    Em,
    Strong,
    Strike,
}

impl Mark {
    /// All of them in the order of nesting. Emphasis comes before strong because that is how
    /// `***both***` is read.
    pub(crate) const ALL: [Self; 4] = [Self::Link, Self::Em, Self::Strong, Self::Strike];
}

impl Marks {
    /// Whether the mark is set.
    pub(crate) fn has(&self, mark: Mark) -> bool {
        match mark {
            Mark::Link => self.link.is_some(),
            Mark::Em => self.em,
            Mark::Strong => self.strong,
            Mark::Strike => self.strike,
        }
    }

    /// Takes the mark away.
    pub(crate) fn clear(&mut self, mark: Mark) {
        match mark {
            Mark::Link => self.link = None,
            Mark::Em => self.em = false,
            Mark::Strong => self.strong = false,
            Mark::Strike => self.strike = false,
        }
    }

    /// Whether both carry the same mark (for links: to the same place).
    pub(crate) fn shares(&self, other: &Self, mark: Mark) -> bool {
        self.has(mark) && other.has(mark) && (mark != Mark::Link || self.link == other.link)
    }
}
